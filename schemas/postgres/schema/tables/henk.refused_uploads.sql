-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.refused_uploads (
    upload text NOT NULL,
    business text NOT NULL,
    file_name text NOT NULL,
    list_name text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    run_id text NOT NULL,
    first_refused_at timestamp with time zone DEFAULT now() NOT NULL,
    last_refused_at timestamp with time zone DEFAULT now() NOT NULL
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


ALTER TABLE ONLY henk.refused_uploads
    ADD CONSTRAINT refused_uploads_pkey PRIMARY KEY (upload);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.refused_uploads TO service_role;
