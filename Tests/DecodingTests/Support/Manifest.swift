import Decoding
import Foundation
import Monitoring
import Testing

/// The manifest of the shared payloads, as Swift values.
enum Manifest {
    struct Entry {
        var file: String
        var payload: [String: Any]
        var expect: Expectation
        var note: String
    }

    enum Expectation {
        case samples([Sample])
        case undecodable
        case nonFinite
    }

    enum Value {
        case number(Double)
        case boolean(Bool)
        case word(String)
        case null
    }

    struct Sample {
        var name: String
        var value: Value
        var milliseconds: Int64?
        var unit: String?
        var quality: Monitoring.Sample.Quality
    }

    static func entries(in folder: URL) throws -> [Entry] {
        let data = try Data(contentsOf: folder.appendingPathComponent("MANIFEST.json"))
        let objects = try #require(
            try JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        )
        return try objects.map { object in
            Entry(
                file: try #require(object["file"] as? String),
                payload: try #require(object["payload"] as? [String: Any]),
                expect: try expectation(object["expect"]),
                note: object["note"] as? String ?? "",
            )
        }
    }

    private static func expectation(_ value: Any?) throws -> Expectation {
        if let text = value as? String {
            return text == "undecodable" ? .undecodable : .nonFinite
        }
        let samples = try #require(value as? [[String: Any]])
        return .samples(
            try samples.map { sample in
                Sample(
                    name: try #require(sample["name"] as? String),
                    value: self.value(sample["value"]),
                    milliseconds: (sample["ts_ms"] as? NSNumber)?.int64Value,
                    unit: sample["unit"] as? String,
                    quality: quality(sample["quality"] as? String),
                )
            }
        )
    }

    private static func value(_ value: Any?) -> Value {
        if let text = value as? String { return .word(text) }
        guard let number = value as? NSNumber else { return .null }
        // 'c' is how a boolean is told from the number 1 in what JSONSerialization gives.
        // Safety: `objCType` is a constant C string of at least one character.
        let isBoolean = unsafe number.objCType[0] == CChar(UInt8(ascii: "c"))
        return isBoolean ? .boolean(number.boolValue) : .number(number.doubleValue)
    }

    private static func quality(_ text: String?) -> Monitoring.Sample.Quality {
        switch text {
        case "good": .good
        case "uncertain": .uncertain
        case "bad": .bad
        default: .unstated
        }
    }

    // MARK: Settings

    /// The `payload` mapping in the syntax of the configuration.
    static func settings(_ payload: [String: Any]) throws -> PayloadSettings {
        var settings = PayloadSettings(format: payload["format"] as? String)
        let value = try (payload["value"] as? String).map { try JSONPath($0) }
        if let each = payload["each"] as? String {
            settings.readings = PayloadSettings.Readings(
                each: try JSONPath(each),
                name: try JSONPath(try #require(payload["name"] as? String)),
                value: try #require(value),
            )
        } else if let value {
            settings.fields = [PayloadSettings.Field(name: nil, value: value, unit: nil)]
        }
        for field in payload["fields"] as? [[String: Any]] ?? [] {
            settings.fields.append(
                PayloadSettings.Field(
                    name: field["name"] as? String,
                    value: try JSONPath(try #require(field["value"] as? String)),
                    unit: try unit(field["unit"]),
                )
            )
        }
        settings.time = try (payload["time"] as? String).map { try JSONPath($0) }
        settings.quality = try (payload["quality"] as? String).map { try JSONPath($0) }
        settings.sequence = try (payload["sequence"] as? String).map { try JSONPath($0) }
        settings.unit = try unit(payload["unit"])
        settings.words = payload["words"] as? [String] ?? []
        if let text = payload["timeUnit"] as? String {
            settings.timeUnit = try #require(PayloadSettings.TimeUnit(rawValue: text))
        }
        if let codes = payload["qualityCodes"] as? [String: [Int]] {
            settings.qualityCodes = PayloadSettings.QualityCodes(
                good: (codes["good"] ?? []).map(Int64.init),
                uncertain: (codes["uncertain"] ?? []).map(Int64.init),
                bad: (codes["bad"] ?? []).map(Int64.init),
            )
        }
        return settings
    }

    private static func unit(_ value: Any?) throws -> PayloadSettings.UnitSource? {
        guard let text = value as? String else { return nil }
        return text.hasPrefix("$") ? .path(try JSONPath(text)) : .declared(text)
    }
}
