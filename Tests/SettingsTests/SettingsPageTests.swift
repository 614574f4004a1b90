import Foundation
import Monitoring
import Testing

@testable import Settings

/// `docs/settings.md` against the program: what the page says may be written is accepted at both
/// ends, and refused with these ends one step outside.
@Suite("the page of settings")
struct SettingsPageTests {
    /// A row of one of the page's tables.
    struct Row: Sendable, CustomTestStringConvertible {
        var key: String
        var values: String
        var fallback: String

        var testDescription: String { key }

        /// The ends of a span as they are written; nil where the values are no span.
        var span: (kind: String, lowest: String, highest: String?)? {
            guard let kind = ["duration", "count", "size"].first(where: values.hasPrefix) else {
                return nil
            }
            let words = values.dropFirst(kind.count).filter { $0 != "`" && $0 != "," }
                .split(separator: " ").map(String.init)
            if words.count == 2, words[0] == "from" { return (kind, words[1], nil) }
            guard words.count == 3, words[1] == "to" else { return nil }
            return (kind, words[0], words[2])
        }
    }

    private static let page = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/settings.md")

    static let rows: [Row] = ((try? String(contentsOf: page, encoding: .utf8)) ?? "")
        .split(separator: "\n").filter { $0.hasPrefix("| `") }
        .map { line in
            let cells = line.split(separator: " | ").map(String.init)
            return Row(
                key: cells[0].filter { $0 != "`" && $0 != "|" && $0 != " " },
                values: cells[1],
                fallback: cells[2],
            )
        }

    @Test("names every key that the program knows, and no other")
    func complete() {
        let sections: [(String, SectionKeys)] = [
            ("", ConfigurationBuilder.topKeys), ("broker.", SettingsReader.brokerKeys),
            ("broker.tls.", SettingsReader.tlsKeys), ("store.", SettingsReader.storeKeys),
            ("store.retention.", SettingsReader.retentionKeys),
            ("discovery.", SettingsReader.discoveryKeys), ("feeds.", SettingsReader.feedKeys),
            ("feeds.payload.", SettingsReader.payloadKeys),
            ("feeds.payload.fields.", SettingsReader.fieldKeys),
            ("feeds.payload.qualityCodes.", SettingsReader.codeKeys),
            ("feeds.alarm.", SettingsReader.alarmKeys),
            ("deliveries.", SettingsReader.deliveryKeys),
        ]
        let known = sections.flatMap { prefix, keys in keys.known.map { prefix + $0 } }
        // Mappings whose keys have rows of their own.
        let outer = ["broker.tls", "store.retention", "feeds.payload.qualityCodes"]
        #expect(Set(Self.rows.map(\.key)) == Set(known).subtracting(outer))
    }

    @Test("a class has the keys of a feed but those that name topics")
    func classes() {
        let own = Set(SettingsReader.feedKeys.known).subtracting(["topic", "class", "broker"])
        #expect(Set(SettingsReader.classKeys.known) == own)
    }

    @Test("both ends of a span are accepted, one step outside is refused", arguments: rows)
    func spans(row: Row) throws {
        guard let span = row.span else {
            for kind in ["duration", "count", "size"] { #expect(!row.values.hasPrefix(kind)) }
            return
        }
        #expect(SettingText.problems(row.key, span.lowest) == [])
        if let highest = span.highest { #expect(SettingText.problems(row.key, highest) == []) }
        for outside in try SettingText.outside(span.kind, span.lowest, span.highest) {
            let found = SettingText.problems(row.key, outside)
            try #require(found.count == 1, "\(row.key): \(outside)")
            let name = row.key.split(separator: ".").last ?? ""
            #expect(found[0].message.hasPrefix("`\(name)` is "), "\(found[0])")
            #expect(found[0].hint.contains(span.lowest), "\(found[0])")
            #expect(span.highest.map(found[0].hint.contains) ?? true, "\(found[0])")
        }
    }

    @Test("a default that is a value is what counts without it", arguments: rows)
    func defaults(row: Row) throws {
        guard row.span != nil, row.fallback.hasPrefix("`") else { return }
        let value = row.fallback.dropFirst().prefix { $0 != "`" }
        // `commitInterval` is left to the daemon, which knows the quality of service.
        guard row.key != "store.commitInterval" else { return }
        func settings(_ text: String) throws -> String {
            var configuration = try Configuration.parse(text, file: "f", hostName: "gw")
            for index in configuration.feeds.indices { configuration.feeds[index].origins = [:] }
            configuration.warnings = []
            return "\(configuration)"
        }
        let given = SettingText.configuration(row.key, String(value))
        let absent = SettingText.configuration(row.key, nil)
        #expect(try settings(given) == settings(absent))
    }

    @Test("the page is read: most settings have a span")
    func isRead() {
        #expect(Self.rows.count > 50)
        #expect(Self.rows.count { $0.span != nil } > 15)
    }

    /// Every parameter of every check that is a number with ends.
    static let parameters: [(check: String, CheckParameter)] = CheckCatalogue.all.flatMap { check in
        check.allParameters.map { (check.name, $0) }
    }

    @Test("the settings of checks keep to their kinds", arguments: parameters.indices)
    func checks(index: Int) throws {
        let (check, parameter) = Self.parameters[index]
        let span: (kind: String, lowest: String, highest: String?)
        switch parameter.kind {
        case .duration(let minimum, let maximum):
            span = ("duration", DurationText.text(minimum), DurationText.text(maximum))
        case .count(let minimum, let maximum): span = ("count", "\(minimum)", "\(maximum)")
        case .number(let minimum, let maximum):
            let isOpen = maximum == .greatestFiniteMagnitude
            // Any number there is.
            if minimum == -.greatestFiniteMagnitude { return }
            span = ("number", minimum.written, isOpen ? nil : maximum.written)
        case .interval, .choice, .flag: return
        }
        let key = "feeds.checks.\(check).\(parameter.name)"
        #expect(SettingText.problems(key, span.lowest) == [])
        if let highest = span.highest { #expect(SettingText.problems(key, highest) == []) }
        for outside in try SettingText.outside(span.kind, span.lowest, span.highest) {
            let found = SettingText.problems(key, outside)
            try #require(found.count == 1, "\(key): \(outside)")
            #expect(found[0].hint.contains(span.lowest), "\(found[0])")
        }
    }
}

/// Configurations with one setting, by its dotted key.
enum SettingText {
    /// What must stand beside a setting so that its ends contradict nothing else.
    private static let companions = [
        "feeds.checks.completeness.fail": "min: 1", "feeds.checks.latency.fail": "limit: 1ms",
        "store.retention.minute": "quarterHour: 290y, day: 290y",
        "store.retention.quarterHour": "minute: 1h, day: 290y",
        "store.retention.day": "minute: 1h, quarterHour: 1h",
    ]

    /// A configuration with the setting, or without it where `value` is nil.
    static func configuration(_ key: String, _ value: String?) -> String {
        let parts = key.split(separator: ".").map(String.init)
        let inner = [value.map { "\(parts.last ?? ""): \($0)" }, companions[key]]
            .compactMap { $0 }.joined(separator: ", ")
        let nested = parts.dropFirst().dropLast().reversed().reduce(inner) { "\($1): {\($0)}" }
        func mapping(_ section: String, _ base: String) -> String {
            parts[0] == section && !nested.isEmpty ? "\(base), \(nested)" : base
        }
        let feed =
            key.hasSuffix("allowedLateness") || key.hasSuffix("maxAhead")
            ? "topic: a" : "topic: a, maxAhead: 1d, allowedLateness: 0s"
        let retention = parts[0] == "store" ? "" : ", retention: {minute: 60d}"
        return """
            broker: {\(mapping("broker", "url: mqtt://localhost"))}
            store: {\(mapping("store", "path: /a.db"))\(retention)}
            discovery: {\(parts[0] == "discovery" ? nested : "")}
            feeds: [{\(mapping("feeds", feed))}]
            """
    }

    static func problems(_ key: String, _ value: String) -> [Problem] {
        let text = configuration(key, value)
        let found: [Problem]
        do {
            found = try Configuration.parse(text, file: "f", hostName: "gw").warnings
        } catch {
            found = error.problems
        }
        // A check that lacks its limit is another matter.
        return found.filter { !$0.message.contains("finds nothing without") }
    }

    /// Values one step below and above a span.
    static func outside(
        _ kind: String,
        _ lowest: String,
        _ highest: String?,
    ) throws -> [String] {
        switch kind {
        case "duration":
            let below = "\(try DurationText.parse(lowest).count - 1)ns"
            return [below]
                + (try highest.map { "\(try DurationText.parse($0).count + 1)ns" }.listed)
        case "size":
            let below = "\(try SizeText.parse(lowest) - 1)B"
            return [below] + (try highest.map { "\(try SizeText.parse($0) + 1)B" }.listed)
        case "count":
            let below = try #require(Int(lowest)) - 1
            return ["\(below)"] + (try highest.map { "\(try #require(Int($0)) + 1)" }.listed)
        default:
            let below = try #require(Double(lowest)) - 0.001
            return ["\(below)"] + (try highest.map { "\(try #require(Double($0)) + 0.001)" }.listed)
        }
    }
}

extension Optional {
    fileprivate var listed: [Wrapped] { map { [$0] } ?? [] }
}
