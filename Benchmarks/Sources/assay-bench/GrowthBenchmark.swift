/// That memory stands still: resident memory over ten minutes of a steady load.
///
/// The load is ten messages a second of each of 1,000 feeds. After the warm-up every limit is learned,
/// every table full, the database's cache in use; a minute's rows are written every minute. The growth
/// is the slope of Theil and Sen (the median of all slopes between two readings, which one burst of a
/// commit cannot move), over the time measured.
struct GrowthBenchmark {
    let options: Options
    let workshop: Workshop

    private static let feeds = 1_000
    private static let rate = 10_000
    /// In seconds: 1,500 messages a feed, more than the longest time to learn takes.
    private var warmUp: Int { options.isQuick ? 20 : 180 }
    private var length: Int { options.isQuick ? 60 : 600 }
    private var interval: Int { options.isQuick ? 5 : 30 }

    /// KiB over the whole time: of the six million messages a tenth of a byte each would be more.
    private static let most = 512.0

    func run() throws -> Report {
        let folder = try workshop.runFolder("growth")
        let broker = try Broker(folder: folder)
        let daemon = try Subject.assay.start(broker: broker, folder: folder, workshop: workshop)
        let seconds = warmUp + length + interval
        let load = Load(rate: Self.rate, topics: Self.feeds, count: seconds * Self.rate)
        let generator = try load.start(broker: broker, folder: folder, workshop: workshop)
        progress("memory: \(warmUp) s of warm-up, then \(length) s")
        let watch = Stopwatch()
        var readings: [(seconds: Double, kibibytes: Double)] = []
        for time in stride(from: warmUp, through: warmUp + length, by: interval) {
            while watch.seconds < Double(time) { pause(milliseconds: 50) }
            guard daemon.isRunning(), generator.isRunning() else {
                throw BenchmarkError("a program ended early:\n\(daemon.errors)\(generator.errors)")
            }
            readings.append((watch.seconds, Double(daemon.residentMemory()) / 1_024))
        }
        _ = try generator.result()
        try daemon.terminate()
        try broker.stop()
        return report(readings)
    }

    private func report(_ readings: [(seconds: Double, kibibytes: Double)]) -> Report {
        let first = readings.first?.seconds ?? 0
        let table = Table(
            title: "Resident memory, \(Self.feeds) feeds at \(Self.rate) msg/s",
            header: ["s", "MiB"],
            rows: readings.map {
                [text($0.seconds - first, digits: 0), text($0.kibibytes / 1_024, digits: 2)]
            },
        )
        let slope = Statistics.medianSlope(readings.map { ($0.seconds, $0.kibibytes) })
        return Report(
            tables: [table],
            bounds: [
                Bound(
                    name: "growth over \(length) s, \(length * Self.rate) messages",
                    limit: .atMost(Self.most),
                    measured: slope.map { $0 * Double(length) },
                    digits: 0,
                    unit: "KiB"
                )
            ],
            notes: ["Growth is the median slope between two readings, over the whole time."],
        )
    }
}
