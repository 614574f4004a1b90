internal import Glibc
internal import Monitoring

/// Closes a connection so that the broker reads everything that was written to it.
///
/// libmosquitto closes the socket as soon as DISCONNECT is written. Under load there are messages
/// in it that nobody has read; the kernel then answers with a reset instead of an end, and a broker
/// that was about to send meets the reset before it has read our last acknowledgements: what was
/// counted and acknowledged is sent, and counted, again. So a second descriptor keeps the socket
/// open past the library's close, ends only our own direction, and throws away what still comes
/// until the broker has closed.
struct OrderlyClose {
    private static let scratchSize = 1 << 14

    /// -1 where there is no socket, or no descriptor left: the library's own close must do.
    private let descriptor: Int32

    /// Before the library closes the socket.
    init(of socket: Int32) {
        descriptor = socket < 0 ? -1 : dup(socket)
    }

    /// After the library's close; blocks until the broker has closed too.
    /// - Parameters:
    ///   - isClosed: false where the library still has something to write: nothing is ended.
    ///   - patience: a broker that has not read its last bytes by then is stuck; the end of the
    ///     daemon is not.
    func finish(isClosed: Bool, patience: Nanoseconds) {
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard isClosed, shutdown(descriptor, Int32(SHUT_WR)) == 0 else { return }
        var scratch = [UInt8](repeating: 0, count: Self.scratchSize)
        let milliseconds = Int32(patience.count / 1_000_000)
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Safety: the pointers live for the calls, and the lengths are those of the values.
        while unsafe poll(&wait, 1, milliseconds) == 1 {
            let count = unsafe recv(descriptor, &scratch, Self.scratchSize, Int32(MSG_DONTWAIT))
            if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return }
        }
    }
}
