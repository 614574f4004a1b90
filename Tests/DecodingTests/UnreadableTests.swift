import Decoding
import Monitoring
import Testing

/// Where the payload decides what its fields are: nothing that was a value once vanishes unseen.
@Suite("Values that turn into something else")
struct UnreadableTests {
    private typealias Value = Decoded.Value

    /// Documents of one topic, one after the other.
    private static func values(
        _ texts: [String],
        _ settings: PayloadSettings = PayloadSettings(),
    ) -> [[Value]] {
        var decoder = Decoded([settings])
        return decoder.decode(texts.map { Array($0.utf8) }).map { decoder.values(of: $0) }
    }

    @Test(
        "a text or container in the place of a known value is an unreadable sample, others go on",
        arguments: ["\"ERR\"", "\"\"", "\"\\u0045RR\"", "{}", "{\"b\":\"x\"}", "[]", "[1,2]"],
    )
    func known(text: String) {
        let values = Self.values([
            "{\"a\":1,\"c\":2}", "{\"ts\":1700000000250,\"a\":\(text),\"c\":3}",
        ])
        let time: Int64 = 1_700_000_000_250_000_000
        let expected = [
            Value(
                name: "a",
                kind: .unreadable,
                value: 0,
                nanoseconds: time,
                timeProblem: .none,
            ),
            Value(name: "c", kind: .number, value: 3, nanoseconds: time, timeProblem: .none),
        ]
        #expect(values[1] == expected)
    }

    @Test("a text whose name never was a value is none, whatever other topics say")
    func described() {
        #expect(Self.values(["{\"a\":1}", "{\"a\":1,\"unit\":\"Cel\"}"])[1].map(\.name) == ["a"])
        var decoder = Decoded([PayloadSettings(), PayloadSettings()])
        _ = decoder.decode([Array("{\"mode\":1}".utf8)], rule: 0)
        let other = decoder.decode([Array("{\"mode\":\"AUTO\"}".utf8)], rule: 1)[0]
        #expect(other.outcome == .decoded && other.sampleCount == 0)
    }

    @Test("topics of one rule keep their fields apart")
    func sharedNames() {
        var decoder = MessageDecoder(payloads: [PayloadSettings()])
        var batch = MessageBatch()
        for (topic, text) in [(0, "{\"m\":1}"), (1, "{\"m\":\"AUTO\"}"), (0, "{\"m\":\"AUTO\"}")] {
            decoder.register(TopicID(index: Int32(topic)), rule: 0)
            batch.append(
                topic: Array("t".utf8).span,
                payload: Array(text.utf8).span,
                receivedAt: Decoded.receivedAt,
                qualityOfService: 0,
                isRetained: false,
                broker: 0,
            )
            batch.records[batch.records.count - 1].topic = TopicID(index: Int32(topic))
        }
        var output = DecodedBatch()
        decoder.decode(batch, into: &output)
        #expect(output.messages.map(\.sampleCount) == [1, 0, 1])
        #expect(output.samples.map(\.kind) == [.number, .unreadable])
    }

    @Test("an undeclared word of a known state is unreadable; alone it breaks the declaration")
    func words() {
        let settings = PayloadSettings(words: ["RUN", "STOP"])
        let values = Self.values(
            ["{\"state\":\"STOP\",\"v\":1}", "{\"state\":\"ERROR\",\"v\":2}"],
            settings,
        )
        #expect(values[1].map(\.kind) == [.unreadable, .number])
        let alone = "{\"state\":\"ERROR\"}"
        #expect(decoded(alone, settings).outcome == .undecodable(.undeclaredWord, offset: 10))
        #expect(decoded(alone).outcome == .decoded, "without words a text describes")
        #expect(
            Self.values(["{\"state\":\"RUN\"}", alone], settings)[1].map(\.kind) == [.unreadable]
        )
        let reading = "{\"values\":[{\"id\":\"a\",\"v\":\"ERROR\"}]}"
        #expect(problem(reading, settings) == .undeclaredWord)
        #expect(decoded("{}", settings).outcome == .decoded)
    }

    @Test("a reading whose value turns into something else is unreadable, with its time")
    func readings() {
        let known = "{\"values\":[{\"id\":\"a b\",\"v\":1},{\"id\":7,\"v\":2}]}"
        let next = """
            {"values":[{"id":"\\u0061 b","v":"ERR","t":1700000000250,"q":false},{"id":7,"v":[]},\
            {"id":"new","v":"text"},{"id":"a b"},{"v":"x"}]}
            """
        let expected = [
            Value(
                name: "a b",
                kind: .unreadable,
                value: 0,
                quality: .bad,
                nanoseconds: 1_700_000_000_250_000_000,
                timeProblem: .none,
            ),
            Value(name: "7", kind: .unreadable, value: 0),
        ]
        #expect(Self.values([known, next])[1] == expected)
    }
}
