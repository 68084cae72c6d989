-- One row an import of an upload: rows_read = rows_accepted + rows_rejected + rows_duplicate.
--
-- import_id: the import
-- business_id: the business, as in dim_business
-- upload: key of the upload: its partition in Dagster
-- file_name: name of the file
-- source: the system whose export it is, as its headers tell; unknown otherwise
-- list_name: the list it was for
-- lead_list_id: that list, if anything was loaded
-- status: running, loaded, partial (some rows rejected), rejected or undone
-- error: why it was refused
-- file_size: bytes
-- rows_read: rows in the file
-- rows_accepted: people that became or were leads
-- rows_rejected: rows that broke a rule
-- rows_duplicate: rows of a person who stands in the file already
-- leads_inserted: new leads
-- leads_updated: leads that changed
-- leads_unchanged: leads that were so already
-- campaign_leads_added: leads that came into campaigns
-- started_at: when it began
-- finished_at: when it was done

SELECT
    id AS import_id,
    business_id,
    upload,
    file_name,
    coalesce(system, 'unknown') AS source,
    list_name,
    lead_list_id,
    status,
    error,
    file_size,
    rows_read,
    rows_accepted,
    rows_rejected,
    rows_duplicate,
    leads_inserted,
    leads_updated,
    leads_unchanged,
    campaign_leads_added,
    started_at,
    finished_at
FROM lead_imports
ORDER BY business_id, started_at, id
