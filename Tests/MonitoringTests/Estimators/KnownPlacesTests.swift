import TestSupport
import Testing

@testable import Monitoring

@Suite("places that a feed goes to")
struct KnownPlacesTests {
    @Test("a place is known after three visits within a fifth of the way")
    func known() {
        var places = KnownPlaces()
        for (visit, level) in [100.0, 115, 92].enumerated() {
            #expect(!places.knows(100, way: 90), "after \(visit)")
            places.visit(level, way: 90)
        }
        #expect(places.knows(100, way: 90) && places.knows(118, way: 90))
        #expect(!places.knows(125, way: 90), "too far from it")
        #expect(!places.knows(110, way: 20), "a short way is no visit to a place further off")
    }

    @Test("a place that wanders is not followed, one among many is forgotten")
    func forgotten() {
        var places = KnownPlaces()
        for step in 0..<20 { places.visit(100 + 15 * Double(step), way: 90) }
        #expect(!places.knows(100 + 15 * 20, way: 90), "no three visits to one place")
        for _ in 0..<3 { places.visit(1_000, way: 100) }
        #expect(places.knows(1_000, way: 100))
        for other in 2...5 { places.visit(1_000 * Double(other), way: 100) }
        #expect(!places.knows(1_000, way: 100), "four others were visited since")
    }

    @Test("any numbers and any number of visits are no trap")
    func extremes() {
        var places = KnownPlaces()
        for level in [0, -0.0, .infinity, -.infinity, .nan, 1e300, .leastNonzeroMagnitude] {
            for way in [0, .nan, .infinity, 1e300] {
                for _ in 0..<300 { places.visit(level, way: way) }
                _ = places.knows(level, way: way)
            }
        }
    }
}
