/// Offsets from UTC as `+01:00` or `-03:30`, up to 14 hours.
enum ClockOffset {
    static func isValid(_ text: String) -> Bool {
        guard let sign = text.first, sign == "+" || sign == "-" else { return false }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
            let hours = Int(parts[0]), let minutes = Int(parts[1])
        else { return false }
        return (0...14).contains(hours) && (0..<60).contains(minutes)
    }
}
