import Decoding
import Monitoring

/// What all typed readers share: the problems found so far, and what a value may be held against.
///
/// A reader never stops at a problem: it reports it, returns nil, and its caller goes on with the
/// default, so that one run finds everything. Which sections it can read stands in extensions, one
/// file each.
struct SettingsReader {
    let catalogue: [CheckDefinition]
    /// Payload formats that a decoder exists for.
    let formats: [String]
    /// For `${VARIABLE}`.
    let environment: [String: String]
    /// Facts about a file that the configuration names; nil where there is none.
    let inspect: @Sendable (String) -> FileFacts?
    /// Whether the place of the database must be one that this user can write.
    let writesStore: Bool
    /// By file name, for columns inside values.
    private let sources: [String: SourceText]
    /// Time zones that were looked up.
    var zones: [String: TimeZoneOffsets] = [:]
    private var found: Set<Problem> = []
    /// A file could not be read: that something is defined nowhere cannot be told then.
    var isPartial = false
    /// Classes that a feed names, whether or not the feed is right otherwise.
    var namedClasses: Set<String> = []

    init(
        catalogue: [CheckDefinition],
        formats: [String],
        environment: [String: String],
        sources: [SourceText],
        inspect: @escaping @Sendable (String) -> FileFacts?,
        writesStore: Bool,
    ) {
        self.catalogue = catalogue
        self.formats = formats
        self.environment = environment
        self.inspect = inspect
        self.writesStore = writesStore
        self.sources = Dictionary(sources.map { ($0.file, $0) }) { first, _ in first }
    }

    /// By place. A class is read again with each of its feeds, so equal problems are one.
    var problems: [Problem] { found.sorted() }

    mutating func report(
        _ place: Place,
        _ message: String,
        hint: String,
        severity: Problem.Severity = .error,
    ) {
        found.insert(Problem(severity: severity, at: place, message, hint: hint))
    }

    mutating func warn(_ place: Place, _ message: String, hint: String) {
        report(place, message, hint: hint, severity: .warning)
    }

    mutating func add(_ problems: [Problem]) {
        found.formUnion(problems)
    }

    /// Where a character of a scalar stands; the scalar's beginning where that cannot be told.
    func place(of offset: Int, in text: String, at place: Place) -> Place {
        sources[place.file]?.place(of: offset, in: text, at: place) ?? place
    }
}
