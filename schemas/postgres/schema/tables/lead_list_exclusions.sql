-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_list_exclusions (
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    reason text,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    added_by uuid,
    merged_from uuid
);


COMMENT ON TABLE public.lead_list_exclusions IS 'Leads that a list never has, whatever its criteria say: removed by hand from a list with criteria.';


COMMENT ON COLUMN public.lead_list_exclusions.lead_id IS 'The lead. Without a foreign key: a lead that a merge dropped may return.';


COMMENT ON COLUMN public.lead_list_exclusions.merged_from IS 'The lead of a merge that was excluded.';


ALTER TABLE ONLY public.lead_list_exclusions
    ADD CONSTRAINT lead_list_exclusions_pkey PRIMARY KEY (lead_list_id, lead_id);


ALTER TABLE ONLY public.lead_list_exclusions
    ADD CONSTRAINT lead_list_exclusions_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_list_exclusions_lead_id ON public.lead_list_exclusions USING btree (lead_id);


CREATE TRIGGER aa_lock_lists_first BEFORE INSERT OR DELETE ON public.lead_list_exclusions FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER fill_business_id BEFORE INSERT ON public.lead_list_exclusions FOR EACH ROW WHEN ((new.business_id IS NULL)) EXECUTE FUNCTION public.fill_business_id_from_list();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.lead_list_exclusions FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('added_by');


CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON public.lead_list_exclusions REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER remove_excluded AFTER INSERT ON public.lead_list_exclusions FOR EACH ROW EXECUTE FUNCTION henk.remove_excluded();


ALTER TABLE public.lead_list_exclusions ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.lead_list_exclusions FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.lead_list_exclusions FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.lead_list_exclusions FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.lead_list_exclusions TO authenticated;
GRANT ALL ON TABLE public.lead_list_exclusions TO service_role;


GRANT INSERT(lead_list_id) ON TABLE public.lead_list_exclusions TO authenticated;


GRANT INSERT(lead_id) ON TABLE public.lead_list_exclusions TO authenticated;


GRANT INSERT(reason) ON TABLE public.lead_list_exclusions TO authenticated;


GRANT INSERT(added_at) ON TABLE public.lead_list_exclusions TO authenticated;


GRANT INSERT(added_by) ON TABLE public.lead_list_exclusions TO authenticated;
