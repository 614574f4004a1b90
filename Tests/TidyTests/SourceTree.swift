import Foundation

/// The files of this package, found from this file's own place.
enum SourceTree {
    static let root: URL = {
        var folder = URL(filePath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder
    }()

    /// Every Swift file that is ours, in the order of their paths.
    static let swiftFiles: [SourceText] = ["Sources", "Tests", "Benchmarks/Sources"]
        .flatMap { paths(below: $0) }
        .filter { $0.hasSuffix(".swift") }
        .compactMap { path in text(of: path).map { SourceText(path: path, text: $0) } }

    static func text(of path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The paths of all files below a folder, relative to the package; empty if there is none.
    static func paths(below folder: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (found?.compactMap { $0 as? String } ?? [])
            .map { "\(folder)/\($0)" }
            .sorted()
    }
}
