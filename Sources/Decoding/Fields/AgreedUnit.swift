/// The unit that the configuration declares for feeds whose payloads name one: how it may be written,
/// and what is known to be another.
public struct AgreedUnit: Sendable, Equatable {
    /// The UCUM code, and what people write for it.
    public var spellings: Set<String>
    /// Codes and words of other units. A text that is in neither set may be a device's own word for
    /// the agreed one, and is only held against what the feed named before.
    public var others: Set<String>

    public init(spellings: Set<String>, others: Set<String>) {
        self.spellings = spellings
        self.others = others
    }
}
