internal import Foundation

/// A recorded quantity of a real plant, from the tables in the shared folder.
public struct RealStream: Sendable {
    public struct Sample: Sendable {
        /// Seconds since 1970: when it came, and what it says of itself.
        public var arrival: Int64
        public var stamp: Int64
        public var value: String
    }

    public var name: String
    public var samples: [Sample]

    /// Recordings of several streams as one replay.
    public static func recording(_ streams: [RealStream]) -> String {
        let rows = streams.flatMap { stream in stream.samples.map { (stream.name, $0) } }
        let ordered = rows.enumerated().sorted {
            ($0.element.1.arrival, $0.offset) < ($1.element.1.arrival, $1.offset)
        }
        let lines = ordered.map { _, row in
            "\(row.0),\(row.1.arrival),\(row.1.stamp),\(row.1.value)"
        }
        return (["stream,arrival,timestamp,payload"] + lines).joined(separator: "\n") + "\n"
    }

    /// The same with all times so many times as near to its first one.
    public func quickened(by factor: Int64) -> RealStream {
        var stream = self
        let first = samples.first?.arrival ?? 0
        for index in samples.indices {
            stream.samples[index].arrival = first + (samples[index].arrival - first) / factor
            stream.samples[index].stamp = first + (samples[index].stamp - first) / factor
        }
        return stream
    }

    // MARK: The tables

    /// Columns of a table with a line of names; nil where it is absent.
    ///
    /// - Parameters:
    ///   - time: the columns that make the instant.
    ///   - shift: names that the line of names lacks on its left.
    public static func columns(
        _ names: [String],
        of path: String,
        separator: Character = ",",
        time: [String],
        missingNames shift: Int = 0,
    ) throws -> [RealStream]? {
        guard let url = SharedFolder.url("data/\(path)") else { return nil }
        let text = try String(contentsOf: url, encoding: .utf8)
            .replacing("\u{FEFF}", with: "").replacing("\"", with: "")
        let rows = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: separator, omittingEmptySubsequences: false)
        }
        guard let head = rows.first else { return [] }
        func place(_ name: String) throws -> Int {
            guard let index = head.firstIndex(of: Substring(name)) else {
                throw Command.Failure(description: "\(path) has no column \(name)")
            }
            return index + shift
        }
        let times = try time.map(place)
        return try names.map { name in
            let column = try place(name)
            let samples = rows.dropFirst().compactMap { row -> Sample? in
                guard column < row.count, !row[column].isEmpty else { return nil }
                let stamp = seconds(times.map { row[$0] }.joined(separator: " "))
                return Sample(arrival: stamp, stamp: stamp, value: String(row[column]))
            }
            return RealStream(name: "\(path)/\(name)".topic, samples: samples)
        }
    }

    /// Columns of numbers without names, three minutes a row; those that hardly ever move, such as
    /// valves that nobody touches, are left out.
    public static func unnamedColumns(of path: String) throws -> [RealStream]? {
        guard let url = SharedFolder.url("data/\(path)") else { return nil }
        var rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
            .map {
                $0.split(separator: " ").map(String.init)
            }
        if rows.count == 52 {
            rows = rows[0].indices.map { column in rows.map { $0[column] } }
        }
        return (0..<52).compactMap { column in
            let values = rows.map { $0[column] }
            guard Set(values).count > 50 else { return nil }
            let samples = values.enumerated().map { row, value in
                let time = seconds("2000-01-01 00:00:00") + 180 * Int64(row)
                return Sample(arrival: time, stamp: time, value: value)
            }
            return RealStream(name: "\(path)/v\(column + 1)".topic, samples: samples)
        }
    }

    /// `2015-02-04 17:51:00`, `01-01-2018 00:15`, `2018-09-05T21:00:00Z`, in UTC.
    public static func seconds(_ text: String) -> Int64 {
        var numbers = text.split { !$0.isNumber }.map { Int64($0) ?? 0 }
        if numbers[0] < 100 { numbers.swapAt(0, 2) }
        numbers += Array(repeating: 0, count: max(0, 6 - numbers.count))
        // Days since 1970 by the civil calendar, years beginning in March.
        let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
        let day = (153 * ((numbers[1] + 9) % 12) + 2) / 5 + numbers[2] - 1
        let days = 365 * year + year / 4 - year / 100 + year / 400 + day - 719_468
        return ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
    }
}

extension String {
    /// Without what a topic may not hold.
    fileprivate var topic: String {
        String(map { "#+,() ".contains($0) ? "_" : $0 })
    }
}
