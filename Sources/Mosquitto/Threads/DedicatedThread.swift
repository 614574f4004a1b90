internal import CMosquitto
internal import Glibc

/// Starts a detached POSIX thread: libmosquitto blocks, and the threads of Swift's pool must not.
enum DedicatedThread {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Runs `body` on a new thread; `name` (at most 15 bytes) shows up in `top -H`.
    static func start(
        name: String,
        _ body: @escaping @Sendable () -> Void,
    ) throws(ConnectionProblem) {
        var thread = pthread_t()
        // Safety: the reference count taken here is released once, by the new thread, or below
        // where there is none.
        let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        let result = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                // Safety: `argument` is the box that was passed in, and is taken over once.
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                unsafe name_this_thread(body.name)
                body.run()
                return nil
            },
            box.toOpaque(),
        )
        guard result == 0 else {
            unsafe box.release()
            throw ConnectionProblem(.noThread(errno: result))
        }
        pthread_detach(thread)
    }
}
