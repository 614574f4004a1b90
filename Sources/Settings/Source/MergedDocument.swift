/// All files laid together as configuration.md says: `feeds`, `deliveries` and `groups` are
/// appended in the order of the files, `classes` are merged by name, and any other key of the top
/// level, or a class, given twice is a problem that names both places.
struct MergedDocument {
    /// Every other key of the top level, once.
    private(set) var entries: [YAMLValue.Entry] = []
    private(set) var classes: [YAMLValue.Entry] = []
    /// nil where no file has the key.
    private(set) var feeds: [YAMLValue]?
    private(set) var deliveries: [YAMLValue]?
    private(set) var deliveriesPlace: Place?
    private(set) var problems: [Problem] = []

    init(_ roots: [YAMLValue]) {
        for root in roots {
            guard let entries = root.entries else {
                problems.append(
                    Problem(
                        at: root.place,
                        "the file is \(root.kind), not a mapping",
                        hint: "begin with `feeds:` at the left edge",
                    )
                )
                continue
            }
            for entry in entries { add(entry) }
        }
    }

    private mutating func add(_ entry: YAMLValue.Entry) {
        switch entry.key {
        case "feeds":
            feeds = (feeds ?? []) + elements(of: entry, example: "- topic: plant/#")
        case "deliveries":
            deliveriesPlace = deliveriesPlace ?? entry.place
            deliveries = (deliveries ?? []) + elements(of: entry, example: "- mqtt: {}")
        case "classes":
            addClasses(entry)
        default:
            if let first = entries.first(where: { $0.key == entry.key }) {
                reportTwice("`\(entry.key)`", entry.place, first: first.place)
            } else {
                entries.append(entry)
            }
        }
    }

    private mutating func elements(of entry: YAMLValue.Entry, example: String) -> [YAMLValue] {
        if let elements = entry.value.elements { return elements }
        let isOne = entry.value.entries != nil
        problems.append(
            Problem(
                at: entry.value.place,
                "`\(entry.key)` is \(entry.value.kind), not a list",
                hint: isOne ? "write `- ` before its first key" : "write `\(example)`",
            )
        )
        // One that was written without its `- ` is looked at all the same.
        return isOne ? [entry.value] : []
    }

    private mutating func addClasses(_ entry: YAMLValue.Entry) {
        guard let more = entry.value.entries else {
            problems.append(
                Problem(
                    at: entry.value.place,
                    "`classes` is \(entry.value.kind), not a mapping",
                    hint: "write `name:` below it, indented, and the class's keys below that",
                )
            )
            return
        }
        for entry in more {
            if let first = classes.first(where: { $0.key == entry.key }) {
                reportTwice("the class `\(entry.key)`", entry.place, first: first.place)
            } else {
                classes.append(entry)
            }
        }
    }

    private mutating func reportTwice(_ what: String, _ place: Place, first: Place) {
        problems.append(
            Problem(
                at: place,
                "\(what) is given twice",
                hint: "keep one; the first is at \(first)",
            )
        )
    }
}
