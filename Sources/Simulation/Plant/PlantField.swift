/// One measured quantity of a source: what becomes a feed of the daemon.
public struct PlantField: Sendable {
    /// Name within the payload, and after the `:` of the feed key where a source has several.
    public var name: String
    /// UCUM code, empty for words and counts.
    public var unit: String
    var signal: PlantSignal
    var notation: NumberNotation
}
