-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.lists_taken_off (
    campaign_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.lists_taken_off IS 'When somebody last took a list off a campaign: who had assigned it before gives its leads to the campaign no more, for undo.';


ALTER TABLE ONLY henk.lists_taken_off
    ADD CONSTRAINT lists_taken_off_pkey PRIMARY KEY (campaign_id, lead_list_id);


ALTER TABLE ONLY henk.lists_taken_off
    ADD CONSTRAINT lists_taken_off_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id) ON DELETE CASCADE;


ALTER TABLE ONLY henk.lists_taken_off
    ADD CONSTRAINT lists_taken_off_lead_list_id_fkey FOREIGN KEY (lead_list_id) REFERENCES public.lead_lists(id) ON DELETE CASCADE;


CREATE INDEX lists_taken_off_lead_list_id_idx ON henk.lists_taken_off USING btree (lead_list_id);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.lists_taken_off TO service_role;
