-- migrate:up
-- Uploads that were refused as a whole: an upload of an unknown business has no import that could record it. And the hash in an upload's key, which
-- begins with the business now and began with the time before.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

CREATE TABLE henk.refused_uploads (
    upload text PRIMARY KEY,
    business text NOT NULL,
    file_name text NOT NULL,
    list_name text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    run_id text NOT NULL,
    first_refused_at timestamptz NOT NULL DEFAULT now(),
    last_refused_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE henk.refused_uploads IS 'Uploads that the last run refused as a whole. A row goes when its upload is loaded.';
COMMENT ON COLUMN henk.refused_uploads.upload IS 'Key of the upload';
COMMENT ON COLUMN henk.refused_uploads.business IS 'Slug, as the landing folder has it; there need be no such business';
COMMENT ON COLUMN henk.refused_uploads.file_name IS 'Name of the file';
COMMENT ON COLUMN henk.refused_uploads.list_name IS 'The list it is for';
COMMENT ON COLUMN henk.refused_uploads.reason IS 'Why, in a sentence';
COMMENT ON COLUMN henk.refused_uploads.state IS 'Digest of the manifest and the reason: a refusal is reported again when it changes';
COMMENT ON COLUMN henk.refused_uploads.run_id IS 'The run of Dagster that reports this state';
COMMENT ON COLUMN henk.refused_uploads.first_refused_at IS 'When this state was refused first';
COMMENT ON COLUMN henk.refused_uploads.last_refused_at IS 'When a run refused it last';

CREATE FUNCTION henk.upload_identity(p_upload text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(substring(p_upload FROM '_([0-9a-f]{8})_[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}$'), right(p_upload, 8));
COMMENT ON FUNCTION henk.upload_identity(text) IS 'The hash of business, bytes and list in the key of an upload, of today''s form or the older one.';

REVOKE ALL ON henk.refused_uploads FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.refused_uploads TO service_role;
REVOKE EXECUTE ON FUNCTION henk.upload_identity(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.upload_identity(text) TO service_role;

-- migrate:down
-- Forward only.
