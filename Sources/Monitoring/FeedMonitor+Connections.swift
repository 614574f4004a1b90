// Brokers that come and go, and a daemon that stood still: times in which nobody is silent.

extension FeedMonitor {
    /// The daemon stood still: before any tick of the time in between, quiet starts anew.
    mutating func resume(at time: ReceiveTime, into report: inout MonitorReport) {
        let stood = Nanoseconds(from: now.nanoseconds, to: time.nanoseconds)
        if stood > Limits.standstill { leap(to: time, into: &report) }
        for broker in connections.indices {
            connections[broker].upSince = max(connections[broker].upSince, time)
        }
        for place in registry.feeds.indices where registry.isInUse[place] {
            registry.feeds[place].noteOutage()
            schedule(place)
        }
    }

    /// The clock was set years ahead, as on a gateway without a battery: no row is written for a
    /// time that never was.
    private mutating func leap(to time: ReceiveTime, into report: inout MonitorReport) {
        for place in registry.feeds.indices where registry.isInUse[place] {
            registry.feeds[place].leap(to: time, into: &output)
        }
        step = DeadlineWheel.step(for: time)
        now = time
        closeCounts(into: &report)
    }

    mutating func connect(_ broker: UInt8, into report: inout MonitorReport) {
        connections[Int(broker)] = ConnectionState(isUp: true, upSince: now)
        let name = settings.brokerNames[Int(broker)]
        note("broker/\(name)", isAbnormal: false, "broker \(name) is connected", into: &report)
        for place in registry.feeds.indices
        where registry.isInUse[place] && registry.feeds[place].broker == broker {
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
