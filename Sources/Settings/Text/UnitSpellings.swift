import Decoding

/// How a unit is written by devices, from what people write instead of UCUM codes.
enum UnitSpellings {
    /// Codes of other things in UCUM that stand for a temperature in every payload.
    private static let letters = ["C": "Cel", "F": "[degF]"]

    /// Usual multiples, so that a change of prefix is known as one.
    private static let multiples = [
        "kPa", "hPa", "MPa", "mbar", "kW", "MW", "mW", "mA", "mV", "kV", "kg", "mg", "mm", "cm",
        "km",
        "ml", "mL", "ms", "us", "min", "m3/h", "l/min", "l/h", "m/s", "kW.h", "kN", "kHz", "MHz",
    ]

    /// What a payload may call a unit, and what it may not.
    static func agreed(_ code: String) -> AgreedUnit {
        let meanings = UnitAtoms.commonMistakes.merging(letters) { $1 }
        let spellings = Set(meanings.filter { $0.value == code }.keys).union([code])
        let known = Set(UnitAtoms.all).union(multiples).union(meanings.keys).union(meanings.values)
        return AgreedUnit(spellings: spellings, others: known.subtracting(spellings))
    }
}
