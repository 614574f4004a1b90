import Foundation
import TestSupport
import Testing

extension DaemonSuite {
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
