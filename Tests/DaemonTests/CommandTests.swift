import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("The commands")
    struct CommandTests {
        @Test("check accepts every example of the repository")
        func acceptsExamples() async throws {
            let folder = PackageFolder.url.appending(path: "deploy/examples")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".yaml") }
            #expect(files.count >= 2)
            for file in files {
                let path = folder.appending(path: file).path
                let child = try Child(["check", "--elsewhere", path])
                #expect(await child.exitCode() == 0, "\(file): \(child.errors)")
            }
        }

        @Test("check names every problem of a wrong file by file, line and column, and exits 1")
        func refusesWrongFile() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write(
                """
                broker: {url: mqtt://localhost}
                feeds:
                  - topic: plant/#/more
                  - topic: plant/a
                    perod: 1s

                """,
                to: "wrong.yaml",
            )
            let child = try Child(["check", "--config", path])
            #expect(await child.exitCode() == 1)
            #expect(child.errors.contains("\(path):3:12: "), "\(child.errors)")
            #expect(child.errors.contains("\(path):5:5: "), "\(child.errors)")
            #expect(child.errors.contains("`period`"), "\(child.errors)")
        }

        @Test("check takes the file with --config or without, and looks where the database lies")
        func looksAtTheStore() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write(
                "store: {path: absent/assay.db}\nfeeds: [{topic: a}]\n",
                to: "assay.yaml",
            )
            for arguments in [[path], ["--config", path]] {
                let child = try Child(["check"] + arguments)
                #expect(await child.exitCode() == 1)
                let place = "\(path):1:15: error: the database cannot lie at"
                #expect(child.errors.hasPrefix(place), "\(child.errors)")
            }
            let elsewhere = try Child(["check", path, "--elsewhere"])
            #expect(await elsewhere.exitCode() == 0)
        }

        @Test("a configuration file that is not there is one sentence that says what to do")
        func absentFile() async throws {
            let absent = try TemporaryFolder().file("absent.yaml")
            for command in [["check"], ["run"], ["history", "feed"], ["demo"]] {
                let child = try Child(command + ["--config", absent])
                #expect(await child.exitCode() == 1)
                #expect(
                    child.errors == """
                        assay: there is no configuration file \(absent): name yours, as in `assay \
                        check FILE` or `assay run --config FILE`, or begin with a copy of \
                        deploy/examples/minimal.yaml

                        """
                )
                #expect(child.output == "")
            }
        }

        @Test("a word that is no command, and a time that is none, say what to write instead")
        func wrongWords() async throws {
            let known: [([String], String)] = [
                (["chekc"], "assay: there is no command `chekc`; did you mean `assay check`?\n"),
                (
                    ["xyzzy"],
                    "assay: there is no command `xyzzy`; the commands are run, check, replay, "
                        + "history, demo\n"
                ),
            ]
            for (arguments, text) in known {
                let child = try Child(arguments)
                #expect(await child.exitCode() == 64)
                #expect(child.errors == text)
            }
            let child = try Child(["demo", "--for", "abc"])
            #expect(await child.exitCode() == 64)
            let reason =
                "Error: The value 'abc' is invalid for '--for <duration>': it is not a duration; "
                + "write a number and ms, s, min, h, d, w or y, such as `30s`\n"
            #expect(child.errors.hasPrefix(reason), "\(child.errors)")
        }

        @Test("history of a feed that does not exist names those that do")
        func unknownFeed() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            for topic in ["plant/press", "plant/oven"] { try await device.send(topic, "20") }
            #expect(try await site.isCaughtUp(device))
            try await daemon.stop()
            let known: [(String, String)] = [
                (
                    "plant/prses",
                    "assay: no feed is called `plant/prses`; did you mean\n  plant/press\n"
                ),
                (
                    "zzzzzzzz",
                    "assay: no feed is called `zzzzzzzz`; the database holds these feeds:\n"
                        + "  plant/marker\n  plant/oven\n  plant/press\n"
                ),
                (
                    "plant",
                    "assay: 3 feeds contain `plant`; name one of them:\n"
                        + "  plant/marker\n  plant/oven\n  plant/press\n"
                ),
            ]
            for (word, text) in known {
                let child = try Child(["history", word, "--database", site.databasePath])
                #expect(await child.exitCode() == 1)
                #expect(child.errors == text)
                #expect(child.output == "")
            }
        }

        @Test("run refuses a wrong file before it connects or makes a database")
        func runRefusesWrongFile() async throws {
            let site = try Site()
            let child = try Child([
                "run", "--config", try site.write("feeds: [{topic: \"a/#/b\"}]"),
            ])
            #expect(await child.exitCode() == 1)
            #expect(child.errors.contains("assay.yaml:6:"), "\(child.errors)")
            #expect(!FileManager.default.fileExists(atPath: site.databasePath))
        }

        @Test("a second instance on the same database ends with 1 and a clear sentence")
        func refusesSecondInstance() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let path = try site.write()
            let first = try Child(["run", "--config", path])
            #expect(await listener.hears(status: "online"))
            let second = try Child(["run", "--config", path])
            #expect(await second.exitCode() == 1)
            #expect(second.errors.contains(site.databasePath), "\(second.errors)")
            #expect(
                second.errors.contains("another instance of Assay works on it"),
                "\(second.errors)"
            )
            first.signal(SIGTERM)
            #expect(await first.exitCode() == 0)
        }
    }
}
