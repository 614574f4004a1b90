/// Views for people who write their own queries with any SQLite tool: names instead of numbers,
/// UTC as text, mean and standard deviation instead of sums. Documented, so they only grow.
///
/// The variance is that of the samples (n − 1), from exact two-double sums S = Σ(x − o) and
/// Q = Σ(x − o)²: Q − S²/n loses every digit when the level is far from o. With `a`, the mean
/// offset S/n rounded to 26 bits, Q − S²/n = Q − a·S − a·R − R²/n, where R = S − n·a; `a` times
/// either 26-bit half of S is exact (Dekker 1971), so the large terms cancel without rounding.
enum Views {
    /// The ladder, one row per feed and step. Filter by `step`, and by `start` or `id`.
    static let rollupNamed = """
        CREATE VIEW rollup_named AS
        \(named("minute", "rollup_minute", seconds: 60))
        UNION ALL
        \(named("15min", "rollup_quarter_hour", seconds: 900))
        UNION ALL
        \(named("day", "rollup_day", seconds: 86_400));
        """

    private static func named(_ step: String, _ table: String, seconds: Int) -> String {
        """
        SELECT '\(step)' AS step, r.id, f.key AS feed, f.label, f.unit,
            strftime('%Y-%m-%dT%H:%M:%SZ', (r.id >> 20) * \(seconds), 'unixepoch') AS start,
            r.revision,
            r.good + r.suspect + r.fail + r.unknown + r.missing + r.duplicate + r.too_late
                + r.future AS samples,
            r.good, r.suspect, r.fail, r.unknown, r.missing, r.duplicate, r.too_late, r.future,
            r.late, r.expected, r.filled,
            CASE WHEN r.expected > 0 THEN r.filled * 1.0 / r.expected END AS completeness,
            r.minimum, r.maximum, r.statistics_count,
            CASE WHEN r.statistics_count > 0
                THEN r.origin + (r.sum_high + r.sum_low) / r.statistics_count END AS mean,
            CASE WHEN r.statistics_count > 1 THEN sqrt(max(0.0,
                (r.squares_high - r.a * r.s1) - r.a * (r.sum_high - r.s1)
                - r.a * (r.sum_high - r.statistics_count * r.a)
                + (r.squares_low - 2.0 * r.a * r.sum_low)
                - (r.sum_high - r.statistics_count * r.a + r.sum_low)
                    * (r.sum_high - r.statistics_count * r.a + r.sum_low) / r.statistics_count
                ) / (r.statistics_count - 1)) END AS standard_deviation
        FROM (
            SELECT *, 134217729.0 * m - (134217729.0 * m - m) AS a
            FROM (
                SELECT *, sum_high / max(statistics_count, 1) AS m,
                    134217729.0 * sum_high - (134217729.0 * sum_high - sum_high) AS s1
                FROM \(table)
            )
        ) AS r
        LEFT JOIN feed AS f ON f.id = r.id & 1048575
        """
    }

    /// Each feed with its newest minute, taken from the newest three minutes that are stored; a
    /// feed without a row there (unknown to the daemon that runs) has NULLs.
    static let feedLatest = """
        CREATE VIEW feed_latest AS
        SELECT f.key AS feed, f.label, f.unit,
            CASE f.kind WHEN 1 THEN 'number' WHEN 2 THEN 'boolean' WHEN 3 THEN 'word'
                ELSE 'unknown' END AS kind,
            f.is_declared, f.period_ns, n.start, n.samples, n.good, n.suspect, n.fail, n.missing,
            n.completeness, n.minimum, n.mean, n.maximum, n.standard_deviation
        FROM feed AS f
        LEFT JOIN (
            SELECT id & 1048575 AS feed_id, max(id) AS id
            FROM rollup_minute
            WHERE id >= (((SELECT max(id) FROM rollup_minute) >> 20) - 2) << 20
            GROUP BY id & 1048575
        ) AS l ON l.feed_id = f.id
        LEFT JOIN rollup_named AS n ON n.step = 'minute' AND n.id = l.id
        WHERE f.forgotten_at_ns IS NULL;
        """

    /// Alarms that are not normal, the most urgent first.
    static let alarmOpen = """
        CREATE VIEW alarm_open AS
        SELECT key, state, priority, data, title, message, check_id, suppressed_by, occurrence_id,
            strftime('%Y-%m-%dT%H:%M:%SZ', raised_at_ns / 1000000000, 'unixepoch') AS raised,
            strftime('%Y-%m-%dT%H:%M:%SZ', acknowledged_at_ns / 1000000000, 'unixepoch')
                AS acknowledged,
            strftime('%Y-%m-%dT%H:%M:%SZ', at_ns / 1000000000, 'unixepoch') AS changed
        FROM alarm
        WHERE state <> 'NORM' AND sequence > 0
        ORDER BY CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2
            WHEN 'low' THEN 3 ELSE 4 END, raised_at_ns;
        """

    /// Each episode. `ended` is NULL while it goes on; of an interrupted one it is the moment when
    /// the daemon last wrote before it stopped, and what came after nobody saw.
    static let findingNamed = """
        CREATE VIEW finding_named AS
        SELECT e.id, f.key AS feed, f.label, e.check_id,
            CASE e.verdict WHEN 3 THEN 'suspect' WHEN 4 THEN 'fail' ELSE 'other' END AS verdict,
            e.state, e.is_confirmed,
            strftime('%Y-%m-%dT%H:%M:%SZ', e.begin_ns / 1000000000, 'unixepoch') AS began,
            CASE WHEN e.state IN ('ended', 'interrupted')
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', e.end_ns / 1000000000, 'unixepoch') END
                AS ended,
            (e.end_ns - e.begin_ns) / 1e9 AS duration_s,
            e.flagged_count, e.worst, e.limit_value, e.last_value, e.detail
        FROM finding AS e
        LEFT JOIN feed AS f ON f.id = e.feed;
        """
}
