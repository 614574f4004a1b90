/// Text in lines of a given width, broken at spaces; a word that is longer than a line is cut.
public enum WrappedText {
    /// - Parameter width: in characters, 1 at least.
    /// - Returns: one line at least.
    public static func lines(_ text: String, width: Int) -> [String] {
        let width = max(1, width)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = word
            if !line.isEmpty, line.count + 1 + word.count <= width {
                line += " \(word)"
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while word.count > width {
                lines.append(String(word.prefix(width)))
                word = word.dropFirst(width)
            }
            line = String(word)
        }
        return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
    }
}
