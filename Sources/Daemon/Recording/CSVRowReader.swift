import Foundation

/// Reads a CSV file row by row as bytes (RFC 4180: quotes, doubled quotes, line breaks inside
/// quotes), so that a payload of any bytes survives. Memory: one chunk and one row.
struct CSVRowReader {
    /// Why a file cannot be read on: where, and what to do.
    struct Problem: Error, Equatable, CustomStringConvertible {
        var path: String
        /// Line of the file, from 1; 0 for the file as a whole.
        var line: Int
        var reason: String

        var description: String {
            line == 0 ? "\(path): \(reason)" : "\(path):\(line): \(reason)"
        }
    }

    /// A row may not be longer: a stray quote would swallow the rest of the file.
    private static let rowLimit = 8 << 20
    private static let chunkSize = 1 << 18

    let path: String
    private let handle: FileHandle
    private var chunk: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// Line of the file at which the last row began, from 1.
    private(set) var line = 0
    private var nextLine = 1
    /// Bytes read so far, for progress.
    private(set) var bytesRead: Int64 = 0

    init(path: String) throws(Problem) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Problem(
                path: path,
                line: 0,
                reason: "cannot be opened; check that the file exists and may be read",
            )
        }
        self.path = path
        self.handle = handle
    }

    /// The next row's cells, or nil at the end. Empty lines are passed over.
    mutating func next(into cells: inout [[UInt8]]) throws(Problem) -> Bool {
        while true {
            line = nextLine
            guard try readRow(into: &cells) else { return false }
            if !(cells.count == 1 && cells[0].isEmpty) { return true }
        }
    }

    private mutating func readRow(into cells: inout [[UInt8]]) throws(Problem) -> Bool {
        cells.removeAll(keepingCapacity: true)
        var cell: [UInt8] = []
        var isQuoted = false
        var endsInReturn = false
        var length = 0
        var hasBegun = false
        while let byte = try nextByte() {
            hasBegun = true
            length += 1
            if length > Self.rowLimit {
                throw Problem(
                    path: path,
                    line: line,
                    reason: "the row is longer than 8 MiB; is a quote missing?"
                )
            }
            if byte == UInt8(ascii: "\n") { nextLine += 1 }
            defer { endsInReturn = !isQuoted && byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\""):
                if isQuoted, try peek() == byte {
                    cell.append(byte)
                    _ = try nextByte()
                } else {
                    isQuoted.toggle()
                }
            case UInt8(ascii: ",") where !isQuoted:
                cells.append(cell)
                cell.removeAll(keepingCapacity: true)
            case UInt8(ascii: "\n") where !isQuoted:
                if endsInReturn { cell.removeLast() }
                cells.append(cell)
                return true
            default: cell.append(byte)
            }
        }
        if isQuoted {
            throw Problem(path: path, line: line, reason: "a quote is opened and never closed")
        }
        if hasBegun { cells.append(cell) }
        return hasBegun
    }

    private mutating func peek() throws(Problem) -> UInt8? {
        if position == chunk.count { try fill() }
        return position < chunk.count ? chunk[position] : nil
    }

    private mutating func nextByte() throws(Problem) -> UInt8? {
        if position == chunk.count { try fill() }
        guard position < chunk.count else { return nil }
        defer { position += 1 }
        return chunk[position]
    }

    private mutating func fill() throws(Problem) {
        guard !isAtEnd else { return }
        do {
            let data = try handle.read(upToCount: Self.chunkSize) ?? Data()
            isAtEnd = data.isEmpty
            chunk = Array(data)
            position = 0
            bytesRead += Int64(data.count)
        } catch {
            throw Problem(path: path, line: nextLine, reason: "cannot be read on: \(error)")
        }
    }
}
