/// One deadline per feed, fired in steps of 100 ms: a hashed timing wheel (Varghese and Lauck 1987)
/// of doubly linked lists in three arrays.
///
/// Setting, moving and clearing cost a few nanoseconds and no allocation, however many feeds there
/// are. A deadline beyond the wheel's reach waits in the slot that it hashes to, and is passed over
/// until its turn: once a step, however many are due in it. Order within a step is the order of setting, so equal input fires equally.
struct DeadlineWheel: Sendable {
    /// 100 ms: the grid on which live and replay tick.
    static let step: Int64 = 100_000_000
    /// 1,024 steps: 102 s, more than a minute window's life, so that few deadlines pass by twice.
    private static let slotCount = 1_024

    private static let none: Int32 = -1

    private var heads = [Int32](repeating: none, count: slotCount)
    private var tails = [Int32](repeating: none, count: slotCount)
    private var nexts: [Int32] = []
    private var previouses: [Int32] = []
    /// In steps since 1970; 0: no deadline.
    private var deadlines: [Int64] = []
    private(set) var count = 0
    /// The step whose entries are being taken, or -1; those found due, in order, and how many of
    /// them were taken.
    private var taking: Int64 = -1
    private var due: [Int32] = []
    private var taken = 0
    /// Entries looked at so far: what finding those that are due has cost.
    private(set) var looks: Int64 = 0

    /// The step in which a time is reached: deadlines fire at the first grid point not before them.
    static func step(for time: ReceiveTime) -> Int64 {
        let (steps, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: step)
        return rest > 0 ? steps + 1 : steps
    }

    /// Sets or moves the deadline of an entry; nil clears it.
    mutating func set(_ entry: Int, to time: ReceiveTime?) {
        while deadlines.count <= entry {
            deadlines.append(0)
            nexts.append(Self.none)
            previouses.append(Self.none)
        }
        let wanted = time.map { max(Self.step(for: $0), 1) } ?? 0
        guard wanted != deadlines[entry] else { return }
        if deadlines[entry] != 0 { unlink(Int32(entry)) }
        guard wanted != 0 else { return }
        deadlines[entry] = wanted
        link(Int32(entry))
    }

    /// Takes the first entry that is due in this step, or nil.
    mutating func takeDue(step: Int64) -> Int? {
        if taking != step { findDue(step) }
        while taken < due.count {
            let entry = due[taken]
            taken += 1
            // It may have been moved, or cleared, since it was found.
            guard deadlines[Int(entry)] != 0, deadlines[Int(entry)] <= step else { continue }
            unlink(entry)
            return Int(entry)
        }
        taking = -1
        return nil
    }

    private mutating func findDue(_ step: Int64) {
        due.removeAll(keepingCapacity: true)
        taken = 0
        taking = step
        var entry = heads[Int(step % Int64(Self.slotCount))]
        while entry != Self.none {
            looks += 1
            if deadlines[Int(entry)] <= step { due.append(entry) }
            entry = nexts[Int(entry)]
        }
    }

    private mutating func link(_ entry: Int32) {
        let slot = Int(deadlines[Int(entry)] % Int64(Self.slotCount))
        previouses[Int(entry)] = tails[slot]
        nexts[Int(entry)] = Self.none
        if tails[slot] == Self.none {
            heads[slot] = entry
        } else {
            nexts[Int(tails[slot])] = entry
        }
        tails[slot] = entry
        count += 1
        if deadlines[Int(entry)] <= taking, slot == Int(taking % Int64(Self.slotCount)) {
            due.append(entry)
        }
    }

    private mutating func unlink(_ entry: Int32) {
        let index = Int(entry)
        let slot = Int(deadlines[index] % Int64(Self.slotCount))
        if previouses[index] == Self.none {
            heads[slot] = nexts[index]
        } else {
            nexts[Int(previouses[index])] = nexts[index]
        }
        if nexts[index] == Self.none {
            tails[slot] = previouses[index]
        } else {
            previouses[Int(nexts[index])] = previouses[index]
        }
        deadlines[index] = 0
        count -= 1
    }
}
