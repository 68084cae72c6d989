-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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


CREATE TRIGGER aa_lock_lists_first BEFORE DELETE ON public.leads FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) AND ((COALESCE(current_setting('request.jwt.claims'::text, true), ''::text) <> ''::text) OR (COALESCE(current_setting('request.jwt.claim.sub'::text, true), ''::text) <> ''::text)))) EXECUTE FUNCTION henk.lock_lists_first();


CREATE TRIGGER contact_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN (((new.phone IS NULL) AND (new.mobile_phone IS NULL) AND (new.email IS NULL))) EXECUTE FUNCTION henk.refuse_without_contact();


CREATE TRIGGER contact_reaches_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN (((COALESCE(new.email, ''::text) !~~ '%@%'::text) AND (COALESCE(new.phone, ''::text) !~~ '+%'::text) AND (COALESCE(new.mobile_phone, ''::text) !~~ '+%'::text) AND (COALESCE(new.email, new.phone, new.mobile_phone) IS NOT NULL))) EXECUTE FUNCTION henk.refuse_unreachable();


CREATE TRIGGER contact_reaches_updated AFTER UPDATE OF email, phone, mobile_phone ON public.leads FOR EACH ROW WHEN (((COALESCE(new.email, ''::text) !~~ '%@%'::text) AND (COALESCE(new.phone, ''::text) !~~ '+%'::text) AND (COALESCE(new.mobile_phone, ''::text) !~~ '+%'::text) AND (COALESCE(new.email, new.phone, new.mobile_phone) IS NOT NULL) AND (((new.email IS DISTINCT FROM old.email) OR (new.phone IS DISTINCT FROM old.phone)) OR (new.mobile_phone IS DISTINCT FROM old.mobile_phone)))) EXECUTE FUNCTION henk.refuse_unreachable();


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


CREATE TRIGGER note_edits AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT WHEN (((COALESCE(current_setting('henk.importing'::text, true), ''::text) <> 'on'::text) AND (COALESCE(current_setting('henk.moving_rows'::text, true), ''::text) <> 'on'::text) AND (COALESCE(current_setting('henk.scores_only'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.note_edits();


CREATE TRIGGER note_list_change AFTER INSERT ON public.leads FOR EACH ROW WHEN ((COALESCE(current_setting('henk.importing'::text, true), ''::text) <> 'on'::text)) EXECUTE FUNCTION henk.note_list_change();


CREATE TRIGGER note_list_changes_updated AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER opt_out_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN ((new.do_not_call OR new.dnc)) EXECUTE FUNCTION henk.opt_out_of_lead();


CREATE TRIGGER opt_out_settled AFTER UPDATE ON public.leads FOR EACH ROW WHEN (((old.consent_unclear IS NOT NULL) AND (new.dnc OR (new.do_not_call AND (new.consent_unclear IS NULL))))) EXECUTE FUNCTION henk.opt_out_of_lead();


CREATE TRIGGER publishable_inserted AFTER INSERT ON public.leads FOR EACH ROW WHEN (((henk.publishable(new.created_at) IS DISTINCT FROM new.created_at) OR (henk.publishable(new.last_activity_at) IS DISTINCT FROM new.last_activity_at) OR (henk.publishable(new.updated_at) IS DISTINCT FROM new.updated_at))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at', 'last_activity_at', 'updated_at');


CREATE TRIGGER publishable_updated AFTER UPDATE ON public.leads FOR EACH ROW WHEN ((((new.created_at IS DISTINCT FROM old.created_at) AND (henk.publishable(new.created_at) IS DISTINCT FROM new.created_at)) OR ((new.last_activity_at IS DISTINCT FROM old.last_activity_at) AND (henk.publishable(new.last_activity_at) IS DISTINCT FROM new.last_activity_at)) OR ((new.updated_at IS DISTINCT FROM old.updated_at) AND (henk.publishable(new.updated_at) IS DISTINCT FROM new.updated_at)))) EXECUTE FUNCTION henk.refuse_unpublishable('created_at', 'last_activity_at', 'updated_at');


CREATE TRIGGER settle_unclear BEFORE INSERT OR UPDATE ON public.leads FOR EACH ROW WHEN (((new.consent_unclear IS NOT NULL) AND (NOT new.do_not_call))) EXECUTE FUNCTION henk.settle_unclear();


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.leads FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*) AND (COALESCE(current_setting('henk.scores_only'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION henk.touch_updated_at();


CREATE TRIGGER zz_forget_memberships AFTER DELETE ON public.leads REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.forget_memberships();


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
