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

    @Test("copies end with the first message that is none, and with the newest one")
    func ends() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: false)
        for number in 1...3 { _ = note(memory, UInt16(number), isFlagged: false) }
        memory.begin(isResumed: true)
        #expect(note(memory, 1))
        #expect(memory.expectsCopies)
        #expect(!note(memory, 4, isFlagged: false))
        #expect(!memory.expectsCopies, "a new one has come")
        #expect(!note(memory, 2), "behind a new one")
        memory.begin(isResumed: true)
        #expect(!note(memory, 9), "sent, and never received")
        #expect(!note(memory, 3), "behind one that was never received")
        memory.begin(isResumed: true)
        #expect(note(memory, 3))
        #expect(!memory.expectsCopies, "the newest one has come")
    }

    /// The sensor says 20.5 again and again, and its broker gives the lowest free number: 1.
    @Test("an equal value under a number that may be free again is new, and never swallowed")
    func equalValueUnderLowestNumber() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: false)
        for _ in 0..<5 {
            #expect(!note(memory, 1, isFlagged: false))
            memory.noteAcknowledgementsWritten()
        }
        memory.begin(isResumed: true)
        #expect(!note(memory, 1), "sent on the connection before, and lost with it")
        memory.begin(isResumed: true)
        #expect(note(memory, 1), "not acknowledged: it can be no other")
        memory.noteAcknowledgementsWritten()
        memory.begin(isResumed: true)
        #expect(!note(memory, 1), "now it can")
    }

    @Test("of acknowledgements that were written, rising numbers tell which did not arrive")
    func risingNumbers() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: false)
        for number in [7, 8, 9] as [UInt16] { _ = note(memory, number, isFlagged: false) }
        memory.noteAcknowledgementsWritten()
        memory.begin(isResumed: true)
        #expect(note(memory, 8), "7 was freed before it and would have been taken first")
        #expect(note(memory, 9))
        memory.begin(isResumed: true)
        #expect(!note(memory, 7), "nothing is known of the numbers before it")
        memory.begin(isResumed: false)
        for number in [2, 3, 4, 1, 2] as [UInt16] { _ = note(memory, number, isFlagged: false) }
        memory.noteAcknowledgementsWritten()
        memory.begin(isResumed: true)
        #expect(!note(memory, 3), "numbers step back: they are given anew")
        memory.begin(isResumed: false)
        _ = note(memory, 1, isFlagged: false)
        memory.noteAcknowledgementsWritten()
        memory.begin(isResumed: true)
        #expect(!note(memory, 1), "the session's first message has none before it")
    }

    @Test("one message that was never acknowledged vouches for all before it")
    func owedNewest() {
        let memory = RedeliveryMemory()
        memory.begin(isResumed: false)
        for number in [1, 1, 2] as [UInt16] { _ = note(memory, number, isFlagged: false) }
        memory.noteAcknowledgementsWritten()
        _ = note(memory, 3, isFlagged: false)
        memory.begin(isResumed: true)
        #expect(note(memory, 1), "3 comes again behind it")
        memory.noteAcknowledgementsWritten()
        memory.begin(isResumed: true)
        #expect(note(memory, 2), "3 is still to come")
        #expect(note(memory, 3))
        memory.noteAcknowledgementsWritten()
        memory.begin(isResumed: true)
        #expect(!note(memory, 1), "nothing vouches for it any more")
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
}
