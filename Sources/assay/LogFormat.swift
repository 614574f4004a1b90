import ArgumentParser
import Logging

/// Who reads the log: people, or a program.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json

    func logger(level: Logger.Level) -> Logger {
        var logger = Logger(label: "assay") { _ in
            switch self {
            case .text: TextLog()
            case .json: JSONLog()
            }
        }
        logger.logLevel = level
        return logger
    }
}
