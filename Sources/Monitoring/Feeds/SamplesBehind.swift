/// Tells a device whose clock was set back from one that sends old samples.
///
/// Both send samples behind the newest one. Of a clock that was set back all of them are, one after
/// another, and they come as fast as the device's time goes: so much later by its clock, so much later
/// at the gateway. A backlog comes faster than it was taken, or among fresh samples, which are ahead
/// and end the row; two publishers that fall behind go back and forth among themselves.
///
/// Proven after 10 samples and 5 s, or where samples are rare 3 samples and 60 s, in which the two
/// clocks went alike to an eighth: ten samples are more than a network swaps, 5 s longer than it
/// usually holds a packet, and an eighth leaves a backlog that is sent at 1.2 times its pace
/// unproven for good. Until then a row goes on, so that jitter of a second is outlived in 8 s.
///
/// Asked only for samples that are not in order. 32 bytes.
struct SamplesBehind: Sendable {
    private static let samples: UInt8 = 10
    private static let time: Int64 = 5_000_000_000
    private static let rareSamples: UInt8 = 3
    private static let rareTime: Int64 = 60_000_000_000
    /// The part of the gateway's time by which the device's may differ.
    private static let tolerance: Int64 = 8

    private var row: UInt8 = 0
    private var first = SourceTime(nanoseconds: 0)
    private var last = SourceTime(nanoseconds: 0)
    private var since = ReceiveTime(nanoseconds: 0)

    /// Takes a sample behind the newest one. - Returns: whether the clock was set back; then the row
    /// is over.
    mutating func prove(_ source: SourceTime, receivedAt: ReceiveTime) -> Bool {
        guard row > 0, source > last else {
            row = 1
            first = source
            last = source
            since = receivedAt
            return false
        }
        last = source
        if row < .max { row += 1 }
        let elapsed = Nanoseconds(from: since.nanoseconds, to: receivedAt.nanoseconds).count
        let isLong =
            row >= Self.samples && elapsed >= Self.time
            || row >= Self.rareSamples && elapsed >= Self.rareTime
        let told = Nanoseconds(from: first.nanoseconds, to: source.nanoseconds).count
        let difference = Nanoseconds(from: elapsed, to: told).count.magnitude
        guard isLong, difference <= elapsed.magnitude / UInt64(Self.tolerance) else { return false }
        end()
        return true
    }

    /// A sample came that is ahead of all others.
    mutating func end() { row = 0 }

    /// The gateway's clock was set.
    mutating func gatewayWasSet(by length: Nanoseconds) { since.move(by: length) }
}
