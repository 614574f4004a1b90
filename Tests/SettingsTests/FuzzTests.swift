import Foundation
import TestSupport
import Testing

@testable import Settings

/// Damages the example file in thousands of ways. Each result must be a configuration, or at least
/// one error, every problem inside the file; and the same text must give the same answer twice.
@Suite("Damaged files")
struct FuzzTests {
    @Test(
        "a damaged file is accepted or refused with places inside it, and never crashes",
        arguments: [20_260_201, 20_260_202, 20_260_203] as [UInt64]
    )
    func mutations(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let original = try String(
            contentsOfFile: "\(ExampleTests.folder)/assay.yaml",
            encoding: .utf8
        )
        // Comments make most of the file and would catch most of the damage.
        let lines = original.split(separator: "\n").filter {
            !$0.drop { $0 == " " }.hasPrefix("#")
        }
        let text = lines.joined(separator: "\n") + "\n"
        var (accepted, refused) = (0, 0)
        for round in 0..<1_500 {
            var damaged = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged = Self.mutate(damaged, using: &random)
            }
            let problems = problems(of: damaged)
            Self.expectInside(problems, damaged, "seed \(seed), round \(round)")
            if problems.contains(where: { $0.severity == .error }) {
                refused += 1
            } else {
                accepted += 1
                #expect(throws: Never.self, "seed \(seed), round \(round)") { try parse(damaged) }
            }
        }
        // Damage that never hurts, or always does, would test only one of the two answers.
        #expect(accepted > 20)
        #expect(refused > 500)
    }

    @Test("random bytes are refused or read, and never crash")
    func noise() {
        let seed: UInt64 = 20_260_204
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(
            "feeds:topic{}[]-,&*!|>'\"%@`#?$ \n\t\\0ä\u{85}\u{2028}\u{FEFF}~<".unicodeScalars
        )
        for round in 0..<3_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                text.append(alphabet.randomElement(using: &random) ?? " ")
            }
            Self.expectInside(problems(of: String(text)), String(text), "seed \(seed), \(round)")
        }
    }

    private static func expectInside(_ problems: [Problem], _ text: String, _ what: String) {
        let lines = text.unicodeScalars.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        for problem in problems {
            let isInside =
                (1...lines.count).contains(problem.line)
                && (1...lines[problem.line - 1].count + 1).contains(problem.column)
            if !isInside { Issue.record("\(what): outside: \(problem)\n\(text)") }
        }
    }

    private static func mutate(
        _ text: String,
        using random: inout SeededGenerator,
    ) -> String {
        var scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { return "x" }
        let position = Int.random(in: 0..<scalars.count, using: &random)
        let length = min(Int.random(in: 1...12, using: &random), scalars.count - position)
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            scalars.removeSubrange(position..<position + length)
        case 1:
            let pieces = [
                "{", "}", "[", "]", ":", ": ", "- ", "\n", "\t", "#", "'", "\"", "~", "${X}", "-1",
                "°",
            ]
            scalars.insert(
                contentsOf: (pieces.randomElement(using: &random) ?? "").unicodeScalars,
                at: position
            )
        case 2:
            let piece = Array(scalars[position..<position + length])
            let target = Int.random(in: 0...scalars.count, using: &random)
            scalars.insert(contentsOf: piece, at: target)
        case 3:
            let other = Int.random(in: 0..<scalars.count, using: &random)
            scalars.swapAt(position, other)
        case 4:
            // A whole line, doubled: duplicate keys and feeds.
            var lines = scalars.split(separator: "\n", omittingEmptySubsequences: false)
            let line = Int.random(in: 0..<lines.count, using: &random)
            lines.insert(lines[line], at: Int.random(in: 0...lines.count, using: &random))
            scalars = Array(lines.joined(separator: ["\n"]))
        default:
            scalars[position] = Unicode.Scalar(UInt32.random(in: 32...126, using: &random)) ?? "x"
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }
}
