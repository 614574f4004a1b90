import Daemon
import Foundation
import Logging
import Mosquitto
import Settings
import TestSupport

/// What one test runs on: a folder with a database, a real broker, and the configuration that
/// brings the two together.
final class Site: Sendable {
    static let gateway = "test"
    /// Feeds of the default configuration: everything below `plant`, nothing declared.
    static let everything = "feeds: [{topic: plant/#}]"

    let folder: TemporaryFolder
    let broker: MosquittoBroker

    /// The broker is prepared and not yet started.
    init(_ options: MosquittoBroker.Options = MosquittoBroker.Options()) throws {
        folder = try TemporaryFolder()
        broker = try MosquittoBroker(options)
    }

    var database: Database { Database(path: databasePath) }
    var databasePath: String { folder.file("assay.db") }

    /// Writes the configuration file and returns its path.
    /// - Parameters:
    ///   - feeds: the rest of the file, from `feeds:` on.
    ///   - connection: further lines of the mapping `broker:`.
    ///   - port: where the broker is reached, if not directly.
    ///   - store: the database, if not in the site's folder.
    func write(
        _ feeds: String = everything,
        connection: [String] = [],
        port: UInt16? = nil,
        store: String? = nil,
    ) throws -> String {
        let scheme = broker.certificates == nil ? "mqtt" : "mqtts"
        let lines = [
            "url: \(scheme)://localhost:\(port ?? broker.port)", "clientID: assay-test",
        ]
        return try folder.write(
            """
            gateway: \(Self.gateway)
            broker:
            \((lines + connection).map { "  \($0)" }.joined(separator: "\n"))
            store: {path: \(store ?? databasePath)}
            \(feeds)

            """,
            to: "assay.yaml",
        )
    }

    func configuration(
        _ feeds: String = everything,
        connection: [String] = [],
        port: UInt16? = nil,
    ) throws -> Configuration {
        let path = try write(feeds, connection: connection, port: port)
        return try Configuration.load(path: path, environment: [:])
    }

    /// A daemon under way in this process.
    func run(
        _ feeds: String = everything,
        connection: [String] = [],
        port: UInt16? = nil,
        recording: String? = nil,
        clock: GatewayClock = .system,
        supervisor: SystemdNotifier? = nil,
        log: LogLines = LogLines(),
    ) throws -> RunningDaemon {
        try RunningDaemon(
            try configuration(feeds, connection: connection, port: port),
            recording: recording,
            clock: clock,
            supervisor: supervisor,
            log: log,
        )
    }

    static let marker = "plant/marker"

    /// Waits until the daemon has read, and committed, all that was published before: garbage on a
    /// topic of its own, behind everything else in the broker's queue, is in the quarantine at once.
    /// A daemon that is stopped before leaves the rest with the broker, for its next run.
    /// - Parameter count: how often this was called on the database, with this call.
    func isCaughtUp(_ device: Publisher, count: Int64 = 1) async throws -> Bool {
        guard await device.drained() else { return false }
        try await device.send(Self.marker, "?")
        return await eventually(within: .seconds(20)) {
            database.count(
                """
                SELECT count(*) FROM quarantine AS q JOIN feed AS f ON f.id = q.feed
                WHERE f.topic = '\(Self.marker)'
                """
            ) >= count
        }
    }
}
