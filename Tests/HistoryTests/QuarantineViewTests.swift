import GRDB
import Monitoring
import Testing

@testable import History

/// `quarantine_named`: what the guidance of `malformed` sends people to.
@Suite("The quarantine in words")
struct QuarantineViewTests {
    @Test(
        "text is shown as text on one line, everything else as digits",
        arguments: [
            (Array("#ERR 0x1f".utf8), "#ERR 0x1f"),
            (Array("{\"v\":\r\n\t1,}".utf8), "{\"v\":   1,}"),
            (Array("Störung – 21 °C".utf8), "Störung – 21 °C"),
            ([], ""),
            (Array("a\u{1B}[2J".utf8), "hex 611B5B324A"),
            ([0x61, 0, 0x62], "hex 610062"),
            ([0xFF, 0xFE, 0x31], "hex FFFE31"),
        ] as [([UInt8], String)]
    )
    func payloads(payload: [UInt8], text: String) throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var batch = CommitBatch(rollups: [], feeds: [.made(1)])
        batch.quarantined = [
            QuarantinedMessage(
                feed: FeedID(index: 1),
                at: .start,
                problem: .syntax,
                offset: 3,
                payload: payload,
            )
        ]
        _ = try store.commit(batch, synchronous: .normal)
        let row = try #require(try fixture.rows("SELECT * FROM quarantine_named").first)
        #expect(row["payload"] == text)
        #expect(row["topic"] == FeedDescription.made(1).topic)
        #expect(row["at"] == "2026-11-20T00:00:00Z")
        #expect(row["problem"] == DecodeProblem.syntax.text)
        #expect(row["offset_bytes"] == 3)
    }
}
