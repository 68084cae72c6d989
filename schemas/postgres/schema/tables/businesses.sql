-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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


ALTER TABLE public.businesses
    ADD CONSTRAINT businesses_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)) NOT VALID;


CREATE TRIGGER note_other_midnight AFTER UPDATE ON public.businesses FOR EACH ROW WHEN (((old.timezone IS DISTINCT FROM new.timezone) OR (old.default_country IS DISTINCT FROM new.default_country))) EXECUTE FUNCTION henk.note_other_midnight();


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
