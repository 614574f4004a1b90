public import Monitoring

/// Where and how long things are kept: the `store:` mapping of configuration.md.
public struct StoreSettings: Sendable, Equatable {
    /// Ages by roll-up level, and one bound in bytes for the whole file.
    public struct Retention: Sendable, Equatable {
        public var minute: Nanoseconds
        public var quarterHour: Nanoseconds
        public var day: Nanoseconds
        /// Findings, alarm journal and quarantine.
        public var events: Nanoseconds
        public var maxBytes: Int64

        public init(
            minute: Nanoseconds = .seconds(3 * 86_400),
            quarterHour: Nanoseconds = .seconds(90 * 86_400),
            day: Nanoseconds = .seconds(3_650 * 86_400),
            events: Nanoseconds = .seconds(365 * 86_400),
            maxBytes: Int64 = 4 << 30,
        ) {
            self.minute = minute
            self.quarterHour = quarterHour
            self.day = day
            self.events = events
            self.maxBytes = maxBytes
        }
    }

    /// The database file; `-wal` and `-shm` stand beside it.
    public var path: String
    public var retention: Retention
    /// Longest time between a message and its commit; nil: 200 ms, 100 ms where a broker is
    /// subscribed at QoS 1 (durability.md).
    public var commitInterval: Nanoseconds?

    public init(
        path: String,
        retention: Retention = Retention(),
        commitInterval: Nanoseconds? = nil,
    ) {
        self.path = path
        self.retention = retention
        self.commitInterval = commitInterval
    }
}
