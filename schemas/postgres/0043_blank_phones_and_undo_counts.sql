-- migrate:up
-- A phone of nothing but blanks and invisible characters is none, as an e-mail address of them is none: a tab was a way round the rule that a lead
-- needs a contact. Rows from before keep what they have (as in 0033).
-- What an undo leaves because it has changed since is counted by fields and custom fields, not by the parts of a score.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.unread_phone(p_phone text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    blanks text := U&' \0009\000A\000B\000C\000D\0085\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000';
    phone text := btrim(p_phone, blanks);
BEGIN
    RETURN CASE WHEN btrim(henk.plain_text(phone), blanks) <> '' THEN phone END;
END
$$;
COMMENT ON FUNCTION henk.unread_phone(text) IS 'A phone that cannot be read, as it was written; of one that shows nothing, nothing.';
REVOKE EXECUTE ON FUNCTION henk.unread_phone(text) FROM PUBLIC;

DO $$
DECLARE
    origin record;
    body text;
    place text;
BEGIN
    FOR origin IN SELECT 'henk.normalised(public.leads)' AS name, 'p_lead.' AS prefix UNION ALL SELECT 'henk.read_people(uuid, jsonb)', '' LOOP
        body := pg_get_functiondef(origin.name::regprocedure);
        FOREACH place IN ARRAY ARRAY['phone', 'mobile_phone'] LOOP
            place := origin.prefix || place;
            IF strpos(body, format('nullif(btrim(%s), '''')', place)) = 0 THEN
                RAISE EXCEPTION '% is not as migration 0031 left it.', origin.name;
            END IF;
            body := replace(body, format('nullif(btrim(%s), '''')', place), format('henk.unread_phone(%s)', place));
        END LOOP;
        EXECUTE body;
    END LOOP;
END
$$;

DO $$
DECLARE
    body text := pg_get_functiondef('henk.restore_values(uuid)'::regprocedure);
    place text := 'OR coalesce(later.fields ? r.key, false))) AS changed_since,';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.restore_values is not as migration 0034 made it.';
    END IF;
    EXECUTE replace(body, place, 'OR coalesce(later.fields ? r.key, false))
             AND r.key NOT IN (''lead_score'', ''quality_rating'', ''score_breakdown''))
            + (SELECT count(*) FROM jsonb_each(CASE WHEN jsonb_typeof(u.written -> ''custom_fields'') = ''object'' THEN u.written -> ''custom_fields'' END) w
               WHERE u.replaced -> ''custom_fields'' -> w.key IS DISTINCT FROM w.value
                   AND (l.custom_fields -> w.key IS DISTINCT FROM w.value OR coalesce(later.custom_fields ? w.key, false))) AS changed_since,');
END
$$;

-- migrate:down
-- Forward only.
