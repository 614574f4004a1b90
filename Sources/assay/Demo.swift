import ArgumentParser
import Daemon
import Foundation
import Logging
import Monitoring
import Settings
import Simulation

extension Assay {
    /// `assay demo`: a broker, a simulated plant with faults, the daemon, and a table of what was
    /// found.
    struct Demo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the whole program at work on a simulated plant with faults.",
            discussion: """
                Starts a mosquitto on a free loopback port, a plant that publishes to it, and the \
                daemon. Faults begin after 20 s, 18 kinds in a minute; in a longer run they come \
                again, and gentler. Ends on Ctrl-C or after --for, with a table of the \
                faults and the checks that found them. Exits 0 only if every fault was found by a \
                check of the right concern and at most 2 alarms were false.
                """,
        )

        @Option(
            name: .customLong("config"),
            help: "The daemon's configuration.",
            completion: .file(extensions: ["yaml"]),
        )
        var path = "deploy/demo.yaml"

        @Option(
            name: .customLong("for"),
            help: ArgumentHelp("How long to run, 55s at least.", valueName: "duration"),
            transform: DurationOption.parse,
        )
        var length: DurationOption?

        @Option(help: "Which faults befall which feeds, and when.")
        var seed: UInt64 = 1

        @Flag(help: "Print the table as JSON.")
        var json = false

        @Flag(help: "Print the daemon's log too.")
        var verbose = false

        func run() async throws {
            let broker: LocalBroker
            do {
                broker = try await LocalBroker.start()
            } catch {
                Terminal.complain("assay: \(error)")
                throw ExitCode(3)
            }
            let result: DemoScore
            do {
                result = try await play(on: broker)
                await broker.stop()
            } catch {
                await broker.stop()
                if let exit = error as? ExitCode { throw exit }
                Terminal.complain("assay: \(error)")
                throw ExitCode(1)
            }
            let isTerminal = isatty(STDOUT_FILENO) == 1
            Terminal.say(json ? result.json : "\n" + result.table(inColour: isTerminal))
            throw ExitCode(result.exitCode)
        }

        private func play(on broker: LocalBroker) async throws -> DemoScore {
            let settings = try load(broker)
            let published = PublishedMessages()
            let watch = try AlarmWatch(
                port: broker.port,
                published: published,
                isInColour: isatty(STDOUT_FILENO) == 1,
            )
            var logger = Logger(label: "assay") { _ in TextLog() }
            logger.logLevel = verbose ? .info : .error
            let daemon = try DaemonService(configuration: settings, logger: logger)
            let clock = DemoClock()
            let started = clock.now
            let schedule = try FaultSchedule(
                seed: seed,
                startingAt: started,
                runFor: length?.length ?? FaultSchedule.openEnded,
            )
            introduce(broker, schedule)
            let plant = PlantSimulator(seed: seed, startingAt: started, schedule: schedule)
            let publisher = DemoPublisher(port: broker.port, published: published)
            let publishing = Task { try await publisher.run(plant) }
            let watching = Task { try await watch.run() }
            let running = Task { try await daemon.run() }
            await wait()
            let ended = clock.now
            publishing.cancel()
            let publication = try await publishing.value
            daemon.stop()
            try await running.value
            watch.stop()
            try await watching.value
            report(publication)
            return DemoScore(
                faults: schedule.labels,
                observations: watch.observations,
                startedAt: started,
                endedAt: ended,
                isOpenEnded: length == nil,
                interference: watch.interference,
            )
        }

        private func load(_ broker: LocalBroker) throws -> Configuration {
            var environment = ProcessInfo.processInfo.environment
            environment["ASSAY_DEMO_PORT"] = "\(broker.port)"
            environment["ASSAY_DEMO_FOLDER"] = broker.folder.path
            return try ConfigurationOption.load(
                path,
                environment: environment,
                writesStore: true,
            )
        }

        /// Until `--for` is over, or a signal comes.
        private func wait() async {
            let (signals, arrival) = AsyncStream.makeStream(
                of: Void.self,
                bufferingPolicy: .bufferingNewest(1),
            )
            let stop = StopSignals { arrival.yield() }
            let timer = Task {
                guard let length else { return }
                try await Task.sleep(for: .nanoseconds(length.length.count))
                arrival.yield()
            }
            for await _ in signals { break }
            timer.cancel()
            stop.cancel()
        }

        private func introduce(_ broker: LocalBroker, _ schedule: FaultSchedule) {
            let length = length.map { "for \($0)" } ?? "until Ctrl-C"
            let topic = Plant.demo.feedKeys.first { !$0.contains(":") } ?? "plant/hello"
            Terminal.sayWrapped(
                """
                A plant of \(Plant.demo.feedKeys.count) feeds publishes to a mosquitto on port \
                \(broker.port) of this machine, \(length). The daemon runs with \(path); its \
                database, \(broker.folder.path)/assay.db, is deleted at the end.
                """
            )
            Terminal.sayWrapped(
                """
                Faults begin after 20 s. Try meanwhile, in another terminal; alarms of what you \
                publish are listed as yours and do not count:
                """
            )
            Terminal.say(
                """

                  mosquitto_sub -p \(broker.port) -t 'assay/demo/alarms/state/#' -v
                  mosquitto_pub -p \(broker.port) -t \(topic) -m 'not a number'

                """
            )
        }

        private func report(_ publication: DemoPublication) {
            guard publication.lost > 0 || publication.lagging > publication.sent / 100 else {
                return
            }
            Terminal.complain(
                """
                The plant could not keep its pace: \(publication.lagging) of \(publication.sent) \
                messages came late, \(publication.lost) not at all. This machine is too busy for \
                the demo; alarms below may be its own.
                """
            )
        }
    }
}
