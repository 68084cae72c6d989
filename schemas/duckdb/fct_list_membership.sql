-- Who was on a list that has criteria, or has had them, from when until when, one row a stay; somebody who came again has two. People who were on a
-- list before it had criteria came when they were added.
--
-- business_id: the business, as in dim_business
-- lead_list_id: the list
-- lead_id: the lead
-- entered_at: when it came
-- left_at: when it left; null for members of now
-- origin: criteria (they found it), pinned (added by hand) or given (by an import, or by hand before the list had criteria)
-- left_by: what made it leave: refresh, hand, undo, merge, …; null for members of now

WITH smart AS (
    SELECT DISTINCT lead_list_id
    FROM fct_list_event
    UNION
    SELECT lead_list_id
    FROM dim_lead_list
    WHERE list_type <> 'static'
),

events AS (
    SELECT
        business_id,
        lead_list_id,
        lead_id,
        event_id,
        event,
        cause,
        happened_at,
        event IN ('entered', 'pinned') AS is_entry,
        lag(event IN ('entered', 'pinned')) OVER (PARTITION BY lead_list_id, lead_id ORDER BY event_id) AS was_member,
        -- What a merge goes on with came as the last entry before it.
        last_value(
            CASE
                WHEN event = 'pinned' THEN 'pinned'
                WHEN event <> 'entered' OR cause = 'merge' THEN NULL
                WHEN cause IN ('import', 'hand') THEN 'given'
                ELSE 'criteria'
            END IGNORE NULLS
        ) OVER (PARTITION BY lead_list_id, lead_id ORDER BY event_id ROWS UNBOUNDED PRECEDING) AS origin,
        min(CASE WHEN event IN ('left', 'excluded') THEN event_id END) OVER (
            PARTITION BY lead_list_id, lead_id ORDER BY event_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS left_event
    FROM fct_list_event
    WHERE lead_id IS NOT NULL
),

stays AS (
    SELECT
        s.business_id,
        s.lead_list_id,
        s.lead_id,
        s.happened_at AS entered_at,
        e.happened_at AS left_at,
        coalesce(s.origin, 'criteria') AS origin,
        e.cause AS left_by
    FROM events AS s
    LEFT JOIN fct_list_event AS e ON s.left_event = e.event_id
    WHERE s.is_entry AND coalesce(NOT s.was_member, TRUE)
)

-- Members of now, also those from before events were kept.
SELECT
    m.business_id,
    m.lead_list_id,
    m.lead_id,
    coalesce(s.entered_at, m.added_at) AS entered_at,
    cast(NULL AS TIMESTAMPTZ) AS left_at,
    m.origin,
    cast(NULL AS VARCHAR) AS left_by
FROM bridge_lead_list_member AS m
INNER JOIN smart AS l ON m.lead_list_id = l.lead_list_id
LEFT JOIN stays AS s ON m.lead_list_id = s.lead_list_id AND m.lead_id = s.lead_id AND s.left_at IS NULL
UNION ALL
SELECT
    business_id,
    lead_list_id,
    lead_id,
    entered_at,
    left_at,
    origin,
    left_by
FROM stays
WHERE left_at IS NOT NULL
ORDER BY ALL
