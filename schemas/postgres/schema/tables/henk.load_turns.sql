-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
