import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("Encryption")
    struct EncryptionTests {
        private static let password = "furnace-secret"

        private static func site() throws -> Site {
            var options = MosquittoBroker.Options()
            options.usesTLS = true
            options.users = ["assay": password]
            return try Site(options)
        }

        private static func connection(_ site: Site, authority: String) throws -> [String] {
            let file = try site.folder.write(password + "\n", to: "password")
            // The configuration warns of a password that others may read.
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            return ["username: assay", "passwordFile: \(file)", "tls: {ca: \(authority)}"]
        }

        @Test("with the right authority, user and password file messages arrive over TLS")
        func rightAuthority() async throws {
            let site = try Self.site()
            try site.broker.start()
            let authority = try #require(site.broker.certificates).authority
            let connection = try Self.connection(site, authority: authority)
            let daemon = try site.run(connection: connection)
            #expect(await eventually { daemon.log.contains("broker connected") })
            try Command.run(
                "mosquitto_pub",
                [
                    "-h", "localhost", "-p", "\(site.broker.port)", "--cafile", authority,
                    "-u", "assay", "-P", Self.password, "-q", "1", "-t", "plant/a", "-m", "20.5",
                ],
            )
            #expect(await eventually { site.database.count("SELECT count(*) FROM feed") == 1 })
            try await daemon.stop()
            #expect(daemon.log.lines.allSatisfy { !$0.contains(Self.password) })
        }

        @Test("a broker with a certificate of another authority is refused, and the alarm says why")
        func wrongAuthority() async throws {
            let site = try Self.site()
            try site.broker.start()
            let authority = try #require(site.broker.certificates).otherAuthority
            let daemon = try site.run(
                connection: try Self.connection(site, authority: authority)
            )
            let message = """
                SELECT message FROM alarm WHERE key = 'system/broker/main' AND state = 'ACKED'
                """
            #expect(
                await eventually {
                    let text = (try? site.database.rows(message))?.first?.first ?? ""
                    return text.contains("certificate")
                }
            )
            try await daemon.stop()
            let text = try site.database.rows(message).first?.first ?? ""
            #expect(
                text.contains("certificate verify failed") || text.contains("authority"),
                "\(text)"
            )
            #expect(!daemon.log.contains("broker connected"))
            #expect(!site.broker.log.contains("as assay-test"))
            #expect(!text.contains(Self.password))
            #expect(daemon.log.lines.allSatisfy { !$0.contains(Self.password) })
        }

        private static func siteOfCertificates() throws -> Site {
            var options = MosquittoBroker.Options()
            options.usesTLS = true
            options.requiresClientCertificate = true
            return try Site(options)
        }

        @Test("the client certificate that a broker asks for is shown, and messages arrive")
        func clientCertificate() async throws {
            let site = try Self.siteOfCertificates()
            try site.broker.start()
            let certificates = try #require(site.broker.certificates)
            let (certificate, key) = certificates.client
            let tls = "{ca: \(certificates.authority), certificate: \(certificate), key: \(key)}"
            let daemon = try site.run(connection: ["tls: \(tls)"])
            #expect(await eventually { daemon.log.contains("broker connected") })
            try Command.run(
                "mosquitto_pub",
                [
                    "-h", "localhost", "-p", "\(site.broker.port)",
                    "--cafile", certificates.authority, "--cert", certificate, "--key", key,
                    "-q", "1", "-t", "plant/a", "-m", "20.5",
                ],
            )
            #expect(await eventually { site.database.count("SELECT count(*) FROM feed") == 1 })
            try await daemon.stop()
        }

        @Test(
            "without a client certificate, or with a stranger's, the log and the alarm name it",
            arguments: [false, true],
        )
        func wrongClientCertificate(isStranger: Bool) async throws {
            let site = try Self.siteOfCertificates()
            try site.broker.start()
            let certificates = try #require(site.broker.certificates)
            let (certificate, key) = certificates.stranger
            let own = isStranger ? ", certificate: \(certificate), key: \(key)" : ""
            let daemon = try site.run(connection: ["tls: {ca: \(certificates.authority)\(own)}"])
            let message = """
                SELECT message FROM alarm WHERE key = 'system/broker/main' AND state IN ('UNACK', 'ACKED')
                """
            #expect(await eventually { (try? site.database.rows(message))?.isEmpty == false })
            try await daemon.stop()
            let text = try site.database.rows(message).first?.first ?? ""
            #expect(text.contains("certificate"), "\(text)")
            let complaint = daemon.log.lines.first { $0.contains("broker cannot be reached") } ?? ""
            #expect(complaint.contains("certificate"), "\(daemon.log.lines)")
            #expect(!daemon.log.contains("broker connected"))
            #expect(try site.database.number("SELECT count(*) FROM feed") == 0)
        }

        @Test("a broker that cannot speak TLS gets neither name nor password in the clear")
        func plainBroker() async throws {
            let listener = try ByteListener()
            let site = try Self.site()
            let authority = try #require(site.broker.certificates).authority
            let connection = try Self.connection(site, authority: authority)
            let path = try site.write(connection: connection)
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacing(":\(site.broker.port)", with: ":\(listener.port)")
            try site.folder.write(text, to: "assay.yaml")
            let child = try Child(["run", "--config", path])
            // Two connections of a daemon, each tried more than once.
            #expect(await eventually(within: .seconds(20)) { listener.connections.count >= 4 })
            child.signal(SIGTERM)
            #expect(await child.exitCode() == 0)
            for bytes in listener.connections where !bytes.isEmpty {
                #expect(bytes.first == 0x16, "not a TLS handshake")
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(!text.contains(Self.password) && !text.contains("assay-test"))
            }
            #expect(listener.connections.contains { !$0.isEmpty })
            #expect(!child.errors.contains(Self.password))
        }
    }
}
