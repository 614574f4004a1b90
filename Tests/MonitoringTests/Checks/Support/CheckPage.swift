import Foundation
import TestSupport

@testable import Monitoring

/// The page of a check in `docs/checks`: its doc comment, and its entry in the catalogue.
struct CheckPage {
    private static let width = 100
    /// The sources of the module, by the name of their type.
    static let sources: [String: String] = {
        let root = "Sources/Monitoring"
        let files = FileManager.default.enumerator(
            atPath: PackageFolder.url.appending(path: root).path
        )
        var paths: [String: String] = [:]
        while let path = files?.nextObject() as? String {
            guard path.hasSuffix(".swift"), let name = path.split(separator: "/").last else {
                continue
            }
            paths[String(name.dropLast(".swift".count))] = "\(root)/\(path)"
        }
        return paths
    }()

    let text: String

    init(_ type: any Check.Type) throws {
        let definition = type.definition
        let name = "\(type)"
        guard let path = Self.sources[name] else {
            throw CheckComment.Problem(description: "\(name) has no file \(name).swift")
        }
        let source = try String(
            contentsOf: PackageFolder.url.appending(path: path),
            encoding: .utf8,
        )
        let comment = try CheckComment(in: source, of: name, name: definition.name)
        text = """
            # \(definition.name)

            \(Self.wrapped(comment.title))

            ## Catches

            \(Self.wrapped(comment.catches))

            ## Cannot see

            \(Self.wrapped(comment.cannotSee))

            ## Definition

            \(Self.wrapped(comment.definition))

            ## Settings and alarm

            \(CheckPageTable.text(definition))
            ## Cost and source

            \(Self.wrapped(comment.cost))

            \(Self.wrapped(comment.source))

            Written from [\(name).swift](../../\(path)); change it there.

            """
    }

    /// The list of all checks, for `README.md`.
    static var list: String {
        CheckCatalogue.all.reduce(into: "| check | concern | finds |\n|---|---|---|\n") {
            $0 += "| [\($1.name)](\($1.name).md) | \($1.concern.name) | \($1.summary) |\n"
        }
    }

    // MARK: Lines

    private static func wrapped(_ blocks: [CheckComment.Block]) -> String {
        var text = ""
        for (index, block) in blocks.enumerated() {
            switch block {
            case .text(let paragraph):
                text += (index > 0 ? "\n\n" : "") + wrapped(paragraph)
            case .item(let item):
                var isFollowing = false
                if index > 0, case .item = blocks[index - 1] { isFollowing = true }
                let margin = item.prefix { $0 != " " }.count + 1
                text += isFollowing ? "\n" : index > 0 ? "\n\n" : ""
                text += wrapped(item, margin: margin)
            }
        }
        return text
    }

    /// Breaks a paragraph into lines, none of which begins with what Markdown takes for a list, a
    /// heading or a quotation.
    static func wrapped(_ paragraph: String, margin: Int = 0) -> String {
        let words = linked(paragraph).split(separator: " ")
        var lines: [String] = []
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            let needed = word.count + (isMark(next) ? next.count + 1 : 0)
            if let line = lines.last, line.count + 1 + needed <= width || isMark(word) {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                let indent = lines.isEmpty ? 0 : margin
                lines.append(String(repeating: " ", count: indent) + word)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func isMark(_ word: Substring) -> Bool {
        let digits = word.prefix { $0.isNumber }
        let isNumber = !digits.isEmpty && [".", ")"].contains(word.dropFirst(digits.count))
        return ["+", "-", "*", ">", "<", "=", "|"].contains(word) || word.hasPrefix("#") || isNumber
    }

    /// Types of the program are links to where they are explained.
    private static func linked(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            guard index % 2 == 1 else { return String(part) }
            let type = String(part.prefix { $0 != "." })
            guard type.first?.isUppercase == true, let path = sources[type] else {
                return "`\(part)`"
            }
            return "[`\(part)`](../../\(path))"
        }.joined()
    }
}
