import Daemon
import Foundation
import LocalBrokers
import Settings
import TestSupport
import Testing

/// Goal: with no settings but the topic, faults in data of real plants are found, and data without
/// faults raise little. Method: recordings of the shared folder, replayed; where it is absent, and
/// where there is no python3 for the scripts that lay the faults, that is said and the test passes.
@Suite("Data of real plants", .serialized, .timeLimit(.minutes(3)))
struct DataQualityTests {
    private static let everything = "feeds: [{topic: \"#\"}]"

    /// A finding as it stood at its last change.
    private struct Found: Decodable {
        var finding: Int64
        var feed: String
        var check: String
        var flagged: Int
        var beginNs: Int64
        var endNs: Int64
    }

    private struct Outcome {
        var findings: [Found] = []
        /// `stream,time,kind`, a line of names first.
        var alerts: [String] = []

        func count(of check: String) -> Int { findings.count { $0.check == check } }
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private static func replay(_ file: String, feeds: String = everything) throws -> Outcome {
        let configuration = try Configuration.parse(
            "broker: {url: mqtt://localhost}\n\(feeds)\n",
            file: "assay.yaml",
            hostName: "test",
        )
        var outcome = Outcome()
        var findings: [Int64: Found] = [:]
        let decoder = decoder
        let replay = Replay(configuration: configuration)
        _ = try replay.run(files: [file], alert: { outcome.alerts.append($0) }) { line in
            guard line.contains("\"finding\":"), !line.contains("\"change\":\"began\""),
                let found = try? decoder.decode(Found.self, from: Data(line.utf8))
            else { return }
            findings[found.finding] = found
        }
        outcome.findings = findings.values.sorted { $0.finding < $1.finding }
        return outcome
    }

    private static func replay(
        _ streams: [RealStream],
        feeds: String = everything,
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        let file = try folder.write(RealStream.recording(streams), to: "recording.csv")
        return try replay(file, feeds: feeds)
    }

    // MARK: Faults that were laid

    private struct Score: Decodable {
        var faults: Int
        var meanRecallOverKinds: Double
        var falseAlerts: Int
        var byKind: [String: Kind]

        struct Kind: Decodable {
            var faults: Int
            var found: Int
        }
    }

    @Test("nine of ten faults of fourteen kinds are found, with few false alarms")
    func laidFaults() throws {
        guard let script = SharedFolder.url("benchmarks/dq_inject.py"),
            let scorer = SharedFolder.url("benchmarks/dq_score.py"),
            let data = SharedFolder.url("data/TEP")?.deletingLastPathComponent()
        else { return }
        guard InstalledProgram.path(of: "python3") != nil else {
            print("there is no python3 here to lay the faults with")
            return
        }
        let folder = try TemporaryFolder()
        try Command.run(
            "python3",
            [
                script.path, "--data", data.path, "--seed", "tuning-2", "--out", folder.path,
                "--carriers", "tep,skab",
            ]
        )
        // Apart, because twenty years lie between them.
        let rows = try String(contentsOfFile: folder.file("replay.csv"), encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        var alerts = "stream,time,kind\n"
        for plant in ["tep/", "skab/"] {
            let part = rows.prefix(1) + rows.filter { $0.hasPrefix(plant) }
            let file = try folder.write(part.joined(separator: "\n") + "\n", to: "part.csv")
            for alert in try Self.replay(file).alerts.dropFirst() { alerts += "\(alert)\n" }
        }
        let text = try Command.run(
            "python3",
            [
                scorer.path, "--labels", folder.file("labels.csv"), "--replay",
                folder.file("replay.csv"), "--alerts",
                try folder.write(alerts, to: "alerts.csv"),
            ]
        )
        let score = try Self.decoder.decode(Score.self, from: Data(text.utf8))
        let kinds = score.byKind.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.found)/\($0.value.faults)" }
        print("mean recall \(score.meanRecallOverKinds), false \(score.falseAlerts): \(kinds)")
        #expect(score.faults > 100)
        #expect(score.meanRecallOverKinds >= 0.93)
        #expect(score.falseAlerts <= 9)
    }

    // MARK: Faults that the data have of themselves

    @Test("every missing value of an air monitor is found, and nothing else is taken for one")
    func sentinels() throws {
        let missing = [
            "CO(GT)": 1_683, "NMHC(GT)": 8_443, "NOx(GT)": 1_639, "NO2(GT)": 1_642,
        ]
        let names = [
            "CO(GT)", "PT08.S1(CO)", "NMHC(GT)", "C6H6(GT)", "PT08.S2(NMHC)", "NOx(GT)",
            "PT08.S3(NOx)", "NO2(GT)", "PT08.S4(NO2)", "PT08.S5(O3)", "T", "RH", "AH",
        ]
        guard
            let streams = try RealStream.columns(
                names,
                of: "AirQuality/AirQualityUCI.csv",
                time: ["Date", "Time"],
            )
        else { return }
        // An hour is told as a second: what counts here are the values.
        let outcome = try Self.replay(streams.map { $0.quickened(by: 3_600) })
        for (name, stream) in zip(names, streams) {
            let found = outcome.findings.filter { $0.feed == stream.name && $0.check == "sentinel" }
                .reduce(0) { $0 + $1.flagged }
            #expect(found == missing[name] ?? 366, "\(name)")
        }
    }

    @Test(
        "a tide gauge that stood still for five months is one stuck run, from its first sample on"
    )
    func stuckRun() throws {
        guard
            let streams = try RealStream.columns(
                ["sea_surface_height_above_sea_level"],
                of: "IOOS/water_level_example.csv",
                time: ["time"],
            )?.map({ $0.quickened(by: 60) })
        else { return }
        let stuck = streams[0].samples.filter { $0.value == "1.0942" }
        #expect(stuck.count == 3_503)
        let begin = try #require(stuck.first).stamp
        let end = try #require(stuck.last).stamp
        let outcome = try Self.replay(streams)
        let runs = outcome.findings.filter {
            $0.check == "flatLine" && $0.beginNs < end * 1_000_000_000
        }
        #expect(runs.map(\.beginNs) == [begin * 1_000_000_000])
        #expect(runs.map(\.endNs) == [end * 1_000_000_000])
    }

    @Test("every gap of a machine's thermometer is told once, as a gap or as a silence")
    func gaps() throws {
        guard
            let streams = try RealStream.columns(
                ["value"],
                of: "NAB/realKnownCause/ambient_temperature_system_failure.csv",
                time: ["timestamp"],
            )?.map({ $0.quickened(by: 60) })
        else { return }
        let stamps = streams[0].samples.map(\.stamp)
        let gaps = zip(stamps, stamps.dropFirst()).filter { $1 - $0 > 60 }
        #expect(gaps.count == 10)
        let outcome = try Self.replay(streams)
        let told = outcome.findings.filter { ["gap", "silence"].contains($0.check) }
        #expect(told.count == gaps.count)
        for (gap, finding) in zip(gaps, told) {
            #expect((gap.0...gap.1).contains(finding.beginNs / 1_000_000_000))
        }
    }

    @Test("a lamp that is dark at night is not stuck, where the longest night is declared")
    func darkLamp() throws {
        let feeds = "feeds: [{topic: \"#\", checks: {flatLine: {for: 1d}}}]"
        for part in ["datatraining", "datatest2"] {
            guard
                let streams = try RealStream.columns(
                    ["Light"],
                    of: "Occupancy/\(part).txt",
                    time: ["date"],
                    missingNames: 1,
                )
            else { return }
            #expect(try Self.replay(streams, feeds: feeds).count(of: "flatLine") == 0)
        }
    }
}
