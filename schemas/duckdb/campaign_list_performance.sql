-- How far each lead list has come in each campaign it is assigned to: leads, contacted, successful, and the share of the contacted that were
-- successful, in per cent (null before anybody was contacted).
--
-- business_id: the business, as in dim_business
-- campaign_id: the campaign
-- campaign_name: its name
-- priority: 1 is called first
-- lead_list_id: the list
-- name: its name
-- total_leads: leads the list brought in
-- contacted_leads: of them reached
-- successful_leads: of them converted
-- conversion_rate: successful of contacted, in per cent with two places; null if nobody was contacted

SELECT
    c.business_id,
    cll.campaign_id,
    c.campaign_name,
    cll.priority,
    cll.lead_list_id,
    ll.list_name AS name,
    cll.total_leads,
    cll.contacted_leads,
    cll.successful_leads,
    round(cll.successful_leads / nullif(cll.contacted_leads, 0) * 100, 2) AS conversion_rate
FROM bridge_campaign_lead_list AS cll
INNER JOIN dim_lead_list AS ll ON cll.lead_list_id = ll.lead_list_id
INNER JOIN dim_campaign AS c ON cll.campaign_id = c.campaign_id
ORDER BY cll.campaign_id, cll.priority, ll.list_name
