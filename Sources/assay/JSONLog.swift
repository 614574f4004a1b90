import Foundation
import Logging

/// The log as programs read it, on standard error: one JSON object a line, times in UTC.
///
/// ```
/// {"level":"info","message":"started","metadata":{"gateway":"gw-3"},"time":"2026-11-21T05:23:37.512Z"}
/// ```
/// The message is one of a fixed set of sentences. What the facts say stands in `metadata`, which is
/// absent where there are none; its values are texts, or lists and objects of texts.
struct JSONLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        Terminal.complain(
            Self.line(event.level, "\(event.message)", facts: facts, at: Date.now)
        )
    }

    static func line(
        _ level: Logger.Level,
        _ message: String,
        facts: Logger.Metadata,
        at time: Date,
    ) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt)
        let record = Record(
            time: style.format(time),
            level: "\(level)",
            message: message,
            metadata: facts.isEmpty ? nil : facts.mapValues(Value.init),
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts alone: every one can be encoded.
        guard let data = try? encoder.encode(record) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private struct Record: Encodable {
        var time: String
        var level: String
        var message: String
        var metadata: [String: Value]?
    }

    private struct Value: Encodable {
        let value: Logger.Metadata.Value

        init(_ value: Logger.Metadata.Value) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .string(let text): try container.encode(text)
            case .stringConvertible(let other): try container.encode("\(other)")
            case .array(let values): try container.encode(values.map(Value.init))
            case .dictionary(let values): try container.encode(values.mapValues(Value.init))
            }
        }
    }
}
