-- migrate:up
-- Runs that are planned and not begun, so that a schedule asks for nothing but a plan; and what refusals and failures depend on.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

CREATE TABLE henk.planned_runs (
    id uuid PRIMARY KEY,
    uploads text[] NOT NULL CHECK (cardinality(uploads) > 0),
    by_process boolean NOT NULL DEFAULT false,
    planned_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE henk.planned_runs IS 'Runs of uploads that are planned and have not begun; a run that begins removes its row.';
COMMENT ON COLUMN henk.planned_runs.id IS 'The run key in Dagster: a planned run is launched once';
COMMENT ON COLUMN henk.planned_runs.uploads IS 'Keys of the uploads, in the order of Dagster''s partitions and without a gap';
COMMENT ON COLUMN henk.planned_runs.by_process IS
'True: the process that planned it runs it, and holds the advisory lock henk.planned.<id> as long as it lives. False: Dagster''s daemon launches it';

ALTER TABLE henk.upload_attempts ADD COLUMN is_data boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN henk.upload_attempts.is_data IS
'Whether the error blames the data: an upload that is isolated by it is refused. With any other error it stays pending and runs alone';

ALTER TABLE lead_imports ADD COLUMN error_rules text;
COMMENT ON COLUMN lead_imports.error_rules IS
'Of an import that was loaded and could not be loaded again: the digest of the manifest, country and rules it was refused under';

REVOKE ALL ON henk.planned_runs FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.planned_runs TO service_role;

-- migrate:down
-- Forward only.
