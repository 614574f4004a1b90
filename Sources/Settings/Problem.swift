/// Something wrong in the configuration: where, what, and what to write instead.
///
/// Neither text ever repeats what a `…File` holds or what a variable expands to.
public struct Problem: Sendable, Hashable, Comparable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        /// The configuration is refused.
        case error
        /// It is accepted, and somebody should look.
        case warning
    }

    public var severity: Severity
    public var place: Place
    /// What is wrong: a clause without full stop.
    public var message: String
    /// What to write or do instead: a clause without full stop.
    public var hint: String

    public init(severity: Severity = .error, at place: Place, _ message: String, hint: String) {
        self.severity = severity
        self.place = place
        self.message = message
        self.hint = hint
    }

    public var file: String { place.file }
    public var line: Int { place.line }
    public var column: Int { place.column }

    /// One line in the style of a compiler: `file:line:column: error: message; hint`.
    public var description: String {
        "\(place): \(severity.rawValue): \(message); \(hint)"
    }

    /// By place; at one place errors come first, then by text, so that an order is total.
    public static func < (left: Problem, right: Problem) -> Bool {
        if left.place != right.place { return left.place < right.place }
        if left.severity != right.severity { return left.severity == .error }
        return (left.message, left.hint) < (right.message, right.hint)
    }
}
