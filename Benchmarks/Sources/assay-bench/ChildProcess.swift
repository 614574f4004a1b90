import Foundation
import Glibc

/// A program that was started, with its output in files, its processor time readable while it runs,
/// and its resource usage when it has ended.
final class ChildProcess {
    /// What a process has used, from `wait4`.
    struct Usage {
        var exitCode: Int32
        var user: Double
        var system: Double
        /// Largest resident size, in bytes.
        var peakResident: Int
    }

    let name: String
    private let pid: pid_t
    private let outputPath: String
    private let errorPath: String
    private var usage: Usage?

    /// Starts a program with its arguments; output and errors go to files in the folder.
    init(_ program: String, _ arguments: [String], name: String, folder: URL) throws {
        self.name = name
        outputPath = folder.appending(path: "\(name).out").path
        errorPath = folder.appending(path: "\(name).err").path
        pid = try Self.spawn([program] + arguments, output: outputPath, errors: errorPath)
    }

    private static func spawn(_ words: [String], output: String, errors: String) throws -> pid_t {
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        var child = pid_t()
        // Safety: the C strings are copies that live until they are freed after the spawn, and the
        // file actions are initialized before they are used and destroyed after it.
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o644)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o644)
        let code = unsafe posix_spawn(&child, words[0], &actions, nil, arguments, environ)
        guard code == 0 else {
            throw BenchmarkError("cannot start `\(words[0])`: error \(code)")
        }
        return child
    }

    deinit {
        // A benchmark that fails must leave nothing running.
        if usage == nil {
            kill(pid, SIGKILL)
            _ = try? wait()
        }
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    /// User and system time of all its threads so far, in seconds, to the nanosecond: the same sum
    /// that getrusage gives at the end.
    func processorTime() throws -> Double {
        var clock = clockid_t()
        var time = timespec()
        // Safety: both results are written to variables of the right type that live for the calls.
        let code = unsafe clock_getcpuclockid(pid, &clock)
        guard code == 0, unsafe clock_gettime(clock, &time) == 0, isRunning() else {
            throw BenchmarkError("`\(name)` has ended before its time:\n\(errors)")
        }
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// Resident memory now, in bytes.
    func residentMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return 1_024 * (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0)
    }

    func isRunning() -> Bool {
        guard usage == nil else { return false }
        collect(options: WNOHANG)
        return usage == nil
    }

    /// Asks it to end and waits for that.
    @discardableResult
    func terminate() throws -> Usage {
        if usage == nil { kill(pid, SIGTERM) }
        return try wait()
    }

    /// Waits for its end, at most that long.
    @discardableResult
    func wait(seconds: Double = 600) throws -> Usage {
        let deadline = Stopwatch()
        while isRunning() {
            if deadline.seconds > seconds {
                kill(pid, SIGKILL)
                collect(options: 0)
                throw BenchmarkError("`\(name)` did not end within \(seconds) s:\n\(errors)")
            }
            pause(milliseconds: 5)
        }
        guard let usage else { throw BenchmarkError("`\(name)` was not ours to wait for") }
        return usage
    }

    /// Waits for its end and gives its output as `key=value` pairs.
    func result(seconds: Double = 600) throws -> [String: Double] {
        let usage = try wait(seconds: seconds)
        guard usage.exitCode == 0 else {
            throw BenchmarkError("`\(name)` ended with code \(usage.exitCode):\n\(errors)")
        }
        return Self.pairs(output)
    }

    static func pairs(_ text: String) -> [String: Double] {
        var pairs: [String: Double] = [:]
        for word in text.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "=")
            if parts.count == 2 { pairs[String(parts[0])] = Double(parts[1]) }
        }
        return pairs
    }

    private func collect(options: Int32) {
        var status: Int32 = 0
        var resources = rusage()
        // Safety: both results are written to variables of the right type that live for the call.
        guard unsafe wait4(pid, &status, options, &resources) == pid else { return }
        let signal = status & 0x7f
        usage = Usage(
            exitCode: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
            user: seconds(resources.ru_utime),
            system: seconds(resources.ru_stime),
            peakResident: 1_024 * resources.ru_maxrss,
        )
    }

    private func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + 1e-6 * Double(time.tv_usec)
    }
}

/// Waits; the benchmark has nothing else to do.
func pause(milliseconds: UInt32) {
    usleep(milliseconds * 1_000)
}
