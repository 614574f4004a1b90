import Alarms
import Foundation
import History
import Monitoring
import Settings
import Simulation
import TestSupport

@testable import Daemon

/// The pipeline with the demo's configuration, fed with the simulated plant on a virtual clock: what
/// a run of the demo sees, without broker and waiting.
struct WatchedPipeline {
    private static let step = Nanoseconds.milliseconds(100)

    private let configuration: Configuration

    init() throws {
        let file = PackageFolder.url.appending(path: "deploy/demo.yaml")
        configuration = try Configuration.parse(
            String(contentsOf: file, encoding: .utf8),
            file: "demo.yaml",
            environment: ["ASSAY_DEMO_PORT": "1883", "ASSAY_DEMO_FOLDER": "/nowhere"],
            hostName: "test",
        )
    }

    /// What the alarms do while those messages come in.
    ///
    /// - Parameter messages: in the order of their due times.
    func observe(
        _ messages: [PlantMessage],
        from start: ReceiveTime,
        to end: ReceiveTime,
    ) -> [AlarmObservation] {
        var pipeline = Pipeline(
            configuration: configuration,
            memory: Memory(epoch: "test"),
            start: start,
        )
        var observations: [AlarmObservation] = []
        var rest = messages[...]
        var batch = MessageBatch()
        var time = start
        while time < end {
            time.nanoseconds += Self.step.count
            batch.removeAll()
            while let message = rest.first, message.dueAt <= time, !batch.isFull {
                rest.removeFirst()
                batch.append(
                    topic: Array(message.topic.utf8).span,
                    payload: message.payload.span,
                    receivedAt: message.dueAt,
                    qualityOfService: 1,
                    isRetained: false,
                    broker: 0,
                )
            }
            batch.closedAt = time
            var progress = pipeline.process(&batch)
            while progress != .finished { progress = pipeline.proceed(batch) }
            observations += pipeline.commit.transitions.compactMap(Self.observation)
            pipeline.didCommit()
        }
        return observations
    }

    private static func observation(_ transition: AlarmTransition) -> AlarmObservation? {
        let change: AlarmObservation.Change
        switch transition.reason {
        case .raise, .unmasked: change = .raised
        case .escalate, .deescalate, .refresh: change = .updated
        case .clear, .returnedUnacknowledged: change = .cleared
        default: return nil
        }
        let subject: AlarmObservation.Subject
        switch transition.subject {
        case .feed(let feed, let concern): subject = .feed(feed.key, concern)
        case .system(let name): subject = .system("system/\(name)")
        }
        return AlarmObservation(
            subject: subject,
            check: transition.condition.check,
            also: transition.condition.also,
            at: transition.at,
            change: change,
        )
    }
}
