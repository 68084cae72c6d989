-- Who entered and left a list that has criteria, or has had them, one row an event. Other lists have none: bridge_lead_list_member has since when.
--
-- key: event_id
--
-- event_id: the event; a later one has a greater number
-- business_id: the business, as in dim_business
-- lead_list_id: the list
-- lead_id: the lead; null for somebody who was deleted since
-- event: entered, left, pinned (added by hand) or excluded (removed by hand)
-- cause: refresh, rule (new criteria, an assignment), import, hand, merge (with another lead, or its end), undo or erase
-- happened_at: when

SELECT
    id AS event_id,
    business_id,
    lead_list_id,
    lead_id,
    event,
    cause,
    happened_at
FROM lead_list_events
