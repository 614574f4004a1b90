public import Foundation

/// The folder of this package, found from this file's own place.
public enum PackageFolder {
    public static let url: URL = {
        var folder = URL(filePath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder
    }()
}
