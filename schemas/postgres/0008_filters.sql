-- migrate:up
-- filter_criteria: one small JSON grammar (schemas/filter_criteria.schema.json) for an assignment's filter, a dynamic list's members and an
-- upload's split into lists. It is checked when it is written, and compiled to a condition in which every value is looked up in the
-- criteria by its place: no text of the user's is ever part of a statement.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

-- What may be asked: a column of leads and what kind it is.
CREATE TABLE henk.filter_fields (field text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('text', 'number', 'boolean', 'time', 'tags')));
INSERT INTO henk.filter_fields (field, kind)
VALUES
('first_name', 'text'),
('last_name', 'text'),
('email', 'text'),
('phone', 'text'),
('mobile_phone', 'text'),
('company', 'text'),
('title', 'text'),
('department', 'text'),
('street', 'text'),
('city', 'text'),
('state', 'text'),
('postal_code', 'text'),
('country', 'text'),
('timezone', 'text'),
('preferred_language', 'text'),
('lead_source', 'text'),
('description', 'text'),
('notes', 'text'),
('status', 'text'),
('source', 'text'),
('source_id', 'text'),
('quality_rating', 'text'),
('do_not_call', 'boolean'),
('dnc', 'boolean'),
('do_not_email', 'boolean'),
('email_opt_out', 'boolean'),
('last_activity_at', 'time'),
('last_synced_at', 'time'),
('created_at', 'time'),
('updated_at', 'time'),
('lead_score', 'number'),
('tags', 'tags');

CREATE FUNCTION henk.refuse_filter(p_path text, p_why text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'filter_criteria at %: %', p_path, p_why USING ERRCODE = 'invalid_parameter_value',
        HINT = 'The grammar: schemas/filter_criteria.schema.json, with examples in docs/data-model.md.';
END
$$;

-- A place inside criteria, as #> takes it, one step further: {all,0} and value give {all,0,value}.
CREATE FUNCTION henk.filter_path(p_place text, p_step text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN array_append(p_place::text[], p_step)::text;

-- The moment a time in a filter means, as SQL: a date or moment (UTC where it names no offset), or {"days_ago": 90}.
CREATE FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
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
$$;

-- One comparison as SQL over the alias l (a row of leads) and $1 (the criteria). Null is never greater, smaller or equal; it is unequal.
CREATE FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked text := p_criteria ->> 'field'; -- the field, where it is no custom field
    op text := p_criteria ->> 'op';
    value jsonb := p_criteria -> 'value';
    value_type text := jsonb_typeof(p_criteria -> 'value');
    kind text;
    cell text; -- the lead's value, as SQL
    given text; -- the filter's value, as SQL
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
            CASE kind WHEN 'number' THEN 'e::numeric' WHEN 'tags' THEN 'e' ELSE 'lower(e)' END, henk.filter_path(p_place, 'value'));
        RETURN CASE kind WHEN 'tags' THEN format('jsonb_exists_any(%s, %s)', cell, given)
            WHEN 'number' THEN format('coalesce(%s = ANY (%s), false)', cell, given)
            ELSE format('coalesce(lower(%s) = ANY (%s), false)', cell, given) END;
    END IF;

    IF op = 'contains' THEN
        IF value_type IS DISTINCT FROM 'string' OR value = '""' OR kind NOT IN ('text', 'custom', 'tags') THEN
            PERFORM henk.refuse_filter(p_path, 'contains asks for a text in a text, or for a tag');
        END IF;
        RETURN CASE kind WHEN 'tags' THEN format('jsonb_exists(%s, %s)', cell, given)
            ELSE format('coalesce(strpos(lower(%s), lower(%s)) > 0, false)', cell, given) END;
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
        -- Custom fields are texts of all kinds: one that is no number is neither more nor less than one.
        cell := format('(CASE WHEN %1$s ~ ''^-?\d{1,30}(\.\d{1,30})?$'' THEN %1$s::numeric END)', cell);
        given := given || '::numeric';
    ELSIF kind = 'custom' AND op IN ('<', '<=', '>', '>=') THEN
        -- Dates as they are kept in custom fields, 2026-01-31 …, are in order as texts.
        given := format('to_char(%s AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')', henk.filter_moment(value, henk.filter_path(p_place, 'value'), p_path));
        cell := format('(CASE WHEN %1$s ~ ''^\d{4}-\d{2}-\d{2}'' THEN left(%1$s, 10) END COLLATE "C")', cell);
    ELSE
        IF op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a text: it is compared by =, !=, in, contains or is_null', asked));
        ELSIF value_type IS NULL OR value_type NOT IN ('string', 'boolean') OR (value_type = 'boolean' AND kind = 'text') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a text', coalesce(asked, 'a custom field')));
        END IF;
        cell := format('lower(%s)', cell);
        given := format('lower(%s)', given);
    END IF;
    RETURN CASE op WHEN '!=' THEN format('(%s IS DISTINCT FROM %s)', cell, given)
        ELSE format('coalesce(%s %s %s, false)', cell, op, given) END;
END
$$;

-- Criteria as an SQL condition over the alias l (a row of leads) and $1 (the criteria, or an object or array that holds them at p_place, a
-- path as #> takes it). Never null. Raises 22023 with the place of the mistake.
CREATE FUNCTION henk.compile_filter(p_criteria jsonb, p_place text DEFAULT '{}', p_path text DEFAULT '$', p_depth integer DEFAULT 1) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
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
    ELSIF p_depth > 8 THEN
        PERFORM henk.refuse_filter(p_path, 'criteria go eight levels deep at most');
    ELSIF p_depth = 1 AND length(p_criteria::text) > 100000 THEN
        PERFORM henk.refuse_filter(p_path, 'criteria have 100,000 characters at most');
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

CREATE FUNCTION henk.check_filter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM henk.compile_filter(NEW.filter_criteria);
    RETURN NEW;
END
$$;
CREATE TRIGGER check_filter BEFORE INSERT OR UPDATE OF filter_criteria ON lead_lists
FOR EACH ROW WHEN (NEW.filter_criteria IS NOT NULL) EXECUTE FUNCTION henk.check_filter();
CREATE TRIGGER check_filter BEFORE INSERT OR UPDATE OF filter_criteria ON campaign_lead_lists
FOR EACH ROW WHEN (NEW.filter_criteria IS NOT NULL) EXECUTE FUNCTION henk.check_filter();

-- Of these leads of a business those that meet the criteria; of all of them where p_lead_ids is null.
CREATE FUNCTION henk.matching_leads(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[] DEFAULT NULL) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10000 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT l.id FROM public.leads l WHERE l.business_id = $2 AND ($3 IS NULL OR l.id = ANY ($3)) AND ('
        || henk.compile_filter(p_criteria) || ')' USING p_criteria, p_business_id, p_lead_ids;
END
$$;

-- migrate:down
-- Forward only.
