internal import Monitoring

/// The filters that one connection is to have, the SUBSCRIBEs and UNSUBSCRIBEs that bring that about,
/// and what the broker has answered to them.
///
/// The broker keeps our session, and with it filters that are wanted no more: each is taken back, over
/// this connection or a later one, until the broker has answered to that.
struct SubscriptionExchange {
    private var plan: SubscriptionPlan
    /// Without answer, by message number.
    private var unanswered: [Int32: [Subscription]] = [:]
    /// Filters that are to be taken back.
    private var unwanted: Set<String> = []
    /// Those that were, by the number of the message that the broker has not answered.
    private var leaving: [Int32: [String]] = [:]
    /// Filters that the broker granted.
    private(set) var grantedFilters = 0

    init(_ plan: SubscriptionPlan) {
        self.plan = plan
    }

    /// Whether every filter is answered.
    var isComplete: Bool { unanswered.isEmpty }

    /// Other filters are wanted from here on; `ask` tells the broker.
    mutating func change(to plan: SubscriptionPlan) {
        unwanted.formUnion(self.plan.filters)
        self.plan = plan
        unwanted.subtract(plan.filters)
    }

    /// The connection is gone, and with it what it did not answer.
    mutating func noteClosed() {
        unanswered = [:]
        leaving = [:]
        grantedFilters = 0
    }

    /// Asks for all filters, in portions of one quality of service, and takes back what is unwanted;
    /// each is only queued.
    ///
    /// In this order, so that a topic which both match is missed by no message. One that comes within
    /// that moment may come twice over MQTT 5, and is then a duplicate.
    mutating func ask(on session: ClientSession) throws(ConnectionProblem) {
        unanswered = [:]
        grantedFilters = 0
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
        var rest = unwanted.sorted()[...]
        while !rest.isEmpty {
            let portion = rest.prefix(Limits.filtersPerSubscribe)
            rest = rest.dropFirst(portion.count)
            leaving[try session.unsubscribe(portion)] = Array(portion)
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

    /// Takes an UNSUBACK, or nothing for a number that is not ours. Whether the broker had the filter
    /// makes no difference: it has it no more. One that is wanted again meanwhile was asked for behind
    /// it.
    mutating func takeBack(_ message: Int32) {
        guard let filters = leaving.removeValue(forKey: message) else { return }
        unwanted.subtract(filters)
    }
}
