import Foundation
import Glibc
import Synchronization
import TestSupport

/// What systemd is to a service: a datagram socket that hears what the service says of itself.
final class Supervisor: Sendable {
    /// What `NOTIFY_SOCKET` says.
    let name: String
    private let descriptor: Int32
    private let folder: TemporaryFolder
    private let heard = Mutex<[String]>([])

    /// - Parameter isAbstract: a name in the kernel, as systemd had it once and containers have it.
    init(isAbstract: Bool = false) throws {
        folder = try TemporaryFolder()
        name = isAbstract ? "@assay-test-\(UUID().uuidString)" : folder.file("notify")
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, kind, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let text = Array(name.utf8)
        // Safety: the test's names are shorter than the field; what lives for the call is read.
        let result = unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            unsafe field.copyBytes(from: text)
            if isAbstract { unsafe field[0] = 0 }
            return text.count + (isAbstract ? 0 : 1) + 2
        }
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, socklen_t(result)) == 0
            }
        }
        guard isBound else { throw TestFailure(description: "no socket at \(name): \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    /// For a service that is to say at least every `watchdog` that it goes on.
    func environment(watchdog: Duration? = nil) -> [String: String] {
        var environment = ["NOTIFY_SOCKET": name]
        if let watchdog {
            environment["WATCHDOG_USEC"] =
                "\(watchdog / .microseconds(1))".prefix { $0 != "." }
                .description
        }
        return environment
    }

    /// Every line that came so far.
    var lines: [String] {
        heard.withLock { lines in
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                // Safety: the call writes at most the buffer's count.
                let count = unsafe buffer.withUnsafeMutableBytes {
                    unsafe read(descriptor, $0.baseAddress, $0.count)
                }
                guard count >= 0 else { return lines }
                let text = String(decoding: buffer.prefix(count), as: UTF8.self)
                lines += text.split(separator: "\n").map(String.init)
            }
        }
    }

    func count(of line: String) -> Int { lines.count { $0 == line } }

    func hears(_ line: String, within limit: Duration = .seconds(10)) async -> Bool {
        await eventually(within: limit) { lines.contains(line) }
    }

    /// Whether `line` comes so many times more.
    func hears(_ line: String, more count: Int, within limit: Duration) async -> Bool {
        let before = self.count(of: line)
        return await eventually(within: limit) { self.count(of: line) >= before + count }
    }
}
