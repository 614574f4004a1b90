import Foundation

/// Finds and reads the files of a configuration: the named one, then `conf.d/*.yaml` beside it in
/// the order of their names.
struct ConfigurationFiles {
    private(set) var sources: [SourceText] = []
    private(set) var texts: [String] = []
    private(set) var problems: [Problem] = []

    init(path: String) {
        read(path, isMain: true)
        let folder = (path as NSString).deletingLastPathComponent
        readFolder(
            folder.isEmpty ? "conf.d" : (folder as NSString).appendingPathComponent("conf.d")
        )
    }

    private mutating func readFolder(_ folder: String) {
        guard let facts = FileFacts.ofFile(folder) else { return }
        guard facts.isFolder else {
            report(folder, "is a file, not a folder", hint: "move it, or make it a folder")
            return
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            report(
                folder,
                "the folder cannot be read",
                hint: "give this user the permission to read it",
            )
            return
        }
        // By bytes, so that the order does not depend on the language of the machine.
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let path = (folder as NSString).appendingPathComponent(name)
            if name.hasPrefix(".") { continue }
            if name.hasSuffix(".yaml") {
                read(path, isMain: false)
            } else if name.hasSuffix(".yml") {
                problems.append(
                    Problem(
                        severity: .warning,
                        at: Place(file: path),
                        "the file is not read, because its name does not end with `.yaml`",
                        hint: "rename it to `.yaml`, or move it away",
                    )
                )
            }
        }
    }

    private mutating func read(_ path: String, isMain: Bool) {
        guard let facts = FileFacts.ofFile(path) else {
            report(
                path,
                "there is no such file",
                hint: "name yours with `--config FILE`, or begin with a copy of "
                    + "deploy/examples/minimal.yaml",
            )
            return
        }
        guard !facts.isFolder else {
            report(path, "is a folder", hint: "name the file in it, such as `\(path)/assay.yaml`")
            return
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            report(path, "cannot be read", hint: "give this user the permission to read it")
            return
        }
        guard data.count <= YAMLDocument.byteLimit else {
            report(
                path,
                "is larger than \(SizeText.text(Int64(YAMLDocument.byteLimit)))",
                hint: "move what repeats into classes",
            )
            return
        }
        add(path, bytes: Array(data), isMain: isMain)
    }

    private mutating func add(_ path: String, bytes: [UInt8], isMain: Bool) {
        switch ConfigurationText.decode(bytes, file: path) {
        case .failure(let problem): problems.append(problem)
        case .success(let text):
            if text.allSatisfy(\.isWhitespace) {
                problems.append(ConfigurationText.empty(path, isMain: isMain))
                return
            }
            texts.append(text)
            sources.append(SourceText(file: path, text: text))
        }
    }

    private mutating func report(_ path: String, _ message: String, hint: String) {
        problems.append(Problem(at: Place(file: path), message, hint: hint))
    }
}

extension FileFacts {
    /// The facts of a file on this machine, symbolic links followed; nil where there is none, or
    /// where its folder may not be searched.
    @Sendable public static func ofFile(_ path: String) -> FileFacts? {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
            let permissions = attributes[.posixPermissions] as? NSNumber
        else { return nil }
        let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
        return FileFacts(
            permissions: permissions.intValue,
            isFolder: isFolder,
            isWritable: FileManager.default.isWritableFile(atPath: real),
        )
    }
}
