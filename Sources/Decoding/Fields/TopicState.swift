import Monitoring

/// What the decoder keeps of a topic: its rule, the unit of its times, and the names of its fields.
///
/// Memory: 32 bytes, and 4 per field of a topic that has several.
struct TopicState: Sendable {
    /// Index of the rule in the configuration, or -1: not registered.
    var rule: Int32 = -1
    /// The learned unit of numbers that are times.
    var epochUnit = EpochUnit()
    /// The name of field 0, or -1. Apart from the others, because most topics have just one field
    /// and then need no second place in memory.
    private var firstName: Int32 = -1
    /// The names of the fields from 1 on.
    private var otherNames: [Int32] = []

    var fieldCount: Int { firstName < 0 ? 0 : otherNames.count + 1 }

    /// The field of a name, or -1. Fields mostly come in the order of the message before, so the
    /// search begins at `expected`, which is set to the one behind the field found.
    @inline(__always)
    func field(named name: Int32, expected: inout Int32) -> Int32 {
        if expected == 0, name == firstName {
            expected = 1
            return 0
        }
        return search(name, &expected)
    }

    private func search(_ name: Int32, _ expected: inout Int32) -> Int32 {
        let count = fieldCount
        var field = Int(expected)
        for _ in 0..<count {
            if field >= count { field = 0 }
            if self.name(ofField: field) == name {
                expected = Int32(field + 1)
                return Int32(field)
            }
            field += 1
        }
        return -1
    }

    /// The name of a field below `fieldCount`.
    @inline(__always)
    func name(ofField field: Int) -> Int32 {
        field == 0 ? firstName : otherNames[field &- 1]
    }

    /// Gives a name the next field.
    mutating func addField(named name: Int32) -> Int32 {
        if firstName < 0 { firstName = name } else { otherNames.append(name) }
        return Int32(fieldCount - 1)
    }
}
