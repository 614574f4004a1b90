import Glibc

/// What one field remembers from scan to scan: its own chance, its noise, its count.
struct SignalState: Sendable {
    private var random: SeededRandom
    /// Where its oscillation begins, 0 to 1 of the period, so that fields are not in step.
    private let phase: Double
    private var noise = 0.0
    private var total = 0.0

    init(seed: UInt64, key: String) {
        random = SeededRandom(seed: seed, stream: "signal/\(key)")
        phase = random.fraction()
    }

    /// The value `elapsed` seconds after the start, `step` seconds after the previous call.
    mutating func advance(_ signal: PlantSignal, elapsed: Double, step: Double) -> Double {
        switch signal {
        case .analog(let analog):
            return advance(analog, elapsed: elapsed)
        case .counter(let start, let perSecond):
            total += perSecond * step * random.uniform(0.5, 1.5)
            return start + total
        case .chamber(let cycle, let aspect):
            let value = cycle.value(aspect, at: elapsed)
            // A gauge's noise is a share of its reading: one percent here.
            return aspect == .pressure ? value * exp(0.01 * random.gaussian()) : value
        case .state(let count, let dwell, let offset):
            let step = ((elapsed + offset) / dwell).rounded(.down)
            return step.truncatingRemainder(dividingBy: Double(count))
        }
    }

    private mutating func advance(_ signal: AnalogSignal, elapsed: Double) -> Double {
        let innovation = signal.noise * sqrt(1 - signal.memory * signal.memory)
        noise = signal.memory * noise + innovation * random.gaussian()
        let season = signal.swing * sin(2 * .pi * (elapsed / signal.swingPeriod + phase))
        return signal.level + season + saw(signal, elapsed: elapsed) + noise
    }

    private func saw(_ signal: AnalogSignal, elapsed: Double) -> Double {
        let position = (elapsed / signal.rampPeriod + phase).truncatingRemainder(dividingBy: 1)
        return signal.ramp * (position < 0.9 ? position / 0.9 : (1 - position) / 0.1)
    }
}
