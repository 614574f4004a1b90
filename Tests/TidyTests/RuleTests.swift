import Testing

// A rule that matches nothing passes for ever. Each is held against a text that it must catch, and
// against one that looks alike and must pass.
@Suite("A tidy rule")
struct RuleTests {
    private func source(_ text: String, path: String = "Sources/Alarms/X.swift") -> SourceText {
        SourceText(path: path, text: text)
    }

    // MARK: Banned words

    @Test("catches its own sample wherever it looks", arguments: BannedWord.all)
    func catchesSample(rule: BannedWord) {
        let places = rule.within.map { "\($0)Y/X.swift" }.filter(rule.applies)
        #expect(!places.isEmpty)
        for path in places {
            let problems = rule.problems(in: source("\n\(rule.sample)\n", path: path))
            #expect(problems.map(\.line) == [2], "\(rule.word) in \(path)")
        }
    }

    @Test("overlooks its word in a string or inside a longer word", arguments: BannedWord.all)
    func overlooksStrings(rule: BannedWord) {
        let path = "\(rule.within[0])Y/X.swift"
        #expect(rule.problems(in: source("a(\"\(rule.sample)\")", path: path)).isEmpty)
        if rule.word.utf8.first?.isIdentifierPart == true {
            let longer = source("let my\(rule.word)", path: path)
            #expect(rule.problems(in: longer).isEmpty)
        }
    }

    @Test("leaves alone the places that it excepts", arguments: BannedWord.all)
    func exceptsPlaces(rule: BannedWord) {
        for place in rule.except {
            #expect(rule.problems(in: source(rule.sample, path: place + "X.swift")).isEmpty)
        }
    }

    @Test("accepts chance with a generator, also on the next line")
    func acceptsSeededChance() {
        let path = "Tests/AlarmsTests/X.swift"
        let all = { (text: String) in
            BannedWord.all.flatMap { $0.problems(in: self.source(text, path: path)) }
        }
        #expect(all("let x = Int.random(in: 0..<9, using: &generator)").isEmpty)
        #expect(all("let x = Int.random(\n    in: 0..<9,\n    using: &generator,\n)").isEmpty)
        #expect(!all("let x = Int.random(in: 0..<9)").isEmpty)
    }

    @Test("accepts a stream with a buffering policy, and print in the executable")
    func acceptsExceptions() {
        let all = { (text: String, path: String) in
            BannedWord.all.flatMap { $0.problems(in: self.source(text, path: path)) }
        }
        let stream = "AsyncStream(Int.self, bufferingPolicy: .bufferingNewest(1)) {"
        #expect(all(stream, "Sources/Daemon/X.swift").isEmpty)
        #expect(!all("AsyncStream(Int.self) {", "Sources/Daemon/X.swift").isEmpty)
        #expect(all("print(text)", "Sources/assay/X.swift").isEmpty)
        #expect(all("document.print(text)", "Sources/Daemon/X.swift").isEmpty)
    }

    // MARK: Imports

    @Test(
        "catches an import that the target may not use",
        arguments: [
            ("import Foundation", "Sources/Monitoring/X.swift"),
            ("public import Foundation", "Sources/Decoding/X.swift"),
            ("import struct Foundation.Date", "Sources/Alarms/X.swift"),
            ("import CMosquitto", "Sources/Daemon/X.swift"),
            ("import GRDB", "Sources/Daemon/X.swift"),
            ("import GRDB", "Tests/AlarmsTests/X.swift"),
            ("@testable import Daemon", "Sources/History/X.swift"),
            ("import XCTest", "Tests/AlarmsTests/X.swift"),
            ("import Monitoring", "Sources/Unheard/X.swift"),
        ]
    )
    func catchesImport(text: String, path: String) {
        #expect(ImportRule.problems(in: source("// a\n\(text)", path: path)).map(\.line) == [2])
    }

    @Test(
        "accepts an import that the target may use",
        arguments: [
            ("public import Monitoring", "Sources/Alarms/X.swift"),
            ("import func Glibc.log", "Sources/Monitoring/X.swift"),
            ("import CMosquitto", "Sources/Mosquitto/X.swift"),
            ("import GRDB", "Sources/History/X.swift"),
            ("// import Foundation", "Sources/Monitoring/X.swift"),
            ("let text = \"import Foundation\"", "Sources/Monitoring/X.swift"),
        ]
    )
    func acceptsImport(text: String, path: String) {
        #expect(ImportRule.problems(in: source(text, path: path)).isEmpty)
    }

    // MARK: Safety

    @Test(
        "catches what sets the compiler's checks aside without a reason",
        arguments: [
            "let x = unsafe pointer.pointee",
            "nonisolated(unsafe) var x = 0",
            "final class C: @unchecked Sendable {}",
            "// Safety: far away.\n" + String(repeating: "let a = 1\n", count: 11) + "unsafe f()",
            "@safe final class C {\n    func f() {\n        // Safety: only here.\n        a()\n    }\n"
                + "    func g() { unsafe a() }\n}",
            "/// Safety: the handle.\n@safe\nclass C {\n}\nclass D {\n    let a = 1\n    let b = 1\n"
                + "    let c = 1\n    let d = 1\n    let e = 1\n    let f = 1\n    let g = 1\n"
                + "    let h = 1\n    func f() { unsafe a() }\n}",
            "// Safety: of the other one.\nfunc a() {\n    unsafe b()\n}\n\nfunc c() {\n"
                + "    unsafe d()\n}",
        ]
    )
    func catchesUnsafe(text: String) {
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
        let found = SafetyRule.problems(in: source(text)).map(\.line)
        #expect(found == [line] || found == [line - 1])
    }

    @Test(
        "accepts what gives its reason on the line, above it, or above its function",
        arguments: [
            "let x = unsafe a // Safety: because.",
            "// Safety: because.\nlet x = unsafe a",
            "/// Purpose.\n// Safety: the lock.\n@frozen\nfinal class C: @unchecked Sendable {}",
            "/// Purpose.\n///\n/// Safety: because.\nfunc f() {\n"
                + String(
                    repeating: "    a()\n",
                    count: 30
                ) + "    unsafe b()\n}",
            "withUnsafeBytes { a($0) }",
            "/// Safety: the handle.\n@safe\nfinal class C {\n    func f() { unsafe a() }\n}",
            "@safe final class C {\n    // Safety: the handle.\n    let a = 1\n"
                + "    func f() { unsafe a() }\n}",
        ]
    )
    func acceptsSafe(text: String) {
        #expect(SafetyRule.problems(in: source(text)).isEmpty)
    }

    // MARK: Lengths

    private func function(lines: Int, name: String = "f") -> String {
        "func \(name)(a: Int) {\n" + String(repeating: "    a()\n", count: lines - 2) + "}\n"
    }

    @Test("catches a function of 61 lines and accepts one of 60")
    func functionLength() {
        let rule = LengthRule(known: [:])
        #expect(rule.problems(in: [source(function(lines: 60))]).isEmpty)
        let found = rule.problems(in: [source("\n" + function(lines: 61))])
        #expect(found.map(\.line) == [2])
        #expect(found.first?.text.contains("`f` has 61 lines") == true)
    }

    @Test("catches a file of 401 lines, or of 601 in tests")
    func fileLength() {
        let rule = LengthRule(known: [:])
        let lines = { String(repeating: "a\n", count: $0) }
        let test = "Tests/AlarmsTests/X.swift"
        #expect(rule.problems(in: [source(lines(400))]).isEmpty)
        #expect(rule.problems(in: [source(lines(401))]).count == 1)
        #expect(rule.problems(in: [source(lines(600), path: test)]).isEmpty)
        #expect(rule.problems(in: [source(lines(601), path: test)]).count == 1)
    }

    @Test("lets a listed length neither grow, nor shrink unnoticed, nor stay when it is gone")
    func ratchet() {
        let path = "Sources/Alarms/X.swift"
        let rule = LengthRule(known: ["\(path):f": 70])
        #expect(rule.problems(in: [source(function(lines: 70))]).isEmpty)
        #expect(
            rule.problems(in: [source(function(lines: 71))]).first?.text.contains("grew") == true
        )
        let shrunk = rule.problems(in: [source(function(lines: 69))])
        #expect(shrunk.first?.text.contains("write 69") == true)
        for text in [function(lines: 60), "", function(lines: 60, name: "g")] {
            let stale = rule.problems(in: [source(text)])
            #expect(stale.map(\.path) == [path])
            #expect(stale.first?.text.contains("remove the entry") == true)
        }
    }

    @Test("finds functions of every kind, with their lines")
    func extents() {
        let text = """
            protocol P {
                func required() -> Int
                var property: Int { get }
            }
            struct S {
                var stored: Int = 5
                let other = { 5 }
                var computed: Int {
                    5
                }
                init(a: () -> Void = {}) {
                    self.init()
                }
                static func == (left: S, right: S) -> Bool
                where A: B {
                    func inner() {
                    }
                    return true
                }
                subscript(index: Int) -> Int {
                    get { 1 }
                }
                deinit { }
            }
            """
        let found = FunctionExtent.all(in: source(text)).map { "\($0.name) \($0.lines)" }
        #expect(
            found == [
                "property 3...3", "computed 8...10", "init 11...13", "inner 16...17", "= 14...19",
                "subscript 20...22", "deinit 23...23",
            ]
        )
    }

    // MARK: Arrows

    private let manifest = """
        let common = [1]
        func module(_ name: String) -> Target { .target(name: name) }
        let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
        let logging = Target.Dependency.product(
            name: "Logging", package: "swift-log")
        let package = Package(
            targets: [
                module("Monitoring"),
                module("Alarms", uses: ["Monitoring"]),
                module("History", uses: ["Alarms", "Monitoring", grdb]),
                module(
                    "Mosquitto",
                    uses: [
                        "CMosquitto", "Monitoring", logging,
                    ],
                ),
                tests(of: "History", uses: ["Alarms", grdb]),
                .testTarget(name: "OtherTests", dependencies: ["Daemon"]),
            ],
        )
        """

    @Test("reads targets, arrows and products from the manifest")
    func readsManifest() {
        let targets = Manifest(text: manifest).targets
        #expect(
            targets.map(\.name) == [
                "Monitoring", "Alarms", "History", "Mosquitto", "HistoryTests", "OtherTests",
            ]
        )
        #expect(targets[0].uses.isEmpty)
        #expect(targets[2].uses == ["Alarms", "Monitoring"])
        #expect(targets[2].packages == ["GRDB"])
        #expect(targets[3].uses == ["CMosquitto", "Monitoring"])
        #expect(targets[3].packages == ["Logging"])
        #expect(targets[4].uses == ["History", "TestSupport", "Alarms"])
        #expect(targets[5].line == 18)
    }

    @Test("catches an arrow too many, an arrow too few and a test that uses the daemon")
    func catchesArrows() {
        let text = manifest.replacing("(\"Alarms\", uses: [\"Monitoring\"])", with: "(\"Alarms\")")
            .replacing("module(\"Monitoring\")", with: "module(\"Monitoring\", uses: [\"Alarms\"])")
        let found = ArrowRule.problems(in: Manifest(text: text)).map(\.text)
        #expect(found.contains { $0.hasPrefix("Monitoring uses Alarms") })
        #expect(found.contains { $0.hasPrefix("Alarms does not use Monitoring") })
        #expect(found.contains { $0.hasPrefix("OtherTests uses Daemon") })
        #expect(found.contains { $0.hasPrefix("lacks the target Daemon") })
        #expect(!found.contains { $0.hasPrefix("Mosquitto ") })
    }

    // MARK: The page of the checks
}
