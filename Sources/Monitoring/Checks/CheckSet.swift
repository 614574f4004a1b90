/// The active checks of one feed, as a value: 8 bytes, and one heap object that holds their states.
///
/// Made once per rule and kind of feed and copied from there; a copy shares the states until one of
/// the two is asked something.
struct CheckSet: Sendable {
    // Safety: shared between copies only while nobody writes, and copied before the first write, as
    // the standard library's arrays do; the states themselves are sendable.
    private nonisolated(unsafe) var states: CheckStates

    init(states: CheckStates) {
        // Safety: nobody else has these states but copies, which copy them before they write.
        unsafe self.states = states
    }

    /// The checks of another plan, those that both hold with the states that they have here.
    ///
    /// - Parameter excluded: checks that begin anew.
    func goingOn(as fresh: CheckSet, without excluded: CheckMask) -> CheckSet {
        // Safety: the copy is nobody else's yet.
        unsafe CheckSet(
            states: fresh.states.copy(goingOnFrom: states, without: excluded)
        )
    }

    var plan: CheckPlan {
        // Safety: the plan never changes.
        unsafe states.header
    }

    /// The states, to ask one check after the other; for the time in which the set is not copied.
    @inline(__always)
    mutating func open() -> OpenedChecks {
        // Safety: the plan lays the states out, and they are nobody else's.
        unsafe OpenedChecks(states: uniqueStates())
    }

    /// The gateway's clock was set (`Check.clockWasSet`).
    mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        for entry in plan.entries {
            // Safety: the entry is of this set's plan, and the states are nobody else's.
            unsafe entry.type.clockWasSet(
                uniqueStates() + entry.offset,
                events: events,
                arrivals: arrivals,
            )
        }
    }

    mutating func tick(_ entry: CheckPlan.Entry, _ pulse: borrowing Pulse) -> Assessment {
        // Safety: the entry is of this set's plan, and the states are nobody else's.
        unsafe entry.type.tick(uniqueStates() + entry.offset, pulse)
    }

    func deadline(_ entry: CheckPlan.Entry, _ pulse: borrowing Pulse) -> ReceiveTime? {
        // Safety: the entry is of this set's plan; a deadline reads only.
        unsafe entry.type.deadline(states.base + entry.offset, pulse)
    }

    private mutating func uniqueStates() -> UnsafeMutableRawPointer {
        // Safety: from here on the states are this set's alone, until it is copied.
        if unsafe !isKnownUniquelyReferenced(&states) { unsafe states = states.copy() }
        // Safety: as above.
        return unsafe states.base
    }
}

/// A set's checks while they are asked: the address of their states, so that whether somebody else
/// has them is asked once and not for every check.
@safe
struct OpenedChecks: ~Copyable {
    // Safety: the set that gave it out holds the states, alone, and is not copied meanwhile.
    private let states: UnsafeMutableRawPointer

    @inline(__always)
    fileprivate init(states: UnsafeMutableRawPointer) { unsafe self.states = unsafe states }

    @inline(__always)
    func observe(
        _ entry: CheckPlan.Entry,
        _ observation: borrowing ObservationView,
    ) -> Assessment {
        // Safety: the entry is of the set's plan.
        unsafe entry.type.observe(states + entry.offset, observation)
    }

    /// Whether all checks for exceptions are quiet.
    func areQuiet(_ plan: CheckPlan) -> Bool {
        // Safety: the entries are of the set's plan.
        plan.exceptions.allSatisfy { unsafe $0.type.isQuiet(states + $0.offset) }
    }

    @inline(__always)
    func observe(
        _ entry: CheckPlan.Entry,
        _ message: borrowing MessageObservation,
    ) -> Assessment {
        // Safety: as above.
        unsafe entry.type.observe(states + entry.offset, message)
    }
}
