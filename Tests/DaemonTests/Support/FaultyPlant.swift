import TestSupport

/// A seeded stream of messages with what goes wrong in plants: garbage, duplicates, disorder,
/// late and future samples, spikes, missing values, a stuck sensor, pauses.
struct FaultyPlant {
    struct Message: Sendable {
        var topic: String
        var payload: String
    }

    private var random: SeededGenerator
    /// Source time of the samples, in ms since 1970.
    private var time: Int64
    private let step: Int64
    private var sequence = 0

    /// - Parameter step: source time between two rounds, in ms.
    init(seed: UInt64, start: Int64, step: Int64) {
        random = SeededGenerator(seed: seed)
        time = start
        self.step = step
    }

    static let configuration = """
        classes:
          sensor:
            unit: Cel
            payload: { format: json, value: $.value, time: $.ts, timeUnit: ms, sequence: $.seq }
            checks: { range: { fail: [0, 100] }, flatLine: { for: 20s } }
        feeds:
          - topic: plant/+/value
            class: sensor
          - topic: plant/#
        """

    /// The messages of one round, one or more per topic.
    mutating func round(_ number: Int) -> [Message] {
        time += step
        sequence += 1
        var messages: [Message] = []
        for unit in 0..<4 {
            let topic = "plant/\(unit)/value"
            // Unit 3 is quiet for a third of the time.
            if unit == 3, (number / 40) % 3 == 1 { continue }
            let message = Message(topic: topic, payload: payload(of: unit, number))
            messages.append(message)
            if draw(20) == 0 { messages.append(message) }
        }
        messages.append(Message(topic: "plant/bare", payload: "\(Double(draw(1_000)) / 10)"))
        return messages
    }

    private mutating func payload(of unit: Int, _ number: Int) -> String {
        let stuck = unit == 2 && number % 80 > 40
        let value = stuck ? "20.5" : "\(Double(200 + draw(15)) / 10)"
        switch draw(25) {
        case 0: return "{\"value\": \(value), \"ts\""
        case 1: return json("\(900 + draw(9))", time)
        case 2: return json(value, time - 70_000)
        case 3: return json(value, time - 3 * step)
        case 4: return json(value, time + 3_600_000)
        case 5: return json("null", time)
        case 6: return json("\"off\"", time)
        default: return json(value, time)
        }
    }

    private func json(_ value: String, _ time: Int64) -> String {
        "{\"value\": \(value), \"ts\": \(time), \"seq\": \(sequence)}"
    }

    /// In `[0, bound)`; the bias of the modulus is below 2^-50.
    private mutating func draw(_ bound: UInt64) -> UInt64 { random.next() % bound }
}
