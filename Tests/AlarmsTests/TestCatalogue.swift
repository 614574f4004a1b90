import Monitoring

/// Definitions for the alarm tests, independent of the real catalogue: concerns and ranks are those
/// of alarms.md 1.1.
enum TestCatalogue {
    static let all: [CheckDefinition] = [
        check("silence", .data, 0, .seconds),
        check("gap", .data, 1, .seconds),
        check("completeness", .data, 3, .fraction),
        check("malformed", .format, 0, .messages),
        check("clockSkew", .clock, 1, .seconds),
        check("nonFinite", .value, 0, .samples),
        check("range", .value, 2, .value, confirm: 2),
        check("spike", .value, 4, .value, confirm: 2),
        check("flatLine", .frozen, 0, .seconds),
        check("attenuated", .frozen, 1, .value),
        check("drift", .behaviour, 4, .value),
        check("brandNew", .behaviour, 9, .valuePerSecond),
    ]

    static func id(_ name: String) -> CheckID? {
        all.firstIndex { $0.name == name }.map { CheckID(index: UInt8($0)) }
    }

    private static func check(
        _ name: String,
        _ concern: Concern,
        _ rank: Int,
        _ quantity: CheckDefinition.Quantity,
        confirm: Int32 = 1,
    ) -> CheckDefinition {
        CheckDefinition(
            name: name,
            concern: concern,
            rank: rank,
            quantity: quantity,
            confirm: confirm,
            guidance: Guidance(
                cause: "{feed} shows {value}, limit {limit}",
                consequence: "A wrong picture of the plant",
                action: "Look at the sensor",
                timeToRespond: .seconds(900),
            ),
            summary: "for tests",
        )
    }
}
