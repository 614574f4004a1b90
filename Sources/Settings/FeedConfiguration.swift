public import Alarms
public import Decoding
public import Monitoring

/// One entry of `feeds:` with its class merged in: the settings of every part that handles it.
public struct FeedConfiguration: Sendable {
    /// Where a setting's effective value was written.
    public enum Origin: Sendable, Equatable {
        /// Nowhere: it is the program's default, or learned.
        case byDefault
        case fromClass(String, Place)
        case fromFeed(Place)
    }

    public var rule: FeedRule
    public var payload: PayloadSettings
    public var alarm: AlarmSettings
    public var className: String?
    /// Of the entry in `feeds:`.
    public var place: Place
    /// By dotted key, such as `alarm.onDelay` or `checks.range.fail`; only what was written.
    public var origins: [String: Origin]

    public init(
        rule: FeedRule,
        payload: PayloadSettings = PayloadSettings(),
        alarm: AlarmSettings = AlarmSettings(),
        className: String? = nil,
        place: Place,
        origins: [String: Origin] = [:],
    ) {
        self.rule = rule
        self.payload = payload
        self.alarm = alarm
        self.className = className
        self.place = place
        self.origins = origins
    }

    /// Where the value of a dotted key comes from.
    public func origin(of key: String) -> Origin { origins[key] ?? .byDefault }
}
