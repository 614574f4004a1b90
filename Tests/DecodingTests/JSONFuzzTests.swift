import Decoding
import Monitoring
import TestSupport
import Testing

/// Random documents, and random damage to them, against the slow oracle.
///
/// One decoder reads all documents, so that what it remembers of one message meets every other.
@Suite("JSON against an oracle")
struct JSONFuzzTests {
    @Test("random documents and damaged ones are read or refused as the oracle does")
    func documents() {
        var generator = SeededGenerator.printed(0xA55A, "documents")
        var decoder = Decoded([PayloadSettings(format: "json")])
        var known: Set<[String]> = []
        var accepted = 0
        for round in 0..<6_000 {
            if decoder.announced.count > Limits.fieldsPerTopic / 2 {
                known = []
                decoder = Decoded([PayloadSettings(format: "json")])
            }
            var bytes = RandomJSON.document(using: &generator)
            for _ in 0..<generator.below(4) { RandomJSON.damage(&bytes, using: &generator) }
            if bytes.isEmpty { continue }
            let found = OracleJSON.read(bytes).map {
                OracleFlattening.samples(of: $0, known: known)
            }
            let expected = found?.map(\.sample)
            known.formUnion(found?.map(\.keys) ?? [])
            let message = decoder.decode([bytes])[0]
            let text = String(decoding: bytes, as: UTF8.self)
            switch (message.outcome, expected) {
            case (.undecodable(_, let offset), nil):
                #expect(offset >= 0 && offset <= bytes.count, "\(round): \(text)")
            case (.decoded, let expected?):
                accepted += 1
                let values = decoder.values(of: message)
                #expect(values.map(\.name) == expected.map(\.name), "\(round): \(text)")
                for (value, sample) in zip(values, expected) {
                    #expect(value.kind == sample.kind, "\(round): \(text)")
                    #expect(value.value.bitPattern == sample.value.bitPattern, "\(round): \(text)")
                }
            default:
                Issue.record("\(round): \(message.outcome), oracle \(expected as Any): \(text)")
            }
        }
        print("documents: \(accepted) of 6000 were read")
        #expect(accepted > 1_500 && accepted < 5_000)
    }

    @Test("random bytes never stop the decoder, under any settings")
    func garbage() throws {
        var generator = SeededGenerator.printed(0xBAD, "garbage")
        var decoder = Decoded([
            PayloadSettings(), PayloadSettings(format: "scalar"), PayloadSettings(format: "json"),
            try RandomJSON.declared, try RandomJSON.readings,
        ])
        for _ in 0..<6_000 {
            let alphabet = Array("{}[]\":,\\u0123456789.eE+-tfn \u{0}é".utf8) + [0xFF, 0xED, 0xA0]
            let bytes = (0..<generator.below(40)).map { _ in
                alphabet[generator.below(alphabet.count)]
            }
            for rule in 0..<5 {
                let message = decoder.decode([bytes], rule: rule)[0]
                if case .undecodable(_, let offset) = message.outcome {
                    #expect(offset >= 0 && offset <= bytes.count)
                    #expect(message.sampleCount == 0)
                }
            }
        }
    }

    @Test("declared paths find in random documents what the oracle finds")
    func declaredPaths() throws {
        var generator = SeededGenerator.printed(0xDEC1, "declared paths")
        var decoder = Decoded([try RandomJSON.declared])
        var found = 0
        for round in 0..<6_000 {
            let bytes = RandomJSON.document(using: &generator)
            guard let value = OracleJSON.read(bytes) else { continue }
            let message = decoder.decode([bytes])[0]
            let expected = RandomJSON.declaredPaths.compactMap { OracleFlattening.value($0, value) }
            let text = String(decoding: bytes, as: UTF8.self)
            if expected.contains(where: { OracleFlattening.sample("", $0) == nil }) {
                guard case .undecodable = message.outcome else {
                    Issue.record("\(round): \(message.outcome): \(text)")
                    continue
                }
            } else if message.outcome == .decoded {
                let samples = expected.compactMap { OracleFlattening.sample("", $0) }
                let values = decoder.values(of: message)
                #expect(values.map(\.kind) == samples.map(\.kind), "\(round): \(text)")
                #expect(
                    values.map(\.value.bitPattern) == samples.map(\.value.bitPattern),
                    "\(round): \(text)",
                )
                found += values.count
            } else {
                #expect(expected.isEmpty, "\(round): \(message.outcome): \(text)")
            }
        }
        print("declared paths: \(found) values found")
        #expect(found > 300)
    }
}
