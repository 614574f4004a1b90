import Monitoring
import Settings

/// A configuration with the checks of one subject of the measurement.
struct MeasuredSettings {
    /// The check, and after a point the setting that makes it another one.
    var name: String
    /// The subject that it is held against; nil: none, its figure is its whole time.
    var yardstick: String?
    /// What stands under `checks:`, all others are off; nil: the default set, with the range that it
    /// lacks.
    private var checks: [String: String]?

    static let none = MeasuredSettings(name: "none", yardstick: nil, checks: [:])

    /// Every check is measured beside this one, which does next to nothing with a sample: the first
    /// check of a feed costs what it costs to ask at all, and that is no other check's own.
    private static let first = "quality"

    /// Without checks, every check of the catalogue with its defaults, those that do something else
    /// where a limit is given with that, and all defaults together.
    static let all: [MeasuredSettings] =
        [none] + CheckCatalogue.all.flatMap { of($0) }
        + [MeasuredSettings(name: "default", yardstick: none.name, checks: nil)]

    private static func of(_ check: CheckDefinition) -> [MeasuredSettings] {
        guard let other = given[check.name] else { return [beside(check.name, check.name, "{}")] }
        guard check.needsOneOf.isEmpty else {
            return [beside(check.name, check.name, other.settings)]
        }
        return [
            beside(check.name, check.name, "{}"),
            beside("\(check.name).\(other.key)", check.name, other.settings),
        ]
    }

    private static func beside(_ name: String, _ check: String, _ text: String) -> MeasuredSettings
    {
        MeasuredSettings(
            name: name,
            yardstick: check == first ? none.name : first,
            checks: [first: "{}"].merging([check: text]) { $1 },
        )
    }

    /// Limits that a healthy signal keeps.
    private static let given: [String: (key: String, settings: String)] = [
        "attenuated": ("min", "{ min: 0.01, window: 60s }"),
        "completeness": ("min", "{ min: 0.5 }"),
        "flatLine": ("for", "{ for: 300s, tolerance: 0.05 }"),
        "range": ("fail", "{ fail: [-1000, 1000], suspect: [-500, 500] }"),
        "rate": ("max", "{ max: 1000000, window: 60s }"),
        "rateOfChange": ("suspect", "{ suspect: 500, fail: 1000 }"),
        "spike": ("suspect", "{ suspect: 50, fail: 100 }"),
    ]

    func configuration() throws -> Configuration {
        let lines =
            if let checks {
                CheckCatalogue.all.map { "\($0.name): \(checks[$0.name] ?? "false")" }
            } else {
                ["range: \(Self.given["range"]?.settings ?? "false")"]
            }
        return try Configuration.parse(
            """
            gateway: bench
            broker: { url: mqtt://127.0.0.1 }
            store: { path: /nonexistent/assay.db }
            feeds:
              - topic: cost/{sensor}
                payload:
                  format: json
                  value: $.value
                  time: $.ts
                  timeUnit: ms
                  sequence: $.seq
                  quality: $.q
                  unit: $.unit
                checks:
            \(lines.map { "      \($0)" }.joined(separator: "\n"))
            """,
            file: "measure",
            hostName: "bench",
        )
    }
}
