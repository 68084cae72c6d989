-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_import_rows (
    import_id uuid NOT NULL,
    business_id uuid NOT NULL,
    line_number integer NOT NULL,
    lead_id uuid,
    action text NOT NULL,
    replaced jsonb,
    written jsonb,
    taken_back boolean DEFAULT false NOT NULL,
    matched_by jsonb,
    lost jsonb,
    deleted_with uuid,
    agreed jsonb,
    CONSTRAINT lead_import_rows_action_check CHECK ((action = ANY (ARRAY['inserted'::text, 'updated'::text, 'unchanged'::text, 'merged'::text]))),
    CONSTRAINT lead_import_rows_line_number_check CHECK ((line_number > 0))
);


COMMENT ON TABLE public.lead_import_rows IS 'Provenance: which line of which file became which lead, and for undo what stood there before.';


COMMENT ON COLUMN public.lead_import_rows.import_id IS 'The import, in lead_imports, with which its lines are deleted.';


COMMENT ON COLUMN public.lead_import_rows.lead_id IS 'The lead, in leads, that the line became; null when it has been deleted.';


COMMENT ON COLUMN public.lead_import_rows.matched_by IS 'How the row came to its lead: by which key or probability, and by which row or lead.';


COMMENT ON COLUMN public.lead_import_rows.lost IS 'What the row said in vain, because another value of the person won: field → value.';


COMMENT ON COLUMN public.lead_import_rows.deleted_with IS 'The import whose undoing deleted the lead, where that is not this one: this one had inserted the lead and was undone before.';


COMMENT ON COLUMN public.lead_import_rows.agreed IS 'What the row had that its lead had already: the names of fields and custom_fields, and tags.';


ALTER TABLE ONLY public.lead_import_rows
    ADD CONSTRAINT lead_import_rows_pkey PRIMARY KEY (import_id, line_number);


CREATE INDEX lead_import_rows_lead_id ON public.lead_import_rows USING btree (lead_id);


CREATE INDEX lead_import_rows_lost_keys ON public.lead_import_rows USING gin (henk.lost_keys(business_id, lost)) WITH (fastupdate='false') WHERE (lost IS NOT NULL);


CREATE TRIGGER check_provenance_inserted AFTER INSERT ON public.lead_import_rows REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.check_provenance();


CREATE TRIGGER check_provenance_updated AFTER UPDATE OF import_id, business_id, lead_id ON public.lead_import_rows FOR EACH ROW WHEN ((((new.import_id <> old.import_id) OR (new.business_id <> old.business_id)) OR (new.lead_id IS DISTINCT FROM old.lead_id))) EXECUTE FUNCTION henk.check_moved_provenance();


ALTER TABLE public.lead_import_rows ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_import_rows FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_import_rows TO authenticated;
GRANT ALL ON TABLE public.lead_import_rows TO service_role;
