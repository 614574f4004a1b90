import Daemon
import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    /// The program itself, a real broker, SIGHUP.
    @Suite("A configuration that is read again")
    struct ReloadTests {
        private static let taken = "the configuration was taken over"
        private static let refused = "the former one stays in force"

        private static func feeds(_ more: String...) -> String {
            """
            feeds:
              - topic: plant/hot
                checks: { range: { fail: [0, 100] } }
              - topic: plant/+
            \(more.map { "  - " + $0 }.joined(separator: "\n"))
            """
        }

        private func lines(_ child: Child, _ text: String) -> Int {
            child.errors.split(separator: "\n").count { $0.contains(text) }
        }

        /// Orders a reload, and waits for its outcome.
        private func reload(_ child: Child, expecting text: String) async -> Bool {
            let before = lines(child, text)
            child.signal(SIGHUP)
            return await eventually { lines(child, text) > before }
        }

        private func hasFeed(_ site: Site, _ key: String) async -> Bool {
            await eventually(within: .seconds(20)) {
                site.database.count(
                    "SELECT count(*) FROM feed WHERE key = '\(key)' AND forgotten_at_ns IS NULL"
                ) == 1
            }
        }

        @Test(
            "an open alarm stays and is not told again, a cadence stays learned, and so does a period"
        )
        func keepsState() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try Child(["run", "--config", try site.write(Self.feeds())])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(["plant/hot"], count: 30, every: .milliseconds(10)) { _ in
                "500"
            }
            try await device.stream(["plant/a"], count: 40, every: .milliseconds(50))
            let state = "assay/test/alarms/state/plant/hot/value"
            #expect(await eventually { listener.object(state)?["active"] as? Bool == true })
            let occurrence = (listener.object(state)?["occurrence"] as? [String: Any])?["id"]
            #expect(try await site.isCaughtUp(device))

            _ = try site.write(Self.feeds("topic: other/#"))
            #expect(await reload(daemon, expecting: Self.taken))
            #expect(daemon.errors.contains("feeds_changed=0 feeds_closed=0"), "\(daemon.errors)")
            // Nothing of it comes any more. A cadence that was forgotten would need 8 intervals.
            let silence = "assay/test/alarms/state/plant/a/data"
            #expect(
                await eventually(within: .seconds(8)) {
                    listener.object(silence)?["active"] as? Bool == true
                }
            )
            try await device.stream(["plant/hot"], count: 30, every: .milliseconds(10)) { _ in
                "500"
            }
            #expect(try await site.isCaughtUp(device, count: 2))
            let now = (listener.object(state)?["occurrence"] as? [String: Any])?["id"]
            #expect(now as? String == occurrence as? String)
            let told = listener.messages.filter {
                $0.topic.hasPrefix("assay/test/alarms/event/")
                    && $0.topic.hasSuffix("plant/hot/value")
            }
            #expect(told.count == 1, "\(told.map(\.topic))")
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
            #expect(
                try site.database.number(
                    "SELECT count(*) FROM feed WHERE key = 'plant/a' AND period_ns IS NOT NULL"
                ) == 1
            )
        }

        @Test(
            "a filter that is gone brings nothing any more, one that is new is heard, the rest goes on"
        )
        func filters() async throws {
            let site = try Site()
            try site.broker.start()
            let supervisor = try Supervisor()
            let daemon = try Child(
                ["run", "--config", try site.write(Self.feeds("topic: old/#"))],
                environment: supervisor.environment(watchdog: .seconds(2)),
            )
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            for topic in ["old/a", "new/a", "plant/a"] { try await device.send(topic, "1") }
            #expect(try await site.isCaughtUp(device))
            #expect(await hasFeed(site, "old/a"))

            _ = try site.write(Self.feeds("topic: new/#"))
            #expect(
                await reload(daemon, expecting: "broker has answered the changed subscriptions")
            )
            #expect(daemon.errors.contains("feeds_closed=1"))
            for topic in ["old/a", "new/a", "plant/a"] { try await device.send(topic, "2") }
            #expect(try await site.isCaughtUp(device, count: 2))
            #expect(await hasFeed(site, "new/a"))
            #expect(supervisor.count(of: "RELOADING=1") == 1)
            #expect(supervisor.lines.contains { $0.hasPrefix("MONOTONIC_USEC=") })
            #expect(supervisor.count(of: "READY=1") == 2, "one at the start")
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
            let counts = try site.database.rows(
                "SELECT sum(received), sum(ignored) FROM message_minute"
            )
            // Two and the marker before, three in all after: the broker did not send old/a again.
            #expect(counts == [["6", "0"]])
            let forgotten = try site.database.rows(
                "SELECT key FROM feed WHERE forgotten_at_ns IS NOT NULL"
            )
            #expect(forgotten == [["old/a"]])
            let samples = try site.database.rows(
                """
                SELECT sum(samples) FROM rollup_named
                WHERE step = 'minute' AND feed IN ('old/a', 'plant/a') GROUP BY feed ORDER BY feed
                """
            )
            #expect(samples == [["1"], ["2"]], "what came of the old one is kept")
        }

        @Test("a wrong file is told with every problem and as an alarm, and everything goes on")
        func wrongFile() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try Child(["run", "--config", try site.write(Self.feeds())])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.send("plant/a", "1")
            #expect(try await site.isCaughtUp(device))

            _ = try site.write(Self.feeds("topic: a/#/b", "tpoic: c"))
            #expect(await reload(daemon, expecting: Self.refused))
            #expect(
                lines(daemon, "the configuration is wrong") >= 3,
                "two problems and their number"
            )
            #expect(daemon.errors.contains("tpoic") && daemon.errors.contains("a/#/b"))
            let state = "assay/test/alarms/state/system/configuration"
            #expect(await eventually { listener.object(state)?["active"] as? Bool == true })
            try await device.send("plant/b", "1")
            #expect(await hasFeed(site, "plant/b"))

            // Right, but for another daemon: nothing of it is taken over.
            let text = try String(
                contentsOfFile: site.write(Self.feeds("topic: new/#")),
                encoding: .utf8
            )
            try site.folder.write(
                text.replacing("gateway: test", with: "gateway: other")
                    .replacing("clientID: assay-test", with: "clientID: another"),
                to: "assay.yaml",
            )
            #expect(await reload(daemon, expecting: Self.refused))
            #expect(daemon.errors.contains(#"settings="gateway, broker main (clientID)""#))
            try await device.send("new/a", "1")
            #expect(try await site.isCaughtUp(device, count: 2))
            #expect(try site.database.number("SELECT count(*) FROM feed WHERE key = 'new/a'") == 0)

            try FileManager.default.removeItem(atPath: site.folder.file("assay.yaml"))
            #expect(await reload(daemon, expecting: Self.refused))
            #expect(daemon.errors.contains("there is no configuration file"))

            _ = try site.write(Self.feeds("topic: new/#"))
            #expect(await reload(daemon, expecting: Self.taken))
            #expect(
                await eventually(within: .seconds(15)) {
                    listener.object(state)?["active"] as? Bool == false
                }
            )
            try await device.send("new/a", "1")
            #expect(await hasFeed(site, "new/a"))
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
        }

        @Test("a changed check begins anew and the log says so; the others of the feed go on")
        func changedCheck() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try Child(["run", "--config", try site.write(Self.feeds())])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.stream(["plant/hot"], count: 30, every: .milliseconds(10)) { _ in
                "500"
            }
            let state = "assay/test/alarms/state/plant/hot/value"
            #expect(await eventually { listener.object(state)?["active"] as? Bool == true })
            _ = try site.write(
                Self.feeds().replacing("[0, 100]", with: "[0, 1000]")
            )
            #expect(await reload(daemon, expecting: Self.taken))
            #expect(
                daemon.errors.contains(
                    "checks begin anew, because their settings changed: checks=range feeds=1 "
                        + "such_as=plant/hot"
                ),
                "\(daemon.errors)"
            )
            #expect(listener.object(state)?["active"] as? Bool == true, "no data clears nothing")
            try await device.stream(["plant/hot"], count: 200, every: .milliseconds(100)) { _ in
                "500"
            }
            #expect(
                await eventually(within: .seconds(15)) {
                    listener.object(state)?["active"] as? Bool == false
                }
            )
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
        }

        @Test("reloads one after the other, while messages flow, lose and double none")
        func whileMessagesFlow() async throws {
            let site = try Site()
            try site.broker.start()
            let daemon = try Child(["run", "--config", try site.write(Self.feeds("topic: x/0"))])
            let listener = try await Listener(site.broker.port, "assay/test/status")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            let end = Flag()
            async let count = device.flood("plant/a", until: end)
            for round in 1...6 {
                _ = try site.write(Self.feeds("topic: x/\(round)"))
                #expect(await reload(daemon, expecting: Self.taken))
            }
            end.set()
            let sent = try await count
            #expect(try await site.isCaughtUp(device))
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
            let samples = try site.database.number(
                "SELECT sum(samples) FROM rollup_named WHERE step = 'minute' AND feed = 'plant/a'"
            )
            #expect(samples == Int64(sent))
            #expect(sent > 500)
        }
    }
}
