/// `flatLine` by event time: one flat stretch for each of its two times.
///
/// Extremes are offsets from an origin within two tolerances of the newest value, so that single
/// precision is enough at any level of the feed. A spread within 2⁻²⁰ of the tolerance counts as
/// equal to it: 20.55 and 20.50 are 0.05 apart, although their difference as doubles is more.
/// Shape: 560 bytes, no references.
struct TimedFlatLine: Sendable {
    private var failing = FlatStretch()
    private var suspected = FlatStretch()
    private var isStarted = false
    /// The value that stands at offset 0.
    private var origin = 0.0
    /// Event time of the last value, in nanoseconds since 1970.
    private var previous: Int64 = 0

    /// A value on its way into both stretches.
    private struct Step {
        var offset: Float
        var now: Int64
        var previous: Int64
        /// In nanoseconds: a step of 1.5 periods is no gap, however short the time asked for.
        var cadence: Double
        var spread: Double
        /// With tolerance 0: the value is another one than before.
        var isMove: Bool
    }

    /// - Parameter x: finite, in the order of event time.
    mutating func take(
        _ x: Double,
        at time: EventTime,
        _ period: Nanoseconds,
        _ limits: FlatLineLimits,
    ) -> Assessment {
        let now = time.nanoseconds
        guard isStarted, now >= previous else {
            begin(x, at: now, limits)
            return .unknown
        }
        let isMove = limits.tolerance == 0 && x != origin
        if isMove {
            origin = x
        } else if (x - origin).magnitude > 2 * limits.tolerance {
            moveOrigin(to: x)
        }
        let step = Step(
            offset: Float(x - origin),
            now: now,
            previous: previous,
            cadence: 1.5 * Double(period.count),
            spread: limits.tolerance * (1 + 0x1p-20),
            isMove: isMove,
        )
        Self.follow(&failing, limits.fail, step)
        Self.follow(&suspected, limits.suspect, step)
        previous = now
        return assess(at: now, limits)
    }

    /// The clock of the values was set: the stretches keep their length.
    mutating func move(by length: Nanoseconds, _ limits: FlatLineLimits) {
        guard isStarted, length.count != 0 else { return }
        previous.addSaturating(length)
        let width = FlatStretch.width(for:)
        failing.move(by: length, newest: previous, width: width(limits.fail))
        suspected.move(by: length, newest: previous, width: width(limits.suspect))
    }

    private mutating func begin(_ x: Double, at now: Int64, _ limits: FlatLineLimits) {
        isStarted = true
        origin = x
        previous = now
        failing.begin(0, at: now, width: FlatStretch.width(for: limits.fail), isMove: false)
        suspected.begin(0, at: now, width: FlatStretch.width(for: limits.suspect), isMove: false)
    }

    private mutating func moveOrigin(to x: Double) {
        // Clamped, because two finite values may lie further apart than a double reaches.
        let distance = max(-1e300, min(origin - x, 1e300))
        origin = x
        failing.shift(by: distance)
        suspected.shift(by: distance)
    }

    private static func follow(_ stretch: inout FlatStretch, _ limit: Nanoseconds, _ step: Step) {
        guard limit.count > 0 else { return }
        let width = FlatStretch.width(for: limit)
        let gap = Nanoseconds(from: step.previous, to: step.now)
        if gap.count > limit.count / 3, Double(gap.count) > step.cadence {
            stretch.begin(step.offset, at: step.now, width: width, isMove: false)
        } else if step.isMove {
            stretch.begin(step.offset, at: step.now, width: width, isMove: true)
        } else {
            stretch.take(
                step.offset,
                at: step.now,
                width: width,
                spread: step.spread,
            )
        }
    }

    private func assess(at now: Int64, _ limits: FlatLineLimits) -> Assessment {
        let failLength = Nanoseconds(from: failing.start, to: now)
        let suspectLength = Nanoseconds(from: suspected.start, to: now)
        let asksFail = limits.fail.count > 0
        let asksSuspect = limits.suspect.count > 0
        let fails = asksFail && failLength >= limits.fail
        let flagged = limits.assess(
            fails: fails,
            isSuspect: asksSuspect && suspectLength >= limits.suspect,
            lasting: fails ? failLength : suspectLength,
        )
        if let flagged { return flagged }
        let hasMoved =
            (!asksFail || failing.beginsWithMove) && (!asksSuspect || suspected.beginsWithMove)
        return hasMoved ? .good : .unknown
    }
}
