/// What a feed of an earlier run must show in this one before an alarm of that run is judged by the
/// absence of a finding: that the check which had raised it says *good* again. Time alone proves
/// nothing: a `flatLine` over ten minutes cannot have found anything again after one.
///
/// Shape: 40 bytes, no references.
struct RestartProof: Sendable {
    /// For at least this long the feed must have delivered: the time for which a finding is held
    /// open, so that what comes and goes would have been found again.
    private static let provingTime: Int64 = 10_000_000_000

    private var since: ReceiveTime?
    /// Bit per check: it has said good in this run.
    private var good = CheckMask()
    /// Those that were handed out.
    private var told = CheckMask()
    /// Those to be handed out.
    private(set) var due = CheckMask()

    mutating func noteGood(_ check: CheckID) { good.insert(check) }

    /// A sample was judged, or a message of a feed without samples.
    ///
    /// - Parameters:
    ///   - plan: a check that it does not hold has nothing to say against an alarm.
    ///   - open: a concern with an open finding is in doubt, also where it is not yet confirmed.
    mutating func advance(to now: ReceiveTime, _ plan: CheckPlan, _ open: EpisodeBook) {
        guard let since else { return since = now }
        guard now.nanoseconds - since.nanoseconds >= Self.provingTime, told != .all else { return }
        let proven = good.union(plan.absent)
        guard proven != told else { return }
        due = proven.subtracting(told)
        for entry in plan.entries where open.isOpen(entry.id) {
            due = due.subtracting(CheckMask(of: entry.type.definition.concern))
        }
    }

    /// What is proven since the last call.
    mutating func take() -> CheckMask {
        told = told.union(due)
        defer { due = CheckMask() }
        return due
    }

    /// The gateway's clock was set.
    mutating func move(by length: Nanoseconds) { since?.move(by: length) }
}
