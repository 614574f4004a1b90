// Brokers that come and go, and a daemon that stood still: times in which nobody is silent.

extension FeedMonitor {
    /// The daemon stood still: before any tick of the time in between it is taken out of all
    /// silences, and what waited meanwhile may still come.
    mutating func resume(at time: ReceiveTime, into report: inout MonitorReport) {
        let last = now
        let stood = Nanoseconds(from: last.nanoseconds, to: time.nanoseconds)
        if stood > Limits.standstill { leap(to: time, into: &report) }
        for broker in connections.indices {
            connections[broker].notePause(from: last, to: time)
            resume(UInt8(broker), from: last, to: time)
        }
    }

    /// A broker could have held its messages back: that is no silence of its feeds.
    mutating func resume(_ broker: UInt8, at time: ReceiveTime) {
        let begin = connections[Int(broker)].noteHeldBack(from: now, to: time)
        resume(broker, from: begin, to: time)
    }

    private mutating func resume(
        _ broker: UInt8,
        from last: ReceiveTime,
        to time: ReceiveTime,
    ) {
        // While the connection is down, its return says how long nothing could come.
        let isUp = connections[Int(broker)].isUp
        for place in registry.feeds.indices
        where registry.isInUse[place] && registry.feeds[place].broker == broker {
            registry.feeds[place].noteOutage()
            if isUp { registry.feeds[place].noteAbsence(from: last, to: time) }
            schedule(place)
        }
    }

    /// The daemon stood still for long: no row is written for a time in which nobody watched.
    private mutating func leap(to time: ReceiveTime, into report: inout MonitorReport) {
        for place in registry.feeds.indices where registry.isInUse[place] {
            registry.feeds[place].leap(to: time, into: &output)
        }
        step = DeadlineWheel.step(for: time)
        now = time
        closeCounts(into: &report)
    }

    mutating func connect(_ broker: UInt8, into report: inout MonitorReport) {
        let before = connections[Int(broker)]
        connections[Int(broker)] = ConnectionState(isUp: true, upSince: now, downSince: now)
        let name = settings.brokerNames[Int(broker)]
        note("broker/\(name)", isAbnormal: false, "broker \(name) is connected", into: &report)
        for place in registry.feeds.indices
        where registry.isInUse[place] && registry.feeds[place].broker == broker {
            if !before.isUp { registry.feeds[place].noteAbsence(from: before.downSince, to: now) }
            registry.feeds[place].expect(from: now)
            schedule(place)
        }
    }

    mutating func disconnect(_ broker: UInt8, into report: inout MonitorReport) {
        suspend(broker)
        let name = settings.brokerNames[Int(broker)]
        let detail = "the connection to broker \(name) is down"
        note("broker/\(name)", isAbnormal: true, detail, into: &report)
    }

    /// Until the broker's connection is up again, nothing is missing that could have come.
    mutating func suspend(_ broker: UInt8) {
        if connections[Int(broker)].isUp { connections[Int(broker)].downSince = now }
        connections[Int(broker)].isUp = false
        for place in registry.feeds.indices
        where registry.isInUse[place] && registry.feeds[place].broker == broker {
            registry.feeds[place].disconnect(at: now, into: &output)
        }
    }

    func note(
        _ name: String,
        isAbnormal: Bool,
        _ detail: String,
        into report: inout MonitorReport,
    ) {
        report.conditions.append(
            MonitorReport.SystemCondition(
                name: name,
                isAbnormal: isAbnormal,
                at: now,
                detail: detail,
            )
        )
    }
}
