internal import Glibc

/// Why a connection could not be made or was lost: what was tried, why it failed, what to do.
public struct ConnectionProblem: Error, Sendable, Equatable {
    public enum Cause: Sendable, Equatable {
        /// The library or the operating system: `errno` is 0 where it says nothing.
        case library(ResultCode, errno: Int32)
        /// The broker said so.
        case broker(ReasonCode)
        /// A password, certificate or key file could not be read.
        case unreadableFile(path: String, errno: Int32)
        /// A password file that holds no usable first line.
        case unusablePassword(path: String)
        /// The broker ended the encrypted connection before it answered CONNECT. That is how a client
        /// meets a broker that wants another client certificate, or any. The alert that says so may
        /// not arrive: with TLS 1.3 the client has spoken before the broker looks at the
        /// certificate, and the reset overtakes the alert.
        case endedInHandshake(hasCertificate: Bool)
        /// Connected, and no answer to CONNECT within the deadline.
        case noConnectAnswer
        /// No answer to SUBSCRIBE within the deadline.
        case noSubscribeAnswer
        /// A thread could not be made.
        case noThread(errno: Int32)
    }

    public var cause: Cause
    /// What TLS said, where it said anything; at most `Limits.problemDetailBytes` bytes.
    public var detail: String

    public init(_ cause: Cause, detail: String = "") {
        self.cause = cause
        self.detail = detail
    }

    /// Whether a person must change something before another attempt can succeed. The daemon tries
    /// on all the same, because the change may be made at the broker.
    public var needsPerson: Bool {
        switch cause {
        case .library(let code, _): code == .tls || code == .tlsHandshake || code == .invalid
        case .broker(let reason): reason.needsPerson
        case .unreadableFile, .unusablePassword: true
        case .endedInHandshake, .noConnectAnswer, .noSubscribeAnswer, .noThread: false
        }
    }

    /// The reason as a clause for messages, without the name of the broker.
    public var text: String {
        detail.isEmpty ? sentence : "\(sentence) (\(detail))"
    }

    private var sentence: String {
        switch cause {
        case .library(let code, errno: 0): code.text
        case .library(.systemError, let number): Self.text(ofErrno: number)
        case .library(let code, let number): "\(code.text): \(Self.text(ofErrno: number))"
        case .broker(let reason): reason.text
        case .unreadableFile(let path, let number):
            "the file \(path) cannot be read: \(Self.text(ofErrno: number)); "
                + "make it readable for the user that runs assay"
        case .unusablePassword(let path):
            "the password file \(path) has no first line of text; write the password there"
        case .endedInHandshake(hasCertificate: false):
            "the broker ended the encrypted connection without an answer, as one does that asks "
                + "for a client certificate; name one under `tls`, or see the broker's log"
        case .endedInHandshake(hasCertificate: true):
            "the broker ended the encrypted connection without an answer, as one does that does "
                + "not accept the client certificate; compare its authority with the broker's, "
                + "or see the broker's log"
        case .noConnectAnswer: "the broker accepted the connection and did not answer"
        case .noSubscribeAnswer: "the broker did not answer the subscription"
        case .noThread(let number): "a thread could not be started: \(Self.text(ofErrno: number))"
        }
    }

    private static func text(ofErrno number: Int32) -> String {
        // Safety: `strerror` gives a C string that lives until the next call on this thread (glibc
        // keeps unknown numbers per thread, known ones are constants); it is copied at once.
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
