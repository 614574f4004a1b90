import Delivery
import Glibc
import Monitoring

/// What the operating system says: of the process, and of the disk that the database lies on.
///
/// Each call is one or two system calls of some microseconds. What cannot be read is nil; nothing
/// depends on it.
enum SystemFigures {
    static func process() -> SelfMessage.Process {
        var figures = SelfMessage.Process()
        figures.residentBytes = residentBytes()
        figures.processorTime = processorTime()
        return figures
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static func residentBytes() -> Int64? {
        guard let text = firstBytes(of: "/proc/self/statm") else { return nil }
        let numbers = text.split(separator: " ")
        guard numbers.count > 1, let pages = Int64(numbers[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func firstBytes(of path: String) -> String? {
        // Safety: the kernel reads the path within the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        // Safety: the call writes at most the buffer's count.
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    private static func processorTime() -> Nanoseconds {
        var usage = rusage()
        // Safety: the kernel fills the struct within the call.
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else {
            return Nanoseconds(0)
        }
        return Nanoseconds(usage.ru_utime.nanoseconds + usage.ru_stime.nanoseconds)
    }

    /// What the file system has left for a user that is not root.
    static func freeBytes(beside path: String) -> Int64? {
        var status = statvfs()
        // Safety: the kernel reads the path and fills the struct within the call.
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let (bytes, overflow) = UInt64(status.f_bavail)
            .multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? nil : Int64(clamping: bytes)
    }

    /// The size of a file; 0 where there is none, as of a log that was not begun.
    static func bytes(ofFile path: String) -> Int64? {
        var status = stat()
        // Safety: as above.
        if unsafe stat(path, &status) == 0 { return Int64(status.st_size) }
        return errno == ENOENT ? 0 : nil
    }
}

extension timeval {
    fileprivate var nanoseconds: Int64 { Int64(tv_sec) * 1_000_000_000 + Int64(tv_usec) * 1_000 }
}
