import Decoding
import Foundation
import Monitoring
import TestSupport
import Testing

/// The shared examples of what devices and gateways really send, each with what it must yield.
@Suite("Payload manifest")
struct ManifestTests {
    @Test("every example of the manifest yields exactly what the manifest says")
    func examples() throws {
        guard let folder = SharedFolder.url("payloads") else { return }
        let entries = try Manifest.entries(in: folder)
        var read = 0
        var skipped: [String: Int] = [:]
        for entry in entries {
            let format = entry.payload["format"] as? String
            if let format, !DecoderCatalog.formats.contains(format) {
                skipped[format, default: 0] += 1
                continue
            }
            let settings = try Manifest.settings(entry.payload)
            #expect(DecoderCatalog.problem(in: settings) == nil, "\(entry.file)")
            let bytes = try Array(Data(contentsOf: folder.appendingPathComponent(entry.file)))
            Self.compare(entry, settings, bytes)
            read += 1
        }
        let list = skipped.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("manifest: \(read) of \(entries.count) examples read; formats not there yet: \(list)")
        #expect(read > 50)
    }

    private static func compare(
        _ entry: Manifest.Entry,
        _ settings: PayloadSettings,
        _ bytes: [UInt8],
    ) {
        var decoder = Decoded([settings])
        let message = decoder.decode([bytes])[0]
        let values = decoder.values(of: message)
        switch entry.expect {
        case .undecodable:
            guard case .undecodable = message.outcome else {
                Issue.record("\(entry.file): is \(message.outcome) \(values)")
                return
            }
        case .nonFinite:
            #expect(message.outcome == .decoded, "\(entry.file)")
            #expect(values.count == 1, "\(entry.file)")
            let isInfinite = entry.note.contains("verdict fail")
            #expect(values.first?.kind == (isInfinite ? .infinite : .missing), "\(entry.file)")
        case .samples(let samples):
            #expect(message.outcome == .decoded, "\(entry.file)")
            #expect(values.map(\.name) == samples.map(\.name), "\(entry.file)")
            for (value, sample) in zip(values, samples) {
                let fields = decoder.announced
                let declared = fields.first { $0.name == value.name }?.unit
                Self.compare(value, sample, declared, settings, entry.file)
            }
        }
    }

    private static func compare(
        _ value: Decoded.Value,
        _ sample: Manifest.Sample,
        _ declaredUnit: String?,
        _ settings: PayloadSettings,
        _ file: String,
    ) {
        switch sample.value {
        case .null: #expect(value.kind == .missing, "\(file)")
        case .boolean(let isTrue):
            #expect(value.kind == .boolean && value.value == (isTrue ? 1 : 0), "\(file) \(value)")
        case .word(let word):
            #expect(value.kind == .word, "\(file) \(value)")
            #expect(settings.words[Int(value.value)] == word, "\(file)")
        case .number(let number):
            #expect(value.kind == .number, "\(file) \(value)")
            #expect(value.value.bitPattern == number.bitPattern, "\(file) \(value)")
        }
        // The manifest cuts times to whole milliseconds.
        #expect(value.nanoseconds.map { $0 / 1_000_000 } == sample.milliseconds, "\(file) \(value)")
        #expect((value.unit ?? declaredUnit) == sample.unit, "\(file) \(value)")
        #expect(value.quality == sample.quality, "\(file) \(value)")
    }
}
