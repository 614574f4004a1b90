import Delivery
import Monitoring

// `deliveries:`, a list whose elements have one kind each.

extension SettingsReader {
    private static let laterKinds: Set<String> = [
        "webhook", "alertmanager", "mail", "email", "exec", "slack", "teams", "pagerduty",
        "syslog", "matrix", "ntfy",
    ]
    static let deliveryKeys = SectionKeys(
        known: ["mqtt", "priorities"],
        later: laterKinds.union(["areas", "concerns", "retry"]),
        secrets: ["token": "tokenFile", "password": "passwordFile"],
    )

    /// None given at all: MQTT, so that the smallest configuration raises alarms somewhere.
    mutating func deliveries(_ elements: [YAMLValue]?, at place: Place) -> [DeliverySettings] {
        guard let elements else { return [DeliverySettings(kind: .mqtt)] }
        var deliveries: [DeliverySettings] = []
        for element in elements {
            guard let delivery = delivery(element) else { continue }
            if deliveries.contains(where: { $0.kind == delivery.kind }) {
                report(
                    element.place,
                    "`mqtt` is given twice in `deliveries`",
                    hint: "write one with all its priorities",
                )
            } else {
                deliveries.append(delivery)
            }
        }
        if elements.isEmpty {
            warn(
                place,
                "`deliveries` is empty: alarms are stored and nobody is told",
                hint: "write `- mqtt: {}`",
            )
        }
        return deliveries
    }

    private mutating func delivery(_ value: YAMLValue) -> DeliverySettings? {
        guard let section = section(value, "`deliveries`", keys: Self.deliveryKeys) else {
            return nil
        }
        guard let mqtt = section["mqtt"] else {
            // A kind of a later version has its own problem already.
            if !section.entries.contains(where: { Self.laterKinds.contains($0.key) }) {
                report(section.place, "a delivery names no kind", hint: "write `mqtt: {}`")
            }
            return nil
        }
        _ = self.section(mqtt, "`mqtt`", keys: SectionKeys(known: [], later: ["broker", "qos"]))
        var settings = DeliverySettings(kind: .mqtt)
        guard let value = section["priorities"],
            let elements = list(value, "`priorities`", example: "[critical, high]")
        else { return settings }
        if elements.isEmpty {
            report(value.place, "`priorities` is empty", hint: "name some, or remove the key")
        }
        for element in elements {
            guard let priority = priority(element, "a priority") else { continue }
            if settings.priorities.contains(priority) {
                report(element.place, "`\(priority.name)` is given twice", hint: "remove one")
            } else {
                settings.priorities.append(priority)
            }
        }
        return settings
    }
}
