import Monitoring

/// How a source writes its payloads. The forms are those that plants mix on one broker.
enum PayloadForm: Sendable, Equatable {
    /// `612.4`, or a word
    case bare
    /// `{"ts":1754000000123,"value":612.4,"seq":17,"q":"GOOD","unit":"Cel"}`
    case object
    /// `{"ts":…,"seq":17,"q":"GOOD","<group>":{"current":6512,"voltage":41.83}}`
    case group(String)
    /// `{"values":[{"id":"speed","v":2941,"q":true,"t":1754000000123},…]}`
    case readings

    /// The payload of one reading.
    func payload(of reading: PlantReading, from source: PlantSource) -> [UInt8] {
        switch self {
        case .bare: Array(number(0, reading, source).utf8)
        case .object: Array(object(reading, source).utf8)
        case .group(let name): Array(group(name, reading, source).utf8)
        case .readings: Array(readings(reading, source).utf8)
        }
    }

    private func number(_ field: Int, _ reading: PlantReading, _ source: PlantSource) -> String {
        source.fields[field].notation.text(reading.values[field])
    }

    private func milliseconds(_ reading: PlantReading) -> Int64 {
        reading.sourceTime.nanoseconds / 1_000_000
    }

    private func object(_ reading: PlantReading, _ source: PlantSource) -> String {
        let value = number(0, reading, source)
        return """
            {"ts":\(milliseconds(reading)),"value":\(value),"seq":\(reading.sequence),\
            "q":"GOOD","unit":"\(source.fields[0].unit)"}
            """
    }

    private func group(_ name: String, _ reading: PlantReading, _ source: PlantSource) -> String {
        let members = source.fields.indices
            .map { "\"\(source.fields[$0].name)\":\(number($0, reading, source))" }
            .joined(separator: ",")
        return """
            {"ts":\(milliseconds(reading)),"seq":\(reading.sequence),"q":"GOOD",\
            "\(name)":{\(members)}}
            """
    }

    private func readings(_ reading: PlantReading, _ source: PlantSource) -> String {
        let time = milliseconds(reading)
        let elements = source.fields.indices.map { field in
            """
            {"id":"\(source.fields[field].name)","v":\(number(field, reading, source)),\
            "q":true,"t":\(time)}
            """
        }
        return "{\"values\":[\(elements.joined(separator: ","))]}"
    }
}
