import Mosquitto
import TestSupport
import Testing

/// TLS with certificates made for the test.
@Suite("TLS", .timeLimit(.minutes(2)))
struct TLSTests {
    private func broker(clientCertificate: Bool = false) throws -> MosquittoBroker {
        var options = MosquittoBroker.Options()
        options.usesTLS = true
        options.requiresClientCertificate = clientCertificate
        let broker = try MosquittoBroker(options)
        try broker.start()
        return broker
    }

    private func tlsProblem(_ engine: TestEngine) -> ConnectionProblem? {
        for event in engine.now.events {
            if case .couldNotConnect(let problem, _) = event { return problem }
        }
        return nil
    }

    @Test("messages arrive and are acknowledged over TLS with a client certificate")
    func works() async throws {
        let broker = try broker(clientCertificate: true)
        let certificates = try #require(broker.certificates)
        let engine = try TestEngine([
            source(broker.port) {
                $0.tls = .init(
                    authorities: certificates.authority,
                    certificate: certificates.client.certificate,
                    key: certificates.client.key,
                )
            }
        ])
        #expect(await eventually { engine.now.ups == 1 })
        let login = [
            "--cafile", certificates.authority, "--cert", certificates.client.certificate,
            "--key", certificates.client.key, "-p", "\(broker.port)",
        ]
        for number in 1...30 {
            try Command.run(
                "mosquitto_pub",
                login + ["-h", "127.0.0.1", "-t", "plant/a", "-q", "1", "-m", "\(number)"],
            )
        }
        #expect(await eventually { engine.payloads == (1...30).map(String.init) })
        #expect(await eventually { engine.loop.statuses.first?.unacknowledged == 0 })
        await engine.stop()
    }

    @Test("a server certificate of another authority is refused, and the reason says so")
    func wrongAuthority() async throws {
        let broker = try broker()
        let certificates = try #require(broker.certificates)
        let engine = try TestEngine([
            source(broker.port) { $0.tls = .init(authorities: certificates.otherAuthority) }
        ])
        #expect(await eventually { tlsProblem(engine) != nil })
        let problem = try #require(tlsProblem(engine))
        #expect(problem.text.contains("certificate verify failed"), "\(problem)")
        #expect(problem.needsPerson)
        #expect(engine.now.ups == 0)
        await engine.stop()
    }

    @Test("a host that the certificate does not name is refused")
    func wrongHost() async throws {
        let broker = try broker()
        let certificates = try #require(broker.certificates)
        let engine = try TestEngine([
            source(broker.port) {
                $0.host = "127.1"
                $0.tls = .init(authorities: certificates.authority)
            }
        ])
        #expect(await eventually { tlsProblem(engine) != nil })
        let problem = try #require(tlsProblem(engine))
        #expect(problem.text.contains("host name"), "\(problem)")
        #expect(engine.now.ups == 0)
        await engine.stop()
    }

    @Test("a killed TLS broker is found again: the library alone would give up")
    func killedBroker() async throws {
        let broker = try broker()
        let certificates = try #require(broker.certificates)
        let engine = try TestEngine([
            source(broker.port) { $0.tls = .init(authorities: certificates.authority) }
        ])
        #expect(await eventually { engine.now.ups == 1 })
        broker.kill()
        #expect(await eventually { engine.now.downs == 1 })
        try broker.start()
        #expect(await eventually(within: .seconds(40)) { engine.now.ups == 2 })
        await engine.stop()
    }

    /// The library reports success for ever in a handshake on a broken socket.
    @Test("a TLS handshake that is cut off fails and is tried again, instead of spinning")
    func cutOffHandshake() async throws {
        let folder = try TemporaryFolder()
        let certificates = try TestCertificates(in: folder)
        var script = ScriptedBroker.Script()
        script.closesAtOnce = true
        let broker = try ScriptedBroker(script)
        let engine = try TestEngine([
            source(broker.port) { $0.tls = .init(authorities: certificates.authority) }
        ])
        #expect(await eventually { broker.connects >= 5 })
        #expect(await eventually { tlsProblem(engine) != nil })
        await engine.stop()
    }
}
