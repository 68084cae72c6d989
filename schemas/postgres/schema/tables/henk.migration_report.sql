-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.migration_report (
    id bigint NOT NULL,
    migration text NOT NULL,
    said text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE henk.migration_report ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME henk.migration_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY henk.migration_report
    ADD CONSTRAINT migration_report_pkey PRIMARY KEY (id);


GRANT SELECT ON TABLE henk.migration_report TO service_role;
