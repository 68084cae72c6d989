-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.lead_edits (
    lead_id uuid NOT NULL,
    field text NOT NULL,
    member text DEFAULT ''::text NOT NULL,
    edited_at timestamp with time zone NOT NULL
);


COMMENT ON TABLE henk.lead_edits IS 'When a field of a lead, or a member of its custom fields, was last written by anything but an import. Without a foreign key: a lead that a merge dropped may return.';


ALTER TABLE ONLY henk.lead_edits
    ADD CONSTRAINT lead_edits_pkey PRIMARY KEY (lead_id, field, member);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.lead_edits TO service_role;
