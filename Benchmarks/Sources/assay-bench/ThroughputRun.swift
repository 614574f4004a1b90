import Foundation

/// One subject under one load: what a message cost it.
struct ThroughputRun {
    /// User and system time per message, in microseconds, from when the load began until the
    /// subject had nothing left to do.
    var microsecondsPerMessage: Double
    /// Messages a second that the generator reached.
    var pace: Double
    /// Resident memory at the end of the load, a second later at most, in bytes.
    var resident: Int
    /// Of the load and its warm-up: what never arrived; nil where it is not known.
    var lost: Int?
    /// Bytes of the database and its log, 0 for the bare subscriber.
    var databaseBytes: Int

    static func measure(_ subject: Subject, _ load: Load, workshop: Workshop) throws -> Self {
        let folder = try workshop.runFolder("\(subject.rawValue)-\(load.topics)-\(load.rate)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let broker = try Broker(folder: folder)
        let process = try subject.start(broker: broker, folder: folder, workshop: workshop)

        let warmUp = Load.warmUp(topics: load.topics)
        try warmUp.run(broker: broker, folder: folder, workshop: workshop)
        try waitUntilIdle(process)

        let before = try process.processorTime()
        let pace = try load.run(broker: broker, folder: folder, workshop: workshop)
        // What is left when the load is over, before the feeds have been quiet for two seconds:
        // 10,000 silent sensors are 10,000 alarms, and another load.
        try waitUntilIdle(process, atMost: 1)
        let resident = process.residentMemory()
        try waitUntilIdle(process)
        let used = try process.processorTime() - before

        let usage = try subject.stop(process)
        let received = subject.received(process, folder: folder, workshop: workshop)
        let run = ThroughputRun(
            microsecondsPerMessage: 1e6 * used / Double(load.count),
            pace: pace,
            resident: resident,
            lost: received.map { warmUp.count + load.count - $0 },
            databaseBytes: DaemonConfiguration.databaseBytes(folder: folder),
        )
        try broker.stop()
        guard usage.exitCode == 0 else {
            throw BenchmarkError(
                "`\(subject.rawValue)` ended with code \(usage.exitCode):\n\(process.errors)"
            )
        }
        return run
    }

    /// Waits until the process uses less than a twentieth of a core: what the broker still held
    /// back for it has arrived.
    ///
    /// - Parameter limit: in seconds; without one a minute is an error.
    private static func waitUntilIdle(
        _ process: ChildProcess,
        atMost limit: Double? = nil,
    ) throws {
        let deadline = Stopwatch()
        var before = try process.processorTime()
        while deadline.seconds < limit ?? 60 {
            pause(milliseconds: 250)
            let now = try process.processorTime()
            if now - before < 0.25 / 20 { return }
            before = now
        }
        guard limit == nil else { return }
        throw BenchmarkError("`\(process.name)` is still busy 60 s after the load ended")
    }
}
