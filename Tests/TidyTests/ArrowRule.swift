/// Package.swift declares exactly the arrows of TargetTable.
enum ArrowRule {
    static func problems(in manifest: Manifest) -> [TidyProblem] {
        let names = Set(manifest.targets.map(\.name))
        let missing = TargetTable.sources.keys.filter { !names.contains($0) }.sorted().map {
            TidyProblem(
                path: Manifest.path,
                line: 1,
                text: "lacks the target \($0); declare it, or take it out of TargetTable"
            )
        }
        return missing + manifest.targets.flatMap(problems)
    }

    private static func problems(of target: Manifest.Target) -> [TidyProblem] {
        var texts: [String] = []
        if let entry = TargetTable.sources[target.name] {
            texts += differences(
                target.uses.union(target.packages),
                entry.uses.union(entry.packages)
            )
        } else if target.isTest || TargetTable.testPrograms.contains(target.name) {
            if target.uses.contains("Daemon"), !TargetTable.usersOfDaemon.contains(target.name) {
                texts.append(
                    "uses Daemon; only \(TargetTable.usersOfDaemon.sorted().joined(separator: ", ")) may"
                )
            }
        } else if target.name != "CAllocationCounter" {
            texts.append("is not in TargetTable; enter it there with its arrows")
        }
        return texts.map {
            TidyProblem(path: Manifest.path, line: target.line, text: "\(target.name) \($0)")
        }
    }

    private static func differences(_ found: Set<String>, _ allowed: Set<String>) -> [String] {
        found.subtracting(allowed).sorted().map {
            "uses \($0), an arrow that is not drawn; do without it, or draw it in TargetTable and "
                + "ARCHITECTURE.md"
        }
            + allowed.subtracting(found).sorted().map {
                "does not use \($0), which TargetTable draws; take the arrow out there"
            }
    }
}
