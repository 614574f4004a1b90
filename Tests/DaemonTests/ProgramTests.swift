import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("The program")
    struct ProgramTests {
        @Test("the version is that of the newest part of the list of changes")
        func version() async throws {
            let child = try Child(["--version"])
            #expect(await child.exitCode() == 0)
            let changes = try String(
                contentsOf: PackageFolder.url.appending(path: "CHANGELOG.md"),
                encoding: .utf8,
            )
            let heading = try #require(changes.split(separator: "\n").first { $0.hasPrefix("## ") })
            let version = heading.dropFirst(3).prefix { $0 != "," && $0 != " " }
            #expect(child.output == version + "\n")
        }

        @Test(
            "each shell gets a completion that knows every command",
            arguments: [
                "bash", "zsh", "fish",
            ]
        )
        func completion(shell: String) async throws {
            let child = try Child(["--generate-completion-script", shell])
            #expect(await child.exitCode() == 0)
            let script = child.output
            for command in ["run", "check", "replay", "history", "demo"] {
                #expect(script.contains(command))
            }
            #expect(script.contains("log-format"))
            guard shell == "bash" else { return }
            let folder = try TemporaryFolder()
            let path = try folder.write(script, to: "assay.bash")
            // What the shell asks when somebody presses the tab key behind `assay hi`.
            let asked = """
                source \(path); COMP_WORDS=(assay hi); COMP_CWORD=1
                COMP_LINE='assay hi'; COMP_POINT=8
                $(complete -p assay | sed 's/.*-F \\([^ ]*\\) .*/\\1/') assay hi assay
                echo "${COMPREPLY[*]}"
                """
            #expect(try Command.run("bash", ["-c", asked]) == "history\n")
        }

        /// As the argument parser itself tells its commands.
        private struct Help: Decodable {
            struct Argument: Decodable {
                struct Name: Decodable {
                    var kind: String
                    var name: String
                }

                var names: [Name]?
                var shouldDisplay: Bool
            }

            struct Command: Decodable {
                var commandName: String
                var shouldDisplay: Bool
                var arguments: [Argument]?
                var subcommands: [Command]?

                var options: Set<String> {
                    let names = (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }
                    return Set(names.filter { $0.kind == "long" }.map(\.name))
                        .subtracting(["help", "version"])
                }
            }

            var command: Command
        }

        /// Each `.Ss` begins a command, each `Fl -name` of an `.It` is one of its options.
        private func optionsOfManual(_ manual: String) -> [String: Set<String>] {
            var options: [String: Set<String>] = [:]
            var command: String?
            for line in manual.split(separator: "\n") {
                if line.hasPrefix(".Sh ") { command = nil }
                if line.hasPrefix(".Ss ") {
                    let name = String(line.dropFirst(4))
                    command = name
                    options[name] = []
                }
                guard let command, line.hasPrefix(".It Fl") else { continue }
                for match in line.matches(of: /Fl -([a-z-]+)/) {
                    options[command]?.insert(String(match.1))
                }
            }
            return options
        }

        @Test("the manual page has the version, the commands and the options of the program")
        func manual() async throws {
            let manual = try String(
                contentsOf: PackageFolder.url.appending(path: "docs/assay.1"),
                encoding: .utf8,
            )
            let version = try Child(["--version"])
            #expect(await version.exitCode() == 0)
            #expect(manual.contains(".Os \"Assay \(version.output.dropLast())\"\n"))
            let child = try Child(["--experimental-dump-help"])
            _ = await child.exitCode()
            let help = try JSONDecoder().decode(Help.self, from: Data(child.output.utf8))
            let commands = (help.command.subcommands ?? []).filter {
                $0.shouldDisplay && $0.commandName != "help"
            }
            let wanted = commands.map { ($0.commandName, $0.options) }
            #expect(wanted.count >= 5)
            #expect(
                optionsOfManual(manual) == Dictionary(uniqueKeysWithValues: wanted),
                "mend docs/assay.1"
            )
        }

        private func objects(_ text: String) throws -> [[String: Any]] {
            try text.split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return try #require(object as? [String: Any], "\(line)")
            }
        }

        @Test("a log for programs is one object a line, from the first warning to the end")
        func jsonLog() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let feeds = "feeds: [{topic: plant/#, alarm: {requiresAcknowledgement: true}}]"
            let path = try site.write(feeds)
            let before = Date()
            let child = try Child(["run", "--config", path, "--log-format", "json"])
            #expect(await listener.hearsIngest("up"))
            child.signal(SIGTERM)
            #expect(await child.exitCode() == 0)
            let lines = try objects(child.errors)
            #expect(
                lines.allSatisfy { line in
                    Set(line.keys).isSubset(of: ["time", "level", "message", "metadata"])
                        && line["level"] is String && line["message"] is String
                }
            )
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            for line in lines {
                let text = try #require(line["time"] as? String)
                #expect(text.wholeMatch(of: /....-..-..T..:..:..\.[0-9]{3}Z/) != nil, "\(text)")
                let time = try style.parse(text)
                #expect(abs(time.timeIntervalSince(before)) < 30, "\(text) is not UTC")
            }
            #expect(lines.first?["level"] as? String == "warning")
            #expect(lines.first?["message"] as? String == "the configuration is doubtful")
            let start = try #require(lines.first { $0["message"] as? String == "started" })
            #expect((start["metadata"] as? [String: String])?["gateway"] == "test")
            #expect(lines.last?["message"] as? String == "stopped")
        }

        @Test("what keeps the daemon from starting is an object of the same log")
        func jsonRefusal() async throws {
            let site = try Site()
            let wrong = try site.write("feeds: [{topic: \"a/#/b\"}, {tpoic: c}]")
            let refused = try Child(["run", "--config", wrong, "--log-format", "json"])
            #expect(await refused.exitCode() == 1)
            let problems = try objects(refused.errors)
            #expect(problems.count == 1)
            #expect(problems.first?["level"] as? String == "critical")
            let reason = (problems.first?["metadata"] as? [String: String])?["reason"] ?? ""
            #expect(reason.split(separator: "\n").count >= 2, "\(reason)")

            try site.folder.write("no database", to: "assay.db")
            let path = try site.write()
            let unusable = try Child(["run", "--config", path, "--log-format", "json"])
            #expect(await unusable.exitCode() == 1)
            #expect(try objects(unusable.errors).last?["level"] as? String == "critical")
        }

        /// A database that is not there is found out after the command line is understood.
        @Test(
            "forms of history that belong together are taken, others and a span without time not",
            arguments: [
                (["--csv", "--findings"], 3), (["--json", "--findings"], 3),
                (["--plot", "--step", "6h"], 3), (["--since", "2h", "--until", "1h"], 3), ([], 3),
                (["--json", "--csv"], 64), (["--plot", "--csv"], 64),
                (["--plot", "--findings"], 64), (["--since", "1h", "--until", "2h"], 64),
                (["--since", "1h", "--until", "1h"], 64),
                (["--since", "2026-11-20", "--until", "2026-11-20"], 64),
                (["--since", "2026-02-30"], 64), (["--step", "90s"], 64),
            ] as [([String], Int32)],
        )
        func historyOptions(options: [String], code: Int32) async throws {
            let folder = try TemporaryFolder()
            defer { withExtendedLifetime(folder) {} }
            let absent = folder.file("absent.db")
            let child = try Child(["history", "plant/a", "--database", absent] + options)
            #expect(await child.exitCode() == code, "\(child.errors)")
            #expect(child.output == "")
        }

        /// As root another user of root's group reads; anybody else cannot write in his own folder
        /// for that time.
        @Test("whoever is in the group reads the database, while the daemon runs and afterwards")
        func groupReads() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try Child(["run", "--config", try site.write()])
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.send("plant/a", "20")
            #expect(try await site.isCaughtUp(device))
            let files = FileManager.default
            let isRoot = geteuid() == 0
            let launcher =
                isRoot ? ["setpriv", "--reuid", "65534", "--regid", "0", "--clear-groups"] : []
            let probe = try Child(["--version"], launcher: launcher)
            guard await probe.exitCode() == 0 else {
                print("the program lies where another user cannot run it: nothing is tested")
                return
            }
            func reads() async throws {
                try files.setAttributes(
                    [.posixPermissions: isRoot ? 0o750 : 0o550],
                    ofItemAtPath: site.folder.path,
                )
                let child = try Child(
                    ["history", "plant/a", "--database", site.databasePath],
                    launcher: launcher,
                )
                #expect(await child.exitCode() == 0, "\(child.errors)")
                #expect(child.output.hasPrefix("plant/a, by 15min\n"))
                try files.setAttributes(
                    [.posixPermissions: 0o750],
                    ofItemAtPath: site.folder.path,
                )
            }
            try await reads()
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
            #expect(!files.fileExists(atPath: site.databasePath + "-wal"))
            try await reads()
            let attributes = try files.attributesOfItem(atPath: site.databasePath)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
        }

        @Test("a log format that there is not is refused with those that there are")
        func wrongFormat() async throws {
            let child = try Child(["run", "--log-format", "xml"])
            #expect(await child.exitCode() == 64)
            #expect(child.errors.contains("'xml'"))
            #expect(child.errors.contains("text") && child.errors.contains("json"))
        }
    }
}
