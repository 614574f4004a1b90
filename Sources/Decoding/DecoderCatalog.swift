/// Every payload format by name: one line each.
public enum DecoderCatalog {
    private static let types: [any PayloadFormat.Type] = [
        JSONFormat.self,
        ScalarFormat.self,
    ]

    /// What `payload: { format: … }` may say.
    public static var formats: [String] { types.map { $0.name } }

    /// What is wrong with settings that no decoder can follow, as a clause after *payload*, with
    /// what to write instead; nil: nothing.
    public static func problem(in settings: PayloadSettings) -> String? {
        if let format = settings.format, !formats.contains(format) {
            return "has the unknown format `\(format)`; write "
                + formats.map { "`\($0)`" }.joined(separator: " or ")
        }
        if settings.readings != nil, !settings.fields.isEmpty {
            return "has both `each` and `fields`; write one feed rule for each of them"
        }
        let paths = settings.paths
        for path in paths where path.steps.contains(.all) {
            return "has `[*]` in `\(path.text)`; write it only at the end of `each`"
        }
        if let each = settings.readings?.each {
            guard each.steps.last == .all, each.steps.dropLast().contains(.all) == false else {
                return
                    "has `each: \(each.text)`; write the array's path and `[*]`, once, at its end"
            }
        }
        var names: Set<String> = []
        for field in settings.fields where !names.insert(field.knownName).inserted {
            return "has two fields `\(field.knownName)`; give each a `name` of its own"
        }
        if paths.count > Int(Int8.max) {
            return "has more than \(Int8.max) paths; split the rule"
        }
        return nil
    }

    /// The format of a rule, ready to read. Settings with a `problem` are a broken assumption.
    static func format(
        for settings: PayloadSettings,
        in workspace: inout DecodingWorkspace,
    ) -> any PayloadFormat {
        if let problem = problem(in: settings) {
            preconditionFailure("settings reached the decoder unchecked: payload \(problem)")
        }
        guard let name = settings.format else {
            return settings.paths.isEmpty
                ? RecognisedFormat(settings, in: &workspace)
                : JSONFormat(settings, in: &workspace)
        }
        for type in types where type.name == name { return type.init(settings, in: &workspace) }
        preconditionFailure("format `\(name)` was found in the catalogue and is not in it")
    }
}
