/// The pace of a device, not a way to wait for something: what can be looked at is awaited with
/// `eventually`.
func pause(_ length: Duration) async {
    try? await Task.sleep(for: length)
}

func pause(until instant: ContinuousClock.Instant) async {
    try? await Task.sleep(until: instant, clock: .continuous)
}
