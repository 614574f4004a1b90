/// What the catalogue knows of a check: its id, its place among the alarms, its settings and the
/// texts that a person reads. Settings, documentation and the conformance tests work from it.
public struct CheckDefinition: Sendable {
    /// The id of product.md, such as `flatLine`.
    public var name: String
    public var concern: Concern
    /// Place within the concern, 0 names the alarm first (alarms.md 1.1).
    public var rank: Int
    /// What `Finding.worst` and `Finding.limit` measure.
    public var quantity: Quantity
    /// The settings under `checks: { <name>: { … } }`.
    public var parameters: [CheckParameter]
    /// Settings without default of which the check needs one: without any it has nothing to ask, and
    /// is off. Empty: it works by itself.
    public var needsOneOf: [String]
    /// Settings any of which replaces the limits that it learns; nil: it learns none, empty: it
    /// always does. Learned limits open alarms of priority low at most.
    public var learnsUnless: [String]?
    /// A declared period is an agreement about when samples come: nothing is learned then.
    public var trustsDeclaredPeriod: Bool
    /// Flagged samples that confirm a finding (1: the first one does).
    public var confirm: Int32
    /// The same where its limits are learned; nil: as `confirm`.
    public var learnedConfirm: Int32?
    /// How long after its last flagged sample a finding stays open, in event time.
    public var hold: Nanoseconds
    public var guidance: Guidance
    /// One line for listings: what it catches, in plant terms.
    public var summary: String

    public init(
        name: String,
        concern: Concern,
        rank: Int,
        quantity: Quantity,
        parameters: [CheckParameter] = [],
        needsOneOf: [String] = [],
        learnsUnless: [String]? = nil,
        trustsDeclaredPeriod: Bool = false,
        confirm: Int32 = 1,
        learnedConfirm: Int32? = nil,
        hold: Nanoseconds = .seconds(10),
        guidance: Guidance,
        summary: String,
    ) {
        self.name = name
        self.concern = concern
        self.rank = rank
        self.quantity = quantity
        self.parameters = parameters
        self.needsOneOf = needsOneOf
        self.learnsUnless = learnsUnless
        self.trustsDeclaredPeriod = trustsDeclaredPeriod
        self.confirm = confirm
        self.learnedConfirm = learnedConfirm
        self.hold = hold
        self.guidance = guidance
        self.summary = summary
    }

    /// Whether its limits are learned with these settings.
    ///
    /// - Parameter hasPeriod: the feed's period is declared.
    public func learns(with given: CheckParameters?, hasPeriod: Bool) -> Bool {
        guard let learnsUnless, !(hasPeriod && trustsDeclaredPeriod) else { return false }
        return !learnsUnless.contains { given?.values[$0] != nil }
    }

    /// The check's own settings, and the two that every check has.
    public var allParameters: [CheckParameter] {
        let common = [
            CheckParameter(
                name: "confirm",
                kind: .count(minimum: 1, maximum: 1_000_000),
                defaultText: "\(confirm)",
                meaning: """
                    Flagged answers in a row, or three times as many in one finding, that make it an \
                    alarm's business.
                    """,
            ),
            CheckParameter(
                name: "hold",
                kind: .duration(minimum: Nanoseconds(0), maximum: .days(30)),
                defaultText: "\(hold.count / 1_000_000_000)s",
                meaning: """
                    How long after the last flagged answer a good one ends the finding; the default \
                    is at least five periods, because a slow feed says nothing within it.
                    """,
            ),
        ]
        return parameters
            + common.filter { extra in
                !parameters.contains { $0.name == extra.name }
            }
    }

    /// The dimension of a check's measured quantity.
    public enum Quantity: String, Sendable {
        /// The feed's own unit.
        case value
        case seconds
        case samples
        case messages
        /// 0 to 1.
        case fraction
        case valuePerSecond
    }
}

/// One setting of a check. Settings are validated from this, so a new check brings no parser.
public struct CheckParameter: Sendable {
    /// What may be written. Both ends of a span are allowed.
    public enum Kind: Sendable {
        case number(minimum: Double, maximum: Double)
        case duration(minimum: Nanoseconds, maximum: Nanoseconds)
        case count(minimum: Int, maximum: Int)
        /// Two ends `[low, high]`, either may be `null` for open.
        case interval
        case choice([String])
        case flag
    }

    public var name: String
    public var kind: Kind
    /// The default as written in a configuration; nil where the check needs it given or learned.
    public var defaultText: String?
    /// What it means, with its unit and the reason for its default: one sentence.
    public var meaning: String
    /// A duration that must be longer than the feed's declared period: at or below it the check flags
    /// a healthy feed, or can never flag a faulty one.
    public var exceedsPeriod: Bool
    /// What counts where it has no default and is not given, in a word or two.
    public var absence: String
    /// The same where the check learns no limit, because another one is given; nil: as `absence`.
    public var unlearned: String?

    public init(
        name: String,
        kind: Kind,
        defaultText: String?,
        meaning: String,
        exceedsPeriod: Bool = false,
        absence: String = "none",
        unlearned: String? = nil,
    ) {
        self.name = name
        self.kind = kind
        self.defaultText = defaultText
        self.meaning = meaning
        self.exceedsPeriod = exceedsPeriod
        self.absence = absence
        self.unlearned = unlearned
    }
}

/// A value given for a parameter, of the kind that the parameter declares.
public enum CheckParameterValue: Sendable, Equatable {
    case number(Double)
    case duration(Nanoseconds)
    case count(Int)
    /// Open ends are ±infinity.
    case interval(low: Double, high: Double)
    case choice(String)
    case flag(Bool)
}

/// What the configuration says of one check on one feed, already checked against the parameters'
/// kinds; values not given take the definition's default inside the check.
public struct CheckParameters: Sendable, Equatable {
    /// `<check>: false` switches a check off.
    public var isEnabled: Bool
    public var values: [String: CheckParameterValue]

    public init(isEnabled: Bool = true, values: [String: CheckParameterValue] = [:]) {
        self.isEnabled = isEnabled
        self.values = values
    }

    public func number(_ name: String) -> Double? {
        if case .number(let value)? = values[name] { value } else { nil }
    }

    public func duration(_ name: String) -> Nanoseconds? {
        if case .duration(let value)? = values[name] { value } else { nil }
    }

    public func count(_ name: String) -> Int? {
        if case .count(let value)? = values[name] { value } else { nil }
    }

    public func interval(_ name: String) -> (low: Double, high: Double)? {
        if case .interval(let low, let high)? = values[name] { (low, high) } else { nil }
    }

    public func choice(_ name: String) -> String? {
        if case .choice(let value)? = values[name] { value } else { nil }
    }

    public func flag(_ name: String) -> Bool? {
        if case .flag(let value)? = values[name] { value } else { nil }
    }
}
