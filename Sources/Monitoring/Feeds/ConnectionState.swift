/// Whether a broker connection is up, as the feeds behind it must know: no data while it is down
/// is no silence of theirs.
struct ConnectionState: Sendable {
    /// True at the start, because a recording may say nothing of connections.
    var isUp = true
    /// Quiet time counts from here at the earliest.
    var upSince: ReceiveTime
    /// Where it is down: since when.
    var downSince: ReceiveTime
}
