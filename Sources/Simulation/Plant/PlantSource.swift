public import Monitoring

/// One topic of the simulated plant, with its fields and its cadence.
public struct PlantSource: Sendable {
    public var topic: String
    /// Time from one message to the next.
    public var period: Nanoseconds
    public var limits: PlantClass
    var form: PayloadForm
    public var fields: [PlantField]

    /// Second level of the topic: the part of the plant.
    public var area: String {
        let levels = topic.split(separator: "/")
        precondition(levels.count > 2, "the topic `\(topic)` names no area")
        return String(levels[1])
    }

    /// The key under which the daemon knows the field (product.md).
    public func feedKey(field: Int) -> String {
        fields.count == 1 ? topic : "\(topic):\(fields[field].name)"
    }

    /// Whether payloads carry the device's time, so that faults of the clock can show.
    public var carriesTime: Bool { form != .bare }

    /// Whether the whole payload is one feed, so that what befalls a message befalls one feed only.
    public var isSingleFeed: Bool { fields.count == 1 }

    /// Whether it is a measured quantity, as opposed to a counter or a state.
    public var isMeasurement: Bool {
        limits != .counter && limits != .state
    }
}

extension PlantSource {
    /// Standard deviation of the noise of its only value, in its unit; nil where there are several
    /// values, or none that scatters around a level.
    public var noise: Double? { analog?.noise }

    /// The level that its only value holds; 0 where `noise` is nil.
    var level: Double { analog?.level ?? 0 }

    /// Whether its only value is held where it is, so that it moves by little but its noise.
    var isSteady: Bool {
        guard let analog else { return false }
        return 4 * analog.swing <= analog.noise && analog.ramp == 0
    }

    /// Whether its only value is printed with fixed decimals, so that every number can be sent.
    var printsDecimals: Bool {
        if isSingleFeed, case .decimals = fields[0].notation { true } else { false }
    }

    private var analog: AnalogSignal? {
        if isSingleFeed, case .analog(let signal) = fields[0].signal { signal } else { nil }
    }
}

extension PlantSource {
    /// A JSON object with time, value, sequence number, quality and unit.
    static func object(
        _ topic: String,
        every milliseconds: Int64,
        _ limits: PlantClass,
        notation: NumberNotation,
        _ signal: PlantSignal,
    ) -> PlantSource {
        single(topic, milliseconds, limits, .object, notation, signal)
    }

    static func object(
        _ topic: String,
        every milliseconds: Int64,
        _ limits: PlantClass,
        notation: NumberNotation,
        _ signal: AnalogSignal,
    ) -> PlantSource {
        single(topic, milliseconds, limits, .object, notation, .analog(signal))
    }

    /// A number or a word and nothing else.
    static func bare(
        _ topic: String,
        every milliseconds: Int64,
        _ limits: PlantClass,
        notation: NumberNotation,
        _ signal: PlantSignal,
    ) -> PlantSource {
        single(topic, milliseconds, limits, .bare, notation, signal)
    }

    private static func single(
        _ topic: String,
        _ milliseconds: Int64,
        _ limits: PlantClass,
        _ form: PayloadForm,
        _ notation: NumberNotation,
        _ signal: PlantSignal,
    ) -> PlantSource {
        PlantSource(
            topic: topic,
            period: .milliseconds(milliseconds),
            limits: limits,
            form: form,
            fields: [
                PlantField(
                    name: "value",
                    unit: limits.unit ?? "",
                    signal: signal,
                    notation: notation,
                )
            ],
        )
    }
}
