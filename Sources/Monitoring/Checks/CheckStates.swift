/// The states of one feed's checks, one after the other in one piece of memory, laid out by the
/// plan.
final class CheckStates: ManagedBuffer<CheckPlan, UInt64> {
    /// States of newly made checks.
    ///
    /// - Parameter checks: one for each entry of the plan, of its type.
    static func make(_ plan: CheckPlan, checks: [any Check]) -> CheckStates {
        let states = allocate(plan)
        for (entry, check) in zip(plan.entries, checks) {
            // Safety: the place is free, and large enough for the check: the plan was laid out so.
            unsafe check.store(at: states.base + entry.offset)
        }
        return states
    }

    func copy() -> CheckStates {
        let copy = Self.allocate(header)
        for entry in header.entries {
            // Safety: the source holds a state of the entry's type, the target is free.
            unsafe entry.type.copy(base + entry.offset, to: copy.base + entry.offset)
        }
        return copy
    }

    /// A copy in which checks that another plan holds too have the states that they have there.
    ///
    /// - Parameter excluded: checks that begin anew.
    func copy(goingOnFrom former: CheckStates, without excluded: CheckMask) -> CheckStates {
        let copy = copy()
        for entry in header.entries where !excluded.contains(entry.id) {
            guard let old = former.header.entries.first(where: { $0.id == entry.id }) else {
                continue
            }
            // Safety: both places hold a state of the type that the catalogue has under this id.
            unsafe entry.type.destroy(copy.base + entry.offset)
            unsafe entry.type.copy(former.base + old.offset, to: copy.base + entry.offset)
        }
        return copy
    }

    deinit {
        for entry in header.entries {
            // Safety: every place was initialised when the object was made.
            unsafe entry.type.destroy(base + entry.offset)
        }
    }

    /// Where the states lie, each at its entry's offset.
    var base: UnsafeMutableRawPointer {
        // Safety: the memory lives as long as this object, which the caller holds during the call.
        unsafe withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    }

    /// Memory for the states of a plan, none of them initialised.
    private static func allocate(_ plan: CheckPlan) -> CheckStates {
        let stride = MemoryLayout<UInt64>.stride
        let buffer = create(minimumCapacity: (plan.size + stride - 1) / stride) { _ in plan }
        // Safety: `create` makes an object of the class that it is called on.
        return unsafe unsafeDowncast(buffer, to: CheckStates.self)
    }
}
