import CAllocationCounter
import Testing

// A count of zero proves nothing unless the counter sees an allocation when there is one, so each
// kind that Swift code makes is shown to it first.
@Suite("The allocation counter")
struct AllocationCounterTests {
    final class Box {
        var value: Int
        init(_ value: Int) { self.value = value }
    }

    @Test("sees exactly one deliberate allocation in C")
    func countsOneInC() {
        #expect(allocation_counter_works())
    }

    @Test("sees exactly one allocation for one object")
    func countsOneObject() {
        allocation_counter_start()
        let box = makeBox(7)
        let count = allocation_counter_stop()
        #expect(count == 1)
        #expect(box.value == 7)
    }

    @Test("sees exactly one allocation for one array's storage, once its code has run before")
    func countsOneArray() {
        // The first use of a generic type makes the runtime build its metadata, which allocates
        // too: whatever is measured must have run once before.
        _ = makeArray()
        allocation_counter_start()
        let numbers = makeArray()
        let count = allocation_counter_stop()
        #expect(count == 1)
        #expect(numbers.capacity >= 1_000)
    }

    @Test("sees memory that is aligned more strictly than malloc's")
    func countsAligned() {
        allocation_counter_start()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
        let count = allocation_counter_stop()
        // Safety: allocated above, never read, freed once.
        unsafe memory.deallocate()
        #expect(count == 1)
    }

    @Test("counts nothing where nothing is allocated")
    func countsNothing() {
        var numbers = ContiguousArray<Int>()
        numbers.reserveCapacity(1_000)
        allocation_counter_start()
        for number in 0..<1_000 { numbers.append(number) }
        let count = allocation_counter_stop()
        #expect(count == 0)
        #expect(numbers.count == 1_000)
    }

    @Test("counts what happens after the latest start, and nothing after a stop")
    func startsAtZero() {
        allocation_counter_start()
        let first = makeBox(1)
        allocation_counter_start()
        let second = makeBox(2)
        let count = allocation_counter_stop()
        let third = makeBox(3)
        #expect(count == 1)
        #expect(allocation_counter_stop() == 0)
        #expect(first.value + second.value + third.value == 6)
    }

    @Test("does not count what other threads allocate")
    func countsItsThreadOnly() async {
        let other = Task {
            (0..<10_000).reduce(0) { sum, number in sum + makeBox(number).value }
        }
        let counts = (0..<1_000).map { _ in
            allocation_counter_start()
            return allocation_counter_stop()
        }
        _ = await other.value
        #expect(counts.allSatisfy { $0 == 0 })
    }

    @inline(never)
    private func makeArray() -> ContiguousArray<Int> {
        var numbers = ContiguousArray<Int>()
        numbers.reserveCapacity(1_000)
        return numbers
    }

    // Never inlined, so that the optimizer cannot put the object on the stack.
    @inline(never)
    private func makeBox(_ value: Int) -> Box {
        Box(value)
    }
}
