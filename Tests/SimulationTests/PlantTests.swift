import Foundation
import Monitoring
import Testing

@testable import Simulation

@Suite("The simulated plant")
struct PlantTests {
    @Test("at least 40 feeds with different keys in 3 areas, at 5 to 20 Hz")
    func size() {
        let plant = Plant.demo
        #expect(plant.feedKeys.count >= 40)
        #expect(Set(plant.feedKeys).count == plant.feedKeys.count)
        #expect(Set(plant.sources.map(\.topic)).count == plant.sources.count)
        #expect(Set(plant.sources.map(\.area)) == ["melt", "vacuum", "utility"])
        for source in plant.sources {
            let rate = 1 / source.period.seconds
            #expect(rate >= 5 && rate <= 20, "\(source.topic) publishes at \(rate) Hz")
        }
    }

    @Test("every topic publishes at its rate, each interval within a few milliseconds")
    func rates() {
        let sent = Dictionary(grouping: messages(seconds: 30), by: \.topic)
        #expect(sent.count == Plant.demo.sources.count)
        for source in Plant.demo.sources {
            let times = sent[source.topic, default: []].map(\.dueAt.nanoseconds)
            let expected = 30 / source.period.seconds
            #expect(abs(Double(times.count) - expected) <= 2, "\(source.topic)")
            for (earlier, later) in zip(times, times.dropFirst()) {
                #expect(abs(later - earlier - source.period.count) <= 6_000_000)
            }
        }
    }

    @Test("equal seeds give equal bytes however time is cut, other seeds other bytes")
    func determinism() throws {
        for seed: UInt64 in [1, 42] {
            let schedule = try FaultSchedule(seed: seed, startingAt: start, runFor: .seconds(60))
            let whole = messages(seed: seed, seconds: 60, schedule: schedule)
            var simulator = PlantSimulator(seed: seed, startingAt: start, schedule: schedule)
            var pieces: [PlantMessage] = []
            var random = SeededRandom(seed: seed)
            var time = start
            while time < after(60) {
                time.nanoseconds += Int64(random.uniform(1e5, 4e8))
                simulator.advance(to: min(time, after(60)), into: &pieces)
            }
            #expect(whole == pieces, "seed \(seed)")
        }
        #expect(messages(seed: 1, seconds: 2) != messages(seed: 2, seconds: 2))
    }

    @Test("messages come in the order of their due times, none before the start or twice")
    func order() {
        var simulator = PlantSimulator(seed: 3, startingAt: start)
        var messages: [PlantMessage] = []
        while simulator.nextDueAt < after(5) {
            let due = simulator.nextDueAt
            let before = messages.count
            simulator.advance(to: due, into: &messages)
            // `nextDueAt` is exact: there is something to do then, and it is due just then.
            #expect(messages.count > before)
            #expect(messages[before...].allSatisfy { $0.dueAt == due })
        }
        #expect(messages.allSatisfy { $0.dueAt >= start })
        #expect(messages.map(\.dueAt) == messages.map(\.dueAt).sorted())
    }

    @Test("JSON payloads carry the time of the scan, a rising sequence number, quality and unit")
    func objects() throws {
        for source in Plant.demo.sources where source.form == .object {
            let sent = messages(of: [source], seconds: 5)
            for (index, message) in sent.enumerated() {
                let object = try #require(try Self.object(message))
                #expect(object["seq"] as? Int == index + 1)
                #expect(object["q"] as? String == "GOOD")
                #expect(object["unit"] as? String == source.limits.unit)
                #expect(object["value"] is Double)
                let time = try #require(object["ts"] as? Int64)
                let transit = message.dueAt.nanoseconds / 1_000_000 - time
                #expect((1...7).contains(transit), "sent \(transit) ms after the scan")
            }
        }
    }

    @Test(
        "several fields stand in a nested object, or in an array of readings with names and times"
    )
    func severalFields() throws {
        let sent = messages(seconds: 1)
        let electrode = try #require(sent.first { $0.topic == "plant/melt/esr1/electrode" })
        let nested = try #require(try Self.object(electrode)?["electrode"] as? [String: Double])
        #expect(Set(nested.keys) == ["current", "voltage", "position"])

        let pumps = try #require(sent.first { $0.topic == "plant/vacuum/chamber1/pumps" })
        let values = try #require(try Self.object(pumps)?["values"] as? [[String: Any]])
        #expect(values.compactMap { $0["id"] as? String } == ["speed", "foreline", "body"])
        #expect(values.allSatisfy { $0["v"] is Double && $0["t"] is Int64 && $0["q"] is Bool })
    }

    @Test("bare payloads are numbers or declared words, counters never fall")
    func bare() throws {
        for source in Plant.demo.sources where source.form == .bare {
            let texts = messages(of: [source], seconds: 120)
                .map { String(decoding: $0.payload, as: UTF8.self) }
            if case .words(let words) = source.fields[0].notation {
                #expect(Set(texts).isSubset(of: words))
                #expect(Set(texts).count > 1, "\(source.topic) never changes state")
                continue
            }
            let numbers = texts.compactMap(Double.init)
            #expect(numbers.count == texts.count, "\(source.topic)")
            if source.limits == .counter {
                #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 })
            }
        }
    }

    @Test("a chamber is pumped from the air's pressure to vacuum and let in again")
    func pumpDown() {
        let gauge = Plant.demo.sources.filter { $0.topic == "plant/vacuum/chamber1/pressure" }
        let pressures = messages(of: gauge, seconds: 110)
            .compactMap { Reading($0.payload)?.value }
        #expect(pressures.max()! > 950)
        #expect(pressures.min()! < 0.01)
        #expect(pressures.last! > 900)
    }

    @Test("numbers are printed with the device's resolution")
    func notation() {
        #expect(NumberNotation.decimals(1).text(612.449) == "612.4")
        #expect(NumberNotation.decimals(2).text(-0.005) == "-0.01")
        #expect(NumberNotation.decimals(3).text(50.0004) == "50.000")
        #expect(NumberNotation.decimals(2).text(-0.004) == "0.00")
        #expect(NumberNotation.decimals(0).text(6512.5) == "6513")
        #expect(NumberNotation.decimals(3).text(7.06) == "7.060")
        #expect(NumberNotation.scientific.text(0.00502) == "5.02e-3")
        #expect(NumberNotation.scientific.text(1013.2) == "1.01e3")
        #expect(NumberNotation.scientific.text(0.00009996) == "1.00e-4")
        #expect(NumberNotation.scientific.text(-5.5) == "-5.50e0")
        #expect(NumberNotation.scientific.text(0) == "0")
    }

    private static func object(_ message: PlantMessage) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any]
    }
}
