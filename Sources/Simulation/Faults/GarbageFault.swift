import Monitoring

/// `garbage`: payloads that nobody can read, as from a half-written buffer, an error page or a
/// serial line out of step (faults.md 15).
struct GarbageFault: FaultEffect {
    static let definition = FaultDefinition(
        kind: "garbage",
        summary: "payloads cannot be read",
        concern: .format,
        checks: ["malformed", "schema"],
        // What cannot be read fills no slot, so the feed is incomplete as well.
        consequences: [.data],
        allowedDelay: .seconds(6),
        lasts: .seconds(5)...(.seconds(7)),
        suits: { $0.isMeasurement },
        makeEffect: { GarbageFault(random: $0.random) },
    )

    private var random: SeededRandom

    init(random: SeededRandom) {
        self.random = random
    }

    mutating func transmit(_ message: PlantMessage) -> [PlantMessage] {
        var message = message
        message.payload = junk(in: message.payload)
        return [message]
    }

    private mutating func junk(in payload: [UInt8]) -> [UInt8] {
        let isObject = payload.first == UInt8(ascii: "{")
        switch random.index(below: 4) {
        case 0 where isObject:
            return Array(payload[..<(1 + random.index(below: payload.count - 1))])
        case 1: return Array("<html><body>502 Bad Gateway</body></html>".utf8)
        case 2:
            return [0xff, 0xfe] + (0..<14).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        default: return Array("#ERR 0x\(String(random.index(below: 256), radix: 16))".utf8)
        }
    }
}
