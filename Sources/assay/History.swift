public import ArgumentParser
import Foundation
public import History
import Monitoring
import Settings

extension Assay {
    /// `assay history`: what was measured and found of one feed.
    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the rolling metrics and findings of a feed.",
            discussion: """
                Reads the database while the daemon runs. FEED is a feed's key, topic or label, or a \
                part of a key that no other key contains.
                """,
        )

        @Argument(help: "The feed.")
        var feed: String

        @OptionGroup var source: ConfigurationOption

        @Option(help: "The database; by default that of the configuration.")
        var database: String?

        @Option(help: "How far back to begin.")
        var since = DurationOption(.seconds(86_400))

        @Option(help: "How far back to end; by default now.")
        var until: DurationOption?

        @Option(help: "Length of a row: minute, 15min or day.")
        var step = RollupStep.quarterHour

        @Flag(help: "Print one JSON object, with times in UTC.")
        var json = false

        func run() throws {
            do {
                let reader = try HistoryReader(path: try database ?? source.load().store.path)
                let found = try find(in: reader)
                let now = Int64(Date().timeIntervalSince1970 * 1e9)
                let report = HistoryReport(
                    feed: found,
                    step: step,
                    from: EventTime(nanoseconds: now - since.length.count),
                    until: EventTime(nanoseconds: now - (until?.length.count ?? 0)),
                )
                try report.write(from: reader, as: json ? .json : .table(.current)) {
                    Terminal.say($0)
                }
            } catch let error as HistoryError {
                Terminal.complain("assay: \(error)")
                throw ExitCode(error.cause == .missing ? 3 : 1)
            }
        }

        private func find(in reader: HistoryReader) throws -> StoredFeed {
            switch try reader.feed(matching: feed) {
            case .one(let feed): return feed
            case .several(let keys, let count):
                let shown = keys.map { "  \($0)\n" }.joined()
                Terminal.complain(
                    "assay: \(count) feeds contain `\(feed)`; name one of them:\n\(shown)"
                )
            case .none(let similar):
                let shown = similar.map { "  \($0)\n" }.joined()
                Terminal.complain(
                    "assay: no feed is called `\(feed)`"
                        + (shown.isEmpty ? "" : "; did you mean\n\(shown)")
                )
            }
            throw ExitCode(1)
        }
    }
}

extension RollupStep: ExpressibleByArgument {}
