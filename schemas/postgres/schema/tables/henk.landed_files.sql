-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.landed_files (
    file_location text NOT NULL,
    business text NOT NULL,
    signature text NOT NULL,
    upload text NOT NULL,
    settled text,
    launched_at timestamp with time zone,
    launches bigint DEFAULT 0 NOT NULL
);


COMMENT ON TABLE henk.landed_files IS 'Files of the landing folder that have been received. A night reads only those that are not here as they are now.';


COMMENT ON COLUMN henk.landed_files.file_location IS 'Path or URL';


COMMENT ON COLUMN henk.landed_files.business IS 'Slug; there need be no such business';


COMMENT ON COLUMN henk.landed_files.signature IS 'Changes when the file or its manifest does: entity tag, or size, times and inode';


COMMENT ON COLUMN henk.landed_files.upload IS 'Key of the upload it became';


COMMENT ON COLUMN henk.landed_files.settled IS 'State of its import and digest of the rules, as they were when nothing was left to be done; null while something is';


COMMENT ON COLUMN henk.landed_files.launched_at IS 'When a schedule or sensor asked for a run of it last';


COMMENT ON COLUMN henk.landed_files.launches IS 'How often since the night began';


ALTER TABLE ONLY henk.landed_files
    ADD CONSTRAINT landed_files_pkey PRIMARY KEY (file_location);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.landed_files TO service_role;
