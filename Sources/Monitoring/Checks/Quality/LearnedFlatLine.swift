import Glibc

/// `flatLine` where no time is given: a run of equal values that is longer than the feed's own.
///
/// The limit is the largest of 10, of what runs reach on this feed by themselves (`Tail`), and, where
/// more than one neighbour in twenty is equal, of the run that chance makes once in ten million
/// samples. Shape: 48 bytes. About 3 ns.
struct LearnedFlatLine: Sendable {
    private static let shape = Tail.Shape(distance: 3.4)
    private static let least = 10.0
    private static let memory: UInt16 = 5_000
    /// ln 10⁻⁷.
    private static let rarity = -16.118

    /// Event time at which the run began.
    private var start: Int64 = 0
    private var run: Int32 = 1
    /// Share of neighbours that are equal.
    private var share: Float = 0
    /// Of the runs of equal neighbours that chance makes; follows from `share`.
    private var chance: Float = 0
    private var tail = Tail()
    private var count: UInt16 = 0

    mutating func take(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered else { return .unknown }
        let at = observation.at.nanoseconds
        let isSame = observation.profile.value == observation.profile.old
        let isNeighbour = observation.profile.row > 0
        // What stands at the same number after a gap has not moved; a move there proves nothing.
        guard isNeighbour || isSame && start != 0 else {
            start = at
            run = 1
            return .unknown
        }
        if isSame {
            if run < .max { run += 1 }
        } else {
            run = 1
            start = at
        }
        let limit = max(Self.least, Double(tail.limit), Double(chance))
        let isKnown = tail.isKnown
        let isFlat = isKnown && Double(run) >= limit
        if !isFlat, isNeighbour, !observation.marks.isOpen(.unitOrIntegrity) { learn(isSame) }
        guard isKnown else { return .unknown }
        guard isFlat else { return isNeighbour ? .good : .unknown }
        let length = Nanoseconds(from: start, to: at).seconds
        return Assessment(.fail, observed: length, limit: length * limit / Double(run))
    }

    private mutating func learn(_ isSame: Bool) {
        if count < Self.memory { count += 1 }
        share += ((isSame ? 1 : 0) - share) / Float(count)
        if count % Self.chanceInterval == 0 { chance = Self.chance(share, count) }
        tail.add(Double(run), least: 1, Self.shape)
    }

    private static let chanceInterval: UInt16 = 8

    /// The run that chance makes once in ten million samples, with the share at the upper end of
    /// what it may be.
    private static func chance(_ share: Float, _ count: UInt16) -> Float {
        let p = min(share + 2 * (max(share, 0.001) / Float(count)).squareRoot(), 0.98)
        return p > 0.05 ? 1 + Float(rarity) / logf(p) : 0
    }

    mutating func move(by length: Nanoseconds) { start &+= length.count }
}
