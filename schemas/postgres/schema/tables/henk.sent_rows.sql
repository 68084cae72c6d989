-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.sent_rows (
    id bigint NOT NULL,
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid,
    cells jsonb NOT NULL,
    was_unclear boolean NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.sent_rows IS 'Rows that clients sent, until the reader of files has read what they refuse.';


COMMENT ON COLUMN henk.sent_rows.cells IS 'The element of p_leads as it was sent.';


COMMENT ON COLUMN henk.sent_rows.was_unclear IS 'Whether SQL asked: a person may have decided since.';


ALTER TABLE henk.sent_rows ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME henk.sent_rows_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY henk.sent_rows
    ADD CONSTRAINT sent_rows_pkey PRIMARY KEY (id);


ALTER TABLE ONLY henk.sent_rows
    ADD CONSTRAINT sent_rows_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


ALTER TABLE ONLY henk.sent_rows
    ADD CONSTRAINT sent_rows_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;


ALTER TABLE ONLY henk.sent_rows
    ADD CONSTRAINT sent_rows_lead_list_id_fkey FOREIGN KEY (lead_list_id) REFERENCES public.lead_lists(id) ON DELETE CASCADE;


CREATE INDEX sent_rows_business_id_idx ON henk.sent_rows USING btree (business_id);


CREATE INDEX sent_rows_lead_id_idx ON henk.sent_rows USING btree (lead_id);


CREATE INDEX sent_rows_lead_list_id_idx ON henk.sent_rows USING btree (lead_list_id, id);


CREATE TRIGGER forget_sent_row AFTER UPDATE ON henk.sent_rows FOR EACH ROW WHEN ((new.lead_id IS NULL)) EXECUTE FUNCTION henk.forget_sent_row();


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.sent_rows TO service_role;
