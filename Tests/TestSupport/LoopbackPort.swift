internal import Glibc

/// TCP on 127.0.0.1, for brokers that tests start.
public enum LoopbackPort {
    /// A port that is free at the moment.
    public static func findFree() -> UInt16 {
        let (descriptor, port) = listen(on: 0)
        close(descriptor)
        return port
    }

    /// A listening socket; port 0 takes a free one. The descriptor is -1 where it fails.
    static func listen(on wanted: UInt16) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        // Safety: pointers live for the calls, and the lengths are those of the values.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        var address = make(wanted)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                let bound = unsafe bind(descriptor, general, length)
                return unsafe bound == 0 ? getsockname(descriptor, general, &length) : bound
            }
        }
        guard result == 0, Glibc.listen(descriptor, 16) == 0 else {
            close(descriptor)
            return (-1, 0)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Whether somebody listens there.
    public static func isListening(_ port: UInt16) -> Bool {
        let descriptor = connect(to: port)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }

    /// A socket that is connected; -1 where nobody listens.
    static func connect(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = make(port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Safety: as above.
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                unsafe Glibc.connect(descriptor, general, length)
            }
        }
        guard result == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    private static func make(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
