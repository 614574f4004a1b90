import TestSupport
import Testing

extension DaemonSuite {
    @Suite("With nothing configured but plant/#")
    struct OneAlarmTests {
        private static let topics = ["plant/a", "plant/b", "plant/c"]

        @Test("garbage on a topic and a sensor that stops give exactly one alarm each")
        func oneAlarmEach() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/alarms/event/#")
            let daemon = try site.run()
            let device = try Publisher(site.broker.port)
            // All three for 1.5 s; then a goes on, b sends garbage, c stops.
            try await device.stream(Self.topics, count: 30, every: .milliseconds(50))
            for round in 0..<90 {
                try await device.stream(["plant/a"], count: 1, every: .milliseconds(50))
                if round < 70 { try await device.send("plant/b", "{\"v\": 20.") }
                if round >= 70 { try await device.send("plant/b", Publisher.reading(round)) }
            }
            #expect(
                await eventually { Set(raises(listener)) == ["plant/b/format", "plant/c/data"] }
            )
            try await daemon.stop()
            #expect(raises(listener).sorted() == ["plant/b/format", "plant/c/data"])
            let alarms = try site.database.rows(
                "SELECT alarm_key FROM alarm_journal WHERE reason = 'raise' ORDER BY alarm_key"
            )
            #expect(alarms == [["plant/b/format"], ["plant/c/data"]])
            let kept = try site.database.rows(
                "SELECT count(*), min(payload_bytes), max(payload_bytes) FROM quarantine"
            )
            #expect(kept == [["70", "9", "9"]])
        }

        private func raises(_ listener: Listener) -> [String] {
            listener.messages.compactMap { Listener.object(of: $0.payload) }
                .filter { $0["type"] as? String == "alarm.raise" }
                .compactMap { $0["subject"] as? String }
        }
    }
}
