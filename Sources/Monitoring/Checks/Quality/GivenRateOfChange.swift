/// `rateOfChange` with thresholds that a person gave.
///
/// Shape: 40 bytes. About 4 ns.
struct GivenRateOfChange: Sendable {
    private let suspect: Double
    private let fail: Double
    private var old = 0.0
    /// Event time of `old`; it is the neighbour only if no other sample came since.
    private var oldAt = Int64.min
    private var hasOld = false

    init(suspect: Double, fail: Double) {
        self.suspect = suspect
        self.fail = fail
    }

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        let x = observation.value
        guard observation.kind == .number, x.isFinite else {
            hasOld = false
            return .unknown
        }
        let before = old
        let newest = observation.newest?.nanoseconds
        let isNeighbour = hasOld && newest == oldAt
        let step = Nanoseconds(from: oldAt, to: observation.at.nanoseconds)
        old = x
        oldAt = observation.at.nanoseconds
        hasOld = true
        guard isNeighbour, step.count > 0 else { return .unknown }
        let pace = min((x - before).magnitude / step.seconds, .greatestFiniteMagnitude)
        if pace > fail { return Assessment(.fail, observed: pace, limit: fail) }
        if pace > suspect { return Assessment(.suspect, observed: pace, limit: suspect) }
        // Over a time without samples it may have moved faster and come back.
        let reach = 3.5 * Double(observation.period.count)
        let isApart = reach > 0 && Double(step.count) > reach
        let isAfterOutage = observation.followsOutage
        return isApart || isAfterOutage ? .unknown : .good
    }

    mutating func move(by length: Nanoseconds) { oldAt.addSaturating(length) }
}
