import Glibc

/// The address of a Unix socket: a path, or, with `@` in front, a name in the kernel that no file
/// stands for.
struct UnixSocketAddress {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// Nil where the text is empty, is neither an absolute path nor begins with `@`, or is longer
    /// than the 107 bytes that the kernel takes.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count > 1, bytes[0] == UInt8(ascii: "/") || bytes[0] == UInt8(ascii: "@"),
            bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0)
        else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        // Safety: the text is shorter than the field, which was zero before.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            unsafe field.copyBytes(from: bytes)
        }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { address.sun_path.0 = 0 }
        // An abstract name ends with the address, a path with a zero.
        let head = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        length = socklen_t(head + bytes.count + (isAbstract ? 0 : 1))
    }

    /// Calls a function of the socket interface with the address.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        // Safety: the kernel reads the address by its family, and only the stated length of it; the
        // pointer is valid for the call.
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe body(generic, length)
            }
        }
    }
}
