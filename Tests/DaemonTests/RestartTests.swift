import Daemon
import Monitoring
import Mosquitto
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("A restart on the same database")
    struct RestartTests {
        private static let feeds = """
            feeds:
              - topic: plant/hot
                period: 50ms
                checks: { range: { fail: [0, 100] } }
              - topic: plant/#
            """

        @Test("keeps the numbers of feeds and goes on adding to the same minute")
        func continuesRows() async throws {
            let site = try Site()
            try site.broker.start()
            let clock = Self.clock(atSecond: 5)
            for run in 1...3 {
                let daemon = try site.run(Self.feeds, clock: clock)
                let listener = try await Listener(
                    site.broker.port,
                    "assay/test/status",
                    client: "listener-\(run)",
                )
                #expect(await listener.hearsIngest("up"))
                let device = try Publisher(site.broker.port)
                // In another order each time: numbers belong to keys.
                let topics = ["plant/b", "plant/a", "plant/hot"]
                for topic in run == 2 ? topics.reversed() : topics {
                    try await device.stream([topic], count: 20, every: .milliseconds(10))
                }
                #expect(try await site.isCaughtUp(device, count: Int64(run)))
                try await daemon.stop()
            }
            let feeds = try site.database.rows(
                "SELECT id, key FROM feed WHERE topic <> '\(Site.marker)' ORDER BY id"
            )
            #expect(feeds == [["1", "plant/hot"], ["2", "plant/b"], ["3", "plant/a"]])
            let rows = try site.database.rows(
                """
                SELECT feed, samples, good FROM rollup_named
                WHERE step = 'minute' AND samples > 0 ORDER BY id
                """
            )
            let wanted = ["plant/hot", "plant/b", "plant/a"].map { [$0, "60", "60"] }
            #expect(rows == wanted, "three runs within one minute are one row")
            #expect(try site.database.number("SELECT sum(received) FROM message_minute") == 183)
        }

        @Test("goes on with an open alarm and does not announce it again")
        func continuesAlarms() async throws {
            let site = try Site()
            try site.broker.start()
            let key = "plant/hot/value"
            let events = try await Listener(site.broker.port, "assay/test/alarms/event/#")
            let device = try Publisher(site.broker.port)
            for run in 1...2 {
                let daemon = try site.run(Self.feeds)
                let listener = try await Listener(
                    site.broker.port,
                    "assay/test/#",
                    client: "listener-\(run)",
                )
                #expect(await listener.hearsIngest("up"))
                try await device.stream(["plant/hot"], count: 40, every: .milliseconds(20)) { _ in
                    "500"
                }
                #expect(await eventually { !events.messages.isEmpty })
                try await daemon.stop()
            }
            let raises = events.messages.compactMap { Listener.object(of: $0.payload) }
                .filter {
                    $0["type"] as? String == "alarm.raise" && $0["subject"] as? String == key
                }
            #expect(raises.count == 1)
            let occurrences = try site.database.number(
                "SELECT count(DISTINCT occurrence_id) FROM alarm_journal WHERE alarm_key = '\(key)'"
            )
            #expect(occurrences == 1)
        }

        @Test("ends an alarm about a limit that was raised before the restart")
        func endsStaleSystemAlarms() async throws {
            let site = try Site()
            try site.broker.start()
            let device = try Publisher(site.broker.port)
            func count(_ reason: String) -> Int64 {
                site.database.count(
                    """
                    SELECT count(*) FROM alarm_journal
                    WHERE alarm_key = 'system/cardinality' AND reason = '\(reason)'
                    """
                )
            }
            let first = try site.run("discovery: {limit: 2}\n" + Site.everything)
            #expect(
                await eventually {
                    for number in 0..<4 { try? await device.send("plant/\(number)", "20.5") }
                    await pause(.milliseconds(50))
                    return count("raise") == 1
                }
            )
            try await first.stop()
            #expect(count("clear") == 0)
            let second = try site.run("discovery: {limit: 20}\n" + Site.everything)
            #expect(await eventually { count("clear") == 1 })
            try await second.stop()
            #expect(count("raise") == 1)
        }

        @Test("goes on with a silence, less an hour of downtime, and knows the last value")
        func continuesSilence() async throws {
            let site = try Site()
            try site.broker.start()
            let silences = """
                SELECT begin_ns, worst, last_value FROM finding
                WHERE check_id = 'silence' AND is_confirmed ORDER BY id
                """
            for run in 1...2 {
                let system = GatewayClock.system
                let downtime: Int64 = run == 1 ? 0 : 3_600_000_000_000
                let clock = GatewayClock(
                    wall: { ReceiveTime(nanoseconds: system.wall().nanoseconds + downtime) },
                    monotonic: system.monotonic,
                )
                let daemon = try site.run(Self.feeds, clock: clock)
                if run == 1 {
                    let device = try Publisher(site.broker.port)
                    try await device.stream(["plant/hot"], count: 40, every: .milliseconds(50)) {
                        _ in "20.5"
                    }
                }
                #expect(
                    await eventually(within: .seconds(20)) {
                        (try? site.database.rows(silences))?.count == run
                    }
                )
                try await daemon.stop()
            }
            let found = try site.database.rows(silences)
            try #require(found.count == 2)
            #expect(found[0][0] == found[1][0], "since the same message")
            #expect(found[1][2] == "20.5")
            let lengths = found.compactMap { Double($0[1]) }
            // Both limits of 2 s, the second after the reconnect, and no downtime.
            #expect(lengths[1] > lengths[0] + 1.9 && lengths[1] < 60, "\(lengths)")
        }

        /// The system's clocks, moved so that the present minute has begun `second` seconds ago.
        private static func clock(atSecond second: Int64) -> GatewayClock {
            let system = GatewayClock.system
            let minute: Int64 = 60_000_000_000
            let now = system.wall().nanoseconds
            let shift = (now / minute * minute + second * 1_000_000_000) - now
            return GatewayClock(
                wall: { ReceiveTime(nanoseconds: system.wall().nanoseconds + shift) },
                monotonic: system.monotonic,
            )
        }
    }
}
