-- In how many campaigns each lead list is used, and how many conversions it has brought in all of them.
--
-- id: the list
-- business_id: the business, as in dim_business
-- name: its name
-- campaigns_used_in: campaigns it is assigned to
-- total_conversions: leads converted in all of them

SELECT
    ll.lead_list_id AS id,
    ll.business_id,
    ll.list_name AS name,
    count(DISTINCT cll.campaign_id) AS campaigns_used_in,
    cast(sum(cll.successful_leads) AS BIGINT) AS total_conversions
FROM dim_lead_list AS ll
INNER JOIN bridge_campaign_lead_list AS cll ON ll.lead_list_id = cll.lead_list_id
GROUP BY ll.lead_list_id, ll.business_id, ll.list_name
ORDER BY campaigns_used_in DESC, ll.list_name ASC
