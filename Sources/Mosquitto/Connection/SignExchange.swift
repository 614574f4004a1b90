/// Questions for a sign of the broker's life, and its answers: one at a time.
///
/// A broker that never answered one, and ended a connection while one waited, may have ended it for
/// that: it is not asked again.
struct SignExchange {
    private var question: Int32?
    private var isKnownToAnswer = false
    private var isRefusing = false

    /// Puts a question, where none waits for its answer. What cannot be asked is not answered: silence
    /// then needs no sign.
    mutating func ask(on session: ClientSession) {
        guard question == nil, !isRefusing else { return }
        question = try? session.askForSign()
    }

    /// Takes an answer. - Returns: whether it is one to our question.
    mutating func take(_ message: Int32) -> Bool {
        guard question == message else { return false }
        question = nil
        isKnownToAnswer = true
        return true
    }

    /// The connection is gone, and with it a question.
    mutating func noteClosed() {
        if question != nil, !isKnownToAnswer { isRefusing = true }
        question = nil
    }
}
