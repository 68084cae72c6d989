-- Which lead is on which list, one row a membership.
--
-- key: member_id
--
-- member_id: the membership
-- business_id: the business, as in dim_business
-- lead_list_id: the list
-- lead_id: the lead
-- added_at: since when
-- origin: criteria (the list's criteria found it), pinned (added by hand to a list with criteria) or given (by an import, or by hand)

SELECT
    id AS member_id,
    business_id,
    lead_list_id,
    lead_id,
    added_at,
    origin
FROM lead_list_members
