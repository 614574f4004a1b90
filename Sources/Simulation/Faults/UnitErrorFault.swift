import Monitoring

/// `unitError`: the device goes on in another unit and does not say so, as after an update of a
/// gateway that sends °F for °C, kPa for bar or litres for cubic metres (faults.md 9).
struct UnitErrorFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "unitError",
        summary: "the value goes on in another unit than agreed",
        concern: .format,
        checks: ["unit"],
        // In the other unit the level is another one, and may lie beyond what the sensor can report;
        // and the same noise is larger: in °F nearly twice as many as in °C.
        consequences: [.value, .behaviour],
        allowedDelay: .seconds(6),
        lasts: .seconds(7)...(.seconds(9)),
        warmUp: 224,
        suits: { $0.noise != nil && UnitErrorFault.conversion(from: $0.limits.unit) != nil },
        makeEffect: { UnitErrorFault($0) },
    )

    /// What is sent in place of a value v: `factor`·v + `offset`.
    struct Conversion: Equatable {
        var factor: Double
        var offset = 0.0
        /// UCUM code of what is sent.
        var unit: String
    }

    /// The unit that is taken for that one by mistake; nil where none is common.
    static func conversion(from unit: String?) -> Conversion? {
        switch unit {
        case "Cel": Conversion(factor: 1.8, offset: 32, unit: "[degF]")
        case "bar": Conversion(factor: 100, unit: "kPa")
        case "m3/h": Conversion(factor: 1_000, unit: "L/h")
        case "L/min": Conversion(factor: 1_000, unit: "mL/min")
        default: nil
        }
    }

    private let field: Int
    private let conversion: Conversion?

    init(_ context: FaultContext) {
        field = context.field
        conversion = Self.conversion(from: context.source.limits.unit)
    }

    mutating func distort(_ reading: inout PlantReading) {
        guard let conversion else { return }
        reading.values[field] = conversion.factor * reading.values[field] + conversion.offset
    }
}
