import Monitoring
import Mosquitto

// `broker:`, one mapping or a list of mappings with names.

extension SettingsReader {
    static let brokerKeys = SectionKeys(
        known: [
            "url", "name", "clientID", "username", "passwordFile", "tls", "qos", "keepAlive",
            "receiveMaximum", "sessionExpiry", "maximumPacketSize",
        ],
        later: ["will", "proxy", "psk", "bind"],
        secrets: [
            "password": "passwordFile", "passwd": "passwordFile", "pass": "passwordFile",
            "passphrase": "passwordFile", "token": "passwordFile", "secret": "passwordFile",
        ],
        synonyms: ["user": "username"],
        misplaced: [
            "host": "write `url: mqtt://host:port`", "port": "write `url: mqtt://host:port`",
            "cleanSession": "remove it; the session is kept, so that nothing is lost",
        ],
    )
    static let tlsKeys = SectionKeys(
        known: ["ca", "certificate", "key"],
        later: ["insecure", "psk", "ciphers", "alpn"],
        secrets: ["keyPassword": "key", "password": "key"],
        synonyms: [
            "cert": "certificate", "cafile": "ca", "certfile": "certificate", "keyfile": "key",
        ],
    )

    /// All brokers with the places of their sections. None given: the one on this machine.
    mutating func brokers(_ value: YAMLValue?, gateway: String) -> [(BrokerSettings, Place)] {
        guard let value else {
            let local = BrokerSettings(
                name: "main",
                host: "localhost",
                port: 1_883,
                clientID: "assay-\(gateway)",
            )
            return [(local, Place(file: ""))]
        }
        guard let elements = value.elements else {
            return broker(value, index: 0, isOnly: true, gateway: gateway).map { [$0] } ?? []
        }
        if elements.isEmpty {
            report(value.place, "`broker` is an empty list", hint: "write `- url: mqtt://host`")
        }
        if elements.count > Int(UInt8.max) {
            report(value.place, "`broker` has \(elements.count) entries", hint: "write at most 255")
            return []
        }
        let brokers = elements.enumerated().compactMap { index, element in
            broker(element, index: index, isOnly: elements.count == 1, gateway: gateway)
        }
        reportShared(brokers)
        return brokers
    }

    private mutating func broker(
        _ value: YAMLValue,
        index: Int,
        isOnly: Bool,
        gateway: String,
    ) -> (BrokerSettings, Place)? {
        guard let section = section(value, "`broker`", keys: Self.brokerKeys) else { return nil }
        if !isOnly, !section.has("name") {
            report(
                section.place,
                "one of several brokers has no `name`",
                hint: "write `name:`, feeds and alarms refer to it; one that had none is `main`",
            )
        }
        let name = brokerName(section)
        let url = brokerURL(section)
        var settings = BrokerSettings(
            name: name ?? (isOnly ? "main" : "broker\(index + 1)"),
            host: url?.host ?? "",
            port: url?.port ?? 0,
            clientID: "assay-\(gateway)",
        )
        if index > 0 { settings.clientID += "-\(settings.name)" }
        if let clientID = clientID(section) { settings.clientID = clientID }
        settings.tls = tls(section, isEncrypted: url?.isEncrypted)
        settings.username = expanded(section, "username")
        settings.passwordFile = path(section, "passwordFile")
        inspectFile(settings.passwordFile, section, "passwordFile", isSecret: true)
        if section.has("passwordFile"), !section.has("username") {
            report(
                section.place(of: "passwordFile"),
                "`passwordFile` without `username`",
                hint: "write `username:` too, brokers ignore a password alone",
            )
        }
        readSession(section, into: &settings)
        return (settings, section.place)
    }

    private mutating func brokerName(_ section: Section) -> String? {
        guard let name = expanded(section, "name"), let value = section["name"] else { return nil }
        return plainName(name, of: "`name`", at: value.place) ? name : nil
    }

    private mutating func brokerURL(_ section: Section) -> BrokerURL? {
        guard let value = section["url"] else {
            // Whoever wrote `host:` has been told of `url:` there.
            if !section.has("host") {
                report(section.place, "`broker` has no `url`", hint: "write `url: mqtt://host`")
            }
            return nil
        }
        guard let text = expanded(section, "url") else { return nil }
        do {
            let url = try BrokerURL(text)
            if !url.isEncrypted, !url.isLoopback {
                warn(
                    value.place,
                    "`mqtt://` sends data and password readable over the network",
                    hint: "write `mqtts://` if the broker can",
                )
            }
            return url
        } catch {
            // Not the text itself: it may hold a password.
            report(value.place, "`url` \(error.message)", hint: error.hint)
            return nil
        }
    }

    private mutating func clientID(_ section: Section) -> String? {
        guard let text = expanded(section, "clientID"), let value = section["clientID"] else {
            return nil
        }
        guard text.utf8.count <= 256, !text.unicodeScalars.contains(where: { $0.value < 32 }) else {
            report(
                value.place,
                "`clientID` has control characters or more than 256 bytes",
                hint: "write a short name that stays the same, such as `assay-gw-1`",
            )
            return nil
        }
        return text
    }

    private mutating func tls(_ outer: Section, isEncrypted: Bool?) -> BrokerSettings.TLS? {
        guard let value = outer["tls"] else {
            return isEncrypted == true ? BrokerSettings.TLS() : nil
        }
        if isEncrypted == false {
            report(
                outer.place(of: "tls"),
                "`tls` beside a `mqtt://` address",
                hint: "write `mqtts://` in `url`, or remove `tls`",
            )
        }
        guard let section = section(value, "`tls`", keys: Self.tlsKeys) else { return nil }
        let tls = BrokerSettings.TLS(
            authorities: path(section, "ca"),
            certificate: path(section, "certificate"),
            key: path(section, "key"),
        )
        inspectFile(tls.authorities, section, "ca", isSecret: false)
        inspectFile(tls.certificate, section, "certificate", isSecret: false)
        inspectFile(tls.key, section, "key", isSecret: true)
        if section.has("certificate") != section.has("key") {
            let (given, absent) =
                section.has("key") ? ("key", "certificate") : ("certificate", "key")
            report(
                section.place(of: given),
                "`\(given)` without `\(absent)`",
                hint: "write both or neither",
            )
        }
        return tls
    }

    private mutating func readSession(_ section: Section, into settings: inout BrokerSettings) {
        if let value = section["qos"], case .scalar("2", isPlain: true) = value.content {
            report(
                value.place,
                "`qos` is 2, and libmosquitto can lose QoS 2 messages in a crash or deliver "
                    + "an old payload in place of a new one after a reconnect",
                hint: "write 0 or 1; 1 loses nothing, and duplicates are recognised",
            )
        } else if let qos = count(section, "qos", in: 0...1) {
            settings.qualityOfService = UInt8(qos)
        }
        if let time = wholeSeconds(section, "keepAlive", in: .seconds(5)...(.seconds(65_535))) {
            settings.keepAlive = UInt16(time)
        }
        let longest = Nanoseconds.seconds(Int64(UInt32.max) - 1)
        if let time = wholeSeconds(section, "sessionExpiry", in: .seconds(60)...longest) {
            settings.sessionExpiry = UInt32(time)
        }
        if let maximum = count(section, "receiveMaximum", in: 1...65_535) {
            settings.receiveMaximum = UInt16(maximum)
        }
        if let size = size(section, "maximumPacketSize", in: 1_024...(256 << 20)) {
            settings.maximumPacketSize = UInt32(size)
        }
    }

    /// MQTT counts these in seconds.
    private mutating func wholeSeconds(
        _ section: Section,
        _ key: String,
        in range: ClosedRange<Nanoseconds>,
    ) -> Int64? {
        guard let value = section[key], let time = duration(section, key, in: range) else {
            return nil
        }
        guard time.count % 1_000_000_000 == 0 else {
            report(value.place, "`\(key)` is no whole number of seconds", hint: "MQTT needs one")
            return nil
        }
        return time.count / 1_000_000_000
    }

    /// Names and client ids must differ, and a broker given twice would count everything twice.
    private mutating func reportShared(_ brokers: [(BrokerSettings, Place)]) {
        for (index, (broker, place)) in brokers.enumerated() {
            for (other, otherPlace) in brokers[..<index] {
                let otherText = "the other is at \(otherPlace)"
                if broker.name == other.name {
                    report(
                        place,
                        "two brokers have the name `\(broker.name)`",
                        hint: "rename one; \(otherText)"
                    )
                }
                if broker.clientID == other.clientID {
                    report(
                        place,
                        "two brokers have the clientID `\(broker.clientID)`",
                        hint: "give each its own; \(otherText)"
                    )
                }
                if !broker.host.isEmpty, broker.host == other.host, broker.port == other.port {
                    warn(
                        place,
                        "two brokers have the same address, so each message counts twice",
                        hint: "remove one, or limit feeds with `broker:`; \(otherText)"
                    )
                }
            }
        }
    }

    /// Names that become a level of our topics or a part of a key.
    mutating func plainName(_ name: String, of title: String, at place: Place) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == 45 || byte == 46 || byte == 95
        }
        if isPlain, (1...64).contains(name.utf8.count) { return true }
        report(
            place,
            "\(title) is `\(name)`",
            hint: "write 1 to 64 of A–Z a–z 0–9 _ . -, it becomes a part of topics",
        )
        return false
    }
}
