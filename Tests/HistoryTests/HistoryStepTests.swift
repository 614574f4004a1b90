import Foundation
import Monitoring
import TestSupport
import Testing

@testable import History

@Suite("Rows of any length")
struct HistoryStepTests {
    private static let minute: Int64 = 60_000_000_000

    @Test(
        "a step is made of the longest stored rows that it is a multiple of",
        arguments: [
            (1, RollupStep.minute, 1, "minute"), (5, .minute, 5, "5min"),
            (15, .quarterHour, 1, "15min"), (20, .minute, 20, "20min"),
            (45, .quarterHour, 3, "45min"), (60, .quarterHour, 4, "1h"),
            (61, .minute, 61, "61min"), (1_440, .day, 1, "day"), (2_160, .quarterHour, 144, "36h"),
            (10_080, .day, 7, "7d"), (527_040, .day, 366, "366d"),
        ] as [(Int64, RollupStep, Int64, String)],
    )
    func bases(minutes: Int64, base: RollupStep, multiple: Int64, text: String) throws {
        let step = try #require(HistoryStep(minutes: minutes))
        #expect(step.base == base)
        #expect(step.multiple == multiple)
        #expect("\(step)" == text)
        #expect(step.length == .seconds(60 * minutes))
    }

    @Test("nothing below a minute or above a leap year", arguments: [-15, 0, 527_041, Int64.max])
    func refused(minutes: Int64) {
        #expect(HistoryStep(minutes: minutes) == nil)
    }

    /// What a sample of one minute is, for the slow oracle.
    private struct Minute {
        var number: Int64
        var values: [Double]
        var expected: Int64?
    }

    private func made(_ generator: inout SeededGenerator, level: Double) -> [Minute] {
        (Int64(0)..<400).compactMap { offset -> Minute? in
            // Some minutes nobody watched, some nothing came.
            guard Int.random(in: 0..<12, using: &generator) > 0 else { return nil }
            let count = Int.random(in: 0..<6, using: &generator)
            // Multiples of a power of two: value − origin is exact for every origin.
            let values = (0..<count).map { _ in
                level + Double(Int.random(in: -2_000...2_000, using: &generator)) / 1_024
            }
            let isKnown = Int.random(in: 0..<3, using: &generator) > 0
            return Minute(
                number: ReceiveTime.start.minute + offset,
                values: values,
                expected: isKnown ? 6 : nil,
            )
        }
    }

    private func stored(_ minutes: [Minute], origins: [Double]) throws -> (Fixture, HistoryReader) {
        let fixture = try Fixture()
        let store = try fixture.open()
        let rollups = minutes.enumerated().map { index, minute in
            Rollup.made(
                minute: minute.number,
                origin: origins[index % origins.count],
                values: minute.values,
                expected: minute.expected.map { Int32($0) } ?? -1,
            )
        }
        _ = try store.commit(
            CommitBatch(rollups: rollups, feeds: [.made(0)]),
            synchronous: .normal,
        )
        return (fixture, try HistoryReader(path: fixture.path))
    }

    private func rows(
        _ reader: HistoryReader,
        _ step: HistoryStep,
        from: Int64 = 0,
        until: Int64 = 400,
    ) throws -> [StoredRollup] {
        let report = HistoryReport(
            feed: StoredFeed(description: .made(0), numbers: [FeedID(index: 0)]),
            step: step,
            from: EventTime(nanoseconds: ReceiveTime.start.nanoseconds + from * Self.minute),
            until: EventTime(nanoseconds: ReceiveTime.start.nanoseconds + until * Self.minute),
        )
        var rows: [StoredRollup] = []
        try report.forEachRollup(in: reader) { rows.append($0) }
        return rows
    }

    /// The oracle has the values themselves: two passes about their mean. A level of 10⁶ with a
    /// spread of 1 loses every digit of the deviation in a plain sum of squares; two origins make
    /// sums that must be moved before they add up.
    @Test(
        "rows of any length are what the samples themselves give",
        arguments: [1, 5, 7, 15, 30, 60, 90, 1_440] as [Int64],
        [0, 1_000_000] as [Double],
    )
    func equalsTheSamples(minutes: Int64, level: Double) throws {
        var generator = SeededGenerator.printed(UInt64(minutes) + UInt64(level), "steps")
        let made = made(&generator, level: level)
        let (fixture, reader) = try stored(made, origins: [level, level - 3.5, level + 1_024])
        defer { withExtendedLifetime(fixture) {} }
        let step = try #require(HistoryStep(minutes: minutes))
        let wanted = Dictionary(grouping: made) { $0.number / minutes }
        let found = try rows(reader, step, from: -minutes)
        #expect(found.map { $0.start.nanoseconds / Self.minute / minutes } == wanted.keys.sorted())
        for row in found {
            let group = wanted[row.start.nanoseconds / Self.minute / minutes] ?? []
            let values = group.flatMap(\.values)
            let expected = group.compactMap(\.expected)
            #expect(row.samples == values.count)
            #expect(row.statisticsCount == values.count)
            #expect(row.minimum == values.min())
            #expect(row.maximum == values.max())
            #expect(row.expected == (expected.isEmpty ? nil : expected.reduce(0, +)))
            guard !values.isEmpty else {
                #expect(row.moments.mean == nil)
                continue
            }
            let mean = values.map { $0 - level }.reduce(0, +) / Double(values.count)
            let found = try #require(row.moments.mean)
            // A mean is told about the origin of its sums.
            #expect(abs(found - level - mean) <= 2 * (level + 1_024).ulp)
            guard values.count > 1 else { continue }
            let squares = values.map { ($0 - level - mean) * ($0 - level - mean) }.reduce(0, +)
            let deviation = (squares / Double(values.count - 1)).squareRoot()
            let sd = try #require(row.moments.standardDeviation)
            #expect(abs(sd - deviation) <= 1e-9 * max(deviation, 1e-3))
        }
    }

    @Test("a row begins in the span, and is whole also where its end lies beyond it")
    func wholeRows() throws {
        let made = (0..<400).map {
            Minute(number: ReceiveTime.start.minute + $0, values: [1], expected: 6)
        }
        let (fixture, reader) = try stored(made, origins: [0])
        defer { withExtendedLifetime(fixture) {} }
        let hour = try #require(HistoryStep(minutes: 60))
        let found = try rows(reader, hour, from: 1, until: 121)
        #expect(
            found.map { ($0.start.nanoseconds - ReceiveTime.start.nanoseconds) / Self.minute }
                == [60, 120]
        )
        #expect(found.map(\.samples) == [60, 60])
        #expect(try rows(reader, hour, from: 1, until: 60).isEmpty)
        #expect(try rows(reader, hour, from: 0, until: 1).map(\.samples) == [60])
    }
}
