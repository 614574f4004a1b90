import Foundation
import TestSupport

@testable import Monitoring

/// What checks cost a sample, as committed by the benchmark: what their pages say of it.
struct CheckCosts {
    static let path = "Benchmarks/checks.tsv"

    struct Cost: Equatable {
        var name: String
        var nanoseconds: Double
        /// In turns of the reference.
        var ratio: Double

        /// The setting that makes the check another one; nil: by its defaults.
        var setting: Substring? {
            name.firstIndex(of: ".").map { name[name.index(after: $0)...] }
        }
    }

    let costs: [Cost]

    init() throws {
        try self.init(
            String(contentsOf: PackageFolder.url.appending(path: Self.path), encoding: .utf8)
        )
    }

    init(_ text: String) throws {
        costs = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let fields = line.split(separator: "\t")
            guard fields.count == 3, let time = Double(fields[1]), let ratio = Double(fields[2])
            else { throw CheckComment.Problem(description: "\(Self.path): `\(line)` is no cost") }
            return Cost(name: String(fields[0]), nanoseconds: time, ratio: ratio)
        }
    }

    /// Such as `About 4 ns a sample, 12 ns with `for`.`
    func sentence(of check: CheckDefinition) throws -> String {
        let mine = costs.filter { $0.name.prefix { $0 != "." } == check.name }
        guard let first = mine.first else {
            throw CheckComment.Problem(
                description: """
                    \(check.name) is not in \(Self.path): run `deploy/bench checks --write` on a \
                    quiet machine
                    """
            )
        }
        let parts = mine.dropFirst().map { cost in
            ", \(Self.amount(cost.nanoseconds)) with `\(cost.setting ?? "")`"
        }
        let amount = Self.amount(first.nanoseconds)
        return amount.prefix(1).uppercased() + amount.dropFirst() + " a sample"
            + parts.joined() + " ([measured](README.md#what-they-cost))."
    }

    /// A difference of two times repeats to about a nanosecond.
    private static func amount(_ nanoseconds: Double) -> String {
        nanoseconds < 1 ? "under 1 ns" : "about \(Int(nanoseconds.rounded())) ns"
    }

    /// The part of the list of checks that says what each costs.
    var section: String {
        var text = """

            ## What they cost

            Processor time per sample of each check alone, on a healthy signal: feeds with it beside the
            same feeds without. What it costs to ask a feed's checks at all is in the figure of
            `quality`, which does next to nothing itself and is on beside each of the others. What
            several checks need of a feed is in the figure of each, so they do not add up; the default
            set stands at the end. A turn is a fixed piece of work that is timed in the same run, so
            that ratios hold on other machines
            ([decision 0018](../decisions/0018-what-a-check-costs.md)).

            ```sh
            deploy/bench checks             # measures, and fails where one is beyond what is committed
            deploy/bench checks --write     # commits what was measured, in Benchmarks/checks.tsv
            ```

            | check | ns | turns |
            |---|---|---|

            """
        for cost in costs where cost.name != "reference" {
            let ratio = String(format: "%.2f", cost.ratio)
            let time = String(format: "%.1f", cost.nanoseconds)
            text += "| \(Self.link(cost)) | \(time) | \(ratio) |\n"
        }
        return text
    }

    private static func link(_ cost: Cost) -> String {
        switch cost.name {
        case "none": return "*the pipeline after decoding, without checks*"
        case "default": return "*the default set, with a range*"
        default:
            let check = cost.name.prefix { $0 != "." }
            let setting = cost.setting.map { " with `\($0)`" } ?? ""
            return "[\(check)](\(check).md)\(setting)"
        }
    }
}
