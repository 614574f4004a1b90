import Glibc
import Monitoring

/// Tells a supervisor how the daemon is, in the words of `sd_notify(3)`: datagrams to the socket that
/// `NOTIFY_SOCKET` names.
///
/// A message that cannot be sent is not tried again and never waited for: the daemon does not depend
/// on being watched.
public final class SystemdNotifier: Sendable {
    /// Why there is a supervisor that cannot be told: what was tried, why it failed, what to do.
    public struct Problem: Error, CustomStringConvertible, Sendable {
        public var description: String
    }

    /// How often the supervisor wants to hear of progress at least; nil: it does not.
    let watchdogPeriod: Nanoseconds?
    private let address: UnixSocketAddress
    private let descriptor: Int32

    /// Nil where nobody supervises.
    /// - Parameters:
    ///   - environment: that of the process; `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`
    ///     count.
    public init?(environment: [String: String]) throws(Problem) {
        guard let name = environment["NOTIFY_SOCKET"], !name.isEmpty else { return nil }
        guard let address = UnixSocketAddress(name) else {
            throw Problem(
                description: """
                    NOTIFY_SOCKET must be an absolute path, or a name behind `@`, of at most 107 \
                    bytes, and is `\(name)`
                    """
            )
        }
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else {
            throw Problem(
                description: "no socket (error \(errno)); raise the number of open files"
            )
        }
        self.address = address
        watchdogPeriod = Self.watchdogPeriod(environment)
    }

    deinit {
        close(descriptor)
    }

    /// A period that is meant for another process, as `WATCHDOG_PID` says, is none of ours.
    private static func watchdogPeriod(_ environment: [String: String]) -> Nanoseconds? {
        if let process = environment["WATCHDOG_PID"], Int32(process) != getpid() { return nil }
        guard let text = environment["WATCHDOG_USEC"], let count = Int64(text), count > 0,
            count <= Int64.max / 1_000
        else { return nil }
        return Nanoseconds(count * 1_000)
    }

    /// The daemon works from here on.
    @discardableResult
    func ready() -> Bool { send("READY=1") }

    /// The configuration is being read again; `ready` follows, also where it is refused.
    @discardableResult
    func reloading() -> Bool {
        var time = timespec()
        // Safety: the call fills the struct. By this time the supervisor tells this reload from one
        // that it asks for later.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        return send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The daemon was asked to end, and is about to.
    @discardableResult
    func stopping() -> Bool { send("STOPPING=1\nSTATUS=committing what was read") }

    /// The pipeline goes on.
    func progress() -> Bool { send("WATCHDOG=1") }

    /// What the daemon is doing, in one line for people.
    func status(_ line: String) -> Bool { send("STATUS=\(line)") }

    /// - Returns: whether the supervisor's socket took it. It does not where the supervisor is gone,
    ///   or has not read for a while.
    private func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        // Safety: the kernel copies the bytes and the address before the call returns.
        let count = unsafe address.withSocketAddress { address, length in
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe sendto(
                    descriptor,
                    buffer.baseAddress,
                    buffer.count,
                    flags,
                    address,
                    length
                )
            }
        }
        return count == bytes.count
    }
}
