/// The views as later steps of the schema made them anew.
extension Views {
    /// As before, with when a feed was last seen and what it said last, and counted back from the last
    /// commit: minutes that a clock set too far ahead has left in the future hide nobody's present.
    static let feedLatestByClock = """
        DROP VIEW feed_latest;
        CREATE VIEW feed_latest AS
        SELECT f.key AS feed, f.label, f.unit,
            CASE f.kind WHEN 1 THEN 'number' WHEN 2 THEN 'boolean' WHEN 3 THEN 'word'
                ELSE 'unknown' END AS kind,
            f.is_declared, f.period_ns, n.start, n.samples, n.good, n.suspect, n.fail, n.missing,
            n.completeness, n.minimum, n.mean, n.maximum, n.standard_deviation,
            strftime('%Y-%m-%dT%H:%M:%SZ', f.last_seen_at_ns / 1000000000, 'unixepoch')
                AS last_seen,
            f.last_value
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

    /// As before, with when the last value was: a feed may be seen long after it, with messages that
    /// hold no usable value.
    static let feedLatestWithTime = """
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
                AS last_value_at
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

    /// What could not be read, with its topic and the reason in words. Payloads that are text are
    /// shown as such, with line ends and tabs as spaces; what would steer a terminal, and what is no
    /// text, in hexadecimal digits.
    static let quarantineNamed = """
        CREATE VIEW quarantine_named AS
        SELECT q.id, strftime('%Y-%m-%dT%H:%M:%SZ', q.at_ns / 1000000000, 'unixepoch') AS at,
            f.topic, q.reason AS problem, q.offset_bytes, q.payload_bytes,
            CASE WHEN instr(q.payload, x'00') > 0 OR q.text GLOB
                '*[^ -~' || char(161) || '-' || char(55295) || char(57344) || '-' || char(65532)
                || ']*'
                THEN 'hex ' || hex(q.payload) ELSE q.text END AS payload
        FROM (
            SELECT *, replace(replace(replace(CAST(payload AS TEXT), char(13), ' '), char(10), ' '),
                char(9), ' ') AS text
            FROM quarantine
        ) AS q
        LEFT JOIN feed AS f ON f.id = q.feed;
        """

    static let messageNamed = """
        CREATE VIEW message_named AS
        SELECT id & 255 AS broker,
            strftime('%Y-%m-%dT%H:%M:%SZ', (id >> 8) * 60, 'unixepoch') AS start,
            received, decoded, undecodable, ignored, shed, retained
        FROM message_minute;
        """

    /// With what `MessageTable.losses` counts.
    static let messageNamedWithLosses = """
        DROP VIEW message_named;
        CREATE VIEW message_named AS
        SELECT id & 255 AS broker,
            strftime('%Y-%m-%dT%H:%M:%SZ', (id >> 8) * 60, 'unixepoch') AS start,
            received, decoded, undecodable, ignored, shed, retained, without_samples,
            refused_samples
        FROM message_minute;
        """

    static let messageNamedWithRedelivered = """
        DROP VIEW message_named;
        CREATE VIEW message_named AS
        SELECT id & 255 AS broker,
            strftime('%Y-%m-%dT%H:%M:%SZ', (id >> 8) * 60, 'unixepoch') AS start,
            received, decoded, undecodable, ignored, shed, retained, without_samples,
            refused_samples, redelivered
        FROM message_minute;
        """
}
