/// All kinds of fault, one line each. A new one is its file, a line here and its test.
public enum FaultCatalogue {
    public static let all: [FaultDefinition] = [
        StuckFault.definition,
        SpikeFault.definition,
        OutOfRangeFault.definition,
        DropoutFault.definition,
        DeadFeedFault.definition,
        GarbageFault.definition,
        DuplicateFault.definition,
        OutOfOrderFault.definition,
        LateFault.definition,
        ClockOffFault.definition,
        NoiseFault.definition,
        OffsetFault.definition,
        DriftFault.definition,
        ClippingFault.definition,
        SentinelFault.definition,
        UnitErrorFault.definition,
        SequenceGapFault.definition,
        RateFloodFault.definition,
    ]
}
