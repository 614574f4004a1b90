public import Monitoring

/// Holds the alarms of a run against the faults that were laid: what was found, by which check,
/// after how long, what was missed, and which alarms were false.
///
/// - A fault is *found* by an alarm of its feed and concern that one of its checks names, or stands
///   beside (`also`), between the injection and the allowed delay.
/// - An alarm is *false* where it is raised on a feed without a fault, or with a concern that the
///   feed's fault does not explain. A fault explains its own concern and its consequences while it
///   lasts and for `settling` afterwards, in which look-back windows still hold its samples.
/// - A fault that the end came too soon after is *cut off*: neither found nor missed. One that was
///   planned for after the end was never laid, and is no fault.
/// - Alarms of Assay itself (`system/…`) are listed apart and count for nothing; so are those of
///   feeds to which somebody else published.
public struct DemoScore: Sendable {
    public let startedAt: ReceiveTime
    public let endedAt: ReceiveTime
    /// Of the faults that were laid, in the order of injection.
    public let outcomes: [FaultOutcome]
    /// Faults of a run of set length that its early end kept from being laid.
    public let planned: Int
    /// In the order of time.
    public let falseAlarms: [AlarmObservation]
    public let systemAlarms: [AlarmObservation]
    /// On feeds to which somebody else published, in the order of time.
    public let foreignAlarms: [AlarmObservation]
    private let isOpenEnded: Bool

    /// So many false alarms still pass: 18 faults and 58 feeds leave room for a stumble of the
    /// machine, not for a check that cries wolf.
    public static let allowedFalseAlarms = 2
    /// How long after its end a fault still explains an alarm: the demo's window of 20 s, and the
    /// delays of the alarm.
    public static let settling = Nanoseconds.seconds(30)

    /// - Parameters:
    ///   - observations: in the order of time.
    ///   - endedAt: alarms were observed until then.
    ///   - isOpenEnded: the run had no set length, so faults that its end cut off do not count.
    ///   - interference: topics to which others published as well, and when they did first. The
    ///     alarms of their feeds are theirs from then on.
    public init(
        faults: [FaultLabel],
        observations: [AlarmObservation],
        startedAt: ReceiveTime,
        endedAt: ReceiveTime,
        isOpenEnded: Bool = false,
        interference: [String: ReceiveTime] = [:],
    ) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.isOpenEnded = isOpenEnded
        let laid = faults.filter { $0.injectedAt < endedAt }
        planned = isOpenEnded ? 0 : faults.count - laid.count
        outcomes = laid.map {
            FaultOutcome(
                fault: $0,
                status: Self.status(of: $0, observations, endedAt: endedAt),
            )
        }
        let raised = observations.filter { $0.change == .raised }
        let unexplained = raised.filter { Self.isUnexplained($0, faults: laid) }
        falseAlarms = unexplained.filter { !Self.isForeign($0, interference) }
        foreignAlarms = unexplained.filter { Self.isForeign($0, interference) }
        systemAlarms = raised.filter { if case .system = $0.subject { true } else { false } }
    }

    public var found: Int { count { if case .found = $0 { true } else { false } } }

    /// Not found, or too late.
    public var missed: Int {
        count { status in
            switch status {
            case .missed, .tooLate: true
            case .found, .undecided: false
            }
        }
    }

    /// Laid too shortly before the end to be found: neither found nor missed.
    public var cutOff: Int { outcomes.count - found - missed }

    /// Every fault was found by a check of the right concern, and at most two alarms were false.
    public var isPassed: Bool {
        found > 0 && missed == 0 && falseAlarms.count <= Self.allowedFalseAlarms
            && (cutOff + planned == 0 || isOpenEnded)
    }

    /// Of the process: 0 passed, 1 not.
    public var exitCode: Int32 { isPassed ? 0 : 1 }

    private func count(_ holds: (FaultOutcome.Status) -> Bool) -> Int {
        outcomes.count { holds($0.status) }
    }

    private static func status(
        of fault: FaultLabel,
        _ observations: [AlarmObservation],
        endedAt: ReceiveTime,
    ) -> FaultOutcome.Status {
        for observation in observations where observation.at <= endedAt {
            guard let check = rightCheck(of: observation, for: fault) else { continue }
            let after = Nanoseconds(observation.at.nanoseconds - fault.injectedAt.nanoseconds)
            return after <= fault.allowedDelay
                ? .found(check: check, after: after) : .tooLate(check: check, after: after)
        }
        let due = fault.injectedAt.nanoseconds + fault.allowedDelay.count
        return due <= endedAt.nanoseconds ? .missed : .undecided
    }

    /// The check by which the observation finds the fault, or nil.
    private static func rightCheck(
        of observation: AlarmObservation,
        for fault: FaultLabel,
    ) -> String? {
        guard observation.subject == .feed(fault.feedKey, fault.concern),
            observation.change != .cleared, isExplained(observation.at, by: fault)
        else { return nil }
        let seen = [observation.check] + observation.also
        return seen.first { fault.checks.contains($0) }
    }

    private static func isForeign(
        _ alarm: AlarmObservation,
        _ interference: [String: ReceiveTime],
    ) -> Bool {
        guard case .feed(let key, _) = alarm.subject else { return false }
        return interference.contains { topic, since in
            alarm.at >= since && (key == topic || key.hasPrefix(topic + ":"))
        }
    }

    private static func isUnexplained(_ alarm: AlarmObservation, faults: [FaultLabel]) -> Bool {
        guard case .feed(let key, let concern) = alarm.subject else { return false }
        return !faults.contains { fault in
            fault.feedKey == key && isExplained(alarm.at, by: fault)
                && (fault.concern == concern || fault.consequences.contains(concern))
        }
    }

    /// Whether the fault still has an effect at that time.
    private static func isExplained(_ time: ReceiveTime, by fault: FaultLabel) -> Bool {
        time >= fault.injectedAt
            && time.nanoseconds <= fault.endsAt.nanoseconds + settling.count
    }
}
