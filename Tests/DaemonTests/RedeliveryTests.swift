import TestSupport
import Testing

extension DaemonSuite {
    @Suite("When the connection drops")
    struct RedeliveryTests {
        /// Goal: QoS 1 messages that were read and not yet acknowledged come again, and count once.
        /// Method: bare values, which nothing but the transport can tell apart, flow without pause
        /// while the cable between daemon and broker is cut again and again, twice after
        /// acknowledgements were lost on the way. (After such a cut mosquitto 2.0.11 sends far more
        /// than our receive maximum without an acknowledgement.)
        @Test("amid a stream of bare values, every message is counted exactly once")
        func cutUnderLoad() async throws {
            var options = MosquittoBroker.Options()
            options.configuration = ["max_queued_messages 0"]
            let site = try Site(options)
            try site.broker.start()
            let relay = try Relay(to: site.broker.port)
            let daemon = try site.run(port: relay.port)
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let devices = try (0..<2).map {
                try Publisher(site.broker.port, client: "device-\($0)")
            }
            let end = Flag()
            let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                for (number, device) in devices.enumerated() {
                    group.addTask { try await stream(device, "plant/\(number)", until: end) }
                }
                for round in 1...4 {
                    let confirmed = devices.map(\.confirmedCount).reduce(0, +)
                    let acknowledged = relay.acknowledgements
                    #expect(
                        await eventually(within: .seconds(20)) {
                            devices.map(\.confirmedCount).reduce(0, +) > confirmed + 500
                                && relay.acknowledgements > acknowledged + 100
                        }
                    )
                    if round.isMultiple(of: 2) {
                        relay.loseWhatClientsSend()
                        // A commit and more.
                        await pause(.milliseconds(300))
                    }
                    relay.cut()
                }
                end.set()
                return try await group.reduce(0, +)
            }
            for device in devices { #expect(await device.drained()) }
            #expect(try await site.isCaughtUp(devices[0]))
            try await daemon.stop()
            let ledger = try site.database.rows(
                "SELECT sum(received), sum(redelivered) FROM message_minute"
            )
            print("sent \(sent), received and came again: \(ledger)")
            #expect(ledger.first?.first == "\(sent + 1)", "and the marker")
            #expect(Int(ledger.first?.last ?? "") ?? 0 > 0, "nothing came again: no proof")
            let samples = try site.database.number(
                "SELECT sum(samples) FROM rollup_named WHERE step = 'minute'"
            )
            #expect(samples == Int64(sent))
        }

        /// 4,000 messages a second: enough that some are always under way, and no more than the
        /// daemon takes when it is not optimised.
        /// - Returns: how many it sent.
        private func stream(
            _ device: Publisher,
            _ topic: String,
            until end: Flag,
        ) async throws -> Int {
            var count = 0
            while !end.isSet {
                for _ in 0..<40 { try await device.send(topic, Publisher.reading(count)) }
                count += 40
                await pause(.milliseconds(10))
            }
            return count
        }
    }
}
