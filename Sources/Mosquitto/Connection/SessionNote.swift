/// What a libmosquitto callback noted. Nothing is done inside a callback: the owner acts on the
/// notes after the call that ran it.
enum SessionNote: Equatable {
    case connectAnswer(ReasonCode, sessionPresent: Bool)
    /// One reason code or granted quality of service per filter of the SUBSCRIBE `message`.
    case subscribeAnswer(message: Int32, codes: [UInt8])
    /// Written (QoS 0) or acknowledged (QoS 1).
    case published(message: Int32, ReasonCode)
    /// The library closed the socket.
    case disconnected(ConnectionProblem.Cause)
}
