import Foundation

/// The cost of each check, alone, held against what is committed in `checks.tsv`.
///
/// The daemon measures itself: `assay measure --checks` prints a line for each.
struct CheckBenchmark {
    let options: Options
    let workshop: Workshop

    /// Beyond what is committed a check may cost this much more: times on a machine that does other
    /// things repeat to a few in a hundred, and differences of two of them to a part of a turn.
    private static let share = 0.5
    private static let turns = 0.5

    private static let heading = """
        # What each check costs a sample, alone. `deploy/bench checks` fails where a ratio is more than
        # half beyond the one here and half a turn. `deploy/bench checks --write` writes this file anew:
        # on a quiet machine, and with a reason where a figure grows. Then
        # `ASSAY_WRITE_DOCS=1 swift test --disable-xctest --filter CheckPage` writes docs/checks.
        #
        # Check, nanoseconds on the machine it was measured on, turns of the reference.
        """

    func run() throws -> Report {
        progress("cost of each check")
        let measured = try measure()
        let file = workshop.file("checks.tsv")
        if options.isWriting {
            let lines = [Self.heading] + measured.map(\.line)
            try lines.joined(separator: "\n").appending("\n")
                .write(to: file, atomically: true, encoding: .utf8)
        }
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let committed = CheckCost.read(text)
        else { throw BenchmarkError("\(file.path) cannot be read: write it with --write") }
        return report(measured, committed)
    }

    private func measure() throws -> [CheckCost] {
        let child = try ChildProcess(
            workshop.assay,
            ["measure", "--checks"],
            name: "measure",
            folder: workshop.folder
        )
        let code = try child.wait().exitCode
        guard code == 0, let costs = CheckCost.read(child.output), !costs.isEmpty else {
            throw BenchmarkError(
                "`assay measure --checks` ended with code \(code): \(child.errors)"
            )
        }
        return costs
    }

    private func report(_ measured: [CheckCost], _ committed: [CheckCost]) -> Report {
        var table = Table(
            title: "Cost of each check alone, per sample",
            header: ["check", "ns", "ratio", "committed", "at most", ""],
        )
        var failures = 0
        for cost in measured {
            let known = committed.first { $0.name == cost.name }
            let most = known.map { Self.turns + (1 + Self.share) * max(0, $0.ratio) }
            let isKept = cost.name == "reference" || most.map { cost.ratio <= $0 } == true
            if !isKept { failures += 1 }
            table.rows.append([
                cost.name, text(cost.nanoseconds, digits: 1), text(cost.ratio, digits: 2),
                text(known?.ratio, digits: 2), text(most, digits: 2), isKept ? "PASS" : "FAIL",
            ])
        }
        let gone = committed.filter { known in !measured.contains { $0.name == known.name } }
        for known in gone {
            table.rows.append([known.name, "n/a", "n/a", text(known.ratio, digits: 2), "", "FAIL"])
        }
        let bound = Bound(
            name: "checks beyond their committed cost",
            limit: .atMost(0),
            measured: Double(failures + gone.count),
            digits: 0,
            unit: "checks"
        )
        return Report(tables: [table], bounds: [bound], notes: [Self.explanation])
    }

    private static let explanation = """
        A check's figure is what it adds to feeds that have one check already (quality), on a healthy \
        signal; that of quality and of the default set is what they add to feeds without checks \
        (none). The ratio counts turns of a fixed piece of work timed in the same run (reference). At \
        most: half more than committed in Benchmarks/checks.tsv, and half a turn.
        """
}
