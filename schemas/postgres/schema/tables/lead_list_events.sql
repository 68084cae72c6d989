-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_list_events (
    id bigint NOT NULL,
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid,
    event text NOT NULL,
    cause text NOT NULL,
    refresh_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    merged_from uuid[],
    CONSTRAINT lead_list_events_cause_check CHECK ((cause = ANY (ARRAY['refresh'::text, 'import'::text, 'hand'::text, 'rule'::text, 'merge'::text, 'undo'::text, 'erase'::text]))),
    CONSTRAINT lead_list_events_event_check CHECK ((event = ANY (ARRAY['entered'::text, 'left'::text, 'pinned'::text, 'excluded'::text])))
);


COMMENT ON TABLE public.lead_list_events IS 'Who entered and left a list with criteria, when and why. A lead that is deleted leaves its event without an id.';


COMMENT ON COLUMN public.lead_list_events.lead_id IS 'The lead; that of a merge is the kept one. Null when it has been deleted.';


COMMENT ON COLUMN public.lead_list_events.merged_from IS 'The leads whose event it was before merges, the last one first.';


ALTER TABLE public.lead_list_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lead_list_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY public.lead_list_events
    ADD CONSTRAINT lead_list_events_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_list_events
    ADD CONSTRAINT lead_list_events_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_list_events_lead_id ON public.lead_list_events USING btree (lead_id) WHERE (lead_id IS NOT NULL);


CREATE INDEX lead_list_events_list ON public.lead_list_events USING btree (lead_list_id, id);


ALTER TABLE public.lead_list_events ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_list_events FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_list_events TO authenticated;
GRANT ALL ON TABLE public.lead_list_events TO service_role;


GRANT USAGE ON SEQUENCE public.lead_list_events_id_seq TO service_role;
