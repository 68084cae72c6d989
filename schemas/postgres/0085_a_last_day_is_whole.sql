-- migrate:up
-- A day that is the last one meant counts until its end, in fields that are moments: `between` two days, `<=` and `>` a day. It ended when it began.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- That a moment is not after what a value means, as SQL: not after the end of a day, where it means one.
CREATE FUNCTION henk.until_moment(p_cell text, p_value jsonb, p_place text, p_path text, p_zone text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
$$;
COMMENT ON FUNCTION henk.until_moment(text, jsonb, text, text, text) IS 'That a moment is not after a moment, or the end of a day, that a value of criteria means, as SQL.';
REVOKE ALL ON FUNCTION henk.until_moment(text, jsonb, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.until_moment(text, jsonb, text, text, text) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['            compared := cell;
            given := henk.filter_moment(value -> 0, henk.filter_path(place, ''0''), p_path, p_zone) || '' AND ''
                || henk.filter_moment(value -> 1, henk.filter_path(place, ''1''), p_path, p_zone);
', '            RETURN format(''coalesce(%s >= %s AND %s, false)'', cell, henk.filter_moment(value -> 0, henk.filter_path(place, ''0''), p_path, p_zone),
                henk.until_moment(cell, value -> 1, henk.filter_path(place, ''1''), p_path, p_zone));
'],
        ['        given := henk.filter_moment(value, place, p_path, p_zone);
    ELSIF', '        IF op IN (''<='', ''>'') AND value_type = ''string'' THEN
            RETURN format(CASE op WHEN ''<='' THEN ''coalesce(%s, false)'' ELSE ''coalesce(NOT (%s), false)'' END,
                henk.until_moment(cell, value, place, p_path, p_zone));
        END IF;
        given := henk.filter_moment(value, place, p_path, p_zone);
    ELSIF']
    ];
    body text := pg_get_functiondef('henk.compile_operator(jsonb, text, text, boolean, text, text, text, text)'::regprocedure);
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        IF strpos(body, changes[n][1]) = 0 THEN
            RAISE EXCEPTION 'henk.compile_operator is not as an earlier migration left it: %', changes[n][1];
        END IF;
        body := replace(body, changes[n][1], changes[n][2]);
    END LOOP;
    EXECUTE body;
END
$$;

-- migrate:down
-- Forward only.
