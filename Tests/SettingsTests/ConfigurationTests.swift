import Decoding
import Delivery
import Foundation
import History
import Monitoring
import Mosquitto
import Testing

@testable import Settings

@Suite("A valid configuration")
struct ConfigurationTests {
    @Test("a declared unit beside a path to the payload's own says what the payload may call it")
    func agreedUnit() throws {
        let configuration = try parse(
            """
            feeds:
              - {topic: a, unit: Cel, payload: {format: json, value: $.v, unit: $.u}}
              - {topic: b, payload: {format: json, value: $.v, unit: $.u}}
              - {topic: c, unit: Cel}
            """
        )
        let agreed = try #require(configuration.feeds[0].payload.agreedUnit)
        #expect(agreed.spellings.isSuperset(of: ["Cel", "C", "°C", "degC"]))
        #expect(agreed.others.isSuperset(of: ["K", "F", "°F", "[degF]", "bar", "kPa"]))
        #expect(agreed.spellings.isDisjoint(with: agreed.others))
        #expect(configuration.feeds[1].payload.agreedUnit == nil)
        #expect(configuration.feeds[2].payload.agreedUnit == nil)
    }

    @Test("one feed alone is a useful monitor")
    func smallest() throws {
        let configuration = try parse("feeds: [{topic: plant/#}]\n")
        #expect(configuration.gateway == "gw-1.plant.local")
        #expect(configuration.ownTopicRoot == "assay/gw-1.plant.local")
        #expect(
            configuration.brokers == [
                BrokerSettings(
                    name: "main",
                    host: "localhost",
                    port: 1_883,
                    clientID: "assay-gw-1.plant.local",
                )
            ]
        )
        #expect(configuration.store == StoreSettings(path: "/var/lib/assay/assay.db"))
        #expect(configuration.deliveries == [DeliverySettings(kind: .mqtt)])
        #expect(configuration.discovery == DiscoverySettings(limit: 20_000))
        #expect(configuration.warnings == [])
        #expect(configuration.subscriptions(ofBroker: 0) == ["plant/#"])
        let monitor = configuration.monitorSettings(hashSeed: 7)
        #expect(monitor.brokerNames == ["main"])
        #expect(monitor.rules.map(\.filter.text) == ["plant/#"])
        #expect(monitor.discoveredFeedLimit == 20_000)
        #expect(monitor.hashSeed == 7)
    }

    @Test("a broker's settings arrive typed")
    func broker() throws {
        let configuration = try parse(
            """
            broker:
              url: mqtts://b.local:9000
              name: hall
              clientID: c
              username: u
              passwordFile: /p
              tls: {ca: /ca, certificate: /cert, key: /key}
              qos: 0
              keepAlive: 1min
              receiveMaximum: 100
              sessionExpiry: 1d
              maximumPacketSize: 2MiB
            feeds: [{topic: a}]
            """
        )
        #expect(
            configuration.brokers == [
                BrokerSettings(
                    name: "hall",
                    host: "b.local",
                    port: 9_000,
                    tls: .init(authorities: "/ca", certificate: "/cert", key: "/key"),
                    clientID: "c",
                    username: "u",
                    passwordFile: "/p",
                    qualityOfService: 0,
                    keepAlive: 60,
                    receiveMaximum: 100,
                    sessionExpiry: 86_400,
                    maximumPacketSize: 2 << 20,
                )
            ]
        )
    }

    @Test("keys name the field where a message may have several: also where it is an array")
    func namedFields() throws {
        let configuration = try parse(
            """
            broker: {url: mqtt://localhost}
            feeds:
              - {topic: a/#, payload: {each: "$.values[*]", name: $.id, value: $.v}}
              - {topic: b/#, payload: {fields: [{value: $.x}, {value: $.y}]}}
              - {topic: c/#, payload: {value: $.x}}
              - {topic: d/#}
            """
        )
        #expect(configuration.feeds.map(\.rule.namesFields) == [true, true, false, false])
    }

    @Test("a broker gets each topic once: covered filters are left out")
    func subscriptions() throws {
        let configuration = try parse(
            """
            broker: [{url: mqtt://localhost, name: x}, {url: mqtts://y, name: y}]
            feeds:
              - {topic: "plant/{area}/t"}
              - {topic: plant/hall/t}
              - {topic: plant/hall/p}
              - {topic: "other/+", broker: x}
              - {topic: other/one, broker: y}
              - {topic: $SYS/broker/uptime}
              - {topic: "wide/#"}
              - {topic: "wide/{area}/t"}
            """
        )
        #expect(
            configuration.subscriptions(ofBroker: 0)
                == ["$SYS/broker/uptime", "other/+", "plant/+/t", "plant/hall/p", "wide/#"]
        )
        #expect(
            configuration.subscriptions(ofBroker: 1)
                == ["$SYS/broker/uptime", "other/one", "plant/+/t", "plant/hall/p", "wide/#"]
        )
        #expect(configuration.feeds.map(\.rule.broker) == [nil, nil, nil, 0, 1, nil, nil, nil])
        #expect(configuration.brokers.map(\.clientID).count == 2)
        #expect(Set(configuration.brokers.map(\.clientID)).count == 2)
    }

    @Test("the size estimate reproduces the measured 4 MB per feed and 1,000 feeds in 4 GiB")
    func estimate() throws {
        let estimate = SizeEstimate(declaredFeeds: 10, retention: .init())
        // 4,320 minutes, 8,640 quarter hours, 3,650 days, added up by hand.
        #expect(estimate.bytesPerFeed == 648_000 + 2_401_920 + 1_014_700)
        #expect(estimate.bytes == 40_646_200)
        #expect((1_000...1_100).contains(estimate.feedsThatFit))
        #expect(SizeEstimate.growthPerFeedAndDay == 216_000 + 26_966)
        #expect(SizeEstimate.writtenPerFeedAndDay == 453_600 + 42_971)
        #expect(estimate.levels(feeds: 10).allSatisfy { !$0.isCut })
    }

    @Test("maxBytes cuts minutes first, then quarter hours, then days, each to its floor")
    func reach() {
        let estimate = SizeEstimate(
            declaredFeeds: 20,
            retention: StoreSettings.Retention(maxBytes: 64 << 20),
        )
        func days(_ level: SizeEstimate.Level) -> Double { level.reach.seconds / 86_400 }
        // 20 feeds have 3,355,443.2 bytes each and want 4,064,620: 709,176.8 too many. Minutes can
        // give all but 2 h, 35/36 of 648,000 = 630,000; quarter hours the other 79,176.8, at
        // 26,688 a day.
        let few = estimate.levels(feeds: 20)
        #expect(few.map(\.isCut) == [true, true, false])
        #expect(abs(days(few[0]) - 2.0 / 24) < 1e-6)
        #expect(abs(days(few[1]) - (90 - 79_176.8 / 26_688)) < 1e-6)
        // 17 feeds have 3,947,580.2 bytes each: minutes give the other 117,039.8, at 216,000 a day.
        let fewer = estimate.levels(feeds: 17)
        #expect(fewer.map(\.isCut) == [true, false, false])
        #expect(abs(days(fewer[0]) - (3 - 117_039.765 / 216_000)) < 1e-6)
        // What 100,000 feeds leave is the floors, and the bound is exceeded.
        let floors = estimate.levels(feeds: 100_000).map { days($0) * 24 }
        #expect(zip(floors, [2, 24, 744]).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test("the report says what will happen, and when maxBytes cuts an age short")
    func report() throws {
        let feeds = (1...20).map { "  - {topic: plant/\($0)}" }.joined(separator: "\n")
        let configuration = try parse(
            """
            store: {retention: {maxBytes: 64MiB}}
            classes: {spare: {unit: K}}
            feeds:
            \(feeds)
            """
        )
        let text = CheckReport.text(configuration, path: "assay.yaml")
        for expected in [
            "assay.yaml:2:11: warning: no feed uses the class `spare`",
            "assay.yaml is valid: 1 broker, 20 feed rules, 1 class, 1 warning",
            "gw-1.plant.local, topics below assay/gw-1.plant.local",
            "main: mqtt://localhost:1883, client id assay-gw-1.plant.local, "
                + "QoS 1, 20 subscriptions:",
            "20 declared feeds: 4.63 MiB more per day at first, 77.5 MiB in the end, "
                + "writes 9.47 MiB",
            "maxBytes 64MiB cuts `minute` from 3d to about 2h, "
                + "`quarterHour` from 90d to about 87d: "
                + "raise it to 77.5 MiB",
            "deliveries mqtt, all priorities but journal",
        ] {
            #expect(text.contains(expected), "\(expected)")
        }
    }

    @Test("the report of wildcards says how many feeds fit")
    func wildcardReport() throws {
        let text = CheckReport.text(try parse("feeds: [{topic: plant/#}]\n"), path: "assay.yaml")
        #expect(
            text.contains("up to 20000 more,\n             each forgotten after 30d of silence")
        )
        #expect(text.contains("about 1056 discovered feeds fit beside them"))
    }

    @Test("a refusal lists every problem and counts them")
    func refusal() {
        let text = "feeds: [{topic: a, unit: °C}, {topic: b, windo: 1s}]\nclasses: {c: {}}\n"
        #expect {
            try parse(text)
        } throws: { error in
            guard let problems = error as? ConfigurationProblems else { return false }
            let report = CheckReport.text(problems, path: "assay.yaml")
            return report.hasPrefix("assay.yaml:1:26: error: `unit` is `°C`")
                && report.contains("assay.yaml:1:42: error: unknown key `windo`")
                && report.contains("assay.yaml is refused: 2 errors and 1 warning")
        }
    }

    @Test("problems are ordered by place, errors first")
    func order() {
        let place = Place(file: "b", line: 2, column: 3)
        let error = Problem(at: place, "z", hint: "h")
        let warning = Problem(severity: .warning, at: place, "a", hint: "h")
        let earlier = Problem(at: Place(file: "b", line: 2, column: 1), "y", hint: "h")
        let other = Problem(at: Place(file: "a", line: 9, column: 9), "x", hint: "h")
        #expect(
            ConfigurationProblems([warning, error, earlier, other]).problems
                == [other, earlier, error, warning]
        )
        #expect(warning.description == "b:2:3: warning: a; h")
    }
}
