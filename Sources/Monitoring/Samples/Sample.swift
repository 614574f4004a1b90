/// One value of one field as it came out of a payload.
///
/// Shape: 48 bytes, no references. The decoder writes it, `FeedMonitor` gives it to its feed.
public struct Sample: Sendable {
    /// What the value is. Everything but a number maps to one, so that checks see one type.
    public enum Kind: UInt8, Sendable {
        /// A finite number in `value`.
        case number
        /// `true` is 1, `false` is 0.
        case boolean
        /// `value` is the index of the word in the feed's declared `words`.
        case word
        /// JSON `null`, an empty cell or a NaN: a sample without value, verdict *missing*.
        case missing
        /// An infinity, or a number beyond Double: verdict *fail*. `value` is ±infinity.
        case infinite
        /// A text that is no value, or an object or array, where the field had values before: a
        /// sample without value, verdict *missing*, finding `schema`.
        case unreadable
    }

    /// What the device says of the value (OPC UA, OPC DA, Sparkplug, Siemens, KEPServer).
    public enum Quality: UInt8, Sendable {
        /// The payload says nothing of it.
        case unstated
        case good
        case uncertain
        /// Must not enter statistics: gateways repeat the last value with bad quality.
        case bad
    }

    /// Why a source time is absent.
    public enum TimeProblem: UInt8, Sendable {
        /// There is a source time.
        case none
        /// The payload carries no time, or `null`.
        case absent
        /// A local time without zone, and no zone is configured.
        case withoutZone
        /// Zero, negative, or no number or format that can be placed: check `impossibleDate`.
        case impossible
    }

    /// The field within the message's topic.
    public var field: FieldID
    public var kind: Kind
    public var quality: Quality
    public var timeProblem: TimeProblem
    /// Index into the decoder's table of unit texts, 0 where the payload names none; with
    /// `otherUnit` added where it is known to be another than the feed's declared one.
    public var unit: UInt16
    /// The value as a number; its unit is the feed's. 0 where `kind` is `missing` or `unreadable`.
    public var value: Double
    /// When the device says it took the value; meaningless unless `timeProblem` is `none`.
    public var sourceTime: SourceTime
    /// The publisher's sequence number; meaningless unless `hasSequence`.
    public var sequence: Int64
    public var hasSequence: Bool

    /// Added to `unit`.
    public static let otherUnit: UInt16 = 1 << 15

    public init(
        field: FieldID,
        kind: Kind,
        value: Double,
        quality: Quality = .unstated,
        unit: UInt16 = 0,
        sourceTime: SourceTime? = nil,
        timeProblem: TimeProblem = .absent,
        sequence: Int64? = nil,
    ) {
        self.field = field
        self.kind = kind
        self.quality = quality
        self.timeProblem = sourceTime == nil ? timeProblem : .none
        self.unit = unit
        self.value = value
        self.sourceTime = sourceTime ?? SourceTime(nanoseconds: 0)
        self.sequence = sequence ?? 0
        hasSequence = sequence != nil
    }
}
