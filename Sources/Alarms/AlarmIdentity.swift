public import Monitoring

/// Which alarm: one feed and one concern, or something of Assay itself.
public enum AlarmIdentity: Sendable, Hashable {
    case feed(FeedID, Concern)
    /// The name after `system/`, such as `broker/main`.
    case system(String)
}
