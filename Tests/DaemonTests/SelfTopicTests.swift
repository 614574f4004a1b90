import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("The topic about the daemon itself")
    struct SelfTopicTests {
        private static let topic = "assay/test/self"

        private func part(_ message: [String: Any]?, _ name: String) -> [String: Any] {
            message?[name] as? [String: Any] ?? [:]
        }

        private func objects(_ listener: Listener) -> [[String: Any]] {
            listener.payloads(Self.topic).compactMap { Listener.object(of: $0) }
        }

        @Test(
            "it says how many came, whoever subscribes late has it, and it goes on every ten seconds"
        )
        func figures() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run("feeds: [{topic: \"#\"}, {topic: plant/never, period: 1h}]")
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            #expect(await eventually { !objects(listener).isEmpty }, "at once, with the connection")
            let first = try #require(objects(listener).first)
            #expect(first["schema"] as? String == "self/1")
            #expect(part(first, "messages")["received_per_s"] == nil)

            let device = try Publisher(site.broker.port)
            try await device.stream(["plant/a"], count: 40, every: .milliseconds(20))
            try await device.send("plant/b", "{garbage")
            #expect(await device.drained())
            #expect(
                await eventually(within: .seconds(15)) {
                    part(objects(listener).last, "samples")["decoded_total"] as? Int == 40
                }
            )
            let second = try #require(objects(listener).last)
            let messages = part(second, "messages")
            #expect(messages["decoded_total"] as? Int == 40)
            #expect(messages["undecodable_total"] as? Int == 1)
            // Its own messages came back under `#`, and were not taken.
            #expect((messages["ignored_total"] as? Int ?? 0) > 0)
            #expect((messages["received_per_s"] as? Double ?? 0) > 0)
            let feeds = part(second, "feeds")
            #expect(feeds["known"] as? Int == 3)
            #expect(feeds["waiting"] as? Int == 1, "plant/never")
            #expect(feeds["learning"] as? Int == 1 || feeds["silent"] as? Int == 1)
            let text = part(second, "learning")["text"] as? String
            #expect(feeds["learning"] as? Int == 0 || text?.hasPrefix("learning, ") == true)
            let brokers = try #require(second["brokers"] as? [[String: Any]])
            #expect(brokers.map { $0["state"] as? String } == ["online"])
            #expect(brokers.first?["in_flight_limit"] as? Int == 2_000)
            let commits = part(second, "commits")
            #expect((commits["succeeded_total"] as? Int ?? 0) > 0)
            #expect((commits["p99_s"] as? Double ?? 9) < 5)
            #expect((part(second, "process")["resident_bytes"] as? Int ?? 0) > 1 << 20)
            #expect((part(second, "process")["cpu_s"] as? Double ?? 0) > 0)
            #expect((part(second, "store")["file_bytes"] as? Int ?? 0) > 0)
            #expect((part(second, "store")["disk_free_bytes"] as? Int ?? 0) > 0)
            let uptimes = [first, second].compactMap { $0["uptime_s"] as? Double }
            #expect(uptimes[1] - uptimes[0] < 25 && uptimes[1] > uptimes[0])

            let late = try await Listener(site.broker.port, Self.topic, client: "late")
            #expect(await eventually { late.messages.first?.isRetained == true })
            try await daemon.stop()
            #expect(
                try site.database.number("SELECT count(*) FROM feed WHERE topic LIKE 'assay/%'")
                    == 0
            )
        }

        @Test("while the broker is away none is kept for it; the first one afterwards tells all")
        func brokerAway() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run()
            let listener = try await Listener(site.broker.port, Self.topic)
            #expect(await eventually { !objects(listener).isEmpty })
            site.broker.kill()
            // Long enough for a message to be due.
            await pause(.seconds(11))
            try site.broker.start()
            let second = try await Listener(site.broker.port, Self.topic, client: "second")
            #expect(await eventually(within: .seconds(40)) { !objects(second).isEmpty })
            // One that was kept would come right behind it, or before.
            await pause(.seconds(1))
            #expect(objects(second).count == 1)
            let message = try #require(objects(second).first)
            #expect(part(message, "publishing")["reconnects_total"] as? Int == 1)
            #expect((message["uptime_s"] as? Double ?? 0) > 11)
            try await daemon.stop()
        }
    }
}
