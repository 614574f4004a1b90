public import Foundation

/// The folder of payloads, recordings and independent oracles that stands beside the repository,
/// where it does: `ASSAY_SHARED`, else `../shared` seen from the package.
public enum SharedFolder {
    /// A file or folder in it; nil where it is absent, which is said. Tests that use it then pass.
    public static func url(_ path: String) -> URL? {
        let given = ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? ""
        let shared = URL(
            filePath: given.isEmpty ? "../shared" : given,
            relativeTo: PackageFolder.url,
        )
        let url = shared.appending(path: path)
        if FileManager.default.fileExists(atPath: url.path) { return url }
        print("the shared folder has no \(path) here: nothing to compare with")
        return nil
    }
}
