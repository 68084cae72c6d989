-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
