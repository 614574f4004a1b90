import TestSupport
import Monitoring

/// One feed entry with a period, a range and a spike test.
let wildRule = FeedRule(
    filter: wildFilter,
    period: .seconds(1),
    checks: [
        "range": CheckParameters(values: ["fail": .interval(low: -100, high: 100)]),
        "spike": CheckParameters(values: ["suspect": .number(10), "fail": .number(40)]),
    ],
)

private let wildFilter: TopicFilter = {
    do { return try TopicFilter("plant/#") } catch { preconditionFailure("\(error)") }
}()

/// A seeded stream of two-field messages that knows what becomes of each of its samples.
///
/// In it: samples in order, out of order and late, duplicates, strays far ahead and far behind,
/// nulls and infinities, values out of range, spikes, unreadable and retained messages, lost
/// connections and long silences. Values are multiples of 1/64, so that sums of doubles are exact.
struct WildStream {
    struct Sent {
        var source: Double
        var value: Double
        var kind: Sample.Kind
        var verdict: Verdict
        /// Judged by its successor.
        var isSpike = false

        var isUsable: Bool {
            kind == .number && (verdict == .good || verdict == .suspect)
        }
    }

    enum Step {
        case message([Double], at: Double, source: Double, kind: Sample.Kind, isRetained: Bool)
        case garbage(at: Double)
        case connection(isUp: Bool, at: Double)
    }

    private(set) var duplicates = 0
    private(set) var futures = 0
    private(set) var tooLates = 0
    private var random: SeededGenerator
    private var steps: [Step] = []
    private var sent: [[Sent]] = [[], []]
    private var now = Double(Plant.start)
    private var newest = -Double.infinity
    private var followsOutage = false
    /// Of each field: places in `sent` of the neighbours that a spike test would see.
    private var neighbours: [[Int]] = [[], []]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// An hour before the start, for late samples, up to ten minutes after the end.
    var minutes: Range<Int64> {
        Plant.minute(Double(Plant.start)) - 61..<Plant.minute(now + 600) + 1
    }

    func judged(_ field: Int, minute: Int64) -> [Sent] {
        sent[field].filter { Plant.minute($0.source) == minute }
    }

    mutating func generate(count: Int) {
        normal()
        for _ in 1..<count {
            now += (random.unit() * 1_400 + 50).rounded() / 1_000
            switch random.unit() {
            case ..<0.04: duplicate()
            case ..<0.06: stray(ahead: true)
            case ..<0.08: stray(ahead: false)
            case ..<0.12: send(source: now - (90 + random.unit() * 1_800).rounded())
            case ..<0.20: send(source: now - (random.unit() * 4_000).rounded() / 1_000)
            case ..<0.22: steps.append(.garbage(at: now))
            case ..<0.23: retained()
            case ..<0.235: outage()
            case ..<0.24: now += 300
            default: normal()
            }
        }
    }

    private mutating func normal() { send(source: now) }

    private mutating func values() -> [Double] {
        (0..<2).map { _ in
            let scale: Double = random.unit() < 0.04 ? 90 : 4
            return (random.normal() * scale * 64).rounded() / 64
        }
    }

    private mutating func send(source wanted: Double) {
        var source = (wanted * 1_000).rounded() / 1_000
        // No step near three periods: whether it still has neighbours is not this test's business.
        if source - newest > 2.8, source - newest < 3.2 {
            source += 0.5
            now = max(now, source)
        }
        let values = values()
        let kind: Sample.Kind =
            switch random.unit() {
            case ..<0.03: .missing
            case ..<0.05: .infinite
            default: .number
            }
        steps.append(.message(values, at: now, source: source, kind: kind, isRetained: false))
        for field in 0..<2 { enter(field, values[field], kind, source) }
        guard source >= newest else { return }
        newest = source
        followsOutage = false
    }

    private mutating func enter(
        _ field: Int,
        _ value: Double,
        _ kind: Sample.Kind,
        _ source: Double,
    ) {
        let verdict: Verdict =
            switch kind {
            case .missing: .missing
            case .infinite: .fail
            default: abs(value) > 100 ? .fail : .good
            }
        sent[field].append(Sent(source: source, value: value, kind: kind, verdict: verdict))
        guard source >= newest else { return }
        if kind != .number {
            neighbours[field] = []
            return
        }
        if followsOutage || source - newest > 3 { neighbours[field] = [] }
        neighbours[field].append(sent[field].count - 1)
        if neighbours[field].count == 3 { judge(field) }
    }

    /// The smaller of the two steps, where they go up and down or down and up.
    private mutating func judge(_ field: Int) {
        let places = neighbours[field]
        neighbours[field].removeFirst()
        let x = places.map { sent[field][$0].value }
        let isPeak = (x[1] > x[0] && x[1] > x[2]) || (x[1] < x[0] && x[1] < x[2])
        let size = isPeak ? min(abs(x[1] - x[0]), abs(x[2] - x[1])) : 0
        guard size > 10 else { return }
        let verdict = sent[field][places[1]].verdict
        sent[field][places[1]].verdict = verdict.worse(size > 40 ? .fail : .suspect)
        sent[field][places[1]].isSpike = size > 40
    }

    private mutating func duplicate() {
        let messages = steps.suffix(8).filter {
            if case .message(_, _, let source, _, let isRetained) = $0 {
                !isRetained && abs(source - now) < 1_800
            } else {
                false
            }
        }
        guard case .message(let values, _, let source, let kind, _)? = messages.last else {
            return normal()
        }
        steps.append(.message(values, at: now, source: source, kind: kind, isRetained: false))
        duplicates += 1
    }

    private mutating func stray(ahead: Bool) {
        let distance = (100_000 + random.unit() * 100_000).rounded()
        let source = ahead ? now + distance : now - distance
        steps.append(.message(values(), at: now, source: source, kind: .number, isRetained: false))
        if ahead { futures += 1 } else { tooLates += 1 }
    }

    private mutating func retained() {
        let source = now - 50
        steps.append(.message(values(), at: now, source: source, kind: .number, isRetained: true))
    }

    private mutating func outage() {
        steps.append(.connection(isUp: false, at: now))
        now += (random.unit() * 200).rounded()
        steps.append(.connection(isUp: true, at: now))
        followsOutage = true
    }
}

extension WildStream {
    /// Sends everything in batches of a size, and waits until all minutes are closed.
    func play(batch size: Int, ticks: Bool = false) -> Plant {
        var plant = Plant(rules: [wildRule])
        for (index, step) in steps.enumerated() {
            switch step {
            case .message(let values, let at, let source, let kind, let isRetained):
                plant.send(
                    "plant/a",
                    ["x": values[0], "y": values[1]],
                    at: at,
                    source: source,
                    kind: kind,
                    isRetained: isRetained,
                )
            case .garbage(let at): plant.garble("plant/a", at: at)
            case .connection(let isUp, let at): plant.connection(isUp: isUp, at: at)
            }
            guard (index + 1) % size == 0 else { continue }
            plant.run()
            if ticks { plant.run(to: Double(Plant.start)) }
        }
        plant.run()
        if ticks { for second in 1..<130 { plant.run(to: end - 600 + Double(second)) } }
        plant.run(to: end)
        return plant
    }

    /// Ten minutes on, so that idle minutes are closed too.
    private var end: Double { now + 600 }
}
