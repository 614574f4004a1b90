import Foundation
import TestSupport
import Testing

@testable import Monitoring

/// `docs/checks/`: a page for every check, whose table of settings is the catalogue's.
///
/// The part between the markers is written by `ASSAY_WRITE_DOCS=1 swift test --filter CheckPage`;
/// what stands around it is written by hand.
@Suite("pages of the checks")
struct CheckPageTests {
    private static let begin = "<!-- from the catalogue -->"
    private static let end = "<!-- end -->"
    private static let folder = PackageFolder.url.appending(path: "docs/checks")

    @Test(
        "every check has a page, and its settings are those of the catalogue",
        arguments:
            CheckCatalogue.all.map(\.name)
    )
    func page(name: String) throws {
        let id = try #require(CheckCatalogue.id(named: name))
        let expected = Self.table(CheckCatalogue.all[Int(id.index)])
        let file = Self.folder.appending(path: "\(name).md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let parts = text.components(separatedBy: "\(Self.begin)\n")
        try #require(parts.count == 2, "\(name).md lacks the line `\(Self.begin)`")
        let rest = parts[1].components(separatedBy: Self.end)
        try #require(rest.count == 2, "\(name).md lacks the line `\(Self.end)`")
        if ProcessInfo.processInfo.environment["ASSAY_WRITE_DOCS"] == "1" {
            try "\(parts[0])\(Self.begin)\n\(expected)\(Self.end)\(rest[1])"
                .write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(rest[0] == expected, "write it anew with ASSAY_WRITE_DOCS=1")
        }
        #expect(text.hasPrefix("# \(name)\n"))
        for heading in ["## Catches", "## Cannot see", "## Definition", "## Cost and source"] {
            #expect(text.contains("\n\(heading)\n"), "\(name).md lacks `\(heading)`")
        }
    }

    @Test("no page is of a check that does not exist, and the list names them all")
    func list() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let names = Set(CheckCatalogue.all.map { "\($0.name).md" })
        let pages = Set(files.filter { $0.hasSuffix(".md") && $0 != "README.md" })
        #expect(pages == names)
        let list = try String(
            contentsOf: Self.folder.appending(path: "README.md"),
            encoding: .utf8,
        )
        for definition in CheckCatalogue.all {
            let line = """
                | [\(definition.name)](\(definition.name).md) | \(definition.concern.name) | \
                \(definition.summary) |
                """
            #expect(list.contains("\n\(line)\n"), "README.md lacks: \(line)")
        }
    }

    private static func table(_ definition: CheckDefinition) -> String {
        var text = "\n| setting | kind | default | meaning |\n|---|---|---|---|\n"
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
            - time to respond: \(Self.text(definition.guidance.timeToRespond.seconds / 60)) min


            """
        return text
    }

    private static func kind(_ kind: CheckParameter.Kind) -> String {
        switch kind {
        case .number(let minimum, let maximum):
            minimum == -.greatestFiniteMagnitude
                ? "number"
                : maximum == .greatestFiniteMagnitude
                    ? "number from \(text(minimum))"
                    : "number, \(text(minimum)) to \(text(maximum))"
        case .duration(let minimum, let maximum):
            "duration, \(text(minimum)) to \(text(maximum))"
        case .count(let minimum, let maximum): "count, \(minimum) to \(maximum)"
        case .interval: "`[low, high]`"
        case .choice(let options): options.map { "`\($0)`" }.joined(separator: " or ")
        case .flag: "true or false"
        }
    }

    /// A number as a person writes it, whatever the machine's locale.
    private static func text(_ number: Double) -> String {
        number == number.rounded() ? String(Int64(number)) : String(number)
    }

    /// A length of time in its largest whole unit, as a configuration writes it.
    private static func text(_ length: Nanoseconds) -> String {
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
