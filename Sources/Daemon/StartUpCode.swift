import Foundation
import Glibc

/// Gives back the memory of code that only the start needed.
///
/// Reading the configuration, opening the database and linking the libraries touch most pages of
/// some forty megabytes of code, and they would stay resident for the years in which nothing but
/// the path of a message runs. What is still needed comes back from the kernel's file cache within
/// microseconds, page by page (docs/decisions/0007).
enum StartUpCode {
    /// Takes about a millisecond. Where the system does not tell what is mapped nothing happens:
    /// it is a saving, no duty.
    static func release() {
        // Read to its end, not by its size: files of `/proc` say 0.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/maps"),
            let map = try? file.readToEnd()
        else { return }
        let lines = String(decoding: map, as: UTF8.self).split(separator: "\n")
        for range in lines.compactMap(codeRange) {
            // Safety: the range is mapped from a file, readable and executable and never writable,
            // so every page in it is as the file has it, and comes back as it was when touched.
            unsafe madvise(
                UnsafeMutableRawPointer(bitPattern: range.lowerBound),
                range.count,
                MADV_DONTNEED,
            )
        }
    }

    /// The addresses of a line of `/proc/self/maps` that stands for a file's code.
    ///
    /// A line is `from-to permissions offset device inode path`, the addresses in hexadecimal; code
    /// is `r-xp`, and what the kernel itself maps has no path that begins with `/`.
    static func codeRange(_ line: Substring) -> Range<UInt>? {
        let columns = line.split(separator: " ")
        guard columns.count >= 6, columns[1] == "r-xp", columns[5].hasPrefix("/") else {
            return nil
        }
        let ends = columns[0].split(separator: "-")
        guard ends.count == 2, let from = UInt(ends[0], radix: 16),
            let to = UInt(ends[1], radix: 16), from > 0, from < to
        else { return nil }
        return from..<to
    }
}
