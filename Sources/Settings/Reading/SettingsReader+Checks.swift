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

    private var checkKeys: SectionKeys {
        let names = catalogue.map(\.name)
        return SectionKeys(known: names, later: Self.laterChecks.subtracting(names))
    }

    mutating func checks(_ value: YAMLValue) -> [String: CheckParameters] {
        guard let section = section(value, "`checks`", keys: checkKeys) else { return [:] }
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
        let title = "the check `\(definition.name)`"
        guard let section = section(value, title, keys: definition.keys) else { return nil }
        var result = CheckParameters()
        for parameter in definition.allParameters {
            guard let value = section[parameter.name] else { continue }
            result.values[parameter.name] = self.value(value, for: parameter)
        }
        reportContradictions(section, definition.parameters, result)
        reportDeadSettings(section, result)
        return result
    }

    /// Misspelt names of checks and of their settings put right, before a class is laid below.
    mutating func corrected(checks value: YAMLValue) -> YAMLValue {
        var value = corrected(value, "`checks`", keys: checkKeys)
        for definition in catalogue {
            value.replace(definition.name) {
                corrected($0, "the check `\(definition.name)`", keys: definition.keys)
            }
        }
        return value
    }

    private mutating func value(
        _ value: YAMLValue,
        for parameter: CheckParameter,
    ) -> CheckParameterValue? {
        let title = "`\(parameter.name)`"
        switch parameter.kind {
        case .number(let minimum, let maximum):
            return number(value, title, in: minimum...maximum).map { .number($0) }
        case .duration(let minimum, let maximum):
            return duration(value, title, in: minimum...maximum).map { .duration($0) }
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
                "\(title) is reversed, \(low.written) is above \(high.written)",
                hint: "write `[\(high.written), \(low.written)]`",
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
    private static let ordered = [
        ("suspect", "fail"), ("limit", "fail"), ("fail", "min"), ("min", "max"),
    ]

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

    /// Settings that are read and then count for nothing, told by their names.
    private mutating func reportDeadSettings(_ section: Section, _ values: CheckParameters) {
        if values.choice("mode") == "qartod", values.number("tolerance") ?? 0 <= 0 {
            report(
                section["tolerance"]?.place ?? section.place(of: "mode"),
                "`mode: qartod` with a `tolerance` of 0 never flags anything, "
                    + "because the spread must be below it",
                hint: "write a `tolerance` above 0, or `mode: time`",
            )
        }
        if section.has("for"), section.has("fail") {
            warn(
                section.place(of: "for"),
                "`for` and `fail` are two words for one time, and `fail` counts",
                hint: "write one of them",
            )
        }
    }

    /// What the settings of checks must keep to the rest of their feed. `isTemplate`: a class, which
    /// may leave to its feeds what a check needs.
    mutating func reportChecks(
        _ value: YAMLValue,
        _ checks: [String: CheckParameters],
        period: Nanoseconds?,
        timing: FeedTiming,
        isTemplate: Bool,
    ) {
        for definition in catalogue {
            guard let parameters = checks[definition.name], parameters.isEnabled,
                let entry = value.entries?.first(where: { $0.key == definition.name })
            else { continue }
            if !isTemplate { reportIdle(definition, entry) }
            if let period { reportShort(definition, entry.value, parameters, period: period) }
        }
        if let future = checks["clockSkew"]?.duration("future"), future > timing.maxAhead,
            let place = value["clockSkew"]?["future"]?.place
        {
            report(
                place,
                "`future` is \(DurationText.text(future)), longer than the feed's `maxAhead` of "
                    + DurationText.text(timing.maxAhead),
                hint: "write a shorter time, or a longer `maxAhead`",
            )
        }
    }

    /// A check that is asked for and has nothing to ask.
    private mutating func reportIdle(_ definition: CheckDefinition, _ entry: YAMLValue.Entry) {
        let needed = definition.needsOneOf
        guard !needed.isEmpty, !needed.contains(where: { entry.value[$0] != nil }) else { return }
        // A key that is not known may be what was meant.
        let known = definition.keys.known
        guard entry.value.entries?.allSatisfy({ known.contains($0.key) }) ?? true else { return }
        let list = needed.map { "`\($0)`" }.listed("or")
        warn(
            entry.place,
            "`\(definition.name)` finds nothing without \(list)",
            hint: "give one of them, or remove the check",
        )
    }

    private mutating func reportShort(
        _ definition: CheckDefinition,
        _ value: YAMLValue,
        _ parameters: CheckParameters,
        period: Nanoseconds,
    ) {
        for parameter in definition.parameters where parameter.exceedsPeriod {
            guard let time = parameters.duration(parameter.name), time <= period else { continue }
            report(
                value[parameter.name]?.place ?? value.place,
                "`\(parameter.name)` is \(DurationText.text(time)), and the feed's `period` is "
                    + DurationText.text(period),
                hint: "write a time longer than the period, at best several of them",
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
        let low = interval.low == -.infinity ? "null" : interval.low.written
        let high = interval.high == .infinity ? "null" : interval.high.written
        return "`[\(low), \(high)]`"
    }
}

extension CheckDefinition {
    fileprivate var keys: SectionKeys {
        var keys = SectionKeys(known: allParameters.map(\.name))
        for case .interval in parameters.prefix(1).map(\.kind) {
            for key in ["min", "max", "low", "high"] where !keys.known.contains(key) {
                keys.misplaced[key] = "write `\(parameters[0].name): [low, high]`"
            }
        }
        return keys
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
