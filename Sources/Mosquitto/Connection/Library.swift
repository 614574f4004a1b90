internal import CMosquitto
internal import Glibc

/// libmosquitto's process-wide part.
enum Library {
    /// Prepares the library once: its own reference count is not thread-safe. Also ignores SIGPIPE,
    /// which the library does by itself only before 2.0.15.
    static let isReady: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue
    }()
}
