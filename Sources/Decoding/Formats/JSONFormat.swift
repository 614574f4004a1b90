import Monitoring

/// JSON, by declared paths or, without them, flattened to one field per number, boolean or `null`.
///
/// The document is walked once (`JSONFormat+Walk.swift`). What stands at a declared path is noted
/// in its slot and becomes samples at the end, when the time and quality are known too, whatever
/// the order in the document.
///
/// A declared field that a message lacks yields no sample: devices send changes only. A message
/// with *none* of them breaks the declaration and is undecodable (`missingField`), whatever came
/// before it: nobody would miss its values otherwise. An empty array of readings is agreed.
struct JSONFormat: PayloadFormat {
    static let name = "json"

    let plan: JSONPlan
    let times: TimeRules
    let qualities: QualityRules
    let words: WordList
    /// Whether values without a declared path are samples.
    let isFlattened: Bool
    /// Whether the usual time keys are recognised.
    let recognisesTime: Bool

    init(_ settings: PayloadSettings, in workspace: inout DecodingWorkspace) {
        plan = JSONPlan(settings, in: &workspace)
        times = TimeRules(unit: settings.timeUnit, zone: settings.timeZone)
        qualities = QualityRules(codes: settings.qualityCodes)
        words = WordList(settings.words)
        isFlattened = settings.fields.isEmpty && settings.readings == nil
        recognisesTime = isFlattened && settings.time == nil
    }

    func read(
        _ payload: Span<UInt8>,
        in workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let content = Payload.content(payload)
        let bytes = payload.extracting(0..<content.upperBound)
        workspace.clearTokens(plan.documentSlots)
        workspace.isSampled = isFlattened
        workspace.depth = 0
        var position = content.lowerBound
        let isContainer = try document(bytes, at: &position, &workspace)
        guard position == bytes.count else { throw DecodeFailure(.trailingContent, at: position) }
        if isFlattened {
            try checkWords(workspace)
            if plan.attributes.isDeclared { describeSamples(bytes, &workspace) }
        } else {
            try appendDeclaredFields(bytes, &workspace)
            try checkDeclared(isContainer, content.lowerBound, &workspace)
        }
    }

    /// Where words are declared, a message of texts that are none of them breaks the declaration;
    /// elsewhere it describes something.
    private func checkWords(_ workspace: borrowing DecodingWorkspace) throws(DecodeFailure) {
        guard !words.isEmpty, workspace.firstText >= 0,
            workspace.samples.count == workspace.firstSample
        else { return }
        throw DecodeFailure(.undeclaredWord, at: Int(workspace.firstText))
    }

    // MARK: Declared fields

    private func appendDeclaredFields(
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        guard !plan.fields.isEmpty else { return }
        var description = description(plan.attributes, qualities, bytes, &workspace)
        for index in 0..<plan.fields.count {
            let field = plan.fields[index]
            guard workspace.tokens[field.slot].kind != .absent else { continue }
            description.unit =
                field.unitSlot < 0
                ? 0
                : workspace.unit(
                    of: workspace.tokens[field.unitSlot],
                    bytes,
                    agreed: plan.agreedUnit,
                )
            try appendDeclared(
                field.slot,
                path: index,
                name: field.name,
                description,
                bytes,
                &workspace,
            )
        }
    }

    /// Appends what a declared path holds, which must be a value.
    func appendDeclared(
        _ slot: Int,
        path: Int,
        name: Int32,
        _ description: SampleDescription,
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        let token = workspace.tokens[slot]
        if let value = value(of: token, bytes, &workspace) {
            try workspace.append(name: name, value.kind, value.value, description)
        } else if token.kind == .absent {
            try workspace.append(name: name, .missing, 0, description)
        } else {
            let problem = token.kind == .string ? DecodeProblem.undeclaredWord : .wrongType
            throw DecodeFailure(problem, at: Int(token.start), path: path)
        }
    }

    /// What a token says as a value; nil: nothing, as a container or a text that is none.
    @inline(__always)
    func value(
        of token: JSONToken,
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) -> (kind: Sample.Kind, value: Double)? {
        switch token.kind {
        case .number: TextValue.sampled(token.number.nearestDouble(bytes.extracting(token.range)))
        case .boolean: (.boolean, token.isTrue ? 1 : 0)
        case .null: (.missing, 0)
        case .string: workspace.value(of: token, bytes, words: words)
        case .absent, .container: nil
        }
    }

    private func checkDeclared(
        _ isContainer: Bool,
        _ start: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        guard workspace.samples.count == workspace.firstSample, !workspace.foundReadings
        else { return }
        throw DecodeFailure(isContainer ? .missingField : .wrongType, at: start)
    }

    // MARK: What is said of values

    /// Time, quality, sequence number and unit, as the tokens of the attributes say them.
    func description(
        _ attributes: JSONPlan.Attributes,
        _ qualities: QualityRules,
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) -> SampleDescription {
        var description = SampleDescription()
        if attributes.time >= 0 {
            let token = workspace.tokens[attributes.time]
            description.time = workspace.time(of: token, bytes, by: times)
        }
        if attributes.quality >= 0 {
            let token = workspace.tokens[attributes.quality]
            description.quality = workspace.quality(of: token, bytes, by: qualities)
        }
        if attributes.unit >= 0, plan.fields.isEmpty {
            let token = workspace.tokens[attributes.unit]
            description.unit = workspace.unit(of: token, bytes, agreed: plan.agreedUnit)
        }
        if attributes.sequence >= 0,
            let sequence = DecodingWorkspace.integer(
                of: workspace.tokens[attributes.sequence],
                bytes,
            )
        {
            description.sequence = sequence
            description.hasSequence = true
        }
        return description
    }

    /// Gives a flattened message's samples what the declared paths say of all of them.
    private func describeSamples(_ bytes: Span<UInt8>, _ workspace: inout DecodingWorkspace) {
        let description = description(plan.attributes, qualities, bytes, &workspace)
        for index in workspace.firstSample..<workspace.samples.count {
            if plan.attributes.time >= 0 {
                workspace.samples[index].timeProblem = description.time.problem
                workspace.samples[index].sourceTime =
                    SourceTime(nanoseconds: description.time.nanoseconds)
            }
            if plan.attributes.quality >= 0 {
                workspace.samples[index].quality = description.quality
            }
            if plan.attributes.unit >= 0 { workspace.samples[index].unit = description.unit }
            workspace.samples[index].sequence = description.sequence
            workspace.samples[index].hasSequence = description.hasSequence
        }
    }
}
