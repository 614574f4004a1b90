/// The checks of a new feed, made once for each rule and kind of feed: a copy shares its plan.
struct CheckTemplates: Sendable {
    private struct Key: Hashable {
        var rule: Int32
        var kind: FeedDescription.Kind
    }

    private var templates: [Key: CheckSet] = [:]

    mutating func checks(of feed: FeedDescription, _ rule: FeedRule) -> CheckSet {
        let key = Key(rule: feed.rule, kind: feed.kind)
        if let template = templates[key] { return template }
        let template = CheckSet(
            parameters: rule.checks,
            context: CheckContext(
                kind: feed.kind,
                period: rule.period,
                window: rule.window,
                timing: rule.timing,
                isDeclared: feed.isDeclared,
                falseAlarmInterval: rule.falseAlarmInterval,
            ),
        )
        templates[key] = template
        return template
    }
}
