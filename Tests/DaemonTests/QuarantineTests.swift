import History
import Monitoring
import Settings
import TestSupport
import Testing

@testable import Daemon

@Suite("The quarantine's alarm")
struct QuarantineWatchTests {
    private static func outcome(room: Int?, refused: Int = 0) -> CommitOutcome {
        var outcome = CommitOutcome()
        outcome.quarantineRoom = room
        outcome.quarantineRefused = refused
        return outcome
    }

    private struct Step {
        var room: Int?
        var refused = 0
        var isNews = false
        /// What it says: abnormal or not; nil: nothing.
        var says: Bool?
    }

    @Test("begins when the last place is taken, and ends when a tenth is free again")
    func beginsAndEnds() {
        let tenth = Limits.quarantineRows / 10
        let steps = [
            Step(room: 1), Step(room: 0, isNews: true, says: true), Step(room: 0, refused: 7),
            Step(room: nil), Step(room: tenth - 1), Step(room: tenth, says: false),
            Step(room: 0, isNews: true, says: true), Step(room: tenth, says: false),
        ]
        var watch = QuarantineWatch()
        var details: [String] = []
        for (index, step) in steps.enumerated() {
            let now = ReceiveTime(nanoseconds: Int64(index))
            let isNews = watch.take(Self.outcome(room: step.room, refused: step.refused))
            let condition = watch.takeCondition(at: now)
            let again = watch.takeCondition(at: now)
            #expect(isNews == step.isNews, "step \(index)")
            #expect(condition?.isAbnormal == step.says, "step \(index)")
            #expect(again == nil, "said once")
            #expect(condition.map { $0.name == "quarantine" && $0.at == now } ?? true)
            details.append(condition?.detail ?? "")
        }
        #expect(details[5].contains("7 messages were not kept"))
        #expect(details[7].contains("0 messages were not kept"), "counted anew")
    }
}

@Suite("A flood of garbage")
struct GarbageFloodTests {
    private static let start = ReceiveTime(nanoseconds: 1_800_000_000_000_000_000)

    /// Sends batches of garbage a minute long in all, without a commit.
    private func flood(_ pipeline: inout Pipeline, batches: Int) {
        let topic = Array("plant/a".utf8)
        for number in 1...batches {
            var batch = MessageBatch()
            let time = ReceiveTime(
                nanoseconds: Self.start.nanoseconds + Int64(number) * 100_000_000
            )
            while !batch.isFull {
                batch.append(
                    topic: topic.span,
                    payload: [UInt8(ascii: "?")].span,
                    receivedAt: time,
                    qualityOfService: 0,
                    isRetained: false,
                    broker: 0,
                )
            }
            #expect(pipeline.process(&batch) == .finished)
        }
    }

    private func pipeline() throws -> Pipeline {
        let folder = try TemporaryFolder()
        let text = "gateway: test\nbroker: {url: mqtt://localhost}\nfeeds: [{topic: plant/#}]\n"
        let path = try folder.write(text, to: "assay.yaml")
        return Pipeline(
            configuration: try Configuration.load(path: path, environment: [:]),
            memory: Memory(epoch: "E"),
            start: Self.start,
        )
    }

    @Test("while the store fails keeps no more than the quarantine takes, and all is counted")
    func bounded() throws {
        var pipeline = try pipeline()
        pipeline.quarantineRoom = 700
        flood(&pipeline, batches: 200)
        let sent = 200 * Limits.messagesPerBatch
        #expect(sent > Limits.uncommittedRows)
        #expect(pipeline.commit.quarantined.count == 700)
        #expect(pipeline.commit.quarantineRefused == sent - 700)
        #expect(pipeline.commit.count < 1_000, "rows that wait in memory")
        pipeline.finish()
        let counted = pipeline.commit.report.messageCounts.reduce(0) { $0 + $1.undecodable }
        #expect(counted == Int64(sent))
    }

    @Test("into a full quarantine is counted and not copied, and the store says how many")
    func counted() throws {
        var pipeline = try pipeline()
        pipeline.quarantineRoom = 0
        flood(&pipeline, batches: 1)
        #expect(pipeline.commit.quarantined.isEmpty)
        let folder = try TemporaryFolder()
        let settings = StoreSettings(path: folder.file("assay.db"))
        let store = try HistoryStore(settings: settings, now: Self.start) { "E" }
        let outcome = try store.commit(pipeline.commit, synchronous: .normal)
        #expect(outcome.quarantineRefused == Limits.messagesPerBatch)
        pipeline.didCommit()
        #expect(pipeline.commit.quarantineRefused == 0)
        flood(&pipeline, batches: 1)
        var rest = CommitBatch()
        rest.quarantineRefused = pipeline.commit.quarantineRefused
        #expect(rest.isEmpty, "nothing to write")
        let empty = try store.commit(rest, synchronous: .normal)
        #expect(!empty.didWrite)
        #expect(empty.quarantineRefused == Limits.messagesPerBatch)
        var watch = QuarantineWatch()
        var outcomes = [CommitOutcome(), empty, CommitOutcome()]
        outcomes[0].quarantineRoom = 0
        outcomes[2].quarantineRoom = Limits.quarantineRows
        _ = watch.take(outcomes[0])
        let begin = watch.takeCondition(at: Self.start)
        #expect(begin?.isAbnormal == true)
        for outcome in outcomes[1...] { _ = watch.take(outcome) }
        let end = watch.takeCondition(at: Self.start)
        #expect(end?.detail.contains("\(Limits.messagesPerBatch) messages were not kept") == true)
    }
}

extension DaemonSuite {
    @Suite("A full quarantine")
    struct FullQuarantineTests {
        @Test("is an alarm, and every message is still counted")
        func isAnAlarm() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let daemon = try site.run("feeds: [{topic: \"#\"}]")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let sent = Limits.quarantineRows + 100
            for _ in 0..<sent { try await device.send("plant/x", "?") }
            let raised = """
                SELECT count(*) FROM alarm_journal
                WHERE alarm_key = 'system/quarantine' AND reason = 'raise'
                """
            #expect(await eventually(within: .seconds(20)) { site.database.count(raised) == 1 })
            #expect(await device.drained())
            try await daemon.stop()
            let counted = "SELECT sum(undecodable) FROM message_minute"
            #expect(try site.database.number(counted) == Int64(sent))
            let kept = try site.database.number("SELECT count(*) FROM quarantine")
            #expect(kept == Int64(Limits.quarantineRows))
        }
    }
}
