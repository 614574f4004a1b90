internal import Monitoring

/// How many messages were read and never taken by the engine.
struct UntakenMessages: Sendable, Equatable {
    /// Of QoS 0: lost.
    var lost = 0
    /// Of QoS 1, unacknowledged: the broker sends them again.
    var comingAgain = 0

    var isNone: Bool { lost + comingAgain == 0 }

    mutating func add(_ batch: borrowing MessageBatch) {
        for record in batch.records where record.kind == .message || record.kind == .redelivered {
            if record.qualityOfService == 0 { lost += 1 } else { comingAgain += 1 }
        }
    }
}
