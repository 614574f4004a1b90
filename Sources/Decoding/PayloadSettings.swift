/// How the payloads of one feed rule are read: the `payload:` mapping of configuration.md.
///
/// The empty value is zero configuration: a number, a boolean, or JSON with the usual names.
public struct PayloadSettings: Sendable, Equatable {
    /// One declared field: where its value stands, and under which name its feed is known.
    public struct Field: Sendable, Equatable {
        /// nil: the last name of the path, `value` for a path without one.
        public var name: String?
        public var value: JSONPath
        public var unit: UnitSource?

        public init(name: String?, value: JSONPath, unit: UnitSource?) {
            self.name = name
            self.value = value
            self.unit = unit
        }

        /// The name that the field's feed gets.
        public var knownName: String {
            if let name { return name }
            for step in value.steps.reversed() {
                if case .name(let name) = step { return name }
            }
            return "value"
        }
    }

    /// An array of readings: one field per element, named by the element itself.
    public struct Readings: Sendable, Equatable {
        /// The array, such as `$.values[*]`.
        public var each: JSONPath
        /// Within the element, where `$` is the element itself.
        public var name: JSONPath
        public var value: JSONPath

        public init(each: JSONPath, name: JSONPath, value: JSONPath) {
            self.each = each
            self.name = name
            self.value = value
        }
    }

    public enum UnitSource: Sendable, Equatable {
        /// A UCUM code from the configuration.
        case declared(String)
        case path(JSONPath)
    }

    public enum TimeUnit: String, Sendable, CaseIterable {
        /// By magnitude, and fixed per topic after 20 samples; texts by their format.
        case auto
        case s
        case ms
        case us
        case ns
        case iso
        /// Windows FILETIME: 100 ns since 1601.
        case filetime
    }

    /// Which integers mean which quality; booleans, GOOD/BAD/UNCERTAIN and the OPC and Sparkplug
    /// codes need none.
    public struct QualityCodes: Sendable, Equatable {
        public var good: [Int64]
        public var uncertain: [Int64]
        public var bad: [Int64]

        public init(good: [Int64] = [], uncertain: [Int64] = [], bad: [Int64] = []) {
            self.good = good
            self.uncertain = uncertain
            self.bad = bad
        }
    }

    /// `format:`; nil: recognised (a scalar or JSON). A name of `DecoderCatalog`.
    public var format: String?
    public var fields: [Field]
    public var readings: Readings?
    public var time: JSONPath?
    public var timeUnit: TimeUnit
    /// The zone of local times that name none; nil: such a time is no source time.
    public var timeZone: TimeZoneOffsets?
    public var sequence: JSONPath?
    public var quality: JSONPath?
    public var qualityCodes: QualityCodes?
    /// Of all fields that name none.
    public var unit: UnitSource?
    /// The feed's declared unit, where paths lead to the payload's own.
    public var agreedUnit: AgreedUnit?
    /// Texts that are values, in the order of their numbers.
    public var words: [String]

    public init(
        format: String? = nil,
        fields: [Field] = [],
        readings: Readings? = nil,
        time: JSONPath? = nil,
        timeUnit: TimeUnit = .auto,
        timeZone: TimeZoneOffsets? = nil,
        sequence: JSONPath? = nil,
        quality: JSONPath? = nil,
        qualityCodes: QualityCodes? = nil,
        unit: UnitSource? = nil,
        words: [String] = [],
    ) {
        self.format = format
        self.fields = fields
        self.readings = readings
        self.time = time
        self.timeUnit = timeUnit
        self.timeZone = timeZone
        self.sequence = sequence
        self.quality = quality
        self.qualityCodes = qualityCodes
        self.unit = unit
        self.words = words
    }

    /// The declared places of values as they are written, for what is said of a payload that breaks
    /// the declaration. Of an array of readings: the array, its readings' name, their value.
    public var declaredPaths: [String] {
        guard let readings else { return fields.map(\.value.text) }
        let array = readings.each.text
        return [array] + [readings.name, readings.value].map { array + $0.text.dropFirst() }
    }

    /// Whether payloads name their units.
    public var namesUnits: Bool {
        (fields.map(\.unit) + [unit]).contains { if case .path? = $0 { true } else { false } }
    }

    /// Whether the values of a field stand in the same place of the payload by other settings, and mean
    /// the same: what was learned of them then still holds.
    ///
    /// - Parameter field: its name; empty for a topic that was never readable.
    public func readsAlike(_ other: PayloadSettings, field name: String) -> Bool {
        guard format == other.format, readings == other.readings, words == other.words,
            unit == other.unit, fields.isEmpty == other.fields.isEmpty
        else { return false }
        let mine = fields.first { $0.knownName == name }
        let theirs = other.fields.first { $0.knownName == name }
        return mine?.value == theirs?.value && mine?.unit == theirs?.unit
    }

    /// Every path but `each`; empty: the payload decides by itself.
    var paths: [JSONPath] {
        var paths = fields.map(\.value) + [time, sequence, quality].compactMap { $0 }
        if let readings { paths += [readings.name, readings.value] }
        for case .path(let path)? in fields.map(\.unit) + [unit] { paths.append(path) }
        return paths
    }
}
