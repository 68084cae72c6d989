-- How far each lead list has come in each campaign it is assigned to: leads, contacted, successful, and the share of the contacted that
-- were successful, in per cent (null before anybody was contacted).

SELECT
    c.business_id,
    cll.campaign_id,
    c.name AS campaign_name,
    cll.priority,
    cll.lead_list_id,
    ll.name,
    cll.total_leads,
    cll.contacted_leads,
    cll.successful_leads,
    round(cll.successful_leads / nullif(cll.contacted_leads, 0) * 100, 2) AS conversion_rate
FROM campaign_lead_lists AS cll
INNER JOIN lead_lists AS ll ON cll.lead_list_id = ll.id
INNER JOIN campaigns AS c ON cll.campaign_id = c.id
ORDER BY cll.campaign_id, cll.priority, ll.name
