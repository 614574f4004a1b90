import Delivery
import History
import Logging
import Monitoring
import Mosquitto
import Settings

/// Takes over a configuration that was read again, whole or not at all (decision 0014).
///
/// It was read and checked elsewhere, so that the plant is watched meanwhile; here, between two batches,
/// it is held against the one in force. What only a start can take over refuses all of it: what runs is
/// always one file, never half of two.
struct ConfigurationReload {
    /// Lines of the log for one reload; `assay check` tells all.
    private static let mostLines = 100

    /// In force.
    private var running: Configuration
    private let desk: ReloadDesk
    private let supervisor: SystemdNotifier?
    private let logger: Logger
    private(set) var figures = SelfMessage.Reloads()

    init(
        running: Configuration,
        desk: ReloadDesk,
        supervisor: SystemdNotifier?,
        logger: Logger,
    ) {
        self.running = running
        self.desk = desk
        self.supervisor = supervisor
        self.logger = logger
    }

    /// What a configuration reaches.
    struct Targets {
        var store: HistoryStore
        var loop: PollLoop
    }

    /// Looks whether one was read, and deals with it. Cost of the look: a lock.
    ///
    /// - Parameter now: the engine's time.
    mutating func takeUp(
        _ pipeline: inout Pipeline,
        _ policy: inout CommitPolicy,
        _ targets: Targets,
        at now: ReceiveTime,
    ) {
        guard let reading = desk.take() else { return }
        // Also of one that is refused: the daemon works.
        defer { supervisor?.ready() }
        switch reading {
        case .refused(let report): refuse(report, &pipeline, at: now)
        case .valid(let configuration):
            let settings = configuration.settingsForRestart(of: running)
            guard settings.isEmpty else {
                return refuse(needing: settings, &pipeline, at: now)
            }
            take(over: configuration, &pipeline, &policy, targets)
            judge(nil, &pipeline, at: now)
        }
    }

    private mutating func take(
        over configuration: Configuration,
        _ pipeline: inout Pipeline,
        _ policy: inout CommitPolicy,
        _ targets: Targets,
    ) {
        let adoption = pipeline.adopt(configuration)
        policy.adopt(configuration)
        targets.store.adopt(configuration.store.retention)
        for index in configuration.brokers.indices {
            guard let wanted = try? configuration.filters(ofBroker: index) else { continue }
            targets.loop.subscribe(index, to: wanted)
        }
        running = configuration
        figures.taken += 1
        tell(adoption, of: configuration)
    }

    // MARK: What is said of it

    private func tell(_ adoption: RuleAdoption, of configuration: Configuration) {
        for warning in configuration.warnings.prefix(Self.mostLines) {
            logger.warning("the configuration is doubtful", metadata: ["reason": "\(warning)"])
        }
        for restart in adoption.restarts.prefix(Self.mostLines) {
            let checks = restart.checks.map(\.name).joined(separator: " ")
            let filter = configuration.feeds[restart.rule].rule.filter.text
            logger.info(
                restart.readsOtherValues
                    ? "values are read from elsewhere: baselines and checks begin anew"
                    : "checks begin anew, because their settings changed",
                metadata: [
                    "checks": "\(checks)", "feeds": "\(restart.feeds)", "such_as": "\(filter)",
                ],
            )
        }
        logger.info(
            "the configuration was taken over",
            metadata: [
                "feeds_unchanged": "\(adoption.unchanged)",
                "feeds_changed": "\(adoption.changed)",
                "feeds_closed": "\(adoption.closed)",
                "feeds_new": "\(adoption.declared)",
                "rules": "\(configuration.feeds.count)",
            ],
        )
    }

    private mutating func refuse(
        _ report: String,
        _ pipeline: inout Pipeline,
        at now: ReceiveTime,
    ) {
        let lines = report.split(separator: "\n")
        for line in lines.prefix(Self.mostLines) {
            logger.error("the configuration is wrong", metadata: ["problem": "\(line)"])
        }
        logger.error(
            "the configuration is refused; the former one stays in force",
            metadata: [
                "lines": "\(lines.count)",
                "action":
                    "correct the file, run `assay check`, and reload; the daemon would not start",
            ],
        )
        let first = lines.first.map { ", first: \($0)" } ?? ""
        judge(
            "the configuration was read again and is wrong\(first). The former one stays in force, "
                + "but the daemon could not be started with this one",
            &pipeline,
            at: now,
        )
    }

    private mutating func refuse(
        needing settings: [String],
        _ pipeline: inout Pipeline,
        at now: ReceiveTime,
    ) {
        let names = settings.joined(separator: ", ")
        logger.error(
            "the configuration needs a restart of the daemon; the former one stays in force, all of it",
            metadata: [
                "settings": "\(names)",
                "action": "restart the daemon, or take these back and reload",
            ],
        )
        judge(
            "the configuration was read again, and only a restart takes over: \(names). The former one "
                + "stays in force, all of it",
            &pipeline,
            at: now,
        )
    }

    /// Begins or ends `system/configuration`.
    private mutating func judge(
        _ problem: String?,
        _ pipeline: inout Pipeline,
        at now: ReceiveTime,
    ) {
        if problem != nil { figures.refused += 1 }
        figures.isRefused = problem != nil
        pipeline.note(
            MonitorReport.SystemCondition(
                name: "configuration",
                isAbnormal: problem != nil,
                at: now,
                detail: problem ?? "the configuration was taken over",
            )
        )
    }
}

extension Configuration {
    /// What is asked of a broker.
    func filters(ofBroker index: Int) throws -> [Subscription] {
        try subscriptions(ofBroker: index).map {
            Subscription(
                filter: try TopicFilter($0),
                qualityOfService: brokers[index].qualityOfService,
            )
        }
    }
}
