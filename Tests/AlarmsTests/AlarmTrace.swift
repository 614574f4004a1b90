import TestSupport
import Alarms
import Foundation

/// A recorded sequence of the executable model, as the shared folder holds them.
struct AlarmTrace: Decodable {
    struct Config: Decodable {
        var ackRequired: Bool
        var latching: Bool
        var onDelay: Bool
        var offDelay: Bool
        var shelvable: Bool

        var configuration: AlarmConfiguration {
            AlarmConfiguration(
                requiresAcknowledgement: ackRequired,
                isLatching: latching,
                hasOnDelay: onDelay,
                hasOffDelay: offDelay,
                isShelvable: shelvable,
            )
        }
    }

    struct State: Decodable, Equatable {
        var raw: String
        var level: Int
        var phase: String
        var occ: Bool
        var acked: Bool
        var latched: Bool
        var shelf: String
        var sup: Bool
        var oos: Bool
        var sink: Bool

        init(_ state: AlarmState) {
            raw = state.raw.rawValue
            level = state.level
            phase = state.phase.rawValue
            occ = state.isOccurring
            acked = state.isAcknowledged
            latched = state.isLatched
            shelf = state.shelf.rawValue
            sup = state.isSuppressed
            oos = state.isOutOfService
            sink = state.isDeliveryOpen
        }
    }

    struct Step: Decodable {
        var event: String
        var state: State
        var display: String
        var effects: [String]
    }

    var config: Config
    var steps: [Step]

    /// Every file of traces in the shared folder; nil where there is none.
    static func load() throws -> [AlarmTrace]? {
        guard let folder = SharedFolder.url("oracles") else { return nil }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let files = names.filter { $0.hasPrefix("alarm_traces") && $0.hasSuffix(".json") }.sorted()
        guard !files.isEmpty else {
            print("no alarm traces in \(folder.path): the comparison with the model is skipped")
            return nil
        }
        return try files.flatMap { name in
            let data = try Data(contentsOf: folder.appending(path: name))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode([AlarmTrace].self, from: data)
        }
    }

    static func event(named name: String) -> AlarmEvent? {
        switch name {
        case "evalN": .normal
        case "evalA1": .abnormal(.warning)
        case "evalA2": .abnormal(.critical)
        case "evalU": .unknown
        case "t_on": .onDelayElapsed
        case "t_off": .offDelayElapsed
        case "ack": .acknowledge
        case "reset": .reset
        case "shelve": .shelve
        case "oneshot": .shelveOnce
        case "unshelve": .unshelve
        case "t_shelf": .shelfExpired
        case "suppress": .suppress
        case "unsuppress": .unsuppress
        case "oos": .takeOutOfService
        case "in_service": .returnToService
        case "t_realarm": .realarmElapsed
        case "restart": .restart
        default: nil
        }
    }

    static func name(_ effect: AlarmEffect) -> String {
        switch effect {
        case .notify(let notification): "notify:\(notification.rawValue)"
        case .audit(let audit): "audit:\(audit.rawValue)"
        case .reject(let rejection): "reject:\(rejection.rawValue)"
        case .ignored: "ignored"
        }
    }
}
