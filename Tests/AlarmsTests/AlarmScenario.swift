import Alarms
import Monitoring
import Testing

/// A picture of time: one column is one second, every row one check, command or alarm.
///
/// Rows that are given:
/// - the name of a check: `.` good, `x` suspect, `X` fail, `u` connection lost, ` ` or `-` nothing.
///   A check that needs two flagged samples for its finding needs two good ones to end it.
/// - `ack CONCERN`: `a` acknowledges; `healthy CONCERN`: `h` says that the concern is good.
/// - `restart`: `!` stops the book and starts one from what was stored; the daemon is back at once.
/// - `system/NAME`: `x` abnormal, `.` normal.
///
/// Rows that are expected: the name of a concern (or `=system/NAME`) with one letter per transition,
/// and `sent`, where `w` is one announcement and a digit more than one.
struct AlarmScenario {
    static let start = ReceiveTime(nanoseconds: 1_795_214_400_000_000_000)
    static let feed = FeedID(index: 7)

    static let letters: [AlarmReason: Character] = [
        .raise: "R", .clear: "C", .escalate: "E", .deescalate: "D", .suppress: "S",
        .unsuppress: "U", .unmasked: "M", .refresh: "r", .returnedLatched: "L", .ack: "A",
        .deleted: "X",
    ]

    var settings = AlarmSettings(offDelay: Nanoseconds(0), requiresAcknowledgement: true)

    /// Plays the rows that are given and compares the ones that are expected, whether time passes
    /// in ticks of 100 ms or only with events.
    func play(_ picture: String, location: SourceLocation = #_sourceLocation) {
        let rows = Self.rows(picture)
        for row in rows where !Self.isKnown(row.name) || row.cells.isEmpty {
            Issue.record("no such row: \(row.name)", sourceLocation: location)
        }
        let byTick = transitions(of: rows, ticks: true)
        let byEvent = transitions(of: rows, ticks: false)
        #expect(byTick == byEvent, "ticks change the result", sourceLocation: location)
        let width = rows.map(\.cells.count).max() ?? 0
        for row in rows {
            guard let expected = Self.expectation(row.name) else { continue }
            let line = Self.draw(byTick.filter(expected.isShown), expected.letter, width)
            let wanted = String(row.cells).padded(to: width)
            #expect(line == wanted, "row \(row.name)", sourceLocation: location)
        }
    }

    /// All transitions of a picture, for closer looks.
    func transitions(_ picture: String) -> [AlarmTransition] {
        transitions(of: Self.rows(picture), ticks: false)
    }

    // MARK: Reading the picture

    struct Row {
        var name: String
        var cells: [Character]
    }

    /// A row is its name, at least two spaces, and its cells.
    private static func rows(_ picture: String) -> [Row] {
        picture.split(separator: "\n").map { line in
            let gap = line.firstRange(of: "  ") ?? line.endIndex..<line.endIndex
            let cells = line[gap.lowerBound...].drop { $0 == " " }
            return Row(name: String(line[..<gap.lowerBound]), cells: Array(cells))
        }
    }

    private static func isKnown(_ name: String) -> Bool {
        let words = name.split(separator: " ")
        return expectation(name) != nil || TestCatalogue.id(name) != nil || name == "restart"
            || name.hasPrefix("system/")
            || (words.count == 2 && ["ack", "healthy"].contains(words[0]))
    }

    private static func expectation(
        _ name: String
    ) -> (isShown: (AlarmTransition) -> Bool, letter: ([AlarmTransition]) -> Character)? {
        if name == "sent" {
            return (
                { $0.isAnnounced },
                { $0.count == 1 ? "w" : Character(String($0.count)) }
            )
        }
        let isSystem = name.hasPrefix("=")
        guard isSystem || Concern.allCases.contains(where: { $0.name == name }) else { return nil }
        let suffix = isSystem ? String(name.dropFirst()) : "/\(name)"
        return (
            { $0.key.hasSuffix(suffix) },
            { $0.count == 1 ? letters[$0[0].reason] ?? "?" : "*" }
        )
    }

    private static func draw(
        _ transitions: [AlarmTransition],
        _ letter: ([AlarmTransition]) -> Character,
        _ width: Int,
    ) -> String {
        var line = Array(repeating: Character("-"), count: width)
        let columns = Dictionary(grouping: transitions) {
            Int(($0.at.nanoseconds - start.nanoseconds) / 1_000_000_000)
        }
        for (column, group) in columns where column < width { line[column] = letter(group) }
        return String(line)
    }

    // MARK: Playing it

    private func transitions(of rows: [Row], ticks: Bool) -> [AlarmTransition] {
        var world = AlarmWorld(settings: settings)
        let width = rows.map(\.cells.count).max() ?? 0
        for column in 0..<width {
            let now = Self.time(column)
            world.advance(to: now, ticks: ticks)
            for row in rows where column < row.cells.count {
                world.take(row.name, row.cells[column], at: now)
            }
        }
        world.advance(to: Self.time(width), ticks: ticks)
        // The end of the picture is not part of it.
        return world.transitions.filter { $0.at < Self.time(width) }
    }

    static func time(_ column: Int) -> ReceiveTime {
        ReceiveTime(nanoseconds: start.nanoseconds + Int64(column) * 1_000_000_000)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: "-", count: max(0, width - count))
    }
}
