/// A Swift file taken apart: per line what is code, what is comment and what was written.
///
/// Rules look at code without being misled by comments and literals, and at comments without being
/// misled by code.
struct SourceText {
    struct Line {
        /// As written.
        var text: String
        /// Comments and the contents of string literals are blanked; columns stay.
        var code: String
        /// The text of comments, blanked elsewhere.
        var comment: String
    }

    /// Relative to the package, such as `Sources/Alarms/AlarmState.swift`.
    var path: String
    /// As written.
    var text: String
    var lines: [Line]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        self.lines = SwiftLexer.split(text)
    }

    /// The module that the file belongs to: the folder below `Sources` or `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isTest: Bool { path.hasPrefix("Tests/") }

    func problem(line: Int, _ text: String) -> TidyProblem {
        TidyProblem(path: path, line: line, text: text)
    }
}
