-- migrate:up
-- A custom field whose text is no number ("$1,500") or no day ("soon") cannot be compared with one: it is neither equal nor unequal, neither more nor
-- less. {"not": …} took its leads, and so did !=. A lead without a value is still never equal, and unequal.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- A comparison as an SQL condition: null where the value cannot be compared.
CREATE OR REPLACE FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) RETURNS text
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
$$;

-- Criteria as an SQL condition over the alias l (a row of leads) and $1 (the criteria, or an object or array that holds them at p_place, a
-- path as #> takes it). Never null at p_depth 1: inside, what cannot be compared is null, and NOT leaves it so. Raises 22023 with the place of the
-- mistake.
CREATE OR REPLACE FUNCTION henk.compile_filter(p_criteria jsonb, p_place text DEFAULT '{}', p_path text DEFAULT '$', p_depth integer DEFAULT 1)
RETURNS text
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

-- migrate:down
-- Forward only.
