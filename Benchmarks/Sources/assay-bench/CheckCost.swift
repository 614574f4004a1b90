import Foundation

/// What a check costs a sample, alone, and the file in which that is committed.
struct CheckCost {
    /// The check, and after a point the setting that makes it another one; also `reference`, `none`
    /// (the pipeline without checks) and `default` (the default set).
    var name: String
    /// Of the machine that it was measured on.
    var nanoseconds: Double
    /// In turns of the reference, a fixed piece of work that is timed in the same run: what another
    /// machine is held against.
    var ratio: Double

    /// Lines of tab-separated fields, comments left out; nil where one of them is none.
    static func read(_ text: String) -> [CheckCost]? {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let costs = lines.compactMap { line -> CheckCost? in
            let fields = line.split(separator: "\t")
            guard fields.count >= 3, let time = Double(fields[1]), let ratio = Double(fields[2])
            else { return nil }
            return CheckCost(name: String(fields[0]), nanoseconds: time, ratio: ratio)
        }
        return costs.count == lines.count ? costs : nil
    }

    /// A line of the committed file.
    var line: String { "\(name)\t\(text(nanoseconds, digits: 1))\t\(text(ratio, digits: 2))" }
}
