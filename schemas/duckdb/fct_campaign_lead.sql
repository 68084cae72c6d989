-- One row a lead in a campaign: how far its calls have come.
--
-- key: campaign_lead_id
--
-- campaign_lead_id: the lead in the campaign
-- business_id: the business, as in dim_business
-- campaign_id: the campaign
-- lead_id: the lead; null for somebody who was erased
-- lead_list_id: the list it came by; null if that is gone
-- status: new, queued, calling, contacted, converted, failed or dnc (opted out since)
-- attempts: calls made
-- outcome: what came of it, in the platform's words
-- pledged_amount: pledged, in the currency of the business (dim_business.currency)
-- donated_amount: donated, in that currency
-- total_talk_time: seconds talked in all
-- last_call_duration: seconds of the last call
-- last_attempt_at: last call
-- next_attempt_at: next call
-- added_at: since when it is in the campaign
-- contacted_at: when it was reached
-- converted_at: when it was converted

SELECT
    id AS campaign_lead_id,
    business_id,
    campaign_id,
    lead_id,
    lead_list_id,
    status,
    attempts,
    outcome,
    try_cast(pledged_amount AS DECIMAL(18, 2)) AS pledged_amount,
    try_cast(donated_amount AS DECIMAL(18, 2)) AS donated_amount,
    total_talk_time,
    last_call_duration,
    last_attempt_at,
    next_attempt_at,
    added_at,
    contacted_at,
    converted_at
FROM campaign_leads
