import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("The last alarms of a run")
    struct LastAlarmTests {
        private static let state = "assay/test/alarms/state/plant/new/format"

        /// The store is locked until the daemon is being stopped: only its last commit succeeds.
        @Test("what the last commit stores of them is published before `offline`, and not again")
        func sentBeforeOffline() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run()
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let lock = try WriteLock(site.databasePath)
            try await device.send("plant/new", "?")
            #expect(
                await eventually { listener.object(Self.state)?["durable"] as? Bool == false }
            )
            async let stopped: Void = daemon.stop()
            await pause(.milliseconds(700))
            try lock.release()
            try await stopped
            #expect(await listener.hears(status: "offline"))
            let alarm = listener.messages.lastIndex {
                $0.topic.hasSuffix("plant/new/format") && $0.topic.contains("/event/")
            }
            let end = listener.messages.lastIndex { $0.topic == "assay/test/status" }
            #expect(listener.object(Self.state)?["durable"] as? Bool == true)
            let last = try #require(alarm)
            #expect(listener.messages[last].payload.contains("\"durable\":true"))
            #expect(try last < #require(end))
            #expect(try site.database.number("SELECT count(*) FROM outbox") == 0)
        }
    }

    @Suite("Ending when nothing works any more")
    struct StopDeadlineTests {
        @Test(
            "SIGTERM with the broker frozen and the database locked: the end within 5 s, and said"
        )
        func everythingHangs() async throws {
            let site = try Site()
            try site.broker.start()
            let path = try site.write()
            let daemon = try Child(["run", "--config", path])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(["plant/a"], count: 50, every: .milliseconds(10))
            let lock = try WriteLock(site.databasePath)
            try await device.send("plant/new", "20.5")
            try await device.stream(["plant/a"], count: 100, every: .milliseconds(10))
            #expect(await eventually { daemon.errors.contains("the store cannot be written") })

            site.broker.freeze()
            defer { site.broker.thaw() }
            let clock = ContinuousClock()
            let signalled = clock.now
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode(within: .seconds(10)) == 0, "\(daemon.errors)")
            let length = clock.now - signalled
            #expect(length < .seconds(5), "it took \(length)")
            let log = daemon.errors
            #expect(log.contains("stopped without storing what came last"))
            #expect(log.contains("transitions="))
            #expect(log.range(of: "unacknowledged=[1-9]", options: .regularExpression) != nil)
            #expect(log.contains("stopped without the broker's confirmation"))
            #expect(log.range(of: "messages=[1-9]", options: .regularExpression) != nil)
            try lock.release()
        }
    }
}
