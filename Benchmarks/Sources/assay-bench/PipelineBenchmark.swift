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
                    bounds: [bound(nil)],
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
        }
        return Report(tables: [table], bounds: [bound(slowest)])
    }

    private func bound(_ measured: Double?) -> Bound {
        Bound(
            name: "pipeline alone",
            limit: .atLeast(1_500_000),
            measured: measured,
            digits: 0,
            unit: "samples/s",
        )
    }
}
