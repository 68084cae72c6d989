-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.client_rights (
    table_name text NOT NULL,
    inserts boolean NOT NULL,
    updates boolean NOT NULL,
    deletes boolean NOT NULL,
    team_roles text[] NOT NULL,
    withheld text[] NOT NULL,
    fixed text[] NOT NULL,
    only_columns text[]
);


ALTER TABLE ONLY henk.client_rights
    ADD CONSTRAINT client_rights_pkey PRIMARY KEY (table_name);
