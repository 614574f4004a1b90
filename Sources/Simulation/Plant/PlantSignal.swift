/// How the true value of a field moves.
enum PlantSignal: Sendable {
    /// A process value around a level.
    case analog(AnalogSignal)
    /// Rises by `perSecond` on average, never falls.
    case counter(start: Double, perSecond: Double)
    /// What a vacuum chamber shows of its cycle.
    case chamber(VacuumCycle, VacuumCycle.Aspect)
    /// Steps through as many states, each for `dwell` seconds, beginning `offset` seconds in.
    case state(count: Int, dwell: Double, offset: Double)
}

/// Level + season + ramp + AR(1) noise: how a measured process value looks.
struct AnalogSignal: Sendable {
    var level: Double
    /// Half the height of the slow oscillation (a controller, the day).
    var swing: Double
    /// In seconds.
    var swingPeriod: Double
    /// Height of a saw tooth that climbs and starts again (a batch, an electrode that melts off).
    var ramp: Double = 0
    /// In seconds; the fall back to the start is not at once but takes a tenth of it.
    var rampPeriod: Double = 600
    /// Standard deviation of the noise itself.
    var noise: Double
    /// Share of the noise that the next sample keeps, 0 to below 1.
    var memory: Double = 0.85
}
