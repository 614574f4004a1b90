/// How far the keys of an object follow the ranks of their names, which shows that none is given
/// twice.
struct KeyOrder {
    /// Of the key before.
    var rank: UInt32 = 0
    /// What the object marks its names with once their ranks say nothing; 0 before.
    var stamp: UInt64 = 0

    var isLost: Bool { stamp != 0 }
}
