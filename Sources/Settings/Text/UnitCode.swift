/// Units as UCUM codes (The Unified Code for Units of Measure, case sensitive form).
///
/// The subset read here: every prefix; the atoms of `UnitAtoms` (SI, the units in use in plants and
/// laboratories, the customary US ones in brackets); products `.`, quotients `/`, whole exponents,
/// factors such as `10*3`, parentheses and annotations in braces. Special units with arguments and
/// the atoms of medicine are left out. A code outside the subset is refused rather than believed,
/// because a unit that nobody can convert helps nobody.
enum UnitCode {
    /// Throws where the text is no code of the subset; the hint is the likely one.
    static func validate(_ text: String) throws(ValueProblem) {
        if let known = UnitAtoms.commonMistakes[text] {
            throw ValueProblem("is no UCUM code", hint: "write `\(known)`")
        }
        var parser = Parser(rest: Substring(text))
        guard !text.isEmpty, parser.term(), parser.rest.isEmpty else {
            throw ValueProblem("is no UCUM code", hint: hint(for: parser.lastAtom ?? text))
        }
    }

    private static func hint(for atom: String) -> String {
        if let known = UnitAtoms.commonMistakes[atom] {
            return "write `\(known)` in place of `\(atom)`"
        }
        let example = "write a UCUM code such as `Cel`, `bar`, `m3/h` or `1` for a pure number"
        // An atom that is right stands in a term that is wrong.
        guard !UnitAtoms.all.contains(atom) else { return example }
        return Suggestion.hint(for: atom, in: UnitAtoms.all, otherwise: example)
    }

    /// Recursive descent over UCUM's grammar; each method eats what it reads.
    private struct Parser {
        var rest: Substring
        /// The last atom that was tried, for the hint.
        var lastAtom: String?
        /// Parentheses open; more than 16 are refused, which bounds the recursion.
        var depth = 0

        /// `/`? component (`.` or `/` component)*
        mutating func term() -> Bool {
            if rest.first == "/" { rest.removeFirst() }
            guard component() else { return false }
            while let operation = rest.first, operation == "." || operation == "/" {
                rest.removeFirst()
                guard component() else { return false }
            }
            return true
        }

        private mutating func component() -> Bool {
            if rest.first == "(" {
                guard depth < 16 else { return false }
                depth += 1
                rest.removeFirst()
                guard term(), rest.first == ")" else { return false }
                rest.removeFirst()
                depth -= 1
                return true
            }
            if rest.first == "{" { return annotation() }
            let name = rest.prefix { !"./(){}".contains($0) }
            guard !name.isEmpty else { return false }
            rest = rest.dropFirst(name.count)
            guard isUnit(name) else { return false }
            return rest.first == "{" ? annotation() : true
        }

        private mutating func annotation() -> Bool {
            guard let end = rest.firstIndex(of: "}") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }

        /// A number, or an atom with prefix and exponent.
        private mutating func isUnit(_ name: Substring) -> Bool {
            lastAtom = String(name)
            if name.allSatisfy({ ("0"..."9").contains($0) }) { return name.first != "0" }
            if isAtom(name) { return true }
            let digits = name.reversed().prefix { ("0"..."9").contains($0) }.count
            guard digits > 0 else { return false }
            var stem = name.dropLast(digits)
            if let sign = stem.last, sign == "-" || sign == "+" { stem.removeLast() }
            lastAtom = String(stem)
            return isAtom(stem)
        }

        private func isAtom(_ name: Substring) -> Bool {
            let name = String(name)
            if UnitAtoms.metric.contains(name) || UnitAtoms.plain.contains(name) { return true }
            return UnitAtoms.prefixes.contains { prefix in
                name.hasPrefix(prefix)
                    && UnitAtoms.metric.contains(String(name.dropFirst(prefix.count)))
            }
        }
    }
}
