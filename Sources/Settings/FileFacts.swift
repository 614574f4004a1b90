/// What `assay check` looks at in a file that the configuration names, without opening it.
public struct FileFacts: Sendable, Equatable {
    /// Unix permission bits.
    public var permissions: Int
    public var isFolder: Bool
    /// Whether the user that asks may write it, or into it.
    public var isWritable: Bool

    public init(permissions: Int, isFolder: Bool = false, isWritable: Bool = true) {
        self.permissions = permissions
        self.isFolder = isFolder
        self.isWritable = isWritable
    }

    /// Whether others than the owner can read it.
    var isReadableByOthers: Bool { permissions & 0o044 != 0 }
}
