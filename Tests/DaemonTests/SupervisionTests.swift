import Foundation
import TestSupport
import Testing

@testable import Daemon

extension DaemonSuite {
    @Suite("Under a supervisor")
    struct SupervisionTests {
        private static let goesOn = "WATCHDOG=1"

        /// What systemd does, on real parts: the process hangs, the words end, it is killed and
        /// started again.
        @Test("it says READY, goes on saying WATCHDOG, ends that when it hangs, and says STOPPING")
        func wholeLife() async throws {
            let site = try Site()
            try site.broker.start()
            let supervisor = try Supervisor()
            let environment = supervisor.environment(watchdog: .seconds(1))
            let path = try site.write()
            let first = try Child(["run", "--config", path], environment: environment)
            #expect(await supervisor.hears("READY=1"))
            #expect(site.database.count("SELECT count(*) FROM meta") > 0, "ready without a store")
            #expect(await supervisor.hears("STATUS=connected to the broker"))
            #expect(await supervisor.hears(Self.goesOn, more: 4, within: .seconds(6)))

            first.signal(SIGSTOP)
            // One may have been under way.
            await pause(.milliseconds(100))
            #expect(
                await !supervisor.hears(Self.goesOn, more: 1, within: .seconds(2)),
                "a stopped process said that it goes on"
            )
            first.signal(SIGKILL)
            #expect(await first.exitCode() == nil)

            let second = try Child(["run", "--config", path], environment: environment)
            #expect(await eventually { supervisor.count(of: "READY=1") == 2 })
            #expect(await supervisor.hears(Self.goesOn, more: 2, within: .seconds(4)))
            #expect(!supervisor.lines.contains("STOPPING=1"))
            second.signal(SIGTERM)
            #expect(await second.exitCode() == 0)
            #expect(supervisor.count(of: "STOPPING=1") == 1)
        }

        @Test("the supervisor's socket may have a name without a file, and want no watchdog")
        func abstractSocket() async throws {
            let site = try Site()
            let supervisor = try Supervisor(isAbstract: true)
            let child = try Child(
                ["run", "--config", try site.write()],
                environment: supervisor.environment(),
            )
            #expect(await supervisor.hears("READY=1"))
            #expect(await supervisor.hears("STATUS=waiting for the broker"))
            child.signal(SIGTERM)
            #expect(await child.exitCode() == 0)
            #expect(supervisor.count(of: Self.goesOn) == 0)
        }

        /// Four times the period: a supervisor would have killed it.
        @Test("a store that fails for a while does not end the watchdog's words, and is told")
        func lockedStore() async throws {
            let site = try Site()
            try site.broker.start()
            let supervisor = try Supervisor()
            let environment = supervisor.environment(watchdog: .milliseconds(2_200))
            let daemon = try site.run(supervisor: try SystemdNotifier(environment: environment))
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.send("plant/a", "20.5")
            #expect(try await site.isCaughtUp(device))
            let lock = try WriteLock(site.databasePath)
            try await device.send("plant/new", "20.5")
            let failing =
                "STATUS=connected to the broker; the store cannot be written, judging goes on "
                + "without it"
            #expect(await supervisor.hears(failing))
            let clock = ContinuousClock()
            let end = clock.now + .milliseconds(6_600)
            var count = supervisor.count(of: Self.goesOn)
            while clock.now < end {
                let asked = clock.now
                #expect(await supervisor.hears(Self.goesOn, more: 1, within: .seconds(4)))
                #expect(clock.now - asked < .milliseconds(2_200), "it would have been killed")
                count += 1
            }
            #expect(count >= 4)
            try lock.release()
            let status = "STATUS=connected to the broker"
            #expect(await eventually { supervisor.lines.last { $0.hasPrefix("ST") } == status })
            try await daemon.stop()
        }

        @Test("a daemon that cannot open its database never says READY")
        func neverReady() async throws {
            let site = try Site()
            try site.folder.write("no database", to: "assay.db")
            let supervisor = try Supervisor()
            let child = try Child(
                ["run", "--config", try site.write()],
                environment: supervisor.environment(watchdog: .seconds(1)),
            )
            #expect(await child.exitCode() == 1)
            #expect(!supervisor.lines.contains("READY=1"))
        }

        @Test("a supervisor's socket that is none is said once, and the daemon runs")
        func wrongSocket() async throws {
            let site = try Site()
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let child = try Child(
                ["run", "--config", try site.write()],
                environment: ["NOTIFY_SOCKET": "vsock:2:1234"],
            )
            #expect(await listener.hears(status: "online"))
            #expect(child.errors.contains("NOTIFY_SOCKET must be an absolute path"))
            child.signal(SIGTERM)
            #expect(await child.exitCode() == 0)
        }
    }
}
