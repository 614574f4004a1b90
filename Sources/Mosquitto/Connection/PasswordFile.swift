internal import Glibc
internal import Monitoring

/// A file whose first line is a password. Read at each connect, so that a changed password is used
/// without a restart; never kept.
struct PasswordFile {
    var path: String

    func read() throws(ConnectionProblem) -> String {
        // Safety: the C string lives for the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw problem(errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Limits.passwordBytes)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            // Safety: `room` bytes follow the offset.
            let read = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file, buffer.baseAddress?.advanced(by: count), room)
            }
            if read < 0 { throw problem(errno) }
            if read == 0 { break }
            count += read
        }
        let line = bytes[..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, !line.contains(0), let text = String(validating: line, as: UTF8.self)
        else { throw ConnectionProblem(.unusablePassword(path: path)) }
        return text
    }

    private func problem(_ number: Int32) -> ConnectionProblem {
        ConnectionProblem(.unreadableFile(path: path, errno: number))
    }
}
