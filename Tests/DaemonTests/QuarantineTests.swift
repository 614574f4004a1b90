import History
import Monitoring
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
