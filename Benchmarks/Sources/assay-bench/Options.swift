/// What the command line asks for.
struct Options {
    enum Mode: String, CaseIterable {
        /// CPU per message beside a bare subscriber, memory, and what was lost.
        case throughput
        /// From a bad value to its alarm's message, under load.
        case latency
        /// From bytes to roll-ups in one process, without broker and database.
        case pipeline
        /// What each check costs a sample, beside what is committed.
        case checks
        /// What the allocation probe counts.
        case allocations
        /// What is lost at the highest rate that a bare subscriber keeps up with.
        case loss
        /// Whether memory grows over ten minutes.
        case growth
    }

    var modes = Mode.allCases
    var isQuick = false
    var assay = ".build/release/assay"
    var allocationProbe = ".build/release/AllocationProbe"
    /// Whether the measured costs of checks become the committed ones.
    var isWriting = false
    /// Where the Markdown table goes; nil: nowhere.
    var markdown: String?

    /// Feeds in each run; a quick run takes the last only.
    var feedCounts: [Int] { isQuick ? [10_000] : [1_000, 10_000] }
    var rounds: Int { isQuick ? 1 : 3 }

    static let usage = """
        usage: assay-bench [throughput] [latency] [pipeline] [checks] [allocations] [loss] [growth]
                           [--quick] [--write] [--markdown FILE]
                           [--assay PATH] [--allocation-probe PATH]

        Without a name all are run. --quick takes one round and short ones, and leaves out loss and
        growth unless they are named. --write commits the measured costs of checks to checks.tsv.
        Exit codes: 0 all bounds are kept, 1 some are not, 3 something to measure with is missing.
        """

    init(_ arguments: [String]) throws(BenchmarkError) {
        var chosen: [Mode] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--write": isWriting = true
            case "--allocation-probe": allocationProbe = try Self.value(of: argument, &rest)
            case "--assay": assay = try Self.value(of: argument, &rest)
            case "--markdown": markdown = try Self.value(of: argument, &rest)
            default:
                guard let mode = Mode(rawValue: argument) else {
                    throw BenchmarkError("`\(argument)` is not known\n\(Self.usage)")
                }
                chosen.append(mode)
            }
        }
        if isQuick { modes = [.throughput, .latency, .pipeline, .checks, .allocations] }
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
