import Foundation
import Glibc

/// Gives back the memory of code that only the start needed.
///
/// Linking, reading the configuration, opening the database and connecting touch most pages of some
/// twenty megabytes of code, and they would stay resident for the years in which nothing but the
/// path of a message runs. What is still needed comes back from the kernel's file cache within
/// microseconds, page by page (docs/decisions/0007).
enum StartUpCode {
    /// Takes about a millisecond. Where the system does not tell what is mapped nothing happens:
    /// it is a saving, no duty.
    static func release() {
        // Read to its end, not by its size: files of `/proc` say 0.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/smaps"),
            let map = try? file.readToEnd()
        else { return }
        let files = FileManager.default
        guard let program = try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return
        }
        for range in untouchedRanges(String(decoding: map, as: UTF8.self), of: program) {
            // Safety: the range is mapped from the program's own file, which stays mapped to the end
            // of the process; it is not writable, and none of its pages was ever changed, so every
            // page in it is as the file has it, and comes back so when touched.
            unsafe madvise(
                UnsafeMutableRawPointer(bitPattern: range.lowerBound),
                range.count,
                MADV_DONTNEED,
            )
        }
    }

    /// The addresses of read-only mappings of a file that hold no page of their own.
    ///
    /// A mapping begins with a line `from-to permissions offset device inode path`, the addresses in
    /// hexadecimal; lines `Name: value kB` follow. `Anonymous` counts pages that differ from the
    /// file, such as those that the linker has relocated. Libraries are left alone: one that
    /// another thread unloads meanwhile could leave its addresses to somebody's data.
    static func untouchedRanges(_ map: String, of path: String) -> [Range<UInt>] {
        var ranges: [Range<UInt>] = []
        var mapping: Range<UInt>?
        let name = " " + path
        for line in map.utf8.split(separator: UInt8(ascii: "\n")) {
            // Ten thousand lines: names begin with a capital, and few matter.
            let isName = line.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            if isName == true {
                guard let range = mapping, line.starts(with: "Anonymous:".utf8) else { continue }
                if Substring(line).split(separator: " ").dropFirst().first == "0" {
                    ranges.append(range)
                }
            } else {
                let text = Substring(line)
                guard text.hasSuffix(name) else {
                    mapping = nil
                    continue
                }
                let columns = text.split(separator: " ")
                let isReadOnly = columns.count >= 6 && columns[1].hasPrefix("r-")
                mapping = isReadOnly ? addresses(columns[0]) : nil
            }
        }
        return ranges
    }

    private static func addresses(_ column: Substring) -> Range<UInt>? {
        let ends = column.split(separator: "-")
        guard ends.count == 2, let from = UInt(ends[0], radix: 16),
            let to = UInt(ends[1], radix: 16), from > 0, from < to
        else { return nil }
        return from..<to
    }
}
