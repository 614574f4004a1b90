import Monitoring
import Testing

@testable import Daemon
@testable import Mosquitto

@Suite("After the daemon stood still")
struct StandstillTests {
    private static let second: Int64 = 1_000_000_000

    private static func batch(_ seconds: [Int64], closedAt: Int64) -> MessageBatch {
        var batch = MessageBatch()
        for time in seconds {
            batch.append(
                topic: Array("plant/a".utf8).span,
                payload: Array("\(time)".utf8).span,
                receivedAt: ReceiveTime(nanoseconds: time * second),
                qualityOfService: 1,
                isRetained: false,
                broker: 0,
            )
        }
        batch.closedAt = ReceiveTime(nanoseconds: closedAt * second)
        return batch
    }

    /// While the store fails, the inbox fills and nothing more is read; its last batch takes the
    /// time over, so that the gap lies behind the batch's last message, not before its first.
    @Test(
        "quiet starts anew after each gap: before, within and behind the messages",
        arguments: [
            ([100], 100, nil, ["100"]), ([101], 101, nil, ["101"]),
            ([], 160, 60, ["R160"]), ([160], 160, 60, ["R160", "160"]),
            ([100], 160, 60, ["100", "R160"]),
            ([100, 105, 105], 112, 7, ["100", "R105", "105", "105", "R112"]),
            // A clock that was set back, and goes on: no gap before it has caught up.
            ([40, 41], 100, nil, ["40", "41"]),
        ] as [([Int64], Int64, Int64?, [String])],
    )
    func marksGaps(_ times: [Int64], closedAt: Int64, longest: Int64?, wanted: [String]) {
        var batch = Self.batch(times, closedAt: closedAt)
        let stood = batch.markStandstills(
            since: ReceiveTime(nanoseconds: 100 * Self.second),
            longerThan: .seconds(1),
        )
        #expect(stood == longest.map { .seconds($0) })
        let records = batch.records.map { record in
            record.kind == .resumed
                ? "R\(record.receivedAt.nanoseconds / Self.second)"
                : String(decoding: batch.bytes[record.payloadRange], as: UTF8.self)
        }
        #expect(records == wanted)
        #expect(batch.closedAt.nanoseconds == closedAt * Self.second)
    }

    @Test("a clock that was set within a batch is no standstill, and one beside it is found")
    func marksGapsAroundSteps() {
        func time(_ seconds: Int64) -> ReceiveTime {
            ReceiveTime(nanoseconds: seconds * Self.second)
        }
        var batch = Self.batch([100], closedAt: 100)
        batch.append(ClockStep(from: time(107), to: time(40)))
        batch.append(.connectionDown, at: time(40), broker: 0)
        batch.append(ClockStep(from: time(41), to: time(9_000)))
        batch.closedAt = time(9_003)
        let stood = batch.markStandstills(since: time(100), longerThan: .seconds(1))
        #expect(stood == .seconds(7))
        let kinds = batch.records.map { "\($0.kind) \($0.receivedAt.nanoseconds / Self.second)" }
        #expect(
            kinds == [
                "message 100", "resumed 107", "clockStepped 40", "connectionDown 40",
                "clockStepped 9000", "resumed 9003",
            ]
        )
    }

    /// Batches wait for an engine that waits for the store, events are at hand at once.
    @Test("a failure to connect of before the connection came up raises nothing after it")
    func ignoresStaleEvents() {
        var watch = ConnectionWatch(
            brokers: [
                BrokerSettings(name: "main", host: "localhost", port: 1_883, clientID: "test")
            ],
            logger: LogLines().logger,
        )
        func failure(at second: Int64) -> ConnectionEvent {
            ConnectionEvent(
                broker: 0,
                at: ReceiveTime(nanoseconds: second * Self.second),
                kind: .couldNotConnect(ConnectionProblem(.noConnectAnswer), attempt: 1),
            )
        }
        #expect(watch.take(failure(at: 10))?.isAbnormal == true)
        watch.noteUp(0, at: ReceiveTime(nanoseconds: 20 * Self.second))
        #expect(watch.take(failure(at: 15)) == nil)
        #expect(watch.take(failure(at: 30))?.isAbnormal == true)
    }
}
