/// The targets of Package.swift and their arrows, read from its text.
///
/// Asking SwiftPM itself would be exact, but it holds its lock while tests run.
struct Manifest {
    struct Target: Equatable {
        var name: String
        var line: Int
        var isTest: Bool
        /// Names of targets of ours.
        var uses: Set<String>
        /// Names of products of packages.
        var packages: Set<String>
    }

    static let path = "Package.swift"
    var targets: [Target] = []

    private static let openers: [(text: String, isTest: Bool, suffix: String)] = [
        ("module(", false, ""), ("tests(", true, "Tests"), (".target(", false, ""),
        (".executableTarget(", false, ""), (".testTarget(", true, ""),
        (".systemLibrary(", false, ""),
    ]

    init(text: String) {
        let source = SourceText(path: Self.path, text: text)
        let products = Self.products(in: source)
        // The helpers above the package itself are not targets.
        guard let start = source.lines.firstIndex(where: { $0.code.contains("    targets: [") })
        else { return }
        for index in source.lines.indices[start...] {
            let code = source.lines[index].code.drop { $0 == " " }
            guard let opener = Self.openers.first(where: { code.hasPrefix($0.text) }) else {
                continue
            }
            targets.append(Self.target(at: index, opener, in: source, products: products))
        }
    }

    /// `let grdb = Target.Dependency.product(name: "GRDB", …` gives `grdb: GRDB`.
    private static func products(in source: SourceText) -> [String: String] {
        var products: [String: String] = [:]
        for (index, line) in source.lines.enumerated()
        where line.code.contains("Target.Dependency.product(") {
            let words = line.code.split(separator: " ")
            let text = source.lines[index...].prefix(2).map(\.text).joined()
            guard words.count > 1, words[0] == "let", let name = quoted(text).first else {
                continue
            }
            products[String(words[1])] = name
        }
        return products
    }

    private static func target(
        at index: Int,
        _ opener: (text: String, isTest: Bool, suffix: String),
        in source: SourceText,
        products: [String: String],
    ) -> Target {
        let text = call(at: index, in: source)
        var name = quoted(text).first ?? ""
        var used = Set<String>()
        var packages = Set<String>()
        if let list = dependencyList(text) {
            let names = quoted(list)
            used = Set(names)
            packages = Set(identifiers(list).compactMap { products[$0] })
        }
        if opener.text == "tests(" { used.formUnion([name, "TestSupport"]) }
        name += opener.suffix
        return Target(
            name: name,
            line: index + 1,
            isTest: opener.isTest,
            uses: used,
            packages: packages
        )
    }

    /// The text of a call from its first line to its closing parenthesis.
    private static func call(at index: Int, in source: SourceText) -> String {
        var depth = 0
        var lines: [String] = []
        for line in source.lines[index...] {
            lines.append(line.text)
            depth += line.code.utf8.reduce(0) { sum, byte in
                byte == UInt8(ascii: "(") ? sum + 1 : byte == UInt8(ascii: ")") ? sum - 1 : sum
            }
            if depth <= 0 { break }
        }
        return lines.joined(separator: "\n")
    }

    /// What stands between the brackets behind `uses:` or `dependencies:`.
    private static func dependencyList(_ text: String) -> Substring? {
        for label in ["uses: [", "dependencies: ["] {
            guard let start = text.firstRange(of: label) else { continue }
            return text[start.upperBound...].prefix { $0 != "]" }
        }
        return nil
    }

    private static func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    private static func identifiers(_ list: Substring) -> [String] {
        list.split { !($0.isLetter || $0.isNumber || $0 == "\"") }
            .filter { !$0.contains("\"") }
            .map(String.init)
    }
}
