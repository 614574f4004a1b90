internal import Glibc

/// TCP on 127.0.0.1, for brokers that the demo, the tests and the benchmark start.
public enum LoopbackPort {
    /// A port that was free a moment ago: the kernel chooses it and it is given back. Somebody else
    /// may take it before a broker binds it. Nil where there is none.
    public static func findFree() -> UInt16? {
        guard let (descriptor, port) = listen() else { return nil }
        close(descriptor)
        return port
    }

    /// A listening socket on a free port, for the caller to close; nil where there is none.
    public static func listen() -> (descriptor: Int32, port: UInt16)? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = address(port: 0)
        var length = addressLength
        // Safety: the address is a local of the stated length, valid for both calls.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound, Glibc.listen(descriptor, 16) == 0 else {
            close(descriptor)
            return nil
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Whether somebody accepts connections there. On loopback the answer comes at once.
    public static func isListening(_ port: UInt16) -> Bool {
        guard let descriptor = connect(to: port) else { return false }
        close(descriptor)
        return true
    }

    /// A connected socket, for the caller to close; nil where nobody listens.
    public static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let address = address(port: port)
        // Safety: the address is a local of the stated length, valid for the call.
        let isConnected = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(descriptor, generic, addressLength) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static let addressLength = socklen_t(MemoryLayout<sockaddr_in>.size)

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
