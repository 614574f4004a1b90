public import Monitoring

/// What a fault does to the stream of one source while it lasts.
///
/// A fault of the sensor or of its clock distorts readings; a fault of the device's software or of
/// the network changes, loses, repeats or delays messages. Each implements what it needs.
public protocol FaultEffect: Sendable {
    /// Called for every reading, before it is written as a payload.
    mutating func distort(_ reading: inout PlantReading)

    /// What goes on the wire in place of the message. A message may be delayed, never advanced.
    mutating func transmit(_ message: PlantMessage) -> [PlantMessage]
}

extension FaultEffect {
    public mutating func distort(_ reading: inout PlantReading) {}

    public mutating func transmit(_ message: PlantMessage) -> [PlantMessage] { [message] }
}

/// What a fault knows when it begins.
public struct FaultContext: Sendable {
    public var source: PlantSource
    /// The field of `source` that is to be faulty.
    public var field: Int
    public var begin: ReceiveTime
    public var end: ReceiveTime
    public var severity: FaultSeverity
    /// The fault's own stream of chance.
    public var random: SeededRandom

    /// Standard deviation of the field's own noise: the yardstick of severities.
    var noise: Double {
        guard let noise = source.noise else {
            preconditionFailure("a fault that is measured in noise was laid on \(source.topic)")
        }
        return noise
    }
}
