/// A feed's mapping laid over its class, key by key: `payload` and `alarm` by their keys, `checks`
/// by check and parameter, everything else as a whole.
///
/// The merge works on the tree before anything is read, so that every value keeps the place where
/// it was written and the readers know nothing of classes.
struct LayeredFeed {
    private(set) var value: YAMLValue
    /// By dotted key.
    private(set) var origins: [String: FeedConfiguration.Origin] = [:]

    /// Keys of a payload that say where values are; the feed's choice replaces the class's other.
    private static let oneField = ["value", "each", "name"]

    init(feed: YAMLValue, over template: YAMLValue?, named className: String?) {
        value = feed
        if let template, let className {
            value = Self.merge(template, feed, path: "")
            // What the feed says is recorded last and wins; what it replaces must not stay.
            record(template, path: "") { .fromClass(className, $0) }
            drop(template, replacedBy: value)
        }
        record(feed, path: "") { .fromFeed($0) }
    }

    private static func isDeep(_ path: String) -> Bool {
        ["", "payload", "alarm", "checks"].contains(path)
            || (path.hasPrefix("checks.") && path.count { $0 == "." } == 1)
    }

    private static func merge(_ below: YAMLValue, _ above: YAMLValue, path: String) -> YAMLValue {
        // `check: true` switches on what the class describes.
        if path.hasPrefix("checks."), above.flag == true, below.entries != nil { return below }
        guard isDeep(path), let lower = below.entries, let upper = above.entries else {
            return above
        }
        var result: [YAMLValue.Entry] = []
        for entry in lower where !isReplaced(entry.key, by: upper, path: path) {
            guard let over = upper.first(where: { $0.key == entry.key }) else {
                result.append(entry)
                continue
            }
            let subpath = join(path, entry.key)
            var merged = over
            merged.value = merge(entry.value, over.value, path: subpath)
            result.append(merged)
        }
        result += upper.filter { entry in !lower.contains { $0.key == entry.key } }
        return YAMLValue(content: .mapping(result), place: above.place)
    }

    private static func isReplaced(
        _ key: String,
        by upper: [YAMLValue.Entry],
        path: String,
    ) -> Bool {
        guard path == "payload" else { return false }
        if key == "fields" { return upper.contains { oneField.contains($0.key) } }
        return oneField.contains(key) && upper.contains { $0.key == "fields" }
    }

    private mutating func record(
        _ value: YAMLValue,
        path: String,
        origin: (Place) -> FeedConfiguration.Origin,
    ) {
        guard Self.isDeep(path), let entries = value.entries else {
            origins[path] = origin(value.place)
            return
        }
        if path.hasPrefix("checks.") { origins[path] = origin(value.place) }
        for entry in entries {
            record(entry.value, path: Self.join(path, entry.key), origin: origin)
        }
    }

    /// Forgets the origins of class values that are no longer in the merged tree.
    private mutating func drop(_ template: YAMLValue, replacedBy merged: YAMLValue) {
        origins = origins.filter { key, _ in
            var value: YAMLValue? = merged
            for part in key.split(separator: ".") { value = value?[String(part)] }
            return value != nil
        }
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}
