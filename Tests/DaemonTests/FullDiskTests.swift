import Foundation
import TestSupport
import Testing

extension DaemonSuite {
    @Suite("When the disk is full")
    struct FullDiskTests {
        private static let store = "assay/test/alarms/state/system/store"
        private static let topics = ["plant/a", "plant/b"]

        /// The database lies in a file system of 2 MiB that only the daemon's own mount namespace
        /// has; the test reaches it through the process's root.
        @Test(
            "nothing is acknowledged and nobody is silent; with space again all of it is counted",
            .enabled(
                if: mayMount(),
                "this user may not mount a file system in a user namespace",
            ),
        )
        func full() async throws {
            let site = try Site()
            try site.broker.start()
            let text = try String(
                contentsOfFile: try site.write(connection: ["receiveMaximum: 10", "keepAlive: 60s"]
                ),
                encoding: .utf8,
            )
            let path = try site.folder.write(
                text.replacing("/assay.db", with: "/disk/assay.db"),
                to: "full.yaml",
            )
            let launcher = ["unshare", "-Urm", "sh", "-c", Self.script, site.folder.path]
            let daemon = try Child(["run", "--config", path], launcher: launcher)
            let listener = try await Listener(site.broker.port, "assay/test/#")
            #expect(await listener.hearsIngest("up"), "\(daemon.errors)")
            let device = try Publisher(site.broker.port)
            try await device.stream(Self.topics, count: 100, every: .milliseconds(20))

            let disk = "/proc/\(daemon.processID)/root\(site.folder.path)/disk"
            try Self.fill("\(disk)/ballast")
            // A new feed must be stored; samples alone wait for the end of their minute.
            try await device.send("plant/new", "20.5")
            try await device.stream(Self.topics, count: 250, every: .milliseconds(20))
            #expect(listener.object(Self.store)?["active"] as? Bool == true)
            #expect(listener.object(Self.store)?["durable"] as? Bool == false)
            #expect(daemon.errors.contains("the disk is full"), "\(daemon.errors)")

            try FileManager.default.removeItem(atPath: "\(disk)/ballast")
            // Longer than the alarm takes to clear.
            try await device.stream(Self.topics, count: 400, every: .milliseconds(20))
            #expect(await device.drained())
            try await device.send(Site.marker, "?")
            let marked = "assay/test/alarms/state/\(Site.marker)/format"
            #expect(await eventually { listener.object(marked) != nil })
            #expect(listener.object(Self.store)?["active"] as? Bool == false)
            daemon.signal(SIGTERM)
            #expect(await daemon.exitCode() == 0, "\(daemon.errors)")
            try expectRows(Database(path: site.folder.file("result.db")))
        }

        private func expectRows(_ database: Database) throws {
            let journal = try database.rows(
                """
                SELECT alarm_key, reason FROM alarm_journal
                WHERE alarm_key NOT LIKE '\(Site.marker)%' ORDER BY sequence
                """
            )
            #expect(journal == [["system/store", "raise"], ["system/store", "clear"]])
            let silence = "SELECT count(*) FROM finding WHERE check_id = 'silence' AND is_confirmed"
            #expect(try database.number(silence) == 0)
            let received = try database.number("SELECT sum(received) FROM message_minute")
            #expect(received == 2 * 750 + 2)
        }

        /// Runs the command behind it on the small file system, ends it where it is ended itself,
        /// and then takes the database out. `$0` is the folder.
        private static let script = """
            mkdir "$0/disk" && mount -t tmpfs -o size=2m none "$0/disk" || exit 99
            "$@" & child=$!
            trap 'kill -TERM $child' TERM
            wait $child; code=$?
            if [ $code -gt 128 ]; then wait $child; code=$?; fi
            cp "$0/disk/assay.db" "$0/result.db" || exit 98
            exit $code
            """

        fileprivate static func mayMount() -> Bool {
            let script = "mount -t tmpfs -o size=1m none /tmp"
            return (try? Command.run("unshare", ["-Urm", "sh", "-c", script])) != nil
        }

        /// Writes until the file system takes no more.
        private static func fill(_ path: String) throws {
            // Safety: a plain system call on a string that lives for the call.
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
            guard descriptor >= 0 else { throw TestFailure(description: "cannot open \(path)") }
            defer { close(descriptor) }
            for size in [1 << 16, 1 << 12, 1] {
                let bytes = [UInt8](repeating: 0, count: size)
                // Safety: the pointer lives for the call, and the length is that of the array.
                while unsafe write(descriptor, bytes, size) > 0 {}
            }
        }
    }
}
