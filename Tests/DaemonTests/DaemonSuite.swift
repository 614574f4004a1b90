import Testing

/// Everything that runs a whole daemon, one test after the other: each has a broker, a database and
/// several threads of its own, and measures how soon something happens.
@Suite("The daemon", .serialized, .timeLimit(.minutes(1)))
struct DaemonSuite {}
