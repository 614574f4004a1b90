/// Every bound of the program that is not a setting, with the sum that justifies it and what
/// happens there. A queue, table, cache or message without a line here has no right to exist.
public enum Limits {
    // MARK: Messages

    /// Messages in one batch. At 20,000 msg/s and a cycle of 0.5 ms a batch holds 10; flat out some
    /// hundred. 1,024 bounds the work before a commit to about 1 ms. At the limit the transport
    /// stops reading, and the broker holds back.
    public static let messagesPerBatch = 1_024
    /// Bytes of topics and payloads in one batch; at the limit as above. A single larger message
    /// still fits: `payloadBytes` bounds it.
    public static let batchBytes = 1 << 20
    /// Room reserved in a new batch: 1,024 messages of 128 bytes.
    public static let batchBytesReserved = 1 << 17
    /// Batches that wait for the engine. The engine runs between two reads of the same thread, so
    /// more than one waits only while it is suspended; at the limit the transport stops reading.
    public static let batchesWaiting = 4
    /// Largest payload read; a larger one is undecodable (`tooLarge`), and MQTT 5 brokers are told
    /// not to send it.
    public static let payloadBytes = 1 << 20
    /// Nesting of JSON objects and arrays; deeper is undecodable.
    public static let payloadDepth = 64
    /// Samples from one message; more make it undecodable (`tooManyFields`).
    public static let samplesPerMessage = 4_096
    /// Bytes of a topic (MQTT allows 65,535); a longer one is ignored, counted, and
    /// `system/cardinality` says so.
    public static let topicBytes = 1_024

    // MARK: Decoding

    /// Keys of JSON objects, and names of readings, remembered for all topics together. 65,536
    /// names are three times `discoveredFeeds`, and 5 MiB of nodes and table. Names whose field is
    /// refused are forgotten after their message, and beyond half of the limit all that are no
    /// field's: so serial numbers for keys cannot use them up. A name beyond it is read anew in each
    /// message, and gets no feed: its samples are counted, and `system/cardinality` names the topic.
    public static let namesKept = 1 << 16
    /// Bytes of these names, each with two quotes and a colon: 64 on average. At the limit as above.
    public static let nameBytesKept = 1 << 22
    /// Names that one message may bring: 16,384 are 1 MiB of nodes until the message is read. More
    /// make it undecodable (`tooManyFields`).
    public static let namesPerMessage = 1 << 14
    /// Different texts of units that payloads name; further ones are told from all others, not
    /// from each other.
    public static let unitTexts = 1_024
    /// Bytes of a unit's text; a longer one is cut.
    public static let unitBytes = 64
    // MARK: Brokers

    /// Connection events that wait for the daemon, which looks every 100 ms. A connection makes at
    /// most a few per second; at the limit the oldest goes, and an event says how many went.
    public static let connectionEventsWaiting = 256
    /// Filters in one SUBSCRIBE: 100 of 1,024 bytes stay far below every broker's packet limit.
    public static let filtersPerSubscribe = 100
    /// Numbers that MQTT has for messages under way, 0 included: for each the daemon remembers what
    /// came last under it, 8 bytes, so 512 KiB per broker of QoS 1.
    public static let messageNumbers = 1 << 16
    /// Bytes of what TLS says of a failure that are kept.
    public static let problemDetailBytes = 256
    /// Bytes of a password file that are read; MQTT allows 65,535.
    public static let passwordBytes = 4_096
    /// Messages that the publishing connection holds until the broker has confirmed them. The engine
    /// hands more over every 100 ms: 256 are 1,280 alarms a second with their states, in 0.5 MB. At
    /// the limit `publish` refuses, and the caller keeps the message in its outbox.
    public static let publishesWaiting = 256
    /// Of these, the ones that are with the broker: the least that brokers allow for a client (20 to
    /// 65,535). The others wait behind them.
    public static let publishesInFlight = 20
    /// Messages of alarms in memory, with those at the publishing connection: 1,024 × 2 kB are 2 MB,
    /// so that half of them can be read from the outbox, where the others wait, while 256 are sent.
    public static let alarmMessagesHeld = 1_024

    // MARK: Feeds

    /// Feeds are numbered below 2^20, because a rollup's key is `minute << 20 | feed`. A number
    /// is given again when retention has deleted the last row of its feed. At the default limit of
    /// 20,000, and all of them forgotten and new each month, four years of rows use them up: by their
    /// number the bound in bytes deletes sooner. Else new feeds are refused, and `system/cardinality`
    /// says why.
    public static let feeds = 1 << 20
    /// Discovered feeds, unless the configuration says otherwise: 20,000 feeds of 2 KiB are 40 MiB.
    /// Beyond it a new topic is ignored, counted, and `system/cardinality` names its prefix.
    public static let discoveredFeeds = 20_000
    /// Topics remembered, claimed or not: a routing entry costs about 100 bytes with its topic. A
    /// further one takes the entry of a topic that was not heard twice of late. That one's feeds
    /// stay; it is bound to them anew when it comes again, and the unit of its times is learned anew.
    public static let topics = 100_000
    /// Topics met anew in a minute, though their feeds were heard before, from which on
    /// `system/cardinality` says that topics displace each other. Each costs some 60 µs instead of
    /// 8: below it that is a thousandth of a processor, and nobody's business.
    public static let topicsBoundAgain = 1_000
    /// Fields of one topic; more are not given feeds, are counted, and raise `system/cardinality`.
    public static let fieldsPerTopic = 1_024
    /// Topics and causes that `system/cardinality` names where fields are refused; further ones are
    /// counted.
    public static let refusalsNamed = 8
    /// A limit on topics or fields counts as reached until nothing was refused for this long: what
    /// is refused is not remembered, so nothing else tells when it is over. Likewise times whose zone
    /// is missing.
    public static let refusalMemory = Nanoseconds.seconds(3_600)

    // MARK: Time

    /// How far the wall clock may move against the monotonic one and count as time that passed, or
    /// as none where it moves back. A leap second is 1 s, and time services set a clock that is off
    /// by 0.1 to 1 s; beyond 2 s delays of some seconds would be wrong by as much. More is a
    /// `clockStepped` record.
    public static let clockStep = Nanoseconds.seconds(2)
    /// How long `system/clock` stays after the clock was set: long enough to be seen on a display
    /// that is looked at every few minutes, and for the time service to set it once more.
    public static let clockAlarm = Nanoseconds.seconds(600)
    /// Engine time between two commits while the engine catches up with the clock: one minute row a
    /// feed, 10,000 rows and about 60 ms of commit at 10,000 feeds. In ordinary service nothing
    /// comes near it.
    public static let stretch = Nanoseconds.seconds(60)
    /// Minutes get their rows also while the daemon stands still, up to an hour: 60 rows a feed,
    /// 600,000 rows and some 5 s of commits at 10,000 feeds. It is the default revision horizon,
    /// behind which no sample could come to fill them. After a longer one, as after a stop of the
    /// daemon, there is a hole.
    public static let standstill = Nanoseconds.seconds(3_600)

    /// How long after a reconnect a feed may stay away, unless its silence limit is shorter: publishers
    /// lost the broker too, and try again at worst every minute; one whose period is below 40 s then
    /// speaks within it, 100 s in all. Longer periods have two and a half of them left anyway. It is
    /// no longer than needed, because reconnects that come more often hide a dead sensor.
    public static let reconnectGrace = Nanoseconds.seconds(120)
    /// What waited while the daemon stood still comes within the first of its cycles, or a little
    /// later over a slow line: added to the length of the standstill.
    public static let catchUp = Nanoseconds.seconds(2)
    /// How long a broker may take to answer before nothing that did not come meanwhile is missing: ten
    /// times the way over a mobile line. Where it always takes longer, twice its best time.
    public static let lateAnswer = Nanoseconds.seconds(1)
    /// Marks of one time in which messages were held back: they come twice a second, and a cycle in
    /// between lasts up to a second before it is a standstill of its own.
    public static let holdMarksJoin = Nanoseconds.seconds(2)
    /// How old the stored description of a feed that delivers may be: a daemon that is killed knows
    /// afterwards when each feed was last seen, to this. One row a feed in ten minutes is a thirtieth
    /// of what its minutes write.
    public static let lastSeenAge = Nanoseconds.seconds(600)

    // MARK: Log

    /// Lines about alarms in one minute of the log: two a second are as many as anybody reads. At
    /// the limit further ones are counted, and one line says how many; the journal has them all.
    public static let alarmLinesPerMinute = 120

    // MARK: Evidence

    /// Bytes of an undecodable payload that the quarantine keeps.
    public static let quarantinedBytes = 256
    /// Rows of the quarantine table; at the limit further payloads are counted, not kept, and the log
    /// says so.
    public static let quarantineRows = 10_000

    // MARK: Store

    /// Rows that wait in memory for a store that cannot be written, about 300 bytes each: 100,000
    /// are 30 MB, ten minutes of 10,000 feeds or a day of 60. At the limit the engine takes nothing
    /// more, the inbox fills, and connections are closed until the store can be written again.
    public static let uncommittedRows = 100_000
    /// Tries of a commit whose error says that trying again does not help; then the daemon ends.
    public static let hopelessCommits = 3
    /// Rows of the outbox, of about 1.5 KB each: 100,000 are 150 MB, a day of 1,000 alarms an
    /// hour with four deliveries. At the limit the oldest rows are dropped and counted.
    public static let outboxRows = 100_000
    /// Rows that one retention step deletes: about 2 ms, so that no commit waits longer.
    public static let retentionRowsPerStep = 1_000
    /// Free pages that one retention step gives back to the file system: 200 KB.
    public static let vacuumPagesPerStep = 50
    /// Rows of one page of history that a reader fetches in one transaction: a snapshot that is
    /// held makes the write-ahead log grow.
    public static let historyPageRows = 1_000
}
