import Monitoring

// `checks:` of a feed or class, from the catalogue: a new check brings no parser of its own.

extension SettingsReader {
    /// Checks of the documentation that this version's catalogue may lack. One that is in the
    /// catalogue is read, whether it stands here or not.
    private static let laterChecks: Set<String> = [
        "sequence", "rate", "regularity", "unit", "sentinel", "rateOfChange", "saturation",
        "attenuated", "noise", "outlier", "ewma", "meanShift", "drift", "redundancy", "balance",
        "ordering", "correlation", "falseAlarmInterval",
    ]
    /// Parameters of every check: how many flags confirm a finding, and how long it stays open.
    static let commonParameters = [
        CheckParameter(
            name: "confirm",
            kind: .count(minimum: 1, maximum: 1_000_000),
            defaultText: nil,
            meaning: "Flagged samples that confirm a finding.",
        ),
        CheckParameter(
            name: "hold",
            kind: .duration,
            defaultText: nil,
            meaning: "How long after its last flagged sample a finding stays open.",
        ),
    ]

    mutating func checks(_ value: YAMLValue) -> [String: CheckParameters] {
        let names = catalogue.map(\.name)
        let keys = SectionKeys(known: names, later: Self.laterChecks.subtracting(names))
        guard let section = section(value, "`checks`", keys: keys) else { return [:] }
        var checks: [String: CheckParameters] = [:]
        for entry in section.entries {
            guard let definition = catalogue.first(where: { $0.name == entry.key }) else {
                continue
            }
            checks[entry.key] = check(entry.value, definition)
        }
        return checks
    }

    private mutating func check(
        _ value: YAMLValue,
        _ definition: CheckDefinition,
    ) -> CheckParameters? {
        if let isEnabled = value.flag { return CheckParameters(isEnabled: isEnabled) }
        guard value.entries != nil else {
            report(
                value.place,
                "`\(definition.name)` is \(value.kind)",
                hint: "write `true`, `false` or its parameters in braces",
            )
            return nil
        }
        let own = definition.parameters
        let common = Self.commonParameters.filter { extra in
            !own.contains { $0.name == extra.name }
        }
        let parameters = own + common
        let keys = SectionKeys(known: parameters.map(\.name))
        guard let section = section(value, "the check `\(definition.name)`", keys: keys) else {
            return nil
        }
        var result = CheckParameters()
        for parameter in parameters {
            guard let value = section[parameter.name] else { continue }
            result.values[parameter.name] = self.value(value, for: parameter)
        }
        reportContradictions(section, own, result)
        return result
    }

    private mutating func value(
        _ value: YAMLValue,
        for parameter: CheckParameter,
    ) -> CheckParameterValue? {
        let title = "`\(parameter.name)`"
        switch parameter.kind {
        case .number(let minimum, let maximum):
            return number(value, title, in: minimum...maximum).map { .number($0) }
        case .duration:
            return duration(value, title, in: Nanoseconds(0)...Nanoseconds.longest)
                .map { .duration($0) }
        case .count(let minimum, let maximum):
            return count(value, title, in: minimum...maximum).map { .count($0) }
        case .interval:
            return interval(value, title)
        case .choice(let choices):
            return choice(value, title, of: choices).map { .choice($0) }
        case .flag:
            return flag(value, title).map { .flag($0) }
        }
    }

    /// `[low, high]`; `null` leaves an end open.
    private mutating func interval(_ value: YAMLValue, _ title: String) -> CheckParameterValue? {
        let hint = "write `[low, high]`, `null` for an open end"
        guard let elements = value.elements, elements.count == 2 else {
            let count = value.elements.map { "a list of \($0.count)" } ?? value.kind
            report(value.place, "\(title) is \(count)", hint: hint)
            return nil
        }
        let everything = -Double.infinity...Double.infinity
        let low = elements[0].isNull ? -.infinity : number(elements[0], title, in: everything)
        let high = elements[1].isNull ? .infinity : number(elements[1], title, in: everything)
        guard let low, let high else { return nil }
        guard low <= high else {
            report(
                value.place,
                "\(title) is reversed, \(low) is above \(high)",
                hint: "write `[\(high), \(low)]`",
            )
            return nil
        }
        if low == -.infinity, high == .infinity {
            report(value.place, "\(title) is open at both ends", hint: "give one, or remove it")
            return nil
        }
        return .interval(low: low, high: high)
    }

    /// Pairs of parameters of which the first must not be above the second. The names mean the same
    /// in every check: a flag is `suspect` before it is `fail`, a `limit` is passed before `fail`,
    /// and of a fraction that may fall to `min`, `fail` is the lower one.
    private static let ordered = [("suspect", "fail"), ("limit", "fail"), ("fail", "min")]

    /// Values that cannot be true together, told by the parameters' names.
    private mutating func reportContradictions(
        _ section: Section,
        _ parameters: [CheckParameter],
        _ values: CheckParameters,
    ) {
        if let fail = values.interval("fail"), let suspect = values.interval("suspect"),
            suspect.low < fail.low || suspect.high > fail.high
        {
            report(
                section["suspect"]?.place ?? section.place,
                "`suspect` reaches outside `fail`",
                hint: "write a suspect interval within \(Self.text(fail))",
            )
        }
        let limits = parameters.compactMap { parameter -> (String, String)? in
            guard parameter.name.hasPrefix("min") else { return nil }
            let stem = parameter.name.dropFirst(parameter.name.hasPrefix("minimum") ? 7 : 3)
            let opposite = (parameter.name.hasPrefix("minimum") ? "maximum" : "max") + stem
            return (parameter.name, opposite)
        }
        for (lesser, greater) in Self.ordered + limits {
            guard section.has(lesser) || section.has(greater),
                let low = magnitude(of: lesser, parameters, values),
                let high = magnitude(of: greater, parameters, values), low > high
            else { continue }
            let given = section.has(lesser) ? lesser : greater
            let other = given == lesser ? greater : lesser
            let way = given == lesser ? "above" : "below"
            report(
                section[given]?.place ?? section.place,
                "`\(given)` is \(way) \(section.has(other) ? "" : "the default of ")`\(other)`",
                hint: "`\(lesser)` must not be above `\(greater)`",
            )
        }
    }

    /// A parameter's value, or its default, where it is one number.
    private func magnitude(
        of name: String,
        _ parameters: [CheckParameter],
        _ values: CheckParameters,
    ) -> Double? {
        if let value = values.values[name] { return value.magnitude }
        guard let parameter = parameters.first(where: { $0.name == name }),
            let text = parameter.defaultText
        else { return nil }
        switch parameter.kind {
        case .number, .count: return DecimalNumber.parse(text)
        case .duration: return (try? DurationText.parse(text))?.seconds
        case .interval, .choice, .flag: return nil
        }
    }

    private static func text(_ interval: (low: Double, high: Double)) -> String {
        let low = interval.low == -.infinity ? "null" : "\(interval.low)"
        let high = interval.high == .infinity ? "null" : "\(interval.high)"
        return "`[\(low), \(high)]`"
    }
}

extension CheckParameterValue {
    /// For comparing two parameters of one kind; nil where there is no order.
    fileprivate var magnitude: Double? {
        switch self {
        case .number(let number): number
        case .duration(let duration): duration.seconds
        case .count(let count): Double(count)
        case .interval, .choice, .flag: nil
        }
    }
}
