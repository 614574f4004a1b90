/// The words of `UnitCode`: UCUM's prefixes, the atoms in use in plants, and what people write
/// instead of them.
enum UnitAtoms {
    static let prefixes = [
        "da", "Ki", "Mi", "Gi", "Ti", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m",
        "u", "n", "p", "f", "a", "z", "y",
    ]

    /// Atoms that take a prefix.
    static let metric: Set<String> = [
        "m", "s", "g", "rad", "K", "C", "cd", "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V",
        "F", "Ohm", "S", "Wb", "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "l", "L", "ar", "t",
        "bar", "u", "eV", "pc", "cal", "cal_th", "cal_IT", "B", "B[V]", "B[W]", "B[SPL]", "Np",
        "bit", "By", "Bd", "eq", "osm", "kat", "U", "[iU]", "Gal", "dyn", "erg", "P", "St", "G",
        "Oe", "Mx", "Gb", "Lmb", "ph", "Ci", "R", "RAD", "REM", "m[H2O]", "m[Hg]", "g%", "gf",
        "sb", "tex", "Bi", "att", "mho", "st",
    ]

    /// Atoms that stand alone.
    static let plain: Set<String> = [
        "%", "[ppth]", "[ppm]", "[ppb]", "[pptr]", "10*", "10^", "[pi]", "deg", "'", "''", "gon",
        "min", "h", "d", "wk", "mo", "a", "a_j", "a_g", "a_t", "AU", "atm", "[g]", "[c]", "[h]",
        "[k]", "[e]", "[degF]", "[degR]", "[degRe]", "[in_i]", "[ft_i]", "[yd_i]", "[mi_i]",
        "[nmi_i]", "[kn_i]", "[mil_i]", "[sin_i]", "[sft_i]", "[cin_i]", "[cft_i]", "[cyd_i]",
        "[acr_us]", "[gal_us]", "[qt_us]", "[pt_us]", "[foz_us]", "[bbl_us]", "[gal_br]",
        "[lb_av]", "[oz_av]", "[ston_av]", "[lton_av]", "[lbf_av]", "[gr]", "[psi]", "[Btu]",
        "[Btu_IT]", "[Btu_th]", "[HP]", "[in_i'H2O]", "[in_i'Hg]", "[pH]", "circ", "[S]",
        "[arb'U]", "[IU]", "[CFU]", "[diop]", "[p'diop]", "[car_m]",
        "[car_Au]", "[den]", "[PNU]", "[cml_i]", "[mi_us]", "[ft_us]", "bit_s",
    ]

    /// For suggestions: the plain atoms and the metric ones with the usual prefixes.
    static let all: [String] = plain.sorted() + metric.sorted()

    /// Texts that are common, and what their writers mean.
    static let commonMistakes: [String: String] = [
        "°C": "Cel", "℃": "Cel", "degC": "Cel", "deg C": "Cel", "celsius": "Cel",
        "Celsius": "Cel", "cel": "Cel", "°F": "[degF]", "℉": "[degF]", "degF": "[degF]",
        "fahrenheit": "[degF]", "Fahrenheit": "[degF]", "kelvin": "K", "Kelvin": "K", "°K": "K",
        "°": "deg", "degree": "deg", "degrees": "deg", "µm": "um", "μm": "um", "µs": "us",
        "μs": "us", "µA": "uA", "µV": "uV", "\u{03A9}": "Ohm", "ohm": "Ohm", "k\u{03A9}": "kOhm",
        "M\u{03A9}": "MOhm", "m²": "m2", "m³": "m3", "m^2": "m2", "m^3": "m3", "m³/h": "m3/h",
        "m^3/h": "m3/h", "m3/hr": "m3/h", "l/m": "l/min", "lpm": "l/min", "L/min.": "L/min",
        "m/s²": "m/s2", "m/s^2": "m/s2", "kg/m³": "kg/m3", "kg/m^3": "kg/m3", "psi": "[psi]",
        "PSI": "[psi]", "psig": "[psi]{gauge}", "barg": "bar{gauge}", "bara": "bar{absolute}",
        "Bar": "bar", "mBar": "mbar", "pascal": "Pa", "torr": "mm[Hg]", "Torr": "mm[Hg]",
        "mmHg": "mm[Hg]", "inHg": "[in_i'Hg]", "mmH2O": "mm[H2O]", "inH2O": "[in_i'H2O]",
        "rpm": "/min", "RPM": "/min", "1/min": "/min", "hz": "Hz", "sec": "s", "secs": "s",
        "seconds": "s", "minutes": "min", "hr": "h", "hour": "h", "hours": "h", "day": "d",
        "days": "d", "kWh": "kW.h", "Wh": "W.h", "MWh": "MW.h", "kVA": "kV.A", "VA": "V.A",
        "kVAr": "kV.A{reactive}", "var": "V.A{reactive}", "Ah": "A.h", "mAh": "mA.h", "Nm": "N.m",
        "volt": "V", "volts": "V", "amp": "A", "amps": "A", "watt": "W", "watts": "W",
        "percent": "%", "pct": "%", "%RH": "%{relative humidity}", "ppm": "[ppm]",
        "ppb": "[ppb]", "pH": "[pH]", "ph7": "[pH]", "NTU": "{NTU}", "ft": "[ft_i]",
        "feet": "[ft_i]", "inch": "[in_i]", "inches": "[in_i]", "in": "[in_i]", "yd": "[yd_i]",
        "mile": "[mi_i]", "mph": "[mi_i]/h", "lb": "[lb_av]", "lbs": "[lb_av]", "oz": "[oz_av]",
        "gal": "[gal_us]", "gpm": "[gal_us]/min", "GPM": "[gal_us]/min", "cfm": "[cft_i]/min",
        "CFM": "[cft_i]/min", "hp": "[HP]", "HP": "[HP]", "Btu": "[Btu]", "BTU": "[Btu]",
        "kph": "km/h", "km/hr": "km/h", "kilogram": "kg", "KG": "kg", "Kg": "kg", "ton": "t",
        "tonne": "t", "byte": "By", "bytes": "By", "count": "{count}", "counts": "{count}",
        "pcs": "{pieces}", "none": "1", "dimensionless": "1", "-": "1",
    ]
}
