import Daemon
import Monitoring
import Mosquitto
import Settings
import Synchronization
import TestSupport
import Testing

extension DaemonSuite {
    /// The clock is moved in the daemon alone: nobody sets the machine's clock in a test.
    @Suite("When the gateway's clock is set")
    struct ClockStepTests {
        /// The system's clocks, with a wall clock that can be set.
        private final class SettableClock: Sendable {
            private let shift: Atomic<Int64>

            /// - Parameter second: how many seconds ago the present minute has begun.
            init(atSecond second: Int64) {
                let minute: Int64 = 60_000_000_000
                let now = GatewayClock.system.wall().nanoseconds
                shift = Atomic(now / minute * minute + second * 1_000_000_000 - now)
            }

            /// Time since 1970 in whole minutes.
            var minutes: Int64 { gateway.wall().nanoseconds / 60_000_000_000 }

            func set(by seconds: Int64) {
                shift.add(seconds * 1_000_000_000, ordering: .relaxed)
            }

            var gateway: GatewayClock {
                let system = GatewayClock.system
                return GatewayClock(
                    wall: {
                        let moved = self.shift.load(ordering: .relaxed)
                        return ReceiveTime(nanoseconds: system.wall().nanoseconds + moved)
                    },
                    monotonic: system.monotonic,
                )
            }
        }

        @Test("an hour back, messages are committed and acknowledged all the same")
        func backwards() async throws {
            let site = try Site()
            try site.broker.start()
            let clock = SettableClock(atSecond: 5)
            let daemon = try site.run(clock: clock.gateway)
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            #expect(try await site.isCaughtUp(device))
            clock.set(by: -3_600)
            // More than the broker sends without an acknowledgement, and no alarm among them.
            for number in 0..<60 {
                try await device.send("plant/\(number)", "20.5")
            }
            #expect(
                await eventually {
                    site.database.count("SELECT count(*) FROM feed WHERE topic <> '\(Site.marker)'")
                        == 60
                }
            )
            // Or they came only because the connection was dropped and begun anew.
            #expect(!daemon.log.contains("broker connection lost"))
            #expect(!daemon.log.contains("broker disconnected"))
            #expect(daemon.log.contains("the gateway's clock was set"))
            try await daemon.stop()
        }

        /// Goal: life goes on, one alarm says what happened, and the recording says it too. Method:
        /// a sensor sends, the clock is set, it goes on and then stops; a second one never stops.
        ///
        /// From 1970 on, as on a gateway without a battery; an hour back, as after an operator's
        /// slip; a day ahead.
        @Test(
            "sensors are watched by elapsed time, one alarm says so, and a replay gives the same",
            arguments: [(-1, 1), (0, -3_600), (0, 86_400)] as [(Int64, Int64)],
        )
        func goesOn(start: Int64, length: Int64) async throws {
            let site = try Site()
            try site.broker.start()
            let clock = SettableClock(atSecond: 5)
            // To minute 10 of 1970, and back from there.
            let years = (clock.minutes - 10) * 60
            clock.set(by: start * years)
            let recording = site.folder.file("recording.csv")
            let daemon = try site.run(recording: recording, clock: clock.gateway)
            let events = try await Listener(site.broker.port, "assay/test/#")
            #expect(await events.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let both = ["plant/a", "plant/b"]
            try await device.stream(both, count: 40, every: .milliseconds(50))
            clock.set(by: start < 0 ? years : length)
            try await device.stream(both, count: 20, every: .milliseconds(50))
            let isMissed = await eventually {
                try? await device.stream(["plant/b"], count: 1, every: .milliseconds(50))
                return raises(events).contains("plant/a/data")
            }
            #expect(isMissed)
            try await device.stream(["plant/b"], count: 10, every: .milliseconds(50))
            #expect(await device.drained())
            try await daemon.stop()
            #expect(raises(events) == ["system/clock", "plant/a/data"])
            try expectRows(site.database, start < 0 ? years : length)

            let replayed = Database(path: site.folder.file("replayed.db"))
            _ = try Replay(configuration: try site.configuration())
                .run(files: [recording], store: replayed.path) { _ in }
            try expectSame(site.database, replayed)
        }

        private func raises(_ listener: Listener) -> [String] {
            listener.messages.filter { $0.topic.contains("/event/") }
                .compactMap { Listener.object(of: $0.payload) }
                .filter { $0["type"] as? String == "alarm.raise" }
                .compactMap { $0["subject"] as? String }
        }

        /// Minutes on both sides of the step, none of the time between; nothing future or late.
        private func expectRows(_ database: Database, _ length: Int64) throws {
            let minutes = try database.rows(
                "SELECT DISTINCT id >> 20 FROM rollup_minute ORDER BY 1"
            ).compactMap { $0.first.flatMap { Int64($0) } }
            #expect(minutes.count <= 4, "\(minutes)")
            let span = (minutes.last ?? 0) - (minutes.first ?? 0)
            #expect(abs(span - abs(length) / 60) <= 1, "\(minutes)")
            let strays = "SELECT sum(future) + sum(too_late) + sum(late) FROM rollup_minute"
            #expect(try database.number(strays) == 0)
            let sums = "SELECT sum(expected - filled) FROM rollup_minute AS r "
            let feeds = "JOIN feed AS f ON f.id = r.id & 1048575 WHERE f.key = 'plant/b'"
            // A machine that stalls for a second costs 20; a mistake about the step, thousands.
            #expect(abs(try database.number(sums + feeds)) <= 20)
        }

        private func expectSame(_ live: Database, _ replayed: Database) throws {
            for query in [
                """
                SELECT check_id, state, begin_ns, end_ns, found_at_ns, changed_at_ns, worst,
                    last_value_at_ns FROM finding ORDER BY id
                """,
                "SELECT * FROM rollup_minute ORDER BY id",
                "SELECT * FROM message_minute ORDER BY id",
                """
                SELECT alarm_key, at_ns, reason, state, message FROM alarm_journal
                WHERE alarm_key NOT LIKE 'system/broker%' ORDER BY sequence
                """,
            ] {
                let rows = try live.rows(query)
                #expect(!rows.isEmpty)
                #expect(try replayed.rows(query) == rows)
            }
        }
    }
}
