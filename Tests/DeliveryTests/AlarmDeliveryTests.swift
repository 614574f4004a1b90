import Alarms
import Delivery
import Monitoring
import Testing

@Suite struct AlarmDeliveryTests {
    private func delivery(_ priorities: [Priority] = []) -> AlarmDelivery {
        var delivery = AlarmDelivery(
            topics: AlarmTopics(root: "assay/gw"),
            gateway: "gw",
            epoch: "E",
            settings: DeliverySettings(kind: .mqtt, priorities: priorities),
        )
        // The outbox is read at the start, and is empty.
        delivery.refill([], isComplete: true)
        return delivery
    }

    /// Publishes all there is; tokens are the tickets.
    private func drain(_ delivery: inout AlarmDelivery) -> [AlarmDelivery.Publication] {
        var published: [AlarmDelivery.Publication] = []
        while let publication = delivery.next() {
            delivery.sent(publication, as: publication.ticket)
            published.append(publication)
        }
        return published
    }

    @Test("a transition is published as retained state and as an event under its priority")
    func publishesBoth() {
        var delivery = delivery()
        delivery.connected(picture: [])
        let entries = delivery.entries(for: Examples.transition())
        delivery.add(entries)
        let messages = drain(&delivery).map(\.message)
        let key = "plant1/furnace3/zone2/tc07/frozen"
        #expect(
            messages.map(\.topic) == [
                "assay/gw/alarms/state/\(key)", "assay/gw/alarms/event/medium/\(key)",
            ]
        )
        #expect(messages.map(\.isRetained) == [true, false])
        #expect(messages.allSatisfy { $0.qualityOfService == 1 })
    }

    @Test("what nobody is told of goes to the journal's topic, and a deletion clears the state")
    func quietAndDeleted() {
        let delivery = delivery()
        let quiet = delivery.entries(for: Examples.transition(.refresh, isAnnounced: false))
        #expect(quiet[1].message.topic.hasPrefix("assay/gw/alarms/event/journal/"))
        let deleted = delivery.entries(for: Examples.transition(.deleted, isActive: false))
        #expect(deleted[0].message.payload.isEmpty)
        #expect(deleted[0].message.isRetained)
        #expect(!deleted[1].message.payload.isEmpty)
    }

    @Test("priorities that are not sent give no entry; by default only journal is not")
    func filters() {
        #expect(delivery().entries(for: Examples.transition(priority: .journal)).isEmpty)
        #expect(delivery([.high]).entries(for: Examples.transition(priority: .low)).isEmpty)
        #expect(delivery([.high]).entries(for: Examples.transition(priority: .high)).count == 2)
    }

    @Test("nothing is finished before the broker has confirmed it")
    func finishesOnConfirmation() {
        var delivery = delivery()
        delivery.add(delivery.entries(for: Examples.transition(sequence: 3)))
        #expect(delivery.next() == nil, "not connected")
        delivery.connected(picture: [])
        let published = drain(&delivery)
        #expect(delivery.takeFinished() == [])
        delivery.confirmed(99)
        #expect(delivery.takeFinished() == [])
        for publication in published { delivery.confirmed(publication.ticket) }
        #expect(delivery.takeFinished() == [6, 7])
        #expect(delivery.isIdle)
    }

    @Test("of an alarm's states only the latest waits, of its events each one")
    func coalescesStates() {
        var delivery = delivery()
        for sequence in 1...5 {
            delivery.add(delivery.entries(for: Examples.transition(sequence: Int64(sequence))))
        }
        #expect(delivery.takeFinished() == [2, 4, 6, 8])
        delivery.connected(picture: [])
        let topics = drain(&delivery).map(\.message.topic)
        #expect(topics.count == 6)
        #expect(topics.count { $0.contains("/state/") } == 1)
    }

    @Test("what the connection has taken is the connection's to send again, and comes but once")
    func leavesResendingToConnection() {
        var delivery = delivery()
        delivery.connected(picture: [])
        delivery.add(delivery.entries(for: Examples.transition(key: "a/frozen", sequence: 1)))
        let first = drain(&delivery)
        #expect(first.count == 2)
        delivery.confirmed(first[0].ticket)
        delivery.disconnected()
        // It waits here while the connection is down, and its later state replaces the earlier.
        for sequence: Int64 in 2...3 {
            let transition = Examples.transition(key: "a/frozen", sequence: sequence)
            delivery.add(delivery.entries(for: transition))
        }
        #expect(delivery.next() == nil)
        let picture = [Examples.transition(key: "a/frozen", sequence: 3)]
        delivery.connected(picture: picture)
        let second = drain(&delivery)
        let topics = second.map(\.message.topic).map { $0.split(separator: "/")[3] }
        #expect(topics == ["state", "event", "event"], "the state of 3, the events of 2 and 3")
        delivery.confirmed(first[1].ticket)
        for publication in second { delivery.confirmed(publication.ticket) }
        #expect(delivery.takeFinished().sorted() == [2, 3, 4, 5, 6, 7])
        #expect(delivery.isIdle)
    }

    @Test("a state that the connection still sends again is not in the picture too")
    func pictureWithoutFlights() {
        var delivery = delivery()
        delivery.connected(picture: [])
        delivery.add(delivery.entries(for: Examples.transition(key: "a/frozen", sequence: 1)))
        #expect(drain(&delivery).count == 2)
        delivery.disconnected()
        let picture = [
            Examples.transition(key: "a/frozen", sequence: 1),
            Examples.transition(key: "b/frozen", sequence: 0),
        ]
        delivery.connected(picture: picture)
        #expect(drain(&delivery).map(\.message.topic) == ["assay/gw/alarms/state/b/frozen"])
    }

    @Test("what the connection did not take comes again, in its place, once")
    func refused() throws {
        var delivery = delivery()
        delivery.add(delivery.entries(for: Examples.transition(key: "a/frozen", sequence: 1)))
        delivery.connected(picture: [Examples.transition(key: "b/frozen", sequence: 0)])
        var sent: [String] = []
        while let publication = delivery.next() {
            delivery.refused(publication)
            let next = delivery.next()
            let again = try #require(next)
            #expect(again.message == publication.message)
            delivery.sent(again, as: again.ticket)
            sent.append(again.message.topic)
            delivery.confirmed(again.ticket)
        }
        #expect(
            sent == [
                "assay/gw/alarms/state/a/frozen", "assay/gw/alarms/event/medium/a/frozen",
                "assay/gw/alarms/state/b/frozen",
            ]
        )
        #expect(delivery.takeFinished() == [2, 3])
        #expect(delivery.isIdle)
    }

    @Test("publications without confirmation are bounded, and each confirmation lets one follow")
    func boundsFlights() {
        var delivery = delivery()
        delivery.connected(picture: [])
        for number in 1...Limits.publishesWaiting {
            let transition = Examples.transition(key: "k\(number)/frozen", sequence: Int64(number))
            delivery.add(delivery.entries(for: transition))
        }
        let first = drain(&delivery)
        #expect(first.count == Limits.publishesWaiting)
        delivery.confirmed(first[0].ticket)
        #expect(drain(&delivery).count == 1)
    }

    @Test("every connect publishes the retained picture, without what was just sent")
    func republishes() {
        var delivery = delivery()
        let picture = [
            Examples.transition(key: "a/frozen", sequence: 1),
            Examples.transition(key: "b/frozen", sequence: 2),
            Examples.transition(key: "c/frozen", sequence: 3, priority: .journal),
        ]
        delivery.add(delivery.entries(for: Examples.transition(key: "b/frozen", sequence: 4)))
        for _ in 1...2 {
            delivery.connected(picture: picture)
            let published = drain(&delivery)
            let states = published.map(\.message).filter(\.isRetained)
            #expect(Set(states.map(\.topic)).count == states.count)
            #expect(states.allSatisfy { !$0.topic.hasSuffix("c/frozen") })
            #expect(states.count == 2)
            for publication in published { delivery.confirmed(publication.ticket) }
        }
        #expect(delivery.takeFinished() == [8, 9])
    }

    @Test("what does not fit stays in the outbox and is read back in order, nothing twice or lost")
    func refills() {
        var delivery = delivery()
        var outbox: [OutboxEntry] = []
        for number in 1...Int64(3_000) {
            let key = "k\(number)/frozen"
            let entries = delivery.entries(for: Examples.transition(key: key, sequence: number))
            outbox += entries
            delivery.noteStored(from: number)
        }
        delivery.connected(picture: [])
        var sent: [Int64] = []
        var rounds = 0
        while !delivery.isIdle, rounds < 10_000 {
            rounds += 1
            for publication in drain(&delivery) { delivery.confirmed(publication.ticket) }
            let done = Set(delivery.takeFinished())
            sent += done.sorted()
            outbox.removeAll { done.contains($0.id) }
            if let first = delivery.refillFrom {
                let rows = outbox.filter { $0.id >= first }
                let batch = Array(rows.prefix(delivery.room))
                delivery.refill(batch, isComplete: batch.count == rows.count)
            }
        }
        #expect(outbox.isEmpty)
        #expect(sent == Array(2...6_001))
    }

    @Test("an alarm that could not be stored is sent anyway")
    func sendsUnstored() {
        var delivery = AlarmDelivery(
            topics: AlarmTopics(root: "r"),
            gateway: "gw",
            epoch: "E",
            settings: DeliverySettings(kind: .mqtt),
        )
        delivery.connected(picture: [])
        delivery.addUnstored(delivery.entries(for: Examples.transition(), isDurable: false))
        let payload = drain(&delivery)[0].message.payload
        #expect(String(decoding: payload, as: UTF8.self).hasSuffix("\"durable\":false}"))
        #expect(delivery.lostCount == 0)
    }

    private func says(_ publication: AlarmDelivery.Publication, durable: Bool) -> Bool {
        String(decoding: publication.message.payload, as: UTF8.self)
            .contains("\"durable\":\(durable)")
    }

    /// The broker confirms the announcement between the commit and the reading of the outbox.
    @Test("that an announcement is confirmed does not finish the stored messages of the same ids")
    func announcementFinishesNothing() {
        var delivery = delivery()
        delivery.connected(picture: [])
        let transition = Examples.transition(sequence: 4)
        delivery.addUnstored(delivery.entries(for: transition, isDurable: false))
        let announced = drain(&delivery)
        #expect(announced.map { says($0, durable: false) } == [true, true])
        delivery.noteStored(from: 4)
        for publication in announced { delivery.confirmed(publication.ticket) }
        #expect(delivery.takeFinished() == [], "the rows must stay until they are sent")
        delivery.refill(delivery.entries(for: transition), isComplete: true)
        let stored = drain(&delivery)
        #expect(stored.map(\.message.topic) == announced.map(\.message.topic))
        #expect(stored.map { says($0, durable: true) } == [true, true])
        for publication in stored { delivery.confirmed(publication.ticket) }
        #expect(delivery.takeFinished() == [8, 9])
    }

    @Test("the last that is published of an alarm is durable, whatever waits when it is stored")
    func durableLast() {
        var delivery = delivery()
        let transitions = (4...6).map { Examples.transition(sequence: $0) }
        for transition in transitions {
            delivery.addUnstored(delivery.entries(for: transition, isDurable: false))
        }
        delivery.noteStored(from: 4)
        delivery.refill(transitions.flatMap { delivery.entries(for: $0) }, isComplete: true)
        // Told once more, it does not come before what is stored.
        delivery.addUnstored(
            Array(delivery.entries(for: transitions[2], isDurable: false).prefix(1))
        )
        #expect(delivery.takeFinished() == [8, 10], "states that a later one replaces")
        delivery.connected(picture: [])
        let published = drain(&delivery)
        let states = published.filter { $0.message.isRetained }
        #expect(states.map { says($0, durable: true) } == [true])
        let events = published.filter { !$0.message.isRetained }
        #expect(events.map { says($0, durable: true) } == [false, false, false, true, true, true])
        for publication in published { delivery.confirmed(publication.ticket) }
        #expect(delivery.takeFinished().sorted() == [9, 11, 12, 13])
    }
}

extension AlarmDelivery {
    /// Entries that were stored and are read back at once.
    fileprivate mutating func add(_ entries: [OutboxEntry]) {
        guard let first = entries.first else { return }
        noteStored(from: first.id / 2)
        refill(entries, isComplete: true)
    }
}
