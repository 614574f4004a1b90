internal import Foundation
internal import LocalBrokers
internal import Synchronization

/// A TCP relay on the loopback between clients and a broker: a cable that a test can cut, or that
/// carries only one way. Stopped with the object.
public final class Relay: Sendable {
    private struct Line {
        var client: Int32
        var broker: Int32
    }

    private struct State {
        var lines: [Line] = []
        /// By the type of MQTT packet, what clients sent through.
        var packets: [UInt8: Int] = [:]
        var losesWhatClientsSend = false
    }

    public let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    public init(to target: UInt16) throws {
        guard let (descriptor, port) = LoopbackPort.listen() else {
            throw Command.Failure(description: "no free port")
        }
        listener = descriptor
        self.port = port
        self.target = target
        let weak = WeakRelay(self)
        Thread.detachNewThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0, let relay = weak.relay else { return }
                relay.join(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        cut()
    }

    // MARK: What the test sees and does

    /// PUBACKs that clients sent and the broker was given.
    public var acknowledgements: Int { state.withLock { $0.packets[0x40] ?? 0 } }
    /// PINGREQs likewise.
    public var pings: Int { state.withLock { $0.packets[0xC0] ?? 0 } }

    /// Ends all connections in both directions at once. New ones are made again.
    public func cut() {
        state.withLock { state in
            for line in state.lines {
                shutdown(line.client, Int32(SHUT_RDWR))
                shutdown(line.broker, Int32(SHUT_RDWR))
            }
            state.lines = []
            state.losesWhatClientsSend = false
        }
    }

    /// What clients send from now on is lost, until the cut: they have written acknowledgements that
    /// the broker never sees.
    public func loseWhatClientsSend() {
        state.withLock { $0.losesWhatClientsSend = true }
    }

    // MARK: The wire

    private final class WeakRelay: Sendable {
        private let storage: Mutex<WeakReference>
        private struct WeakReference { weak var relay: Relay? }

        init(_ relay: Relay) {
            storage = Mutex(WeakReference(relay: relay))
        }

        var relay: Relay? { storage.withLock { $0.relay } }
    }

    /// The two threads of a line; the last one closes it.
    private final class OpenEnds: Sendable {
        private let count = Atomic<Int>(2)

        func isLast() -> Bool { count.subtract(1, ordering: .relaxed).newValue == 0 }
    }

    private func join(_ client: Int32) {
        guard let broker = LoopbackPort.connect(to: target) else {
            close(client)
            return
        }
        state.withLock { $0.lines.append(Line(client: client, broker: broker)) }
        let weak = WeakRelay(self)
        let ends = OpenEnds()
        let pump: @Sendable (Int32, Int32, Bool) -> Void = { source, sink, isFromClient in
            Self.pump(from: source, to: sink, isFromClient: isFromClient, weak)
            shutdown(source, Int32(SHUT_RDWR))
            shutdown(sink, Int32(SHUT_RDWR))
            guard ends.isLast() else { return }
            weak.relay?.state.withLock { $0.lines.removeAll { $0.client == client } }
            close(client)
            close(broker)
        }
        Thread.detachNewThread { pump(client, broker, true) }
        Thread.detachNewThread { pump(broker, client, false) }
    }

    private static func pump(
        from source: Int32,
        to sink: Int32,
        isFromClient: Bool,
        _ weak: WeakRelay,
    ) {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var packets = PacketCounter()
        while true {
            // Safety: the array has room for its count, and its bytes live for the calls.
            let count = unsafe recv(source, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            if isFromClient {
                let types = packets.read(bytes[..<count])
                let isLost = weak.relay?.note(types) ?? false
                if isLost { continue }
            }
            var sent = 0
            while sent < count {
                let written = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe send(
                        sink,
                        buffer.baseAddress?.advanced(by: sent),
                        count - sent,
                        Int32(MSG_NOSIGNAL),
                    )
                }
                guard written > 0 else { return }
                sent += written
            }
        }
    }

    /// - Returns: whether they are lost.
    private func note(_ types: [UInt8]) -> Bool {
        state.withLock { state in
            guard !state.losesWhatClientsSend else { return true }
            for type in types { state.packets[type, default: 0] += 1 }
            return false
        }
    }

    /// Tells the types of the MQTT packets in a stream of bytes.
    private struct PacketCounter {
        /// Bytes of the present packet's body that are still to come.
        private var rest = 0
        private var shift: Int?

        mutating func read(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            var types: [UInt8] = []
            var index = bytes.startIndex
            while index < bytes.endIndex {
                if let shift {
                    rest |= Int(bytes[index] & 127) << shift
                    self.shift = bytes[index] < 128 ? nil : shift + 7
                    index += 1
                } else if rest > 0 {
                    let length = min(rest, bytes.endIndex - index)
                    rest -= length
                    index += length
                } else {
                    types.append(bytes[index] & 0xF0)
                    shift = 0
                    index += 1
                }
            }
            return types
        }
    }
}
