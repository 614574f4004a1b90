/// How many feeds are in which state: each known feed is counted once, in the first that fits.
public struct FeedCensus: Sendable, Equatable {
    /// A silence is found, and confirmed.
    public var silent = 0
    /// Nothing has come in this run.
    public var waiting = 0
    /// Its baseline is being learned: checks with learned limits say *unknown* until it is.
    public var learning = 0
    /// All its checks can answer.
    public var judged = 0
    /// Of all these, feeds with an open finding.
    public var troubled = 0
    /// Samples that the learning feeds have learned from, all together.
    var seen = 0

    public init() {}

    /// All of them.
    public var known: Int { silent + waiting + learning + judged }

    /// Samples that a learning feed has learned from, in the mean; nil where none is learning.
    public var samplesSeen: Int? { learning > 0 ? seen / learning : nil }

    /// Samples that a baseline is learned from.
    public static let samplesNeeded = Baseline.learning
}

extension FeedCensus {
    mutating func count(_ feed: Feed) {
        if feed.hasFindings { troubled += 1 }
        if feed.episodes.isConfirmed(CheckCatalogue.silence) {
            silent += 1
        } else if feed.lastArrivalAt == nil {
            waiting += 1
        } else if let progress = feed.learning, progress.seen < progress.needed {
            learning += 1
            seen += Int(progress.seen)
        } else {
            judged += 1
        }
    }
}

/// Counts feeds a few at a time, so that no cycle waits for it: memory of 10,000 feeds is read in ten
/// seconds, not at once.
struct CensusTaker: Sendable {
    private var next = 0
    private var counting = FeedCensus()
    /// The last count that was finished; nil before the first.
    private(set) var latest: FeedCensus?

    /// Looks at the next feeds; where all were looked at, the count is finished and the next begins.
    mutating func look(atNext limit: Int, of registry: FeedRegistry) {
        let end = min(registry.feeds.count, next + limit)
        for place in next..<max(end, next) where registry.isInUse[place] {
            counting.count(registry.feeds[place])
        }
        next = end
        guard next >= registry.feeds.count else { return }
        latest = counting
        counting = FeedCensus()
        next = 0
    }
}
