-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
        SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    $$;


GRANT ALL ON FUNCTION auth.role() TO anon;
GRANT ALL ON FUNCTION auth.role() TO authenticated;
GRANT ALL ON FUNCTION auth.role() TO service_role;


CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
        SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
    $$;


GRANT ALL ON FUNCTION auth.uid() TO anon;
GRANT ALL ON FUNCTION auth.uid() TO authenticated;
GRANT ALL ON FUNCTION auth.uid() TO service_role;


REVOKE ALL ON FUNCTION henk.business_of_lead(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.business_of_lead(p_lead_id uuid) TO service_role;


-- The business of a lead, also of one that has become another.
-- Migrations: 0034.
CREATE FUNCTION henk.business_of_lead(p_lead_id uuid) RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id), (SELECT m.business_id FROM public.lead_merges m
        WHERE m.dropped_lead_id = p_lead_id AND m.taken_apart_at IS NULL LIMIT 1))
$$;


-- The end user, null where the claims name nobody that can be read.
-- Migrations: 0009.
CREATE FUNCTION henk.caller_id() RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN auth.uid();
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.caller_id() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.caller_id() TO service_role;
GRANT ALL ON FUNCTION henk.caller_id() TO authenticated;


-- Tables of the installation's own that refer to leads (call logs, conversations): each foreign key's table and column.
-- Migrations: 0011.
CREATE FUNCTION henk.foreign_references() RETURNS TABLE(on_table regclass, on_column name, is_required boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT c.conrelid::regclass, a.attname, a.attnotnull
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'public.leads'::regclass AND cardinality(c.conkey) = 1
        AND c.conrelid NOT IN (SELECT format('public.%I', r.table_name)::regclass FROM henk.client_rights r)
$$;


REVOKE ALL ON FUNCTION henk.foreign_references() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.foreign_references() TO service_role;


REVOKE ALL ON FUNCTION henk.grant_columns(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.grant_columns(p_table text) TO service_role;


-- Migrations: 0009.
CREATE FUNCTION henk.grant_columns(p_table text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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


-- A business keeps an active owner: nobody else could make one. An account that is deleted (a cascade) is not held up by it.
-- Migrations: 0033.
CREATE FUNCTION henk.keep_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM auth.users u WHERE u.id = OLD.user_id) THEN
        RETURN NULL;
    END IF;
    -- Two owners who leave at the same moment: the second waits, and then sees that the first has gone.
    PERFORM FROM public.businesses b WHERE b.id = OLD.business_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT FROM public.team_members t
        WHERE t.business_id = OLD.business_id AND t.role::text = 'owner' AND t.status::text = 'active') THEN
        RAISE EXCEPTION 'The business would have no active owner left.' USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            CONSTRAINT = TG_NAME, HINT = 'Make another member an owner first.';
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_owner() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.lock_business(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lock_business(p_business_id uuid) TO service_role;


-- Migrations: 0010, 0032.
CREATE FUNCTION henk.lock_business(p_business_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- The pipeline takes it, too: an import and a client's call never make the same person twice.
    SELECT pg_advisory_xact_lock(hashtextextended('henk.load.' || p_business_id, 0));
    INSERT INTO henk.load_turns (business_id, turn) SELECT b.id, 1 FROM public.businesses b WHERE b.id = p_business_id
    ON CONFLICT (business_id) DO UPDATE SET turn = load_turns.turn + 1;
$$;


COMMENT ON FUNCTION henk.lock_lists(p_business_id uuid) IS 'Take the lock under which members of lists and assignments of a business are written.';


REVOKE ALL ON FUNCTION henk.lock_lists(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lock_lists(p_business_id uuid) TO service_role;


-- One transaction a business at a time writes members and assignments. Imports take henk.lock_business first, and this where they begin to fill
-- lists, so that a client waits for the end of an import, not for all of it.
-- Migrations: 0071.
CREATE FUNCTION henk.lock_lists(p_business_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('henk.lists.' || p_business_id, 0));
$$;


-- Of a client's statement, before it locks a row: which business it writes is not known yet. Almost everybody writes in one; somebody who writes in
-- several waits for none of the others, and may have to repeat a statement that ends in a deadlock.
-- Migrations: 0071.
CREATE FUNCTION henk.lock_lists_first() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    businesses uuid[] := henk.my_businesses('{owner,admin,member}');
BEGIN
    IF cardinality(businesses) = 1 THEN
        PERFORM henk.lock_lists(businesses[1]);
    ELSE
        PERFORM pg_try_advisory_xact_lock(hashtextextended('henk.lists.' || b, 0)) FROM unnest(businesses) b;
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.lock_lists_first() IS 'Trigger: a client''s statement on members or assignments takes henk.lock_lists first.';


REVOKE ALL ON FUNCTION henk.lock_lists_first() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lock_lists_first() TO service_role;


REVOKE ALL ON FUNCTION henk.my_businesses(p_roles text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.my_businesses(p_roles text[]) TO service_role;
GRANT ALL ON FUNCTION henk.my_businesses(p_roles text[]) TO authenticated;


-- The businesses whose active member the caller is, with one of these roles. Policies call it once a statement: (SELECT …). Parallel
-- restricted: the leader calls it, and a member's scan may be parallel as anybody's; so it may catch nothing (no subtransaction in a parallel
-- operation), and claims that cannot be read end the statement with PostgreSQL's own words for them.
-- Migrations: 0009.
CREATE FUNCTION henk.my_businesses(p_roles text[] DEFAULT '{owner,admin,member,viewer}'::text[]) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT ARRAY(
        SELECT t.business_id FROM public.team_members t
        WHERE t.user_id = (SELECT auth.uid()) AND t.status::text = 'active' AND t.role::text = ANY (p_roles))
$$;


-- Who wrote a row is whom the claims name, not whom the row names. The arguments: the column that an INSERT fills and no UPDATE changes, and the
-- one that every write fills. Rows that a function of the database moves keep theirs.
-- Migrations: 0033.
CREATE FUNCTION henk.name_caller() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    caller uuid := henk.caller_id();
BEGIN
    IF caller IS NULL OR (coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated')) THEN
        RETURN NEW;
    END IF;
    CASE TG_ARGV[0]
        WHEN 'created_by' THEN NEW.created_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.created_by END;
        WHEN 'added_by' THEN NEW.added_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.added_by END;
        WHEN 'assigned_by' THEN NEW.assigned_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.assigned_by END;
    END CASE;
    IF TG_ARGV[1] = 'updated_by' THEN
        NEW.updated_by := CASE TG_OP WHEN 'UPDATE' THEN caller END;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.name_caller() FROM PUBLIC;


COMMENT ON FUNCTION henk.names_a_place(p_zone text) IS 'Whether a time zone is that of a place, or UTC.';


REVOKE ALL ON FUNCTION henk.names_a_place(p_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.names_a_place(p_zone text) TO service_role;


-- Names of time zones that are no place's: the server's own, abbreviations, offsets.
-- Migrations: 0068.
CREATE FUNCTION henk.names_a_place(p_zone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((p_zone = ANY (ARRAY['UTC'::text, 'Etc/UTC'::text])) OR (p_zone !~ '^(Factory|localtime|posixrules|(posix|right|SystemV|Etc)/.*|GMT.*|UCT|Universal|Zulu|Greenwich|[CEMW]ET|[EM]ST|HST|(CST6C|EST5E|MST7M|PST8P)DT)$'::text));


REVOKE ALL ON FUNCTION henk.refuse_stranger(p_what text, p_id uuid) FROM PUBLIC;


-- Migrations: 0023.
CREATE FUNCTION henk.refuse_stranger(p_what text, p_id uuid) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF p_id IS NOT NULL THEN
        RAISE EXCEPTION 'The business has no % %.', p_what, p_id USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;


-- TRUNCATE shows no rows to count. The owner alone may do it; what is left is counted by hand.
-- Migrations: 0005.
CREATE FUNCTION henk.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE would leave the counts of % behind. Use DELETE.', TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_truncate() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_truncate() TO service_role;


-- Migrations: 0040.
CREATE FUNCTION henk.refuse_unknown_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.default_country IS DISTINCT FROM OLD.default_country THEN
        IF NOT EXISTS (SELECT FROM henk.phone_regions r WHERE r.region = NEW.default_country)
            -- Countries of ISO 3166-1 that have no telephone numbers of their own.
            AND NEW.default_country NOT IN ('AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM') THEN
            RAISE EXCEPTION 'default_country cannot be "%": there is no such country.', NEW.default_country
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = 'default_country',
                    HINT = 'It is the ISO 3166-1 code of the country of telephone numbers that name none, such as US, GB or DE.';
        END IF;
    END IF;
    -- The list of all time zones takes a fifth of a second to read.
    IF NEW.timezone <> 'UTC' AND (TG_OP = 'INSERT' OR NEW.timezone IS DISTINCT FROM OLD.timezone) THEN
        IF NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone AND henk.names_a_place(z.name)) THEN
            RAISE EXCEPTION 'timezone cannot be "%": it is no time zone of a place.', NEW.timezone
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = 'timezone',
                    HINT = 'It is a name of the IANA time zone database, such as America/New_York or Europe/Berlin.';
        END IF;
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.refuse_unknown_place() IS 'Trigger: the country and the time zone of a business exist.';


REVOKE ALL ON FUNCTION henk.refuse_unknown_place() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.require_member(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_member(p_business_id uuid) TO service_role;


-- Raises 42501, in the same words for what is somebody else's and for what does not exist. The service role passes.
-- Migrations: 0009.
CREATE FUNCTION henk.require_member(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NOT henk.is_service() AND (p_business_id IS NULL OR henk.caller_id() IS NULL OR NOT p_business_id = ANY (henk.my_businesses('{owner,admin,member}'))) THEN
        RAISE EXCEPTION 'You are not an active member of that business, or there is no such record.'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Ask an owner of the business for an active membership that may write.';
    END IF;
END
$$;


REVOKE ALL ON FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) TO service_role;


-- P0002 for the service role, which may know that there is no such record; nobody else comes this far.
-- Migrations: 0010.
CREATE FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF p_found IS NULL THEN
        RAISE EXCEPTION 'There is no % %.', p_what, coalesce(p_id::text, 'null') USING ERRCODE = 'no_data_found';
    END IF;
END
$$;


-- Migrations: 0002.
CREATE FUNCTION public.fill_business_id_from_campaign() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.campaigns WHERE id = NEW.campaign_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION public.fill_business_id_from_campaign() FROM PUBLIC;


-- The design's own inserts name a list and a lead, or a campaign and a list, and no business. It follows from the first of them;
-- the composite foreign keys then hold the second one to it. The pipeline gives business_id and never pays for this.
-- Migrations: 0002.
CREATE FUNCTION public.fill_business_id_from_list() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.lead_lists WHERE id = NEW.lead_list_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION public.fill_business_id_from_list() FROM PUBLIC;
