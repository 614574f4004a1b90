public import Monitoring

/// Feeds found under wildcards: the `discovery:` mapping.
public struct DiscoverySettings: Sendable, Equatable {
    /// Feeds beyond this are ignored, counted, and named by `system/cardinality`; `limit:`, 20,000.
    public var limit: Int
    /// A discovered feed silent for this long is closed and forgotten; `forgetAfter:`, 30 d.
    public var forgetAfter: Nanoseconds

    public init(
        limit: Int = Limits.discoveredFeeds,
        forgetAfter: Nanoseconds = .seconds(30 * 86_400),
    ) {
        self.limit = limit
        self.forgetAfter = forgetAfter
    }
}
