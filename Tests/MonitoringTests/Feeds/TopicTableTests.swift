import Monitoring
import TestSupport
import Testing

@Suite("The topic table")
struct TopicTableTests {
    private struct Source: Hashable {
        var broker: UInt8
        var bytes: [UInt8]
    }

    private func table() throws -> TopicTable {
        let rule = FeedRule(filter: try TopicFilter("#"))
        return TopicTable(
            settings: MonitorSettings(ownTopicRoot: "own", brokerNames: ["a", "b"], rules: [rule])
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

    @Test("a full table goes on with the topics it knows, and counts the others")
    func full() throws {
        var table = try table()
        let sources = (0..<Limits.topics + 5).map {
            Source(broker: 0, bytes: Array("t/\($0)".utf8))
        }
        let topics = route(sources, in: &table)
        #expect(topics.prefix(Limits.topics).map(\.index) == (0..<Int32(Limits.topics)).map { $0 })
        #expect(topics.suffix(5).allSatisfy { $0 == .refused })
        #expect(table.refusedCount == 5)
        #expect(route([sources[7], sources[99_999]], in: &table).map(\.index) == [7, 99_999])
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
