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
                the exit code is 0. Exits 1 where the configuration or the database cannot be used.
                """,
        )

        @OptionGroup var source: ConfigurationOption

        @Option(help: "Also write everything received to this file, for `assay replay`.")
        var record: String?

        @Option(help: "Least severe log lines to print: debug, info, warning or error.")
        var logLevel = Logger.Level.info

        func run() async throws {
            let settings = try source.load(writesStore: true)
            for warning in settings.warnings { Terminal.complain("\(warning)") }
            var logger = Logger(label: "assay") { _ in TextLog() }
            logger.logLevel = logLevel
            do {
                let daemon = try DaemonService(
                    configuration: settings,
                    options: DaemonService.Options(
                        recording: record,
                        supervisor: Self.supervisor(logger),
                    ),
                    logger: logger,
                )
                let log = logger
                let signals = StopSignals {
                    log.info("stopping; what was read is committed first")
                    daemon.stop()
                }
                try await daemon.run()
                signals.cancel()
            } catch {
                Terminal.complain("assay: \(error)")
                throw ExitCode(1)
            }
        }

        /// Without it the daemon works as well, and whoever waits for word of it must know why none
        /// comes.
        private static func supervisor(_ logger: Logger) -> SystemdNotifier? {
            do {
                return try SystemdNotifier(environment: ProcessInfo.processInfo.environment)
            } catch {
                logger.warning("\(error)")
                return nil
            }
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
