import Alarms
import Foundation
import GRDB
import Monitoring

@testable import History

/// A folder of its own for each test, and a store in it. Removed at the end.
final class Fixture {
    let folder: URL
    var settings: StoreSettings

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("assay-history-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        settings = StoreSettings(path: folder.appendingPathComponent("assay.db").path)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var path: String { settings.path }

    func open(
        epoch: String = "E1",
        at time: ReceiveTime = .start,
        nameOfCheck: @escaping (CheckID) -> String = { "check\($0.index)" },
    ) throws -> HistoryStore {
        try HistoryStore(
            settings: settings,
            now: time,
            epoch: { epoch },
            nameOfCheck: nameOfCheck,
        )
    }

    /// One number, over a connection of its own that cannot write.
    func number(_ sql: String) throws -> Int64? {
        try reading { try Int64.fetchOne($0, sql: sql) }
    }

    func rows(_ sql: String) throws -> [Row] {
        try reading { try Row.fetchAll($0, sql: sql) }
    }

    private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read(body)
    }
}

extension ReceiveTime {
    /// 2026-11-20T00:00:00Z: the start of a day, and so of a quarter hour.
    static let start = ReceiveTime(nanoseconds: 1_795_132_800_000_000_000)

    static func + (time: ReceiveTime, seconds: Int64) -> ReceiveTime {
        ReceiveTime(nanoseconds: time.nanoseconds + seconds * 1_000_000_000)
    }

    var minute: Int64 { nanoseconds / 60_000_000_000 }
}

extension FeedDescription {
    static func made(_ index: Int32, key: String? = nil) -> FeedDescription {
        FeedDescription(
            id: FeedID(index: index),
            key: key ?? "plant/a/f\(index)/temperature",
            topic: key ?? "plant/a/f\(index)/temperature",
            field: "value",
            broker: 0,
            rule: 3,
            kind: .number,
            unit: "Cel",
            label: "Furnace \(index)",
            labels: [.init(name: "area", value: "a"), .init(name: "furnace", value: "f\(index)")],
            isDeclared: true,
            period: .seconds(1),
            silenceLimit: .seconds(7),
            firstSeenAt: .start,
            lastSeenAt: .start + 5,
        )
    }
}

extension Rollup {
    /// A closed minute of these values, all of them good.
    static func made(
        feed: Int32 = 0,
        minute: Int64 = ReceiveTime.start.minute,
        origin: Double,
        values: [Double],
        expected: Int32 = 60,
    ) -> Rollup {
        var rollup = Rollup(feed: FeedID(index: feed), minute: minute, origin: origin)
        rollup.isClosed = true
        rollup.expected = expected
        rollup.filled = expected < 0 ? 0 : Int32(values.count)
        rollup.counts.good = Int32(values.count)
        rollup.statisticsCount = Int32(values.count)
        for value in values {
            rollup.minimum = rollup.minimum.isNaN ? value : min(rollup.minimum, value)
            rollup.maximum = rollup.maximum.isNaN ? value : max(rollup.maximum, value)
            // The caller keeps value − origin exact.
            rollup.sum.add(value - origin)
            rollup.squares.addProduct(value - origin, value - origin)
        }
        return rollup
    }
}

extension CommitBatch {
    init(rollups: [Rollup], feeds: [FeedDescription] = []) {
        self.init()
        at = .start
        report.newFeeds = feeds
        report.rollups = rollups
    }
}
