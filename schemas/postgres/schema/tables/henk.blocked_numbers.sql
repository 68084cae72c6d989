-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
