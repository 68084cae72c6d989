-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.upload_attempts (
    upload text NOT NULL,
    run_id text NOT NULL,
    uploads bigint NOT NULL,
    alone bigint DEFAULT 0 NOT NULL,
    error text,
    given_up boolean DEFAULT false NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    is_data boolean DEFAULT false NOT NULL,
    CONSTRAINT upload_attempts_uploads_check CHECK ((uploads > 0))
);


COMMENT ON TABLE henk.upload_attempts IS 'Uploads in runs that have begun and not ended well. A row whose run is gone tells that the run died.';


COMMENT ON COLUMN henk.upload_attempts.uploads IS 'How many uploads the run had; the next has half as many';


COMMENT ON COLUMN henk.upload_attempts.alone IS 'How many runs before this one died with it alone';


COMMENT ON COLUMN henk.upload_attempts.error IS 'What the run failed of; null if it is under way or its process died';


COMMENT ON COLUMN henk.upload_attempts.given_up IS 'No night runs it again as it is; a person may';


COMMENT ON COLUMN henk.upload_attempts.is_data IS 'Whether the error blames the data: an upload that is isolated by it is refused. With any other error it stays pending and runs alone';


ALTER TABLE ONLY henk.upload_attempts
    ADD CONSTRAINT upload_attempts_pkey PRIMARY KEY (upload);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.upload_attempts TO service_role;
