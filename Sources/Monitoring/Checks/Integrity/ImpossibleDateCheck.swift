/// `impossibleDate`: a source time that cannot be one.
///
/// Catches a device without a battery-backed clock after a power cut (1970), a time of zero, a
/// negative time, and a time in a format or unit that cannot be placed. Cannot see a date that is
/// possible and wrong: that is `clockSkew` or `latency`.
///
/// Definition, per sample: `fail` where the decoder could not place the time, or where it lies
/// before 2000-01-01T00:00:00Z, when there was no MQTT; good for any other source time; unknown where
/// the device says none. The observed quantity is the number of such samples in a row, held against
/// 0. 4 bytes of state, about 2 ns.
///
/// The second sample confirms: a device may send one sample before it has asked for the time.
///
/// Source: ioos_qc `impossible_date_test`.
public struct ImpossibleDateCheck: Check {
    public static let definition = CheckDefinition(
        name: "impossibleDate",
        concern: .clock,
        rank: 0,
        quantity: .samples,
        confirm: 2,
        guidance: Guidance(
            cause: "Device clock not set: {feed} sent {value} with an impossible time",
            consequence: "Its samples stand at the wrong time or at the time of their arrival",
            action: "Set the device's clock, check its time server and its battery",
            timeToRespond: .seconds(14_400),
        ),
        summary: "a source time that cannot be one, such as 1970",
    )

    public static let scope: CheckScope = .arrivals
    static let isForExceptions = true

    /// 2000-01-01T00:00:00Z; the first MQTT broker is of 1999.
    static let earliest = SourceTime(nanoseconds: 946_684_800_000_000_000)

    private var row: Int32 = 0

    var isQuiet: Bool { row == 0 }

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        let isTooEarly = observation.sourceTime.map { $0 < Self.earliest } ?? false
        if observation.timeProblem == .impossible || isTooEarly {
            if row < .max { row += 1 }
            return Assessment(.fail, observed: Double(row), limit: 0)
        }
        guard observation.sourceTime != nil else { return .unknown }
        row = 0
        return .good
    }
}
