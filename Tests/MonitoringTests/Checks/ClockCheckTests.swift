import Testing

@testable import Monitoring

/// The checks of the concern `clock`.
@Suite("clock checks")
struct ClockCheckTests {
    // MARK: impossibleDate

    @Test("1970, a date before MQTT and a time that cannot be placed fail, in a row")
    func impossibleDates() throws {
        var check = try #require(ImpossibleDateCheck.make())
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 0)) == .good)
        let broken: [(inout Observation) -> Void] = [
            { $0.sourceTime = SourceTime(nanoseconds: 0) },
            { $0.sourceTime = SourceTime(nanoseconds: 946_684_799_999_999_999) },
            {
                $0.sourceTime = nil; $0.timeProblem = .impossible
            },
        ]
        for (index, change) in broken.enumerated() {
            let answer = check.ask(line.sample(1, at: Double(index + 1), change))
            #expect(answer == Assessment(.fail, observed: Double(index + 1), limit: 0))
        }
        let atTheEdge = check.ask(
            line.sample(1, at: 5) {
                $0.sourceTime = SourceTime(nanoseconds: 946_684_800_000_000_000)
            }
        )
        #expect(atTheEdge == .good)
    }

    @Test(
        "a device that says no time has no impossible one",
        arguments: [
            Sample.TimeProblem.absent, .withoutZone,
        ]
    )
    func noDate(problem: Sample.TimeProblem) throws {
        var check = try #require(ImpossibleDateCheck.make())
        var line = FeedLine(period: 1)
        line.hasSourceTime = false
        #expect(check.ask(line.sample(1, at: 0) { $0.timeProblem = problem }) == .unknown)
    }

    // MARK: clockSkew

    @Test("ahead by more than 2 s is suspect, by more than `maxAhead` fails, signed in seconds")
    func ahead() throws {
        var check = try #require(ClockSkewCheck.make())
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 10, delay: -2)) == .good, "2 s are allowed")
        #expect(
            check.ask(line.sample(1, at: 11, delay: -2.5))
                == Assessment(.suspect, observed: 2.5, limit: 2)
        )
        let far = line.sample(1, at: 3_600, delay: -3_600) { $0.arrival = .future }
        #expect(check.ask(far) == Assessment(.fail, observed: 3_600, limit: 60))
        #expect(check.ask(line.sample(1, at: 12, delay: 30)) == .good, "late is no skew")
    }

    @Test("an untrusted clock that is an hour slow fails, and is unknown while it comes back")
    func untrusted() throws {
        var check = try #require(
            ClockSkewCheck.make(
                context: .example(timing: FeedTiming(revisionHorizon: .seconds(60)))
            )
        )
        var line = FeedLine(period: 1)
        let slow = line.sample(1, at: 0, delay: 3_600) { $0.isClockTrusted = false }
        #expect(check.ask(slow) == Assessment(.fail, observed: -3_600, limit: -60))
        let back = line.sample(1, at: 1) { $0.isClockTrusted = false }
        #expect(check.ask(back) == .unknown)
        #expect(check.ask(line.sample(1, at: 2)) == .good)
    }

    @Test("without a source time nothing is said of a clock")
    func noClock() throws {
        var skew = try #require(ClockSkewCheck.make())
        var latency = try #require(LatencyCheck.make())
        var order = try #require(OutOfOrderCheck.make())
        var line = FeedLine(period: 1)
        line.hasSourceTime = false
        _ = order.ask(line.sample(1, at: 5))
        let observation = line.sample(1, at: 1, delay: 99)
        #expect(skew.ask(observation) == .unknown)
        #expect(latency.ask(observation) == .unknown)
        #expect(order.ask(observation) == .unknown)
    }

    // MARK: latency

    @Test("older than the limit is suspect, older than `fail` fails, exactly")
    func latency() throws {
        var check = try #require(LatencyCheck.make(["fail": .seconds(30)]))
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 0, delay: 5)) == .good)
        #expect(
            check.ask(line.sample(1, at: 1, delay: 5.5))
                == Assessment(.suspect, observed: 5.5, limit: 5)
        )
        #expect(
            check.ask(line.sample(1, at: 2, delay: 31))
                == Assessment(.fail, observed: 31, limit: 30)
        )
        let tooLate = line.sample(1, at: 3, delay: 3_600) { $0.arrival = .tooLate }
        #expect(check.ask(tooLate)?.verdict == .fail, "too late to count is late all the same")
    }

    @Test("a delay that may be a clock that is behind is left to the clock for 40 samples or 60 s")
    func mayBeClock() throws {
        func verdicts(every seconds: Double, count: Int) throws -> [Verdict] {
            var check = try #require(LatencyCheck.make())
            var line = FeedLine(period: 1)
            return (0..<count).map { index in
                let answer = check.ask(
                    line.sample(1, at: Double(index) * seconds, delay: 3_600.5) {
                        $0.arrival = .tooLate
                    }
                )
                return answer?.verdict ?? .missing
            }
        }
        let fast = try verdicts(every: 0.1, count: 60)
        #expect(fast.prefix(39).allSatisfy { $0 == .unknown })
        #expect(fast.dropFirst(39).allSatisfy { $0 == .suspect })
        let slow = try verdicts(every: 7, count: 20)
        #expect(slow.prefix(9).allSatisfy { $0 == .unknown }, "up to 56 s")
        #expect(slow.dropFirst(9).allSatisfy { $0 == .suspect })
    }

    @Test("a feed whose clock is an hour behind is told of its clock, at once and alone")
    func hourBehind() throws {
        var plant = Plant(rules: [FeedRule(filter: try TopicFilter("plant/#"))])
        for index in 0..<200 {
            let now = Double(Plant.start) + Double(index) * 0.5
            let value = 20 + Double(index % 7)
            plant.send("plant/a", ["": value], at: now, source: now - 3_600.2)
        }
        plant.run()
        let confirmed = plant.report.findings.filter { $0.change == .confirmed }
        #expect(
            confirmed.map { CheckCatalogue.all[Int($0.finding.check.index)].name } == ["clockSkew"]
        )
    }

    @Test("duplicates, future samples and untrusted clocks have no latency")
    func noLatency() throws {
        var check = try #require(LatencyCheck.make())
        var line = FeedLine(period: 1)
        for change: (inout Observation) -> Void in [
            { $0.arrival = .duplicate }, { $0.arrival = .future }, { $0.isClockTrusted = false },
        ] {
            #expect(check.ask(line.sample(1, at: 0, delay: 99, change)) == .unknown)
        }
    }

    @Test("what our own outage delayed is not the feed's, for a minute at most")
    func catchUp() throws {
        var check = try #require(LatencyCheck.make())
        var line = FeedLine(period: 1)
        // A broker hands over 40 s of messages within a second, then the feed is in time.
        for second in 0..<40 {
            let delay = 40 - Double(second) * 0.975
            let answer = check.ask(
                line.sample(1, at: Double(second), delay: delay) { $0.followsOutage = second == 0 }
            )
            #expect(answer?.verdict.isFlagged == false, "at \(second)")
        }
        #expect(check.ask(line.sample(1, at: 41, delay: 9))?.verdict == .suspect, "its own again")
        var verdicts: [Verdict] = []
        for second in 100...170 {
            let answer = check.ask(
                line.sample(1, at: Double(second), delay: 9) { $0.followsOutage = second == 100 }
            )
            verdicts.append(answer?.verdict ?? .missing)
        }
        #expect(verdicts.prefix(60).allSatisfy { $0 == .unknown })
        #expect(verdicts.dropFirst(60).allSatisfy { $0 == .suspect })
    }

    // MARK: Order and duplicates

    @Test("behind the newest by more than the tolerance is suspect, by how much in seconds")
    func outOfOrder() throws {
        var check = try #require(OutOfOrderCheck.make(["tolerance": .seconds(2)]))
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 0)) == .unknown, "nothing to be behind of")
        #expect(check.ask(line.sample(1, at: 10)) == .good)
        #expect(check.ask(line.sample(1, at: 8)) == .good)
        #expect(
            check.ask(line.sample(1, at: 7.5)) == Assessment(.suspect, observed: 2.5, limit: 2)
        )
        let late = line.sample(1, at: 1) { $0.arrival = .late }
        #expect(check.ask(late)?.observed == 9)
    }

    @Test("equal times are in order, and a nanosecond behind is not")
    func equalTimes() throws {
        var check = try #require(OutOfOrderCheck.make())
        var line = FeedLine(period: 1)
        _ = check.ask(line.sample(1, at: 1))
        #expect(check.ask(line.sample(1, at: 1)) == .good)
        #expect(check.ask(line.sample(1, at: 0.999_999_999))?.verdict == .suspect)
    }

    @Test("each duplicate of a cluster is counted, and ten clean samples end the cluster")
    func duplicates() throws {
        var check = try #require(DuplicateCheck.make())
        var line = FeedLine(period: 1)
        var second = 0.0
        func next(_ arrival: Observation.Arrival) -> Assessment? {
            second += 1
            return check.ask(line.sample(1, at: second) { $0.arrival = arrival })
        }
        #expect(next(.inOrder) == .good)
        for count in 1...3 {
            #expect(next(.duplicate) == Assessment(.suspect, observed: Double(count), limit: 0))
            for _ in 1...9 { #expect(next(.inOrder) == .unknown, "more may come") }
        }
        #expect(next(.inOrder) == .good)
        #expect(next(.duplicate) == Assessment(.suspect, observed: 1, limit: 0))
    }

    @Test("what the broker sends again after an outage is no fault of the feed")
    func redelivery() throws {
        var check = try #require(DuplicateCheck.make())
        var line = FeedLine(period: 1)
        let again = line.sample(1, at: 0) {
            $0.arrival = .duplicate
            $0.followsOutage = true
        }
        for _ in 0..<20 { #expect(check.ask(again) == .unknown) }
    }

    @Test("another value for an instant is suspect where the device says the instant")
    func conflicts() throws {
        var check = try #require(DuplicateTimestampCheck.make())
        var line = FeedLine(period: 1)
        #expect(check.ask(line.sample(1, at: 0)) == .good)
        let conflict = line.sample(2, at: 0) { $0.isConflicting = true }
        #expect(check.ask(conflict) == Assessment(.suspect, observed: 1, limit: 0))
        #expect(check.ask(conflict)?.observed == 2)
        line.hasSourceTime = false
        let unstamped = line.sample(2, at: 0) { $0.isConflicting = true }
        #expect(check.ask(unstamped) == .unknown)
    }

    @Test("one fault confirms nothing; what confirms is told by each check's definition")
    func confirmation() {
        #expect(DuplicateCheck.definition.confirm >= 2, "one QoS 1 redelivery is no alarm")
        for definition in CheckCatalogue.all where definition.concern == .clock {
            #expect(definition.confirm >= 2, "\(definition.name): one stray sample is no alarm")
        }
    }

    /// Arrivals, lateness, order and gaps of a recorded stream with every fault of time.
    @Test("late, future, out of order and gaps equal the oracle's events")
    func oracle() throws {
        guard let stream = OracleFolder.file("fixtures/stream.csv"),
            let events = OracleFolder.file("vectors/time.txt")
        else { return }
        var expected: [String: [Int]] = [:]
        // The vector has no header, so its first row is read from the text.
        for row in try OracleFolder.rows(events, hasHeader: false) {
            expected[String(row[2]), default: []].append(try #require(Int(row[0])))
        }
        var late = try #require(LatencyCheck.make())
        var skew = try #require(ClockSkewCheck.make())
        var order = try #require(OutOfOrderCheck.make())
        var gap = try #require(GapCheck.make(["maxGap": .seconds(1.5)]))
        var found: [String: [Int]] = [:]
        var line = FeedLine(period: 1)
        for (index, row) in try OracleFolder.rows(stream).enumerated() {
            let arrival = try #require(Double(row[0])) - Double(FeedLine.base / 1_000_000_000)
            let time = try #require(Double(row[1])) - Double(FeedLine.base / 1_000_000_000)
            let observation = line.sample(1, at: time, delay: arrival - time)
            let answers = [
                ("late", late.ask(observation)), ("future", skew.ask(observation)),
                ("out_of_order", order.ask(observation)), ("gap", gap.ask(observation)),
            ]
            for (name, answer) in answers where answer?.verdict.isFlagged == true {
                found[name, default: []].append(index)
            }
        }
        for name in ["late", "future", "out_of_order", "gap"] {
            #expect(found[name] == expected[name], "\(name)")
            #expect(expected[name]?.isEmpty == false)
        }
    }
}
