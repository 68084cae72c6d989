-- How good the files are, by business, source and week: rows read, accepted, rejected and duplicate, and what was wrong with them.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- source: the system whose exports they are
-- week: Monday of the week (UTC) in which they were imported
-- imports: files
-- refused: files refused as a whole
-- rows_read: rows in them
-- rows_accepted: people taken in
-- rows_rejected: rows rejected
-- rows_duplicate: rows of people who stood in the file already
-- reject_rate: rejected of read
-- duplicate_rate: duplicate of read
-- commonest_reason: the rule that most rows broke
-- reasons: rows by rule broken, a map rule → rows; null if none

WITH reasons_of_import AS (
    SELECT
        import_id,
        rule,
        count(DISTINCT line_number) AS broken
    FROM fct_rejection
    GROUP BY import_id, rule
),

weeks AS (
    SELECT
        *,
        cast(date_trunc('week', timezone('UTC', started_at)) AS DATE) AS week -- noqa: RF04
    FROM fct_import
    WHERE status <> 'undone'
),

by_rule AS (
    SELECT
        i.business_id,
        i.source,
        i.week,
        r.rule,
        cast(sum(r.broken) AS BIGINT) AS broken
    FROM weeks AS i
    INNER JOIN reasons_of_import AS r ON i.import_id = r.import_id
    GROUP BY i.business_id, i.source, i.week, r.rule
),

reasons AS (
    SELECT
        business_id,
        source,
        week,
        arg_max(rule, broken) AS commonest_reason,
        map_from_entries(list(struct_pack(reason := rule, times := broken) ORDER BY broken DESC, rule ASC)) AS reasons
    FROM by_rule
    GROUP BY business_id, source, week
),

totals AS (
    SELECT
        business_id,
        source,
        week,
        count(*) AS imports,
        count(*) FILTER (WHERE status = 'rejected') AS refused,
        cast(sum(rows_read) AS BIGINT) AS rows_read,
        cast(sum(rows_accepted) AS BIGINT) AS rows_accepted,
        cast(sum(rows_rejected) AS BIGINT) AS rows_rejected,
        cast(sum(rows_duplicate) AS BIGINT) AS rows_duplicate
    FROM weeks
    GROUP BY business_id, source, week
)

SELECT
    t.business_id,
    b.business,
    t.source,
    t.week,
    t.imports,
    t.refused,
    t.rows_read,
    t.rows_accepted,
    t.rows_rejected,
    t.rows_duplicate,
    t.rows_rejected / nullif(t.rows_read, 0) AS reject_rate,
    t.rows_duplicate / nullif(t.rows_read, 0) AS duplicate_rate,
    r.commonest_reason,
    r.reasons
FROM totals AS t
INNER JOIN dim_business AS b ON t.business_id = b.business_id
LEFT JOIN reasons AS r ON t.business_id = r.business_id AND t.source = r.source AND t.week = r.week
ORDER BY b.business ASC, t.week DESC, t.source ASC
