-- Made by `make schema` from a database with every migration applied; nothing runs this file.

-- Migrations: 0005.
CREATE FUNCTION henk.add_to_lists(p_changes henk.list_change[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- Locked in the order of their ids: two statements that touch the same lists wait for each other, never both at once.
    WITH locked AS MATERIALIZED (
        SELECT ll.id, c.leads FROM public.lead_lists ll JOIN unnest(p_changes) c ON c.lead_list_id = ll.id
        ORDER BY ll.id FOR NO KEY UPDATE OF ll)
    UPDATE public.lead_lists ll SET lead_count = ll.lead_count + l.leads FROM locked l WHERE l.id = ll.id
$$;


REVOKE ALL ON FUNCTION henk.add_to_lists(p_changes henk.list_change[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.add_to_lists(p_changes henk.list_change[]) TO service_role;


-- Criteria that no lead can meet, or that ask for a word there is not, are a slip: refused where they are written or counted, not where they are
-- compared, so that lists and imports with such criteria from before go on.
-- Migrations: 0070.
CREATE FUNCTION henk.check_clauses(p_criteria jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    part record;
    words text[];
    word text;
    given jsonb;
    is_reversed boolean;
BEGIN
    FOR part IN SELECT * FROM henk.filter_clauses(p_criteria) LOOP
        given := part.clause -> 'value';
        IF part.clause ->> 'op' IN ('=', '!=', 'in') THEN
            words := CASE WHEN part.clause ->> 'measure' = 'status' THEN ARRAY['new', 'queued', 'calling', 'contacted', 'converted', 'failed', 'dnc']
                WHEN part.clause ->> 'field' = 'quality_rating' THEN ARRAY['hot', 'warm', 'cold', 'unrated'] END;
            SELECT min(e) INTO word FROM jsonb_array_elements_text(
                CASE jsonb_typeof(given) WHEN 'array' THEN given ELSE jsonb_build_array(given) END) e WHERE lower(e) <> ALL (words);
            IF word IS NOT NULL THEN
                PERFORM henk.refuse_filter(part.path, format('%s is one of %s, not "%s"',
                    coalesce(part.clause ->> 'measure', part.clause ->> 'field'), array_to_string(words, ', '), left(word, 100)));
            END IF;
        ELSIF part.clause ->> 'op' = 'between' THEN
            is_reversed := CASE jsonb_typeof(given -> 0) || ' ' || jsonb_typeof(given -> 1)
                WHEN 'number number' THEN (given ->> 0)::numeric > (given ->> 1)::numeric
                WHEN 'string string' THEN (given ->> 0)::timestamptz > (given ->> 1)::timestamptz
                -- Longer ago is first. Of different units, or of a day and a relative one, the order changes with the days.
                WHEN 'object object' THEN (SELECT bool_or(a.value::numeric < b.value::numeric)
                    FROM jsonb_each_text(given -> 0) a JOIN jsonb_each_text(given -> 1) b ON b.key = a.key) END;
            IF is_reversed THEN
                PERFORM henk.refuse_filter(part.path, format('between names the first and the last that are meant: %s comes after %s',
                    given -> 0, given -> 1));
            END IF;
        END IF;
    END LOOP;
END
$$;


COMMENT ON FUNCTION henk.check_clauses(p_criteria jsonb) IS 'Raise 22023 for criteria that no lead can meet, or with a word that a field does not have.';


REVOKE ALL ON FUNCTION henk.check_clauses(p_criteria jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.check_clauses(p_criteria jsonb) TO service_role;


-- Migrations: 0008, 0060.
CREATE FUNCTION henk.check_filter() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    business uuid := NEW.business_id;
BEGIN
    IF business IS NULL AND TG_TABLE_NAME = 'campaign_lead_lists' THEN
        SELECT c.business_id INTO business FROM public.campaigns c WHERE c.id = NEW.campaign_id; -- a client's: filled in later
    END IF;
    PERFORM henk.compile_filter(NEW.filter_criteria, p_business_id => business);
    IF TG_OP = 'INSERT' OR to_jsonb(OLD) -> 'filter_criteria' IS DISTINCT FROM NEW.filter_criteria THEN
        PERFORM henk.check_clauses(NEW.filter_criteria);
    END IF;
    IF TG_TABLE_NAME = 'lead_lists' THEN
        PERFORM henk.check_named_lists(business, NEW.id, NEW.filter_criteria);
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.check_filter() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.check_filter() TO service_role;


COMMENT ON FUNCTION henk.check_named_lists(p_business_id uuid, p_list_id uuid, p_criteria jsonb) IS 'Raise 22023 for a circle of lists, or more than five one behind the other.';


REVOKE ALL ON FUNCTION henk.check_named_lists(p_business_id uuid, p_list_id uuid, p_criteria jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.check_named_lists(p_business_id uuid, p_list_id uuid, p_criteria jsonb) TO service_role;


-- Raises 22023 where a list would find its members by itself, also by way of others, or by more than five lists one behind the other.
-- Migrations: 0060.
CREATE FUNCTION henk.check_named_lists(p_business_id uuid, p_list_id uuid, p_criteria jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    named record;
    above integer;
    below record;
BEGIN
    IF NOT EXISTS (SELECT FROM henk.named_lists(p_criteria)) THEN
        RETURN;
    END IF;
    -- Two lists that come to name each other at the same moment: the second sees the first.
    PERFORM pg_advisory_xact_lock(hashtextextended('henk.named_lists.' || p_business_id, 0));
    WITH RECURSIVE naming (id, depth) AS (
        SELECT p_list_id, 0
        UNION
        SELECT ll.id, n.depth + 1 FROM naming n JOIN public.lead_lists ll ON ll.business_id = p_business_id AND ll.filter_criteria IS NOT NULL AND ll.id <> p_list_id
        WHERE n.depth < 6 AND EXISTS (SELECT FROM henk.named_lists(ll.filter_criteria) t WHERE t.lead_list_id = n.id))
    SELECT max(n.depth) INTO above FROM naming n;
    FOR named IN SELECT * FROM henk.named_lists(p_criteria) LOOP
        WITH RECURSIVE named_by (id, depth) AS (
            SELECT named.lead_list_id, 1
            UNION
            SELECT t.lead_list_id, n.depth + 1 FROM named_by n JOIN public.lead_lists ll ON ll.id = n.id AND ll.filter_criteria IS NOT NULL AND ll.id <> p_list_id
            CROSS JOIN LATERAL henk.named_lists(ll.filter_criteria) t WHERE n.depth < 7)
        SELECT max(n.depth) AS depth, bool_or(n.id = p_list_id) AS is_cycle INTO below FROM named_by n;
        IF below.is_cycle THEN
            PERFORM henk.refuse_filter(named.path, 'the list would be found by itself: lists that name each other form no circle');
        ELSIF below.depth + above > 5 THEN
            PERFORM henk.refuse_filter(named.path, 'lists name lists to a depth of five at most');
        END IF;
    END LOOP;
END
$$;


COMMENT ON FUNCTION henk.compare_list(p_list public.lead_lists, OUT matched integer, OUT entered uuid[], OUT gone uuid[], OUT members integer, OUT pinned integer, OUT excluded integer) IS 'Compare the members of a list with its criteria, pins and exclusions.';


REVOKE ALL ON FUNCTION henk.compare_list(p_list public.lead_lists, OUT matched integer, OUT entered uuid[], OUT gone uuid[], OUT members integer, OUT pinned integer, OUT excluded integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compare_list(p_list public.lead_lists, OUT matched integer, OUT entered uuid[], OUT gone uuid[], OUT members integer, OUT pinned integer, OUT excluded integer) TO service_role;


-- What a refresh would do. matched: leads that meet the criteria; entered, gone: who would come and go; the others: how many there are.
-- Migrations: 0061.
CREATE FUNCTION henk.compare_list(p_list public.lead_lists, OUT matched integer, OUT entered uuid[], OUT gone uuid[], OUT members integer, OUT pinned integer, OUT excluded integer) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET work_mem TO '128MB'
    AS $_$
BEGIN
    EXECUTE 'WITH f AS (SELECT l.id FROM public.leads l WHERE l.business_id = $2 AND ('
        || henk.compile_filter(p_list.filter_criteria, p_depth => 2, p_business_id => p_list.business_id) || ')), '
        'm AS (SELECT k.lead_id, k.origin FROM public.lead_list_members k WHERE k.lead_list_id = $3), '
        'x AS MATERIALIZED (SELECT e.lead_id FROM public.lead_list_exclusions e WHERE e.lead_list_id = $3) '
        'SELECT count(f.id), coalesce(array_agg(f.id) FILTER (WHERE m.lead_id IS NULL AND x.lead_id IS NULL), ''{}''), '
        'coalesce(array_agg(m.lead_id) FILTER (WHERE x.lead_id IS NOT NULL OR (f.id IS NULL AND m.origin = ''criteria'')), ''{}''), '
        'count(m.lead_id), count(*) FILTER (WHERE m.origin = ''pinned''), (SELECT count(*) FROM x) '
        'FROM f FULL JOIN m ON m.lead_id = f.id LEFT JOIN x ON x.lead_id = coalesce(f.id, m.lead_id)'
    INTO matched, entered, gone, members, pinned, excluded USING p_list.filter_criteria, p_list.business_id, p_list.id;
    gone := array_remove(gone, NULL);
END
$_$;


-- A comparison as an SQL condition: null where the value cannot be compared.
-- Migrations: 0008, 0033, 0052, 0060.
CREATE FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text, p_business_id uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    asked text;
    keys text[] := ARRAY(SELECT k FROM jsonb_object_keys(p_criteria) AS k ORDER BY k);
    subject text := (ARRAY(SELECT s FROM unnest(ARRAY['field', 'custom_field', 'list', 'import', 'campaign', 'callable', 'suppressed']) s
        WHERE p_criteria ? s))[1];
    kind text;
    cell text;
    is_text boolean := false;
    zone text;
    condition text;
BEGIN
    IF p_criteria ? 'calls' THEN
        PERFORM henk.refuse_filter(p_path, 'calls asks for single calls, whose history is not kept yet; '
            '{"campaign": "any", "measure": "attempts", "op": ">=", "value": 3} asks for what campaigns know');
    ELSIF p_criteria ? 'predicted' THEN
        PERFORM henk.refuse_filter(p_path, 'predicted asks for predictions, which are not made yet; lead_score is there');
    ELSIF NOT keys <@ (CASE WHEN subject = 'campaign' THEN '{campaign,measure,op,value}'::text[] WHEN subject IN ('list', 'import') THEN ARRAY[subject, 'op']
        WHEN subject IN ('callable', 'suppressed') THEN ARRAY[subject] ELSE '{field,custom_field,op,value}' END) THEN
        PERFORM henk.refuse_filter(p_path, format('unknown key %s; a criterion has all, any or not, or field (or custom_field), op and value, or list, '
            'import, campaign, callable or suppressed', (SELECT left(string_agg(k, ', '), 100) FROM unnest(keys) k
                WHERE k NOT IN ('field', 'custom_field', 'op', 'value'))));
    ELSIF coalesce(subject, 'field') IN ('field', 'custom_field') AND (p_criteria ? 'field') = (p_criteria ? 'custom_field') THEN
        PERFORM henk.refuse_filter(p_path, 'a comparison names one of field and custom_field');
    END IF;

    IF subject IN ('callable', 'suppressed') THEN
        IF jsonb_typeof(p_criteria -> subject) <> 'boolean' THEN
            PERFORM henk.refuse_filter(p_path, format('%s is true or false', subject));
        END IF;
        condition := 'EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id AND u.business_id = l.business_id)';
        IF subject = 'callable' THEN
            condition := '((l.phone IS NOT NULL OR l.mobile_phone IS NOT NULL) AND NOT ' || condition || ')';
        END IF;
        RETURN CASE WHEN p_criteria -> subject = 'false' THEN 'NOT ' ELSE '' END || condition;
    ELSIF subject IN ('list', 'import') THEN
        IF coalesce(p_criteria ->> 'op', '') NOT IN ('in', 'not_in') THEN
            PERFORM henk.refuse_filter(p_path, format('op of %s is in or not_in', subject));
        END IF;
        PERFORM henk.filter_reference(CASE subject WHEN 'list' THEN 'public.lead_lists' ELSE 'public.lead_imports' END, p_criteria -> subject,
            CASE subject WHEN 'list' THEN 'list' ELSE 'import' END, p_path, p_business_id);
        condition := CASE subject WHEN 'list' THEN 'SELECT FROM public.lead_list_members m WHERE m.lead_list_id = ($1 #>> %L)::uuid AND m.lead_id = l.id'
            ELSE 'SELECT FROM public.lead_import_rows r WHERE r.import_id = ($1 #>> %L)::uuid AND r.lead_id = l.id AND NOT r.taken_back' END;
        RETURN CASE p_criteria ->> 'op' WHEN 'not_in' THEN 'NOT ' ELSE '' END
            || 'EXISTS (' || format(condition, henk.filter_path(p_place, subject)) || ')';
    END IF;

    zone := henk.zone_of(p_business_id);
    IF subject = 'campaign' THEN
        SELECT m.measure, m.kind, m.expression INTO asked, kind, cell FROM henk.filter_measures m
        WHERE m.measure = p_criteria ->> 'measure' AND jsonb_typeof(p_criteria -> 'measure') = 'string';
        IF kind IS NULL THEN
            PERFORM henk.refuse_filter(p_path, 'measure is one of '
                || (SELECT string_agg(m.measure, ', ' ORDER BY m.measure) FROM henk.filter_measures m));
        ELSIF p_criteria ->> 'op' = 'anniversary_within' THEN
            PERFORM henk.refuse_filter(p_path, format('%s has no anniversary', asked));
        ELSIF p_criteria ->> 'campaign' NOT IN ('any', 'active') OR jsonb_typeof(p_criteria -> 'campaign') <> 'string' THEN
            PERFORM henk.filter_reference('public.campaigns', p_criteria -> 'campaign', 'campaign', p_path, p_business_id);
        END IF;
        condition := henk.compile_operator(p_criteria, kind, cell, false, asked, p_place, p_path, zone);
        RETURN format('(l.id IN (SELECT c.lead_id FROM public.campaigns k JOIN public.campaign_leads c ON c.campaign_id = k.id '
            'WHERE k.business_id = %L AND c.lead_id IS NOT NULL%s%s))', p_business_id,
            CASE p_criteria ->> 'campaign' WHEN 'any' THEN '' WHEN 'active' THEN ' AND k.status::text = ''active'''
                ELSE format(' AND k.id = ($1 #>> %L)::uuid', henk.filter_path(p_place, 'campaign')) END,
            CASE kind WHEN 'text' THEN ' AND ' || condition ELSE ' GROUP BY c.lead_id HAVING ' || condition END);
    ELSIF subject = 'custom_field' THEN
        IF jsonb_typeof(p_criteria -> 'custom_field') <> 'string' OR p_criteria ->> 'custom_field' = '' THEN
            PERFORM henk.refuse_filter(p_path, 'custom_field is the name of a custom field');
        END IF;
        kind := 'custom';
        is_text := true;
        cell := format('(l.custom_fields ->> ($1 #>> %L))', henk.filter_path(p_place, 'custom_field'));
    ELSE
        SELECT f.field, f.kind, f.is_custom, CASE WHEN f.is_custom THEN format('(l.custom_fields ->> %L)', f.field) ELSE format('l.%I', f.field) END
        INTO asked, kind, is_text, cell FROM henk.filter_fields f
        WHERE f.field = p_criteria ->> 'field' AND jsonb_typeof(p_criteria -> 'field') = 'string';
        IF kind IS NULL THEN
            PERFORM henk.refuse_filter(p_path, format('there is no field %s', left(coalesce(p_criteria -> 'field', 'null')::text, 100)));
        END IF;
    END IF;
    RETURN henk.compile_operator(p_criteria, kind, cell, is_text, coalesce(asked, 'a custom field'), p_place, p_path, zone);
END
$_$;


COMMENT ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text, p_business_id uuid) IS 'A comparison of criteria as an SQL condition; null where a value cannot be compared.';


REVOKE ALL ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text, p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text, p_business_id uuid) TO service_role;


-- Criteria as an SQL condition over the alias l (a row of leads) and $1 (the criteria, or an object or array that holds them at p_place, a
-- path as #> takes it). Never null at p_depth 1: inside, what cannot be compared is null, and NOT leaves it so; at p_depth 2 it is for a WHERE, where
-- the planner makes joins of its clauses. p_business_id: whose leads, lists, imports, campaigns and time zone are meant; without one UTC, and ids are
-- not looked up. Raises 22023 with the place of the mistake.
-- Migrations: 0008, 0052, 0060.
CREATE FUNCTION henk.compile_filter(p_criteria jsonb, p_place text DEFAULT '{}'::text, p_path text DEFAULT '$'::text, p_depth integer DEFAULT 1, p_business_id uuid DEFAULT NULL::uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    word text;
    parts text[];
    place text;
BEGIN
    IF p_criteria IS NULL THEN
        RETURN 'true';
    ELSIF jsonb_typeof(p_criteria) <> 'object' THEN
        PERFORM henk.refuse_filter(p_path, 'a criterion is an object');
    ELSIF p_depth > 9 THEN
        PERFORM henk.refuse_filter(p_path, 'criteria go eight levels deep at most');
    ELSIF p_depth <= 2 AND p_path = '$' AND length(p_criteria::text) > 100000 THEN
        PERFORM henk.refuse_filter(p_path, 'criteria have 100,000 characters at most');
    ELSIF p_depth <= 2 AND p_path = '$' AND (SELECT count(*) FROM jsonb_path_query(p_criteria, 'strict $.** ? (exists (@.campaign))') c) > 3 THEN
        PERFORM henk.refuse_filter(p_path, 'criteria ask campaigns three times at most');
    END IF;
    IF p_depth = 1 THEN
        RETURN format('coalesce((%s), false)', henk.compile_filter(p_criteria, p_place, p_path, 2, p_business_id));
    END IF;
    FOREACH word IN ARRAY ARRAY['all', 'any', 'not'] LOOP
        CONTINUE WHEN NOT p_criteria ? word;
        IF (SELECT count(*) FROM jsonb_object_keys(p_criteria)) <> 1 THEN
            PERFORM henk.refuse_filter(p_path, format('nothing stands beside %s', word));
        END IF;
        place := henk.filter_path(p_place, word);
        IF word = 'not' THEN
            RETURN format('NOT (%s)', henk.compile_filter(p_criteria -> 'not', place, p_path || '.not', p_depth + 1, p_business_id));
        ELSIF jsonb_typeof(p_criteria -> word) <> 'array' OR jsonb_array_length(p_criteria -> word) NOT BETWEEN 1 AND 200 THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a list of 1 to 200 criteria', word));
        END IF;
        SELECT array_agg('(' || henk.compile_filter(e.item, henk.filter_path(place, (e.n - 1)::text), format('%s.%s[%s]', p_path, word, e.n - 1),
            p_depth + 1, p_business_id) || ')' ORDER BY e.n)
        INTO parts FROM jsonb_array_elements(p_criteria -> word) WITH ORDINALITY AS e (item, n);
        RETURN array_to_string(parts, CASE word WHEN 'all' THEN ' AND ' ELSE ' OR ' END);
    END LOOP;
    RETURN henk.compile_comparison(p_criteria, p_place, p_path, p_business_id);
END
$_$;


COMMENT ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer, p_business_id uuid) IS 'Criteria as an SQL condition over the alias l, a row of leads.';


REVOKE ALL ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer, p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer, p_business_id uuid) TO service_role;


COMMENT ON FUNCTION henk.compile_members(p_lead_list_id uuid) IS 'Which leads a list would have by the criteria of a preview, as an SQL condition.';


REVOKE ALL ON FUNCTION henk.compile_members(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_members(p_lead_list_id uuid) TO service_role;


-- A condition for the leads `l` of a preview, as SQL: those that are found (f); with a list ($4) its pins and what it was given, too, and nobody whom
-- it excludes.
-- Migrations: 0067.
CREATE FUNCTION henk.compile_members(p_lead_list_id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT CASE WHEN p_lead_list_id IS NULL THEN 'l.id IN (SELECT f.id FROM f)' ELSE
        'l.id IN (SELECT f.id FROM f UNION ALL '
        'SELECT m.lead_id FROM public.lead_list_members m WHERE m.lead_list_id = $4 AND m.origin <> ''criteria'') '
        'AND NOT EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = $4 AND x.lead_id = l.id)' END
$_$;


-- One operator over a value, as SQL. p_cell is the value; of a text that means a number or a day (p_text), what it means is compared, and null where it
-- means none. p_place and p_path are those of the criterion.
-- Migrations: 0060.
CREATE FUNCTION henk.compile_operator(p_criteria jsonb, p_kind text, p_cell text, p_is_text boolean, p_asked text, p_place text, p_path text, p_zone text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    op text := p_criteria ->> 'op';
    value jsonb := p_criteria -> 'value';
    value_type text := jsonb_typeof(p_criteria -> 'value');
    place text := henk.filter_path(p_place, 'value');
    given text := format('($1 #>> %L)', place); -- the filter's value, as SQL
    cell text := p_cell; -- the lead's value, as SQL
    number text := CASE WHEN p_is_text THEN
        -- Custom fields are texts of all kinds: one that is no number is neither more nor less than one (henk.uncompared_values counts them).
        format('(CASE WHEN %1$s ~ ''^-?[0-9]{1,30}([.][0-9]{1,30})?$'' THEN %1$s::numeric END)', p_cell) ELSE p_cell END;
    day text := format('(CASE WHEN %1$s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}'' THEN left(%1$s, 10) END COLLATE "C")', p_cell);
    compared text; -- a text as a number or a day, as SQL: null where it is neither
    kind text := p_kind;
BEGIN
    IF jsonb_typeof(p_criteria -> 'op') IS DISTINCT FROM 'string'
        OR op NOT IN ('=', '!=', '<', '<=', '>', '>=', 'in', 'contains', 'is_null', 'between', 'starts_with', 'anniversary_within') THEN
        PERFORM henk.refuse_filter(p_path, 'op is one of =, !=, <, <=, >, >=, in, contains, is_null, between, starts_with, anniversary_within');
    END IF;

    IF op = 'is_null' THEN
        IF value IS NOT NULL AND value_type <> 'boolean' THEN
            PERFORM henk.refuse_filter(p_path, 'the value of is_null is true or false');
        END IF;
        cell := CASE WHEN kind = 'tags' THEN format('(%s = ''[]'')', cell) ELSE format('(%s IS NULL)', cell) END;
        RETURN CASE WHEN value = 'false' THEN 'NOT ' ELSE '' END || cell;
    END IF;

    IF op = 'in' THEN
        IF value_type IS DISTINCT FROM 'array' OR jsonb_array_length(value) NOT BETWEEN 1 AND 1000
            OR EXISTS (SELECT FROM jsonb_array_elements(value) e WHERE jsonb_typeof(e) NOT IN ('string', 'number')) THEN
            PERFORM henk.refuse_filter(p_path, 'the value of in is a list of 1 to 1000 texts or numbers');
        ELSIF kind IN ('boolean', 'time', 'date') THEN
            PERFORM henk.refuse_filter(p_path, format('in does not go with %s', p_asked));
        ELSIF kind = 'number' AND EXISTS (SELECT FROM jsonb_array_elements(value) e WHERE jsonb_typeof(e) <> 'number') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with numbers', p_asked));
        END IF;
        given := format('ARRAY(SELECT %s FROM jsonb_array_elements_text($1 #> %L) AS e)',
            CASE kind WHEN 'number' THEN 'e::numeric' ELSE 'henk.case_folded(e)' END, place);
        -- Among numbers only: a text that is no number is neither one of them nor none.
        IF p_is_text AND NOT value @? '$[*] ? (@.type() == "string")' THEN
            RETURN format('(CASE WHEN %1$s IS NULL THEN false ELSE %2$s = ANY (ARRAY(SELECT e::numeric FROM jsonb_array_elements_text($1 #> %3$L) AS e)) '
                'END)', cell, number, place);
        END IF;
        RETURN CASE kind WHEN 'tags' THEN format('henk.has_tag(%s, %s)', cell, given)
            WHEN 'number' THEN format('coalesce(%s = ANY (%s), false)', cell, given)
            -- Numbers by their value (100 is 100.0), texts as they are written.
            WHEN 'custom' THEN format('(coalesce(henk.cell_folded(%s) = ANY (%s), false) OR coalesce(%s = ANY (ARRAY(SELECT (e #>> ''{}'')::numeric '
                'FROM jsonb_array_elements($1 #> %L) AS e WHERE jsonb_typeof(e) = ''number'')), false))', cell, given, number, place)
            ELSE format('coalesce(henk.cell_folded(%s) = ANY (%s), false)', cell, given) END;
    END IF;

    IF op IN ('contains', 'starts_with') THEN
        IF value_type IS DISTINCT FROM 'string' OR value = '""' OR kind NOT IN ('text', 'custom', 'tags') OR (kind = 'tags' AND op = 'starts_with') THEN
            PERFORM henk.refuse_filter(p_path, CASE op WHEN 'contains' THEN 'contains asks for a text in a text, or for a tag'
                ELSE 'starts_with asks for the beginning of a text' END);
        END IF;
        -- A tag that the text of all tags does not hold is none of them: that is known four times as fast (200,000 leads: 0.15 s for 0.6 s).
        RETURN CASE WHEN kind = 'tags' THEN format('(%1$s @> ($1 #> %3$L) OR (strpos(henk.cell_folded(%1$s::text), henk.case_folded(btrim(($1 #> %3$L)::text, chr(34)))) > 0 '
                'AND henk.has_tag(%1$s, ARRAY[henk.case_folded(%2$s)])))', cell, given, place)
            WHEN op = 'contains' THEN format('coalesce(strpos(henk.cell_folded(%s), henk.case_folded(%s)) > 0, false)', cell, given)
            ELSE format('coalesce(starts_with(henk.cell_folded(%s), henk.case_folded(%s)), false)', cell, given) END;
    END IF;

    IF op = 'anniversary_within' THEN
        IF kind NOT IN ('time', 'date', 'custom') THEN
            PERFORM henk.refuse_filter(p_path, format('%s has no anniversary: it is no day', p_asked));
        ELSIF value_type IS DISTINCT FROM 'object' OR (SELECT count(*) FROM jsonb_object_keys(value)) <> 1
            OR jsonb_typeof(value -> 'days_ahead') IS DISTINCT FROM 'number' OR (value ->> 'days_ahead') !~ '^\d{1,3}$'
            OR (value ->> 'days_ahead')::integer > 366 THEN
            PERFORM henk.refuse_filter(p_path, 'anniversary_within asks for {"days_ahead": n}, a whole number up to 366; 0 is today');
        END IF;
        given := format('($1 #>> %L)::integer', henk.filter_path(place, 'days_ahead'));
        day := CASE WHEN p_is_text THEN format('henk.written_day(%s)', cell) ELSE format('(%s AT TIME ZONE %L)::date', cell, p_zone) END;
        RETURN format('(CASE WHEN %s IS NULL THEN false ELSE henk.days_to_anniversary(%s, (SELECT (now() AT TIME ZONE %L)::date)) <= %s END)',
            cell, day, p_zone, given);
    END IF;

    IF op = 'between' THEN
        IF kind NOT IN ('number', 'time', 'date', 'custom') OR value_type IS DISTINCT FROM 'array' OR jsonb_array_length(value) <> 2
            OR (kind = 'number' OR (kind = 'custom' AND jsonb_typeof(value -> 0) = 'number'))
            AND (jsonb_typeof(value -> 0) <> 'number' OR jsonb_typeof(value -> 1) <> 'number') THEN
            PERFORM henk.refuse_filter(p_path, 'between asks for two numbers or two times, the first and the last that are meant');
        END IF;
        IF jsonb_typeof(value -> 0) = 'number' AND kind IN ('number', 'custom') THEN
            compared := number;
            given := format('($1 #>> %L)::numeric AND ($1 #>> %L)::numeric', henk.filter_path(place, '0'), henk.filter_path(place, '1'));
        ELSIF kind = 'time' THEN
            RETURN format('coalesce(%s >= %s AND %s, false)', cell, henk.filter_moment(value -> 0, henk.filter_path(place, '0'), p_path, p_zone),
                henk.until_moment(cell, value -> 1, henk.filter_path(place, '1'), p_path, p_zone));
        ELSE
            compared := day;
            given := henk.filter_day(value -> 0, henk.filter_path(place, '0'), p_path, p_zone) || ' AND '
                || henk.filter_day(value -> 1, henk.filter_path(place, '1'), p_path, p_zone);
        END IF;
        RETURN format('(CASE WHEN %s IS NULL THEN false ELSE %s BETWEEN %s END)', cell, compared, given);
    END IF;

    -- What is left compares: =, !=, <, <=, >, >=.
    IF kind = 'tags' THEN
        PERFORM henk.refuse_filter(p_path, 'tags are asked with contains, in or is_null');
    ELSIF kind = 'boolean' THEN
        IF value_type IS DISTINCT FROM 'boolean' OR op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared by = or != with true or false', p_asked));
        END IF;
        given := given || '::boolean';
    ELSIF kind = 'number' THEN
        IF value_type IS DISTINCT FROM 'number' THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a number', p_asked));
        END IF;
        given := given || '::numeric';
        compared := CASE WHEN p_is_text THEN number END;
    ELSIF kind = 'time' THEN
        IF op IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared by <, <=, > or >=', p_asked));
        END IF;
        IF op IN ('<=', '>') AND value_type = 'string' THEN
            RETURN format(CASE op WHEN '<=' THEN 'coalesce(%s, false)' ELSE 'coalesce(NOT (%s), false)' END,
                henk.until_moment(cell, value, place, p_path, p_zone));
        END IF;
        given := henk.filter_moment(value, place, p_path, p_zone);
    ELSIF kind = 'custom' AND value_type = 'number' THEN
        compared := number;
        given := given || '::numeric';
    ELSIF kind = 'date' OR (kind = 'custom' AND op IN ('<', '<=', '>', '>=')) THEN
        given := henk.filter_day(value, place, p_path, p_zone);
        compared := day;
    ELSE
        IF op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a text: it is compared by =, !=, in, contains, starts_with or is_null', p_asked));
        ELSIF value_type IS NULL OR value_type NOT IN ('string', 'boolean') OR (value_type = 'boolean' AND kind = 'text') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a text', coalesce(p_asked, 'a custom field')));
        END IF;
        cell := format('henk.cell_folded(%s)', cell);
        given := format('henk.case_folded(%s)', given);
    END IF;
    IF compared IS NOT NULL THEN
        RETURN format('(CASE WHEN %s IS NULL THEN %L ELSE %s %s %s END)', cell, op = '!=', compared, replace(op, '!=', '<>'), given);
    END IF;
    RETURN CASE op WHEN '!=' THEN format('(%s IS DISTINCT FROM %s)', cell, given)
        ELSE format('coalesce(%s %s %s, false)', cell, op, given) END;
END
$_$;


COMMENT ON FUNCTION henk.compile_operator(p_criteria jsonb, p_kind text, p_cell text, p_is_text boolean, p_asked text, p_place text, p_path text, p_zone text) IS 'Step of compile_comparison: an operator over a value, as SQL.';


REVOKE ALL ON FUNCTION henk.compile_operator(p_criteria jsonb, p_kind text, p_cell text, p_is_text boolean, p_asked text, p_place text, p_path text, p_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_operator(p_criteria jsonb, p_kind text, p_cell text, p_is_text boolean, p_asked text, p_place text, p_path text, p_zone text) TO service_role;


COMMENT ON FUNCTION henk.complete_events(p_lead_list_id uuid, p_lead_ids uuid[]) IS 'Make the events of a list, or of leads, say what their memberships are.';


REVOKE ALL ON FUNCTION henk.complete_events(p_lead_list_id uuid, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.complete_events(p_lead_list_id uuid, p_lead_ids uuid[]) TO service_role;


-- Make events say what memberships are, of a list or of leads. A member that has not entered by them entered when it was added, or when the other lead
-- of a merge left: one of the two has been a member ever since. Who is no member leaves now. Gives: the ids of the events.
-- Migrations: 0077.
CREATE FUNCTION henk.complete_events(p_lead_list_id uuid, p_lead_ids uuid[] DEFAULT NULL::uuid[]) RETURNS bigint[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    chosen text := CASE WHEN p_lead_list_id IS NULL THEN 'lead_id = ANY ($2)' ELSE 'lead_list_id = $1' END;
    made bigint[];
BEGIN
    -- EXECUTE: planned for a list or for leads, not for both.
    EXECUTE 'WITH e AS (SELECT DISTINCT ON (v.lead_list_id, v.lead_id) v.business_id, v.lead_list_id, v.lead_id, v.event, v.at '
        'FROM public.lead_list_events v WHERE v.lead_id IS NOT NULL AND v.' || chosen || ' ORDER BY v.lead_list_id, v.lead_id, v.id DESC), '
        'm AS (SELECT k.* FROM public.lead_list_members k JOIN public.lead_lists ll ON ll.id = k.lead_list_id '
        'WHERE k.' || chosen || ' AND henk.keeps_events(ll)), '
        'written AS (INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause, at) '
        'SELECT coalesce(m.business_id, e.business_id), lead_list_id, lead_id, '
        'CASE WHEN m.origin = ''pinned'' THEN ''pinned'' WHEN m.origin IS NOT NULL THEN ''entered'' WHEN x.lead_id IS NULL THEN ''left'' ELSE ''excluded'' END, '
        'CASE WHEN e.event IS NOT NULL THEN ''merge'' WHEN m.origin = ''criteria'' THEN ''refresh'' WHEN m.import_id IS NULL THEN ''hand'' ELSE ''import'' END, '
        'CASE WHEN m.origin IS NULL THEN now() ELSE greatest(m.added_at, e.at) END '
        'FROM m FULL JOIN e USING (lead_list_id, lead_id) LEFT JOIN public.lead_list_exclusions x USING (lead_list_id, lead_id) '
        'WHERE (m.origin IS NOT NULL) <> coalesce(e.event IN (''entered'', ''pinned''), false) '
        'ORDER BY 6, lead_list_id, lead_id RETURNING id) '
        'SELECT coalesce(array_agg(w.id ORDER BY w.id), ''{}'') FROM written w' INTO made USING p_lead_list_id, p_lead_ids;
    RETURN made;
END
$_$;


-- Migrations: 0005.
CREATE FUNCTION henk.count_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM henk.add_to_lists(ARRAY(SELECT (lead_list_id, count(*))::henk.list_change FROM came GROUP BY lead_list_id));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM henk.add_to_lists(ARRAY(SELECT (lead_list_id, -count(*))::henk.list_change FROM went GROUP BY lead_list_id));
    ELSE
        PERFORM henk.add_to_lists(ARRAY(
            SELECT (t.lead_list_id, sum(t.n))::henk.list_change
            FROM (SELECT lead_list_id, 1 AS n FROM came UNION ALL SELECT lead_list_id, -1 FROM went) t
            GROUP BY t.lead_list_id HAVING sum(t.n) <> 0));
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.count_members() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.count_members() TO service_role;


REVOKE ALL ON FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) TO service_role;


-- As in 0010; and the rows wait for the reader of files.
-- Migrations: 0010, 0050.
CREATE FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET client_min_messages TO 'warning'
    AS $_$
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
    PERFORM henk.discard_junk();
    PERFORM henk.hear_consent();
    PERFORM henk.find_persons();
    PERFORM henk.fold_persons();
    PERFORM henk.find_known(p_business_id);
    PERFORM henk.fold_persons(); -- two persons may have turned out to be one lead
    PERFORM henk.release_taken_ids(p_business_id);
    PERFORM henk.write_people(p_business_id);
    PERFORM henk.fill_source_ids(p_business_id);
    PERFORM henk.keep_unclear();

    PERFORM henk.lock_lists(p_business_id);
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
        AND NOT EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = list_id AND x.lead_id = p.lead_id)
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    INSERT INTO henk.sent_rows (business_id, lead_list_id, lead_id, cells, was_unclear)
    SELECT p_business_id, list_id, f.lead_id, e.item, EXISTS (SELECT FROM pg_temp.henk_unclear u WHERE u.place = p.place)
    FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n)
    JOIN pg_temp.henk_people p ON p.place = e.n JOIN pg_temp.henk_people f ON f.place = p.person
    -- A plain name with contacts refuses nothing.
    WHERE p.custom_fields <> '{}' OR p.tags <> '[]' OR concat(p.notes, p.description, p.title, p.department, p.company, p.lead_source) <> ''
        OR concat(e.item ->> 'phone', e.item ->> 'mobile_phone') ~ '[[:alpha:]]'
        OR henk.may_be_dead(concat_ws(' ', p.first_name, p.last_name)) OR concat(p.first_name, p.last_name) ~ '[^A-Za-z .''\u0080-\U0010ffff-]';
    DROP TABLE pg_temp.henk_people, pg_temp.henk_keys;
    RETURN list_id;
END
$_$;


-- Migrations: 0061.
CREATE FUNCTION henk.date_criteria() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.criteria_changed_at := clock_timestamp();
    RETURN NEW;
END
$$;


COMMENT ON FUNCTION henk.date_criteria() IS 'Trigger: when the criteria of a list were last changed.';


REVOKE ALL ON FUNCTION henk.date_criteria() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.date_criteria() TO service_role;


-- How many days it is to the next anniversary, 0 on the day. Of 29 February it is 28 February in years without one.
-- Migrations: 0060.
CREATE FUNCTION henk.days_to_anniversary(p_day date, p_today date) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (((p_day + make_interval(years => ((EXTRACT(year FROM p_today) - EXTRACT(year FROM p_day)))::integer)))::date >= p_today) THEN (((p_day + make_interval(years => ((EXTRACT(year FROM p_today) - EXTRACT(year FROM p_day)))::integer)))::date - p_today) ELSE (((p_day + make_interval(years => (((EXTRACT(year FROM p_today) - EXTRACT(year FROM p_day)))::integer + 1))))::date - p_today) END;


COMMENT ON FUNCTION henk.days_to_anniversary(p_day date, p_today date) IS 'The days from today to the next anniversary of a day.';


REVOKE ALL ON FUNCTION henk.days_to_anniversary(p_day date, p_today date) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.days_to_anniversary(p_day date, p_today date) TO service_role;


COMMENT ON FUNCTION henk.drop_empty_events(p_lead_ids uuid[], p_events text[]) IS 'Delete events of lists, of these kinds, that changed no membership of these leads.';


REVOKE ALL ON FUNCTION henk.drop_empty_events(p_lead_ids uuid[], p_events text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.drop_empty_events(p_lead_ids uuid[], p_events text[]) TO service_role;


-- Deletes events that changed nothing: who was no member and left, who was a member and came.
-- Migrations: 0086.
CREATE FUNCTION henk.drop_empty_events(p_lead_ids uuid[], p_events text[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    DELETE FROM public.lead_list_events e USING (
        SELECT v.id, v.event IN ('entered', 'pinned') AS is_entry,
            lag(v.event IN ('entered', 'pinned')) OVER (PARTITION BY v.lead_list_id, v.lead_id ORDER BY v.id) AS was_member
        FROM public.lead_list_events v WHERE v.lead_id = ANY (p_lead_ids)) h
    WHERE h.id = e.id AND e.event = ANY (p_events) AND h.is_entry = coalesce(h.was_member, false)
$$;


COMMENT ON FUNCTION henk.exclude_lead(p_list uuid, p_lead uuid, p_reason text) IS 'Exclude a lead from a list, whatever its criteria say.';


REVOKE ALL ON FUNCTION henk.exclude_lead(p_list uuid, p_lead uuid, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.exclude_lead(p_list uuid, p_lead uuid, p_reason text) TO service_role;


-- An exclusion that is there already takes the member away all the same.
-- Migrations: 0061, 0070.
CREATE FUNCTION henk.exclude_lead(p_list uuid, p_lead uuid, p_reason text DEFAULT NULL::text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    excluded integer;
    removed integer;
BEGIN
    PERFORM henk.lock_lists(ll.business_id) FROM public.lead_lists ll WHERE ll.id = p_list;
    PERFORM FROM public.lead_lists ll WHERE ll.id = p_list FOR NO KEY UPDATE;
    INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason)
    SELECT ll.business_id, ll.id, p_lead, p_reason FROM public.lead_lists ll WHERE ll.id = p_list ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS excluded = ROW_COUNT;
    DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_list AND m.lead_id = p_lead;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN excluded + removed > 0;
END
$$;


COMMENT ON FUNCTION henk.explain_clause(p_lead public.leads, p_clause jsonb) IS 'The value that a clause of criteria finds in a lead, and why.';


REVOKE ALL ON FUNCTION henk.explain_clause(p_lead public.leads, p_clause jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.explain_clause(p_lead public.leads, p_clause jsonb) TO service_role;


-- The value that a clause finds in a lead, and in words why it is so where the value alone says little.
-- Migrations: 0067.
CREATE FUNCTION henk.explain_clause(p_lead public.leads, p_clause jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    value jsonb;
    reason text;
    measure record;
    name text;
BEGIN
    IF p_clause ?| '{callable,suppressed}' THEN
        reason := CASE WHEN p_lead.do_not_call OR p_lead.dnc THEN 'opted out of calls'
            WHEN EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = p_lead.id) THEN 'a number or address of the lead is suppressed' END;
        IF p_clause ? 'suppressed' THEN
            value := to_jsonb(reason IS NOT NULL);
            reason := coalesce(reason, 'not opted out, and nothing of the lead is suppressed');
        ELSE
            reason := coalesce(reason, CASE WHEN coalesce(p_lead.phone, p_lead.mobile_phone) IS NULL THEN 'no telephone' END);
            value := to_jsonb(reason IS NULL);
            reason := coalesce(reason, 'has a telephone, and has not opted out');
        END IF;
    ELSIF p_clause ? 'list' THEN
        SELECT ll.name INTO name FROM public.lead_lists ll WHERE ll.id = (p_clause ->> 'list')::uuid;
        value := to_jsonb(EXISTS (SELECT FROM public.lead_list_members m
            WHERE m.lead_list_id = (p_clause ->> 'list')::uuid AND m.lead_id = p_lead.id));
        reason := format('%s the list "%s"', CASE value WHEN 'true' THEN 'on' ELSE 'not on' END, coalesce(name, 'that is deleted'));
    ELSIF p_clause ? 'import' THEN
        SELECT i.file_name INTO name FROM public.lead_imports i WHERE i.id = (p_clause ->> 'import')::uuid;
        value := to_jsonb(EXISTS (SELECT FROM public.lead_import_rows r
            WHERE r.import_id = (p_clause ->> 'import')::uuid AND r.lead_id = p_lead.id AND NOT r.taken_back));
        reason := format('%s the file "%s"', CASE value WHEN 'true' THEN 'in' ELSE 'not in' END, coalesce(name, 'that is removed'));
    ELSIF p_clause ? 'campaign' THEN
        SELECT m.* INTO measure FROM henk.filter_measures m WHERE m.measure = p_clause ->> 'measure';
        EXECUTE format('SELECT %s FROM public.campaign_leads c JOIN public.campaigns k ON k.id = c.campaign_id '
            'WHERE c.lead_id = $1 AND k.business_id = $2 '
            'AND CASE $3 WHEN ''any'' THEN true WHEN ''active'' THEN k.status::text = ''active'' ELSE k.id::text = $3 END',
            CASE measure.kind WHEN 'text' THEN format('jsonb_agg(%s ORDER BY c.added_at, c.id)', measure.expression)
                ELSE format('to_jsonb(%s)', measure.expression) END)
        INTO value USING p_lead.id, p_lead.business_id, p_clause ->> 'campaign';
        reason := CASE WHEN value IS NULL THEN 'in none of the campaigns that are asked, or without a value there' END;
    ELSE
        value := CASE WHEN p_clause ? 'custom_field' THEN p_lead.custom_fields -> (p_clause ->> 'custom_field')
            ELSE coalesce(to_jsonb(p_lead) -> (p_clause ->> 'field'), p_lead.custom_fields -> (p_clause ->> 'field')) END;
    END IF;
    RETURN jsonb_build_object('value', value, 'reason', reason);
END
$_$;


COMMENT ON FUNCTION henk.explain_member(p_list uuid, p_lead uuid) IS 'Why a lead is on a list, or not.';


REVOKE ALL ON FUNCTION henk.explain_member(p_list uuid, p_lead uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.explain_member(p_list uuid, p_lead uuid) TO service_role;


-- Migrations: 0061, 0067.
CREATE FUNCTION henk.explain_member(p_list uuid, p_lead uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    list public.lead_lists;
    lead public.leads;
    part record;
    is_met boolean;
    clauses jsonb := '[]';
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_list;
    SELECT l.* INTO lead FROM public.leads l WHERE l.id = p_lead AND l.business_id = list.business_id;
    PERFORM henk.require_record(p_list, list.id, 'lead list'), henk.require_record(p_lead, lead.id, 'lead');
    FOR part IN SELECT * FROM henk.filter_clauses(list.filter_criteria) WHERE list.filter_criteria IS NOT NULL LOOP
        EXECUTE 'SELECT ' || henk.compile_filter(part.clause, p_path => part.path, p_business_id => list.business_id)
            || ' FROM public.leads l WHERE l.id = $2' INTO is_met USING part.clause, p_lead;
        clauses := clauses || (jsonb_build_object('path', part.path, 'clause', part.clause, 'met', is_met) || henk.explain_clause(lead, part.clause));
    END LOOP;
    EXECUTE 'SELECT ' || henk.compile_filter(list.filter_criteria, p_business_id => list.business_id) || ' FROM public.leads l WHERE l.id = $2'
    INTO is_met USING list.filter_criteria, p_lead;
    RETURN jsonb_build_object('list', list.name, 'lead_id', p_lead, 'criteria', henk.is_smart(list), 'meets_criteria',
        CASE WHEN list.filter_criteria IS NOT NULL THEN is_met END, 'clauses', clauses, 'refreshed_at', list.refreshed_at,
        'stale', henk.is_smart(list) AND coalesce(list.criteria_changed_at > list.refreshed_at, list.refreshed_at IS NULL), 'held', list.held,
        'member', (SELECT jsonb_build_object('origin', m.origin, 'added_at', m.added_at, 'import_id', m.import_id)
            FROM public.lead_list_members m WHERE m.lead_list_id = p_list AND m.lead_id = p_lead),
        'exclusion', (SELECT jsonb_build_object('reason', x.reason, 'added_at', x.added_at) FROM public.lead_list_exclusions x
            WHERE x.lead_list_id = p_list AND x.lead_id = p_lead),
        'last_event', (SELECT jsonb_build_object('event', e.event, 'cause', e.cause, 'at', e.at) FROM public.lead_list_events e
            WHERE e.lead_list_id = p_list AND e.lead_id = p_lead ORDER BY e.id DESC LIMIT 1));
END
$_$;


-- Migrations: 0061.
CREATE FUNCTION henk.fill_origin() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.origin := 'given';
    RETURN NEW;
END
$$;


COMMENT ON FUNCTION henk.fill_origin() IS 'Trigger: a member from before origins were kept, which the undoing of a merge brings back, is given.';


REVOKE ALL ON FUNCTION henk.fill_origin() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fill_origin() TO service_role;


-- Migrations: 0061, 0064.
CREATE FUNCTION henk.fill_smart_list() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NOT henk.is_smart(NEW) OR NEW.refresh = 'frozen' OR (TG_OP = 'UPDATE' AND NEW.refresh <> 'auto') OR NEW.is_archived OR coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT'
        AND pg_try_advisory_xact_lock(hashtextextended('henk.load.' || NEW.business_id, 0)) THEN
        PERFORM henk.lock_lists(NEW.business_id);
    END IF;
    -- Where an import of the business runs, the list is filled after it.
    IF henk.refresh_list(NEW.id, false, 'rule', p_wait => false) IS NULL THEN
        PERFORM henk.note_change_of(NEW.business_id);
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.fill_smart_list() IS 'Trigger: a list whose criteria are new or other is filled at once.';


REVOKE ALL ON FUNCTION henk.fill_smart_list() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fill_smart_list() TO service_role;


-- The clauses at the end of criteria's branches, with their paths and places.
-- Migrations: 0061.
CREATE FUNCTION henk.filter_clauses(p_criteria jsonb, p_path text DEFAULT '$'::text) RETURNS TABLE(path text, clause jsonb)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    part record;
BEGIN
    IF p_criteria ?| '{all,any,not}' THEN
        FOR part IN
            SELECT e.item, format('%s.%s[%s]', p_path, w.word, e.n - 1) AS path FROM unnest('{all,any}'::text[]) w (word)
            CROSS JOIN LATERAL jsonb_array_elements(coalesce(p_criteria -> w.word, '[]')) WITH ORDINALITY AS e (item, n)
            UNION ALL SELECT p_criteria -> 'not', p_path || '.not' WHERE p_criteria ? 'not'
        LOOP
            RETURN QUERY SELECT * FROM henk.filter_clauses(part.item, part.path);
        END LOOP;
    ELSE
        RETURN QUERY SELECT p_path, p_criteria;
    END IF;
END
$$;


COMMENT ON FUNCTION henk.filter_clauses(p_criteria jsonb, p_path text) IS 'The comparisons of criteria, with their places.';


REVOKE ALL ON FUNCTION henk.filter_clauses(p_criteria jsonb, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_clauses(p_criteria jsonb, p_path text) TO service_role;


-- The day that a value means, as a text 2026-01-31: days are in order as texts.
-- Migrations: 0060.
CREATE FUNCTION henk.filter_day(p_value jsonb, p_place text, p_path text, p_zone text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- What lies before our era would be written as a year of it.
    SELECT format('(SELECT to_char(greatest(%s AT TIME ZONE %L, ''0001-01-01''), ''YYYY-MM-DD''))', henk.filter_moment(p_value, p_place, p_path, p_zone),
        CASE jsonb_typeof(p_value) WHEN 'object' THEN p_zone ELSE 'UTC' END)
$$;


COMMENT ON FUNCTION henk.filter_day(p_value jsonb, p_place text, p_path text, p_zone text) IS 'The day that a value of criteria means, as SQL that gives a text.';


REVOKE ALL ON FUNCTION henk.filter_day(p_value jsonb, p_place text, p_path text, p_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_day(p_value jsonb, p_place text, p_path text, p_zone text) TO service_role;


-- The moment a time in a filter means, as SQL: a date or moment (UTC where it names no offset), or {"days_ago": 90}: midnight of the business's
-- zone, so that what it finds changes once a day. Hours are counted from now.
-- Migrations: 0008, 0060.
CREATE FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text, p_zone text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    unit text;
    back text;
BEGIN
    IF jsonb_typeof(p_value) = 'object' THEN
        SELECT u.unit INTO unit FROM unnest(ARRAY['hours', 'days', 'weeks', 'months', 'years']) AS u (unit)
        WHERE p_value ? (u.unit || '_ago');
        IF unit IS NULL OR (SELECT count(*) FROM jsonb_object_keys(p_value)) <> 1
            OR (p_value ->> (unit || '_ago')) !~ '^\d{1,4}$' OR jsonb_typeof(p_value -> (unit || '_ago')) <> 'number'
            OR (p_value ->> (unit || '_ago'))::integer > 5000 THEN
            PERFORM henk.refuse_filter(p_path, 'a relative time is one of hours_ago, days_ago, weeks_ago, months_ago, years_ago with a whole '
                'number up to 5000, such as {"days_ago": 90}');
        END IF;
        back := format('make_interval(%s => ($1 #>> %L)::integer)', unit, henk.filter_path(p_place, unit || '_ago'));
        -- In a SELECT of its own: worked out once a query, not once a lead.
        RETURN CASE unit WHEN 'hours' THEN format('(SELECT now() - %s)', back) ELSE format('(SELECT henk.start_of_day(%L, now(), %s))', p_zone, back) END;
    END IF;
    IF jsonb_typeof(p_value) IS DISTINCT FROM 'string'
        OR (p_value #>> '{}') !~ '^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$' THEN
        PERFORM henk.refuse_filter(p_path, 'a time is written as "2026-01-31", "2026-01-31T18:00:00Z" or {"days_ago": 90}');
    END IF;
    BEGIN
        PERFORM (p_value #>> '{}')::timestamptz;
    EXCEPTION WHEN data_exception THEN
        PERFORM henk.refuse_filter(p_path, 'there is no such day or time');
    END;
    RETURN format('(CASE WHEN ($1 #>> %1$L) ~ ''(Z|[+-]\d\d:\d\d)$'' THEN ($1 #>> %1$L)::timestamptz '
        'ELSE ($1 #>> %1$L)::timestamp AT TIME ZONE ''UTC'' END)', p_place);
END
$_$;


COMMENT ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text, p_zone text) IS 'The moment that a value of criteria means, as SQL.';


REVOKE ALL ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text, p_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text, p_zone text) TO service_role;


REVOKE ALL ON FUNCTION henk.filter_path(p_place text, p_step text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_path(p_place text, p_step text) TO service_role;


-- A place inside criteria, as #> takes it, one step further: {all,0} and value give {all,0,value}.
-- Migrations: 0008.
CREATE FUNCTION henk.filter_path(p_place text, p_step text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN (array_append((p_place)::text[], p_step))::text;


COMMENT ON FUNCTION henk.filter_reference(p_table regclass, p_value jsonb, p_noun text, p_path text, p_business_id uuid) IS 'Raise 22023 for an id in criteria that the business does not have.';


REVOKE ALL ON FUNCTION henk.filter_reference(p_table regclass, p_value jsonb, p_noun text, p_path text, p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_reference(p_table regclass, p_value jsonb, p_noun text, p_path text, p_business_id uuid) TO service_role;


-- The id that a clause names: of a list, import or campaign of the business. Another business's is refused in the words for one that does not exist.
-- Migrations: 0060.
CREATE FUNCTION henk.filter_reference(p_table regclass, p_value jsonb, p_noun text, p_path text, p_business_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    is_there boolean := true;
BEGIN
    IF jsonb_typeof(p_value) IS DISTINCT FROM 'string' OR (p_value #>> '{}') !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        PERFORM henk.refuse_filter(p_path, format('%s is an id, such as "00000000-0000-0000-0000-000000000000"', p_noun));
    ELSIF p_business_id IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s t WHERE t.id = ($1 #>> ''{}'')::uuid AND t.business_id = $2)', p_table) INTO is_there
        USING p_value, p_business_id;
    END IF;
    IF NOT is_there THEN
        PERFORM henk.refuse_filter(p_path, format('the business has no %s of that id', p_noun));
    END IF;
END
$_$;


-- Migrations: 0061.
CREATE FUNCTION henk.follow_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    changed text := CASE TG_OP WHEN 'DELETE' THEN 'went' ELSE 'came' END;
    cause text;
    smart uuid[];
    kept uuid[]; -- lists that keep events
    lists uuid[];
    list uuid;
    leads uuid[];
    campaign uuid;
BEGIN
    IF coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    cause := henk.list_cause();
    EXECUTE format('SELECT array_agg(ll.id ORDER BY ll.id), array_agg(ll.id) FILTER (WHERE henk.is_smart(ll)), '
        'array_agg(ll.id) FILTER (WHERE henk.keeps_events(ll)) FROM public.lead_lists ll '
        'WHERE ll.id IN (SELECT DISTINCT c.lead_list_id FROM %I c)', changed) INTO lists, smart, kept;
    IF TG_OP = 'INSERT' AND smart IS DISTINCT FROM lists
        AND EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = ANY (lists)) THEN
        IF cause = 'hand' THEN
            EXECUTE 'DELETE FROM public.lead_list_exclusions x USING came c WHERE x.lead_list_id = c.lead_list_id AND x.lead_id = c.lead_id';
        ELSE
            PERFORM set_config('henk.list_refresh', 'excluded', true);
            EXECUTE 'DELETE FROM public.lead_list_members m USING came c, public.lead_list_exclusions x WHERE m.id = c.id '
                'AND x.lead_list_id = c.lead_list_id AND x.lead_id = c.lead_id';
            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
    END IF;
    IF smart IS NOT NULL AND TG_OP = 'INSERT' THEN
        IF cause = 'hand' THEN
            EXECUTE 'UPDATE public.lead_list_members m SET origin = ''pinned'' FROM came c WHERE m.id = c.id AND c.lead_list_id = ANY ($1) '
                'AND c.origin = ''given'' AND c.import_id IS NULL' USING smart;
            -- The last word counts: who is added again is excluded no more.
            EXECUTE 'DELETE FROM public.lead_list_exclusions x USING came c WHERE c.lead_list_id = ANY ($1) AND x.lead_list_id = c.lead_list_id '
                'AND x.lead_id = c.lead_id' USING smart;
        ELSE
            PERFORM set_config('henk.list_refresh', 'excluded', true);
            EXECUTE 'DELETE FROM public.lead_list_members m USING came c, public.lead_list_exclusions x WHERE m.id = c.id AND c.lead_list_id = ANY ($1) '
                'AND x.lead_list_id = c.lead_list_id AND x.lead_id = c.lead_id' USING smart;
            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
    END IF;
    IF kept IS NOT NULL AND TG_OP = 'INSERT' AND cause <> 'merge' THEN
        EXECUTE 'INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause) '
            'SELECT m.business_id, m.lead_list_id, m.lead_id, CASE m.origin WHEN ''pinned'' THEN ''pinned'' ELSE ''entered'' END, $2 '
            'FROM came c JOIN public.lead_list_members m ON m.id = c.id WHERE c.lead_list_id = ANY ($1) ORDER BY m.id' USING kept, cause;
    ELSIF kept IS NOT NULL AND TG_OP = 'DELETE' AND cause <> 'merge' THEN
        IF cause = 'hand' AND smart IS NOT NULL THEN
            EXECUTE 'INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason, added_by) '
                'SELECT w.business_id, w.lead_list_id, w.lead_id, ''removed by hand'', $2 FROM went w WHERE w.lead_list_id = ANY ($1) '
                'AND EXISTS (SELECT FROM public.leads l WHERE l.id = w.lead_id) ON CONFLICT DO NOTHING' USING smart, henk.caller_id();
        END IF;
        EXECUTE 'INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause) '
            'SELECT w.business_id, w.lead_list_id, l.id, CASE WHEN $2 = ''hand'' AND l.id IS NOT NULL AND EXISTS (SELECT FROM '
            'public.lead_list_exclusions x WHERE x.lead_list_id = w.lead_list_id AND x.lead_id = l.id) THEN ''excluded'' ELSE ''left'' END, '
            'CASE WHEN l.id IS NULL AND $2 <> ''undo'' THEN ''erase'' ELSE $2 END '
            'FROM went w LEFT JOIN public.leads l ON l.id = w.lead_id WHERE w.lead_list_id = ANY ($1) ORDER BY w.id' USING kept, cause;
    END IF;
    IF cause IN ('merge', 'undo') OR TG_OP = 'UPDATE' THEN
        RETURN NULL; -- they attribute by themselves
    END IF;
    -- Campaigns of lists with criteria follow them; in all others the lead belongs to the list with the smallest priority that has it.
    FOREACH list IN ARRAY coalesce(lists, '{}') LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM public.campaign_lead_lists a WHERE a.lead_list_id = list AND a.is_active);
        EXECUTE format('SELECT array_agg(c.lead_id) FROM %I c WHERE c.lead_list_id = $1', changed) INTO leads USING list;
        IF list = ANY (smart) AND cause = 'hand' THEN
            PERFORM set_config('henk.list_refresh', 'hand', true);
            PERFORM henk.follow_list(list, CASE TG_OP WHEN 'INSERT' THEN leads ELSE '{}' END, CASE TG_OP WHEN 'DELETE' THEN leads ELSE '{}' END);
            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
        FOR campaign IN SELECT a.campaign_id FROM public.campaign_lead_lists a WHERE a.lead_list_id = list AND a.is_active ORDER BY 1 LOOP
            PERFORM henk.reattribute(campaign, leads);
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$_$;


COMMENT ON FUNCTION henk.follow_members() IS 'Trigger: members by hand are pinned or excluded, with events; campaigns attribute their leads.';


REVOKE ALL ON FUNCTION henk.follow_members() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.follow_members() TO service_role;


COMMENT ON FUNCTION henk.follows_changes(p_business_id uuid) IS 'Whether a business has lists that refresh themselves, or campaigns that mirror one.';


REVOKE ALL ON FUNCTION henk.follows_changes(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.follows_changes(p_business_id uuid) TO service_role;


-- Whether a business has anything that follows changes: a list that refreshes itself, a campaign that mirrors one, or whose leads are of its lists as
-- filters say.
-- Migrations: 0061, 0075.
CREATE FUNCTION henk.follows_changes(p_business_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM public.lead_lists ll WHERE ll.business_id = p_business_id AND ll.filter_criteria IS NOT NULL AND ll.list_type <> 'static'
            AND ll.refresh = 'auto' AND NOT ll.is_archived)
        OR EXISTS (SELECT FROM public.campaigns c JOIN public.campaign_lead_lists a ON a.campaign_id = c.id
            WHERE c.business_id = p_business_id AND c.status::text IN ('draft', 'active', 'paused') AND a.is_active
                AND (a.follow = 'mirror' OR a.filter_criteria IS NOT NULL))
$$;


-- Migrations: 0061.
CREATE FUNCTION henk.forget_memberships() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN
        -- EXECUTE: planned for as many rows as there are.
        EXECUTE 'DELETE FROM public.lead_list_exclusions x USING went w WHERE x.lead_id = w.id '
            'OR x.lead_id IN (SELECT y.merged_from FROM public.lead_list_exclusions y JOIN went v ON v.id = y.lead_id)';
        EXECUTE 'SELECT henk.drop_empty_events(array_agg(w.id), ''{entered,left,pinned,excluded}'') FROM went w WHERE w.id IN (SELECT v.lead_id FROM public.lead_list_events v)';
        EXECUTE 'UPDATE public.lead_list_events e SET lead_id = NULL, merged_from = NULL FROM went w WHERE e.lead_id = w.id';
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.forget_memberships() IS 'Trigger: a lead that is deleted leaves no id in exclusions and events of lists.';


REVOKE ALL ON FUNCTION henk.forget_memberships() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.forget_memberships() TO service_role;


COMMENT ON FUNCTION henk.freeze_list(p_id uuid, p_name text) IS 'Make a static list of the members that a list has now.';


REVOKE ALL ON FUNCTION henk.freeze_list(p_id uuid, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.freeze_list(p_id uuid, p_name text) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.freeze_list(p_id uuid, p_name text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list public.lead_lists;
    copy uuid;
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_id;
    PERFORM henk.require_record(p_id, list.id, 'lead list');
    IF coalesce(btrim(p_name), '') = '' OR length(p_name) > 255 THEN
        RAISE EXCEPTION 'p_name: a list has a name of 1 to 255 characters.' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT FROM public.lead_lists ll
        WHERE ll.business_id = list.business_id AND ll.name = btrim(p_name) AND NOT ll.is_archived) THEN
        RAISE EXCEPTION 'p_name: the business has a list "%" already.', btrim(p_name) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO public.lead_lists (business_id, name, description, list_type, tags, metadata, color, created_by)
    VALUES (list.business_id, btrim(p_name), list.description, 'static', list.tags, jsonb_build_object('frozen_of', p_id, 'at', now(), 'criteria',
        list.filter_criteria), list.color, henk.caller_id()) RETURNING id INTO copy;
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT m.business_id, copy, m.lead_id, henk.caller_id() FROM public.lead_list_members m WHERE m.lead_list_id = p_id ORDER BY m.lead_id;
    RETURN copy;
END
$$;


COMMENT ON FUNCTION henk.is_smart(p_list public.lead_lists) IS 'Whether the members of a list are found by its criteria.';


REVOKE ALL ON FUNCTION henk.is_smart(p_list public.lead_lists) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_smart(p_list public.lead_lists) TO service_role;


-- Whether a list's members are found by its criteria.
-- Migrations: 0060.
CREATE FUNCTION henk.is_smart(p_list public.lead_lists) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (p_list).list_type <> 'static' AND (p_list).filter_criteria IS NOT NULL $$;


-- Migrations: 0077.
CREATE FUNCTION henk.keep_first_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.complete_events(NEW.id);
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.keep_first_members() IS 'Trigger: who is on a list when it gets criteria has entered it.';


REVOKE ALL ON FUNCTION henk.keep_first_members() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_first_members() TO service_role;


-- A count that a client sends along is passed over: the database knows better. Depth 0 is a statement of somebody's; the counting above
-- comes from inside a trigger.
-- Migrations: 0005.
CREATE FUNCTION henk.keep_list_count() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.lead_count := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.lead_count END;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_list_count() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_list_count() TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.keep_named_list() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    naming text;
    calling text;
    filtering text;
BEGIN
    SELECT string_agg(format('the filter of "%s" in the campaign "%s"', ll.name, c.name), ', ' ORDER BY ll.name, c.name) INTO filtering
    FROM public.campaign_lead_lists a JOIN public.campaigns c ON c.id = a.campaign_id JOIN public.lead_lists ll ON ll.id = a.lead_list_id
    WHERE a.business_id = OLD.business_id AND a.lead_list_id <> OLD.id AND a.filter_criteria IS NOT NULL
        AND EXISTS (SELECT FROM henk.named_lists(a.filter_criteria) n WHERE n.lead_list_id = OLD.id);
    SELECT string_agg(format('"%s"', ll.name), ', ' ORDER BY ll.name) INTO naming FROM public.lead_lists ll
    WHERE ll.business_id = OLD.business_id AND ll.id <> OLD.id AND henk.is_smart(ll)
        AND EXISTS (SELECT FROM henk.named_lists(ll.filter_criteria) n WHERE n.lead_list_id = OLD.id);
    IF naming IS NULL THEN
        SELECT string_agg(format('"%s"', c.name), ', ' ORDER BY c.name) INTO calling FROM public.campaign_lead_lists a
        JOIN public.campaigns c ON c.id = a.campaign_id WHERE a.lead_list_id = OLD.id AND a.is_active AND c.status::text IN ('draft', 'active', 'paused');
    END IF;
    IF coalesce(naming, calling, filtering) IS NULL THEN
        RETURN OLD;
    ELSIF to_regclass('pg_temp.henk_undo') IS NOT NULL THEN
        RETURN NULL; -- an undone import leaves it empty
    END IF;
    RAISE EXCEPTION 'The list "%" cannot be deleted: %.', OLD.name, coalesce('criteria of ' || naming || ' name it', 'it is assigned to ' || calling, filtering || ' names it') USING ERRCODE = 'foreign_key_violation',
        HINT = 'Archive it instead, or change those criteria or assignments first.';
END
$$;


COMMENT ON FUNCTION henk.keep_named_list() IS 'Trigger: a list that criteria of others name, or a campaign calls, cannot be deleted.';


REVOKE ALL ON FUNCTION henk.keep_named_list() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_named_list() TO service_role;


COMMENT ON FUNCTION henk.keeps_events(p_list public.lead_lists) IS 'Whether a list keeps events: it has criteria, or has had them.';


REVOKE ALL ON FUNCTION henk.keeps_events(p_list public.lead_lists) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keeps_events(p_list public.lead_lists) TO service_role;


-- Whether who comes and goes is kept: of a list whose members are found by criteria, or were.
-- Migrations: 0077.
CREATE FUNCTION henk.keeps_events(p_list public.lead_lists) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT henk.is_smart(p_list) OR EXISTS (SELECT FROM public.lead_list_events e WHERE e.lead_list_id = (p_list).id)
$$;


-- Why members change at this moment.
-- Migrations: 0061.
CREATE FUNCTION henk.list_cause() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE WHEN to_regclass('pg_temp.henk_undo') IS NOT NULL THEN 'undo' WHEN current_setting('henk.moving_rows', true) = 'on' THEN 'merge'
        WHEN current_setting('henk.importing', true) = 'on' THEN 'import' ELSE 'hand' END
$$;


COMMENT ON FUNCTION henk.list_cause() IS 'Why members of lists change in this transaction: undo, merge, import, or by hand.';


REVOKE ALL ON FUNCTION henk.list_cause() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.list_cause() TO service_role;


COMMENT ON FUNCTION henk.lists_to_refresh(p_business_id uuid) IS 'The lists of a business that refresh themselves, in the order in which they must.';


REVOKE ALL ON FUNCTION henk.lists_to_refresh(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lists_to_refresh(p_business_id uuid) TO service_role;


-- Lists of a business that refresh themselves, those that others name first.
-- Migrations: 0061.
CREATE FUNCTION henk.lists_to_refresh(p_business_id uuid) RETURNS TABLE(id uuid, name text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH RECURSIVE smart AS MATERIALIZED (
        SELECT ll.id, ll.name, ll.filter_criteria FROM public.lead_lists ll
        WHERE ll.business_id = p_business_id AND henk.is_smart(ll) AND ll.refresh = 'auto' AND NOT ll.is_archived
    ), depths (id, depth) AS (
        SELECT s.id, 0 FROM smart s
        UNION
        SELECT s.id, d.depth + 1 FROM depths d JOIN smart s ON EXISTS (SELECT FROM henk.named_lists(s.filter_criteria) n WHERE n.lead_list_id = d.id)
        WHERE d.depth < 6
    )
    SELECT s.id, s.name FROM smart s JOIN depths d ON d.id = s.id GROUP BY s.id, s.name ORDER BY max(d.depth), s.name, s.id
$$;


-- A client's hand on a list waits for a refresh of it, in this order: list, then member. (A refresh holds the list while it writes members.)
-- Migrations: 0061, 0068.
CREATE FUNCTION henk.lock_list_first() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.lead_lists ll WHERE ll.id = CASE TG_OP WHEN 'DELETE' THEN OLD.lead_list_id ELSE NEW.lead_list_id END FOR NO KEY UPDATE;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    -- Of another business's list nothing is told: the policy refuses the row.
    IF henk.list_cause() = 'hand' AND (SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id) = ANY (henk.my_businesses()) THEN
        PERFORM henk.refuse_archived(NEW.lead_list_id);
    END IF;
    RETURN NEW;
END
$$;


COMMENT ON FUNCTION henk.lock_list_first() IS 'Trigger: a member that a client adds or removes waits for a refresh of its list.';


REVOKE ALL ON FUNCTION henk.lock_list_first() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lock_list_first() TO service_role;


-- The lists that criteria name, with their places.
-- Migrations: 0060.
CREATE FUNCTION henk.named_lists(p_criteria jsonb, p_path text DEFAULT '$'::text) RETURNS TABLE(path text, lead_list_id uuid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    part record;
BEGIN
    IF jsonb_typeof(p_criteria) IS DISTINCT FROM 'object' THEN
        RETURN;
    ELSIF p_criteria ? 'list' THEN
        -- Of criteria from before a mistake in them was refused.
        IF p_criteria ->> 'list' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
            RETURN QUERY SELECT p_path, (p_criteria ->> 'list')::uuid;
        END IF;
        RETURN;
    END IF;
    FOR part IN
        SELECT e.item, format('%s.%s[%s]', p_path, w.word, e.n - 1) AS path
        FROM unnest('{all,any}'::text[]) w (word) CROSS JOIN LATERAL jsonb_array_elements(
            CASE jsonb_typeof(p_criteria -> w.word) WHEN 'array' THEN p_criteria -> w.word ELSE '[]' END) WITH ORDINALITY AS e (item, n)
        UNION ALL SELECT p_criteria -> 'not', p_path || '.not' WHERE p_criteria ? 'not'
    LOOP
        RETURN QUERY SELECT * FROM henk.named_lists(part.item, part.path);
    END LOOP;
END
$_$;


COMMENT ON FUNCTION henk.named_lists(p_criteria jsonb, p_path text) IS 'The lists that criteria name, with their places in them.';


REVOKE ALL ON FUNCTION henk.named_lists(p_criteria jsonb, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.named_lists(p_criteria jsonb, p_path text) TO service_role;


COMMENT ON FUNCTION henk.note_change_of(p_business_id uuid) IS 'Note that lists of a business may have other members after this transaction.';


REVOKE ALL ON FUNCTION henk.note_change_of(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_change_of(p_business_id uuid) TO service_role;


-- Note that a business has changed; once, until a refresh follows. A note that is there is held until this transaction ends, so that the refresh which
-- takes it begins afterwards; one that is being taken is not seen by SKIP LOCKED.
-- Migrations: 0061, 0078.
CREATE FUNCTION henk.note_change_of(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NOT henk.follows_changes(p_business_id) THEN
        RETURN;
    ELSIF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM FROM henk.list_changes c WHERE c.business_id = p_business_id AND c.transaction > 0 LIMIT 1 FOR KEY SHARE SKIP LOCKED;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO henk.list_changes (business_id) VALUES (p_business_id) ON CONFLICT DO NOTHING;
END
$$;


-- Of a row; once a transaction.
-- Migrations: 0061.
CREATE FUNCTION henk.note_list_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    noted text := NEW.business_id || ' ' || pg_current_xact_id();
BEGIN
    IF coalesce(current_setting('henk.noted_change', true), '') <> noted THEN
        PERFORM set_config('henk.noted_change', noted, true);
        PERFORM henk.note_change_of(NEW.business_id);
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.note_list_change() IS 'Trigger: as note_list_changes, for a row.';


REVOKE ALL ON FUNCTION henk.note_list_change() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_list_change() TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.note_list_changes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- What a refresh does to members is no change that another one must follow: lists that name lists come after them.
    IF TG_TABLE_NAME = 'lead_list_members' AND coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT henk.note_change_of(b.business_id) FROM (SELECT DISTINCT business_id FROM %I) b',
        CASE TG_OP WHEN 'DELETE' THEN 'went' ELSE 'came' END);
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.note_list_changes() IS 'Trigger: lists with criteria of the business may have other members after this transaction.';


REVOKE ALL ON FUNCTION henk.note_list_changes() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_list_changes() TO service_role;


-- Migrations: 0078.
CREATE FUNCTION henk.note_other_midnight() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.note_change_of(NEW.id);
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.note_other_midnight() IS 'Trigger: lists with criteria of the business may have other members, because its days begin at other moments.';


REVOKE ALL ON FUNCTION henk.note_other_midnight() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_other_midnight() TO service_role;


COMMENT ON FUNCTION henk.pin_lead(p_list uuid, p_lead uuid) IS 'Pin a lead to a list, whatever its criteria say.';


REVOKE ALL ON FUNCTION henk.pin_lead(p_list uuid, p_lead uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.pin_lead(p_list uuid, p_lead uuid) TO service_role;


-- As a person at the command line does by hand. Gives: whether anything changed.
-- Migrations: 0061.
CREATE FUNCTION henk.pin_lead(p_list uuid, p_lead uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list public.lead_lists;
    changed integer;
BEGIN
    PERFORM henk.lock_lists(ll.business_id) FROM public.lead_lists ll WHERE ll.id = p_list;
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_list FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_list, list.id, 'lead list');
    PERFORM henk.refuse_archived(p_list);
    UPDATE public.lead_list_members m SET origin = 'pinned' WHERE m.lead_list_id = p_list AND m.lead_id = p_lead AND m.origin <> 'pinned'
        AND henk.is_smart(list);
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed > 0 THEN
        INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause) VALUES (list.business_id, p_list, p_lead, 'pinned', 'hand');
    ELSE
        INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id) VALUES (list.business_id, p_list, p_lead) ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS changed = ROW_COUNT;
    END IF;
    RETURN changed > 0;
END
$$;


COMMENT ON FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) IS 'Count what criteria would find.';


REVOKE ALL ON FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) TO service_role;


-- What criteria would find. The clauses are those of the outermost all or any: how many leads each finds alone, and all others without it. All of it
-- comes of one scan, in which each clause is compared once a lead: a bit of `mask` a clause, the twenty-first for those after the twentieth.
-- Migrations: 0061, 0067, 0077.
CREATE FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET work_mem TO '128MB'
    AS $_$
DECLARE
    word text := CASE WHEN p_criteria ? 'all' THEN 'all' WHEN p_criteria ? 'any' THEN 'any' END;
    list public.lead_lists;
    criteria jsonb; -- those that are asked, and those of the list's assignment to the campaign
    terms text;
    counts jsonb;
    difference jsonb;
    mask text;
    every_bit integer;
    paths text[];
    clauses text;
    source text := 'public.leads l';
    entry text;
    kept record;
    blocked text;
    asks_all boolean;
BEGIN
    -- What could not be saved is not counted.
    PERFORM henk.compile_filter(p_criteria, p_business_id => p_business_id), henk.check_clauses(p_criteria),
        henk.check_named_lists(p_business_id, coalesce(p_lead_list_id, gen_random_uuid()), p_criteria);
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    criteria := jsonb_build_array(p_criteria, (SELECT a.filter_criteria FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id));
    terms := coalesce((SELECT henk.compile_terms(a, '{1}') FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id), 'true');

    SELECT string_agg(format('CASE WHEN %s THEN %s ELSE 0 END', c.condition, 1 << c.bit), ' + ' ORDER BY c.bit), (1 << count(*)::integer) - 1,
        array_agg(c.path ORDER BY c.bit) FILTER (WHERE c.path IS NOT NULL)
    INTO mask, every_bit, paths FROM (
        SELECT string_agg('(' || henk.compile_filter(e.clause, e.place, e.path, 3, p_business_id) || ')',
            CASE word WHEN 'any' THEN ' OR ' ELSE ' AND ' END ORDER BY e.n) AS condition, least(e.n, 21) - 1 AS bit,
            CASE WHEN least(e.n, 21) <= 20 THEN min(e.path) END AS path
        FROM (
            SELECT i.item AS clause, format('{0,%s,%s}', word, i.n - 1) AS place, format('$.%s[%s]', word, i.n - 1) AS path, i.n::integer AS n
            FROM jsonb_array_elements(p_criteria -> word) WITH ORDINALITY AS i (item, n) WHERE word IS NOT NULL
            UNION ALL SELECT p_criteria, '{0}', '$', 1 WHERE word IS NULL) e
        GROUP BY least(e.n, 21)) c;
    -- A custom field that clauses read as a number or a day is read once a lead, not once a clause (20 clauses: 3.4 s for 0.4 s).
    FOR kept IN
        SELECT k.expression, 'kept_' || row_number() OVER (ORDER BY length(k.expression) DESC, k.expression) AS name FROM henk.filter_fields f
        CROSS JOIN LATERAL (SELECT format('(l.custom_fields ->> %L)', f.field) AS cell) e
        CROSS JOIN LATERAL (VALUES (format('(CASE WHEN %1$s ~ ''^-?[0-9]{1,30}([.][0-9]{1,30})?$'' THEN %1$s::numeric END)', e.cell)),
            (format('(CASE WHEN %1$s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}'' THEN left(%1$s, 10) END COLLATE "C")', e.cell)), (e.cell)) k (expression)
        WHERE f.is_custom AND strpos(mask, k.expression) > 0 ORDER BY length(k.expression) DESC, k.expression
    LOOP
        CONTINUE WHEN strpos(mask, kept.expression) = 0;
        mask := replace(mask, kept.expression, 'l.' || kept.name);
        source := CASE source WHEN 'public.leads l' THEN '(SELECT l.* FROM public.leads l WHERE l.business_id = $2 OFFSET 0) l' ELSE source END;
        source := replace(source, 'SELECT l.*', format('SELECT l.*, %s AS %s', kept.expression, kept.name));
    END LOOP;
    SELECT string_agg(format('jsonb_build_object(''path'', %L::text, ''alone'', coalesce(sum(k.leads) FILTER (WHERE k.mask & %s <> 0), 0), '
        '''without'', coalesce(sum(k.leads) FILTER (WHERE %s), 0))', p.path, 1 << (p.n - 1)::integer,
        CASE word WHEN 'any' THEN format('k.mask & ~%s <> 0', 1 << (p.n - 1)::integer)
            ELSE format('k.mask | %s = %s', 1 << (p.n - 1)::integer, every_bit) END), ', ' ORDER BY p.n)
    INTO clauses FROM unnest(paths) WITH ORDINALITY AS p (path, n);
    entry := henk.compile_entry(p_campaign_id, 'public.leads l', 'l.business_id = $2 AND (' || terms || ') AND '
        || henk.compile_members(p_lead_list_id), 'count');

    -- Who must not be called is asked once: of all leads where a clause asks it, else of those that are found (5 microseconds a lead).
    asks_all := strpos(mask, 'henk.leads_not_to_call') > 0;
    blocked := CASE WHEN asks_all THEN 'SELECT u.id FROM henk.leads_not_to_call u WHERE u.business_id = $2'
        ELSE 'SELECT u.id FROM (SELECT f.id FROM f' || CASE WHEN p_lead_list_id IS NOT NULL AND p_campaign_id IS NOT NULL THEN
            ' UNION SELECT m.lead_id FROM public.lead_list_members m WHERE m.lead_list_id = $4' ELSE '' END || ') i '
            'CROSS JOIN LATERAL (SELECT u.id FROM henk.leads_not_to_call u WHERE u.id = i.id AND u.business_id = $2 OFFSET 0) u' END;

    EXECUTE 'WITH ' || CASE WHEN asks_all THEN 'blocked AS MATERIALIZED (' || blocked || '), ' ELSE '' END
        -- Of leads that are not found only the mask is kept. OFFSET 0: each clause is evaluated once a lead.
        || 's AS MATERIALIZED (SELECT t.mask, CASE WHEN t.is_found THEN t.id END AS id, CASE WHEN t.is_found THEN t.rating END AS rating, '
        't.is_found AND t.has_phone AS has_phone, t.is_found AND t.opted_out AS opted_out FROM (SELECT l.*, l.mask '
        || CASE word WHEN 'any' THEN '<> 0' ELSE format('= %s', every_bit) END || ' AS is_found FROM (SELECT l.id, '
        'coalesce(l.quality_rating, ''unrated'') AS rating, coalesce(l.phone, l.mobile_phone) IS NOT NULL AS has_phone, '
        'l.do_not_call OR l.dnc AS opted_out, ' || replace(mask, 'henk.leads_not_to_call u WHERE u.id = l.id AND u.business_id = l.business_id',
            'blocked u WHERE u.id = l.id') || ' AS mask FROM ' || source || ' WHERE l.business_id = $2 OFFSET 0) l OFFSET 0) t), '
        'f AS NOT MATERIALIZED (SELECT s.* FROM s WHERE s.id IS NOT NULL), '
        || CASE WHEN asks_all THEN '' ELSE 'blocked AS MATERIALIZED (' || blocked || '), ' END
        -- Who is left out, and why: the first reason of each.
        || 'r AS (SELECT CASE WHEN NOT f.has_phone THEN ''no_phone'' WHEN f.opted_out THEN ''opted_out'' '
        'WHEN u.id IS NULL THEN ''callable'' WHEN EXISTS (SELECT FROM henk.erasures e JOIN public.leads l ON l.id = f.id '
        'WHERE e.business_id = $2 AND e.fingerprint = ANY (ARRAY[henk.fingerprint($2, l.phone), henk.fingerprint($2, l.mobile_phone), '
        'henk.fingerprint($2, l.email)])) THEN ''erased'' ELSE ''suppressed'' END AS reason '
        'FROM f LEFT JOIN blocked u ON u.id = f.id) '
        'SELECT jsonb_build_object(''of'', (SELECT count(*) FROM s), ''matched'', count(*), '
        '''callable'', count(*) FILTER (WHERE r.reason = ''callable''), ''left_out'', jsonb_build_object('
        '''no_phone'', count(*) FILTER (WHERE r.reason = ''no_phone''), ''opted_out'', count(*) FILTER (WHERE r.reason = ''opted_out''), '
        '''suppressed'', count(*) FILTER (WHERE r.reason = ''suppressed''), ''erased'', count(*) FILTER (WHERE r.reason = ''erased'')), '
        '''by_rating'', coalesce((SELECT jsonb_object_agg(g.rating, g.n) FROM (SELECT f.rating, count(*) AS n FROM f GROUP BY 1) g), ''{}''), '
        '''sample'', coalesce((SELECT jsonb_agg(s.id) FROM (SELECT f.id FROM f ORDER BY f.id LIMIT 10) s), ''[]''), '
        '''clauses'', (SELECT jsonb_build_array(' || clauses || ') FROM (SELECT s.mask, count(*) AS leads FROM s GROUP BY 1) k), '
        '''would_enter_campaign'', ' || CASE WHEN p_campaign_id IS NULL THEN 'NULL' ELSE '(SELECT count(*) FROM ('
            || replace(entry, 'henk.leads_not_to_call u WHERE u.id = l.id', 'blocked u WHERE u.id = l.id') || ') e)' END || '), '
        -- As henk.compare_list compares.
        || CASE WHEN list.id IS NULL THEN 'NULL::jsonb' ELSE '(SELECT jsonb_build_object('
            '''entered'', count(*) FILTER (WHERE m.lead_id IS NULL AND x.lead_id IS NULL), ''left'', count(*) FILTER (WHERE m.lead_id IS NOT NULL '
            'AND (x.lead_id IS NOT NULL OR (f.id IS NULL AND m.origin = ''criteria''))), ''members'', count(m.lead_id)) '
            'FROM f FULL JOIN (SELECT k.lead_id, k.origin FROM public.lead_list_members k WHERE k.lead_list_id = $4) m ON m.lead_id = f.id '
            'LEFT JOIN public.lead_list_exclusions x ON x.lead_list_id = $4 AND x.lead_id = coalesce(f.id, m.lead_id))' END || ' FROM r'
    INTO counts, difference USING criteria, p_business_id, p_campaign_id, p_lead_list_id;
    counts := counts || jsonb_build_object('campaign_note', henk.campaign_note(p_campaign_id));
    IF list.id IS NOT NULL THEN
        counts := counts || difference - 'members' || jsonb_build_object('held', henk.reason_to_hold(list.max_leave, (difference ->> 'members')::integer,
            (difference ->> 'entered')::integer, (difference ->> 'left')::integer));
    END IF;
    RETURN counts;
EXCEPTION WHEN query_canceled THEN
    IF SQLERRM NOT LIKE '%statement timeout%' THEN
        RAISE;
    END IF;
    RETURN '{"slow": true}';
END
$_$;


-- Why a refresh is not applied without a person: null where it may be.
-- Migrations: 0061.
CREATE FUNCTION henk.reason_to_hold(p_max_leave numeric, p_members integer, p_entered integer, p_gone integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_max_leave < (1)::numeric) AND (p_gone > 0) AND (((p_members - p_gone) + p_entered) = 0)) THEN format('all %s members would leave'::text, p_members) WHEN ((p_gone > 25) AND ((p_gone)::numeric > (p_max_leave * (p_members)::numeric))) THEN format('%s of %s members would leave'::text, p_gone, p_members) WHEN ((p_members > 0) AND ((p_members + p_entered) > (10 * p_members)) AND (p_entered > 1000)) THEN format('it would grow from %s members to %s'::text, p_members, ((p_members + p_entered) - p_gone)) ELSE NULL::text END;


COMMENT ON FUNCTION henk.reason_to_hold(p_max_leave numeric, p_members integer, p_entered integer, p_gone integer) IS 'Why a refresh waits for a person; null where it does not.';


REVOKE ALL ON FUNCTION henk.reason_to_hold(p_max_leave numeric, p_members integer, p_entered integer, p_gone integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.reason_to_hold(p_max_leave numeric, p_members integer, p_entered integer, p_gone integer) TO service_role;


COMMENT ON FUNCTION henk.refresh_for_assignment(p_lead_list_id uuid) IS 'Refresh a list before it is assigned; one during an import is refreshed after it.';


REVOKE ALL ON FUNCTION henk.refresh_for_assignment(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refresh_for_assignment(p_lead_list_id uuid) TO service_role;


-- Migrations: 0061, 0064.
CREATE FUNCTION henk.refresh_for_assignment(p_lead_list_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(current_setting('henk.list_refresh', true), '') = '' AND EXISTS (SELECT FROM public.lead_lists ll
        WHERE ll.id = p_lead_list_id AND henk.is_smart(ll) AND ll.refresh <> 'frozen' AND NOT ll.is_archived) THEN
        PERFORM henk.refresh_list(p_lead_list_id, false, 'rule', p_wait => false);
    END IF;
END
$$;


REVOKE ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid) TO service_role;


COMMENT ON FUNCTION henk.refresh_list(p_lead_list_id uuid, p_force boolean, p_cause text, p_run_id text, p_wait boolean) IS 'Refresh a list: a difference, with guard, events and campaigns.';


REVOKE ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid, p_force boolean, p_cause text, p_run_id text, p_wait boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid, p_force boolean, p_cause text, p_run_id text, p_wait boolean) TO service_role;


-- As in 0033; the difference is made by the function above.
-- Migrations: 0010, 0033, 0061.
CREATE FUNCTION henk.refresh_list(p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list record;
    uncompared record;
BEGIN
    PERFORM henk.refresh_list(p_lead_list_id, false, 'refresh');
    SELECT ll.business_id, ll.filter_criteria, ll.lead_count INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    FOR uncompared IN SELECT * FROM henk.uncompared_values(list.business_id, list.filter_criteria) LOOP
        RAISE WARNING '% values of the custom field "%" are no % and could not be compared, such as "%".', uncompared.leads,
            uncompared.custom_field, uncompared.compared_with, left(uncompared.example, 40);
    END LOOP;
    RETURN list.lead_count;
END
$$;


-- As in 0033; the difference is made by the function above.
-- Migrations: 0010, 0033, 0061.
CREATE FUNCTION henk.refresh_list(p_lead_list_id uuid, p_force boolean, p_cause text, p_run_id text DEFAULT NULL::text, p_wait boolean DEFAULT true) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list public.lead_lists;
    started timestamptz := clock_timestamp();
    refresh_id uuid := gen_random_uuid();
    difference record;
    reason text;
    waiting jsonb;
    state text := 'unchanged';
    campaigns jsonb := '[]';
    caller uuid := henk.caller_id();
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    IF NOT henk.is_smart(list) THEN
        RAISE EXCEPTION 'Only a list of type dynamic or smart with filter_criteria has its members found; this one is %.', list.list_type
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF list.is_archived OR list.refresh = 'frozen' THEN
        RAISE EXCEPTION 'The list "%" is %: its members stay as they are.', list.name, CASE WHEN list.is_archived THEN 'archived' ELSE 'frozen' END
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- An import and a refresh never fill the same list at once. (henk.lock_business also counts a turn, at which plans of imports are made again.)
    IF p_wait THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('henk.load.' || list.business_id, 0));
    ELSIF NOT pg_try_advisory_xact_lock(hashtextextended('henk.load.' || list.business_id, 0)) THEN
        RETURN NULL;
    END IF;
    IF p_wait THEN
        PERFORM henk.lock_lists(list.business_id);
    ELSIF NOT pg_try_advisory_xact_lock(hashtextextended('henk.lists.' || list.business_id, 0)) THEN
        RETURN NULL; -- the caller holds a row of the list
    END IF;
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    PERFORM set_config('henk.list_refresh', refresh_id::text, true);

    SELECT * INTO difference FROM henk.compare_list(list);
    reason := CASE WHEN NOT p_force THEN henk.reason_to_hold(list.max_leave, difference.members, cardinality(difference.entered),
        cardinality(difference.gone)) END;
    IF reason IS NOT NULL THEN
        state := 'held';
        waiting := jsonb_build_object('entered', cardinality(difference.entered), 'left', cardinality(difference.gone), 'reason', reason,
            'at', CASE WHEN list.held - 'at' = jsonb_build_object('entered', cardinality(difference.entered), 'left', cardinality(difference.gone),
                'reason', reason) THEN list.held -> 'at' ELSE to_jsonb(now()) END);
        campaigns := henk.follow_list(p_lead_list_id, '{}', '{}');
    ELSE
        IF cardinality(difference.gone) > 0 THEN
            DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id AND m.lead_id = ANY (difference.gone);
        END IF;
        IF cardinality(difference.entered) > 0 THEN
            INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by, origin)
            SELECT list.business_id, p_lead_list_id, e.id, caller, 'criteria' FROM unnest(difference.entered) e (id) ORDER BY e.id
            ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
        END IF;
        IF cardinality(difference.entered) + cardinality(difference.gone) > 0 THEN
            state := 'done';
            INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause, refresh_id)
            SELECT list.business_id, p_lead_list_id, e.id, e.event, p_cause, refresh_id
            FROM (SELECT unnest(difference.gone), 'left' UNION ALL SELECT unnest(difference.entered), 'entered') e (id, event);
        END IF;
        campaigns := henk.follow_list(p_lead_list_id, difference.entered, difference.gone);
    END IF;
    IF state = 'done' OR (list.held - 'at') IS DISTINCT FROM (waiting - 'at') OR list.refreshed_at IS NULL OR list.refresh_error IS NOT NULL THEN
        INSERT INTO public.list_refreshes (id, business_id, lead_list_id, cause, criteria, started_at, finished_at, matched, entered, left_out, pinned,
            excluded, status, error, run_id)
        VALUES (refresh_id, list.business_id, p_lead_list_id, p_cause, list.filter_criteria, started, clock_timestamp(), difference.matched,
            cardinality(difference.entered), cardinality(difference.gone), difference.pinned, difference.excluded, state, reason, p_run_id);
    END IF;
    UPDATE public.lead_lists ll SET refreshed_at = clock_timestamp(), refresh_error = NULL, held = waiting,
        refresh_ms = extract(epoch FROM clock_timestamp() - started) * 1000
    WHERE ll.id = p_lead_list_id;
    PERFORM set_config('henk.list_refresh', '', true);
    RETURN jsonb_build_object('id', p_lead_list_id, 'list', list.name, 'status', state, 'matched', difference.matched,
        'entered', cardinality(difference.entered), 'left', cardinality(difference.gone), 'pinned', difference.pinned,
        'excluded', difference.excluded, 'members', (SELECT ll.lead_count FROM public.lead_lists ll WHERE ll.id = p_lead_list_id),
        'held', waiting, 'campaigns', campaigns, 'ms', floor(extract(epoch FROM clock_timestamp() - started) * 1000));
END
$$;


COMMENT ON FUNCTION henk.refuse_archived(p_lead_list_id uuid) IS 'Raise 22023 for a list that is archived.';


REVOKE ALL ON FUNCTION henk.refuse_archived(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_archived(p_lead_list_id uuid) TO service_role;


-- Raises 22023 for a list that takes no members.
-- Migrations: 0068.
CREATE FUNCTION henk.refuse_archived(p_lead_list_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    archived text;
BEGIN
    SELECT ll.name INTO archived FROM public.lead_lists ll WHERE ll.id = p_lead_list_id AND ll.is_archived;
    IF archived IS NOT NULL THEN
        RAISE EXCEPTION 'The list "%" is archived: it takes no leads. Take it out of the archive first.', archived
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_filter(p_path text, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_filter(p_path text, p_why text) TO service_role;


-- Migrations: 0008.
CREATE FUNCTION henk.refuse_filter(p_path text, p_why text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'filter_criteria at %: %', p_path, p_why USING ERRCODE = 'invalid_parameter_value',
        HINT = 'The grammar: schemas/filter_criteria.schema.json, with examples in docs/data-model.md.';
END
$$;


-- A refresh that is held waits for a person as long as the list is refreshed at all.
-- Migrations: 0067.
CREATE FUNCTION henk.release_held() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.held := NULL;
    NEW.refresh_error := NULL;
    RETURN NEW;
END
$$;


COMMENT ON FUNCTION henk.release_held() IS 'Trigger: a list that is static, frozen or archived is not held, and no refresh of it has failed.';


REVOKE ALL ON FUNCTION henk.release_held() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.release_held() TO service_role;


-- Who is excluded is no member any more.
-- Migrations: 0061.
CREATE FUNCTION henk.remove_excluded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    lead uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM public.leads l WHERE l.id = NEW.lead_id AND l.business_id = NEW.business_id) THEN
        RAISE EXCEPTION 'There is no lead % in the business of the list.', NEW.lead_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    DELETE FROM public.lead_list_members m WHERE m.lead_list_id = NEW.lead_list_id AND m.lead_id = NEW.lead_id RETURNING m.lead_id INTO lead;
    IF lead IS NULL AND coalesce(current_setting('henk.moving_rows', true), '') <> 'on' AND pg_trigger_depth() = 1
        AND EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id AND henk.keeps_events(ll)) THEN
        INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause)
        VALUES (NEW.business_id, NEW.lead_list_id, NEW.lead_id, 'excluded', 'hand');
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.remove_excluded() IS 'Trigger: who is excluded from a list is no member of it any more.';


REVOKE ALL ON FUNCTION henk.remove_excluded() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.remove_excluded() TO service_role;


COMMENT ON FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) IS 'The midnight of a zone so long before the day of a moment.';


REVOKE ALL ON FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) TO service_role;


-- The first moment of the day in a zone, so long before the day of p_at. Where the clocks go back to midnight or over it, it is the first of the two
-- midnights (AT TIME ZONE takes the second); where they go forward over it, the first moment that the day has.
-- Migrations: 0060, 0075.
CREATE FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    midnight timestamp := date_trunc('day', p_at AT TIME ZONE p_zone) - p_back;
    start timestamptz := midnight AT TIME ZONE p_zone;
BEGIN
    IF start AT TIME ZONE p_zone <> midnight AND (start - interval '1 microsecond') AT TIME ZONE p_zone >= midnight THEN
        -- The gap began before midnight: its end is the first second that shows the day.
        RETURN (SELECT min(s) FROM generate_series(start - ((start AT TIME ZONE p_zone) - midnight), start, interval '1 second') s
            WHERE s AT TIME ZONE p_zone >= midnight);
    END IF;
    -- What the clock was before it was put back gives the first midnight, where there are two.
    RETURN least(start, (SELECT min(f.at) FROM unnest('{20min,1h,2h,25h}'::interval[]) b (back)
        CROSS JOIN LATERAL (SELECT midnight AT TIME ZONE 'UTC' - ((start - b.back) AT TIME ZONE p_zone - (start - b.back) AT TIME ZONE 'UTC') AS at) f
        WHERE f.at AT TIME ZONE p_zone = midnight));
END
$$;


REVOKE ALL ON FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) TO service_role;


-- The comparisons of criteria with a number or a time that cannot compare a custom field of some leads, for their text is neither ("$1,500",
-- "soon"): such a lead is not found by them. Gives: the custom field, what it is compared with (number or date), how many leads, and a text.
-- Migrations: 0033, 0060.
CREATE FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[] DEFAULT NULL::uuid[]) RETURNS TABLE(custom_field text, compared_with text, leads bigint, example text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    compared record;
BEGIN
    PERFORM henk.compile_filter(p_criteria);
    FOR compared IN
        SELECT DISTINCT c.criterion ->> 'custom_field' AS name, CASE WHEN jsonb_typeof(c.criterion -> 'value') = 'number'
            OR c.criterion ->> 'op' = 'in' OR jsonb_typeof(c.criterion -> 'value' -> 0) = 'number' THEN 'number' ELSE 'date' END AS kind
        FROM jsonb_path_query(p_criteria, 'strict $.** ? (@.type() == "object" && exists (@.custom_field) && exists (@.op))') AS c (criterion)
        WHERE jsonb_typeof(c.criterion -> 'value') = 'number' OR c.criterion ->> 'op' IN ('<', '<=', '>', '>=', 'between', 'anniversary_within')
            OR (c.criterion ->> 'op' = 'in' AND NOT c.criterion @? '$.value[*] ? (@.type() == "string")')
        UNION
        SELECT f.field, f.kind FROM henk.filter_fields f
        JOIN jsonb_path_query(p_criteria, 'strict $.** ? (@.type() == "object" && exists (@.field) && exists (@.op))') AS c (criterion)
            ON c.criterion ->> 'field' = f.field
        WHERE f.is_custom AND c.criterion ->> 'op' <> 'is_null'
    LOOP
        RETURN QUERY SELECT compared.name, compared.kind, count(*), min(l.custom_fields ->> compared.name) FROM public.leads l
        WHERE l.business_id = p_business_id AND (p_lead_ids IS NULL OR l.id = ANY (p_lead_ids))
            AND l.custom_fields ->> compared.name !~ CASE compared.kind WHEN 'number' THEN '^-?[0-9]{1,30}([.][0-9]{1,30})?$'
                ELSE '^[0-9]{4}-[0-9]{2}-[0-9]{2}' END
        HAVING count(*) > 0;
    END LOOP;
END
$_$;


COMMENT ON FUNCTION henk.until_moment(p_cell text, p_value jsonb, p_place text, p_path text, p_zone text) IS 'That a moment is not after a moment, or the end of a day, that a value of criteria means, as SQL.';


REVOKE ALL ON FUNCTION henk.until_moment(p_cell text, p_value jsonb, p_place text, p_path text, p_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.until_moment(p_cell text, p_value jsonb, p_place text, p_path text, p_zone text) TO service_role;


-- That a moment is not after what a value means, as SQL: not after the end of a day, where it means one.
-- Migrations: 0085.
CREATE FUNCTION henk.until_moment(p_cell text, p_value jsonb, p_place text, p_path text, p_zone text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    moment text := henk.filter_moment(p_value, p_place, p_path, p_zone);
    unit text;
BEGIN
    IF jsonb_typeof(p_value) = 'object' AND NOT p_value ? 'hours_ago' THEN
        unit := (SELECT replace(k, '_ago', '') FROM jsonb_object_keys(p_value) k);
        RETURN format('%s < (SELECT henk.start_of_day(%L, now(), make_interval(%s => ($1 #>> %L)::integer) - interval ''1 day''))', p_cell, p_zone, unit,
            henk.filter_path(p_place, unit || '_ago'));
    ELSIF p_value #>> '{}' ~ '^\d{4}-\d{2}-\d{2}$' THEN
        RETURN format('%s < %s + interval ''24 hours''', p_cell, moment);
    END IF;
    RETURN format('%s <= %s', p_cell, moment);
END
$_$;


COMMENT ON FUNCTION henk.written_day(p_text text) IS 'The day at the beginning of a text, null where there is none.';


REVOKE ALL ON FUNCTION henk.written_day(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.written_day(p_text text) TO service_role;


-- A text that begins as a day, as a day; one that no month has is the last of its month. Null for any other text.
-- Migrations: 0060.
CREATE FUNCTION henk.written_day(p_text text) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_text ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'::text) THEN LEAST((make_date(("left"(p_text, 4))::integer, (substr(p_text, 6, 2))::integer, 1) + ((substr(p_text, 9, 2))::integer - 1)), (((make_date(("left"(p_text, 4))::integer, (substr(p_text, 6, 2))::integer, 1) + '1 mon'::interval) - '1 day'::interval))::date) ELSE NULL::date END;


COMMENT ON FUNCTION henk.zone_of(p_business_id uuid) IS 'The time zone of a business, UTC where it has none that can be read.';


REVOKE ALL ON FUNCTION henk.zone_of(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.zone_of(p_business_id uuid) TO service_role;


-- Migrations: 0060.
CREATE FUNCTION henk.zone_of(p_business_id uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    zone text;
BEGIN
    SELECT b.timezone INTO zone FROM public.businesses b WHERE b.id = p_business_id;
    PERFORM now() AT TIME ZONE zone;
    RETURN coalesce(zone, 'UTC');
EXCEPTION WHEN data_exception THEN
    RETURN 'UTC'; -- an installation may have kept any text there
END
$$;


COMMENT ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) IS 'Makes a list from an array of objects. Known names become a lead''s fields, other names custom fields, tags are a list or a text with commas. E-mails and phones are brought to their one form. Elements that share a source id, e-mail or phone are one lead, also by way of a third; on a shared phone each first name is a person. A lead that the business has (by source id with source, then e-mail, then phone) is filled in where it is empty. Opt-outs are taken over, also as suppressions, and never taken back. Gives the list''s id; the same rows under the same name are the same list.

Errors: 22023 where an element is no object, has no phone, mobile_phone or email, or holds what no field can, with the positions of all such elements counted from 1, and nothing done; 22023 for a name that is empty or longer than 255 characters; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
BEGIN
    PERFORM henk.require_member(p_business_id);
    RETURN henk.create_list(p_business_id, p_list_name, p_leads);
END
$$;


COMMENT ON FUNCTION public.explain_membership(p_list uuid, p_lead uuid) IS 'Tells why a lead is on a list, or is not: each clause of the criteria with the value found, for clauses such as callable and list the reason in words, and whether it is met, membership with its origin, exclusion, and the last event.

Errors: 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.explain_membership(p_list uuid, p_lead uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.explain_membership(p_list uuid, p_lead uuid) TO authenticated;
GRANT ALL ON FUNCTION public.explain_membership(p_list uuid, p_lead uuid) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION public.explain_membership(p_list uuid, p_lead uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_list)),
        henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead));
    RETURN henk.explain_member(p_list, p_lead);
END
$$;


COMMENT ON FUNCTION public.freeze_lead_list(p_id uuid, p_name text) IS 'Makes a static list of the members that a list has now, and gives its id. metadata says of which list, when, and by which criteria.

Errors: 22023 for a name that is empty or longer than 255 characters, or that another list of the business has; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.freeze_lead_list(p_id uuid, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.freeze_lead_list(p_id uuid, p_name text) TO authenticated;
GRANT ALL ON FUNCTION public.freeze_lead_list(p_id uuid, p_name text) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION public.freeze_lead_list(p_id uuid, p_name text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_id));
    RETURN henk.freeze_list(p_id, p_name);
END
$$;


COMMENT ON FUNCTION public.preview_lead_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) IS 'Counts what criteria would find, before they are saved: of (leads of the business), matched, callable, left_out by reason (no_phone, opted_out, suppressed, erased), by_rating, up to ten ids as a sample, and of the outermost clauses (the first twenty) how many leads each finds alone and how many all others find without it. With a list: who would enter and leave, and why that would be held; with a campaign: who would come into it, by its rules and those of its assignment, and campaign_note: why nobody, or that its last day is over. {"slow": true} where the statement timeout ends it.

Errors: 22023 for criteria that are not valid, with their place; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.preview_lead_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.preview_lead_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.preview_lead_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION public.preview_lead_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid DEFAULT NULL::uuid, p_campaign_id uuid DEFAULT NULL::uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member(p_business_id), henk.require_record(p_business_id, (SELECT b.id FROM public.businesses b WHERE b.id = p_business_id),
        'business');
    IF p_criteria IS NULL THEN
        RAISE EXCEPTION 'p_criteria: which leads.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF p_lead_list_id IS NOT NULL THEN
        PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id)),
            henk.require_record(p_lead_list_id, (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id AND ll.business_id = p_business_id),
                'lead list');
    END IF;
    IF p_campaign_id IS NOT NULL THEN
        PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
            henk.require_record(p_campaign_id, (SELECT c.id FROM public.campaigns c WHERE c.id = p_campaign_id AND c.business_id = p_business_id),
                'campaign');
    END IF;
    RETURN henk.preview_filter(p_business_id, p_criteria, p_lead_list_id, p_campaign_id);
END
$$;


COMMENT ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) IS 'Makes the members of a dynamic or smart list those leads of its business that meet its filter_criteria now, with who is pinned or given by an import, and without who is excluded. A refresh that would take too many away is held and changes nothing (refresh_lead_list_now tells and forces). Gives how many members there are.

Errors: 22023 for a static list or one without criteria, one that is archived or frozen; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) TO service_role;


-- The members of a dynamic list become those leads of its business that meet its filter_criteria. Gives: how many there are.
-- Migrations: 0010.
CREATE FUNCTION public.refresh_lead_list(p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN henk.refresh_list(p_lead_list_id);
END
$$;


COMMENT ON FUNCTION public.refresh_lead_list_now(p_id uuid, p_force boolean) IS 'Refreshes a list with criteria and gives a report: status (done, unchanged, held), matched, entered, left, pinned, excluded, members, held with its reason, and campaigns: of each that is assigned how many leads were added and withdrawn, or why none. p_force applies what would be held.

Errors: 22023 for a static list or one without criteria, one that is archived or frozen; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.refresh_lead_list_now(p_id uuid, p_force boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refresh_lead_list_now(p_id uuid, p_force boolean) TO authenticated;
GRANT ALL ON FUNCTION public.refresh_lead_list_now(p_id uuid, p_force boolean) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION public.refresh_lead_list_now(p_id uuid, p_force boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_id));
    RETURN henk.refresh_list(p_id, coalesce(p_force, false), 'refresh');
END
$$;
