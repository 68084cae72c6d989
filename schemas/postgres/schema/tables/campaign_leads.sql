-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.campaign_leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_id uuid,
    lead_list_id uuid,
    status character varying(50) DEFAULT 'new'::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_attempt_at timestamp with time zone,
    next_attempt_at timestamp with time zone,
    outcome character varying(100),
    pledged_amount numeric,
    donated_amount numeric,
    total_talk_time integer DEFAULT 0 NOT NULL,
    last_call_duration integer,
    notes text,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    contacted_at timestamp with time zone,
    converted_at timestamp with time zone,
    import_id uuid,
    CONSTRAINT campaign_leads_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT campaign_leads_donated_amount_check CHECK ((donated_amount >= (0)::numeric)),
    CONSTRAINT campaign_leads_last_call_duration_check CHECK ((last_call_duration >= 0)),
    CONSTRAINT campaign_leads_open_have_a_lead CHECK (((lead_id IS NOT NULL) OR ((status)::text <> ALL ((ARRAY['new'::character varying, 'queued'::character varying, 'calling'::character varying])::text[])))),
    CONSTRAINT campaign_leads_pledged_amount_check CHECK ((pledged_amount >= (0)::numeric)),
    CONSTRAINT campaign_leads_status_check CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying, 'calling'::character varying, 'contacted'::character varying, 'converted'::character varying, 'failed'::character varying, 'dnc'::character varying])::text[]))),
    CONSTRAINT campaign_leads_total_talk_time_check CHECK ((total_talk_time >= 0))
);


COMMENT ON TABLE public.campaign_leads IS 'How far each lead has come in each campaign, and by which list it came. A row without a lead is of somebody who was erased.';


ALTER TABLE ONLY public.campaign_leads
    ADD CONSTRAINT campaign_leads_campaign_id_lead_id_key UNIQUE (campaign_id, lead_id);


ALTER TABLE ONLY public.campaign_leads
    ADD CONSTRAINT campaign_leads_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.campaign_leads
    ADD CONSTRAINT campaign_leads_business_id_campaign_id_fkey FOREIGN KEY (business_id, campaign_id) REFERENCES public.campaigns(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.campaign_leads
    ADD CONSTRAINT campaign_leads_business_id_lead_id_fkey FOREIGN KEY (business_id, lead_id) REFERENCES public.leads(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.campaign_leads
    ADD CONSTRAINT campaign_leads_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE SET NULL (lead_list_id);


CREATE INDEX campaign_leads_due ON public.campaign_leads USING btree (campaign_id, next_attempt_at) WHERE ((status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying])::text[]));


CREATE INDEX campaign_leads_lead_id ON public.campaign_leads USING btree (lead_id);


CREATE INDEX campaign_leads_list_campaign ON public.campaign_leads USING btree (lead_list_id, campaign_id);


CREATE INDEX campaign_leads_status ON public.campaign_leads USING btree (campaign_id, status, business_id);


CREATE TRIGGER aaa_keep_stated_no BEFORE INSERT ON public.campaign_leads FOR EACH ROW WHEN (((new.business_id IS NULL) AND ((new.status)::text = 'dnc'::text) AND (new.lead_id IS NOT NULL))) EXECUTE FUNCTION henk.keep_stated_no();


CREATE TRIGGER count_deleted AFTER DELETE ON public.campaign_leads REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_campaign_leads();


CREATE TRIGGER count_inserted AFTER INSERT ON public.campaign_leads REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_campaign_leads();


CREATE TRIGGER count_updated AFTER UPDATE ON public.campaign_leads REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_campaign_leads();


CREATE TRIGGER counts_need_rows BEFORE TRUNCATE ON public.campaign_leads FOR EACH STATEMENT EXECUTE FUNCTION henk.refuse_truncate();


CREATE TRIGGER enforce_inserted BEFORE INSERT ON public.campaign_leads FOR EACH ROW WHEN (((new.business_id IS NULL) AND ((new.status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying, 'calling'::character varying, 'contacted'::character varying, 'failed'::character varying])::text[])) AND (new.lead_id IS NOT NULL))) EXECUTE FUNCTION henk.hold_campaign_lead();


CREATE TRIGGER fill_business_id BEFORE INSERT ON public.campaign_leads FOR EACH ROW WHEN ((new.business_id IS NULL)) EXECUTE FUNCTION henk.fill_campaign_lead();


CREATE TRIGGER follow_statuses_inserted AFTER INSERT ON public.campaign_leads REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_statuses();


CREATE TRIGGER follow_statuses_updated AFTER UPDATE ON public.campaign_leads REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_statuses();


CREATE TRIGGER hold_inserted AFTER INSERT ON public.campaign_leads REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.hold_campaign_leads();


CREATE TRIGGER hold_updated BEFORE UPDATE ON public.campaign_leads FOR EACH ROW WHEN ((((new.status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying, 'calling'::character varying, 'contacted'::character varying, 'failed'::character varying])::text[])) AND (new.lead_id IS NOT NULL) AND (((new.status)::text <> (old.status)::text) OR (new.lead_id IS DISTINCT FROM old.lead_id) OR (new.campaign_id <> old.campaign_id)))) EXECUTE FUNCTION henk.hold_campaign_lead();


CREATE TRIGGER hold_written AFTER UPDATE ON public.campaign_leads FOR EACH ROW WHEN ((((new.status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying, 'calling'::character varying, 'contacted'::character varying, 'failed'::character varying])::text[])) AND (new.lead_id IS NOT NULL) AND (((new.status)::text <> (old.status)::text) OR (new.lead_id IS DISTINCT FROM old.lead_id) OR (new.campaign_id <> old.campaign_id)))) EXECUTE FUNCTION henk.hold_written_campaign_lead();


CREATE TRIGGER keep_no AFTER UPDATE ON public.campaign_leads FOR EACH ROW WHEN ((((new.status)::text = 'dnc'::text) AND ((old.status)::text <> 'dnc'::text) AND (new.lead_id IS NOT NULL))) EXECUTE FUNCTION henk.keep_no_of_call();


CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON public.campaign_leads REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER note_list_changes_inserted AFTER INSERT ON public.campaign_leads REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER note_list_changes_updated AFTER UPDATE ON public.campaign_leads REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.campaign_leads FOR EACH ROW WHEN (((henk.publishable(new.added_at) IS DISTINCT FROM new.added_at) OR (henk.publishable(new.contacted_at) IS DISTINCT FROM new.contacted_at) OR (henk.publishable(new.converted_at) IS DISTINCT FROM new.converted_at) OR (henk.publishable(new.donated_amount) IS DISTINCT FROM new.donated_amount) OR (henk.publishable(new.last_attempt_at) IS DISTINCT FROM new.last_attempt_at) OR (henk.publishable(new.next_attempt_at) IS DISTINCT FROM new.next_attempt_at) OR (henk.publishable(new.pledged_amount) IS DISTINCT FROM new.pledged_amount))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at', 'contacted_at', 'converted_at', 'donated_amount', 'last_attempt_at', 'next_attempt_at', 'pledged_amount');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.campaign_leads FOR EACH ROW WHEN ((((new.added_at IS DISTINCT FROM old.added_at) AND (henk.publishable(new.added_at) IS DISTINCT FROM new.added_at)) OR ((new.contacted_at IS DISTINCT FROM old.contacted_at) AND (henk.publishable(new.contacted_at) IS DISTINCT FROM new.contacted_at)) OR ((new.converted_at IS DISTINCT FROM old.converted_at) AND (henk.publishable(new.converted_at) IS DISTINCT FROM new.converted_at)) OR ((new.donated_amount IS DISTINCT FROM old.donated_amount) AND (henk.publishable(new.donated_amount) IS DISTINCT FROM new.donated_amount)) OR ((new.last_attempt_at IS DISTINCT FROM old.last_attempt_at) AND (henk.publishable(new.last_attempt_at) IS DISTINCT FROM new.last_attempt_at)) OR ((new.next_attempt_at IS DISTINCT FROM old.next_attempt_at) AND (henk.publishable(new.next_attempt_at) IS DISTINCT FROM new.next_attempt_at)) OR ((new.pledged_amount IS DISTINCT FROM old.pledged_amount) AND (henk.publishable(new.pledged_amount) IS DISTINCT FROM new.pledged_amount)))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at', 'contacted_at', 'converted_at', 'donated_amount', 'last_attempt_at', 'next_attempt_at', 'pledged_amount');


CREATE TRIGGER refuse_move BEFORE UPDATE OF lead_list_id ON public.campaign_leads FOR EACH ROW WHEN (((new.lead_list_id IS DISTINCT FROM old.lead_list_id) AND (pg_trigger_depth() = 0) AND (CURRENT_USER = ANY (ARRAY['authenticated'::name, 'service_role'::name])) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) || COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text)) <> ''::text))) EXECUTE FUNCTION henk.refuse_move();


CREATE TRIGGER refuse_too_many_inserted AFTER INSERT ON public.campaign_leads FOR EACH ROW WHEN (((new.attempts > 1000000) OR (new.total_talk_time > 1000000000))) EXECUTE FUNCTION henk.refuse_too_many();


CREATE TRIGGER refuse_too_many_updated AFTER UPDATE ON public.campaign_leads FOR EACH ROW WHEN (((new.attempts > GREATEST(old.attempts, 1000000)) OR (new.total_talk_time > GREATEST(old.total_talk_time, 1000000000)))) EXECUTE FUNCTION henk.refuse_too_many();


CREATE TRIGGER times_follow_inserted BEFORE INSERT ON public.campaign_leads FOR EACH ROW WHEN (((((new.status)::text <> ALL ((ARRAY['new'::character varying, 'queued'::character varying, 'dnc'::character varying])::text[])) OR (new.attempts > 0)) AND (COALESCE(current_setting('henk.moving_rows'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.fill_call_times();


CREATE TRIGGER times_follow_updated BEFORE UPDATE ON public.campaign_leads FOR EACH ROW WHEN (((((new.status)::text <> (old.status)::text) OR (new.attempts > old.attempts)) AND (COALESCE(current_setting('henk.moving_rows'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.fill_call_times();


CREATE TRIGGER zz_attribute_inserted AFTER INSERT ON public.campaign_leads REFERENCING NEW TABLE AS came FOR EACH STATEMENT WHEN ((COALESCE(current_setting('henk.assigning'::text, true), ''::text) = ''::text)) EXECUTE FUNCTION henk.attribute_inserted();


ALTER TABLE public.campaign_leads ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.campaign_leads FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.campaign_leads FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.campaign_leads FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.campaign_leads FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.campaign_leads TO authenticated;
GRANT ALL ON TABLE public.campaign_leads TO service_role;


GRANT INSERT(campaign_id) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(lead_id) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(lead_list_id),UPDATE(lead_list_id) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(status),UPDATE(status) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(attempts),UPDATE(attempts) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(last_attempt_at),UPDATE(last_attempt_at) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(next_attempt_at),UPDATE(next_attempt_at) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(outcome),UPDATE(outcome) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(pledged_amount),UPDATE(pledged_amount) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(donated_amount),UPDATE(donated_amount) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(total_talk_time),UPDATE(total_talk_time) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(last_call_duration),UPDATE(last_call_duration) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(notes),UPDATE(notes) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(added_at),UPDATE(added_at) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(contacted_at),UPDATE(contacted_at) ON TABLE public.campaign_leads TO authenticated;


GRANT INSERT(converted_at),UPDATE(converted_at) ON TABLE public.campaign_leads TO authenticated;
