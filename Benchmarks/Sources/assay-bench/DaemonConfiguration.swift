import Foundation

/// The daemon as it is measured: default checks on, a range of its own, SQLite on disk.
enum DaemonConfiguration {
    static let gateway = "bench"
    static let root = "assay/\(gateway)"

    static func text(port: Int, folder: URL) -> String {
        """
        gateway: \(gateway)
        broker:
          url: mqtt://127.0.0.1:\(port)
          clientID: assay-bench
        store:
          path: \(databasePath(folder))
        feeds:
          - topic: bench/{sensor}
            payload: { format: json, value: $.value, time: $.ts, timeUnit: ms, unit: $.unit }
            checks:
              range: { fail: [-1000, 1000], suspect: [-500, 500] }
          - topic: probe/{sensor}
            checks:
              range: { fail: [0, 100] }
            alarm: { onDelay: 0s }
        deliveries:
          - mqtt: {}

        """
    }

    /// The sum of all samples of all stored minutes of the load's feeds, read when the daemon has
    /// ended; nil if the database cannot be asked.
    static func samplesStored(folder: URL, workshop: Workshop) -> Int? {
        let query = """
            SELECT sum(good + suspect + fail + unknown + missing + duplicate + too_late + future)
            FROM rollup_minute;
            """
        let answer = try? workshop.run("sqlite3", ["-readonly", databasePath(folder), query])
        return answer.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    static func databaseBytes(folder: URL) -> Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: databasePath(folder) + suffix
            )
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }

    private static func databasePath(_ folder: URL) -> String {
        folder.appending(path: "assay.db").path
    }
}
