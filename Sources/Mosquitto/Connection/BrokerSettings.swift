/// How one broker is reached: the `broker:` mapping of configuration.md.
public struct BrokerSettings: Sendable, Equatable {
    public struct TLS: Sendable, Equatable {
        /// Path of the certificate authorities; nil: the system's (`/etc/ssl/certs`).
        public var authorities: String?
        /// Path of the client certificate, with `key`.
        public var certificate: String?
        public var key: String?

        public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    /// Names the broker in alarms, metrics and feed keys; `main` for a single one.
    public var name: String
    public var host: String
    public var port: UInt16
    /// nil: plain TCP.
    public var tls: TLS?
    /// The ingest session's client id: stable, because the broker keeps our queue under it.
    public var clientID: String
    public var username: String?
    /// Path of the file whose first line is the password; read at each connect.
    public var passwordFile: String?
    /// Delivery quality asked for, 0 or 1. QoS 2 loses messages in libmosquitto (mqtt.md fact 3).
    public var qualityOfService: UInt8
    /// Whole seconds; the connection is declared dead after twice this time.
    public var keepAlive: UInt16
    /// MQTT 5 receive maximum: how many messages the broker sends before it waits for
    /// acknowledgements.
    public var receiveMaximum: UInt16
    /// How long the broker keeps our session and its queue while we are away, in seconds.
    public var sessionExpiry: UInt32
    /// Largest packet the broker may send us (MQTT 5), in bytes.
    public var maximumPacketSize: UInt32

    public init(
        name: String,
        host: String,
        port: UInt16,
        tls: TLS? = nil,
        clientID: String,
        username: String? = nil,
        passwordFile: String? = nil,
        qualityOfService: UInt8 = 1,
        keepAlive: UInt16 = 15,
        receiveMaximum: UInt16 = 2_000,
        sessionExpiry: UInt32 = 7 * 86_400,
        maximumPacketSize: UInt32 = 1 << 20,
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.tls = tls
        self.clientID = clientID
        self.username = username
        self.passwordFile = passwordFile
        self.qualityOfService = qualityOfService
        self.keepAlive = keepAlive
        self.receiveMaximum = receiveMaximum
        self.sessionExpiry = sessionExpiry
        self.maximumPacketSize = maximumPacketSize
    }
}
