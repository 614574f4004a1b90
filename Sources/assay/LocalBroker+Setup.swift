import Foundation
import Glibc
import LocalBrokers

extension LocalBroker {
    static func makeFolder() throws(LocalBrokerProblem) -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("assay-demo-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700],
            )
        } catch {
            throw .noFolder(error.localizedDescription)
        }
        return folder
    }

    /// Only this machine, nobody's password, nothing kept; and queues long enough that a daemon
    /// that is stopped in the debugger for a minute loses nothing (450 messages/s).
    static func writeConfiguration(
        port: UInt16,
        in folder: URL,
    ) throws(LocalBrokerProblem) -> URL {
        let text = """
            listener \(port) 127.0.0.1
            allow_anonymous true
            user \(InstalledProgram.brokerUser)
            persistence false
            max_queued_messages 100000
            max_inflight_messages 1000
            set_tcp_nodelay true
            sys_interval 10
            log_dest stderr
            log_type error
            log_type warning

            """
        let file = folder.appendingPathComponent("mosquitto.conf")
        do {
            try Data(text.utf8).write(to: file)
        } catch {
            throw .noFolder(error.localizedDescription)
        }
        return file
    }
}
