import Monitoring

/// Cause, consequence, action and time to respond of the program's own alarms.
enum SystemGuidance {
    /// For a name that this version does not know.
    static let unknown = Guidance(
        cause: "A part of Assay reports a fault of its own",
        consequence: "Its part of the monitoring may not work",
        action: "Read the message and the daemon's log",
        timeToRespond: .seconds(3_600),
    )

    static func broker(_ instance: String) -> Guidance {
        Guidance(
            cause: "Broker \(instance) is down, its network is cut, or it refuses the login",
            consequence: "No feed of this broker is watched until the connection is back",
            action: "Check that the broker runs, the network, and user, password and certificate",
            timeToRespond: .seconds(900),
        )
    }

    static func subscription(_ instance: String) -> Guidance {
        Guidance(
            cause: "Broker \(instance) does not allow a topic filter, or not at the QoS asked for",
            consequence: "Feeds below this filter are not watched, or may lose messages",
            action: "Correct the broker's access list for the user of this gateway",
            timeToRespond: .seconds(3_600),
        )
    }

    static let store = Guidance(
        cause: "Disk full, read-only or failing, or the database is damaged",
        consequence: "History and alarm states are not kept; alarms go on without them",
        action: "Free space on the disk of the database, check the disk, read the daemon's log",
        timeToRespond: .seconds(900),
    )

    static let storeReset = Guidance(
        cause: "The database was unreadable or missing, and a new one was begun",
        consequence: "History before now and the former alarm states are not at hand",
        action: "Keep the old file beside the database for rescue, check the disk, acknowledge",
        timeToRespond: .seconds(3_600),
    )

    static let clock = Guidance(
        cause: "The gateway's clock is not synchronised, or was set while the daemon ran",
        consequence: "Times of findings and alarms may be wrong, and so may delays of feeds",
        action: "Check the time service of the gateway and its time server",
        timeToRespond: .seconds(3_600),
    )

    static let shed = Guidance(
        cause: "More messages come than the gateway can check",
        consequence: "Dropped messages are counted, but neither checked nor kept",
        action: "Find the source of the load in the daemon's own metrics, narrow the topic filters",
        timeToRespond: .seconds(900),
    )

    static let cardinality = Guidance(
        cause: "A publisher makes ever new topics or fields, or the plant has grown",
        consequence: "Further topics and fields are not watched; those already known are",
        action: "Look at the prefix in the message, narrow the filter or raise the limit",
        timeToRespond: .seconds(3_600),
    )

    static let quarantine = Guidance(
        cause: "Many messages could not be decoded, and nobody has looked at them",
        consequence: "Further undecodable messages are counted, but no copy of them is kept",
        action: "Correct the publishers or the payload settings that the format alarms name",
        timeToRespond: .seconds(86_400),
    )

    static let timeZone = Guidance(
        cause: "Devices send local times that name no zone, and the configuration names none",
        consequence:
            "Their samples stand at the time of arrival; latency and order are not checked",
        action: "Set `timeZone` in the payload of the rule, or have the devices send UTC",
        timeToRespond: .seconds(86_400),
    )

    static let alarmFlood = Guidance(
        cause: "Many alarms at once, often from one root cause",
        consequence: "Single alarms are easily overlooked",
        action: "Work from the first alarm on, look for a common cause",
        timeToRespond: .seconds(600),
    )

    static let configuration = Guidance(
        cause: "The configuration was read again, and is wrong or needs a restart of the daemon",
        consequence: "The daemon goes on with the former one; a wrong file keeps it from starting",
        action: "Run `assay check`, correct the file, and reload; or restart where the log says so",
        timeToRespond: .seconds(3_600),
    )
}
