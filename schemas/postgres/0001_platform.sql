-- migrate:up
-- What Supabase brings and plain PostgreSQL lacks: the least that foreign keys and row policies need.
-- Where the schema `auth` exists, nothing of it is touched.

DO $shim$
DECLARE
    role_name text;
BEGIN
    IF to_regnamespace('auth') IS NOT NULL THEN
        RETURN;
    END IF;

    -- Roles belong to the whole server: another database's migration may be making them at this moment.
    FOREACH role_name IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT %s', role_name,
                               CASE role_name WHEN 'service_role' THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;

    CREATE SCHEMA auth;

    CREATE TABLE auth.users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        email text
    );

    -- PostgREST sets request.jwt.claims for a transaction; an empty string is what is left of it afterwards.
    CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp -- a temporary type of the caller's comes last
    AS $function$
        SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
    $function$;

    CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp -- a temporary type of the caller's comes last
    AS $function$
        SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    $function$;

    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
    GRANT EXECUTE ON FUNCTION auth.uid(), auth.role() TO anon, authenticated, service_role;
END
$shim$;

-- migrate:down
-- Forward only.
