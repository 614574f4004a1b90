public import Monitoring

/// One scan of a source before it is written as a payload: what value and clock faults distort.
public struct PlantReading: Sendable, Equatable {
    /// When the device scanned, by its own clock; faults may falsify it.
    public var sourceTime: SourceTime
    /// When the message leaves the device, on the gateway's wall clock.
    public var dueAt: ReceiveTime
    /// Counts the scans of the source from 1.
    public var sequence: Int64
    /// One per field of the source, in its order. Of a state the index of its word.
    public var values: [Double]
}
