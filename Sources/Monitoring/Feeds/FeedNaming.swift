/// How a feed is described when it is first met: label and labels from its rule's filter.
struct FeedNaming: Sendable {
    let settings: MonitorSettings

    func describe(
        key: String,
        topic: String,
        field: String,
        unit: String?,
        kind: FeedDescription.Kind,
        broker: UInt8,
        rule index: Int32,
        at now: ReceiveTime,
    ) -> FeedDescription {
        let rule = settings.rules[Int(index)]
        let labels = rule.filter.labels(of: topic).map {
            FeedDescription.Label(name: $0.name, value: $0.value)
        }
        var description = FeedDescription(
            id: FeedID(index: 0),
            key: key,
            topic: topic,
            field: field,
            broker: broker,
            rule: index,
            kind: kind,
            unit: unit ?? rule.unit,
            label: label(rule.label, labels, key: key),
            labels: labels,
            isDeclared: rule.isDeclared,
            period: rule.period,
            silenceLimit: nil,
            firstSeenAt: now,
            lastSeenAt: nil,
        )
        description.brokerName = settings.brokerNames[Int(broker)]
        return description
    }

    private func label(
        _ template: String?,
        _ labels: [FeedDescription.Label],
        key: String,
    ) -> String {
        guard var text = template else { return key }
        for label in labels {
            text = text.replacing("{\(label.name)}", with: label.value)
        }
        return text
    }
}

extension String {
    /// The text with every occurrence of a part replaced; the standard library's own needs
    /// Foundation or regular expressions.
    fileprivate func replacing(_ part: String, with replacement: String) -> String {
        var result = ""
        var rest = Substring(self)
        while let first = part.first, !rest.isEmpty {
            guard let start = rest.firstIndex(of: first) else { break }
            result += rest[..<start]
            rest = rest[start...]
            if rest.hasPrefix(part) {
                result += replacement
                rest = rest.dropFirst(part.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }
}
