-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.quarantine (
    id bigint NOT NULL,
    reason text NOT NULL,
    table_name text NOT NULL,
    row_id uuid,
    "row" jsonb NOT NULL,
    quarantined_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE henk.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME henk.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY henk.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);


GRANT SELECT ON TABLE henk.quarantine TO service_role;
