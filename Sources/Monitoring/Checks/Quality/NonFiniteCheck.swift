/// `nonFinite`: a sample without a finite value.
///
/// Catches a sensor that answers with NaN or null because it is broken or not connected, and a
/// division by zero in a controller. Cannot see a device that sends a sentinel such as −999 instead
/// (`sentinel`), nor one that sends nothing.
///
/// Definition, per sample: `fail` where the value is infinite or beyond a double, `suspect` where
/// there is none (null, NaN, an empty cell), else good. The class of a sample without value is
/// *missing* whatever the checks say. The observed quantity is the number of such samples in a row,
/// held against 0. 5 bytes of state, about 2 ns.
///
/// The first confirms: a healthy feed sends none, and a fault of one sample would never be told.
/// Only before a feed's first value it is the second in a row, because devices send one null while
/// they start.
///
/// Source: TensorFlow Data Validation, FLOAT_TYPE_HAS_NAN and _HAS_INF.
public struct NonFiniteCheck: Check {
    public static let definition = CheckDefinition(
        name: "nonFinite",
        concern: .value,
        rank: 0,
        quantity: .samples,
        guidance: Guidance(
            cause:
                "Sensor not connected or a fault in its device: {feed} sent {value} empty samples",
            consequence: "There is no value; whoever shows the last one shows the past",
            action: "Check the sensor's connection and the state of its device",
            timeToRespond: .seconds(1_800),
        ),
        summary: "samples without a finite value: null, NaN, infinity",
    )

    public static let scope: CheckScope = .samples
    static let isForExceptions = true

    private var row: Int32 = 0
    private var hasHadValue = false

    var isQuiet: Bool { row == 0 }

    public init?(parameters: CheckParameters, feed: CheckContext) {}

    public mutating func observe(_ observation: borrowing ObservationView) -> Assessment {
        // What is no value at all is the business of `schema`.
        guard observation.kind != .unreadable else { return .unknown }
        guard !observation.kind.hasValue else {
            row = 0
            hasHadValue = true
            return .good
        }
        if row < .max { row += 1 }
        let isStarting = !hasHadValue && row == 1
        return Assessment(
            observation.kind == .infinite ? .fail : .suspect,
            observed: Double(row),
            limit: 0,
            isStarting ? .withhold : [],
        )
    }
}
