import Monitoring

// The typed scalars. Each takes the section and the key, reports what is wrong at the value's
// place, and returns nil where the key is absent or its value is not usable.

extension SettingsReader {
    /// The text of a scalar, which must not be empty. `${…}` is refused here: it is expanded in
    /// paths, hosts and names only, and read by `expanded`.
    mutating func text(_ section: Section, _ key: String) -> String? {
        guard let value = section[key] else { return nil }
        return text(value, "`\(key)`")
    }

    mutating func text(_ value: YAMLValue, _ title: String) -> String? {
        guard let text = scalar(value, title) else { return nil }
        if let range = text.firstRange(of: "${") {
            let offset = text.distance(from: text.startIndex, to: range.lowerBound)
            report(
                place(of: offset, in: text, at: value.place),
                "`${` is not expanded in \(title)",
                hint: "write the value itself; variables stand in paths, hosts and names only",
            )
            return nil
        }
        return text
    }

    /// The text of any scalar, as written.
    mutating func scalar(_ value: YAMLValue, _ title: String) -> String? {
        guard case .scalar(let text, _) = value.content else {
            report(value.place, "\(title) is \(value.kind)", hint: "write one value")
            return nil
        }
        if value.isNull || text.isEmpty {
            report(
                value.place,
                "\(title) has no value",
                hint: "write one, in quotes if it begins with `#`, or remove the key",
            )
            return nil
        }
        return text
    }

    mutating func flag(_ section: Section, _ key: String) -> Bool? {
        guard let value = section[key] else { return nil }
        return flag(value, "`\(key)`")
    }

    mutating func flag(_ value: YAMLValue, _ title: String) -> Bool? {
        if let flag = value.flag { return flag }
        report(value.place, "\(title) is \(value.kind)", hint: "write `true` or `false`")
        return nil
    }

    /// A whole number within a range.
    mutating func count(
        _ section: Section,
        _ key: String,
        in range: ClosedRange<Int>,
    ) -> Int? {
        guard let value = section[key] else { return nil }
        return count(value, "`\(key)`", in: range)
    }

    mutating func count(
        _ value: YAMLValue,
        _ title: String,
        in range: ClosedRange<Int>,
    ) -> Int? {
        let bounds =
            range.upperBound == .max
            ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let text, isPlain: true) = value.content, let number = Int(text) else {
            report(
                value.place,
                "\(title) is \(value.kind)",
                hint: "write a whole number \(bounds)",
            )
            return nil
        }
        guard range.contains(number) else {
            report(value.place, "\(title) is \(number)", hint: "write a number \(bounds)")
            return nil
        }
        return number
    }

    /// A finite decimal number within a range.
    mutating func number(
        _ value: YAMLValue,
        _ title: String,
        in range: ClosedRange<Double>,
    ) -> Double? {
        let bounds: String
        if range.lowerBound == -.infinity, range.upperBound == .infinity {
            bounds = ""
        } else if range.upperBound >= .greatestFiniteMagnitude {
            bounds = " of \(range.lowerBound.written) or more"
        } else {
            bounds = " from \(range.lowerBound.written) to \(range.upperBound.written)"
        }
        guard case .scalar(let text, isPlain: true) = value.content,
            let number = DecimalNumber.parse(text)
        else {
            report(value.place, "\(title) is \(value.kind)", hint: "write a number\(bounds)")
            return nil
        }
        guard range.contains(number) else {
            report(value.place, "\(title) is \(text)", hint: "write a number\(bounds)")
            return nil
        }
        return number
    }

    mutating func duration(
        _ section: Section,
        _ key: String,
        in range: ClosedRange<Nanoseconds>,
    ) -> Nanoseconds? {
        guard let value = section[key] else { return nil }
        return duration(value, "`\(key)`", in: range)
    }

    mutating func duration(
        _ value: YAMLValue,
        _ title: String,
        in range: ClosedRange<Nanoseconds>,
    ) -> Nanoseconds? {
        guard let text = text(value, title) else { return nil }
        let duration: Nanoseconds
        do {
            duration = try DurationText.parse(text)
        } catch {
            report(value.place, "\(title) is `\(text)`, which \(error.message)", hint: error.hint)
            return nil
        }
        guard range.contains(duration) else {
            let least = DurationText.text(range.lowerBound)
            let most = DurationText.text(range.upperBound)
            report(
                value.place,
                duration.count < 0 ? "\(title) is negative" : "\(title) is \(text)",
                hint: range.upperBound == .longest
                    ? "write a duration of \(least) or more"
                    : "write a duration from \(least) to \(most)",
            )
            return nil
        }
        return duration
    }

    mutating func size(
        _ section: Section,
        _ key: String,
        in range: ClosedRange<Int64>,
    ) -> Int64? {
        guard let value = section[key], let text = text(value, "`\(key)`") else { return nil }
        let size: Int64
        do {
            size = try SizeText.parse(text)
        } catch {
            report(value.place, "`\(key)` is `\(text)`, which \(error.message)", hint: error.hint)
            return nil
        }
        guard range.contains(size) else {
            let least = SizeText.text(range.lowerBound)
            report(
                value.place,
                "`\(key)` is \(text)",
                hint: "write a size from \(least) to \(SizeText.text(range.upperBound))",
            )
            return nil
        }
        return size
    }

    /// One of some words.
    mutating func choice(
        _ value: YAMLValue,
        _ title: String,
        of choices: [String],
    ) -> String? {
        guard let text = text(value, title) else { return nil }
        if choices.contains(text) { return text }
        let list = choices.map { "`\($0)`" }.joined(separator: ", ")
        report(
            value.place,
            "\(title) is `\(text)`",
            hint: Suggestion.hint(for: text, in: choices, otherwise: "write one of \(list)"),
        )
        return nil
    }

    mutating func priority(_ value: YAMLValue, _ title: String) -> Priority? {
        choice(value, title, of: Priority.allCases.map(\.name)).flatMap { Priority(name: $0) }
    }

    /// Codes that are valid and nearly always meant as something else.
    private static let mistakenUnits = [
        "C": ("coulomb", "`Cel` for degrees Celsius"),
        "F": ("farad", "`[degF]` for degrees Fahrenheit"),
    ]

    /// A unit as a UCUM code. One that is likely to be a slip is a warning.
    mutating func unit(_ value: YAMLValue, _ title: String) -> String? {
        guard let text = text(value, title) else { return nil }
        do {
            try UnitCode.validate(text)
            if let (name, meant) = Self.mistakenUnits[text] {
                warn(
                    value.place,
                    "\(title) is `\(text)`, which is the \(name) in UCUM",
                    hint: "write \(meant)",
                )
            }
            return text
        } catch {
            report(value.place, "\(title) is `\(text)`, which \(error.message)", hint: error.hint)
            return nil
        }
    }
}

extension Double {
    /// As a person writes it: whole numbers without `.0`.
    var written: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension [String] {
    /// `a`, `a or b`, `a, b or c`.
    func listed(_ conjunction: String) -> String {
        guard let last, count > 1 else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) \(conjunction) \(last)"
    }
}

extension Nanoseconds {
    static let longest = Nanoseconds(.max)
    static let hour = Nanoseconds.seconds(3_600)
    static let day = Nanoseconds.seconds(86_400)
}
