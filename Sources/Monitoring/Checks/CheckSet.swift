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

    mutating func observe(
        _ entry: CheckPlan.Entry,
        _ observation: borrowing Observation,
    ) -> Assessment {
        // Safety: the entry is of this set's plan, and the states are nobody else's.
        unsafe entry.type.observe(uniqueState(entry), observation)
    }

    /// The gateway's clock was set (`Check.clockWasSet`).
    mutating func clockWasSet(events: Nanoseconds, arrivals: Nanoseconds) {
        for entry in plan.entries {
            // Safety: the entry is of this set's plan, and the states are nobody else's.
            unsafe entry.type.clockWasSet(uniqueState(entry), events: events, arrivals: arrivals)
        }
    }

    mutating func observe(
        _ entry: CheckPlan.Entry,
        _ message: borrowing MessageObservation,
    ) -> Assessment {
        // Safety: as above.
        unsafe entry.type.observe(uniqueState(entry), message)
    }

    mutating func tick(_ entry: CheckPlan.Entry, _ pulse: borrowing Pulse) -> Assessment {
        // Safety: as above.
        unsafe entry.type.tick(uniqueState(entry), pulse)
    }

    func deadline(_ entry: CheckPlan.Entry, _ pulse: borrowing Pulse) -> ReceiveTime? {
        // Safety: the entry is of this set's plan; a deadline reads only.
        unsafe entry.type.deadline(states.address(entry), pulse)
    }

    private mutating func uniqueState(_ entry: CheckPlan.Entry) -> UnsafeMutableRawPointer {
        // Safety: from here on the states are this set's alone, until it is copied.
        if unsafe !isKnownUniquelyReferenced(&states) { unsafe states = states.copy() }
        // Safety: as above.
        return unsafe states.address(entry)
    }
}
