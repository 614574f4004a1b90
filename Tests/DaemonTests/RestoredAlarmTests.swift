import Alarms
import History
import Monitoring
import Settings
import TestSupport
import Testing

@testable import Daemon

/// Two runs of the pipeline on one store, a message a second in each.
@Suite("An alarm of an earlier run")
struct RestoredAlarmTests {
    private static let start: Int64 = 1_800_000_000_000_000_000
    private static let second: Int64 = 1_000_000_000

    /// What a run told of alarms: the second and what happened.
    private struct Run {
        var pipeline: Pipeline
        let start: Int64

        init(_ checks: String, _ store: HistoryStore, at second: Int64) throws {
            let configuration = try Configuration.parse(
                """
                gateway: test
                broker: {url: mqtt://localhost}
                feeds:
                  - {topic: plant/f, period: 1s, checks: \(checks)}
                """,
                file: "assay.yaml",
                hostName: "test",
            )
            start = RestoredAlarmTests.start + second * RestoredAlarmTests.second
            pipeline = Pipeline(
                configuration: configuration,
                memory: try Memory(restoringFrom: store),
                start: ReceiveTime(nanoseconds: start),
            )
        }

        /// One message each second from `seconds`, counted from the beginning of this run.
        mutating func send(_ seconds: ClosedRange<Int64>, _ value: (Int64) -> Double) {
            for second in seconds {
                var batch = MessageBatch()
                batch.append(
                    topic: Array("plant/f".utf8).span,
                    payload: Array("\(value(second))".utf8).span,
                    receivedAt: ReceiveTime(
                        nanoseconds: start + second * RestoredAlarmTests.second
                    ),
                    qualityOfService: 0,
                    isRetained: false,
                    broker: 0,
                )
                var progress = pipeline.process(&batch)
                while progress != .finished { progress = pipeline.proceed(batch) }
            }
        }

        mutating func end(_ store: HistoryStore) throws {
            pipeline.finish()
            _ = try store.commit(pipeline.commit, synchronous: .normal)
        }

        var story: [String] {
            pipeline.commit.transitions.map { transition in
                let at = (transition.at.nanoseconds - start) / RestoredAlarmTests.second
                return "\(transition.key) \(transition.reason) \(at)"
            }
        }

        var isActive: Bool { !pipeline.alarms.open().isEmpty }
    }

    private func store(_ folder: TemporaryFolder) throws -> HistoryStore {
        try HistoryStore(
            settings: StoreSettings(path: folder.file("a.db")),
            now: ReceiveTime(nanoseconds: Self.start),
        ) { "E" }
    }

    @Test("a sensor that is frozen still keeps its alarm, one that moves again loses it")
    func frozen() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let checks = "{flatLine: {for: 10min}}"
        var first = try Run(checks, store, at: 0)
        first.send(1...700) { _ in 20.5 }
        #expect(first.story == ["plant/f/frozen raise 602"])
        try first.end(store)

        var second = try Run(checks, store, at: 720)
        second.send(1...900) { _ in 20.5 }
        #expect(second.isActive)
        #expect(!second.story.contains { $0.contains("clear") }, "\(second.story)")
        try second.end(store)

        var third = try Run(checks, store, at: 1_640)
        third.send(1...300) { $0 < 200 ? 20.5 : Double($0) }
        let cleared = third.story.filter { $0.contains("clear") }
        #expect(cleared == ["plant/f/frozen clear 205"], "200 and the off-delay: \(third.story)")
    }

    @Test("a value out of range that is confirmed late keeps its alarm from before")
    func lateConfirmation() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let checks = "{range: {fail: [0, 100], confirm: 60}}"
        var first = try Run(checks, store, at: 0)
        first.send(1...100) { $0 < 20 ? 50 : 500 }
        #expect(first.isActive)
        try first.end(store)

        var second = try Run(checks, store, at: 110)
        // Good values among them prove nothing while a finding is open.
        second.send(1...100) { $0 % 4 == 0 ? 50 : 500 }
        #expect(second.isActive)
        #expect(!second.story.contains { $0.contains("clear") }, "\(second.story)")
        try second.end(store)
    }

    @Test("an alarm whose cause is gone is cleared after ten seconds of good values")
    func gone() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let checks = "{range: {fail: [0, 100]}}"
        var first = try Run(checks, store, at: 0)
        first.send(1...100) { $0 < 20 ? 50 : 500 }
        #expect(first.isActive)
        try first.end(store)

        var second = try Run(checks, store, at: 110)
        second.send(1...10) { _ in 50 }
        #expect(second.isActive, "ten seconds from the first message on")
        second.send(11...60) { _ in 50 }
        #expect(!second.isActive)
        #expect(second.story.last == "plant/f/value clear 16", "11 and the off-delay")
        try second.end(store)
    }

    @Test("the alarm of a check that is switched off is cleared")
    func switchedOff() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        var first = try Run("{flatLine: {for: 60s}}", store, at: 0)
        first.send(1...100) { _ in 20.5 }
        #expect(first.isActive)
        try first.end(store)
        var second = try Run("{flatLine: false}", store, at: 110)
        second.send(1...60) { _ in 20.5 }
        #expect(!second.isActive, "\(second.story)")
        #expect(second.story.last == "plant/f/frozen clear 16", "11 and the off-delay")
    }

    @Test("missing slots are judged again before their alarm is")
    func completeness() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let checks = "{completeness: {window: 2min}, gap: false}"
        var first = try Run(checks, store, at: 0)
        for second in Int64(1)...300 where second < 60 || second % 4 == 0 {
            first.send(second...second) { Double($0) }
        }
        #expect(first.isActive, "\(first.story)")
        try first.end(store)
        var second = try Run(checks, store, at: 310)
        second.send(1...100) { Double($0) }
        #expect(second.isActive, "a window of two minutes is not over")
        second.send(101...300) { Double($0) }
        #expect(!second.isActive, "\(second.story)")
    }
}
