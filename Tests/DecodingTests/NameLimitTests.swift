import Decoding
import Monitoring
import Testing

/// Publishers that put serial numbers into the keys of their payloads.
@Suite("Names that come once")
struct NameLimitTests {
    private struct Reader {
        var decoder = MessageDecoder(payloads: [PayloadSettings()])

        init() { for topic in 0..<80 { decoder.register(TopicID(index: Int32(topic)), rule: 0) } }

        mutating func read(_ payloads: [String], topic: Int32) -> DecodedBatch {
            var batch = MessageBatch()
            for payload in payloads {
                batch.append(
                    topic: Array("t".utf8).span,
                    payload: Array(payload.utf8).span,
                    receivedAt: ReceiveTime(nanoseconds: 1),
                    qualityOfService: 0,
                    isRetained: false,
                    broker: 0,
                )
                batch.records[batch.records.count - 1].topic = TopicID(index: topic)
            }
            var output = DecodedBatch()
            decoder.decode(batch, into: &output)
            return output
        }
    }

    @Test(
        "leave room for the fields of other topics, whatever stands under them",
        arguments: [
            #"{"order-#": 1}"#, #"{"order-#": "done"}"#, #"{"order-#": {"state": "done"}}"#,
            #"{"order-#": {"count": 1}}"#, #"{"order-#": {"by-#": "me"}, "count": 1}"#,
        ],
    )
    func serialNumbers(shape: String) {
        var reader = Reader()
        for first in stride(from: 0, to: 2 * Limits.namesKept, by: 1_000) {
            let payloads = (first..<first + 1_000).map { serial in
                shape.split(separator: "#", omittingEmptySubsequences: false)
                    .joined(separator: "\(serial)")
            }
            let output = reader.read(payloads, topic: 0)
            #expect(output.messages.allSatisfy { $0.outcome == .decoded })
        }
        let fields = (0..<100).map { #"{"new-\#($0)": {"a": 1, "b": 2}}"# }
        let output = reader.read(fields, topic: 1)
        #expect(output.newFields.count == 200)
        #expect(output.messages.allSatisfy { $0.samplesBeyondLimit == 0 && $0.sampleCount == 2 })
        // The same again: the fields are known.
        let again = reader.read(fields, topic: 1)
        #expect(
            again.newFields.isEmpty && again.samples.map(\.value) == output.samples.map(\.value)
        )
    }

    @Test("a field that is refused says why")
    func causes() {
        var reader = Reader()
        let fields = (0..<Limits.fieldsPerTopic).map { #"{"a\#($0)": 1}"# }
        #expect(reader.read(fields, topic: 0).newFields.count == Limits.fieldsPerTopic)
        let beyond = reader.read([#"{"one more": 1, "a7": 2}"#], topic: 0).messages
        #expect(beyond.map(\.samplesBeyondLimit) == [1])
        #expect(beyond.map(\.fieldRefusal) == [.fields])
        // Fields of many topics, each under names of its own, take all there are.
        for topic in 1..<79 as Range<Int32> {
            let own = (0..<1_000).map { "\"t\(topic)-\($0)\":1" }
            _ = reader.read(["{\(own.joined(separator: ","))}"], topic: topic)
        }
        let last = reader.read([#"{"fresh": 1, "a7": 2}"#], topic: 79).messages
        #expect(last.map(\.samplesBeyondLimit) == [1])
        #expect(last.map(\.fieldRefusal) == [.names])
    }
}
