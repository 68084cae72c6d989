-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.lead_import_rejections (
    id bigint NOT NULL,
    import_id uuid NOT NULL,
    business_id uuid NOT NULL,
    line_number integer NOT NULL,
    column_name text,
    value text,
    rule text NOT NULL,
    message text NOT NULL,
    "row" jsonb NOT NULL,
    CONSTRAINT lead_import_rejections_line_number_check CHECK ((line_number > 0))
);


COMMENT ON TABLE public.lead_import_rejections IS 'Every rule that a row of a file broke: line, column, value, and what to do.';


ALTER TABLE public.lead_import_rejections ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lead_import_rejections_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY public.lead_import_rejections
    ADD CONSTRAINT lead_import_rejections_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.lead_import_rejections
    ADD CONSTRAINT lead_import_rejections_business_id_import_id_fkey FOREIGN KEY (business_id, import_id) REFERENCES public.lead_imports(business_id, id) ON DELETE CASCADE;


CREATE INDEX lead_import_rejections_import_id ON public.lead_import_rejections USING btree (import_id, line_number);


ALTER TABLE public.lead_import_rejections ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_read ON public.lead_import_rejections FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


GRANT SELECT ON TABLE public.lead_import_rejections TO authenticated;
GRANT ALL ON TABLE public.lead_import_rejections TO service_role;


GRANT USAGE ON SEQUENCE public.lead_import_rejections_id_seq TO service_role;
