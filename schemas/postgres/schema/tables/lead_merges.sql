-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_merges (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    kept_lead_id uuid NOT NULL,
    dropped_lead_id uuid NOT NULL,
    import_id uuid,
    match_probability double precision,
    rows_before jsonb NOT NULL,
    rows_after jsonb NOT NULL,
    moved jsonb NOT NULL,
    lost jsonb,
    merged_by uuid,
    merged_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    taken_apart_at timestamp with time zone,
    CONSTRAINT lead_merges_match_probability_check CHECK (((match_probability >= (0)::double precision) AND (match_probability <= (1)::double precision)))
);


COMMENT ON TABLE public.lead_merges IS 'Leads that became one: what was there before, so that a merge can be taken apart.';


ALTER TABLE ONLY public.lead_merges
    ADD CONSTRAINT lead_merges_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_merges
    ADD CONSTRAINT lead_merges_business_id_import_id_fkey FOREIGN KEY (business_id, import_id) REFERENCES public.lead_imports(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.lead_merges
    ADD CONSTRAINT lead_merges_business_id_kept_lead_id_fkey FOREIGN KEY (business_id, kept_lead_id) REFERENCES public.leads(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_merges_business_id ON public.lead_merges USING btree (business_id, merged_at);


CREATE INDEX lead_merges_dropped_lead_id ON public.lead_merges USING btree (dropped_lead_id);


CREATE INDEX lead_merges_import_id ON public.lead_merges USING btree (import_id) WHERE (import_id IS NOT NULL);


CREATE INDEX lead_merges_kept_lead_id ON public.lead_merges USING btree (kept_lead_id, merged_at);


CREATE INDEX lead_merges_lost_keys ON public.lead_merges USING gin (henk.lost_keys(business_id, lost)) WITH (fastupdate='false') WHERE (lost IS NOT NULL);


CREATE TRIGGER keep_merged_opt_outs BEFORE INSERT ON public.lead_merges FOR EACH ROW EXECUTE FUNCTION henk.keep_merged_opt_outs();


ALTER TABLE public.lead_merges ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_merges FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_merges TO authenticated;
GRANT ALL ON TABLE public.lead_merges TO service_role;
