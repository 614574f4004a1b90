/// What the command line asks for.
struct Options {
    enum Mode: String, CaseIterable {
        /// CPU per message beside a bare subscriber, memory, and what was lost.
        case throughput
        /// From a bad value to its alarm's message, under load.
        case latency
        /// From bytes to roll-ups in one process, without broker and database.
        case pipeline
    }

    var modes = Mode.allCases
    var isQuick = false
    var assay = ".build/release/assay"
    /// Where the Markdown table goes; nil: nowhere.
    var markdown: String?

    /// Feeds in each run; a quick run takes the last only.
    var feedCounts: [Int] { isQuick ? [10_000] : [1_000, 10_000] }
    var rounds: Int { isQuick ? 1 : 3 }

    static let usage = """
        usage: assay-bench [throughput] [latency] [pipeline] [--quick] [--assay PATH]
                           [--markdown FILE]

        Without a name all three are run. --quick takes one round and short ones.
        Exit codes: 0 all bounds are kept, 1 some are not, 3 something to measure with is missing.
        """

    init(_ arguments: [String]) throws(BenchmarkError) {
        var chosen: [Mode] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--assay": assay = try Self.value(of: argument, &rest)
            case "--markdown": markdown = try Self.value(of: argument, &rest)
            default:
                guard let mode = Mode(rawValue: argument) else {
                    throw BenchmarkError("`\(argument)` is not known\n\(Self.usage)")
                }
                chosen.append(mode)
            }
        }
        if !chosen.isEmpty { modes = chosen }
    }

    private static func value(
        of option: String,
        _ rest: inout ArraySlice<String>,
    ) throws(BenchmarkError) -> String {
        guard let value = rest.popFirst() else {
            throw BenchmarkError("`\(option)` needs a value\n\(usage)")
        }
        return value
    }
}
