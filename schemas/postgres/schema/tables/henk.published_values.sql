-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.published_values (
    table_name text NOT NULL,
    column_name text NOT NULL
);


ALTER TABLE ONLY henk.published_values
    ADD CONSTRAINT published_values_pkey PRIMARY KEY (table_name, column_name);


GRANT SELECT ON TABLE henk.published_values TO service_role;
