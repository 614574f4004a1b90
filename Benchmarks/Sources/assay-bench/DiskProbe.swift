import Foundation
import Glibc

/// How long the disk takes to make a small write durable: the floor of every commit that must
/// survive a power cut.
enum DiskProbe {
    /// Times of `fdatasync` after writing one page, in microseconds.
    static func measure(folder: URL, count: Int = 200) throws -> [Double] {
        let path = folder.appending(path: "disk-probe").path
        // Safety: the path is a C string for the call; no further argument is read.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else {
            throw Self.failure(folder)
        }
        defer {
            close(descriptor)
            // Safety: as above.
            unsafe unlink(path)
        }
        let page = [UInt8](repeating: 0x5a, count: 4_096)
        return try (0..<count).map { _ in
            // Safety: the page lives for the call and is as long as said.
            let written = unsafe page.withUnsafeBytes { bytes in
                unsafe write(descriptor, bytes.baseAddress, bytes.count)
            }
            let watch = Stopwatch()
            guard written == page.count, fdatasync(descriptor) == 0 else {
                throw Self.failure(folder)
            }
            return 1e6 * watch.seconds
        }
    }

    private static func failure(_ folder: URL) -> BenchmarkError {
        BenchmarkError("cannot write to \(folder.path): error \(errno)")
    }
}
