/// A file's bytes as text: UTF-8, with or without a byte order mark.
enum ConfigurationText {
    static func decode(_ bytes: [UInt8], file: String) -> Result<String, Problem> {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        if let text = String(validating: content, as: UTF8.self) { return .success(text) }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return .failure(
                Problem(
                    at: Place(file: file, line: 1, column: 1),
                    "the file is UTF-16",
                    hint: "save it as UTF-8",
                )
            )
        }
        return .failure(
            Problem(
                at: placeOfFault(content, file: file),
                "the file is not UTF-8 from here on",
                hint: "save it as UTF-8",
            )
        )
    }

    /// Where the longest valid beginning ends.
    private static func placeOfFault(_ bytes: ArraySlice<UInt8>, file: String) -> Place {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var place = Place(file: file, line: 1, column: 1)
        while case .valid(let scalar) = decoder.parseScalar(from: &iterator) {
            place.column += 1
            if scalar.first == 0x0A { (place.line, place.column) = (place.line + 1, 1) }
        }
        return place
    }

    static func empty(_ file: String, isMain: Bool) -> Problem {
        Problem(
            severity: isMain ? .error : .warning,
            at: Place(file: file, line: 1, column: 1),
            "the file is empty",
            hint: isMain ? "begin with `feeds:` and `- topic: plant/#` below it" : "remove it",
        )
    }
}

extension Problem: Error {}
