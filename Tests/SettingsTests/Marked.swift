import Monitoring
import Settings
import Testing

/// A configuration text in which `§` stands before each place where a problem is expected.
struct Marked {
    let text: String
    /// `line:column` of the marks, in order; a column is one Unicode scalar.
    let places: [String]

    init(_ marked: String) {
        var text = ""
        var places: [String] = []
        var (line, column) = (1, 1)
        for scalar in marked.unicodeScalars {
            if scalar == "§" {
                places.append("\(line):\(column)")
                continue
            }
            text.unicodeScalars.append(scalar)
            if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        self.text = text
        self.places = places
    }
}

/// Checks with every kind of parameter, so that the tests do not depend on the catalogue.
enum TestCatalogue {
    static let all: [CheckDefinition] = [
        definition(
            "range",
            .value,
            [
                parameter("fail", .interval, nil), parameter("suspect", .interval, nil),
            ]
        ),
        definition(
            "flatLine",
            .frozen,
            [
                parameter("for", .duration(minimum: .seconds(1), maximum: .days(1)), nil),
                parameter("tolerance", .number(minimum: 0, maximum: 1e300), "0"),
            ]
        ),
        definition(
            "spike",
            .value,
            [
                parameter("mode", .choice(["average", "differential"]), "average"),
                parameter("absolute", .flag, "true"),
                parameter("minimumStep", .number(minimum: 0, maximum: 1e9), "0"),
                parameter("maximumStep", .number(minimum: 0, maximum: 1e9), "1"),
            ]
        ),
        definition(
            "silence",
            .data,
            [parameter("minimumSamples", .count(minimum: 1, maximum: 99), "8")]
        ),
        definition(
            "rateOfChange",
            .value,
            [
                parameter("suspect", .number(minimum: 0, maximum: 1e300), nil),
                parameter("fail", .number(minimum: 0, maximum: 1e300), nil),
            ],
        ),
        definition(
            "latency",
            .clock,
            [
                parameter("limit", .duration(minimum: .seconds(1), maximum: .days(1)), "5s"),
                parameter("fail", .duration(minimum: .seconds(1), maximum: .days(1)), nil),
            ],
        ),
        definition(
            "completeness",
            .data,
            [
                parameter("min", .number(minimum: 0, maximum: 1), "0.95"),
                parameter("fail", .number(minimum: 0, maximum: 1), nil),
            ],
        ),
    ]

    private static func parameter(
        _ name: String,
        _ kind: CheckParameter.Kind,
        _ text: String?,
    ) -> CheckParameter {
        CheckParameter(name: name, kind: kind, defaultText: text, meaning: "Of the tests.")
    }

    private static func definition(
        _ name: String,
        _ concern: Concern,
        _ parameters: [CheckParameter],
    ) -> CheckDefinition {
        CheckDefinition(
            name: name,
            concern: concern,
            rank: 0,
            quantity: .value,
            parameters: parameters,
            confirm: 3,
            guidance: Guidance(
                cause: "a cause",
                consequence: "a consequence",
                action: "an action",
                timeToRespond: .seconds(60),
            ),
            summary: "Of the tests.",
        )
    }
}

/// Parses a text as the file `assay.yaml` on a machine that has every file, readable by its owner.
func parse(
    _ text: String,
    environment: [String: String] = [:],
    files: [String: FileFacts]? = nil,
    catalogue: [CheckDefinition] = TestCatalogue.all,
) throws(ConfigurationProblems) -> Configuration {
    try Configuration.parse(
        text,
        file: "assay.yaml",
        environment: environment,
        hostName: "gw-1.plant.local",
        catalogue: catalogue,
        inspect: { path in
            files.map { $0[path] } ?? FileFacts(permissions: 0o600)
        },
    )
}

/// The problems of a text, warnings too, whether or not it is refused.
func problems(
    of text: String,
    environment: [String: String] = [:],
    files: [String: FileFacts]? = nil,
    catalogue: [CheckDefinition] = TestCatalogue.all,
) -> [Problem] {
    do {
        return try parse(
            text,
            environment: environment,
            files: files,
            catalogue: catalogue,
        ).warnings
    } catch {
        return error.problems
    }
}

/// Expects the problems of a marked text, each as `message; hint`, in the order of the marks.
/// Warnings begin with `warning: `.
func expectProblems(
    _ marked: String,
    _ expected: [String],
    environment: [String: String] = [:],
    files: [String: FileFacts]? = nil,
    catalogue: [CheckDefinition] = TestCatalogue.all,
    sourceLocation: SourceLocation = #_sourceLocation,
) {
    let marked = Marked(marked)
    let found = problems(
        of: marked.text,
        environment: environment,
        files: files,
        catalogue: catalogue,
    )
    let actual = found.map { problem in
        let severity = problem.severity == .warning ? "warning: " : ""
        return "\(problem.line):\(problem.column) \(severity)\(problem.message); \(problem.hint)"
    }
    #expect(
        marked.places.count == expected.count,
        "one mark per problem",
        sourceLocation: sourceLocation
    )
    let wanted = zip(marked.places, expected).map { "\($0) \($1)" }
    for problem in wanted where !actual.contains(problem) {
        Issue.record("not reported: \(problem)", sourceLocation: sourceLocation)
    }
    for problem in actual where !wanted.contains(problem) {
        Issue.record("not expected: \(problem)", sourceLocation: sourceLocation)
    }
    #expect(actual.count == wanted.count, sourceLocation: sourceLocation)
}
