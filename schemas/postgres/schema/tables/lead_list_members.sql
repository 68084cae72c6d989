-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_list_members (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    added_by uuid,
    notes text,
    import_id uuid,
    origin text DEFAULT 'given'::text NOT NULL,
    CONSTRAINT lead_list_members_origin_check CHECK ((origin = ANY (ARRAY['given'::text, 'criteria'::text, 'pinned'::text])))
);


COMMENT ON TABLE public.lead_list_members IS 'Which lead is on which list, and which import brought it there.';


COMMENT ON COLUMN public.lead_list_members.origin IS 'criteria: found by them, and leaves with them; pinned: added by hand to a list with criteria; given: by an import, or by hand to a list without.';


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_lead_list_id_lead_id_key UNIQUE (lead_list_id, lead_id);


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_business_id_lead_id_fkey FOREIGN KEY (business_id, lead_id) REFERENCES public.leads(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_list_members_lead_id ON public.lead_list_members USING btree (lead_id);


CREATE TRIGGER aa_lock_lists_first BEFORE INSERT OR DELETE OR UPDATE ON public.lead_list_members FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER count_deleted AFTER DELETE ON public.lead_list_members REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();


CREATE TRIGGER count_inserted AFTER INSERT ON public.lead_list_members REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();


CREATE TRIGGER count_updated AFTER UPDATE ON public.lead_list_members REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();


CREATE TRIGGER counts_need_rows BEFORE TRUNCATE ON public.lead_list_members FOR EACH STATEMENT EXECUTE FUNCTION henk.refuse_truncate();


CREATE TRIGGER fill_business_id BEFORE INSERT ON public.lead_list_members FOR EACH ROW WHEN ((new.business_id IS NULL)) EXECUTE FUNCTION public.fill_business_id_from_list();


CREATE TRIGGER fill_origin BEFORE INSERT ON public.lead_list_members FOR EACH ROW WHEN ((new.origin IS NULL)) EXECUTE FUNCTION henk.fill_origin();


CREATE TRIGGER follow_members_deleted AFTER DELETE ON public.lead_list_members REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_members();


CREATE TRIGGER follow_members_inserted AFTER INSERT ON public.lead_list_members REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_members();


CREATE TRIGGER lock_list_first BEFORE INSERT OR DELETE ON public.lead_list_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_list_first();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.lead_list_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('added_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.lead_list_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('added_by');


CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON public.lead_list_members REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER note_list_changes_inserted AFTER INSERT ON public.lead_list_members REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.lead_list_members FOR EACH ROW WHEN ((henk.publishable(new.added_at) IS DISTINCT FROM new.added_at)) EXECUTE FUNCTION henk.refuse_unpublishable('added_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.lead_list_members FOR EACH ROW WHEN (((new.added_at IS DISTINCT FROM old.added_at) AND (henk.publishable(new.added_at) IS DISTINCT FROM new.added_at))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at');


CREATE TRIGGER refuse_move BEFORE UPDATE OF lead_list_id, lead_id ON public.lead_list_members FOR EACH ROW WHEN ((((new.lead_list_id <> old.lead_list_id) OR (new.lead_id <> old.lead_id)) AND (pg_trigger_depth() = 0) AND (CURRENT_USER = ANY (ARRAY['authenticated'::name, 'service_role'::name])) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) || COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text)) <> ''::text))) EXECUTE FUNCTION henk.refuse_move();


ALTER TABLE public.lead_list_members ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.lead_list_members FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.lead_list_members FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.lead_list_members FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.lead_list_members FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.lead_list_members TO authenticated;
GRANT ALL ON TABLE public.lead_list_members TO service_role;


GRANT INSERT(lead_list_id),UPDATE(lead_list_id) ON TABLE public.lead_list_members TO authenticated;


GRANT INSERT(lead_id) ON TABLE public.lead_list_members TO authenticated;


GRANT INSERT(added_at),UPDATE(added_at) ON TABLE public.lead_list_members TO authenticated;


GRANT INSERT(added_by),UPDATE(added_by) ON TABLE public.lead_list_members TO authenticated;


GRANT INSERT(notes),UPDATE(notes) ON TABLE public.lead_list_members TO authenticated;
