import Monitoring

/// The simulated plant: a melt shop with three electroslag remelting furnaces, a vacuum plant with
/// two chambers, and the utilities that both live on. 46 topics, 58 feeds, about 450 messages/s.
///
/// Levels, noise and cadence are of the order that such plants show; what matters is that every
/// healthy feed stays well inside the limits of its class, so that each alarm of the demo is about
/// a fault that was laid.
public struct Plant: Sendable {
    public let sources: [PlantSource]

    /// The plant of `assay demo`.
    public static let demo = Plant(sources: meltShop() + vacuumPlant() + utilities())

    /// A part of a plant, or another one.
    package init(sources: [PlantSource]) {
        self.sources = sources
    }

    /// Keys of all feeds, in the order of the sources.
    public var feedKeys: [String] {
        sources.flatMap { source in source.fields.indices.map { source.feedKey(field: $0) } }
    }

    private static func meltShop() -> [PlantSource] {
        (1...3).flatMap { furnace in
            let root = "plant/melt/esr\(furnace)"
            let zones = (1...3).map { zone in
                PlantSource.object(
                    "\(root)/zone\(zone)/temperature",
                    every: 100,
                    .thermocouple,
                    notation: .decimals(1),
                    AnalogSignal(
                        level: 560 + 60 * Double(zone) + 15 * Double(furnace),
                        swing: 6,
                        swingPeriod: 40 + 9 * Double(zone),
                        noise: 1.1,
                        memory: 0.9,
                    ),
                )
            }
            return zones + [
                electrode("\(root)/electrode", furnace: Double(furnace)),
                hydraulic("\(root)/hydraulic/pressure", furnace: Double(furnace)),
                .bare(
                    "\(root)/cooling/flow",
                    every: 200,
                    .waterFlow,
                    notation: .decimals(2),
                    .analog(
                        AnalogSignal(
                            level: 38 + 2 * Double(furnace),
                            swing: 1.5,
                            swingPeriod: 55,
                            noise: 0.3,
                        )
                    ),
                ),
                .bare(
                    "\(root)/energy",
                    every: 200,
                    .counter,
                    notation: .decimals(3),
                    .counter(start: 184_000 * Double(furnace), perSecond: 0.08),
                ),
                .bare(
                    "\(root)/state",
                    every: 200,
                    .state,
                    notation: .words(["IDLE", "HEATING", "MELTING", "HOT_TOPPING"]),
                    .state(count: 4, dwell: 50, offset: 30 * Double(furnace)),
                ),
            ]
        }
    }

    /// Of the ram that lowers the electrode: a proportional valve holds it, so fast that from one scan
    /// to the next hardly anything is left of a disturbance.
    private static func hydraulic(_ topic: String, furnace: Double) -> PlantSource {
        .object(
            topic,
            every: 50,
            .hydraulic,
            notation: .decimals(2),
            AnalogSignal(
                level: 142 + 4 * furnace,
                swing: 0.03,
                swingPeriod: 41,
                noise: 0.35,
                memory: 0.3,
            ),
        )
    }

    private static func electrode(_ topic: String, furnace: Double) -> PlantSource {
        PlantSource(
            topic: topic,
            period: .milliseconds(100),
            limits: .electrode,
            form: .group("electrode"),
            fields: [
                PlantField(
                    name: "current",
                    unit: "A",
                    signal: .analog(
                        AnalogSignal(
                            level: 6_200 + 150 * furnace,
                            swing: 120,
                            swingPeriod: 33,
                            noise: 25,
                        )
                    ),
                    notation: .decimals(0),
                ),
                PlantField(
                    name: "voltage",
                    unit: "V",
                    signal: .analog(
                        AnalogSignal(level: 41.5, swing: 0.8, swingPeriod: 47, noise: 0.2)
                    ),
                    notation: .decimals(2),
                ),
                PlantField(
                    name: "position",
                    unit: "mm",
                    signal: .analog(
                        AnalogSignal(
                            level: 640,
                            swing: 0,
                            swingPeriod: 60,
                            ramp: 2_400,
                            rampPeriod: 28_800,
                            noise: 0.08,
                            memory: 0.5,
                        )
                    ),
                    notation: .decimals(2),
                ),
            ],
        )
    }

    private static func vacuumPlant() -> [PlantSource] {
        (1...2).flatMap { chamber in
            let root = "plant/vacuum/chamber\(chamber)"
            // The first chamber begins to pump as the faults begin, the second is under vacuum.
            let cycle = VacuumCycle(offset: chamber == 1 ? 0 : 68)
            return [
                PlantSource.object(
                    "\(root)/pressure",
                    every: 100,
                    .vacuum,
                    notation: .scientific,
                    .chamber(cycle, .pressure),
                ),
                pumps("\(root)/pumps", chamber: Double(chamber)),
                purge("\(root)/purge/flow", chamber: Double(chamber)),
                .object(
                    "\(root)/leakrate",
                    every: 200,
                    .leakRate,
                    notation: .scientific,
                    AnalogSignal(
                        level: 2.4e-3 * Double(chamber),
                        swing: 1.5e-4,
                        swingPeriod: 70,
                        noise: 6e-5,
                    ),
                ),
                .bare(
                    "\(root)/valve",
                    every: 200,
                    .state,
                    notation: .words(VacuumCycle.valveWords),
                    .chamber(cycle, .valve),
                ),
                .bare(
                    "\(root)/cycles",
                    every: 200,
                    .counter,
                    notation: .decimals(0),
                    .chamber(cycle, .count),
                ),
            ]
        }
    }

    /// Of argon into the chamber, held by a mass-flow controller.
    private static func purge(_ topic: String, chamber: Double) -> PlantSource {
        .object(
            topic,
            every: 50,
            .massFlow,
            notation: .decimals(3),
            AnalogSignal(
                level: 11 + 1.5 * chamber,
                swing: 0.003,
                swingPeriod: 57,
                noise: 0.03,
                memory: 0.2,
            ),
        )
    }

    private static func pumps(_ topic: String, chamber: Double) -> PlantSource {
        PlantSource(
            topic: topic,
            period: .milliseconds(200),
            limits: .pumpSet,
            form: .readings,
            fields: [
                PlantField(
                    name: "speed",
                    unit: "/min",
                    signal: .analog(
                        AnalogSignal(level: 2_940, swing: 12, swingPeriod: 29, noise: 4)
                    ),
                    notation: .decimals(0),
                ),
                PlantField(
                    name: "foreline",
                    unit: "mbar",
                    signal: .analog(
                        AnalogSignal(
                            level: 0.4 + 0.1 * chamber,
                            swing: 0.05,
                            swingPeriod: 50,
                            noise: 0.01,
                        )
                    ),
                    notation: .decimals(3),
                ),
                PlantField(
                    name: "body",
                    unit: "Cel",
                    signal: .analog(
                        AnalogSignal(level: 71, swing: 1.2, swingPeriod: 90, noise: 0.15)
                    ),
                    notation: .decimals(2),
                ),
            ],
        )
    }
}
