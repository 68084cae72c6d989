-- How lists with criteria move: who entered and left on each day, and whether a refresh was held or failed. Days without any have no row.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- lead_list_id: the list
-- list_name: its name
-- night: the day (UTC)
-- entered: leads that came, also by hand; those from before the list had criteria on the day on which they were added
-- left_out: leads that left, also by hand
-- pinned: of those that came, added by hand
-- excluded: of those that left, removed by hand
-- held: refreshes that waited for a person, because too many would have left or come
-- failed: refreshes that failed

-- Somebody who is a member and is pinned has not come, who is none and is excluded has not left. Of deleted people it is not known.
WITH events AS (
    SELECT
        lead_list_id,
        event,
        lead_id IS NULL AS is_deleted,
        cast(timezone('UTC', happened_at) AS DATE) AS night,
        event IN ('entered', 'pinned') AS is_entry,
        lag(event IN ('entered', 'pinned')) OVER (
            PARTITION BY lead_list_id, coalesce(cast(lead_id AS VARCHAR), cast(event_id AS VARCHAR)) ORDER BY event_id
        ) AS was_member
    FROM fct_list_event
),

moves AS (
    SELECT
        lead_list_id,
        night,
        event,
        is_entry
    FROM events
    WHERE is_entry <> coalesce(was_member, NOT is_entry) AND (was_member IS NOT NULL OR is_deleted OR event <> 'excluded')
),

moved AS (
    SELECT
        lead_list_id,
        night,
        count(*) FILTER (WHERE is_entry) AS entered,
        count(*) FILTER (WHERE NOT is_entry) AS left_out,
        count(*) FILTER (WHERE event = 'pinned') AS pinned,
        count(*) FILTER (WHERE event = 'excluded') AS excluded,
        0 AS held,
        0 AS failed
    FROM moves
    GROUP BY ALL
    UNION ALL
    SELECT
        lead_list_id,
        cast(timezone('UTC', finished_at) AS DATE) AS night,
        0 AS entered,
        0 AS left_out,
        0 AS pinned,
        0 AS excluded,
        count(*) FILTER (WHERE status = 'held') AS held,
        count(*) FILTER (WHERE status = 'failed') AS failed
    FROM list_refreshes
    WHERE status IN ('held', 'failed')
    GROUP BY ALL
)

SELECT
    l.business_id,
    b.business,
    m.lead_list_id,
    l.list_name,
    m.night,
    cast(sum(m.entered) AS BIGINT) AS entered,
    cast(sum(m.left_out) AS BIGINT) AS left_out,
    cast(sum(m.pinned) AS BIGINT) AS pinned,
    cast(sum(m.excluded) AS BIGINT) AS excluded,
    cast(sum(m.held) AS BIGINT) AS held,
    cast(sum(m.failed) AS BIGINT) AS failed
FROM moved AS m
INNER JOIN dim_lead_list AS l ON m.lead_list_id = l.lead_list_id
INNER JOIN dim_business AS b ON l.business_id = b.business_id
GROUP BY ALL
ORDER BY b.business ASC, l.list_name ASC, m.lead_list_id ASC, m.night ASC
