import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("The path of a message")
    struct OnePathTests {
        private static let feeds = """
            feeds:
              - topic: plant/furnace1/temperature
                period: 50ms
                checks: { range: { fail: [0, 100] } }
              - topic: \(Site.marker)
            """

        @Test("what another client publishes becomes rows, an alarm state, an event, and a status")
        func fromMessageToAlarm() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/#")
            let daemon = try site.run(Self.feeds)
            #expect(await listener.hears(status: "online"))
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(
                ["plant/furnace1/temperature"],
                count: 40,
                every: .milliseconds(25)
            )
            try await device.stream(
                ["plant/furnace1/temperature"],
                count: 20,
                every: .milliseconds(25),
                payload: { "\(900 + $0)" },
            )
            let key = "plant/furnace1/temperature/value"
            let state = "assay/test/alarms/state/\(key)"
            #expect(await eventually { listener.object(state) != nil })
            #expect(try await site.isCaughtUp(device))
            try await daemon.stop()
            #expect(await listener.hears(status: "offline"))

            try expectAlarm(#require(listener.object(state)), key: key)
            let event = try #require(
                listener.messages.last { $0.topic == "assay/test/alarms/event/low/\(key)" }
            )
            try expectEvent(#require(Listener.object(of: event.payload)), key: key)
            try expectRows(site.database)
            let late = try await Listener(site.broker.port, "assay/#", client: "late")
            #expect(await eventually { late.object(state) != nil })
            #expect(late.messages.allSatisfy { $0.isRetained }, "an event is no state")
        }

        /// The members that alarms.md makes obligatory, and what they say here.
        private func expectAlarm(_ alarm: [String: Any], key: String) {
            for name in [
                "schema", "key", "seq", "alarm_seq", "epoch", "ts", "reason", "state", "active",
                "acked", "data", "priority", "class", "title", "message", "source", "condition",
                "occurrence", "guidance", "durable",
            ] {
                #expect(alarm[name] != nil, "the alarm has no member \(name)")
            }
            #expect(alarm["schema"] as? String == "alarm/1")
            #expect(alarm["key"] as? String == key)
            #expect(alarm["state"] as? String == "ACKED", "nobody is asked to acknowledge")
            #expect(alarm["active"] as? Bool == true)
            #expect(alarm["durable"] as? Bool == true)
            let source = alarm["source"] as? [String: Any]
            #expect(source?["gateway"] as? String == "test")
            #expect(source?["mqtt_topic"] as? String == "plant/furnace1/temperature")
            let condition = alarm["condition"] as? [String: Any]
            #expect(condition?["check"] as? String == "range")
            #expect(condition?["limit"] as? Double == 100)
            #expect(condition?["value"] as? Double ?? 0 > 100, "the same quantity as the limit")
            #expect(condition?["last_value"] is Double)
        }

        private func expectEvent(_ event: [String: Any], key: String) {
            #expect(event["specversion"] as? String == "1.0")
            #expect(event["subject"] as? String == key)
            for name in ["id", "source", "type", "time"] {
                #expect(event[name] is String, "the event has no member \(name)")
            }
            let alarm = event["data"] as? [String: Any] ?? [:]
            expectAlarm(alarm, key: key)
            let id = "\(alarm["epoch"] as? String ?? "?")/\(alarm["seq"] as? Int ?? -1)"
            #expect(event["id"] as? String == id)
        }

        /// 60 samples were sent: 40 of them good, and every one is in a minute, once. Extremes are
        /// those of the samples that did not fail.
        private func expectRows(_ database: Database) throws {
            let sums = try database.rows(
                """
                SELECT sum(samples), sum(good), sum(fail), min(minimum), max(maximum)
                FROM rollup_named WHERE step = 'minute' AND feed = 'plant/furnace1/temperature'
                """
            )
            #expect(sums == [["60", "40", "20", "20.1", "20.9"]])
            let ledger = try database.rows(
                "SELECT sum(received), sum(decoded), sum(undecodable) FROM message_minute"
            )
            #expect(ledger == [["61", "60", "1"]], "and the marker")
            let range = try database.rows(
                "SELECT verdict, is_confirmed, limit_value FROM finding WHERE check_id = 'range'"
            )
            #expect(range == [["4", "1", "100.0"]])
        }
    }
}
