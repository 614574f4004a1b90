import Monitoring

/// Everything that changes while payloads are read, apart from the formats, which do not: so one
/// set of memory serves all rules, and a steady stream allocates nothing.
struct DecodingWorkspace: Sendable {
    var names: NameTable
    var units = UnitTable()
    /// Of the formats whose rule declares a unit.
    var agreedUnits: [AgreedUnitTable] = []
    var topics: [TopicState] = []

    /// The output's samples and new fields, lent for the length of a batch.
    var samples: [Sample] = []
    var newFields: [NewField] = []

    /// The message that is being read: its topic, and what there was before it.
    var topic = 0
    var firstSample = 0
    var firstName = 0
    /// The field that will come next if the message is like the one before.
    private var expectedField: Int32 = 0
    private var hasNewFields = false
    /// Why the last field was refused.
    private(set) var fieldRefusal = FieldRefusal.fields
    /// Whether an array of readings was found, if only an empty one.
    var foundReadings = false
    /// Where the first text stands that is no value, in a document whose values have no paths; -1.
    var firstText: Int32 = -1
    /// The name of the reading before this one in its array, or -1.
    var lastReading: Int32 = -1
    var receivedAt = ReceiveTime(nanoseconds: 0)

    /// Where in a document the walk is: objects and arrays round it, whether values without a path
    /// become samples, and the time of the object.
    var depth = 0
    var isSampled = false
    var time = TimeReading.absent
    /// A sample with nothing in it: the next one begins as its copy. Never written, because reading
    /// at once what was written in parts makes the processor wait.
    private let blank = Sample(field: FieldID(index: 0), kind: .missing, value: 0)
    /// Whether a sample was appended without a time.
    private(set) var hasUntimedSamples = false

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

    /// Makes ready for a message.
    mutating func begin(_ topic: TopicID, at receivedAt: ReceiveTime) {
        self.topic = Int(topic.index)
        self.receivedAt = receivedAt
        firstSample = samples.count
        firstName = names.nodes.count
        expectedField = 0
        hasNewFields = false
        hasUntimedSamples = false
        time = .absent
        foundReadings = false
        firstText = -1
    }

    /// Forgets what an unreadable message brought.
    mutating func discard() {
        samples.removeLast(samples.count - firstSample)
        names.forget(from: firstName)
    }

    /// Appends a sample of the field with this name; a field that the topic does not have yet gets
    /// its number when the whole message proves readable.
    @inline(__always)
    mutating func append(name: Int32, _ kind: Sample.Kind, _ value: Double) throws(DecodeFailure) {
        var sample = blank
        sample.field = try field(named: name)
        sample.kind = kind
        sample.value = value
        // What cannot be placed waits for the object's end: a better time may follow.
        if time.problem == .none {
            sample.timeProblem = .none
            sample.sourceTime.nanoseconds = time.nanoseconds
        } else {
            hasUntimedSamples = true
        }
        samples.append(sample)
    }

    /// As above, with all that the payload says of the value.
    mutating func append(
        name: Int32,
        _ kind: Sample.Kind,
        _ value: Double,
        _ description: SampleDescription,
    ) throws(DecodeFailure) {
        var sample = blank
        sample.field = try field(named: name)
        sample.kind = kind
        sample.value = value
        if description.time.problem == .absent { hasUntimedSamples = true }
        sample.timeProblem = description.time.problem
        sample.sourceTime.nanoseconds = description.time.nanoseconds
        sample.quality = description.quality
        sample.unit = description.unit
        sample.sequence = description.sequence
        sample.hasSequence = description.hasSequence
        samples.append(sample)
    }

    /// Whether the topic has had values under this name, so that something else there is said.
    @inline(__always)
    func isKnownField(_ name: Int32) -> Bool { names.isField(name) && isFieldOfTopic(name) }

    private func isFieldOfTopic(_ name: Int32) -> Bool {
        var expected: Int32 = 0
        return topics[topic].field(named: name, expected: &expected) >= 0
    }

    /// The field of a name in the topic, negative for a new one, if the message may have one more.
    @inline(__always)
    private mutating func field(named name: Int32) throws(DecodeFailure) -> FieldID {
        guard samples.count &- firstSample < Limits.samplesPerMessage else {
            throw DecodeFailure(.tooManyFields, at: 0)
        }
        let field = topics[topic].field(named: name, expected: &expectedField)
        if field >= 0 { return FieldID(index: field) }
        hasNewFields = true
        return FieldID(index: -1 - name)
    }

    /// The name of a document that is a bare value.
    mutating func valueName(below root: Int32) -> Int32 {
        names.intern(Array("value".utf8).span, under: root, as: .key)
    }

    // MARK: Times

    /// Gives the time of an object to its samples that have none from further inside.
    mutating func fillTime(_ time: TimeReading, from first: Int) {
        for index in first..<samples.count where samples[index].timeProblem == .absent {
            samples[index].timeProblem = time.problem
            samples[index].sourceTime = SourceTime(nanoseconds: time.nanoseconds)
        }
    }

    /// The source time that a number states.
    @inline(__always)
    mutating func time(of number: DecimalNumber, by rules: TimeRules) -> TimeReading {
        rules.reading(of: number, learned: &topics[topic].epochUnit)
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

    /// Numbers and announces the fields that the message brought. Returns how many samples were
    /// dropped because their field is beyond a limit.
    mutating func numberNewFields() -> Int32 {
        guard hasNewFields else {
            names.settle(from: firstName)
            return 0
        }
        let roomForNames = names.room
        var kept = firstSample
        for index in firstSample..<samples.count {
            var field = samples[index].field.index
            if field < 0 {
                let name = -1 - field
                field = topics[topic].field(named: name, expected: &expectedField)
                if field < 0 { field = newField(named: name, below: roomForNames) }
                guard field >= 0 else { continue }
            }
            samples[kept] = samples[index]
            samples[kept].field.index = field
            kept += 1
        }
        let dropped = samples.count - kept
        samples.removeLast(dropped)
        if dropped > 0 { names.forgetPlain(from: firstName) }
        names.settle(from: firstName)
        return Int32(dropped)
    }

    /// Gives a time that came beside the payload to the samples whose payload has none.
    mutating func fillTime(_ time: SourceTime) {
        for index in firstSample..<samples.count where samples[index].timeProblem == .absent {
            samples[index].sourceTime = time
            samples[index].timeProblem = .none
        }
    }

    /// Numbers and announces a field; -1 beyond a limit, or where another path of the topic has the
    /// same name already, since two feeds cannot share a key.
    ///
    /// - Parameter room: names that are kept; one beyond them is gone after the message.
    private mutating func newField(named name: Int32, below room: Int) -> Int32 {
        guard topics[topic].fieldCount < Limits.fieldsPerTopic else {
            fieldRefusal = .fields
            return -1
        }
        guard name < room else {
            fieldRefusal = .names
            return -1
        }
        let text = FieldName.text(of: name, in: names)
        for field in 0..<topics[topic].fieldCount {
            let other = topics[topic].name(ofField: field)
            if names.nodes[Int(other)].space != names.nodes[Int(name)].space,
                FieldName.text(of: other, in: names) == text
            {
                fieldRefusal = .sameName
                return -1
            }
        }
        let field = topics[topic].addField(named: name)
        names.setIsField(name)
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
