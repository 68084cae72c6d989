-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_imports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    upload text NOT NULL,
    file_name text NOT NULL,
    file_size bigint NOT NULL,
    content_hash character(64) NOT NULL,
    list_name character varying(255) NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    rules text NOT NULL,
    mapping jsonb DEFAULT '{}'::jsonb NOT NULL,
    reading jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text NOT NULL,
    rows_read integer DEFAULT 0 NOT NULL,
    rows_accepted integer DEFAULT 0 NOT NULL,
    rows_rejected integer DEFAULT 0 NOT NULL,
    rows_duplicate integer DEFAULT 0 NOT NULL,
    leads_inserted integer DEFAULT 0 NOT NULL,
    leads_updated integer DEFAULT 0 NOT NULL,
    leads_unchanged integer DEFAULT 0 NOT NULL,
    lead_list_id uuid,
    campaign_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    campaign_leads_added integer DEFAULT 0 NOT NULL,
    error text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    run_id text,
    undo_report jsonb,
    may_come_again boolean DEFAULT false NOT NULL,
    assigned jsonb,
    error_rules text,
    records_agreement boolean DEFAULT true NOT NULL,
    assignment_terms jsonb,
    CONSTRAINT lead_imports_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT lead_imports_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT lead_imports_status_check CHECK ((status = ANY (ARRAY['running'::text, 'loaded'::text, 'partial'::text, 'rejected'::text, 'undone'::text]))),
    CONSTRAINT no_row_is_lost CHECK ((rows_read = ((rows_accepted + rows_rejected) + rows_duplicate)))
);


COMMENT ON TABLE public.lead_imports IS 'One row an upload that was taken in: its file, how it was read, what became of its rows. Rows read = accepted + rejected + duplicates.';


COMMENT ON COLUMN public.lead_imports.assigned IS 'The campaigns of the manifest as they were last assigned, with their terms.';


COMMENT ON COLUMN public.lead_imports.error_rules IS 'Of an import that was loaded and could not be loaded again: the digest of the manifest, country and rules it was refused under';


COMMENT ON COLUMN public.lead_imports.records_agreement IS 'Whether edits of its leads and what its rows agreed with are kept; not of imports from before migration 0051.';


COMMENT ON COLUMN public.lead_imports.assignment_terms IS 'The settings of assignments that the import gave, and what stood before, for undo: by the id of the assignment `says` and `replaced`.';


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_business_id_id_key UNIQUE (business_id, id);


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_pkey PRIMARY KEY (id);


ALTER TABLE public.lead_imports
    ADD CONSTRAINT every_accepted_row_is_a_lead CHECK (((rows_accepted = ((leads_inserted + leads_updated) + leads_unchanged)) OR (status = ANY (ARRAY['rejected'::text, 'running'::text])) OR (options @> '{"suppressions": true}'::jsonb))) NOT VALID;


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE RESTRICT;


ALTER TABLE ONLY public.lead_imports
    ADD CONSTRAINT lead_imports_business_id_lead_list_id_fkey FOREIGN KEY (business_id, lead_list_id) REFERENCES public.lead_lists(business_id, id) ON DELETE SET NULL (lead_list_id);


CREATE INDEX lead_imports_lead_list_id ON public.lead_imports USING btree (lead_list_id);


CREATE UNIQUE INDEX lead_imports_same_bytes_same_list ON public.lead_imports USING btree (business_id, content_hash, list_name) WHERE (status <> 'undone'::text);


CREATE INDEX lead_imports_upload ON public.lead_imports USING btree (upload);


CREATE TRIGGER keep_provenance BEFORE UPDATE OF id, business_id ON public.lead_imports FOR EACH ROW WHEN (((new.id <> old.id) OR (new.business_id <> old.business_id))) EXECUTE FUNCTION henk.keep_provenance();


CREATE TRIGGER leave_provenance AFTER DELETE ON public.lead_imports REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.leave_provenance();


ALTER TABLE public.lead_imports ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_imports FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_imports TO authenticated;
GRANT ALL ON TABLE public.lead_imports TO service_role;
