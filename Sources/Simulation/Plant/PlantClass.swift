/// The limits that `deploy/demo.yaml` gives the feeds of one class. Faults take their sizes from
/// here, and a test holds this table against the file.
public struct PlantClass: Sendable, Equatable {
    /// As under `classes:` of the configuration.
    public var name: String
    /// UCUM code; nil where the fields of one topic have several.
    public var unit: String?
    public var range: Range?
    public var spike: Spike?
    public var flatLine: FlatLine?

    /// `range:`, in the feed's unit.
    public struct Range: Sendable, Equatable {
        public var fail: ClosedRange<Double>
        public var suspect: ClosedRange<Double>
    }

    /// `spike:`, in the feed's unit.
    public struct Spike: Sendable, Equatable {
        public var suspect: Double
        public var fail: Double
    }

    /// `flatLine:`, a time in seconds and a tolerance in the feed's unit.
    public struct FlatLine: Sendable, Equatable {
        public var seconds: Double
        public var tolerance: Double
    }

    init(
        _ name: String,
        unit: String?,
        range: Range? = nil,
        spike: Spike? = nil,
        flatLine: FlatLine? = nil,
    ) {
        self.name = name
        self.unit = unit
        self.range = range
        self.spike = spike
        self.flatLine = flatLine
    }
}

extension PlantClass {
    static let thermocouple = PlantClass(
        "thermocouple",
        unit: "Cel",
        range: Range(fail: 0...1400, suspect: 300...1100),
        spike: Spike(suspect: 12, fail: 25),
        flatLine: FlatLine(seconds: 5, tolerance: 0.05),
    )
    static let waterTemperature = PlantClass(
        "waterTemperature",
        unit: "Cel",
        range: Range(fail: 0...95, suspect: 5...60),
        spike: Spike(suspect: 3, fail: 6),
        flatLine: FlatLine(seconds: 5, tolerance: 0.005),
    )
    static let pressure = PlantClass(
        "pressure",
        unit: "bar",
        range: Range(fail: 0...16, suspect: 2...12),
        spike: Spike(suspect: 0.5, fail: 1),
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let hydraulic = PlantClass(
        "hydraulic",
        unit: "bar",
        range: Range(fail: 0...250, suspect: 80...220),
        spike: Spike(suspect: 8, fail: 16),
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let massFlow = PlantClass(
        "massFlow",
        unit: "L/min",
        range: Range(fail: 0...50, suspect: 2...30),
        spike: Spike(suspect: 1, fail: 2),
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let waterFlow = PlantClass(
        "waterFlow",
        unit: "m3/h",
        range: Range(fail: 0...150, suspect: 15...120),
        spike: Spike(suspect: 6, fail: 12),
        flatLine: FlatLine(seconds: 5, tolerance: 0.005),
    )
    static let gasFlow = PlantClass(
        "gasFlow",
        unit: "m3/h",
        range: Range(fail: 0...800, suspect: 100...600),
        spike: Spike(suspect: 30, fail: 60),
        flatLine: FlatLine(seconds: 5, tolerance: 0.05),
    )
    static let vacuum = PlantClass(
        "vacuum",
        unit: "mbar",
        range: Range(fail: 0...1200, suspect: 0.0001...1100),
    )
    static let leakRate = PlantClass(
        "leakRate",
        unit: "mbar.L/s",
        range: Range(fail: 0...0.1, suspect: 0...0.02),
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let electrode = PlantClass(
        "electrode",
        unit: nil,
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let pumpSet = PlantClass(
        "pumpSet",
        unit: nil,
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let powerMeter = PlantClass(
        "powerMeter",
        unit: nil,
        flatLine: FlatLine(seconds: 5, tolerance: 0),
    )
    static let counter = PlantClass("counter", unit: nil)
    static let state = PlantClass("state", unit: nil)

    static let all: [PlantClass] = [
        .thermocouple, .waterTemperature, .pressure, .hydraulic, .massFlow, .waterFlow, .gasFlow,
        .vacuum, .leakRate, .electrode, .pumpSet, .powerMeter, .counter, .state,
    ]
}
