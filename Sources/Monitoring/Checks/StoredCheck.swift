/// What a check can be asked while its state lies as plain bytes among those of the feed's other
/// checks (`CheckStates`).
///
/// Every check gets these from the extension below. They exist because an array of `any Check`
/// costs 40 bytes a check and a heap object for each that is larger than 24 bytes, which is more
/// than the states themselves; the calls cost the same, one through the witness table.
///
/// Each `state` is the address of an initialised `Self` that nobody else uses during the call.
protocol StoredCheck: Sendable {
    static func observe(
        _ state: UnsafeMutableRawPointer,
        _ observation: borrowing ObservationView,
    ) -> Assessment

    static func observe(
        _ state: UnsafeMutableRawPointer,
        _ message: borrowing MessageObservation,
    ) -> Assessment

    static func tick(_ state: UnsafeMutableRawPointer, _ pulse: borrowing Pulse) -> Assessment

    static func deadline(
        _ state: UnsafeMutableRawPointer,
        _ pulse: borrowing Pulse,
    ) -> ReceiveTime?

    static func clockWasSet(
        _ state: UnsafeMutableRawPointer,
        events: Nanoseconds,
        arrivals: Nanoseconds,
    )

    static func isQuiet(_ state: UnsafeMutableRawPointer) -> Bool

    static var layout: CheckLayout { get }

    /// Initialises `target` with a copy of what lies at `source`.
    static func copy(_ source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer)

    /// Takes back what `copy` or `store` initialised.
    static func destroy(_ state: UnsafeMutableRawPointer)

    /// Initialises `target` with this check.
    func store(at target: UnsafeMutableRawPointer)
}

/// Room that a check's state takes, in bytes.
struct CheckLayout: Sendable {
    var size: Int
    var alignment: Int
}

extension StoredCheck where Self: Check {
    static func observe(
        _ state: UnsafeMutableRawPointer,
        _ observation: borrowing ObservationView,
    ) -> Assessment {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).pointee.observe(observation)
    }

    static func observe(
        _ state: UnsafeMutableRawPointer,
        _ message: borrowing MessageObservation,
    ) -> Assessment {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).pointee.observe(message)
    }

    static func tick(_ state: UnsafeMutableRawPointer, _ pulse: borrowing Pulse) -> Assessment {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).pointee.tick(pulse)
    }

    static func deadline(
        _ state: UnsafeMutableRawPointer,
        _ pulse: borrowing Pulse,
    ) -> ReceiveTime? {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).pointee.deadline(pulse)
    }

    static func clockWasSet(
        _ state: UnsafeMutableRawPointer,
        events: Nanoseconds,
        arrivals: Nanoseconds,
    ) {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).pointee
            .clockWasSet(events: events, arrivals: arrivals)
    }

    static func isQuiet(_ state: UnsafeMutableRawPointer) -> Bool {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).pointee.isQuiet
    }

    static var layout: CheckLayout {
        CheckLayout(size: MemoryLayout<Self>.size, alignment: MemoryLayout<Self>.alignment)
    }

    static func copy(_ source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer) {
        // Safety: the target is free and large enough.
        unsafe target.initializeMemory(
            as: Self.self,
            from: source.assumingMemoryBound(to: Self.self),
            count: 1,
        )
    }

    static func destroy(_ state: UnsafeMutableRawPointer) {
        // Safety: the caller gives the address of an initialised `Self`, and nobody else uses it.
        unsafe state.assumingMemoryBound(to: Self.self).deinitialize(count: 1)
    }

    func store(at target: UnsafeMutableRawPointer) {
        // Safety: the target is free and large enough.
        unsafe target.initializeMemory(as: Self.self, to: self)
    }
}
