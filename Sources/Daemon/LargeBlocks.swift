import CMachine

/// Large blocks of memory of their own mappings, which go back to the system once they are freed.
///
/// The C library would move its threshold up with each large block that is freed, and then take the
/// next ones from the heap, where what is allocated behind them keeps them resident: 3 MiB at 10,000
/// feeds, whose first report is as large.
public enum LargeBlocks {
    private static let leastSize: Int32 = 131_072

    /// Once, before anything large is allocated.
    public static func keepApart() { mallopt(M_MMAP_THRESHOLD, leastSize) }
}
