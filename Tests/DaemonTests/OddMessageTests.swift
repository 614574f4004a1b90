import TestSupport
import Testing

extension DaemonSuite {
    @Suite("Odd messages under a wildcard")
    struct OddMessageTests {
        /// What no sensor sends, and some do.
        private static let odd: [(topic: String, payload: [UInt8])] = [
            ("plant/empty", []),
            ("plant/large", Array(repeating: UInt8(ascii: "x"), count: 256 << 10)),
            (
                "plant/large json",
                Array("{\"a\":[\(String(repeating: "1,", count: 40_000))1]}".utf8)
            ),
            ("plant/binary", (0...255).map { UInt8($0) }),
            ("plant/zeros", [0, 0, 0, 0]),
            ("plant/NUL and number", [0] + Array("20.5".utf8)),
            ("plant" + String(repeating: "/x", count: 59), Array("?".utf8)),
            // Composed and decomposed: to the broker, and to us, two topics.
            ("plant/caf\u{e9}", Array("?".utf8)),
            ("plant/cafe\u{301}", Array("?".utf8)),
            ("plant/\u{200b}\u{feff}", Array("?".utf8)),
            ("plant/deep", Array(String(repeating: "[", count: 5_000).utf8)),
            ("plant/cut", Array("{\"value\": 20.".utf8)),
            ("plant/surrogate", Array("\"\\ud800\"".utf8)),
            ("plant/latin", [0x32, 0x30, 0xB0]),
            ("plant/with spaces/and more", Array("no number".utf8)),
            ("plant/Öfen/温度/🔥", Array("heiß".utf8)),
            ("plant//level", Array("?".utf8)),
            ("plant/", Array("?".utf8)),
            ("plant/'; DROP TABLE feed; --", Array("'".utf8)),
            ("plant/percent%/\"quoted\"", Array("\"".utf8)),
            ("/plant/leading", Array("?".utf8)),
        ]

        @Test("the ledger balances, the quarantine keeps evidence, established feeds go on")
        func survivesAll() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run("feeds: [{topic: \"#\"}]")
            let device = try Publisher(site.broker.port)
            let listener = try await Listener(site.broker.port, "assay/#")
            #expect(await listener.hearsIngest("up"))
            let steady = ["plant/steady/1", "plant/steady/2"]
            try await device.stream(steady, count: 20, every: .milliseconds(20))
            for round in 0..<20 {
                for odd in Self.odd { try await device.send(odd.topic, odd.payload) }
                for number in 0..<10 {
                    try await device.send("plant/new/\(round * 10 + number)", "20.\(number)")
                }
                try await device.stream(steady, count: 1, every: .milliseconds(20))
            }
            try await device.stream(steady, count: 20, every: .milliseconds(20))
            #expect(try await site.isCaughtUp(device))
            let sent = 120 + 20 * Int64(Self.odd.count) + 200 + 1
            try await daemon.stop()
            try expectLedger(site.database, sent: sent)
            try expectQuarantine(site.database)
            let steadySamples = try site.database.rows(
                """
                SELECT feed, sum(good) FROM rollup_named
                WHERE step = 'minute' AND feed LIKE 'plant/steady/%' GROUP BY feed ORDER BY feed
                """
            )
            #expect(steadySamples == [["plant/steady/1", "60"], ["plant/steady/2", "60"]])
            let alarms = try site.database.rows(
                "SELECT alarm_key FROM alarm_journal WHERE alarm_key LIKE 'plant/steady/%'"
            )
            #expect(alarms.isEmpty)
        }

        @Test(
            "what a broker kept proves nothing about the present, and its statistics are no plant"
        )
        func keptMessages() async throws {
            var options = MosquittoBroker.Options()
            options.configuration = ["sys_interval 1"]
            let site = try Site(options)
            try site.broker.start()
            let device = try Publisher(site.broker.port)
            try await device.send("plant/kept", "20.5", retained: true)
            try await device.send("plant/kept garbage", "?", retained: true)
            #expect(await device.drained())
            let watcher = try await Listener(site.broker.port, "$SYS/#")
            #expect(await eventually { !watcher.messages.isEmpty })
            let daemon = try site.run("feeds: [{topic: \"#\"}]")
            #expect(await eventually { daemon.log.contains("broker connected") })
            #expect(try await site.isCaughtUp(device))
            try await daemon.stop()
            let topics = try site.database.rows("SELECT topic FROM feed ORDER BY topic")
            #expect(topics == [["plant/kept"], [Site.marker]])
            let samples = try site.database.number(
                "SELECT sum(good + suspect + fail + unknown + missing) FROM rollup_named"
            )
            #expect(samples == 0)
            let counts = try site.database.rows(
                "SELECT sum(retained), sum(decoded), sum(undecodable) FROM message_minute"
            )
            #expect(counts == [["1", "1", "2"]])
            let garbage = try site.database.number("SELECT count(*) FROM quarantine")
            #expect(garbage == 1, "only the marker")
        }

        /// Our own status and alarms come back under `#` and are ignored, never undecodable.
        private func expectLedger(_ database: Database, sent: Int64) throws {
            let sums = try #require(
                try database.rows(
                    """
                    SELECT sum(received), sum(decoded), sum(undecodable), sum(ignored), sum(shed)
                    FROM message_minute
                    """
                ).first
            ).compactMap { Int64($0) }
            #expect(sums.count == 5)
            #expect(sums[0] == sums[1] + sums[2] + sums[3] + sums[4], "the ledger: \(sums)")
            #expect(sums[1] + sums[2] == sent, "the ledger: \(sums)")
            // An empty payload clears a retained message, and bare numbers in an array belong to
            // no field: both are readable, and no reading.
            let feeds = Set(try database.rows("SELECT topic FROM feed").flatMap { $0 })
            let unread = Self.odd.map(\.topic).filter { !feeds.contains($0) }
            #expect(unread == ["plant/empty", "plant/large json"])
            #expect(sums[2] == 20 * Int64(Self.odd.count - unread.count) + 1)
            #expect(sums[4] == 0)
            let own = try database.number("SELECT count(*) FROM feed WHERE topic LIKE 'assay/%'")
            #expect(own == 0)
        }

        private func expectQuarantine(_ database: Database) throws {
            let undecodable = try database.number("SELECT sum(undecodable) FROM message_minute")
            let kept = try database.rows(
                "SELECT count(*), max(length(payload)), max(payload_bytes) FROM quarantine"
            )
            #expect(kept == [["\(undecodable)", "256", "262144"]])
            // One alarm for each topic that sends garbage, and its key fits into a topic.
            let doubled = try database.rows(
                """
                SELECT alarm_key, count(*) FROM alarm_journal WHERE reason = 'raise'
                GROUP BY alarm_key HAVING count(*) > 1
                """
            )
            #expect(doubled.isEmpty)
            let keys = try database.rows("SELECT key FROM feed").flatMap { $0 }
            #expect(keys.contains("plant/%C3%96fen/%E6%B8%A9%E5%BA%A6/%F0%9F%94%A5"))
            #expect(keys.contains("plant/caf%C3%A9") && keys.contains("plant/cafe%CC%81"))
            #expect(keys.contains("plant" + String(repeating: "/x", count: 59)), "60 levels")
            #expect(keys.contains("plant/%00/level"))
            #expect(keys.contains("%00/plant/leading"))
        }
    }
}
