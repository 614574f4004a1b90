/// A topic's number, given in the order of first sight, and again once its topic is forgotten.
public struct TopicID: Hashable, Sendable {
    public var index: Int32

    public init(index: Int32) {
        self.index = index
    }

    /// Not routed yet.
    public static let none = TopicID(index: -1)
    /// Routed, and no feed claims it: our own topics, topics outside every filter, and topics
    /// beyond the cardinality guard. Counted as ignored.
    public static let ignored = TopicID(index: -2)

    /// Longer than `Limits.topicBytes`: counted as ignored, and `system/cardinality` says so.
    public static let refused = TopicID(index: -3)

    /// Whether a feed may come of the topic's messages.
    public var isClaimed: Bool { index >= 0 }
}

/// The number of a field within its topic, given by the decoder in the order of first sight.
public struct FieldID: Hashable, Sendable {
    public var index: Int32

    public init(index: Int32) {
        self.index = index
    }
}

/// A feed's number: its row in the `feed` table and its place in every rollup key. Below 2^20.
public struct FeedID: Hashable, Comparable, Sendable {
    public var index: Int32

    public init(index: Int32) {
        self.index = index
    }

    public static func < (left: FeedID, right: FeedID) -> Bool { left.index < right.index }

    /// No feed: numbers are given from 1 on.
    public static let none = FeedID(index: 0)
}
