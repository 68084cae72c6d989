-- One row a lead list, archived ones too.
--
-- lead_list_id: the list
-- business_id: the business, as in dim_business
-- list_name: its name
-- list_type: static, dynamic or smart
-- lead_count: how many leads are on it
-- is_archived: whether it is put away
-- source: what made it: csv_import, manual, …
-- created_at: since when it is there
-- refresh: how a list with criteria follows them: auto, manual or frozen

SELECT
    id AS lead_list_id,
    business_id,
    name AS list_name,
    list_type,
    lead_count,
    is_archived,
    source,
    created_at,
    refresh
FROM lead_lists
ORDER BY business_id, name, id
