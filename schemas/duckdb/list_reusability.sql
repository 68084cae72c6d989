-- In how many campaigns each lead list is used, and how many conversions it has brought in all of them.

SELECT
    ll.id,
    ll.business_id,
    ll.name,
    count(DISTINCT cll.campaign_id) AS campaigns_used_in,
    sum(cll.successful_leads) AS total_conversions
FROM lead_lists AS ll
INNER JOIN campaign_lead_lists AS cll ON ll.id = cll.lead_list_id
GROUP BY ll.id, ll.business_id, ll.name
ORDER BY campaigns_used_in DESC, ll.name ASC
