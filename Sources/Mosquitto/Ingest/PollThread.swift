internal import Glibc
internal import Logging
internal import Monitoring

/// The body of the poll loop: everything here runs on its one thread.
///
/// One cycle:
/// ```
/// poll → sleep the rest of the cycle → read → hand the batch over, run the engine
///      → write acknowledgements if all is committed → once a second: keep-alive
/// ```
/// The cycle is counted from the last wake, so that a lone message is read at once, and at high
/// rates one wake serves many messages. While messages flow slowly, some hundred to some thousand a
/// second, a wake for each would cost more than its work: the cycle is then eight times as long, and
/// the thread sleeps it out before it polls. A lone message never waits for that.
final class PollThread {
    private enum Phase: Equatable {
        case running
        /// Nothing is read any more; the engine takes what was read and commits.
        case draining(StopPlan)
        /// Acknowledgements and DISCONNECTs are being written.
        case closing(deadline: MonotonicTime)
        case ended
    }

    /// Ticks lie on this grid of the wall clock.
    private static let tick = Nanoseconds.milliseconds(100)
    /// From so many messages a millisecond on the cycle is short; below, it is `slowFactor` times
    /// as long.
    private static let busyPerMillisecond = 4.0
    /// 4 ms at the default cycle: at 1,000 msg/s one wake for four messages.
    private static let slowFactor: Int64 = 8
    /// Time over which the rate is averaged: a broker that pauses for a millisecond is not slow.
    private static let rateMemory = Nanoseconds.milliseconds(20)
    /// Rounds of jobs between two polls.
    private static let rounds = 16

    private let shared: PollLoopShared
    private let clock: GatewayClock
    private var watch: ClockWatch
    private let cycle: Nanoseconds
    private let logger: Logger
    private let slot = BatchSlot()
    private let links: [ClientLink]

    private var phase = Phase.running
    private var descriptors: [pollfd]
    private var spareJobs: [UnownedJob] = []
    private var lastWake: MonotonicTime
    /// Read in the cycle before: says whether messages flow.
    private var messagesLastCycle = 0
    /// Messages a millisecond, averaged: says how fast they flow.
    private var rate = 0.0
    /// Whether the last wait lasted a whole cycle by itself.
    private var isQuiet = false
    private var lastMaintenance: MonotonicTime
    /// The point of the tick's grid that this cycle is at or behind.
    private var tick: Int64 = .min
    /// The tick that was delivered last, by its number on the grid.
    private var lastTick: Int64 = .min
    private var lastStatusTick: Int64 = .min
    private var commitsSeen: UInt64 = 0
    /// The number of the last batch delivered with messages that must be acknowledged.
    private var lastBatchToCommit: UInt64 = 0
    /// The inbox was told its end: nothing more may be delivered.
    private var isInboxFinished = false
    /// Since when the engine has taken nothing and therefore nothing is read.
    private var blockedSince: MonotonicTime?
    /// Which link reads first: each in turn, so that a busy broker cannot fill every batch.
    private var firstLink = 0

    init(
        sources: [IngestSource],
        shared: PollLoopShared,
        clock: GatewayClock,
        since reading: ClockReading,
        random: @escaping @Sendable () -> UInt64,
        cycle: Nanoseconds,
        logger: Logger,
    ) {
        self.shared = shared
        self.clock = clock
        watch = ClockWatch(reading)
        self.cycle = cycle
        self.logger = logger
        let slot = slot
        links = sources.enumerated().map { index, source in
            let identity = ClientIdentity(
                clientID: source.broker.clientID,
                isClean: false,
                sessionExpiry: source.broker.sessionExpiry,
                will: nil,
            )
            return ClientLink(
                index: index,
                settings: source.broker,
                identity: identity,
                plan: source.plan,
                slot: slot,
                mailbox: shared.connectors,
                random: random,
            )
        }
        descriptors = Array(repeating: pollfd(), count: sources.count + 1)
        lastWake = clock.monotonic()
        lastMaintenance = lastWake
    }

    func run() {
        shared.wake.adopt()
        shared.inbox.promiseTicks()
        for link in links { link.start(at: lastWake) }
        while phase != .ended {
            wait()
            runCycle()
        }
        executorEnds()
    }

    private func executorEnds() {
        shared.statuses = links.map(ConnectionStatus.init)
        finishInbox()
        shared.executor.drain(rounds: Self.rounds, spare: &spareJobs)
        reportUntaken()
        shared.connectors.close()
        shared.wake.abandon()
        shared.executor.close()
        shared.completion.complete()
    }

    /// What the engine has not taken by now it never will.
    private func reportUntaken() {
        var untaken = shared.inbox.abandon()
        untaken.add(slot.batch)
        guard !untaken.isNone else { return }
        logger.log(
            level: untaken.lost > 0 ? .error : .warning,
            "stopped before all messages were taken; those of QoS 1 come again, others are lost",
            metadata: ["qos1": "\(untaken.comingAgain)", "qos0": "\(untaken.lost)"],
        )
    }

    // MARK: Waiting

    private var mayRead: Bool { phase == .running && shared.inbox.hasRoom }

    private func wait() {
        let mayRead = mayRead
        if mayRead { blockedSince = nil } else { blockedSince = blockedSince ?? lastWake }
        descriptors[0] = pollfd(fd: shared.wake.descriptor, events: Int16(POLLIN), revents: 0)
        for (index, link) in links.enumerated() {
            let events = (mayRead ? POLLIN : 0) | (link.wantsWrite ? POLLOUT : 0)
            // A descriptor that nothing is asked of would still wake us when it hangs up.
            let descriptor = events == 0 ? -1 : link.descriptor
            descriptors[index + 1] = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        }
        let cycle = isBusy ? cycle : Nanoseconds(Self.slowFactor * cycle.count)
        let isFlowing = messagesLastCycle > 1 && mayRead && !shared.wake.isSignalled
        if isFlowing { sleepUntilEnd(of: cycle) }
        // Safety: the pointer lives for the call. On an error `revents` stay 0.
        let count = unsafe poll(
            &descriptors,
            nfds_t(descriptors.count),
            isFlowing ? 0 : timeout(mayRead: mayRead),
        )
        isQuiet = !isFlowing && clock.monotonic().since(lastWake) >= cycle
        if count > 0 { sleepUntilEnd(of: cycle) }
        let now = clock.monotonic()
        noteRate(over: now.since(lastWake))
        lastWake = now
    }

    private var isBusy: Bool { rate >= Self.busyPerMillisecond }

    /// Moves the average towards what the last cycle read, the further the longer it was.
    private func noteRate(over length: Nanoseconds) {
        let milliseconds = Double(max(length.count, 1)) / 1e6
        let weight = min(1, Double(length.count) / Double(Self.rateMemory.count))
        rate += weight * (Double(messagesLastCycle) / milliseconds - rate)
    }

    /// Sleeps what is left of a cycle that began with the last wake.
    private func sleepUntilEnd(of cycle: Nanoseconds) {
        let spent = clock.monotonic().since(lastWake)
        if spent < cycle { sleep(Nanoseconds(cycle.count - spent.count)) }
    }

    private func sleep(_ length: Nanoseconds) {
        var time = timespec(tv_sec: 0, tv_nsec: Int(length.count))
        // Safety: the pointer lives for the call. A signal only shortens the cycle.
        unsafe nanosleep(&time, nil)
    }

    /// Milliseconds until the next tick or deadline, rounded up.
    private func timeout(mayRead: Bool) -> Int32 {
        if shared.wake.isSignalled { return 0 }
        let intoTick = clock.wall().nanoseconds % Self.tick.count
        var wait = Self.tick.count - max(0, intoTick)
        for link in links {
            if mayRead, link.mustReadAgain { return 0 }
            let deadline = link.machine.deadline
            if deadline != .never {
                wait = min(wait, max(0, deadline.since(clock.monotonic()).count))
            }
        }
        return Int32((wait + 999_999) / 1_000_000)
    }

    // MARK: One cycle

    private func runCycle() {
        let now = lastWake
        readClock(at: now)
        let before = slot.batch.records.count
        if mayRead { readAll(at: now) }
        messagesLastCycle = slot.batch.records.count - before
        for link in links { link.tick(at: now) }
        maintain(at: now)
        takeEffects()
        deliver()
        shared.executor.drain(rounds: Self.rounds, spare: &spareJobs)
        if shared.wake.takeSignal(isReadable: descriptors[0].revents != 0) { attend(at: now) }
        for link in links { link.flushIfAllowed(at: now) }
        takeEffects()
        updateStatuses()
        proceed(at: now)
    }

    /// The receive time of this cycle. That the clock was set goes into the batch, before what is
    /// stamped by it.
    private func readClock(at now: MonotonicTime) {
        let reading = ClockReading(wall: clock.wall(), monotonic: now)
        let step = watch.take(reading) { clock.read() }
        if let step { slot.batch.append(step) }
        slot.receivedAt = watch.now
        // By the clock itself: it may stand still for the engine, but ticks are promised.
        tick = reading.wall.nanoseconds / Self.tick.count
    }

    /// What others asked for, the engine among them.
    private func attend(at now: MonotonicTime) {
        for outcome in shared.connectors.takeAll() { links[outcome.link].finish(outcome, at: now) }
        if phase == .running, let plan = shared.stopPlan { phase = .draining(plan) }
        for broker in shared.takeQuestions() where phase == .running { links[broker].ask() }
        for (broker, plan) in shared.takePlans() where phase == .running {
            links[broker].subscribe(to: plan, at: now)
        }
        releaseAcknowledgements(at: now)
    }

    private func readAll(at now: MonotonicTime) {
        firstLink = firstLink + 1 < links.count ? firstLink + 1 : 0
        for offset in links.indices {
            let index = (firstLink + offset) % links.count
            if descriptors[index + 1].revents != 0 || links[index].mustReadAgain {
                links[index].read(at: now, isQuiet: isQuiet)
            }
        }
    }

    /// Hands over what was read; at a point of the tick's grid also an empty batch.
    private func deliver() {
        let isTick = tick != lastTick
        guard !isInboxFinished, isTick || !slot.batch.isEmpty else { return }
        if slot.receivedAt > slot.batch.closedAt { slot.batch.closedAt = slot.receivedAt }
        guard shared.inbox.exchange(&slot.batch) else { return }
        lastTick = tick
        if slot.awaitsCommit {
            slot.awaitsCommit = false
            lastBatchToCommit = shared.inbox.counts.delivered
        }
    }

    /// Also while the engine takes nothing: that is when somebody looks.
    private func updateStatuses() {
        guard tick != lastStatusTick else { return }
        lastStatusTick = tick
        shared.statuses = links.map(ConnectionStatus.init)
    }

    /// Nothing has been read since the commit began, because the engine runs on this thread; where
    /// it does not, the count of batches tells. A batch without messages of QoS 1 waits for no
    /// commit, or the ticks would hold back the acknowledgements of an engine that commits seldom.
    private func releaseAcknowledgements(at now: MonotonicTime) {
        let commits = shared.commitCount
        guard commits != commitsSeen else { return }
        commitsSeen = commits
        let isAll = shared.committedBatchCount >= lastBatchToCommit && !slot.awaitsCommit
        for link in links {
            if isAll { link.markCommitted(at: now) }
            link.storeRecovered(at: now)
        }
    }

    private func maintain(at now: MonotonicTime) {
        guard now.since(lastMaintenance) >= .seconds(1) else { return }
        lastMaintenance = now
        let blocked = phase == .running ? blockedSince : nil
        for link in links { link.maintain(at: now, blockedSince: blocked) }
    }

    private func takeEffects() {
        for link in links {
            for effect in link.takeEffects() {
                switch effect {
                // The link has put it into the batch, before its first message.
                case .up: break
                case .down: record(.connectionDown, of: link)
                case .closed: record(.connectionClosed, of: link)
                case .report(let kind): report(kind, of: link)
                case .published:
                    preconditionFailure("the ingest connection published something")
                }
            }
        }
    }

    private func record(_ kind: MessageBatch.Kind, of link: ClientLink) {
        slot.batch.append(kind, at: slot.receivedAt, broker: UInt8(link.index))
    }

    private func report(_ kind: ConnectionEvent.Kind, of link: ClientLink) {
        let event = ConnectionEvent(broker: link.index, at: slot.receivedAt, kind: kind)
        shared.append(event)
        shared.statuses = links.map(ConnectionStatus.init)
        kind.log(to: logger, broker: link.settings)
    }

    // MARK: Stopping

    private func finishInbox() {
        isInboxFinished = true
        shared.inbox.finish()
    }

    private func proceed(at now: MonotonicTime) {
        switch phase {
        case .running, .ended: break
        case .draining(let plan):
            // What was read before the stop goes first.
            if slot.batch.isEmpty || now >= plan.drained { finishInbox() }
            let isAcknowledged = links.allSatisfy { $0.unacknowledged == 0 }
            guard (shared.inbox.isEnded && isAcknowledged) || now >= plan.drained else { return }
            phase = .closing(deadline: plan.closed)
            let patience = plan.patience(at: now, connections: links.count)
            for link in links { link.stop(at: now, patience: patience) }
            proceed(at: now)
        case .closing(let deadline):
            if now >= deadline { for link in links { link.abandon(at: now) } }
            if links.allSatisfy(\.isStopped) { phase = .ended }
        }
    }
}
