/// The views as step 0008 made them anew.
extension Views {
    /// As before, with how far a feed's baseline is learned; NULL once it is, and without numbers.
    static let feedLatestWithLearning = """
        DROP VIEW feed_latest;
        CREATE VIEW feed_latest AS
        SELECT f.key AS feed, f.label, f.unit,
            CASE f.kind WHEN 1 THEN 'number' WHEN 2 THEN 'boolean' WHEN 3 THEN 'word'
                ELSE 'unknown' END AS kind,
            f.is_declared, f.period_ns, n.start, n.samples, n.good, n.suspect, n.fail, n.missing,
            n.completeness, n.minimum, n.mean, n.maximum, n.standard_deviation,
            strftime('%Y-%m-%dT%H:%M:%SZ', f.last_seen_at_ns / 1000000000, 'unixepoch')
                AS last_seen,
            f.last_value,
            strftime('%Y-%m-%dT%H:%M:%SZ', f.last_value_at_ns / 1000000000, 'unixepoch')
                AS last_value_at,
            CASE WHEN f.learned_count < f.learning_count
                THEN 'learning, ' || f.learned_count || ' of ' || f.learning_count END AS learning
        FROM feed AS f
        LEFT JOIN (
            SELECT id & 1048575 AS feed_id, max(id) AS id
            FROM rollup_minute, (SELECT last_commit_at_ns / 60000000000 AS minute FROM meta) AS m
            WHERE rollup_minute.id >= (m.minute - 3) << 20
                AND rollup_minute.id < (m.minute + 2) << 20
            GROUP BY rollup_minute.id & 1048575
        ) AS l ON l.feed_id = f.id
        LEFT JOIN rollup_named AS n ON n.step = 'minute' AND n.id = l.id
        WHERE f.forgotten_at_ns IS NULL;
        """

    /// As before, with whether the limit was learned; NULL where an earlier version wrote the finding.
    static let findingNamedWithLearned = """
        DROP VIEW finding_named;
        CREATE VIEW finding_named AS
        SELECT e.id, f.key AS feed, f.label, e.check_id,
            CASE e.verdict WHEN 3 THEN 'suspect' WHEN 4 THEN 'fail' ELSE 'other' END AS verdict,
            e.state, e.is_confirmed,
            strftime('%Y-%m-%dT%H:%M:%SZ', e.begin_ns / 1000000000, 'unixepoch') AS began,
            CASE WHEN e.state IN ('ended', 'interrupted')
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', e.end_ns / 1000000000, 'unixepoch') END
                AS ended,
            (e.end_ns - e.begin_ns) / 1e9 AS duration_s,
            e.flagged_count, e.worst, e.limit_value, e.last_value, e.detail, e.is_learned
        FROM finding AS e
        LEFT JOIN feed AS f ON f.id = e.feed;
        """

    /// As before, with whether the limits behind an alarm were learned.
    static let alarmOpenWithLearned = """
        DROP VIEW alarm_open;
        CREATE VIEW alarm_open AS
        SELECT key, state, priority, data, title, message, check_id, suppressed_by, occurrence_id,
            strftime('%Y-%m-%dT%H:%M:%SZ', raised_at_ns / 1000000000, 'unixepoch') AS raised,
            strftime('%Y-%m-%dT%H:%M:%SZ', acknowledged_at_ns / 1000000000, 'unixepoch')
                AS acknowledged,
            strftime('%Y-%m-%dT%H:%M:%SZ', at_ns / 1000000000, 'unixepoch') AS changed,
            coalesce(json_extract(detail, '$.condition.is_learned'), 0) AS is_learned
        FROM alarm
        WHERE state <> 'NORM' AND sequence > 0
        ORDER BY CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2
            WHEN 'low' THEN 3 ELSE 4 END, raised_at_ns;
        """
}
