/// A set of checks: a bit each, by their places in the catalogue.
public struct CheckMask: Sendable, Equatable {
    private var bits: UInt64 = 0

    public init() {}

    init(_ check: CheckID) { insert(check) }

    init(named names: String...) {
        for name in names {
            guard let id = CheckCatalogue.id(named: name) else {
                preconditionFailure(
                    "a group of checks names \(name), which is not in the catalogue"
                )
            }
            insert(id)
        }
    }

    /// The checks of a concern.
    init(of concern: Concern) {
        for (index, definition) in CheckCatalogue.all.enumerated()
        where definition.concern == concern {
            insert(CheckID(index: UInt8(index)))
        }
    }

    /// Every check of the catalogue.
    static let all: CheckMask = {
        var mask = CheckMask()
        for index in CheckCatalogue.all.indices { mask.insert(CheckID(index: UInt8(index))) }
        return mask
    }()

    public var isEmpty: Bool { bits == 0 }

    public func contains(_ check: CheckID) -> Bool { bits & (1 << UInt64(check.index)) != 0 }

    public mutating func insert(_ check: CheckID) { bits |= 1 << UInt64(check.index) }

    func intersects(_ other: CheckMask) -> Bool { bits & other.bits != 0 }

    func union(_ other: CheckMask) -> CheckMask {
        var mask = self
        mask.bits |= other.bits
        return mask
    }

    func subtracting(_ other: CheckMask) -> CheckMask {
        var mask = self
        mask.bits &= ~other.bits
        return mask
    }
}
