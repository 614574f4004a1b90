import Foundation
import Glibc

extension LocalBroker {
    /// mosquitto in PATH, or where Debian puts it, which is not in everybody's PATH.
    static func executable() throws(LocalBrokerProblem) -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        for folder in folders {
            let file = URL(fileURLWithPath: folder).appendingPathComponent("mosquitto")
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw .notInstalled
    }

    static func makeFolder() throws(LocalBrokerProblem) -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("assay-demo-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700],
            )
        } catch {
            throw .noFolder(error.localizedDescription)
        }
        return folder
    }

    /// Only this machine, nobody's password, nothing kept; and queues long enough that a daemon
    /// that is stopped in the debugger for a minute loses nothing (350 messages/s).
    static func writeConfiguration(
        port: UInt16,
        in folder: URL,
    ) throws(LocalBrokerProblem) -> URL {
        let text = """
            listener \(port) 127.0.0.1
            allow_anonymous true
            user \(callerName())
            persistence false
            max_queued_messages 100000
            max_inflight_messages 1000
            set_tcp_nodelay true
            sys_interval 10
            log_dest stderr
            log_type error
            log_type warning

            """
        let file = folder.appendingPathComponent("mosquitto.conf")
        do {
            try Data(text.utf8).write(to: file)
        } catch {
            throw .noFolder(error.localizedDescription)
        }
        return file
    }

    /// As root mosquitto would become the user `mosquitto`, who cannot read our folder.
    private static func callerName() -> String {
        // Safety: getpwuid returns nil or a record that lives until the next call, and is copied
        // here before any other thread of the starting demo could make one.
        guard let entry = unsafe getpwuid(geteuid()), let name = unsafe entry.pointee.pw_name else {
            return NSUserName()
        }
        return unsafe String(cString: name)
    }

    /// A port that was free a moment ago: the kernel chooses it and we give it back.
    static func freePort() throws(LocalBrokerProblem) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .noFreePort }
        defer { close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Safety: the address is a local of the stated length, valid for both calls.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw .noFreePort }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Whether somebody accepts connections there. On loopback the answer comes at once.
    static func accepts(port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let address = loopback(port: port)
        // Safety: the address is a local of the stated length, valid for the call.
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
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
