-- What leads of each source are worth: how many there are, how good, how many were reached and converted in any campaign, what they gave and,
-- where the business has told what the source cost (settings.lead_source_costs), what a lead cost and the return. What was given by people who
-- were erased since is in a row (erased), so that the amounts add up to those of campaign_funnel.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- lead_source: where they came from; what brought them in if the file did not say; (erased) for people who were erased
-- leads: leads; 0 for (erased), of whom nobody is left
-- avg_score: mean score, 0 to 100
-- contacted: leads reached in at least one campaign; for (erased) calls, one a campaign
-- converted: leads converted in at least one campaign; for (erased) calls, one a campaign
-- conversion_rate: converted of contacted
-- currency: ISO 4217 code of the amounts, as in dim_business; never add amounts of two
-- pledged_amount: pledged in all campaigns
-- donated_amount: donated in all campaigns
-- cost: what the source cost in all; null if not told
-- cost_per_lead: cost by lead
-- cost_per_conversion: cost by converted lead
-- roi: (donated − cost) of cost; null without a cost

WITH by_lead AS (
    SELECT
        lead_id,
        bool_or(status IN ('contacted', 'converted')) AS contacted,
        bool_or(status = 'converted') AS converted,
        sum(pledged_amount) AS pledged_amount,
        sum(donated_amount) AS donated_amount
    FROM fct_campaign_lead
    WHERE attempts > 0 OR status IN ('contacted', 'converted') OR pledged_amount > 0 OR donated_amount > 0
    GROUP BY lead_id
),

costs AS (
    -- Key by key: ->> would read a name such as "$[" as a path, and fail.
    SELECT
        b.business_id,
        e.key AS lead_source,
        try_cast(e.value ->> '$' AS DECIMAL(18, 2)) AS cost -- noqa: RF04
    FROM dim_business AS b, json_each(b.lead_source_costs) AS e -- noqa: RF04, AL05
    WHERE json_type(b.lead_source_costs) = 'OBJECT'
),

by_source AS (
    SELECT
        l.business_id,
        coalesce(l.lead_source, l.source) AS lead_source,
        count(*) AS leads,
        avg(l.lead_score) AS avg_score,
        count(*) FILTER (WHERE c.contacted) AS contacted,
        count(*) FILTER (WHERE c.converted) AS converted,
        coalesce(sum(c.pledged_amount), 0) AS pledged_amount,
        coalesce(sum(c.donated_amount), 0) AS donated_amount
    FROM dim_lead AS l
    LEFT JOIN by_lead AS c ON l.lead_id = c.lead_id
    GROUP BY l.business_id, coalesce(l.lead_source, l.source)
    UNION ALL
    SELECT
        business_id,
        '(erased)' AS lead_source,
        0 AS leads,
        NULL AS avg_score,
        count(*) FILTER (WHERE status IN ('contacted', 'converted')) AS contacted,
        count(*) FILTER (WHERE status = 'converted') AS converted,
        coalesce(sum(pledged_amount), 0) AS pledged_amount,
        coalesce(sum(donated_amount), 0) AS donated_amount
    FROM fct_campaign_lead
    WHERE lead_id IS NULL
    GROUP BY business_id
)

SELECT
    s.business_id,
    b.business,
    s.lead_source,
    s.leads,
    s.avg_score,
    s.contacted,
    s.converted,
    s.converted / nullif(s.contacted, 0) AS conversion_rate,
    b.currency,
    s.pledged_amount,
    s.donated_amount,
    k.cost,
    k.cost / nullif(s.leads, 0) AS cost_per_lead,
    k.cost / nullif(s.converted, 0) AS cost_per_conversion,
    (s.donated_amount - k.cost) / nullif(k.cost, 0) AS roi
FROM by_source AS s
INNER JOIN dim_business AS b ON s.business_id = b.business_id
LEFT JOIN costs AS k ON s.business_id = k.business_id AND s.lead_source = k.lead_source
ORDER BY b.business ASC, s.leads DESC, s.lead_source ASC
