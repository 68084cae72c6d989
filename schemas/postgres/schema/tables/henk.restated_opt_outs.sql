-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
