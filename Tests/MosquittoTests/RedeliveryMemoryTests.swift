import Monitoring
import TestSupport
import Testing

@testable import Mosquitto

@Suite("Memory of what may come again")
struct RedeliveryMemoryTests {
    private func note(
        _ memory: RedeliveryMemory,
        _ number: UInt16,
        _ payload: String = "20.5",
        topic: String = "plant/a",
        isFlagged: Bool = true,
    ) -> Bool {
        memory.note(
            number: number,
            topic: Array(topic.utf8).span,
            payload: Array(payload.utf8).span,
            isFlagged: isFlagged,
        )
    }

    @Test("a copy has the flag, the number, the topic and the content, on a later connection")
    func copies() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: true)
        #expect(!memory.expectsCopies, "of a run that remembers nothing")
        #expect(!note(memory, 1, isFlagged: false))
        #expect(!note(memory, 2, isFlagged: false))
        #expect(!note(memory, 1), "on the connection that brought it, it is no copy")
        memory.begin(isResumed: true)
        #expect(memory.expectsCopies)
        #expect(!note(memory, 1, isFlagged: false), "a new message that looks like one")
        memory.begin(isResumed: true)
        #expect(!note(memory, 3))
        #expect(!note(memory, 2, "20.6"))
        #expect(!note(memory, 1, topic: "plant/b"))
        #expect(!note(memory, 4, "b20.5", topic: "plant/"))
        memory.begin(isResumed: true)
        #expect(!note(memory, 4, "20.5", topic: "plant/b"), "topic and payload, not their sum")
        memory.begin(isResumed: true)
        #expect(note(memory, 3))
        #expect(note(memory, 2, "20.6"))
        #expect(!note(memory, 3), "a copy comes once, and in the old order")
        memory.begin(isResumed: true)
        #expect(note(memory, 2, "20.6"), "it may come again and again")
        memory.begin(isResumed: false)
        #expect(!memory.expectsCopies)
        #expect(!note(memory, 2, "20.6"), "another session")
    }

    @Test("the flag is looked at until every message that can be under way has come")
    func ends() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: false)
        _ = note(memory, 1, isFlagged: false)
        memory.begin(isResumed: true)
        for number in 0..<Limits.messageNumbers {
            #expect(memory.expectsCopies)
            _ = note(memory, UInt16(number), isFlagged: false)
        }
        #expect(!memory.expectsCopies)
        memory.begin(isResumed: true)
        #expect(note(memory, .max))
        #expect(!memory.expectsCopies, "the newest one has come")
    }

    /// A sensor that repeats itself, on a broker that gives the numbers in turn: the message that is
    /// 65,535 back looks exactly like the next one.
    @Test("what was sent and never received is no copy, though the numbers have come round")
    func numbersComeRound() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: false)
        var number: UInt16 = 0
        func next() -> UInt16 {
            number = number == .max ? 1 : number + 1
            return number
        }
        for _ in 0..<100_000 { _ = note(memory, next(), isFlagged: false) }
        memory.begin(isResumed: true)
        #expect(note(memory, number - 1))
        #expect(note(memory, number))
        for _ in 0..<100 { #expect(!note(memory, next())) }
        memory.begin(isResumed: true)
        for _ in 0..<100 { #expect(!note(memory, next()), "all had been acknowledged") }
    }

    /// Oracle: the broker itself, which keeps what it has sent and not seen acknowledged. Each
    /// connection brings these again, in order, then new ones, and is cut at a random place, with a
    /// random number of acknowledgements under way. Numbers are taken in turn, or the lowest free.
    @Test("over random cuts each message is recognised exactly when it came before", arguments: [5])
    func randomCuts(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for (limit, takesLowest) in [(1, false), (7, true), (40, false), (300, true)] {
            let memory = RedeliveryMemory()
            var underWay: [(number: UInt16, content: Int, wasReceived: Bool)] = []
            var last: UInt16 = 65_000
            var content = 0
            memory.begin(isResumed: false)
            for _ in 0..<200 {
                // What is sent again, as far as the connection lasts.
                let reach = Int.random(in: 0...underWay.count, using: &random)
                for index in 0..<reach {
                    let message = underWay[index]
                    let isCopy = note(memory, message.number, "\(message.content)")
                    #expect(isCopy == message.wasReceived)
                    underWay[index].wasReceived = true
                }
                var isWhole = reach == underWay.count
                for _ in 0..<Int.random(in: 0..<2 * limit, using: &random) where isWhole {
                    if underWay.count == limit { underWay.removeFirst() }
                    let used = Set(underWay.map(\.number))
                    if takesLowest { last = 0 }
                    repeat { last = last == .max ? 1 : last + 1 } while used.contains(last)
                    content += 1
                    // The last one before the cut is sent and never arrives.
                    isWhole = Int.random(in: 0..<limit + 8, using: &random) > 0
                    if isWhole { #expect(!note(memory, last, "\(content)", isFlagged: false)) }
                    underWay.append((last, content, isWhole))
                }
                // Of what has arrived, the first acknowledgements reach the broker.
                let received = underWay.prefix { $0.wasReceived }.count
                underWay.removeFirst(Int.random(in: 0...received, using: &random))
                memory.begin(isResumed: true)
            }
        }
    }
}
