import Monitoring
import Testing

@testable import Mosquitto

@Suite("Connection state machine")
struct ConnectionStateMachineTests {
    private let lost = ConnectionProblem(.library(.connectionLost, errno: 0))

    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    /// A machine that is online since second 2.
    private func online(expectsSession: Bool = true) -> ConnectionStateMachine {
        var machine = ConnectionStateMachine(expectsSession: expectsSession)
        _ = machine.start(at: at(0))
        _ = machine.connected(attempt: 1, at: at(1))
        _ = machine.acknowledged(sessionPresent: false, at: at(2))
        _ = machine.granted(at: at(2))
        return machine
    }

    @Test("a second CONNACK, the broker's mistake, changes nothing")
    func secondConnectAnswer() {
        var machine = online()
        #expect(machine.acknowledged(sessionPresent: true, at: at(3)) == .none)
        #expect(machine.state == .online(since: at(2)))
    }

    @Test("the straight way: connect, CONNACK, SUBACK, online")
    func straightWay() {
        var machine = ConnectionStateMachine(expectsSession: true)
        #expect(machine.start(at: at(0)) == .connect(attempt: 1, version: .v5))
        #expect(machine.connected(attempt: 1, at: at(1)) == .adopt)
        #expect(machine.deadline == at(11))
        #expect(machine.acknowledged(sessionPresent: true, at: at(2)) == .subscribe(reports: []))
        #expect(machine.deadline == at(12))
        #expect(
            machine.granted(at: at(3))
                == .comeOnline(reports: [.online(version: .v5, sessionPresent: true)])
        )
        #expect(machine.state == .online(since: at(3)))
        #expect(machine.deadline == .never)
    }

    @Test("a handle that comes after its attempt was given up is thrown away")
    func staleHandle() {
        var machine = ConnectionStateMachine(expectsSession: true)
        _ = machine.start(at: at(0))
        #expect(machine.connected(attempt: 2, at: at(1)) == .discard)
        _ = machine.stop()
        #expect(machine.connected(attempt: 1, at: at(1)) == .discard)
        #expect(machine.connectFailed(attempt: 1, lost, at: at(1), chance: 0) == .none)
    }

    @Test("a slow connect is reported once and goes on")
    func slowConnect() {
        var machine = ConnectionStateMachine(expectsSession: true)
        _ = machine.start(at: at(0))
        #expect(machine.tick(at: at(9.9), chance: 0) == .none)
        #expect(machine.tick(at: at(10), chance: 0) == .report([.stillConnecting]))
        #expect(machine.tick(at: at(30), chance: 0) == .none)
        #expect(machine.connected(attempt: 1, at: at(60)) == .adopt)
    }

    @Test("waits grow from half a second to half a minute, and every wait is below its ceiling")
    func backoffGrows() {
        var machine = ConnectionStateMachine(expectsSession: true)
        var now = 0.0
        _ = machine.start(at: at(now))
        let ceilings = [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
        for (index, ceiling) in ceilings.enumerated() {
            let nanoseconds = UInt64(ceiling * 1e9)
            // The draw just below a multiple of the ceiling is the longest wait.
            let chance = nanoseconds * 7 - 1
            let failed = machine.connectFailed(
                attempt: index + 1,
                lost,
                at: at(now),
                chance: chance,
            )
            #expect(failed == .report([.couldNotConnect(lost, attempt: index + 1)]))
            let until = MonotonicTime(nanoseconds: at(now).nanoseconds + Int64(nanoseconds) - 1)
            #expect(machine.state == .backingOff(until: until), "failure \(index + 1)")
            now += ceiling
            #expect(
                machine.tick(at: at(now), chance: 0)
                    == .connect(attempt: index + 2, version: .v5)
            )
        }
    }

    @Test("only a connection that lasted ten seconds starts the waits anew")
    func backoffResets() {
        var machine = online()
        _ = machine.lost(lost, at: at(3), chance: UInt64(499_999_999))
        #expect(machine.state == .backingOff(until: at(3.499_999_999)))
        _ = machine.tick(at: at(4), chance: 0)
        _ = machine.connected(attempt: 2, at: at(4))
        _ = machine.acknowledged(sessionPresent: true, at: at(4))
        _ = machine.granted(at: at(4))
        _ = machine.lost(lost, at: at(5), chance: UInt64(999_999_999))
        #expect(machine.state == .backingOff(until: at(5.999_999_999)), "the ceiling had doubled")
        _ = machine.tick(at: at(6), chance: 0)
        _ = machine.connected(attempt: 3, at: at(6))
        _ = machine.acknowledged(sessionPresent: true, at: at(6))
        _ = machine.granted(at: at(6))
        _ = machine.lost(lost, at: at(16), chance: UInt64(999_999_999))
        #expect(machine.state == .backingOff(until: at(16.499_999_999)), "back to the first")
    }

    @Test("3.1.1 is tried at once after 0x84, and a 3.1.1 refusal is an ordinary failure")
    func fallback() {
        var machine = ConnectionStateMachine(expectsSession: true)
        let refusal = ConnectionProblem(.broker(.unsupportedProtocolVersion))
        _ = machine.start(at: at(0))
        _ = machine.connected(attempt: 1, at: at(1))
        #expect(
            machine.lost(refusal, at: at(2), chance: 99)
                == .close(wasOnline: false, reports: [.fellBackTo311])
        )
        #expect(machine.tick(at: at(2), chance: 0) == .connect(attempt: 2, version: .v311))
        _ = machine.connected(attempt: 2, at: at(3))
        #expect(
            machine.lost(refusal, at: at(4), chance: 0)
                == .close(wasOnline: false, reports: [.couldNotConnect(refusal, attempt: 1)])
        )
    }

    @Test("a missing session is reported from the second time online on, if one is expected")
    func sessionLost() {
        for expects in [true, false] {
            var machine = online(expectsSession: expects)
            _ = machine.lost(lost, at: at(20), chance: 0)
            _ = machine.tick(at: at(20), chance: 0)
            _ = machine.connected(attempt: 2, at: at(21))
            #expect(
                machine.acknowledged(sessionPresent: false, at: at(22))
                    == .subscribe(reports: expects ? [.sessionLost] : [])
            )
        }
    }

    @Test("losses a quarter of a minute apart are no takeover")
    func rareLosses() {
        var watch = TakeoverWatch()
        for round in 0..<20 {
            #expect(watch.lost(lost, at: at(Double(round) * 20.1)) == nil)
        }
        var keepAlive = TakeoverWatch()
        for round in 0..<20 {
            let problem = ConnectionProblem(.library(.keepAlive, errno: 0))
            #expect(keepAlive.lost(problem, at: at(Double(round))) == nil)
        }
    }

    @Test("frequent losses are reported at the fourth and then once a minute")
    func frequentLosses() {
        var watch = TakeoverWatch()
        let reports = (0..<70).filter { watch.lost(lost, at: at(Double($0))) != nil }
        #expect(reports == [3, 63])
    }

    @Test("waiting for the store ends with a commit, not with time")
    func store() {
        var machine = online()
        #expect(
            machine.storeStalled() == .close(wasOnline: true, reports: [.closedForStore])
        )
        #expect(machine.tick(at: at(1_000), chance: 0) == .none)
        #expect(machine.lost(lost, at: at(1_000), chance: 0) == .none)
        #expect(machine.storeRecovered(at: at(1_001)) == .connect(attempt: 2, version: .v5))
    }

    @Test("while the store stands still no connection is made either")
    func storeWhileConnecting() {
        var connecting = ConnectionStateMachine(expectsSession: true)
        _ = connecting.start(at: at(0))
        var awaiting = connecting
        _ = awaiting.connected(attempt: 1, at: at(1))
        var backingOff = connecting
        _ = backingOff.connectFailed(attempt: 1, lost, at: at(1), chance: 5)
        for state in [connecting, awaiting, backingOff] {
            var machine = state
            let closed = ConnectionStateMachine.Action.close(
                wasOnline: false,
                reports: [.closedForStore],
            )
            #expect(machine.storeStalled() == closed)
            #expect(machine.storeStalled() == .none)
            #expect(machine.connected(attempt: 1, at: at(2)) == .discard)
            #expect(machine.tick(at: at(1_000), chance: 0) == .none)
            #expect(machine.storeRecovered(at: at(1_001)) == .connect(attempt: 2, version: .v5))
        }
    }

    @Test("stop leads to the end from every state, and nothing leads away from it")
    func stopEverywhere() {
        var connecting = ConnectionStateMachine(expectsSession: true)
        _ = connecting.start(at: at(0))
        var awaiting = connecting
        _ = awaiting.connected(attempt: 1, at: at(1))
        var subscribing = awaiting
        _ = subscribing.acknowledged(sessionPresent: false, at: at(1))
        var backingOff = connecting
        _ = backingOff.connectFailed(attempt: 1, lost, at: at(1), chance: 5)
        var store = online()
        _ = store.storeStalled()
        let idle = ConnectionStateMachine(expectsSession: true)

        for (state, isConnected) in [
            (idle, false), (connecting, false), (backingOff, false), (store, false),
            (awaiting, true), (subscribing, true), (online(), true),
        ] {
            var machine = state
            #expect(machine.stop() == (isConnected ? .disconnect : .none))
            if isConnected {
                #expect(machine.disconnected() == .close(wasOnline: false, reports: []))
            }
            #expect(machine.state == .stopped)
            #expect(machine.start(at: at(9)) == .none)
            #expect(machine.tick(at: at(999), chance: 0) == .none)
            #expect(machine.storeRecovered(at: at(999)) == .none)
            #expect(machine.granted(at: at(999)) == .none)
            #expect(machine.stop() == .none)
        }
    }
}
