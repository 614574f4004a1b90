/// The name of a field as product.md writes it in a feed's key: `a.b`, `['a.b'].c`, or the name
/// that the configuration or a reading gives. Built once per field.
enum FieldName {
    static func text(of id: Int32, in names: borrowing NameTable) -> String {
        if names.nodes[Int(id)].space != .key { return plain(id, names) }
        var parts: [String] = []
        var current = id
        while current >= 0, names.nodes[Int(current)].space == .key {
            parts.append(plain(current, names))
            current = names.nodes[Int(current)].parent
        }
        var path = ""
        for (level, name) in parts.reversed().enumerated() {
            if needsBrackets(name) {
                path += "['\(name)']"
            } else {
                path += level == 0 ? name : ".\(name)"
            }
        }
        return path
    }

    private static func needsBrackets(_ name: String) -> Bool {
        name.contains { $0 == "." || $0 == "[" || $0 == "]" || $0 == "'" }
    }

    private static func plain(_ id: Int32, _ names: borrowing NameTable) -> String {
        String(decoding: names.name(of: id), as: UTF8.self)
    }
}
