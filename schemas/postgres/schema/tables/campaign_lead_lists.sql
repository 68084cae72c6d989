-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.campaign_lead_lists (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    priority integer DEFAULT 1 NOT NULL,
    max_attempts_override integer,
    filter_criteria jsonb,
    total_leads integer DEFAULT 0 NOT NULL,
    contacted_leads integer DEFAULT 0 NOT NULL,
    successful_leads integer DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    assigned_at timestamp with time zone DEFAULT now() NOT NULL,
    assigned_by uuid,
    completed_at timestamp with time zone,
    import_id uuid,
    follow text DEFAULT 'enter'::text NOT NULL,
    CONSTRAINT campaign_lead_lists_contacted_leads_check CHECK ((contacted_leads >= 0)),
    CONSTRAINT campaign_lead_lists_follow_check CHECK ((follow = ANY (ARRAY['frozen'::text, 'enter'::text, 'mirror'::text]))),
    CONSTRAINT campaign_lead_lists_max_attempts_override_check CHECK ((max_attempts_override > 0)),
    CONSTRAINT campaign_lead_lists_priority_check CHECK ((priority >= 1)),
    CONSTRAINT campaign_lead_lists_successful_leads_check CHECK ((successful_leads >= 0)),
    CONSTRAINT campaign_lead_lists_total_leads_check CHECK ((total_leads >= 0))
);


COMMENT ON TABLE public.campaign_lead_lists IS 'Assignments: a list in a campaign, with its priority (1 is called first), filter and counts, which triggers keep.';


COMMENT ON COLUMN public.campaign_lead_lists.follow IS 'What a refresh of the list does to the campaign. frozen: nothing; enter: who joins is added; mirror: and who left, or does not meet filter_criteria any more, is taken out, unless somebody has worked on the lead.';


ALTER TABLE ONLY public.campaign_lead_lists
    ADD CONSTRAINT campaign_lead_lists_campaign_id_lead_list_id_key UNIQUE (campaign_id, lead_list_id);


ALTER TABLE ONLY public.campaign_lead_lists
    ADD CONSTRAINT campaign_lead_lists_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.campaign_lead_lists
    ADD CONSTRAINT campaign_lead_lists_business_id_campaign_id_fkey FOREIGN KEY (business_id, campaign_id) REFERENCES public.campaigns(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.campaign_lead_lists
    ADD CONSTRAINT campaign_lead_lists_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE CASCADE;


CREATE INDEX campaign_lead_lists_lead_list_id ON public.campaign_lead_lists USING btree (lead_list_id);


CREATE INDEX campaign_lead_lists_priority ON public.campaign_lead_lists USING btree (campaign_id, priority);


CREATE TRIGGER aa_lock_lists_first BEFORE INSERT OR DELETE OR UPDATE ON public.campaign_lead_lists FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER check_filter BEFORE INSERT OR UPDATE OF filter_criteria ON public.campaign_lead_lists FOR EACH ROW WHEN ((new.filter_criteria IS NOT NULL)) EXECUTE FUNCTION henk.check_filter();


CREATE TRIGGER fill_business_id BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN ((new.business_id IS NULL)) EXECUTE FUNCTION public.fill_business_id_from_campaign();


CREATE TRIGGER keep_counts BEFORE UPDATE OF total_leads, contacted_leads, successful_leads ON public.campaign_lead_lists FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION henk.keep_assignment_counts();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('assigned_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.campaign_lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('assigned_by');


CREATE TRIGGER note_list_change_inserted AFTER INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN ((new.follow <> 'frozen'::text)) EXECUTE FUNCTION henk.note_list_change();


CREATE TRIGGER note_list_change_updated AFTER UPDATE OF filter_criteria, follow, is_active ON public.campaign_lead_lists FOR EACH ROW WHEN (((new.follow <> 'frozen'::text) AND ((new.filter_criteria IS DISTINCT FROM old.filter_criteria) OR (new.follow <> old.follow) OR (new.is_active <> old.is_active)))) EXECUTE FUNCTION henk.note_list_change();


CREATE TRIGGER now_count_inserted BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW EXECUTE FUNCTION henk.count_assignment();


CREATE TRIGGER now_count_moved BEFORE UPDATE OF campaign_id, lead_list_id ON public.campaign_lead_lists FOR EACH ROW WHEN (((new.campaign_id <> old.campaign_id) OR (new.lead_list_id <> old.lead_list_id))) EXECUTE FUNCTION henk.count_assignment();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN (((henk.publishable(new.assigned_at) IS DISTINCT FROM new.assigned_at) OR (henk.publishable(new.completed_at) IS DISTINCT FROM new.completed_at))) EXECUTE FUNCTION henk.refuse_unpublishable('assigned_at', 'completed_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.campaign_lead_lists FOR EACH ROW WHEN ((((new.assigned_at IS DISTINCT FROM old.assigned_at) AND (henk.publishable(new.assigned_at) IS DISTINCT FROM new.assigned_at)) OR ((new.completed_at IS DISTINCT FROM old.completed_at) AND (henk.publishable(new.completed_at) IS DISTINCT FROM new.completed_at)))) EXECUTE FUNCTION henk.refuse_unpublishable('assigned_at', 'completed_at');


CREATE TRIGGER refuse_closed_inserted BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW EXECUTE FUNCTION henk.refuse_closed_assignment();


CREATE TRIGGER refuse_closed_updated BEFORE UPDATE OF is_active ON public.campaign_lead_lists FOR EACH ROW WHEN ((new.is_active AND (NOT old.is_active))) EXECUTE FUNCTION henk.refuse_closed_assignment();


CREATE TRIGGER zz_attribute_deleted AFTER DELETE ON public.campaign_lead_lists REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.attribute_assignments();


CREATE TRIGGER zz_attribute_inserted AFTER INSERT ON public.campaign_lead_lists REFERENCING NEW TABLE AS came FOR EACH STATEMENT WHEN ((COALESCE(current_setting('henk.assigning'::text, true), ''::text) = ''::text)) EXECUTE FUNCTION henk.attribute_assignments();


CREATE TRIGGER zz_follow_assignment AFTER UPDATE OF priority, is_active, filter_criteria, follow ON public.campaign_lead_lists FOR EACH ROW WHEN (((old.priority <> new.priority) OR (old.is_active <> new.is_active) OR (old.filter_criteria IS DISTINCT FROM new.filter_criteria) OR ((old.follow <> new.follow) AND (new.follow = 'mirror'::text)))) EXECUTE FUNCTION henk.follow_assignment();


CREATE TRIGGER zzz_note_taken_off AFTER DELETE ON public.campaign_lead_lists REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.note_taken_off();


ALTER TABLE public.campaign_lead_lists ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.campaign_lead_lists FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.campaign_lead_lists FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.campaign_lead_lists FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.campaign_lead_lists FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.campaign_lead_lists TO authenticated;
GRANT ALL ON TABLE public.campaign_lead_lists TO service_role;


GRANT INSERT(campaign_id) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(lead_list_id) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(priority),UPDATE(priority) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(max_attempts_override),UPDATE(max_attempts_override) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(filter_criteria),UPDATE(filter_criteria) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(total_leads),UPDATE(total_leads) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(contacted_leads),UPDATE(contacted_leads) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(successful_leads),UPDATE(successful_leads) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(assigned_at),UPDATE(assigned_at) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(assigned_by),UPDATE(assigned_by) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(completed_at),UPDATE(completed_at) ON TABLE public.campaign_lead_lists TO authenticated;


GRANT INSERT(follow),UPDATE(follow) ON TABLE public.campaign_lead_lists TO authenticated;
