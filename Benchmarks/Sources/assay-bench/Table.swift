/// Rows of text, as columns for a terminal and as Markdown for the README.
struct Table {
    var title: String
    var header: [String]
    var rows: [[String]] = []

    /// Columns padded to their widest cell.
    var plain: String {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        let lines = ([header] + rows).map { row in
            zip(row, widths)
                .map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
        }
        return ([title] + lines).joined(separator: "\n") + "\n"
    }

    var markdown: String {
        let lines = ([header, header.map { _ in "---" }] + rows).map { row in
            "| " + row.joined(separator: " | ") + " |"
        }
        return (["**\(title)**", ""] + lines).joined(separator: "\n") + "\n"
    }
}

/// A number with that many digits behind the point, without Foundation's locale.
func text(_ value: Double?, digits: Int) -> String {
    guard let value, value.isFinite else { return "n/a" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int64((value.magnitude * scale).rounded())
    let divisor = Int64(scale)
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % divisor)
    return "\(sign)\(whole / divisor)."
        + String(repeating: "0", count: digits - fraction.count) + fraction
}
