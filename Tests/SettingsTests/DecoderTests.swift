import Decoding
import Monitoring
import Testing

@testable import Settings

/// Settings and the parts that they are for must agree: what one accepts the other can follow.
@Suite("Agreement with decoder and catalogue")
struct DecoderTests {
    @Test("a named zone follows the database's summer time")
    func zone() throws {
        let zone = try #require(ZoneDatabase.offsets(of: "Europe/Stockholm"))
        // 2026-03-29T01:00:00Z and 2026-10-25T01:00:00Z: last Sundays of March and October, EU
        // directive 2000/84.
        let spring: Int64 = 1_774_746_000
        let autumn: Int64 = 1_792_890_000
        #expect(zone.transitions.contains(.init(seconds: spring, offset: 7_200)))
        #expect(zone.transitions.contains(.init(seconds: autumn, offset: 3_600)))
        // Noon of 1 July 2026 by local clocks is 10:00 UTC.
        #expect(zone.utcSeconds(ofLocal: 1_782_907_200, nearby: 0) == 1_782_900_000)
        #expect(ZoneDatabase.offsets(of: "Asia/Kolkata")?.initialOffset == 19_800)
        #expect(ZoneDatabase.offsets(of: "+01:00") == TimeZoneOffsets(initialOffset: 3_600))
        #expect(ZoneDatabase.offsets(of: "Atlantis") == nil)
    }

    @Test("the decoder can follow every payload of the examples")
    func examples() throws {
        for name in ["assay.yaml", "minimal.yaml"] {
            let configuration = try Configuration.load(
                path: "\(ExampleTests.folder)/\(name)",
                environment: [:],
                hostName: "gw",
            )
            for feed in configuration.feeds {
                #expect(DecoderCatalog.problem(in: feed.payload) == nil)
                #expect(feed.rule.fieldNames == feed.payload.fields.map(\.knownName))
            }
        }
    }

    @Test("every check of the catalogue can be configured by its own defaults")
    func catalogueDefaults() throws {
        for check in CheckCatalogue.all {
            let given = check.parameters.compactMap { parameter in
                parameter.defaultText.map { "\(parameter.name): \($0)" }
            }
            let text =
                "feeds: [{topic: a, checks: {\(check.name): {\(given.joined(separator: ", "))}}}]"
            #expect(throws: Never.self, "\(text)") {
                try Configuration.parse(text, file: "f", hostName: "gw")
            }
        }
    }
}
