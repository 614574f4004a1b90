import TestSupport
import Testing

extension DaemonSuite {
    @Suite("When the broker is away")
    struct BrokerLossTests {
        private static let feeds = """
            feeds:
              - topic: plant/limited
                period: 50ms
                checks: { range: { fail: [0, 100] } }
              - topic: plant/#
                alarm: { requiresAcknowledgement: true }
            """

        @Test("a broker that dies and forgets everything costs no silence alarm and no alarm state")
        func killedAndRestarted() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run(Self.feeds)
            let before = try await Listener(site.broker.port, "assay/test/#")
            #expect(await before.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let topics = ["plant/limited", "plant/a", "plant/b"]
            // One alarm is open when the broker dies, and one is over but not acknowledged: nothing
            // but the reconnect brings its state back.
            try await device.send("plant/a", "?")
            try await device.stream(topics, count: 280, every: .milliseconds(25)) { _ in "500" }
            let state = "assay/test/alarms/state/plant/limited/value"
            let returned = "assay/test/alarms/state/plant/a/format"
            #expect(await eventually { before.object(state) != nil })
            #expect(await eventually { before.object(returned)?["state"] as? String == "RTNUN" })
            let sequence = before.object(returned)?["alarm_seq"] as? Int

            site.broker.kill()
            #expect(await eventually { transitions("raise", site) == 1 })
            // Longer than any of the feeds may be silent: 2 s.
            await pause(.milliseconds(2_500))
            try site.broker.start()
            // The sensors go on at once, on a connection that has no back-off to sit out, for as long
            // as the daemon may take: its own back-off is drawn by lot and reaches 8 s here.
            let again = try Publisher(site.broker.port, client: "device-again")
            let streaming = Task {
                try await again.stream(topics, count: 800, every: .milliseconds(50)) { _ in "500" }
            }
            let after = try await Listener(site.broker.port, "assay/test/#", client: "after")
            #expect(await after.hears(status: "online", within: .seconds(20)))
            #expect(await eventually { after.object(state)?["state"] as? String == "ACKED" })
            #expect(await eventually { after.object(returned)?["state"] as? String == "RTNUN" })
            #expect(after.object(returned)?["alarm_seq"] as? Int == sequence, "not raised again")
            // The alarm of the broker clears 5 s after its return.
            #expect(await eventually(within: .seconds(30)) { transitions("clear", site) == 1 })
            streaming.cancel()
            try? await streaming.value
            #expect(await again.drained())
            try await daemon.stop()

            let silence = try site.database.rows(
                "SELECT feed, check_id FROM finding_named WHERE check_id = 'silence'"
            )
            #expect(silence.isEmpty, "the broker was away, not the sensors")
            let received = try site.database.number("SELECT sum(received) FROM message_minute")
            #expect(received > 3 * 280 + 240, "the daemon subscribed again")
        }

        @Test(
            "a broker that hangs silences nobody; when all sensors behind a living one stop, all do"
        )
        func hangs() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run(
                "feeds: [{topic: plant/#}]",
                connection: ["keepAlive: 30s"],
            )
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let topics = (0..<12).map { "plant/\($0)" }
            try await device.stream(topics, count: 80, every: .milliseconds(25))
            site.broker.freeze()
            // Longer than any of the feeds may be silent: 2 s.
            await pause(.seconds(4))
            #expect(silences(site) == 0)
            site.broker.thaw()
            try await device.stream(topics, count: 120, every: .milliseconds(25))
            #expect(silences(site) == 0, "the broker hung, not the sensors")
            #expect(await device.drained())
            #expect(await eventually { silences(site) == 12 }, "the broker answers, they do not")
            #expect(transitions("raise", site) == 0)
            try await daemon.stop()
        }

        private func silences(_ site: Site) -> Int64 {
            site.database.count(
                "SELECT count(*) FROM finding_named WHERE check_id = 'silence' AND is_confirmed"
            )
        }

        private func transitions(_ reason: String, _ site: Site) -> Int64 {
            site.database.count(
                """
                SELECT count(*) FROM alarm_journal
                WHERE alarm_key = 'system/broker/main' AND reason = '\(reason)'
                """
            )
        }

        @Test("a broker that is absent at the start is an alarm in the database, not a failure")
        func absentAtStart() async throws {
            let site = try Site()
            let daemon = try site.run()
            #expect(await eventually { transitions("raise", site) == 1 })
            #expect(daemon.log.contains("broker cannot be reached"))
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hears(status: "online", within: .seconds(20)))
            let device = try Publisher(site.broker.port)
            #expect(
                await eventually(within: .seconds(20)) {
                    try? await device.send("plant/a", "20.5")
                    await pause(.milliseconds(50))
                    return site.database.count("SELECT count(*) FROM feed") == 1
                }
            )
            #expect(await eventually { transitions("clear", site) == 1 })
            try await daemon.stop()
        }
    }
}
