-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.planned_runs (
    id uuid NOT NULL,
    uploads text[] NOT NULL,
    by_process boolean DEFAULT false NOT NULL,
    planned_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT planned_runs_uploads_check CHECK ((cardinality(uploads) > 0))
);


COMMENT ON TABLE henk.planned_runs IS 'Runs of uploads that are planned and have not begun; a run that begins removes its row.';


COMMENT ON COLUMN henk.planned_runs.id IS 'The run key in Dagster: a planned run is launched once';


COMMENT ON COLUMN henk.planned_runs.uploads IS 'Keys of the uploads, in the order of Dagster''s partitions and without a gap';


COMMENT ON COLUMN henk.planned_runs.by_process IS 'True: the process that planned it runs it, and holds the advisory lock henk.planned.<id> as long as it lives. False: Dagster''s daemon launches it';


ALTER TABLE ONLY henk.planned_runs
    ADD CONSTRAINT planned_runs_pkey PRIMARY KEY (id);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.planned_runs TO service_role;
