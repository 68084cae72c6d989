-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.phone_regions (
    region text NOT NULL,
    calling_code text NOT NULL,
    rank bigint NOT NULL,
    international_prefix text NOT NULL,
    national_prefix text,
    national_transform text,
    possible text NOT NULL,
    valid text NOT NULL,
    country_names text[] NOT NULL
);


ALTER TABLE ONLY henk.phone_regions
    ADD CONSTRAINT phone_regions_pkey PRIMARY KEY (region);


GRANT SELECT ON TABLE henk.phone_regions TO service_role;
