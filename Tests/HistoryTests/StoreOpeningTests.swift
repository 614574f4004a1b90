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
        #expect(try fixture.number("PRAGMA user_version") == 1)
        #expect(try fixture.rows("PRAGMA journal_mode").first?["journal_mode"] == "wal")
        let values = try store.perform("read the settings of") { database, _ in
            try ["wal_autocheckpoint", "secure_delete", "cache_size"].map {
                try Int.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(values == [500, 0, -16_384])
    }
}
