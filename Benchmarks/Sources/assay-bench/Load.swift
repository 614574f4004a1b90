import Foundation

/// What the generator is asked to publish.
struct Load {
    /// Messages a second; 0: as fast as it goes.
    var rate: Int
    var topics: Int
    var count: Int
    var qualityOfService = 0

    var name: String {
        let pace = rate == 0 ? "flat out" : "\(rate)/s"
        return qualityOfService == 0 ? pace : "\(pace), QoS \(qualityOfService)"
    }

    /// Every topic comes a few times: the first message of a topic makes a feed, and that is not
    /// what a message costs. Fewer times than teach the daemon a cadence (8), because the warm-up's
    /// is not the load's, and 10,000 feeds that slow down a thousandfold are 10,000 alarms.
    static func warmUp(topics: Int, rate: Int = 0) -> Load {
        Load(rate: rate, topics: topics, count: 4 * topics)
    }

    /// Publishes all of it and returns how many messages a second that came to.
    @discardableResult
    func run(broker: Broker, folder: URL, workshop: Workshop) throws -> Double {
        let generator = try start(broker: broker, folder: folder, workshop: workshop)
        let result = try generator.result()
        guard result["sent"].map({ Int($0) }) == count, let pace = result["rate"] else {
            throw BenchmarkError("the generator did not send all: \(generator.output)")
        }
        return pace
    }

    func start(broker: Broker, folder: URL, workshop: Workshop) throws -> ChildProcess {
        try ChildProcess(
            workshop.program("load_generator"),
            [
                "--port", "\(broker.port)", "--topics", "\(topics)", "--rate", "\(rate)",
                "--count", "\(count)", "--qos", "\(qualityOfService)",
            ],
            name: "load_generator",
            folder: folder
        )
    }
}
