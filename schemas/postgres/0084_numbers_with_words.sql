-- migrate:up
-- create_lead_list_from_csv reads a number next to a label ("tel. 212 555 0115") and the first of several in a cell; the cell is kept
-- as phone_as_sent. A number that the cell calls a fax's, a pager's or a wrong one is no contact. Both were stored as sent, and entered campaigns.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Whether the words of a cell say that its number is nobody's telephone (`not_called` of schemas/upload/phones.toml, and words for wrong numbers).
CREATE FUNCTION henk.names_no_telephone(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(p_phone ~ '[A-Za-z]' AND (p_phone ~* '^\s*f *:|\m(tele?)?fax|\m(facsimile|t[ée]l[ée]copie|pager|beeper|modem|tty|tdd|telex|disconnected)\M'
        OR p_phone ~* '\m(wrong|bad|invalid|old|former) *(phone|number|no\M|nr\M|num\M|#)|\m(not|out|no longer) (in|of) (service|use)\M'
        OR p_phone ~* '\mfalsche (telefon|ruf)?nummer|\mverkeerd nummer|\mmauvais num[ée]ro|\mn[úu]mero (equivocado|err[óo]neo|errado)'), false)
$$;
COMMENT ON FUNCTION henk.names_no_telephone(text) IS 'Whether a cell calls its number a fax''s, a pager''s, or a wrong one.';
REVOKE ALL ON FUNCTION henk.names_no_telephone(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.names_no_telephone(text) TO service_role;

-- The number of a cell in E.164: of one that has labels, without them; of several, the first that can be read. What cannot be read stays as it is.
CREATE FUNCTION henk.read_number_cell(p_phone text, p_region text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    number text := henk.read_phone(p_phone, p_region);
    part text;
BEGIN
    IF number IS NOT NULL OR p_phone !~ '[0-9]' THEN
        RETURN coalesce(number, henk.unread_phone(p_phone));
    END IF;
    FOREACH part IN ARRAY regexp_split_to_array(p_phone, '[;|\n\r]+|\s/\s|,(?=\D*\d{2}[^,]*\d{3})|\m(or|und|oder|ou|of|o)\M', 'i') LOOP
        CONTINUE WHEN henk.names_no_telephone(part);
        part := btrim(regexp_replace(part, '\m(tele?(phone|fon)?|phone|ph|home|work|office|cell(ular|phone)?|mobile?|mob|handy|main|day(time)?|eve(ning)?'
            '|landline|privat|casa|domicile|bureau|thuis|werk|no|nr|number|[hwcmtop])\M *[.:]?|[()]', ' ', 'gi'), E' \t.:,-');
        number := henk.read_phone(part, p_region);
        -- "030/1234567" is one number, "2125550102/2125550103" are two.
        IF number IS NULL AND length(regexp_replace(split_part(part, '/', 1), '\D', '', 'g')) >= 9 THEN
            number := henk.read_phone(split_part(part, '/', 1), p_region);
        END IF;
        EXIT WHEN number IS NOT NULL;
    END LOOP;
    RETURN coalesce(number, henk.unread_phone(p_phone));
END
$$;
COMMENT ON FUNCTION henk.read_number_cell(text, text) IS 'The number of a cell with labels or several numbers; the cell where none can be read.';
REVOKE ALL ON FUNCTION henk.read_number_cell(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.read_number_cell(text, text) TO service_role;

-- Cells of which a number was read that is not all they say: custom fields phone_as_sent and mobile_phone_as_sent.
CREATE FUNCTION henk.number_cells_as_sent(p_phone text, p_mobile_phone text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(jsonb_object_agg(s.field, s.cell), '{}') FROM (VALUES ('phone_as_sent', p_phone), ('mobile_phone_as_sent', p_mobile_phone)) s (field, cell)
    WHERE s.cell ~ '\d{4}.*[;|/,\n\r].*\d{4}|\d{4}.*\m(or|und|oder|ou|of|o)\M.*\d{4}'
$$;
COMMENT ON FUNCTION henk.number_cells_as_sent(text, text) IS 'Cells of several numbers, as custom fields.';
REVOKE ALL ON FUNCTION henk.number_cells_as_sent(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.number_cells_as_sent(text, text) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['henk.read_people(uuid, jsonb)', 'coalesce(henk.read_phone(phone, henk.region_of(country, country_of_home)), henk.unread_phone(phone)) END AS phone',
            'henk.read_number_cell(phone, henk.region_of(country, country_of_home)) END AS phone'],
        ['henk.read_people(uuid, jsonb)', 'coalesce(henk.read_phone(mobile_phone, henk.region_of(country, country_of_home)), henk.unread_phone(mobile_phone))
', 'henk.read_number_cell(mobile_phone, henk.region_of(country, country_of_home))
'],
        ['henk.read_people(uuid, jsonb)', 'CASE WHEN jsonb_typeof(custom_fields) = ''object'' THEN custom_fields ELSE ''{}'' END
            ||', 'CASE WHEN phone ~ ''[^0-9 ().+-]'' OR mobile_phone ~ ''[^0-9 ().+-]'' THEN henk.number_cells_as_sent(phone, mobile_phone) ELSE ''{}'' END
            || CASE WHEN jsonb_typeof(custom_fields) = ''object'' THEN custom_fields ELSE ''{}'' END
            ||'],
        ['henk.discard_junk()', '(p.phone !~ ''[0-9]'' OR (', '(p.phone !~ ''[0-9]'' OR henk.names_no_telephone(p.phone) OR ('],
        ['henk.discard_junk()', '(p.mobile_phone !~ ''[0-9]'' OR (', '(p.mobile_phone !~ ''[0-9]'' OR henk.names_no_telephone(p.mobile_phone) OR (']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as an earlier migration left it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

-- migrate:down
-- Forward only.
