import Foundation
import History

/// Where people read: results on standard output, everything else on standard error.
enum Terminal {
    static func say(_ text: String) {
        write(text, to: .standardOutput)
    }

    static func complain(_ text: String) {
        write(text, to: .standardError)
    }

    /// As `say`, broken at spaces to the terminal's width; lines after the first are indented.
    static func sayWrapped(_ text: String, indentation: Int = 0) {
        say(wrapped(text, indentation: indentation, width: width))
    }

    static func wrapped(_ text: String, indentation: Int, width: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        // The first line is as long as the others, its own beginning included.
        return WrappedText.lines(text, width: width - indentation)
            .joined(separator: "\n" + margin)
    }

    /// Columns of the terminal that results go to; 100 where that is none, such as a pipe or a file.
    static var width: Int {
        var size = winsize()
        // Safety: the call fills the struct that it is given, which outlives it.
        let isTerminal = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return isTerminal && size.ws_col > 0 ? Int(size.ws_col) : 100
    }

    /// Whether characters beyond ASCII are shown as such, as the locale of the environment says.
    static var isUnicode: Bool { isUnicode(ProcessInfo.processInfo.environment) }

    /// The first of the variables that is set decides, as in setlocale(3).
    static func isUnicode(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
            .first { !$0.isEmpty }
        let name = (locale ?? "").lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }

    /// A closed pipe (`assay … | head`) ends the output, not the program.
    private static func write(_ text: String, to handle: FileHandle) {
        let line = text.hasSuffix("\n") ? text : text + "\n"
        do {
            try handle.write(contentsOf: Data(line.utf8))
        } catch {
            Foundation.exit(0)
        }
    }
}
