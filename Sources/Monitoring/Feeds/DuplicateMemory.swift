/// The last 32 samples of a feed as (time, payload) hashes, for recognising a message that came
/// twice and two values that claim one instant (checks.md M2, M6).
///
/// Asked only for samples that are not newer than everything before, so a feed in order pays for
/// the insertion alone. Shape: 258 bytes, no references.
struct DuplicateMemory: Sendable {
    enum Answer: Sendable {
        case new
        /// Same time and same payload.
        case duplicate
        /// Same time, another payload.
        case conflict
    }

    static let capacity = 32

    private var entries = InlineArray<32, UInt64>(repeating: 0)
    private var count: UInt8 = 0
    private var next: UInt8 = 0

    /// High half: the time (or sequence number), low half: the payload.
    private static func entry(stamp: Int64, payloadHash: UInt64) -> UInt64 {
        let time = ByteHash.fold(UInt64(bitPattern: stamp), 0x9E37_79B9_7F4A_7C15)
        return (time & 0xFFFF_FFFF_0000_0000) | (payloadHash & 0xFFFF_FFFF)
    }

    func answer(stamp: Int64, payloadHash: UInt64) -> Answer {
        let wanted = Self.entry(stamp: stamp, payloadHash: payloadHash)
        var answer = Answer.new
        for index in 0..<Int(count) where entries[index] >> 32 == wanted >> 32 {
            if entries[index] == wanted { return .duplicate }
            answer = .conflict
        }
        return answer
    }

    mutating func remember(stamp: Int64, payloadHash: UInt64) {
        let entry = Self.entry(stamp: stamp, payloadHash: payloadHash)
        // Safety: `next` is below the capacity. By address, because an inline array of this size is
        // copied for each subscript.
        unsafe withUnsafeMutablePointer(to: &entries) { entries in
            let first = unsafe UnsafeMutableRawPointer(entries).assumingMemoryBound(to: UInt64.self)
            unsafe first[Int(next)] = entry
        }
        if count < UInt8(Self.capacity) { count += 1 }
        next = (next + 1) % UInt8(Self.capacity)
    }
}
