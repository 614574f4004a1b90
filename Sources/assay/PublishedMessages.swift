import Monitoring
import Simulation
import Synchronization

/// What the demo's plant published lately, so that a message of somebody else on a plant topic is
/// known for what it is.
///
/// Shared by the publisher's thread, which notes a message before it sends it, and the watch, which
/// asks when one comes back from the broker. Bounded: 64 bits for each of the last 16,384 messages,
/// more than half a minute of the plant; what comes back takes milliseconds.
final class PublishedMessages: Sendable {
    private struct Memory {
        /// The hashes, the oldest at `next`.
        var ring: [UInt64] = []
        var next = 0
        /// How often each is in the ring.
        var counts: [UInt64: Int] = [:]
    }

    static let capacity = 16_384

    private let memory = Mutex(Memory())

    func note(_ message: PlantMessage) {
        let hash = Self.hash(Array(message.topic.utf8), message.payload)
        memory.withLock { memory in
            memory.counts[hash, default: 0] += 1
            guard memory.ring.count == Self.capacity else { return memory.ring.append(hash) }
            let oldest = memory.ring[memory.next]
            memory.ring[memory.next] = hash
            memory.next = (memory.next + 1) % Self.capacity
            let left = (memory.counts[oldest] ?? 1) - 1
            memory.counts[oldest] = left == 0 ? nil : left
        }
    }

    /// Whether the plant published these very bytes there.
    func contains(topic: [UInt8], payload: [UInt8]) -> Bool {
        let hash = Self.hash(topic, payload)
        return memory.withLock { $0.counts[hash] != nil }
    }

    private static func hash(_ topic: [UInt8], _ payload: [UInt8]) -> UInt64 {
        ByteHash.hash(payload.span, seed: ByteHash.hash(topic.span))
    }
}
