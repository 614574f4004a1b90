import Delivery
import History
import Monitoring
import Mosquitto

/// From texts to a configuration: parse, merge, read each section, hold them against each other.
struct ConfigurationBuilder {
    var reader: SettingsReader
    let hostName: String

    static let topKeys = SectionKeys(
        known: ["gateway", "broker", "store", "discovery", "classes", "feeds", "deliveries"],
        later: [
            "groups", "console", "http", "metrics", "quality", "central", "calendar", "sites",
            "areas", "assets", "users", "log", "control",
        ],
        misplaced: [
            "limits": "write `discovery: { limit: …, forgetAfter: … }`",
            "topics": "write `feeds:` with `- topic: …`",
            "mqtt": "write `broker: { url: … }`",
            "database": "write `store: { path: … }`",
            "retention": "write `store: { retention: … }`",
            "checks": "write it in a class or a feed",
        ],
    )

    mutating func build(
        sources: [SourceText],
        path: String,
        problems: [Problem],
    ) throws(ConfigurationProblems) -> Configuration {
        reader.add(problems)
        var roots: [YAMLValue] = []
        reader.isPartial = problems.contains { $0.severity == .error }
        for source in sources {
            let document = YAMLDocument(source: source)
            reader.add(document.problems)
            if let root = document.root {
                roots.append(reader.corrected(root, "the configuration", keys: Self.topKeys))
            } else if document.problems.isEmpty {
                reader.add([ConfigurationText.empty(source.file, isMain: source.file == path)])
            } else {
                reader.isPartial = true
            }
        }
        if roots.isEmpty { throw ConfigurationProblems(reader.problems) }
        let merged = MergedDocument(roots)
        reader.add(merged.problems)
        var configuration = configuration(merged, path: path)
        configuration.files = sources.map(\.file)
        let found = reader.problems
        if found.contains(where: { $0.severity == .error }) { throw ConfigurationProblems(found) }
        configuration.warnings = found
        return configuration
    }

    private mutating func configuration(_ merged: MergedDocument, path: String) -> Configuration {
        let start = Place(file: path, line: 1, column: 1)
        let top = section(merged, at: start)
        let gateway = gateway(top)
        let brokers = reader.brokers(top["broker"], gateway: gateway)
        let names = brokers.map(\.0.name)
        let classes = merged.classes.map { reader.corrected(class: $0) }
        for entry in classes { reader.validateClass(entry) }
        let feeds = (merged.feeds ?? []).compactMap {
            reader.feed($0, classes: classes, brokers: names)
        }
        if merged.feeds?.isEmpty ?? true, !reader.isPartial, merged.problems.isEmpty {
            reader.report(
                start,
                "the configuration has no `feeds`, so nothing would be watched",
                hint: "write `feeds:` and `- topic: plant/#` below it",
            )
        }
        let configuration = Configuration(
            gateway: gateway,
            brokers: brokers.map(\.0),
            store: reader.store(top["store"], start: start),
            discovery: reader.discovery(top["discovery"]),
            feeds: feeds,
            deliveries: reader.deliveries(
                merged.deliveries,
                at: merged.deliveriesPlace ?? start,
            ),
            classNames: merged.classes.map(\.key),
            warnings: [],
            files: [],
        )
        reader.add(FeedClaims(configuration).problems)
        reader.reportUnusedClasses(merged.classes)
        reader.reportShortMinutes(configuration)
        return configuration
    }

    private mutating func section(_ merged: MergedDocument, at start: Place) -> Section {
        let whole = YAMLValue(content: .mapping(merged.entries), place: start)
        return reader.section(whole, "the configuration", keys: Self.topKeys)
            ?? Section(title: "the configuration", place: start, entries: [])
    }

    private mutating func gateway(_ top: Section) -> String {
        if let value = top["gateway"] {
            guard let name = reader.expanded(top, "gateway"),
                reader.plainName(name, of: "`gateway`", at: value.place)
            else { return "gateway" }
            return name
        }
        let plain = hostName.prefix(64).map { character -> Character in
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            return isPlain || "_.-".contains(character) ? character : "-"
        }
        return plain.isEmpty ? "gateway" : String(plain)
    }
}

extension SettingsReader {
    mutating func reportUnusedClasses(_ classes: [YAMLValue.Entry]) {
        guard !isPartial else { return }
        for entry in classes where !namedClasses.contains(entry.key) {
            warn(
                entry.place,
                "no feed uses the class `\(entry.key)`",
                hint: "name it with `class:` in a feed, or remove it",
            )
        }
    }

    /// A late sample must find the minute that it revises.
    mutating func reportShortMinutes(_ configuration: Configuration) {
        let age = configuration.store.retention.minute
        for feed in configuration.feeds where feed.rule.timing.revisionHorizon > age {
            report(
                feed.place,
                "`revisionHorizon` is longer than minutes are kept, "
                    + DurationText.text(age),
                hint: "shorten it, or keep minutes longer with `store.retention.minute`",
            )
        }
    }
}
