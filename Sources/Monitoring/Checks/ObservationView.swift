/// An observation as checks see it: read only, and passed on in a register.
///
/// An observation is large, and would be copied for every check that is asked about it. A view is
/// made by `ObservationPlace`, and cannot be kept.
@safe
public struct ObservationView: ~Copyable {
    // Safety: a place makes views only while the observation lies there, and a view cannot be copied
    // out of the call that it was lent to.
    private let pointer: UnsafePointer<Observation>

    @unsafe
    @inline(__always)
    init(of pointer: UnsafePointer<Observation>) { unsafe self.pointer = unsafe pointer }

    private var facts: Observation {
        // Safety: see above.
        @inline(__always) _read { yield unsafe pointer.pointee }
    }

    /// See `Observation`, for all of them.
    public var at: EventTime { facts.at }
    public var receivedAt: ReceiveTime { facts.receivedAt }
    public var sourceTime: SourceTime? { facts.sourceTime }
    public var timeProblem: Sample.TimeProblem { facts.timeProblem }
    public var arrival: Observation.Arrival { facts.arrival }
    public var isClockTrusted: Bool { facts.isClockTrusted }
    public var isConflicting: Bool { facts.isConflicting }
    public var newest: EventTime? { facts.newest }
    public var followsUndecodable: Bool { facts.followsUndecodable }
    public var followsOutage: Bool { facts.followsOutage }
    public var followsSilence: Bool { facts.followsSilence }
    public var followsToldGap: Bool { facts.followsToldGap }
    public var period: Nanoseconds { facts.period }
    public var slotsAdvanced: Int32 { facts.slotsAdvanced }
    public var kind: Sample.Kind { facts.kind }
    public var feedKind: FeedDescription.Kind { facts.feedKind }
    public var quality: Sample.Quality { facts.quality }
    public var unit: UInt16 { facts.unit }
    public var value: Double { facts.value }
    var isUsable: Bool { facts.isUsable }
    var relearnAfter: Int32 { facts.relearnAfter }

    var profile: ProfileReading {
        @inline(__always) _read { yield facts.profile }
    }

    var marks: FindingMarks {
        @inline(__always) _read { yield facts.marks }
    }
}
