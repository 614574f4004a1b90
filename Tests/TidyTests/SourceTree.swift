import Foundation
import TestSupport

/// The files of this package.
enum SourceTree {
    /// Every Swift file that is ours, in the order of their paths.
    static let swiftFiles: [SourceText] = ["Sources", "Tests", "Benchmarks/Sources"]
        .flatMap { paths(below: $0) }
        .filter { $0.hasSuffix(".swift") }
        .compactMap { path in text(of: path).map { SourceText(path: path, text: $0) } }

    static func text(of path: String) -> String? {
        try? String(contentsOf: PackageFolder.url.appending(path: path), encoding: .utf8)
    }

    /// The paths of all files below a folder, relative to the package; empty if there is none.
    static func paths(below folder: String) -> [String] {
        let found = FileManager.default.enumerator(
            atPath: PackageFolder.url.appending(path: folder).path
        )
        return (found?.compactMap { $0 as? String } ?? [])
            .map { "\(folder)/\($0)" }
            .sorted()
    }
}
