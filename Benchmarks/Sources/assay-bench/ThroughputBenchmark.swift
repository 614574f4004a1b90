/// The daemon beside a bare subscriber that only counts, in turn, under the same load.
///
/// Absolute figures move from run to run with whatever else the machine does, by a half and more;
/// the ratio of two programs that take turns hardly moves. So the ratio is what is bounded.
struct ThroughputBenchmark {
    let options: Options
    let workshop: Workshop

    /// The runs of one load.
    private struct Pair {
        var load: Load
        var assay: [ThroughputRun] = []
        var bare: [ThroughputRun] = []

        var ratio: Double? {
            // Of neighbours in time, because both saw the same machine.
            Statistics.median(
                zip(assay, bare).map { $0.microsecondsPerMessage / $1.microsecondsPerMessage }
            )
        }
    }

    func run() throws -> Report {
        var pairs: [Pair] = []
        for load in loads {
            var pair = Pair(load: load)
            for round in 1...options.rounds {
                progress("\(load.topics) feeds, \(load.name), round \(round) of \(options.rounds)")
                pair.bare.append(try ThroughputRun.measure(.bare, load, workshop: workshop))
                pair.assay.append(try ThroughputRun.measure(.assay, load, workshop: workshop))
            }
            pairs.append(pair)
        }
        return Report(tables: [table(pairs)], bounds: bounds(pairs), notes: [Self.explanation])
    }

    private var loads: [Load] {
        options.feedCounts.flatMap { topics in
            let paced = [
                Load(rate: 1_000, topics: topics, count: options.isQuick ? 6_000 : 15_000),
                Load(rate: 20_000, topics: topics, count: options.isQuick ? 80_000 : 200_000),
                Load(rate: 0, topics: topics, count: options.isQuick ? 300_000 : 1_000_000),
            ]
            let acknowledged = Load(
                rate: 0,
                topics: topics,
                count: 300_000,
                qualityOfService: 1
            )
            return options.isQuick ? paced : paced + [acknowledged]
        }
    }

    private static let explanation = """
        CPU is user and system time per message in microseconds, medians of the rounds; the ratio is \
        the median of the rounds' ratios. Messages are 100 bytes of JSON.
        """

    private func table(_ pairs: [Pair]) -> Table {
        Table(
            title: "CPU per message beside a bare subscriber",
            header: [
                "feeds", "load", "msg/s", "assay us", "bare us", "ratio", "RSS MiB", "lost",
                "bare lost", "DB MiB",
            ],
            rows: pairs.map { pair in
                [
                    "\(pair.load.topics)", pair.load.name,
                    text(Statistics.median(pair.assay.map(\.pace)), digits: 0),
                    text(median(pair.assay, \.microsecondsPerMessage), digits: 2),
                    text(median(pair.bare, \.microsecondsPerMessage), digits: 2),
                    text(pair.ratio, digits: 2),
                    text(pair.assay.map { Self.mebibytes($0.resident) }.max(), digits: 1),
                    lost(pair.assay), lost(pair.bare),
                    text(median(pair.assay) { Self.mebibytes($0.databaseBytes) }, digits: 1),
                ]
            },
        )
    }

    private func bounds(_ pairs: [Pair]) -> [Bound] {
        pairs.filter { $0.load.qualityOfService == 0 }.flatMap { pair -> [Bound] in
            let name = "CPU ratio, \(pair.load.topics) feeds, \(pair.load.name)"
            let most: [Int: Double] = [0: 0.7, 1_000: 1.2]
            return most[pair.load.rate].map { most in
                [
                    Bound(
                        name: name,
                        limit: .atMost(most),
                        measured: pair.ratio,
                        digits: 2,
                        unit: "x"
                    )
                ]
            } ?? []
        } + [
            Bound(
                name: "resident memory, 10,000 feeds",
                limit: .atMost(48),
                measured: pairs.filter { $0.load.topics == 10_000 }
                    .flatMap(\.assay).map { Self.mebibytes($0.resident) }.max(),
                digits: 1,
                unit: "MiB"
            ),
            Bound(
                name: "messages lost by the daemon",
                limit: .atMost(0),
                measured: sumOfLost(pairs.flatMap(\.assay)),
                digits: 0,
                unit: ""
            ),
        ]
    }

    private func median(
        _ runs: [ThroughputRun],
        _ value: (ThroughputRun) -> Double,
    ) -> Double? {
        Statistics.median(runs.map(value))
    }

    private func lost(_ runs: [ThroughputRun]) -> String {
        sumOfLost(runs).map { text($0, digits: 0) } ?? "n/a"
    }

    /// nil as soon as one run does not know.
    private func sumOfLost(_ runs: [ThroughputRun]) -> Double? {
        let known = runs.compactMap(\.lost)
        return known.count == runs.count ? Double(known.reduce(0, +)) : nil
    }

    private static func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
}
