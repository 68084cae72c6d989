-- migrate:up
-- Lists that clients send keep people apart as imports do: a generation that one of two names lacks is another person's unless the birth date is
-- equal, words of a man and of a woman in names ("Van" and "Thi", "bin" and "binti") tell two people apart, a row without a given name is nobody
-- of another family name at an e-mail address (two organisations of one mailbox), legal forms are compared in short, and two of one name who share
-- the mailbox of a function but neither telephone nor postal code are two. henk_pipeline.leads.match does the same. "œ" is compared as "oe".
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Names of organisations with their legal forms, and "Saint", in short: henk_pipeline.leads.details.shortened.
CREATE OR REPLACE FUNCTION henk.shortened(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(p_name, '\y(?:limited)\y', 'ltd', 'g'), '\y(?:incorporated|incorp)\y', 'inc', 'g'), '\y(?:corporation)\y', 'corp', 'g'), '\y(?:company)\y', 'co', 'g'), '\y(?:l l c)\y', 'llc', 'g'), '\y(?:l l p)\y', 'llp', 'g'), '\y(?:p l c)\y', 'plc', 'g'), '\y(?:g m b h|ges m b h|gesmbh)\y', 'gmbh', 'g'), '\y(?:e v|eingetragener verein)\y', 'ev', 'g'), '\y(?:s a r l)\y', 'sarl', 'g'), '\y(?:s a)\y', 'sa', 'g'), '\y(?:s r l)\y', 'srl', 'g'), '\y(?:b v)\y', 'bv', 'g'), '\y(?:n v)\y', 'nv', 'g'), '\y(?:aktiengesellschaft)\y', 'ag', 'g'), '\y(?:saint|sankt)\y', 'st', 'g'), '\y(?:association|assoc)\y', 'assn', 'g'), '\y(?:department)\y', 'dept', 'g'), '\y(?:center|centre)\y', 'ctr', 'g'), '\y(?:university)\y', 'univ', 'g');

-- Whether words of two names are a man's and a woman's ("Van" and "Thi"): henk_pipeline.leads.details.sex_words_contradict.
CREATE OR REPLACE FUNCTION henk.sex_words_contradict(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    one text := concat(' ', (p_one).middle, ' ', array_to_string((p_one).last_words, ' '), ' ');
    other text := concat(' ', (p_other).middle, ' ', array_to_string((p_other).last_words, ' '), ' ');
BEGIN
    RETURN one ~ ' (?:van) ' AND one !~ ' (?:thi) ' AND other ~ ' (?:thi) ' OR other ~ ' (?:van) ' AND other !~ ' (?:thi) ' AND one ~ ' (?:thi) '
        OR one ~ ' (?:bin|ibn|ben) ' AND one !~ ' (?:binti|binte|bint|bte|bat|binty) ' AND other ~ ' (?:binti|binte|bint|bte|bat|binty) ' OR other ~ ' (?:bin|ibn|ben) ' AND other !~ ' (?:binti|binte|bint|bte|bat|binty) ' AND one ~ ' (?:binti|binte|bint|bte|bat|binty) '
        OR one ~ ' (?:a l|s o) ' AND one !~ ' (?:a p|d o) ' AND other ~ ' (?:a p|d o) ' OR other ~ ' (?:a l|s o) ' AND other !~ ' (?:a p|d o) ' AND one ~ ' (?:a p|d o) '
        OR one ~ ' (?:singh) ' AND one !~ ' (?:kaur) ' AND other ~ ' (?:kaur) ' OR other ~ ' (?:singh) ' AND other !~ ' (?:kaur) ' AND one ~ ' (?:kaur) ';
END
$$;

-- The names of a person as imports compare them.
CREATE OR REPLACE FUNCTION henk.compared_name(p_first_name text, p_last_name text, p_birth_date text) RETURNS henk.compared_name
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    name henk.compared_name;
    divided record := henk.divide_name(henk.folded(p_first_name), henk.folded(p_last_name));
BEGIN
    IF divided.p_first IS NULL AND strpos(divided.p_last, ' ') > 0 THEN
        divided.p_last := henk.shortened(divided.p_last);
    END IF;
    name.first := henk.first_name_key(divided.p_first);
    name.last := replace(divided.p_last, ' ', '');
    name.last_words := string_to_array(divided.p_last, ' ');
    name.formals := ARRAY[name.first] || coalesce((SELECT g.formal_names FROM henk.given_names g WHERE g.nickname = name.first), '{}');
    name.birth := nullif(regexp_replace(p_birth_date, '[^0-9]', '', 'g'), '');
    name.generation := divided.generation;
    name.middle := henk.middle_name(divided.p_first);
    name.gender := henk.genders() ->> name.first;
    RETURN name;
END
$$;

-- Whether names leave a key (0 source id, 1 e-mail, 2 telephone) its proof: henk_pipeline.leads.match.agrees.
CREATE OR REPLACE FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce((p_one).generation = (p_other).generation, true) AND CASE p_kind WHEN 0 THEN n.first_agrees OR n.last_agrees
        WHEN 1 THEN n.first_agrees AND n.rest_agrees AND (n.last_agrees OR (p_one).first IS NOT NULL AND (p_other).first IS NOT NULL)
        ELSE n.first_agrees AND n.last_agrees AND n.rest_agrees END
    FROM (SELECT
        e.exchanged OR henk.first_names_agree(p_one, p_other) AS first_agrees,
        (e.exchanged OR coalesce(henk.without_umlauts((p_one).last) = henk.without_umlauts((p_other).last) OR (p_one).last_words && (p_other).last_words, true))
            AND NOT henk.numbers_contradict((p_one).last, (p_other).last) AS last_agrees,
        coalesce((p_one).birth = (p_other).birth, true)
            AND (((p_one).generation IS NULL) = ((p_other).generation IS NULL) OR coalesce((p_one).birth = (p_other).birth, false)
                OR coalesce((p_one).first = (p_other).last OR (p_one).last = (p_other).first, false))
            AND henk.middle_names_agree(p_one, p_other) AND NOT henk.second_families_differ(p_one, p_other)
            AND NOT henk.sex_words_contradict(p_one, p_other)
            AND NOT henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) AS rest_agrees
        FROM (SELECT henk.names_are_exchanged(p_one, p_other) AS exchanged) e) n
$$;

-- Rows that share the mailbox of a function and their name, but have several telephones and several postal codes, are no person by that mailbox:
-- henk_pipeline.leads.match._without_namesakes_of_a_function.
CREATE FUNCTION henk.part_namesakes() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM pg_temp.henk_shared s USING (
        SELECT h.node FROM pg_temp.henk_shared h JOIN pg_temp.henk_people p ON p.place = h.place
        WHERE h.kind = 1 AND henk.is_role_mailbox(p.email)
        GROUP BY h.node HAVING count(DISTINCT coalesce(p.phone, p.mobile_phone)) > 1 AND count(DISTINCT p.postal_code) > 1) n
    WHERE s.node = n.node;
END
$$;

REVOKE EXECUTE ON FUNCTION henk.shortened(text), henk.sex_words_contradict(henk.compared_name, henk.compared_name), henk.part_namesakes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.shortened(text), henk.sex_words_contradict(henk.compared_name, henk.compared_name), henk.part_namesakes() TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['henk.letter_folds()', '"Œ": "œ"', '"Œ": "oe", "œ": "oe"'],
        ['henk.letter_folds_class()', '\u0152', '\u0152-\u0153'],
        ['henk.find_persons()', 'PERFORM henk.part_nameless();', 'PERFORM henk.part_namesakes(); PERFORM henk.part_nameless();'],
        ['henk.find_known(uuid)', 'AS name, l.email, l.mobile_phone AS mobile',
            'AS name, l.email, l.mobile_phone AS mobile, coalesce(l.phone, l.mobile_phone) AS number, l.postal_code'],
        ['henk.find_known(uuid)', 'AS name, p.email, p.mobile_phone AS mobile',
            'AS name, p.email, p.mobile_phone AS mobile, coalesce(p.phone, p.mobile_phone) AS number, p.postal_code'],
        ['henk.find_known(uuid)', 'AS is_another, k.email, k.other_email', 'AS is_another, k.email, k.other_email,
            -- Two of one name read the mailbox of a function: henk.part_namesakes.
            o.kind = 1 AND henk.is_role_mailbox(o.email) AND coalesce(l.number <> f.number AND l.postal_code <> f.postal_code, false) AS is_namesake'],
        ['henk.find_known(uuid)', 'AND NOT p.is_another', 'AND NOT p.is_another AND NOT p.is_namesake']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as earlier migrations made it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

DO $$
DECLARE
    body text := pg_get_functiondef('henk.are_strangers(henk.compared_name, henk.compared_name)'::regprocedure);
    before text := 'OR henk.second_families_differ(p_one, p_other)';
BEGIN
    IF strpos(body, before) = 0 THEN
        RAISE EXCEPTION 'henk.are_strangers is not as migration 0042 made it';
    END IF;
    EXECUTE replace(body, before, before || ' OR henk.sex_words_contradict(p_one, p_other)');
END
$$;

-- squawk-ignore require-concurrent-reindex
REINDEX INDEX leads_match_keys;
-- squawk-ignore require-concurrent-reindex
REINDEX INDEX lead_import_rows_lost_keys;
-- squawk-ignore require-concurrent-reindex
REINDEX INDEX lead_merges_lost_keys;

-- migrate:down
-- Forward only.
