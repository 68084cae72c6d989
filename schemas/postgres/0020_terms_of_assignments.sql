-- migrate:up
-- Under which terms an import's lists were last assigned: told others (a priority, a `where`, a number of attempts), it is assigned anew, and what
-- somebody has changed by hand since stays otherwise.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

ALTER TABLE lead_imports ADD COLUMN IF NOT EXISTS assigned jsonb; -- null for what was assigned before this column was there
COMMENT ON COLUMN lead_imports.assigned IS 'The campaigns of the manifest as they were last assigned, with their terms.';

-- migrate:down
-- Forward only.
