import Monitoring

/// The settings that the state machine asks for; lengths of delays are the caller's business.
public struct AlarmConfiguration: Sendable, Hashable {
    public var requiresAcknowledgement: Bool
    public var isLatching: Bool
    public var hasOnDelay: Bool
    public var hasOffDelay: Bool
    public var isShelvable: Bool

    public init(
        requiresAcknowledgement: Bool,
        isLatching: Bool,
        hasOnDelay: Bool,
        hasOffDelay: Bool,
        isShelvable: Bool = true,
    ) {
        self.requiresAcknowledgement = requiresAcknowledgement
        self.isLatching = isLatching
        self.hasOnDelay = hasOnDelay
        self.hasOffDelay = hasOffDelay
        self.isShelvable = isShelvable
    }

    public init(_ settings: AlarmSettings) {
        requiresAcknowledgement = settings.requiresAcknowledgement
        isLatching = settings.isLatching
        hasOnDelay = settings.onDelay.count > 0
        hasOffDelay = settings.offDelay.count > 0
        isShelvable = true
    }
}
