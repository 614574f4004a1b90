import Decoding
import Monitoring
import TestSupport
import Testing

/// Batches in, batches out: order, numbering, limits, independence of borders.
@Suite("Message decoder")
struct MessageDecoderTests {
    private static func append(
        _ payload: String,
        topic: TopicID,
        at nanoseconds: Int64,
        to batch: inout MessageBatch,
    ) {
        batch.append(
            topic: Array("t".utf8).span,
            payload: Array(payload.utf8).span,
            receivedAt: ReceiveTime(nanoseconds: nanoseconds),
            qualityOfService: 1,
            isRetained: true,
            broker: 3,
        )
        batch.records[batch.records.count - 1].topic = topic
    }

    @Test("every record becomes one message, in order, with what the transport knows of it")
    func records() {
        var decoder = MessageDecoder(payloads: [PayloadSettings()])
        let topic = TopicID(index: 5)
        #expect(!decoder.isRegistered(topic))
        decoder.register(topic, rule: 0)
        #expect(decoder.isRegistered(topic) && !decoder.isRegistered(TopicID(index: 4)))
        var batch = MessageBatch()
        batch.append(.connectionUp, at: ReceiveTime(nanoseconds: 1), broker: 2)
        Self.append("1.5", topic: topic, at: 2, to: &batch)
        Self.append("1.5", topic: .ignored, at: 3, to: &batch)
        Self.append("x", topic: topic, at: 4, to: &batch)
        batch.append(.connectionDown, at: ReceiveTime(nanoseconds: 5), broker: 2)
        batch.append(.redelivered, at: ReceiveTime(nanoseconds: 6), broker: 1)
        batch.append(.connectionClosed, at: ReceiveTime(nanoseconds: 7), broker: 2)
        batch.closedAt = ReceiveTime(nanoseconds: 9)
        var output = DecodedBatch()
        decoder.decode(batch, into: &output)
        #expect(
            output.messages.map(\.outcome) == [
                .connectionUp, .decoded, .ignored, .undecodable(.notANumberOrWord, offset: 0),
                .connectionDown, .redelivered, .connectionClosed,
            ]
        )
        #expect(output.messages.map(\.record) == Array(0...6))
        #expect(output.messages.map(\.receivedAt.nanoseconds) == Array(1...7))
        #expect(output.messages.map(\.sampleCount) == [0, 1, 0, 0, 0, 0, 0])
        #expect(output.messages.map(\.broker) == [2, 3, 3, 3, 2, 1, 2])
        #expect(output.messages[1].isRetained && output.messages[1].qualityOfService == 1)
        #expect(output.messages[1].payloadHash == output.messages[2].payloadHash)
        #expect(output.messages[1].payloadHash != output.messages[3].payloadHash)
        #expect(output.closedAt.nanoseconds == 9)
        #expect(output.newFields.map(\.name) == ["value"])
    }

    @Test("the time beside a payload is the source time of samples that have none")
    func envelopeTime() {
        var decoder = Decoded()
        let time = SourceTime(nanoseconds: 1_600_000_000_000_000_000)
        let payloads = [
            "5", "{\"ts\":1700000000250,\"v\":1}", "{\"ts\":0,\"v\":1}", "{\"ts\":null,\"v\":1}",
        ]
        let messages = decoder.decode(payloads.map { Array($0.utf8) }, envelopeTime: time)
        let values = messages.flatMap { decoder.values(of: $0) }
        #expect(
            values.map(\.nanoseconds)
                == [time.nanoseconds, 1_700_000_000_250_000_000, nil, time.nanoseconds]
        )
        #expect(values[2].timeProblem == .impossible)
    }

    @Test("fields are announced once, before use, numbered per topic in the order of first sight")
    func newFields() {
        var decoder = Decoded([PayloadSettings(), PayloadSettings()])
        _ = decoder.decode([Array("{\"b\":1,\"a\":2}".utf8)], rule: 0)
        #expect(decoder.output.newFields.map(\.name) == ["b", "a"])
        #expect(decoder.output.newFields.map(\.field.index) == [0, 1])
        let again = decoder.decode([Array("{\"a\":1,\"c\":3,\"b\":2}".utf8)], rule: 0)[0]
        #expect(decoder.output.newFields.map(\.name) == ["c"])
        #expect(again.samples.map { decoder.output.samples[$0].field.index } == [1, 2, 0])
        _ = decoder.decode([Array("{\"a\":1}".utf8)], rule: 1)
        #expect(decoder.output.newFields.map(\.field.index) == [0])
        #expect(decoder.output.newFields.map(\.topic.index) == [1])
    }

    @Test("topics of one rule share names and not fields")
    func sharedRule() {
        var decoder = MessageDecoder(payloads: [PayloadSettings()])
        var batch = MessageBatch()
        for index in 0..<3 {
            let topic = TopicID(index: Int32(index))
            decoder.register(topic, rule: 0)
            Self.append("{\"x\(index)\":1,\"v\":2}", topic: topic, at: 1, to: &batch)
        }
        var output = DecodedBatch()
        decoder.decode(batch, into: &output)
        #expect(output.newFields.map(\.name) == ["x0", "v", "x1", "v", "x2", "v"])
        #expect(output.newFields.map(\.field.index) == [0, 1, 0, 1, 0, 1])
    }

    @Test("a number that is given to another topic begins anew")
    func numberGivenAgain() {
        var decoder = MessageDecoder(payloads: [PayloadSettings()])
        var output = DecodedBatch()
        for text in ["{\"a\":1,\"b\":2}", "{\"b\":3}"] {
            let topic = TopicID(index: 0)
            decoder.register(topic, rule: 0)
            var batch = MessageBatch()
            Self.append(text, topic: topic, at: 1, to: &batch)
            output.removeAll()
            decoder.decode(batch, into: &output)
        }
        #expect(output.newFields.map(\.name) == ["b"])
        #expect(output.samples.map(\.field.index) == [0])
    }

    @Test("an undecodable message leaves no sample, no field and no name behind")
    func rollback() {
        var decoder = Decoded()
        let broken = Array("{\"a\":1,\"b\":{\"c\":2},\"d\":".utf8)
        let message = decoder.decode([broken])[0]
        #expect(message.outcome == .undecodable(.truncated, offset: Int32(broken.count)))
        #expect(decoder.output.samples.isEmpty && decoder.announced.isEmpty)
        let whole = decoder.decode([Array("{\"d\":1,\"b\":{\"c\":2},\"a\":3}".utf8)])[0]
        #expect(decoder.values(of: whole).map(\.name) == ["d", "b.c", "a"])
        #expect(decoder.values(of: whole).map(\.value) == [1, 2, 3])
    }

    @Test("two paths that would make one name give one field; the other is counted, not mixed in")
    func equalNames() {
        var decoder = Decoded()
        let payload = Array("{\"x\":1,\"values\":[{\"id\":\"x\",\"v\":2}]}".utf8)
        let message = decoder.decode([payload])[0]
        #expect(decoder.values(of: message).map(\.value) == [1])
        #expect(message.samplesBeyondLimit == 1)
    }

    @Test("keys with points, brackets and quotes stay apart from paths")
    func names() {
        let text =
            "{\"a.b\":1,\"a\":{\"b\":2,\"c.d\":3,\"e\":{\"f\":4}},\"\":{\"g\":5},\"x'y\":6,\"[0]\":{\"z\":7}}"
        #expect(
            decoded(text).values.map(\.name)
                == ["['a.b']", "a.b", "a['c.d']", "a.e.f", ".g", "['x'y']", "['[0]'].z"]
        )
    }

    // MARK: Limits

    @Test("a topic keeps its first 1,024 fields; samples of further ones are dropped and counted")
    func fieldLimit() {
        var decoder = Decoded()
        let document = { (range: Range<Int>) in
            Array(("{" + range.map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}").utf8)
        }
        let first = decoder.decode([document(0..<1_000)])[0]
        #expect(first.sampleCount == 1_000 && first.samplesBeyondLimit == 0)
        let second = decoder.decode([document(900..<1_100)])[0]
        #expect(second.sampleCount == 124 && second.samplesBeyondLimit == 76)
        #expect(decoder.values(of: second).map(\.value) == (900..<1_024).map(Double.init))
        let third = decoder.decode([document(0..<1_000)])[0]
        #expect(third.sampleCount == 1_000 && third.samplesBeyondLimit == 0)
        #expect(decoder.announced.count == Limits.fieldsPerTopic)
    }

    @Test("more samples than the limit in one message make it undecodable")
    func sampleLimit() {
        let document = { (count: Int) in
            let keys = (0..<count).map { "\"k\($0)\":1" }
            return Array("{\(keys.joined(separator: ","))}".utf8)
        }
        #expect(problem(document(Limits.samplesPerMessage)) == nil)
        #expect(problem(document(Limits.samplesPerMessage + 1)) == .tooManyFields)
    }

    @Test("ever new names of one topic take no room from others, and known ones go on")
    func nameLimit() throws {
        let declared = PayloadSettings(
            fields: [.init(name: nil, value: try path("$.known"), unit: nil)]
        )
        var decoder = Decoded([declared, PayloadSettings()])
        let document = { (prefix: Int) in
            let keys = (0..<4_000).map { "\"n\(prefix)-\($0)\":1" }
            return Array("{\"known\":1,\(keys.joined(separator: ","))}".utf8)
        }
        let known = Array("{\"known\":1}".utf8)
        #expect(decoder.decode([known], rule: 0)[0].sampleCount == 1)
        // Ever new names, as from a device that writes times or serial numbers as keys.
        for prefix in 0..<20 { _ = decoder.decode([document(prefix)], rule: 0) }
        let other = decoder.decode([Array("{\"fresh\":1}".utf8)], rule: 1)[0]
        #expect(other.sampleCount == 1 && other.samplesBeyondLimit == 0)
        #expect(decoder.decode([known], rule: 0)[0].sampleCount == 1)
        let twice = Array("{\"fresh\":1,\"fresh\":2}".utf8)
        #expect(
            decoder.decode([twice], rule: 1)[0].outcome == .undecodable(.duplicateKey, offset: 11)
        )
    }

    // MARK: Determinism

    @Test("results do not depend on the borders of batches, nor on the seed of the tables")
    func batchBorders() {
        var generator = SeededGenerator.printed(31, "borders")
        let payloads = (0..<600).map { _ in
            let bytes = RandomJSON.document(using: &generator)
            return String(decoding: bytes, as: UTF8.self)
        }
        let whole = Self.run(payloads, batchSize: payloads.count, seed: 0)
        for (size, seed) in [(1, UInt64(0)), (7, 1), (64, .max)] {
            let parts = Self.run(payloads, batchSize: size, seed: seed)
            #expect(parts.samples == whole.samples)
            #expect(parts.outcomes == whole.outcomes)
            #expect(parts.names == whole.names)
        }
    }

    private struct Results {
        var samples: [String] = []
        var outcomes: [DecodedMessage.Outcome] = []
        var names: [String] = []
    }

    private static func run(_ payloads: [String], batchSize: Int, seed: UInt64) -> Results {
        var decoder = MessageDecoder(payloads: [PayloadSettings()], hashSeed: seed)
        for topic in 0..<4 { decoder.register(TopicID(index: Int32(topic)), rule: 0) }
        var results = Results()
        var batch = MessageBatch()
        var output = DecodedBatch()
        for (index, payload) in payloads.enumerated() {
            append(payload, topic: TopicID(index: Int32(index % 4)), at: Int64(index), to: &batch)
            guard batch.records.count == batchSize || index == payloads.count - 1 else { continue }
            decoder.decode(batch, into: &output)
            results.samples += output.samples.map { "\($0)" }
            results.outcomes += output.messages.map(\.outcome)
            results.names += output.newFields.map {
                "\($0.topic.index) \($0.field.index) \($0.name)"
            }
            batch.removeAll()
            output.removeAll()
        }
        return results
    }

    @Test("equal payloads have equal hashes, and a change of any one bit another")
    func hashes() {
        var generator = SeededGenerator.printed(3, "hashes")
        var decoder = Decoded()
        for count in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100] {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            var payloads = [bytes, bytes]
            for bit in 0..<count * 8 {
                var changed = bytes
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                payloads.append(changed)
            }
            payloads.append(bytes + [0])
            let hashes = decoder.decode(payloads).map(\.payloadHash)
            #expect(hashes[0] == hashes[1])
            #expect(Set(hashes).count == hashes.count - 1, "\(count) bytes")
        }
    }

    @Test("units that payloads name are numbered once, and read back")
    func units() throws {
        let settings = PayloadSettings(
            fields: [.init(name: nil, value: try path("$.v"), unit: .path(try path("$.u")))]
        )
        var decoder = Decoded([settings])
        let payloads = ["Cel", "K", "Cel", "m\\u00b3/h", "K", "", "5"].map {
            Array("{\"v\":1,\"u\":\"\($0)\"}".utf8)
        }
        let messages = decoder.decode(payloads)
        let values = messages.flatMap { decoder.values(of: $0) }
        #expect(values.map(\.unit) == ["Cel", "K", "Cel", "m³/h", "K", nil, "5"])
        #expect(decoder.output.samples.map(\.unit) == [1, 2, 1, 3, 2, 0, 4])
        let absent = decoder.decode([Array("{\"v\":1,\"u\":5}".utf8)])[0]
        #expect(decoder.values(of: absent).map(\.unit) == [nil])
    }
}
