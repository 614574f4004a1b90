/// Why a text is not a value of the wanted kind. The message follows the text, as in "`5` has no
/// unit"; the hint says what to write.
public struct ValueProblem: Error, Sendable, Equatable {
    public var message: String
    public var hint: String

    public init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}
