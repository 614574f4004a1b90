@testable import Monitoring

extension Check {
    /// Asks about an observation that lies nowhere yet.
    mutating func observe(_ observation: Observation) -> Assessment {
        var observation = observation
        return ObservationPlace.with(&observation) { observe($0.view) }
    }
}
