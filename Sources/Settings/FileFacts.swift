/// What `assay check` looks at in a file that the configuration names, without opening it.
public struct FileFacts: Sendable, Equatable {
    /// Unix permission bits.
    public var permissions: Int
    public var isFolder: Bool

    public init(permissions: Int, isFolder: Bool = false) {
        self.permissions = permissions
        self.isFolder = isFolder
    }

    /// Whether others than the owner can read it.
    var isReadableByOthers: Bool { permissions & 0o044 != 0 }
}
