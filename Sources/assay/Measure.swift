import ArgumentParser
import Daemon
import Settings

extension Assay {
    /// `assay measure`: the pipeline alone, for the benchmark.
    struct Measure: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure the pipeline alone, or each check, without broker and database.",
            shouldDisplay: false,
        )

        @Option(help: "Feeds that publish in turn.")
        var feeds = 10_000

        @Option(help: "Messages to measure.")
        var messages = 2_000_000

        @Flag(help: "Measure what each check costs a sample, one tab-separated line each.")
        var checks = false

        private static let settings = """
            gateway: bench
            broker: { url: mqtt://127.0.0.1 }
            store: { path: /nonexistent/assay.db }
            feeds:
              - topic: bench/{sensor}
                payload: { format: json, value: $.value, time: $.ts, timeUnit: ms, unit: $.unit }
                checks:
                  range: { fail: [-1000, 1000], suspect: [-500, 500] }
            """

        func run() throws {
            guard !checks else { return try runChecks() }
            let configuration = try Configuration.parse(
                Self.settings,
                file: "measure",
                hostName: "bench",
            )
            let result = PipelineMeasurement(
                configuration: configuration,
                feeds: feeds,
                messages: messages,
            ).run()
            Terminal.say(
                "samples=\(result.samples) seconds=\(result.seconds) "
                    + "bytes_per_feed=\(result.bytesPerFeed)"
            )
        }

        private func runChecks() throws {
            for cost in try CheckMeasurement().run() {
                Terminal.say("\(cost.name)\t\(cost.nanoseconds)\t\(cost.ratio)\t\(cost.findings)")
            }
        }
    }
}
