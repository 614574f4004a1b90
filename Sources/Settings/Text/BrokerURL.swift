/// The address of a broker: `mqtt://host[:port]` or `mqtts://host[:port]`, nothing else.
struct BrokerURL: Equatable {
    let host: String
    let port: UInt16
    let isEncrypted: Bool

    /// Ports of IANA for MQTT, without and with TLS.
    private static let defaultPort: UInt16 = 1_883
    private static let encryptedPort: UInt16 = 8_883
    private static let otherSchemes = [
        "tcp": "mqtt", "ssl": "mqtts", "tls": "mqtts", "mqtt+ssl": "mqtts", "mqtt+tls": "mqtts",
    ]

    /// Reads the text after its variables are filled in.
    init(_ text: String) throws(ValueProblem) {
        // First, so that no other message can repeat a password.
        guard !text.contains("@") else {
            throw ValueProblem(
                "holds a user or a password",
                hint: "write `username:` and `passwordFile:` beside it",
            )
        }
        guard let separator = text.firstRange(of: "://") else {
            throw ValueProblem("has no scheme", hint: "write `mqtt://\(text)` or `mqtts://…`")
        }
        let scheme = String(text[..<separator.lowerBound])
        var rest = text[separator.upperBound...]
        guard scheme == "mqtt" || scheme == "mqtts" else {
            if let known = Self.otherSchemes[scheme.lowercased()] {
                throw ValueProblem(
                    "has the scheme `\(scheme)`",
                    hint: "write `\(known)://\(rest)`"
                )
            }
            throw ValueProblem(
                "has the scheme `\(scheme)`, which is not supported",
                hint: "write `mqtt://` or `mqtts://`",
            )
        }
        isEncrypted = scheme == "mqtts"
        if rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.contains(where: { "/?# ".contains($0) }) else {
            throw ValueProblem("goes on after the port", hint: "write `\(scheme)://host:port`")
        }
        (host, port) = try Self.authority(rest, isEncrypted: isEncrypted)
    }

    private static func authority(
        _ text: Substring,
        isEncrypted: Bool,
    ) throws(ValueProblem) -> (host: String, port: UInt16) {
        var host = text
        var portText: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw ValueProblem("goes on after `]`", hint: "write `[address]:port`")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            portText = text[text.index(after: colon)...]
            guard portText?.contains(":") == false else {
                throw ValueProblem(
                    "has more than one `:`",
                    hint: "write an IPv6 address in brackets, `[::1]`"
                )
            }
        }
        guard !host.isEmpty else {
            throw ValueProblem("names no host", hint: "write `mqtt://host`")
        }
        guard let portText else {
            return (String(host), isEncrypted ? encryptedPort : defaultPort)
        }
        guard let port = UInt16(portText), port > 0 else {
            throw ValueProblem(
                "has the port `\(portText)`",
                hint: "write a number from 1 to 65535"
            )
        }
        return (String(host), port)
    }

    /// Whether the connection stays on this machine.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") || host == "ip6-localhost"
    }
}
