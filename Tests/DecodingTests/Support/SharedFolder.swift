import Foundation

/// The folder of payloads and oracles that several projects share.
enum SharedFolder {
    /// `ASSAY_SHARED`, or `../shared` beside the package; nil where it is absent, which is said.
    static func url(_ name: String) -> URL? {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let environment = ProcessInfo.processInfo.environment["ASSAY_SHARED"]
        let shared = URL(fileURLWithPath: environment ?? "../shared", relativeTo: package)
        let url = shared.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: url.path) { return url }
        print("shared folder has no \(name) here: nothing to compare with")
        return nil
    }
}
