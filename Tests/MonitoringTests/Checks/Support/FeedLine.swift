@testable import Monitoring

/// Makes the observations of one feed from times and values, as the feed itself would: order, newest
/// time and slots by plain arithmetic from the first sample, not by the program's own tracker.
///
/// Times are seconds after `base`.
struct FeedLine {
    /// 2025-01-01T00:00:00Z, at the edge of an hour.
    static let base: Int64 = 1_735_689_600_000_000_000

    var period: Nanoseconds
    var hasSourceTime = true
    var shift: Int64 = 0
    private var first: Int64?
    private var newest: EventTime?
    private var slot: Int64 = 0
    /// What a feed without findings would know of its values.
    private(set) var profile = FeedProfile()

    init(period: Double) {
        self.period = Nanoseconds(Int64(period * 1e9))
    }

    static func instant(_ seconds: Double) -> Int64 { base + Int64((seconds * 1e9).rounded()) }

    /// - Parameter value: nil for a sample without value.
    mutating func sample(
        _ value: Double?,
        at seconds: Double,
        delay: Double = 0,
        _ change: (inout Observation) -> Void = { _ in },
    ) -> Observation {
        let at = Self.instant(seconds) + shift
        var observation = Observation(
            at: EventTime(nanoseconds: at),
            receivedAt: ReceiveTime(nanoseconds: Self.instant(seconds + delay) + shift),
            value: value ?? 0,
            kind: value == nil ? .missing : .number,
        )
        if hasSourceTime {
            observation.sourceTime = SourceTime(nanoseconds: at)
            observation.timeProblem = .none
        }
        observation.period = period
        observation.newest = newest
        if let newest, observation.at < newest { observation.arrival = .outOfOrder }
        change(&observation)
        profile.look(at: &observation)
        if observation.profile.isEntered { profile.enter(&observation) }
        ObservationPlace.with(&observation) { profile.learn($0.view, []) }
        advance(&observation)
        return observation
    }

    private mutating func advance(_ observation: inout Observation) {
        guard observation.arrival == .inOrder else { return }
        newest = observation.at
        guard period.count > 0 else { return }
        let origin = first ?? observation.at.nanoseconds
        first = origin
        let reached = (observation.at.nanoseconds - origin + period.count / 2) / period.count
        observation.slotsAdvanced = Int32(clamping: reached - slot)
        slot = reached
    }
}

extension CheckContext {
    static func example(
        period: Double? = nil,
        window: Double = 60,
        timing: FeedTiming = FeedTiming(),
        isDeclared: Bool = false,
    ) -> CheckContext {
        CheckContext(
            kind: .number,
            period: period.map { Nanoseconds(Int64($0 * 1e9)) },
            window: Nanoseconds(Int64(window * 1e9)),
            timing: timing,
            isDeclared: isDeclared,
        )
    }
}

extension CheckParameterValue {
    static func seconds(_ seconds: Double) -> CheckParameterValue {
        .duration(Nanoseconds(Int64((seconds * 1e9).rounded())))
    }
}

extension Check {
    /// A check with settings; nil where it is not active with them.
    static func make(
        _ values: [String: CheckParameterValue] = [:],
        context: CheckContext = .example(),
    ) -> Self? {
        Self(parameters: CheckParameters(values: values), feed: context)
    }

    /// The answer to a sample, or nil where the check is not called for it.
    mutating func ask(_ observation: Observation) -> Assessment? {
        let isUsable =
            observation.kind != .missing && observation.kind != .infinite
            && observation.quality != .bad
        var asked = CheckScope.arrivals.rawValue
        if observation.arrival.isJudged { asked |= CheckScope.samples.rawValue }
        if observation.arrival == .inOrder, isUsable { asked |= CheckScope.ordered.rawValue }
        return Self.scope.rawValue & asked == 0 ? nil : observe(observation)
    }
}
