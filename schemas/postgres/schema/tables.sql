-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE auth.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text
);


ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


CREATE TABLE henk.blocked_numbers (
    business_id uuid NOT NULL,
    number text NOT NULL,
    of_value text NOT NULL
);


COMMENT ON TABLE henk.blocked_numbers IS 'Numbers not to call: what suppressed digits may be in any country, and numbers of leads with a flag whose suppression was taken away.';


ALTER TABLE ONLY henk.blocked_numbers
    ADD CONSTRAINT blocked_numbers_pkey PRIMARY KEY (business_id, number, of_value);


ALTER TABLE ONLY henk.blocked_numbers
    ADD CONSTRAINT blocked_numbers_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


CREATE INDEX blocked_numbers_of_value ON henk.blocked_numbers USING btree (business_id, of_value);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.blocked_numbers TO service_role;


CREATE TABLE henk.calling_codes (
    calling_code text NOT NULL,
    trunk_prefix text,
    lengths bigint[] NOT NULL,
    may_begin_with_zero boolean NOT NULL
);


COMMENT ON TABLE henk.calling_codes IS 'Calling codes with their trunk prefix and the possible lengths of their national numbers.';


ALTER TABLE ONLY henk.calling_codes
    ADD CONSTRAINT calling_codes_pkey PRIMARY KEY (calling_code);


GRANT SELECT ON TABLE henk.calling_codes TO service_role;


CREATE TABLE henk.client_rights (
    table_name text NOT NULL,
    inserts boolean NOT NULL,
    updates boolean NOT NULL,
    deletes boolean NOT NULL,
    team_roles text[] NOT NULL,
    withheld text[] NOT NULL,
    fixed text[] NOT NULL,
    only_columns text[]
);


ALTER TABLE ONLY henk.client_rights
    ADD CONSTRAINT client_rights_pkey PRIMARY KEY (table_name);


CREATE TABLE henk.erasures (
    business_id uuid NOT NULL,
    channel text NOT NULL,
    fingerprint text NOT NULL,
    erased_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT erasures_channel_check CHECK ((channel = ANY (ARRAY['phone'::text, 'email'::text])))
);


COMMENT ON TABLE henk.erasures IS 'Contacts of erased people, as henk.fingerprint has them: they are not called, and no file brings them back.';


ALTER TABLE ONLY henk.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (business_id, channel, fingerprint);


ALTER TABLE ONLY henk.erasures
    ADD CONSTRAINT erasures_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


CREATE TRIGGER end_calls_erased AFTER INSERT ON henk.erasures REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_erased();


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.erasures TO service_role;


CREATE TABLE henk.filter_fields (
    field text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT filter_fields_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'number'::text, 'boolean'::text, 'time'::text, 'tags'::text])))
);


ALTER TABLE ONLY henk.filter_fields
    ADD CONSTRAINT filter_fields_pkey PRIMARY KEY (field);


GRANT SELECT ON TABLE henk.filter_fields TO service_role;


CREATE TABLE henk.given_names (
    nickname text NOT NULL,
    formal_names text[] NOT NULL
);


COMMENT ON TABLE henk.given_names IS 'Nicknames and the given names that they may stand for, as imports know them.';


COMMENT ON COLUMN henk.given_names.nickname IS 'In the form of henk.folded';


COMMENT ON COLUMN henk.given_names.formal_names IS 'In the form of henk.folded, sorted';


ALTER TABLE ONLY henk.given_names
    ADD CONSTRAINT given_names_pkey PRIMARY KEY (nickname);


GRANT SELECT ON TABLE henk.given_names TO service_role;


CREATE TABLE henk.landed_files (
    file_location text NOT NULL,
    business text NOT NULL,
    signature text NOT NULL,
    upload text NOT NULL,
    settled text,
    launched_at timestamp with time zone,
    launches bigint DEFAULT 0 NOT NULL
);


COMMENT ON TABLE henk.landed_files IS 'Files of the landing folder that have been received. A night reads only those that are not here as they are now.';


COMMENT ON COLUMN henk.landed_files.file_location IS 'Path or URL';


COMMENT ON COLUMN henk.landed_files.business IS 'Slug; there need be no such business';


COMMENT ON COLUMN henk.landed_files.signature IS 'Changes when the file or its manifest does: entity tag, or size, times and inode';


COMMENT ON COLUMN henk.landed_files.upload IS 'Key of the upload it became';


COMMENT ON COLUMN henk.landed_files.settled IS 'State of its import and digest of the rules, as they were when nothing was left to be done; null while something is';


COMMENT ON COLUMN henk.landed_files.launched_at IS 'When a schedule or sensor asked for a run of it last';


COMMENT ON COLUMN henk.landed_files.launches IS 'How often since the night began';


ALTER TABLE ONLY henk.landed_files
    ADD CONSTRAINT landed_files_pkey PRIMARY KEY (file_location);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.landed_files TO service_role;


CREATE TABLE henk.lifted_suppressions (
    id bigint NOT NULL,
    business_id uuid NOT NULL,
    channel text NOT NULL,
    fingerprint text NOT NULL,
    reason text NOT NULL,
    lifted_by text NOT NULL,
    lifted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lifted_suppressions_reason_check CHECK ((reason <> ''::text))
);


COMMENT ON TABLE henk.lifted_suppressions IS 'Suppressions that were lifted by mistake''s correction: of what (fingerprint), why, by whom, when.';


ALTER TABLE henk.lifted_suppressions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME henk.lifted_suppressions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY henk.lifted_suppressions
    ADD CONSTRAINT lifted_suppressions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY henk.lifted_suppressions
    ADD CONSTRAINT lifted_suppressions_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


CREATE INDEX lifted_suppressions_business_id ON henk.lifted_suppressions USING btree (business_id);


GRANT SELECT,INSERT ON TABLE henk.lifted_suppressions TO service_role;


CREATE TABLE henk.load_turns (
    business_id uuid NOT NULL,
    turn bigint NOT NULL
);


COMMENT ON TABLE henk.load_turns IS 'How often people of a business were written: a transaction with an older snapshot fails and is tried again.';


COMMENT ON COLUMN henk.load_turns.turn IS 'Counts the transactions that held henk.lock_business';


ALTER TABLE ONLY henk.load_turns
    ADD CONSTRAINT load_turns_pkey PRIMARY KEY (business_id);


ALTER TABLE ONLY henk.load_turns
    ADD CONSTRAINT load_turns_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.load_turns TO service_role;


CREATE TABLE henk.migration_report (
    id bigint NOT NULL,
    migration text NOT NULL,
    said text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE henk.migration_report ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME henk.migration_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY henk.migration_report
    ADD CONSTRAINT migration_report_pkey PRIMARY KEY (id);


GRANT SELECT ON TABLE henk.migration_report TO service_role;


CREATE TABLE henk.no_calls (
    business_id uuid NOT NULL,
    address text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.no_calls IS 'E-mail addresses whose people must not be called, as henk.fingerprint has them.';


ALTER TABLE ONLY henk.no_calls
    ADD CONSTRAINT no_calls_pkey PRIMARY KEY (business_id, address);


ALTER TABLE ONLY henk.no_calls
    ADD CONSTRAINT no_calls_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.no_calls TO service_role;


CREATE TABLE henk.phone_regions (
    region text NOT NULL,
    calling_code text NOT NULL,
    rank bigint NOT NULL,
    international_prefix text NOT NULL,
    national_prefix text,
    national_transform text,
    possible text NOT NULL,
    valid text NOT NULL,
    country_names text[] NOT NULL
);


ALTER TABLE ONLY henk.phone_regions
    ADD CONSTRAINT phone_regions_pkey PRIMARY KEY (region);


GRANT SELECT ON TABLE henk.phone_regions TO service_role;


CREATE TABLE henk.planned_runs (
    id uuid NOT NULL,
    uploads text[] NOT NULL,
    by_process boolean DEFAULT false NOT NULL,
    planned_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT planned_runs_uploads_check CHECK ((cardinality(uploads) > 0))
);


COMMENT ON TABLE henk.planned_runs IS 'Runs of uploads that are planned and have not begun; a run that begins removes its row.';


COMMENT ON COLUMN henk.planned_runs.id IS 'The run key in Dagster: a planned run is launched once';


COMMENT ON COLUMN henk.planned_runs.uploads IS 'Keys of the uploads, in the order of Dagster''s partitions and without a gap';


COMMENT ON COLUMN henk.planned_runs.by_process IS 'True: the process that planned it runs it, and holds the advisory lock henk.planned.<id> as long as it lives. False: Dagster''s daemon launches it';


ALTER TABLE ONLY henk.planned_runs
    ADD CONSTRAINT planned_runs_pkey PRIMARY KEY (id);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.planned_runs TO service_role;


CREATE TABLE henk.published_values (
    table_name text NOT NULL,
    column_name text NOT NULL
);


ALTER TABLE ONLY henk.published_values
    ADD CONSTRAINT published_values_pkey PRIMARY KEY (table_name, column_name);


GRANT SELECT ON TABLE henk.published_values TO service_role;


CREATE TABLE henk.quarantine (
    id bigint NOT NULL,
    reason text NOT NULL,
    table_name text NOT NULL,
    row_id uuid,
    "row" jsonb NOT NULL,
    quarantined_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE henk.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME henk.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY henk.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);


GRANT SELECT ON TABLE henk.quarantine TO service_role;


CREATE TABLE henk.refused_uploads (
    upload text NOT NULL,
    business text NOT NULL,
    file_name text NOT NULL,
    list_name text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    run_id text NOT NULL,
    first_refused_at timestamp with time zone DEFAULT now() NOT NULL,
    last_refused_at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.refused_uploads IS 'Uploads that the last run refused as a whole. A row goes when its upload is loaded.';


COMMENT ON COLUMN henk.refused_uploads.upload IS 'Key of the upload';


COMMENT ON COLUMN henk.refused_uploads.business IS 'Slug, as the landing folder has it; there need be no such business';


COMMENT ON COLUMN henk.refused_uploads.file_name IS 'Name of the file';


COMMENT ON COLUMN henk.refused_uploads.list_name IS 'The list it is for';


COMMENT ON COLUMN henk.refused_uploads.reason IS 'Why, in a sentence';


COMMENT ON COLUMN henk.refused_uploads.state IS 'Digest of the manifest and the reason: a refusal is reported again when it changes';


COMMENT ON COLUMN henk.refused_uploads.run_id IS 'The run of Dagster that reports this state';


COMMENT ON COLUMN henk.refused_uploads.first_refused_at IS 'When this state was refused first';


COMMENT ON COLUMN henk.refused_uploads.last_refused_at IS 'When a run refused it last';


ALTER TABLE ONLY henk.refused_uploads
    ADD CONSTRAINT refused_uploads_pkey PRIMARY KEY (upload);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.refused_uploads TO service_role;


CREATE TABLE henk.restated_opt_outs (
    business_id uuid NOT NULL,
    fingerprint text NOT NULL,
    stated_at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.restated_opt_outs IS 'Contacts whose opt-out was stated again, as henk.fingerprint has them, and when last.';


ALTER TABLE ONLY henk.restated_opt_outs
    ADD CONSTRAINT restated_opt_outs_pkey PRIMARY KEY (business_id, fingerprint);


ALTER TABLE ONLY henk.restated_opt_outs
    ADD CONSTRAINT restated_opt_outs_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


CREATE TRIGGER skip_when_moving BEFORE INSERT OR UPDATE ON henk.restated_opt_outs FOR EACH ROW EXECUTE FUNCTION henk.skip_when_moving();


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.restated_opt_outs TO service_role;


CREATE TABLE henk.said_no (
    business_id uuid NOT NULL,
    fingerprint text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.said_no IS 'Contacts of people who said no in a call, as henk.fingerprint has them: nobody lifts it.';


ALTER TABLE ONLY henk.said_no
    ADD CONSTRAINT said_no_pkey PRIMARY KEY (business_id, fingerprint);


ALTER TABLE ONLY henk.said_no
    ADD CONSTRAINT said_no_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.said_no TO service_role;


CREATE TABLE henk.upload_attempts (
    upload text NOT NULL,
    run_id text NOT NULL,
    uploads bigint NOT NULL,
    alone bigint DEFAULT 0 NOT NULL,
    error text,
    given_up boolean DEFAULT false NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    is_data boolean DEFAULT false NOT NULL,
    CONSTRAINT upload_attempts_uploads_check CHECK ((uploads > 0))
);


COMMENT ON TABLE henk.upload_attempts IS 'Uploads in runs that have begun and not ended well. A row whose run is gone tells that the run died.';


COMMENT ON COLUMN henk.upload_attempts.uploads IS 'How many uploads the run had; the next has half as many';


COMMENT ON COLUMN henk.upload_attempts.alone IS 'How many runs before this one died with it alone';


COMMENT ON COLUMN henk.upload_attempts.error IS 'What the run failed of; null if it is under way or its process died';


COMMENT ON COLUMN henk.upload_attempts.given_up IS 'No night runs it again as it is; a person may';


COMMENT ON COLUMN henk.upload_attempts.is_data IS 'Whether the error blames the data: an upload that is isolated by it is refused. With any other error it stays pending and runs alone';


ALTER TABLE ONLY henk.upload_attempts
    ADD CONSTRAINT upload_attempts_pkey PRIMARY KEY (upload);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.upload_attempts TO service_role;


CREATE TABLE public.businesses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    default_country character(2) DEFAULT 'US'::bpchar NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT businesses_default_country_check CHECK ((default_country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT businesses_name_check CHECK ((name <> ''::text)),
    CONSTRAINT businesses_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]*$'::text))
);


COMMENT ON TABLE public.businesses IS 'Organisations that call. Everything else belongs to one of them; nothing mixes two.';


ALTER TABLE ONLY public.businesses
    ADD CONSTRAINT businesses_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.businesses
    ADD CONSTRAINT businesses_slug_key UNIQUE (slug);


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.businesses FOR EACH ROW WHEN ((henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) EXECUTE FUNCTION henk.refuse_unpublishable('created_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.businesses FOR EACH ROW WHEN (((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at');


CREATE TRIGGER refuse_unknown_place_inserted AFTER INSERT ON public.businesses FOR EACH ROW EXECUTE FUNCTION henk.refuse_unknown_place();


CREATE TRIGGER refuse_unknown_place_updated AFTER UPDATE ON public.businesses FOR EACH ROW WHEN (((new.default_country IS DISTINCT FROM old.default_country) OR (new.timezone IS DISTINCT FROM old.timezone))) EXECUTE FUNCTION henk.refuse_unknown_place();


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.businesses FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*))) EXECUTE FUNCTION henk.touch_updated_at();


ALTER TABLE public.businesses ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.businesses FOR SELECT TO authenticated USING ((id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.businesses FOR UPDATE TO authenticated USING ((id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.businesses TO authenticated;
GRANT ALL ON TABLE public.businesses TO service_role;


GRANT UPDATE(name) ON TABLE public.businesses TO authenticated;


GRANT UPDATE(default_country) ON TABLE public.businesses TO authenticated;


GRANT UPDATE(timezone) ON TABLE public.businesses TO authenticated;


GRANT UPDATE(settings) ON TABLE public.businesses TO authenticated;


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
    CONSTRAINT campaign_lead_lists_contacted_leads_check CHECK ((contacted_leads >= 0)),
    CONSTRAINT campaign_lead_lists_max_attempts_override_check CHECK ((max_attempts_override > 0)),
    CONSTRAINT campaign_lead_lists_priority_check CHECK ((priority >= 1)),
    CONSTRAINT campaign_lead_lists_successful_leads_check CHECK ((successful_leads >= 0)),
    CONSTRAINT campaign_lead_lists_total_leads_check CHECK ((total_leads >= 0))
);


COMMENT ON TABLE public.campaign_lead_lists IS 'Assignments: a list in a campaign, with its priority (1 is called first), filter and counts, which triggers keep.';


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


CREATE TRIGGER check_filter BEFORE INSERT OR UPDATE OF filter_criteria ON public.campaign_lead_lists FOR EACH ROW WHEN ((new.filter_criteria IS NOT NULL)) EXECUTE FUNCTION henk.check_filter();


CREATE TRIGGER fill_business_id BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN ((new.business_id IS NULL)) EXECUTE FUNCTION public.fill_business_id_from_campaign();


CREATE TRIGGER keep_counts BEFORE UPDATE OF total_leads, contacted_leads, successful_leads ON public.campaign_lead_lists FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION henk.keep_assignment_counts();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('assigned_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.campaign_lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('assigned_by');


CREATE TRIGGER now_count_inserted BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW EXECUTE FUNCTION henk.count_assignment();


CREATE TRIGGER now_count_moved BEFORE UPDATE OF campaign_id, lead_list_id ON public.campaign_lead_lists FOR EACH ROW WHEN (((new.campaign_id <> old.campaign_id) OR (new.lead_list_id <> old.lead_list_id))) EXECUTE FUNCTION henk.count_assignment();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.campaign_lead_lists FOR EACH ROW WHEN (((henk.publishable(new.assigned_at) IS DISTINCT FROM new.assigned_at) OR (henk.publishable(new.completed_at) IS DISTINCT FROM new.completed_at))) EXECUTE FUNCTION henk.refuse_unpublishable('assigned_at', 'completed_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.campaign_lead_lists FOR EACH ROW WHEN ((((new.assigned_at IS DISTINCT FROM old.assigned_at) AND (henk.publishable(new.assigned_at) IS DISTINCT FROM new.assigned_at)) OR ((new.completed_at IS DISTINCT FROM old.completed_at) AND (henk.publishable(new.completed_at) IS DISTINCT FROM new.completed_at)))) EXECUTE FUNCTION henk.refuse_unpublishable('assigned_at', 'completed_at');


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


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.campaign_leads FOR EACH ROW WHEN (((henk.publishable(new.added_at) IS DISTINCT FROM new.added_at) OR (henk.publishable(new.contacted_at) IS DISTINCT FROM new.contacted_at) OR (henk.publishable(new.converted_at) IS DISTINCT FROM new.converted_at) OR (henk.publishable(new.donated_amount) IS DISTINCT FROM new.donated_amount) OR (henk.publishable(new.last_attempt_at) IS DISTINCT FROM new.last_attempt_at) OR (henk.publishable(new.next_attempt_at) IS DISTINCT FROM new.next_attempt_at) OR (henk.publishable(new.pledged_amount) IS DISTINCT FROM new.pledged_amount))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at', 'contacted_at', 'converted_at', 'donated_amount', 'last_attempt_at', 'next_attempt_at', 'pledged_amount');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.campaign_leads FOR EACH ROW WHEN ((((new.added_at IS DISTINCT FROM old.added_at) AND (henk.publishable(new.added_at) IS DISTINCT FROM new.added_at)) OR ((new.contacted_at IS DISTINCT FROM old.contacted_at) AND (henk.publishable(new.contacted_at) IS DISTINCT FROM new.contacted_at)) OR ((new.converted_at IS DISTINCT FROM old.converted_at) AND (henk.publishable(new.converted_at) IS DISTINCT FROM new.converted_at)) OR ((new.donated_amount IS DISTINCT FROM old.donated_amount) AND (henk.publishable(new.donated_amount) IS DISTINCT FROM new.donated_amount)) OR ((new.last_attempt_at IS DISTINCT FROM old.last_attempt_at) AND (henk.publishable(new.last_attempt_at) IS DISTINCT FROM new.last_attempt_at)) OR ((new.next_attempt_at IS DISTINCT FROM old.next_attempt_at) AND (henk.publishable(new.next_attempt_at) IS DISTINCT FROM new.next_attempt_at)) OR ((new.pledged_amount IS DISTINCT FROM old.pledged_amount) AND (henk.publishable(new.pledged_amount) IS DISTINCT FROM new.pledged_amount)))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at', 'contacted_at', 'converted_at', 'donated_amount', 'last_attempt_at', 'next_attempt_at', 'pledged_amount');


CREATE TRIGGER refuse_too_many_inserted AFTER INSERT ON public.campaign_leads FOR EACH ROW WHEN (((new.attempts > 1000000) OR (new.total_talk_time > 1000000000))) EXECUTE FUNCTION henk.refuse_too_many();


CREATE TRIGGER refuse_too_many_updated AFTER UPDATE ON public.campaign_leads FOR EACH ROW WHEN (((new.attempts > GREATEST(old.attempts, 1000000)) OR (new.total_talk_time > GREATEST(old.total_talk_time, 1000000000)))) EXECUTE FUNCTION henk.refuse_too_many();


CREATE TRIGGER times_follow_inserted BEFORE INSERT ON public.campaign_leads FOR EACH ROW WHEN (((((new.status)::text <> ALL ((ARRAY['new'::character varying, 'queued'::character varying, 'dnc'::character varying])::text[])) OR (new.attempts > 0)) AND (COALESCE(current_setting('henk.moving_rows'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.fill_call_times();


CREATE TRIGGER times_follow_updated BEFORE UPDATE ON public.campaign_leads FOR EACH ROW WHEN (((((new.status)::text <> (old.status)::text) OR (new.attempts > old.attempts)) AND (COALESCE(current_setting('henk.moving_rows'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.fill_call_times();


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


CREATE TRIGGER end_calls AFTER UPDATE ON public.campaigns FOR EACH ROW WHEN ((new.exclude_dnc AND (NOT old.exclude_dnc))) EXECUTE FUNCTION henk.end_calls_of_campaign();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.campaigns FOR EACH ROW WHEN (((henk.publishable(new.budget) IS DISTINCT FROM new.budget) OR (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at) OR (henk.publishable(new.end_date) IS DISTINCT FROM new.end_date) OR (henk.publishable(new.start_date) IS DISTINCT FROM new.start_date))) EXECUTE FUNCTION henk.refuse_unpublishable('budget', 'created_at', 'end_date', 'start_date');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.campaigns FOR EACH ROW WHEN ((((new.budget IS DISTINCT FROM old.budget) AND (henk.publishable(new.budget) IS DISTINCT FROM new.budget)) OR ((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) OR ((new.end_date IS DISTINCT FROM old.end_date) AND (henk.publishable(new.end_date) IS DISTINCT FROM new.end_date)) OR ((new.start_date IS DISTINCT FROM old.start_date) AND (henk.publishable(new.start_date) IS DISTINCT FROM new.start_date)))) EXECUTE FUNCTION henk.refuse_unpublishable('budget', 'created_at', 'end_date', 'start_date');


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.campaigns FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*))) EXECUTE FUNCTION henk.touch_updated_at();


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


CREATE TABLE public.lead_import_rejections (
    id bigint NOT NULL,
    import_id uuid NOT NULL,
    business_id uuid NOT NULL,
    line_number integer NOT NULL,
    column_name text,
    value text,
    rule text NOT NULL,
    message text NOT NULL,
    "row" jsonb NOT NULL,
    CONSTRAINT lead_import_rejections_line_number_check CHECK ((line_number > 0))
);


COMMENT ON TABLE public.lead_import_rejections IS 'Every rule that a row of a file broke: line, column, value, and what to do.';


ALTER TABLE public.lead_import_rejections ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lead_import_rejections_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY public.lead_import_rejections
    ADD CONSTRAINT lead_import_rejections_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_import_rejections
    ADD CONSTRAINT lead_import_rejections_business_id_import_id_fkey FOREIGN KEY (business_id, import_id) REFERENCES public.lead_imports(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_import_rejections_import_id ON public.lead_import_rejections USING btree (import_id, line_number);


ALTER TABLE public.lead_import_rejections ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_import_rejections FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_import_rejections TO authenticated;
GRANT ALL ON TABLE public.lead_import_rejections TO service_role;


GRANT USAGE ON SEQUENCE public.lead_import_rejections_id_seq TO service_role;


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
    CONSTRAINT lead_import_rows_action_check CHECK ((action = ANY (ARRAY['inserted'::text, 'updated'::text, 'unchanged'::text, 'merged'::text]))),
    CONSTRAINT lead_import_rows_line_number_check CHECK ((line_number > 0))
);


COMMENT ON TABLE public.lead_import_rows IS 'Provenance: which line of which file became which lead, and for undo what stood there before.';


COMMENT ON COLUMN public.lead_import_rows.import_id IS 'The import, in lead_imports, with which its lines are deleted.';


COMMENT ON COLUMN public.lead_import_rows.lead_id IS 'The lead, in leads, that the line became; null when it has been deleted.';


COMMENT ON COLUMN public.lead_import_rows.matched_by IS 'How the row came to its lead: by which key or probability, and by which row or lead.';


COMMENT ON COLUMN public.lead_import_rows.lost IS 'What the row said in vain, because another value of the person won: field → value.';


COMMENT ON COLUMN public.lead_import_rows.deleted_with IS 'The import whose undoing deleted the lead, where that is not this one: this one had inserted the lead and was undone before.';


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


CREATE TABLE public.lead_imports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    upload text NOT NULL,
    file_name text NOT NULL,
    file_size bigint NOT NULL,
    content_hash character(64) NOT NULL,
    list_name character varying(255) NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    rules text NOT NULL,
    mapping jsonb DEFAULT '{}'::jsonb NOT NULL,
    reading jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text NOT NULL,
    rows_read integer DEFAULT 0 NOT NULL,
    rows_accepted integer DEFAULT 0 NOT NULL,
    rows_rejected integer DEFAULT 0 NOT NULL,
    rows_duplicate integer DEFAULT 0 NOT NULL,
    leads_inserted integer DEFAULT 0 NOT NULL,
    leads_updated integer DEFAULT 0 NOT NULL,
    leads_unchanged integer DEFAULT 0 NOT NULL,
    lead_list_id uuid,
    campaign_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    campaign_leads_added integer DEFAULT 0 NOT NULL,
    error text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    run_id text,
    undo_report jsonb,
    may_come_again boolean DEFAULT false NOT NULL,
    assigned jsonb,
    error_rules text,
    CONSTRAINT lead_imports_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT lead_imports_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT lead_imports_status_check CHECK ((status = ANY (ARRAY['running'::text, 'loaded'::text, 'partial'::text, 'rejected'::text, 'undone'::text]))),
    CONSTRAINT no_row_is_lost CHECK ((rows_read = ((rows_accepted + rows_rejected) + rows_duplicate)))
);


COMMENT ON TABLE public.lead_imports IS 'One row an upload that was taken in: its file, how it was read, what became of its rows. Rows read = accepted + rejected + duplicates.';


COMMENT ON COLUMN public.lead_imports.assigned IS 'The campaigns of the manifest as they were last assigned, with their terms.';


COMMENT ON COLUMN public.lead_imports.error_rules IS 'Of an import that was loaded and could not be loaded again: the digest of the manifest, country and rules it was refused under';


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_business_id_id_key UNIQUE (business_id, id);


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_pkey PRIMARY KEY (id);


ALTER TABLE public.lead_imports
    ADD CONSTRAINT every_accepted_row_is_a_lead CHECK (((rows_accepted = ((leads_inserted + leads_updated) + leads_unchanged)) OR (status = ANY (ARRAY['rejected'::text, 'running'::text])) OR (options @> '{"suppressions": true}'::jsonb))) NOT VALID;


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE SET NULL (lead_list_id);


CREATE INDEX lead_imports_lead_list_id ON public.lead_imports USING btree (lead_list_id);


CREATE UNIQUE INDEX lead_imports_same_bytes_same_list ON public.lead_imports USING btree (business_id, content_hash, list_name) WHERE (status <> 'undone'::text);


CREATE INDEX lead_imports_upload ON public.lead_imports USING btree (upload);


CREATE TRIGGER keep_provenance BEFORE UPDATE OF id, business_id ON public.lead_imports FOR EACH ROW WHEN (((new.id <> old.id) OR (new.business_id <> old.business_id))) EXECUTE FUNCTION henk.keep_provenance();


CREATE TRIGGER leave_provenance AFTER DELETE ON public.lead_imports REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.leave_provenance();


ALTER TABLE public.lead_imports ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_imports FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_imports TO authenticated;
GRANT ALL ON TABLE public.lead_imports TO service_role;


CREATE TABLE public.lead_list_members (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    added_by uuid,
    notes text,
    import_id uuid
);


COMMENT ON TABLE public.lead_list_members IS 'Which lead is on which list, and which import brought it there.';


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_lead_list_id_lead_id_key UNIQUE (lead_list_id, lead_id);


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_business_id_lead_id_fkey FOREIGN KEY (business_id, lead_id) REFERENCES public.leads(business_id, id) ON DELETE CASCADE;


ALTER TABLE ONLY public.lead_list_members
    ADD CONSTRAINT lead_list_members_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_list_members_lead_id ON public.lead_list_members USING btree (lead_id);


CREATE TRIGGER count_deleted AFTER DELETE ON public.lead_list_members REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();


CREATE TRIGGER count_inserted AFTER INSERT ON public.lead_list_members REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();


CREATE TRIGGER count_updated AFTER UPDATE ON public.lead_list_members REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();


CREATE TRIGGER counts_need_rows BEFORE TRUNCATE ON public.lead_list_members FOR EACH STATEMENT EXECUTE FUNCTION henk.refuse_truncate();


CREATE TRIGGER fill_business_id BEFORE INSERT ON public.lead_list_members FOR EACH ROW WHEN ((new.business_id IS NULL)) EXECUTE FUNCTION public.fill_business_id_from_list();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.lead_list_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('added_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.lead_list_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('added_by');


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.lead_list_members FOR EACH ROW WHEN ((henk.publishable(new.added_at) IS DISTINCT FROM new.added_at)) EXECUTE FUNCTION henk.refuse_unpublishable('added_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.lead_list_members FOR EACH ROW WHEN (((new.added_at IS DISTINCT FROM old.added_at) AND (henk.publishable(new.added_at) IS DISTINCT FROM new.added_at))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at');


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
    CONSTRAINT lead_lists_lead_count_check CHECK ((lead_count >= 0)),
    CONSTRAINT lead_lists_list_type_check CHECK (((list_type)::text = ANY ((ARRAY['static'::character varying, 'dynamic'::character varying, 'smart'::character varying])::text[]))),
    CONSTRAINT lead_lists_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT lead_lists_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT lead_lists_tags_check CHECK ((jsonb_typeof(tags) = 'array'::text))
);


COMMENT ON TABLE public.lead_lists IS 'Groups of leads, used in any number of campaigns. A dynamic list has its members found by filter_criteria. lead_count is counted by triggers.';


ALTER TABLE ONLY public.lead_lists
    ADD CONSTRAINT lead_lists_business_id_id_key UNIQUE (business_id, id);


ALTER TABLE ONLY public.lead_lists
    ADD CONSTRAINT lead_lists_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_lists
    ADD CONSTRAINT lead_lists_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


CREATE INDEX lead_lists_name ON public.lead_lists USING btree (business_id, name);


CREATE TRIGGER check_filter BEFORE INSERT OR UPDATE OF filter_criteria ON public.lead_lists FOR EACH ROW WHEN ((new.filter_criteria IS NOT NULL)) EXECUTE FUNCTION henk.check_filter();


CREATE TRIGGER keep_count_inserted BEFORE INSERT ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.lead_count <> 0))) EXECUTE FUNCTION henk.keep_list_count();


CREATE TRIGGER keep_count_updated BEFORE UPDATE OF lead_count ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.lead_count IS DISTINCT FROM old.lead_count))) EXECUTE FUNCTION henk.keep_list_count();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.lead_lists FOR EACH ROW WHEN ((henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) EXECUTE FUNCTION henk.refuse_unpublishable('created_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.lead_lists FOR EACH ROW WHEN (((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at');


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.lead_lists FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*))) EXECUTE FUNCTION henk.touch_updated_at();


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


CREATE TABLE public.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text,
    mobile_phone text,
    company text,
    title text,
    department text,
    street text,
    city text,
    state text,
    postal_code text,
    country text,
    timezone text,
    preferred_language text,
    lead_source text,
    description text,
    notes text,
    owner_id uuid,
    status text DEFAULT 'new'::text NOT NULL,
    do_not_call boolean DEFAULT false NOT NULL,
    dnc boolean DEFAULT false NOT NULL,
    do_not_email boolean DEFAULT false NOT NULL,
    email_opt_out boolean DEFAULT false NOT NULL,
    lead_score integer DEFAULT 0,
    quality_rating character varying(20) DEFAULT 'unrated'::character varying NOT NULL,
    score_breakdown jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50) DEFAULT 'manual'::character varying NOT NULL,
    source_id character varying(255),
    source_metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    tags jsonb DEFAULT '[]'::jsonb NOT NULL,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    last_activity_at timestamp with time zone,
    last_synced_at timestamp with time zone,
    sync_status text,
    sync_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    consent_unclear text,
    CONSTRAINT leads_custom_fields_check CHECK ((jsonb_typeof(custom_fields) = 'object'::text)),
    CONSTRAINT leads_have_a_contact CHECK (((phone IS NOT NULL) OR (mobile_phone IS NOT NULL) OR (email IS NOT NULL) OR (source_metadata @> '{"migrated_without_contact": true}'::jsonb))),
    CONSTRAINT leads_lead_score_check CHECK (((lead_score >= 0) AND (lead_score <= 100))),
    CONSTRAINT leads_quality_rating_check CHECK (((quality_rating)::text = ANY ((ARRAY['hot'::character varying, 'warm'::character varying, 'cold'::character varying, 'unrated'::character varying])::text[]))),
    CONSTRAINT leads_tags_check CHECK ((jsonb_typeof(tags) = 'array'::text))
);


COMMENT ON TABLE public.leads IS 'People, each once in a business, whatever lists and campaigns they are in. E-mails are kept in lower case, phones in E.164 where they can be read.';


COMMENT ON COLUMN public.leads.consent_unclear IS 'The cell of a file that leaves open whether the person may be called, as "column: cell". While it is there do_not_call is not final.';


ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_business_id_id_key UNIQUE (business_id, id);


ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_business_id_source_source_id_key UNIQUE (business_id, source, source_id);


ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);


ALTER TABLE public.leads
    ADD CONSTRAINT unclear_is_not_called CHECK (((consent_unclear IS NULL) OR do_not_call)) NOT VALID;


ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


CREATE INDEX leads_email ON public.leads USING btree (business_id, email) WHERE (email IS NOT NULL);


CREATE INDEX leads_match_keys ON public.leads USING gin (henk.match_keys(business_id, first_name, last_name, email, street, city, postal_code, (custom_fields ->> 'birth_date'::text))) WITH (fastupdate='false');


CREATE INDEX leads_mobile_phone ON public.leads USING btree (business_id, mobile_phone) WHERE (mobile_phone IS NOT NULL);


CREATE INDEX leads_phone ON public.leads USING btree (business_id, phone) WHERE (phone IS NOT NULL);


CREATE INDEX leads_rating ON public.leads USING btree (business_id, quality_rating, lead_score);


CREATE INDEX leads_unread_email ON public.leads USING btree (business_id) WHERE (NOT henk.is_plain_email(email));


CREATE INDEX leads_unread_phones ON public.leads USING gin (henk.phone_tails(phone, mobile_phone)) WHERE (NOT (henk.is_e164(phone) AND henk.is_e164(mobile_phone)));


CREATE TRIGGER contact_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN (((new.phone IS NULL) AND (new.mobile_phone IS NULL) AND (new.email IS NULL))) EXECUTE FUNCTION henk.refuse_without_contact();


CREATE TRIGGER contact_updated AFTER UPDATE ON public.leads FOR EACH ROW WHEN (((new.phone IS NULL) AND (new.mobile_phone IS NULL) AND (new.email IS NULL) AND ((old.phone IS NOT NULL) OR (old.mobile_phone IS NOT NULL) OR (old.email IS NOT NULL)))) EXECUTE FUNCTION henk.refuse_without_contact();


CREATE TRIGGER end_calls AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_leads();


CREATE TRIGGER forget_no AFTER UPDATE ON public.leads FOR EACH ROW WHEN (((old.do_not_call OR old.dnc) AND (NOT (new.do_not_call OR new.dnc)))) EXECUTE FUNCTION henk.forget_no();


CREATE TRIGGER keep_provenance BEFORE UPDATE OF id, business_id ON public.leads FOR EACH ROW WHEN (((new.id <> old.id) OR (new.business_id <> old.business_id))) EXECUTE FUNCTION henk.keep_provenance();


CREATE TRIGGER leave_provenance AFTER DELETE ON public.leads REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.leave_provenance();


CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.leads FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');


CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.leads FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');


CREATE TRIGGER normalise_updated BEFORE UPDATE ON public.leads FOR EACH ROW WHEN ((((new.email IS DISTINCT FROM old.email) OR (new.phone IS DISTINCT FROM old.phone) OR (new.mobile_phone IS DISTINCT FROM old.mobile_phone)) AND (NOT (henk.is_plain_email(new.email) AND henk.is_final_phone(new.phone) AND henk.is_final_phone(new.mobile_phone))))) EXECUTE FUNCTION henk.normalise_lead();


CREATE TRIGGER normalise_written AFTER UPDATE ON public.leads FOR EACH ROW WHEN ((((new.email IS DISTINCT FROM old.email) OR (new.phone IS DISTINCT FROM old.phone) OR (new.mobile_phone IS DISTINCT FROM old.mobile_phone)) AND (NOT (henk.is_plain_email(new.email) AND henk.is_final_phone(new.phone) AND henk.is_final_phone(new.mobile_phone))))) EXECUTE FUNCTION henk.normalise_written_lead();


CREATE TRIGGER normalise_written_insert AFTER INSERT ON public.leads FOR EACH ROW WHEN ((NOT (henk.is_plain_email(new.email) AND henk.is_final_phone(new.phone) AND henk.is_final_phone(new.mobile_phone)))) EXECUTE FUNCTION henk.normalise_written_lead();


CREATE TRIGGER opt_out_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN ((new.do_not_call OR new.dnc)) EXECUTE FUNCTION henk.opt_out_of_lead();


CREATE TRIGGER opt_out_settled AFTER UPDATE ON public.leads FOR EACH ROW WHEN (((old.consent_unclear IS NOT NULL) AND (new.dnc OR (new.do_not_call AND (new.consent_unclear IS NULL))))) EXECUTE FUNCTION henk.opt_out_of_lead();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN (((henk.publishable(new.created_at) IS DISTINCT FROM new.created_at) OR (henk.publishable(new.last_activity_at) IS DISTINCT FROM new.last_activity_at) OR (henk.publishable(new.updated_at) IS DISTINCT FROM new.updated_at))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at', 'last_activity_at', 'updated_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.leads FOR EACH ROW WHEN ((((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) OR ((new.last_activity_at IS DISTINCT FROM old.last_activity_at) AND (henk.publishable(new.last_activity_at) IS DISTINCT FROM new.last_activity_at)) OR ((new.updated_at IS DISTINCT FROM old.updated_at) AND (henk.publishable(new.updated_at) IS DISTINCT FROM new.updated_at)))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at', 'last_activity_at', 'updated_at');


CREATE TRIGGER settle_unclear BEFORE INSERT OR UPDATE ON public.leads FOR EACH ROW WHEN (((new.consent_unclear IS NOT NULL) AND (NOT new.do_not_call))) EXECUTE FUNCTION henk.settle_unclear();


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.leads FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*) AND (COALESCE(current_setting('henk.scores_only'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.touch_updated_at();


CREATE TRIGGER zzz_normalise_inserted BEFORE INSERT ON public.leads FOR EACH ROW WHEN ((NOT (henk.is_plain_email(new.email) AND henk.is_final_phone(new.phone) AND henk.is_final_phone(new.mobile_phone)))) EXECUTE FUNCTION henk.normalise_lead();


ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.leads FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.leads FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.leads FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.leads FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.leads TO authenticated;
GRANT ALL ON TABLE public.leads TO service_role;


GRANT INSERT(business_id) ON TABLE public.leads TO authenticated;


GRANT INSERT(first_name),UPDATE(first_name) ON TABLE public.leads TO authenticated;


GRANT INSERT(last_name),UPDATE(last_name) ON TABLE public.leads TO authenticated;


GRANT INSERT(email),UPDATE(email) ON TABLE public.leads TO authenticated;


GRANT INSERT(phone),UPDATE(phone) ON TABLE public.leads TO authenticated;


GRANT INSERT(mobile_phone),UPDATE(mobile_phone) ON TABLE public.leads TO authenticated;


GRANT INSERT(company),UPDATE(company) ON TABLE public.leads TO authenticated;


GRANT INSERT(title),UPDATE(title) ON TABLE public.leads TO authenticated;


GRANT INSERT(department),UPDATE(department) ON TABLE public.leads TO authenticated;


GRANT INSERT(street),UPDATE(street) ON TABLE public.leads TO authenticated;


GRANT INSERT(city),UPDATE(city) ON TABLE public.leads TO authenticated;


GRANT INSERT(state),UPDATE(state) ON TABLE public.leads TO authenticated;


GRANT INSERT(postal_code),UPDATE(postal_code) ON TABLE public.leads TO authenticated;


GRANT INSERT(country),UPDATE(country) ON TABLE public.leads TO authenticated;


GRANT INSERT(timezone),UPDATE(timezone) ON TABLE public.leads TO authenticated;


GRANT INSERT(preferred_language),UPDATE(preferred_language) ON TABLE public.leads TO authenticated;


GRANT INSERT(lead_source),UPDATE(lead_source) ON TABLE public.leads TO authenticated;


GRANT INSERT(description),UPDATE(description) ON TABLE public.leads TO authenticated;


GRANT INSERT(notes),UPDATE(notes) ON TABLE public.leads TO authenticated;


GRANT INSERT(owner_id),UPDATE(owner_id) ON TABLE public.leads TO authenticated;


GRANT INSERT(status),UPDATE(status) ON TABLE public.leads TO authenticated;


GRANT INSERT(do_not_call),UPDATE(do_not_call) ON TABLE public.leads TO authenticated;


GRANT INSERT(dnc),UPDATE(dnc) ON TABLE public.leads TO authenticated;


GRANT INSERT(do_not_email),UPDATE(do_not_email) ON TABLE public.leads TO authenticated;


GRANT INSERT(email_opt_out),UPDATE(email_opt_out) ON TABLE public.leads TO authenticated;


GRANT INSERT(lead_score),UPDATE(lead_score) ON TABLE public.leads TO authenticated;


GRANT INSERT(quality_rating),UPDATE(quality_rating) ON TABLE public.leads TO authenticated;


GRANT INSERT(score_breakdown),UPDATE(score_breakdown) ON TABLE public.leads TO authenticated;


GRANT INSERT(source),UPDATE(source) ON TABLE public.leads TO authenticated;


GRANT INSERT(source_id),UPDATE(source_id) ON TABLE public.leads TO authenticated;


GRANT INSERT(source_metadata),UPDATE(source_metadata) ON TABLE public.leads TO authenticated;


GRANT INSERT(tags),UPDATE(tags) ON TABLE public.leads TO authenticated;


GRANT INSERT(custom_fields),UPDATE(custom_fields) ON TABLE public.leads TO authenticated;


GRANT INSERT(last_activity_at),UPDATE(last_activity_at) ON TABLE public.leads TO authenticated;


GRANT INSERT(last_synced_at),UPDATE(last_synced_at) ON TABLE public.leads TO authenticated;


GRANT INSERT(sync_status),UPDATE(sync_status) ON TABLE public.leads TO authenticated;


GRANT INSERT(sync_error),UPDATE(sync_error) ON TABLE public.leads TO authenticated;


GRANT INSERT(created_at),UPDATE(created_at) ON TABLE public.leads TO authenticated;


GRANT INSERT(created_by),UPDATE(created_by) ON TABLE public.leads TO authenticated;


GRANT INSERT(updated_at),UPDATE(updated_at) ON TABLE public.leads TO authenticated;


GRANT INSERT(updated_by),UPDATE(updated_by) ON TABLE public.leads TO authenticated;


CREATE TABLE public.suppressions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    channel text NOT NULL,
    value text NOT NULL,
    reason text,
    source text DEFAULT 'manual'::text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT suppressions_channel_check CHECK ((channel = ANY (ARRAY['phone'::text, 'email'::text]))),
    CONSTRAINT suppressions_value_check CHECK ((value <> ''::text))
);


COMMENT ON TABLE public.suppressions IS 'Phones and e-mails that nobody may call or write, whoever has them; of erased people as fingerprints (sha256:…). No import takes one back.';


ALTER TABLE ONLY public.suppressions
    ADD CONSTRAINT suppressions_business_id_channel_value_key UNIQUE (business_id, channel, value);


ALTER TABLE ONLY public.suppressions
    ADD CONSTRAINT suppressions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.suppressions
    ADD CONSTRAINT suppressions_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


CREATE TRIGGER end_calls_inserted AFTER INSERT ON public.suppressions REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_numbers();


CREATE TRIGGER end_calls_updated AFTER UPDATE ON public.suppressions REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_numbers();


CREATE TRIGGER keep_erasure AFTER INSERT OR UPDATE ON public.suppressions FOR EACH ROW WHEN ((new.value ~~ 'sha256:%'::text)) EXECUTE FUNCTION henk.keep_erasure();


CREATE TRIGGER keep_readings_deleted AFTER DELETE ON public.suppressions FOR EACH ROW WHEN (((old.channel = 'phone'::text) AND (old.value ~ '^[0-9]+$'::text))) EXECUTE FUNCTION henk.keep_readings();


CREATE TRIGGER keep_readings_inserted AFTER INSERT ON public.suppressions FOR EACH ROW WHEN (((new.channel = 'phone'::text) AND (new.value ~ '^[0-9]+$'::text))) EXECUTE FUNCTION henk.keep_readings();


CREATE TRIGGER keep_readings_updated AFTER UPDATE ON public.suppressions FOR EACH ROW WHEN (((new.value <> old.value) OR (new.channel <> old.channel))) EXECUTE FUNCTION henk.keep_readings();


CREATE TRIGGER keep_suppressed_deleted AFTER DELETE ON public.suppressions REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.keep_suppressed();


CREATE TRIGGER keep_suppressed_updated AFTER UPDATE ON public.suppressions REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.keep_suppressed();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.suppressions FOR EACH ROW WHEN ((henk.publishable(new.added_at) IS DISTINCT FROM new.added_at)) EXECUTE FUNCTION henk.refuse_unpublishable('added_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.suppressions FOR EACH ROW WHEN (((new.added_at IS DISTINCT FROM old.added_at) AND (henk.publishable(new.added_at) IS DISTINCT FROM new.added_at))) EXECUTE FUNCTION henk.refuse_unpublishable('added_at');


CREATE TRIGGER refuse_unread AFTER INSERT OR UPDATE ON public.suppressions FOR EACH ROW WHEN (((new.value !~ '^(sha256:|[0-9]+$)'::text) AND (NOT
        CASE new.channel
            WHEN 'phone'::text THEN henk.is_final_phone(new.value)
            ELSE henk.is_plain_email(new.value)
        END))) EXECUTE FUNCTION henk.refuse_unread_suppression();


CREATE TRIGGER zzz_normalise_value BEFORE INSERT OR UPDATE ON public.suppressions FOR EACH ROW WHEN (((new.value !~ '^sha256:'::text) AND ((new.channel <> 'phone'::text) OR (NOT henk.is_final_phone(new.value))))) EXECUTE FUNCTION henk.normalise_suppression();


CREATE TRIGGER zzzz_note_restated BEFORE INSERT ON public.suppressions FOR EACH ROW WHEN ((new.source <> 'lead'::text)) EXECUTE FUNCTION henk.note_restated();


ALTER TABLE public.suppressions ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.suppressions FOR DELETE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_insert ON public.suppressions FOR INSERT TO authenticated WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


CREATE POLICY members_read ON public.suppressions FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.suppressions FOR UPDATE TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[]))) WITH CHECK ((business_id = ANY (( SELECT henk.my_businesses('{owner,admin,member}'::text[]) AS my_businesses)::uuid[])));


GRANT SELECT,DELETE ON TABLE public.suppressions TO authenticated;
GRANT ALL ON TABLE public.suppressions TO service_role;


GRANT INSERT(business_id) ON TABLE public.suppressions TO authenticated;


GRANT INSERT(channel) ON TABLE public.suppressions TO authenticated;


GRANT INSERT(value) ON TABLE public.suppressions TO authenticated;


GRANT INSERT(reason),UPDATE(reason) ON TABLE public.suppressions TO authenticated;


GRANT INSERT(source) ON TABLE public.suppressions TO authenticated;


GRANT INSERT(added_at) ON TABLE public.suppressions TO authenticated;


CREATE TABLE public.team_members (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT team_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text]))),
    CONSTRAINT team_members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'invited'::text, 'suspended'::text, 'left'::text])))
);


COMMENT ON TABLE public.team_members IS 'Who works for a business, and as what. Only active members see anything; owners, admins and members write, viewers read.';


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_business_id_user_id_key UNIQUE (business_id, user_id);


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;


CREATE INDEX team_members_user_id ON public.team_members USING btree (user_id);


CREATE TRIGGER keep_owner_deleted AFTER DELETE ON public.team_members FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.status = 'active'::text))) EXECUTE FUNCTION henk.keep_owner();


CREATE TRIGGER keep_owner_updated AFTER UPDATE ON public.team_members FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.status = 'active'::text) AND ((new.role <> 'owner'::text) OR (new.status <> 'active'::text) OR (new.business_id <> old.business_id)))) EXECUTE FUNCTION henk.keep_owner();


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.team_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*))) EXECUTE FUNCTION henk.touch_updated_at();


ALTER TABLE public.team_members ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.team_members FOR DELETE TO authenticated USING (((business_id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])) AND ((role <> 'owner'::text) OR (business_id = ANY (( SELECT henk.my_businesses('{owner}'::text[]) AS my_businesses)::uuid[])))));


CREATE POLICY members_read ON public.team_members FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.team_members FOR UPDATE TO authenticated USING (((business_id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])) AND ((role <> 'owner'::text) OR (business_id = ANY (( SELECT henk.my_businesses('{owner}'::text[]) AS my_businesses)::uuid[]))))) WITH CHECK (((business_id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])) AND ((role <> 'owner'::text) OR (business_id = ANY (( SELECT henk.my_businesses('{owner}'::text[]) AS my_businesses)::uuid[])))));


GRANT SELECT,DELETE ON TABLE public.team_members TO authenticated;
GRANT ALL ON TABLE public.team_members TO service_role;


GRANT UPDATE(role) ON TABLE public.team_members TO authenticated;


GRANT UPDATE(status) ON TABLE public.team_members TO authenticated;
