import Foundation
import Settings
import TestSupport
import Testing

// What a document tells people to write must work. The configurations in it are read as the daemon
// reads them.
@Suite("The documents")
struct DocumentTests {
    /// The fenced blocks of one language in a Markdown text.
    static func blocks(_ language: String, in text: String) -> [String] {
        var blocks: [String] = []
        var block: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = block {
                if line == "```" {
                    blocks.append(lines.joined(separator: "\n") + "\n")
                    block = nil
                } else {
                    block = lines + [line]
                }
            } else if line == "```\(language)" {
                block = []
            }
        }
        return blocks
    }

    private func accept(_ text: String, as file: String) {
        do {
            _ = try Configuration.parse(text, file: file, hostName: "gateway")
        } catch {
            Issue.record("\(file) shows a configuration that is refused:\n\(error)")
        }
    }

    @Test("README's first configuration is accepted as it stands")
    func firstConfiguration() throws {
        let readme = try #require(SourceTree.text(of: "README.md"))
        accept(try #require(Self.blocks("yaml", in: readme).first), as: "README.md")
    }

    @Test("README's first configuration is the smallest example, to the letter")
    func smallestExample() throws {
        let readme = try #require(SourceTree.text(of: "README.md"))
        let shown = try #require(Self.blocks("yaml", in: readme).first)
        let example = try #require(SourceTree.text(of: "deploy/examples/minimal.yaml"))
        let settings = example.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(settings.map { $0 + "\n" }.joined() == shown)
    }

    @Test("README's further configurations are accepted in place of the first one's feeds")
    func furtherConfigurations() throws {
        let readme = try #require(SourceTree.text(of: "README.md"))
        let blocks = Self.blocks("yaml", in: readme)
        let head = try #require(blocks.first?.split(separator: "feeds:").first)
        for block in blocks.dropFirst() { accept(head + block, as: "README.md") }
        #expect(blocks.count > 1)
    }

    @Test("the benchmark's configuration is accepted")
    func benchmarkConfiguration() throws {
        let text = try #require(SourceTree.text(of: "Benchmarks/assay.yaml"))
            .replacing("PORT", with: "1883")
            .replacing("DATABASE", with: "/var/lib/assay/assay.db")
        accept(text, as: "Benchmarks/assay.yaml")
    }

    @Test("every file that a document links to is there")
    func links() throws {
        let documents =
            [
                "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Benchmarks/README.md",
                "systemd/README.md",
            ]
            + SourceTree.paths(below: "docs").filter { $0.hasSuffix(".md") }
        var count = 0
        for path in documents {
            let text = try #require(SourceTree.text(of: path))
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            for part in text.split(separator: "](").dropFirst() {
                let target = part.prefix { $0 != ")" && $0 != "#" }
                guard !target.isEmpty, !target.contains("://") else { continue }
                count += 1
                let place = PackageFolder.url.appending(path: folder).appending(
                    path: String(target)
                )
                #expect(
                    (try? place.checkResourceIsReachable()) == true,
                    "\(path) links to \(target), which is not there"
                )
            }
        }
        #expect(count > 5)
    }

    @Test("decision records have one form: question, decision, why, what was given up, revisit")
    func decisions() throws {
        let paths = SourceTree.paths(below: "docs/decisions").filter { $0.hasSuffix(".md") }
            .sorted()
        for (index, path) in paths.enumerated() {
            let text = try #require(SourceTree.text(of: path))
            let number = String(10_001 + index).dropFirst()
            #expect(path.hasPrefix("docs/decisions/\(number)-"), "\(path)")
            #expect(text.hasPrefix("# \(number): "), "\(path) does not begin with its number")
            let heads = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
            #expect(
                heads == [
                    "## The question", "## The decision", "## Why", "## What was given up",
                    "## When to revisit",
                ],
                "\(path)"
            )
        }
        #expect(paths.count >= 5)
    }

    @Test("fenced blocks are found by their language")
    func findsBlocks() {
        let text = "a\n```sh\nx\n```\n```yaml\nb: 1\n\nc: 2\n```\n```yaml\nd: 3\n```\n"
        #expect(Self.blocks("yaml", in: text) == ["b: 1\n\nc: 2\n", "d: 3\n"])
    }
}
