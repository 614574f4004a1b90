import Monitoring
import Mosquitto

/// Which brokers may be holding messages back, because too many of theirs wait for a store that
/// fails.
///
/// A broker sends only so many messages without acknowledgement. While any of its own wait, and in
/// the first cycle after that, a sensor behind it that is not heard is not silent. One at QoS 0,
/// and one of which nothing waits, sends all it has: whoever is not heard there is silent.
struct HoldingWatch {
    /// A mark costs a look at every feed, and no silence is shorter than two seconds.
    private static let interval = Nanoseconds.milliseconds(500)

    private var isUp: [Bool]
    private let isAcknowledged: [Bool]
    /// While a broker is held: when its feeds were last told that nobody is silent.
    private var markedAt: [MonotonicTime?]

    init(brokers: [BrokerSettings]) {
        isUp = brokers.map { _ in false }
        isAcknowledged = brokers.map { $0.qualityOfService > 0 }
        markedAt = brokers.map { _ in nil }
    }

    /// Connections that are up.
    var upCount: Int { isUp.count { $0 } }

    mutating func note(_ broker: Int, isUp: Bool) { self.isUp[broker] = isUp }

    /// Puts a `heldBack` at the start of the batch for each broker where one is due.
    ///
    /// - Parameters:
    ///   - isFailing: the store cannot be written.
    ///   - unacknowledged: how many messages wait for their acknowledgement, by broker.
    mutating func mark(
        _ batch: inout MessageBatch,
        isFailing: Bool,
        unacknowledged: [Int],
        now: MonotonicTime,
    ) {
        for broker in markedAt.indices {
            let isHeld =
                isFailing && isUp[broker] && isAcknowledged[broker] && unacknowledged[broker] > 0
            if isHeld, let last = markedAt[broker], now.since(last) < Self.interval { continue }
            if isHeld || markedAt[broker] != nil { batch.markHeldBack(by: UInt8(broker)) }
            markedAt[broker] = isHeld ? now : nil
        }
    }
}
