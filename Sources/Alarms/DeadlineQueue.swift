import Monitoring

/// The next delay to elapse, first by time, then by the order in which the alarms were made.
///
/// A binary heap. Nothing is ever taken out of its middle: an alarm whose delay was called off or
/// moved leaves a stale entry, which its owner recognises and skips. `AlarmBook` makes the heap anew
/// when stale entries outnumber its alarms, so it is bounded by their number.
struct DeadlineQueue: Sendable {
    struct Entry: Sendable {
        var time: ReceiveTime
        var number: Int64
        var identity: AlarmIdentity

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }

    var first: Entry? { heap.first }

    mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child] < heap[least] { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    mutating func removeAll() {
        heap.removeAll(keepingCapacity: true)
    }
}
