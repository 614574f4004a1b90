import TestSupport
import Testing

@testable import Monitoring

@Suite("The deadline wheel")
struct DeadlineWheelTests {
    /// Goal: no set, move or clear is lost, however far or past. Method: a list that is searched in
    /// full at every step. Order within a step is not part of the model.
    @Test(
        "fires what a plain list fires, at the first step not before the deadline",
        arguments: [1, 2, 3, 4] as [UInt64],
    )
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var wheel = DeadlineWheel()
        var model: [Int: Int64] = [:]
        let first: Int64 = 17_000_000_000
        for step in first..<first + 6_000 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let entry = Int.random(in: 0..<60, using: &random)
                let time = deadline(after: step, using: &random)
                wheel.set(entry, to: time.map { ReceiveTime(nanoseconds: $0) })
                // What is past is due now: the monitor never asks for less than the next step.
                model[entry] = time
            }
            var fired: Set<Int> = []
            while let entry = wheel.takeDue(step: step) { fired.insert(entry) }
            let due = model.filter { $0.value <= step * DeadlineWheel.step }
            #expect(fired == Set(due.keys), "seed \(seed), step \(step - first)")
            for entry in fired { model[entry] = nil }
            #expect(wheel.count == model.count)
        }
    }

    private func deadline(after step: Int64, using random: inout SeededGenerator) -> Int64? {
        let now = step * DeadlineWheel.step
        switch random.unit() {
        case ..<0.1: return nil
        case ..<0.2: return now + Int64.random(in: 1_000...5_000, using: &random) * 100_000_000
        case ..<0.22: return .max
        case ..<0.4: return now
        default: return now + Int64.random(in: 1...30_000_000_000, using: &random)
        }
    }

    @Test("what is not due is passed over once a step, not once for each that is")
    func onePass() {
        var wheel = DeadlineWheel()
        let step: Int64 = 18_000_000_000
        let far = ReceiveTime(nanoseconds: (step + 1_024 * 70) * DeadlineWheel.step)
        for entry in 0..<30_000 { wheel.set(entry, to: far) }
        let due = ReceiveTime(nanoseconds: step * DeadlineWheel.step)
        for entry in 30_000..<60_000 { wheel.set(entry, to: due) }
        var taken: [Int] = []
        while let entry = wheel.takeDue(step: step) { taken.append(entry) }
        #expect(taken == Array(30_000..<60_000), "in the order of setting")
        #expect(wheel.looks <= 60_000, "for each due entry at all others these were 900,000,000")
        #expect(wheel.count == 30_000)
    }

    @Test("what is set, moved or cleared while a step is taken counts at once")
    func changesWhileTaking() {
        var wheel = DeadlineWheel()
        let step: Int64 = 18_000_000_000
        let due = ReceiveTime(nanoseconds: step * DeadlineWheel.step)
        for entry in 0..<4 { wheel.set(entry, to: due) }
        #expect(wheel.takeDue(step: step) == 0)
        wheel.set(1, to: nil)
        wheel.set(2, to: due.advanced(by: .seconds(60)))
        wheel.set(4, to: due)
        wheel.set(0, to: due)
        #expect(wheel.takeDue(step: step) == 3)
        #expect(wheel.takeDue(step: step) == 4)
        #expect(wheel.takeDue(step: step) == 0)
        #expect(wheel.takeDue(step: step) == nil)
        #expect(wheel.count == 1)
    }

    @Test("the first and the last instant there are can be deadlines")
    func extremes() {
        #expect(DeadlineWheel.step(for: ReceiveTime(nanoseconds: .max)) == 92_233_720_369)
        #expect(DeadlineWheel.step(for: ReceiveTime(nanoseconds: .min)) == -92_233_720_368)
        #expect(DeadlineWheel.step(for: ReceiveTime(nanoseconds: 1)) == 1)
        #expect(DeadlineWheel.step(for: ReceiveTime(nanoseconds: 100_000_000)) == 1)
    }
}
