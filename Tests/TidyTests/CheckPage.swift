import Monitoring

/// The reference page of all checks, written from the catalogue.
///
/// A person who adds a check writes its texts once, in its definition; the page follows, and a test
/// holds it to the catalogue in both directions.
enum CheckPage {
    static let path = "docs/checks/README.md"
    /// Set to write the page instead of comparing it.
    static let writeVariable = "ASSAY_WRITE_DOCS"

    static func text(of definitions: [CheckDefinition]) -> String {
        ([opening] + [overview(definitions)] + definitions.map(section))
            .joined(separator: "\n")
    }

    private static let opening = """
        # The checks

        This page is written from the check catalogue; do not edit it. To write it anew:
        `\(writeVariable)=1 swift test --disable-xctest --filter TidyTests`.

        A check's id is the same here, in the configuration (`checks: { <id>: { … } }`), in messages
        and in the database. The reasoning behind each check, what it cannot see and its sources
        stand in the doc comment of its file under `Sources/Monitoring/Checks`.

        """

    private static func overview(_ definitions: [CheckDefinition]) -> String {
        let rows = definitions.map { check in
            "| [\(check.name)](#\(check.name.lowercased())) | \(check.concern.name) "
                + "| \(check.concern.defaultPriority.name) | \(cell(check.summary)) |"
        }
        return (["| check | concern | priority | what it catches |", "|---|---|---|---|"] + rows)
            .joined(separator: "\n") + "\n"
    }

    private static func section(_ check: CheckDefinition) -> String {
        var lines = [
            "## \(check.name)", "",
            sentence(check.summary), "",
            "Measures \(measure(check.quantity)). Confirmed after \(check.confirm) flagged "
                + "\(check.confirm == 1 ? "sample" : "samples"); \(lasting(check)).", "",
        ]
        if check.parameters.isEmpty {
            lines += ["It has no parameters.", ""]
        } else {
            lines += ["| parameter | kind | default | meaning |", "|---|---|---|---|"]
            lines += check.parameters.map { parameter in
                "| `\(parameter.name)` | \(cell(kind(parameter.kind))) "
                    + "| \(parameter.defaultText.map { "`\(cell($0))`" } ?? "none") "
                    + "| \(cell(parameter.meaning)) |"
            }
            lines.append("")
        }
        lines += [
            "- Cause: \(sentence(check.guidance.cause))",
            "- Consequence: \(sentence(check.guidance.consequence))",
            "- Action: \(sentence(check.guidance.action))",
            "- Time to respond: \(duration(check.guidance.timeToRespond))",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    /// A catalogue's clause as a sentence.
    private static func sentence(_ clause: String) -> String {
        clause.prefix(1).uppercased() + clause.dropFirst() + (clause.hasSuffix(".") ? "" : ".")
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|")
    }

    private static func measure(_ quantity: CheckDefinition.Quantity) -> String {
        switch quantity {
        case .value: "in the feed's own unit"
        case .seconds: "in seconds"
        case .samples: "in samples"
        case .messages: "in messages"
        case .fraction: "as a fraction from 0 to 1"
        case .valuePerSecond: "in the feed's own unit per second"
        }
    }

    private static func kind(_ kind: CheckParameter.Kind) -> String {
        switch kind {
        case .number(let minimum, let maximum): "number" + bounds(minimum, maximum)
        case .duration: "duration"
        case .count(let minimum, let maximum): "whole number from \(minimum) to \(maximum)"
        case .interval: "`[low, high]`, either may be `null`"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: " or ")
        case .flag: "`true` or `false`"
        }
    }

    /// The bounds that mean something: the ends of Double are none.
    private static func bounds(_ minimum: Double, _ maximum: Double) -> String {
        let low = minimum > -Double.greatestFiniteMagnitude ? " from \(number(minimum))" : ""
        let high = maximum < Double.greatestFiniteMagnitude ? " to \(number(maximum))" : ""
        return low + high
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func lasting(_ check: CheckDefinition) -> String {
        check.hold.count == 0
            ? "ends with the first good sample"
            : "stays open for \(duration(check.hold)) after the last one"
    }

    /// As a configuration writes it, in the largest unit that leaves no remainder.
    private static func duration(_ length: Nanoseconds) -> String {
        let units: [(nanoseconds: Int64, name: String)] = [
            (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "min"),
            (1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"),
        ]
        for unit in units
        where length.count >= unit.nanoseconds && length.count % unit.nanoseconds == 0 {
            return "\(length.count / unit.nanoseconds)\(unit.name)"
        }
        return length.count == 0 ? "0s" : "\(length.count)ns"
    }

    /// Where the page differs from the catalogue, and pages of checks that are not in it.
    static func problems(
        page: String?,
        otherPages: [String],
        definitions: [CheckDefinition],
    ) -> [TidyProblem] {
        let remedy =
            "write it with `\(writeVariable)=1 swift test --disable-xctest "
            + "--filter TidyTests`"
        let names = Set(definitions.map { "docs/checks/\($0.name).md" })
        let strays = otherPages.filter { !names.contains($0) }.map {
            TidyProblem(
                path: $0,
                line: 1,
                text: "names no check of the catalogue; name the page after a check's id"
            )
        }
        guard let page else {
            return [TidyProblem(path: path, line: 1, text: "is absent; \(remedy)")] + strays
        }
        let wanted = text(of: definitions).split(separator: "\n", omittingEmptySubsequences: false)
        let found = page.split(separator: "\n", omittingEmptySubsequences: false)
        guard wanted != found else { return strays }
        let same = zip(wanted, found).prefix { $0 == $1 }.count
        return [
            TidyProblem(
                path: path,
                line: same + 1,
                text: "is not what the check catalogue says; \(remedy)"
            )
        ] + strays
    }
}
