-- migrate:up
-- Who may do what: rights and row policies on every table.
--
-- An end user is whom the claims name (auth.uid()), and sees what belongs to the businesses they are an active member of. Members, admins
-- and owners write, viewers read; a suspended, invited or former member sees nothing. `anon` has nothing. The service role passes by.
--
-- Rights are given column by column where a column would tell whether something of somebody else's exists: whoever could write `id`, or
-- name a business beside a foreign list, could try ids and read the answer off a unique violation. A migration that adds a column for
-- clients grants it here, too: SELECT henk.grant_columns('table').

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

-- The end user, null where the claims name nobody that can be read.
CREATE FUNCTION henk.caller_id() RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN auth.uid();
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

-- Whether the caller acts for all businesses: no end user, and a role that row policies do not hold (the service role, the tables' owner).
-- The setting `role` is what SET ROLE set; inside a SECURITY DEFINER function current_user is the function's owner.
CREATE FUNCTION henk.is_service() RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    caller name := coalesce(nullif(current_setting('role', true), 'none'), session_user);
BEGIN
    RETURN henk.caller_id() IS NULL AND coalesce(nullif(current_setting('request.jwt.claims', true), ''), '') !~ '"sub"' AND EXISTS (
        SELECT FROM pg_roles r WHERE r.rolname = caller AND (r.rolsuper OR r.rolbypassrls
            OR r.oid = (SELECT relowner FROM pg_class WHERE oid = 'public.leads'::regclass)));
END
$$;

-- The businesses whose active member the caller is, with one of these roles. Policies call it once a statement: (SELECT …). Parallel
-- restricted: the leader calls it, and a member's scan may be parallel as anybody's; so it may catch nothing (no subtransaction in a parallel
-- operation), and claims that cannot be read end the statement with PostgreSQL's own words for them.
CREATE FUNCTION henk.my_businesses(p_roles text[] DEFAULT '{owner,admin,member,viewer}') RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(
        SELECT t.business_id FROM public.team_members t
        WHERE t.user_id = (SELECT auth.uid()) AND t.status::text = 'active' AND t.role::text = ANY (p_roles))
$$;

-- Raises 42501, in the same words for what is somebody else's and for what does not exist. The service role passes.
CREATE FUNCTION henk.require_member(p_business_id uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT henk.is_service() AND (p_business_id IS NULL OR henk.caller_id() IS NULL OR NOT p_business_id = ANY (henk.my_businesses('{owner,admin,member}'))) THEN
        RAISE EXCEPTION 'You are not an active member of that business, or there is no such record.'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Ask an owner of the business for an active membership that may write.';
    END IF;
END
$$;

GRANT USAGE ON SCHEMA henk TO authenticated, service_role;
REVOKE ALL ON ALL TABLES IN SCHEMA henk FROM PUBLIC, anon, authenticated;
GRANT SELECT ON ALL TABLES IN SCHEMA henk TO service_role;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA henk FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA henk TO service_role;
GRANT EXECUTE ON FUNCTION henk.my_businesses(text[]) TO authenticated;
-- What triggers that run as the caller call.
GRANT EXECUTE ON FUNCTION henk.is_suppressed(uuid, text, text), henk.fingerprint(uuid, text), henk.is_plain_email(text), henk.is_e164(text)
TO authenticated;

-- What clients may write of each table; what is not named here they only read. `columns` are left out of the right to insert and update.
CREATE TABLE henk.client_rights (
    table_name text PRIMARY KEY,
    inserts boolean NOT NULL,
    updates boolean NOT NULL,
    deletes boolean NOT NULL,
    team_roles text[] NOT NULL, -- who of the team
    withheld text[] NOT NULL, -- columns that a client can neither insert nor update
    fixed text[] NOT NULL, -- columns that a client can insert, not update
    only_columns text[] -- where set: the columns a client can update, and no others of ours
);
INSERT INTO henk.client_rights (table_name, inserts, updates, deletes, team_roles, withheld, fixed, only_columns)
VALUES
('businesses', false, true, false, '{owner,admin}', '{id}', '{}', '{name,default_country,timezone,settings}'),
-- Who manages members could otherwise make themselves owner; inviting needs the user's id, which the server alone knows.
('team_members', false, true, true, '{owner,admin}', '{id}', '{}', '{role,status}'),
('campaigns', true, true, true, '{owner,admin,member}', '{id}', '{business_id}', NULL),
('leads', true, true, true, '{owner,admin,member}', '{id}', '{business_id}', NULL),
('lead_lists', true, true, true, '{owner,admin,member}', '{id}', '{business_id}', NULL),
-- The business of these follows from their list or campaign.
('lead_list_members', true, true, true, '{owner,admin,member}', '{id,business_id,import_id}', '{lead_id}', NULL),
('campaign_lead_lists', true, true, true, '{owner,admin,member}', '{id,business_id,import_id}', '{campaign_id,lead_list_id}', NULL),
('campaign_leads', true, true, true, '{owner,admin,member}', '{id,business_id,import_id}', '{campaign_id,lead_id}', NULL),
-- Imports are written by the pipeline; a client reads what became of them. What is undone is undone by undo_lead_import.
('lead_imports', false, false, false, '{owner,admin,member}', '{}', '{}', NULL),
('lead_import_rows', false, false, false, '{owner,admin,member}', '{}', '{}', NULL),
('lead_import_rejections', false, false, false, '{owner,admin,member}', '{}', '{}', NULL),
('lead_duplicate_candidates', false, true, false, '{owner,admin,member}', '{}', '{}', '{decision,decided_by,decided_at}'),
('suppressions', true, true, true, '{owner,admin,member}', '{id}', '{}', '{reason}');

CREATE FUNCTION henk.grant_columns(p_table text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rights henk.client_rights;
    columns text;
BEGIN
    SELECT * INTO STRICT rights FROM henk.client_rights WHERE table_name = p_table;
    IF rights.inserts THEN
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', p_table)::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (rights.withheld);
        EXECUTE format('GRANT INSERT (%s) ON public.%I TO authenticated', columns, p_table);
    END IF;
    IF rights.updates THEN
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', p_table)::regclass AND attnum > 0 AND NOT attisdropped
            AND attname <> ALL (rights.withheld || rights.fixed)
            -- Columns of the installation's own stay writable.
            AND (rights.only_columns IS NULL OR attname = ANY (rights.only_columns) OR (p_table IN ('businesses', 'team_members')
                AND attname NOT IN ('business_id', 'user_id', 'slug', 'status', 'name', 'role', 'default_country', 'timezone', 'settings',
                    'created_at', 'updated_at')));
        EXECUTE format('GRANT UPDATE (%s) ON public.%I TO authenticated', columns, p_table);
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION henk.grant_columns(text) FROM PUBLIC;

DO $rights$
DECLARE
    rights henk.client_rights;
    key text;
    may text;
BEGIN
    FOR rights IN SELECT * FROM henk.client_rights LOOP
        -- Supabase gives clients everything on a new table, TRUNCATE included, which no policy holds.
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, anon, authenticated', rights.table_name);
        EXECUTE format('GRANT SELECT ON public.%I TO authenticated', rights.table_name);
        EXECUTE format('GRANT ALL ON public.%I TO service_role', rights.table_name);
        PERFORM henk.grant_columns(rights.table_name);

        key := CASE rights.table_name WHEN 'businesses' THEN 'id' ELSE 'business_id' END;
        may := format('%I = ANY ((SELECT henk.my_businesses(%L))::uuid[])', key, rights.team_roles);
        IF rights.table_name = 'team_members' THEN
            -- An admin manages members, not owners.
            may := may || ' AND (role::text <> ''owner'' OR business_id = ANY ((SELECT henk.my_businesses(''{owner}''))::uuid[]))';
        END IF;
        EXECUTE format('CREATE POLICY members_read ON public.%I FOR SELECT TO authenticated '
            'USING (%I = ANY ((SELECT henk.my_businesses())::uuid[]))', rights.table_name, key);
        IF rights.inserts THEN
            EXECUTE format('CREATE POLICY members_insert ON public.%I FOR INSERT TO authenticated WITH CHECK (%s)', rights.table_name, may);
        END IF;
        IF rights.updates THEN
            EXECUTE format('CREATE POLICY members_update ON public.%I FOR UPDATE TO authenticated USING (%2$s) WITH CHECK (%2$s)',
                rights.table_name, may);
        END IF;
        IF rights.deletes THEN
            EXECUTE format('GRANT DELETE ON public.%I TO authenticated', rights.table_name);
            EXECUTE format('CREATE POLICY members_delete ON public.%I FOR DELETE TO authenticated USING (%s)', rights.table_name, may);
        END IF;
    END LOOP;
    IF to_regclass('public.schema_migrations') IS NOT NULL THEN
        REVOKE ALL ON public.schema_migrations FROM PUBLIC, anon, authenticated;
        ALTER TABLE public.schema_migrations ENABLE ROW LEVEL SECURITY;
    END IF;
END
$rights$;
GRANT USAGE ON SCHEMA public TO authenticated, service_role;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO service_role;

-- Trigger functions are called by triggers only.
REVOKE EXECUTE ON FUNCTION fill_business_id_from_list(), fill_business_id_from_campaign() FROM PUBLIC;

-- migrate:down
-- Forward only.
