import Monitoring

/// One way to write payloads. A new one is a file with this protocol and a line in
/// `DecoderCatalog`.
protocol PayloadFormat: Sendable {
    /// As `payload: { format: … }` writes it.
    static var name: String { get }

    /// Prepares reading by the settings of one rule. What the format must find quickly later, such
    /// as declared names, it lays down in the workspace now.
    init(_ settings: PayloadSettings, in workspace: inout DecodingWorkspace)

    /// Reads a payload of at least one byte and appends its samples to `workspace.samples`, their
    /// `field` being a *name* of `workspace.names`: the decoder numbers the fields when the whole
    /// payload proves readable. What is appended before a failure is discarded.
    func read(
        _ payload: Span<UInt8>,
        in workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure)
}
