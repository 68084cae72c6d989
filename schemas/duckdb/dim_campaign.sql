-- One row a campaign.
--
-- campaign_id: the campaign
-- business_id: the business, as in dim_business
-- campaign_name: its name
-- status: draft, active, paused, completed or cancelled
-- goal_metric: what it is after
-- budget: what it may cost, in the currency of the business
-- max_attempts: how often a lead is called at most
-- exclude_dnc: whether those who must not be called are left out; true unless somebody chose otherwise
-- call_window_start: from when on leads are called, in their local time; null: the platform decides
-- call_window_end: until when
-- start_date: first day
-- end_date: last day
-- created_at: since when it is there

SELECT
    id AS campaign_id,
    business_id,
    name AS campaign_name,
    status,
    goal_metric,
    try_cast(budget AS DECIMAL(18, 2)) AS budget,
    max_attempts,
    exclude_dnc,
    call_window_start,
    call_window_end,
    start_date,
    end_date,
    created_at
FROM campaigns
ORDER BY business_id, name, id
