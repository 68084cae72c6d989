-- migrate:up
-- The design's functions: a list to a campaign, a list from a client's rows, a list's members by its filter. Set-based: a statement a step.
--
-- The public functions run as the owner and only check who calls. They reach tables and types by full names and an empty search_path, so
-- that nothing a caller makes (a temporary table, a type, an operator) is taken for ours. The work is done by functions in henk.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

-- Functions of these names that somebody made before, whatever their parameters: PostgREST could not tell two apart, and an old one would
-- not check who calls.
DO $older$
DECLARE
    older record;
BEGIN
    FOR older IN
        SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN (
            'add_lead_list_to_campaign', 'remove_lead_list_from_campaign', 'create_lead_list_from_csv', 'refresh_lead_list',
            'undo_lead_import', 'merge_leads', 'erase_lead') ORDER BY 1
    LOOP
        EXECUTE format('DROP FUNCTION %s', older.name);
        INSERT INTO henk.migration_report (migration, said)
        VALUES ('0010_functions', format('replaced the function %s', older.name));
        RAISE INFO 'replaced the function %', older.name;
    END LOOP;
END
$older$;

CREATE FUNCTION henk.lock_business(p_business_id uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    -- The pipeline takes it, too: an import and a client's call never make the same person twice.
    SELECT pg_advisory_xact_lock(hashtextextended('henk.load.' || p_business_id, 0))
$$;

-- P0002 for the service role, which may know that there is no such record; nobody else comes this far.
CREATE FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF p_found IS NULL THEN
        RAISE EXCEPTION 'There is no % %.', p_what, coalesce(p_id::text, 'null') USING ERRCODE = 'no_data_found';
    END IF;
END
$$;

-- Which of a campaign's lists each member of one of them belongs to: the smallest priority, then the earliest assigned, of the active
-- assignments whose filter the lead meets. As SQL that gives lead_id and lead_list_id; $1 the filters, $2 the campaign, $3 the list.
CREATE FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    filtered text;
BEGIN
    SELECT jsonb_agg(a.filter_criteria ORDER BY a.id) INTO filters FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.is_active AND a.filter_criteria IS NOT NULL;
    SELECT string_agg(format(' UNION ALL SELECT m.lead_id, m.lead_list_id, %L::integer, %L::timestamptz, %L::uuid '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id WHERE m.lead_list_id = %L AND (%s)',
        t.priority, t.assigned_at, t.id, t.lead_list_id, henk.compile_filter(t.filter_criteria, format('{%s}', t.n - 1))), '')
    INTO filtered
    FROM (
        SELECT a.*, row_number() OVER (ORDER BY a.id) AS n FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.is_active AND a.filter_criteria IS NOT NULL) t;
    query := 'SELECT DISTINCT ON (o.lead_id) o.lead_id, o.lead_list_id FROM ('
        'SELECT m.lead_id, m.lead_list_id, a.priority, a.assigned_at, a.id '
        'FROM public.campaign_lead_lists a JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id '
        'WHERE a.campaign_id = $2 AND a.is_active AND a.filter_criteria IS NULL' || coalesce(filtered, '') || ') o '
        'JOIN public.lead_list_members mine ON mine.lead_id = o.lead_id AND mine.lead_list_id = $3 '
        'ORDER BY o.lead_id, o.priority, o.assigned_at, o.id';
END
$$;

-- Assign a list to a campaign and give the campaign its members. Gives: the assignment, and how many campaign leads are new.
-- Left out, where the campaign says so: who must not be called, by a flag or by a suppressed number; and whoever would be called on a
-- number that somebody of the campaign has. Nobody's status, attempts or amounts change.
CREATE FUNCTION henk.assign_list(
    p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid DEFAULT NULL, OUT assignment_id uuid, OUT added integer
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign record;
    list_business uuid;
    criteria jsonb;
    eligible text;
BEGIN
    -- One assignment to a campaign at a time.
    SELECT c.id, c.business_id, c.exclude_dnc, c.dedupe_by_phone INTO campaign FROM public.campaigns c
    WHERE c.id = p_campaign_id FOR NO KEY UPDATE;
    SELECT ll.business_id INTO list_business FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_campaign_id, campaign.id, 'campaign'), henk.require_record(p_lead_list_id, list_business, 'lead list');
    IF list_business <> campaign.business_id THEN
        RAISE EXCEPTION 'The lead list and the campaign belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    VALUES (campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE
    -- A list that was taken away, or done with, is taken up again; one that is paused stays paused.
    SET priority = EXCLUDED.priority, is_active = a.is_active OR a.completed_at IS NOT NULL, completed_at = NULL
    WHERE a.priority <> EXCLUDED.priority OR a.completed_at IS NOT NULL;
    SELECT a.id, a.filter_criteria INTO assignment_id, criteria FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;

    eligible := 'SELECT l.id, coalesce(l.phone, l.mobile_phone) AS number, l.lead_score '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id '
        'WHERE m.lead_list_id = $4 AND (' || henk.compile_filter(criteria) || ')';
    IF campaign.exclude_dnc THEN
        eligible := eligible || ' AND NOT (l.do_not_call OR l.dnc)'
            ' AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = $2 AND s.channel = ''phone'' AND s.value = l.phone)'
            ' AND NOT EXISTS (SELECT FROM public.suppressions s'
            ' WHERE s.business_id = $2 AND s.channel = ''phone'' AND s.value = l.mobile_phone)';
        IF EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = list_business AND s.channel = 'phone' AND s.value LIKE 'sha256:%')
        THEN
            eligible := eligible || ' AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = $2'
                ' AND s.channel = ''phone'' AND s.value = henk.fingerprint($2, l.phone))'
                ' AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = $2'
                ' AND s.channel = ''phone'' AND s.value = henk.fingerprint($2, l.mobile_phone))';
        END IF;
    END IF;
    IF campaign.dedupe_by_phone THEN
        eligible := 'SELECT DISTINCT ON (coalesce(e.number, e.id::text)) e.id FROM (' || eligible || ') e WHERE NOT EXISTS ('
            'SELECT FROM public.campaign_leads cl JOIN public.leads other ON other.id = cl.lead_id '
            'WHERE cl.campaign_id = $3 AND other.id <> e.id AND coalesce(other.phone, other.mobile_phone) = e.number) '
            'ORDER BY coalesce(e.number, e.id::text), e.lead_score DESC NULLS LAST, e.id';
    END IF;
    EXECUTE 'INSERT INTO public.campaign_leads (business_id, campaign_id, lead_id, lead_list_id, import_id) '
        'SELECT $2, $3, e.id, $4, $5 FROM (' || eligible || ') e ORDER BY e.id ON CONFLICT (campaign_id, lead_id) DO NOTHING'
        USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id;
    GET DIAGNOSTICS added = ROW_COUNT;
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
END
$$;

-- Give the members of a list the list of the campaign that they belong to.
CREATE FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    attribution record;
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id <> p_lead_list_id AND a.is_active) THEN
        RETURN;
    END IF;
    SELECT * INTO attribution FROM henk.compile_attribution(p_campaign_id);
    EXECUTE 'UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id FROM (' || attribution.query || ') best '
        'WHERE cl.campaign_id = $2 AND cl.lead_id = best.lead_id AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id'
        USING attribution.filters, p_campaign_id, p_lead_list_id;
END
$$;

CREATE FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer DEFAULT 1) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
        henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN (SELECT a.assignment_id FROM henk.assign_list(p_campaign_id, p_lead_list_id, coalesce(p_priority, 1)) a);
END
$$;

-- Take a list off a campaign: its leads that nobody has worked on go, or go over to another list of the campaign they are on, too. Whoever
-- was called stays with what was said; the assignment then stays as well, inactive. Gives: how many campaign leads were removed.
CREATE FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
        henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN henk.unassign_list(p_campaign_id, p_lead_list_id);
END
$$;

CREATE FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    removed integer;
BEGIN
    PERFORM henk.require_record(p_campaign_id, (SELECT c.id FROM public.campaigns c WHERE c.id = p_campaign_id FOR NO KEY UPDATE), 'campaign'),
        henk.require_record(p_lead_list_id, (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id), 'lead list');
    UPDATE public.campaign_lead_lists SET is_active = false, completed_at = now()
    WHERE campaign_id = p_campaign_id AND lead_list_id = p_lead_list_id AND (is_active OR completed_at IS NULL);
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = p_campaign_id AND cl.lead_list_id = p_lead_list_id AND henk.is_untouched(cl);
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id AND a.total_leads = 0;
    RETURN removed;
END
$$;

-- Nobody has worked on a campaign lead: no call, no word, no amount. An opt-out alone is no work: the suppression keeps it.
CREATE FUNCTION henk.is_untouched(p_lead public.campaign_leads) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN p_lead.status IN ('new', 'queued', 'dnc') AND p_lead.attempts = 0 AND p_lead.total_talk_time = 0
AND coalesce(p_lead.pledged_amount, 0) = 0 AND coalesce(p_lead.donated_amount, 0) = 0
AND num_nonnulls(p_lead.last_attempt_at, p_lead.outcome, p_lead.notes, p_lead.contacted_at, p_lead.converted_at) = 0;

-- The members of a dynamic list become those leads of its business that meet its filter_criteria. Gives: how many there are.
CREATE FUNCTION public.refresh_lead_list(p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN henk.refresh_list(p_lead_list_id);
END
$$;

CREATE FUNCTION henk.refresh_list(p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list record;
    caller uuid := henk.caller_id();
BEGIN
    SELECT ll.id, ll.business_id, ll.list_type, ll.filter_criteria INTO list FROM public.lead_lists ll
    WHERE ll.id = p_lead_list_id FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    IF list.list_type = 'static' OR list.filter_criteria IS NULL THEN
        RAISE EXCEPTION 'Only a list of type dynamic or smart with filter_criteria has its members found; this one is %.', list.list_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    WITH matching AS MATERIALIZED (
        SELECT id FROM henk.matching_leads(list.business_id, list.filter_criteria) AS id
    ), left_over AS (
        DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id AND NOT EXISTS (SELECT FROM matching t WHERE t.id = m.lead_id)
    )
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT list.business_id, p_lead_list_id, t.id, caller FROM matching t ORDER BY t.id
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    RETURN (SELECT ll.lead_count FROM public.lead_lists ll WHERE ll.id = p_lead_list_id);
END
$$;

-- What a client sends as a lead, element by element: the fields of leads it may fill, as texts. Everything else goes to custom_fields.
CREATE FUNCTION henk.sent_fields() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN string_to_array(
    'first_name last_name email phone mobile_phone company title department street city state postal_code country timezone preferred_language '
    'lead_source description notes source source_id do_not_call dnc do_not_email email_opt_out', ' '
);

CREATE FUNCTION henk.read_flag(p_word text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN p_word IS NULL THEN false
    WHEN lower(btrim(p_word)) IN ('true', 't', 'yes', 'y', '1', 'on', 'x') THEN true
    WHEN lower(btrim(p_word)) IN ('', 'false', 'f', 'no', 'n', '0', 'off') THEN false
END;

-- Step one: the array as rows of pg_temp.henk_people, normalised. Raises 22023 with the positions of all elements that cannot be leads.
CREATE FUNCTION henk.read_people(p_business_id uuid, p_leads jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problems text;
    plainly_valid text;
    calling_code text;
    country_of_home text;
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    -- Rare in rows that were a file once; only then is each element looked through.
    has_nested boolean := jsonb_path_exists(p_leads, '$[*].* ? (@.type() == "object" || @.type() == "array")');
BEGIN
    -- Most numbers are valid national ones that begin with no prefix: known by one expression, without the whole of libphonenumber's rules.
    SELECT b.default_country, '+' || r.calling_code,
        format('^(?!%s)(?:%s)$', concat_ws('|', r.international_prefix, r.national_prefix), r.valid)
    INTO country_of_home, calling_code, plainly_valid
    FROM public.businesses b LEFT JOIN henk.phone_regions r ON r.region = b.default_country WHERE b.id = p_business_id;

    DROP TABLE IF EXISTS pg_temp.henk_people;
    CREATE TEMP TABLE henk_people ON COMMIT DROP AS
    SELECT n::integer AS place, n::integer AS person,
        -- UUIDs of version 7 (RFC 9562), ascending: rows written in their order fill the indexes from one side.
        (lpad(to_hex(milliseconds + (n >> 12)), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || substr(gen_random_uuid()::text, 20))::uuid
            AS lead_id,
        false AS known,
        nullif(btrim(first_name), '') AS first_name, nullif(btrim(last_name), '') AS last_name,
        CASE WHEN henk.is_plain_email(email) THEN email ELSE nullif(henk.normalise_email(email), '') END AS email,
        CASE WHEN phone IS NULL THEN NULL
            WHEN translate(phone, ' ().-', '') ~ plainly_valid AND coalesce(country, country_of_home) = country_of_home
                THEN calling_code || translate(phone, ' ().-', '')
            ELSE coalesce(henk.normalise_phone(phone, henk.region_of(country, country_of_home)), nullif(btrim(phone), '')) END AS phone,
        CASE WHEN mobile_phone IS NULL THEN NULL
            WHEN translate(mobile_phone, ' ().-', '') ~ plainly_valid AND coalesce(country, country_of_home) = country_of_home
                THEN calling_code || translate(mobile_phone, ' ().-', '')
            ELSE coalesce(henk.normalise_phone(mobile_phone, henk.region_of(country, country_of_home)), nullif(btrim(mobile_phone), ''))
            END AS mobile_phone,
        nullif(btrim(company), '') AS company, nullif(btrim(title), '') AS title, nullif(btrim(department), '') AS department,
        nullif(btrim(street), '') AS street, nullif(btrim(city), '') AS city, nullif(btrim(state), '') AS state,
        nullif(btrim(postal_code), '') AS postal_code, CASE WHEN country ~ '^[A-Z]{2}$' THEN country ELSE coalesce(henk.region_of(country, NULL), nullif(btrim(country), '')) END AS country, nullif(btrim(timezone), '') AS timezone,
        nullif(btrim(preferred_language), '') AS preferred_language, nullif(btrim(lead_source), '') AS lead_source,
        nullif(btrim(description), '') AS description, nullif(btrim(notes), '') AS notes,
        coalesce(nullif(btrim(source), ''), 'csv_import') AS source, nullif(btrim(source_id), '') AS source_id,
        henk.read_flag(do_not_call) AS do_not_call, henk.read_flag(dnc) AS dnc, henk.read_flag(do_not_email) AS do_not_email,
        henk.read_flag(email_opt_out) AS email_opt_out,
        CASE jsonb_typeof(tags) WHEN 'array' THEN tags
            WHEN 'string' THEN to_jsonb(array_remove(regexp_split_to_array(tags #>> '{}', '\s*,\s*'), '')) ELSE '[]' END AS tags,
        CASE WHEN jsonb_typeof(custom_fields) = 'object' THEN custom_fields ELSE '{}' END
            || (item - henk.sent_fields() - 'tags' - CASE WHEN jsonb_typeof(custom_fields) = 'object' THEN 'custom_fields' ELSE '' END)
            AS custom_fields,
        CASE WHEN has_nested THEN EXISTS (SELECT FROM unnest(henk.sent_fields()) f WHERE jsonb_typeof(item -> f) IN ('object', 'array'))
            ELSE false END AS is_nested
    FROM ROWS FROM (
        jsonb_to_recordset(p_leads) AS (
            first_name text, last_name text, email text, phone text, mobile_phone text, company text, title text, department text, street text,
            city text, state text, postal_code text, country text, timezone text, preferred_language text, lead_source text, description text,
            notes text, source text, source_id text, do_not_call text, dnc text, do_not_email text, email_opt_out text, tags jsonb,
            custom_fields jsonb),
        jsonb_array_elements(p_leads)
    ) WITH ORDINALITY AS sent (
        first_name, last_name, email, phone, mobile_phone, company, title, department, street, city, state, postal_code, country, timezone,
        preferred_language, lead_source, description, notes, source, source_id, do_not_call, dnc, do_not_email, email_opt_out, tags,
        custom_fields, item, n);
    ANALYZE pg_temp.henk_people (place, person); -- what is joined by; statistics of thirty columns cost more than they give

    SELECT string_agg(format('%s: %s', t.problem, t.places), '; ' ORDER BY t.problem) INTO problems FROM (
        SELECT p.problem, array_to_string((array_agg(p.place ORDER BY p.place))[1:50], ', ')
            || CASE WHEN count(*) > 50 THEN format(' … (%s in all)', count(*)) ELSE '' END AS places
        FROM (
            SELECT 'neither phone, mobile_phone nor email' AS problem, place FROM pg_temp.henk_people
            WHERE email IS NULL AND phone IS NULL AND mobile_phone IS NULL
            UNION ALL SELECT 'a phone of more than 100 or an e-mail of more than 320 characters', place FROM pg_temp.henk_people
            WHERE length(email) > 320 OR length(phone) > 100 OR length(mobile_phone) > 100
            UNION ALL SELECT 'source has more than 50 or source_id more than 255 characters', place FROM pg_temp.henk_people
            WHERE length(source) > 50 OR length(source_id) > 255
            UNION ALL SELECT 'a consent flag that says neither yes nor no', place FROM pg_temp.henk_people
            WHERE do_not_call IS NULL OR dnc IS NULL OR do_not_email IS NULL OR email_opt_out IS NULL
            UNION ALL SELECT 'an object or a list where a text belongs', place FROM pg_temp.henk_people WHERE is_nested
        ) p GROUP BY p.problem) t;
    IF problems IS NOT NULL THEN
        RAISE EXCEPTION 'Nothing was imported. Elements of p_leads, counted from 1, that cannot be leads: %.', problems
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

-- Step two: rows that are one person get one number in `person`, the smallest of their places. The rule is henk_pipeline.leads.match's: the
-- same source id, e-mail or phone, also by way of a third row; on a shared phone each first name is a person.
CREATE FUNCTION henk.find_persons() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_keys;
    CREATE TEMP TABLE henk_keys ON COMMIT DROP AS
    SELECT k.place, k.kind, k.key, CASE k.kind WHEN 2 THEN substring(lower(p.first_name) FROM '^\S+') END AS name
    FROM pg_temp.henk_people p CROSS JOIN LATERAL (VALUES
        (p.place, 0, CASE WHEN p.source_id IS NOT NULL THEN p.source || ':' || p.source_id END), (p.place, 1, p.email), (p.place, 2, p.phone),
        (p.place, 2, CASE WHEN p.mobile_phone <> p.phone OR p.phone IS NULL THEN p.mobile_phone END)) AS k (place, kind, key)
    WHERE k.key IS NOT NULL;
    ANALYZE pg_temp.henk_keys (place, kind, key);
    IF NOT EXISTS (SELECT FROM pg_temp.henk_keys GROUP BY kind, key HAVING count(*) > 1) THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS pg_temp.henk_shared;
    CREATE TEMP TABLE henk_shared ON COMMIT DROP AS
    SELECT t.place, dense_rank() OVER (ORDER BY t.kind, t.key, t.name) AS node FROM (
        SELECT k.place, k.kind, k.key, count(*) OVER (PARTITION BY k.kind, k.key) AS rows,
            coalesce(k.name, first_value(k.name) OVER (PARTITION BY k.kind, k.key ORDER BY k.name IS NULL, k.place), '') AS name
        FROM pg_temp.henk_keys k) t
    WHERE t.rows > 1;
    ANALYZE pg_temp.henk_shared;
    LOOP
        -- Each row takes the smallest number of those it shares a key with, and then that one's: a chain of n rows takes about log n rounds.
        WITH node AS (
            SELECT s.node, min(p.person) AS person FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place GROUP BY s.node
        ), nearest AS (
            SELECT s.place, min(n.person) AS person FROM pg_temp.henk_shared s JOIN node n ON n.node = s.node GROUP BY s.place
        )
        UPDATE pg_temp.henk_people p SET person = least(n.person, further.person)
        FROM nearest n JOIN pg_temp.henk_people further ON further.place = n.person
        WHERE n.place = p.place AND least(n.person, further.person) < p.person;
        EXIT WHEN NOT FOUND;
    END LOOP;
    DROP TABLE pg_temp.henk_shared;
END
$$;

-- Step three: the lead that a person is already. A source id decides before an e-mail, an e-mail before a phone, then the oldest lead.
CREATE FUNCTION henk.find_known(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH pairs AS (
        SELECT k.place, k.kind, l.id, l.created_at, substring(lower(l.first_name) FROM '^\S+') AS name FROM pg_temp.henk_keys k JOIN public.leads l
            ON l.business_id = p_business_id AND l.source = split_part(k.key, ':', 1)
            AND l.source_id = substr(k.key, length(split_part(k.key, ':', 1)) + 2)
        WHERE k.kind = 0
        UNION ALL
        SELECT k.place, k.kind, l.id, l.created_at, substring(lower(l.first_name) FROM '^\S+') AS name FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.email = k.key WHERE k.kind = 1
        UNION ALL
        SELECT k.place, k.kind, l.id, l.created_at, substring(lower(l.first_name) FROM '^\S+') AS name FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.phone = k.key
        WHERE k.kind = 2
        UNION ALL
        SELECT k.place, k.kind, l.id, l.created_at, substring(lower(l.first_name) FROM '^\S+') AS name FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.mobile_phone = k.key
        WHERE k.kind = 2
    ), chosen AS (
        SELECT DISTINCT ON (p.person) p.person, t.kind, t.id, substring(lower(f.first_name) FROM '^\S+') AS name
        FROM pairs t JOIN pg_temp.henk_people p ON p.place = t.place JOIN pg_temp.henk_people f ON f.place = p.person
        WHERE t.kind < 2 OR (t.name = substring(lower(f.first_name) FROM '^\S+')) IS NOT FALSE
        ORDER BY p.person, t.kind, t.created_at, t.id
    ), surest AS (
        -- A known lead without a name cannot contradict: of several people who share its phone it is the first, not all of them.
        SELECT c.*, first_value(c.name) OVER (PARTITION BY c.id ORDER BY c.kind, c.person) AS surest_name FROM chosen c
    ), one_lead AS (
        -- Two persons of the array may turn out to be one lead.
        SELECT s.person, s.id, min(s.person) OVER (PARTITION BY s.id) AS first_person FROM surest s
        WHERE s.kind < 2 OR (s.name = s.surest_name) IS NOT FALSE
    )
    UPDATE pg_temp.henk_people p SET lead_id = o.id, known = true, person = o.first_person FROM one_lead o WHERE o.person = p.person;
END
$$;

-- Step four: of several rows of one person the first carries what the others add: first filled value, any opt-out, all tags.
CREATE FUNCTION henk.fold_persons() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    columns text;
    folded text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_temp.henk_people WHERE place <> person) THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%1$I = t.%1$I', f), ', '), string_agg(
        CASE WHEN f IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out') THEN format('bool_or(%1$I) AS %1$I', f)
            ELSE format('(array_agg(%1$I ORDER BY place) FILTER (WHERE %1$I IS NOT NULL))[1] AS %1$I', f) END, ', ')
    INTO columns, folded FROM unnest(henk.sent_fields()) f WHERE f <> 'source'; -- source goes with source_id
    EXECUTE 'UPDATE pg_temp.henk_people p SET ' || columns || ', tags = t.tags, custom_fields = t.custom_fields, source = t.source FROM ('
        'SELECT person, ' || folded || ', coalesce((array_agg(source ORDER BY place) FILTER (WHERE source_id IS NOT NULL))[1], min(source)) AS source,'
        ' coalesce((SELECT jsonb_agg(DISTINCT tag) FROM jsonb_array_elements(jsonb_agg(tags)) a, jsonb_array_elements(a) tag), ''[]'') AS tags,'
        ' (SELECT jsonb_object_agg(e.key, e.value ORDER BY a.n DESC) FROM unnest(array_agg(custom_fields ORDER BY place)) WITH ORDINALITY a (c, n),'
        ' jsonb_each(a.c) e) AS custom_fields'
        ' FROM pg_temp.henk_people GROUP BY person HAVING count(*) > 1) t WHERE p.place = t.person';
    UPDATE pg_temp.henk_people SET custom_fields = '{}' WHERE custom_fields IS NULL;
END
$$;

-- Step five: new people are inserted, known ones filled in where they were empty. No opt-out is taken back; what does not change is not
-- written. Opt-outs are kept by number and address, too.
CREATE FUNCTION henk.write_people(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    caller uuid := henk.caller_id();
BEGIN
    INSERT INTO public.leads (id, business_id, first_name, last_name, email, phone, mobile_phone, company, title, department, street, city, state,
        postal_code, country, timezone, preferred_language, lead_source, description, notes, source, source_id, do_not_call, dnc, do_not_email,
        email_opt_out, tags, custom_fields, created_by)
    SELECT lead_id, p_business_id, first_name, last_name, email, phone, mobile_phone, company, title, department, street, city, state,
        postal_code, country, timezone, preferred_language, lead_source, description, notes, source, source_id, do_not_call, dnc, do_not_email,
        email_opt_out, tags, custom_fields, caller
    FROM pg_temp.henk_people WHERE place = person AND NOT known; -- they lie in the order of their ids; sorting wide rows costs

    UPDATE public.leads l SET first_name = coalesce(l.first_name, p.first_name), last_name = coalesce(l.last_name, p.last_name),
        email = coalesce(l.email, p.email), phone = coalesce(l.phone, p.phone), mobile_phone = coalesce(l.mobile_phone, p.mobile_phone),
        company = coalesce(l.company, p.company), title = coalesce(l.title, p.title), department = coalesce(l.department, p.department),
        street = coalesce(l.street, p.street), city = coalesce(l.city, p.city), state = coalesce(l.state, p.state),
        postal_code = coalesce(l.postal_code, p.postal_code), country = coalesce(l.country, p.country),
        timezone = coalesce(l.timezone, p.timezone), preferred_language = coalesce(l.preferred_language, p.preferred_language),
        lead_source = coalesce(l.lead_source, p.lead_source), description = coalesce(l.description, p.description),
        notes = coalesce(l.notes, p.notes), do_not_call = l.do_not_call OR p.do_not_call, dnc = l.dnc OR p.dnc,
        do_not_email = l.do_not_email OR p.do_not_email, email_opt_out = l.email_opt_out OR p.email_opt_out,
        tags = l.tags || p.new_tags, custom_fields = p.custom_fields || l.custom_fields, updated_at = now(), updated_by = caller
    FROM (
        SELECT p.*, coalesce((SELECT jsonb_agg(t) FROM jsonb_array_elements(p.tags) t WHERE NOT k.tags @> t), '[]') AS new_tags
        FROM pg_temp.henk_people p JOIN public.leads k ON k.id = p.lead_id WHERE p.place = p.person AND p.known) p
    WHERE l.id = p.lead_id AND (
        (l.first_name IS NULL AND p.first_name IS NOT NULL) OR (l.last_name IS NULL AND p.last_name IS NOT NULL)
        OR (l.email IS NULL AND p.email IS NOT NULL) OR (l.phone IS NULL AND p.phone IS NOT NULL)
        OR (l.mobile_phone IS NULL AND p.mobile_phone IS NOT NULL) OR (l.company IS NULL AND p.company IS NOT NULL)
        OR (l.title IS NULL AND p.title IS NOT NULL) OR (l.department IS NULL AND p.department IS NOT NULL)
        OR (l.street IS NULL AND p.street IS NOT NULL) OR (l.city IS NULL AND p.city IS NOT NULL)
        OR (l.state IS NULL AND p.state IS NOT NULL) OR (l.postal_code IS NULL AND p.postal_code IS NOT NULL)
        OR (l.country IS NULL AND p.country IS NOT NULL) OR (l.timezone IS NULL AND p.timezone IS NOT NULL)
        OR (l.preferred_language IS NULL AND p.preferred_language IS NOT NULL) OR (l.lead_source IS NULL AND p.lead_source IS NOT NULL)
        OR (l.description IS NULL AND p.description IS NOT NULL) OR (l.notes IS NULL AND p.notes IS NOT NULL)
        OR (p.do_not_call AND NOT l.do_not_call) OR (p.dnc AND NOT l.dnc) OR (p.do_not_email AND NOT l.do_not_email)
        OR (p.email_opt_out AND NOT l.email_opt_out) OR p.new_tags <> '[]' OR NOT l.custom_fields @> (p.custom_fields || l.custom_fields));

    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT p_business_id, t.channel, t.value, 'opted out in a list that was sent', 'csv_import' FROM (
        SELECT 'phone' AS channel, phone AS value FROM pg_temp.henk_people WHERE do_not_call OR dnc
        UNION ALL SELECT 'phone', mobile_phone FROM pg_temp.henk_people WHERE do_not_call OR dnc
        UNION ALL SELECT 'email', email FROM pg_temp.henk_people WHERE do_not_email OR email_opt_out) t
    WHERE t.value IS NOT NULL ON CONFLICT (business_id, channel, value) DO NOTHING;
END
$$;

CREATE FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = 'warning'
AS $$
DECLARE
    strangers text;
    list_id uuid;
    content text;
    caller uuid := henk.caller_id();
BEGIN
    PERFORM henk.require_record(p_business_id, (SELECT b.id FROM public.businesses b WHERE b.id = p_business_id), 'business');
    IF coalesce(btrim(p_list_name), '') = '' OR length(p_list_name) > 255 THEN
        RAISE EXCEPTION 'p_list_name: a list has a name of 1 to 255 characters.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF jsonb_typeof(p_leads) IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'p_leads: an array of objects, one a lead.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF jsonb_path_exists(p_leads, '$[*] ? (@.type() != "object")') THEN
        SELECT array_to_string((array_agg(e.n ORDER BY e.n))[1:50], ', ') || CASE WHEN count(*) > 50 THEN format(' … (%s in all)', count(*))
            ELSE '' END
        INTO strangers FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n) WHERE jsonb_typeof(e.item) <> 'object';
        RAISE EXCEPTION 'Nothing was imported. Elements of p_leads, counted from 1, that are no objects: %.', strangers
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM henk.lock_business(p_business_id);
    PERFORM henk.read_people(p_business_id, p_leads);
    PERFORM henk.find_persons();
    PERFORM henk.fold_persons();
    PERFORM henk.find_known(p_business_id);
    PERFORM henk.fold_persons(); -- two persons may have turned out to be one lead
    PERFORM henk.write_people(p_business_id);

    -- The same rows under the same name are the same list: a client that lost the answer may call again.
    content := encode(sha256(convert_to(p_leads::text, 'UTF8')), 'hex');
    SELECT ll.id INTO list_id FROM public.lead_lists ll
    WHERE ll.business_id = p_business_id AND ll.name = btrim(p_list_name) AND ll.source = 'csv_import' AND ll.source_id = content
        AND NOT ll.is_archived ORDER BY ll.created_at, ll.id LIMIT 1;
    IF list_id IS NULL THEN
        INSERT INTO public.lead_lists (business_id, name, list_type, source, source_id, created_by)
        VALUES (p_business_id, btrim(p_list_name), 'static', 'csv_import', content, caller) RETURNING id INTO list_id;
    END IF;
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT p_business_id, list_id, p.lead_id, caller FROM pg_temp.henk_people p WHERE p.place = p.person
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    DROP TABLE pg_temp.henk_people, pg_temp.henk_keys;
    RETURN list_id;
END
$$;

CREATE FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name varchar, p_leads jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member(p_business_id);
    RETURN henk.create_list(p_business_id, p_list_name, p_leads);
END
$$;

REVOKE EXECUTE ON FUNCTION public.add_lead_list_to_campaign(uuid, uuid, integer), public.remove_lead_list_from_campaign(uuid, uuid),
public.create_lead_list_from_csv(uuid, varchar, jsonb), public.refresh_lead_list(uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.add_lead_list_to_campaign(uuid, uuid, integer), public.remove_lead_list_from_campaign(uuid, uuid),
public.create_lead_list_from_csv(uuid, varchar, jsonb), public.refresh_lead_list(uuid) TO authenticated, service_role;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA henk FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA henk TO service_role;

-- migrate:down
-- Forward only.
