import Monitoring

extension Plant {
    /// Cooling water, compressed air, argon and the incoming supply.
    static func utilities() -> [PlantSource] {
        water() + pressures() + gases() + [meter()]
    }

    private static func water() -> [PlantSource] {
        let lines = [("supply", 22.0), ("return", 36.0)].map { line, level in
            PlantSource.object(
                "plant/utility/water/\(line)/temperature",
                every: 100,
                .waterTemperature,
                notation: .decimals(2),
                AnalogSignal(level: level, swing: 0.8, swingPeriod: 75, noise: 0.09, memory: 0.9),
            )
        }
        return lines + [
            .bare(
                "plant/utility/water/flow",
                every: 100,
                .waterFlow,
                notation: .decimals(2),
                .analog(AnalogSignal(level: 86, swing: 2.5, swingPeriod: 64, noise: 0.4)),
            ),
            .bare(
                "plant/utility/water/volume",
                every: 200,
                .counter,
                notation: .decimals(2),
                .counter(start: 1_204_310, perSecond: 86 / 3_600.0),
            ),
        ]
    }

    private static func pressures() -> [PlantSource] {
        [("water", 4.2), ("air", 6.8), ("argon", 8.5)].map { medium, level in
            .object(
                "plant/utility/\(medium)/pressure",
                every: 50,
                .pressure,
                notation: .decimals(3),
                AnalogSignal(level: level, swing: 0.12, swingPeriod: 38, noise: 0.02, memory: 0.8),
            )
        }
    }

    private static func gases() -> [PlantSource] {
        [("air", 420.0), ("argon", 260.0)].map { medium, level in
            .bare(
                "plant/utility/gas/\(medium)/flow",
                every: 100,
                .gasFlow,
                notation: .decimals(1),
                .analog(AnalogSignal(level: level, swing: 14, swingPeriod: 52, noise: 2)),
            )
        }
    }

    private static func meter() -> PlantSource {
        PlantSource(
            topic: "plant/utility/power/meter",
            period: .milliseconds(100),
            limits: .powerMeter,
            form: .group("supply"),
            fields: [
                PlantField(
                    name: "voltage",
                    unit: "V",
                    signal: .analog(
                        AnalogSignal(level: 398, swing: 2, swingPeriod: 80, noise: 0.6)
                    ),
                    notation: .decimals(1),
                ),
                PlantField(
                    name: "current",
                    unit: "A",
                    signal: .analog(
                        AnalogSignal(level: 812, swing: 30, swingPeriod: 58, noise: 6)
                    ),
                    notation: .decimals(1),
                ),
                PlantField(
                    name: "frequency",
                    unit: "Hz",
                    signal: .analog(
                        AnalogSignal(level: 50, swing: 0.015, swingPeriod: 45, noise: 0.008)
                    ),
                    notation: .decimals(3),
                ),
            ],
        )
    }
}
