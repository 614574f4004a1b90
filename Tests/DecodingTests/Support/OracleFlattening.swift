import Monitoring

/// What the samples of a document are without configuration, after the words of the design, apart
/// from times and the usual arrays, which random documents do not have.
enum OracleFlattening {
    struct Value {
        var name: String
        var kind: Sample.Kind
        var value: Double
    }

    /// The samples, each with the keys that lead to it. `known` are the keys of those that have had
    /// values before: anything else there is unreadable.
    static func samples(
        of document: OracleJSON.Value,
        known: Set<[String]> = [],
    ) -> [(keys: [String], sample: Value)] {
        switch document {
        case .object: flattened(document, [], known)
        case .array: []
        default: flattened(document, ["value"], known)
        }
    }

    private static func flattened(
        _ value: OracleJSON.Value,
        _ keys: [String],
        _ known: Set<[String]>,
    ) -> [(keys: [String], sample: Value)] {
        let unreadable =
            known.contains(keys) ? Value(name: name(of: keys), kind: .unreadable, value: 0) : nil
        guard case .object(let members) = value else {
            return (sample(name(of: keys), value) ?? unreadable).map { [(keys, $0)] } ?? []
        }
        let inside = members.flatMap { flattened($0.value, keys + [$0.key], known) }
        return inside + (unreadable.map { [(keys, $0)] } ?? [])
    }

    private static func name(of keys: [String]) -> String {
        keys.enumerated().map { level, key in
            let isQuoted = key.unicodeScalars.contains { ".[]'".unicodeScalars.contains($0) }
            return isQuoted ? "['\(key)']" : level == 0 ? key : ".\(key)"
        }.joined()
    }

    /// A value as a sample; nil: it is none.
    static func sample(_ name: String, _ value: OracleJSON.Value) -> Value? {
        switch value {
        case .null: return Value(name: name, kind: .missing, value: 0)
        case .boolean(let isTrue): return Value(name: name, kind: .boolean, value: isTrue ? 1 : 0)
        case .number(let number): return sample(name, number)
        case .string(let scalars):
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            return sample(name, text)
        case .array, .object: return nil
        }
    }

    private static func sample(_ name: String, _ number: Double) -> Value {
        Value(name: name, kind: number.isFinite ? .number : .infinite, value: number)
    }

    private static func sample(_ name: String, _ text: String) -> Value? {
        var scalars = Array(text.unicodeScalars)[...]
        let isSpace = { (scalar: Unicode.Scalar) in " \t\r\n".unicodeScalars.contains(scalar) }
        while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        var trimmed = ""
        trimmed.unicodeScalars.append(contentsOf: scalars)
        switch trimmed.lowercased() {
        case "true", "on", "yes": return Value(name: name, kind: .boolean, value: 1)
        case "false", "off", "no": return Value(name: name, kind: .boolean, value: 0)
        case "nan", "+nan", "-nan": return Value(name: name, kind: .missing, value: 0)
        case "inf", "+inf", "infinity", "+infinity":
            return Value(name: name, kind: .infinite, value: .infinity)
        case "-inf", "-infinity": return Value(name: name, kind: .infinite, value: -.infinity)
        default: break
        }
        let grammar = /[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
        guard trimmed.wholeMatch(of: grammar) != nil,
            let number = Double(trimmed)
        else { return nil }
        return sample(name, number)
    }

    /// What a path of keys and of indices, written `#1`, leads to.
    static func value(_ path: [String], _ document: OracleJSON.Value) -> OracleJSON.Value? {
        guard let step = path.first else { return document }
        let rest = Array(path.dropFirst())
        switch document {
        case .object(let members):
            return members.first { $0.key == step }.flatMap { value(rest, $0.value) }
        case .array(let elements):
            guard step.hasPrefix("#"), let index = Int(step.dropFirst()),
                elements.indices.contains(index)
            else { return nil }
            return value(rest, elements[index])
        default: return nil
        }
    }
}
