import Foundation

/// How JSON columns are written: equal values give equal bytes, and a number that JSON cannot spell
/// becomes a text instead of an error.
enum StoredJSON {
    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan",
        )
        return encoder
    }

    static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan",
        )
        return decoder
    }

    /// A list of words as a JSON array, which SQLite's `json_each` reads.
    static func text(_ strings: [String]) throws -> String {
        if strings.isEmpty { return "[]" }
        return String(decoding: try encoder().encode(strings), as: UTF8.self)
    }

    static func strings(_ text: String) throws -> [String] {
        if text == "[]" { return [] }
        return try decoder().decode([String].self, from: Data(text.utf8))
    }
}
