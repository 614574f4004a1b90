import Foundation
import Testing

// The house style where a program can hold it: each rule reads the tree and prints
// `file:line: problem; what to use instead`. That a rule catches what it is meant to catch is shown
// in RuleTests, on small texts.
@Suite("The source tree")
struct TidyTests {
    private static func report(_ problems: [TidyProblem]) -> Comment {
        Comment(rawValue: "\n" + problems.map(\.description).joined(separator: "\n"))
    }

    @Test("is read at all: the rules below have something to look at")
    func isRead() {
        let targets = Set(SourceTree.swiftFiles.map(\.target))
        #expect(targets.isSuperset(of: ["Monitoring", "assay", "TidyTests"]))
        #expect(SourceTree.swiftFiles.allSatisfy { !$0.lines.isEmpty })
    }

    @Test("holds no banned word")
    func bannedWords() {
        let problems = SourceTree.swiftFiles.flatMap { source in
            BannedWord.all.flatMap { $0.problems(in: source) }
        }
        #expect(problems.isEmpty, Self.report(problems))
    }

    @Test("imports in each target only what that target may use")
    func imports() {
        let problems = SourceTree.swiftFiles.flatMap(ImportRule.problems)
        #expect(problems.isEmpty, Self.report(problems))
    }

    @Test("gives a reason wherever the compiler's checks are set aside")
    func safety() {
        let problems = SourceTree.swiftFiles.flatMap(SafetyRule.problems)
        #expect(problems.isEmpty, Self.report(problems))
    }

    @Test("has files and functions that can be read at once")
    func lengths() {
        let problems = LengthRule().problems(in: SourceTree.swiftFiles)
        #expect(problems.isEmpty, Self.report(problems))
    }

    @Test("declares in Package.swift exactly the arrows that are drawn")
    func arrows() throws {
        let text = try #require(SourceTree.text(of: Manifest.path))
        let problems = ArrowRule.problems(in: Manifest(text: text))
        #expect(problems.isEmpty, Self.report(problems))
    }
}
