public import ArgumentParser
import Daemon
import Foundation
public import Logging
import Settings

extension Assay {
    /// `assay run`: the daemon.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the daemon in the foreground.",
            discussion: """
                Ends on SIGTERM or SIGINT: what was read is committed, `offline` is published, and \
                the exit code is 0. On SIGHUP the configuration is read again and, where it is right, \
                taken over. Exits 1 where the configuration or the database cannot be used.
                """,
        )

        @OptionGroup var source: ConfigurationOption

        @Option(help: "Also write everything received to this file, for `assay replay`.")
        var record: String?

        @Option(help: "Least severe log lines to print.")
        var logLevel = Logger.Level.info

        @Option(help: "How log lines are written: text, or json with one object a line.")
        var logFormat = LogFormat.text

        func run() async throws {
            // First of all: until then the signal would end the process.
            let reloads = ReloadSignal()
            let log = logFormat.logger(level: logLevel)
            let settings = try source.load(writesStore: true) {
                complain("the configuration cannot be used", $0, as: .critical, to: log)
            }
            for warning in settings.warnings {
                complain("the configuration is doubtful", "\(warning)", as: .warning, to: log)
            }
            do {
                let daemon = try DaemonService(
                    configuration: settings,
                    options: DaemonService.Options(
                        recording: record,
                        supervisor: Self.supervisor(log),
                        version: Version.text,
                    ),
                    logger: log,
                )
                let signals = StopSignals {
                    log.info("stopping; what was read is committed first")
                    daemon.stop()
                }
                reloads.handle { [path = source.path] in
                    log.info("reading the configuration again")
                    daemon.reload { Self.read(path) }
                }
                try await daemon.run()
                signals.cancel()
                reloads.cancel()
            } catch {
                let text = logFormat == .json ? "\(error)" : "assay: \(error)"
                complain("the daemon cannot run", text, as: .critical, to: log)
                throw ExitCode(1)
            }
        }

        /// Reads the file again, by the rules of the start.
        private static func read(_ path: String) -> DaemonService.Reading {
            var report = ""
            do {
                return .valid(
                    try ConfigurationOption.load(path, writesStore: true) { report += $0 + "\n" }
                )
            } catch {
                return .refused(report)
            }
        }

        /// What people get as it stands, a program gets as a line of the log.
        private func complain(
            _ sentence: Logger.Message,
            _ text: String,
            as level: Logger.Level,
            to log: Logger,
        ) {
            switch logFormat {
            case .text: Terminal.complain(text)
            case .json: log.log(level: level, sentence, metadata: ["reason": "\(text)"])
            }
        }

        /// Without it the daemon works as well, and whoever waits for word of it must know why none
        /// comes.
        private static func supervisor(_ logger: Logger) -> SystemdNotifier? {
            do {
                return try SystemdNotifier(environment: ProcessInfo.processInfo.environment)
            } catch {
                logger.warning(
                    "the supervisor cannot be told how the daemon is",
                    metadata: ["reason": "\(error)"],
                )
                return nil
            }
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {
    /// Those that the daemon uses; the library's others are taken as well.
    public static var allValueStrings: [String] { ["debug", "info", "warning", "error"] }
}
