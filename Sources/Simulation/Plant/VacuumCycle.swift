import Glibc

/// A vacuum chamber that is pumped down now and then: vented, pumped, held, let in again.
struct VacuumCycle: Sendable {
    /// Where in the cycle the run begins, in seconds.
    var offset: Double

    enum Aspect: Sendable {
        /// In mbar: 1013 vented, 0.005 held.
        case pressure
        /// Index into `valveWords`.
        case valve
        /// Cycles completed.
        case count
    }

    static let valveWords = ["OPEN", "PUMPING", "CLOSED", "VENTING"]

    private static let ambient = 1013.0
    private static let ultimate = 0.005
    /// Ends of the phases, in seconds from the start of the cycle.
    private static let vented = 20.0
    private static let pumped = 65.0
    private static let held = 85.0
    private static let length = 95.0

    func value(_ aspect: Aspect, at elapsed: Double) -> Double {
        let time = elapsed + offset
        let position = time.truncatingRemainder(dividingBy: Self.length)
        switch aspect {
        case .pressure: return pressure(at: position)
        case .valve: return valve(at: position)
        case .count: return (time / Self.length).rounded(.down)
        }
    }

    private func valve(at position: Double) -> Double {
        switch position {
        case ..<Self.vented: 0
        case ..<Self.pumped: 1
        case ..<Self.held: 2
        default: 3
        }
    }

    /// Exponential both ways: a pump of constant speed, a throttled inlet.
    private func pressure(at position: Double) -> Double {
        let span = log(Self.ultimate / Self.ambient)
        switch position {
        case ..<Self.vented:
            return Self.ambient
        case ..<Self.pumped:
            let share = (position - Self.vented) / (Self.pumped - Self.vented)
            return Self.ambient * exp(span * share)
        case ..<Self.held:
            return Self.ultimate
        default:
            let share = (position - Self.held) / (Self.length - Self.held)
            return Self.ultimate * exp(-span * share)
        }
    }
}
