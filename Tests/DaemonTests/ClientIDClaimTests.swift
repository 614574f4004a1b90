import Foundation
import Mosquitto
import TestSupport
import Testing

@testable import Daemon

extension DaemonSuite {
    @Suite("One daemon for one client id")
    struct ClientIDClaimTests {
        private func broker(_ host: String, port: UInt16 = 1, id: String = "a") -> BrokerSettings {
            BrokerSettings(name: "main", host: host, port: port, clientID: id)
        }

        @Test("a second daemon with the client id ends with one sentence, the first hears nothing")
        func refusesSecond() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let path = try site.write()
            let first = try Child(["run", "--config", path])
            #expect(await listener.hearsIngest("up"))
            let connections = site.broker.log.split(separator: "\n").count

            // With a database of its own: the lock of the first one's does not stop it.
            let other = try site.folder.write(
                try String(contentsOfFile: path, encoding: .utf8)
                    .replacing("assay.db", with: "other.db")
                    .replacing("localhost", with: "127.0.0.1"),
                to: "other.yaml",
            )
            let second = try Child(["run", "--config", other])
            #expect(await second.exitCode() == 1)
            let port = site.broker.port
            let sentence =
                "assay: another Assay on this machine (process \(first.processID)) already uses the "
                + "client id `assay-test` at the broker 127.0.0.1:\(port), which lets only one have "
                + "it. Stop the other one, or give each its own broker.clientID.\n"
            #expect(second.errors.hasSuffix(sentence), "\(second.errors)")
            #expect(site.broker.log.split(separator: "\n").count == connections)

            // Another client id is another daemon.
            let third = try site.folder.write(
                try String(contentsOfFile: other, encoding: .utf8)
                    .replacing("clientID: assay-test", with: "clientID: assay-third"),
                to: "third.yaml",
            )
            let allowed = try Child(["run", "--config", third])
            #expect(await eventually { site.broker.log.contains("as assay-third ") })
            allowed.signal(SIGTERM)
            #expect(await allowed.exitCode() == 0)

            // However the first one ends, the next takes over.
            first.signal(SIGKILL)
            _ = await first.exitCode()
            let next = try Child(["run", "--config", other])
            #expect(await eventually { next.errors.contains(" started") })
            next.signal(SIGTERM)
            #expect(await next.exitCode() == 0)
        }

        @Test("a claim ends with its owner, and a refused one takes nothing with it")
        func claims() throws {
            let settings = broker("broker.example", id: UUID().uuidString)
            var first = try ClientIDClaim(settings)
            #expect(first != nil)
            let files = FileManager.default
            let opened = try files.contentsOfDirectory(atPath: "/proc/self/fd").count
            for _ in 0..<300 {
                #expect(throws: ClientIDClaim.Refusal.self) { try ClientIDClaim(settings) }
            }
            let left = try files.contentsOfDirectory(atPath: "/proc/self/fd").count
            #expect(left < opened + 100, "a refused claim keeps its socket")
            do {
                _ = try ClientIDClaim(settings)
            } catch {
                // The queue of those who asked is full.
                #expect(error.processID == nil)
                #expect(!error.description.contains("process"))
            }
            first = nil
            first = try ClientIDClaim(settings)
            #expect(first != nil)
        }

        @Test("this machine is one broker however it is written, and all else is not")
        func names() {
            let local = ["localhost", "LOCALHOST", "127.0.0.1", "::1"].map {
                ClientIDClaim.name(of: broker($0))
            }
            #expect(Set(local).count == 1)
            let different = [
                broker("localhost"), broker("localhost", port: 11), broker("localhost", id: "1a"),
                broker("localhost1"), broker("localhost", id: "b"), broker("10.0.0.1"),
            ].map(ClientIDClaim.name)
            #expect(Set(different).count == different.count)
        }
    }
}
