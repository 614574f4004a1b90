/// A fault with its place in the plant.
public struct ScheduledFault: Sendable {
    public var definition: FaultDefinition
    /// Index of the source in the plant.
    public var source: Int
    /// Index of the field in the source.
    public var field: Int
    /// Of the fault's own stream of chance.
    public var seed: UInt64
    public var label: FaultLabel
}
