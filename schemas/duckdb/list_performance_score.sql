-- Which lists are worth calling again: 0 to 100, of the quality of its leads (40), how many may be called (20) and how well it converts beside
-- the rest of the business (40: twice the usual rate has all of them; few calls count little). Without calls the first two count for all.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- lead_list_id: the list
-- list_name: its name
-- leads: leads on it
-- avg_score: their mean score, 0 to 100
-- callable_share: share with a telephone and no opt-out flag
-- contacted: leads reached by way of this list, in all campaigns
-- converted: of them converted
-- conversion_rate: converted of contacted
-- currency: ISO 4217 code of the amounts, as in dim_business; never add amounts of two
-- donated_amount: donated by way of this list
-- performance_score: 0 to 100; null for an empty list

WITH quality AS (
    SELECT
        m.lead_list_id,
        count(*) AS leads,
        avg(l.lead_score) AS avg_score,
        avg(cast(l.has_phone AND NOT l.no_calls AS INTEGER)) AS callable_share
    FROM bridge_lead_list_member AS m
    INNER JOIN dim_lead AS l ON m.lead_id = l.lead_id
    GROUP BY m.lead_list_id
),

calls AS (
    SELECT
        business_id,
        lead_list_id,
        count(*) FILTER (WHERE status IN ('contacted', 'converted')) AS contacted,
        count(*) FILTER (WHERE status = 'converted') AS converted,
        coalesce(sum(donated_amount), 0) AS donated_amount
    FROM fct_campaign_lead
    GROUP BY business_id, lead_list_id
),

usual AS (
    SELECT
        business_id,
        sum(converted) / nullif(sum(contacted), 0) AS rate
    FROM calls
    GROUP BY business_id
),

parts AS (
    SELECT
        ll.business_id,
        ll.lead_list_id,
        ll.list_name,
        coalesce(q.leads, 0) AS leads,
        q.avg_score,
        q.callable_share,
        coalesce(c.contacted, 0) AS contacted,
        coalesce(c.converted, 0) AS converted,
        c.converted / nullif(c.contacted, 0) AS conversion_rate,
        coalesce(c.donated_amount, 0) AS donated_amount,
        -- As if twenty more had been reached, with the usual success.
        least(1, (c.converted + 20 * u.rate) / nullif((c.contacted + 20) * 2 * u.rate, 0)) AS beside_usual
    FROM dim_lead_list AS ll
    LEFT JOIN quality AS q ON ll.lead_list_id = q.lead_list_id
    LEFT JOIN calls AS c ON ll.lead_list_id = c.lead_list_id
    LEFT JOIN usual AS u ON ll.business_id = u.business_id
)

SELECT
    p.business_id,
    b.business,
    p.lead_list_id,
    p.list_name,
    p.leads,
    p.avg_score,
    p.callable_share,
    p.contacted,
    p.converted,
    p.conversion_rate,
    b.currency,
    p.donated_amount,
    round(
        CASE
            WHEN p.contacted > 0 AND p.beside_usual IS NOT NULL
                THEN 0.4 * p.avg_score + 20 * p.callable_share + 40 * p.beside_usual
            ELSE (0.4 * p.avg_score + 20 * p.callable_share) / 0.6
        END, 1
    ) AS performance_score
FROM parts AS p
INNER JOIN dim_business AS b ON p.business_id = b.business_id
ORDER BY b.business ASC, performance_score DESC NULLS LAST, p.list_name ASC, p.lead_list_id ASC
