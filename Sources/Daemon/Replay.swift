import Alarms
import Foundation
import History
import Monitoring
import Mosquitto
public import Settings

/// Recorded data through the same pipeline as live, on the recording's own clock.
///
/// The findings of a recording are the same bytes every time, whatever the batch size, and the same
/// as those of the live run that was recorded.
public struct Replay {
    /// What came of it.
    public struct Summary: Sendable, Equatable {
        public var messages = 0
        public var feeds = 0
        public var findings = 0
        public var alarms = 0
        /// Rows that came before their predecessor and were taken at its time.
        public var disordered = 0
    }

    /// Why a replay could not be done: where, and what to do.
    public struct Problem: Error, CustomStringConvertible, Sendable {
        public var description: String
    }

    public var configuration: Configuration
    /// Rows per batch, at most `Limits.messagesPerBatch`; results do not depend on it.
    public var batchSize: Int
    /// Names occurrences; a live run draws it, a replay is given it.
    public var epoch: String

    public init(
        configuration: Configuration,
        batchSize: Int = .max,
        epoch: String = "replay",
    ) {
        self.configuration = configuration
        self.batchSize = batchSize
        self.epoch = epoch
    }

    /// Replays files one after the other as one recording.
    ///
    /// - Parameters:
    ///   - store: where rows and findings are also written; nil: nowhere.
    ///   - progress: called per batch with the bytes read of all files.
    ///   - alert: called with each alert (`AlertLog`) as a line of CSV, a header first.
    ///   - line: called with each finding's change and each alarm's transition, as a line of JSON.
    public func run(
        files: [String],
        store path: String? = nil,
        progress: (Int64) -> Void = { _ in },
        alert: (String) -> Void = { _ in },
        line: (String) -> Void,
    ) throws(Problem) -> Summary {
        do {
            return try replay(files, store: path, progress: progress, alert: alert, line: line)
        } catch {
            throw Problem(description: "\(error)")
        }
    }

    private func replay(
        _ files: [String],
        store path: String?,
        progress: (Int64) -> Void,
        alert: (String) -> Void,
        line: (String) -> Void,
    ) throws -> Summary {
        alert(AlertLog.header)
        var summary = Summary()
        var run: Run?
        var bytes: Int64 = 0
        var batch = MessageBatch()
        for file in files {
            var reader = try RecordingReader(
                path: file,
                brokers: configuration.brokers.map(\.name),
                batchSize: batchSize,
            )
            while try reader.read(into: &batch) {
                if run == nil { run = try start(at: batch.startsAt, store: path) }
                summary.messages += batch.records.count
                try run?.take(&batch, line: line)
                progress(bytes + reader.bytesRead)
            }
            bytes += reader.bytesRead
            summary.disordered += reader.disorderCount
        }
        guard var run else {
            throw Problem(
                description: """
                    the recording holds no messages: it was made while none came, or a daemon still \
                    writes it, 64 KiB at a time; end that one first
                    """
            )
        }
        summary.feeds = run.pipeline.feedCount
        try run.finish(alert: alert, line: line)
        summary.findings = run.findingCount
        summary.alarms = run.alarmCount
        return summary
    }

    private func start(at first: ReceiveTime, store path: String?) throws -> Run {
        var settings = configuration.store
        var store: HistoryStore?
        if let path {
            settings.path = path
            store = try HistoryStore(settings: settings, now: first, epoch: { epoch })
        }
        let pipeline = Pipeline(
            configuration: configuration,
            memory: Memory(epoch: epoch),
            start: first,
            hashSeed: 0,
        )
        return Run(pipeline: pipeline, store: store)
    }
}

/// A replay under way.
private struct Run {
    /// A line that waits for the instant after its own.
    private struct Waiting {
        var at: ReceiveTime
        var text: String
    }

    var pipeline: Pipeline
    let store: HistoryStore?
    var findingCount = 0
    var alarmCount = 0
    /// Of every feed that ever was: a forgotten one may be named after its end.
    private var keys: [FeedID: String] = [:]
    private var findings: [Waiting] = []
    private var transitions: [Waiting] = []
    private var alerts = AlertLog()

    init(pipeline: Pipeline, store: HistoryStore?) {
        self.pipeline = pipeline
        self.store = store
    }

    mutating func take(_ batch: inout MessageBatch, line: (String) -> Void) throws {
        var progress = pipeline.process(&batch)
        while progress != .finished {
            try commit()
            // Where the clock is set, nothing more comes in the time before.
            let isPaused = progress == .paused
            write(before: isPaused ? pipeline.commit.at : ReceiveTime(nanoseconds: .max), line)
            progress = pipeline.proceed(batch)
        }
        try commit()
        write(before: batch.closedAt, line)
    }

    mutating func finish(alert: (String) -> Void, line: (String) -> Void) throws {
        pipeline.finish()
        try commit()
        alerts.finish(write: alert)
        write(before: ReceiveTime(nanoseconds: .max), line)
        try store?.close()
    }

    private mutating func commit() throws {
        let report = pipeline.commit.report
        for feed in report.newFeeds { keys[feed.id] = feed.key }
        for feed in report.newFeeds + report.changedFeeds { alerts.take(feed) }
        for event in report.findings {
            if event.change == .began { findingCount += 1 }
            let text = ReplayLine.finding(event, feed: keys[event.finding.feed] ?? "")
            findings.append(Waiting(at: event.at, text: text))
        }
        for transition in pipeline.commit.transitions {
            if transition.reason == .raise { alarmCount += 1 }
            alerts.take(transition)
            let text = ReplayLine.transition(transition)
            transitions.append(Waiting(at: transition.at, text: text))
        }
        _ = try store?.commit(pipeline.commit, synchronous: .normal)
        pipeline.didCommit()
        pipeline.quarantineRoom = store?.quarantineRoom ?? 0
    }

    /// Writes the lines of all instants that are over, each instant's findings before its
    /// transitions: an instant may go on in the next batch, and the order of lines must not depend
    /// on where a batch ends.
    private mutating func write(before end: ReceiveTime, _ line: (String) -> Void) {
        var next = 0
        let finished = transitions.prefix { $0.at < end }
        for finding in findings.prefix(while: { $0.at < end }) {
            while next < finished.count, finished[next].at < finding.at {
                line(finished[next].text)
                next += 1
            }
            line(finding.text)
        }
        for transition in finished[next...] { line(transition.text) }
        findings.removeFirst(findings.prefix { $0.at < end }.count)
        transitions.removeFirst(finished.count)
    }
}
