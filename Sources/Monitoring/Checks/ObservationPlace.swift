/// Where an observation lies while it is judged and counted.
///
/// Passed on instead of the observation, which is large and would be copied for every call.
@safe
struct ObservationPlace: ~Copyable {
    // Safety: `with` lends the address for the time of its body, and a place cannot be copied out.
    private let pointer: UnsafeMutablePointer<Observation>

    /// Lends the observation to `body` by its place.
    @inline(__always)
    static func with<Result>(
        _ observation: inout Observation,
        _ body: (borrowing ObservationPlace) -> Result,
    ) -> Result {
        // Safety: the place ends with the body, and it is the only access until then.
        unsafe withUnsafeMutablePointer(to: &observation) { pointer in
            unsafe body(ObservationPlace(pointer: pointer))
        }
    }

    /// The same for those who only read.
    var view: ObservationView {
        // Safety: a view lives no longer than the call that it is lent to.
        @inline(__always) get { unsafe ObservationView(of: pointer) }
    }

    var value: Observation {
        // Safety: see above.
        @inline(__always) _read { yield unsafe pointer.pointee }
        @inline(__always) nonmutating _modify { yield unsafe &pointer.pointee }
    }
}
