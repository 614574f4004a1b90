/// The path from bytes to roll-ups alone, in one process and on one core: no broker, no database.
///
/// The daemon measures itself: `assay measure --feeds N --messages M` prints one line
/// `samples=M seconds=S bytes_per_feed=B`.
struct PipelineBenchmark {
    let options: Options
    let workshop: Workshop

    func run() throws -> Report {
        let counts = options.feedCounts
        let messages = options.isQuick ? 2_000_000 : 10_000_000
        var table = Table(
            title: "Pipeline alone, from bytes to roll-ups, on one core",
            header: ["feeds", "samples/s", "bytes of state per feed"],
        )
        var slowest: Double?
        // Of the last count, the largest: what does not belong to feeds hardly counts there.
        var bytes: Double?
        for feeds in counts {
            progress("pipeline alone, \(feeds) feeds")
            let child = try ChildProcess(
                workshop.assay,
                ["measure", "--feeds", "\(feeds)", "--messages", "\(messages)"],
                name: "measure",
                folder: workshop.folder
            )
            let code = try child.wait().exitCode
            guard code == 0 else {
                return Report(
                    bounds: bounds(nil, nil),
                    notes: ["`assay measure` ended with code \(code): \(child.errors)"],
                )
            }
            let result = ChildProcess.pairs(child.output)
            let rate = result["samples"].flatMap { samples in
                result["seconds"].map { samples / $0 }
            }
            table.rows.append([
                "\(feeds)", text(rate, digits: 0), text(result["bytes_per_feed"], digits: 0),
            ])
            slowest = [slowest, rate].compactMap(\.self).min()
            bytes = result["bytes_per_feed"]
        }
        return Report(tables: [table], bounds: bounds(slowest, bytes))
    }

    private func bounds(_ rate: Double?, _ bytes: Double?) -> [Bound] {
        [
            Bound(
                name: "pipeline alone",
                limit: .atLeast(2_000_000),
                measured: rate,
                digits: 0,
                unit: "samples/s",
            ),
            Bound(
                name: "state per feed",
                limit: .atMost(2_048),
                measured: bytes,
                digits: 0,
                unit: "bytes",
            ),
        ]
    }
}
