import Foundation
import Glibc

/// A mosquitto of its own on a free loopback port, with nothing kept between runs.
///
/// Its limits are lifted, because what is compared is the subscriber: a broker that drops for one
/// and not for the other would decide the result.
final class Broker {
    let port: Int
    private let process: ChildProcess

    init(folder: URL) throws {
        port = try Self.freePort()
        let configuration = """
            listener \(port) 127.0.0.1
            allow_anonymous true
            user \(Self.userName)
            persistence false
            set_tcp_nodelay true
            max_queued_messages 0
            max_queued_bytes 0
            max_inflight_messages 0
            sys_interval 0
            log_type error
            log_type warning
            """
        let file = folder.appending(path: "mosquitto.conf")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        process = try ChildProcess(
            Self.program(),
            ["-c", file.path],
            name: "mosquitto",
            folder: folder
        )
        try waitUntilListening()
    }

    func stop() throws {
        try process.terminate()
    }

    private func waitUntilListening() throws {
        let deadline = Stopwatch()
        while !Self.answers(port) {
            guard process.isRunning(), deadline.seconds < 5 else {
                throw BenchmarkError("mosquitto does not listen:\n\(process.errors)")
            }
            pause(milliseconds: 20)
        }
    }

    /// Debian installs it outside an ordinary user's path.
    private static func program() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin"]
        let places = folders.map { "\($0)/mosquitto" }
        guard let place = places.first(where: FileManager.default.isExecutableFile) else {
            throw BenchmarkError("there is no `mosquitto`: install the package mosquitto")
        }
        return place
    }

    private static var userName: String { NSUserName() }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Safety: the address is a variable of the size that is passed with it.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw BenchmarkError("no free port on the loopback interface") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func answers(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: UInt16(port))
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Safety: as in `freePort`.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, length) == 0
            }
        }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
