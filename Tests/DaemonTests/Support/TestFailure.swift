/// Why a test could not be set up.
struct TestFailure: Error, CustomStringConvertible {
    var description: String
}
