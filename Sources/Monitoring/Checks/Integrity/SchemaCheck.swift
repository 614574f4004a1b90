/// `schema`: what comes can be read, but is not what was agreed.
///
/// Catches a declared field that is missing or of another type, a text that is no declared word, a
/// payload with too many fields, and a feed whose values change kind (a number that becomes a
/// boolean, a word or a text that is no value, as after a firmware update). Cannot see a value that
/// keeps its kind and changes its meaning, nor fields that nobody declared.
///
/// Definition, per message: `fail` where the decoder's problem is one of the four that break a
/// declaration. Per sample: `fail` where it is no value, and where its kind is not that of the feed's
/// first readable one; a value that is missing has no kind. Good where neither holds; a readable message after a sample of
/// the wrong kind is unknown until its own sample is seen. The observed quantity is the number of
/// such messages in a row, held against 0. 5 bytes of state, about 2 ns.
///
/// Confirmed at once and ended by the next message that is as agreed, like `malformed`.
///
/// Example: `words: [RUNNING, STOPPED]` and the payload `ERROR`.
///
/// Source: TensorFlow Data Validation anomaly types (`ENUM_TYPE_UNEXPECTED_…`).
public struct SchemaCheck: Check {
    public static let definition = CheckDefinition(
        name: "schema",
        concern: .format,
        rank: 1,
        quantity: .messages,
        confirm: 1,
        hold: .seconds(0),
        guidance: Guidance(
            cause:
                "Changed device or configuration: {feed} sent {value} not as agreed",
            consequence:
                "Those values are missing or mean something else than those who use them think",
            action: "Compare the payload with the declared fields, words and types; correct either",
            timeToRespond: .seconds(3_600),
        ),
        summary: "messages whose fields, types or words are not as agreed",
    )

    public static let scope: CheckScope = [.messages, .samples]
    static let isForExceptions = true

    private var row: Int32 = 0
    private var isKindWrong = false

    var isQuiet: Bool { row == 0 && !isKindWrong }

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ message: borrowing MessageObservation) -> Assessment {
        if let problem = message.problem {
            return problem.breaksSchema ? flag() : .unknown
        }
        guard !isKindWrong else { return .unknown }
        row = 0
        return .good
    }

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        let kind: FeedDescription.Kind
        switch observation.kind {
        case .number, .infinite: kind = .number
        case .boolean: kind = .boolean
        case .word: kind = .word
        case .missing: return .unknown
        case .unreadable:
            isKindWrong = true
            return flag()
        }
        guard observation.feedKind != .unknown else { return .unknown }
        isKindWrong = kind != observation.feedKind
        if isKindWrong { return flag() }
        row = 0
        return .good
    }

    private mutating func flag() -> Assessment {
        if row < .max { row += 1 }
        return Assessment(.fail, observed: Double(row), limit: 0)
    }
}
