/// What becomes of numbered messages, the slow way: a dictionary of what is missing with a time for
/// each, and one of what came with its content.
///
/// Written from the definition and not from the program: no serial window of bits, no shared timers.
struct SequenceOracle {
    enum Event: Equatable {
        case first, next, duplicate, jump, restart, invalid
        case gap(missing: Int)
        case filled
        case leap
    }

    var modulus: Int64 = 0
    var timeout = 5.0
    private(set) var lost = 0
    private(set) var events: [Event] = []
    /// By extended number: since when it is missing.
    private var missing: [Int64: Double] = [:]
    private var abandoned: Set<Int64> = []
    private var seen: [Int64: Int64] = [:]
    private var highest: Int64?
    private var extended: Int64 = 0
    private var expected: Int64?

    init(modulus: Int64 = 0, timeout: Double = 5) {
        self.modulus = modulus
        self.timeout = timeout
    }

    var outstanding: Int { missing.count }

    /// Numbers that are given up, and why.
    mutating func pass(to time: Double) {
        for (number, since) in missing where time - since >= timeout {
            missing[number] = nil
            abandoned.insert(number)
            lost += 1
        }
    }

    mutating func take(_ number: Int64, content: Int64, at time: Double) {
        pass(to: time)
        events.append(judge(number, content, time))
        for (number, _) in missing where extended - number > 64 {
            missing[number] = nil
            abandoned.insert(number)
            lost += 1
        }
        abandoned = abandoned.filter { extended - $0 <= 64 }
        seen = seen.filter { extended - $0.key < 32 }
    }

    private mutating func judge(_ number: Int64, _ content: Int64, _ time: Double) -> Event {
        if modulus > 0, number < 0 || number >= modulus { return .invalid }
        guard let highest else {
            begin(number, content)
            return .first
        }
        var ahead = number - highest
        if modulus > 0 {
            while ahead <= -(modulus - modulus / 2) { ahead += modulus }
            while ahead > modulus / 2 { ahead -= modulus }
        }
        let reach = modulus > 0 ? min(64, modulus / 4) : 64
        let wanted = expected
        expected = nil
        let old = extended + ahead
        if ahead > 0, ahead <= reach {
            for between in 1..<max(ahead, 1) { missing[extended + between] = time }
            extended += ahead
            self.highest = number
            seen[extended] = content
            return ahead == 1 ? .next : .gap(missing: Int(ahead) - 1)
        }
        if ahead <= 0, -ahead <= reach {
            if missing.removeValue(forKey: old) != nil || abandoned.remove(old) != nil {
                seen[old] = content
                return .filled
            }
            if seen[old] == content { return .duplicate }
        }
        guard wanted == number else {
            expected = modulus > 0 ? (number + 1) % modulus : number + 1
            return .jump
        }
        lost += missing.count
        let left = ahead - 2
        let isLeap = modulus == 0 && left > 0 && left <= 10_000
        if isLeap { lost += Int(left) }
        begin(number, content)
        return isLeap ? .leap : .restart
    }

    private mutating func begin(_ number: Int64, _ content: Int64) {
        missing = [:]
        abandoned = []
        highest = number
        extended = 0
        seen = [0: content]
    }
}
