/// Waits until a condition holds that a real process or thread brings about: looks every 5 ms and
/// gives up after `limit`. Returns whether it held, for `#expect`.
public func eventually(
    within limit: Duration = .seconds(10),
    _ condition: () async -> Bool,
) async -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var looks = 0
    // Also counted in looks: while other tests hold every thread of the pool, time passes and nobody
    // here looks.
    while clock.now < deadline || looks < 500 {
        looks += 1
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return await condition()
}
