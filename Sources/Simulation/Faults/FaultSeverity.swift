/// How clearly a fault shows.
public enum FaultSeverity: String, Sendable {
    /// What a person sees on a chart at once: found though the daemon knows the feed only for
    /// seconds.
    case plain
    /// Three quarters of it or less: found where the feed is known for a minute or more.
    case gentle
}
