import Foundation

/// A validator for the part of JSON Schema 2020-12 that the alarm schema uses; a keyword that it
/// does not know is a problem, so that no rule is skipped in silence.
struct JSONSchema {
    private let root: [String: Any]

    init(_ data: Data) throws {
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// What is wrong with a document; empty if nothing is.
    func problems(_ document: Data) -> [String] {
        guard let value = try? JSONSerialization.jsonObject(with: document) else {
            return ["is not JSON"]
        }
        return check(value, root, at: "$")
    }

    private func check(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
        schema.flatMap { keyword, rule in
            apply(keyword, rule, value, schema, at: path).map { "\(path): \(keyword): \($0)" }
        }
    }

    private func apply(
        _ keyword: String,
        _ rule: Any,
        _ value: Any,
        _ schema: [String: Any],
        at path: String,
    ) -> [String] {
        switch keyword {
        case "$schema", "$id", "title", "description", "$defs", "then": return []
        case "type": return isOf(value, rule) ? [] : ["is not \(rule)"]
        case "const": return equal(value, rule) ? [] : ["is not \(rule)"]
        case "enum":
            let allowed = rule as? [Any] ?? []
            return allowed.contains { equal(value, $0) } ? [] : ["\(value) is not listed"]
        case "$ref": return check(value, definition(rule), at: path)
        case "allOf":
            return (rule as? [[String: Any]] ?? []).flatMap { check(value, $0, at: path) }
        case "if":
            guard check(value, rule as? [String: Any] ?? [:], at: path).isEmpty else { return [] }
            return check(value, schema["then"] as? [String: Any] ?? [:], at: path)
        case "items":
            let items = value as? [Any] ?? []
            return items.flatMap { check($0, rule as? [String: Any] ?? [:], at: path + "[]") }
        case "required", "properties", "additionalProperties":
            return checkObject(keyword, rule, value as? [String: Any], at: path)
        case "pattern", "maxLength": return checkText(keyword, rule, value as? String)
        case "minimum", "maximum", "exclusiveMinimum":
            return checkNumber(keyword, rule, (value as? NSNumber)?.doubleValue)
        default: return ["is a keyword that this validator does not know"]
        }
    }

    private func checkObject(
        _ keyword: String,
        _ rule: Any,
        _ object: [String: Any]?,
        at path: String,
    ) -> [String] {
        guard let object else { return [] }
        switch keyword {
        case "required":
            return (rule as? [String] ?? []).filter { object[$0] == nil }.map { "lacks \($0)" }
        case "properties":
            return (rule as? [String: [String: Any]] ?? [:]).flatMap { name, schema in
                object[name].map { check($0, schema, at: "\(path).\(name)") } ?? []
            }
        default:
            guard let schema = rule as? [String: Any] else { return [] }
            return object.flatMap { check($1, schema, at: "\(path).\($0)") }
        }
    }

    private func checkText(_ keyword: String, _ rule: Any, _ text: String?) -> [String] {
        guard let text else { return [] }
        if keyword == "maxLength" {
            return text.unicodeScalars.count <= rule as? Int ?? 0 ? [] : ["is too long"]
        }
        let isMatched = text.range(of: rule as? String ?? "", options: .regularExpression) != nil
        return isMatched ? [] : ["\(text) does not match"]
    }

    private func checkNumber(_ keyword: String, _ rule: Any, _ number: Double?) -> [String] {
        guard let number, let limit = (rule as? NSNumber)?.doubleValue else { return [] }
        let isWithin =
            switch keyword {
            case "minimum": number >= limit
            case "maximum": number <= limit
            default: number > limit
            }
        return isWithin ? [] : ["\(number) is beyond \(limit)"]
    }

    private func definition(_ reference: Any) -> [String: Any] {
        let name = (reference as? String ?? "").split(separator: "/").last.map(String.init) ?? ""
        return (root["$defs"] as? [String: [String: Any]])?[name] ?? ["missing definition": name]
    }

    private func isOf(_ value: Any, _ rule: Any) -> Bool {
        if let names = rule as? [String] { return names.contains { isOf(value, $0) } }
        switch rule as? String {
        case "object": return value is [String: Any]
        case "array": return value is [Any]
        case "string": return value is String
        case "boolean": return isBoolean(value)
        case "number": return value is NSNumber && !isBoolean(value)
        case "integer":
            guard let number = value as? NSNumber, !isBoolean(value) else { return false }
            return number.doubleValue == number.doubleValue.rounded()
        default: return false
        }
    }

    private func isBoolean(_ value: Any) -> Bool {
        // Safety: `objCType` is a C string of static storage, and is copied.
        (value as? NSNumber).map { unsafe String(cString: $0.objCType) == "c" } ?? false
    }

    private func equal(_ value: Any, _ other: Any) -> Bool {
        if let one = value as? String, let two = other as? String { return one == two }
        guard isBoolean(value) == isBoolean(other) else { return false }
        return (value as? NSNumber) == (other as? NSNumber) && value is NSNumber
    }
}
