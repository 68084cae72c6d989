-- migrate:up
-- Texts of criteria are compared without a function in PL/pgSQL where they have plain letters only, which nearly all have, and tags that are written
-- as they are asked for are found without folding. A million leads: a state 0.42 s → 0.09 s, a tag that a seventh has 3.2 s → 0.2 s.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.cell_folded(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(p_text) = length(p_text) THEN lower(p_text COLLATE "C") ELSE henk.case_folded(p_text) END;
COMMENT ON FUNCTION henk.cell_folded(text) IS 'A cell as henk.case_folded gives it. It becomes part of the query that calls it, and calls no function for plain letters.';
REVOKE ALL ON FUNCTION henk.cell_folded(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.cell_folded(text) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['(coalesce(henk.case_folded(%s) = ANY (%s), false) OR coalesce(', '(coalesce(henk.cell_folded(%s) = ANY (%s), false) OR coalesce('],
        ['ELSE format(''coalesce(henk.case_folded(%s) = ANY (%s), false)'', cell, given)', 'ELSE format(''coalesce(henk.cell_folded(%s) = ANY (%s), false)'', cell, given)'],
        ['''(strpos(henk.case_folded(%1$s::text), henk.case_folded(btrim(($1 #> %3$L)::text, chr(34)))) > 0 ''
                ''AND henk.has_tag(%1$s, ARRAY[henk.case_folded(%2$s)]))''',
            '''(%1$s @> ($1 #> %3$L) OR (strpos(henk.cell_folded(%1$s::text), henk.case_folded(btrim(($1 #> %3$L)::text, chr(34)))) > 0 ''
                ''AND henk.has_tag(%1$s, ARRAY[henk.case_folded(%2$s)])))'''],
        ['coalesce(strpos(henk.case_folded(%s), ', 'coalesce(strpos(henk.cell_folded(%s), '],
        ['coalesce(starts_with(henk.case_folded(%s), ', 'coalesce(starts_with(henk.cell_folded(%s), '],
        ['cell := format(''henk.case_folded(%s)'', cell);', 'cell := format(''henk.cell_folded(%s)'', cell);']
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
