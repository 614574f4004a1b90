import Foundation

/// The folder with independent oracles: `ASSAY_SHARED`, or `shared` beside the package. Tests that
/// use it say that it is absent, and pass.
enum OracleFolder {
    static let packageRoot: URL = {
        var root = URL(filePath: #filePath)
        for _ in 0..<5 { root.deleteLastPathComponent() }
        return root
    }()

    static func file(_ path: String) -> URL? {
        let given = ProcessInfo.processInfo.environment["ASSAY_SHARED"]
        let root = given.map { URL(filePath: $0) } ?? packageRoot.appending(path: "../shared")
        let file = root.appending(path: "oracles").appending(path: path)
        guard FileManager.default.fileExists(atPath: file.path) else {
            print("\(path) of the oracles is absent; the comparison with it is skipped")
            return nil
        }
        return file
    }

    /// The rows of a CSV without its header; lines that begin with `#` are left out.
    static func rows(_ file: URL, hasHeader: Bool = true) throws -> [[Substring]] {
        try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst(hasHeader ? 1 : 0)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }
}
