import Monitoring

/// Why reading a payload stopped, at which byte of the payload, and which declared path it breaks.
struct DecodeFailure: Error, Equatable, Sendable {
    var problem: DecodeProblem
    /// As `PayloadSettings.declaredPaths` counts; -1: none, or all of them.
    var path: Int16
    var offset: Int32

    init(_ problem: DecodeProblem, at offset: Int, path: Int = -1) {
        self.problem = problem
        self.path = Int16(clamping: path)
        self.offset = Int32(clamping: offset)
    }
}
