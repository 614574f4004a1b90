import Monitoring

/// JSON, by declared paths or, without them, flattened to one field per number, boolean or `null`.
///
/// The document is walked once (`JSONFormat+Walk.swift`). What stands at a declared path is noted
/// in its slot and becomes samples at the end, when the time and quality are known too, whatever
/// the order in the document.
///
/// A declared field that a message lacks yields no sample: devices send changes only. A message
/// with *none* of them is undecodable (`missingField`) until its topic has yielded a field, because
/// then the paths are more likely wrong than the message; afterwards it is one without news.
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
        let first = workspace.samples.count
        workspace.clearTokens(0..<plan.slotCount)
        workspace.foundReadings = false
        var position = content.lowerBound
        let isContainer = try document(bytes, at: &position, &workspace)
        guard position == bytes.count else { throw DecodeFailure(.trailingContent, at: position) }
        if !isFlattened {
            try appendDeclaredFields(bytes, &workspace)
            try checkDeclared(first, isContainer, content.lowerBound, &workspace)
        }
        describe(first..<workspace.samples.count, plan.attributes, qualities, bytes, &workspace)
    }

    // MARK: Declared fields

    private func appendDeclaredFields(
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        for field in plan.fields {
            let token = workspace.tokens[field.slot]
            guard token.kind != .absent else { continue }
            try appendDeclared(token, name: field.name, bytes, &workspace)
            guard field.unitSlot >= 0 else { continue }
            let unit = workspace.unit(of: workspace.tokens[field.unitSlot], bytes)
            workspace.samples[workspace.samples.count - 1].unit = unit
        }
    }

    /// Appends what a declared path holds, which must be a value.
    func appendDeclared(
        _ token: JSONToken,
        name: Int32,
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        switch token.kind {
        case .number:
            let value = TextValue.sampled(token.number.nearestDouble(bytes.extracting(token.range)))
            try workspace.append(name: name, value.kind, value.value)
        case .boolean: try workspace.append(name: name, .boolean, token.isTrue ? 1 : 0)
        case .null, .absent: try workspace.append(name: name, .missing, 0)
        case .container: throw DecodeFailure(.wrongType, at: Int(token.start))
        case .string:
            guard let value = workspace.value(of: token, bytes, words: words) else {
                throw DecodeFailure(.undeclaredWord, at: Int(token.start))
            }
            try workspace.append(name: name, value.kind, value.value)
        }
    }

    private func checkDeclared(
        _ first: Int,
        _ isContainer: Bool,
        _ start: Int,
        _ workspace: inout DecodingWorkspace,
    ) throws(DecodeFailure) {
        guard workspace.samples.count == first, !workspace.foundReadings else { return }
        if !isContainer { throw DecodeFailure(.wrongType, at: start) }
        if !workspace.topicHasFields { throw DecodeFailure(.missingField, at: start) }
    }

    // MARK: What is said of values

    /// Adds time, sequence, quality and unit to samples that have none of their own.
    func describe(
        _ samples: Range<Int>,
        _ attributes: JSONPlan.Attributes,
        _ qualities: QualityRules,
        _ bytes: Span<UInt8>,
        _ workspace: inout DecodingWorkspace,
    ) {
        if samples.isEmpty { return }
        if attributes.time >= 0 {
            let token = workspace.tokens[attributes.time]
            workspace.setTime(workspace.time(of: token, bytes, by: times), of: samples)
        }
        if attributes.sequence >= 0 {
            workspace.setSequence(of: samples, to: workspace.tokens[attributes.sequence], bytes)
        }
        if attributes.quality >= 0 {
            let token = workspace.tokens[attributes.quality]
            let quality = workspace.quality(of: token, bytes, by: qualities)
            for index in samples { workspace.samples[index].quality = quality }
        }
        if attributes.unit >= 0, plan.fields.isEmpty {
            let unit = workspace.unit(of: workspace.tokens[attributes.unit], bytes)
            for index in samples { workspace.samples[index].unit = unit }
        }
    }
}
