/// The checks of a plan that are asked about one thing, in their order.
///
/// An array that is walked for every sample counts two references each time, with the cost of an
/// atomic operation; this is an address. It lives as long as the plan that made it, which the states
/// hold that are asked.
@safe
struct EntryList: RandomAccessCollection, Sendable {
    // Safety: written once, before anybody reads; freed with the plan.
    private nonisolated(unsafe) let start: UnsafeMutablePointer<CheckPlan.Entry>
    let endIndex: Int

    init(_ entries: [CheckPlan.Entry]) {
        // Safety: as many places are made as are initialised.
        unsafe start = .allocate(capacity: entries.count)
        // Safety: see above.
        unsafe start.initialize(from: entries, count: entries.count)
        endIndex = entries.count
    }

    var startIndex: Int { 0 }

    subscript(index: Int) -> CheckPlan.Entry {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: endIndex), "no such check")
            // Safety: below the number of entries.
            return unsafe start[index]
        }
    }

    /// Where the entries lie, for those who walk through them for every sample.
    @unsafe
    var address: UnsafePointer<CheckPlan.Entry> { unsafe UnsafePointer(start) }

    /// Takes the memory back; nothing of the list may be used any more.
    @unsafe
    func deallocate() {
        // Safety: initialised and allocated together.
        unsafe start.deinitialize(count: endIndex)
        // Safety: see above.
        unsafe start.deallocate()
    }
}
