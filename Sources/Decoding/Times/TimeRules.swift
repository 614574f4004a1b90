import Monitoring

/// How the times of a rule are read: its `timeUnit` and `timeZone`.
struct TimeRules: Sendable {
    var unit: PayloadSettings.TimeUnit
    var zone: TimeZoneOffsets?

    /// A number, exact to the nanosecond; what is written beyond it is cut.
    @inline(__always)
    func reading(of number: DecimalNumber, learned: inout EpochUnit) -> TimeReading {
        guard !number.isNegative else { return .impossible }
        let unit = self.unit == .auto ? learned.unit(of: number) : self.unit
        guard let unit, let power = Self.power(of: unit) else { return .impossible }
        guard let scaled = number.scaled(by: power)?.value else { return .impossible }
        if unit == .filetime {
            let (value, isBefore) = scaled.subtractingReportingOverflow(Self.nanosecondsTo1970)
            return isBefore ? .impossible : TimeReading(positive: Int64(exactly: value))
        }
        return TimeReading(positive: Int64(exactly: scaled))
    }

    /// A text: a number, or a date and time. Numbers under `timeUnit: iso` are impossible.
    func reading(
        of text: Span<UInt8>,
        learned: inout EpochUnit,
        receivedAt: ReceiveTime,
    ) -> TimeReading {
        let range = Payload.trimmed(text, 0..<text.count)
        let text = text.extracting(range)
        if let number = DecimalNumber.text(text) { return reading(of: number, learned: &learned) }
        guard let time = CalendarTime.read(text) else { return .impossible }
        if let offset = time.offset {
            return TimeReading(seconds: time.seconds - offset, nanoseconds: time.nanoseconds)
        }
        guard let zone else { return .withoutZone }
        let nearby = receivedAt.nanoseconds / 1_000_000_000
        let seconds = zone.utcSeconds(ofLocal: time.seconds, nearby: nearby)
        return TimeReading(seconds: seconds, nanoseconds: time.nanoseconds)
    }

    /// Decimal places from a unit to the nanosecond.
    private static func power(of unit: PayloadSettings.TimeUnit) -> Int32? {
        switch unit {
        case .s: 9
        case .ms: 6
        case .us: 3
        case .ns: 0
        case .filetime: 2
        case .auto, .iso: nil
        }
    }

    /// From 1601-01-01 to 1970-01-01.
    private static let nanosecondsTo1970: UInt64 = 11_644_473_600_000_000_000
}
