-- From lead to donation, one row a campaign: how many came in, were tried, reached and converted, and what they gave. Rates are shares of 1,
-- null where nothing can be divided by.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- campaign_id: the campaign
-- campaign_name: its name
-- status: its status
-- leads: leads in it
-- waiting: new or queued: calls to come
-- attempted: called at least once, or reached
-- contacted: reached: status contacted or converted
-- converted: converted
-- failed: given up
-- opted_out: opted out after they came in (status dnc)
-- contact_rate: contacted of attempted
-- conversion_rate: converted of contacted
-- currency: ISO 4217 code of the amounts, as in dim_business; never add amounts of two
-- pledged_amount: pledged in all
-- donated_amount: donated in all
-- average_donation: donated by each who donated
-- attempts: calls made
-- talk_hours: hours talked

WITH counted AS (
    SELECT
        campaign_id,
        count(*) AS leads,
        count(*) FILTER (WHERE status IN ('new', 'queued')) AS waiting,
        count(*) FILTER (WHERE attempts > 0 OR status IN ('contacted', 'converted')) AS attempted,
        count(*) FILTER (WHERE status IN ('contacted', 'converted')) AS contacted,
        count(*) FILTER (WHERE status = 'converted') AS converted,
        count(*) FILTER (WHERE status = 'failed') AS failed,
        count(*) FILTER (WHERE status = 'dnc') AS opted_out,
        sum(pledged_amount) AS pledged_amount,
        sum(donated_amount) AS donated_amount,
        count(*) FILTER (WHERE donated_amount > 0) AS donors,
        sum(attempts) AS attempts,
        sum(total_talk_time) AS talk_seconds
    FROM fct_campaign_lead
    GROUP BY campaign_id
)

SELECT
    c.business_id,
    b.business,
    c.campaign_id,
    c.campaign_name,
    c.status,
    coalesce(n.leads, 0) AS leads,
    coalesce(n.waiting, 0) AS waiting,
    coalesce(n.attempted, 0) AS attempted,
    coalesce(n.contacted, 0) AS contacted,
    coalesce(n.converted, 0) AS converted,
    coalesce(n.failed, 0) AS failed,
    coalesce(n.opted_out, 0) AS opted_out,
    n.contacted / nullif(n.attempted, 0) AS contact_rate,
    n.converted / nullif(n.contacted, 0) AS conversion_rate,
    b.currency,
    coalesce(n.pledged_amount, 0) AS pledged_amount,
    coalesce(n.donated_amount, 0) AS donated_amount,
    n.donated_amount / nullif(n.donors, 0) AS average_donation,
    cast(coalesce(n.attempts, 0) AS BIGINT) AS attempts,
    coalesce(n.talk_seconds, 0) / 3600 AS talk_hours
FROM dim_campaign AS c
INNER JOIN dim_business AS b ON c.business_id = b.business_id
LEFT JOIN counted AS n ON c.campaign_id = n.campaign_id
ORDER BY b.business, c.campaign_name, c.campaign_id
