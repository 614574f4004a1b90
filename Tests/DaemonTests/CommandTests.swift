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
                let child = try Child(["check", "--config", folder.appending(path: file).path])
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
