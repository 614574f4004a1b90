internal import CMosquitto
internal import Glibc
internal import Monitoring

/// One attempt to connect, on a thread of its own: name lookup and TCP block, for minutes where a
/// firewall swallows packets. Nobody ever waits for that thread; it hands its result to a mailbox
/// and ends.
struct Connector: Sendable {
    var settings: BrokerSettings
    var identity: ClientIdentity
    var version: ProtocolVersion

    struct Outcome: Sendable {
        var link: Int
        var attempt: Int
        var result: Result<ClientSession, ConnectionProblem>
    }

    /// Starts the thread. The mailbox always gets an outcome, also where no thread can be made.
    func start(link: Int, attempt: Int, mailbox: ConnectorMailbox) {
        do {
            try DedicatedThread.start(name: "mqtt connect") {
                mailbox.post(Outcome(link: link, attempt: attempt, result: connect()))
            }
        } catch {
            mailbox.post(Outcome(link: link, attempt: attempt, result: .failure(error)))
        }
    }

    private func connect() -> Result<ClientSession, ConnectionProblem> {
        do throws(ConnectionProblem) {
            let session = try ClientSession(
                clientID: identity.clientID,
                isClean: identity.isClean,
                version: version,
            )
            try setReceiveMaximum(session)
            try setCredentials(session)
            try setTLS(session)
            try setWill(session)
            try open(session)
            setSocketOptions(session)
            return .success(session)
        } catch {
            return .failure(error)
        }
    }

    private func setReceiveMaximum(_ session: ClientSession) throws(ConnectionProblem) {
        // Safety: the handle is valid for the call of the closure and does not leave it.
        try unsafe session.configure { handle in
            unsafe mosquitto_int_option(
                handle,
                MOSQ_OPT_RECEIVE_MAXIMUM,
                Int32(settings.receiveMaximum),
            )
        }
    }

    private func setCredentials(_ session: ClientSession) throws(ConnectionProblem) {
        guard let username = settings.username else { return }
        var password: String?
        if let path = settings.passwordFile { password = try PasswordFile(path: path).read() }
        // Safety: the library copies both strings.
        try unsafe session.configure { handle in
            unsafe mosquitto_username_pw_set(handle, username, password)
        }
    }

    private func setTLS(_ session: ClientSession) throws(ConnectionProblem) {
        guard let tls = settings.tls else { return }
        for path in [tls.authorities, tls.certificate, tls.key] {
            guard let path else { continue }
            // The library says only "invalid" of a file that it cannot open.
            // Safety: the C string lives for the call.
            if unsafe access(path, R_OK) != 0 {
                throw ConnectionProblem(.unreadableFile(path: path, errno: errno))
            }
        }
        // The system's certificates by directory: libmosquitto's own option for them breaks the
        // second connect before 2.0.12.
        let directory = tls.authorities == nil ? "/etc/ssl/certs" : nil
        try unsafe session.configure { handle in
            unsafe mosquitto_tls_set(
                handle,
                tls.authorities,
                directory,
                tls.certificate,
                tls.key,
                nil,
            )
        }
        // The version is a minimum. 1: the peer's certificate is verified. The host's name is
        // checked as long as nobody turns that off.
        try unsafe session.configure { handle in
            unsafe mosquitto_tls_opts_set(handle, 1, "tlsv1.2", nil)
        }
    }

    private func setWill(_ session: ClientSession) throws(ConnectionProblem) {
        guard let will = identity.will else { return }
        // Safety: the library copies topic and payload.
        try unsafe session.configure { handle in
            unsafe will.payload.withUnsafeBytes { bytes in
                unsafe mosquitto_will_set(
                    handle,
                    will.topic,
                    Int32(bytes.count),
                    bytes.baseAddress,
                    Int32(will.qualityOfService),
                    will.isRetained,
                )
            }
        }
    }

    /// Opens the socket; CONNECT is only queued, because the handle is in threaded mode.
    private func open(_ session: ClientSession) throws(ConnectionProblem) {
        var properties: OpaquePointer?
        // Safety: the list is ours until freed; the library copies it.
        defer { unsafe mosquitto_property_free_all(&properties) }
        if version == .v5 {
            unsafe mosquitto_property_add_int32(
                &properties,
                Int32(bitPattern: MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue),
                identity.sessionExpiry,
            )
            unsafe mosquitto_property_add_int32(
                &properties,
                Int32(bitPattern: MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue),
                settings.maximumPacketSize,
            )
        }
        let list = unsafe properties
        try unsafe session.configure { handle in
            unsafe mosquitto_connect_bind_v5(
                handle,
                settings.host,
                Int32(settings.port),
                Int32(max(settings.keepAlive, 5)),
                nil,
                list,
            )
        }
    }

    /// Unsent or unacknowledged bytes end the connection after twice the keep-alive time: the
    /// kernel's own limit is a quarter of an hour.
    private func setSocketOptions(_ session: ClientSession) {
        var timeout = Int32(settings.keepAlive) * 2_000
        // Safety: the pointer lives for the call. A failure leaves the kernel's limit in place.
        unsafe _ = setsockopt(
            session.descriptor,
            Int32(IPPROTO_TCP),
            TCP_USER_TIMEOUT,
            &timeout,
            socklen_t(MemoryLayout<Int32>.size),
        )
    }
}
