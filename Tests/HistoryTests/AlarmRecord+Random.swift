import TestSupport
import Alarms
import Monitoring

/// Records of every shape, also of such as no run brings about: the store must not care.
extension AlarmRecord {
    /// A record of the feed's concern, or of Assay itself where there is no feed.
    static func random(
        feed: FeedDescription?,
        number: Int,
        using random: inout SeededGenerator,
    ) -> AlarmRecord {
        let concern = Concern.allCases[number % Concern.allCases.count]
        let name = "broker/b\(number)"
        return AlarmRecord(
            identity: feed.map { .feed($0.id, concern) } ?? .system(name),
            key: feed.map { "\($0.key)/\(concern.name)" } ?? "system/\(name)",
            state: .random(using: &random),
            suppressedBy: [[], ["concern:data"], ["a \"b\", c", "concern:clock"]].pick(&random),
            alarmSequence: .random(in: .min ... .max, using: &random),
            sequence: Int64(number),
            changedAt: ReceiveTime(nanoseconds: .random(in: .min ... .max, using: &random)),
            reason: AlarmReason.allCases.pick(&random),
            previousDisplay: AlarmDisplay.allCases.pick(&random),
            truth: [AlarmTruth.ok, .stale, .bad, .unknown].pick(&random),
            priority: Priority.allCases.pick(&random),
            title: .random(using: &random),
            message: .random(using: &random),
            guidance: Guidance(
                cause: .random(using: &random),
                consequence: .random(using: &random),
                action: .random(using: &random),
                timeToRespond: .random(using: &random),
            ),
            condition: .random(using: &random),
            occurrence: Bool.random(using: &random) ? .random(using: &random) : nil,
            delay: Bool.random(using: &random)
                ? PendingDelay(
                    remaining: .random(using: &random),
                    since: ReceiveTime(nanoseconds: .random(in: .min ... .max, using: &random)),
                    isRunning: .random(using: &random),
                ) : nil,
        )
    }

    /// Equality in which NaN equals NaN.
    func isSame(as other: AlarmRecord) -> Bool {
        func isSame(_ one: Double?, _ two: Double?) -> Bool {
            one == two || (one?.isNaN == true && two?.isNaN == true)
        }
        guard isSame(condition.value, other.condition.value),
            isSame(condition.limit, other.condition.limit),
            isSame(condition.measured, other.condition.measured)
        else { return false }
        var (left, right) = (self, other)
        (left.condition.value, right.condition.value) = (nil, nil)
        (left.condition.measured, right.condition.measured) = (nil, nil)
        (left.condition.limit, right.condition.limit) = (nil, nil)
        return left == right
    }
}

extension AlarmState {
    fileprivate static func random(using random: inout SeededGenerator) -> AlarmState {
        var state = AlarmState()
        state.raw = [Raw.normal, .abnormal, .unknown].pick(&random)
        state.level = .random(in: 0...2, using: &random)
        state.phase = [Phase.idle, .pendingOn, .active, .pendingOff].pick(&random)
        state.isOccurring = .random(using: &random)
        state.isAcknowledged = .random(using: &random)
        state.isLatched = .random(using: &random)
        state.shelf = [Shelf.none, .timed, .oneShot].pick(&random)
        state.isSuppressed = .random(using: &random)
        state.isOutOfService = .random(using: &random)
        state.isDeliveryOpen = .random(using: &random)
        return state
    }
}

extension AlarmTransition.Condition {
    fileprivate static func random(using random: inout SeededGenerator) -> AlarmTransition.Condition
    {
        AlarmTransition.Condition(
            check: .random(using: &random),
            also: [[], ["spike"], ["spike", "rateOfChange"]].pick(&random),
            measured: .oddNumber(using: &random),
            measuredUnit: [nil, "s", "1"].pick(&random),
            value: .oddNumber(using: &random),
            valueAt: Bool.random(using: &random)
                ? EventTime(nanoseconds: .random(in: .min ... .max, using: &random)) : nil,
            limit: .oddNumber(using: &random),
            unit: [nil, "", "Cel", "m3/h"].pick(&random),
            onDelay: .random(using: &random),
            offDelay: .random(using: &random),
            isLearned: .random(using: &random),
        )
    }
}

extension AlarmTransition.Occurrence {
    fileprivate static func random(using random: inout SeededGenerator)
        -> AlarmTransition.Occurrence
    {
        func time() -> ReceiveTime {
            ReceiveTime(nanoseconds: .random(in: .min ... .max, using: &random))
        }
        let (raisedAt, conditionAt) = (time(), EventTime(time()))
        let (clearedAt, acknowledgedAt) = (time(), time())
        return AlarmTransition.Occurrence(
            id: .random(using: &random),
            conditionAt: conditionAt,
            raisedAt: raisedAt,
            clearedAt: Bool.random(using: &random) ? clearedAt : nil,
            unacknowledgedOccurrences: .random(in: 0...9, using: &random),
            acknowledgedAt: Bool.random(using: &random) ? acknowledgedAt : nil,
            isDuringDowntime: .random(using: &random),
        )
    }
}

extension Nanoseconds {
    fileprivate static func random(using random: inout SeededGenerator) -> Nanoseconds {
        Nanoseconds(.random(in: .min ... .max, using: &random))
    }
}

extension String {
    fileprivate static func random(using random: inout SeededGenerator) -> String {
        ["", "Furnace 3", "“Öl” \u{1F525} \\ \" ' \n\t", "zero \u{0} byte", "NULL"].pick(&random)
    }
}

extension Double? {
    /// Nothing, what JSON cannot spell, what needs all digits, and any bit pattern.
    fileprivate static func oddNumber(using random: inout SeededGenerator) -> Double? {
        let any = Double(bitPattern: random.next())
        return [nil, .nan, .infinity, -.infinity, -0.0, 0.1, .leastNonzeroMagnitude, any].pick(
            &random
        )
    }
}

extension Array {
    fileprivate func pick(_ random: inout SeededGenerator) -> Element {
        self[Int.random(in: 0..<count, using: &random)]
    }
}
