/// What every event does in every display state, over all settings of an alarm: alarms.md 1.3 as a
/// table of the allowed outcomes.
///
/// One block per event, one line per display state: after `>` the display states that may follow,
/// then with `!` the refusals that may come instead. Where several outcomes stand, the hidden parts
/// of the state (delays, latch, acknowledgement needed or not) decide.
enum AlarmStateTable {
    static let text = """
        normal
            NORM > NORM
            UNACK > UNACK RTNUN LTUNA
            ACKED > NORM ACKED LTACK
            RTNUN > RTNUN
            LTUNA > LTUNA
            LTACK > LTACK
            SHLVD > NORM LTUNA LTACK SHLVD
            DSUPR > DSUPR
            OOSRV > OOSRV
        abnormal warning
            NORM > NORM UNACK ACKED
            UNACK > UNACK
            ACKED > UNACK ACKED
            RTNUN > UNACK RTNUN
            LTUNA > UNACK LTUNA
            LTACK > UNACK ACKED LTACK
            SHLVD > SHLVD
            DSUPR > DSUPR
            OOSRV > OOSRV
        abnormal critical
            NORM > NORM UNACK ACKED
            UNACK > UNACK
            ACKED > UNACK ACKED
            RTNUN > UNACK RTNUN
            LTUNA > UNACK LTUNA
            LTACK > UNACK ACKED LTACK
            SHLVD > SHLVD
            DSUPR > DSUPR
            OOSRV > OOSRV
        unknown
            NORM > NORM
            UNACK > UNACK
            ACKED > ACKED
            RTNUN > RTNUN
            LTUNA > LTUNA
            LTACK > LTACK
            SHLVD > SHLVD
            DSUPR > DSUPR
            OOSRV > OOSRV
        onDelayElapsed
            NORM > UNACK ACKED !ignored
            UNACK > !ignored
            ACKED > !ignored
            RTNUN > UNACK !ignored
            LTUNA > UNACK !ignored
            LTACK > UNACK ACKED !ignored
            SHLVD > SHLVD !ignored
            DSUPR > DSUPR !ignored
            OOSRV > OOSRV !ignored
        offDelayElapsed
            NORM > !ignored
            UNACK > RTNUN LTUNA !ignored
            ACKED > NORM LTACK !ignored
            RTNUN > !ignored
            LTUNA > !ignored
            LTACK > !ignored
            SHLVD > NORM LTUNA LTACK SHLVD !ignored
            DSUPR > DSUPR !ignored
            OOSRV > OOSRV !ignored
        acknowledge
            NORM > !no_occurrence
            UNACK > ACKED
            ACKED > !already_acked
            RTNUN > NORM
            LTUNA > LTACK
            LTACK > !already_acked
            SHLVD > !masked
            DSUPR > !masked
            OOSRV > !masked
        reset
            NORM > !not_latched
            UNACK > !not_latched !still_active
            ACKED > !not_latched !still_active
            RTNUN > !not_latched
            LTUNA > !not_acked
            LTACK > NORM
            SHLVD > !masked !not_latched !still_active
            DSUPR > !masked !not_latched !still_active
            OOSRV > !masked !not_latched !still_active
        shelve
            NORM > SHLVD
            UNACK > SHLVD
            ACKED > SHLVD
            RTNUN > SHLVD
            LTUNA > SHLVD
            LTACK > SHLVD
            SHLVD > !already_shelved
            DSUPR > DSUPR !already_shelved
            OOSRV > !out_of_service
        shelveOnce
            NORM > !not_active
            UNACK > SHLVD
            ACKED > SHLVD
            RTNUN > !not_active
            LTUNA > !not_active
            LTACK > !not_active
            SHLVD > !already_shelved
            DSUPR > DSUPR !already_shelved !not_active
            OOSRV > !out_of_service
        unshelve
            NORM > !not_shelved
            UNACK > !not_shelved
            ACKED > !not_shelved
            RTNUN > !not_shelved
            LTUNA > !not_shelved
            LTACK > !not_shelved
            SHLVD > NORM UNACK ACKED LTUNA LTACK
            DSUPR > DSUPR !not_shelved
            OOSRV > !not_shelved
        shelfExpired
            NORM > !ignored
            UNACK > !ignored
            ACKED > !ignored
            RTNUN > !ignored
            LTUNA > !ignored
            LTACK > !ignored
            SHLVD > NORM UNACK ACKED LTUNA LTACK
            DSUPR > DSUPR !ignored
            OOSRV > !ignored
        suppress
            NORM > DSUPR
            UNACK > DSUPR
            ACKED > DSUPR
            RTNUN > DSUPR
            LTUNA > DSUPR
            LTACK > DSUPR
            SHLVD > DSUPR
            DSUPR > DSUPR
            OOSRV > OOSRV
        unsuppress
            NORM > NORM
            UNACK > UNACK
            ACKED > ACKED
            RTNUN > RTNUN
            LTUNA > LTUNA
            LTACK > LTACK
            SHLVD > SHLVD
            DSUPR > NORM UNACK ACKED LTUNA LTACK SHLVD
            OOSRV > OOSRV
        takeOutOfService
            NORM > OOSRV
            UNACK > OOSRV
            ACKED > OOSRV
            RTNUN > OOSRV
            LTUNA > OOSRV
            LTACK > OOSRV
            SHLVD > OOSRV
            DSUPR > OOSRV
            OOSRV > !already_oos
        returnToService
            NORM > !in_service
            UNACK > !in_service
            ACKED > !in_service
            RTNUN > !in_service
            LTUNA > !in_service
            LTACK > !in_service
            SHLVD > !in_service
            DSUPR > !in_service
            OOSRV > NORM UNACK ACKED LTUNA LTACK DSUPR
        realarmElapsed
            NORM > !ignored
            UNACK > !ignored
            ACKED > UNACK !ignored
            RTNUN > !ignored
            LTUNA > !ignored
            LTACK > !ignored
            SHLVD > !ignored
            DSUPR > !ignored
            OOSRV > !ignored
        restart
            NORM > NORM
            UNACK > UNACK
            ACKED > ACKED
            RTNUN > RTNUN
            LTUNA > LTUNA
            LTACK > LTACK
            SHLVD > SHLVD
            DSUPR > DSUPR
            OOSRV > OOSRV
        """

    /// Outcomes by event and display state, such as `["acknowledge"]["ACKED"] == ["!already_acked"]`.
    static let outcomes: [String: [String: Set<String>]] = {
        var table: [String: [String: Set<String>]] = [:]
        var event = ""
        for line in text.split(separator: "\n") {
            let sides = line.split(separator: ">")
            if sides.count == 1 {
                event = String(line)
            } else {
                let state = sides[0].split(separator: " ").joined()
                table[event, default: [:]][state] = Set(
                    sides[1].split(separator: " ").map(String.init)
                )
            }
        }
        return table
    }()
}
