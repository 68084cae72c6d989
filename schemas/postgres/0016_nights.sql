-- migrate:up
-- What a night must know: which state of which landed file is which upload, and which uploads brought a run down.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- A GIN index keeps new entries in a list that each look-up reads from end to end, until it holds 4 MB: after the import of a small file the
-- next one looked up a thousand people in 2.8 s, and in 0.04 s without the list. Many small files are what a night is made of.
ALTER INDEX leads_match_keys SET (fastupdate = false);
ALTER INDEX lead_import_rows_lost_keys SET (fastupdate = false);
ALTER INDEX lead_merges_lost_keys SET (fastupdate = false);

CREATE TABLE henk.landed_files (
    file_location text PRIMARY KEY,
    business text NOT NULL,
    signature text NOT NULL,
    upload text NOT NULL,
    settled text,
    launched_at timestamptz,
    launches bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE henk.landed_files IS
'Files of the landing folder that have been received. A night reads only those that are not here as they are now.';
COMMENT ON COLUMN henk.landed_files.file_location IS 'Path or URL';
COMMENT ON COLUMN henk.landed_files.business IS 'Slug; there need be no such business';
COMMENT ON COLUMN henk.landed_files.signature IS 'Changes when the file or its manifest does: entity tag, or size, times and inode';
COMMENT ON COLUMN henk.landed_files.upload IS 'Key of the upload it became';
COMMENT ON COLUMN henk.landed_files.settled IS
'State of its import and digest of the rules, as they were when nothing was left to be done; null while something is';
COMMENT ON COLUMN henk.landed_files.launched_at IS 'When a schedule or sensor asked for a run of it last';

COMMENT ON COLUMN henk.landed_files.launches IS 'How often since the night began';

CREATE TABLE henk.upload_attempts (
    upload text PRIMARY KEY,
    run_id text NOT NULL,
    uploads bigint NOT NULL CHECK (uploads > 0),
    alone bigint NOT NULL DEFAULT 0,
    error text,
    given_up boolean NOT NULL DEFAULT false,
    begun_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE henk.upload_attempts IS 'Uploads in runs that have begun and not ended well. A row whose run is gone tells that the run died.';
COMMENT ON COLUMN henk.upload_attempts.uploads IS 'How many uploads the run had; the next has half as many';
COMMENT ON COLUMN henk.upload_attempts.alone IS 'How many runs before this one died with it alone';
COMMENT ON COLUMN henk.upload_attempts.given_up IS 'No night runs it again as it is; a person may';
COMMENT ON COLUMN henk.upload_attempts.error IS 'What the run failed of; null if it is under way or its process died';

REVOKE ALL ON henk.landed_files, henk.upload_attempts FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.landed_files, henk.upload_attempts TO service_role;

-- migrate:down
-- Forward only.
