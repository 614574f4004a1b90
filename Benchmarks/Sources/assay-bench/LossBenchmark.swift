/// That the daemon loses nothing at the highest fixed rate at which a bare subscriber receives every
/// message.
///
/// The broker has its default limits here: it keeps 1,000 messages for a subscriber that is behind,
/// and drops further ones of QoS 0. The rate is found first: upwards by quarters until the bare
/// subscriber loses a message or the generator cannot send so fast. Then both run at it in turn; where
/// the bare subscriber loses something after all, once more a tenth below.
struct LossBenchmark {
    let options: Options
    let workshop: Workshop

    private static let lowest = 20_000
    private static let highest = 400_000
    private static let feeds = 10_000

    /// One rate, all rounds.
    private struct Outcome {
        var rate: Int
        var rows: [[String]] = []
        var bareLost = 0
        /// nil: not known.
        var lost: Int? = 0
    }

    func run() throws -> Report {
        guard var rate = try findRate() else { return Self.nothingKept }
        while rate >= Self.lowest / 2 {
            let outcome = try compare(at: rate)
            if outcome.bareLost == 0 { return report(outcome) }
            progress("the bare subscriber lost \(outcome.bareLost) of them: a tenth below")
            rate = rate * 9 / 10
        }
        return Self.nothingKept
    }

    /// nil: not even the lowest.
    private func findRate() throws -> Int? {
        var best: Int?
        var rate = Self.lowest
        while rate <= Self.highest {
            progress("bare subscriber at \(rate) msg/s")
            let run = try measure(.bare, rate: rate, seconds: options.isQuick ? 2 : 5)
            guard run.lost == 0, run.pace > 0.98 * Double(rate) else { break }
            best = rate
            rate += rate / 4
        }
        return best
    }

    private func compare(at rate: Int) throws -> Outcome {
        var outcome = Outcome(rate: rate)
        for round in 1...options.rounds {
            for subject in [Subject.bare, .assay] {
                progress("\(subject.rawValue) at \(rate) msg/s, round \(round)")
                let run = try measure(subject, rate: rate, seconds: options.isQuick ? 3 : 10)
                outcome.rows.append([
                    subject.rawValue, "\(rate)", text(run.pace, digits: 0),
                    run.lost.map { "\($0)" } ?? "n/a",
                ])
                switch subject {
                case .bare: outcome.bareLost += run.lost ?? 1
                case .assay:
                    outcome.lost = outcome.lost.flatMap { sum in run.lost.map { sum + $0 } }
                }
            }
            // Another rate will be tried: the rest of the rounds says nothing.
            if outcome.bareLost > 0 { break }
        }
        return outcome
    }

    private func measure(_ subject: Subject, rate: Int, seconds: Int) throws -> ThroughputRun {
        let load = Load(rate: rate, topics: Self.feeds, count: seconds * rate)
        return try ThroughputRun.measure(subject, load, limits: .ofBroker, workshop: workshop)
    }

    // MARK: What it comes to

    private func report(_ outcome: Outcome) -> Report {
        let table = Table(
            title: "Lost at the highest rate that the bare subscriber keeps up with",
            header: ["subject", "msg/s asked", "msg/s sent", "lost"],
            rows: outcome.rows,
        )
        return Report(
            tables: [table],
            bounds: [Self.bound(outcome.lost.map(Double.init), at: "\(outcome.rate)")],
            notes: [
                "The broker has its default limits: what a subscriber is too slow for is dropped."
            ],
        )
    }

    private static var nothingKept: Report {
        Report(
            bounds: [bound(nil, at: "any")],
            notes: ["The bare subscriber loses messages at the lowest rate already."],
        )
    }

    private static func bound(_ lost: Double?, at rate: String) -> Bound {
        Bound(
            name: "lost at \(rate) msg/s, all rounds",
            limit: .atMost(0),
            measured: lost,
            digits: 0,
            unit: "messages"
        )
    }
}
