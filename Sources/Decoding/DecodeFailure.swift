import Monitoring

/// Why reading a payload stopped, and at which byte of the payload.
struct DecodeFailure: Error, Equatable, Sendable {
    var problem: DecodeProblem
    var offset: Int32

    init(_ problem: DecodeProblem, at offset: Int) {
        self.problem = problem
        self.offset = Int32(clamping: offset)
    }
}
