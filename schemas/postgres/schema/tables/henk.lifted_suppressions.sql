-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
