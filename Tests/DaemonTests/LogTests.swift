import Alarms
import Foundation
import Logging
import Monitoring
import Mosquitto
import TestSupport
import Testing

@testable import Daemon

extension DaemonSuite {
    /// The log as an operator reads it: what happened, once, and what to do.
    @Suite("The log")
    struct LogTests {
        @Test("a run tells its story, each event in one line with what to do")
        func story() async throws {
            let site = try Site()
            try site.broker.start()
            let path = try site.write("feeds: [{topic: plant/#, label: Press}]")
            let daemon = try Child(["run", "--config", path])
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"))
            let device = try Publisher(site.broker.port)
            try await device.send("plant/a", "?!")
            #expect(await eventually { daemon.errors.contains("alarm raised: concern=format") })
            try await device.send("plant/a", "20")
            #expect(await eventually(within: .seconds(20)) { daemon.errors.contains("cleared") })
            site.broker.kill()
            #expect(await eventually { daemon.errors.contains("broker cannot be reached") })
            try site.broker.start()
            #expect(
                await eventually(within: .seconds(30)) {
                    daemon.errors.contains("alarm cleared")
                        && lines(daemon, "connected:").count == 2
                }
            )
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0)
            try expectStory(daemon, site)
        }

        private func expectStory(_ daemon: Child, _ site: Site) throws {
            let address = "address=localhost:\(site.broker.port) broker=main"
            let once = [
                " info    started: alarms_active=0 brokers=main feeds_known=0 gateway=test store=",
                " warning alarm raised: concern=format feed=plant/a label=Press priority=medium text=",
                " warning broker connection lost; connecting again: \(address) reason=",
                " error   broker has forgotten our session; messages of the time away may be lost: "
                    + "\(address) action=",
                " warning alarm raised: alarm=system/broker/main priority=medium text=",
                " info    stopping; what was read is committed first",
                " info    stopped",
            ]
            for text in once {
                #expect(lines(daemon, text).count == 1, "\(text)\n\(daemon.errors)")
            }
            for text in ["alarm raised", "cannot be reached", "forgotten"] {
                let all = lines(daemon, text)
                #expect(all.allSatisfy { $0.contains(" action=\"") }, "\(all)")
            }
            let connected = " info    broker connected: \(address) protocol=\"MQTT 5\" session=new"
            #expect(lines(daemon, connected).count == 2, "\(daemon.errors)")
            let form =
                /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d{4}) (info   |warning|error  ) [a-z].*/
            for line in daemon.errors.split(separator: "\n") {
                #expect(line.wholeMatch(of: form) != nil, "\(line)")
            }
            #expect(daemon.output == "")
        }

        private func lines(_ daemon: Child, _ text: String) -> [Substring] {
            daemon.errors.split(separator: "\n").filter { $0.contains(text) }
        }

        @Test("a transition that comes twice has one line, a flood has as many as a person reads")
        func flood() {
            let log = LogLines()
            var alarms = AlarmLog(logger: log.logger)
            let count = Limits.alarmLinesPerMinute + 30
            let flood = (1...Int64(count)).map { Self.transition($0, at: 60_000 + $0) }
            alarms.note(Array(flood.prefix(5)))
            alarms.note(flood)
            alarms.tend(at: ReceiveTime(nanoseconds: 119 * 1_000_000_000))
            #expect(log.lines.count == Limits.alarmLinesPerMinute)
            alarms.tend(at: ReceiveTime(nanoseconds: 121 * 1_000_000_000))
            alarms.tend(at: ReceiveTime(nanoseconds: 181 * 1_000_000_000))
            #expect(log.lines.count == Limits.alarmLinesPerMinute + 1)
            #expect(log.lines.last?.contains("count=30") == true)
            alarms.note([Self.transition(Int64(count) + 1, at: 182_000)])
            #expect(log.lines.last?.contains("alarm raised") == true)
        }

        @Test("alarms left out of the last minute are counted when the daemon ends")
        func lastMinute() {
            let log = LogLines()
            var alarms = AlarmLog(logger: log.logger)
            let count = Limits.alarmLinesPerMinute + 7
            alarms.note((1...count).map { Self.transition(Int64($0), at: 60_000) })
            #expect(!log.contains("more alarms than lines"))
            alarms.finish()
            alarms.finish()
            #expect(log.lines.count { $0.contains("more alarms than lines") } == 1)
            #expect(log.lines.last?.contains("count=7") == true)
        }

        @Test("what an alarm's line says follows from its reason, state and priority")
        func levels() {
            func line(
                _ reason: AlarmReason,
                _ priority: Priority = .medium,
                _ display: AlarmDisplay = .unacknowledged,
            ) -> String? {
                let log = LogLines()
                var alarms = AlarmLog(logger: log.logger)
                alarms.note([Self.transition(1, at: 1, reason, priority, display)])
                return log.lines.first.map { String($0.prefix { $0 != "=" }) }
            }
            #expect(line(.raise, .critical) == "error alarm raised action")
            #expect(line(.raise, .low) == "warning alarm raised action")
            #expect(line(.raise, .journal) == "info alarm raised action")
            #expect(line(.escalate, .high) == "error alarm escalated from suspect to fail action")
            #expect(line(.clear, .high, .normal) == "info alarm cleared alarm")
            let open = line(.clear, .high, .returnedUnacknowledged)
            #expect(open == "info alarm cleared, not acknowledged alarm")
            #expect(line(.refresh) == nil)
            #expect(line(.suppress) == nil, "only at debug")
        }

        @Test("the connection for alarms has lines only where it stands differently")
        func publishing() {
            let log = LogLines()
            let broker = BrokerSettings(name: "main", host: "::1", port: 1_883, clientID: "assay")
            var watch = ConnectionWatch(brokers: [broker], logger: log.logger)
            func event(_ kind: ConnectionEvent.Kind) -> ConnectionEvent {
                ConnectionEvent(broker: 0, at: ReceiveTime(nanoseconds: 0), kind: kind)
            }
            let problem = ConnectionProblem(.noConnectAnswer)
            func fails(_ attempts: ClosedRange<Int>) {
                for attempt in attempts {
                    let kind = ConnectionEvent.Kind.couldNotConnect(problem, attempt: attempt)
                    watch.takePublishing(event(kind))
                }
            }
            fails(1...40)
            watch.takePublishing(event(.lost(problem)))
            #expect(log.lines == [], "one cable, one line")
            let online = ConnectionEvent.Kind.online(version: .v5, sessionPresent: true)
            _ = watch.take(event(online))
            watch.takePublishing(event(online))
            #expect(log.lines.count == 1)
            #expect(log.lines[0].contains("address=[::1]:1883"))
            fails(1...20)
            #expect(log.lines.count == 4, "attempts 4, 8 and 16")
            #expect(log.lines.last?.hasPrefix("error alarms cannot be published") == true)
            watch.takePublishing(event(online))
            #expect(log.lines.last?.hasPrefix("info alarms are published again") == true)
        }

        private static func transition(
            _ sequence: Int64,
            at milliseconds: Int64,
            _ reason: AlarmReason = .raise,
            _ priority: Priority = .medium,
            _ display: AlarmDisplay = .unacknowledged,
        ) -> AlarmTransition {
            AlarmTransition(
                key: "system/store",
                subject: .system(name: "store"),
                sequence: sequence,
                alarmSequence: sequence,
                at: ReceiveTime(nanoseconds: milliseconds * 1_000_000),
                reason: reason,
                display: display,
                previousDisplay: .normal,
                state: AlarmState(),
                truth: .ok,
                priority: priority,
                title: "title",
                message: "message",
                guidance: Guidance(
                    cause: "cause",
                    consequence: "consequence",
                    action: "do",
                    timeToRespond: .seconds(60),
                ),
                condition: AlarmTransition.Condition(check: "store"),
                occurrence: nil,
                isAnnounced: true,
            )
        }
    }
}
