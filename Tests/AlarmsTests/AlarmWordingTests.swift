import Monitoring
import Testing

@testable import Alarms

@Suite("What an alarm says")
struct AlarmWordingTests {
    private func check(
        _ name: String,
        _ quantity: CheckDefinition.Quantity,
        _ concern: Concern = .value,
    ) -> CheckDefinition {
        CheckDefinition(
            name: name,
            concern: concern,
            rank: 0,
            quantity: quantity,
            guidance: Guidance(
                cause: "{feed}: {value}, limit {limit}",
                consequence: "",
                action: "",
                timeToRespond: .seconds(1),
            ),
            summary: "",
        )
    }

    private static let now = ReceiveTime(nanoseconds: 1_795_214_467_412_000_000)

    private func evidence(
        _ check: CheckDefinition,
        worst: Double,
        limit: Double,
        last: Double = .nan,
        secondsAgo: Int64 = 0,
        detail: String = "",
    ) -> AlarmEvidence {
        let begin = Self.now.nanoseconds - 5_000_000_000
        var finding = AlarmWorld.finding(1, CheckID(index: 0), at: ReceiveTime(nanoseconds: begin))
        finding.worst = worst
        finding.limit = limit
        finding.lastValue = last
        finding.lastValueAt = EventTime(nanoseconds: begin - secondsAgo * 1_000_000_000)
        finding.detail = detail
        return AlarmEvidence(
            check: check,
            finding: finding,
            writtenAt: Self.now,
            isOpen: true,
            also: [],
        )
    }

    @Test(
        "a value and its limit never read alike when one is beyond the other",
        arguments: [
            (3.386, 3.371, "more than 3.4 s (limit 3.4 s)"), (3.44, 3.33, "3.4 s (limit 3.3 s)"),
            (2.0, 2.0, "2 s (limit 2 s)"), (60.1, 60, "more than 1 min (limit 1 min)"),
            (59.998, 20, "1 min (limit 20 s)"), (12.6, 2, "13 s (limit 2 s)"),
            (0.0404, 0.04, "more than 40 ms (limit 40 ms)"), (5, 0, "5 s"), (5, .nan, "5 s"),
            (7_384, 3_600, "2 h 3 min (limit 1 h)"),
        ] as [(Double, Double, String)]
    )
    func seconds(worst: Double, limit: Double, text: String) {
        let measure = AlarmMeasure(check("silence", .seconds), unit: nil)
        #expect(measure.comparison(worst, limit: limit) == text)
    }

    @Test("values have as many digits as it takes, and their unit")
    func values() {
        let measure = AlarmMeasure(check("range", .value), unit: "Cel")
        #expect(measure.comparison(511.123456789, limit: 100) == "511.123 Cel (limit 100 Cel)")
        #expect(measure.comparison(100.0000001, limit: 100) == "100.0000001 Cel (limit 100 Cel)")
        #expect(measure.comparison(-0.5, limit: 0) == "-0.5 Cel (limit 0 Cel)")
        let share = AlarmMeasure(check("completeness", .fraction), unit: "Cel")
        #expect(share.comparison(0.8, limit: 0.95) == "80 % (limit 95 %)")
        #expect(share.comparison(0.637_931_034, limit: 0.955) == "63.8 % (limit 95.5 %)")
        #expect(share.comparison(0.949_999_999, limit: 0.95) == "less than 95 % (limit 95 %)")
        let count = AlarmMeasure(check("nonFinite", .samples), unit: "Cel")
        #expect(count.comparison(1, limit: 0) == "1 sample")
        #expect(count.comparison(3, limit: 0) == "3 samples")
    }

    @Test("a clock that is off is ahead or behind, not minus")
    func clocks() {
        let skew = check("clockSkew", .seconds, .clock)
        func message(_ worst: Double, _ limit: Double) -> String {
            AlarmWording.message(
                evidence(skew, worst: worst, limit: limit),
                unit: "Cel",
                at: Self.now,
            )
        }
        let begin = "since 22:41:02Z."
        #expect(
            message(-3_600.2, -3_600)
                == "Source clock is off: more than 1 h behind (limit 1 h), \(begin)"
        )
        #expect(
            message(3_599.999_8, 60) == "Source clock is off: 1 h ahead (limit 1 min), \(begin)"
        )
        let cause = AlarmWording.guidance(
            evidence(skew, worst: -7_200, limit: -3_600),
            feed: AlarmWorld.description,
            settings: AlarmSettings(),
        ).cause
        #expect(cause == "Furnace 3 zone 2 temperature: 2 h behind, limit 1 h")
    }

    @Test("what is measured is named where it is not the value")
    func measures() {
        func message(_ name: String, _ quantity: CheckDefinition.Quantity, _ worst: Double)
            -> String
        {
            AlarmWording.message(
                evidence(check(name, quantity), worst: worst, limit: 5, last: 7),
                unit: "bar",
                at: Self.now,
            )
        }
        #expect(
            message("spike", .value, 12)
                == "Spikes: off by 12 bar (limit 5 bar), since 22:41:02Z; last value 7 bar."
        )
        #expect(
            message("outOfOrder", .seconds, 9)
                == "Data out of order: by 9 s (limit 5 s), since 22:41:02Z; last value 7 bar."
        )
        #expect(
            message("flatLine", .seconds, 9)
                == "Value has not moved for 9 s (limit 5 s); last value 7 bar at 22:41:02Z."
        )
    }

    @Test("the last value is told where it is news, with its time where that is")
    func lastValue() {
        let range = check("range", .value)
        func message(_ evidence: AlarmEvidence) -> String {
            AlarmWording.message(evidence, unit: "bar", at: Self.now)
        }
        let start = "Value out of range: 511 bar (limit 100 bar), since 22:41:02Z"
        #expect(message(evidence(range, worst: 511, limit: 100, last: 511)) == "\(start).")
        #expect(
            message(evidence(range, worst: 511, limit: 100, last: 300))
                == "\(start); last value 300 bar."
        )
        #expect(
            message(evidence(range, worst: 511, limit: 100, last: 300, secondsAgo: 2))
                == "\(start); last value 300 bar at 22:41:00Z."
        )
        let silence = evidence(check("silence", .seconds, .data), worst: 5, limit: 3, last: 7)
        #expect(
            message(silence)
                == "No message for 5 s (limit 3 s); last value 7 bar at 22:41:02Z."
        )
        let garbage = check("malformed", .messages, .format)
        #expect(
            message(
                evidence(garbage, worst: 1, limit: 0, last: 7, secondsAgo: 60, detail: "no JSON")
            ) == "Unreadable messages: no JSON, since 22:41:02Z; last value 7 bar at 22:40:02Z."
        )
    }

    @Test("a cleared alarm shows the value that is normal, never one of before the raise")
    func normal() {
        var condition = AlarmTransition.Condition(check: "silence")
        condition.value = 7
        condition.unit = "bar"
        condition.valueAt = EventTime(nanoseconds: Self.now.nanoseconds - 20_000_000_000)
        func message(raisedSecondsAgo seconds: Int64) -> String {
            AlarmWording.normalMessage(
                condition,
                raisedAt: ReceiveTime(nanoseconds: Self.now.nanoseconds - seconds * 1_000_000_000),
                duration: .seconds(seconds),
                at: Self.now,
            )
        }
        #expect(message(raisedSecondsAgo: 15) == "Normal again after 15 s.")
        #expect(
            message(raisedSecondsAgo: 25)
                == "Normal again after 25 s, since 22:40:47Z with 7 bar."
        )
    }

    @Test("what others say in words becomes a sentence")
    func sentences() {
        #expect(AlarmWording.sentence("broker main is down") == "Broker main is down.")
        #expect(AlarmWording.sentence("Done.") == "Done.")
        #expect(AlarmWording.sentence("") == "")
    }
}
