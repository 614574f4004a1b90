import Monitoring
import TestSupport
import Testing

@testable import Mosquitto

/// Goal: no new message is ever taken for a copy, and every copy is recognised that can be.
/// Method: as oracle the broker itself, which keeps what it has sent and not seen acknowledged. Each
/// connection brings these again, in order, then new ones, and is cut at a random place, with a
/// random number of acknowledgements under way. The sensor has two values and one topic.
@Suite("Memory of what may come again, against a broker")
struct RedeliveryPropertyTests {
    enum Numbers: CaseIterable {
        case inTurn, lowestFree, smallRound
    }

    @Test(
        "over random cuts nothing new is swallowed, and no copy counts that can be told",
        arguments: Numbers.allCases,
    )
    func randomCuts(numbers: Numbers) {
        let seed: UInt64 = 5
        print("seed \(seed)")
        for limit in [1, 2, 7, 40] {
            var world = World(numbers, limit: limit, seed: seed &+ UInt64(limit))
            for _ in 0..<500 { world.runConnection() }
            #expect(world.copies > 50, "limit \(limit): nothing came again")
        }
    }

    private struct World {
        struct Message {
            var number: UInt16
            /// Its place among all that were sent; the value is less telling.
            var order: Int
            var wasReceived = false
            var payload: [UInt8] { Array("2\(order / 3 % 2).5".utf8) }
        }

        let numbers: Numbers
        let limit: Int
        let memory = RedeliveryMemory()
        var random: SeededGenerator
        var underWay: [Message] = []
        /// Of what is under way, how many have come on this connection, and how many of these were
        /// acknowledged on it.
        var here = 0
        var writtenHere = 0
        var lastNumber: UInt16 = 65_000
        var sent = 0
        var newestReceived = 0
        var newestWritten = 0
        var copies = 0

        init(_ numbers: Numbers, limit: Int, seed: UInt64) {
            self.numbers = numbers
            self.limit = limit
            random = SeededGenerator(seed: seed)
            memory.begin(isResumed: false)
        }

        mutating func chance(_ count: Int) -> Bool {
            Int.random(in: 0..<count, using: &random) == 0
        }

        mutating func runConnection() {
            let isOwed = newestReceived > newestWritten
            let reach = Int.random(in: 0...underWay.count, using: &random)
            let isWhole = reach == underWay.count
            for _ in 0..<reach { sendAgain(isOwed: isOwed) }
            var isCut = !isWhole || chance(4)
            for _ in 0..<Int.random(in: 0...2 * limit, using: &random) where isWhole {
                guard let number = nextNumber() else { break }
                isCut = isCut || chance(limit + 2)
                sendNew(number, isCut: isCut)
            }
            letArrive()
            (here, writtenHere) = (0, 0)
            memory.begin(isResumed: true)
        }

        mutating func sendAgain(isOwed: Bool) {
            let message = underWay[here]
            let isCopy = note(message, isFlagged: true)
            #expect(!isCopy || message.wasReceived, "\(numbers): \(message) was swallowed")
            // The first message of a session has none before it that could tell.
            if message.wasReceived, isOwed || (numbers == .inTurn && message.order > 1) {
                #expect(isCopy, "\(numbers): \(message) counts twice")
            }
            if message.wasReceived { copies += 1 }
            receive()
        }

        mutating func sendNew(_ number: UInt16, isCut: Bool) {
            sent += 1
            let message = Message(number: number, order: sent)
            underWay.append(message)
            if isCut {
                // What was written before may still arrive while the broker sends in vain.
                letArrive()
            } else {
                #expect(!note(message, isFlagged: false))
                receive()
            }
        }

        mutating func receive() {
            underWay[here].wasReceived = true
            newestReceived = max(newestReceived, underWay[here].order)
            here += 1
            if chance(2) { acknowledge() }
            if chance(2) { letArrive() }
        }

        /// A commit: the acknowledgements of all that came are written.
        mutating func acknowledge() {
            memory.noteAcknowledgementsWritten()
            writtenHere = here
            if here > 0 { newestWritten = max(newestWritten, underWay[here - 1].order) }
        }

        /// The first of the acknowledgements that were written reach the broker.
        mutating func letArrive() {
            let count = Int.random(in: 0...writtenHere, using: &random)
            underWay.removeFirst(count)
            here -= count
            writtenHere -= count
        }

        mutating func nextNumber() -> UInt16? {
            guard underWay.count < limit else { return nil }
            let used = Set(underWay.map(\.number))
            var number = numbers == .lowestFree ? 0 : lastNumber
            repeat {
                number = number == .max ? 1 : number + 1
                if numbers == .smallRound, number > UInt16(limit + 3) { number = 1 }
            } while used.contains(number)
            lastNumber = number
            return number
        }

        func note(_ message: Message, isFlagged: Bool) -> Bool {
            memory.note(
                number: message.number,
                topic: Array("plant/a".utf8).span,
                payload: message.payload.span,
                isFlagged: isFlagged,
            )
        }
    }
}
