-- Which list is assigned to which campaign, with the counts the database keeps.
--
-- campaign_lead_list_id: the assignment
-- business_id: the business, as in dim_business
-- campaign_id: the campaign
-- lead_list_id: the list
-- priority: 1 is called first
-- max_attempts_override: how often a lead of it is called at most, in place of the campaign's number; null where that holds
-- total_leads: leads the list brought in
-- contacted_leads: of them reached
-- successful_leads: of them converted
-- is_active: whether it is called
-- assigned_at: since when
-- completed_at: when it was done

SELECT
    id AS campaign_lead_list_id,
    business_id,
    campaign_id,
    lead_list_id,
    priority,
    max_attempts_override,
    total_leads,
    contacted_leads,
    successful_leads,
    is_active,
    assigned_at,
    completed_at
FROM campaign_lead_lists
ORDER BY business_id, campaign_id, priority, id
