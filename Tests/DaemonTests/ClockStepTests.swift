import Daemon
import Monitoring
import Mosquitto
import Synchronization
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("When the gateway's clock is set")
    struct ClockStepTests {
        private final class Shift: Sendable {
            let nanoseconds = Atomic<Int64>(0)
        }

        @Test("an hour back, messages are committed and acknowledged all the same")
        func backwards() async throws {
            let site = try Site()
            try site.broker.start()
            let shift = Shift()
            let system = GatewayClock.system
            let clock = GatewayClock(
                wall: {
                    let moved = shift.nanoseconds.load(ordering: .relaxed)
                    return ReceiveTime(nanoseconds: system.wall().nanoseconds + moved)
                },
                monotonic: system.monotonic,
            )
            let daemon = try site.run(clock: clock)
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            #expect(try await site.isCaughtUp(device))
            shift.nanoseconds.store(-3_600_000_000_000, ordering: .relaxed)
            // More than the broker sends without an acknowledgement, and no alarm among them.
            for number in 0..<60 {
                try await device.send("plant/\(number)", "20.5")
            }
            #expect(
                await eventually {
                    site.database.count("SELECT count(*) FROM feed WHERE topic <> '\(Site.marker)'")
                        == 60
                }
            )
            // Or they came only because the connection was dropped and begun anew.
            #expect(!daemon.log.contains("broker connection lost"))
            #expect(!daemon.log.contains("broker disconnected"))
            try await daemon.stop()
        }
    }
}
