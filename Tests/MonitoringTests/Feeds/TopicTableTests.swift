import Monitoring
import TestSupport
import Testing

@Suite("The topic table")
struct TopicTableTests {
    private struct Source: Hashable {
        var broker: UInt8
        var bytes: [UInt8]
    }

    private func table(capacity: Int = Limits.topics) throws -> TopicTable {
        let rule = FeedRule(filter: try TopicFilter("#"))
        return TopicTable(
            settings: MonitorSettings(ownTopicRoot: "own", brokerNames: ["a", "b"], rules: [rule]),
            capacity: capacity,
        )
    }

    private func route(_ sources: [Source], in table: inout TopicTable) -> [TopicID] {
        var batch = MessageBatch()
        for source in sources {
            batch.append(
                topic: source.bytes.span,
                payload: [1].span,
                receivedAt: ReceiveTime(nanoseconds: 0),
                qualityOfService: 0,
                isRetained: false,
                broker: source.broker,
            )
        }
        table.route(&batch)
        return batch.records.map(\.topic)
    }

    /// Few letters and short levels, so that topics are prefixes of one another and come again.
    private func topic(using random: inout SeededGenerator) -> [UInt8] {
        let alphabet: [UInt8] = [47, 47, 97, 98, 0xFF, 0xC3, 0xA9, 49]
        let count = Int.random(in: 1...14, using: &random)
        return (0..<count).map { _ in alphabet[Int.random(in: 0..<8, using: &random)] }
    }

    @Test(
        "gives equal bytes of one broker the same number, and others another",
        arguments: [1, 2, 3] as [UInt64],
    )
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = try table()
        var model: [Source: TopicID] = [:]
        var announced = 0
        for round in 0..<60 {
            let sources = (0..<200).map { _ in
                let broker = UInt8.random(in: 0...1, using: &random)
                return Source(broker: broker, bytes: topic(using: &random))
            }
            let topics = route(sources, in: &table)
            for (source, topic) in zip(sources, topics) {
                if let known = model[source] {
                    #expect(known == topic, "seed \(seed), round \(round), \(source.bytes)")
                } else {
                    #expect(topic == TopicID(index: Int32(model.count)))
                    model[source] = topic
                }
            }
            announced += table.takeNewTopics().count
            #expect(announced == model.count)
        }
    }

    @Test("serial numbers in topics displace one another, and no topic that is heard again")
    func serialNumbers() throws {
        var table = try table(capacity: 100)
        let sensors = (0..<30).map { Source(broker: 0, bytes: Array("sensor/\($0)".utf8)) }
        let first = route(sensors, in: &table)
        #expect(route(sensors, in: &table) == first)
        var highest: Int32 = 0
        for serial in 0..<5_000 {
            let garbage = Source(broker: 0, bytes: Array("job/\(serial)".utf8))
            let topic = route([garbage, sensors[serial % 30]], in: &table)
            #expect(topic[0].isClaimed && topic[1] == first[serial % 30])
            highest = max(highest, topic[0].index)
        }
        #expect(table.refusedCount == 0)
        // Two messages a batch: the number of a topic that went is free one batch later.
        #expect(highest < 102, "numbers are given again")
        let names = table.takeNewTopics().map(\.text)
        #expect(names.count == 5_030 && names.last == "job/4999")
    }

    /// Oracle: the announcements. Whoever bears a number is who was announced with it last.
    @Test(
        "a table that forgets never mistakes a topic for another, whatever the size of batches",
        arguments: [4, 5] as [UInt64],
    )
    func forgets(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sources = (0..<6_000).map { _ in
            let broker = UInt8.random(in: 0...1, using: &random)
            return Source(broker: broker, bytes: topic(using: &random).filter { $0 < 128 })
        }
        var stories: [[String]] = []
        for size in [1, 7, 500] {
            var table = try table(capacity: 64)
            var owners: [TopicID: Source] = [:]
            var story: [String] = []
            for start in stride(from: 0, to: sources.count, by: size) {
                let burst = Array(sources[start..<min(start + size, sources.count)])
                let topics = route(burst, in: &table)
                for new in table.takeNewTopics() {
                    owners[new.topic] = Source(broker: new.broker, bytes: Array(new.text.utf8))
                    story.append("\(new.broker) \(new.text)")
                }
                for (source, topic) in zip(burst, topics) {
                    #expect(owners[topic] == source, "seed \(seed), batches of \(size)")
                }
            }
            #expect(owners.count <= 64 + size)
            stories.append(story)
        }
        #expect(stories[0].count > 1_000, "nothing was forgotten: no proof")
        #expect(stories[0] == stories[1] && stories[0] == stories[2])
    }

    @Test("a topic longer than the limit is ignored and counted each time")
    func tooLong() throws {
        var table = try table()
        let long = Source(broker: 0, bytes: Array(repeating: 97, count: Limits.topicBytes + 1))
        #expect(route([long, long], in: &table) == [.refused, .refused])
        #expect(table.refusedCount == 2)
        #expect(table.takeNewTopics().isEmpty)
    }
}
