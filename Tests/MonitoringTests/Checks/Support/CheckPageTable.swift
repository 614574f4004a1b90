@testable import Monitoring

/// What a check's page says from its entry in the catalogue: settings, and the alarm's texts.
enum CheckPageTable {
    static func text(_ definition: CheckDefinition) -> String {
        var text = "| setting | kind | default | meaning |\n|---|---|---|---|\n"
        for parameter in definition.allParameters {
            let fallback = parameter.defaultText.map { "`\($0)`" } ?? "–"
            text += "| `\(parameter.name)` | \(kind(parameter.kind)) | \(fallback) | "
            text += "\(parameter.meaning) |\n"
        }
        if !definition.needsOneOf.isEmpty {
            let list = definition.needsOneOf.map { "`\($0)`" }.joined(separator: " or ")
            text += "\nOff without \(list).\n"
        }
        if let unless = definition.learnsUnless {
            let list = unless.map { "`\($0)`" }.joined(separator: " or ")
            text +=
                unless.isEmpty
                ? "\nLimits are learned" : "\nLimits are learned without \(list)"
            let agreed = ", and where no period is declared"
            text += (definition.trustsDeclaredPeriod ? agreed : "") + ".\n"
        }
        text += """

            Concern `\(definition.concern.name)`, rank \(definition.rank), observed in \
            \(quantity(definition.quantity)). An alarm says:

            - cause: \(definition.guidance.cause)
            - consequence: \(definition.guidance.consequence)
            - action: \(definition.guidance.action)
            - time to respond: \(number(definition.guidance.timeToRespond.seconds / 60)) min

            """
        return text
    }

    private static func kind(_ kind: CheckParameter.Kind) -> String {
        switch kind {
        case .number(let minimum, let maximum):
            minimum == -.greatestFiniteMagnitude
                ? "number"
                : maximum == .greatestFiniteMagnitude
                    ? "number from \(number(minimum))"
                    : "number, \(number(minimum)) to \(number(maximum))"
        case .duration(let minimum, let maximum):
            "duration, \(length(minimum)) to \(length(maximum))"
        case .count(let minimum, let maximum): "count, \(minimum) to \(maximum)"
        case .interval: "`[low, high]`"
        case .choice(let options): options.map { "`\($0)`" }.joined(separator: " or ")
        case .flag: "true or false"
        }
    }

    /// A number as a person writes it, whatever the machine's locale.
    private static func number(_ number: Double) -> String {
        number == number.rounded() ? String(Int64(number)) : String(number)
    }

    /// A length of time in its largest whole unit, as a configuration writes it.
    private static func length(_ length: Nanoseconds) -> String {
        let units: [(String, Int64)] = [
            ("y", 31_536_000_000), ("d", 86_400_000), ("h", 3_600_000), ("s", 1_000), ("ms", 1),
        ]
        let milliseconds = length.count / 1_000_000
        let unit = units.first { milliseconds % $0.1 == 0 && milliseconds > 0 } ?? ("s", 1_000)
        return "`\(milliseconds / unit.1)\(unit.0)`"
    }

    private static func quantity(_ quantity: CheckDefinition.Quantity) -> String {
        switch quantity {
        case .value: "the feed's unit"
        case .valuePerSecond: "the feed's unit per second"
        case .fraction: "fractions of 1"
        case .seconds, .samples, .messages: quantity.rawValue
        }
    }
}
