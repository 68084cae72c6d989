-- migrate:up
-- A file of suppressions (`suppressions = true` in its manifest) makes nobody a lead: its accepted rows are numbers and addresses that are
-- suppressed.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

-- squawk-ignore ban-drop-constraint
ALTER TABLE lead_imports DROP CONSTRAINT IF EXISTS every_accepted_row_is_a_lead;
ALTER TABLE lead_imports ADD CONSTRAINT every_accepted_row_is_a_lead CHECK (
    rows_accepted = leads_inserted + leads_updated + leads_unchanged
    OR status IN ('rejected', 'running')
    OR options @> '{"suppressions": true}'
) NOT VALID; -- the rows that are there keep the stricter one it takes the place of

-- migrate:down
-- Forward only.
