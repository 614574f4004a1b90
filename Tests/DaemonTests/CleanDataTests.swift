import Foundation
import Monitoring
import Settings
import TestSupport
import Testing

@testable import Daemon

/// What the default set says of recordings of real plants in which nothing is known to be wrong.
///
/// Method: each quantity of a recording is replayed as a feed of its own with no settings but the
/// topic `#`, in the recording's own time. Alerts are counted as `deploy/data-quality` counts them:
/// each raise, again while it stands, after the first 30 % of the feed. The recordings are in the
/// shared folder: where it is absent that is said and the test passes. The numbers are a ratchet:
/// they may fall. `docs/clean-data.md` says of each alert what it is about.
@Suite("Clean data of real plants", .serialized, .timeLimit(.minutes(5)))
struct CleanDataTests {
    /// Alerts of the streams, by feed and check.
    private static func alerts(_ streams: [RealStream]) throws -> [String] {
        let configuration = try Configuration.parse(
            "broker: {url: mqtt://localhost}\nfeeds: [{topic: \"#\"}]\n",
            file: "assay.yaml",
            hostName: "test",
        )
        let folder = try TemporaryFolder()
        let file = try folder.write(RealStream.recording(streams), to: "recording.csv")
        var lines: [String] = []
        _ = try Replay(configuration: configuration)
            .run(files: [file], alert: { lines.append($0) }, line: { _ in })
        return lines.dropFirst().filter { line in
            let cells = line.split(separator: ",")
            guard let stream = streams.first(where: { $0.name == cells[0] }),
                let first = stream.samples.first?.arrival, let last = stream.samples.last?.arrival
            else { return false }
            return (Double(cells[1]) ?? 0) >= Double(first) + 0.3 * Double(last - first)
        }
    }

    private static func expect(
        _ alerts: [String],
        atMost most: Int,
        of name: String,
        _ streams: [RealStream],
    ) {
        let seconds = streams.reduce(0) { sum, stream in
            sum + (stream.samples.last?.arrival ?? 0) - (stream.samples.first?.arrival ?? 0)
        }
        let days = (0.7 * Double(seconds) / 8_640).rounded() / 10
        print("\(name): \(alerts.count) alerts of \(streams.count) feeds in \(days) feed-days")
        for alert in alerts { print("  \(alert)") }
        #expect(alerts.count <= most, "\(name)")
    }

    @Test(
        "a chemical plant in normal operation raises nothing in a hundred feed-days",
        arguments: ["d00", "d00_te"]
    )
    func chemicalPlant(part: String) throws {
        guard let streams = try RealStream.unnamedColumns(of: "TEP/\(part).dat") else { return }
        #expect(streams.count > 30)
        Self.expect(try Self.alerts(streams), atMost: 0, of: "Tennessee Eastman \(part)", streams)
    }

    @Test("a pump raises what both of its accelerometers or its thermocouple show, and no more")
    func pump() throws {
        guard
            let streams = try RealStream.columns(
                [
                    "Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure",
                    "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS",
                ],
                of: "SKAB/anomaly-free/anomaly-free.csv",
                separator: ";",
                time: ["datetime"],
            )
        else { return }
        let alerts = try Self.alerts(streams)
        Self.expect(alerts, atMost: 7, of: "SKAB", streams)
        #expect(
            alerts.allSatisfy { $0.contains("Accelerometer") || $0.contains("Thermocouple") }
        )
    }

    @Test(
        "an office raises what people and its CO2 sensor do",
        arguments: [("datatraining", 8), ("datatest", 2), ("datatest2", 3)]
    )
    func office(part: String, most: Int) throws {
        guard
            let streams = try RealStream.columns(
                ["Temperature", "Humidity", "Light", "CO2", "HumidityRatio"],
                of: "Occupancy/\(part).txt",
                time: ["date"],
                missingNames: 1,
            )
        else { return }
        Self.expect(try Self.alerts(streams), atMost: most, of: "Occupancy \(part)", streams)
    }

    /// The year is counted by `deploy/data-quality`; 2018-11-08, when the meter sent zeros for a
    /// quarter of an hour, is in it and not here.
    @Test("two months of a steel works' meter, apart from its clock, raise hardly anything")
    func steelWorks() throws {
        guard
            var streams = try RealStream.columns(
                ["Usage_kWh", "Lagging_Current_Power_Factor", "Leading_Current_Power_Factor"],
                of: "SteelEnergy/Steel_industry_data.csv",
                time: ["date"],
            )
        else { return }
        for index in streams.indices {
            streams[index].samples.removeLast(max(0, streams[index].samples.count - 5_760))
            for row in streams[index].samples.indices {
                let time = RealStream.seconds("2018-01-01 00:15") + 900 * Int64(row)
                streams[index].samples[row].arrival = time
                streams[index].samples[row].stamp = time
            }
        }
        Self.expect(try Self.alerts(streams), atMost: 1, of: "Steel", streams)
    }
}
