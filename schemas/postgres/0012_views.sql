-- migrate:up
-- The design's two views. They show what the caller may see (security_invoker), and read each table once.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

CREATE VIEW campaign_lead_lists_with_stats WITH (security_invoker = true) AS
WITH counted AS (
    SELECT
        campaign_id,
        lead_list_id,
        count(*) AS actual_leads_count,
        count(*) FILTER (WHERE status IN ('contacted', 'converted')) AS contacted_count,
        count(*) FILTER (WHERE status = 'converted') AS converted_count
    FROM campaign_leads
    GROUP BY campaign_id, lead_list_id
)

-- "Every assignment column" is the contract's word.
SELECT
    a.*, -- noqa: AM04
    ll.name AS list_name,
    ll.description AS list_description,
    ll.lead_count AS total_leads_in_list,
    c.name AS campaign_name,
    c.status AS campaign_status,
    coalesce(n.actual_leads_count, 0) AS actual_leads_count,
    coalesce(n.contacted_count, 0) AS contacted_count,
    coalesce(n.converted_count, 0) AS converted_count,
    round(n.converted_count::numeric / nullif(n.contacted_count, 0) * 100, 2) AS conversion_rate -- per cent of the contacted
FROM campaign_lead_lists AS a
INNER JOIN lead_lists AS ll ON a.lead_list_id = ll.id
INNER JOIN campaigns AS c ON a.campaign_id = c.id
LEFT JOIN counted AS n ON a.campaign_id = n.campaign_id AND a.lead_list_id = n.lead_list_id;

CREATE VIEW lead_lists_with_campaigns WITH (security_invoker = true) AS
WITH used AS (
    SELECT
        a.business_id,
        a.lead_list_id,
        jsonb_agg(
            jsonb_build_object(
                'campaign_id', c.id, 'campaign_name', c.name, 'campaign_status', c.status, 'assigned_at', a.assigned_at,
                'priority', a.priority, 'is_active', a.is_active
            ) ORDER BY a.assigned_at DESC, a.id ASC
        ) AS campaigns
    FROM campaign_lead_lists AS a
    INNER JOIN campaigns AS c ON a.campaign_id = c.id
    GROUP BY a.business_id, a.lead_list_id
)

-- "Every list column" is the contract's word.
SELECT
    ll.*, -- noqa: AM04
    coalesce(u.campaigns, '[]') AS campaigns
FROM lead_lists AS ll
-- By business, too: a business's lists read that business's assignments only.
LEFT JOIN used AS u ON ll.business_id = u.business_id AND ll.id = u.lead_list_id;

REVOKE ALL ON campaign_lead_lists_with_stats, lead_lists_with_campaigns FROM PUBLIC, anon, authenticated;
GRANT SELECT ON campaign_lead_lists_with_stats, lead_lists_with_campaigns TO authenticated, service_role;

-- migrate:down
-- Forward only.
