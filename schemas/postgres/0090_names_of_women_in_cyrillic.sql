-- migrate:up
-- Names of women that are made of names of men in Cyrillic ("Валентин", "Валентина") are two people's, as in Latin letters ("Hamid", "Hamida").
-- schemas/make_name_rules.py writes the function.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Whether a folded name may be the same as one that it begins like; null where one is missing: henk_pipeline.leads.beginnings.begins_like.
CREATE OR REPLACE FUNCTION henk.begins_like(p_one text, p_other text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
AS $$
DECLARE
    shorter text := CASE WHEN length(p_one) <= length(p_other) THEN p_one ELSE p_other END;
    longer text := CASE WHEN length(p_one) <= length(p_other) THEN p_other ELSE p_one END;
BEGIN
    IF p_one = p_other OR NOT starts_with(longer, shorter) THEN
        RETURN p_one = p_other;
    END IF;
    RETURN length(shorter) = 1 AND shorter COLLATE "C" < U&'\2E80'
        OR coalesce(longer = ANY (string_to_array(henk.longer_forms() ->> shorter, ' ')), false)
        OR longer <> ALL (ARRAY[shorter || 'a', shorter || 'а', shorter || 'я', shorter || 'ия', shorter || 'ія', shorter || 'ина', shorter || 'іна']) AND NOT henk.longer_forms() ? shorter
            AND (henk.longer_forms() ? longer OR length(shorter) >= 6);
END
$$;

-- migrate:down
-- Forward only.
