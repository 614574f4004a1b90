/// `malformed`: what comes cannot be read.
///
/// Catches truncated or corrupt payloads, a device that prints an error text instead of a value,
/// and a gateway that changed its format. Cannot see a payload that is read well and means something
/// else, nor a wrong value; a payload that is read but breaks the declaration is `schema`.
///
/// Definition, per message: `fail` where the decoder could not read it (`DecodeProblem`), except for
/// the four problems that `schema` answers for, where it is unknown; good where it was read. The
/// observed quantity is the number of unreadable messages in a row, held against 0. The finding
/// names the reason and the byte at which reading stopped. 4 bytes of state, about 2 ns.
///
/// One unreadable message is confirmed at once, because nothing in a healthy plant sends one, and
/// ends with the next readable one.
///
/// Example: `{"value": 21.4` on a JSON topic.
///
/// Source: ioos_qc `syntax_test`; RFC 8259 (JSON).
public struct MalformedCheck: Check {
    public static let definition = CheckDefinition(
        name: "malformed",
        concern: .format,
        rank: 0,
        quantity: .messages,
        confirm: 1,
        hold: .seconds(0),
        guidance: Guidance(
            cause:
                "Device, gateway or format fault: {feed} sent {value} that cannot be read",
            consequence: "Its values are not monitored and do not reach those who need them",
            action: """
                Look at the payloads in the database's view quarantine_named, check the device and \
                its configuration
                """,
            timeToRespond: .seconds(1_800),
        ),
        summary: "messages that cannot be read",
    )

    public static let scope: CheckScope = .messages
    static let isForExceptions = true

    private var row: Int32 = 0

    var isQuiet: Bool { row == 0 }

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ message: borrowing MessageObservation) -> Assessment {
        guard let problem = message.problem else {
            row = 0
            return .good
        }
        guard !problem.breaksSchema else { return .unknown }
        if row < .max { row += 1 }
        return Assessment(.fail, observed: Double(row), limit: 0)
    }
}

extension DecodeProblem {
    /// Whether the payload could be read and only was not what was agreed: the business of
    /// `schema`, all others being that of `malformed`.
    var breaksSchema: Bool {
        switch self {
        case .undeclaredWord, .wrongType, .missingField, .tooManyFields: true
        case .notANumberOrWord, .syntax, .invalidUTF8, .duplicateKey, .tooDeep, .tooLarge,
            .trailingContent, .loneSurrogate, .truncated:
            false
        }
    }
}
