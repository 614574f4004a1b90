import Foundation
import LocalBrokers
import Synchronization

/// A server that speaks nothing: it keeps what each client sends first, answers with bytes that are
/// no TLS, and closes.
final class ByteListener: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let received = Mutex<[[UInt8]]>([])

    init() throws {
        guard let (socket, port) = LoopbackPort.listen() else {
            throw TestFailure(description: "no free port")
        }
        descriptor = socket
        self.port = port
        let listener = WeakListener(self)
        Thread.detachNewThread { Self.accept(on: socket, listener) }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// What came over each connection that has ended, in order.
    var connections: [[UInt8]] { received.withLock { $0 } }

    private struct WeakListener: Sendable {
        weak let listener: ByteListener?

        init(_ listener: ByteListener) {
            self.listener = listener
        }
    }

    private static func accept(on descriptor: Int32, _ weak: WeakListener) {
        while true {
            let client = Foundation.accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            var bytes = [UInt8](repeating: 0, count: 4_096)
            // Safety: the pointers live for the calls, and the lengths are those of the arrays.
            let count = unsafe recv(client, &bytes, bytes.count, 0)
            let answer: [UInt8] = [0x20, 0x02, 0x00, 0x00]
            _ = unsafe send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            close(client)
            weak.listener?.received.withLock { $0.append(Array(bytes.prefix(max(count, 0)))) }
        }
    }
}
