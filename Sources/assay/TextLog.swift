import Foundation
import Logging

/// The log as people read it, on standard error: when, how bad, what happened, then the facts.
///
/// ```
/// 2026-11-21T05:23:37Z warning alarm raised: concern=data feed=plant/b priority=medium text="…"
/// ```
/// Times are local with their offset. Facts stand in alphabetical order, what to do comes last.
struct TextLog: LogHandler {
    private static let last = "action"

    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let time = Date.ISO8601FormatStyle(timeZone: .current).format(Date.now)
        let level = "\(event.level)".padding(toLength: 7, withPad: " ", startingAt: 0)
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        Terminal.complain("\(time) \(level) \(event.message)\(Self.text(facts))")
    }

    private static func text(_ facts: Logger.Metadata) -> String {
        guard !facts.isEmpty else { return "" }
        let ordered = facts.map { (key: $0.key, value: "\($0.value)") }.sorted { left, right in
            (left.key == last ? 1 : 0, left.key) < (right.key == last ? 1 : 0, right.key)
        }
        return ": " + ordered.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: " ")
    }

    /// In quotes where a space would end it; what came from outside must not steer a terminal.
    private static func quoted(_ text: String) -> String {
        let plain = String(
            text.unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control ? "\u{FFFD}" : Character(scalar)
            }
        )
        guard plain.isEmpty || plain.contains(where: { " \"=".contains($0) }) else { return plain }
        return "\"\(plain.replacing("\"", with: "\\\""))\""
    }
}
