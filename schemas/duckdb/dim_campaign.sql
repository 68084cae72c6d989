-- One row a campaign.
--
-- campaign_id: the campaign
-- business_id: the business, as in dim_business
-- campaign_name: its name
-- status: draft, active, paused, completed or cancelled
-- goal_metric: what it is after
-- currency: ISO 4217 code of the budget and of what is pledged and donated, as in dim_business
-- budget: what it may cost
-- max_attempts: how often a lead is called at most
-- exclude_dnc: whether those who must not be called are left out; true unless somebody chose otherwise
-- call_window_start: from when on leads are called, in their local time; null: the platform decides
-- call_window_end: until when
-- start_date: first day
-- end_date: last day
-- created_at: since when it is there

SELECT
    c.id AS campaign_id,
    c.business_id,
    c.name AS campaign_name,
    c.status,
    c.goal_metric,
    b.currency,
    try_cast(c.budget AS DECIMAL(18, 2)) AS budget,
    c.max_attempts,
    c.exclude_dnc,
    c.call_window_start,
    c.call_window_end,
    c.start_date,
    c.end_date,
    c.created_at
FROM campaigns AS c
INNER JOIN dim_business AS b ON c.business_id = b.business_id
ORDER BY c.business_id, c.name, c.id
