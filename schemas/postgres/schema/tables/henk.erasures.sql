-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
