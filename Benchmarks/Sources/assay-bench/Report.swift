/// What one benchmark found.
struct Report {
    var tables: [Table] = []
    var bounds: [Bound] = []
    /// Sentences that belong beside the figures.
    var notes: [String] = []
}
