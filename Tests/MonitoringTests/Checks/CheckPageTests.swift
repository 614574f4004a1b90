import Foundation
import TestSupport
import Testing

@testable import Monitoring

/// `docs/checks/`: a page for every check, written from the doc comment of its source and its entry
/// in the catalogue by `ASSAY_WRITE_DOCS=1 swift test --filter CheckPage`, and by nobody by hand.
@Suite("pages of the checks")
struct CheckPageTests {
    private static let folder = PackageFolder.url.appending(path: "docs/checks")
    private static let isWriting = ProcessInfo.processInfo.environment["ASSAY_WRITE_DOCS"] == "1"

    @Test(
        "every check has a page that says what its source says",
        arguments: CheckCatalogue.types.indices
    )
    func page(index: Int) throws {
        let type = CheckCatalogue.types[index]
        let expected = try CheckPage(type).text
        let file = Self.folder.appending(path: "\(type.definition.name).md")
        if Self.isWriting { try expected.write(to: file, atomically: true, encoding: .utf8) }
        let text = try String(contentsOf: file, encoding: .utf8)
        let other = zip(text.split(separator: "\n"), expected.split(separator: "\n"))
            .first { $0 != $1 }
        #expect(
            text == expected,
            "differs at \(String(describing: other)); write it anew with ASSAY_WRITE_DOCS=1"
        )
    }

    @Test("no page is of a check that does not exist, and the list names them all")
    func list() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let names = Set(CheckCatalogue.all.map { "\($0.name).md" })
        let pages = Set(files.filter { $0.hasSuffix(".md") && $0 != "README.md" })
        #expect(pages == names)
        let file = Self.folder.appending(path: "README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let head = try #require(text.range(of: "| check | concern | finds |\n"))
        let expected = text[..<head.lowerBound] + CheckPage.list
        if Self.isWriting { try expected.write(to: file, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: file, encoding: .utf8) == expected)
    }

    // MARK: The comment

    private static let comment = """
        /// `level`: the tank is empty.
        ///
        /// Catches a leak. Cannot see a
        /// small one (`Tail`). Needs a tank.
        ///
        /// Nor a full one.
        ///
        /// Definition, per sample, two ways:
        /// - *one*: x
        ///   is 0;
        /// - *two*: y is 0.
        ///
        /// More of it, held against
        /// 0. 4 bytes of state, about 2 ns.
        ///
        /// Source: none.
        struct LevelCheck: Check {
        """

    @Test("a comment is taken apart at the words that begin its parts")
    func comment() throws {
        let comment = try CheckComment(in: Self.comment, of: "LevelCheck", name: "level")
        #expect(comment.title == "The tank is empty.")
        #expect(comment.catches == "A leak.")
        #expect(
            comment.cannotSee == [
                .text("A small one (`Tail`). Needs a tank."), .text("Nor a full one."),
            ]
        )
        #expect(
            comment.definition == [
                .text("Per sample, two ways:"), .item("- *one*: x is 0;"),
                .item("- *two*: y is 0."),
                .text("More of it, held against 0."),
            ]
        )
        #expect(comment.cost == "4 bytes of state, about 2 ns.")
        #expect(comment.source == "Source: none.")
    }

    @Test(
        "a comment that lacks a part is refused, and the part is named",
        arguments: [
            ("`level`", "`/// `level`: …`"), ("Catches", "`/// Catches … . Cannot see … .`"),
            ("Cannot", "`/// Catches … . Cannot see … .`"), ("Definition", "`/// Definition"),
            ("4 bytes", "bytes of state"), ("Source", "`/// Source: …`"),
            ("struct", "no doc comment"),
        ]
    )
    func refused(part: String, reason: String) throws {
        let text = Self.comment.replacing(part, with: "x")
        let problem = try #require(throws: CheckComment.Problem.self) {
            try CheckComment(in: text, of: "LevelCheck", name: "level")
        }
        #expect(problem.description.contains(reason), "\(problem)")
    }

    @Test("no line of a page begins with what Markdown takes for something else")
    func lines() {
        for length in 80..<110 {
            let text = String(repeating: "x", count: length) + " + 1 > 0 - 2 # 3. y"
            let lines = CheckPage.wrapped(text).split(separator: "\n")
            #expect(lines.allSatisfy { "xy012".contains($0.first ?? " ") }, "\(lines)")
            #expect(lines.joined(separator: " ") == text)
        }
    }

    @Test("a type of the program is a link to its source, a word in quotes is not")
    func links() {
        let text = CheckPage.wrapped("as `Tail`, `Limits.feeds`, `Unknown` and `hold` say")
        let folder = "../../Sources/Monitoring"
        #expect(
            text.replacing("\n", with: " ") == """
                as [`Tail`](\(folder)/Estimators/Tail.swift), \
                [`Limits.feeds`](\(folder)/Limits.swift), `Unknown` and `hold` say
                """
        )
    }
}
