internal import CMosquitto

/// What a libmosquitto call returned: `MOSQ_ERR_*`, with one line of meaning each.
public struct ResultCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    init(_ code: mosq_err_t) {
        rawValue = Int32(code.rawValue)
    }

    /// Done.
    public static let success = ResultCode(MOSQ_ERR_SUCCESS)
    /// Out of memory.
    public static let noMemory = ResultCode(MOSQ_ERR_NOMEM)
    /// The other side broke the protocol, or refused an MQTT 5 connection.
    public static let protocolError = ResultCode(MOSQ_ERR_PROTOCOL)
    /// A parameter that the library does not accept.
    public static let invalid = ResultCode(MOSQ_ERR_INVAL)
    /// There is no connection.
    public static let notConnected = ResultCode(MOSQ_ERR_NO_CONN)
    /// The broker refused the connection.
    public static let refused = ResultCode(MOSQ_ERR_CONN_REFUSED)
    /// Not found.
    public static let notFound = ResultCode(MOSQ_ERR_NOT_FOUND)
    /// The connection was lost: end of file, or a reset.
    public static let connectionLost = ResultCode(MOSQ_ERR_CONN_LOST)
    /// TLS failed: certificates, host name or keys.
    public static let tls = ResultCode(MOSQ_ERR_TLS)
    /// The payload is too large.
    public static let payloadSize = ResultCode(MOSQ_ERR_PAYLOAD_SIZE)
    /// The library was built without it, or the protocol version lacks it.
    public static let notSupported = ResultCode(MOSQ_ERR_NOT_SUPPORTED)
    /// The password callback failed.
    public static let authentication = ResultCode(MOSQ_ERR_AUTH)
    /// The access control list forbids it.
    public static let accessDenied = ResultCode(MOSQ_ERR_ACL_DENIED)
    /// Unknown.
    public static let unknown = ResultCode(MOSQ_ERR_UNKNOWN)
    /// A system call failed; `errno` says why.
    public static let systemError = ResultCode(MOSQ_ERR_ERRNO)
    /// The host's name could not be resolved.
    public static let nameResolution = ResultCode(MOSQ_ERR_EAI)
    /// The proxy failed.
    public static let proxy = ResultCode(MOSQ_ERR_PROXY)
    /// A text that is not UTF-8.
    public static let malformedUTF8 = ResultCode(MOSQ_ERR_MALFORMED_UTF8)
    /// Nothing was heard of the broker for the keep-alive time.
    public static let keepAlive = ResultCode(MOSQ_ERR_KEEPALIVE)
    /// The host's name could not be looked up.
    public static let lookup = ResultCode(MOSQ_ERR_LOOKUP)
    /// A packet that cannot be read.
    public static let malformedPacket = ResultCode(MOSQ_ERR_MALFORMED_PACKET)
    /// A property that may stand only once stands twice.
    public static let duplicateProperty = ResultCode(MOSQ_ERR_DUPLICATE_PROPERTY)
    /// The TLS handshake failed.
    public static let tlsHandshake = ResultCode(MOSQ_ERR_TLS_HANDSHAKE)
    /// The broker does not take this quality of service.
    public static let qualityOfServiceNotSupported = ResultCode(MOSQ_ERR_QOS_NOT_SUPPORTED)
    /// The packet is larger than the broker takes.
    public static let oversizePacket = ResultCode(MOSQ_ERR_OVERSIZE_PACKET)
    /// The certificate's revocation status could not be had.
    public static let certificateStatus = ResultCode(MOSQ_ERR_OCSP)
    /// It took too long.
    public static let timeout = ResultCode(MOSQ_ERR_TIMEOUT)
    /// The broker keeps no retained messages.
    public static let retainNotSupported = ResultCode(MOSQ_ERR_RETAIN_NOT_SUPPORTED)
    /// A topic alias that does not exist.
    public static let topicAliasInvalid = ResultCode(MOSQ_ERR_TOPIC_ALIAS_INVALID)
    /// The broker's administrator ended it.
    public static let administrativeAction = ResultCode(MOSQ_ERR_ADMINISTRATIVE_ACTION)

    /// The meaning, as a clause for messages.
    public var text: String {
        Self.texts[self] ?? "libmosquitto reported code \(rawValue)"
    }

    private static let texts: [ResultCode: String] = [
        .success: "it succeeded",
        .noMemory: "memory ran out",
        .protocolError: "the broker broke the protocol or refused us",
        .invalid: "a parameter is not acceptable to libmosquitto",
        .notConnected: "there is no connection",
        .refused: "the broker refused the connection",
        .notFound: "it was not found",
        .connectionLost: "the broker or the network closed it",
        .tls: "TLS failed",
        .payloadSize: "the payload is too large",
        .notSupported: "libmosquitto or the protocol version does not support it",
        .authentication: "authentication failed",
        .accessDenied: "the broker's access control forbids it",
        .unknown: "the cause is unknown",
        .systemError: "a system call failed",
        .nameResolution: "the host's name could not be resolved",
        .proxy: "the proxy failed",
        .malformedUTF8: "a text is not UTF-8",
        .keepAlive: "the broker did not answer within the keep-alive time",
        .lookup: "the host's name could not be looked up",
        .malformedPacket: "a packet could not be read",
        .duplicateProperty: "a property stands twice",
        .tlsHandshake: "the TLS handshake failed",
        .qualityOfServiceNotSupported: "the broker does not take this quality of service",
        .oversizePacket: "the packet is larger than the broker takes",
        .certificateStatus: "the certificate's status could not be checked",
        .timeout: "it took too long",
        .retainNotSupported: "the broker keeps no retained messages",
        .topicAliasInvalid: "a topic alias does not exist",
        .administrativeAction: "the broker's administrator ended the connection",
    ]
}
