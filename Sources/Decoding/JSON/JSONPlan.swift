import Monitoring

/// The declared paths of one rule, laid down as names with slots, so that reading a document needs
/// no comparison beyond finding each key's name.
struct JSONPlan: Sendable {
    /// A declared field.
    struct Field: Sendable {
        var slot: Int
        /// The field's own name in the name table.
        var name: Int32
        /// Slot of the path that names its unit, or -1.
        var unitSlot: Int
    }

    /// An array whose elements are readings. Slots are those of the element.
    struct Readings: Sendable {
        /// Of the readings' names and values, as `PayloadSettings.declaredPaths` counts.
        static let namePath = 1
        static let valuePath = 2

        var slots: Range<Int>
        var name: Int
        var value: Int
        var attributes: Attributes
        /// The usual arrays of zero configuration: an element that is no reading is passed over
        /// instead of making the message undecodable.
        var isRecognised: Bool
        var qualities: QualityRules
        /// The array's node in the name table, below which readings have their names.
        var array: Int32
    }

    /// Slots of what a document or an element says of its values; -1: not declared.
    struct Attributes: Sendable {
        var time = -1
        var sequence = -1
        var quality = -1
        var unit = -1

        var isDeclared: Bool { time >= 0 || sequence >= 0 || quality >= 0 || unit >= 0 }
    }

    private(set) var root: Int32
    private(set) var fields: [Field] = []
    private(set) var readings: [Readings] = []
    private(set) var attributes = Attributes()
    /// Place of the agreed unit in the workspace; -1: none.
    let agreedUnit: Int
    private(set) var slotCount = 0
    /// The slots of the document itself; those of readings are behind them.
    private(set) var documentSlots = 0..<0

    init(_ settings: PayloadSettings, in workspace: inout DecodingWorkspace) {
        root = workspace.names.addRoot()
        agreedUnit = settings.agreedUnit == nil ? -1 : workspace.agreedUnits.count
        if let agreed = settings.agreedUnit {
            workspace.agreedUnits.append(AgreedUnitTable(agreed))
        }
        if case .declared(let unit)? = settings.unit { workspace.declaredUnits[root] = unit }
        if let declared = settings.readings {
            addReadings(declared, settings, isRecognised: false, in: &workspace)
            return
        }
        attributes = addAttributes(settings, below: root, in: &workspace)
        for field in settings.fields { addField(field, settings, in: &workspace) }
        documentSlots = 0..<slotCount
        if settings.fields.isEmpty {
            for (declared, settings) in Self.usualReadings {
                addReadings(declared, settings, isRecognised: true, in: &workspace)
            }
        }
        workspace.reserveTokens(slotCount)
    }

    private mutating func addField(
        _ field: PayloadSettings.Field,
        _ settings: PayloadSettings,
        in workspace: inout DecodingWorkspace,
    ) {
        let name = workspace.names.intern(
            Array(field.knownName.utf8).span,
            under: root,
            as: .declared,
        )
        if case .declared(let unit)? = field.unit { workspace.declaredUnits[name] = unit }
        var unitSlot = attributes.unit
        if case .path(let path)? = field.unit {
            unitSlot = addSlot(path, below: root, in: &workspace)
        } else if field.unit != nil {
            unitSlot = -1
        }
        let slot = addSlot(field.value, below: root, in: &workspace)
        fields.append(Field(slot: slot, name: name, unitSlot: unitSlot))
    }

    private mutating func addReadings(
        _ declared: PayloadSettings.Readings,
        _ settings: PayloadSettings,
        isRecognised: Bool,
        in workspace: inout DecodingWorkspace,
    ) {
        var path = declared.each.steps
        if path.last == .all { path.removeLast() }
        let array = Self.node(path, below: root, in: &workspace)
        let element = workspace.names.intern(Span(), under: array, as: .element)
        workspace.names.setReadings(readings.count, of: array)
        let firstSlot = slotCount
        let name = addSlot(declared.name, below: element, in: &workspace)
        let value = addSlot(declared.value, below: element, in: &workspace)
        let attributes = addAttributes(settings, below: element, in: &workspace)
        readings.append(
            Readings(
                slots: firstSlot..<slotCount,
                name: name,
                value: value,
                attributes: attributes,
                isRecognised: isRecognised,
                qualities: QualityRules(codes: settings.qualityCodes),
                array: array,
            )
        )
        workspace.reserveTokens(slotCount)
    }

    private mutating func addAttributes(
        _ settings: PayloadSettings,
        below node: Int32,
        in workspace: inout DecodingWorkspace,
    ) -> Attributes {
        var attributes = Attributes()
        if let path = settings.time {
            attributes.time = addSlot(path, below: node, in: &workspace)
        }
        if let path = settings.sequence {
            attributes.sequence = addSlot(path, below: node, in: &workspace)
        }
        if let path = settings.quality {
            attributes.quality = addSlot(path, below: node, in: &workspace)
        }
        if case .path(let path)? = settings.unit {
            attributes.unit = addSlot(path, below: node, in: &workspace)
        }
        return attributes
    }

    /// The slot of a path: one per path, however many settings name it.
    private mutating func addSlot(
        _ path: JSONPath,
        below node: Int32,
        in workspace: inout DecodingWorkspace,
    ) -> Int {
        let node = Self.node(path.steps[...], below: node, in: &workspace)
        let slot = Int(workspace.names.nodes[Int(node)].slot)
        if slot >= 0 { return slot }
        workspace.names.setSlot(slotCount, of: node)
        slotCount += 1
        return slotCount - 1
    }

    private static func node(
        _ steps: some Sequence<JSONPath.Step>,
        below node: Int32,
        in workspace: inout DecodingWorkspace,
    ) -> Int32 {
        var node = node
        for step in steps {
            switch step {
            case .name(let name):
                node = workspace.names.intern(Array(name.utf8).span, under: node, as: .key)
            case .index(let index):
                workspace.names.setHasIndices(node)
                node = workspace.names.intern(index: index, under: node)
            case .all:
                preconditionFailure("`[*]` stands before the end of a path")
            }
        }
        return node
    }

    /// KEPServerEX's `values[{id,v,t,q}]` and the Siemens databus' `vals[{id,val,ts,qc}]`, whose
    /// quality codes are its own.
    private static let usualReadings: [(PayloadSettings.Readings, PayloadSettings)] = [
        usual(each: "values", value: "v", time: "t", quality: "q", codes: nil),
        usual(
            each: "vals",
            value: "val",
            time: "ts",
            quality: "qc",
            codes: PayloadSettings.QualityCodes(good: [2, 3], uncertain: [1], bad: [0]),
        ),
    ]

    private static func usual(
        each: String,
        value: String,
        time: String,
        quality: String,
        codes: PayloadSettings.QualityCodes?,
    ) -> (PayloadSettings.Readings, PayloadSettings) {
        let readings = PayloadSettings.Readings(
            each: JSONPath(steps: [.name(each), .all]),
            name: JSONPath(steps: [.name("id")]),
            value: JSONPath(steps: [.name(value)]),
        )
        let settings = PayloadSettings(
            time: JSONPath(steps: [.name(time)]),
            quality: JSONPath(steps: [.name(quality)]),
            qualityCodes: codes,
        )
        return (readings, settings)
    }
}
