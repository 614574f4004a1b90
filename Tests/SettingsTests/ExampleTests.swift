import Alarms
import Foundation
import Monitoring
import TestSupport
import Testing

@testable import Settings

@Suite("The example configurations")
struct ExampleTests {
    static let folder = PackageFolder.url.appending(path: "deploy/examples").path

    /// As on a gateway that has all files; with the catalogue that the program has, or that of the
    /// tests while it is empty.
    private func load(_ name: String) throws(ConfigurationProblems) -> Configuration {
        try Configuration.load(
            path: "\(Self.folder)/\(name)",
            environment: [:],
            hostName: "gw",
            catalogue: CheckCatalogue.all.isEmpty ? TestCatalogue.all : CheckCatalogue.all,
            inspect: { _ in FileFacts(permissions: 0o600) },
        )
    }

    @Test("the furnace hall loads without a warning")
    func furnaceHall() throws {
        let configuration = try load("assay.yaml")
        #expect(configuration.warnings == [])
        #expect(configuration.feeds.count == 6)
        #expect(configuration.classNames == ["thermocouple", "pressure"])
        let hearth = configuration.feeds[1]
        #expect(hearth.rule.checks["range"]?.interval("fail")?.high == 1_800)
        #expect(hearth.rule.checks["flatLine"]?.duration("for") == .seconds(300))
        #expect(hearth.alarm.priority == .high)
        #expect(hearth.alarm.action?.hasPrefix("Compare") == true)
        #expect(configuration.feeds[2].rule.fieldNames == ["chamber", "foreline", "pumpCurrent"])
        #expect(configuration.subscriptions(ofBroker: 0) == ["plant/#"])
        #expect(configuration.declaredFeedCount == 6)
    }

    @Test("the smallest configuration loads without a warning")
    func minimal() throws {
        let configuration = try load("minimal.yaml")
        #expect(configuration.warnings == [])
        #expect(configuration.feeds.map(\.rule.filter.text) == ["plant/#"])
    }
}
