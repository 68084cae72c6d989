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
        SELECT ll.id, n.depth + 1 FROM naming n JOIN public.lead_lists ll ON ll.business_id = p_business_id AND henk.is_smart(ll) AND ll.id <> p_list_id
        WHERE n.depth < 6 AND EXISTS (SELECT FROM henk.named_lists(ll.filter_criteria) t WHERE t.lead_list_id = n.id))
    SELECT max(n.depth) INTO above FROM naming n;
    FOR named IN SELECT * FROM henk.named_lists(p_criteria) LOOP
        WITH RECURSIVE named_by (id, depth) AS (
            SELECT named.lead_list_id, 1
            UNION
            SELECT t.lead_list_id, n.depth + 1 FROM named_by n JOIN public.lead_lists ll ON ll.id = n.id AND henk.is_smart(ll) AND ll.id <> p_list_id
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
            WHEN 'custom' THEN format('(coalesce(henk.case_folded(%s) = ANY (%s), false) OR coalesce(%s = ANY (ARRAY(SELECT (e #>> ''{}'')::numeric '
                'FROM jsonb_array_elements($1 #> %L) AS e WHERE jsonb_typeof(e) = ''number'')), false))', cell, given, number, place)
            ELSE format('coalesce(henk.case_folded(%s) = ANY (%s), false)', cell, given) END;
    END IF;

    IF op IN ('contains', 'starts_with') THEN
        IF value_type IS DISTINCT FROM 'string' OR value = '""' OR kind NOT IN ('text', 'custom', 'tags') OR (kind = 'tags' AND op = 'starts_with') THEN
            PERFORM henk.refuse_filter(p_path, CASE op WHEN 'contains' THEN 'contains asks for a text in a text, or for a tag'
                ELSE 'starts_with asks for the beginning of a text' END);
        END IF;
        RETURN CASE WHEN kind = 'tags' THEN format('henk.has_tag(%s, ARRAY[henk.case_folded(%s)])', cell, given)
            WHEN op = 'contains' THEN format('coalesce(strpos(henk.case_folded(%s), henk.case_folded(%s)) > 0, false)', cell, given)
            ELSE format('coalesce(starts_with(henk.case_folded(%s), henk.case_folded(%s)), false)', cell, given) END;
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
        RETURN format('(CASE WHEN %s IS NULL THEN false ELSE henk.days_to_anniversary(%s, (now() AT TIME ZONE %L)::date) <= %s END)',
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
            compared := cell;
            given := henk.filter_moment(value -> 0, henk.filter_path(place, '0'), p_path, p_zone) || ' AND '
                || henk.filter_moment(value -> 1, henk.filter_path(place, '1'), p_path, p_zone);
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
        cell := format('henk.case_folded(%s)', cell);
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
    INSERT INTO henk.sent_rows (business_id, lead_list_id, lead_id, cells, was_unclear)
    SELECT p_business_id, list_id, f.lead_id, e.item, EXISTS (SELECT FROM pg_temp.henk_unclear u WHERE u.place = p.place)
    FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n)
    JOIN pg_temp.henk_people p ON p.place = e.n JOIN pg_temp.henk_people f ON f.place = p.person
    -- A plain name with contacts refuses nothing.
    WHERE p.custom_fields <> '{}' OR p.tags <> '[]' OR concat(p.notes, p.description, p.title, p.department, p.company, p.lead_source) <> ''
        OR concat(e.item ->> 'phone', e.item ->> 'mobile_phone') ~ '[[:alpha:]]'
        OR concat(p.first_name, p.last_name) ~ '[^A-Za-z .''\u0080-\U0010ffff-]';
    DROP TABLE pg_temp.henk_people, pg_temp.henk_keys;
    RETURN list_id;
END
$_$;


-- How many days it is to the next anniversary, 0 on the day. Of 29 February it is 28 February in years without one.
-- Migrations: 0060.
CREATE FUNCTION henk.days_to_anniversary(p_day date, p_today date) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (((p_day + make_interval(years => ((EXTRACT(year FROM p_today) - EXTRACT(year FROM p_day)))::integer)))::date >= p_today) THEN (((p_day + make_interval(years => ((EXTRACT(year FROM p_today) - EXTRACT(year FROM p_day)))::integer)))::date - p_today) ELSE (((p_day + make_interval(years => (((EXTRACT(year FROM p_today) - EXTRACT(year FROM p_day)))::integer + 1))))::date - p_today) END;


COMMENT ON FUNCTION henk.days_to_anniversary(p_day date, p_today date) IS 'The days from today to the next anniversary of a day.';


REVOKE ALL ON FUNCTION henk.days_to_anniversary(p_day date, p_today date) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.days_to_anniversary(p_day date, p_today date) TO service_role;


-- The day that a value means, as a text 2026-01-31: days are in order as texts.
-- Migrations: 0060.
CREATE FUNCTION henk.filter_day(p_value jsonb, p_place text, p_path text, p_zone text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- What lies before our era would be written as a year of it.
    SELECT format('to_char(greatest(%s AT TIME ZONE %L, ''0001-01-01''), ''YYYY-MM-DD'')', henk.filter_moment(p_value, p_place, p_path, p_zone),
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
        RETURN CASE unit WHEN 'hours' THEN format('(now() - %s)', back) ELSE format('henk.start_of_day(%L, now(), %s)', p_zone, back) END;
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


COMMENT ON FUNCTION henk.is_smart(p_list public.lead_lists) IS 'Whether the members of a list are found by its criteria.';


REVOKE ALL ON FUNCTION henk.is_smart(p_list public.lead_lists) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_smart(p_list public.lead_lists) TO service_role;


-- Whether a list's members are found by its criteria.
-- Migrations: 0060.
CREATE FUNCTION henk.is_smart(p_list public.lead_lists) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((((p_list).list_type)::text <> 'static'::text) AND ((p_list).filter_criteria IS NOT NULL));


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


REVOKE ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid) TO service_role;


-- Migrations: 0010, 0033.
CREATE FUNCTION henk.refresh_list(p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list record;
    uncompared record;
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
    FOR uncompared IN SELECT * FROM henk.uncompared_values(list.business_id, list.filter_criteria) LOOP
        RAISE WARNING '% values of the custom field "%" are no % and could not be compared, such as "%".', uncompared.leads,
            uncompared.custom_field, uncompared.compared_with, left(uncompared.example, 40);
    END LOOP;
    RETURN (SELECT ll.lead_count FROM public.lead_lists ll WHERE ll.id = p_lead_list_id);
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


COMMENT ON FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) IS 'The midnight of a zone so long before the day of a moment.';


REVOKE ALL ON FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) TO service_role;


-- The first moment of the day in a zone, so long before the day of p_at. Where the clocks go forward at midnight, it is the first that exists.
-- Migrations: 0060.
CREATE FUNCTION henk.start_of_day(p_zone text, p_at timestamp with time zone, p_back interval) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((date_trunc('day'::text, (p_at AT TIME ZONE p_zone)) - p_back) AT TIME ZONE p_zone);


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


COMMENT ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) IS 'Makes the members of a dynamic or smart list those leads of its business that meet its filter_criteria now. Gives how many there are.

Errors: 22023 for a static list or one without criteria; 42501, P0002 as above.';


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
