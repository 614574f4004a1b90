import Glibc
import Monitoring
import Mosquitto
import Testing

@testable import Daemon

@Suite("What counts as progress")
struct WatchdogTests {
    private static func wall(_ milliseconds: Int64) -> ReceiveTime {
        ReceiveTime(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000)
    }

    private static func monotonic(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    /// Plays a second in cycles of 100 ms, and counts what a period of 400 ms makes due.
    private func told(_ cycle: (inout Watchdog, ReceiveTime) -> Void) -> Int {
        var watchdog = Watchdog(period: .milliseconds(400))
        var count = 0
        for time in stride(from: Int64(0), through: 1_000, by: 100) {
            cycle(&watchdog, Self.wall(time))
            guard watchdog.isDue(at: Self.monotonic(time)) else { continue }
            watchdog.didTell(at: Self.monotonic(time))
            count += 1
        }
        return count
    }

    @Test("ticks and a store that took them: at half the period")
    func both() {
        // The engine's time must move by a tick first: at 100, 300, 500, 700, 900 ms.
        #expect(
            told {
                $0.didReach($1)
                $0.didStore()
            } == 5
        )
    }

    @Test("ticks whose results are never stored, or a store without ticks: never")
    func oneAlone() {
        #expect(told { $0.didReach($1) } == 0)
        #expect(told { watchdog, _ in watchdog.didStore() } == 0)
        #expect(
            told { watchdog, _ in
                watchdog.didReach(Self.wall(50))
                watchdog.didStore()
            } == 0,
            "cycles go on and the engine's time stands still"
        )
    }

    @Test("a store that refuses counts alone, and only when it is asked")
    func refusal() {
        #expect(told { watchdog, _ in watchdog.didRefuse() } == 6)
        #expect(told { watchdog, time in if time == Self.wall(0) { watchdog.didRefuse() } } == 1)
    }

    @Test("the gateway's clock set back by an hour hides no tick")
    func clockSetBack() {
        let count = told { watchdog, time in
            let hour: Int64 = 3_600_000_000_000
            let isBack = time >= Self.wall(500)
            watchdog.didReach(ReceiveTime(nanoseconds: time.nanoseconds - (isBack ? hour : 0)))
            watchdog.didStore()
        }
        #expect(count == 5)
    }

    @Test("what could not be told is due in the next cycle, not half a period later")
    func notTold() {
        var watchdog = Watchdog(period: .seconds(60))
        watchdog.didReach(Self.wall(0))
        watchdog.didReach(Self.wall(100))
        watchdog.didStore()
        #expect(watchdog.isDue(at: Self.monotonic(100)))
        #expect(watchdog.isDue(at: Self.monotonic(101)))
        watchdog.didTell(at: Self.monotonic(101))
        #expect(!watchdog.isDue(at: Self.monotonic(60_000)))
    }

    @Test(
        "a period counts where it is one, and meant for this process",
        arguments: [
            (["WATCHDOG_USEC": "1500000"], Nanoseconds.milliseconds(1_500)),
            (["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "\(getpid())"], .milliseconds(1_500)),
            (["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "1"], nil), ([:], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-5"], nil),
            (["WATCHDOG_USEC": "soon"], nil), (["WATCHDOG_USEC": "9223372036854775807"], nil),
        ] as [([String: String], Nanoseconds?)],
    )
    func periods(_ environment: [String: String], period: Nanoseconds?) throws {
        let socket = ["NOTIFY_SOCKET": "@assay-test"]
        let notifier = try SystemdNotifier(
            environment: environment.merging(socket) { $1 }
        )
        #expect(try #require(notifier).watchdogPeriod == period)
    }

    @Test("no supervisor is no error; one that cannot be reached is")
    func sockets() throws {
        #expect(try SystemdNotifier(environment: [:]) == nil)
        #expect(try SystemdNotifier(environment: ["NOTIFY_SOCKET": ""]) == nil)
        let long = "/" + String(repeating: "x", count: 107)
        for name in ["notify", "@", "/", "vsock:2:1", long] {
            #expect(throws: SystemdNotifier.Problem.self) {
                try SystemdNotifier(environment: ["NOTIFY_SOCKET": name])
            }
        }
        #expect(try SystemdNotifier(environment: ["NOTIFY_SOCKET": String(long.dropLast())]) != nil)
    }
}
