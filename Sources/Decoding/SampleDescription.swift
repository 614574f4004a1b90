import Monitoring

/// What a payload says of a value besides the value.
struct SampleDescription: Sendable {
    var time = TimeReading.absent
    var quality = Sample.Quality.unstated
    /// As `UnitTable` numbers it.
    var unit: UInt16 = 0
    var sequence: Int64 = 0
    var hasSequence = false
}
