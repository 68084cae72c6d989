-- Leads by the month they came in, and what has become of them since. What was given by people who were erased since is in a row without month,
-- so that the amounts add up to those of campaign_funnel.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- cohort_month: first day of the month (UTC) in which the leads came in; null for people who were erased
-- leads: leads that came in then; 0 for people who were erased, of whom nobody is left
-- in_campaigns: of them in a campaign; of people who were erased their calls, one a campaign, here and in the next two
-- contacted: of them reached
-- converted: of them converted
-- opted_out: opted out of calls by a flag
-- active_90_days: with any activity in the 90 days before the build
-- contact_rate: contacted of those in campaigns
-- conversion_rate: converted of contacted
-- opt_out_rate: opted out of all
-- currency: ISO 4217 code of the amounts, as in dim_business; never add amounts of two
-- donated_amount: donated in all campaigns

WITH by_lead AS (
    SELECT
        lead_id,
        bool_or(status IN ('contacted', 'converted')) AS contacted,
        bool_or(status = 'converted') AS converted,
        sum(donated_amount) AS donated_amount
    FROM fct_campaign_lead
    GROUP BY lead_id
),

counted AS (
    SELECT
        l.business_id,
        cast(date_trunc('month', timezone('UTC', l.created_at)) AS DATE) AS cohort_month,
        count(*) AS leads,
        count(c.lead_id) AS in_campaigns,
        count(*) FILTER (WHERE c.contacted) AS contacted,
        count(*) FILTER (WHERE c.converted) AS converted,
        count(*) FILTER (WHERE l.no_calls) AS opted_out,
        count(*) FILTER (WHERE l.last_activity_at > now() - INTERVAL 90 DAY) AS active_90_days,
        coalesce(sum(c.donated_amount), 0) AS donated_amount
    FROM dim_lead AS l
    LEFT JOIN by_lead AS c ON l.lead_id = c.lead_id
    GROUP BY l.business_id, date_trunc('month', timezone('UTC', l.created_at))
    UNION ALL
    SELECT
        business_id,
        NULL AS cohort_month,
        0 AS leads,
        count(*) AS in_campaigns,
        count(*) FILTER (WHERE status IN ('contacted', 'converted')) AS contacted,
        count(*) FILTER (WHERE status = 'converted') AS converted,
        0 AS opted_out,
        0 AS active_90_days,
        coalesce(sum(donated_amount), 0) AS donated_amount
    FROM fct_campaign_lead
    WHERE lead_id IS NULL
    GROUP BY business_id
)

SELECT
    n.business_id,
    b.business,
    n.cohort_month,
    n.leads,
    n.in_campaigns,
    n.contacted,
    n.converted,
    n.opted_out,
    n.active_90_days,
    n.contacted / nullif(n.in_campaigns, 0) AS contact_rate,
    n.converted / nullif(n.contacted, 0) AS conversion_rate,
    n.opted_out / nullif(n.leads, 0) AS opt_out_rate,
    b.currency,
    n.donated_amount
FROM counted AS n
INNER JOIN dim_business AS b ON n.business_id = b.business_id
ORDER BY b.business, n.cohort_month
