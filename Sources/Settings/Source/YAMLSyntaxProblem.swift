import Yams

/// A parser's complaint in the words of somebody who writes a settings file.
enum YAMLSyntaxProblem {
    static func problem(for error: any Error, in source: SourceText) -> Problem {
        switch error {
        case YamlError.scanner(let context?, "found unexpected end of stream", _, _):
            return Problem(
                at: source.place(line: context.mark.line, column: context.mark.column),
                "the quoted text that begins here has no end",
                hint: "close the quotes",
            )
        case YamlError.scanner(_, let problem, let mark, _),
            YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            let place = source.place(line: mark.line, column: mark.column)
            if let tab = tabIndentation(near: place, in: source) { return tab }
            if problem == "did not find expected '-' indicator",
                let slip = slippedKey(at: place, in: source)
            {
                return slip
            }
            let words = words(for: problem)
            return Problem(at: place, words.message, hint: words.hint)
        case YamlError.reader(_, let offset, _, let yaml):
            return Problem(
                at: place(ofCharacter: offset ?? 0, of: yaml, in: source),
                "a control character stands here",
                hint: "remove it",
            )
        default:
            return Problem(
                at: source.place(line: 1, column: 1),
                "the file cannot be read as YAML (\(type(of: error)))",
                hint: "check it with a YAML validator",
            )
        }
    }

    /// Tabs confuse the parser on the same line or on the next, so both are looked at.
    private static func tabIndentation(near place: Place, in source: SourceText) -> Problem? {
        for line in [place.line, place.line - 1] where line >= 1 {
            let indentation = source.lines[line - 1].prefix { $0 == " " || $0 == "\t" }
            guard let tab = indentation.firstIndex(of: "\t") else { continue }
            let column = indentation.distance(from: indentation.startIndex, to: tab) + 1
            return Problem(
                at: source.place(line: line, column: column),
                "a tab is used to indent",
                hint: "indent with spaces, YAML allows nothing else",
            )
        }
        return nil
    }

    /// A key that is indented less than the mapping of its list element, and more than the element's
    /// dash: a parser takes it for the next element, which would be the wrong advice.
    private static func slippedKey(at place: Place, in source: SourceText) -> Problem? {
        let line = String(source.lines[place.line - 1])
        let indentation = line.prefix { $0 == " " }.count
        guard let key = line.wholeMatch(of: #/ *([A-Za-z_][A-Za-z0-9_.-]*):( .*)?/#)?.1 else {
            return nil
        }
        for number in stride(from: place.line - 1, to: 0, by: -1) {
            let above = String(source.lines[number - 1])
            let dash = above.prefix { $0 == " " }.count
            guard dash < indentation, !above.allSatisfy({ $0 == " " }) else { continue }
            guard let element = above.wholeMatch(of: #/( *- +)[^ #\-].*/#)?.1 else { return nil }
            return Problem(
                at: place,
                "`\(key)` stands beneath no other key of its list element",
                hint: "indent it with \(element.count) spaces, like line \(number) after its `- `",
            )
        }
        return nil
    }

    private static func place(
        ofCharacter offset: Int,
        of yaml: String,
        in source: SourceText,
    ) -> Place {
        let before = yaml.prefix(offset).unicodeScalars
        let line = before.count { $0 == "\n" } + 1
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        return source.place(line: line, column: column)
    }

    private static func words(for problem: String) -> (message: String, hint: String) {
        let quoting = "put a text in quotes if it has `: `, ` #`, or begins with one of {[*&!%@`"
        switch problem {
        case "mapping values are not allowed in this context":
            return (
                "a `:` stands where no key can be",
                "check the indentation, and \(quoting)"
            )
        case "did not find expected key":
            return (
                "no key stands where one must follow",
                "give all keys of a mapping the same indentation"
            )
        case "could not find expected ':'":
            return ("a key has no `:` after it", "write `key: value`")
        case "did not find expected ',' or '}'":
            return ("a mapping in braces is not closed here", "write `,` or `}`, and \(quoting)")
        case "did not find expected ',' or ']'":
            return ("a list in brackets is not closed here", "write `,` or `]`, and \(quoting)")
        case "did not find expected '-' indicator":
            return ("no `- ` stands where a list goes on", "begin each element with `- `")
        case "found undefined alias":
            return ("the alias is not defined above", "write `&name` before the value first")
        case "but found another document":
            return ("a second document begins here", "remove `---`, or use a file in conf.d")
        case "found unexpected end of stream":
            return ("the file ends inside a quoted text", "close the quotes")
        case "found character that cannot start any token":
            return ("no value can begin with this character", "\(quoting)")
        case "block sequence entries are not allowed in this context":
            return ("a list begins where none can", "put `- ` on a line of its own")
        default:
            return ("the YAML is broken: \(problem)", "check indentation and quotes")
        }
    }
}
