import Decoding
import Monitoring
import Testing

@Suite("Other payload settings while topics are read")
struct ReloadTests {
    private static func field(_ name: String, _ path: String) throws -> PayloadSettings.Field {
        PayloadSettings.Field(name: name, value: try JSONPath(path), unit: nil)
    }

    private static func topic(_ index: Int32, rule: Int32) throws -> TopicTable.NewTopic {
        var table = TopicTable(
            settings: MonitorSettings(
                ownTopicRoot: "own",
                brokerNames: ["main"],
                rules: [FeedRule(filter: try TopicFilter("#"))],
            )
        )
        var batch = MessageBatch()
        batch.append(
            topic: Array("t".utf8).span,
            payload: [UInt8]().span,
            receivedAt: Decoded.receivedAt,
            qualityOfService: 0,
            isRetained: false,
            broker: 0,
        )
        table.route(&batch)
        var topic = table.takeNewTopics()[0]
        topic.topic = TopicID(index: index)
        topic.rule = rule
        return topic
    }

    private static func payload(_ time: Int64) -> [UInt8] { Array(#"{"v":1,"ts":\#(time)}"#.utf8) }

    @Test(
        "a topic that is read as before goes on with the unit of its times, any other learns it anew"
    )
    func unitOfTimes() throws {
        for isChanged in [false, true] {
            var decoded = Decoded()
            // Seconds, often enough to be kept.
            _ = decoded.decode((0..<30).map { Self.payload(1_700_000_000 + $0) })
            var settings = PayloadSettings()
            if isChanged { settings.words = ["on", "off"] }
            decoded.decoder = decoded.decoder.goingOn(
                as: [PayloadSettings(words: ["x"]), settings],
                registering: [try Self.topic(0, rule: 1)],
            )
            // A number of the magnitude of milliseconds is a wrong time for whoever keeps seconds.
            _ = decoded.decode([Self.payload(1_700_000_031_000)])
            let time = try #require(decoded.output.samples.first).sourceTime.nanoseconds
            #expect((time == 1_700_000_031_000_000_000) == isChanged)
            #expect(decoded.output.newFields.map(\.name) == ["v"], "fields are announced anew")
        }
    }

    @Test(
        "values are read alike where their own path, and what gives them their meaning, is the same"
    )
    func readsAlike() throws {
        let plain = PayloadSettings()
        let fields = PayloadSettings(
            fields: [try Self.field("x", "$.x"), try Self.field("y", "$.y")]
        )
        var moved = fields
        moved.fields[1] = try Self.field("y", "$.pos.y")
        #expect(plain.readsAlike(plain, field: "v"))
        #expect(fields.readsAlike(moved, field: "x"))
        #expect(!fields.readsAlike(moved, field: "y"))
        #expect(!plain.readsAlike(fields, field: "x") && !fields.readsAlike(plain, field: "x"))
        var timed = fields
        timed.time = try JSONPath("$.time")
        timed.timeUnit = .ms
        timed.quality = try JSONPath("$.q")
        #expect(fields.readsAlike(timed, field: "x"), "times and quality are not values")
        var worded = fields
        worded.words = ["on", "off"]
        #expect(!fields.readsAlike(worded, field: "x"), "a word's number is another one")
        var united = fields
        united.unit = .declared("mm")
        #expect(!fields.readsAlike(united, field: "x"))
    }
}
