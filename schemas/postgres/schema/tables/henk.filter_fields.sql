-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.filter_fields (
    field text NOT NULL,
    kind text NOT NULL,
    is_custom boolean DEFAULT false NOT NULL,
    CONSTRAINT filter_fields_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'number'::text, 'boolean'::text, 'time'::text, 'tags'::text, 'date'::text])))
);


COMMENT ON COLUMN henk.filter_fields.is_custom IS 'Kept in leads.custom_fields under this name, as a text of that kind.';


ALTER TABLE ONLY henk.filter_fields
    ADD CONSTRAINT filter_fields_pkey PRIMARY KEY (field);


GRANT SELECT ON TABLE henk.filter_fields TO service_role;
