import Foundation
import Testing

@testable import Monitoring

/// The checks against the recorded output of ioos_qc 3.0.0 on 2,000 samples with spikes, a flat
/// line, missing values and a gap.
@Suite("QARTOD vectors")
struct QartodVectorTests {
    @Test("range equals the gross range test")
    func range() throws {
        let check = RangeCheck.make([
            "fail": .interval(low: 0, high: 40), "suspect": .interval(low: 15, high: 25),
        ])
        try compare(check, with: "q_gross.txt")
    }

    @Test("spike by the average equals the spike test")
    func spikeAverage() throws {
        let check = SpikeCheck.make([
            "suspect": .number(6), "fail": .number(10), "method": .choice("average"),
        ])
        try compare(check, with: "q_spike_avg.txt", period: 0)
    }

    @Test("spike by the smaller step equals the differential spike test")
    func spikeDifferential() throws {
        let check = SpikeCheck.make(["suspect": .number(6), "fail": .number(10)])
        try compare(check, with: "q_spike_diff.txt", period: 0)
    }

    @Test("flatLine in its compatible mode equals the flat line test")
    func flatLine() throws {
        let check = FlatLineCheck.make([
            "suspect": .seconds(10), "fail": .seconds(30), "tolerance": .number(0.01),
            "mode": .choice("qartod"),
        ])
        try compare(check, with: "q_flat.txt")
    }

    @Test("gap with an agreed longest gap equals the time gap test")
    func gap() throws {
        let check = GapCheck.make(["maxGap": .seconds(7.2)])
        try compare(check, with: "q_gap.txt", firstIsJudged: true, missingIsJudged: true)
    }

    @Test("rateOfChange equals the rate of change test, which knows whole seconds only")
    func rateOfChange() throws {
        let check = RateOfChangeCheck.make(["suspect": .number(6), "fail": .number(12)])
        try compare(check, with: "q_roc.txt", period: 0, unknownIsGood: true)
    }

    @Test("attenuated equals the attenuated signal test by deviation")
    func attenuatedDeviation() throws {
        try compare(Self.attenuated("deviation", least: 0.3), with: "q_att_std.txt")
    }

    @Test("attenuated equals the attenuated signal test by range")
    func attenuatedRange() throws {
        try compare(Self.attenuated("range", least: 1), with: "q_att_range.txt")
    }

    private static func attenuated(_ measure: String, least: Double) -> AttenuatedCheck? {
        AttenuatedCheck.make([
            "min": .number(least), "fail": .number(0.1), "window": .seconds(30),
            "minObservations": .count(30), "measure": .choice(measure),
        ])
    }

    /// Goes through the whole record and compares every sample's flag.
    ///
    /// - Parameters:
    ///   - period: 0 where the test does not know gaps, as ioos_qc's spike test does not.
    ///   - firstIsJudged: ioos_qc calls the first sample good, which nothing was compared with.
    ///   - unknownIsGood: ioos_qc calls a value good whose predecessor is missing.
    ///   - missingIsJudged: the test is about times, and judges a sample without value too.
    private func compare<C: Check>(
        _ made: C?,
        with vector: String,
        period: Double = 1,
        firstIsJudged: Bool = false,
        unknownIsGood: Bool = false,
        missingIsJudged: Bool = false,
    ) throws {
        var check = try #require(made)
        guard let data = OracleFolder.file("fixtures/demo.csv"),
            let expectation = OracleFolder.file("vectors/\(vector)")
        else { return }
        let rows = try OracleFolder.rows(data)
        var expected = [UInt8](repeating: 1, count: rows.count)
        for row in try OracleFolder.rows(expectation) {
            expected[try #require(Int(row[0]))] = try #require(UInt8(row[3]))
        }
        var found = [UInt8](repeating: 2, count: rows.count)
        var line = FeedLine(period: period)
        for (index, row) in rows.enumerated() {
            let seconds = try #require(Double(row[0])) - Double(FeedLine.base / 1_000_000_000)
            let observation = line.sample(Double(row[1]), at: seconds)
            let answer = check.ask(observation)?.verdict ?? .unknown
            if C.judgesPrevious {
                if index > 0, found[index - 1] != 9 { found[index - 1] = answer.rawValue }
            } else {
                found[index] = answer.rawValue
            }
            if observation.kind == .missing, !missingIsJudged { found[index] = 9 }
        }
        if firstIsJudged { found[0] = 1 }
        if unknownIsGood { found = found.map { $0 == 2 ? 1 : $0 } }
        let mismatches = rows.indices.filter { found[$0] != expected[$0] }
        #expect(mismatches.isEmpty, "at \(mismatches.prefix(5)) of \(vector)")
        #expect(expected.contains { $0 != 1 }, "\(vector) flags nothing, so it proves nothing")
    }
}
