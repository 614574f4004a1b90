import ArgumentParser
import Foundation
import History
import Monitoring
import Settings

extension Assay {
    /// `assay history`: what was measured and found of one feed.
    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the rolling metrics and findings of a feed.",
            discussion: """
                Reads the database while the daemon runs. FEED is a feed's key, topic or label, or a \
                part of a key that no other key contains. For people times are local and tell their \
                zone; --json and --csv have them in UTC. Rows begin at multiples of the step in UTC, \
                and are exact sums of the stored ones.
                """,
        )

        /// How it is written.
        enum Form: String, EnumerableFlag {
            case json
            case csv
            case plot

            static func help(for value: Form) -> ArgumentHelp? {
                switch value {
                case .json: "Print one JSON object, with times in UTC."
                case .csv: "Print comma-separated values, with times in UTC."
                case .plot: "Draw a chart as wide as the terminal; 100 columns in a pipe."
                }
            }
        }

        @Argument(help: "The feed; one that does not exist gets a list of those that do.")
        var feed: String

        @OptionGroup var source: ConfigurationOption

        @Option(help: "The database; by default that of the configuration.")
        var database: String?

        @Option(
            help: ArgumentHelp(
                """
                Where to begin: how far back, such as 7d, or an instant, such as 2026-11-20T14:00Z \
                or, in local time, '2026-11-20 14:00'; by default 1d.
                """,
                valueName: "moment",
            ),
            transform: MomentOption.parse,
        )
        var since = MomentOption.ago(.days(1))

        @Option(
            help: ArgumentHelp("Where to end, likewise; by default now.", valueName: "moment"),
            transform: MomentOption.parse,
        )
        var until: MomentOption?

        @Option(
            help: ArgumentHelp(
                """
                Length of a row: minute, 15min, 1d or any multiple, such as 6h; by default 15min, \
                and for --plot what fits.
                """,
                valueName: "length",
            ),
            transform: StepOption.parse,
        )
        var step: HistoryStep?

        @Flag(help: "Print the findings alone.")
        var findings = false

        @Flag(exclusivity: .exclusive)
        var form: Form?

        func validate() throws {
            if findings, form == .plot {
                throw ValidationError("--plot draws no findings; give one of --plot and --findings")
            }
            let now = Self.now
            let end = until?.instant(now: now) ?? now
            guard since.instant(now: now) < end else {
                throw ValidationError("--since must lie before --until, which is now by default")
            }
        }

        private static var now: EventTime {
            EventTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
        }

        func run() throws {
            do {
                let reader = try HistoryReader(path: try database ?? source.load().store.path)
                let now = Self.now
                let shortest = HistoryStep(minutes: 1)
                let report = HistoryReport(
                    feed: try find(in: reader),
                    step: step ?? (form == .plot ? shortest : nil) ?? .quarterHour,
                    content: findings ? .findings : .everything,
                    from: since.instant(now: now),
                    until: until?.instant(now: now) ?? now,
                )
                try report.write(from: reader, as: format) { Terminal.say($0) }
            } catch let error as HistoryError {
                Terminal.complain("assay: \(error)")
                throw ExitCode(error.cause == .missing ? 3 : 1)
            }
        }

        private var format: HistoryReport.Format {
            switch form {
            case .json: .json
            case .csv: .csv
            case .plot: .plot(.current, width: Terminal.width, isUnicode: Terminal.isUnicode)
            case nil: .table(.current, width: Terminal.width)
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
