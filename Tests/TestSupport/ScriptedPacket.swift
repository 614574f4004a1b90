/// An MQTT packet that a scripted broker received, read as far as tests look at it.
public enum ScriptedPacket: Sendable, Equatable {
    case connect(version: UInt8, clientID: String, isClean: Bool)
    case subscribe(filters: [String])
    case unsubscribe(message: UInt16, filters: [String])
    case publish(topic: String, payload: [UInt8], qualityOfService: UInt8)
    case publishAnswer(message: UInt16)
    case ping
    case disconnect
    case other(UInt8)

    public var isConnect: Bool {
        if case .connect = self { true } else { false }
    }

    public var isUnsubscribe: Bool {
        if case .unsubscribe = self { true } else { false }
    }

    /// Reads a packet's body. `version` is that of the connection.
    init(first: UInt8, body: [UInt8], version: UInt8) {
        var reader = Reader(bytes: body)
        switch first & 0xF0 {
        case 0x10:
            _ = reader.text()
            let level = reader.byte()
            let flags = reader.byte()
            _ = reader.number()
            if level == 5 { reader.skipProperties() }
            self = .connect(version: level, clientID: reader.text(), isClean: flags & 2 != 0)
        case 0x30:
            let topic = reader.text()
            let quality = first >> 1 & 3
            if quality > 0 { _ = reader.number() }
            if version == 5 { reader.skipProperties() }
            self = .publish(topic: topic, payload: reader.rest, qualityOfService: quality)
        case 0x40: self = .publishAnswer(message: reader.number())
        case 0x80:
            _ = reader.number()
            if version == 5 { reader.skipProperties() }
            var filters: [String] = []
            while !reader.rest.isEmpty {
                filters.append(reader.text())
                _ = reader.byte()
            }
            self = .subscribe(filters: filters)
        case 0xA0:
            let message = reader.number()
            if version == 5 { reader.skipProperties() }
            var filters: [String] = []
            while !reader.rest.isEmpty { filters.append(reader.text()) }
            self = .unsubscribe(message: message, filters: filters)
        case 0xC0: self = .ping
        case 0xE0: self = .disconnect
        default: self = .other(first)
        }
    }

    private struct Reader {
        var bytes: [UInt8]
        var position = 0

        var rest: [UInt8] { Array(bytes[min(position, bytes.count)...]) }

        mutating func byte() -> UInt8 {
            guard position < bytes.count else { return 0 }
            position += 1
            return bytes[position - 1]
        }

        mutating func number() -> UInt16 {
            let high = UInt16(byte())
            return high << 8 | UInt16(byte())
        }

        mutating func text() -> String {
            let length = Int(number())
            let end = min(position + length, bytes.count)
            defer { position = end }
            return String(decoding: bytes[min(position, end)..<end], as: UTF8.self)
        }

        mutating func skipProperties() {
            // Properties of our own client are shorter than 128 bytes.
            position += Int(byte())
        }
    }
}
