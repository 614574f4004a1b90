import Foundation
import Monitoring
import TestSupport
import Testing

@testable import Delivery
@testable import Mosquitto

@Suite("The message about the daemon itself")
struct SelfMessageTests {
    private static let start: Int64 = 1_795_214_467_412_000_000

    private static func message() -> SelfMessage {
        SelfMessage(
            version: "1.2.3",
            gateway: "gw-1",
            epoch: "E",
            at: ReceiveTime(nanoseconds: start + 61_500_000_000),
            since: ReceiveTime(nanoseconds: start),
            uptime: .milliseconds(61_500),
        )
    }

    /// Everything known, so that no field is left out.
    private static func full() -> SelfMessage {
        var message = message()
        message.feeds.learning = 2
        message.messagesPerSecond = 20.5
        message.samplesPerSecond = 40
        message.process.residentBytes = 1
        message.store.fileBytes = 1
        message.store.usedBytes = 1
        message.store.logBytes = 1
        message.store.diskFreeBytes = 1
        message.commits.median = .milliseconds(1)
        message.commits.percentile99 = .milliseconds(2)
        message.commits.longest = .milliseconds(3)
        message.brokers = [status]
        message.publishing.status = status
        return message
    }

    private static let status = ConnectionStatus(
        name: "main",
        phase: .backingOff,
        version: .v5,
        reconnects: 3,
        attempts: 4,
        grantedFilters: 5,
        inFlightLimit: 2_000,
        unacknowledged: 6,
        messagesReceived: 7,
        messagesRedelivered: 8,
        bytesReceived: 9,
        lastProblem: nil,
    )

    private static func object(_ message: SelfMessage) throws -> [String: Any] {
        let payload = message.message(on: AlarmTopics(root: "assay/gw-1")).payload
        let object = try JSONSerialization.jsonObject(with: Data(payload))
        return try #require(object as? [String: Any])
    }

    /// The paths of an object's fields, as the page writes them.
    private static func paths(_ value: Any, below path: String = "") -> [String] {
        if let object = value as? [String: Any] {
            return object.flatMap { name, value in
                paths(value, below: path.isEmpty ? name : "\(path).\(name)")
            }
        }
        if let list = value as? [Any] {
            return Array(Set(list.flatMap { paths($0, below: path + "[]") }))
        }
        return [path]
    }

    @Test("docs/self-monitoring.md has a row for each field, and none for another")
    func page() throws {
        let text = try String(
            contentsOf: PackageFolder.url.appending(path: "docs/self-monitoring.md"),
            encoding: .utf8,
        )
        let rows = text.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: /\| `([^`]+)` \|([^|]*)\|(.*)\|/).map { String($0.1) }
        }
        #expect(Set(rows).count == rows.count, "a field has two rows")
        #expect(Set(rows) == Set(Self.paths(try Self.object(Self.full()))))
    }

    @Test("it is retained, at QoS 0, below the gateway's own root")
    func publication() {
        let message = Self.message().message(on: AlarmTopics(root: "assay/gw-1"))
        #expect(message.topic == "assay/gw-1/self")
        #expect(message.isRetained && message.qualityOfService == 0)
    }

    @Test("numbers stand in the unit that the name says")
    func numbers() throws {
        let object = try Self.object(Self.full())
        #expect(object["ts"] as? String == "2026-11-20T22:42:08.912Z")
        #expect(object["since"] as? String == "2026-11-20T22:41:07.412Z")
        #expect(object["uptime_s"] as? Double == 61.5)
        let commits = try #require(object["commits"] as? [String: Any])
        #expect(commits["p99_s"] as? Double == 0.002)
        let broker = try #require((object["brokers"] as? [[String: Any]])?.first)
        #expect(broker["state"] as? String == "backing_off")
        #expect(broker["in_flight_limit"] as? Int == 2_000)
        #expect(broker["received_bytes_total"] as? Int == 9)
    }

    @Test("what is not known is left out, never null or a zero")
    func unknown() throws {
        let object = try Self.object(Self.message())
        #expect(object["learning"] == nil)
        let commits = try #require(object["commits"] as? [String: Any])
        #expect(commits.keys.sorted() == ["failed_total", "succeeded_total"])
        #expect((object["store"] as? [String: Any])?["file_bytes"] == nil)
        #expect((object["messages"] as? [String: Any])?["received_per_s"] == nil)
        #expect((object["brokers"] as? [Any])?.isEmpty == true)
    }
}
