-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_duplicate_candidates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    other_lead_id uuid NOT NULL,
    match_probability double precision NOT NULL,
    agreement jsonb DEFAULT '{}'::jsonb NOT NULL,
    decision text DEFAULT 'open'::text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lead_duplicate_candidates_check CHECK ((lead_id < other_lead_id)),
    CONSTRAINT lead_duplicate_candidates_decision_check CHECK ((decision = ANY (ARRAY['open'::text, 'same'::text, 'different'::text]))),
    CONSTRAINT lead_duplicate_candidates_match_probability_check CHECK (((match_probability >= (0)::double precision) AND (match_probability <= (1)::double precision)))
);


COMMENT ON TABLE public.lead_duplicate_candidates IS 'Pairs of leads that look like one person, but not surely, for somebody to decide.';


ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT lead_duplicate_candidates_lead_id_other_lead_id_key UNIQUE (lead_id, other_lead_id);


ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT lead_duplicate_candidates_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT lead_duplicate_candidates_business_id_lead_id_fkey FOREIGN KEY (business_id, lead_id) REFERENCES public.leads(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT lead_duplicate_candidates_business_id_other_lead_id_fkey FOREIGN KEY (business_id, other_lead_id) REFERENCES public.leads(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_duplicate_candidates_open ON public.lead_duplicate_candidates USING btree (business_id) WHERE (decision = 'open'::text);


CREATE INDEX lead_duplicate_candidates_other_lead_id ON public.lead_duplicate_candidates USING btree (other_lead_id);


CREATE TRIGGER decide_pair BEFORE UPDATE ON public.lead_duplicate_candidates FOR EACH ROW WHEN (((new.decision <> old.decision) OR (new.decided_by IS DISTINCT FROM old.decided_by) OR (new.decided_at IS DISTINCT FROM old.decided_at))) EXECUTE FUNCTION henk.decide_pair();


ALTER TABLE public.lead_duplicate_candidates ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_duplicate_candidates FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.lead_duplicate_candidates FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_duplicate_candidates TO authenticated;
GRANT ALL ON TABLE public.lead_duplicate_candidates TO service_role;


GRANT UPDATE(decision) ON TABLE public.lead_duplicate_candidates TO authenticated;


GRANT UPDATE(decided_by) ON TABLE public.lead_duplicate_candidates TO authenticated;


GRANT UPDATE(decided_at) ON TABLE public.lead_duplicate_candidates TO authenticated;
