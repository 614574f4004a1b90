import Foundation

/// Where people read: results on standard output, everything else on standard error.
enum Terminal {
    static func say(_ text: String) {
        write(text, to: .standardOutput)
    }

    static func complain(_ text: String) {
        write(text, to: .standardError)
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
