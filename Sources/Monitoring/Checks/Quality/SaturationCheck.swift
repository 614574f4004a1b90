/// `saturation`: the value comes back to one exact number again and again, and never passes it.
///
/// Catches an input that is driven beyond its range, a clamped controller output and an amplifier at
/// its rail. Cannot see a clip whose rail is noisy, for want of an exact number, and a slow signal
/// that clips for long looks frozen first (`flatLine`).
///
/// Definition, per usable number in order: a vote for one number c (Boyer and Moore): x = c adds one,
/// another value takes one away; where none is left, or eight others came in a row, the vote begins
/// anew with x. `suspect` where the vote reaches max(`run`, what the feed's votes reach by
/// themselves), all others lay on one side of c, and x came back to c at least twice; else good.
/// Unknown for the first 192 values, and while `run` is given never. Nothing is learned while the unit
/// is in doubt, the value stands still, or order and time of the samples are wrong. The observed
/// quantity is the vote, in samples. 46 bytes of state.
///
/// The second confirms.
///
/// Source: Boyer and Moore 1981 (majority vote); the learned limit is `Tail`.
public struct SaturationCheck: Check {
    public static let definition = CheckDefinition(
        name: "saturation",
        concern: .value,
        rank: 5,
        quantity: .samples,
        parameters: [
            CheckParameter(
                name: "run",
                kind: .count(minimum: 3, maximum: 1_000_000),
                defaultText: nil,
                meaning: """
                    Votes for one number that make it a rail. No default: learned from what the \
                    feed's values do, and at least 9.
                    """,
                absence: "learned",
            )
        ],
        learnsUnless: ["run"],
        confirm: 2,
        guidance: Guidance(
            cause: "Input or amplifier at its rail: {feed} stopped at one number {value} times",
            consequence: "What happens beyond that number is not seen, averages are wrong",
            action: "Check the measuring range, the scaling and the supply of the transmitter",
            timeToRespond: .seconds(3_600),
        ),
        summary: "values that stop at one number and never pass it",
    )

    static let scope: CheckScope = .ordered

    private static let shape = Tail.Shape(distance: 4.5)
    private static let mostOthers: UInt8 = 8

    private var candidate = Double.nan
    private var votes: Int32 = 0
    private var above: Int32 = 0
    private var below: Int32 = 0
    private var tail = Tail()
    private let run: Int32
    private var others: UInt8 = 0
    /// Times that the value came back to the candidate from another one, at most 2.
    private var returns: UInt8 = 0

    public init?(parameters: CheckParameters, feed: CheckContext) {
        guard feed.kind != .boolean, feed.kind != .word else { return nil }
        run = parameters.count("run").map { Int32(clamping: $0) } ?? 0
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        guard observation.profile.isEntered else { return .unknown }
        guard observation.profile.row > 0 else { return .unknown }
        vote(observation.profile.value)
        let reached = above == 0 || below == 0 ? votes : 0
        let limit = run > 0 ? Double(run) : max(9, Double(tail.limit))
        let isKnown = run > 0 || tail.isKnown
        if !observation.marks.isOpen(.voting) { tail.add(Double(reached), least: 1, Self.shape) }
        guard isKnown else { return .unknown }
        guard Double(reached) >= limit, returns >= 2 else { return .good }
        return Assessment(.suspect, observed: Double(reached), limit: limit)
    }

    private mutating func vote(_ x: Double) {
        guard x != candidate else {
            if votes < .max { votes += 1 }
            if others > 0 { returns = min(returns + 1, 2) }
            others = 0
            return
        }
        votes -= 1
        others += 1
        if x > candidate { above.increase() } else { below.increase() }
        guard votes <= 0 || others >= Self.mostOthers else { return }
        candidate = x
        votes = 1
        above = 0
        below = 0
        returns = 0
        others = 0
    }
}

extension Int32 {
    /// One more, unless it is the largest there is.
    fileprivate mutating func increase() { if self < .max { self += 1 } }
}
