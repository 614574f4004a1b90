import Daemon
import Foundation
import Settings
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("Replay")
    struct ReplayTests {
        /// Goal: what a recording gives is what its live run gave. Method: a live run records 90 s
        /// of source time in 6 s; its database and that of the replay must hold the same rows.
        ///
        /// What may differ: the epoch; what the clock alone brought about after the last recorded
        /// message; alarms of the broker, whose words come from the connection; and how long a
        /// declared feed was never seen, because a replay's clock starts with the first message.
        @Test(
            "of a live run's recording gives the same findings, minutes and alarms",
            arguments: [7]
        )
        func equalsLive(seed: UInt64) async throws {
            let site = try Site()
            try site.broker.start()
            let recording = site.folder.file("recording.csv")
            let configuration = try site.configuration(FaultyPlant.configuration)
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let daemon = try RunningDaemon(configuration, recording: recording)
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            var plant = FaultyPlant(seed: seed, start: now - 90_000, step: 750)
            for number in 0..<120 {
                for message in plant.round(number) {
                    try await device.send(message.topic, message.payload)
                }
                await pause(.milliseconds(50))
            }
            #expect(await device.drained())
            try await daemon.stop()

            let replayed = Database(path: site.folder.file("replayed.db"))
            _ = try Replay(configuration: configuration)
                .run(files: [recording], store: replayed.path) { _ in }
            try expectSame(site.database, replayed)
        }

        private func expectSame(_ live: Database, _ replayed: Database) throws {
            let findings = """
                SELECT e.id, f.key, check_id, verdict, state, is_confirmed, begin_ns, end_ns,
                    found_at_ns, changed_at_ns, flagged_count, worst, limit_value, e.last_value,
                    e.last_value_at_ns, detail
                FROM finding AS e JOIN feed AS f ON f.id = e.feed ORDER BY e.id
                """
            let liveFindings = try live.rows(findings)
            #expect(try replayed.rows(findings) == liveFindings)
            let checks = Set(liveFindings.map { $0[2] })
            #expect(checks.count >= 6, "the stream is too tame to prove anything: \(checks)")
            for table in ["rollup_minute", "rollup_quarter_hour", "rollup_day"] {
                let rows = "SELECT * FROM \(table) ORDER BY id"
                let liveRows = try live.rows(rows)
                #expect(!liveRows.isEmpty)
                let ours = try replayed.rows(rows)
                let other = zip(ours, liveRows).first { $0 != $1 }
                #expect(ours == liveRows, "\(table): \(String(describing: other))")
            }
            let messages =
                "SELECT sum(received), sum(decoded), sum(undecodable) FROM message_minute"
            #expect(try replayed.rows(messages) == live.rows(messages))
            let quarantine = "SELECT feed, at_ns, problem, offset_bytes, payload FROM quarantine"
            #expect(try replayed.rows(quarantine) == live.rows(quarantine))
            let journal = """
                SELECT alarm_key, alarm_sequence, at_ns, reason, state, check_id, message
                FROM alarm_journal WHERE alarm_key NOT LIKE 'system/%' ORDER BY sequence
                """
            let replayedAlarms = try replayed.rows(journal)
            #expect(replayedAlarms.count >= 3)
            #expect(try Array(live.rows(journal).prefix(replayedAlarms.count)) == replayedAlarms)
        }

        @Test("gives the same bytes every time, in batches of 1, 100 and 1,024", arguments: [3, 4])
        func isDeterministic(seed: UInt64) throws {
            let folder = try TemporaryFolder()
            let recording = try folder.write(Self.recording(seed: seed), to: "recording.csv")
            let configuration = try Configuration.parse(
                "broker: {url: mqtt://localhost}\n" + FaultyPlant.configuration,
                file: "assay.yaml",
                hostName: "test",
            )
            func lines(batchSize: Int) throws -> [String] {
                var lines: [String] = []
                _ = try Replay(configuration: configuration, batchSize: batchSize)
                    .run(files: [recording]) { lines.append($0) }
                return lines
            }
            let first = try lines(batchSize: 1_024)
            #expect(first.count > 50)
            for size in [1_024, 100, 1] {
                #expect(try lines(batchSize: size) == first, "batches of \(size)")
            }
        }

        /// 10 min of a faulty plant as CSV: the receive time runs with the source time, 0.2 s behind.
        private static func recording(seed: UInt64) -> String {
            let start: Int64 = 1_700_000_000_000
            var plant = FaultyPlant(seed: seed, start: start, step: 750)
            var rows = ["stream,arrival,timestamp,payload"]
            var moved = 0.0
            for number in 1...800 {
                let event = Double(start / 1_000 + Int64(number) * 3 / 4) + moved
                // Coarse times: many messages at one instant, and the connection among them.
                if number % 150 == 100 {
                    rows.append(
                        "$assay/main/connection,\(event),,down"
                    )
                }
                if number % 150 == 110 {
                    rows.append(
                        "$assay/main/connection,\(event),,up"
                    )
                }
                // Back by ten minutes, forth by an hour and a half, forth by half a minute.
                if let length = [200: -600.25, 400: 5_400, 600: 30][number] {
                    let from = Double(start + Int64(number) * 750 + 100) / 1_000 + moved
                    moved += length
                    rows.append("$assay/daemon/clockStepped,\(from + length),,\(from)")
                }
                for message in plant.round(number) {
                    let arrival = Double(start + Int64(number) * 750 + 200) / 1_000 + moved
                    let payload = message.payload.replacingOccurrences(of: "\"", with: "\"\"")
                    rows.append("\(message.topic),\(arrival),,\"\(payload)\"")
                }
            }
            return rows.joined(separator: "\n") + "\n"
        }

        @Test(
            "refuses what no clock shows, and what is no event",
            arguments: [
                ("plant/a,-5,,1", "1970"), ("plant/a,8000000000,,1", "2200"),
                ("$assay/daemon/clockStepped,1700000000,,", "clock was set from"),
                ("$assay/daemon/clockStepped,1700000000,,-7", "1970"),
                ("$assay/daemon/slept,1700000000,,1", "clockStepped"),
            ],
        )
        func refusesImpossibleTimes(row: String, reason: String) throws {
            let folder = try TemporaryFolder()
            let file = try folder.write(
                "stream,arrival,timestamp,payload\n\(row)\n",
                to: "wrong.csv",
            )
            let configuration = try Configuration.parse(
                "broker: {url: mqtt://localhost}\nfeeds: [{topic: plant/#}]",
                file: "assay.yaml",
                hostName: "test",
            )
            do {
                _ = try Replay(configuration: configuration).run(files: [file]) { _ in }
                Issue.record("it was replayed")
            } catch {
                #expect("\(error)".contains("\(file):2: "), "\(error)")
                #expect("\(error)".contains(reason), "\(error)")
            }
        }

        @Test(
            "of a recording without messages says why there are none yet",
            arguments: ["", "stream,arrival,timestamp,payload\n"]
        )
        func refusesEmpty(text: String) async throws {
            let site = try Site()
            let file = try site.folder.write(text, to: "empty.csv")
            let child = try Child(["replay", "--config", try site.write(), "--input", file])
            #expect(await child.exitCode() == 1)
            #expect(child.errors.contains("64 KiB"), "\(child.errors)")
        }

        @Test("of a file that is no recording says which line is wrong, and exits 1")
        func refusesOtherFiles() async throws {
            let site = try Site()
            let file = try site.folder.write(
                "stream,arrival,timestamp,payload\nplant/a,yesterday,,1\n",
                to: "wrong.csv",
            )
            let child = try Child(["replay", "--config", try site.write(), "--input", file])
            #expect(await child.exitCode() == 1)
            #expect(child.errors.contains("\(file):2: "), "\(child.errors)")
            #expect(child.errors.contains("yesterday"), "\(child.errors)")
        }
    }
}
