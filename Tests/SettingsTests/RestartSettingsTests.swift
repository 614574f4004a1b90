import Testing

@testable import Settings

@Suite("What only a start takes over")
struct RestartSettingsTests {
    private static let text = """
        gateway: g
        broker:
          url: mqtts://b.local:8883
          clientID: c
          username: u
          passwordFile: /p
          tls: {ca: /ca}
        store: {path: /s/a.db, retention: {minute: 3d}}
        feeds:
          - topic: plant/#

        """

    private func load(_ text: String) throws -> Configuration {
        try Configuration.parse(
            text,
            file: "assay.yaml",
            hostName: "host",
            inspect: { _ in FileFacts(permissions: 0o600) },
        )
    }

    private func settings(replacing old: String, by new: String) throws -> [String] {
        #expect(Self.text.contains(old))
        let changed = Self.text.replacing(old, with: new)
        return try load(changed).settingsForRestart(of: try load(Self.text))
    }

    @Test(
        "feeds, classes, discovery, retention and the commit interval can be taken over",
        arguments: [
            ("plant/#", "plant/+"), ("minute: 3d", "minute: 4d"),
            ("feeds:", "discovery: {limit: 7}\nfeeds:"),
            ("path: /s/a.db,", "path: /s/a.db, commitInterval: 50ms,"),
            ("plant/#", "plant/#\n    checks: {range: {fail: [0, 1]}}"),
        ],
    )
    func taken(old: String, new: String) throws {
        #expect(try settings(replacing: old, by: new) == [])
    }

    @Test(
        "gateway, brokers, the database's place and deliveries cannot, and are named",
        arguments: [
            ("gateway: g", "gateway: h", ["gateway"]),
            ("b.local:8883", "b.local:8884", ["broker main (url)"]),
            ("b.local:8883", "d.local:8883", ["broker main (url)"]),
            ("clientID: c", "clientID: d", ["broker main (clientID)"]),
            ("username: u", "username: v", ["broker main (username)"]),
            ("passwordFile: /p", "passwordFile: /q", ["broker main (passwordFile)"]),
            ("{ca: /ca}", "{ca: /other}", ["broker main (tls)"]),
            ("clientID: c", "clientID: c\n  qos: 0", ["broker main (qos)"]),
            ("clientID: c", "clientID: c\n  keepAlive: 20s", ["broker main (keepAlive)"]),
            (
                "clientID: c", "clientID: c\n  name: hall",
                ["broker (which there are, or their order)"]
            ),
            ("/s/a.db", "/s/b.db", ["store.path"]),
            ("feeds:", "deliveries: [{mqtt: {}, priorities: [high]}]\nfeeds:", ["deliveries"]),
        ] as [(String, String, [String])],
    )
    func refused(old: String, new: String, named: [String]) throws {
        #expect(try settings(replacing: old, by: new) == named)
    }

    @Test("several are named together")
    func several() throws {
        let changed = Self.text.replacing("gateway: g", with: "gateway: h")
            .replacing("clientID: c", with: "clientID: d").replacing(
                "username: u",
                with: "username: v"
            )
        let settings = try load(changed).settingsForRestart(of: try load(Self.text))
        #expect(settings == ["gateway", "broker main (clientID, username)"])
    }
}
