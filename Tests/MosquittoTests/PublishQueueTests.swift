import Monitoring
import TestSupport
import Testing

@testable import Mosquitto

@Suite("Publish queue")
struct PublishQueueTests {
    private func publication(_ number: Int) -> Publication {
        Publication(
            topic: "t/\(number)",
            payload: [],
            qualityOfService: 1,
            isRetained: false,
        )
    }

    private func take(_ queue: inout PublishQueue, _ number: Int, isLast: Bool = false) -> Bool {
        queue.append(publication(number), isLast: isLast) != nil
    }

    @Test("the queue refuses at its limit, takes again after a confirmation, and lets goodbye pass")
    func bounded() throws {
        var queue = PublishQueue(capacity: 2, inFlightLimit: 5)
        #expect(take(&queue, 1))
        #expect(take(&queue, 2))
        #expect(!take(&queue, 3))
        let next = queue.next()
        let entry = try #require(next)
        queue.sent(entry, as: 11)
        #expect(!take(&queue, 3), "under way still counts")
        let confirmed = queue.confirmed(11)
        #expect(confirmed == entry.token)
        #expect(take(&queue, 3))
        #expect(take(&queue, 4, isLast: true))
        #expect(queue.count == 3)
    }

    @Test("no more are under way than the limit says")
    func inFlight() throws {
        var queue = PublishQueue(capacity: 10, inFlightLimit: 2)
        for number in 0..<4 { _ = queue.append(publication(number)) }
        for message: Int32 in 1...2 {
            let next = queue.next()
            queue.sent(try #require(next), as: message)
        }
        let third = queue.next()
        #expect(third == nil)
        let unknown = queue.confirmed(99)
        #expect(unknown == nil)
        let first = queue.confirmed(1)
        #expect(first != nil)
        let next = queue.next()
        #expect(next?.publication.topic == "t/2")
    }

    /// Oracle: an array of the numbers not yet confirmed. Each connection's life is a run of random
    /// steps; every number must be sent in order within a connection, none be lost or invented.
    @Test("over random losses of the connection everything is confirmed, in order per connection")
    func randomLosses() throws {
        let seed: UInt64 = 77
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var queue = PublishQueue(capacity: 1_000, inFlightLimit: 7)
        var unconfirmed: [UInt64] = []
        var underWay: [Int32: UInt64] = [:]
        var lastSent: UInt64 = 0
        var message: Int32 = 0
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...3:
                if let token = queue.append(publication(0)) { unconfirmed.append(token.number) }
            case 4...6:
                guard let entry = queue.next() else { continue }
                #expect(entry.token.number > lastSent)
                lastSent = entry.token.number
                if Int.random(in: 0..<10, using: &random) == 0 {
                    queue.putBack(entry)
                    lastSent = entry.token.number - 1
                    continue
                }
                message += 1
                queue.sent(entry, as: message)
                underWay[message] = entry.token.number
            case 7...8:
                guard let (message, number) = underWay.randomElement(using: &random) else {
                    continue
                }
                underWay[message] = nil
                let token = queue.confirmed(message)
                #expect(token?.number == number)
                unconfirmed.removeAll { $0 == number }
            default:
                guard Int.random(in: 0..<20, using: &random) == 0 else { continue }
                queue.connectionLost()
                underWay.removeAll()
                lastSent = 0
            }
            #expect(queue.count == unconfirmed.count)
        }
        queue.connectionLost()
        var left: [UInt64] = []
        while let entry = queue.next() {
            left.append(entry.token.number)
            queue.sent(entry, as: 0)
            _ = queue.confirmed(0)
        }
        #expect(left == unconfirmed)
    }
}
