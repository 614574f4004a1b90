import Monitoring

extension DemoScore {
    /// The score for a person, at most 100 columns wide where feed keys are below 41 characters.
    ///
    /// - Parameter inColour: with ANSI colours, for a terminal.
    public func table(inColour: Bool = false) -> String {
        let ink = Ink(isOn: inColour)
        var lines = faultLines(ink)
        lines.append("")
        lines += alarmLines("False alarms", falseAlarms, ink.red)
        lines += alarmLines(
            "Yours, not counted: somebody else published there",
            foreignAlarms,
            ink.dim
        )
        lines += alarmLines("Alarms of Assay itself, not counted", systemAlarms, ink.dim)
        lines.append(summary(ink))
        return lines.joined(separator: "\n") + "\n"
    }

    private func faultLines(_ ink: Ink) -> [String] {
        let heads = ["Fault", "Feed", "Injected", "Found by", "After", "Result"]
        let rows = outcomes.map { outcome in
            [
                outcome.fault.kind,
                outcome.fault.feedKey,
                clock(outcome.fault.injectedAt),
                outcome.check ?? "–",
                outcome.after.map(Self.seconds) ?? "–",
                outcome.word,
            ]
        }
        let widths = heads.indices.map { column in
            ([heads] + rows).map { $0[column].count }.max() ?? 0
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        var lines = [ink.bold(Self.line(heads, widths)), ink.dim(rule)]
        for (row, outcome) in zip(rows, outcomes) {
            let text = Self.line(row, widths)
            lines.append(ink.paint(text, word: outcome.word, as: outcome.status))
        }
        return lines
    }

    /// Times and durations are set flush right, the rest flush left.
    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var parts: [String] = []
        for (column, cell) in cells.enumerated() {
            let space = String(repeating: " ", count: widths[column] - cell.count)
            let isNumber = column == 2 || column == 4
            let isLast = column == cells.count - 1
            parts.append(isNumber ? space + cell : isLast ? cell : cell + space)
        }
        return parts.joined(separator: "  ")
    }

    private func alarmLines(
        _ title: String,
        _ alarms: [AlarmObservation],
        _ paint: (String) -> String,
    ) -> [String] {
        guard !alarms.isEmpty else { return [] }
        let rows = alarms.map { alarm in
            paint("  \(clock(alarm.at))  \(alarm.name), by \(alarm.check)")
        }
        return ["\(title):"] + rows + [""]
    }

    private func summary(_ ink: Ink) -> String {
        var parts = [
            "\(found) of \(outcomes.count) faults found",
            "\(missed) missed",
            "\(falseAlarms.count) false \(falseAlarms.count == 1 ? "alarm" : "alarms") "
                + "(\(Self.allowedFalseAlarms) allowed)",
        ]
        if cutOff > 0 { parts.insert("\(cutOff) laid too shortly before the end", at: 2) }
        var text = parts.joined(separator: ", ")
        if planned > 0 {
            let noun = planned == 1 ? "fault was" : "faults were"
            text += "\n\(planned) more \(noun) planned: the run ended before its time."
        }
        return isPassed ? ink.green("PASSED: \(text)") : ink.red("FAILED: \(text)")
    }

    /// Time since the start, as `0:20.0`.
    private func clock(_ time: ReceiveTime) -> String {
        let tenths = (time.nanoseconds - startedAt.nanoseconds + 50_000_000) / 100_000_000
        let seconds = tenths / 10
        let padding = seconds % 60 < 10 ? "0" : ""
        return "\(seconds / 60):\(padding)\(seconds % 60).\(tenths % 10)"
    }

    /// As `5.3 s`.
    private static func seconds(_ time: Nanoseconds) -> String {
        let tenths = (time.count + 50_000_000) / 100_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

extension AlarmObservation {
    /// The alarm's key, as in its topic (feeds of the demo need no escape).
    public var name: String {
        switch subject {
        case .feed(let key, let concern): "\(key)/\(concern.name)"
        case .system(let name): name
        }
    }
}

/// ANSI colours, or none.
private struct Ink {
    let isOn: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    /// Colours the last word of a row by its result.
    func paint(_ row: String, word: String, as status: FaultOutcome.Status) -> String {
        let head = String(row.dropLast(word.count))
        switch status {
        case .found: return head + green(word)
        case .missed, .tooLate: return head + red(word)
        case .undecided: return head + yellow(word)
        }
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
