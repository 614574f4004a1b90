import ArgumentParser
import History
import Monitoring

/// The length of a row on the command line: `minute`, `day`, or a duration of whole minutes.
enum StepOption {
    @Sendable static func parse(_ argument: String) throws -> HistoryStep {
        if let stored = RollupStep(rawValue: argument),
            let step = HistoryStep(minutes: stored.minutes)
        {
            return step
        }
        let length = try DurationOption.parse(argument).length
        let minute = Nanoseconds.seconds(60)
        guard length.count.isMultiple(of: minute.count),
            let step = HistoryStep(minutes: length.count / minute.count)
        else {
            throw ValidationError(
                "it is no number of whole minutes up to 366d; write `minute`, `15min`, `1d` or any "
                    + "multiple"
            )
        }
        return step
    }
}
