import Foundation
import Testing

@testable import Daemon

@Suite("Code that only the start needed")
struct StartUpCodeTests {
    @Test("takes the code of files, and nothing that could have been written")
    func codeRanges() {
        let code = "7f01a000-7f01c000 r-xp 00793000 fe:00 16286891                   /usr/bin/assay"
        #expect(StartUpCode.codeRange(Substring(code)) == 0x7f01_a000..<0x7f01_c000)
        for line in [
            "7f01a000-7f01c000 rwxp 00793000 fe:00 16286891                   /usr/bin/assay",
            "7f01a000-7f01c000 r--p 00793000 fe:00 16286891                   /usr/bin/assay",
            "7ffd1000-7ffd2000 r-xp 00000000 00:00 0                          [vdso]",
            "7f01a000-7f01c000 r-xp 00000000 00:00 0",
            "7f01c000-7f01a000 r-xp 00793000 fe:00 1                          /usr/bin/assay",
            "code r-xp 0 0 0 /usr/bin/assay",
        ] {
            #expect(StartUpCode.codeRange(Substring(line)) == nil, "\(line)")
        }
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
