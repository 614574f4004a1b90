internal import Foundation

/// Programs of this machine: the broker above all.
public enum InstalledProgram {
    /// The program's path: in PATH, else where Debian keeps servers, which is not in everybody's
    /// PATH; nil where there is none.
    public static func path(of program: String) -> String? {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            search.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return folders.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The user to name in `user` of mosquitto.conf: who calls. As root mosquitto would otherwise
    /// become the user `mosquitto`, who cannot read a folder that is only the caller's.
    /// A caller without an entry in the machine's list is not root, and then mosquitto ignores it.
    public static var brokerUser: String {
        let name = NSUserName()
        return name.isEmpty ? "nobody" : name
    }
}
