/// Who a connection is to the broker, beside how the broker is reached.
struct ClientIdentity: Sendable, Equatable {
    var clientID: String
    /// The broker forgets what it kept for this client id.
    var isClean: Bool
    /// Seconds for which the broker keeps the session while we are away (MQTT 5).
    var sessionExpiry: UInt32
    /// What the broker publishes for us when the connection is lost.
    var will: Publication?
}
