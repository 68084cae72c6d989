-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.calling_codes (
    calling_code text NOT NULL,
    trunk_prefix text,
    lengths bigint[] NOT NULL,
    may_begin_with_zero boolean NOT NULL
);


COMMENT ON TABLE henk.calling_codes IS 'Calling codes with their trunk prefix and the possible lengths of their national numbers.';


ALTER TABLE ONLY henk.calling_codes
    ADD CONSTRAINT calling_codes_pkey PRIMARY KEY (calling_code);


GRANT SELECT ON TABLE henk.calling_codes TO service_role;
