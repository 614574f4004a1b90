public import Monitoring

/// Holds the alarms of a run against the faults that were laid: what was found, by which check,
/// after how long, what was missed, and which alarms were false.
///
/// - A fault is *found* by an alarm of its feed and concern that one of its checks names, or stands
///   beside (`also`), between the injection and the allowed delay.
/// - An alarm is *false* where it is raised on a feed without a fault, or with a concern that the
///   feed's fault does not explain. A fault explains its own concern and its consequences while it
///   lasts and for `settling` afterwards, in which look-back windows still hold its samples.
/// - Alarms of Assay itself (`system/…`) are listed apart and count for nothing.
public struct DemoScore: Sendable {
    public let startedAt: ReceiveTime
    public let endedAt: ReceiveTime
    /// In the order of injection.
    public let outcomes: [FaultOutcome]
    /// In the order of time.
    public let falseAlarms: [AlarmObservation]
    public let systemAlarms: [AlarmObservation]
    private let isOpenEnded: Bool

    /// So many false alarms still pass: ten faults and 53 feeds leave room for a stumble of the
    /// machine, not for a check that cries wolf.
    public static let allowedFalseAlarms = 2
    /// How long after its end a fault still explains an alarm: the demo's window of 20 s, and the
    /// delays of the alarm.
    public static let settling = Nanoseconds.seconds(30)

    /// - Parameters:
    ///   - observations: in the order of time.
    ///   - endedAt: alarms were observed until then.
    ///   - isOpenEnded: the run had no set length, so faults that its end cut off do not count.
    public init(
        faults: [FaultLabel],
        observations: [AlarmObservation],
        startedAt: ReceiveTime,
        endedAt: ReceiveTime,
        isOpenEnded: Bool = false,
    ) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.isOpenEnded = isOpenEnded
        outcomes = faults.map {
            FaultOutcome(
                fault: $0,
                status: Self.status(of: $0, observations, endedAt: endedAt),
            )
        }
        let raised = observations.filter { $0.change == .raised }
        falseAlarms = raised.filter { Self.isFalse($0, faults: faults) }
        systemAlarms = raised.filter { if case .system = $0.subject { true } else { false } }
    }

    public var found: Int { count { if case .found = $0 { true } else { false } } }

    /// Not found, or too late.
    public var missed: Int {
        count { status in
            switch status {
            case .missed, .tooLate: true
            case .found, .undecided, .notReached: false
            }
        }
    }

    /// Cut off by the end of the run.
    public var cutOff: Int { outcomes.count - found - missed }

    /// Every fault was found by a check of the right concern, and at most two alarms were false.
    public var isPassed: Bool {
        found > 0 && missed == 0 && falseAlarms.count <= Self.allowedFalseAlarms
            && (cutOff == 0 || isOpenEnded)
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
        guard fault.injectedAt < endedAt else { return .notReached }
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

    private static func isFalse(_ alarm: AlarmObservation, faults: [FaultLabel]) -> Bool {
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
