internal import CMosquitto
internal import Glibc
internal import Monitoring

/// One libmosquitto handle: one attempt to connect and the connection that comes of it.
///
/// A handle is never used for a second attempt: after a TLS failure it keeps broken state, and a
/// new one costs nothing beside a connect. Rules that hold everywhere:
/// - threaded mode is on, so that acknowledgements leave only with our `write`;
/// - callbacks copy, note and return; they run only inside `read`, `write` and `maintain`;
/// - callbacks leave `errno` at 0, because the library looks at it after they ran.
///
/// Safety of `@unchecked Sendable`: one thread uses it at a time. The connector thread makes it and
/// hands it over through a mutex (`ConnectorMailbox`); from then on its poll thread owns it.
/// `@safe`: the handle is valid from `init` to `deinit` and never leaves the object but to `configure`.
@safe
final class ClientSession: @unchecked Sendable {
    private let handle: OpaquePointer
    private let version: ProtocolVersion
    /// Where messages go; nil: they are ignored, as on the publishing connection.
    var slot: BatchSlot?
    /// Index of the broker, written into each record.
    var broker: UInt8 = 0
    /// What may come a second time; nil: nothing is looked for.
    var redelivery: RedeliveryMemory?
    fileprivate(set) var notes: [SessionNote] = []
    /// What the library logged as errors before CONNACK: TLS says why only there.
    private(set) var errorLog = ""
    /// Whether the library formats a line for every packet.
    private(set) var isLogging = true
    /// How the library's line about a received message begins, before its DUP flag.
    private let publishLine: [CChar]
    /// The message that comes next carries the DUP flag.
    private var isFlagged = false

    /// Whether the batch was told that messages flow.
    private(set) var isAnnounced = false
    /// Messages of QoS 1 that were read and may not be acknowledged yet.
    var unacknowledged = 0
    private(set) var messagesReceived: UInt64 = 0
    private(set) var bytesReceived: UInt64 = 0
    /// Of the messages received, those that had been received before.
    private(set) var messagesRedelivered: UInt64 = 0

    enum ReadResult: Equatable {
        case more
        case drained
        /// The connection is gone; a note may say why.
        case failed(ResultCode, errno: Int32)
    }

    init(clientID: String, isClean: Bool, version: ProtocolVersion) throws(ConnectionProblem) {
        // Safety: the library copies the string; the user data is set below.
        guard let handle = unsafe mosquitto_new(clientID, isClean, nil) else {
            throw ConnectionProblem(.library(.systemError, errno: errno))
        }
        unsafe self.handle = unsafe handle
        self.version = version
        publishLine = "Client \(clientID) received PUBLISH (d".utf8.map { CChar(bitPattern: $0) }
        // Safety: the callbacks run only inside calls on this object, which destroys the handle
        // when it goes, so the unretained reference cannot dangle.
        unsafe mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        unsafe mosquitto_threaded_set(handle, true)
        unsafe mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, version.option)
        unsafe mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
        // The library must not send a queued PUBLISH out of a callback: we bound what is in flight.
        unsafe mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, 65_535)
        setCallbacks()
    }

    deinit {
        // Safety: no callback may find an object that is going away.
        unsafe mosquitto_user_data_set(handle, nil)
        unsafe mosquitto_destroy(handle)
    }

    // MARK: Driving the connection

    /// The socket; negative where there is none.
    var descriptor: Int32 { unsafe mosquitto_socket(handle) }

    var wantsWrite: Bool { unsafe mosquitto_want_write(handle) }

    var hasNotes: Bool { !notes.isEmpty }

    /// Reads one packet, where one has come. Messages go to `slot`, all else to the notes.
    /// `isHandshaking`: CONNACK has not come. A TLS handshake on a broken socket then "succeeds"
    /// for ever; only `errno` tells.
    func read(isHandshaking: Bool) -> ReadResult {
        errno = 0
        let code = unsafe mosquitto_loop_read(handle, 1)
        let number = errno
        if code != MOSQ_ERR_SUCCESS.rawValue {
            return .failed(ResultCode(rawValue: code), errno: number)
        }
        if isHandshaking, number != 0, number != EAGAIN, number != EINTR {
            return .failed(.systemError, errno: number)
        }
        return number == EAGAIN ? .drained : .more
    }

    /// Writes all that is queued, acknowledgements first of all.
    func write() -> ResultCode {
        errno = 0
        return ResultCode(rawValue: unsafe mosquitto_loop_write(handle, 1))
    }

    /// Whether the system collects what is written into full packets: 1, or 0.
    func setCork(_ value: Int32) {
        var value = value
        // Safety: the pointer lives for the call. A failure costs packets, nothing else.
        unsafe _ = setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_CORK,
            &value,
            socklen_t(MemoryLayout<Int32>.size),
        )
    }

    /// Sends PINGREQ when it is due and notices a broker that does not answer; once a second.
    func maintain() -> ResultCode {
        ResultCode(rawValue: unsafe mosquitto_loop_misc(handle))
    }

    /// Ends the library's log, once the broker has said yes and sends nothing a second time. With a
    /// log callback the library formats a line for every packet, an eighth of the cost of a message;
    /// what TLS has to say is said by then. Not to be called inside a callback.
    func endLog() {
        unsafe mosquitto_log_callback_set(handle, nil)
        isLogging = false
        errorLog = ""
    }

    func takeNotes() -> [SessionNote] {
        let taken = notes
        notes.removeAll()
        return taken
    }

    /// Says in the batch that messages flow: when all filters are answered, or before the first
    /// message, which of a resumed session may come earlier. Only the first call does anything.
    func announce() {
        guard let slot, !isAnnounced else { return }
        isAnnounced = true
        slot.batch.append(.connectionUp, at: slot.receivedAt, broker: broker)
    }

    // MARK: Requests; each is only queued

    /// Returns the SUBSCRIBE's message number.
    func subscribe(
        _ filters: ArraySlice<String>,
        qualityOfService: UInt8,
    ) throws(ConnectionProblem) -> Int32 {
        var message: Int32 = 0
        // Retained messages come for new subscriptions only, not again at each reconnect.
        let options = version == .v5 ? Int32(bitPattern: MQTT_SUB_OPT_SEND_RETAIN_NEW.rawValue) : 0
        // Safety: the library copies the filters during the call; ours are freed after it.
        var texts = unsafe filters.map { unsafe strdup($0) }
        defer { unsafe texts.forEach { unsafe free($0) } }
        let code = unsafe mosquitto_subscribe_multiple(
            handle,
            &message,
            Int32(texts.count),
            &texts,
            Int32(qualityOfService),
            options,
            nil,
        )
        try Self.check(code)
        return message
    }

    /// Returns the UNSUBSCRIBE's message number.
    func unsubscribe(_ filters: ArraySlice<String>) throws(ConnectionProblem) -> Int32 {
        var message: Int32 = 0
        // Safety: the library copies the filters during the call; ours are freed after it.
        var texts = unsafe filters.map { unsafe strdup($0) }
        defer { unsafe texts.forEach { unsafe free($0) } }
        let code = unsafe mosquitto_unsubscribe_multiple(
            handle,
            &message,
            Int32(texts.count),
            &texts,
            nil,
        )
        try Self.check(code)
        return message
    }

    /// Takes back a subscription that never was: every broker answers to that, and nothing comes of
    /// it. The library has no PINGREQ on demand. Returns the message number of the answer.
    func askForSign() throws(ConnectionProblem) -> Int32 {
        var message: Int32 = 0
        try Self.check(unsafe mosquitto_unsubscribe(handle, &message, "assay/are-you-there"))
        return message
    }

    /// Returns the message's number, which its confirmation will carry.
    func publish(_ publication: Publication) throws(ConnectionProblem) -> Int32 {
        var message: Int32 = 0
        // Safety: the library copies topic and payload during the call.
        let code = unsafe publication.payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish(
                handle,
                &message,
                publication.topic,
                Int32(bytes.count),
                bytes.baseAddress,
                Int32(publication.qualityOfService),
                publication.isRetained,
            )
        }
        try Self.check(code)
        return message
    }

    func disconnect() {
        unsafe _ = mosquitto_disconnect(handle)
    }

    private static func check(_ code: Int32) throws(ConnectionProblem) {
        if code != MOSQ_ERR_SUCCESS.rawValue {
            let result = ResultCode(rawValue: code)
            throw ConnectionProblem(.library(result, errno: result == .systemError ? errno : 0))
        }
    }

    /// Runs a call that configures or connects the handle.
    func configure(
        _ call: (OpaquePointer) -> Int32
    ) throws(ConnectionProblem) {
        errno = 0
        let code = unsafe call(handle)
        let number = errno
        if code != MOSQ_ERR_SUCCESS.rawValue {
            let result = ResultCode(rawValue: code)
            // Name lookup reports its own codes in place of `errno`.
            let isSystem = result == .systemError
            throw ConnectionProblem(
                .library(result, errno: isSystem ? number : 0),
                detail: errorLog,
            )
        }
    }

    // MARK: Callbacks

    private func setCallbacks() {
        // Safety, for all of them: `data` is this object, alive because its method is running.
        unsafe mosquitto_connect_v5_callback_set(handle) { _, data, code, flags, _ in
            unsafe withSession(data) { $0.noteConnectAnswer(code, flags: flags) }
        }
        unsafe mosquitto_disconnect_v5_callback_set(handle) { _, data, code, _ in
            unsafe withSession(data) { $0.noteDisconnect(code) }
        }
        unsafe mosquitto_subscribe_callback_set(handle) { _, data, message, count, codes in
            let granted = unsafe UnsafeBufferPointer(start: codes, count: Int(count))
            let copied = unsafe granted.map { UInt8(truncatingIfNeeded: $0) }
            unsafe withSession(data) {
                $0.notes.append(.subscribeAnswer(message: message, codes: copied))
            }
        }
        unsafe mosquitto_unsubscribe_callback_set(handle) { _, data, message in
            unsafe withSession(data) { $0.notes.append(.unsubscribeAnswer(message: message)) }
        }
        unsafe mosquitto_publish_v5_callback_set(handle) { _, data, message, code, _ in
            let reason = ReasonCode(rawValue: UInt8(truncatingIfNeeded: code))
            unsafe withSession(data) { $0.notes.append(.published(message: message, reason)) }
        }
        unsafe mosquitto_log_callback_set(handle) { _, data, level, text in
            guard let text = unsafe text else { return }
            switch level {
            case MOSQ_LOG_ERR: unsafe withSession(data) { unsafe $0.noteError(text) }
            case MOSQ_LOG_DEBUG: unsafe withSession(data) { unsafe $0.noteDebug(text) }
            default: break
            }
        }
        unsafe mosquitto_message_callback_set(handle) { _, data, message in
            guard let message = unsafe message else { return }
            unsafe withSession(data) { unsafe $0.take(message) }
        }
    }

    fileprivate func noteConnectAnswer(_ code: Int32, flags: Int32) {
        let byte = UInt8(truncatingIfNeeded: code)
        let reason =
            version == .v5 && byte >= 0x80
            ? ReasonCode(rawValue: byte) : ReasonCode(connectReturnCode: byte)
        notes.append(.connectAnswer(reason, sessionPresent: flags & 1 != 0))
    }

    /// 0x80 and above is the broker's reason; below it is the library's code.
    fileprivate func noteDisconnect(_ code: Int32) {
        if code >= 0x80 {
            let reason = ReasonCode(rawValue: UInt8(truncatingIfNeeded: code))
            notes.append(.disconnected(.broker(reason)))
        } else {
            let result = code == 0 ? .connectionLost : ResultCode(rawValue: code)
            let number = result == .systemError ? errno : 0
            notes.append(.disconnected(.library(result, errno: number)))
        }
    }

    fileprivate func noteError(_ text: UnsafePointer<CChar>) {
        // A wrong host name is told in the first of two lines, a wrong authority in the only one.
        let separator = errorLog.isEmpty ? "" : "; "
        let room = Limits.problemDetailBytes - errorLog.utf8.count - separator.utf8.count
        let length = unsafe min(strlen(text), room)
        guard length > 0 else { return }
        // Safety: `length` bytes of the C string exist.
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        errorLog += unsafe separator + String(decoding: bytes, as: UTF8.self)
    }

    /// The DUP flag of a message stands nowhere but in the line that the library logs about it just
    /// before the message callback. A library that words it otherwise leaves copies unrecognised: they
    /// are counted twice, and a test fails.
    fileprivate func noteDebug(_ text: UnsafePointer<CChar>) {
        // Safety: the comparison ends with the C string's zero byte, which the line does not hold; so
        // where it succeeds the string goes on for at least the zero.
        guard unsafe strncmp(text, publishLine, publishLine.count) == 0 else { return }
        isFlagged = unsafe text[publishLine.count] == CChar(bitPattern: UInt8(ascii: "1"))
    }

    /// The hot path: one copy into the slab, no allocation, no lock.
    fileprivate func take(_ message: UnsafePointer<mosquitto_message>) {
        guard let slot, let topic = unsafe message.pointee.topic else { return }
        if !isAnnounced { announce() }
        // A payload beyond the limit is cut one byte above it: the decoder refuses it as too large,
        // and the slab stays within its bound.
        let length = unsafe min(Int(message.pointee.payloadlen), Limits.payloadBytes + 1)
        // Safety: the library guarantees both for the time of the callback; a payload of length 0
        // has no address.
        let topicBytes = unsafe UnsafeRawBufferPointer(start: topic, count: strlen(topic))
        let payloadBytes = unsafe UnsafeRawBufferPointer(
            start: message.pointee.payload,
            count: length,
        )
        let quality = unsafe UInt8(truncatingIfNeeded: message.pointee.qos)
        messagesReceived += 1
        bytesReceived += UInt64(topicBytes.count + length)
        if quality > 0 {
            unacknowledged += 1
            slot.awaitsCommit = true
            let isCopy = unsafe redelivery?.note(
                number: UInt16(truncatingIfNeeded: message.pointee.mid),
                topic: Span(_bytes: topicBytes.bytes),
                payload: Span(_bytes: payloadBytes.bytes),
                isFlagged: isFlagged,
            )
            isFlagged = false
            if isCopy == true {
                messagesRedelivered += 1
                return slot.batch.append(.redelivered, at: slot.receivedAt, broker: broker)
            }
        }
        unsafe slot.batch.append(
            topic: Span(_bytes: topicBytes.bytes),
            payload: Span(_bytes: payloadBytes.bytes),
            receivedAt: slot.receivedAt,
            qualityOfService: quality,
            isRetained: message.pointee.retain,
            broker: broker,
        )
    }
}

private func withSession(_ data: UnsafeMutableRawPointer?, _ body: (ClientSession) -> Void) {
    // Safety: `data` is a session whose method is running, so it is alive; no reference is counted.
    if let data = unsafe data {
        unsafe Unmanaged<ClientSession>.fromOpaque(data)._withUnsafeGuaranteedRef(body)
    }
    errno = 0
}
