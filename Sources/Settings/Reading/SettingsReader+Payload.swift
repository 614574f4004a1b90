import Decoding
import Monitoring

// `payload:` of a feed or class.

extension SettingsReader {
    static let payloadKeys = SectionKeys(
        known: [
            "format", "value", "fields", "each", "name", "time", "timeUnit", "timeZone", "sequence",
            "quality", "qualityCodes", "unit", "words",
        ],
        later: [
            "separator", "decimal", "header", "byteOrder", "type", "scale", "offset", "schema",
            "hmac", "checksum", "alias",
        ],
        synonyms: ["path": "value", "timestamp": "time", "seq": "sequence"],
    )
    static let fieldKeys = SectionKeys(
        known: ["value", "name", "unit"],
        later: ["words", "time", "quality", "scale", "offset"],
        synonyms: ["path": "value"],
    )
    static let codeKeys = SectionKeys(known: ["good", "uncertain", "bad"])
    private static let laterFormats: Set<String> = [
        "csv", "influx", "senml", "sparkplug", "sparkplugB", "sparkplug-json", "protobuf", "cbor",
        "msgpack", "xml", "opcua", "opcua-pubsub-json", "opcua-samples", "aws-sitewise",
        "json-array", "json-timestamp-keyed", "raw-f64le", "raw-i16be", "metadata", "text", "raw",
    ]

    /// Paths of one rule that the decoder follows at once.
    private static let pathLimit = 127

    mutating func payload(_ value: YAMLValue) -> PayloadSettings {
        var settings = PayloadSettings()
        guard let section = section(value, "`payload`", keys: Self.payloadKeys) else {
            return settings
        }
        settings.format = format(section)
        readValues(section, into: &settings)
        settings.time = path(of: section, "time")
        if let value = section["timeUnit"] {
            let units = PayloadSettings.TimeUnit.allCases.map(\.rawValue)
            let unit = choice(value, "`timeUnit`", of: units)
            settings.timeUnit = unit.flatMap { PayloadSettings.TimeUnit(rawValue: $0) } ?? .auto
        }
        settings.timeZone = timeZone(section)
        settings.sequence = path(of: section, "sequence")
        settings.quality = path(of: section, "quality")
        settings.qualityCodes = section["qualityCodes"].flatMap { qualityCodes($0) }
        if section.has("qualityCodes"), !section.has("quality") {
            report(
                section.place(of: "qualityCodes"),
                "`qualityCodes` without `quality`",
                hint: "write `quality:` with the path of the code",
            )
        }
        settings.unit = section["unit"].flatMap { unitSource($0) }
        settings.words = words(section)
        reportPaths(section, settings)
        return settings
    }

    /// What the decoder cannot follow: paths into a payload that has none, and too many of them.
    private mutating func reportPaths(_ section: Section, _ settings: PayloadSettings) {
        if settings.format == "scalar" {
            for key in ["value", "fields", "each", "time", "sequence", "quality"] {
                guard let value = section[key] else { continue }
                report(
                    value.place,
                    "`\(key)` is a path, and a scalar has none",
                    hint: "write `format: json`, or remove `\(key)`",
                )
            }
        }
        var units = settings.fields.map(\.unit)
        units.append(settings.unit)
        let unitPaths = units.count { if case .path? = $0 { true } else { false } }
        let paths = [settings.time, settings.sequence, settings.quality].count { $0 != nil }
        let count = settings.fields.count + unitPaths + paths
        if count > Self.pathLimit {
            report(
                section.place,
                "`payload` has \(count) paths",
                hint: "write at most \(Self.pathLimit), or no `fields`: then every field of the "
                    + "message becomes a feed",
            )
        }
    }

    private mutating func format(_ section: Section) -> String? {
        guard let value = section["format"], let format = text(section, "format") else {
            return nil
        }
        if formats.contains(format) { return format }
        if Self.laterFormats.contains(format) {
            report(
                value.place,
                "the format `\(format)` is not supported yet",
                hint: "remove the feed, or publish JSON",
            )
        } else {
            let list = formats.map { "`\($0)`" }.joined(separator: ", ")
            report(
                value.place,
                "there is no format `\(format)`",
                hint: Suggestion.hint(for: format, in: formats, otherwise: "write one of \(list)"),
            )
        }
        return nil
    }

    /// `value`, `fields`, or `each` with `name` and `value`: exactly one way to find values.
    private mutating func readValues(_ section: Section, into settings: inout PayloadSettings) {
        if section.has("fields") {
            for key in ["value", "each", "name"] where section.has(key) {
                report(
                    section.place(of: key),
                    "`\(key)` beside `fields`",
                    hint: "write either `fields` or `value`",
                )
            }
            settings.fields = fields(section)
            return
        }
        let value = path(of: section, "value")
        guard section.has("each") else {
            if section.has("name") {
                report(
                    section.place(of: "name"),
                    "`name` without `each`",
                    hint: "write `fields: [{ name: …, value: … }]`",
                )
            }
            if let value {
                settings.fields = [PayloadSettings.Field(name: nil, value: value, unit: nil)]
            }
            return
        }
        for key in ["name", "value"] where !section.has(key) {
            report(
                section.place(of: "each"),
                "`each` without `\(key)`",
                hint: "write `\(key):` with a path within an element, such as `$.id`",
            )
        }
        let each = path(of: section, "each", isArray: true)
        if let each, let name = path(of: section, "name"), let value {
            settings.readings = PayloadSettings.Readings(each: each, name: name, value: value)
        }
    }

    private mutating func fields(_ section: Section) -> [PayloadSettings.Field] {
        guard let value = section["fields"],
            let elements = list(value, "`fields`", example: "[{ name: x, value: $.x }]")
        else { return [] }
        if elements.isEmpty {
            report(value.place, "`fields` is empty", hint: "write `[{ name: x, value: $.x }]`")
        }
        var fields: [PayloadSettings.Field] = []
        for element in elements {
            guard let field = field(element) else { continue }
            if let name = field.name, fields.contains(where: { $0.name == name }) {
                report(
                    element["name"]?.place ?? element.place,
                    "two fields have the name `\(name)`",
                    hint: "give each its own `name:`",
                )
            } else {
                fields.append(field)
            }
        }
        return fields
    }

    private mutating func field(_ value: YAMLValue) -> PayloadSettings.Field? {
        guard let section = section(value, "a field", keys: Self.fieldKeys) else { return nil }
        guard section.has("value") else {
            report(section.place, "a field has no `value`", hint: "write `value: $.name`")
            return nil
        }
        let unit = section["unit"].flatMap { unitSource($0) }
        let given = text(section, "name")
        guard let path = path(of: section, "value") else { return nil }
        guard let name = given ?? path.lastName else {
            report(
                section.place,
                "a field has no `name`, and its path has none",
                hint: "write `name:`",
            )
            return nil
        }
        return PayloadSettings.Field(name: name, value: path, unit: unit)
    }

    /// A JSON path. `[*]` stands at the end of `each` and nowhere else.
    private mutating func path(
        of section: Section,
        _ key: String,
        isArray: Bool = false,
    ) -> JSONPath? {
        guard let value = section[key], let text = text(section, key) else { return nil }
        let path: JSONPath
        do {
            path = try JSONPath(text)
        } catch {
            report(
                place(of: error.offset, in: text, at: value.place),
                "`\(key)` is `\(text)`, which \(error.reason)",
                hint: (try? JSONPath("$.\(text)")) != nil && !text.hasPrefix("$")
                    ? "write `$.\(text)`"
                    : "a path looks like `$.a.b`, `$['a b']` or `$.list[0]`",
            )
            return nil
        }
        let stars = path.steps.count { $0 == .all }
        if isArray, stars != 1 || path.steps.last != .all {
            report(
                value.place,
                "`\(key)` is `\(text)`, which does not end with its one `[*]`",
                hint: "write the array, such as `$.values[*]`",
            )
            return nil
        }
        if !isArray, stars > 0 {
            report(
                value.place,
                "`\(key)` is `\(text)`, and `[*]` is of `each` only",
                hint: "write `each: $.values[*]` with `name:` and `value:`",
            )
            return nil
        }
        return path
    }

    /// A path where it begins with `$`, else a UCUM code.
    private mutating func unitSource(_ value: YAMLValue) -> PayloadSettings.UnitSource? {
        if case .scalar(let text, _) = value.content, text.hasPrefix("$"), !text.hasPrefix("${") {
            do {
                return .path(try JSONPath(text))
            } catch {
                report(
                    place(of: error.offset, in: text, at: value.place),
                    "`unit` is `\(text)`, which \(error.reason)",
                    hint: "write a path such as `$.unit`, or a UCUM code",
                )
                return nil
            }
        }
        return unit(value, "`unit`").map { .declared($0) }
    }

    /// `UTC`, an offset such as `+01:00`, or a name of the time zone database.
    private mutating func timeZone(_ section: Section) -> TimeZoneOffsets? {
        guard let value = section["timeZone"], let text = text(section, "timeZone") else {
            return nil
        }
        if let known = zones[text] { return known }
        if let offsets = ZoneDatabase.offsets(of: text) {
            zones[text] = offsets
            return offsets
        }
        let city = "/\(text.lowercased())"
        let whole = ZoneDatabase.names.first { $0.lowercased().hasSuffix(city) }
        report(
            value.place,
            "there is no time zone `\(text)`",
            hint: whole.map { "did you mean `\($0)`?" }
                ?? Suggestion.hint(
                    for: text,
                    in: ZoneDatabase.names,
                    otherwise: "write `Europe/Stockholm`, `UTC` or an offset such as `+01:00`",
                ),
        )
        return nil
    }

    private mutating func qualityCodes(_ value: YAMLValue) -> PayloadSettings.QualityCodes? {
        guard let section = section(value, "`qualityCodes`", keys: Self.codeKeys) else {
            return nil
        }
        var meanings: [Int: String] = [:]
        var lists: [String: [Int64]] = [:]
        for key in Self.codeKeys.known {
            guard let value = section[key],
                let elements = list(value, "`\(key)`", example: "[192]")
            else { continue }
            for element in elements {
                guard let code = count(element, "a code", in: -(1 << 53)...(1 << 53)) else {
                    continue
                }
                if let other = meanings.updateValue(key, forKey: code) {
                    report(
                        element.place,
                        "the code \(code) is given as `\(other)` and as `\(key)`",
                        hint: "keep one of them",
                    )
                }
                lists[key, default: []].append(Int64(code))
            }
        }
        return PayloadSettings.QualityCodes(
            good: lists["good"] ?? [],
            uncertain: lists["uncertain"] ?? [],
            bad: lists["bad"] ?? [],
        )
    }

    private mutating func words(_ section: Section) -> [String] {
        guard let value = section["words"],
            let elements = list(value, "`words`", example: "[RUNNING, STOPPED]")
        else { return [] }
        var words: [String] = []
        for element in elements {
            guard let word = text(element, "a word") else { continue }
            if words.contains(word) {
                report(element.place, "the word `\(word)` is given twice", hint: "remove one")
            } else if DecimalNumber.parse(word) != nil {
                report(
                    element.place,
                    "the word `\(word)` is a number",
                    hint: "remove it, numbers are read without words",
                )
            } else {
                words.append(word)
            }
        }
        return words
    }
}

extension PayloadSettings {
    /// The names of the declared fields as the decoder gives them; empty where the payload decides.
    var declaredNames: [String] {
        fields.map { $0.name ?? $0.value.lastName ?? "value" }
    }
}

extension JSONPath {
    /// The last step that is a name.
    fileprivate var lastName: String? {
        var last: String?
        for case .name(let name) in steps { last = name }
        return last
    }
}
