public import Monitoring

/// What a check measured, beside its limit, in the words of an operator: never two equal numbers of
/// which one is said to be beyond the other.
public struct AlarmMeasure: Sendable {
    private let quantity: CheckDefinition.Quantity
    private let unit: String?
    /// Seconds with a sign: how far a clock is ahead.
    private let isOffset: Bool

    /// - Parameter unit: of the feed, as a UCUM code.
    public init(_ check: CheckDefinition, unit: String?) {
        quantity = check.quantity
        self.unit = unit
        isOffset = check.name == "clockSkew"
    }

    /// `12 s (limit 3.5 s)`; `more than 3.5 s (limit 3.5 s)` where both read alike and are not;
    /// without a limit, or with one that allows none at all, the value alone.
    public func comparison(_ value: Double, limit: Double) -> String {
        guard limit.isFinite, limit != 0 || quantity == .value else { return text(value) }
        var (mine, other) = (text(value), limitText(limit))
        if value != limit, magnitude(value) == other {
            switch quantity {
            case .value, .valuePerSecond:
                mine = quantityText(PlainText.number(value))
                other = quantityText(PlainText.number(limit))
            case .seconds, .samples, .messages, .fraction:
                let isMore = value.magnitude > limit.magnitude
                mine = "\(isMore ? "more" : "less") than \(mine)"
            }
        }
        return "\(mine) (limit \(other))"
    }

    /// The value with its unit: `1184.2 Cel`, `3.5 s`, `80 %`, `1 h behind`.
    func text(_ value: Double) -> String {
        guard isOffset, value.isFinite else { return magnitude(value) }
        return "\(magnitude(value)) \(value < 0 ? "behind" : "ahead")"
    }

    /// The UCUM code of the quantity and its limit; nil where the feed has no unit.
    var unitCode: String? {
        switch quantity {
        case .value: unit
        case .valuePerSecond: "\(unit ?? "1")/s"
        case .seconds: "s"
        case .samples: "{samples}"
        case .messages: "{messages}"
        case .fraction: "1"
        }
    }

    /// A limit: on either side of the gateway's clock it is so far away.
    func limitText(_ limit: Double) -> String { magnitude(limit) }

    private func magnitude(_ value: Double) -> String {
        guard value.isFinite else { return "none" }
        switch quantity {
        case .value, .valuePerSecond: return quantityText(PlainText.measured(value))
        case .seconds: return seconds(value)
        case .samples: return Self.counted(value, "sample")
        case .messages: return Self.counted(value, "message")
        case .fraction: return "\(PlainText.number((value * 1_000).rounded() / 10)) %"
        }
    }

    private func quantityText(_ number: String) -> String {
        guard quantity == .valuePerSecond else { return PlainText.quantity(number, unit: unit) }
        return PlainText.quantity(number, unit: "\(unit ?? "1")/s")
    }

    private static func counted(_ value: Double, _ noun: String) -> String {
        "\(PlainText.measured(value)) \(value == 1 ? noun : noun + "s")"
    }

    /// A length of time, rounded to what is shown of it: 59.998 s is a minute. Of an offset the
    /// side is said in words; elsewhere a sign would be a fault of ours, and is shown.
    private func seconds(_ value: Double) -> String {
        let length = value.magnitude
        let step = length < 1 ? 1e-3 : length < 9.95 ? 0.1 : 1
        let rounded = (length / step).rounded() * step
        // Half a millisecond more: a tenth of a second has no exact double.
        let nanoseconds = Int64(min(rounded * 1e9 + 500_000, 9e18))
        let sign = value < 0 && !isOffset ? "-" : ""
        return sign
            + PlainText.duration(Nanoseconds(length < 5e-4 ? Int64(length * 1e9) : nanoseconds))
    }
}
