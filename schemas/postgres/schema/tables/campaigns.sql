-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.campaigns (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    name character varying(255) NOT NULL,
    description text,
    status text DEFAULT 'draft'::text NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    daily_call_cap integer,
    budget numeric,
    goal_metric text,
    dedupe_by_phone boolean DEFAULT false NOT NULL,
    exclude_dnc boolean DEFAULT true NOT NULL,
    call_window_start time without time zone,
    call_window_end time without time zone,
    start_date date,
    end_date date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaigns_budget_check CHECK ((budget >= (0)::numeric)),
    CONSTRAINT campaigns_check CHECK ((end_date >= start_date)),
    CONSTRAINT campaigns_daily_call_cap_check CHECK ((daily_call_cap >= 0)),
    CONSTRAINT campaigns_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT campaigns_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT campaigns_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'paused'::text, 'completed'::text, 'cancelled'::text])))
);


COMMENT ON TABLE public.campaigns IS 'What is called for, and when. exclude_dnc leaves out who must not be called, dedupe_by_phone calls a number once.';


ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_business_id_id_key UNIQUE (business_id, id);


ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


CREATE TRIGGER aa_lock_lists_first BEFORE DELETE ON public.campaigns FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER aa_lock_lists_first_updated BEFORE UPDATE OF status ON public.campaigns FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER end_calls AFTER UPDATE ON public.campaigns FOR EACH ROW WHEN ((new.exclude_dnc AND (NOT old.exclude_dnc))) EXECUTE FUNCTION henk.end_calls_of_campaign();


CREATE TRIGGER note_list_change AFTER UPDATE ON public.campaigns FOR EACH ROW WHEN (((new.status IS DISTINCT FROM old.status) OR (new.exclude_dnc <> old.exclude_dnc) OR (new.dedupe_by_phone <> old.dedupe_by_phone))) EXECUTE FUNCTION henk.note_list_change();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.campaigns FOR EACH ROW WHEN (((henk.publishable(new.budget) IS DISTINCT FROM new.budget) OR (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at) OR (henk.publishable(new.end_date) IS DISTINCT FROM new.end_date) OR (henk.publishable(new.start_date) IS DISTINCT FROM new.start_date))) EXECUTE FUNCTION henk.refuse_unpublishable('budget', 'created_at', 'end_date', 'start_date');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.campaigns FOR EACH ROW WHEN ((((new.budget IS DISTINCT FROM old.budget) AND (henk.publishable(new.budget) IS DISTINCT FROM new.budget)) OR ((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) OR ((new.end_date IS DISTINCT FROM old.end_date) AND (henk.publishable(new.end_date) IS DISTINCT FROM new.end_date)) OR ((new.start_date IS DISTINCT FROM old.start_date) AND (henk.publishable(new.start_date) IS DISTINCT FROM new.start_date)))) EXECUTE FUNCTION henk.refuse_unpublishable('budget', 'created_at', 'end_date', 'start_date');


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.campaigns FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*))) EXECUTE FUNCTION henk.touch_updated_at();


CREATE TRIGGER zz_attribute_reopened AFTER UPDATE ON public.campaigns FOR EACH ROW WHEN (((old.status = ANY (ARRAY['completed'::text, 'cancelled'::text])) AND (new.status <> ALL (ARRAY['completed'::text, 'cancelled'::text])))) EXECUTE FUNCTION henk.attribute_reopened();


ALTER TABLE public.campaigns ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.campaigns FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.campaigns FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.campaigns FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.campaigns FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.campaigns TO authenticated;
GRANT ALL ON TABLE public.campaigns TO service_role;


GRANT INSERT(business_id) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(name),UPDATE(name) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(description),UPDATE(description) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(status),UPDATE(status) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(max_attempts),UPDATE(max_attempts) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(daily_call_cap),UPDATE(daily_call_cap) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(budget),UPDATE(budget) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(goal_metric),UPDATE(goal_metric) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(dedupe_by_phone),UPDATE(dedupe_by_phone) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(exclude_dnc),UPDATE(exclude_dnc) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(call_window_start),UPDATE(call_window_start) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(call_window_end),UPDATE(call_window_end) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(start_date),UPDATE(start_date) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(end_date),UPDATE(end_date) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(created_at),UPDATE(created_at) ON TABLE public.campaigns TO authenticated;


GRANT INSERT(updated_at),UPDATE(updated_at) ON TABLE public.campaigns TO authenticated;
