internal import Monitoring

/// Notices that two clients fight for one client id: the broker drops the older connection each
/// time, and old brokers do not say why. More than three losses of a connection within a minute,
/// each without a reason or with `sessionTakenOver`, are reported once a minute.
struct TakeoverWatch: Sendable {
    private static let window = Nanoseconds.seconds(60)
    private static let tolerated = 3

    private var losses: [MonotonicTime] = []
    private var reportedAt: MonotonicTime?

    /// Notes a loss; returns the number within the last minute where it must be reported.
    mutating func lost(_ problem: ConnectionProblem, at now: MonotonicTime) -> Int? {
        guard Self.mayBeTakeover(problem) else { return nil }
        losses.removeAll { now.since($0) > Self.window }
        losses.append(now)
        if losses.count > 64 { losses.removeFirst() }
        guard losses.count > Self.tolerated else { return nil }
        if let reportedAt, now.since(reportedAt) < Self.window { return nil }
        reportedAt = now
        return losses.count
    }

    private static func mayBeTakeover(_ problem: ConnectionProblem) -> Bool {
        switch problem.cause {
        case .broker(.sessionTakenOver): true
        case .library(.connectionLost, _): true
        default: false
        }
    }
}
