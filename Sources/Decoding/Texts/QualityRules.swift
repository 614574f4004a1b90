import Monitoring

/// How a rule reads qualities: booleans, words and the codes of the usual protocols, or the codes
/// that the configuration lists.
///
/// Whatever states a quality that cannot be read is `uncertain`: it is not known to be good.
struct QualityRules: Sendable {
    var codes: PayloadSettings.QualityCodes?

    /// `true` is good.
    func quality(of boolean: Bool) -> Sample.Quality { boolean ? .good : .bad }

    /// GOOD, BAD or UNCERTAIN in any case, or a code as text; blank text states nothing.
    func quality(of text: Span<UInt8>) -> Sample.Quality {
        let range = Payload.trimmed(text, 0..<text.count)
        let text = text.extracting(range)
        if text.isEmpty { return .unstated }
        switch TextValue.lowercased(text) {
        case 0x646F_6F67, 0x6575_7274: return .good  // good, true
        case 0x64_6162, 0x65_736C_6166: return .bad  // bad, false
        default: return DecimalNumber.text(text).map { quality(of: $0) } ?? .uncertain
        }
    }

    /// A code. Without a list of its own: to 255 the top two bits of an OPC DA byte (192 good, 64
    /// uncertain, else bad, which are Sparkplug's 192 and 0 too), 500 Sparkplug's *stale*, which
    /// repeats an old value and is therefore bad; to 65,535 the low byte, as OPC DA; above the top
    /// two bits of an OPC UA status (00 good, 01 uncertain), also where it is written as signed.
    func quality(of number: DecimalNumber) -> Sample.Quality {
        guard let code = number.integer else { return .uncertain }
        if let codes {
            if codes.good.contains(code) { return .good }
            return codes.bad.contains(code) ? .bad : .uncertain
        }
        switch code {
        case 500: return .bad
        case 0...65_535:
            switch code & 0xC0 {
            case 0xC0: return .good
            case 0x40: return .uncertain
            default: return .bad
            }
        case Int64(Int32.min)...Int64(UInt32.max):
            switch UInt32(truncatingIfNeeded: code) >> 30 {
            case 0: return .good
            case 1: return .uncertain
            default: return .bad
            }
        default: return .uncertain
        }
    }
}
