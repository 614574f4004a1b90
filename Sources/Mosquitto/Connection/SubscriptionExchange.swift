internal import Monitoring

/// The SUBSCRIBEs of one connection and what the broker has answered to them.
struct SubscriptionExchange {
    /// Without answer, by message number.
    private var unanswered: [Int32: [Subscription]] = [:]
    /// Filters that the broker granted.
    private(set) var grantedFilters = 0

    /// Whether every filter is answered.
    var isComplete: Bool { unanswered.isEmpty }

    /// Asks for all filters, in portions of one quality of service; each is only queued.
    mutating func ask(
        for plan: SubscriptionPlan,
        on session: ClientSession,
    ) throws(ConnectionProblem) {
        for quality: UInt8 in 0...1 {
            let asked = plan.subscriptions.filter { $0.qualityOfService == quality }
            var rest = asked[...]
            while !rest.isEmpty {
                let portion = rest.prefix(Limits.filtersPerSubscribe)
                rest = rest.dropFirst(portion.count)
                let message = try session.subscribe(
                    portion.map(\.filter.subscription)[...],
                    qualityOfService: quality,
                )
                unanswered[message] = Array(portion)
            }
        }
    }

    /// Takes a SUBACK.
    /// - Returns: what was refused or limited; nil for a number that is not ours.
    mutating func take(_ message: Int32, _ codes: [UInt8]) -> [ConnectionEvent.Kind]? {
        guard let asked = unanswered.removeValue(forKey: message) else { return nil }
        var reports: [ConnectionEvent.Kind] = []
        for (index, subscription) in asked.enumerated() {
            // A broker that answers fewer filters than were asked has refused the rest.
            let code = index < codes.count ? codes[index] : 0x80
            let filter = subscription.filter.subscription
            if code >= 0x80 {
                reports.append(
                    .subscriptionRefused(filter: filter, ReasonCode(rawValue: code))
                )
                continue
            }
            grantedFilters += 1
            if code < subscription.qualityOfService {
                reports.append(.grantedLower(filter: filter, qualityOfService: code))
            }
        }
        return reports
    }
}
