import Testing

@Suite("The lexer of the tidy rules")
struct SwiftLexerTests {
    private func code(_ text: String) -> [String] { SwiftLexer.split(text).map(\.code) }
    private func comment(_ text: String) -> [String] { SwiftLexer.split(text).map(\.comment) }

    @Test("tells a comment from code, and keeps columns")
    func lineComment() {
        #expect(code("let a = 1 // try!\nb") == ["let a = 1        ", "b"])
        #expect(comment("let a = 1 // try!\nb") == ["          // try!", " "])
    }

    @Test("follows nested comments to their real end")
    func nestedComment() {
        #expect(code("a /* b /* c */ d */ e") == ["a                   e"])
    }

    @Test("blanks what stands in a string, not its quotes")
    func string() {
        #expect(code(#"f("try! // no") + g"#) == [#"f("          ") + g"#])
        #expect(code(#"a = "\"" + b"#) == [#"a = "  " + b"#])
    }

    @Test("takes the inside of an interpolation for code")
    func interpolation() {
        #expect(code(#""x \(f("y)", (1))) z" + w"#) == [#""   (f("  ", (1)))  " + w"#])
    }

    @Test("reads raw strings to the pounds that end them")
    func rawString() {
        #expect(code(##"#"a " \(b) c"# + d"##) == [##"#"          "# + d"##])
        #expect(code(##"#"a \#(b) c"# + d"##) == [##"#"    (b)  "# + d"##])
    }

    @Test("reads a string of several lines, with quotes and comment signs in it")
    func multilineString() {
        let quotes = "\"\"\""
        let text = "a = \(quotes)\n \"x\" // y\n\(quotes)\nprint(1)"
        #expect(code(text) == ["a = \(quotes)", "         ", quotes, "print(1)"])
    }

    @Test("gives as many lines as the text has, whether or not it ends with one")
    func lineCount() {
        #expect(SwiftLexer.split("a\nb\n").count == 2)
        #expect(SwiftLexer.split("a\nb").count == 2)
        #expect(SwiftLexer.split("").isEmpty)
    }
}
