-- migrate:up
-- The design's two views. They show what the caller may see (security_invoker), and read each table once.

SET LOCAL search_path = 'public';

CREATE VIEW campaign_lead_lists_with_stats WITH (security_invoker = true) AS
SELECT
    a.*,
    ll.name AS list_name,
    ll.description AS list_description,
    ll.lead_count AS total_leads_in_list,
    c.name AS campaign_name,
    c.status AS campaign_status,
    coalesce(s.actual_leads_count, 0) AS actual_leads_count,
    coalesce(s.contacted_count, 0) AS contacted_count,
    coalesce(s.converted_count, 0) AS converted_count,
    round(s.converted_count::numeric / nullif(s.contacted_count, 0) * 100, 2) AS conversion_rate -- per cent of the contacted
FROM campaign_lead_lists AS a
INNER JOIN lead_lists AS ll ON a.lead_list_id = ll.id
INNER JOIN campaigns AS c ON a.campaign_id = c.id
LEFT JOIN (
    SELECT
        cl.campaign_id,
        cl.lead_list_id,
        count(*) AS actual_leads_count,
        count(*) FILTER (WHERE cl.status IN ('contacted', 'converted')) AS contacted_count,
        count(*) FILTER (WHERE cl.status = 'converted') AS converted_count
    FROM campaign_leads AS cl
    GROUP BY cl.campaign_id, cl.lead_list_id
) AS s ON a.campaign_id = s.campaign_id AND a.lead_list_id = s.lead_list_id;

CREATE VIEW lead_lists_with_campaigns WITH (security_invoker = true) AS
SELECT
    ll.*,
    coalesce(u.campaigns, '[]') AS campaigns
FROM lead_lists AS ll
LEFT JOIN (
    SELECT
        a.lead_list_id,
        jsonb_agg(
            jsonb_build_object(
                'campaign_id', c.id, 'campaign_name', c.name, 'campaign_status', c.status, 'assigned_at', a.assigned_at,
                'priority', a.priority, 'is_active', a.is_active
            ) ORDER BY a.assigned_at DESC, a.id
        ) AS campaigns
    FROM campaign_lead_lists AS a
    INNER JOIN campaigns AS c ON a.campaign_id = c.id
    GROUP BY a.lead_list_id
) AS u ON ll.id = u.lead_list_id;

REVOKE ALL ON campaign_lead_lists_with_stats, lead_lists_with_campaigns FROM PUBLIC, anon, authenticated;
GRANT SELECT ON campaign_lead_lists_with_stats, lead_lists_with_campaigns TO authenticated, service_role;

-- migrate:down
-- Forward only.
