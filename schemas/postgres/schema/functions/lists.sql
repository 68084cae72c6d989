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


-- Migrations: 0008.
CREATE FUNCTION henk.check_filter() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.compile_filter(NEW.filter_criteria);
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.check_filter() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.check_filter() TO service_role;


-- A comparison as an SQL condition: null where the value cannot be compared.
-- Migrations: 0008, 0033, 0052.
CREATE FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    asked text := p_criteria ->> 'field'; -- the field, where it is no custom field
    op text := p_criteria ->> 'op';
    value jsonb := p_criteria -> 'value';
    value_type text := jsonb_typeof(p_criteria -> 'value');
    kind text;
    cell text; -- the lead's value, as SQL
    given text; -- the filter's value, as SQL
    number text; -- the lead's value of a custom field as a number, as SQL
    compared text; -- a custom field as a number or a day, as SQL: null where its text is neither
    unknown text;
BEGIN
    SELECT string_agg(k, ', ') INTO unknown FROM jsonb_object_keys(p_criteria) AS k WHERE k NOT IN ('field', 'custom_field', 'op', 'value');
    IF unknown IS NOT NULL THEN
        PERFORM henk.refuse_filter(p_path, format('unknown key %s; a criterion has all, any or not, or field (or custom_field), op and value',
            left(unknown, 100)));
    ELSIF (p_criteria ? 'field') = (p_criteria ? 'custom_field') THEN
        PERFORM henk.refuse_filter(p_path, 'a comparison names one of field and custom_field');
    ELSIF jsonb_typeof(p_criteria -> 'op') IS DISTINCT FROM 'string'
        OR op NOT IN ('=', '!=', '<', '<=', '>', '>=', 'in', 'contains', 'is_null') THEN
        PERFORM henk.refuse_filter(p_path, 'op is one of =, !=, <, <=, >, >=, in, contains, is_null');
    END IF;

    IF p_criteria ? 'custom_field' THEN
        IF jsonb_typeof(p_criteria -> 'custom_field') <> 'string' OR p_criteria ->> 'custom_field' = '' THEN
            PERFORM henk.refuse_filter(p_path, 'custom_field is the name of a custom field');
        END IF;
        kind := 'custom';
        cell := format('(l.custom_fields ->> ($1 #>> %L))', henk.filter_path(p_place, 'custom_field'));
        -- Custom fields are texts of all kinds: one that is no number is neither more nor less than one (henk.uncompared_values counts them).
        number := format('(CASE WHEN %1$s ~ ''^-?[0-9]{1,30}([.][0-9]{1,30})?$'' THEN %1$s::numeric END)', cell);
    ELSE
        SELECT f.kind, format('l.%I', f.field) INTO kind, cell FROM henk.filter_fields f
        WHERE f.field = asked AND jsonb_typeof(p_criteria -> 'field') = 'string';
        IF kind IS NULL THEN
            PERFORM henk.refuse_filter(p_path, format('there is no field %s', left(coalesce(p_criteria -> 'field', 'null')::text, 100)));
        END IF;
    END IF;
    given := format('($1 #>> %L)', henk.filter_path(p_place, 'value'));

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
        ELSIF kind IN ('boolean', 'time') THEN
            PERFORM henk.refuse_filter(p_path, format('in does not go with %s', asked));
        ELSIF kind = 'number' AND EXISTS (SELECT FROM jsonb_array_elements(value) e WHERE jsonb_typeof(e) <> 'number') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with numbers', asked));
        END IF;
        given := format('ARRAY(SELECT %s FROM jsonb_array_elements_text($1 #> %L) AS e)',
            CASE kind WHEN 'number' THEN 'e::numeric' ELSE 'henk.case_folded(e)' END, henk.filter_path(p_place, 'value'));
        -- Among numbers only: a text that is no number is neither one of them nor none.
        IF kind = 'custom' AND NOT value @? '$[*] ? (@.type() == "string")' THEN
            RETURN format('(CASE WHEN %1$s IS NULL THEN false ELSE %2$s = ANY (ARRAY(SELECT e::numeric FROM jsonb_array_elements_text($1 #> %3$L) AS e)) '
                'END)', cell, number, henk.filter_path(p_place, 'value'));
        END IF;
        RETURN CASE kind WHEN 'tags' THEN format('henk.has_tag(%s, %s)', cell, given)
            WHEN 'number' THEN format('coalesce(%s = ANY (%s), false)', cell, given)
            -- Numbers by their value (100 is 100.0), texts as they are written.
            WHEN 'custom' THEN format('(coalesce(henk.case_folded(%s) = ANY (%s), false) OR coalesce(%s = ANY (ARRAY(SELECT (e #>> ''{}'')::numeric '
                'FROM jsonb_array_elements($1 #> %L) AS e WHERE jsonb_typeof(e) = ''number'')), false))', cell, given, number,
                henk.filter_path(p_place, 'value'))
            ELSE format('coalesce(henk.case_folded(%s) = ANY (%s), false)', cell, given) END;
    END IF;

    IF op = 'contains' THEN
        IF value_type IS DISTINCT FROM 'string' OR value = '""' OR kind NOT IN ('text', 'custom', 'tags') THEN
            PERFORM henk.refuse_filter(p_path, 'contains asks for a text in a text, or for a tag');
        END IF;
        RETURN CASE kind WHEN 'tags' THEN format('henk.has_tag(%s, ARRAY[henk.case_folded(%s)])', cell, given)
            ELSE format('coalesce(strpos(henk.case_folded(%s), henk.case_folded(%s)) > 0, false)', cell, given) END;
    END IF;

    -- What is left compares: =, !=, <, <=, >, >=.
    IF kind = 'tags' THEN
        PERFORM henk.refuse_filter(p_path, 'tags are asked with contains, in or is_null');
    ELSIF kind = 'boolean' THEN
        IF value_type IS DISTINCT FROM 'boolean' OR op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared by = or != with true or false', asked));
        END IF;
        given := given || '::boolean';
    ELSIF kind = 'number' THEN
        IF value_type IS DISTINCT FROM 'number' THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a number', asked));
        END IF;
        given := given || '::numeric';
    ELSIF kind = 'time' THEN
        IF op IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared by <, <=, > or >=', asked));
        END IF;
        given := henk.filter_moment(value, henk.filter_path(p_place, 'value'), p_path);
    ELSIF kind = 'custom' AND value_type = 'number' THEN
        compared := number;
        given := given || '::numeric';
    ELSIF kind = 'custom' AND op IN ('<', '<=', '>', '>=') THEN
        -- Dates as they are kept in custom fields, 2026-01-31 …, are in order as texts.
        given := format('to_char(%s AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')', henk.filter_moment(value, henk.filter_path(p_place, 'value'), p_path));
        compared := format('(CASE WHEN %1$s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}'' THEN left(%1$s, 10) END COLLATE "C")', cell);
    ELSE
        IF op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a text: it is compared by =, !=, in, contains or is_null', asked));
        ELSIF value_type IS NULL OR value_type NOT IN ('string', 'boolean') OR (value_type = 'boolean' AND kind = 'text') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a text', coalesce(asked, 'a custom field')));
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


REVOKE ALL ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) TO service_role;


-- Criteria as an SQL condition over the alias l (a row of leads) and $1 (the criteria, or an object or array that holds them at p_place, a
-- path as #> takes it). Never null at p_depth 1: inside, what cannot be compared is null, and NOT leaves it so. Raises 22023 with the place of the
-- mistake.
-- Migrations: 0008, 0052.
CREATE FUNCTION henk.compile_filter(p_criteria jsonb, p_place text DEFAULT '{}'::text, p_path text DEFAULT '$'::text, p_depth integer DEFAULT 1) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
    ELSIF p_depth = 1 AND length(p_criteria::text) > 100000 THEN
        PERFORM henk.refuse_filter(p_path, 'criteria have 100,000 characters at most');
    END IF;
    IF p_depth = 1 THEN
        RETURN format('coalesce((%s), false)', henk.compile_filter(p_criteria, p_place, p_path, 2));
    END IF;
    FOREACH word IN ARRAY ARRAY['all', 'any', 'not'] LOOP
        CONTINUE WHEN NOT p_criteria ? word;
        IF (SELECT count(*) FROM jsonb_object_keys(p_criteria)) <> 1 THEN
            PERFORM henk.refuse_filter(p_path, format('nothing stands beside %s', word));
        END IF;
        place := henk.filter_path(p_place, word);
        IF word = 'not' THEN
            RETURN format('NOT (%s)', henk.compile_filter(p_criteria -> 'not', place, p_path || '.not', p_depth + 1));
        ELSIF jsonb_typeof(p_criteria -> word) <> 'array' OR jsonb_array_length(p_criteria -> word) NOT BETWEEN 1 AND 200 THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a list of 1 to 200 criteria', word));
        END IF;
        SELECT array_agg('(' || henk.compile_filter(e.item, henk.filter_path(place, (e.n - 1)::text), format('%s.%s[%s]', p_path, word, e.n - 1), p_depth + 1)
            || ')' ORDER BY e.n)
        INTO parts FROM jsonb_array_elements(p_criteria -> word) WITH ORDINALITY AS e (item, n);
        RETURN array_to_string(parts, CASE word WHEN 'all' THEN ' AND ' ELSE ' OR ' END);
    END LOOP;
    RETURN henk.compile_comparison(p_criteria, p_place, p_path);
END
$$;


REVOKE ALL ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer) TO service_role;


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


-- The moment a time in a filter means, as SQL: a date or moment (UTC where it names no offset), or {"days_ago": 90}.
-- Migrations: 0008.
CREATE FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    unit text;
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
        RETURN format('(now() - make_interval(%s => ($1 #>> %L)::integer))', unit, henk.filter_path(p_place, unit || '_ago'));
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


REVOKE ALL ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) TO service_role;


REVOKE ALL ON FUNCTION henk.filter_path(p_place text, p_step text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_path(p_place text, p_step text) TO service_role;


-- A place inside criteria, as #> takes it, one step further: {all,0} and value give {all,0,value}.
-- Migrations: 0008.
CREATE FUNCTION henk.filter_path(p_place text, p_step text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN (array_append((p_place)::text[], p_step))::text;


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


REVOKE ALL ON FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) TO service_role;


-- The comparisons of criteria with a number or a time that cannot compare a custom field of some leads, for their text is neither ("$1,500",
-- "soon"): such a lead is not found by them. Gives: the custom field, what it is compared with (number or date), how many leads, and a text.
-- Migrations: 0033.
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
            OR c.criterion ->> 'op' = 'in' THEN 'number' ELSE 'date' END AS kind
        FROM jsonb_path_query(p_criteria, 'strict $.** ? (@.type() == "object" && exists (@.custom_field) && exists (@.op))') AS c (criterion)
        WHERE jsonb_typeof(c.criterion -> 'value') = 'number' OR c.criterion ->> 'op' IN ('<', '<=', '>', '>=')
            OR (c.criterion ->> 'op' = 'in' AND NOT c.criterion @? '$.value[*] ? (@.type() == "string")')
    LOOP
        RETURN QUERY SELECT compared.name, compared.kind, count(*), min(l.custom_fields ->> compared.name) FROM public.leads l
        WHERE l.business_id = p_business_id AND (p_lead_ids IS NULL OR l.id = ANY (p_lead_ids))
            AND l.custom_fields ->> compared.name !~ CASE compared.kind WHEN 'number' THEN '^-?[0-9]{1,30}([.][0-9]{1,30})?$'
                ELSE '^[0-9]{4}-[0-9]{2}-[0-9]{2}' END
        HAVING count(*) > 0;
    END LOOP;
END
$_$;


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
