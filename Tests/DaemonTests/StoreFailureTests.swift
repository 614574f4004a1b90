import Foundation
import GRDB
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("When the store cannot be written")
    struct StoreFailureTests {
        private static let store = "assay/test/alarms/state/system/store"
        private static let feeds = """
            feeds:
              - topic: plant/limited
                period: 50ms
                checks: { range: { fail: [0, 100] } }
              - topic: plant/#
            """
        private static let topics = ["plant/limited", "plant/a", "plant/b"]

        private func journal(_ key: String, _ site: Site) throws -> [String] {
            try site.database.rows(
                "SELECT reason FROM alarm_journal WHERE alarm_key = '\(key)' ORDER BY sequence"
            ).map { $0[0] }
        }

        /// Alarms of sensors' silence, and findings of it.
        private func silences(_ site: Site) throws -> Int64 {
            try site.database.number(
                "SELECT count(*) FROM finding WHERE check_id = 'silence' AND is_confirmed"
            )
        }

        /// The broker sends only ten messages without acknowledgement, so after ten of them every
        /// sensor is quiet for longer than the 2 s that it may be.
        @Test("a lock of seconds: an alarm, no false one, and every message counted exactly once")
        func locked() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run(
                Self.feeds,
                connection: ["receiveMaximum: 10", "keepAlive: 60s"]
            )
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(Self.topics, count: 100, every: .milliseconds(20))

            let lock = try WriteLock(site.databasePath)
            // A new feed must be stored; samples alone wait for the end of their minute.
            try await device.send("plant/new", "20.5")
            try await device.stream(Self.topics, count: 250, every: .milliseconds(20))
            #expect(listener.object(Self.store)?["durable"] as? Bool == false)
            #expect(listener.object(Self.store)?["active"] as? Bool == true)
            try lock.release()
            // And the daemon judges again: the same sensor leaves its limits.
            let others = try Publisher(site.broker.port, client: "others")
            let streaming = Task {
                try await others.stream(
                    ["plant/a", "plant/b"],
                    count: 400,
                    every: .milliseconds(20)
                )
            }
            try await device.stream(["plant/limited"], count: 400, every: .milliseconds(20)) {
                number in
                "50\(number % 7)"
            }
            let state = "assay/test/alarms/state/plant/limited/value"
            #expect(await eventually { listener.object(state)?["active"] as? Bool == true })
            #expect(await eventually { listener.object(Self.store)?["active"] as? Bool == false })
            try await streaming.value
            #expect(await others.drained())
            #expect(try await site.isCaughtUp(device))
            #expect(listener.object(Self.store)?["durable"] as? Bool == true)
            let unsent = "SELECT count(*) FROM outbox WHERE topic LIKE '%/system/store'"
            #expect(await eventually { site.database.count(unsent) == 0 }, "stored and never sent")
            try await daemon.stop()
            try expectRows(of: 3 * 750 + 1, site)
            let raises = listener.messages.filter { message in
                message.topic == "assay/test/alarms/event/high/system/store"
                    && Self.data(message)?["reason"] as? String == "raise"
            }
            #expect(
                raises.compactMap { Self.data($0)?["durable"] as? Bool } == [false, true],
                "the raise is told at once, and again when it is stored"
            )
        }

        /// Every sample once, and no alarm but those of the store and of the one sensor, whose values
        /// left their limits and their level.
        private func expectRows(of count: Int64, _ site: Site) throws {
            #expect(try journal("system/store", site) == ["raise", "clear"])
            #expect(try silences(site) == 0)
            let received = try site.database.number("SELECT sum(received) FROM message_minute")
            #expect(received == count + 1, "and the marker")
            let samples = try site.database.number(
                "SELECT sum(samples) FROM rollup_named WHERE step = 'minute'"
            )
            #expect(samples == count)
            let others = try site.database.rows(
                """
                SELECT alarm_key, reason, message FROM alarm_journal
                WHERE alarm_key <> 'system/store' AND alarm_key NOT LIKE 'plant/limited/%'
                    AND alarm_key NOT LIKE '\(Site.marker)%'
                """
            )
            #expect(others == [])
        }

        private static func data(_ message: Listener.Message) -> [String: Any]? {
            Listener.object(of: message.payload)?["data"] as? [String: Any]
        }

        /// A keep-alive of 5 s: on the way PINGREQ and PINGRESP are due twice.
        @Test(
            "at QoS 0 feeds are read and judged, and the connection lives, for as long as it takes"
        )
        func lockedAtQualityZero() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run(Self.feeds, connection: ["qos: 0", "keepAlive: 5s"])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(Self.topics, count: 60, every: .milliseconds(50))
            let lock = try WriteLock(site.databasePath)
            // A new feed must be stored; samples alone wait for the end of their minute.
            try await device.send("plant/new", "20.5")
            try await device.stream(Self.topics, count: 160, every: .milliseconds(50))
            try await device.stream(Self.topics, count: 160, every: .milliseconds(50)) { _ in "500"
            }
            let alarm = listener.object("assay/test/alarms/state/plant/limited/value")
            #expect(alarm?["active"] as? Bool == true)
            #expect(alarm?["durable"] as? Bool == false)
            try lock.release()
            #expect(try await site.isCaughtUp(device))
            #expect(!daemon.log.contains("broker connection changed"))
            try await daemon.stop()
            #expect(try silences(site) == 0)
            // Another check of the concern may have joined in meanwhile: a refresh, and no second alarm.
            let told = try journal("plant/limited/value", site)
            #expect(told.filter { $0 != "refresh" } == ["raise"], "\(told)")
            #expect(try journal("system/store", site).first == "raise")
            let received = try site.database.number("SELECT sum(received) FROM message_minute")
            #expect(received == 3 * 380 + 2)
        }

        /// Half of the keep-alive of 5 s passes: the connection is closed and waits for the store.
        @Test(
            "a lock longer than half a keep-alive: the connection goes and comes, no sensor is silent"
        )
        func lockedForLonger() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run(Self.feeds, connection: ["keepAlive: 5s"])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(Self.topics, count: 60, every: .milliseconds(50))
            let lock = try WriteLock(site.databasePath)
            try await device.send("plant/new", "20.5")
            try await device.stream(Self.topics, count: 140, every: .milliseconds(50))
            #expect(daemon.log.contains("the database cannot be written"))
            #expect(!daemon.log.contains("was lost"))
            let status = listener.object("assay/test/status")
            #expect(status?["ingest"] as? [String: String] == ["main": "down"])
            try lock.release()
            try await device.stream(Self.topics, count: 160, every: .milliseconds(50))
            #expect(await listener.hearsIngest("up"))
            #expect(await eventually { listener.object(Self.store)?["active"] as? Bool == false })
            #expect(try await site.isCaughtUp(device))
            try await daemon.stop()
            #expect(try silences(site) == 0)
            #expect(try journal("system/store", site) == ["raise", "clear"])
            #expect(try journal("system/broker/main", site) == [], "it is not the broker's fault")
            let received = try site.database.number("SELECT sum(received) FROM message_minute")
            #expect(received >= 3 * 360 + 2, "nothing is lost")
        }

        @Test("a store that waiting does not mend is said, and ends the daemon")
        func damaged() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try site.run(Self.feeds)
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(Self.topics, count: 10, every: .milliseconds(20))
            let other = try DatabaseQueue(path: site.databasePath)
            try await other.write { try $0.execute(sql: "DROP TABLE quarantine") }
            try other.close()
            try await device.send("plant/a", "?")
            await #expect {
                try await daemon.ended()
            } throws: { error in
                "\(error)".contains("quarantine") && "\(error)".contains("report it")
            }
            #expect(await eventually { listener.object(Self.store)?["active"] as? Bool == true })
            #expect(await listener.hears(status: "offline"))
            #expect(daemon.log.contains("stopped without storing what came last"))
        }
    }
}
