internal import CMosquitto

/// The MQTT version of a connection. 5 is tried first; 3.1.1 after the broker says it lacks 5.
public enum ProtocolVersion: Sendable, Equatable {
    case v311
    case v5

    /// The number by which libmosquitto knows it.
    var option: Int32 {
        switch self {
        case .v311: MQTT_PROTOCOL_V311
        case .v5: MQTT_PROTOCOL_V5
        }
    }

    /// As an operator writes it.
    public var text: String {
        switch self {
        case .v311: "3.1.1"
        case .v5: "5"
        }
    }
}
