-- Made by `make schema` from a database with every migration applied; nothing runs this file.

-- Whether two people whom no key of their own holds together are two: generations, numbers, middle names, birth dates (but for a slip) or both names
-- contradict each other.
-- Migrations: 0042.
CREATE FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (COALESCE(((p_one).generation <> (p_other).generation), false) OR (NOT henk.middle_names_agree(p_one, p_other)) OR henk.second_families_differ(p_one, p_other) OR henk.sex_words_contradict(p_one, p_other) OR ((NOT henk.first_names_agree(p_one, p_other)) AND COALESCE((((p_one).last <> (p_other).last) AND (NOT ((p_one).last_words && (p_other).last_words))), false) AND (NOT COALESCE((((p_one).first = (p_other).last) OR ((p_one).last = (p_other).first)), false))) OR henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) OR COALESCE(((SELECT (count(*) > 1) FROM generate_series(1, 8) i(i) WHERE (substr((are_strangers.p_one).birth, i.i, 1) <> substr((are_strangers.p_other).birth, i.i, 1))) AND (substr((p_one).birth, 3) <> substr((p_other).birth, 3))), false));


REVOKE ALL ON FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) TO service_role;


-- Whether two who share a telephone are two of an office or of a house; an equal birth date or a second equal telephone shows one person, in an office
-- also an equal home. E-mail addresses as henk.own_mailbox gives them; homes are null unless street and postal code are known.
-- Migrations: 0076.
CREATE FUNCTION henk.are_two_of_a_telephone(p_one henk.compared_name, p_other henk.compared_name, p_email text, p_other_email text, p_phones text[], p_other_phones text[], p_home text, p_other_home text, OUT of_office boolean, OUT of_house boolean) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    has_proof boolean := coalesce((p_one).birth = (p_other).birth, false)
        OR (SELECT count(i.phone) > 1 FROM (SELECT unnest(p_phones) AS phone INTERSECT SELECT unnest(p_other_phones)) i);
BEGIN
    of_office := NOT has_proof AND NOT coalesce(p_home = p_other_home, false) AND coalesce(
        p_email <> p_other_email AND henk.unnumbered_mailbox(p_email) = henk.unnumbered_mailbox(p_other_email), false);
    of_house := NOT has_proof AND NOT coalesce(p_email = p_other_email, false) AND coalesce(
        least((p_one).first COLLATE "C", (p_other).first) || ' ' || greatest((p_one).first COLLATE "C", (p_other).first)
            = ANY (henk.names_heard_alike()) AND (p_one).first IS NOT NULL AND (p_other).first IS NOT NULL, false);
END
$$;


REVOKE ALL ON FUNCTION henk.are_two_of_a_telephone(p_one henk.compared_name, p_other henk.compared_name, p_email text, p_other_email text, p_phones text[], p_other_phones text[], p_home text, p_other_home text, OUT of_office boolean, OUT of_house boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.are_two_of_a_telephone(p_one henk.compared_name, p_other henk.compared_name, p_email text, p_other_email text, p_phones text[], p_other_phones text[], p_home text, p_other_home text, OUT of_office boolean, OUT of_house boolean) TO service_role;


-- Rows as persons, by way of others too: each takes the smallest number of those it shares a node with, and then that one's: a chain of n rows takes
-- about log n rounds.
-- Migrations: 0042.
CREATE FUNCTION henk.connect_rows() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    ANALYZE pg_temp.henk_shared (place, node);
    UPDATE pg_temp.henk_people SET person = place WHERE person <> place;
    LOOP
        WITH node AS (
            SELECT s.node, min(p.person) AS person FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place GROUP BY s.node
        ), nearest AS (
            SELECT s.place, min(n.person) AS person FROM pg_temp.henk_shared s JOIN node n ON n.node = s.node GROUP BY s.place
        )
        UPDATE pg_temp.henk_people p SET person = least(n.person, further.person)
        FROM nearest n JOIN pg_temp.henk_people further ON further.place = n.person
        WHERE n.place = p.place AND least(n.person, further.person) < p.person;
        EXIT WHEN NOT FOUND;
    END LOOP;
END
$$;


REVOKE ALL ON FUNCTION henk.connect_rows() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.connect_rows() TO service_role;


-- Step one and a half: contacts and ids that are none. What is no placeholder is kept as a custom field, <field>_as_sent. Raises 22023 with the
-- positions of elements that have no contact left.
-- Migrations: 0032.
CREATE FUNCTION henk.discard_junk() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    places text;
BEGIN
    WITH judged AS (
        SELECT p.place, p.email IS NOT NULL AND coalesce(p.email !~ '^[^@ <>,;:]+@[^@ <>,;:/]+\.[^@ <>,;:/.]+$', false) AS no_email,
            p.phone IS NOT NULL AND (p.phone !~ '[0-9]' OR henk.names_no_telephone(p.phone) OR (henk.is_nobodys_phone(p.phone) OR henk.is_premium_phone(p.phone))) AS no_phone, p.mobile_phone IS NOT NULL AND (p.mobile_phone !~ '[0-9]' OR henk.names_no_telephone(p.mobile_phone) OR (henk.is_nobodys_phone(p.mobile_phone) OR henk.is_premium_phone(p.mobile_phone))) AS no_mobile,
            henk.is_no_id(p.source_id) AS no_id
        FROM pg_temp.henk_people p
    )
    UPDATE pg_temp.henk_people p SET email = CASE WHEN NOT j.no_email THEN p.email END, phone = CASE WHEN NOT j.no_phone THEN p.phone END,
        mobile_phone = CASE WHEN NOT j.no_mobile THEN p.mobile_phone END, source_id = CASE WHEN NOT j.no_id THEN p.source_id END,
        custom_fields = (SELECT coalesce(jsonb_object_agg(s.field || '_as_sent', s.value), '{}')
            FROM (VALUES ('email', p.email, j.no_email), ('phone', p.phone, j.no_phone), ('mobile_phone', p.mobile_phone, j.no_mobile))
                AS s (field, value, is_junk)
            WHERE s.is_junk AND NOT henk.is_placeholder(s.value) AND NOT henk.is_placeholder(s.value || '.')) || p.custom_fields
    FROM judged j WHERE j.place = p.place AND (j.no_email OR j.no_phone OR j.no_mobile OR j.no_id);
    SELECT array_to_string((array_agg(p.place ORDER BY p.place))[1:50], ', ')
        || CASE WHEN count(*) > 50 THEN format(' … (%s in all)', count(*)) ELSE '' END
    INTO places FROM pg_temp.henk_people p WHERE p.email IS NULL AND p.phone IS NULL AND p.mobile_phone IS NULL;
    IF places IS NOT NULL THEN
        RAISE EXCEPTION 'Nothing was imported. Elements of p_leads, counted from 1, that cannot be leads: neither phone, mobile_phone nor email: %.',
            places USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$_$;


REVOKE ALL ON FUNCTION henk.discard_junk() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.discard_junk() TO service_role;


-- `node` of each row of a shared key: the names of a key that may be one person have one (henk_pipeline.leads.match). Where more than four names
-- share an address or a telephone, only equal names are one person; a row that is nobody's of them has none.
-- Migrations: 0032, 0035, 0038, 0072.
CREATE FUNCTION henk.divide_keys() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CREATE TEMP TABLE henk_names ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY d.block, d.name) AS id, d.block, d.kind, d.name, NULL::bigint AS node, true AS leads, false AS is_crowded, false AS is_read,
        count(*) OVER (PARTITION BY d.block) AS names, NULL::text[] AS emails
    FROM (SELECT DISTINCT s.block, s.kind, s.name FROM pg_temp.henk_shared s) d;
    CREATE INDEX ON henk_names (block);
    ANALYZE pg_temp.henk_names (id, block, names);
    UPDATE pg_temp.henk_names n SET emails = e.emails
    FROM (SELECT s.block, s.name, array_agg(DISTINCT henk.own_mailbox(p.email)) AS emails FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
        WHERE s.kind = 2 AND henk.own_mailbox(p.email) IS NOT NULL
            AND s.block IN (SELECT m.block FROM pg_temp.henk_names m WHERE m.names > 1) GROUP BY s.block, s.name) e
    WHERE e.block = n.block AND e.name = n.name;
    UPDATE pg_temp.henk_names n SET node = n.id, is_crowded = b.firsts > CASE n.kind WHEN 0 THEN 50 ELSE 4 END,
        leads = coalesce(length((n.name).first) > 1, false) OR NOT b.has_whole
    FROM (SELECT block, count(DISTINCT ((name).first, (name).last)) FILTER (WHERE (name).first IS NOT NULL) AS firsts,
        bool_or(coalesce(length((name).first) > 1, false)) AS has_whole FROM pg_temp.henk_names GROUP BY block) b
    WHERE b.block = n.block AND n.names > 1;
    UPDATE pg_temp.henk_names SET node = id WHERE node IS NULL;
    UPDATE pg_temp.henk_names SET node = NULL WHERE is_crowded;
    UPDATE pg_temp.henk_names n SET node = o.node
    FROM (SELECT block, (name).first AS first, (name).last AS last, coalesce((name).generation, '') AS generation, coalesce((name).middle, '') AS middle,
        coalesce((name).birth, '') AS birth, min(id) AS node FROM pg_temp.henk_names WHERE is_crowded GROUP BY 1, 2, 3, 4, 5, 6) o
    WHERE n.is_crowded AND o.block = n.block AND o.first = (n.name).first AND o.last = (n.name).last
        AND o.generation = coalesce((n.name).generation, '') AND o.middle = coalesce((n.name).middle, '') AND o.birth = coalesce((n.name).birth, '');

    CREATE TEMP TABLE henk_name_pairs ON COMMIT DROP AS
    SELECT a.id, b.id AS other, a.leads AND b.leads AS leading, henk.names_agree(a.kind, a.name, b.name)
        AND NOT henk.mailboxes_contradict(a.kind, a.name, b.name, a.emails, b.emails) AS agree,
        a.leads AND b.leads AND henk.may_be_read(a.kind, a.name, b.name) AS is_reading
    FROM pg_temp.henk_names a JOIN pg_temp.henk_names b ON b.block = a.block AND b.id <> a.id
    WHERE a.names > 1 AND NOT a.is_crowded;
    ANALYZE pg_temp.henk_name_pairs (id, other);
    -- A short form that agrees with one of the key and may be read as another's of it is neither's.
    UPDATE pg_temp.henk_names n SET is_read = true
    FROM pg_temp.henk_name_pairs r JOIN pg_temp.henk_name_pairs f ON f.id = r.id AND f.agree AND f.leading
    JOIN pg_temp.henk_name_pairs d ON d.id = f.other AND d.other = r.other AND NOT d.agree
    WHERE r.is_reading AND NOT r.agree AND n.id = r.id;
    LOOP
        UPDATE pg_temp.henk_names n SET node = t.node
        FROM (SELECT p.id, min(o.node) AS node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names o ON o.id = p.other
            WHERE p.agree AND p.leading AND NOT o.is_read GROUP BY p.id) t
        WHERE t.id = n.id AND t.node < n.node AND NOT n.is_read;
        EXIT WHEN NOT FOUND;
    END LOOP;
    -- Where two of a node contradict each other by way of a third, only equal names, generations and middle names are one.
    UPDATE pg_temp.henk_names n SET node = (SELECT min(o.id) FROM pg_temp.henk_names o WHERE o.block = n.block AND o.node = n.node AND o.leads
        AND coalesce((o.name).first, '') = coalesce((n.name).first, '') AND coalesce((o.name).last, '') = coalesce((n.name).last, '') AND coalesce((o.name).birth, '') = coalesce((n.name).birth, '')
        AND coalesce((o.name).generation, '') = coalesce((n.name).generation, '') AND coalesce((o.name).middle, '') = coalesce((n.name).middle, ''))
    WHERE n.leads AND n.node IN (SELECT a.node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names a ON a.id = p.id
        JOIN pg_temp.henk_names b ON b.id = p.other WHERE p.leading AND NOT p.agree AND a.node = b.node);
    -- An initial or no name belongs to the one person of the key whom it fits.
    UPDATE pg_temp.henk_names n SET node = f.node
    FROM (SELECT p.id, min(o.node) AS node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names o ON o.id = p.other AND o.leads
        WHERE p.agree GROUP BY p.id HAVING count(DISTINCT o.node) = 1) f
    WHERE f.id = n.id AND NOT n.leads;
    UPDATE pg_temp.henk_shared s SET node = n.node FROM pg_temp.henk_names n
    WHERE n.block = s.block AND n.name = s.name;  -- record equality: nulls of the same field are equal, and rows can be hashed
    DROP TABLE pg_temp.henk_names, pg_temp.henk_name_pairs;
END
$$;


REVOKE ALL ON FUNCTION henk.divide_keys() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.divide_keys() TO service_role;


REVOKE ALL ON FUNCTION henk.fill_source_ids(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fill_source_ids(p_business_id uuid) TO service_role;


-- Step five and a half: a known lead without a source id gets the row's, unless another lead has it.
-- Migrations: 0032.
CREATE FUNCTION henk.fill_source_ids(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_temp.henk_people p WHERE p.known AND p.source_id IS NOT NULL) THEN
        RETURN;
    END IF;
    WITH known AS MATERIALIZED (
        SELECT p.lead_id, p.source, p.source_id FROM pg_temp.henk_people p WHERE p.place = p.person AND p.known AND p.source_id IS NOT NULL
    ), without AS MATERIALIZED (
        SELECT k.* FROM known k CROSS JOIN LATERAL (
            SELECT FROM public.leads l WHERE l.id = k.lead_id AND l.source_id IS NULL OFFSET 0) l
    ), free AS MATERIALIZED (
        SELECT w.* FROM without w LEFT JOIN LATERAL (
            SELECT o.id FROM public.leads o WHERE o.business_id = p_business_id AND o.source = w.source AND o.source_id = w.source_id OFFSET 0) o ON true
        WHERE o.id IS NULL
    )
    UPDATE public.leads l SET source = f.source, source_id = f.source_id, updated_at = now(), updated_by = henk.caller_id()
    FROM free f WHERE l.id = f.lead_id;
END
$$;


REVOKE ALL ON FUNCTION henk.find_known(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_known(p_business_id uuid) TO service_role;


-- Step three: the lead that a person is already. A source id decides before an e-mail, an e-mail before a phone, then the oldest lead; names that
-- contradict leave a key no proof.
-- Migrations: 0010, 0032, 0038, 0042.
CREATE FUNCTION henk.find_known(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    WITH switchboards AS MATERIALIZED (
        SELECT k.key FROM pg_temp.henk_keys k JOIN pg_temp.henk_people p ON p.place = k.place WHERE k.kind = 2
        GROUP BY k.key HAVING count(DISTINCT p.person) > 100
    ), found AS (
        SELECT p.place, 0 AS kind, l.id FROM pg_temp.henk_people p JOIN public.leads l
            ON l.business_id = p_business_id AND l.source = p.source AND l.source_id = p.source_id
        UNION SELECT t.place, 0, t.id FROM henk.find_by_lost_ids(p_business_id) t
        UNION SELECT p.place, 1, l.id FROM pg_temp.henk_people p JOIN public.leads l ON l.business_id = p_business_id AND l.email = p.email
            WHERE NOT henk.is_nobodys_mailbox(p.email)
        UNION SELECT t.place, 1, t.id FROM henk.find_by_mailbox(p_business_id) t
        UNION SELECT k.place, 2, l.id FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.phone = k.key WHERE k.kind = 2 AND k.key NOT IN (SELECT s.key FROM switchboards s)
        UNION SELECT k.place, 2, l.id FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.mobile_phone = k.key
            WHERE k.kind = 2 AND k.key NOT IN (SELECT s.key FROM switchboards s)
    ), of_persons AS MATERIALIZED (
        SELECT DISTINCT p.person, t.kind, t.id FROM found t JOIN pg_temp.henk_people p ON p.place = t.place
    ), lost AS MATERIALIZED (
        SELECT DISTINCT p.person, t.kind, t.id, t.name, t.email, t.mobile FROM henk.find_by_lost_contacts(p_business_id) t
        JOIN pg_temp.henk_people p ON p.place = t.place
    ), lead_names AS MATERIALIZED ( -- a name is read once, however many pairs it is in
        SELECT l.id, l.created_at, henk.compared_person(l.first_name, l.last_name, l.custom_fields) AS name, l.email, l.mobile_phone AS mobile, coalesce(l.phone, l.mobile_phone) AS number, l.postal_code, ARRAY[l.phone, l.mobile_phone] AS phones, l.street || chr(10) || l.postal_code AS home
        FROM public.leads l WHERE l.id IN (SELECT o.id FROM of_persons o UNION ALL SELECT o.id FROM lost o)
    ), person_names AS MATERIALIZED (
        SELECT p.person, henk.compared_person(p.first_name, p.last_name, p.custom_fields) AS name, p.email, p.mobile_phone AS mobile, coalesce(p.phone, p.mobile_phone) AS number, p.postal_code, ARRAY[p.phone, p.mobile_phone] AS phones, p.street || chr(10) || p.postal_code AS home
        FROM pg_temp.henk_people p WHERE p.place = p.person AND p.person IN (SELECT o.person FROM of_persons o UNION ALL SELECT o.person FROM lost o)
    ), pairs AS MATERIALIZED (
        SELECT o.person, o.kind, o.id, l.created_at, o.name, f.name AS person_name, o.kind = 1 AND henk.is_role_mailbox(o.email) AS is_role,
            -- A lead that somebody merged has both names.
            coalesce((o.name).first <> (l.name).first, false) AS is_other_name,
            -- Somebody else of the house answers the telephone, too: henk.part_nameless.
            o.kind = 2 AND (((o.name).first IS NULL) <> ((f.name).first IS NULL)
                    OR coalesce((o.name).first = (f.name).last AND (o.name).last = (f.name).first AND (o.name).first <> (o.name).last, false)) AND (coalesce(k.email <> k.other_email, false) OR coalesce(o.mobile <> f.mobile, false))
                AND NOT (coalesce(k.email = k.other_email, false) OR coalesce(o.mobile = f.mobile, false)) OR o.kind = 2 AND (t.of_office OR t.of_house) AS is_another, k.email, k.other_email,
            -- Two of one name read the mailbox of a function: henk.part_namesakes.
            o.kind = 1 AND henk.is_role_mailbox(o.email) AND coalesce(l.number <> f.number AND l.postal_code <> f.postal_code, false) AS is_namesake
        FROM (SELECT t.person, t.kind, t.id, n.name, n.email, n.mobile FROM of_persons t JOIN lead_names n ON n.id = t.id
            UNION ALL SELECT t.person, t.kind, t.id, t.name, t.email, t.mobile FROM lost t) o
        JOIN lead_names l ON l.id = o.id JOIN person_names f ON f.person = o.person
        CROSS JOIN LATERAL (SELECT henk.own_mailbox(o.email) AS email,
            henk.own_mailbox(f.email) AS other_email) k
        LEFT JOIN LATERAL henk.are_two_of_a_telephone(o.name, f.name, k.email, k.other_email, l.phones, f.phones, l.home, f.home) t ON o.kind = 2
    ), counted AS (
        SELECT p.person, p.kind, count(DISTINCT ((p.name).first, (p.name).last)) FILTER (WHERE (p.name).first IS NOT NULL) AS names,
            count(DISTINCT (p.name).generation) AS generations
        FROM pairs p GROUP BY p.person, p.kind
    ), chosen AS (
        SELECT DISTINCT ON (p.person) p.person, p.kind, p.id, p.person_name, p.is_other_name, p.other_email
        FROM pairs p JOIN counted c ON c.person = p.person AND c.kind = p.kind
        WHERE henk.names_agree(p.kind, p.name, p.person_name) AND NOT p.is_another AND NOT p.is_namesake
            AND NOT henk.mailboxes_contradict(p.kind, p.name, p.person_name, ARRAY[p.email], ARRAY[p.other_email])
            -- Of a senior and a junior a row without a generation is nobody's.
            AND ((p.person_name).generation IS NOT NULL OR (p.name).generation IS NULL OR c.generations <= 1)
            -- Of several people a row without a first name is nobody's; of many only one of the same name.
            AND (p.kind = 0 OR c.names <= 1 OR (p.person_name).first IS NOT NULL OR p.name IS NOT DISTINCT FROM p.person_name)
            AND (NOT p.is_role AND (p.kind = 0 OR c.names <= 4)
                OR ((p.name).first, (p.name).last) IS NOT DISTINCT FROM ((p.person_name).first, (p.person_name).last))
        ORDER BY p.person, p.kind, (p.name).first IS NULL AND (p.person_name).first IS NOT NULL,
            (p.name).generation IS DISTINCT FROM (p.person_name).generation, p.created_at, p.id
    ), surest AS (
        -- A known lead without a name cannot contradict: of several people who share its key it is the first, not all of them.
        SELECT c.*, first_value(c.person_name) OVER (PARTITION BY c.id ORDER BY c.is_other_name, c.kind, c.person) AS surest_name,
            first_value(c.other_email) OVER (PARTITION BY c.id ORDER BY c.is_other_name, c.kind, c.person) AS surest_email,
            -- Several of an office may be a lead without a mailbox: it is nobody's.
            c.kind = 2 AND henk.unnumbered_mailbox(c.other_email) IS NOT NULL
                AND min(c.other_email) OVER office <> max(c.other_email) OVER office AS is_one_of_several
        FROM chosen c WINDOW office AS (PARTITION BY c.id, c.kind, henk.unnumbered_mailbox(c.other_email))
    ), one_lead AS (
        -- Two persons of the array may turn out to be one lead.
        SELECT s.person, s.id, min(s.person) OVER (PARTITION BY s.id) AS first_person FROM surest s
        WHERE NOT s.is_one_of_several AND (s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)
            AND NOT henk.mailboxes_contradict(s.kind, s.person_name, s.surest_name, ARRAY[s.other_email], ARRAY[s.surest_email]))
    )
    UPDATE pg_temp.henk_people p SET lead_id = o.id, known = true, person = o.first_person FROM one_lead o WHERE o.person = p.person;
END
$$;


-- Step two: rows that are one person get one number in `person`, the smallest of their places. The rule is henk_pipeline.leads.match's.
-- Migrations: 0010, 0032, 0038, 0042.
CREATE FUNCTION henk.find_persons() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_keys;
    CREATE TEMP TABLE henk_keys ON COMMIT DROP AS
    SELECT k.place, k.kind, k.key FROM pg_temp.henk_people p CROSS JOIN LATERAL (VALUES
        (p.place, 0, CASE WHEN p.source_id IS NOT NULL THEN length(p.source) || ':' || p.source || ':' || p.source_id END),
        (p.place, 1, CASE WHEN NOT henk.is_nobodys_mailbox(p.email) THEN henk.email_key(p.email) END || CASE WHEN henk.is_role_mailbox(p.email)
            THEN ' ' || concat_ws(' ', henk.folded(henk.comparable_given_name(henk.with_middle_name(p.first_name, p.custom_fields))),
                henk.folded(henk.with_generation(p.last_name, p.custom_fields))) ELSE '' END),
        (p.place, 2, CASE WHEN henk.call_key(p.phone) IS NOT NULL THEN p.phone END),
        (p.place, 2, CASE WHEN henk.call_key(p.mobile_phone) IS NOT NULL AND p.mobile_phone IS DISTINCT FROM p.phone THEN p.mobile_phone END))
        AS k (place, kind, key)
    WHERE k.key IS NOT NULL;
    ANALYZE pg_temp.henk_keys (place, kind, key);
    IF NOT EXISTS (SELECT FROM pg_temp.henk_keys GROUP BY kind, key HAVING count(*) > 1) THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS pg_temp.henk_shared;
    CREATE TEMP TABLE henk_shared ON COMMIT DROP AS
    SELECT t.place, t.kind, dense_rank() OVER (ORDER BY t.kind, t.key) AS block, NULL::bigint AS node,
        henk.compared_person(p.first_name, p.last_name, p.custom_fields) AS name
    FROM (SELECT k.*, count(*) OVER (PARTITION BY k.kind, k.key) AS rows FROM pg_temp.henk_keys k) t
    JOIN pg_temp.henk_people p ON p.place = t.place WHERE t.rows > 1;
    PERFORM henk.divide_keys();
    DELETE FROM pg_temp.henk_shared WHERE node IS NULL;
    PERFORM henk.part_namesakes(); PERFORM henk.part_nameless();
    PERFORM henk.part_exchanged();
    PERFORM henk.part_two_of_a_telephone();
    PERFORM henk.part_generations();
    PERFORM henk.connect_rows();
    IF henk.part_bridges() THEN
        PERFORM henk.connect_rows();
    END IF;
    PERFORM henk.part_strangers();
    DROP TABLE pg_temp.henk_shared;
END
$$;


REVOKE ALL ON FUNCTION henk.find_persons() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_persons() TO service_role;


-- Step four: of several rows of one person the first carries what the others add: first filled value, any opt-out, all tags.
-- Migrations: 0010.
CREATE FUNCTION henk.fold_persons() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    columns text;
    folded text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_temp.henk_people WHERE place <> person) THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%1$I = t.%1$I', f), ', '), string_agg(
        CASE WHEN f IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out') THEN format('bool_or(%1$I) AS %1$I', f)
            ELSE format('(array_agg(%1$I ORDER BY place) FILTER (WHERE %1$I IS NOT NULL))[1] AS %1$I', f) END, ', ')
    INTO columns, folded FROM unnest(henk.sent_fields()) f WHERE f <> 'source'; -- source goes with source_id
    EXECUTE 'UPDATE pg_temp.henk_people p SET ' || columns || ', tags = t.tags, custom_fields = t.custom_fields, source = t.source FROM ('
        'SELECT person, ' || folded || ', coalesce((array_agg(source ORDER BY place) FILTER (WHERE source_id IS NOT NULL))[1], min(source)) AS source,'
        ' coalesce((SELECT jsonb_agg(DISTINCT tag) FROM jsonb_array_elements(jsonb_agg(tags)) a, jsonb_array_elements(a) tag), ''[]'') AS tags,'
        ' (SELECT jsonb_object_agg(e.key, e.value ORDER BY a.n DESC) FROM unnest(array_agg(custom_fields ORDER BY place)) WITH ORDINALITY a (c, n),'
        ' jsonb_each(a.c) e) AS custom_fields'
        ' FROM pg_temp.henk_people GROUP BY person HAVING count(*) > 1) t WHERE p.place = t.person';
    UPDATE pg_temp.henk_people SET custom_fields = '{}' WHERE custom_fields IS NULL;
END
$_$;


REVOKE ALL ON FUNCTION henk.fold_persons() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fold_persons() TO service_role;


-- Whether given names are one person's where the e-mail addresses differ: henk_pipeline.leads.spellings.is_one_person_of_two_mailboxes.
-- Migrations: 0046.
CREATE FUNCTION henk.is_one_person_of_two_mailboxes(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $_$
DECLARE
    of_both text[] := henk.short_forms_of_both();
    doubtful text[] := of_both || henk.short_forms_of_their_own();
    one_is_clear boolean := (p_one).first <> ALL (doubtful);
    other_is_clear boolean := (p_other).first <> ALL (doubtful);
BEGIN
    IF (p_one).first IS NOT NULL AND (p_other).first IS NOT NULL AND (p_one).first <> (p_other).first
        AND NOT (one_is_clear AND (p_other).first = ANY ((p_one).formals)) AND NOT (other_is_clear AND (p_one).first = ANY ((p_other).formals))
        AND NOT (one_is_clear AND other_is_clear AND (p_one).formals && (p_other).formals)
        AND NOT (regexp_replace(henk.heard((p_one).first), 'e$', '') = regexp_replace(henk.heard((p_other).first), 'e$', '')
            AND (p_one).first <> ALL (of_both) AND (p_other).first <> ALL (of_both)) THEN
        RETURN false;
    END IF;
    RETURN (p_one).middle IS NOT DISTINCT FROM (p_other).middle
        OR coalesce(length((p_one).middle) = 1, false) OR coalesce(length((p_other).middle) = 1, false)
        OR coalesce((p_one).birth = (p_other).birth, false)
        OR coalesce(regexp_replace(henk.heard((p_one).middle), 'e$', '') = regexp_replace(henk.heard((p_other).middle), 'e$', ''), false);
END
$_$;


REVOKE ALL ON FUNCTION henk.is_one_person_of_two_mailboxes(p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_one_person_of_two_mailboxes(p_one henk.compared_name, p_other henk.compared_name) TO service_role;


-- Whether a telephone (2) is that of a household: no mailbox of either is the other's, and the given names may be two people's. Names that stand in
-- each other's place are henk.part_exchanged's. henk_pipeline.leads.match does the same.
-- Migrations: 0046.
CREATE FUNCTION henk.mailboxes_contradict(p_kind integer, p_one henk.compared_name, p_other henk.compared_name, p_emails text[], p_other_emails text[]) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
BEGIN
    IF p_kind <> 2 OR p_emails[1] IS NULL OR p_other_emails[1] IS NULL
        OR coalesce((p_one).first = (p_other).last AND (p_one).last = (p_other).first, false)
        OR henk.is_one_person_of_two_mailboxes(p_one, p_other) THEN
        RETURN false;
    END IF;
    RETURN NOT p_emails && p_other_emails;
END
$$;


REVOKE ALL ON FUNCTION henk.mailboxes_contradict(p_kind integer, p_one henk.compared_name, p_other henk.compared_name, p_emails text[], p_other_emails text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.mailboxes_contradict(p_kind integer, p_one henk.compared_name, p_other henk.compared_name, p_emails text[], p_other_emails text[]) TO service_role;


REVOKE ALL ON FUNCTION henk.match_keys(p_business_id uuid, p_first text, p_last text, p_email text, p_street text, p_city text, p_postal text, p_birth text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.match_keys(p_business_id uuid, p_first text, p_last text, p_email text, p_street text, p_city text, p_postal text, p_birth text) TO authenticated;
GRANT ALL ON FUNCTION henk.match_keys(p_business_id uuid, p_first text, p_last text, p_email text, p_street text, p_city text, p_postal text, p_birth text) TO service_role;


-- Hashed keys of a person, each with the business in it: people who share one are worth comparing. Telephones and source ids have indexes of
-- their own.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.match_keys(p_business_id uuid, p_first text, p_last text, p_email text, p_street text, p_city text, p_postal text, p_birth text) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE COST 1000 PARALLEL SAFE
    AS $_$
DECLARE
    seed bigint := hashtextextended(p_business_id::text, 0);
    -- Most values are one word of ASCII: nothing is called for them that one expression can tell.
    first text := CASE WHEN p_first ~ '^[A-Za-z]+$' THEN lower(p_first COLLATE "C") ELSE henk.first_name_key(p_first) END;
    last text := CASE WHEN p_last ~ '^[A-Za-z]+$' THEN lower(p_last COLLATE "C") ELSE replace(henk.folded(p_last), ' ', '') END;
    place text := coalesce(CASE WHEN p_postal ~ '^[0-9]{1,8}$' THEN p_postal ELSE henk.postal_key(p_postal) END, replace(henk.folded(p_city), ' ', ''));
    -- The first letter and the next three consonants: what typing and hearing change least.
    first_sound text := left(first, 1) || left(translate(substr(first, 2), 'aeiouyhw', ''), 3);
    last_sound text := left(last, 1) || left(translate(substr(last, 2), 'aeiouyhw', ''), 3);
    street text := CASE WHEN p_street ~ '[^ -~]' THEN henk.folded(p_street) ELSE lower(p_street COLLATE "C") END;
    house text := substring(p_street FROM '[0-9]+') || left(translate(street, '0123456789 .,-''`"/()#&:;', ''), 4);
    email text := henk.email_key(p_email);
    mailbox text := split_part(email, '@', 1);
    birth text := CASE WHEN p_birth LIKE '____-__-__' THEN replace(p_birth, '-', '') ELSE regexp_replace(p_birth, '[^0-9]', '', 'g') END;
    keys bigint [] := '{}'; -- of what is null there is no key
BEGIN
    IF email IS NOT NULL THEN keys := keys || hashtextextended('e' || email, seed); END IF;
    IF length(mailbox) >= 6 THEN keys := keys || hashtextextended('m' || mailbox, seed); END IF;
    IF first IS NOT NULL AND last IS NOT NULL THEN
        keys := keys || hashtextextended('n' || least(first COLLATE "C", last COLLATE "C") || ' ' || greatest(first COLLATE "C", last COLLATE "C"), seed);
    END IF;
    IF place IS NOT NULL THEN
        IF last IS NOT NULL THEN keys := keys || hashtextextended('l' || last_sound || place, seed); END IF;
        IF first IS NOT NULL THEN keys := keys || hashtextextended('l' || first_sound || place, seed); END IF;
        IF house IS NOT NULL THEN keys := keys || hashtextextended('h' || house || place, seed); END IF;
    END IF;
    IF birth <> '' THEN
        IF last IS NOT NULL THEN keys := keys || hashtextextended('b' || birth || left(last, 1), seed); END IF;
        IF first IS NOT NULL THEN keys := keys || hashtextextended('b' || birth || left(first, 1), seed); END IF;
    END IF;
    RETURN keys;
END
$_$;


REVOKE ALL ON FUNCTION henk.matching_leads(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.matching_leads(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) TO service_role;


-- Of these leads of a business those that meet the criteria; of all of them where p_lead_ids is null.
-- Migrations: 0008, 0060.
CREATE FUNCTION henk.matching_leads(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[] DEFAULT NULL::uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 10000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
    RETURN QUERY EXECUTE 'SELECT l.id FROM public.leads l WHERE l.business_id = $2 AND ($3 IS NULL OR l.id = ANY ($3)) AND ('
        || henk.compile_filter(p_criteria, p_depth => 2, p_business_id => p_business_id) || ')' USING p_criteria, p_business_id, p_lead_ids;
END
$_$;


-- Where two first names of a person contradict each other that no key of their own holds together, a row without a whole first name keeps its
-- surest match only; so does one whose first name is short for both, and none if two are equally sure. Returns whether anything was parted.
-- Migrations: 0042, 0044.
CREATE FUNCTION henk.part_bridges() RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    WITH firsts AS MATERIALIZED (
        SELECT p.person, s.place, s.node, s.kind, s.name FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
        WHERE p.person IN (SELECT q.person FROM pg_temp.henk_shared t JOIN pg_temp.henk_people q ON q.place = t.place
            GROUP BY q.person HAVING count(DISTINCT (t.name).first) > 1 AND count(DISTINCT t.node) > 1)
    ), names AS MATERIALIZED (
        SELECT DISTINCT ON (f.person, (f.name).first) f.person, f.name FROM firsts f WHERE (f.name).first IS NOT NULL ORDER BY f.person, (f.name).first
    ), held AS MATERIALIZED (
        SELECT DISTINCT a.person, (a.name).first AS first, (b.name).first AS other FROM firsts a JOIN firsts b ON b.node = a.node
        WHERE (a.name).first < (b.name).first
    ), torn AS MATERIALIZED (
        SELECT a.person, a.name AS one, b.name AS other FROM names a JOIN names b ON b.person = a.person AND (a.name).first < (b.name).first
        WHERE NOT henk.first_names_agree(a.name, b.name) AND NOT EXISTS (SELECT FROM held h WHERE h.person = a.person
            AND h.first = (a.name).first AND h.other = (b.name).first)
    ), named AS MATERIALIZED (
        SELECT DISTINCT f.node FROM firsts f WHERE (f.name).first IS NOT NULL
    ), ranked AS (
        SELECT f.place, f.node, row_number() OVER (PARTITION BY f.place ORDER BY f.node IN (SELECT n.node FROM named n) DESC, f.kind, f.node) AS rank
        FROM firsts f WHERE f.person IN (SELECT t.person FROM torn t) AND coalesce(length((f.name).first) = 1, true)
    ), short_for_both AS MATERIALIZED (
        SELECT DISTINCT c.person, (c.name).first AS first FROM torn t JOIN names c ON c.person = t.person
        WHERE length((c.name).first) > 1 AND (c.name).first NOT IN ((t.one).first, (t.other).first)
            AND henk.first_names_agree(c.name, t.one) AND henk.first_names_agree(c.name, t.other)
    ), shorts AS MATERIALIZED (
        SELECT f.place, f.node, s.first, f.kind = min(f.kind) OVER (PARTITION BY f.place) AS is_best
        FROM firsts f JOIN short_for_both s ON s.person = f.person AND s.first = (f.name).first
    ), several AS MATERIALIZED (
        SELECT s.place FROM shorts s JOIN firsts o ON o.node = s.node AND (o.name).first <> s.first WHERE s.is_best
        GROUP BY s.place HAVING count(DISTINCT (o.name).first) > 1
    ), gone AS (
        SELECT r.place, r.node FROM ranked r WHERE r.rank > 1
        UNION SELECT s.place, s.node FROM shorts s WHERE NOT s.is_best OR s.place IN (SELECT t.place FROM several t)
    )
    DELETE FROM pg_temp.henk_shared s USING gone g WHERE s.place = g.place AND s.node = g.node;
    RETURN FOUND;
END
$$;


REVOKE ALL ON FUNCTION henk.part_bridges() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_bridges() TO service_role;


-- A telephone does not hold two whose names stand in each other's place and who have other e-mail addresses or mobile phones: of the two orders one
-- gets a node of its own, and rows without a first name belong to neither. henk_pipeline.leads.match does the same.
-- Migrations: 0044.
CREATE FUNCTION henk.part_exchanged() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    WITH held AS MATERIALIZED (
        SELECT s.node, least((s.name).first COLLATE "C", (s.name).last) AS low, greatest((s.name).first COLLATE "C", (s.name).last) AS high,
            (s.name).first COLLATE "C" < (s.name).last AS ordered, p.mobile_phone AS mobile,
            henk.own_mailbox(p.email) AS email
        FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place WHERE s.kind = 2 AND (s.name).first <> (s.name).last
    ), counted AS (
        -- Counted, not paired: thousands of rows may hold either order.
        SELECT h.node, h.low, h.high, count(DISTINCT h.email) FILTER (WHERE h.ordered) AS one_email, count(DISTINCT h.email) FILTER (WHERE NOT h.ordered) AS other_email,
            count(DISTINCT h.email) AS emails, count(DISTINCT h.mobile) FILTER (WHERE h.ordered) AS one_mobile,
            count(DISTINCT h.mobile) FILTER (WHERE NOT h.ordered) AS other_mobile, count(DISTINCT h.mobile) AS mobiles
        FROM held h GROUP BY h.node, h.low, h.high HAVING bool_or(h.ordered) AND bool_or(NOT h.ordered)
    ), parted AS MATERIALIZED (
        SELECT c.node, c.high AS first, c.low AS last FROM counted c
        WHERE (c.one_email > 0 AND c.other_email > 0 AND c.emails > 1 OR c.one_mobile > 0 AND c.other_mobile > 0 AND c.mobiles > 1)
            AND c.one_email + c.other_email = c.emails AND c.one_mobile + c.other_mobile = c.mobiles
    ), nobodys AS (
        DELETE FROM pg_temp.henk_shared s USING parted p WHERE s.node = p.node AND (s.name).first IS NULL
    )
    UPDATE pg_temp.henk_shared s SET node = s.node + 549755813888 FROM parted p
    WHERE s.node = p.node AND (s.name).first = p.first AND (s.name).last = p.last;
END
$$;


REVOKE ALL ON FUNCTION henk.part_exchanged() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_exchanged() TO service_role;


-- A row without a generation that meets several goes with its surest match, or with none of equally sure ones.
-- Migrations: 0042.
CREATE FUNCTION henk.part_generations() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    WITH bearing AS MATERIALIZED (
        SELECT DISTINCT s.node, (s.name).generation AS generation FROM pg_temp.henk_shared s WHERE (s.name).generation IS NOT NULL
    ), meets AS MATERIALIZED (
        SELECT s.place, s.node, s.kind, b.generation FROM pg_temp.henk_shared s JOIN bearing b ON b.node = s.node WHERE (s.name).generation IS NULL
    ), best AS (
        SELECT m.place, m.generation, min(m.kind) AS kind FROM meets m GROUP BY m.place, m.generation
    ), several AS (
        SELECT b.*, count(*) OVER (PARTITION BY b.place) AS generations, min(b.kind) OVER (PARTITION BY b.place) AS surest_kind FROM best b
    ), surest AS (
        SELECT t.place, min(t.generation) AS generation FROM several t WHERE t.kind = t.surest_kind GROUP BY t.place HAVING count(*) = 1
    ), wrong AS (
        SELECT m.place, m.node FROM meets m WHERE m.place IN (SELECT t.place FROM several t WHERE t.generations > 1)
            AND NOT EXISTS (SELECT FROM surest u WHERE u.place = m.place AND u.generation = m.generation)
    )
    DELETE FROM pg_temp.henk_shared s USING wrong w WHERE s.place = w.place AND s.node = w.node;
END
$$;


REVOKE ALL ON FUNCTION henk.part_generations() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_generations() TO service_role;


-- A telephone does not hold a row without a first name that has another e-mail address or mobile phone than its people.
-- Migrations: 0042.
CREATE FUNCTION henk.part_nameless() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    WITH held AS (
        SELECT s.place, s.node, (s.name).first IS NULL AS is_bare, henk.own_mailbox(p.email) AS email,
            p.mobile_phone AS mobile
        FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place WHERE s.kind = 2
    ), named AS (
        SELECT DISTINCT h.node, h.email, h.mobile FROM held h WHERE NOT h.is_bare
    ), others AS (
        SELECT b.place, b.node FROM held b JOIN named n ON n.node = b.node WHERE b.is_bare GROUP BY b.place, b.node
        HAVING bool_or(coalesce(b.email <> n.email, false) OR coalesce(b.mobile <> n.mobile, false))
            AND NOT bool_or(coalesce(b.email = n.email, false) OR coalesce(b.mobile = n.mobile, false))
    )
    DELETE FROM pg_temp.henk_shared s USING others o WHERE s.place = o.place AND s.node = o.node;
END
$$;


REVOKE ALL ON FUNCTION henk.part_nameless() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_nameless() TO service_role;


-- Rows that share the mailbox of a function and their name, but have several telephones and several postal codes, are no person by that mailbox:
-- henk_pipeline.leads.match._without_namesakes_of_a_function.
-- Migrations: 0062.
CREATE FUNCTION henk.part_namesakes() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM pg_temp.henk_shared s USING (
        SELECT h.node FROM pg_temp.henk_shared h JOIN pg_temp.henk_people p ON p.place = h.place
        WHERE h.kind = 1 AND henk.is_role_mailbox(p.email)
        GROUP BY h.node HAVING count(DISTINCT coalesce(p.phone, p.mobile_phone)) > 1 AND count(DISTINCT p.postal_code) > 1) n
    WHERE s.node = n.node;
END
$$;


REVOKE ALL ON FUNCTION henk.part_namesakes() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_namesakes() TO service_role;


-- Two of a person who are strangers and meet by way of a third only are parted, the least sure key of the chain first.
-- Migrations: 0042.
CREATE FUNCTION henk.part_strangers() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CREATE TEMP TABLE henk_chained ON COMMIT DROP AS
    SELECT p.person, s.place, s.node, s.kind, s.name FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
    WHERE p.person IN (SELECT q.person FROM pg_temp.henk_shared t JOIN pg_temp.henk_people q ON q.place = t.place
        GROUP BY q.person HAVING count(DISTINCT t.name) > 1 AND count(DISTINCT t.node) > 1);
    CREATE TEMP TABLE henk_strangers ON COMMIT DROP AS
    WITH names AS MATERIALIZED (
        -- Of a person of very many rows one of each name is compared.
        SELECT c.person, c.name, min(c.place) AS place, array_agg(DISTINCT c.node) AS nodes
        FROM (SELECT r.*, count(*) OVER (PARTITION BY r.person) AS rows FROM pg_temp.henk_chained r) c
        GROUP BY c.person, c.name, CASE WHEN c.rows <= 300 THEN c.place END
    )
    SELECT a.place, b.place AS other FROM names a JOIN names b ON b.person = a.person AND a.name < b.name
    WHERE NOT a.nodes && b.nodes AND henk.are_strangers(a.name, b.name);
    LOOP
        WITH torn AS (
            SELECT DISTINCT p.person FROM pg_temp.henk_strangers t JOIN pg_temp.henk_people p ON p.place = t.place
            JOIN pg_temp.henk_people o ON o.place = t.other WHERE o.person = p.person
        ), weakest AS (
            SELECT DISTINCT ON (p.person) s.node FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
            WHERE p.person IN (SELECT t.person FROM torn t) ORDER BY p.person, s.kind DESC, s.node DESC
        )
        DELETE FROM pg_temp.henk_shared s USING weakest w WHERE s.node = w.node;
        EXIT WHEN NOT FOUND;
        PERFORM henk.connect_rows();
    END LOOP;
    DROP TABLE pg_temp.henk_chained, pg_temp.henk_strangers;
END
$$;


REVOKE ALL ON FUNCTION henk.part_strangers() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_strangers() TO service_role;


-- Of a telephone with two of an office each mailbox is a node of its own, with two of a house each given name; rows that may be of either get no node.
-- Of more than 100 people a mailbox of one's own is all that shows who is one. Called between henk.part_exchanged and henk.part_generations.
-- Migrations: 0076.
CREATE FUNCTION henk.part_two_of_a_telephone() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_held;
    CREATE TEMP TABLE henk_held ON COMMIT DROP AS
    SELECT s.place, s.node, s.name, henk.own_mailbox(p.email) AS email, ARRAY[p.phone, p.mobile_phone] AS phones, p.street || chr(10) || p.postal_code AS home
    FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
    WHERE s.kind = 2 AND s.node IN (SELECT h.node FROM pg_temp.henk_shared h JOIN pg_temp.henk_people q ON q.place = h.place
        WHERE h.kind = 2 GROUP BY h.node HAVING min(q.email) <> max(q.email) OR min((h.name).first) <> max((h.name).first));
    IF EXISTS (SELECT FROM pg_temp.henk_held) THEN
        CREATE TEMP TABLE henk_parted ON COMMIT DROP AS
        WITH different AS MATERIALIZED (
            SELECT d.*, row_number() OVER (PARTITION BY d.node) AS one, count(*) OVER (PARTITION BY d.node) AS number
            FROM (SELECT DISTINCT h.node, h.name, h.email, h.phones, h.home FROM pg_temp.henk_held h) d
        ), compared AS (
            SELECT a.node, bool_or(t.of_office) AS of_office, bool_or(t.of_house) AS of_house
            FROM different a JOIN different b ON b.node = a.node AND b.one > a.one
            CROSS JOIN LATERAL henk.are_two_of_a_telephone(a.name, b.name, a.email, b.email, a.phones, b.phones, a.home, b.home) t
            WHERE a.number <= 100 GROUP BY a.node
        )
        SELECT c.node, c.of_office FROM compared c WHERE c.of_office OR c.of_house
        UNION ALL SELECT DISTINCT d.node, true FROM different d WHERE d.number > 100;
        DELETE FROM pg_temp.henk_shared s USING pg_temp.henk_held h JOIN pg_temp.henk_parted p ON p.node = h.node
        WHERE s.place = h.place AND s.node = h.node
            AND CASE WHEN p.of_office THEN henk.unnumbered_mailbox(h.email) IS NULL ELSE (h.name).first IS NULL END;
        UPDATE pg_temp.henk_shared s SET node = o.own
        FROM (SELECT h.place, h.node, 274877906944 + dense_rank() OVER (
                ORDER BY h.node, CASE WHEN p.of_office THEN h.email ELSE (h.name).first END) AS own
            FROM pg_temp.henk_held h JOIN pg_temp.henk_parted p ON p.node = h.node) o
        WHERE s.place = o.place AND s.node = o.node;
        DROP TABLE pg_temp.henk_parted;
    END IF;
    DROP TABLE pg_temp.henk_held;
END
$$;


REVOKE ALL ON FUNCTION henk.part_two_of_a_telephone() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_two_of_a_telephone() TO service_role;


REVOKE ALL ON FUNCTION henk.read_people(p_business_id uuid, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.read_people(p_business_id uuid, p_leads jsonb) TO service_role;


-- Step one: the array as rows of pg_temp.henk_people, normalised. Raises 22023 with the positions of all elements that cannot be leads.
-- Migrations: 0010.
CREATE FUNCTION henk.read_people(p_business_id uuid, p_leads jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    problems text;
    plainly_valid text;
    calling_code text;
    country_of_home text;
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    -- Rare in rows that were a file once; only then is each element looked through.
    has_nested boolean := jsonb_path_exists(p_leads, '$[*].* ? (@.type() == "object" || @.type() == "array")');
BEGIN
    -- Most numbers are valid national ones that begin with no prefix: known by one expression, without the whole of libphonenumber's rules.
    SELECT b.default_country, '+' || r.calling_code,
        format('^(?!%s)(?:%s)$', concat_ws('|', r.international_prefix, r.national_prefix), r.valid)
    INTO country_of_home, calling_code, plainly_valid
    FROM public.businesses b LEFT JOIN henk.phone_regions r ON r.region = b.default_country WHERE b.id = p_business_id;

    DROP TABLE IF EXISTS pg_temp.henk_people;
    CREATE TEMP TABLE henk_people ON COMMIT DROP AS
    SELECT n::integer AS place, n::integer AS person,
        -- UUIDs of version 7 (RFC 9562), ascending: rows written in their order fill the indexes from one side.
        (lpad(to_hex(milliseconds + (n >> 12)), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || substr(gen_random_uuid()::text, 20))::uuid
            AS lead_id,
        false AS known,
        nullif(btrim(first_name), '') AS first_name, nullif(btrim(last_name), '') AS last_name,
        CASE WHEN henk.is_plain_email(email) THEN email ELSE nullif(henk.normalise_email(email), '') END AS email,
        CASE WHEN phone IS NULL THEN NULL
            WHEN translate(phone, ' ().-', '') ~ plainly_valid AND coalesce(country, country_of_home) = country_of_home
                THEN calling_code || translate(phone, ' ().-', '')
            ELSE henk.read_number_cell(phone, henk.region_of(country, country_of_home)) END AS phone,
        CASE WHEN mobile_phone IS NULL THEN NULL
            WHEN translate(mobile_phone, ' ().-', '') ~ plainly_valid AND coalesce(country, country_of_home) = country_of_home
                THEN calling_code || translate(mobile_phone, ' ().-', '')
            ELSE henk.read_number_cell(mobile_phone, henk.region_of(country, country_of_home))
            END AS mobile_phone,
        nullif(btrim(company), '') AS company, nullif(btrim(title), '') AS title, nullif(btrim(department), '') AS department,
        nullif(btrim(street), '') AS street, nullif(btrim(city), '') AS city, nullif(btrim(state), '') AS state,
        nullif(btrim(postal_code), '') AS postal_code, CASE WHEN country ~ '^[A-Z]{2}$' THEN country ELSE coalesce(henk.region_of(country, NULL), nullif(btrim(country), '')) END AS country, nullif(btrim(timezone), '') AS timezone,
        nullif(btrim(preferred_language), '') AS preferred_language, nullif(btrim(lead_source), '') AS lead_source,
        nullif(btrim(description), '') AS description, nullif(btrim(notes), '') AS notes,
        coalesce(nullif(btrim(source), ''), 'csv_import') AS source, nullif(btrim(source_id), '') AS source_id,
        henk.read_flag(do_not_call) AS do_not_call, henk.read_flag(dnc) AS dnc, henk.read_flag(do_not_email) AS do_not_email,
        henk.read_flag(email_opt_out) AS email_opt_out,
        CASE jsonb_typeof(tags) WHEN 'array' THEN tags
            WHEN 'string' THEN to_jsonb(array_remove(regexp_split_to_array(tags #>> '{}', '\s*,\s*'), '')) ELSE '[]' END AS tags,
        CASE WHEN phone ~ '[^0-9 ().+-]' OR mobile_phone ~ '[^0-9 ().+-]' THEN henk.number_cells_as_sent(phone, mobile_phone) ELSE '{}' END
            || CASE WHEN jsonb_typeof(custom_fields) = 'object' THEN custom_fields ELSE '{}' END
            || (item - henk.sent_fields() - 'tags' - CASE WHEN jsonb_typeof(custom_fields) = 'object' THEN 'custom_fields' ELSE '' END)
            AS custom_fields,
        CASE WHEN has_nested THEN EXISTS (SELECT FROM unnest(henk.sent_fields()) f WHERE jsonb_typeof(item -> f) IN ('object', 'array'))
            ELSE false END AS is_nested
    FROM ROWS FROM (
        jsonb_to_recordset(p_leads) AS (
            first_name text, last_name text, email text, phone text, mobile_phone text, company text, title text, department text, street text,
            city text, state text, postal_code text, country text, timezone text, preferred_language text, lead_source text, description text,
            notes text, source text, source_id text, do_not_call text, dnc text, do_not_email text, email_opt_out text, tags jsonb,
            custom_fields jsonb),
        jsonb_array_elements(p_leads)
    ) WITH ORDINALITY AS sent (
        first_name, last_name, email, phone, mobile_phone, company, title, department, street, city, state, postal_code, country, timezone,
        preferred_language, lead_source, description, notes, source, source_id, do_not_call, dnc, do_not_email, email_opt_out, tags,
        custom_fields, item, n);
    UPDATE pg_temp.henk_people p SET first_name = f.first_name, last_name = f.last_name
    FROM pg_temp.henk_people q CROSS JOIN LATERAL henk.read_full_name(q.custom_fields) f
    WHERE q.place = p.place AND q.first_name IS NULL AND q.last_name IS NULL
        AND q.custom_fields ?| '{full_name,name,fullname,contact_name,display_name}';
    ANALYZE pg_temp.henk_people (place, person); -- what is joined by; statistics of thirty columns cost more than they give

    SELECT string_agg(format('%s: %s', t.problem, t.places), '; ' ORDER BY t.problem) INTO problems FROM (
        SELECT p.problem, array_to_string((array_agg(p.place ORDER BY p.place))[1:50], ', ')
            || CASE WHEN count(*) > 50 THEN format(' … (%s in all)', count(*)) ELSE '' END AS places
        FROM (
            SELECT 'neither phone, mobile_phone nor email' AS problem, place FROM pg_temp.henk_people
            WHERE email IS NULL AND phone IS NULL AND mobile_phone IS NULL
            UNION ALL SELECT 'a phone of more than 100 or an e-mail of more than 320 characters', place FROM pg_temp.henk_people
            WHERE length(email) > 320 OR length(phone) > 100 OR length(mobile_phone) > 100
            UNION ALL SELECT 'source has more than 50 or source_id more than 255 characters', place FROM pg_temp.henk_people
            WHERE length(source) > 50 OR length(source_id) > 255
            UNION ALL SELECT 'a consent flag that says neither yes nor no', place FROM pg_temp.henk_people
            WHERE do_not_call IS NULL OR dnc IS NULL OR do_not_email IS NULL OR email_opt_out IS NULL
            UNION ALL SELECT 'an object or a list where a text belongs', place FROM pg_temp.henk_people WHERE is_nested
        ) p GROUP BY p.problem) t;
    IF problems IS NOT NULL THEN
        RAISE EXCEPTION 'Nothing was imported. Elements of p_leads, counted from 1, that cannot be leads: %.', problems
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$_$;


REVOKE ALL ON FUNCTION henk.release_taken_ids(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.release_taken_ids(p_business_id uuid) TO service_role;


-- Step four and a half: a source id whose lead or other person has another name is that one's; the new lead keeps it as a custom field. The call
-- failed with a unique violation.
-- Migrations: 0042.
CREATE FUNCTION henk.release_taken_ids(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    WITH own AS MATERIALIZED (
        SELECT p.place, p.source, p.source_id, row_number() OVER (PARTITION BY p.source, p.source_id ORDER BY p.place) AS turn
        FROM pg_temp.henk_people p WHERE p.place = p.person AND NOT p.known AND p.source_id IS NOT NULL
    ), taken AS MATERIALIZED (
        SELECT o.place FROM own o LEFT JOIN LATERAL (
            SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id AND l.source = o.source AND l.source_id = o.source_id OFFSET 0) l ON true
        WHERE o.turn > 1 OR l.id IS NOT NULL
    )
    UPDATE pg_temp.henk_people p SET source_id = NULL, custom_fields = jsonb_build_object('source_id_as_sent', p.source_id) || p.custom_fields
    FROM taken t WHERE t.place = p.place;
END
$$;


-- What a client sends as a lead, element by element: the fields of leads it may fill, as texts. Everything else goes to custom_fields.
-- Migrations: 0010.
CREATE FUNCTION henk.sent_fields() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN string_to_array('first_name last_name email phone mobile_phone company title department street city state postal_code country timezone preferred_language lead_source description notes source source_id do_not_call dnc do_not_email email_opt_out'::text, ' '::text);


REVOKE ALL ON FUNCTION henk.sent_fields() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.sent_fields() TO service_role;


REVOKE ALL ON FUNCTION henk.write_people(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.write_people(p_business_id uuid) TO service_role;


-- Step five: new people are inserted, known ones filled in where they were empty. No opt-out is taken back; what does not change is not
-- written. Opt-outs are kept by number and address, too.
-- Migrations: 0010.
CREATE FUNCTION henk.write_people(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    caller uuid := henk.caller_id();
BEGIN
    INSERT INTO public.leads (id, business_id, first_name, last_name, email, phone, mobile_phone, company, title, department, street, city, state,
        postal_code, country, timezone, preferred_language, lead_source, description, notes, source, source_id, do_not_call, dnc, do_not_email,
        email_opt_out, tags, custom_fields, created_by)
    SELECT lead_id, p_business_id, first_name, last_name, email, phone, mobile_phone, company, title, department, street, city, state,
        postal_code, country, timezone, preferred_language, lead_source, description, notes, source, source_id, do_not_call, dnc, do_not_email,
        email_opt_out, tags, custom_fields, caller
    FROM pg_temp.henk_people WHERE place = person AND NOT known; -- they lie in the order of their ids; sorting wide rows costs

    UPDATE public.leads l SET first_name = coalesce(l.first_name, p.first_name), last_name = coalesce(l.last_name, p.last_name),
        email = coalesce(l.email, p.email), phone = coalesce(l.phone, p.phone), mobile_phone = coalesce(l.mobile_phone, p.mobile_phone),
        company = coalesce(l.company, p.company), title = coalesce(l.title, p.title), department = coalesce(l.department, p.department),
        street = coalesce(l.street, p.street), city = coalesce(l.city, p.city), state = coalesce(l.state, p.state),
        postal_code = coalesce(l.postal_code, p.postal_code), country = coalesce(l.country, p.country),
        timezone = coalesce(l.timezone, p.timezone), preferred_language = coalesce(l.preferred_language, p.preferred_language),
        lead_source = coalesce(l.lead_source, p.lead_source), description = coalesce(l.description, p.description),
        notes = coalesce(l.notes, p.notes), do_not_call = l.do_not_call OR p.do_not_call, dnc = l.dnc OR p.dnc,
        do_not_email = l.do_not_email OR p.do_not_email, email_opt_out = l.email_opt_out OR p.email_opt_out,
        tags = l.tags || p.new_tags, custom_fields = p.custom_fields || l.custom_fields, updated_at = now(), updated_by = caller
    FROM (
        SELECT p.*, coalesce((SELECT jsonb_agg(t) FROM jsonb_array_elements(p.tags) t WHERE NOT k.tags @> t), '[]') AS new_tags
        FROM pg_temp.henk_people p JOIN public.leads k ON k.id = p.lead_id WHERE p.place = p.person AND p.known) p
    WHERE l.id = p.lead_id AND (
        (l.first_name IS NULL AND p.first_name IS NOT NULL) OR (l.last_name IS NULL AND p.last_name IS NOT NULL)
        OR (l.email IS NULL AND p.email IS NOT NULL) OR (l.phone IS NULL AND p.phone IS NOT NULL)
        OR (l.mobile_phone IS NULL AND p.mobile_phone IS NOT NULL) OR (l.company IS NULL AND p.company IS NOT NULL)
        OR (l.title IS NULL AND p.title IS NOT NULL) OR (l.department IS NULL AND p.department IS NOT NULL)
        OR (l.street IS NULL AND p.street IS NOT NULL) OR (l.city IS NULL AND p.city IS NOT NULL)
        OR (l.state IS NULL AND p.state IS NOT NULL) OR (l.postal_code IS NULL AND p.postal_code IS NOT NULL)
        OR (l.country IS NULL AND p.country IS NOT NULL) OR (l.timezone IS NULL AND p.timezone IS NOT NULL)
        OR (l.preferred_language IS NULL AND p.preferred_language IS NOT NULL) OR (l.lead_source IS NULL AND p.lead_source IS NOT NULL)
        OR (l.description IS NULL AND p.description IS NOT NULL) OR (l.notes IS NULL AND p.notes IS NOT NULL)
        OR (p.do_not_call AND NOT l.do_not_call) OR (p.dnc AND NOT l.dnc) OR (p.do_not_email AND NOT l.do_not_email)
        OR (p.email_opt_out AND NOT l.email_opt_out) OR p.new_tags <> '[]' OR NOT l.custom_fields @> (p.custom_fields || l.custom_fields));

    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT p_business_id, t.channel, t.value, 'opted out in a list that was sent', 'csv_import' FROM (
        SELECT 'phone' AS channel, phone AS value FROM pg_temp.henk_people WHERE do_not_call OR dnc
        UNION ALL SELECT 'phone', mobile_phone FROM pg_temp.henk_people WHERE do_not_call OR dnc
        UNION ALL SELECT 'email', email FROM pg_temp.henk_people WHERE do_not_email OR email_opt_out) t
    WHERE t.value IS NOT NULL ON CONFLICT (business_id, channel, value) DO NOTHING;
END
$$;
