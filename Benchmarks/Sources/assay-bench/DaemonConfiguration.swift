import Foundation

/// The daemon as it is measured, from `assay.yaml` beside this package.
enum DaemonConfiguration {
    /// As `gateway:` in the file says.
    static let root = "assay/bench"

    static func text(port: Int, folder: URL, workshop: Workshop) throws -> String {
        try String(contentsOf: workshop.file("assay.yaml"), encoding: .utf8)
            .replacing("PORT", with: "\(port)")
            .replacing("DATABASE", with: databasePath(folder))
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
