/// A bounded piece of history: rows, and where to go on.
public struct HistoryPage<Row: Sendable>: Sendable {
    public var rows: [Row]
    /// Give it to the next call; nil at the end.
    public var next: Int64?
}
