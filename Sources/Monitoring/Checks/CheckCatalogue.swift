/// All checks, one line each, by concern and rank. A check's place here is its `CheckID` within a run; what is stored is
/// its name.
public enum CheckCatalogue {
    static let types: [any Check.Type] = [
        SilenceCheck.self,
        GapCheck.self,
        SequenceCheck.self,
        CompletenessCheck.self,
        RateCheck.self,
        RegularityCheck.self,
        MalformedCheck.self,
        SchemaCheck.self,
        UnitCheck.self,
        ImpossibleDateCheck.self,
        ClockSkewCheck.self,
        LatencyCheck.self,
        OutOfOrderCheck.self,
        DuplicateCheck.self,
        DuplicateTimestampCheck.self,
        NonFiniteCheck.self,
        SentinelCheck.self,
        RangeCheck.self,
        RateOfChangeCheck.self,
        SpikeCheck.self,
        SaturationCheck.self,
        QualityCheck.self,
        FlatLineCheck.self,
        AttenuatedCheck.self,
        NoiseCheck.self,
        OutlierCheck.self,
        EwmaCheck.self,
        MeanShiftCheck.self,
    ]

    /// The checks that tell of missing time; `completeness` leaves it to them.
    static let silence = place(of: SilenceCheck.self)
    static let gap = place(of: GapCheck.self)

    private static func place(of type: any Check.Type) -> CheckID {
        guard let index = types.firstIndex(where: { $0 == type }) else {
            preconditionFailure("\(type) is not in the catalogue")
        }
        return CheckID(index: UInt8(index))
    }

    /// The definitions, in the order of `types`.
    public static let all: [CheckDefinition] = types.map { $0.definition }

    /// The check of that name, or nil.
    public static func id(named name: String) -> CheckID? {
        all.firstIndex { $0.name == name }.map { CheckID(index: UInt8($0)) }
    }
}
