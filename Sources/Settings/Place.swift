/// Where something stands in the configuration. Lines and columns count from 1, a column is one
/// Unicode scalar, as editors and compilers count.
public struct Place: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The file as it was asked for, so that an editor can open it.
    public var file: String
    /// 0 where the file itself is meant, because it could not be read.
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The file as a whole.
    public init(file: String) {
        self.init(file: file, line: 0, column: 0)
    }

    /// `file:line:column`, or the file alone.
    public var description: String {
        line == 0 ? file : "\(file):\(line):\(column)"
    }

    public static func < (left: Place, right: Place) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
