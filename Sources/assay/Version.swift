/// The version of the program, here and nowhere else; CHANGELOG.md begins with it.
enum Version {
    static let text = "0.1.0"
}
