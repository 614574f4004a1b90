public import Monitoring

/// A finding as the `finding` table holds it.
public struct StoredFinding: Sendable, Equatable {
    public var id: Int64
    public var feed: FeedID
    /// The check's id, such as `flatLine`.
    public var check: String
    public var verdict: Verdict
    /// `open`, `suspended`, `ended`, or `interrupted` where a run ended before it did.
    public var state: String
    public var isConfirmed: Bool
    public var begin: EventTime
    public var end: EventTime
    public var foundAt: ReceiveTime
    /// When the finding last changed; of an ended one, when that was known.
    public var changedAt: ReceiveTime
    public var flaggedCount: Int64
    /// In the check's own unit; nil where there is none.
    public var worst: Double?
    public var limit: Double?
    /// Whether nobody gave the limit: it was learned from the feed. nil: an earlier version wrote it.
    public var isLearned: Bool?
    public var detail: String

    /// Reads the columns of `FindingTable.columns`.
    init(row: SQLStatement) {
        id = row.int(0)
        feed = FeedID(index: Int32(truncatingIfNeeded: row.int(1)))
        check = row.text(2)
        verdict = Verdict(rawValue: UInt8(truncatingIfNeeded: row.int(3))) ?? .unknown
        state = row.text(4)
        isConfirmed = row.int(5) != 0
        begin = EventTime(nanoseconds: row.int(6))
        end = EventTime(nanoseconds: row.int(7))
        foundAt = ReceiveTime(nanoseconds: row.int(8))
        changedAt = ReceiveTime(nanoseconds: row.int(9))
        flaggedCount = row.int(10)
        worst = row.optionalDouble(11)
        limit = row.optionalDouble(12)
        detail = row.text(15)
        isLearned = row.optionalInt(16).map { $0 != 0 }
    }

    /// The unit of `worst` and `limit`, as a UCUM code; nil where they count something, the feed has
    /// none, or the check is of another version.
    func unitOfWorst(feed unit: String?) -> String? {
        guard let id = CheckCatalogue.id(named: check) else { return nil }
        switch CheckCatalogue.all[Int(id.index)].quantity {
        case .value: return unit
        case .valuePerSecond: return "\(unit ?? "1")/s"
        case .seconds: return "s"
        case .fraction: return "1"
        case .samples, .messages: return nil
        }
    }
}
