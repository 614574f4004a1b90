import Monitoring
import Settings

/// The feeds of one setting under measurement.
struct MeasuredMonitor {
    private(set) var findings = 0
    private var monitor: FeedMonitor
    private var report = MonitorReport()

    init(_ configuration: Configuration) {
        monitor = FeedMonitor(
            settings: configuration.monitorSettings(),
            start: HealthySignal.start,
        )
    }

    /// - Returns: seconds of processor time per sample.
    mutating func measure(_ chunk: HealthySignal.Chunk) -> Double {
        for topic in chunk.newTopics { monitor.register(topic) }
        // The first batch brings the feeds back into the cache: another setting had it before.
        guard let first = chunk.batches.first else { return 0 }
        take(first)
        var samples = 0
        let began = CheckMeasurement.processorSeconds()
        for batch in chunk.batches.dropFirst() {
            take(batch)
            samples += batch.samples.count
        }
        return (CheckMeasurement.processorSeconds() - began) / Double(samples)
    }

    private mutating func take(_ batch: DecodedBatch) {
        while monitor.ingest(batch, into: &report) != .finished {}
        findings += report.findings.count
        report.removeAll()
    }
}
