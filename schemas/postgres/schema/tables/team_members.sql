-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE public.team_members (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    business_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT team_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text]))),
    CONSTRAINT team_members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'invited'::text, 'suspended'::text, 'left'::text])))
);


COMMENT ON TABLE public.team_members IS 'Who works for a business, and as what. Only active members see anything; owners, admins and members write, viewers read.';


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_business_id_user_id_key UNIQUE (business_id, user_id);


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses(id) ON DELETE CASCADE;


ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;


CREATE INDEX team_members_user_id ON public.team_members USING btree (user_id);


CREATE TRIGGER keep_owner_deleted AFTER DELETE ON public.team_members FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.status = 'active'::text))) EXECUTE FUNCTION henk.keep_owner();


CREATE TRIGGER keep_owner_updated AFTER UPDATE ON public.team_members FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.status = 'active'::text) AND ((new.role <> 'owner'::text) OR (new.status <> 'active'::text) OR (new.business_id <> old.business_id)))) EXECUTE FUNCTION henk.keep_owner();


CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.team_members FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (new.updated_at = old.updated_at) AND (new.* IS DISTINCT FROM old.*))) EXECUTE FUNCTION henk.touch_updated_at();


ALTER TABLE public.team_members ENABLE ROW LEVEL SECURITY;


CREATE POLICY members_delete ON public.team_members FOR DELETE TO authenticated USING (((business_id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])) AND ((role <> 'owner'::text) OR (business_id = ANY (( SELECT henk.my_businesses('{owner}'::text[]) AS my_businesses)::uuid[])))));


CREATE POLICY members_read ON public.team_members FOR SELECT TO authenticated USING ((business_id = ANY (( SELECT henk.my_businesses() AS my_businesses)::uuid[])));


CREATE POLICY members_update ON public.team_members FOR UPDATE TO authenticated USING (((business_id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])) AND ((role <> 'owner'::text) OR (business_id = ANY (( SELECT henk.my_businesses('{owner}'::text[]) AS my_businesses)::uuid[]))))) WITH CHECK (((business_id = ANY (( SELECT henk.my_businesses('{owner,admin}'::text[]) AS my_businesses)::uuid[])) AND ((role <> 'owner'::text) OR (business_id = ANY (( SELECT henk.my_businesses('{owner}'::text[]) AS my_businesses)::uuid[])))));


GRANT SELECT,DELETE ON TABLE public.team_members TO authenticated;
GRANT ALL ON TABLE public.team_members TO service_role;


GRANT UPDATE(role) ON TABLE public.team_members TO authenticated;


GRANT UPDATE(status) ON TABLE public.team_members TO authenticated;
