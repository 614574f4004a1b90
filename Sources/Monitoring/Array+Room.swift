extension Array {
    /// Empties an array that is filled again and again, and keeps its room: but no more than for
    /// `limit` elements, so that the one burst of a year does not hold its memory for the rest of
    /// it.
    public mutating func removeAll(keepingRoomFor limit: Int) {
        if capacity <= limit {
            removeAll(keepingCapacity: true)
        } else {
            self = []
        }
    }
}
