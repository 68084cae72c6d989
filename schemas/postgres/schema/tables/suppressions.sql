-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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


CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON public.suppressions REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


CREATE TRIGGER note_list_changes_inserted AFTER INSERT ON public.suppressions REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();


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
