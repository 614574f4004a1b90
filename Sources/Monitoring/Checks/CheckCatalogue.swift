/// All checks, one line each, by concern and rank. A check's place here is its `CheckID` within a run; what is stored is
/// its name.
public enum CheckCatalogue {
    static let types: [any Check.Type] = [
        SilenceCheck.self,
        GapCheck.self,
        CompletenessCheck.self,
        MalformedCheck.self,
        SchemaCheck.self,
        ImpossibleDateCheck.self,
        ClockSkewCheck.self,
        LatencyCheck.self,
        OutOfOrderCheck.self,
        DuplicateCheck.self,
        DuplicateTimestampCheck.self,
        NonFiniteCheck.self,
        RangeCheck.self,
        SpikeCheck.self,
        QualityCheck.self,
        FlatLineCheck.self,
    ]

    /// The definitions, in the order of `types`.
    public static let all: [CheckDefinition] = types.map { $0.definition }

    /// The check of that name, or nil.
    public static func id(named name: String) -> CheckID? {
        all.firstIndex { $0.name == name }.map { CheckID(index: UInt8($0)) }
    }
}
