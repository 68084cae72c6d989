-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.list_refreshes (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    cause text NOT NULL,
    criteria jsonb,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    matched integer,
    entered integer,
    left_out integer,
    pinned integer,
    excluded integer,
    status text NOT NULL,
    error text,
    run_id text,
    CONSTRAINT list_refreshes_cause_check CHECK ((cause = ANY (ARRAY['refresh'::text, 'import'::text, 'hand'::text, 'rule'::text, 'merge'::text, 'undo'::text, 'erase'::text]))),
    CONSTRAINT list_refreshes_status_check CHECK ((status = ANY (ARRAY['done'::text, 'unchanged'::text, 'held'::text, 'failed'::text])))
);


COMMENT ON TABLE public.list_refreshes IS 'Refreshes of lists that changed something, were held or failed. One that found nothing to do writes no row.';


COMMENT ON COLUMN public.list_refreshes.left_out IS 'How many members left.';


ALTER TABLE ONLY public.list_refreshes
    ADD CONSTRAINT list_refreshes_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.list_refreshes
    ADD CONSTRAINT list_refreshes_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE CASCADE;


CREATE INDEX list_refreshes_list ON public.list_refreshes USING btree (lead_list_id, finished_at);


ALTER TABLE public.list_refreshes ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.list_refreshes FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.list_refreshes TO authenticated;
GRANT ALL ON TABLE public.list_refreshes TO service_role;
