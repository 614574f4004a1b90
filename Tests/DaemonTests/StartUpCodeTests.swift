import Foundation
import Testing

@testable import Daemon

@Suite("Code that only the start needed")
struct StartUpCodeTests {
    @Test("takes read-only mappings of files that nobody has changed, and nothing else")
    func untouchedRanges() {
        let map = """
            7f010000-7f020000 r--p 00000000 fe:00 16286891                   /usr/bin/assay
            Size:                 64 kB
            Rss:                  64 kB
            Anonymous:             0 kB
            VmFlags: rd mr mw me dw sd
            7f020000-7f030000 r-xp 00010000 fe:00 16286891                   /usr/bin/assay
            Anonymous:             0 kB
            7f030000-7f040000 r--p 00020000 fe:00 16286891                   /usr/bin/assay
            Anonymous:             4 kB
            7f040000-7f050000 rw-p 00030000 fe:00 16286891                   /usr/bin/assay
            Anonymous:             0 kB
            7f050000-7f060000 rwxp 00030000 fe:00 16286891                   /usr/bin/assay
            Anonymous:             0 kB
            7ffd1000-7ffd2000 r-xp 00000000 00:00 0                          [vdso]
            Anonymous:             0 kB
            7f060000-7f070000 r--p 00000000 00:00 0
            Anonymous:             0 kB
            7f061000-7f062000 r-xp 00010000 fe:00 16286891                   /usr/lib/libc.so.6
            Anonymous:             0 kB
            7f080000-7f070000 r-xp 00010000 fe:00 16286891                   /usr/bin/assay
            Anonymous:             0 kB
            """
        #expect(
            StartUpCode.untouchedRanges(map, of: "/usr/bin/assay") == [
                0x7f01_0000..<0x7f02_0000, 0x7f02_0000..<0x7f03_0000,
            ]
        )
        #expect(StartUpCode.untouchedRanges("", of: "/a") == [])
        #expect(StartUpCode.untouchedRanges("7f01-7f02 r-xp\nAnonymous: 0 kB", of: "/a") == [])
    }

    @Test("is no longer resident afterwards, and runs as before")
    func releases() throws {
        let before = try Self.residentFileKilobytes()
        StartUpCode.release()
        let after = try Self.residentFileKilobytes()
        #expect(after < before, "\(before) kB before, \(after) kB after")
    }

    private static func residentFileKilobytes() throws -> Int {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/status"))
        let text = String(decoding: try #require(try file.readToEnd()), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split { !$0.isNumber }.joined()))
    }
}
