-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_lists (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    name character varying(255) NOT NULL,
    description text,
    list_type character varying(50) DEFAULT 'static'::character varying NOT NULL,
    lead_count integer DEFAULT 0 NOT NULL,
    is_archived boolean DEFAULT false NOT NULL,
    tags jsonb DEFAULT '[]'::jsonb NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50) DEFAULT 'manual'::character varying NOT NULL,
    source_id character varying(255),
    filter_criteria jsonb,
    color text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    refresh text DEFAULT 'auto'::text NOT NULL,
    refreshed_at timestamp with time zone,
    criteria_changed_at timestamp with time zone,
    refresh_ms integer,
    refresh_error text,
    max_leave numeric(4,3) DEFAULT 0.300 NOT NULL,
    held jsonb,
    CONSTRAINT lead_lists_lead_count_check CHECK ((lead_count >= 0)),
    CONSTRAINT lead_lists_list_type_check CHECK (((list_type)::text = ANY ((ARRAY['static'::character varying, 'dynamic'::character varying, 'smart'::character varying])::text[]))),
    CONSTRAINT lead_lists_max_leave_check CHECK (((max_leave >= (0)::numeric) AND (max_leave <= (1)::numeric))),
    CONSTRAINT lead_lists_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT lead_lists_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT lead_lists_refresh_check CHECK ((refresh = ANY (ARRAY['auto'::text, 'manual'::text, 'frozen'::text]))),
    CONSTRAINT lead_lists_refresh_ms_check CHECK ((refresh_ms >= 0)),
    CONSTRAINT lead_lists_tags_check CHECK ((jsonb_typeof(tags) = 'array'::text))
);


COMMENT ON TABLE public.lead_lists IS 'Groups of leads, used in any number of campaigns. A dynamic list has its members found by filter_criteria. lead_count is counted by triggers.';


COMMENT ON COLUMN public.lead_lists.refresh IS 'auto: members follow the criteria by themselves; manual: when somebody asks; frozen: never.';


COMMENT ON COLUMN public.lead_lists.refreshed_at IS 'When the members were last compared with the criteria.';


COMMENT ON COLUMN public.lead_lists.criteria_changed_at IS 'When the criteria were last changed. Later than refreshed_at: the members are those of the criteria before.';


COMMENT ON COLUMN public.lead_lists.refresh_ms IS 'How long the last refresh took, in milliseconds.';


COMMENT ON COLUMN public.lead_lists.refresh_error IS 'Why the last refresh failed; null where it did not.';


COMMENT ON COLUMN public.lead_lists.max_leave IS 'The share of members that may leave in one refresh; more than that, and more than 25, is held. 1: it may empty itself.';


COMMENT ON COLUMN public.lead_lists.held IS 'A refresh that waits for a person: entered, left, at, reason. refresh_lead_list_now(id, true) applies it.';


ALTER TABLE ONLY public.lead_lists
    ADD CONSTRAINT lead_lists_business_id_id_key UNIQUE (business_id, id);


ALTER TABLE ONLY public.lead_lists
    ADD CONSTRAINT lead_lists_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_lists
    ADD CONSTRAINT lead_lists_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


CREATE INDEX lead_lists_name ON public.lead_lists USING btree (business_id, name);


CREATE INDEX lead_lists_smart ON public.lead_lists USING btree (business_id) WHERE ((filter_criteria IS NOT NULL) AND ((list_type)::text <> 'static'::text));


CREATE TRIGGER aa_lock_lists_first BEFORE DELETE ON public.lead_lists FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER check_filter BEFORE INSERT OR UPDATE OF filter_criteria ON public.lead_lists FOR EACH ROW WHEN ((new.filter_criteria IS NOT NULL)) EXECUTE FUNCTION henk.check_filter();


CREATE TRIGGER check_type BEFORE UPDATE OF list_type ON public.lead_lists FOR EACH ROW WHEN (((new.filter_criteria IS NOT NULL) AND ((old.list_type)::text = 'static'::text) AND ((new.list_type)::text <> 'static'::text))) EXECUTE FUNCTION henk.check_filter();


CREATE TRIGGER date_criteria_inserted BEFORE INSERT ON public.lead_lists FOR EACH ROW WHEN ((new.filter_criteria IS NOT NULL)) EXECUTE FUNCTION henk.date_criteria();


CREATE TRIGGER date_criteria_updated BEFORE UPDATE ON public.lead_lists FOR EACH ROW WHEN ((new.filter_criteria IS DISTINCT FROM old.filter_criteria)) EXECUTE FUNCTION henk.date_criteria();


CREATE TRIGGER keep_count_inserted BEFORE INSERT ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.lead_count <> 0))) EXECUTE FUNCTION henk.keep_list_count();


CREATE TRIGGER keep_count_updated BEFORE UPDATE OF lead_count ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.lead_count IS DISTINCT FROM old.lead_count))) EXECUTE FUNCTION henk.keep_list_count();


CREATE TRIGGER keep_first_members AFTER UPDATE OF filter_criteria, list_type ON public.lead_lists FOR EACH ROW WHEN (((new.filter_criteria IS NOT NULL) AND ((new.list_type)::text <> 'static'::text) AND ((old.filter_criteria IS NULL) OR ((old.list_type)::text = 'static'::text)))) EXECUTE FUNCTION henk.keep_first_members();


CREATE TRIGGER keep_named_list BEFORE DELETE ON public.lead_lists FOR EACH ROW EXECUTE FUNCTION henk.keep_named_list();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (COALESCE(current_setting('henk.list_refresh'::text, true), ''::text) = ''::text) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.lead_lists FOR EACH ROW WHEN ((henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) EXECUTE FUNCTION henk.refuse_unpublishable('created_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.lead_lists FOR EACH ROW WHEN (((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at');


CREATE TRIGGER release_held BEFORE UPDATE OF list_type, filter_criteria, refresh, is_archived ON public.lead_lists FOR EACH ROW WHEN ((((new.held IS NOT NULL) OR (new.refresh_error IS NOT NULL)) AND (((new.list_type)::text = 'static'::text) OR (new.filter_criteria IS NULL) OR (new.refresh = 'frozen'::text) OR new.is_archived))) EXECUTE FUNCTION henk.release_held();


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*) AND (COALESCE(current_setting('henk.list_refresh'::text, true), ''::text) = ''::text))) EXECUTE FUNCTION henk.touch_updated_at();


CREATE TRIGGER zz_fill_smart_list_inserted AFTER INSERT ON public.lead_lists FOR EACH ROW WHEN (((new.filter_criteria IS NOT NULL) AND ((new.list_type)::text <> 'static'::text))) EXECUTE FUNCTION henk.fill_smart_list();


CREATE TRIGGER zz_fill_smart_list_updated AFTER UPDATE OF filter_criteria, list_type, refresh, is_archived ON public.lead_lists FOR EACH ROW WHEN (((new.filter_criteria IS NOT NULL) AND ((new.list_type)::text <> 'static'::text) AND ((new.filter_criteria IS DISTINCT FROM old.filter_criteria) OR ((old.list_type)::text = 'static'::text) OR (new.refresh <> old.refresh) OR (new.is_archived <> old.is_archived)))) EXECUTE FUNCTION henk.fill_smart_list();


ALTER TABLE public.lead_lists ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.lead_lists FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.lead_lists FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.lead_lists FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.lead_lists FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.lead_lists TO authenticated;
GRANT ALL ON TABLE public.lead_lists TO service_role;


GRANT INSERT(business_id) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(name),UPDATE(name) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(description),UPDATE(description) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(list_type),UPDATE(list_type) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(lead_count),UPDATE(lead_count) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(is_archived),UPDATE(is_archived) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(tags),UPDATE(tags) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(source),UPDATE(source) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(source_id),UPDATE(source_id) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(filter_criteria),UPDATE(filter_criteria) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(color),UPDATE(color) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(created_at),UPDATE(created_at) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(created_by),UPDATE(created_by) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(updated_at),UPDATE(updated_at) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(updated_by),UPDATE(updated_by) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(refresh),UPDATE(refresh) ON TABLE public.lead_lists TO authenticated;


GRANT INSERT(max_leave),UPDATE(max_leave) ON TABLE public.lead_lists TO authenticated;
