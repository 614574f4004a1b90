import History
import Monitoring

// `store:` and `discovery:`.

extension SettingsReader {
    static let storeKeys = SectionKeys(
        known: ["path", "retention", "commitInterval"],
        later: ["synchronous", "checkpoint", "journal", "central", "flightRecorder"],
    )
    static let retentionKeys = SectionKeys(
        known: ["minute", "quarterHour", "day", "events", "maxBytes"],
        later: ["flightRecorder", "samples", "alarms", "findings"],
        misplaced: ["hour": "write `quarterHour`, rows are kept of a minute, 15 min and a day"],
    )
    static let discoveryKeys = SectionKeys(known: ["limit", "forgetAfter"])

    /// Where the database is unless the configuration says otherwise: the folder that the Debian
    /// package makes.
    static let defaultStorePath = "/var/lib/assay/assay.db"

    /// - Parameter start: of the configuration, for what is wrong with a default.
    mutating func store(_ value: YAMLValue?, start: Place) -> StoreSettings {
        var settings = StoreSettings(path: Self.defaultStorePath)
        guard let value else {
            inspectStore(settings.path, at: start)
            return settings
        }
        guard let section = section(value, "`store`", keys: Self.storeKeys) else {
            return settings
        }
        if let given = section["path"] {
            if let path = path(section, "path") {
                settings.path = path
                inspectStore(path, at: given.place)
            }
        } else {
            inspectStore(settings.path, at: section.place)
        }
        settings.commitInterval = duration(
            section,
            "commitInterval",
            in: .milliseconds(10)...(.seconds(10)),
        )
        if let retention = section["retention"] {
            settings.retention = self.retention(retention)
        }
        return settings
    }

    /// Where the database will lie: SQLite makes files beside it, so its folder must be there and
    /// this user's to write.
    private mutating func inspectStore(_ path: String, at place: Place) {
        guard writesStore else { return }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let title = "the database cannot lie at `\(path)`"
        let elsewhere = "write another place as `store: { path: … }`"
        switch (inspect(path), inspect(folder)) {
        case (let file?, _) where file.isFolder:
            let inside = path.hasSuffix("/") ? "\(path)assay.db" : "\(path)/assay.db"
            report(place, "\(title), which is a folder", hint: "write `\(inside)`")
        case (_, nil):
            report(
                place,
                "\(title), because there is no folder `\(folder)`",
                hint: "make the folder and give it to the daemon's user, or \(elsewhere)",
            )
        case (_, let facts?) where !facts.isFolder:
            report(place, "\(title), because `\(folder)` is a file", hint: elsewhere)
        case (_, let facts?) where !facts.isWritable:
            report(
                place,
                "\(title), because this user may not write into `\(folder)`",
                hint: "run this as the daemon's user, make it the folder's owner, or \(elsewhere)",
            )
        case (let file?, _) where !file.isWritable:
            report(
                place,
                "the database `\(path)` is there, and this user may not write it",
                hint: "run this as the daemon's user, or make it the file's owner",
            )
        default: break
        }
    }

    private mutating func retention(_ value: YAMLValue) -> StoreSettings.Retention {
        var retention = StoreSettings.Retention()
        guard let section = section(value, "`retention`", keys: Self.retentionKeys) else {
            return retention
        }
        let ages: [(String, WritableKeyPath<StoreSettings.Retention, Nanoseconds>, Nanoseconds)] = [
            ("minute", \.minute, .hour), ("quarterHour", \.quarterHour, .hour),
            ("day", \.day, .day), ("events", \.events, .day),
        ]
        for (key, age, least) in ages {
            if let given = duration(section, key, in: least...(.longest)) {
                retention[keyPath: age] = given
            }
        }
        // Below 16 MiB the ballast file and one day of a few feeds do not fit.
        if let size = size(section, "maxBytes", in: (16 << 20)...(1 << 50)) {
            retention.maxBytes = size
        }
        reportReversed(section, "quarterHour", retention.quarterHour, "minute", retention.minute)
        reportReversed(section, "day", retention.day, "quarterHour", retention.quarterHour)
        return retention
    }

    /// A coarser row that goes before the finer one leaves a hole in every longer chart.
    private mutating func reportReversed(
        _ section: Section,
        _ coarse: String,
        _ coarseAge: Nanoseconds,
        _ fine: String,
        _ fineAge: Nanoseconds,
    ) {
        guard coarseAge < fineAge, section.has(coarse) || section.has(fine) else { return }
        let key = section.has(coarse) ? coarse : fine
        report(
            section[key]?.place ?? section.place,
            "`\(coarse)` is kept for \(DurationText.text(coarseAge)), shorter than `\(fine)` with "
                + DurationText.text(fineAge),
            hint: "keep `\(coarse)` at least as long",
        )
    }

    mutating func discovery(_ value: YAMLValue?) -> DiscoverySettings {
        var settings = DiscoverySettings()
        guard let value, let section = section(value, "`discovery`", keys: Self.discoveryKeys)
        else { return settings }
        settings.limit = count(section, "limit", in: 1...Limits.feeds) ?? settings.limit
        let ages = Nanoseconds.hour...Nanoseconds.longest
        settings.forgetAfter = duration(section, "forgetAfter", in: ages) ?? settings.forgetAfter
        return settings
    }
}
