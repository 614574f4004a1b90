import Foundation
import Monitoring

/// Writes what the transport delivers as a recording that `RecordingReader` reads back: the same
/// messages at the same nanoseconds, and connection events, standstills and clock steps in their place.
///
/// For tests of *live equals replay*, and for `assay run --record`: a user's own data to try rules
/// on. Buffered; a retained copy is left out, because a replay has no broker that stored it.
struct RecordingWriter {
    private static let bufferSize = 1 << 16
    private let handle: FileHandle
    private let brokers: [String]
    private var buffer: [UInt8] = []

    init(path: String, brokers: [String]) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        self.brokers = brokers
        buffer.append(contentsOf: "stream,arrival,timestamp,payload\n".utf8)
    }

    mutating func write(_ batch: MessageBatch) throws {
        var steps = batch.clockSteps[...]
        for record in batch.records where !record.isRetained {
            let arrival = DecimalSeconds.text(record.receivedAt.nanoseconds)
            let name = brokers[Int(record.broker)]
            switch record.kind {
            case .connectionUp:
                row(Array("$assay/\(name)/connection".utf8), arrival, Array("up".utf8))
            case .connectionDown:
                row(Array("$assay/\(name)/connection".utf8), arrival, Array("down".utf8))
            case .connectionClosed:
                row(Array("$assay/\(name)/connection".utf8), arrival, Array("closed".utf8))
            case .redelivered: row(Array("$assay/\(name)/redelivered".utf8), arrival, [])
            case .heldBack: row(Array("$assay/\(name)/heldBack".utf8), arrival, [])
            case .resumed: row(Array("$assay/daemon/resumed".utf8), arrival, [])
            case .clockStepped:
                let from = steps.popFirst()?.from ?? record.receivedAt
                let text = DecimalSeconds.text(from.nanoseconds)
                row(Array("$assay/daemon/clockStepped".utf8), arrival, Array(text.utf8))
            case .message:
                let prefix = record.broker == 0 ? [] : Array("\(name)!".utf8)
                row(
                    prefix + batch.bytes[record.topicRange],
                    arrival,
                    Array(batch.bytes[record.payloadRange]),
                )
            }
        }
        if buffer.count >= Self.bufferSize { try flush() }
    }

    mutating func close() throws {
        try flush()
        try handle.close()
    }

    private mutating func row(_ stream: [UInt8], _ arrival: String, _ payload: [UInt8]) {
        append(stream)
        buffer.append(contentsOf: ",\(arrival),,".utf8)
        append(payload)
        buffer.append(UInt8(ascii: "\n"))
    }

    /// A cell, quoted so that any bytes survive.
    private mutating func append(_ cell: [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        for byte in cell {
            if byte == UInt8(ascii: "\"") { buffer.append(byte) }
            buffer.append(byte)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func flush() throws {
        try handle.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}
