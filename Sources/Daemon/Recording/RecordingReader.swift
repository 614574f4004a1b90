import Monitoring

/// Reads a recording (`stream,arrival,timestamp,payload`) as batches, as the transport would have
/// delivered them.
///
/// `arrival` is when the message came and `timestamp`, which may be empty, what came beside the
/// payload as its source time: decimal seconds since 1970, exact to the nanosecond. Rows on a stream
/// `$assay/…` are events of the daemon itself: `$assay/<broker>/connection` with `up`, `down` or
/// `closed` (by the daemon, whose store could not commit), `$assay/<broker>/redelivered` where a
/// message came again, `$assay/<broker>/heldBack` until when it may have held messages back,
/// `$assay/daemon/resumed` where it had stood still, and
/// `$assay/daemon/clockStepped` where the gateway's clock was set, to `arrival`, from the time in the
/// payload: rows after it bear times of the clock as it was set. A prefix `<broker>!` names a broker
/// other than the first.
struct RecordingReader {
    private var rows: CSVRowReader
    private let columns: Columns
    private let brokers: [String]
    private let batchSize: Int
    private var cells: [[UInt8]] = []
    /// The time of the row before, by the clock as it was then.
    private var lastArrival = ReceiveTime(nanoseconds: .min)
    private(set) var rowCount = 0
    /// Rows that came before their predecessor; they are taken at the predecessor's time.
    private(set) var disorderCount = 0

    private struct Columns {
        var stream: Int
        var arrival: Int
        var timestamp: Int?
        var payload: Int
        var count: Int
    }

    /// - Parameter batchSize: rows per batch; the results do not depend on it.
    init(path: String, brokers: [String], batchSize: Int) throws(CSVRowReader.Problem) {
        rows = try CSVRowReader(path: path)
        self.brokers = brokers
        self.batchSize = min(max(batchSize, 1), Limits.messagesPerBatch)
        var header: [[UInt8]] = []
        guard try rows.next(into: &header) else {
            throw CSVRowReader.Problem(
                path: path,
                line: 0,
                reason: """
                    is empty: a daemon that still records writes its first rows when it ends, or \
                    64 KiB of them have come
                    """
            )
        }
        let names = header.map { String(decoding: $0, as: UTF8.self) }
        guard let stream = names.firstIndex(of: "stream"),
            let arrival = names.firstIndex(of: "arrival"),
            let payload = names.firstIndex(of: "payload")
        else {
            throw CSVRowReader.Problem(
                path: path,
                line: 1,
                reason: """
                    the first row is `\(names.joined(separator: ","))`; it must name the columns \
                    stream, arrival, payload and, where there is one, timestamp
                    """,
            )
        }
        columns = Columns(
            stream: stream,
            arrival: arrival,
            timestamp: names.firstIndex(of: "timestamp"),
            payload: payload,
            count: names.count,
        )
    }

    /// Bytes of the file read so far, for progress.
    var bytesRead: Int64 { rows.bytesRead }

    /// Fills an empty batch. - Returns: false at the end of the recording.
    mutating func read(into batch: inout MessageBatch) throws(CSVRowReader.Problem) -> Bool {
        batch.removeAll()
        while batch.records.count < batchSize, !batch.isFull {
            guard try rows.next(into: &cells) else { break }
            rowCount += 1
            try append(to: &batch)
        }
        return !batch.isEmpty
    }

    private mutating func append(to batch: inout MessageBatch) throws(CSVRowReader.Problem) {
        guard cells.count == columns.count else {
            throw problem("has \(cells.count) cells where the first row has \(columns.count)")
        }
        let stated = try moment(columns.arrival, "arrival")
        if cells[columns.stream].elementsEqual(Self.clockStepped) {
            let from = inOrder(try moment(columns.payload, "time that a clock was set from"))
            lastArrival = stated
            batch.append(ClockStep(from: from, to: stated))
            return
        }
        let arrival = inOrder(stated)
        lastArrival = arrival
        batch.closedAt = arrival
        var envelope: SourceTime?
        if let column = columns.timestamp, !cells[column].isEmpty {
            envelope = SourceTime(nanoseconds: try seconds(column, "timestamp"))
        }
        let (broker, topic) = split(cells[columns.stream])
        if topic.starts(with: "$assay/".utf8) {
            try appendEvent(topic, at: arrival, to: &batch)
            return
        }
        let payload = cells[columns.payload]
        batch.append(
            topic: topic.span,
            payload: payload.span,
            receivedAt: arrival,
            qualityOfService: 0,
            isRetained: false,
            broker: broker,
            envelopeTime: envelope,
        )
    }

    private static let clockStepped = Array("$assay/daemon/clockStepped".utf8)

    /// A row that comes before its predecessor is taken at the predecessor's time.
    private mutating func inOrder(_ time: ReceiveTime) -> ReceiveTime {
        guard time < lastArrival else { return time }
        disorderCount += 1
        return lastArrival
    }

    private func appendEvent(
        _ topic: [UInt8],
        at arrival: ReceiveTime,
        to batch: inout MessageBatch,
    ) throws(CSVRowReader.Problem) {
        let parts = String(decoding: topic, as: UTF8.self).split(separator: "/")
        if parts == ["$assay", "daemon", "resumed"] {
            batch.append(.resumed, at: arrival, broker: 0)
            return
        }
        let payload = String(decoding: cells[columns.payload], as: UTF8.self)
        guard parts.count == 3,
            let broker = brokers.firstIndex(of: String(parts[1])),
            let kind = Self.events["\(parts[2]) \(payload)"]
        else {
            throw problem(
                "`\(parts.joined(separator: "/"))` with `\(payload)` is no event; write "
                    + "`$assay/<broker>/connection` with `up`, `down` or `closed`, "
                    + "`$assay/daemon/resumed` or `$assay/daemon/clockStepped`"
            )
        }
        batch.append(kind, at: arrival, broker: UInt8(broker))
    }

    /// What happens to a broker's connection, by the last level of the stream and the payload.
    private static let events: [String: MessageBatch.Kind] = [
        "connection up": .connectionUp, "connection down": .connectionDown,
        "connection closed": .connectionClosed, "redelivered ": .redelivered,
        "heldBack ": .heldBack,
    ]

    /// A stream `<broker>!<topic>` of a broker that is configured; any other stream is a topic.
    private func split(_ stream: [UInt8]) -> (UInt8, [UInt8]) {
        for (index, name) in brokers.enumerated().dropFirst()
        where stream.starts(with: Array("\(name)!".utf8)) {
            return (UInt8(index), Array(stream.dropFirst(name.utf8.count + 1)))
        }
        return (0, stream)
    }

    /// 1970 to 2200: the engine counts from 1970, and what lies behind leaves room for sums of times.
    private static let years = 0...Int64(7_258_118_400) * 1_000_000_000

    private func moment(_ column: Int, _ name: String) throws(CSVRowReader.Problem) -> ReceiveTime {
        let nanoseconds = try seconds(column, name)
        guard Self.years.contains(nanoseconds) else {
            let text = String(decoding: cells[column].prefix(40), as: UTF8.self)
            throw problem("`\(text)` is no \(name) between the years 1970 and 2200")
        }
        return ReceiveTime(nanoseconds: nanoseconds)
    }

    private func seconds(_ column: Int, _ name: String) throws(CSVRowReader.Problem) -> Int64 {
        guard let nanoseconds = DecimalSeconds.parse(cells[column]) else {
            let text = String(decoding: cells[column].prefix(40), as: UTF8.self)
            throw problem(
                "`\(text)` is no \(name); write seconds since 1970, such as 1581172106.25"
            )
        }
        return nanoseconds
    }

    private func problem(_ reason: String) -> CSVRowReader.Problem {
        CSVRowReader.Problem(path: rows.path, line: rows.line, reason: reason)
    }
}
