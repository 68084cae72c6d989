-- migrate:up
-- Two of one telephone are two people where an office numbers their mailboxes ("jsmith1@", "jsmith2@") or where their given names are heard alike and
-- are two people's as often ("Toni", "Tony"): henk_pipeline.leads.match does the same. schemas/make_name_rules.py writes the function with names.
-- noqa: disable=CP03,LT01,LT02,LT05,LT06,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Pairs of given names that are heard alike and are two people's as often: henk_pipeline.leads.spellings.names_heard_alike.
CREATE FUNCTION henk.names_heard_alike() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"toni tony","terri terry","bobbie bobby","randi randy","nicki nicky","nicky nikki","andi andy","ricki ricky","billie billy","jesse jessie","dani danny","geri gerry","jeri jerry","geri jerry","gerry jeri","robbie robby","frankie franky","martie marty","stevie stevy","carrie cary","carey carrie","carri cary","carrie carry","lesley leslie","leslie lesly","marie mary","mari mary","mari marie","hari harry","kerri kerry","jacki jacky","jamie jayme","sandi sandy","johnnie johnny","johnny jonni","mickey micki","freddie freddy","lani lanny","deni denny","vicki vicky","charlie charly","sammie sammy","jodie jody","jodi jody","kelli kelly","kim kym","ali aly","teri terry"}'::text[];

-- A mailbox of one's own (henk.own_mailbox) without its digits; null at a provider, where one person has several: henk_pipeline.leads.identity.PROVIDERS.
CREATE FUNCTION henk.unnumbered_mailbox(p_email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN split_part(p_email, '@', 2) <> ALL ('{gmail.com,outlook.com,hotmail.com,live.com,msn.com,icloud.com,me.com,mac.com,fastmail.com,proton.me,protonmail.com,pm.me,zoho.com,yandex.com,hey.com,yahoo.com,aol.com,gmx.de,web.de,comcast.net}'::text[])
    THEN regexp_replace(split_part(p_email, '@', 1), '[0-9]', '', 'g') || '@' || split_part(p_email, '@', 2) END;

-- Whether two who share a telephone are two of an office or of a house; an equal birth date or a second equal telephone shows one person, in an office
-- also an equal home. E-mail addresses as henk.own_mailbox gives them; homes are null unless street and postal code are known.
CREATE FUNCTION henk.are_two_of_a_telephone(
    p_one henk.compared_name, p_other henk.compared_name, p_email text, p_other_email text, p_phones text[], p_other_phones text[],
    p_home text, p_other_home text, OUT of_office boolean, OUT of_house boolean
) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
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

-- Of a telephone with two of an office each mailbox is a node of its own, with two of a house each given name; rows that may be of either get no node.
-- Of more than 100 people a mailbox of one's own is all that shows who is one. Called between henk.part_exchanged and henk.part_generations.
CREATE FUNCTION henk.part_two_of_a_telephone() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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

REVOKE EXECUTE ON FUNCTION henk.names_heard_alike(), henk.unnumbered_mailbox(text), henk.part_two_of_a_telephone(), henk.are_two_of_a_telephone(
    henk.compared_name, henk.compared_name, text, text, text[], text[], text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.names_heard_alike(), henk.unnumbered_mailbox(text), henk.part_two_of_a_telephone(), henk.are_two_of_a_telephone(
    henk.compared_name, henk.compared_name, text, text, text[], text[], text, text) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['henk.find_persons()', 'PERFORM henk.part_exchanged();', 'PERFORM henk.part_exchanged();
    PERFORM henk.part_two_of_a_telephone();'],
        ['henk.find_known(uuid)', 'coalesce(l.phone, l.mobile_phone) AS number, l.postal_code',
            'coalesce(l.phone, l.mobile_phone) AS number, l.postal_code, ARRAY[l.phone, l.mobile_phone] AS phones, l.street || chr(10) || l.postal_code AS home'],
        ['henk.find_known(uuid)', 'coalesce(p.phone, p.mobile_phone) AS number, p.postal_code',
            'coalesce(p.phone, p.mobile_phone) AS number, p.postal_code, ARRAY[p.phone, p.mobile_phone] AS phones, p.street || chr(10) || p.postal_code AS home'],
        ['henk.find_known(uuid)', 'AS is_another, k.email', 'OR o.kind = 2 AND (t.of_office OR t.of_house) AS is_another, k.email'],
        ['henk.find_known(uuid)', 'henk.own_mailbox(f.email) AS other_email) k', 'henk.own_mailbox(f.email) AS other_email) k
        LEFT JOIN LATERAL henk.are_two_of_a_telephone(o.name, f.name, k.email, k.other_email, l.phones, f.phones, l.home, f.home) t ON o.kind = 2'],
        ['henk.find_known(uuid)', 'AS surest_email FROM chosen c', 'AS surest_email,
            -- Several of an office may be a lead without a mailbox: it is nobody''s.
            c.kind = 2 AND henk.unnumbered_mailbox(c.other_email) IS NOT NULL
                AND min(c.other_email) OVER office <> max(c.other_email) OVER office AS is_one_of_several
        FROM chosen c WINDOW office AS (PARTITION BY c.id, c.kind, henk.unnumbered_mailbox(c.other_email))'],
        ['henk.find_known(uuid)', 'WHERE s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)
            AND NOT henk.mailboxes_contradict(s.kind, s.person_name, s.surest_name, ARRAY[s.other_email], ARRAY[s.surest_email])',
            'WHERE NOT s.is_one_of_several AND (s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)
            AND NOT henk.mailboxes_contradict(s.kind, s.person_name, s.surest_name, ARRAY[s.other_email], ARRAY[s.surest_email]))'],
        -- A telephone of more than 100 people is no proof, and each of them would be compared with each lead that has it.
        ['henk.find_known(uuid)', 'WITH found AS (', 'WITH switchboards AS MATERIALIZED (
        SELECT k.key FROM pg_temp.henk_keys k JOIN pg_temp.henk_people p ON p.place = k.place WHERE k.kind = 2
        GROUP BY k.key HAVING count(DISTINCT p.person) > 100
    ), found AS ('],
        ['henk.find_known(uuid)', 'WHERE k.kind = 2
        UNION', 'WHERE k.kind = 2 AND k.key NOT IN (SELECT s.key FROM switchboards s)
        UNION'],
        ['henk.find_known(uuid)', 'l.mobile_phone = k.key WHERE k.kind = 2', 'l.mobile_phone = k.key
            WHERE k.kind = 2 AND k.key NOT IN (SELECT s.key FROM switchboards s)']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as migration 0065 left it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

-- migrate:down
-- Forward only.
