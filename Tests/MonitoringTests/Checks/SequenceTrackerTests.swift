import Foundation
import TestSupport
import Testing

@testable import Monitoring

/// The account of a publisher's numbers against a recorded oracle, and against a slow one.
@Suite("sequence numbers")
struct SequenceTrackerTests {
    private static func mark(_ content: Int64) -> UInt16 {
        UInt16(truncatingIfNeeded: ByteHash.fold(UInt64(bitPattern: content), 0x9E37))
    }

    private static func time(_ seconds: Double) -> ReceiveTime {
        ReceiveTime(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    @Test("equals the recorded oracle, event by event")
    func vector() throws {
        guard let data = OracleFolder.file("fixtures/stream.csv"),
            let expectation = OracleFolder.file("vectors/seq.txt")
        else { return }
        var tracker = SequenceTracker(modulus: 256, timeout: .seconds(5))
        var found: [String] = []
        for (index, row) in try OracleFolder.rows(data).enumerated() {
            let step = tracker.take(
                try #require(Int64(row[2])),
                mark: Self.mark(Int64((try #require(Double(row[1])) * 1e3).rounded())),
                at: Self.time(try #require(Double(row[0]))),
            )
            for _ in 0..<step.lost { found.append("\(index),lost") }
            switch step.event {
            case .gap: found.append("\(index),gap")
            case .filled: found.append("\(index),reordered")
            case .duplicate: found.append("\(index),duplicate")
            case .jump: found.append("\(index),suspect_jump")
            case .restart: found.append("\(index),restart")
            case .first, .next: break
            case .leap, .invalid: Issue.record("\(step) at \(index)")
            }
        }
        let expected = try OracleFolder.rows(expectation, hasHeader: false).map {
            "\($0[0]),\($0[2])"
        }
        #expect(found == expected)
        #expect(expected.count > 10 && !tracker.isWaiting)
    }

    /// A publisher that is restarted, over a network that loses, reorders and repeats.
    ///
    /// - Parameter gaps: share of messages that are lost. So few that no fifth gap opens within the
    ///   timeout, or as many as there may be.
    private static func stream(
        seed: UInt64,
        modulus: Int64,
        gaps: Double,
        count: Int,
    ) -> [(number: Int64, content: Int64, at: Double)] {
        var random = SeededGenerator.printed(seed, "sequence, modulus \(modulus)")
        var messages: [(Int64, Int64, Double)] = []
        var number: Int64 = modulus > 0 ? modulus - 40 : 40
        var sent: Int64 = 0
        for index in 0..<count {
            let time = Double(index) + 0.25
            sent += 1
            number = modulus > 0 ? (number + 1) % modulus : number + 1
            if random.chance(0.004) { number = Int64(random.below(3)) }
            if modulus == 0, random.chance(0.003) { number += 20 * Int64(1 + random.below(400)) }
            if random.chance(gaps) { continue }
            let delay = random.chance(0.05) ? Double(random.below(8)) + 0.5 : 0
            messages.append((number, sent, time + delay))
            if random.chance(0.03) {
                messages.append((number, sent, time + Double(1 + random.below(20))))
            }
            if random.chance(0.002) { messages.append((number ^ 77, -sent, time + 0.125)) }
        }
        return messages.sorted { $0.2 < $1.2 }.map { (number: $0.0, content: $0.1, at: $0.2) }
    }

    @Test(
        "equals an oracle that keeps a time for every missing number, on every prefix",
        arguments: [1, 2, 3, 4, 5, 6, 7, 8],
        [0, 256, 65_536] as [Int64]
    )
    func oracle(seed: UInt64, modulus: Int64) {
        var tracker = SequenceTracker(modulus: modulus, timeout: .seconds(5))
        var oracle = SequenceOracle(modulus: modulus)
        var lost = 0
        var kinds: Set<SequenceTracker.Event> = []
        let messages = Self.stream(seed: seed, modulus: modulus, gaps: 0.02, count: 4_000)
        for (index, message) in messages.enumerated() {
            let step = tracker.take(
                message.number,
                mark: Self.mark(message.content),
                at: Self.time(message.at),
            )
            lost += Int(step.lost)
            kinds.insert(step.event)
            oracle.take(message.number, content: message.content, at: message.at)
            let event = oracle.events[index]
            guard step.event == Self.kind(event), lost == oracle.lost else {
                Issue.record("message \(index): \(step), not \(event), \(lost) \(oracle.lost)")
                return
            }
            #expect(tracker.isWaiting == (oracle.outstanding > 0), "message \(index)")
        }
        #expect(kinds.isSuperset(of: [.next, .gap, .filled, .duplicate, .jump, .restart]))
        #expect(modulus > 0 || kinds.contains(.leap))
        #expect(lost > 20)
    }

    private static func kind(_ event: SequenceOracle.Event) -> SequenceTracker.Event {
        switch event {
        case .first: .first
        case .next: .next
        case .duplicate: .duplicate
        case .jump: .jump
        case .restart: .restart
        case .invalid: .invalid
        case .gap: .gap
        case .filled: .filled
        case .leap: .leap
        }
    }

    @Test("with many gaps at once a number is lost later at most, and by no more than a timeout")
    func sharedTimers() {
        let messages = Self.stream(seed: 21, modulus: 0, gaps: 0.3, count: 2_000)
        var tracker = SequenceTracker(modulus: 0, timeout: .seconds(5))
        var soon = SequenceOracle(timeout: 5)
        var late = SequenceOracle(timeout: 10)
        var lost = 0
        for message in messages {
            let mark = Self.mark(message.content)
            let step = tracker.take(message.number, mark: mark, at: Self.time(message.at))
            lost += Int(step.lost)
            soon.take(message.number, content: message.content, at: message.at)
            late.take(message.number, content: message.content, at: message.at)
            #expect(lost <= soon.lost && lost >= late.lost - 64, "at \(message.at)")
        }
        #expect(lost > 500)
    }

    @Test("a timer needs no message")
    func timer() throws {
        var tracker = SequenceTracker(modulus: 0, timeout: .seconds(5))
        _ = tracker.take(1, mark: 1, at: Self.time(0))
        #expect(tracker.deadline == nil)
        _ = tracker.take(4, mark: 4, at: Self.time(1))
        #expect(tracker.deadline == Self.time(6))
        #expect(tracker.expire(at: Self.time(5.999)) == 0)
        _ = tracker.take(2, mark: 2, at: Self.time(5.999))
        #expect(tracker.expire(at: Self.time(6)) == 1, "3 alone")
        #expect(tracker.deadline == nil && !tracker.isWaiting)
    }

    @Test("what was left out while nothing could come, or came unreadable, is no loss")
    func excused() {
        var tracker = SequenceTracker(modulus: 0, timeout: .seconds(5))
        _ = tracker.take(1, mark: 1, at: Self.time(0))
        _ = tracker.take(3, mark: 3, at: Self.time(1))
        let back = tracker.take(40, mark: 40, at: Self.time(60), followsOutage: true)
        #expect(back.event == .gap && back.lost == 0, "2 has its time again")
        #expect(tracker.expire(at: Self.time(64)) == 0)
        _ = tracker.take(20, mark: 20, at: Self.time(64))
        #expect(tracker.expire(at: Self.time(65)) == 1, "2, and none of the outage")
        let far = tracker.take(900, mark: 900, at: Self.time(66), followsOutage: true)
        #expect(far.lost == 0 && tracker.take(901, mark: 1, at: Self.time(67)).event == .next)
        tracker.noteUnreadable()
        tracker.noteUnreadable()
        _ = tracker.take(905, mark: 5, at: Self.time(68))
        #expect(tracker.expire(at: Self.time(80)) == 1, "902 to 904, two of which came garbled")
        tracker.noteUnreadable()
        _ = tracker.take(906, mark: 6, at: Self.time(81))
        _ = tracker.take(908, mark: 8, at: Self.time(82))
        #expect(
            tracker.expire(at: Self.time(90)) == 1,
            "907 was lost, whatever came garbled before"
        )
    }

    @Test("a hundred thousand losses leave the account as small as it was")
    func endless() {
        var tracker = SequenceTracker(modulus: 0, timeout: .seconds(5))
        var lost = 0
        for index in 0..<100_000 {
            lost += Int(
                tracker.take(Int64(2 * index), mark: 0, at: Self.time(Double(index))).lost
            )
        }
        #expect(lost > 99_900 && lost < 100_000)
        #expect(MemoryLayout<SequenceTracker>.size <= 200)
    }

    @Test("numbers at the ends of their type overflow nothing")
    func ends() {
        var random = SeededGenerator.printed(3, "ends of Int64")
        let numbers: [Int64] = [.min, .max, 0, -1, .min + 1, .max - 1, 1 << 32]
        for modulus in [0, 4, 256, 1 << 32] as [Int64] {
            var tracker = SequenceTracker(modulus: modulus, timeout: Nanoseconds(.max))
            for _ in 0..<2_000 {
                let time = [Int64.min, 0, .max].randomElement(using: &random) ?? 0
                _ = tracker.take(
                    numbers.randomElement(using: &random) ?? 0,
                    mark: UInt16(random.below(3)),
                    at: ReceiveTime(nanoseconds: time),
                    followsOutage: random.chance(0.1),
                )
                tracker.move(by: Nanoseconds(time))
            }
        }
    }
}
