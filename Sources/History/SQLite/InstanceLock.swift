import Glibc

/// Keeps a second daemon away from a database: an exclusive `flock` on `<database>.lock`, which
/// holds the owner's process id for the message that the second one prints.
///
/// SQLite's own locks would not do: they let several writers in, one after the other. The lock goes
/// with the process, however it ends; the file stays, because removing it would race with the next
/// owner.
struct InstanceLock: ~Copyable {
    private let descriptor: Int32

    /// Cost: three system calls.
    init(database path: String, attempt: String) throws(HistoryError) {
        let file = path + ".lock"
        // Safety: plain system calls on a string that lives for the call.
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw HistoryError(attempt: attempt, path: path, cause: .systemError(errno, file: file))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.readProcessID(descriptor)
            close(descriptor)
            throw HistoryError(attempt: attempt, path: path, cause: .inUse(processID: owner))
        }
        Self.writeProcessID(descriptor)
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func readProcessID(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        // Safety: `pread` writes at most the buffer's count.
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        guard count > 0 else { return nil }
        let digits = bytes.prefix(count).prefix { (48...57).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    /// Only a help for people: that it could not be written changes nothing.
    private static func writeProcessID(_ descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        // Safety: the buffer lives for the call.
        _ = unsafe text.withUnsafeBytes { buffer in
            unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, 0)
        }
    }
}

extension HistoryError.Cause {
    /// The meaning of `errno` after a call on `file`.
    static func systemError(_ number: Int32, file: String) -> HistoryError.Cause {
        // Safety: the text is copied before any other call can change it.
        let text = unsafe String(cString: strerror(number))
        switch number {
        case EACCES, EPERM, EROFS: return .notPermitted(reason: "\(text), \(file)")
        case ENOENT, ENOTDIR: return .folderMissing(folder(of: file))
        case ENOSPC, EDQUOT: return .full
        default: return .inputOutput(code: number, reason: "\(text), \(file)")
        }
    }

    /// The part before the last `/`; `.` where there is none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
