/// Which target may use what: the arrows of docs/ARCHITECTURE.md as data.
///
/// A new arrow is a decision: it is drawn there, entered here and in Package.swift, and has a record
/// in docs/decisions.
enum TargetTable {
    struct Entry: Sendable {
        /// Targets of ours, exactly as Package.swift declares them.
        var uses: Set<String> = []
        /// Products of packages, exactly as Package.swift declares them.
        var packages: Set<String> = []
        /// Modules of the system and toolchain that it may import.
        var system: Set<String> = []
    }

    static let sources: [String: Entry] = [
        "CMosquitto": Entry(),
        "CMachine": Entry(),

        // Glibc for mathematics and `strtod` only: the banned words keep the rest of it out.
        "Monitoring": Entry(uses: ["CMachine"], system: ["Glibc"]),
        "Decoding": Entry(uses: ["Monitoring"], system: ["Glibc"]),
        "Alarms": Entry(uses: ["Monitoring"]),

        "Mosquitto": Entry(
            uses: ["CMosquitto", "Monitoring"],
            packages: ["Logging"],
            system: ["Glibc", "Synchronization"],
        ),
        "History": Entry(
            uses: ["Alarms", "Monitoring"],
            packages: ["GRDB", "GRDBSQLite"],
            system: ["Foundation", "Glibc"],
        ),
        "Delivery": Entry(
            uses: ["Alarms", "Monitoring", "Mosquitto"],
            packages: ["Logging"],
            system: ["Foundation"],
        ),
        "Settings": Entry(
            uses: ["Alarms", "Decoding", "Delivery", "History", "Monitoring", "Mosquitto"],
            packages: ["Yams"],
            system: ["Foundation"],
        ),
        "Simulation": Entry(uses: ["Monitoring"], system: ["Glibc"]),
        // For what starts a broker: the demo, and tests.
        "LocalBrokers": Entry(system: ["Foundation", "Glibc"]),
        "Daemon": Entry(
            uses: [
                "Alarms", "CMachine", "Decoding", "Delivery", "History", "Monitoring", "Mosquitto",
                "Settings",
            ],
            packages: ["Logging"],
            system: ["Dispatch", "Foundation", "Glibc", "Synchronization"],
        ),
        // CMosquitto for the demo's plant, which publishes as somebody else's device would.
        "assay": Entry(
            uses: [
                "Alarms", "CMosquitto", "Daemon", "Decoding", "Delivery", "History", "LocalBrokers",
                "Monitoring", "Mosquitto", "Settings", "Simulation",
            ],
            packages: ["ArgumentParser", "Logging"],
            system: ["Dispatch", "Foundation", "Glibc", "Synchronization"],
        ),
    ]

    /// What serves tests and is none of the test runner's.
    static let testPrograms: Set<String> = ["TestSupport", "AllocationProbe"]

    /// Only these may use the daemon whole.
    static let usersOfDaemon: Set<String> = ["assay", "AllocationProbe", "DaemonTests"]

    /// What each outside library stays behind.
    static let keepers: [String: Set<String>] = [
        "CMosquitto": ["Mosquitto", "MosquittoTests", "assay"],
        "CMachine": ["Monitoring", "Daemon"],
        "GRDB": ["History", "HistoryTests", "DaemonTests"],
        "GRDBSQLite": ["History", "HistoryTests"],
        "SQLite3": [],
        "Yams": ["Settings", "SettingsTests"],
        "ArgumentParser": ["assay"],
        "XCTest": [],
    ]

    /// What any test may import besides what its target declares.
    static let testSystem: Set<String> = ["Testing", "Foundation", "Glibc", "Synchronization"]
}
