-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.given_names (
    nickname text NOT NULL,
    formal_names text[] NOT NULL
);


COMMENT ON TABLE henk.given_names IS 'Nicknames and the given names that they may stand for, as imports know them.';


COMMENT ON COLUMN henk.given_names.nickname IS 'In the form of henk.folded';


COMMENT ON COLUMN henk.given_names.formal_names IS 'In the form of henk.folded, sorted';


ALTER TABLE ONLY henk.given_names
    ADD CONSTRAINT given_names_pkey PRIMARY KEY (nickname);


GRANT SELECT ON TABLE henk.given_names TO service_role;
