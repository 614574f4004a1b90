internal import Foundation
internal import LocalBrokers
internal import Synchronization

/// A broker that does what a real one does only on a bad day: refuses with chosen codes, never
/// answers, sends DISCONNECT, speaks only MQTT 3.1.1; and that tells which packets came, in order.
/// One client at a time. Stopped with the object.
public final class ScriptedBroker: Sendable {
    public enum ConnectAnswer: Sendable {
        case accept(sessionPresent: Bool)
        /// A CONNACK in the client's own version.
        case refuse(UInt8)
        /// A CONNACK of MQTT 3.1.1, as an old broker sends it to everybody.
        case refuseAsOldBroker(UInt8)
        /// Silence.
        case ignore
        case close
    }

    public struct Script: Sendable {
        /// Close each connection as soon as it is made, before a byte.
        public var closesAtOnce = false
        /// What to say to a CONNECT: its protocol level, and how many came before it.
        public var connect: @Sendable (_ version: UInt8, _ earlier: Int) -> ConnectAnswer = {
            _,
            _ in
            .accept(sessionPresent: false)
        }
        /// The SUBACK code of a filter; nil: no SUBACK at all.
        public var subscribe: @Sendable (_ filter: String) -> UInt8? = { _ in 1 }
        /// Whether an UNSUBSCRIBE is answered.
        public var answersUnsubscribe = true
        /// Whether a PUBLISH of QoS 1 is acknowledged.
        public var acknowledges = true

        public init() {}
    }

    private struct State {
        var packets: [ScriptedPacket] = []
        var client: Int32 = -1
        var version: UInt8 = 5
        var connects = 0
    }

    public let port: UInt16
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())
    private let sending = Mutex(())

    public init(_ script: Script = Script()) throws {
        guard let (descriptor, port) = LoopbackPort.listen() else {
            throw Command.Failure(description: "no free port")
        }
        listener = descriptor
        self.port = port
        self.script = script
        let weak = WeakBroker(self)
        Thread.detachNewThread { Self.accept(on: descriptor, weak) }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        drop()
    }

    // MARK: What the test sees and does

    /// All packets so far, of all connections.
    public var packets: [ScriptedPacket] { state.withLock { $0.packets } }
    public var connects: Int { state.withLock { $0.connects } }
    /// Message numbers of the PUBACKs so far.
    public var acknowledged: [UInt16] {
        packets.compactMap { if case .publishAnswer(let message) = $0 { message } else { nil } }
    }

    /// Sends a PUBLISH; `message` 0: QoS 0. `isAgain`: with the DUP flag.
    public func publish(
        _ topic: String,
        _ payload: String,
        message: UInt16 = 0,
        isAgain: Bool = false,
    ) {
        let version = state.withLock { $0.version }
        var body = Self.text(topic)
        if message > 0 { body += [UInt8(message >> 8), UInt8(truncatingIfNeeded: message)] }
        if version == 5 { body.append(0) }
        let first: UInt8 = message > 0 ? 0x32 : 0x30
        send(first: isAgain ? first | 0x08 : first, body + Array(payload.utf8))
    }

    /// Sends many of QoS 0 from a thread of its own, which waits where the client does not read.
    public func publishInBackground(_ topic: String, _ payload: String, count: Int) {
        Thread.detachNewThread { [self] in
            for _ in 0..<count { publish(topic, payload) }
        }
    }

    /// Sends an MQTT 5 DISCONNECT.
    public func disconnect(reason: UInt8) {
        send(first: 0xE0, [reason, 0])
    }

    /// Closes the client's connection without a word.
    public func drop() {
        let client = state.withLock { $0.client }
        if client >= 0 { shutdown(client, Int32(SHUT_RDWR)) }
    }

    // MARK: The wire

    private final class WeakBroker: Sendable {
        private let storage: Mutex<WeakReference>
        private struct WeakReference { weak var broker: ScriptedBroker? }

        init(_ broker: ScriptedBroker) {
            storage = Mutex(WeakReference(broker: broker))
        }

        var broker: ScriptedBroker? { storage.withLock { $0.broker } }
    }

    private static func accept(on listener: Int32, _ weak: WeakBroker) {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0, let broker = weak.broker else { return }
            if broker.script.closesAtOnce {
                broker.state.withLock { $0.connects += 1 }
                close(client)
                continue
            }
            broker.state.withLock { $0.client = client }
            broker.serve(client)
            broker.state.withLock { $0.client = -1 }
            close(client)
        }
    }

    private func serve(_ client: Int32) {
        while let (first, body) = Self.readPacket(client) {
            let version = state.withLock { $0.version }
            let packet = ScriptedPacket(first: first, body: body, version: version)
            let earlier = state.withLock { state in
                state.packets.append(packet)
                if case .connect(let level, _, _) = packet {
                    state.version = level
                    state.connects += 1
                }
                return state.connects - 1
            }
            guard answer(packet, body, earlier: earlier) else { return }
        }
    }

    /// Returns whether the connection goes on.
    private func answer(_ packet: ScriptedPacket, _ body: [UInt8], earlier: Int) -> Bool {
        switch packet {
        case .connect(let version, _, _):
            let properties: [UInt8] = version == 5 ? [0] : []
            switch script.connect(version, earlier) {
            case .accept(let present): send(first: 0x20, [present ? 1 : 0, 0] + properties)
            case .refuse(let code): send(first: 0x20, [0, code] + properties)
            case .refuseAsOldBroker(let code): send(first: 0x20, [0, code])
            case .ignore: break
            case .close: return false
            }
        case .subscribe(let filters):
            let codes = filters.map(script.subscribe)
            guard !codes.contains(nil) else { return true }
            let properties: [UInt8] = state.withLock { $0.version } == 5 ? [0] : []
            send(first: 0x90, Array(body[0..<2]) + properties + codes.compactMap { $0 })
        case .publish(let topic, _, 1):
            let at = 2 + topic.utf8.count
            if script.acknowledges { send(first: 0x40, Array(body[at..<at + 2])) }
        case .unsubscribe(let message, _):
            let number = [UInt8(message >> 8), UInt8(truncatingIfNeeded: message)]
            guard script.answersUnsubscribe else { return true }
            send(first: 0xB0, number + (state.withLock { $0.version } == 5 ? [0, 0x11] : []))
        case .ping: send(first: 0xD0, [])
        case .disconnect: return false
        case .publish, .publishAnswer, .other: break
        }
        return true
    }

    private func send(first: UInt8, _ body: [UInt8]) {
        var packet = [first]
        var length = body.count
        repeat {
            packet.append(UInt8(length & 127) | (length > 127 ? 128 : 0))
            length >>= 7
        } while length > 0
        packet += body
        let client = state.withLock { $0.client }
        // One packet at a time: a send that waits for room lets others in between.
        sending.withLock { _ in
            // Safety: the array's bytes live for the call.
            unsafe _ = packet.withUnsafeBytes { bytes in
                unsafe Foundation.send(client, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
    }

    private static func readPacket(_ client: Int32) -> (first: UInt8, body: [UInt8])? {
        guard let first = readBytes(client, 1)?.first else { return nil }
        var length = 0
        var shift = 0
        while true {
            guard let byte = readBytes(client, 1)?.first else { return nil }
            length |= Int(byte & 127) << shift
            shift += 7
            if byte < 128 { break }
        }
        guard let body = readBytes(client, length) else { return nil }
        return (first, body)
    }

    private static func readBytes(_ client: Int32, _ count: Int) -> [UInt8]? {
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        // Safety: the array has room for `count` bytes.
        let length = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe recv(client, buffer.baseAddress, count, Int32(MSG_WAITALL))
        }
        return length == count ? bytes : nil
    }
}
