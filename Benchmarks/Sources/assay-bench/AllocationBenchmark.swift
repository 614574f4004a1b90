/// That in steady state nothing is allocated from the slab to the finding.
///
/// `AllocationProbe`, a program of Assay's package that counts, is built and run by `deploy/bench`.
struct AllocationBenchmark {
    let options: Options
    let workshop: Workshop

    func run() throws -> Report {
        progress("allocations per sample")
        let child = try ChildProcess(
            options.allocationProbe,
            [],
            name: "allocation-probe",
            folder: workshop.folder
        )
        let code = try child.wait().exitCode
        // Lines such as `0 allocations for 11000 samples like 20.5`.
        let counts = child.output.split(separator: "\n").compactMap { line -> (Double, Double)? in
            let words = line.split(separator: " ")
            guard words.count > 3, words[1] == "allocations", let count = Double(words[0]),
                let samples = Double(words[3])
            else { return nil }
            return (count, samples)
        }
        let perSample = counts.map { $0.0 / $0.1 }.max()
        return Report(
            bounds: [
                Bound(
                    name: "allocations per sample",
                    limit: .atMost(0),
                    measured: code == 0 || (perSample ?? 0) > 0 ? perSample : nil,
                    digits: 3,
                    unit: ""
                )
            ],
            notes: code == 0
                ? [] : ["The allocation probe ended with code \(code): \(child.output)"],
        )
    }
}
