import Foundation
import History
import Monitoring
import Mosquitto
import Testing

@testable import Settings

@Suite("Files")
struct FileTests {
    /// Runs with a new folder that is removed afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("assay-settings-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder + "/conf.d",
            withIntermediateDirectories: true,
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func load(_ path: String) throws(ConfigurationProblems) -> Configuration {
        try Configuration.load(
            path: path,
            environment: [:],
            hostName: "gw",
            catalogue: TestCatalogue.all,
        )
    }

    private func problems(_ path: String) -> [String] {
        do {
            return try load(path).warnings.map(\.description)
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("conf.d is merged in the order of names: feeds and deliveries appended, classes added")
    func merge() throws {
        try withFolder { folder in
            let main = folder + "/assay.yaml"
            try write("feeds: [{topic: main, class: late}]\n", to: main)
            try write(
                "classes: {late: {unit: K}}\nfeeds: [{topic: b}]\n",
                to: folder + "/conf.d/20.yaml"
            )
            try write("store: {path: x.db}\nfeeds: [{topic: a}]\n", to: folder + "/conf.d/10.yaml")
            try write("deliveries: [{mqtt: {}}]\n", to: folder + "/conf.d/Z.yaml")
            try write("not: read", to: folder + "/conf.d/.hidden.yaml")
            try write("not: read", to: folder + "/conf.d/README")
            let configuration = try load(main)
            #expect(configuration.feeds.map(\.rule.filter.text) == ["main", "a", "b"])
            #expect(configuration.feeds[0].rule.unit == "K")
            #expect(configuration.store.path == folder + "/conf.d/x.db")
            #expect(configuration.warnings == [])
            #expect(
                configuration.files
                    == ["/assay.yaml", "/conf.d/10.yaml", "/conf.d/20.yaml", "/conf.d/Z.yaml"]
                    .map { folder + $0 }
            )
        }
    }

    @Test("a unit that is valid and likely meant otherwise is a warning, also in a class")
    func likelySlips() throws {
        try withFolder { folder in
            let main = folder + "/assay.yaml"
            let text =
                "classes: {oven: {unit: C}}\nfeeds: [{topic: a, class: oven}, {topic: b, unit: F}]"
            try write(text + "\ndeliveries: [{mqtt: {}}]\n", to: main)
            let warnings = try load(main).warnings.map {
                "\($0.place.line) \($0.message); \($0.hint)"
            }
            #expect(
                warnings == [
                    "1 `unit` is `C`, which is the coulomb in UCUM; write `Cel` for degrees Celsius",
                    "2 `unit` is `F`, which is the farad in UCUM; write `[degF]` for degrees Fahrenheit",
                ]
            )
            try write("feeds: [{topic: a, unit: K}]\ndeliveries: [{mqtt: {}}]\n", to: main)
            #expect(try load(main).warnings == [], "whoever writes kelvin means it")
        }
    }

    @Test("what two files give twice is a problem that names both places")
    func twice() throws {
        try withFolder { folder in
            let main = folder + "/assay.yaml"
            let more = folder + "/conf.d/more.yaml"
            try write(
                "gateway: g\nclasses: {c: {unit: K}}\nfeeds: [{topic: a, class: c}]\n",
                to: main
            )
            try write("gateway: h\nclasses:\n  c: {unit: V}\nfeeds: [{topic: a}]\n", to: more)
            #expect(
                problems(main) == [
                    "\(more):1:1: error: `gateway` is given twice; "
                        + "keep one; the first is at \(main):1:1",
                    "\(more):3:3: error: the class `c` is given twice; "
                        + "keep one; the first is at \(main):2:11",
                    "\(more):4:17: error: two feeds claim `a`, and only the first would be "
                        + "read; remove one; the other is at \(main):3:17",
                ]
            )
        }
    }

    @Test("problems of all files are reported together, without those that only follow from them")
    func severalBroken() throws {
        try withFolder { folder in
            let main = folder + "/assay.yaml"
            let broken = folder + "/conf.d/broken.yaml"
            try write("feeds: [{topic: a, class: elsewhere, unit: xyz}]\n", to: main)
            try write("classes: [\n", to: broken)
            let found = problems(main)
            #expect(found.count == 2)
            #expect(found[0].hasPrefix("\(main):1:44: error: `unit` is `xyz`"))
            #expect(found[1].hasPrefix("\(broken):1:"))
        }
    }

    @Test("files that cannot be read are named")
    func unreadable() throws {
        try withFolder { folder in
            let absent = folder + "/absent.yaml"
            #expect(
                problems(absent) == [
                    "\(absent): error: there is no such file; name yours with `--config FILE`, or "
                        + "begin with a copy of deploy/examples/minimal.yaml"
                ]
            )
            #expect(
                problems(folder) == [
                    "\(folder): error: is a folder; "
                        + "name the file in it, such as `\(folder)/assay.yaml`"
                ]
            )
            let latin = folder + "/latin.yaml"
            try Data([0x61, 0x0A, 0xE9]).write(to: URL(fileURLWithPath: latin))
            #expect(
                problems(latin) == [
                    "\(latin):2:1: error: the file is not UTF-8 from here on; save it as UTF-8"
                ]
            )
            let large = folder + "/large.yaml"
            try write(String(repeating: "# x\n", count: 1_100_000), to: large)
            #expect(
                problems(large) == [
                    "\(large): error: is larger than 4MiB; move what repeats into classes"
                ]
            )
        }
    }

    @Test("what is left out of conf.d is said")
    func oddNames() throws {
        try withFolder { folder in
            let main = folder + "/assay.yaml"
            try write("feeds: [{topic: a}]\n", to: main)
            try write("feeds: [{topic: b}]\n", to: folder + "/conf.d/b.yml")
            try write("# nothing\n", to: folder + "/conf.d/c.yaml")
            #expect(
                problems(main) == [
                    "\(folder)/conf.d/b.yml: warning: the file is not read, because its name does "
                        + "not end with `.yaml`; rename it to `.yaml`, or move it away",
                    "\(folder)/conf.d/c.yaml:1:1: warning: the file is empty; remove it",
                ]
            )
        }
    }

    @Test("the permissions of a password file are looked at on disk")
    func permissions() throws {
        try withFolder { folder in
            let main = folder + "/assay.yaml"
            let secret = folder + "/password"
            try write("hunter2\n", to: secret)
            try write(
                "broker: {url: mqtt://localhost, username: u, passwordFile: password}\n"
                    + "feeds: [{topic: a}]\n",
                to: main,
            )
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644],
                ofItemAtPath: secret,
            )
            #expect(
                problems(main) == [
                    "\(main):1:60: warning: `passwordFile`: others than its owner can read "
                        + "`\(secret)`; make the daemon's user its owner, then `chmod 600` it"
                ]
            )
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: secret,
            )
            #expect(problems(main) == [])
            #expect(try load(main).brokers[0].passwordFile == secret)
        }
    }
}
