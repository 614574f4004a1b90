import ArgumentParser
import Daemon
import Foundation
import Settings

extension Assay {
    /// `assay replay`: recorded data through the same pipeline.
    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run recorded data through the checks, as fast as the machine can.",
            discussion: """
                Reads CSV with the columns stream, arrival, timestamp and payload, and prints each \
                finding and each alarm as a line of JSON. The same recording gives the same bytes, \
                every time.
                """,
        )

        @OptionGroup var source: ConfigurationOption

        @Option(help: "A recording; several are read one after the other.", completion: .file())
        var input: [String]

        @Option(help: "Also write rows, findings and alarms to this new database.")
        var store: String?

        @Option(
            help: """
                Also write alerts to this file, as CSV with the columns stream, time and kind: \
                each raise of an alarm, and again while it stays active.
                """,
            completion: .file(),
        )
        var alerts: String?

        @Option(help: "Rows per batch; the results do not depend on it.")
        var batchSize = 1_024

        func validate() throws {
            guard batchSize > 0 else {
                throw ValidationError("--batch-size must be at least 1, not \(batchSize)")
            }
        }

        func run() throws {
            let configuration = try source.load()
            let started = Date()
            let meter = ProgressMeter(
                total: input.reduce(0) { $0 + ProgressMeter.size(of: $1) }
            )
            do {
                var alertLines: [String] = []
                let summary = try Daemon.Replay(configuration: configuration, batchSize: batchSize)
                    .run(
                        files: input,
                        store: store,
                        progress: meter.show,
                        alert: { alertLines.append($0) },
                        line: { Terminal.say($0) },
                    )
                meter.finish()
                if let alerts {
                    let text = alertLines.joined(separator: "\n") + "\n"
                    try text.write(toFile: alerts, atomically: true, encoding: .utf8)
                }
                Terminal.complain(text(summary, seconds: -started.timeIntervalSinceNow))
            } catch {
                meter.finish()
                Terminal.complain("assay: \(error)")
                throw ExitCode(1)
            }
        }

        private func text(_ summary: Daemon.Replay.Summary, seconds: Double) -> String {
            let rate = Int(Double(summary.messages) / max(seconds, 0.001))
            var text = """
                \(summary.messages) messages of \(summary.feeds) feeds in \
                \(String(format: "%.1f", seconds)) s (\(rate)/s): \(summary.findings) findings, \
                \(summary.alarms) alarms raised
                """
            if summary.disordered > 0 {
                text += "; \(summary.disordered) rows came before their predecessor"
            }
            return text
        }
    }
}
