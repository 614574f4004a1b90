import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("Ending")
    struct TerminationTests {
        /// The device knows how many messages the broker took. The daemon is ended amid them, and
        /// started again: what the first run did not acknowledge, the broker must send the second.
        @Test("SIGTERM under load: 0 within 5 s, `offline`, and every message counted exactly once")
        func underLoad() async throws {
            var options = MosquittoBroker.Options()
            options.configuration = ["max_inflight_messages 0", "max_queued_messages 0"]
            let site = try Site(options)
            try site.broker.start()
            let listener = try await Listener(site.broker.port, "assay/test/status")
            let path = try site.write()
            let first = try Child(["run", "--config", path])
            #expect(await listener.hears(status: "online"))
            #expect(await listener.hearsIngest("up"))
            let devices = try (0..<3).map {
                try Publisher(site.broker.port, client: "device-\($0)")
            }
            let end = Flag()
            let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                for (number, device) in devices.enumerated() {
                    group.addTask {
                        try await device.flood("plant/\(number)", until: end)
                    }
                }
                #expect(await eventually { devices.allSatisfy { $0.confirmedCount > 1_000 } })
                let clock = ContinuousClock()
                let signalled = clock.now
                first.signal(SIGTERM)
                #expect(await first.exitCode(within: .seconds(10)) == 0, "\(first.errors)")
                #expect(clock.now - signalled < .seconds(5))
                end.set()
                return try await group.reduce(0, +)
            }
            #expect(await listener.hears(status: "offline"))
            for device in devices { #expect(await device.drained()) }
            // Marks the end of the broker's queue: garbage is a finding at once.
            try await devices[0].send("plant/marker", "?")
            #expect(await devices[0].drained())
            #expect(devices.map(\.confirmedCount).reduce(0, +) == sent + 1)
            let counted = received(site)
            #expect(
                counted > 0 && counted < Int64(sent),
                "nothing was left for the second run: the test proves nothing"
            )

            let second = try Child(["run", "--config", path])
            #expect(await listener.hears(status: "online"))
            let markers = "SELECT count(*) FROM feed WHERE topic = 'plant/marker'"
            #expect(await eventually(within: .seconds(20)) { site.database.count(markers) == 1 })
            second.signal(SIGTERM)
            #expect(await second.exitCode() == 0)
            #expect(received(site) == Int64(sent) + 1, "\(counted) were counted by the first run")
            let samples = try site.database.number(
                "SELECT sum(samples) FROM rollup_named WHERE step = 'minute'"
            )
            #expect(samples == Int64(sent))
        }

        private func received(_ site: Site) -> Int64 {
            site.database.count("SELECT sum(received) FROM message_minute")
        }
    }
}
