import Monitoring

/// Zero configuration: an object or an array is JSON, anything else is a scalar.
struct RecognisedFormat: PayloadFormat {
    /// No one writes it; it is what the absence of `format` means.
    static let name = ""

    private let scalar: ScalarFormat
    private let json: JSONFormat

    init(_ settings: PayloadSettings, in workspace: inout DecodingWorkspace) {
        scalar = ScalarFormat(settings, in: &workspace)
        json = JSONFormat(settings, in: &workspace)
    }

    func read(
        _ payload: Span<UInt8>,
        in workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        if payload[0] == UInt8(ascii: "{") { return try json.read(payload, in: &workspace) }
        let start = Payload.content(payload).lowerBound
        let first = start < payload.count ? payload[start] : 0
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            try json.read(payload, in: &workspace)
        } else {
            try scalar.read(payload, in: &workspace)
        }
    }
}
