/// Counts flags that come close together, by samples and not by time, so that a feed of one sample
/// a minute is judged as one of twenty a second is.
///
/// A fault such as a redelivery shows in single samples between good ones. As long as fewer than
/// ten clean samples lie between two flags they are one cluster, and the check that uses this
/// answers *unknown* to the clean ones, so that its episode stays open. 8 bytes, about 1 ns.
struct RecentFlags: Sendable {
    /// Clean samples that end a cluster: a fault in one message of ten is still one cluster.
    static let clearance: UInt8 = 10

    private var flags: Int32 = 0
    private var clean: UInt8 = 0

    /// No cluster is open.
    var isQuiet: Bool { flags == 0 }

    /// - Returns: how many flags the cluster holds, this one included.
    mutating func flag() -> Int32 {
        clean = 0
        if flags < .max { flags += 1 }
        return flags
    }

    /// - Returns: the answer to a clean sample: good, or unknown while a cluster may go on.
    mutating func pass() -> Assessment {
        guard flags > 0 else { return .good }
        clean += 1
        guard clean >= Self.clearance else { return .unknown }
        flags = 0
        clean = 0
        return .good
    }
}
