-- How the members of each list were engaged lately, in all campaigns: two rows a list, of the last 30 and the last 90 days.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- lead_list_id: the list
-- list_name: its name
-- last_days: 30 or 90, up to today (UTC)
-- members: leads on the list now
-- called: of them called in that time
-- attempts: calls to those whose last call was in that time, all of them
-- contacts: members reached in that time
-- conversions: members converted in that time
-- gifts: of those with an amount donated
-- currency: ISO 4217 code of the amount, as in dim_business; never add amounts of two
-- donated_amount: donated by members who converted in that time
-- contact_rate: contacts of called
-- conversion_rate: conversions of contacts

WITH periods AS (
    SELECT unnest([30, 90]) AS last_days
),

engaged AS (
    SELECT
        m.lead_list_id,
        p.last_days,
        count(DISTINCT CASE WHEN c.last_attempt_at >= current_date - p.last_days THEN c.lead_id END) AS called, -- noqa: RF04
        coalesce(sum(CASE WHEN c.last_attempt_at >= current_date - p.last_days THEN c.attempts END), 0) AS attempts,
        count(DISTINCT CASE WHEN c.contacted_at >= current_date - p.last_days THEN c.lead_id END) AS contacts,
        count(DISTINCT CASE WHEN c.converted_at >= current_date - p.last_days THEN c.lead_id END) AS conversions,
        count(DISTINCT CASE WHEN c.converted_at >= current_date - p.last_days AND c.donated_amount > 0 THEN c.lead_id END) AS gifts,
        coalesce(sum(CASE WHEN c.converted_at >= current_date - p.last_days THEN c.donated_amount END), 0) AS donated_amount
    FROM bridge_lead_list_member AS m
    INNER JOIN fct_campaign_lead AS c ON m.lead_id = c.lead_id
    CROSS JOIN periods AS p
    GROUP BY m.lead_list_id, p.last_days
)

SELECT
    l.business_id,
    b.business,
    l.lead_list_id,
    l.list_name,
    p.last_days,
    l.lead_count AS members,
    coalesce(e.called, 0) AS called, -- noqa: RF04
    cast(coalesce(e.attempts, 0) AS BIGINT) AS attempts,
    coalesce(e.contacts, 0) AS contacts,
    coalesce(e.conversions, 0) AS conversions,
    coalesce(e.gifts, 0) AS gifts,
    b.currency,
    coalesce(e.donated_amount, 0) AS donated_amount,
    e.contacts / nullif(e.called, 0) AS contact_rate,
    e.conversions / nullif(e.contacts, 0) AS conversion_rate
FROM dim_lead_list AS l
INNER JOIN dim_business AS b ON l.business_id = b.business_id
CROSS JOIN periods AS p
LEFT JOIN engaged AS e ON l.lead_list_id = e.lead_list_id AND p.last_days = e.last_days
WHERE NOT l.is_archived
ORDER BY b.business ASC, l.list_name ASC, l.lead_list_id ASC, p.last_days ASC
