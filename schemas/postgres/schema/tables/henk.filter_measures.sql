-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.filter_measures (
    measure text NOT NULL,
    kind text NOT NULL,
    expression text NOT NULL,
    CONSTRAINT filter_measures_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'number'::text, 'time'::text])))
);


COMMENT ON TABLE henk.filter_measures IS 'Measures of campaign leads that criteria may ask for, and how they are made of the rows of campaign_leads.';


ALTER TABLE ONLY henk.filter_measures
    ADD CONSTRAINT filter_measures_pkey PRIMARY KEY (measure);


GRANT SELECT ON TABLE henk.filter_measures TO service_role;
