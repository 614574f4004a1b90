import Foundation
import LocalBrokers
import Simulation
import TestSupport
import Testing

@testable import assay

/// The parts that the demo starts: its broker and its plant.
@Suite("The parts of the demo", .serialized, .timeLimit(.minutes(1)))
struct DemoPartsTests {
    @Test("its broker listens on loopback only, in a folder that is only the caller's")
    func starting() async throws {
        let broker = try await LocalBroker.start()
        #expect(broker.isRunning)
        #expect(LoopbackPort.isListening(broker.port))
        let configuration = broker.folder.appending(path: "mosquitto.conf")
        let text = try String(contentsOf: configuration, encoding: .utf8)
        #expect(text.contains("listener \(broker.port) 127.0.0.1\n"))
        let facts = try FileManager.default.attributesOfItem(atPath: broker.folder.path)
        #expect(facts[.posixPermissions] as? Int == 0o700)
        await broker.stop()
    }

    @Test("stopping it ends its process and removes its folder, also if it died before")
    func stopping() async throws {
        for mustDie in [false, true] {
            let broker = try await LocalBroker.start()
            if mustDie {
                kill(broker.processIdentifier, SIGKILL)
                #expect(await eventually { !broker.isRunning })
            }
            await broker.stop()
            #expect(!broker.isRunning)
            #expect(!LoopbackPort.isListening(broker.port))
            #expect(!FileManager.default.fileExists(atPath: broker.folder.path))
        }
    }

    @Test("a demo that is being cancelled still sees its broker end")
    func cancelling() async throws {
        let (started, announcement) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1),
        )
        let demo = Task {
            let broker = try await LocalBroker.start()
            announcement.yield()
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            await broker.stop()
            return (isRunning: broker.isRunning, folder: broker.folder.path)
        }
        for await _ in started { break }
        demo.cancel()
        let (isRunning, folder) = try await demo.value
        #expect(!isRunning)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test(
        "every problem of the broker says what to do",
        arguments: [
            LocalBrokerProblem.notInstalled, .noFreePort, .noFolder("disk full"),
        ]
    )
    func problems(problem: LocalBrokerProblem) {
        #expect(["install it", "try again", "set TMPDIR"].contains { "\(problem)".contains($0) })
    }

    private func simulator() -> PlantSimulator {
        PlantSimulator(seed: 1, startingAt: DemoClock().now)
    }

    @Test("the plant's messages reach the broker, and cancelling ends it with a true count")
    func publishing() async throws {
        let broker = try await LocalBroker.start()
        let heard = try await MessageCounter(port: broker.port)
        let port = broker.port
        let plant = Task {
            try await DemoPublisher(port: port, published: PublishedMessages()).run(simulator())
        }
        #expect(await eventually { heard.count >= 200 })
        plant.cancel()
        let publication = try await plant.value
        #expect(publication.sent >= 200)
        #expect(publication.lost == 0)
        #expect(await eventually { heard.count == publication.sent })
        await broker.stop()
    }

    @Test("without a broker at the start the plant says so")
    func absentBroker() async throws {
        let port = try #require(LoopbackPort.findFree())
        await #expect(throws: DemoClientProblem.self) {
            _ = try await DemoPublisher(port: port, published: PublishedMessages()).run(simulator())
        }
    }

    @Test("while the broker is away the plant counts what it loses, and goes on")
    func lostBroker() async throws {
        let broker = try await LocalBroker.start()
        let port = broker.port
        let heard = try await MessageCounter(port: port)
        let plant = Task {
            try await DemoPublisher(port: port, published: PublishedMessages()).run(simulator())
        }
        #expect(await eventually { heard.count > 0 })
        await broker.stop()
        try await Task.sleep(for: .milliseconds(500))
        plant.cancel()
        let publication = try await plant.value
        #expect(publication.sent > 0)
        #expect(publication.lost > 0)
    }
}
