import Foundation
import TestSupport

/// The independent oracles of the shared folder.
enum OracleFolder {
    static func file(_ path: String) -> URL? { SharedFolder.url("oracles/\(path)") }

    /// The rows of a CSV without its header; lines that begin with `#` are left out.
    static func rows(_ file: URL, hasHeader: Bool = true) throws -> [[Substring]] {
        try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst(hasHeader ? 1 : 0)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }
}
