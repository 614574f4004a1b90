import Monitoring

/// What an alarm's texts are made of: the finding that names it, and the others.
struct AlarmEvidence: Sendable {
    var check: CheckDefinition
    var finding: Finding
    /// Engine time of the event that brought `finding`.
    var writtenAt: ReceiveTime
    /// Whether the finding is still open.
    var isOpen: Bool
    /// Ids of the other open findings' checks, by rank.
    var also: [String]
}
