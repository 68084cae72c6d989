-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
