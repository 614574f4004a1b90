// `${VARIABLE}` in paths, hosts and names.

extension SettingsReader {
    /// A name or host with its variables filled in. An undefined variable is a problem: an empty
    /// text in its place would be a wrong path that somebody hunts for at night.
    mutating func expanded(_ section: Section, _ key: String) -> String? {
        guard let value = section[key], let text = scalar(value, "`\(key)`") else { return nil }
        return expand(text, of: "`\(key)`", at: value.place)
    }

    mutating func expand(_ text: String, of title: String, at place: Place) -> String? {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let offset = text.distance(from: text.startIndex, to: start.lowerBound)
            let here = self.place(of: offset, in: text, at: place)
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                report(here, "`${` in \(title) has no `}`", hint: "write `${VARIABLE}`")
                return nil
            }
            let name = String(rest[start.upperBound..<end])
            guard let value = environment[name], !value.isEmpty else {
                reportUndefined(name, in: title, at: here)
                return nil
            }
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private mutating func reportUndefined(_ name: String, in title: String, at place: Place) {
        guard !name.isEmpty else {
            report(place, "`${}` in \(title) names no variable", hint: "write `${VARIABLE}`")
            return
        }
        // Never its own name: it may be set and empty.
        let usable = environment.filter { !$0.value.isEmpty }.keys.sorted()
        let set = "set it before the start, or write the text itself"
        report(
            place,
            "the variable `\(name)` in \(title) is not set",
            hint: Suggestion.hint(for: name, in: usable, otherwise: set),
        )
    }

    /// The path of a file: variables filled in, and taken from the folder of the configuration file
    /// where it does not begin with `/`.
    mutating func path(_ section: Section, _ key: String) -> String? {
        guard let path = expanded(section, key), let value = section[key] else { return nil }
        if path.hasPrefix("~") {
            report(
                value.place,
                "`\(key)` begins with `~`, which is not expanded",
                hint: "write the whole path, or `${HOME}`",
            )
            return nil
        }
        guard !path.hasPrefix("/") else { return path }
        let file = value.place.file
        guard let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// Looks at a file that the daemon will read. That it is absent is a warning, because a
    /// configuration is often checked on another machine than the gateway.
    mutating func inspectFile(_ path: String?, _ section: Section, _ key: String, isSecret: Bool) {
        guard let path, let place = section[key]?.place else { return }
        guard let facts = inspect(path) else {
            warn(
                place,
                "`\(key)`: there is no file `\(path)` on this machine",
                hint: "put it there before the daemon starts",
            )
            return
        }
        if facts.isFolder {
            report(place, "`\(key)`: `\(path)` is a folder", hint: "write the path of a file")
        } else if isSecret, facts.isReadableByOthers {
            warn(
                place,
                "`\(key)`: others than its owner can read `\(path)`",
                hint: "make the daemon's user its owner, then `chmod 600` it",
            )
        }
    }
}
