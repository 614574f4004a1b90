import Glibc
import Mosquitto

/// Keeps a second daemon on this machine away from a broker's client id: a broker lets one client
/// have it, so that two throw each other off, over and over, and each loses what the other took.
///
/// The claim is a socket with a name in the kernel, not a file: it ends with the process however that
/// ends, so that a restart never finds a stale one; it needs no folder that every user can write; and
/// it is seen between a service and a daemon that somebody starts by hand. Its reach is that of the
/// network namespace: containers with a network of their own do not see each other, nor do two
/// machines. There the broker's word remains, which `ConnectionEvent.Kind.clientIDContested` tells.
final class ClientIDClaim: Sendable {
    /// Who has the client id, and what to do.
    struct Refusal: Error, CustomStringConvertible {
        var broker: BrokerSettings
        /// Nil where the kernel does not tell, as between containers.
        var processID: Int32?

        var description: String {
            let process = processID.map { " (process \($0))" } ?? ""
            return """
                another Assay on this machine\(process) already uses the client id \
                `\(broker.clientID)` at the broker \(broker.host):\(broker.port), which lets only one \
                have it. Stop the other one, or give each its own broker.clientID.
                """
        }
    }

    private let descriptor: Int32

    /// Nil where the kernel cannot say whether anybody else has it: then the daemon goes on.
    init?(_ broker: BrokerSettings) throws(Refusal) {
        guard let address = UnixSocketAddress("@assay/client/" + Self.name(of: broker)) else {
            return nil
        }
        let kind =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return nil }
        // Safety: the kernel copies the address within the call.
        if unsafe address.withSocketAddress({ unsafe bind(descriptor, $0, $1) }) == 0 {
            // So that a second daemon can ask who this is; nobody is ever let in.
            _ = listen(descriptor, 128)
            return
        }
        let isTaken = errno == EADDRINUSE
        let owner = isTaken ? Self.owner(of: address, asking: descriptor) : nil
        // A class that throws from its initialiser runs its deinit, which closes the socket.
        guard isTaken else { return nil }
        throw Refusal(broker: broker, processID: owner)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The process that listens there, over a socket that is not bound.
    private static func owner(of address: UnixSocketAddress, asking descriptor: Int32) -> Int32? {
        // The kernel's `struct ucred`, which the C library shows to GNU programs only.
        var peer: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: peer))
        // Safety: the kernel copies the address, and fills at most the stated length of the struct.
        guard
            unsafe address.withSocketAddress({ unsafe connect(descriptor, $0, $1) }) == 0,
            unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0,
            peer.process > 0
        else { return nil }
        return peer.process
    }

    /// The same for each way to write this machine, and short enough for a socket's name: FNV-1a
    /// (Fowler, Noll, Vo) over host, port and client id, in hexadecimal digits.
    static func name(of broker: BrokerSettings) -> String {
        let host = broker.host.lowercased()
        let isLocal = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        let text = "\(isLocal ? "localhost" : host)\n\(broker.port)\n\(broker.clientID)"
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
