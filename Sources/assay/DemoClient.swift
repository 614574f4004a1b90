import CMosquitto
import Foundation
import Monitoring
import Simulation

/// One libmosquitto client, used by one thread, that only publishes.
@safe final class DemoClient {
    // Safety: made in `init`, destroyed in `deinit`, used only by the thread that owns the object;
    // the library is told of no other thread.
    private let handle: OpaquePointer

    /// - Parameter inflight: messages that may wait for their acknowledgement.
    init(inflight: UInt32) throws(DemoClientProblem) {
        // Reference counted in the library, and not thread safe: the demo makes its publisher
        // before it starts the daemon.
        mosquitto_lib_init()
        guard let handle = unsafe mosquitto_new(nil, true, nil) else { throw .noMemory }
        unsafe self.handle = handle
        unsafe mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, Int32(inflight))
        unsafe mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
    }

    deinit {
        unsafe mosquitto_destroy(handle)
        mosquitto_lib_cleanup()
    }

    func connect(port: UInt16, keepAlive: Int32) throws(DemoClientProblem) {
        let result = unsafe mosquitto_connect(handle, "127.0.0.1", Int32(port), keepAlive)
        guard result == MOSQ_ERR_SUCCESS.rawValue else {
            throw .cannotConnect(port: port, reason: Self.words(result))
        }
    }

    /// Whether the broker answered.
    func reconnect() -> Bool {
        unsafe mosquitto_reconnect(handle) == MOSQ_ERR_SUCCESS.rawValue
    }

    /// Hands a message over with QoS 1; the library writes it at once. False where it refused.
    func publish(_ message: PlantMessage) -> Bool {
        let count = Int32(message.payload.count)
        // Safety: topic and payload live for the call, and the library copies both.
        let result = unsafe message.payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish(
                handle,
                nil,
                message.topic,
                count,
                bytes.baseAddress,
                1,
                false,
            )
        }
        return result == MOSQ_ERR_SUCCESS.rawValue
    }

    /// Reads acknowledgements and keeps the connection alive for that long, or until something
    /// came. False where the connection is lost.
    func serve(for time: Nanoseconds) -> Bool {
        let milliseconds = Int32((time.count + 999_999) / 1_000_000)
        return unsafe mosquitto_loop(handle, milliseconds, 1) == MOSQ_ERR_SUCCESS.rawValue
    }

    func disconnect() {
        unsafe mosquitto_disconnect(handle)
    }

    private static func words(_ result: Int32) -> String {
        if result == MOSQ_ERR_ERRNO.rawValue {
            // Safety: strerror's text is copied at once.
            return unsafe String(cString: strerror(errno))
        }
        // Safety: mosquitto_strerror returns constants.
        return unsafe String(cString: mosquitto_strerror(result))
    }
}

/// Why the plant cannot publish.
enum DemoClientProblem: Error, CustomStringConvertible {
    case noMemory
    case cannotConnect(port: UInt16, reason: String)

    var description: String {
        switch self {
        case .noMemory: "libmosquitto has no memory for a client"
        case .cannotConnect(let port, let reason):
            "the simulated plant cannot reach the demo's broker on port \(port): \(reason)"
        }
    }
}
