/// One mapping while it is read: its entries by key, and its name for messages.
struct Section {
    /// As in messages, such as "`broker`".
    let title: String
    let place: Place
    let entries: [YAMLValue.Entry]
    private let indexes: [String: Int]

    init(title: String, place: Place, entries: [YAMLValue.Entry]) {
        self.title = title
        self.place = place
        self.entries = entries
        indexes = Dictionary(entries.indices.map { (entries[$0].key, $0) }) { first, _ in first }
    }

    subscript(key: String) -> YAMLValue? {
        indexes[key].map { entries[$0].value }
    }

    /// Where a key stands; the section's beginning where it is absent.
    func place(of key: String) -> Place {
        indexes[key].map { entries[$0].place } ?? place
    }

    func has(_ key: String) -> Bool { indexes[key] != nil }
}

extension SettingsReader {
    /// A mapping whose keys are checked; nil, and a problem, where the value is no mapping.
    mutating func section(
        _ value: YAMLValue,
        _ title: String,
        keys: SectionKeys,
    ) -> Section? {
        guard let entries = value.entries else {
            report(
                value.place,
                "\(title) is \(value.kind), not a mapping",
                hint: "write `\(keys.known.first ?? "key"): …` below it, indented",
            )
            return nil
        }
        return Section(
            title: title,
            place: value.place,
            entries: corrected(entries, title, keys: keys),
        )
    }

    /// A mapping with its misspelt keys reported and put right; anything else as it is.
    mutating func corrected(_ value: YAMLValue, _ title: String, keys: SectionKeys) -> YAMLValue {
        guard let entries = value.entries else { return value }
        let content = YAMLValue.Content.mapping(corrected(entries, title, keys: keys))
        return YAMLValue(content: content, place: value.place)
    }

    /// Reports the keys that are not known. One that was most likely meant as a known key bears its
    /// name from here on, so that its content is looked at in the same run and the key is not missed;
    /// not where the known key is there too.
    private mutating func corrected(
        _ entries: [YAMLValue.Entry],
        _ title: String,
        keys: SectionKeys,
    ) -> [YAMLValue.Entry] {
        var taken = Set(entries.map(\.key))
        return entries.map { entry in
            guard !keys.known.contains(entry.key) else { return entry }
            reportUnknown(entry, in: title, keys: keys)
            guard let meant = keys.meant(by: entry.key), taken.insert(meant).inserted else {
                return entry
            }
            var entry = entry
            entry.key = meant
            return entry
        }
    }

    private mutating func reportUnknown(
        _ entry: YAMLValue.Entry,
        in title: String,
        keys: SectionKeys,
    ) {
        let key = entry.key
        if let digits = Int(key), digits >= 0, entry.value.isNull {
            report(
                entry.place,
                "`\(key)` stands alone after a `,`, which ends a value",
                hint: "write a number with a point, such as `0.\(key)`",
            )
        } else if let instead = keys.secrets[key] {
            report(
                entry.place,
                "`\(key)` would put a secret into the configuration",
                hint: "write `\(instead):` with the path of a file that holds it",
            )
        } else if keys.later.contains(key) {
            report(
                entry.place,
                "`\(key)` is not supported yet in \(title)",
                hint: "remove it; this version would not act on it",
            )
        } else if let instead = keys.misplaced[key] {
            report(entry.place, "`\(key)` is not a key of \(title)", hint: instead)
        } else if let instead = keys.synonyms[key] {
            report(entry.place, "`\(key)` is not a key of \(title)", hint: "write `\(instead):`")
        } else {
            let list = keys.known.map { "`\($0)`" }.joined(separator: ", ")
            report(
                entry.place,
                "unknown key `\(key)` in \(title)",
                hint: Suggestion.hint(
                    for: key,
                    in: keys.known,
                    otherwise: "its keys are \(list)",
                ),
            )
        }
    }

    /// The elements of a list; nil, and a problem, where it is none.
    mutating func list(_ value: YAMLValue, _ title: String, example: String) -> [YAMLValue]? {
        if let elements = value.elements { return elements }
        report(
            value.place,
            "\(title) is \(value.kind), not a list",
            hint: "write `\(example)`",
        )
        return nil
    }
}
