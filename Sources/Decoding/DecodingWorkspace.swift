import Monitoring

/// Everything that changes while payloads are read, apart from the formats, which do not: so one
/// set of memory serves all rules, and a steady stream allocates nothing.
struct DecodingWorkspace: Sendable {
    var names: NameTable
    var units = UnitTable()
    var topics: [TopicState] = []

    /// The output's samples and new fields, lent for the length of a batch.
    var samples: [Sample] = []
    var newFields: [NewField] = []

    /// The message that is being read: its topic, and what there was before it.
    var topic = 0
    var firstSample = 0
    var firstName = 0
    /// Whether an array of readings was found, if only an empty one.
    var foundReadings = false
    var receivedAt = ReceiveTime(nanoseconds: 0)

    /// What a document said at the declared paths, by slot.
    var tokens: [JSONToken] = []
    /// The text of the string with escapes that was read last.
    var scratch: [UInt8] = []

    init(hashSeed: UInt64) {
        names = NameTable(seed: hashSeed)
        scratch.reserveCapacity(256)
    }

    /// Exchanges the output's columns for the workspace's: called before and after a batch.
    mutating func exchangeColumns(with output: inout DecodedBatch) {
        swap(&samples, &output.samples)
        swap(&newFields, &output.newFields)
    }

    /// Whether the topic being read has yielded a sample before.
    var topicHasFields: Bool { topics[topic].fieldCount > 0 }

    /// Appends a sample of the field with this name.
    @inline(__always)
    mutating func append(name: Int32, _ kind: Sample.Kind, _ value: Double) throws(DecodeFailure) {
        guard samples.count &- firstSample < Limits.samplesPerMessage else {
            throw DecodeFailure(.tooManyFields, at: 0)
        }
        samples.append(Sample(field: FieldID(index: name), kind: kind, value: value))
    }

    /// The name of a document that is a bare value.
    mutating func valueName(below root: Int32) -> Int32 {
        names.intern(Array("value".utf8).span, under: root, as: .key)
    }

    // MARK: Times

    /// Gives the time of an object to its samples that have none from further inside.
    mutating func fillTime(_ time: TimeReading, from first: Int) {
        for index in first..<samples.count where samples[index].timeProblem == .absent {
            setTime(time, of: index..<index + 1)
        }
    }

    /// The source time that a token states.
    @inline(__always)
    mutating func time(
        of token: JSONToken,
        _ bytes: Span<UInt8>,
        by rules: TimeRules,
    ) -> TimeReading {
        switch token.kind {
        case .number: rules.reading(of: token.number, learned: &topics[topic].epochUnit)
        case .string: textTime(of: token, bytes, by: rules)
        case .absent, .null: .absent
        case .boolean, .container: .impossible
        }
    }

    private mutating func textTime(
        of token: JSONToken,
        _ bytes: Span<UInt8>,
        by rules: TimeRules,
    ) -> TimeReading {
        let text = bytes.extracting(token.range)
        let learned = topics[topic].epochUnit
        var epochUnit = learned
        let reading: TimeReading
        if token.isEscaped {
            JSONText.unescape(text, into: &scratch)
            reading = rules.reading(
                of: scratch.span,
                learned: &epochUnit,
                receivedAt: receivedAt,
            )
        } else {
            reading = rules.reading(of: text, learned: &epochUnit, receivedAt: receivedAt)
        }
        topics[topic].epochUnit = epochUnit
        return reading
    }

    // MARK: Fields

    /// Gives the message's samples, from `first` on, their field numbers, announces fields that are
    /// new, and fills in the time of the envelope where the payload has none. Returns how many
    /// samples were dropped because their field is beyond a limit.
    mutating func numberFields(from first: Int, envelopeTime: SourceTime?) -> Int32 {
        names.settle()
        var expected: Int32 = 0
        var kept = first
        for index in first..<samples.count {
            let name = samples[index].field.index
            var field = topics[topic].field(named: name, expected: &expected)
            if field < 0 { field = newField(named: name) }
            guard field >= 0 else { continue }
            if kept != index { samples[kept] = samples[index] }
            samples[kept].field.index = field
            if let envelopeTime, samples[kept].timeProblem == .absent {
                samples[kept].sourceTime = envelopeTime
                samples[kept].timeProblem = .none
            }
            kept += 1
        }
        let dropped = samples.count - kept
        if dropped > 0 { samples.removeLast(dropped) }
        return Int32(dropped)
    }

    /// Numbers and announces a field; -1 beyond a limit, or where another path of the topic has the
    /// same name already, since two feeds cannot share a key.
    private mutating func newField(named name: Int32) -> Int32 {
        guard name < names.nodes.count, topics[topic].fieldCount < Limits.fieldsPerTopic else {
            return -1
        }
        let text = FieldName.text(of: name, in: names)
        for field in 0..<topics[topic].fieldCount {
            let other = topics[topic].name(ofField: field)
            if names.nodes[Int(other)].space != names.nodes[Int(name)].space,
                FieldName.text(of: other, in: names) == text
            {
                return -1
            }
        }
        let field = topics[topic].addField(named: name)
        newFields.append(
            NewField(
                topic: TopicID(index: Int32(topic)),
                field: FieldID(index: field),
                name: text,
                isDeclared: names.nodes[Int(name)].space == .declared,
                unit: declaredUnit(of: name),
            )
        )
        return field
    }

    /// Units that the configuration declares, by the name of their field; -1 stands for all fields
    /// of a rule and is looked up by its root.
    var declaredUnits: [Int32: String] = [:]

    private func declaredUnit(of name: Int32) -> String? {
        var current = name
        while current >= 0 {
            if let unit = declaredUnits[current] { return unit }
            current = names.nodes[Int(current)].parent
        }
        return nil
    }
}
