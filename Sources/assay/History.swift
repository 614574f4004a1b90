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

        @Argument(help: "The feed; one that does not exist gets a list of those that do.")
        var feed: String

        @OptionGroup var source: ConfigurationOption

        @Option(help: "The database; by default that of the configuration.")
        var database: String?

        @Option(
            help: ArgumentHelp("How far back to begin; by default 1d.", valueName: "duration"),
            transform: DurationOption.parse,
        )
        var since = DurationOption(.days(1))

        @Option(
            help: ArgumentHelp("How far back to end; by default now.", valueName: "duration"),
            transform: DurationOption.parse,
        )
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
                try report.write(
                    from: reader,
                    as: json ? .json : .table(.current, width: Terminal.width)
                ) {
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
                let more = count > keys.count ? ", such as" : ""
                complain("\(count) feeds contain `\(feed)`; name one of them\(more):", keys)
            case .none(let similar) where !similar.isEmpty:
                complain("no feed is called `\(feed)`; did you mean", similar)
            case .none:
                let (keys, count) = try reader.feedKeys(limit: 5)
                if count == 0 {
                    complain("no feed is called `\(feed)`; the database holds none yet", [])
                } else {
                    let names = count > keys.count ? "\(count) feeds, such as" : "these feeds:"
                    complain("no feed is called `\(feed)`; the database holds \(names)", keys)
                }
            }
            throw ExitCode(1)
        }

        private func complain(_ sentence: String, _ keys: [String]) {
            Terminal.complain(
                (["assay: \(sentence)"] + keys.map { "  \($0)" }).joined(separator: "\n")
            )
        }
    }
}

extension RollupStep: ExpressibleByArgument {}
