import History
import Monitoring
import Mosquitto
import Settings
import TestSupport
import Testing

@testable import Daemon

@Suite("Brokers that hold messages back")
struct HoldingWatchTests {
    private static func broker(_ name: String, _ qualityOfService: UInt8) -> BrokerSettings {
        BrokerSettings(
            name: name,
            host: "127.0.0.1",
            port: 1883,
            clientID: name,
            qualityOfService: qualityOfService,
        )
    }

    /// The first at QoS 0, two at QoS 1; all are up.
    private func watch() -> HoldingWatch {
        var watch = HoldingWatch(
            brokers: [Self.broker("a", 0), Self.broker("b", 1), Self.broker("c", 1)]
        )
        for broker in 0..<3 { watch.note(broker, isUp: true) }
        return watch
    }

    private func at(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    /// The brokers that are marked in a batch of one message at 5 s, closed at 6 s.
    private func marks(
        _ watch: inout HoldingWatch,
        isFailing: Bool = true,
        _ unacknowledged: [Int],
        at milliseconds: Int64,
    ) -> [UInt8] {
        var batch = MessageBatch()
        let time = ReceiveTime(nanoseconds: 5_000_000_000)
        batch.append(
            topic: [1].span,
            payload: [2].span,
            receivedAt: time,
            qualityOfService: 1,
            isRetained: false,
            broker: 2,
        )
        batch.closedAt = ReceiveTime(nanoseconds: 6_000_000_000)
        watch.mark(
            &batch,
            isFailing: isFailing,
            unacknowledged: unacknowledged,
            now: at(milliseconds),
        )
        let marks = batch.records.dropLast()
        #expect(marks.allSatisfy { $0.kind == .heldBack && $0.receivedAt == time })
        #expect(batch.records.last?.kind == .message, "marks come before what was read")
        return marks.map(\.broker).sorted()
    }

    @Test("are those with messages in hand that wait for a failing store, and no others")
    func onlyThoseHeld() {
        var watch = watch()
        #expect(marks(&watch, isFailing: false, [0, 9, 9], at: 0) == [])
        #expect(marks(&watch, [0, 9, 0], at: 10) == [1])
        #expect(marks(&watch, [0, 9, 3], at: 20) == [2], "each has its own pace")
        #expect(marks(&watch, [0, 9, 3], at: 509) == [])
        #expect(marks(&watch, [0, 9, 3], at: 510) == [1])
        watch.note(2, isUp: false)
        #expect(marks(&watch, [0, 9, 3], at: 520) == [2], "once more, for what it held until now")
        #expect(marks(&watch, [0, 9, 3], at: 5_000) == [1])
        #expect(marks(&watch, isFailing: false, [0, 0, 0], at: 5_001) == [1])
        #expect(marks(&watch, isFailing: false, [0, 0, 0], at: 9_000) == [])
    }

    @Test("messages that wait for a commit are counted by broker, until a whole commit")
    func counted() throws {
        let folder = try TemporaryFolder()
        var pipeline = Pipeline(
            configuration: try Configuration.load(
                path: folder.write(Self.configuration, to: "assay.yaml"),
                environment: [:],
            ),
            memory: Memory(epoch: "E"),
            start: ReceiveTime(nanoseconds: 1_800_000_000_000_000_000),
        )
        var batch = MessageBatch()
        for (broker, qualityOfService) in [(0, 1), (1, 0), (1, 1), (1, 1)] as [(UInt8, UInt8)] {
            batch.append(
                topic: Array("plant/a".utf8).span,
                payload: Array("20.5".utf8).span,
                receivedAt: ReceiveTime(nanoseconds: 1_800_000_001_000_000_000),
                qualityOfService: qualityOfService,
                isRetained: false,
                broker: broker,
            )
        }
        #expect(pipeline.process(&batch) == .finished)
        #expect(pipeline.unacknowledged == [1, 2])
        #expect(pipeline.unacknowledgedCount == 3)
        pipeline.didCommit(.everything, isWhole: false)
        #expect(pipeline.unacknowledged == [1, 2])
        pipeline.didCommit()
        #expect(pipeline.unacknowledged == [0, 0])
    }

    @Test("are the same in the replay of a recording")
    func recorded() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("recording.csv")
        var batch = MessageBatch()
        let time = ReceiveTime(nanoseconds: 1_800_000_000_000_000_000)
        batch.append(.connectionUp, at: time, broker: 0)
        batch.markHeldBack(by: 1)
        var writer = try RecordingWriter(path: path, brokers: ["a", "b"])
        try writer.write(batch)
        try writer.close()
        var reader = try RecordingReader(path: path, brokers: ["a", "b"], batchSize: 10)
        var copy = MessageBatch()
        #expect(try reader.read(into: &copy))
        #expect(copy.records.map(\.kind) == [.heldBack, .connectionUp])
        #expect(copy.records.map(\.broker) == [1, 0])
    }

    private static let configuration = """
        gateway: test
        broker: [{name: a, url: "mqtt://localhost"}, {name: b, url: "mqtt://localhost:1884"}]
        feeds: [{topic: plant/#}]

        """
}
