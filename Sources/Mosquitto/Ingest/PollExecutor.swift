internal import Synchronization

/// Runs tasks on the poll thread, between two reads: the engine is written as an async loop and
/// costs a direct call.
///
/// A wake of the global pool costs 4–12 µs, more than reading a message does; here a job is
/// appended and the poll loop runs it before it waits again. Jobs that other threads enqueue wake
/// the loop. When the loop has ended, jobs go to the global executor, so that a task that prefers
/// this one never hangs.
public final class PollExecutor: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let wake: WakeUp

    init(wake: WakeUp) {
        self.wake = wake
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isClosed = queue.withLock { queue in
            if !queue.isClosed { queue.jobs.append(job) }
            return queue.isClosed
        }
        if isClosed {
            globalConcurrentExecutor.enqueue(ExecutorJob(job))
        } else {
            wake.signal()
        }
    }

    /// Runs what was enqueued, and what that enqueues, for at most `rounds` rounds: a task that
    /// yields for ever must not keep the loop from the network. `spare` is the loop's second array,
    /// exchanged with the queue's, so that nothing is allocated.
    func drain(rounds: Int, spare: inout [UnownedJob]) {
        for _ in 0..<rounds {
            queue.withLock { swap(&$0.jobs, &spare) }
            if spare.isEmpty { return }
            // Safety: each job was enqueued once and leaves the array without being run again.
            for job in spare { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            spare.removeAll(keepingCapacity: true)
        }
    }

    /// Hands everything that comes from now on to the global executor.
    func close() {
        let left = queue.withLock { queue in
            queue.isClosed = true
            let left = queue.jobs
            queue.jobs = []
            return left
        }
        for job in left { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }
}
