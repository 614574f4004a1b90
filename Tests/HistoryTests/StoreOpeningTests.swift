import Foundation
import GRDB
import Glibc
import Monitoring
import Testing

@testable import History

@Suite struct StoreOpeningTests {
    @Test("a new database has the settings that later cannot be changed")
    func settings() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        #expect(store.epoch == "E1")
        #expect(try fixture.number("PRAGMA auto_vacuum") == 2)
        #expect(try fixture.number("PRAGMA page_size") == 4_096)
        #expect(try fixture.number("PRAGMA application_id") == 0x4173_7341)
        #expect(try fixture.number("PRAGMA user_version") == Int64(Migrations.version))
        #expect(try fixture.rows("PRAGMA journal_mode").first?["journal_mode"] == "wal")
        let values = try store.perform("read the settings of") { database, _ in
            try ["wal_autocheckpoint", "secure_delete", "cache_size"].map {
                try Int.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(values == [0, 0, -4_096])
    }

    @Test("files are readable by the group and by nobody else, whatever the process's mask")
    func modes() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(CommitBatch(rollups: [], feeds: [.made(0)]), synchronous: .full)
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: fixture.path + suffix
            )
            #expect(attributes[.posixPermissions] as? Int == 0o640, "mode of assay.db\(suffix)")
        }
    }

    @Test("opening again changes neither epoch, schema nor content")
    func reopening() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        _ = try store.commit(CommitBatch(rollups: [], feeds: [.made(0)]), synchronous: .full)
        try store.close()
        let schema = try fixture.rows("SELECT sql FROM sqlite_master ORDER BY name")
        for _ in 0..<2 {
            let again = try fixture.open(epoch: "E2")
            #expect(again.epoch == "E1")
            #expect(try again.restoreFeeds() == [.made(0)])
            try again.close()
        }
        #expect(try fixture.rows("SELECT sql FROM sqlite_master ORDER BY name") == schema)
    }

    @Test("a second instance is refused, with the first one's process id, and let in afterwards")
    func secondInstance() throws {
        let fixture = try Fixture()
        let first = try fixture.open()
        let error = try #require(throws: HistoryError.self) { try fixture.open() }
        #expect(error.cause == .inUse(processID: getpid()))
        #expect(
            error.description == """
                Could not open the database \(fixture.path): another instance of Assay works on it \
                (process \(getpid())). Stop the other one, or give each its own store.path.
                """
        )
        try first.close()
        try fixture.open().close()
    }

    @Test("a closed store says so")
    func closed() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        try store.close()
        try store.close()
        let error = #expect(throws: HistoryError.self) { try store.restoreFeeds() }
        #expect(error?.cause == .closed)
    }

    @Test("a stopped database can be read as one that does not change, whatever its path")
    func unchangingLocation() throws {
        let fixture = try Fixture()
        let folder = fixture.folder.appendingPathComponent("a b?c#d%20é")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        fixture.settings.path = folder.path + "/assay.db"
        let store = try fixture.open()
        _ = try store.commit(CommitBatch(rollups: [], feeds: [.made(0)]), synchronous: .full)
        try store.close()
        let location = StoreOpening.unchangingLocation(of: fixture.path)
        let (queue, version) = try StoreOpening.openForReading(location: location)
        #expect(version == Migrations.version)
        #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM feed") } == 1)
        try queue.close()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                == ["assay.db", "assay.db.lock"]
        )
    }

    // MARK: Refusals

    @Test("a database of a newer version is refused and left byte for byte as it was")
    func newerVersion() throws {
        let fixture = try Fixture()
        try fixture.open().close()
        let queue = try DatabaseQueue(path: fixture.path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        let error = #expect(throws: HistoryError.self) { try fixture.open() }
        #expect(error?.cause == .newerVersion(found: 9, known: Migrations.version))
        #expect(error?.canRetry == false)
        #expect(error?.description.contains("newer version of Assay (schema 9") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
        let reading = #expect(throws: HistoryError.self) { try HistoryReader(path: fixture.path) }
        #expect(reading?.cause == .newerVersion(found: 9, known: Migrations.version))
    }

    @Test("a newer version that only the log of a crash knows of is refused too")
    func newerVersionInLog() throws {
        let fixture = try Fixture()
        try fixture.open().close()
        let queue = try DatabaseQueue(path: fixture.path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9") }
        // A copy of file and log while the writer has not yet put the log back: a crash.
        let copy = try Fixture()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: fixture.path + suffix,
                toPath: copy.path + suffix,
            )
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: copy.path))
        let error = #expect(throws: HistoryError.self) { try copy.open() }
        #expect(error?.cause == .newerVersion(found: 9, known: Migrations.version))
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.path)) == before)
    }

    @Test("what is no database of ours is refused and left as it was")
    func foreignFiles() throws {
        let text = Data("temperature,pressure\n".utf8)
        let fixture = try Fixture()
        try text.write(to: URL(fileURLWithPath: fixture.path))
        let error = #expect(throws: HistoryError.self) { try fixture.open() }
        #expect(error?.cause == .notADatabase)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == text)
        let reading = #expect(throws: HistoryError.self) { try HistoryReader(path: fixture.path) }
        #expect(reading?.cause == .notADatabase)

        let other = try Fixture()
        let queue = try DatabaseQueue(path: other.path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "CREATE TABLE recipe (id)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: other.path))
        #expect(throws: HistoryError.self) { try other.open() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: other.path)) == before)
        do {
            _ = try other.open()
        } catch {
            #expect((error as? HistoryError)?.cause == .foreign)
        }
    }

    @Test("an empty file and an interrupted creation become a database")
    func interruptedCreation() throws {
        let empty = try Fixture()
        try Data().write(to: URL(fileURLWithPath: empty.path))
        try empty.open().close()
        #expect(try empty.number("PRAGMA auto_vacuum") == 2)

        let unborn = try Fixture()
        let queue = try DatabaseQueue(path: unborn.path)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA auto_vacuum = INCREMENTAL;
                    PRAGMA journal_mode = WAL;
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    """
            )
        }
        try queue.close()
        try unborn.open().close()
        #expect(try unborn.number("SELECT count(*) FROM meta") == 1)
    }

    @Test("a missing folder and a file that is none are named")
    func missingFolder() throws {
        let fixture = try Fixture()
        fixture.settings.path = fixture.folder.path + "/nowhere/assay.db"
        let error = #expect(throws: HistoryError.self) { try fixture.open() }
        #expect(error?.cause == .folderMissing(fixture.folder.path + "/nowhere"))
        #expect(error?.description.contains("Create it, owned by the user that runs Assay") == true)
        let reading = #expect(throws: HistoryError.self) {
            try HistoryReader(path: fixture.folder.path + "/absent.db")
        }
        #expect(reading?.cause == .missing)
    }

    /// The superuser may write nearly everywhere, but nobody creates files in sysfs. Where that is
    /// not mounted, as in a chroot, `/sys` is a folder like any other.
    private static let hasUnwritable =
        geteuid() != 0 || FileManager.default.fileExists(atPath: "/sys/kernel")

    @Test(
        "a folder that may not be written is named, with what to do",
        .enabled(if: hasUnwritable, "the superuser may write everywhere here"),
    )
    func readOnlyFolder() throws {
        let fixture = try Fixture()
        let isSuperuser = geteuid() == 0
        let folder = isSuperuser ? "/sys" : fixture.folder.path
        fixture.settings.path = "\(folder)/assay.db"
        if !isSuperuser {
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
        }
        let error = try #require(throws: HistoryError.self) { try fixture.open() }
        guard case .notPermitted(let reason) = error.cause else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.hasSuffix(", \(folder)/assay.db.lock"))
        #expect(error.description.contains("Give the user that runs Assay write access"))
        #expect(!error.canRetry)
    }

    // MARK: Migrations

    @Test("a database of the first version keeps its feeds and learns what they said last")
    func upgradesFirstVersion() throws {
        let fixture = try Fixture()
        let queue = try DatabaseQueue(path: fixture.path)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL"
            )
        }
        var migrator = DatabaseMigrator()
        let first = Migrations.steps[0]
        migrator.registerMigration(first.name) { try $0.execute(sql: first.sql) }
        try migrator.migrate(queue)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    INSERT INTO feed VALUES (7, 'plant/a', 'plant/a', 'value', 0, 0, 1, 'Cel', 'a',
                        '[]', 0, 1000000000, NULL, 5, 6, NULL, 20.5);
                    PRAGMA application_id = \(DatabaseFile.applicationID);
                    PRAGMA user_version = 1;
                    """
            )
        }
        try queue.close()
        let store = try fixture.open()
        var feed = try #require(try store.restoreFeeds().first)
        #expect(feed.key == "plant/a" && feed.origin == 20.5 && feed.lastValue == nil)
        feed.lastValue = 21.5
        feed.lastValueAt = EventTime(nanoseconds: 6)
        var batch = CommitBatch()
        batch.at = .start
        batch.report.changedFeeds = [feed]
        _ = try store.commit(batch, synchronous: .full)
        #expect(try store.restoreFeeds() == [feed])
    }

    @Test("migrations are only ever appended")
    func migrationsAreAppendOnly() {
        // A line here is never changed or moved: databases in plants know these names.
        let names = [
            "0001 tables and views", "0002 messages without samples, samples without a feed",
            "0003 messages that came again", "0004 last values of feeds",
            "0005 when last values were, and the quarantine in words",
            "0006 events by time", "0007 feeds by the names of their brokers, and by their end",
            "0008 what is learned, and how far",
        ]
        #expect(Migrations.steps.map(\.name) == names)
    }

    @Test("the steps that were released keep their text", arguments: Migrations.steps.indices)
    func migrationsKeepTheirText(index: Int) {
        // FNV-1a (Fowler, Noll, Vo). A difference means that a released step was edited: append
        // another step instead. Until the first release the number may follow the text.
        let digest = Migrations.steps[index].sql.utf8.reduce(14_695_981_039_346_656_037 as UInt64) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        #expect(digest == Self.released[index], "digest of step \(index + 1) is \(digest)")
    }

    private static let released: [UInt64] = [
        9_205_274_028_072_061_622, 15_159_666_106_168_683_153, 13_559_946_971_276_155_360,
        6_986_319_738_446_544_165, 2_259_024_875_801_152_396,
        4_312_514_635_838_248_190, 12_269_127_531_293_432_623,
        16_269_091_633_804_582_571,
    ]
}
