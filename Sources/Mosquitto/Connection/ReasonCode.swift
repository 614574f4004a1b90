/// What the broker answered: an MQTT 5 reason code. The five codes of an MQTT 3.1.1 CONNACK and the
/// 0x80 of its SUBACK are mapped to the MQTT 5 code of the same meaning.
public struct ReasonCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Maps the return code of an MQTT 3.1.1 CONNACK.
    init(connectReturnCode code: UInt8) {
        switch code {
        case 0: self = .success
        case 1: self = .unsupportedProtocolVersion
        case 2: self = .clientIDNotValid
        case 3: self = .serverUnavailable
        case 4: self = .badUserNameOrPassword
        case 5: self = .notAuthorized
        default: self = ReasonCode(rawValue: code)
        }
    }

    /// Success, a normal end, or quality of service 0 granted.
    public static let success = ReasonCode(rawValue: 0x00)
    /// Refused, and the broker does not say why.
    public static let unspecified = ReasonCode(rawValue: 0x80)
    public static let malformedPacket = ReasonCode(rawValue: 0x81)
    public static let protocolError = ReasonCode(rawValue: 0x82)
    public static let implementationSpecific = ReasonCode(rawValue: 0x83)
    public static let unsupportedProtocolVersion = ReasonCode(rawValue: 0x84)
    public static let clientIDNotValid = ReasonCode(rawValue: 0x85)
    public static let badUserNameOrPassword = ReasonCode(rawValue: 0x86)
    public static let notAuthorized = ReasonCode(rawValue: 0x87)
    public static let serverUnavailable = ReasonCode(rawValue: 0x88)
    public static let serverBusy = ReasonCode(rawValue: 0x89)
    public static let banned = ReasonCode(rawValue: 0x8A)
    public static let serverShuttingDown = ReasonCode(rawValue: 0x8B)
    public static let badAuthenticationMethod = ReasonCode(rawValue: 0x8C)
    public static let keepAliveTimeout = ReasonCode(rawValue: 0x8D)
    /// Another connection with our client id took the session.
    public static let sessionTakenOver = ReasonCode(rawValue: 0x8E)
    public static let topicFilterInvalid = ReasonCode(rawValue: 0x8F)
    public static let topicNameInvalid = ReasonCode(rawValue: 0x90)
    public static let receiveMaximumExceeded = ReasonCode(rawValue: 0x93)
    public static let packetTooLarge = ReasonCode(rawValue: 0x95)
    public static let messageRateTooHigh = ReasonCode(rawValue: 0x96)
    public static let quotaExceeded = ReasonCode(rawValue: 0x97)
    public static let administrativeAction = ReasonCode(rawValue: 0x98)
    public static let payloadFormatInvalid = ReasonCode(rawValue: 0x99)
    public static let retainNotSupported = ReasonCode(rawValue: 0x9A)
    public static let qualityOfServiceNotSupported = ReasonCode(rawValue: 0x9B)
    public static let useAnotherServer = ReasonCode(rawValue: 0x9C)
    public static let serverMoved = ReasonCode(rawValue: 0x9D)
    public static let sharedSubscriptionsNotSupported = ReasonCode(rawValue: 0x9E)
    public static let connectionRateExceeded = ReasonCode(rawValue: 0x9F)
    public static let maximumConnectTime = ReasonCode(rawValue: 0xA0)
    public static let subscriptionIdentifiersNotSupported = ReasonCode(rawValue: 0xA1)
    public static let wildcardSubscriptionsNotSupported = ReasonCode(rawValue: 0xA2)

    /// Whether the broker said no.
    public var isRefusal: Bool { rawValue >= 0x80 }

    /// Whether a person has to change something before another attempt can succeed.
    public var needsPerson: Bool {
        switch self {
        case .clientIDNotValid, .badUserNameOrPassword, .notAuthorized, .banned,
            .badAuthenticationMethod, .topicFilterInvalid, .topicNameInvalid,
            .sharedSubscriptionsNotSupported, .wildcardSubscriptionsNotSupported,
            .useAnotherServer, .serverMoved, .qualityOfServiceNotSupported:
            true
        default: false
        }
    }

    /// The meaning, as a clause for messages.
    public var text: String {
        Self.texts[self] ?? "the broker gave reason code \(rawValue)"
    }

    private static let texts: [ReasonCode: String] = [
        .success: "the broker agreed",
        .unspecified: "the broker refused without a reason",
        .malformedPacket: "the broker could not read our packet",
        .protocolError: "the broker says that we broke the protocol",
        .implementationSpecific: "the broker refused for a reason of its own",
        .unsupportedProtocolVersion: "the broker does not speak this MQTT version",
        .clientIDNotValid: "the broker does not accept the client id",
        .badUserNameOrPassword: "user name or password is wrong",
        .notAuthorized: "the broker's access control forbids it",
        .serverUnavailable: "the broker is not available",
        .serverBusy: "the broker is busy",
        .banned: "the broker has banned this client",
        .serverShuttingDown: "the broker is shutting down",
        .badAuthenticationMethod: "the broker does not accept the way of authentication",
        .keepAliveTimeout: "the broker heard nothing of us for too long",
        .sessionTakenOver: "another connection uses the same client id",
        .topicFilterInvalid: "the broker does not accept the topic filter",
        .topicNameInvalid: "the broker does not accept the topic",
        .receiveMaximumExceeded: "more messages were under way than agreed",
        .packetTooLarge: "the packet is larger than the broker takes",
        .messageRateTooHigh: "the broker finds the message rate too high",
        .quotaExceeded: "a quota of the broker is used up",
        .administrativeAction: "the broker's administrator ended the connection",
        .payloadFormatInvalid: "the broker does not accept the payload",
        .retainNotSupported: "the broker keeps no retained messages",
        .qualityOfServiceNotSupported: "the broker does not take this quality of service",
        .useAnotherServer: "the broker wants us to use another one",
        .serverMoved: "the broker has moved",
        .sharedSubscriptionsNotSupported: "the broker has no shared subscriptions",
        .connectionRateExceeded: "the broker finds that we connect too often",
        .maximumConnectTime: "the broker ended the connection after its longest time",
        .subscriptionIdentifiersNotSupported: "the broker has no subscription identifiers",
        .wildcardSubscriptionsNotSupported: "the broker has no wildcard subscriptions",
    ]
}
