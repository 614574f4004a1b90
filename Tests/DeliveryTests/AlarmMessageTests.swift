import Alarms
import Delivery
import Foundation
import Monitoring
import TestSupport
import Testing

@Suite struct AlarmMessageTests {
    private func message(_ transition: AlarmTransition, isDurable: Bool = true) -> AlarmMessage {
        AlarmMessage(
            transition,
            gateway: "gw furnace/3",
            epoch: "01JD2K7W9Q",
            isDurable: isDurable,
        )
    }

    @Test("a raise is written as this text")
    func writesARaise() {
        let text = String(decoding: message(Examples.transition()).state, as: UTF8.self)
        let expected = """
            {"schema":"alarm/1","key":"plant1/furnace3/zone2/tc07/frozen","seq":18234,\
            "alarm_seq":7,"epoch":"01JD2K7W9Q","ts":"2026-11-20T22:41:07.412Z","reason":"raise",\
            "state":"UNACK","previous_state":"NORM","active":true,"acked":false,"latched":false,\
            "masked":false,"retain":true,"data":"ok","priority":"medium","opc_severity":500,\
            "ne107":"F","class":"data_quality","title":"Furnace 3 TC-07: value frozen",\
            "message":"Value frozen: 5 min 12 s (limit 5 min), since 22:40:37Z.",\
            "source":{"gateway":"gw furnace/3","area":"heat \\"treatment\\"\\n",\
            "feed":"plant1/furnace3/zone2/tc07","mqtt_topic":"plant1/furnace3/zone2/tc07",\
            "field":"value"},"condition":{"check":"flatLine","also":["attenuated"],\
            "level":"fail","value":312,"limit":300,"unit":"s","on_delay_s":30,"off_delay_s":60,\
            "last_value":1184.2,"last_value_unit":"Cel","value_ts":"2026-11-20T22:41:06.900Z","value_age_s":0.512},\
            "occurrence":{"id":"01JD2K7W9Q-7","condition_ts":"2026-11-20T22:40:37.100Z",\
            "raised_ts":"2026-11-20T22:41:07.412Z","duration_s":0,"unacked_occurrences":1},\
            "guidance":{"cause":"Thermocouple or input card frozen",\
            "consequence":"Control runs on a false temperature","action":"Compare with TC-06",\
            "time_to_respond_s":900},"labels":{"area":"heat \\"treatment\\"\\n","shift":"C"},\
            "durable":true}
            """
        #expect(text == expected)
    }

    @Test("what has no value is absent, not null and not a text")
    func leavesOut() throws {
        var transition = Examples.transition(.clear, isActive: false)
        transition.condition = AlarmTransition.Condition(check: "flatLine", limit: .infinity)
        transition.message = ""
        transition.occurrence?.clearedAt = nil
        let object = try parse(message(transition).state)
        #expect(object["message"] == nil)
        #expect(object["mask"] == nil)
        let condition = try #require(object["condition"] as? [String: Any])
        #expect(Set(condition.keys) == ["check", "on_delay_s", "off_delay_s"])
        let occurrence = try #require(object["occurrence"] as? [String: Any])
        #expect(occurrence["cleared_ts"] == nil)
        #expect(occurrence["acked_ts"] == nil)
    }

    @Test("an event is a CloudEvent that carries the state object")
    func wrapsInACloudEvent() throws {
        let event = try parse(message(Examples.transition()).event)
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["id"] as? String == "01JD2K7W9Q/18234")
        #expect(event["source"] as? String == "gw%20furnace%2F3")
        #expect(event["type"] as? String == "alarm.raise")
        #expect(event["subject"] as? String == "plant1/furnace3/zone2/tc07/frozen")
        #expect(event["time"] as? String == "2026-11-20T22:41:07.412Z")
        let data = try #require(event["data"] as? NSDictionary)
        let state = try parse(message(Examples.transition()).state) as NSDictionary
        #expect(data == state)
    }

    @Test("control characters, quotes and backslashes come back as they were")
    func escapes() throws {
        var transition = Examples.transition()
        let nasty = "a\"b\\c\u{1}\u{1f}\t\r\n/é🔥\u{7f}"
        transition.title = nasty
        #expect(try parse(message(transition).state)["title"] as? String == nasty)
    }

    @Test("every kind of message satisfies the shared schema")
    func satisfiesTheSchema() throws {
        guard let file = SharedFolder.url("oracles/alarm.schema.json") else { return }
        let schema = try JSONSchema(Data(contentsOf: file))
        var transitions = AlarmReason.allCases.map { Examples.transition($0) }
        transitions += Priority.allCases.map { Examples.transition(priority: $0) }
        transitions.append(Examples.system())
        transitions.append(Examples.transition(.clear, isActive: false))
        var masked = Examples.transition(.suppress)
        masked.suppressedBy = ["concern:data"]
        masked.state.isSuppressed = true
        masked.display = .suppressed
        masked.occurrence = nil
        transitions.append(masked)
        for transition in transitions {
            let problems = schema.problems(Data(message(transition).state))
            #expect(problems == [], "\(transition.reason)")
        }
        guard let examples = SharedFolder.url("oracles/alarm_examples") else { return }
        try validateExamples(schema, examples)
    }

    /// The validator itself is held against the examples: those named `bad_…` must be refused.
    private func validateExamples(_ schema: JSONSchema, _ folder: URL) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!files.isEmpty)
        for file in files.sorted() where file.hasSuffix(".json") {
            let problems = schema.problems(try Data(contentsOf: folder.appending(path: file)))
            #expect(problems.isEmpty == !file.hasPrefix("bad"), "\(file): \(problems)")
        }
    }

    @Test("the status names what a consumer needs, and the last will names no time")
    func writesStatus() {
        let topics = AlarmTopics(root: "assay/gw")
        let status = StatusMessage(
            epoch: "E",
            since: ReceiveTime(nanoseconds: Examples.start),
            lastSequence: 12,
            isClockSynchronised: true,
            ingest: [
                StatusMessage.Ingest(broker: "main", isUp: true),
                StatusMessage.Ingest(broker: "hall 2", isUp: false),
            ],
        )
        let online = status.online(on: topics)
        #expect(online.topic == "assay/gw/status")
        #expect(online.isRetained)
        #expect(online.qualityOfService == 1)
        #expect(
            String(decoding: online.payload, as: UTF8.self) == """
                {"state":"online","epoch":"E","since":"2026-11-20T22:41:07.412Z","last_seq":12,\
                "clock_synced":true,"ingest":{"main":"up","hall 2":"down"}}
                """
        )
        let offline = StatusMessage.offline(epoch: "E", on: topics)
        #expect(
            String(decoding: offline.payload, as: UTF8.self) == #"{"state":"offline","epoch":"E"}"#
        )
        #expect(offline.isRetained)
    }

    @Test("a message is written in well under a millisecond")
    func isFast() {
        let transition = Examples.transition()
        let clock = ContinuousClock()
        var bytes = 0
        let time = clock.measure {
            for _ in 0..<1_000 { bytes += message(transition).event.count }
        }
        let each = time / 1_000
        print("an event of \(bytes / 1_000) bytes takes \(each)")
        // Ten times the budget of an unoptimised build: this catches a blunder, not a slow machine.
        #expect(each < .milliseconds(5))
    }

    private func parse(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        )
    }
}
