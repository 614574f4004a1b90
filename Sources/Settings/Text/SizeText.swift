/// Numbers of bytes as people write them: `512KiB`, `256MiB`, `2GiB`, `1.5TiB`, `4096B`.
///
/// Powers of 1,024 only, because `GB` means two different things on disks and in memory.
public enum SizeText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]
    private static let form = "write a number and B, KiB, MiB, GiB or TiB, such as `256MiB`"

    public static func parse(_ text: String) throws(ValueProblem) -> Int64 {
        guard let number = ScaledNumber(text) else {
            throw ValueProblem("is not a size", hint: form)
        }
        let digits = text.dropLast(number.unit.count)
        guard !number.unit.isEmpty else {
            throw ValueProblem("has no unit", hint: "write `\(text)MiB` if you mean mebibytes")
        }
        guard let unit = units.first(where: { $0.name == number.unit }) else {
            let letter = number.unit.trimmingPrefix { $0 == " " }.prefix(1).lowercased()
            if let known = units.first(where: { $0.name.lowercased().hasPrefix(letter) })?.name,
                !letter.isEmpty
            {
                throw ValueProblem("is not a size", hint: "write `\(digits)\(known)`")
            }
            throw ValueProblem("has the unknown unit `\(number.unit)`", hint: form)
        }
        guard let bytes = number.scaled(by: unit.bytes) else {
            throw ValueProblem("is no whole number of bytes below 8388608TiB", hint: form)
        }
        return bytes
    }

    /// The shortest text that reads back as the same size.
    public static func text(_ bytes: Int64) -> String {
        guard bytes != 0 else { return "0B" }
        let fitting = units.first { bytes % $0.bytes == 0 }
        guard let fitting else { return "\(bytes)B" }
        return "\(bytes / fitting.bytes)\(fitting.name)"
    }

    /// For people: three significant digits, such as `4.06 MiB`.
    static func rounded(_ bytes: Double) -> String {
        let unit = units.first { bytes >= Double($0.bytes) } ?? ("B", 1)
        let value = bytes / Double(unit.bytes)
        let digits = value >= 100 || unit.name == "B" ? 0 : value >= 10 ? 1 : 2
        return "\(value.decimal(digits)) \(unit.name)"
    }
}

extension Double {
    /// With a fixed number of decimals, rounded half away from zero; for values below 1e15.
    func decimal(_ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((self * Double(scale)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = String(scaled.magnitude % UInt64(scale))
        let padding = String(repeating: "0", count: digits - fraction.count)
        let sign = scaled < 0 ? "-" : ""
        return "\(sign)\(scaled.magnitude / UInt64(scale)).\(padding)\(fraction)"
    }
}
