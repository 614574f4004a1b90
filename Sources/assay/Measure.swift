import ArgumentParser
import Daemon
import Settings

extension Assay {
    /// `assay measure`: the pipeline alone, for the benchmark.
    struct Measure: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure the pipeline alone, without broker and database.",
            shouldDisplay: false,
        )

        @Option(help: "Feeds that publish in turn.")
        var feeds = 10_000

        @Option(help: "Messages to measure.")
        var messages = 2_000_000

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
    }
}
