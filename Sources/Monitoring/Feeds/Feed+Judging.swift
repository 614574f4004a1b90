// A feed and its checks: which are asked about a sample, and what becomes of their answers.

extension Feed {
    /// Nothing is open and nothing is to be proven: good answers are news to nobody.
    var isCalm: Bool { proof == nil && episodes.isEmpty }

    /// Asks every check that applies. - Returns: the sample's class.
    mutating func judge(_ place: borrowing ObservationPlace, into output: inout Output) -> Verdict {
        profile.look(at: &place.value)
        place.value.marks = episodes.marks
        let opened = checks.open()
        var judging = Judging(isWaiting: place.value.profile.isEntered)
        let isRoutine = !isUneasy && isCalm && place.view.isOrdinary
        if isRoutine {
            judgeRoutine(place, opened, &judging, into: &output)
        } else {
            let entries = checks.plan.entries(for: place.view)
            ask(entries, entries.indices, opened, at: place, &judging, into: &output)
        }
        if judging.isWaiting { profile.enter(&place.value) }
        learn(place, judging.requests, into: &output)
        if !isRoutine { isUneasy = !opened.areQuiet(checks.plan) }
        return place.value.kind.isEmpty ? .missing : judging.verdict
    }

    /// What is gathered while one check after the other answers.
    private struct Judging {
        var verdict = Verdict.unknown
        var requests = BaselineRequest()
        /// The value has not entered the profile yet.
        var isWaiting: Bool
    }

    /// The same of an ordinary sample while nothing is wrong, which nearly all are: the checks are
    /// passed in two strides, and only from an answer on that is not ordinary each is looked at.
    @inline(__always)
    private mutating func judgeRoutine(
        _ place: borrowing ObservationPlace,
        _ opened: borrowing OpenedChecks,
        _ judging: inout Judging,
        into output: inout Output,
    ) {
        let entries = checks.plan.routine
        let gates = checks.plan.routineGates
        var isGood = checks.plan.routineVerdict == .good
        var answer = Assessment.unknown
        var next = opened.pass(entries, 0..<gates, place.view, isGood: &isGood, answer: &answer)
        if next == gates {
            if judging.isWaiting { profile.enter(&place.value) }
            judging.isWaiting = false
            let others = gates..<entries.count
            next = opened.pass(entries, others, place.view, isGood: &isGood, answer: &answer)
        }
        judging.verdict = isGood ? .good : .unknown
        guard next < entries.count else { return }
        weigh(answer, of: entries[next], at: place, &judging, into: &output)
        ask(entries, next + 1..<entries.count, opened, at: place, &judging, into: &output)
    }

    private mutating func ask(
        _ entries: EntryList,
        _ range: Range<Int>,
        _ opened: borrowing OpenedChecks,
        at place: borrowing ObservationPlace,
        _ judging: inout Judging,
        into output: inout Output,
    ) {
        for index in range {
            let entry = entries[index]
            if judging.isWaiting, entry.gate == .none {
                judging.isWaiting = false
                profile.enter(&place.value)
            }
            let answer = opened.observe(entry, place.view)
            weigh(answer, of: entry, at: place, &judging, into: &output)
        }
    }

    private mutating func weigh(
        _ answer: Assessment,
        of entry: CheckPlan.Entry,
        at place: borrowing ObservationPlace,
        _ judging: inout Judging,
        into output: inout Output,
    ) {
        if entry.gradesOwnSample { judging.verdict = judging.verdict.worse(answer.verdict) }
        guard answer.verdict.isFlagged || !answer.request.isEmpty || !isCalm else { return }
        judging.requests.formUnion(answer.request)
        take(answer, of: entry, at: place, into: &output)
        if answer.verdict.isFlagged, entry.gate == .isValue { judging.isWaiting = false }
    }

    /// Takes an answer that may matter to the episodes, or to what follows of this sample.
    private mutating func take(
        _ answer: Assessment,
        of entry: CheckPlan.Entry,
        at place: borrowing ObservationPlace,
        into output: inout Output,
    ) {
        if entry.judgesPrevious {
            timeline.downgradePrevious(to: answer.verdict, into: &output.rollups)
        }
        guard isToBeRecorded(answer, of: entry.id) else { return }
        record(answer, of: entry, to: place.view, into: &output)
        place.value.marks = episodes.marks
        guard answer.verdict.isFlagged else { return }
        if entry.id == CheckCatalogue.gap {
            place.value.followsToldGap = episodes.isConfirmed(entry.id)
        } else if entry.gate == .isValue {
            place.value.profile.isEntered = false
        }
    }

    /// Hands an answer to a sample to the episodes; the answer matters to them.
    private mutating func record(
        _ answer: Assessment,
        of entry: CheckPlan.Entry,
        to observation: borrowing ObservationView,
        into output: inout Output,
    ) {
        let present = timeline.present(observation.receivedAt)
        let time = observation.arrival.isJudged ? observation.at : present
        let begin = entry.judgesPrevious ? timeline.previousAt : time
        let kind = observation.kind
        let seen = kind.isEmpty ? (lastValue, lastValueAt) : (observation.value, begin)
        enter(
            answer,
            of: entry.id,
            at: begin,
            now: observation.receivedAt,
            lastValue: seen,
            into: &output,
            detail: kind.complaint,
        )
    }
}
