/// What a device says of when it took a value: nanoseconds since 1970-01-01T00:00:00Z.
///
/// Never compared with a `ReceiveTime` by accident: the two clocks are different machines, and the
/// distance between them is something Assay measures (checks `latency` and `clockSkew`).
public struct SourceTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (left: SourceTime, right: SourceTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// When the gateway received something, by its wall clock: nanoseconds since 1970-01-01T00:00:00Z.
///
/// The clock of the engine is the receive time of what it reads, so a recording replays exactly.
public struct ReceiveTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (left: ReceiveTime, right: ReceiveTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// Where a sample stands on its feed's time axis: its source time where that is trusted, else its
/// receive time. Windows, findings and delays run on it. Nanoseconds since 1970-01-01T00:00:00Z.
public struct EventTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public init(_ time: SourceTime) {
        nanoseconds = time.nanoseconds
    }

    public init(_ time: ReceiveTime) {
        nanoseconds = time.nanoseconds
    }

    public static func < (left: EventTime, right: EventTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// A length of time in whole nanoseconds. Settings are written as `30s` or `15min` and parsed once.
public struct Nanoseconds: Hashable, Comparable, Sendable {
    /// The count; negative lengths are spellable, settings refuse them.
    public var count: Int64

    public init(_ count: Int64) {
        self.count = count
    }

    public static func seconds(_ seconds: Int64) -> Nanoseconds {
        Nanoseconds(seconds * 1_000_000_000)
    }

    /// Days of 24 hours.
    public static func days(_ days: Int64) -> Nanoseconds { .seconds(days * 86_400) }

    public static func milliseconds(_ milliseconds: Int64) -> Nanoseconds {
        Nanoseconds(milliseconds * 1_000_000)
    }

    /// The length in seconds, for messages and the database.
    public var seconds: Double { Double(count) / 1e9 }

    public static func < (left: Nanoseconds, right: Nanoseconds) -> Bool {
        left.count < right.count
    }
}
