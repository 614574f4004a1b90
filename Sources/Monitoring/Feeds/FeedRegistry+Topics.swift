// What the registry knows of a topic.

extension FeedRegistry {
    /// A topic that some rule claims.
    struct Topic: Sendable {
        var text: String
        var rule: Int32
        var broker: UInt8
        var fields: [Field] = []
        /// Place of the feed that speaks for the topic as a whole: its only feed, or one of kind
        /// *unknown* that exists because something undecodable came.
        var whole: Int32 = unbound
    }

    /// A field that some message of a topic held.
    struct Field: Sendable {
        var name: String
        var unit: String?
        /// Place of its feed, `unbound` before its first sample.
        var place = unbound
    }

    /// What became of a wish for a feed.
    enum Resolution: Sendable {
        case known(Int)
        case new(Int)
        /// The cardinality guard, or the limit of fields of a topic.
        case refused
    }
}

extension FeedRegistry {
    /// What is known of a feed by its number; nil once it is forgotten.
    func description(of feed: FeedID) -> FeedDescription? {
        place(of: feed).map { descriptions[$0] }
    }
}
