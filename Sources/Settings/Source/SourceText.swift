/// One configuration file's text by lines, to turn an offset inside a value into a column, and to
/// keep places inside the file.
struct SourceText: Sendable {
    /// As it is shown in problems.
    let file: String
    /// Without line ends.
    let lines: [Substring.UnicodeScalarView]

    init(file: String, text: String) {
        self.file = file
        lines = Substring(text).unicodeScalars
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.last == "\r" ? $0.dropLast() : $0 }
    }

    /// The place, moved to the end of the text where it lies behind it: a parser reports what is
    /// missing after the last line.
    func place(line: Int, column: Int) -> Place {
        var last = lines.count
        while last > 1, lines[last - 1].isEmpty { last -= 1 }
        guard line <= last else {
            return Place(file: file, line: last, column: lines[last - 1].count + 1)
        }
        let line = max(line, 1)
        let width = lines[line - 1].count + 1
        return Place(file: file, line: line, column: min(max(column, 1), width))
    }

    /// Whether `text` stands literally at a place, which must be one of this file.
    func has(_ text: some StringProtocol, at place: Place) -> Bool {
        guard (1...lines.count).contains(place.line), place.column >= 1 else { return false }
        let rest = lines[place.line - 1].dropFirst(place.column - 1)
        return rest.starts(with: text.unicodeScalars)
    }

    /// The place of a character within a scalar value that begins at `place`. Quotes are skipped.
    /// Where the value is not written literally (escapes, folded lines), its beginning.
    func place(of offset: Int, in text: String, at place: Place) -> Place {
        var start = place
        if has("\"", at: place) || has("'", at: place) { start.column += 1 }
        guard has(text, at: start) else { return place }
        start.column += text.prefix(offset).unicodeScalars.count
        return start
    }
}
