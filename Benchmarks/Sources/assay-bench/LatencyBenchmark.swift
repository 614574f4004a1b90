import Foundation

/// From publishing a bad value to receiving its alarm's message, while the load goes on.
struct LatencyBenchmark {
    let options: Options
    let workshop: Workshop

    private static let rate = 20_000

    func run() throws -> Report {
        progress("latency at \(Self.rate) msg/s")
        let folder = try workshop.runFolder("latency")
        defer { try? FileManager.default.removeItem(at: folder) }
        let disk = try DiskProbe.measure(folder: folder)
        let broker = try Broker(folder: folder)
        let daemon = try Subject.assay.start(broker: broker, folder: folder, workshop: workshop)
        try Load.warmUp(topics: 10_000).run(broker: broker, folder: folder, workshop: workshop)

        let probes = options.isQuick ? 400 : 1_000
        let seconds = Double(probes) * 0.025 + 4
        let load = Load(rate: Self.rate, topics: 10_000, count: Int(seconds * Double(Self.rate)))
        let generator = try load.start(broker: broker, folder: folder, workshop: workshop)
        pause(milliseconds: 500)
        let probe = try ChildProcess(
            workshop.program("latency_probe"),
            [
                "--port", "\(broker.port)", "--root", DaemonConfiguration.root,
                "--probes", "\(probes)", "--interval-ms", "25", "--wait-s", "2",
            ],
            name: "latency_probe",
            folder: folder
        )
        let result = try probe.result()
        try generator.wait()
        try daemon.terminate()
        try broker.stop()
        return report(result, probes: probes, disk: disk)
    }

    private func report(_ result: [String: Double], probes: Int, disk: [Double]) -> Report {
        let answered = result["answered"] ?? 0
        let milliseconds = { (key: String) in result[key].map { $0 / 1_000 } }
        let row = [
            "\(Self.rate)/s", "\(Int(answered)) of \(probes)",
            text(milliseconds("p50_us"), digits: 2), text(milliseconds("p99_us"), digits: 2),
            text(milliseconds("max_us"), digits: 2),
            text(milliseconds("echo_p50_us"), digits: 2),
            text(milliseconds("echo_p99_us"), digits: 2),
            text(Statistics.median(disk).map { $0 / 1_000 }, digits: 2),
            text(Statistics.percentile(disk, 99).map { $0 / 1_000 }, digits: 2),
        ]
        let table = Table(
            title: "From a bad value to its alarm's message, in milliseconds",
            header: [
                "load", "alarms", "p50", "p99", "max", "broker p50", "broker p99",
                "fdatasync p50", "fdatasync p99",
            ],
            rows: [row],
        )
        return Report(
            tables: [table],
            bounds: [
                Bound(
                    name: "latency p99, every alarm having come",
                    limit: .atMost(5),
                    measured: Int(answered) == probes ? milliseconds("p99_us") : nil,
                    digits: 2,
                    unit: "ms"
                )
            ],
            notes: [
                """
                Broker is the time until the probe's own value came back to it; an alarm is \
                committed to the disk before it is sent, so fdatasync is part of its latency.
                """
            ],
        )
    }
}
