public import Alarms
public import Monitoring

/// An alarm as the `alarm` table holds it: its last transition, with the feed by its number.
///
/// After a restart `state.raw` and `truth` are as they were; whoever restores an alarm treats them
/// as unknown until the first fresh verdict (alarms.md 1.5).
public struct StoredAlarm: Sendable, Equatable {
    public enum Subject: Sendable, Equatable {
        case feed(FeedID, Concern)
        case system(name: String)
    }

    public var key: String
    public var subject: Subject
    /// Of its last transition: the gateway's count, and its own.
    public var sequence: Int64
    public var alarmSequence: Int64
    public var at: ReceiveTime
    public var reason: AlarmReason
    public var display: AlarmDisplay
    public var state: AlarmState
    public var truth: AlarmTruth
    public var priority: Priority
    public var title: String
    public var message: String
    public var guidance: Guidance
    public var condition: AlarmTransition.Condition
    public var occurrence: AlarmTransition.Occurrence?
}
