import Foundation

/// The folder of oracles and examples that stands beside the repository, where it does.
enum SharedFolder {
    static let url: URL = {
        if let path = ProcessInfo.processInfo.environment["ASSAY_SHARED"], !path.isEmpty {
            return URL(fileURLWithPath: path)
        }
        return URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared")
    }()
}
