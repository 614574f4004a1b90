import Glibc

/// What is at a database's path before SQLite touches it. A file that is not ours must be left
/// byte for byte as it was, and SQLite changes a file as soon as it opens it for writing.
enum DatabaseFile: Equatable {
    case missing
    /// Nothing in it: as good as missing.
    case empty
    /// A SQLite database with these two numbers in its header.
    case database(applicationID: UInt32, userVersion: Int)
    case somethingElse

    /// `AssA` in ASCII: marks the file as ours (`file` and SQLite tools show it).
    static let applicationID: UInt32 = 0x4173_7341

    /// Reads the header, 100 bytes (sqlite.org/fileformat.html, section 1.3).
    static func examine(_ path: String, attempt: String) throws(HistoryError) -> DatabaseFile {
        // Safety: plain system calls on a string that lives for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT, isFolder(HistoryError.Cause.folder(of: path)) { return .missing }
            throw HistoryError(
                attempt: attempt,
                path: path,
                cause: .systemError(number, file: path),
            )
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        // Safety: `pread` writes at most the buffer's count.
        let count = unsafe header.withUnsafeMutableBytes { buffer in
            unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        guard count >= 0 else {
            throw HistoryError(
                attempt: attempt,
                path: path,
                cause: .systemError(errno, file: path),
            )
        }
        return DatabaseFile(header: header.prefix(count))
    }

    /// Creates an empty file of mode 0640; `-wal` and `-shm` take their mode from it.
    static func create(_ path: String, attempt: String) throws(HistoryError) {
        // Safety: as above.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw HistoryError(
                attempt: attempt,
                path: path,
                cause: .systemError(errno, file: path),
            )
        }
        defer { close(descriptor) }
        // The process may run with a mask that would hide the file from the group `assay`.
        guard fchmod(descriptor, 0o640) == 0 else {
            throw HistoryError(
                attempt: attempt,
                path: path,
                cause: .systemError(errno, file: path),
            )
        }
    }

    private init(header: ArraySlice<UInt8>) {
        if header.isEmpty {
            self = .empty
        } else if header.count < 100 || !header.starts(with: Array("SQLite format 3\0".utf8)) {
            self = .somethingElse
        } else {
            func number(at offset: Int) -> UInt32 {
                header[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
            }
            self = .database(
                applicationID: number(at: 68),
                userVersion: Int(Int32(bitPattern: number(at: 60))),
            )
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        // Safety: `stat` fills the structure that it is given.
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
