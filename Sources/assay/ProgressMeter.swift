import Foundation

/// Shows how far a long work is, with rate and time left, on a terminal; silent in a pipe.
final class ProgressMeter {
    private let total: Int64
    private let isVisible = isatty(STDERR_FILENO) == 1
    private let started = Date()
    private var shown = Date.distantPast

    /// - Parameter total: bytes in all; 0 where it is unknown.
    init(total: Int64) {
        self.total = total
    }

    /// The size of a file in bytes; 0 where it cannot be told.
    static func size(of path: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }

    func show(_ done: Int64) {
        guard isVisible, total > 0, -shown.timeIntervalSinceNow > 0.2 else { return }
        shown = Date()
        let elapsed = -started.timeIntervalSinceNow
        let left = elapsed * Double(total - done) / Double(max(done, 1))
        let text = String(
            format: "\r%3.0f %%  %.1f MB/s  %.0f s left ",
            100 * Double(done) / Double(total),
            Double(done) / 1e6 / max(elapsed, 0.001),
            left,
        )
        FileHandle.standardError.write(Data(text.utf8))
    }

    func finish() {
        guard isVisible, total > 0, shown != .distantPast else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
