import Foundation
import Glibc

/// Measures a built daemon and holds the result against what is promised.
@main
enum AssayBench {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") {
            print(Options.usage)
            return
        }
        do {
            exit(try run(Options(arguments)) ? 0 : 1)
        } catch {
            report("assay-bench: \(error)")
            exit(3)
        }
    }

    /// Whether every bound is kept.
    private static func run(_ options: Options) throws -> Bool {
        let workshop = try Workshop(options: options)
        let reports = try options.modes.map { mode in
            switch mode {
            case .throughput:
                try ThroughputBenchmark(options: options, workshop: workshop).run()
            case .latency: try LatencyBenchmark(options: options, workshop: workshop).run()
            case .pipeline: try PipelineBenchmark(options: options, workshop: workshop).run()
            case .checks: try CheckBenchmark(options: options, workshop: workshop).run()
            case .allocations: try AllocationBenchmark(options: options, workshop: workshop).run()
            case .loss: try LossBenchmark(options: options, workshop: workshop).run()
            case .growth: try GrowthBenchmark(options: options, workshop: workshop).run()
            }
        }
        let bounds = reports.flatMap(\.bounds)
        let tables = reports.flatMap(\.tables) + [Bound.table(bounds)]
        let notes = [machine] + reports.flatMap(\.notes)
        print("\n" + (tables.map(\.plain) + notes).joined(separator: "\n"))
        if let path = options.markdown {
            try (tables.map(\.markdown) + notes).joined(separator: "\n")
                .appending("\n")
                .write(toFile: path, atomically: true, encoding: .utf8)
        }
        return bounds.allSatisfy(\.isKept)
    }

    /// What it was measured on: figures without it mean nothing.
    private static var machine: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
            .flatMap { $0.split(separator: ":").last }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        return "Measured on \(ProcessInfo.processInfo.activeProcessorCount) cores of "
            + "\(model ?? "an unnamed processor"), shared by broker, generator and subscriber."
    }
}

/// Says what is being done, on the error stream, so that the tables can be redirected.
func progress(_ text: String) {
    report("... \(text)")
}

private func report(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}
