-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
        SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    $$;


GRANT ALL ON FUNCTION auth.role() TO anon;
GRANT ALL ON FUNCTION auth.role() TO authenticated;
GRANT ALL ON FUNCTION auth.role() TO service_role;


CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
        SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
    $$;


GRANT ALL ON FUNCTION auth.uid() TO anon;
GRANT ALL ON FUNCTION auth.uid() TO authenticated;
GRANT ALL ON FUNCTION auth.uid() TO service_role;


-- Migrations: 0005.
CREATE FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH locked AS MATERIALIZED (
        SELECT a.id, c.total, c.contacted, c.successful
        FROM public.campaign_lead_lists a
        JOIN unnest(p_changes) c ON c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id
        ORDER BY a.id FOR NO KEY UPDATE OF a)
    UPDATE public.campaign_lead_lists a SET total_leads = a.total_leads + l.total, contacted_leads = a.contacted_leads + l.contacted,
        successful_leads = a.successful_leads + l.successful
    FROM locked l WHERE l.id = a.id
$$;


REVOKE ALL ON FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) TO service_role;


-- Migrations: 0005.
CREATE FUNCTION henk.add_to_lists(p_changes henk.list_change[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- Locked in the order of their ids: two statements that touch the same lists wait for each other, never both at once.
    WITH locked AS MATERIALIZED (
        SELECT ll.id, c.leads FROM public.lead_lists ll JOIN unnest(p_changes) c ON c.lead_list_id = ll.id
        ORDER BY ll.id FOR NO KEY UPDATE OF ll)
    UPDATE public.lead_lists ll SET lead_count = ll.lead_count + l.leads FROM locked l WHERE l.id = ll.id
$$;


REVOKE ALL ON FUNCTION henk.add_to_lists(p_changes henk.list_change[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.add_to_lists(p_changes henk.list_change[]) TO service_role;


COMMENT ON FUNCTION henk.address_prints(p_business_id uuid, p_email text) IS 'The fingerprints of an address, of its mailbox, and of every address in the text.';


REVOKE ALL ON FUNCTION henk.address_prints(p_business_id uuid, p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.address_prints(p_business_id uuid, p_email text) TO service_role;


-- Fingerprints under which an address is kept: of the address and of its mailbox (henk.email_key); of a text with several addresses of each.
-- Migrations: 0031.
CREATE FUNCTION henk.address_prints(p_business_id uuid, p_email text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_email IS NULL) THEN '{}'::text[] WHEN (henk.is_plain_email(p_email) AND (p_email !~ '[+].*@|@g(oogle)?mail[.]com$'::text)) THEN ARRAY[henk.fingerprint(p_business_id, p_email)] ELSE ARRAY(SELECT henk.fingerprint(address_prints.p_business_id, address_prints.p_email) AS fingerprint UNION SELECT henk.fingerprint(address_prints.p_business_id, a.address) AS fingerprint FROM unnest(henk.addresses_in(address_prints.p_email)) a(address) UNION SELECT henk.fingerprint(address_prints.p_business_id, henk.email_key(a.address)) AS fingerprint FROM unnest(henk.addresses_in(address_prints.p_email)) a(address)) END;


COMMENT ON FUNCTION henk.addresses_in(p_text text) IS 'Every e-mail address in a text, in lower case, without what is written around it.';


REVOKE ALL ON FUNCTION henk.addresses_in(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.addresses_in(p_text text) TO service_role;


-- Every address in a text, in lower case, each once.
-- Migrations: 0031.
CREATE FUNCTION henk.addresses_in(p_text text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT DISTINCT ((btrim(m.m[1], '.''/?=&+-*'::text) || '@'::text) || btrim(m.m[2], '.-'::text)) FROM regexp_matches(lower(henk.plain_text(addresses_in.p_text)), '([^\s<>()\[\],;:"@]+)@([^\s<>()\[\],;:"''@/?&=|]+)'::text, 'g'::text) m(m));


-- Whether two people whom no key of their own holds together are two: generations, numbers, middle names, birth dates (but for a slip) or both names
-- contradict each other.
-- Migrations: 0042.
CREATE FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (COALESCE(((p_one).generation <> (p_other).generation), false) OR (NOT henk.middle_names_agree(p_one, p_other)) OR ((NOT henk.first_names_agree(p_one, p_other)) AND COALESCE((((p_one).last <> (p_other).last) AND (NOT ((p_one).last_words && (p_other).last_words))), false) AND (NOT COALESCE((((p_one).first = (p_other).last) OR ((p_one).last = (p_other).first)), false))) OR henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) OR COALESCE(((SELECT (count(*) > 1) FROM generate_series(1, 8) i(i) WHERE (substr((are_strangers.p_one).birth, i.i, 1) <> substr((are_strangers.p_other).birth, i.i, 1))) AND (substr((p_one).birth, 3) <> substr((p_other).birth, 3))), false));


REVOKE ALL ON FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) TO service_role;


REVOKE ALL ON FUNCTION henk.assign_list(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid, OUT assignment_id uuid, OUT added integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.assign_list(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid, OUT assignment_id uuid, OUT added integer) TO service_role;


-- Assign a list to a campaign and give the campaign its members. Gives: the assignment, and how many campaign leads are new.
-- Left out, where the campaign says so: who must not be called, by a flag or by a suppressed number; and whoever would be called on a
-- number that somebody of the campaign has. Nobody's status, attempts or amounts change.
-- Migrations: 0010, 0018, 0033, 0037.
CREATE FUNCTION henk.assign_list(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid DEFAULT NULL::uuid, OUT assignment_id uuid, OUT added integer) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    campaign record;
    list_business uuid;
    criteria jsonb;
    eligible text;
    insertion text;
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    random_end text := substr(gen_random_uuid()::text, 20);
BEGIN
    -- One assignment to a campaign at a time.
    SELECT c.id, c.business_id, c.exclude_dnc, c.dedupe_by_phone INTO campaign FROM public.campaigns c
    WHERE c.id = p_campaign_id FOR NO KEY UPDATE;
    SELECT ll.business_id INTO list_business FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_campaign_id, campaign.id, 'campaign'), henk.require_record(p_lead_list_id, list_business, 'lead list');
    IF list_business <> campaign.business_id THEN
        RAISE EXCEPTION 'The lead list and the campaign belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    VALUES (campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE
    -- A list that was taken away, or done with, is taken up again; one that is paused stays paused.
    SET priority = EXCLUDED.priority, is_active = a.is_active OR a.completed_at IS NOT NULL, completed_at = NULL
    WHERE a.priority <> EXCLUDED.priority OR a.completed_at IS NOT NULL;
    SELECT a.id, a.filter_criteria INTO assignment_id, criteria FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;

    eligible := 'SELECT l.id, coalesce(l.phone, l.mobile_phone) AS number, l.lead_score '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id '
        'WHERE m.lead_list_id = $4 AND (' || henk.compile_filter(criteria) || ')'
        ' AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id IS NOT DISTINCT FROM $3 AND cl.lead_id = l.id)';
    IF campaign.exclude_dnc THEN
        eligible := eligible || ' AND NOT EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id)';
    END IF;
    IF campaign.dedupe_by_phone THEN
        eligible := 'SELECT d.id FROM (SELECT DISTINCT ON (coalesce(e.number, e.id::text)) e.id, e.is_taken FROM ('
            'SELECT n.id, n.number, n.lead_score, false AS is_taken FROM (' || eligible || ') n UNION ALL '
            'SELECT other.id, coalesce(other.phone, other.mobile_phone), NULL, true FROM public.campaign_leads cl '
            'JOIN public.leads other ON other.id = cl.lead_id WHERE cl.campaign_id = $3 AND coalesce(other.phone, other.mobile_phone) IS NOT NULL) e '
            'ORDER BY coalesce(e.number, e.id::text), e.is_taken DESC, e.lead_score DESC NULLS LAST, e.id) d WHERE NOT d.is_taken';
    END IF;
    insertion := 'INSERT INTO public.campaign_leads (id, business_id, campaign_id, lead_id, lead_list_id, import_id) '
        'SELECT (lpad(to_hex($6 + (e.n >> 12)), 12, ''0'') || ''7'' || lpad(to_hex(e.n & 4095), 3, ''0'') || $7)::uuid, $2, $3, e.id, $4, $5 '
        'FROM (SELECT e.id, row_number() OVER (ORDER BY e.id) AS n FROM (' || eligible || ') e) e ORDER BY e.n';
    BEGIN
        EXECUTE insertion USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id, milliseconds, random_end;
        GET DIAGNOSTICS added = ROW_COUNT;
    EXCEPTION WHEN unique_violation THEN
        -- Somebody has given the campaign one of them at this moment. To expect it of each row takes 2 s of 900,000.
        EXECUTE insertion || ' ON CONFLICT (campaign_id, lead_id) DO NOTHING'
        USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id, milliseconds, random_end;
        GET DIAGNOSTICS added = ROW_COUNT;
    END;
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    PERFORM henk.complete_assignments(ARRAY[assignment_id]); -- with nobody left to call it is as done as it was
END
$_$;


REVOKE ALL ON FUNCTION henk.attribute_anew(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_anew(p_import_id uuid) TO service_role;


-- Leads of a campaign that had come to a better list by the import are of the best list again that they are on.
-- Migrations: 0034.
CREATE FUNCTION henk.attribute_anew(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    leads uuid[] := ARRAY(SELECT u.lead_id FROM pg_temp.henk_undo u WHERE NOT u.worked_on);
BEGIN
    UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id
    FROM (
        SELECT DISTINCT ON (c.id) c.id, a.lead_list_id
        FROM pg_temp.henk_undo u
        JOIN public.campaign_leads c ON c.lead_id = u.lead_id
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.is_active
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN LATERAL (SELECT array_agg(l) AS leads FROM henk.matching_leads(a.business_id, a.filter_criteria, leads) l) f
            ON a.filter_criteria IS NOT NULL
        WHERE NOT u.worked_on AND (a.filter_criteria IS NULL OR c.lead_id = ANY (f.leads))
            AND NOT EXISTS (SELECT FROM public.lead_list_members k WHERE k.lead_list_id = c.lead_list_id AND k.lead_id = c.lead_id)
        ORDER BY c.id, a.priority, a.assigned_at, a.id) best
    WHERE best.id = cl.id AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id;
END
$$;


REVOKE ALL ON FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Give the members of a list the list of the campaign that they belong to.
-- Migrations: 0010, 0037.
CREATE FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    attribution record;
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id <> p_lead_list_id AND a.is_active) THEN
        RETURN;
    END IF;
    SELECT * INTO attribution FROM henk.compile_attribution(p_campaign_id);
    EXECUTE 'UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id FROM (' || attribution.query || ') best '
        'WHERE cl.campaign_id IS NOT DISTINCT FROM $2 AND cl.lead_id = best.lead_id '
        'AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id'
        USING attribution.filters, p_campaign_id, p_lead_list_id;
END
$_$;


REVOKE ALL ON FUNCTION henk.begins_like(p_one text, p_other text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.begins_like(p_one text, p_other text) TO service_role;


-- Whether a folded name may be the same as one that it begins like; null where one is missing: henk_pipeline.leads.beginnings.begins_like.
-- Migrations: 0044, 0047.
CREATE FUNCTION henk.begins_like(p_one text, p_other text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
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
        OR longer <> shorter || 'a' AND NOT henk.longer_forms() ? shorter
            AND (henk.longer_forms() ? longer OR length(shorter) >= 6);
END
$$;


REVOKE ALL ON FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- Blank what rejected rows, lines of files, merges and quarantined rows of the business hold of these contacts. Returns the imports they belong to.
-- Migrations: 0027.
CREATE FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    rejected uuid[];
    lines uuid[];
BEGIN
    WITH spoken AS (
        UPDATE public.lead_import_rejections r SET value = NULL, row = '{}', message = 'erased on request'
        WHERE r.business_id = p_business_id AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email)
            WHERE henk.speaks_of(r.row || jsonb_build_object('value', r.value), e.email, p_phones))
        RETURNING r.import_id
    )
    SELECT coalesce(array_agg(s.import_id), '{}') INTO rejected FROM spoken s;
    WITH spoken AS (
        UPDATE public.lead_import_rows r SET replaced = NULL, written = NULL, lost = NULL
        WHERE r.business_id = p_business_id AND num_nonnulls(r.replaced, r.written, r.lost) > 0
            AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email)
                WHERE henk.speaks_of(jsonb_build_array(r.replaced, r.written, r.lost), e.email, p_phones))
        RETURNING r.import_id
    )
    SELECT coalesce(array_agg(s.import_id), '{}') INTO lines FROM spoken s;
    DELETE FROM public.lead_merges m WHERE m.business_id = p_business_id AND m.taken_apart_at IS NOT NULL
        AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email)
            WHERE henk.speaks_of(jsonb_build_array(m.rows_before, m.rows_after, m.lost), e.email, p_phones));
    IF to_regclass('henk.quarantine') IS NOT NULL THEN
        UPDATE henk.quarantine q SET row = '{}' WHERE q.row ->> 'business_id' = p_business_id::text
            AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email) WHERE henk.speaks_of(q.row, e.email, p_phones));
    END IF;
    RETURN rejected || lines;
END
$$;


REVOKE ALL ON FUNCTION henk.business_of_lead(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.business_of_lead(p_lead_id uuid) TO service_role;


-- The business of a lead, also of one that has become another.
-- Migrations: 0034.
CREATE FUNCTION henk.business_of_lead(p_lead_id uuid) RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id), (SELECT m.business_id FROM public.lead_merges m
        WHERE m.dropped_lead_id = p_lead_id AND m.taken_apart_at IS NULL LIMIT 1))
$$;


REVOKE ALL ON FUNCTION henk.call_key(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.call_key(p_phone text) TO authenticated;
GRANT ALL ON FUNCTION henk.call_key(p_phone text) TO service_role;


-- A cell that is no number ("n/a", "212-555-HELP", zeros) identifies nobody: it has no key, and an opt-out of one lead blocks no other that has the
-- same words. The lead itself has its flag.
-- Migrations: 0026, 0030.
CREATE FUNCTION henk.call_key(p_phone text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (henk.is_e164(p_phone) OR (p_phone ~~ 'sha256:%'::text)) THEN p_phone ELSE "substring"(regexp_replace(p_phone, '[^0-9]'::text, ''::text, 'g'::text), '^0*[1-9][0-9]{6,}$'::text) END;


-- The end user, null where the claims name nobody that can be read.
-- Migrations: 0009.
CREATE FUNCTION henk.caller_id() RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN auth.uid();
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.caller_id() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.caller_id() TO service_role;
GRANT ALL ON FUNCTION henk.caller_id() TO authenticated;


REVOKE ALL ON FUNCTION henk.case_folded(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.case_folded(p_text text) TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.case_folded(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    letter text;
BEGIN
    p_text := lower(p_text COLLATE "C"); -- ASCII only, whatever the locale of the server
    IF p_text !~ '[^\u0001-~]' THEN
        RETURN p_text;
    END IF;
    LOOP
        letter := substring(p_text FROM henk.case_folds_class());
        EXIT WHEN letter IS NULL;
        p_text := replace(p_text, letter, henk.case_folds() ->> letter);
    END LOOP;
    RETURN normalize(p_text, NFC);
END
$$;


-- Migrations: 0032.
CREATE FUNCTION henk.case_folds() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{"µ": "μ", "À": "à", "Á": "á", "Â": "â", "Ã": "ã", "Ä": "ä", "Å": "å", "Æ": "æ", "Ç": "ç", "È": "è", "É": "é", "Ê": "ê", "Ë": "ë", "Ì": "ì", "Í": "í", "Î": "î", "Ï": "ï", "Ð": "ð", "Ñ": "ñ", "Ò": "ò", "Ó": "ó", "Ô": "ô", "Õ": "õ", "Ö": "ö", "Ø": "ø", "Ù": "ù", "Ú": "ú", "Û": "û", "Ü": "ü", "Ý": "ý", "Þ": "þ", "ß": "ss", "Ā": "ā", "Ă": "ă", "Ą": "ą", "Ć": "ć", "Ĉ": "ĉ", "Ċ": "ċ", "Č": "č", "Ď": "ď", "Đ": "đ", "Ē": "ē", "Ĕ": "ĕ", "Ė": "ė", "Ę": "ę", "Ě": "ě", "Ĝ": "ĝ", "Ğ": "ğ", "Ġ": "ġ", "Ģ": "ģ", "Ĥ": "ĥ", "Ħ": "ħ", "Ĩ": "ĩ", "Ī": "ī", "Ĭ": "ĭ", "Į": "į", "İ": "i̇", "Ĳ": "ĳ", "Ĵ": "ĵ", "Ķ": "ķ", "Ĺ": "ĺ", "Ļ": "ļ", "Ľ": "ľ", "Ŀ": "ŀ", "Ł": "ł", "Ń": "ń", "Ņ": "ņ", "Ň": "ň", "ŉ": "ʼn", "Ŋ": "ŋ", "Ō": "ō", "Ŏ": "ŏ", "Ő": "ő", "Œ": "œ", "Ŕ": "ŕ", "Ŗ": "ŗ", "Ř": "ř", "Ś": "ś", "Ŝ": "ŝ", "Ş": "ş", "Š": "š", "Ţ": "ţ", "Ť": "ť", "Ŧ": "ŧ", "Ũ": "ũ", "Ū": "ū", "Ŭ": "ŭ", "Ů": "ů", "Ű": "ű", "Ų": "ų", "Ŵ": "ŵ", "Ŷ": "ŷ", "Ÿ": "ÿ", "Ź": "ź", "Ż": "ż", "Ž": "ž", "ſ": "s", "Ɓ": "ɓ", "Ƃ": "ƃ", "Ƅ": "ƅ", "Ɔ": "ɔ", "Ƈ": "ƈ", "Ɖ": "ɖ", "Ɗ": "ɗ", "Ƌ": "ƌ", "Ǝ": "ǝ", "Ə": "ə", "Ɛ": "ɛ", "Ƒ": "ƒ", "Ɠ": "ɠ", "Ɣ": "ɣ", "Ɩ": "ɩ", "Ɨ": "ɨ", "Ƙ": "ƙ", "Ɯ": "ɯ", "Ɲ": "ɲ", "Ɵ": "ɵ", "Ơ": "ơ", "Ƣ": "ƣ", "Ƥ": "ƥ", "Ʀ": "ʀ", "Ƨ": "ƨ", "Ʃ": "ʃ", "Ƭ": "ƭ", "Ʈ": "ʈ", "Ư": "ư", "Ʊ": "ʊ", "Ʋ": "ʋ", "Ƴ": "ƴ", "Ƶ": "ƶ", "Ʒ": "ʒ", "Ƹ": "ƹ", "Ƽ": "ƽ", "Ǆ": "ǆ", "ǅ": "ǆ", "Ǉ": "ǉ", "ǈ": "ǉ", "Ǌ": "ǌ", "ǋ": "ǌ", "Ǎ": "ǎ", "Ǐ": "ǐ", "Ǒ": "ǒ", "Ǔ": "ǔ", "Ǖ": "ǖ", "Ǘ": "ǘ", "Ǚ": "ǚ", "Ǜ": "ǜ", "Ǟ": "ǟ", "Ǡ": "ǡ", "Ǣ": "ǣ", "Ǥ": "ǥ", "Ǧ": "ǧ", "Ǩ": "ǩ", "Ǫ": "ǫ", "Ǭ": "ǭ", "Ǯ": "ǯ", "ǰ": "ǰ", "Ǳ": "ǳ", "ǲ": "ǳ", "Ǵ": "ǵ", "Ƕ": "ƕ", "Ƿ": "ƿ", "Ǹ": "ǹ", "Ǻ": "ǻ", "Ǽ": "ǽ", "Ǿ": "ǿ", "Ȁ": "ȁ", "Ȃ": "ȃ", "Ȅ": "ȅ", "Ȇ": "ȇ", "Ȉ": "ȉ", "Ȋ": "ȋ", "Ȍ": "ȍ", "Ȏ": "ȏ", "Ȑ": "ȑ", "Ȓ": "ȓ", "Ȕ": "ȕ", "Ȗ": "ȗ", "Ș": "ș", "Ț": "ț", "Ȝ": "ȝ", "Ȟ": "ȟ", "Ƞ": "ƞ", "Ȣ": "ȣ", "Ȥ": "ȥ", "Ȧ": "ȧ", "Ȩ": "ȩ", "Ȫ": "ȫ", "Ȭ": "ȭ", "Ȯ": "ȯ", "Ȱ": "ȱ", "Ȳ": "ȳ", "Ⱥ": "ⱥ", "Ȼ": "ȼ", "Ƚ": "ƚ", "Ⱦ": "ⱦ", "Ɂ": "ɂ", "Ƀ": "ƀ", "Ʉ": "ʉ", "Ʌ": "ʌ", "Ɇ": "ɇ", "Ɉ": "ɉ", "Ɋ": "ɋ", "Ɍ": "ɍ", "Ɏ": "ɏ", "ͅ": "ι", "Ͱ": "ͱ", "Ͳ": "ͳ", "Ͷ": "ͷ", "Ϳ": "ϳ", "Ά": "ά", "Έ": "έ", "Ή": "ή", "Ί": "ί", "Ό": "ό", "Ύ": "ύ", "Ώ": "ώ", "ΐ": "ΐ", "Α": "α", "Β": "β", "Γ": "γ", "Δ": "δ", "Ε": "ε", "Ζ": "ζ", "Η": "η", "Θ": "θ", "Ι": "ι", "Κ": "κ", "Λ": "λ", "Μ": "μ", "Ν": "ν", "Ξ": "ξ", "Ο": "ο", "Π": "π", "Ρ": "ρ", "Σ": "σ", "Τ": "τ", "Υ": "υ", "Φ": "φ", "Χ": "χ", "Ψ": "ψ", "Ω": "ω", "Ϊ": "ϊ", "Ϋ": "ϋ", "ΰ": "ΰ", "ς": "σ", "Ϗ": "ϗ", "ϐ": "β", "ϑ": "θ", "ϕ": "φ", "ϖ": "π", "Ϙ": "ϙ", "Ϛ": "ϛ", "Ϝ": "ϝ", "Ϟ": "ϟ", "Ϡ": "ϡ", "Ϣ": "ϣ", "Ϥ": "ϥ", "Ϧ": "ϧ", "Ϩ": "ϩ", "Ϫ": "ϫ", "Ϭ": "ϭ", "Ϯ": "ϯ", "ϰ": "κ", "ϱ": "ρ", "ϴ": "θ", "ϵ": "ε", "Ϸ": "ϸ", "Ϲ": "ϲ", "Ϻ": "ϻ", "Ͻ": "ͻ", "Ͼ": "ͼ", "Ͽ": "ͽ", "Ѐ": "ѐ", "Ё": "ё", "Ђ": "ђ", "Ѓ": "ѓ", "Є": "є", "Ѕ": "ѕ", "І": "і", "Ї": "ї", "Ј": "ј", "Љ": "љ", "Њ": "њ", "Ћ": "ћ", "Ќ": "ќ", "Ѝ": "ѝ", "Ў": "ў", "Џ": "џ", "А": "а", "Б": "б", "В": "в", "Г": "г", "Д": "д", "Е": "е", "Ж": "ж", "З": "з", "И": "и", "Й": "й", "К": "к", "Л": "л", "М": "м", "Н": "н", "О": "о", "П": "п", "Р": "р", "С": "с", "Т": "т", "У": "у", "Ф": "ф", "Х": "х", "Ц": "ц", "Ч": "ч", "Ш": "ш", "Щ": "щ", "Ъ": "ъ", "Ы": "ы", "Ь": "ь", "Э": "э", "Ю": "ю", "Я": "я", "Ѡ": "ѡ", "Ѣ": "ѣ", "Ѥ": "ѥ", "Ѧ": "ѧ", "Ѩ": "ѩ", "Ѫ": "ѫ", "Ѭ": "ѭ", "Ѯ": "ѯ", "Ѱ": "ѱ", "Ѳ": "ѳ", "Ѵ": "ѵ", "Ѷ": "ѷ", "Ѹ": "ѹ", "Ѻ": "ѻ", "Ѽ": "ѽ", "Ѿ": "ѿ", "Ҁ": "ҁ", "Ҋ": "ҋ", "Ҍ": "ҍ", "Ҏ": "ҏ", "Ґ": "ґ", "Ғ": "ғ", "Ҕ": "ҕ", "Җ": "җ", "Ҙ": "ҙ", "Қ": "қ", "Ҝ": "ҝ", "Ҟ": "ҟ", "Ҡ": "ҡ", "Ң": "ң", "Ҥ": "ҥ", "Ҧ": "ҧ", "Ҩ": "ҩ", "Ҫ": "ҫ", "Ҭ": "ҭ", "Ү": "ү", "Ұ": "ұ", "Ҳ": "ҳ", "Ҵ": "ҵ", "Ҷ": "ҷ", "Ҹ": "ҹ", "Һ": "һ", "Ҽ": "ҽ", "Ҿ": "ҿ", "Ӏ": "ӏ", "Ӂ": "ӂ", "Ӄ": "ӄ", "Ӆ": "ӆ", "Ӈ": "ӈ", "Ӊ": "ӊ", "Ӌ": "ӌ", "Ӎ": "ӎ", "Ӑ": "ӑ", "Ӓ": "ӓ", "Ӕ": "ӕ", "Ӗ": "ӗ", "Ә": "ә", "Ӛ": "ӛ", "Ӝ": "ӝ", "Ӟ": "ӟ", "Ӡ": "ӡ", "Ӣ": "ӣ", "Ӥ": "ӥ", "Ӧ": "ӧ", "Ө": "ө", "Ӫ": "ӫ", "Ӭ": "ӭ", "Ӯ": "ӯ", "Ӱ": "ӱ", "Ӳ": "ӳ", "Ӵ": "ӵ", "Ӷ": "ӷ", "Ӹ": "ӹ", "Ӻ": "ӻ", "Ӽ": "ӽ", "Ӿ": "ӿ", "Ԁ": "ԁ", "Ԃ": "ԃ", "Ԅ": "ԅ", "Ԇ": "ԇ", "Ԉ": "ԉ", "Ԋ": "ԋ", "Ԍ": "ԍ", "Ԏ": "ԏ", "Ԑ": "ԑ", "Ԓ": "ԓ", "Ԕ": "ԕ", "Ԗ": "ԗ", "Ԙ": "ԙ", "Ԛ": "ԛ", "Ԝ": "ԝ", "Ԟ": "ԟ", "Ԡ": "ԡ", "Ԣ": "ԣ", "Ԥ": "ԥ", "Ԧ": "ԧ", "Ԩ": "ԩ", "Ԫ": "ԫ", "Ԭ": "ԭ", "Ԯ": "ԯ", "Ա": "ա", "Բ": "բ", "Գ": "գ", "Դ": "դ", "Ե": "ե", "Զ": "զ", "Է": "է", "Ը": "ը", "Թ": "թ", "Ժ": "ժ", "Ի": "ի", "Լ": "լ", "Խ": "խ", "Ծ": "ծ", "Կ": "կ", "Հ": "հ", "Ձ": "ձ", "Ղ": "ղ", "Ճ": "ճ", "Մ": "մ", "Յ": "յ", "Ն": "ն", "Շ": "շ", "Ո": "ո", "Չ": "չ", "Պ": "պ", "Ջ": "ջ", "Ռ": "ռ", "Ս": "ս", "Վ": "վ", "Տ": "տ", "Ր": "ր", "Ց": "ց", "Ւ": "ւ", "Փ": "փ", "Ք": "ք", "Օ": "օ", "Ֆ": "ֆ", "և": "եւ", "Ⴀ": "ⴀ", "Ⴁ": "ⴁ", "Ⴂ": "ⴂ", "Ⴃ": "ⴃ", "Ⴄ": "ⴄ", "Ⴅ": "ⴅ", "Ⴆ": "ⴆ", "Ⴇ": "ⴇ", "Ⴈ": "ⴈ", "Ⴉ": "ⴉ", "Ⴊ": "ⴊ", "Ⴋ": "ⴋ", "Ⴌ": "ⴌ", "Ⴍ": "ⴍ", "Ⴎ": "ⴎ", "Ⴏ": "ⴏ", "Ⴐ": "ⴐ", "Ⴑ": "ⴑ", "Ⴒ": "ⴒ", "Ⴓ": "ⴓ", "Ⴔ": "ⴔ", "Ⴕ": "ⴕ", "Ⴖ": "ⴖ", "Ⴗ": "ⴗ", "Ⴘ": "ⴘ", "Ⴙ": "ⴙ", "Ⴚ": "ⴚ", "Ⴛ": "ⴛ", "Ⴜ": "ⴜ", "Ⴝ": "ⴝ", "Ⴞ": "ⴞ", "Ⴟ": "ⴟ", "Ⴠ": "ⴠ", "Ⴡ": "ⴡ", "Ⴢ": "ⴢ", "Ⴣ": "ⴣ", "Ⴤ": "ⴤ", "Ⴥ": "ⴥ", "Ⴧ": "ⴧ", "Ⴭ": "ⴭ", "ᏸ": "Ᏸ", "ᏹ": "Ᏹ", "ᏺ": "Ᏺ", "ᏻ": "Ᏻ", "ᏼ": "Ᏼ", "ᏽ": "Ᏽ", "ᲀ": "в", "ᲁ": "д", "ᲂ": "о", "ᲃ": "с", "ᲄ": "т", "ᲅ": "т", "ᲆ": "ъ", "ᲇ": "ѣ", "ᲈ": "ꙋ", "Ა": "ა", "Ბ": "ბ", "Გ": "გ", "Დ": "დ", "Ე": "ე", "Ვ": "ვ", "Ზ": "ზ", "Თ": "თ", "Ი": "ი", "Კ": "კ", "Ლ": "ლ", "Მ": "მ", "Ნ": "ნ", "Ო": "ო", "Პ": "პ", "Ჟ": "ჟ", "Რ": "რ", "Ს": "ს", "Ტ": "ტ", "Უ": "უ", "Ფ": "ფ", "Ქ": "ქ", "Ღ": "ღ", "Ყ": "ყ", "Შ": "შ", "Ჩ": "ჩ", "Ც": "ც", "Ძ": "ძ", "Წ": "წ", "Ჭ": "ჭ", "Ხ": "ხ", "Ჯ": "ჯ", "Ჰ": "ჰ", "Ჱ": "ჱ", "Ჲ": "ჲ", "Ჳ": "ჳ", "Ჴ": "ჴ", "Ჵ": "ჵ", "Ჶ": "ჶ", "Ჷ": "ჷ", "Ჸ": "ჸ", "Ჹ": "ჹ", "Ჺ": "ჺ", "Ჽ": "ჽ", "Ჾ": "ჾ", "Ჿ": "ჿ", "Ḁ": "ḁ", "Ḃ": "ḃ", "Ḅ": "ḅ", "Ḇ": "ḇ", "Ḉ": "ḉ", "Ḋ": "ḋ", "Ḍ": "ḍ", "Ḏ": "ḏ", "Ḑ": "ḑ", "Ḓ": "ḓ", "Ḕ": "ḕ", "Ḗ": "ḗ", "Ḙ": "ḙ", "Ḛ": "ḛ", "Ḝ": "ḝ", "Ḟ": "ḟ", "Ḡ": "ḡ", "Ḣ": "ḣ", "Ḥ": "ḥ", "Ḧ": "ḧ", "Ḩ": "ḩ", "Ḫ": "ḫ", "Ḭ": "ḭ", "Ḯ": "ḯ", "Ḱ": "ḱ", "Ḳ": "ḳ", "Ḵ": "ḵ", "Ḷ": "ḷ", "Ḹ": "ḹ", "Ḻ": "ḻ", "Ḽ": "ḽ", "Ḿ": "ḿ", "Ṁ": "ṁ", "Ṃ": "ṃ", "Ṅ": "ṅ", "Ṇ": "ṇ", "Ṉ": "ṉ", "Ṋ": "ṋ", "Ṍ": "ṍ", "Ṏ": "ṏ", "Ṑ": "ṑ", "Ṓ": "ṓ", "Ṕ": "ṕ", "Ṗ": "ṗ", "Ṙ": "ṙ", "Ṛ": "ṛ", "Ṝ": "ṝ", "Ṟ": "ṟ", "Ṡ": "ṡ", "Ṣ": "ṣ", "Ṥ": "ṥ", "Ṧ": "ṧ", "Ṩ": "ṩ", "Ṫ": "ṫ", "Ṭ": "ṭ", "Ṯ": "ṯ", "Ṱ": "ṱ", "Ṳ": "ṳ", "Ṵ": "ṵ", "Ṷ": "ṷ", "Ṹ": "ṹ", "Ṻ": "ṻ", "Ṽ": "ṽ", "Ṿ": "ṿ", "Ẁ": "ẁ", "Ẃ": "ẃ", "Ẅ": "ẅ", "Ẇ": "ẇ", "Ẉ": "ẉ", "Ẋ": "ẋ", "Ẍ": "ẍ", "Ẏ": "ẏ", "Ẑ": "ẑ", "Ẓ": "ẓ", "Ẕ": "ẕ", "ẖ": "ẖ", "ẗ": "ẗ", "ẘ": "ẘ", "ẙ": "ẙ", "ẚ": "aʾ", "ẛ": "ṡ", "ẞ": "ss", "Ạ": "ạ", "Ả": "ả", "Ấ": "ấ", "Ầ": "ầ", "Ẩ": "ẩ", "Ẫ": "ẫ", "Ậ": "ậ", "Ắ": "ắ", "Ằ": "ằ", "Ẳ": "ẳ", "Ẵ": "ẵ", "Ặ": "ặ", "Ẹ": "ẹ", "Ẻ": "ẻ", "Ẽ": "ẽ", "Ế": "ế", "Ề": "ề", "Ể": "ể", "Ễ": "ễ", "Ệ": "ệ", "Ỉ": "ỉ", "Ị": "ị", "Ọ": "ọ", "Ỏ": "ỏ", "Ố": "ố", "Ồ": "ồ", "Ổ": "ổ", "Ỗ": "ỗ", "Ộ": "ộ", "Ớ": "ớ", "Ờ": "ờ", "Ở": "ở", "Ỡ": "ỡ", "Ợ": "ợ", "Ụ": "ụ", "Ủ": "ủ", "Ứ": "ứ", "Ừ": "ừ", "Ử": "ử", "Ữ": "ữ", "Ự": "ự", "Ỳ": "ỳ", "Ỵ": "ỵ", "Ỷ": "ỷ", "Ỹ": "ỹ", "Ỻ": "ỻ", "Ỽ": "ỽ", "Ỿ": "ỿ", "Ἀ": "ἀ", "Ἁ": "ἁ", "Ἂ": "ἂ", "Ἃ": "ἃ", "Ἄ": "ἄ", "Ἅ": "ἅ", "Ἆ": "ἆ", "Ἇ": "ἇ", "Ἐ": "ἐ", "Ἑ": "ἑ", "Ἒ": "ἒ", "Ἓ": "ἓ", "Ἔ": "ἔ", "Ἕ": "ἕ", "Ἠ": "ἠ", "Ἡ": "ἡ", "Ἢ": "ἢ", "Ἣ": "ἣ", "Ἤ": "ἤ", "Ἥ": "ἥ", "Ἦ": "ἦ", "Ἧ": "ἧ", "Ἰ": "ἰ", "Ἱ": "ἱ", "Ἲ": "ἲ", "Ἳ": "ἳ", "Ἴ": "ἴ", "Ἵ": "ἵ", "Ἶ": "ἶ", "Ἷ": "ἷ", "Ὀ": "ὀ", "Ὁ": "ὁ", "Ὂ": "ὂ", "Ὃ": "ὃ", "Ὄ": "ὄ", "Ὅ": "ὅ", "ὐ": "ὐ", "ὒ": "ὒ", "ὔ": "ὔ", "ὖ": "ὖ", "Ὑ": "ὑ", "Ὓ": "ὓ", "Ὕ": "ὕ", "Ὗ": "ὗ", "Ὠ": "ὠ", "Ὡ": "ὡ", "Ὢ": "ὢ", "Ὣ": "ὣ", "Ὤ": "ὤ", "Ὥ": "ὥ", "Ὦ": "ὦ", "Ὧ": "ὧ", "ᾀ": "ἀι", "ᾁ": "ἁι", "ᾂ": "ἂι", "ᾃ": "ἃι", "ᾄ": "ἄι", "ᾅ": "ἅι", "ᾆ": "ἆι", "ᾇ": "ἇι", "ᾈ": "ἀι", "ᾉ": "ἁι", "ᾊ": "ἂι", "ᾋ": "ἃι", "ᾌ": "ἄι", "ᾍ": "ἅι", "ᾎ": "ἆι", "ᾏ": "ἇι", "ᾐ": "ἠι", "ᾑ": "ἡι", "ᾒ": "ἢι", "ᾓ": "ἣι", "ᾔ": "ἤι", "ᾕ": "ἥι", "ᾖ": "ἦι", "ᾗ": "ἧι", "ᾘ": "ἠι", "ᾙ": "ἡι", "ᾚ": "ἢι", "ᾛ": "ἣι", "ᾜ": "ἤι", "ᾝ": "ἥι", "ᾞ": "ἦι", "ᾟ": "ἧι", "ᾠ": "ὠι", "ᾡ": "ὡι", "ᾢ": "ὢι", "ᾣ": "ὣι", "ᾤ": "ὤι", "ᾥ": "ὥι", "ᾦ": "ὦι", "ᾧ": "ὧι", "ᾨ": "ὠι", "ᾩ": "ὡι", "ᾪ": "ὢι", "ᾫ": "ὣι", "ᾬ": "ὤι", "ᾭ": "ὥι", "ᾮ": "ὦι", "ᾯ": "ὧι", "ᾲ": "ὰι", "ᾳ": "αι", "ᾴ": "άι", "ᾶ": "ᾶ", "ᾷ": "ᾶι", "Ᾰ": "ᾰ", "Ᾱ": "ᾱ", "Ὰ": "ὰ", "Ά": "ά", "ᾼ": "αι", "ι": "ι", "ῂ": "ὴι", "ῃ": "ηι", "ῄ": "ήι", "ῆ": "ῆ", "ῇ": "ῆι", "Ὲ": "ὲ", "Έ": "έ", "Ὴ": "ὴ", "Ή": "ή", "ῌ": "ηι", "ῒ": "ῒ", "ΐ": "ΐ", "ῖ": "ῖ", "ῗ": "ῗ", "Ῐ": "ῐ", "Ῑ": "ῑ", "Ὶ": "ὶ", "Ί": "ί", "ῢ": "ῢ", "ΰ": "ΰ", "ῤ": "ῤ", "ῦ": "ῦ", "ῧ": "ῧ", "Ῠ": "ῠ", "Ῡ": "ῡ", "Ὺ": "ὺ", "Ύ": "ύ", "Ῥ": "ῥ", "ῲ": "ὼι", "ῳ": "ωι", "ῴ": "ώι", "ῶ": "ῶ", "ῷ": "ῶι", "Ὸ": "ὸ", "Ό": "ό", "Ὼ": "ὼ", "Ώ": "ώ", "ῼ": "ωι", "Ω": "ω", "K": "k", "Å": "å", "Ⅎ": "ⅎ", "Ⅰ": "ⅰ", "Ⅱ": "ⅱ", "Ⅲ": "ⅲ", "Ⅳ": "ⅳ", "Ⅴ": "ⅴ", "Ⅵ": "ⅵ", "Ⅶ": "ⅶ", "Ⅷ": "ⅷ", "Ⅸ": "ⅸ", "Ⅹ": "ⅹ", "Ⅺ": "ⅺ", "Ⅻ": "ⅻ", "Ⅼ": "ⅼ", "Ⅽ": "ⅽ", "Ⅾ": "ⅾ", "Ⅿ": "ⅿ", "Ↄ": "ↄ", "Ⓐ": "ⓐ", "Ⓑ": "ⓑ", "Ⓒ": "ⓒ", "Ⓓ": "ⓓ", "Ⓔ": "ⓔ", "Ⓕ": "ⓕ", "Ⓖ": "ⓖ", "Ⓗ": "ⓗ", "Ⓘ": "ⓘ", "Ⓙ": "ⓙ", "Ⓚ": "ⓚ", "Ⓛ": "ⓛ", "Ⓜ": "ⓜ", "Ⓝ": "ⓝ", "Ⓞ": "ⓞ", "Ⓟ": "ⓟ", "Ⓠ": "ⓠ", "Ⓡ": "ⓡ", "Ⓢ": "ⓢ", "Ⓣ": "ⓣ", "Ⓤ": "ⓤ", "Ⓥ": "ⓥ", "Ⓦ": "ⓦ", "Ⓧ": "ⓧ", "Ⓨ": "ⓨ", "Ⓩ": "ⓩ", "Ⰰ": "ⰰ", "Ⰱ": "ⰱ", "Ⰲ": "ⰲ", "Ⰳ": "ⰳ", "Ⰴ": "ⰴ", "Ⰵ": "ⰵ", "Ⰶ": "ⰶ", "Ⰷ": "ⰷ", "Ⰸ": "ⰸ", "Ⰹ": "ⰹ", "Ⰺ": "ⰺ", "Ⰻ": "ⰻ", "Ⰼ": "ⰼ", "Ⰽ": "ⰽ", "Ⰾ": "ⰾ", "Ⰿ": "ⰿ", "Ⱀ": "ⱀ", "Ⱁ": "ⱁ", "Ⱂ": "ⱂ", "Ⱃ": "ⱃ", "Ⱄ": "ⱄ", "Ⱅ": "ⱅ", "Ⱆ": "ⱆ", "Ⱇ": "ⱇ", "Ⱈ": "ⱈ", "Ⱉ": "ⱉ", "Ⱊ": "ⱊ", "Ⱋ": "ⱋ", "Ⱌ": "ⱌ", "Ⱍ": "ⱍ", "Ⱎ": "ⱎ", "Ⱏ": "ⱏ", "Ⱐ": "ⱐ", "Ⱑ": "ⱑ", "Ⱒ": "ⱒ", "Ⱓ": "ⱓ", "Ⱔ": "ⱔ", "Ⱕ": "ⱕ", "Ⱖ": "ⱖ", "Ⱗ": "ⱗ", "Ⱘ": "ⱘ", "Ⱙ": "ⱙ", "Ⱚ": "ⱚ", "Ⱛ": "ⱛ", "Ⱜ": "ⱜ", "Ⱝ": "ⱝ", "Ⱞ": "ⱞ", "Ⱟ": "ⱟ", "Ⱡ": "ⱡ", "Ɫ": "ɫ", "Ᵽ": "ᵽ", "Ɽ": "ɽ", "Ⱨ": "ⱨ", "Ⱪ": "ⱪ", "Ⱬ": "ⱬ", "Ɑ": "ɑ", "Ɱ": "ɱ", "Ɐ": "ɐ", "Ɒ": "ɒ", "Ⱳ": "ⱳ", "Ⱶ": "ⱶ", "Ȿ": "ȿ", "Ɀ": "ɀ", "Ⲁ": "ⲁ", "Ⲃ": "ⲃ", "Ⲅ": "ⲅ", "Ⲇ": "ⲇ", "Ⲉ": "ⲉ", "Ⲋ": "ⲋ", "Ⲍ": "ⲍ", "Ⲏ": "ⲏ", "Ⲑ": "ⲑ", "Ⲓ": "ⲓ", "Ⲕ": "ⲕ", "Ⲗ": "ⲗ", "Ⲙ": "ⲙ", "Ⲛ": "ⲛ", "Ⲝ": "ⲝ", "Ⲟ": "ⲟ", "Ⲡ": "ⲡ", "Ⲣ": "ⲣ", "Ⲥ": "ⲥ", "Ⲧ": "ⲧ", "Ⲩ": "ⲩ", "Ⲫ": "ⲫ", "Ⲭ": "ⲭ", "Ⲯ": "ⲯ", "Ⲱ": "ⲱ", "Ⲳ": "ⲳ", "Ⲵ": "ⲵ", "Ⲷ": "ⲷ", "Ⲹ": "ⲹ", "Ⲻ": "ⲻ", "Ⲽ": "ⲽ", "Ⲿ": "ⲿ", "Ⳁ": "ⳁ", "Ⳃ": "ⳃ", "Ⳅ": "ⳅ", "Ⳇ": "ⳇ", "Ⳉ": "ⳉ", "Ⳋ": "ⳋ", "Ⳍ": "ⳍ", "Ⳏ": "ⳏ", "Ⳑ": "ⳑ", "Ⳓ": "ⳓ", "Ⳕ": "ⳕ", "Ⳗ": "ⳗ", "Ⳙ": "ⳙ", "Ⳛ": "ⳛ", "Ⳝ": "ⳝ", "Ⳟ": "ⳟ", "Ⳡ": "ⳡ", "Ⳣ": "ⳣ", "Ⳬ": "ⳬ", "Ⳮ": "ⳮ", "Ⳳ": "ⳳ", "Ꙁ": "ꙁ", "Ꙃ": "ꙃ", "Ꙅ": "ꙅ", "Ꙇ": "ꙇ", "Ꙉ": "ꙉ", "Ꙋ": "ꙋ", "Ꙍ": "ꙍ", "Ꙏ": "ꙏ", "Ꙑ": "ꙑ", "Ꙓ": "ꙓ", "Ꙕ": "ꙕ", "Ꙗ": "ꙗ", "Ꙙ": "ꙙ", "Ꙛ": "ꙛ", "Ꙝ": "ꙝ", "Ꙟ": "ꙟ", "Ꙡ": "ꙡ", "Ꙣ": "ꙣ", "Ꙥ": "ꙥ", "Ꙧ": "ꙧ", "Ꙩ": "ꙩ", "Ꙫ": "ꙫ", "Ꙭ": "ꙭ", "Ꚁ": "ꚁ", "Ꚃ": "ꚃ", "Ꚅ": "ꚅ", "Ꚇ": "ꚇ", "Ꚉ": "ꚉ", "Ꚋ": "ꚋ", "Ꚍ": "ꚍ", "Ꚏ": "ꚏ", "Ꚑ": "ꚑ", "Ꚓ": "ꚓ", "Ꚕ": "ꚕ", "Ꚗ": "ꚗ", "Ꚙ": "ꚙ", "Ꚛ": "ꚛ", "Ꜣ": "ꜣ", "Ꜥ": "ꜥ", "Ꜧ": "ꜧ", "Ꜩ": "ꜩ", "Ꜫ": "ꜫ", "Ꜭ": "ꜭ", "Ꜯ": "ꜯ", "Ꜳ": "ꜳ", "Ꜵ": "ꜵ", "Ꜷ": "ꜷ", "Ꜹ": "ꜹ", "Ꜻ": "ꜻ", "Ꜽ": "ꜽ", "Ꜿ": "ꜿ", "Ꝁ": "ꝁ", "Ꝃ": "ꝃ", "Ꝅ": "ꝅ", "Ꝇ": "ꝇ", "Ꝉ": "ꝉ", "Ꝋ": "ꝋ", "Ꝍ": "ꝍ", "Ꝏ": "ꝏ", "Ꝑ": "ꝑ", "Ꝓ": "ꝓ", "Ꝕ": "ꝕ", "Ꝗ": "ꝗ", "Ꝙ": "ꝙ", "Ꝛ": "ꝛ", "Ꝝ": "ꝝ", "Ꝟ": "ꝟ", "Ꝡ": "ꝡ", "Ꝣ": "ꝣ", "Ꝥ": "ꝥ", "Ꝧ": "ꝧ", "Ꝩ": "ꝩ", "Ꝫ": "ꝫ", "Ꝭ": "ꝭ", "Ꝯ": "ꝯ", "Ꝺ": "ꝺ", "Ꝼ": "ꝼ", "Ᵹ": "ᵹ", "Ꝿ": "ꝿ", "Ꞁ": "ꞁ", "Ꞃ": "ꞃ", "Ꞅ": "ꞅ", "Ꞇ": "ꞇ", "Ꞌ": "ꞌ", "Ɥ": "ɥ", "Ꞑ": "ꞑ", "Ꞓ": "ꞓ", "Ꞗ": "ꞗ", "Ꞙ": "ꞙ", "Ꞛ": "ꞛ", "Ꞝ": "ꞝ", "Ꞟ": "ꞟ", "Ꞡ": "ꞡ", "Ꞣ": "ꞣ", "Ꞥ": "ꞥ", "Ꞧ": "ꞧ", "Ꞩ": "ꞩ", "Ɦ": "ɦ", "Ɜ": "ɜ", "Ɡ": "ɡ", "Ɬ": "ɬ", "Ɪ": "ɪ", "Ʞ": "ʞ", "Ʇ": "ʇ", "Ʝ": "ʝ", "Ꭓ": "ꭓ", "Ꞵ": "ꞵ", "Ꞷ": "ꞷ", "Ꞹ": "ꞹ", "Ꞻ": "ꞻ", "Ꞽ": "ꞽ", "Ꞿ": "ꞿ", "Ꟁ": "ꟁ", "Ꟃ": "ꟃ", "Ꞔ": "ꞔ", "Ʂ": "ʂ", "Ᶎ": "ᶎ", "Ꟈ": "ꟈ", "Ꟊ": "ꟊ", "Ꟑ": "ꟑ", "Ꟗ": "ꟗ", "Ꟙ": "ꟙ", "Ꟶ": "ꟶ", "ꭰ": "Ꭰ", "ꭱ": "Ꭱ", "ꭲ": "Ꭲ", "ꭳ": "Ꭳ", "ꭴ": "Ꭴ", "ꭵ": "Ꭵ", "ꭶ": "Ꭶ", "ꭷ": "Ꭷ", "ꭸ": "Ꭸ", "ꭹ": "Ꭹ", "ꭺ": "Ꭺ", "ꭻ": "Ꭻ", "ꭼ": "Ꭼ", "ꭽ": "Ꭽ", "ꭾ": "Ꭾ", "ꭿ": "Ꭿ", "ꮀ": "Ꮀ", "ꮁ": "Ꮁ", "ꮂ": "Ꮂ", "ꮃ": "Ꮃ", "ꮄ": "Ꮄ", "ꮅ": "Ꮅ", "ꮆ": "Ꮆ", "ꮇ": "Ꮇ", "ꮈ": "Ꮈ", "ꮉ": "Ꮉ", "ꮊ": "Ꮊ", "ꮋ": "Ꮋ", "ꮌ": "Ꮌ", "ꮍ": "Ꮍ", "ꮎ": "Ꮎ", "ꮏ": "Ꮏ", "ꮐ": "Ꮐ", "ꮑ": "Ꮑ", "ꮒ": "Ꮒ", "ꮓ": "Ꮓ", "ꮔ": "Ꮔ", "ꮕ": "Ꮕ", "ꮖ": "Ꮖ", "ꮗ": "Ꮗ", "ꮘ": "Ꮘ", "ꮙ": "Ꮙ", "ꮚ": "Ꮚ", "ꮛ": "Ꮛ", "ꮜ": "Ꮜ", "ꮝ": "Ꮝ", "ꮞ": "Ꮞ", "ꮟ": "Ꮟ", "ꮠ": "Ꮠ", "ꮡ": "Ꮡ", "ꮢ": "Ꮢ", "ꮣ": "Ꮣ", "ꮤ": "Ꮤ", "ꮥ": "Ꮥ", "ꮦ": "Ꮦ", "ꮧ": "Ꮧ", "ꮨ": "Ꮨ", "ꮩ": "Ꮩ", "ꮪ": "Ꮪ", "ꮫ": "Ꮫ", "ꮬ": "Ꮬ", "ꮭ": "Ꮭ", "ꮮ": "Ꮮ", "ꮯ": "Ꮯ", "ꮰ": "Ꮰ", "ꮱ": "Ꮱ", "ꮲ": "Ꮲ", "ꮳ": "Ꮳ", "ꮴ": "Ꮴ", "ꮵ": "Ꮵ", "ꮶ": "Ꮶ", "ꮷ": "Ꮷ", "ꮸ": "Ꮸ", "ꮹ": "Ꮹ", "ꮺ": "Ꮺ", "ꮻ": "Ꮻ", "ꮼ": "Ꮼ", "ꮽ": "Ꮽ", "ꮾ": "Ꮾ", "ꮿ": "Ꮿ", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ﬓ": "մն", "ﬔ": "մե", "ﬕ": "մի", "ﬖ": "վն", "ﬗ": "մխ", "Ａ": "ａ", "Ｂ": "ｂ", "Ｃ": "ｃ", "Ｄ": "ｄ", "Ｅ": "ｅ", "Ｆ": "ｆ", "Ｇ": "ｇ", "Ｈ": "ｈ", "Ｉ": "ｉ", "Ｊ": "ｊ", "Ｋ": "ｋ", "Ｌ": "ｌ", "Ｍ": "ｍ", "Ｎ": "ｎ", "Ｏ": "ｏ", "Ｐ": "ｐ", "Ｑ": "ｑ", "Ｒ": "ｒ", "Ｓ": "ｓ", "Ｔ": "ｔ", "Ｕ": "ｕ", "Ｖ": "ｖ", "Ｗ": "ｗ", "Ｘ": "ｘ", "Ｙ": "ｙ", "Ｚ": "ｚ", "𐐀": "𐐨", "𐐁": "𐐩", "𐐂": "𐐪", "𐐃": "𐐫", "𐐄": "𐐬", "𐐅": "𐐭", "𐐆": "𐐮", "𐐇": "𐐯", "𐐈": "𐐰", "𐐉": "𐐱", "𐐊": "𐐲", "𐐋": "𐐳", "𐐌": "𐐴", "𐐍": "𐐵", "𐐎": "𐐶", "𐐏": "𐐷", "𐐐": "𐐸", "𐐑": "𐐹", "𐐒": "𐐺", "𐐓": "𐐻", "𐐔": "𐐼", "𐐕": "𐐽", "𐐖": "𐐾", "𐐗": "𐐿", "𐐘": "𐑀", "𐐙": "𐑁", "𐐚": "𐑂", "𐐛": "𐑃", "𐐜": "𐑄", "𐐝": "𐑅", "𐐞": "𐑆", "𐐟": "𐑇", "𐐠": "𐑈", "𐐡": "𐑉", "𐐢": "𐑊", "𐐣": "𐑋", "𐐤": "𐑌", "𐐥": "𐑍", "𐐦": "𐑎", "𐐧": "𐑏", "𐒰": "𐓘", "𐒱": "𐓙", "𐒲": "𐓚", "𐒳": "𐓛", "𐒴": "𐓜", "𐒵": "𐓝", "𐒶": "𐓞", "𐒷": "𐓟", "𐒸": "𐓠", "𐒹": "𐓡", "𐒺": "𐓢", "𐒻": "𐓣", "𐒼": "𐓤", "𐒽": "𐓥", "𐒾": "𐓦", "𐒿": "𐓧", "𐓀": "𐓨", "𐓁": "𐓩", "𐓂": "𐓪", "𐓃": "𐓫", "𐓄": "𐓬", "𐓅": "𐓭", "𐓆": "𐓮", "𐓇": "𐓯", "𐓈": "𐓰", "𐓉": "𐓱", "𐓊": "𐓲", "𐓋": "𐓳", "𐓌": "𐓴", "𐓍": "𐓵", "𐓎": "𐓶", "𐓏": "𐓷", "𐓐": "𐓸", "𐓑": "𐓹", "𐓒": "𐓺", "𐓓": "𐓻", "𐕰": "𐖗", "𐕱": "𐖘", "𐕲": "𐖙", "𐕳": "𐖚", "𐕴": "𐖛", "𐕵": "𐖜", "𐕶": "𐖝", "𐕷": "𐖞", "𐕸": "𐖟", "𐕹": "𐖠", "𐕺": "𐖡", "𐕼": "𐖣", "𐕽": "𐖤", "𐕾": "𐖥", "𐕿": "𐖦", "𐖀": "𐖧", "𐖁": "𐖨", "𐖂": "𐖩", "𐖃": "𐖪", "𐖄": "𐖫", "𐖅": "𐖬", "𐖆": "𐖭", "𐖇": "𐖮", "𐖈": "𐖯", "𐖉": "𐖰", "𐖊": "𐖱", "𐖌": "𐖳", "𐖍": "𐖴", "𐖎": "𐖵", "𐖏": "𐖶", "𐖐": "𐖷", "𐖑": "𐖸", "𐖒": "𐖹", "𐖔": "𐖻", "𐖕": "𐖼", "𐲀": "𐳀", "𐲁": "𐳁", "𐲂": "𐳂", "𐲃": "𐳃", "𐲄": "𐳄", "𐲅": "𐳅", "𐲆": "𐳆", "𐲇": "𐳇", "𐲈": "𐳈", "𐲉": "𐳉", "𐲊": "𐳊", "𐲋": "𐳋", "𐲌": "𐳌", "𐲍": "𐳍", "𐲎": "𐳎", "𐲏": "𐳏", "𐲐": "𐳐", "𐲑": "𐳑", "𐲒": "𐳒", "𐲓": "𐳓", "𐲔": "𐳔", "𐲕": "𐳕", "𐲖": "𐳖", "𐲗": "𐳗", "𐲘": "𐳘", "𐲙": "𐳙", "𐲚": "𐳚", "𐲛": "𐳛", "𐲜": "𐳜", "𐲝": "𐳝", "𐲞": "𐳞", "𐲟": "𐳟", "𐲠": "𐳠", "𐲡": "𐳡", "𐲢": "𐳢", "𐲣": "𐳣", "𐲤": "𐳤", "𐲥": "𐳥", "𐲦": "𐳦", "𐲧": "𐳧", "𐲨": "𐳨", "𐲩": "𐳩", "𐲪": "𐳪", "𐲫": "𐳫", "𐲬": "𐳬", "𐲭": "𐳭", "𐲮": "𐳮", "𐲯": "𐳯", "𐲰": "𐳰", "𐲱": "𐳱", "𐲲": "𐳲", "𑢠": "𑣀", "𑢡": "𑣁", "𑢢": "𑣂", "𑢣": "𑣃", "𑢤": "𑣄", "𑢥": "𑣅", "𑢦": "𑣆", "𑢧": "𑣇", "𑢨": "𑣈", "𑢩": "𑣉", "𑢪": "𑣊", "𑢫": "𑣋", "𑢬": "𑣌", "𑢭": "𑣍", "𑢮": "𑣎", "𑢯": "𑣏", "𑢰": "𑣐", "𑢱": "𑣑", "𑢲": "𑣒", "𑢳": "𑣓", "𑢴": "𑣔", "𑢵": "𑣕", "𑢶": "𑣖", "𑢷": "𑣗", "𑢸": "𑣘", "𑢹": "𑣙", "𑢺": "𑣚", "𑢻": "𑣛", "𑢼": "𑣜", "𑢽": "𑣝", "𑢾": "𑣞", "𑢿": "𑣟", "𖹀": "𖹠", "𖹁": "𖹡", "𖹂": "𖹢", "𖹃": "𖹣", "𖹄": "𖹤", "𖹅": "𖹥", "𖹆": "𖹦", "𖹇": "𖹧", "𖹈": "𖹨", "𖹉": "𖹩", "𖹊": "𖹪", "𖹋": "𖹫", "𖹌": "𖹬", "𖹍": "𖹭", "𖹎": "𖹮", "𖹏": "𖹯", "𖹐": "𖹰", "𖹑": "𖹱", "𖹒": "𖹲", "𖹓": "𖹳", "𖹔": "𖹴", "𖹕": "𖹵", "𖹖": "𖹶", "𖹗": "𖹷", "𖹘": "𖹸", "𖹙": "𖹹", "𖹚": "𖹺", "𖹛": "𖹻", "𖹜": "𖹼", "𖹝": "𖹽", "𖹞": "𖹾", "𖹟": "𖹿", "𞤀": "𞤢", "𞤁": "𞤣", "𞤂": "𞤤", "𞤃": "𞤥", "𞤄": "𞤦", "𞤅": "𞤧", "𞤆": "𞤨", "𞤇": "𞤩", "𞤈": "𞤪", "𞤉": "𞤫", "𞤊": "𞤬", "𞤋": "𞤭", "𞤌": "𞤮", "𞤍": "𞤯", "𞤎": "𞤰", "𞤏": "𞤱", "𞤐": "𞤲", "𞤑": "𞤳", "𞤒": "𞤴", "𞤓": "𞤵", "𞤔": "𞤶", "𞤕": "𞤷", "𞤖": "𞤸", "𞤗": "𞤹", "𞤘": "𞤺", "𞤙": "𞤻", "𞤚": "𞤼", "𞤛": "𞤽", "𞤜": "𞤾", "𞤝": "𞤿", "𞤞": "𞥀", "𞤟": "𞥁", "𞤠": "𞥂", "𞤡": "𞥃"}'::jsonb;


REVOKE ALL ON FUNCTION henk.case_folds() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.case_folds() TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.case_folds_class() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '[\u00b5\u00c0-\u00d6\u00d8-\u00df\u0100\u0102\u0104\u0106\u0108\u010a\u010c\u010e\u0110\u0112\u0114\u0116\u0118\u011a\u011c\u011e\u0120\u0122\u0124\u0126\u0128\u012a\u012c\u012e\u0130\u0132\u0134\u0136\u0139\u013b\u013d\u013f\u0141\u0143\u0145\u0147\u0149-\u014a\u014c\u014e\u0150\u0152\u0154\u0156\u0158\u015a\u015c\u015e\u0160\u0162\u0164\u0166\u0168\u016a\u016c\u016e\u0170\u0172\u0174\u0176\u0178-\u0179\u017b\u017d\u017f\u0181-\u0182\u0184\u0186-\u0187\u0189-\u018b\u018e-\u0191\u0193-\u0194\u0196-\u0198\u019c-\u019d\u019f-\u01a0\u01a2\u01a4\u01a6-\u01a7\u01a9\u01ac\u01ae-\u01af\u01b1-\u01b3\u01b5\u01b7-\u01b8\u01bc\u01c4-\u01c5\u01c7-\u01c8\u01ca-\u01cb\u01cd\u01cf\u01d1\u01d3\u01d5\u01d7\u01d9\u01db\u01de\u01e0\u01e2\u01e4\u01e6\u01e8\u01ea\u01ec\u01ee\u01f0-\u01f2\u01f4\u01f6-\u01f8\u01fa\u01fc\u01fe\u0200\u0202\u0204\u0206\u0208\u020a\u020c\u020e\u0210\u0212\u0214\u0216\u0218\u021a\u021c\u021e\u0220\u0222\u0224\u0226\u0228\u022a\u022c\u022e\u0230\u0232\u023a-\u023b\u023d-\u023e\u0241\u0243-\u0246\u0248\u024a\u024c\u024e\u0345\u0370\u0372\u0376\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ab\u03b0\u03c2\u03cf-\u03d1\u03d5-\u03d6\u03d8\u03da\u03dc\u03de\u03e0\u03e2\u03e4\u03e6\u03e8\u03ea\u03ec\u03ee\u03f0-\u03f1\u03f4-\u03f5\u03f7\u03f9-\u03fa\u03fd-\u042f\u0460\u0462\u0464\u0466\u0468\u046a\u046c\u046e\u0470\u0472\u0474\u0476\u0478\u047a\u047c\u047e\u0480\u048a\u048c\u048e\u0490\u0492\u0494\u0496\u0498\u049a\u049c\u049e\u04a0\u04a2\u04a4\u04a6\u04a8\u04aa\u04ac\u04ae\u04b0\u04b2\u04b4\u04b6\u04b8\u04ba\u04bc\u04be\u04c0-\u04c1\u04c3\u04c5\u04c7\u04c9\u04cb\u04cd\u04d0\u04d2\u04d4\u04d6\u04d8\u04da\u04dc\u04de\u04e0\u04e2\u04e4\u04e6\u04e8\u04ea\u04ec\u04ee\u04f0\u04f2\u04f4\u04f6\u04f8\u04fa\u04fc\u04fe\u0500\u0502\u0504\u0506\u0508\u050a\u050c\u050e\u0510\u0512\u0514\u0516\u0518\u051a\u051c\u051e\u0520\u0522\u0524\u0526\u0528\u052a\u052c\u052e\u0531-\u0556\u0587\u10a0-\u10c5\u10c7\u10cd\u13f8-\u13fd\u1c80-\u1c88\u1c90-\u1cba\u1cbd-\u1cbf\u1e00\u1e02\u1e04\u1e06\u1e08\u1e0a\u1e0c\u1e0e\u1e10\u1e12\u1e14\u1e16\u1e18\u1e1a\u1e1c\u1e1e\u1e20\u1e22\u1e24\u1e26\u1e28\u1e2a\u1e2c\u1e2e\u1e30\u1e32\u1e34\u1e36\u1e38\u1e3a\u1e3c\u1e3e\u1e40\u1e42\u1e44\u1e46\u1e48\u1e4a\u1e4c\u1e4e\u1e50\u1e52\u1e54\u1e56\u1e58\u1e5a\u1e5c\u1e5e\u1e60\u1e62\u1e64\u1e66\u1e68\u1e6a\u1e6c\u1e6e\u1e70\u1e72\u1e74\u1e76\u1e78\u1e7a\u1e7c\u1e7e\u1e80\u1e82\u1e84\u1e86\u1e88\u1e8a\u1e8c\u1e8e\u1e90\u1e92\u1e94\u1e96-\u1e9b\u1e9e\u1ea0\u1ea2\u1ea4\u1ea6\u1ea8\u1eaa\u1eac\u1eae\u1eb0\u1eb2\u1eb4\u1eb6\u1eb8\u1eba\u1ebc\u1ebe\u1ec0\u1ec2\u1ec4\u1ec6\u1ec8\u1eca\u1ecc\u1ece\u1ed0\u1ed2\u1ed4\u1ed6\u1ed8\u1eda\u1edc\u1ede\u1ee0\u1ee2\u1ee4\u1ee6\u1ee8\u1eea\u1eec\u1eee\u1ef0\u1ef2\u1ef4\u1ef6\u1ef8\u1efa\u1efc\u1efe\u1f08-\u1f0f\u1f18-\u1f1d\u1f28-\u1f2f\u1f38-\u1f3f\u1f48-\u1f4d\u1f50\u1f52\u1f54\u1f56\u1f59\u1f5b\u1f5d\u1f5f\u1f68-\u1f6f\u1f80-\u1faf\u1fb2-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd2-\u1fd3\u1fd6-\u1fdb\u1fe2-\u1fe4\u1fe6-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2126\u212a-\u212b\u2132\u2160-\u216f\u2183\u24b6-\u24cf\u2c00-\u2c2f\u2c60\u2c62-\u2c64\u2c67\u2c69\u2c6b\u2c6d-\u2c70\u2c72\u2c75\u2c7e-\u2c80\u2c82\u2c84\u2c86\u2c88\u2c8a\u2c8c\u2c8e\u2c90\u2c92\u2c94\u2c96\u2c98\u2c9a\u2c9c\u2c9e\u2ca0\u2ca2\u2ca4\u2ca6\u2ca8\u2caa\u2cac\u2cae\u2cb0\u2cb2\u2cb4\u2cb6\u2cb8\u2cba\u2cbc\u2cbe\u2cc0\u2cc2\u2cc4\u2cc6\u2cc8\u2cca\u2ccc\u2cce\u2cd0\u2cd2\u2cd4\u2cd6\u2cd8\u2cda\u2cdc\u2cde\u2ce0\u2ce2\u2ceb\u2ced\u2cf2\ua640\ua642\ua644\ua646\ua648\ua64a\ua64c\ua64e\ua650\ua652\ua654\ua656\ua658\ua65a\ua65c\ua65e\ua660\ua662\ua664\ua666\ua668\ua66a\ua66c\ua680\ua682\ua684\ua686\ua688\ua68a\ua68c\ua68e\ua690\ua692\ua694\ua696\ua698\ua69a\ua722\ua724\ua726\ua728\ua72a\ua72c\ua72e\ua732\ua734\ua736\ua738\ua73a\ua73c\ua73e\ua740\ua742\ua744\ua746\ua748\ua74a\ua74c\ua74e\ua750\ua752\ua754\ua756\ua758\ua75a\ua75c\ua75e\ua760\ua762\ua764\ua766\ua768\ua76a\ua76c\ua76e\ua779\ua77b\ua77d-\ua77e\ua780\ua782\ua784\ua786\ua78b\ua78d\ua790\ua792\ua796\ua798\ua79a\ua79c\ua79e\ua7a0\ua7a2\ua7a4\ua7a6\ua7a8\ua7aa-\ua7ae\ua7b0-\ua7b4\ua7b6\ua7b8\ua7ba\ua7bc\ua7be\ua7c0\ua7c2\ua7c4-\ua7c7\ua7c9\ua7d0\ua7d6\ua7d8\ua7f5\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\U00010400-\U00010427\U000104b0-\U000104d3\U00010570-\U0001057a\U0001057c-\U0001058a\U0001058c-\U00010592\U00010594-\U00010595\U00010c80-\U00010cb2\U000118a0-\U000118bf\U00016e40-\U00016e5f\U0001e900-\U0001e921]'::text;


REVOKE ALL ON FUNCTION henk.case_folds_class() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.case_folds_class() TO service_role;


-- Migrations: 0008.
CREATE FUNCTION henk.check_filter() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.compile_filter(NEW.filter_criteria);
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.check_filter() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.check_filter() TO service_role;


-- Few change what they refer to, and all others are not to be kept for the statement's end.
-- Migrations: 0023.
CREATE FUNCTION henk.check_moved_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.lead_imports i WHERE i.id = NEW.import_id AND i.business_id = NEW.business_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM henk.refuse_stranger('import', NEW.import_id);
    END IF;
    PERFORM FROM public.leads l WHERE l.id = NEW.lead_id AND l.business_id = NEW.business_id;
    IF NOT FOUND THEN
        PERFORM henk.refuse_stranger('lead', NEW.lead_id);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.check_moved_provenance() FROM PUBLIC;


-- Migrations: 0023.
CREATE FUNCTION henk.check_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    strange uuid;
BEGIN
    -- EXECUTE: planned for as many lines as there are, not as a statement before had.
    EXECUTE 'SELECT c.import_id FROM (SELECT DISTINCT import_id, business_id FROM came) c WHERE NOT EXISTS ('
        'SELECT FROM public.lead_imports i WHERE i.id = c.import_id AND i.business_id = c.business_id FOR KEY SHARE) LIMIT 1' INTO strange;
    PERFORM henk.refuse_stranger('import', strange);
    EXECUTE 'SELECT c.lead_id FROM came c WHERE c.lead_id IS NOT NULL AND NOT EXISTS ('
        'SELECT FROM public.leads l WHERE l.id = c.lead_id AND l.business_id = c.business_id) LIMIT 1' INTO strange;
    PERFORM henk.refuse_stranger('lead', strange);
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.check_provenance() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.comparable_given_name(p_first text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.comparable_given_name(p_first text) TO service_role;


-- Given names with initials apart ("J.R." as "J. R.") and without the title before them; "Mrs." before a name that is not
-- known to be a woman's stays: henk_pipeline.leads.given_names.comparable_given_names.
-- Migrations: 0042.
CREATE FUNCTION henk.comparable_given_name(p_first text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $_$
DECLARE
    words text[];
    bare integer := 1;
    taken text[];
    is_woman boolean;
BEGIN
    IF p_first !~ '[. \u0009-\u000d]|[^\u0001-~]' OR henk.lowered(p_first) !~ '^[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*(representative|congresswoman|councilwoman|mademoiselle|congressman|ambassador|archbishop|councilman|honourable|lieutenant|commander|honorable|monsignor|professor|cardinal|fräulein|governor|monsieur|reverend|sergeant|señorita|admiral|brother|captain|colonel|general|justice|mevrouw|senator|senhora|bishop|cantor|deacon|doctor|father|madame|messrs|mister|pastor|senhor|señora|sister|judge|rabbi|right|señor|capt|cmdr|dame|frau|heer|herr|imam|lady|lord|mevr|miss|mlle|msgr|prof|srta|adm|amb|col|cpt|dhr|gen|gov|hon|ltc|maj|mme|mrs|rep|ret|rev|sen|sgt|sir|sra|the|br|dr|fr|hr|lt|mr|ms|mw|mx|sr)(\.|[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])'
        AND p_first !~ '(?<![0-9_A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff]\.[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff]' THEN
        RETURN p_first;
    END IF;
    words := regexp_split_to_array(regexp_replace(regexp_replace(regexp_replace(p_first, '(?<=[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff][A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])\.(?=[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])', '. ', 'g'),
        '(?<![0-9_A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])([A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])\.(?=[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])', '\1. ', 'g'), '^[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$', '', 'g'), '[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+');
    WHILE bare < cardinality(words) AND btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()') = ANY ('{adm,admiral,amb,ambassador,archbishop,bishop,br,brother,cantor,capt,captain,cardinal,cmdr,col,colonel,commander,congressman,congresswoman,councilman,councilwoman,cpt,dame,deacon,dhr,doctor,dr,father,fr,frau,fräulein,gen,general,gov,governor,heer,herr,hon,honorable,honourable,hr,imam,judge,justice,lady,lieutenant,lord,lt,ltc,madame,mademoiselle,maj,messrs,mevr,mevrouw,miss,mister,mlle,mme,monsieur,monsignor,mr,mrs,ms,msgr,mw,mx,pastor,prof,professor,rabbi,rep,representative,ret,rev,reverend,right,sen,senator,senhor,senhora,sergeant,señor,señora,señorita,sgt,sir,sister,sr,sra,srta,the}')
        AND (right(words[bare], 1) = '.' OR btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()') <> ALL ('{admiral,bishop,br,brother,cantor,captain,cardinal,colonel,commander,dame,deacon,doctor,father,gen,general,governor,heer,hon,imam,judge,justice,lady,lieutenant,lord,maj,miss,pastor,rabbi,representative,ret,right,senator,sergeant,sir,sister,sr,the}')) LOOP
        taken := taken || btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()');
        bare := bare + 1;
    END LOOP;
    is_woman := coalesce(henk.genders() ->> split_part(henk.folded(words[bare]), ' ', 1) = 'f', false);
    IF taken && '{dame,frau,fräulein,lady,madame,mademoiselle,mevr,mevrouw,miss,mlle,mme,mrs,ms,mw,senhora,señora,señorita,sister,sra,srta}' AND NOT is_woman OR taken && '{br,brother,dhr,father,fr,heer,herr,hr,lord,mister,monsieur,mr,senhor,señor,sir}' AND is_woman
        OR EXISTS (SELECT FROM unnest(words[bare:]) w WHERE btrim(replace(henk.case_folded(w), '.', ''), ',;()') = ANY ('{&,+,and,en,et,plus,und}')) THEN
        bare := 1;
    END IF;
    RETURN array_to_string(words[bare:], ' ');
END
$_$;


REVOKE ALL ON FUNCTION henk.compared_name(p_first_name text, p_last_name text, p_birth_date text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compared_name(p_first_name text, p_last_name text, p_birth_date text) TO service_role;


-- The names of a person as imports compare them.
-- Migrations: 0032, 0038.
CREATE FUNCTION henk.compared_name(p_first_name text, p_last_name text, p_birth_date text) RETURNS henk.compared_name
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
DECLARE
    name henk.compared_name;
    divided record := henk.divide_name(henk.folded(p_first_name), henk.folded(p_last_name));
BEGIN
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


REVOKE ALL ON FUNCTION henk.compared_person(p_first_name text, p_last_name text, p_custom jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compared_person(p_first_name text, p_last_name text, p_custom jsonb) TO service_role;


-- The names of a person with custom fields as imports compare them.
-- Migrations: 0042.
CREATE FUNCTION henk.compared_person(p_first_name text, p_last_name text, p_custom jsonb) RETURNS henk.compared_name
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN henk.compared_name(henk.comparable_given_name(henk.with_middle_name(p_first_name, p_custom)), henk.with_generation(p_last_name, p_custom), (p_custom ->> 'birth_date'::text));


REVOKE ALL ON FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb) TO service_role;


-- Which of a campaign's lists each member of one of them belongs to: the smallest priority, then the earliest assigned, of the active
-- assignments whose filter the lead meets. As SQL that gives lead_id and lead_list_id; $1 the filters, $2 the campaign, $3 the list.
-- Migrations: 0010.
CREATE FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    filtered text;
BEGIN
    SELECT jsonb_agg(a.filter_criteria ORDER BY a.id) INTO filters FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.is_active AND a.filter_criteria IS NOT NULL;
    SELECT string_agg(format(' UNION ALL SELECT m.lead_id, m.lead_list_id, %L::integer, %L::timestamptz, %L::uuid '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id WHERE m.lead_list_id = %L AND (%s)',
        t.priority, t.assigned_at, t.id, t.lead_list_id, henk.compile_filter(t.filter_criteria, format('{%s}', t.n - 1))), '')
    INTO filtered
    FROM (
        SELECT a.*, row_number() OVER (ORDER BY a.id) AS n FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.is_active AND a.filter_criteria IS NOT NULL) t;
    query := 'SELECT DISTINCT ON (o.lead_id) o.lead_id, o.lead_list_id FROM ('
        'SELECT m.lead_id, m.lead_list_id, a.priority, a.assigned_at, a.id '
        'FROM public.campaign_lead_lists a JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id '
        'WHERE a.campaign_id = $2 AND a.is_active AND a.filter_criteria IS NULL' || coalesce(filtered, '') || ') o '
        'JOIN public.lead_list_members mine ON mine.lead_id = o.lead_id AND mine.lead_list_id = $3 '
        'ORDER BY o.lead_id, o.priority, o.assigned_at, o.id';
END
$_$;


-- Filters. Numbers of custom fields are compared by their value in every comparison.
-- Migrations: 0008, 0033.
CREATE FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    asked text := p_criteria ->> 'field'; -- the field, where it is no custom field
    op text := p_criteria ->> 'op';
    value jsonb := p_criteria -> 'value';
    value_type text := jsonb_typeof(p_criteria -> 'value');
    kind text;
    cell text; -- the lead's value, as SQL
    given text; -- the filter's value, as SQL
    number text; -- the lead's value of a custom field as a number, as SQL
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
        cell := number;
        given := given || '::numeric';
    ELSIF kind = 'custom' AND op IN ('<', '<=', '>', '>=') THEN
        -- Dates as they are kept in custom fields, 2026-01-31 …, are in order as texts.
        given := format('to_char(%s AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')', henk.filter_moment(value, henk.filter_path(p_place, 'value'), p_path));
        cell := format('(CASE WHEN %1$s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}'' THEN left(%1$s, 10) END COLLATE "C")', cell);
    ELSE
        IF op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a text: it is compared by =, !=, in, contains or is_null', asked));
        ELSIF value_type IS NULL OR value_type NOT IN ('string', 'boolean') OR (value_type = 'boolean' AND kind = 'text') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a text', coalesce(asked, 'a custom field')));
        END IF;
        cell := format('henk.case_folded(%s)', cell);
        given := format('henk.case_folded(%s)', given);
    END IF;
    RETURN CASE op WHEN '!=' THEN format('(%s IS DISTINCT FROM %s)', cell, given)
        ELSE format('coalesce(%s %s %s, false)', cell, op, given) END;
END
$_$;


REVOKE ALL ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) TO service_role;


-- Criteria as an SQL condition over the alias l (a row of leads) and $1 (the criteria, or an object or array that holds them at p_place, a
-- path as #> takes it). Never null. Raises 22023 with the place of the mistake.
-- Migrations: 0008.
CREATE FUNCTION henk.compile_filter(p_criteria jsonb, p_place text DEFAULT '{}'::text, p_path text DEFAULT '$'::text, p_depth integer DEFAULT 1) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
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


REVOKE ALL ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_filter(p_criteria jsonb, p_place text, p_path text, p_depth integer) TO service_role;


REVOKE ALL ON FUNCTION henk.complete_assignments(p_assignments uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.complete_assignments(p_assignments uuid[]) TO service_role;


-- An assignment is done when none of its leads is to be called any more, and open again when one is. A list that is paused stays as it is.
-- By index: where statistics say that most rows are open, the planner reads the table until it meets one, past every row that is not.
-- Migrations: 0033.
CREATE FUNCTION henk.complete_assignments(p_assignments uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
    UPDATE public.campaign_lead_lists a SET completed_at = CASE WHEN o.is_open THEN NULL ELSE now() END
    FROM (SELECT t.id, t.total_leads = 0 OR EXISTS (SELECT FROM public.campaign_leads c
            WHERE c.campaign_id = t.campaign_id AND c.status IN ('new', 'queued', 'calling') AND c.lead_list_id = t.lead_list_id) AS is_open
        FROM public.campaign_lead_lists t WHERE t.id = ANY (p_assignments)) o
    WHERE a.id = o.id AND a.is_active AND o.is_open = (a.completed_at IS NOT NULL)
$$;


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


COMMENT ON FUNCTION henk.consent_direction(p_key text) IS 'What a key that a client sends says of calls: refusal, permission, unclear, words; null where it is not about calls.';


REVOKE ALL ON FUNCTION henk.consent_direction(p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.consent_direction(p_key text) TO service_role;


-- What a key of a sent element says of calls: 'refusal' (yes refuses), 'permission' (no refuses), 'unclear' (it is about consent, not understood),
-- 'words' (a status or code: words that refuse count, others do not); null where it is about something else, or about e-mail or post alone.
-- Migrations: 0031.
CREATE FUNCTION henk.consent_direction(p_key text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    words text := regexp_replace(henk.plain_text(p_key), '([a-z0-9])([A-Z])', '\1 \2', 'g');
BEGIN
    words := lower(regexp_replace(words, '([A-Z]+)([A-Z][a-z])', '\1 \2', 'g'));
    words := btrim(regexp_replace(regexp_replace(words, '[^[:alnum:]]+', ' ', 'g'), ' (flag|status|indicator|yn|y n|c)$', ''));
    RETURN CASE
        WHEN words ~ '\m(e ?mails?|newsletter|sms|texts?|texting|mail|mailing|post|postal|letter|brief|fax)\M'
            AND words !~ '\m(calls?|calling|phone|telephone|tel|voice|dnc|all|contact)\M' THEN NULL
        WHEN words ~ ('\m(preferred|best|last|next|first|number of|total|count) (\w+ )?(calls?|contact|phone)\M'
            '|\mcalls? (time|date|count|notes?|back|result|id)\M') THEN NULL
        WHEN words ~ ('\m(dnc|do not (call|contact|phone|ring|solicit|disturb)|donot(call|contact)|don ?t (call|contact|phone)|no (phone )?calls?'
            '|never call|no contact|no (phone )?solicit\w*|opt(ed)? ?out|unsubscribed?|suppress\w*|blocklist\w*|blacklist\w*|deceased|tps|ctps'
            '|telefonsperre|anrufsperre|werbesperre|nicht anrufen|ne pas appeler|no llamar|niet bellen|nao ligar|revoked|withdrawn)\M') THEN 'refusal'
        WHEN words ~ ('\m(opt(ed)? ?in|accepts? (phone )?calls?|accepts? contact|(may|can|ok|okay|allowed|happy) (we |to |be )*(call|contact|phone|called|contacted)'
            '|callable|contactable|allow (phone )?calls?|call ok|phone ok|darf angerufen werden|telefonerlaubnis|consent\w*|permissions?|einwilligung'
            '|consentement|consentimiento|toestemming)\M') THEN 'permission'
        WHEN words ~ '\m(opt|gdpr|tcpa|do not|donot|sperre|privacy preferences?)\M' THEN 'unclear'
        WHEN words ~ '\m(restrictions?|preferences?|solicit|status|dispositions?|segments?|codes?|types?|category|tags?|labels?)\M' THEN 'words' END;
END
$_$;


COMMENT ON FUNCTION henk.consent_of(p_direction text, p_cell text) IS 'What a cell under a key of consent means: no calls, calls, unclear; null where it is empty.';


REVOKE ALL ON FUNCTION henk.consent_of(p_direction text, p_cell text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.consent_of(p_direction text, p_cell text) TO service_role;


-- What a cell under such a key means: 'no calls', 'calls', 'unclear'; null where it is empty. Words that name a state hold whatever the key.
-- Migrations: 0031.
CREATE FUNCTION henk.consent_of(p_direction text, p_cell text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    cell text := coalesce(lower(btrim(henk.plain_text(p_cell))), '');
BEGIN
    RETURN CASE
        WHEN cell IN ('', '-', 'n/a', 'null', '[]', '{}', 'not specified') THEN NULL
        WHEN cell ~ henk.refusing_words() THEN 'no calls'
        WHEN p_direction = 'words' THEN NULL
        WHEN cell ~ '(?<!not )\m(unsubscribed?|withdrawn|revoked|declined|refused|denied|died)\M' THEN 'no calls'
        WHEN cell ~ '\m(opt(ed)?[ _-]*in|subscribed|granted|allowed?|permitted|consented|agreed|ok|okay|callable)\M' AND cell !~ '\m(not|no|never)\M' THEN 'calls'
        WHEN p_direction = 'unclear' THEN CASE WHEN cell NOT IN ('none', 'unknown', 'no restriction', 'no restrictions') THEN 'unclear' END
        WHEN cell ~ ('^(true|t|yes|y|1|on|x|ja|j|oui|o|si|sí|sim|s|checked|✓|✔|1\.0|\d{4}-\d{2}-\d{2}([t ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})$')
            THEN CASE p_direction WHEN 'refusal' THEN 'no calls' ELSE 'calls' END
        WHEN cell ~ '^(false|f|no|n|0|off|nein|non|nee|não|nao|unchecked|none|never|0\.0)$' THEN CASE p_direction WHEN 'refusal' THEN 'calls' ELSE 'no calls' END
        ELSE 'unclear' END;
END
$_$;


COMMENT ON FUNCTION henk.contact_pattern(p_emails text[], p_phones text[]) IS 'A regular expression that finds one of these contacts in a text; null where there is none.';


REVOKE ALL ON FUNCTION henk.contact_pattern(p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.contact_pattern(p_emails text[], p_phones text[]) TO service_role;


-- A regular expression, compared without case, that finds one of these contacts in a text: phones by their last nine digits.
-- Migrations: 0031.
CREATE FUNCTION henk.contact_pattern(p_emails text[], p_phones text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg(p.pattern, '|'::text) AS string_agg FROM (SELECT (('(?<![[:alnum:]._%+-])'::text || regexp_replace(e.email, '([^[:alnum:]@])'::text, '\\\1'::text, 'g'::text)) || '(?![[:alnum:]-]|[.][[:alnum:]])'::text) AS pattern FROM unnest(contact_pattern.p_emails) e(email) WHERE (e.email ~ '@'::text) UNION SELECT (('(?<![0-9])(?:[+]?[0-9(]{1,5}[ ()./-]{0,3}){0,3}'::text || regexp_replace("right"(regexp_replace(p_1.phone, '[^0-9]'::text, ''::text, 'g'::text), 9), '([0-9])(?=[0-9])'::text, '\1[ ()./-]{0,3}'::text, 'g'::text)) || '(?![0-9])'::text) FROM unnest(contact_pattern.p_phones) p_1(phone) WHERE (length(regexp_replace(p_1.phone, '[^0-9]'::text, ''::text, 'g'::text)) >= 9)) p);


-- Contacts in the custom fields of a person: addresses, and numbers that are written as numbers or stand under a name of one. Not those of another
-- person ("Spouse Phone").
-- Migrations: 0031.
CREATE FUNCTION henk.contacts_in_fields(p_fields jsonb, p_region text) RETURNS TABLE(channel text, value text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT c.channel, c.value
    FROM jsonb_each_text(CASE jsonb_typeof(p_fields) WHEN 'object' THEN p_fields ELSE '{}' END) f (name, cell)
    CROSS JOIN LATERAL (
        SELECT 'email' AS channel, a AS value FROM unnest(henk.addresses_in(f.cell)) a WHERE a ~ '^\S+@\S+\.\S+$'
        UNION ALL
        SELECT 'phone', k FROM unnest(henk.phone_keys(left(f.cell, 1000), p_region)) k
        WHERE k LIKE '+%' AND (f.name ~* '(phone|tel|mobil|cell|fax|handy|sms|whatsapp|movil|móvil|numéro|portable)'
            OR (f.cell ~ '(\+|\(\d|\d[ .-]+\d)' AND f.cell !~ '\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d)'))) c
    WHERE f.name !~* ('(spouse|partner|husband|wife|emergency|assistant|secretary|parent|mother|father|guardian|child|sibling|referr|recruit|captain'
        '|agent|manager|owner|assigned|fundraiser|solicitor|caller|employer|company|organi[sz]ation|office|branch)')
$_$;


COMMENT ON FUNCTION henk.contacts_in_fields(p_fields jsonb, p_region text) IS 'Addresses and numbers (E.164) in the custom fields of a person, but for those of another person.';


REVOKE ALL ON FUNCTION henk.contacts_in_fields(p_fields jsonb, p_region text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.contacts_in_fields(p_fields jsonb, p_region text) TO service_role;


REVOKE ALL ON FUNCTION henk.contacts_of(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.contacts_of(p_lead_id uuid) TO service_role;


-- Every e-mail address and telephone that a lead has or had, as files and merges told of it.
-- Migrations: 0019, 0031.
CREATE FUNCTION henk.contacts_of(p_lead_id uuid) RETURNS TABLE(channel text, value text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH region AS (
        SELECT henk.region_of(l.country, b.default_country) AS region FROM public.leads l JOIN public.businesses b ON b.id = l.business_id WHERE l.id = p_lead_id
    ), descriptions AS (
        SELECT to_jsonb(l) AS description FROM public.leads l WHERE l.id = p_lead_id
        UNION ALL SELECT t.description FROM public.lead_import_rows r CROSS JOIN unnest(ARRAY[r.lost, r.replaced, r.written]) t (description)
        WHERE r.lead_id = p_lead_id
        UNION ALL SELECT d.lead FROM public.lead_merges m CROSS JOIN jsonb_array_elements(m.rows_before -> 'leads') d (lead)
        WHERE m.kept_lead_id = p_lead_id AND m.taken_apart_at IS NULL
    )
    SELECT DISTINCT c.channel, c.value FROM descriptions d CROSS JOIN LATERAL (
        VALUES ('email', d.description ->> 'email'), ('phone', d.description ->> 'phone'), ('phone', d.description ->> 'mobile_phone')) c (channel, value)
    WHERE c.value IS NOT NULL
    UNION
    SELECT c.channel, c.value FROM descriptions d CROSS JOIN region r
    CROSS JOIN LATERAL henk.contacts_in_fields(d.description -> 'custom_fields', r.region) c
$$;


-- An assignment may come after its campaign leads, or change its list: then it is counted once. The campaign is locked against leads that
-- are being added meanwhile, which neither they nor this would count.
-- Migrations: 0005.
CREATE FUNCTION henk.count_assignment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.campaigns WHERE id = NEW.campaign_id FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE status IN ('contacted', 'converted')), count(*) FILTER (WHERE status = 'converted')
    INTO NEW.total_leads, NEW.contacted_leads, NEW.successful_leads
    FROM public.campaign_leads WHERE campaign_id = NEW.campaign_id AND lead_list_id = NEW.lead_list_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.count_assignment() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.count_assignment() TO service_role;


-- Contacted: the person was reached, and may have given. Successful: the person gave.
-- Migrations: 0005.
CREATE FUNCTION henk.count_campaign_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (campaign_id, lead_list_id, count(*), count(*) FILTER (WHERE status IN ('contacted', 'converted')),
                count(*) FILTER (WHERE status = 'converted'))::henk.assignment_change
            FROM came WHERE lead_list_id IS NOT NULL GROUP BY campaign_id, lead_list_id));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (campaign_id, lead_list_id, -count(*), -count(*) FILTER (WHERE status IN ('contacted', 'converted')),
                -count(*) FILTER (WHERE status = 'converted'))::henk.assignment_change
            FROM went WHERE lead_list_id IS NOT NULL GROUP BY campaign_id, lead_list_id));
    ELSE
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (t.campaign_id, t.lead_list_id, sum(t.n), coalesce(sum(t.n) FILTER (WHERE t.status IN ('contacted', 'converted')), 0),
                coalesce(sum(t.n) FILTER (WHERE t.status = 'converted'), 0))::henk.assignment_change
            FROM (
                SELECT campaign_id, lead_list_id, status, 1 AS n FROM came
                UNION ALL SELECT campaign_id, lead_list_id, status, -1 FROM went) t
            WHERE t.lead_list_id IS NOT NULL
            GROUP BY t.campaign_id, t.lead_list_id
            HAVING sum(t.n) <> 0 OR sum(t.n) FILTER (WHERE t.status IN ('contacted', 'converted')) <> 0
                OR sum(t.n) FILTER (WHERE t.status = 'converted') <> 0));
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.count_campaign_leads() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.count_campaign_leads() TO service_role;


-- Migrations: 0005.
CREATE FUNCTION henk.count_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM henk.add_to_lists(ARRAY(SELECT (lead_list_id, count(*))::henk.list_change FROM came GROUP BY lead_list_id));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM henk.add_to_lists(ARRAY(SELECT (lead_list_id, -count(*))::henk.list_change FROM went GROUP BY lead_list_id));
    ELSE
        PERFORM henk.add_to_lists(ARRAY(
            SELECT (t.lead_list_id, sum(t.n))::henk.list_change
            FROM (SELECT lead_list_id, 1 AS n FROM came UNION ALL SELECT lead_list_id, -1 FROM went) t
            GROUP BY t.lead_list_id HAVING sum(t.n) <> 0));
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.count_members() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.count_members() TO service_role;


REVOKE ALL ON FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET client_min_messages TO 'warning'
    AS $_$
DECLARE
    strangers text;
    list_id uuid;
    content text;
    caller uuid := henk.caller_id();
BEGIN
    PERFORM henk.require_record(p_business_id, (SELECT b.id FROM public.businesses b WHERE b.id = p_business_id), 'business');
    IF coalesce(btrim(p_list_name), '') = '' OR length(p_list_name) > 255 THEN
        RAISE EXCEPTION 'p_list_name: a list has a name of 1 to 255 characters.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF jsonb_typeof(p_leads) IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'p_leads: an array of objects, one a lead.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF jsonb_path_exists(p_leads, '$[*] ? (@.type() != "object")') THEN
        SELECT array_to_string((array_agg(e.n ORDER BY e.n))[1:50], ', ') || CASE WHEN count(*) > 50 THEN format(' … (%s in all)', count(*))
            ELSE '' END
        INTO strangers FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n) WHERE jsonb_typeof(e.item) <> 'object';
        RAISE EXCEPTION 'Nothing was imported. Elements of p_leads, counted from 1, that are no objects: %.', strangers
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM henk.lock_business(p_business_id);
    PERFORM henk.read_people(p_business_id, p_leads);
    PERFORM henk.discard_junk();
    PERFORM henk.hear_consent();
    PERFORM henk.find_persons();
    PERFORM henk.fold_persons();
    PERFORM henk.find_known(p_business_id);
    PERFORM henk.fold_persons(); -- two persons may have turned out to be one lead
    PERFORM henk.release_taken_ids(p_business_id);
    PERFORM henk.write_people(p_business_id);
    PERFORM henk.fill_source_ids(p_business_id);
    PERFORM henk.keep_unclear();

    -- The same rows under the same name are the same list: a client that lost the answer may call again.
    content := encode(sha256(convert_to(p_leads::text, 'UTF8')), 'hex');
    SELECT ll.id INTO list_id FROM public.lead_lists ll
    WHERE ll.business_id = p_business_id AND ll.name = btrim(p_list_name) AND ll.source = 'csv_import' AND ll.source_id = content
        AND NOT ll.is_archived ORDER BY ll.created_at, ll.id LIMIT 1;
    IF list_id IS NULL THEN
        INSERT INTO public.lead_lists (business_id, name, list_type, source, source_id, created_by)
        VALUES (p_business_id, btrim(p_list_name), 'static', 'csv_import', content, caller) RETURNING id INTO list_id;
    END IF;
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT p_business_id, list_id, p.lead_id, caller FROM pg_temp.henk_people p WHERE p.place = p.person
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    DROP TABLE pg_temp.henk_people, pg_temp.henk_keys;
    RETURN list_id;
END
$_$;


-- Two leads become one by merge_leads; the word alone merges nobody. Who decided, and when, is the caller, now.
-- Migrations: 0033.
CREATE FUNCTION henk.decide_pair() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NEW; -- a function of the database, or the service
    ELSIF NEW.decision = 'same' THEN
        RAISE EXCEPTION 'Two leads become one by merge_leads(p_keep, p_drop), not by the word "same": SELECT merge_leads(''%'', ''%'').',
            NEW.lead_id, NEW.other_lead_id USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    NEW.decided_by := CASE WHEN NEW.decision <> 'open' THEN henk.caller_id() END;
    NEW.decided_at := CASE WHEN NEW.decision <> 'open' THEN now() END;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.decide_pair() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.delete_orphans(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.delete_orphans(p_import_id uuid) TO service_role;


-- Migrations: 0034.
CREATE FUNCTION henk.delete_orphans(p_import_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    gone uuid[];
BEGIN
    UPDATE pg_temp.henk_undo SET is_asked = is_orphan AND reason IS NULL;
    PERFORM henk.note_uses(p_import_id);
    SELECT array_agg(u.lead_id) INTO gone FROM pg_temp.henk_undo u WHERE u.is_asked AND u.reason IS NULL;
    -- It stays as a lead of nobody's import, as it is: nothing of this import is left with it.
    UPDATE pg_temp.henk_undo SET reason = NULL WHERE is_asked;
    IF gone IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE public.lead_import_rows r SET deleted_with = p_import_id
    WHERE r.lead_id = ANY (gone) AND r.import_id <> p_import_id AND r.action = 'inserted' AND NOT r.taken_back;
    DELETE FROM public.leads l WHERE l.id = ANY (gone);
    RETURN cardinality(gone);
END
$$;


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
            p.phone IS NOT NULL AND p.phone !~ '[0-9]' AS no_phone, p.mobile_phone IS NOT NULL AND p.mobile_phone !~ '[0-9]' AS no_mobile,
            henk.is_placeholder(p.source_id) AS no_id
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
-- Migrations: 0032, 0035, 0038.
CREATE FUNCTION henk.divide_keys() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CREATE TEMP TABLE henk_names ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY d.block, d.name) AS id, d.block, d.kind, d.name, NULL::bigint AS node, true AS leads, false AS is_crowded,
        count(*) OVER (PARTITION BY d.block) AS names, NULL::text[] AS emails
    FROM (SELECT DISTINCT s.block, s.kind, s.name FROM pg_temp.henk_shared s) d;
    CREATE INDEX ON henk_names (block);
    ANALYZE pg_temp.henk_names (id, block, names);
    UPDATE pg_temp.henk_names n SET emails = e.emails
    FROM (SELECT s.block, s.name, array_agg(DISTINCT henk.email_key(p.email)) AS emails FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
        WHERE s.kind = 2 AND p.email IS NOT NULL AND NOT henk.is_role_mailbox(p.email)
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
        AND NOT henk.mailboxes_contradict(a.kind, a.name, b.name, a.emails, b.emails) AS agree
    FROM pg_temp.henk_names a JOIN pg_temp.henk_names b ON b.block = a.block AND b.id <> a.id
    WHERE a.names > 1 AND NOT a.is_crowded;
    ANALYZE pg_temp.henk_name_pairs (id, other);
    LOOP
        UPDATE pg_temp.henk_names n SET node = t.node
        FROM (SELECT p.id, min(o.node) AS node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names o ON o.id = p.other
            WHERE p.agree AND p.leading GROUP BY p.id) t
        WHERE t.id = n.id AND t.node < n.node;
        EXIT WHEN NOT FOUND;
    END LOOP;
    -- Where two of a node contradict each other by way of a third, only equal first names, generations and middle names are one.
    UPDATE pg_temp.henk_names n SET node = (SELECT min(o.id) FROM pg_temp.henk_names o WHERE o.block = n.block AND o.node = n.node AND o.leads
        AND coalesce((o.name).first, '') = coalesce((n.name).first, '') AND coalesce((o.name).birth, '') = coalesce((n.name).birth, '')
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


REVOKE ALL ON FUNCTION henk.divide_name(INOUT p_first text, INOUT p_last text, OUT generation text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.divide_name(INOUT p_first text, INOUT p_last text, OUT generation text) TO service_role;


-- Folded given and family names without their generation, and it: henk_pipeline.leads.given_names.divide_names.
-- Migrations: 0038.
CREATE FUNCTION henk.divide_name(INOUT p_first text, INOUT p_last text, OUT generation text) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $_$
DECLARE
    given text[] := CASE WHEN strpos(p_first, ' ') > 0 THEN regexp_match(p_first, '^(.+) (the younger|the fourth|the second|the elder|the fifth|the first|the third|junior|senior|1st|2nd|3rd|4th|5th|6th|iii|jnr|snr|ii|iv|jr|sr)( .*)?$') END;
    family text[] := CASE WHEN strpos(p_last, ' ') > 0 THEN regexp_match(p_last, '^(.+) (?:(the younger|the fourth|the second|the elder|the fifth|the first|the third|junior|senior|1st|2nd|3rd|4th|5th|6th|iii|jnr|snr|ii|iv|jr|sr)( .*)?|(der jungere|die jungere|den aeldre|der altere|die altere|den aldre|den eldre|den yngre|sobrinho|mlodszy|sobrino|starszy|figlio|mladsi|senior|starsi|filho|nieto|padre|fils|hijo|neto|pere|d a|d e|d j|d y|jun|pai|sen|ml|st|vi|v))$') END;
    front_given text[];
    front_family text[];
BEGIN
    p_first := CASE WHEN given IS NULL THEN p_first ELSE given[1] || coalesce(given[3], '') END;
    p_last := CASE WHEN family IS NULL THEN p_last ELSE family[1] || coalesce(family[3], '') END;
    front_given := regexp_match(p_first, '^(ifjabb|idosb|ifj|id) (.+)$');
    front_family := regexp_match(p_last, '^(ifjabb|idosb|ifj|id) (.+)$');
    p_first := coalesce(front_given[2], p_first);
    p_last := coalesce(front_family[2], p_last);
    generation := henk.generations() ->> coalesce(family[2], family[4], given[2], front_family[1], front_given[1]);
END
$_$;


REVOKE ALL ON FUNCTION henk.email_key(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.email_key(p_email text) TO authenticated;
GRANT ALL ON FUNCTION henk.email_key(p_email text) TO service_role;


-- One form of each mailbox, by the rules of henk_pipeline.leads.identity.email_key.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.email_key(p_email text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    domain text := substr(p_email, nullif(strpos(p_email, '@'), 0) + 1);
    name text;
    plus integer;
BEGIN
    IF domain IN ('gmail.com', 'googlemail.com') THEN
        name := split_part(p_email, '@', 1);
        plus := strpos(substr(name, 2), '+');
        RETURN replace(CASE WHEN plus > 0 THEN left(name, plus) ELSE name END, '.', '') || '@gmail.com';
    ELSIF strpos(p_email, '+') > 0 AND domain IN ('outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'icloud.com', 'me.com', 'mac.com',
        'fastmail.com', 'proton.me', 'protonmail.com', 'pm.me', 'zoho.com', 'yandex.com', 'hey.com') THEN
        name := split_part(p_email, '@', 1);
        plus := strpos(substr(name, 2), '+');
        RETURN CASE WHEN plus > 0 THEN left(name, plus) ELSE name END || '@' || domain;
    END IF;
    RETURN p_email;
END
$$;


REVOKE ALL ON FUNCTION henk.end_calls(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.end_calls(p_lead_ids uuid[]) TO service_role;


-- Calls that are to be ended are ended, or the statement is refused: a trigger of the installation may write back what it likes.
-- Migrations: 0007, 0026, 0030.
CREATE FUNCTION henk.end_calls(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
    FROM public.campaigns c
    WHERE cl.lead_id = ANY (p_lead_ids) AND c.id = cl.campaign_id AND c.exclude_dnc
        AND cl.status IN ('new', 'queued', 'contacted', 'failed');
    IF FOUND OR EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.lead_id = ANY (p_lead_ids) AND cl.status IN ('new', 'queued', 'contacted', 'failed')) THEN
        PERFORM henk.require_ended(p_lead_ids);
    END IF;
END
$$;


-- Migrations: 0026.
CREATE FUNCTION henk.end_calls_of_campaign() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
    FROM henk.leads_not_to_call u
    WHERE cl.campaign_id = NEW.id AND u.id = cl.lead_id AND cl.status IN ('new', 'queued', 'contacted', 'failed');
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.end_calls_of_campaign() FROM PUBLIC;


-- An erased contact ends the calls of every lead that has it. No index finds a fingerprint: it is looked for among the open campaign leads.
-- Migrations: 0026.
CREATE FUNCTION henk.end_calls_of_erased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM came) THEN
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT array_agg(DISTINCT u.id) FROM (SELECT DISTINCT s.business_id FROM came s) b '
        'JOIN public.campaign_leads cl ON cl.business_id = b.business_id AND cl.status IN (''new'', ''queued'', ''contacted'', ''failed'') '
        'JOIN henk.leads_not_to_call u ON u.id = cl.lead_id' INTO lead_ids;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.end_calls_of_erased() FROM PUBLIC;


-- As in 0030; and a lead that said no in a call said so under the contacts that it gets later.
-- Migrations: 0007, 0026, 0031.
CREATE FUNCTION henk.end_calls_of_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    changed uuid[];
    flagged uuid[];
BEGIN
    SELECT array_agg(n.id), array_agg(n.id) FILTER (WHERE n.do_not_call OR n.dnc) INTO changed, flagged
    FROM went o JOIN came n ON n.id = o.id
    WHERE ((n.do_not_call OR n.dnc) AND NOT (o.do_not_call OR o.dnc)) OR n.phone IS DISTINCT FROM o.phone
        OR n.mobile_phone IS DISTINCT FROM o.mobile_phone OR n.email IS DISTINCT FROM o.email
        OR (n.country IS DISTINCT FROM o.country AND NOT (henk.is_e164(n.phone) AND henk.is_e164(n.mobile_phone)));
    IF flagged IS NOT NULL THEN
        PERFORM henk.keep_opt_outs(flagged);
        INSERT INTO henk.said_no (business_id, fingerprint)
        SELECT DISTINCT n.business_id, p.print FROM went o JOIN came n ON n.id = o.id
        JOIN public.leads l ON l.id = n.id CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
        WHERE n.id = ANY (flagged) AND n.dnc AND EXISTS (
            SELECT FROM unnest(henk.prints_of_lead(jsonb_populate_record(NULL::public.leads, to_jsonb(o)))) q (print)
            JOIN henk.said_no s ON s.business_id = o.business_id AND s.fingerprint = q.print)
        ON CONFLICT (business_id, fingerprint) DO NOTHING;
    END IF;
    IF changed IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(u.id) FROM henk.leads_not_to_call u WHERE u.id = ANY ($1)' INTO changed USING changed;
    END IF;
    IF changed IS NOT NULL THEN
        PERFORM henk.end_calls(changed);
        -- A number that comes into a call under way is no longer the one that is called.
        UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
        FROM went o JOIN came n ON n.id = o.id JOIN public.campaigns c ON c.business_id = n.business_id AND c.exclude_dnc
        WHERE cl.lead_id = n.id AND cl.campaign_id = c.id AND cl.status = 'calling' AND n.id = ANY (changed)
            AND (n.phone IS DISTINCT FROM o.phone OR n.mobile_phone IS DISTINCT FROM o.mobile_phone);
    END IF;
    RETURN NULL;
END
$_$;


REVOKE ALL ON FUNCTION henk.end_calls_of_leads() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.end_calls_of_leads() TO service_role;


-- Migrations: 0007, 0026, 0031.
CREATE FUNCTION henk.end_calls_of_numbers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $_$
DECLARE
    lead_ids uuid[];
    unread uuid[];
BEGIN
    SELECT array_agg(t.id) INTO lead_ids FROM (
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.mobile_phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN henk.blocked_numbers r ON r.business_id = s.business_id AND r.of_value = s.value
        JOIN public.leads l ON l.business_id = r.business_id AND l.phone = r.number WHERE s.channel = 'phone' AND s.value ~ '^[0-9]+$'
        UNION
        SELECT l.id FROM came s JOIN henk.blocked_numbers r ON r.business_id = s.business_id AND r.of_value = s.value
        JOIN public.leads l ON l.business_id = r.business_id AND l.mobile_phone = r.number WHERE s.channel = 'phone' AND s.value ~ '^[0-9]+$') t;
    IF (SELECT count(*) FROM came) <= 1000 THEN
        SELECT array_agg(DISTINCT l.id) INTO unread FROM came s
        JOIN public.leads l ON henk.phone_tails(l.phone, l.mobile_phone) @> ARRAY[right(s.value, 7)] AND l.business_id = s.business_id
            AND NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone))
        WHERE s.channel = 'phone' AND s.value NOT LIKE 'sha256:%';
    ELSE -- a file of suppressions: one look at the leads, not one a line
        EXECUTE 'WITH tails AS MATERIALIZED (SELECT l.id, l.business_id, t.tail FROM public.leads l '
            'CROSS JOIN LATERAL unnest(henk.phone_tails(l.phone, l.mobile_phone)) t (tail) '
            'WHERE NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone)) AND l.business_id = ANY (ARRAY(SELECT DISTINCT b.business_id FROM came b))), '
            'ends AS MATERIALIZED (SELECT s.business_id, right(s.value, 7) AS tail FROM came s WHERE s.channel = ''phone'') '
            'SELECT array_agg(DISTINCT t.id) FROM tails t JOIN ends e ON e.business_id = t.business_id AND e.tail = t.tail' INTO unread;
    END IF;
    IF unread IS NOT NULL THEN
        SELECT lead_ids || array_agg(u.id) INTO lead_ids FROM henk.leads_not_to_call u WHERE u.id = ANY (unread);
    END IF;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$_$;


REVOKE ALL ON FUNCTION henk.end_calls_of_numbers() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.end_calls_of_numbers() TO service_role;


REVOKE ALL ON FUNCTION henk.erase(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.erase(p_lead_id uuid) TO service_role;


-- Migrations: 0011, 0019, 0027.
CREATE FUNCTION henk.erase(p_lead_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    person public.leads;
    reference record;
    uploads jsonb;
    elsewhere jsonb := '{}';
    kept integer;
    emails text[];
    phones text[];
    spoken_in uuid[]; -- the imports of rejected rows that speak of the person
    n integer;
BEGIN
    PERFORM henk.lock_business((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    SELECT l.* INTO person FROM public.leads l WHERE l.id = p_lead_id FOR UPDATE;
    PERFORM henk.require_record(p_lead_id, person.id, 'lead');

    SELECT coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'email'), '{}'), coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'phone'), '{}')
    INTO emails, phones FROM henk.contacts_of(p_lead_id) c;
    -- What was said and given stays counted, with nobody's name to it.
    DELETE FROM public.campaign_leads cl WHERE cl.lead_id = p_lead_id AND henk.is_untouched(cl);
    UPDATE public.campaign_leads cl SET lead_id = NULL, notes = NULL, outcome = NULL, next_attempt_at = NULL,
        status = CASE WHEN cl.status IN ('new', 'queued', 'calling') THEN 'dnc' ELSE cl.status END
    WHERE cl.lead_id = p_lead_id;
    GET DIAGNOSTICS kept = ROW_COUNT;

    -- Merges that hold the person, also those that were taken apart.
    DELETE FROM public.lead_merges m WHERE m.business_id = person.business_id AND (p_lead_id IN (m.kept_lead_id, m.dropped_lead_id)
        OR m.rows_before -> 'leads' @> jsonb_build_array(jsonb_build_object('id', p_lead_id)));
    spoken_in := henk.blank_traces(person.business_id, emails, phones);
    SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') INTO uploads FROM public.lead_imports i
    WHERE i.id = ANY (spoken_in) OR i.id IN (SELECT r.import_id FROM public.lead_import_rows r WHERE r.lead_id = p_lead_id);
    UPDATE public.lead_import_rows SET replaced = NULL, written = NULL, lost = NULL WHERE lead_id = p_lead_id;
    IF to_regclass('henk.quarantine') IS NOT NULL THEN
        UPDATE henk.quarantine q SET row = '{}' WHERE q.row_id = p_lead_id OR q.row ->> 'lead_id' = p_lead_id::text;
    END IF;

    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        IF reference.is_required THEN
            EXECUTE format('SELECT count(*) FROM %s WHERE %I = $1', reference.on_table, reference.on_column) INTO n USING p_lead_id;
            IF n > 0 THEN
                RAISE EXCEPTION 'The table % refers to this person in % rows and must: erase them there first.', reference.on_table, n
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
        ELSE
            EXECUTE format('UPDATE %s SET %I = NULL WHERE %2$I = $1', reference.on_table, reference.on_column) USING p_lead_id;
            GET DIAGNOSTICS n = ROW_COUNT;
            IF n > 0 THEN
                elsewhere := elsewhere || jsonb_build_object(regexp_replace(reference.on_table::text, '^public\.', ''), n);
            END IF;
        END IF;
    END LOOP;
    DELETE FROM public.leads WHERE id = p_lead_id;
    -- When the lead is gone: a number of a lead with a flag would stay blocked as it is written.
    PERFORM henk.keep_erased(person.business_id, emails, phones);
    elsewhere := elsewhere || henk.remove_contacts(person.business_id, emails, phones);
    RETURN jsonb_build_object('lead_id', p_lead_id, 'campaign_leads_kept_without_name', kept, 'rejections_blanked', cardinality(spoken_in),
        'uploads', uploads, 'rows_of_other_tables', elsewhere);
END
$_$;


REVOKE ALL ON FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- A person without a lead, as in 0027.
-- Migrations: 0027, 0031.
CREATE FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    traces uuid[];
    elsewhere jsonb;
BEGIN
    PERFORM henk.lock_business(p_business_id);
    PERFORM henk.keep_erased(p_business_id, p_emails, p_phones);
    traces := henk.blank_traces(p_business_id, p_emails, p_phones);
    elsewhere := henk.remove_contacts(p_business_id, p_emails, p_phones);
    RETURN jsonb_build_object('lead_id', NULL, 'campaign_leads_kept_without_name', 0, 'rejections_blanked', cardinality(traces), 'uploads',
        (SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') FROM public.lead_imports i WHERE i.id = ANY (traces)), 'rows_of_other_tables', elsewhere);
END
$$;


-- What a status implies is written where the client leaves it out: a dialler that sets nothing but the status is seen by scores and reports.
-- `henk.moving_rows`: rows that a merge, its undoing or an undone import moves keep what they have.
-- Migrations: 0033.
CREATE FUNCTION henk.fill_call_times() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    before public.campaign_leads;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD;
    END IF;
    IF NEW.status IN ('contacted', 'converted') THEN
        NEW.contacted_at := coalesce(NEW.contacted_at, henk.publishable(NEW.last_attempt_at), now());
        IF NEW.status = 'converted' THEN
            NEW.converted_at := coalesce(NEW.converted_at, now());
        END IF;
    END IF;
    -- A call that was noted when it began is not noted again when it ends.
    IF NEW.last_attempt_at IS NOT DISTINCT FROM before.last_attempt_at AND (NEW.attempts > coalesce(before.attempts, 0)
        OR NEW.status = 'calling'
        OR (NEW.status IN ('contacted', 'failed') AND before.status IS DISTINCT FROM 'calling')
        OR (NEW.status IN ('contacted', 'failed', 'converted') AND NEW.last_attempt_at IS NULL)) THEN
        NEW.last_attempt_at := CASE WHEN TG_OP = 'INSERT' THEN coalesce(NEW.last_attempt_at, NEW.contacted_at, now()) ELSE now() END;
    END IF;
    IF NEW.status IN ('converted', 'dnc') AND NEW.next_attempt_at IS NOT DISTINCT FROM before.next_attempt_at THEN
        NEW.next_attempt_at := NULL;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.fill_call_times() FROM PUBLIC;


-- A client that puts a lead into a campaign by hand names no business (it cannot: only the pipeline and our functions may), and comes by
-- here. Our functions leave such people out before they insert.
-- Migrations: 0007, 0026.
CREATE FUNCTION henk.fill_campaign_lead() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.campaigns WHERE id = NEW.campaign_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.fill_campaign_lead() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fill_campaign_lead() TO service_role;


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


-- The moment a time in a filter means, as SQL: a date or moment (UTC where it names no offset), or {"days_ago": 90}.
-- Migrations: 0008.
CREATE FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


REVOKE ALL ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_moment(p_value jsonb, p_place text, p_path text) TO service_role;


REVOKE ALL ON FUNCTION henk.filter_path(p_place text, p_step text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.filter_path(p_place text, p_step text) TO service_role;


-- A place inside criteria, as #> takes it, one step further: {all,0} and value give {all,0,value}.
-- Migrations: 0008.
CREATE FUNCTION henk.filter_path(p_place text, p_step text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN (array_append((p_place)::text[], p_step))::text;


REVOKE ALL ON FUNCTION henk.find_by_lost_contacts(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_by_lost_contacts(p_business_id uuid) TO service_role;


-- Leads that files or merges have known by a telephone or e-mail address of a row, with the name and contacts they had then: `place`, `kind`, `id`, `name`,
-- `email`, `mobile`.
-- Migrations: 0042.
CREATE FUNCTION henk.find_by_lost_contacts(p_business_id uuid) RETURNS TABLE(place integer, kind integer, id uuid, name henk.compared_name, email text, mobile text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH sought AS MATERIALIZED (
        SELECT p.place, 1 AS kind, henk.email_key(p.email) AS key, 'e' || henk.email_key(p.email) AS hashed FROM pg_temp.henk_people p WHERE p.email IS NOT NULL
        UNION ALL SELECT k.place, 2, k.key, 'p' || k.key FROM pg_temp.henk_keys k WHERE k.kind = 2
    ), found AS MATERIALIZED (
        SELECT s.place, s.kind, s.key, f.id, f.lost FROM (SELECT t.*, ARRAY[hashtextextended(t.hashed, hashtextextended(p_business_id::text, 0))] AS keys FROM sought t) s
        CROSS JOIN LATERAL (
            SELECT m.kept_lead_id AS id, m.lost FROM public.lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> s.keys AND m.lost IS NOT NULL
                AND m.business_id = p_business_id AND m.taken_apart_at IS NULL
            UNION ALL SELECT r.lead_id, r.lost FROM public.lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> s.keys AND r.lost IS NOT NULL
                AND r.business_id = p_business_id AND NOT r.taken_back OFFSET 0) f
        WHERE CASE s.kind WHEN 1 THEN henk.email_key(f.lost ->> 'email') = s.key ELSE s.key IN (f.lost ->> 'phone', f.lost ->> 'mobile_phone') END
    )
    SELECT f.place, f.kind, f.id, henk.compared_person(coalesce(f.lost ->> 'first_name', l.first_name), coalesce(f.lost ->> 'last_name', l.last_name),
            l.custom_fields || jsonb_strip_nulls(jsonb_build_object('birth_date', f.lost -> 'birth_date'))
            || CASE jsonb_typeof(f.lost -> 'custom_fields') WHEN 'object' THEN f.lost -> 'custom_fields' ELSE '{}' END),
        coalesce(f.lost ->> 'email', l.email), coalesce(f.lost ->> 'mobile_phone', l.mobile_phone)
    FROM found f CROSS JOIN LATERAL (SELECT o.* FROM public.leads o WHERE o.id = f.id AND o.business_id = p_business_id OFFSET 0) l;
END
$$;


REVOKE ALL ON FUNCTION henk.find_by_lost_ids(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_by_lost_ids(p_business_id uuid) TO service_role;


-- Leads that had one of the source ids of the rows before a merge, or that a file knows by a second one: `place`, `id`.
-- Migrations: 0032.
CREATE FUNCTION henk.find_by_lost_ids(p_business_id uuid) RETURNS TABLE(place integer, id uuid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT k.place, found.id
    FROM (SELECT p.place, ARRAY[henk.source_key(p_business_id, p.source, p.source_id)] AS keys, p.source, p.source_id
        FROM pg_temp.henk_people p WHERE p.source_id IS NOT NULL) k
    CROSS JOIN LATERAL (
        SELECT m.kept_lead_id AS id FROM public.lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> k.keys AND m.lost IS NOT NULL
            AND m.taken_apart_at IS NULL AND m.lost ->> 'source' = k.source AND m.lost ->> 'source_id' = k.source_id
        UNION ALL SELECT r.lead_id FROM public.lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> k.keys AND r.lost IS NOT NULL
            AND NOT r.taken_back AND r.lost ->> 'source' = k.source AND r.lost ->> 'source_id' = k.source_id OFFSET 0) found;
END
$$;


REVOKE ALL ON FUNCTION henk.find_by_mailbox(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_by_mailbox(p_business_id uuid) TO service_role;


-- Leads with the mailbox of a row in another form, at providers that pass over dots and tags: `place`, `id`.
-- Migrations: 0032.
CREATE FUNCTION henk.find_by_mailbox(p_business_id uuid) RETURNS TABLE(place integer, id uuid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT k.place, found.id
    FROM (SELECT p.place, henk.email_key(p.email) AS email,
            ARRAY[hashtextextended('e' || henk.email_key(p.email), hashtextextended(p_business_id::text, 0))] AS keys
        FROM pg_temp.henk_people p WHERE henk.email_key('a+b@' || split_part(p.email, '@', 2)) <> 'a+b@' || split_part(p.email, '@', 2)) k
    CROSS JOIN LATERAL (
        SELECT l.id FROM public.leads l WHERE henk.match_keys(l.business_id, l.first_name, l.last_name, l.email, l.street, l.city, l.postal_code,
            l.custom_fields ->> 'birth_date') @> k.keys AND l.business_id = p_business_id AND henk.email_key(l.email) = k.email OFFSET 0) found;
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
    WITH found AS (
        SELECT p.place, 0 AS kind, l.id FROM pg_temp.henk_people p JOIN public.leads l
            ON l.business_id = p_business_id AND l.source = p.source AND l.source_id = p.source_id
        UNION SELECT t.place, 0, t.id FROM henk.find_by_lost_ids(p_business_id) t
        UNION SELECT p.place, 1, l.id FROM pg_temp.henk_people p JOIN public.leads l ON l.business_id = p_business_id AND l.email = p.email
        UNION SELECT t.place, 1, t.id FROM henk.find_by_mailbox(p_business_id) t
        UNION SELECT k.place, 2, l.id FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.phone = k.key WHERE k.kind = 2
        UNION SELECT k.place, 2, l.id FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.mobile_phone = k.key WHERE k.kind = 2
    ), of_persons AS MATERIALIZED (
        SELECT DISTINCT p.person, t.kind, t.id FROM found t JOIN pg_temp.henk_people p ON p.place = t.place
    ), lost AS MATERIALIZED (
        SELECT DISTINCT p.person, t.kind, t.id, t.name, t.email, t.mobile FROM henk.find_by_lost_contacts(p_business_id) t
        JOIN pg_temp.henk_people p ON p.place = t.place
    ), lead_names AS MATERIALIZED ( -- a name is read once, however many pairs it is in
        SELECT l.id, l.created_at, henk.compared_person(l.first_name, l.last_name, l.custom_fields) AS name, l.email, l.mobile_phone AS mobile
        FROM public.leads l WHERE l.id IN (SELECT o.id FROM of_persons o UNION ALL SELECT o.id FROM lost o)
    ), person_names AS MATERIALIZED (
        SELECT p.person, henk.compared_person(p.first_name, p.last_name, p.custom_fields) AS name, p.email, p.mobile_phone AS mobile
        FROM pg_temp.henk_people p WHERE p.place = p.person AND p.person IN (SELECT o.person FROM of_persons o UNION ALL SELECT o.person FROM lost o)
    ), pairs AS MATERIALIZED (
        SELECT o.person, o.kind, o.id, l.created_at, o.name, f.name AS person_name, o.kind = 1 AND henk.is_role_mailbox(o.email) AS is_role,
            -- A lead that somebody merged has both names.
            coalesce((o.name).first <> (l.name).first, false) AS is_other_name,
            -- Somebody else of the house answers the telephone, too: henk.part_nameless.
            o.kind = 2 AND (((o.name).first IS NULL) <> ((f.name).first IS NULL)
                    OR coalesce((o.name).first = (f.name).last AND (o.name).last = (f.name).first AND (o.name).first <> (o.name).last, false)) AND (coalesce(k.email <> k.other_email, false) OR coalesce(o.mobile <> f.mobile, false))
                AND NOT (coalesce(k.email = k.other_email, false) OR coalesce(o.mobile = f.mobile, false)) AS is_another, k.email, k.other_email
        FROM (SELECT t.person, t.kind, t.id, n.name, n.email, n.mobile FROM of_persons t JOIN lead_names n ON n.id = t.id
            UNION ALL SELECT t.person, t.kind, t.id, t.name, t.email, t.mobile FROM lost t) o
        JOIN lead_names l ON l.id = o.id JOIN person_names f ON f.person = o.person
        CROSS JOIN LATERAL (SELECT CASE WHEN NOT henk.is_role_mailbox(o.email) THEN henk.email_key(o.email) END AS email,
            CASE WHEN NOT henk.is_role_mailbox(f.email) THEN henk.email_key(f.email) END AS other_email) k
    ), counted AS (
        SELECT p.person, p.kind, count(DISTINCT ((p.name).first, (p.name).last)) FILTER (WHERE (p.name).first IS NOT NULL) AS names,
            count(DISTINCT (p.name).generation) AS generations
        FROM pairs p GROUP BY p.person, p.kind
    ), chosen AS (
        SELECT DISTINCT ON (p.person) p.person, p.kind, p.id, p.person_name, p.is_other_name, p.other_email
        FROM pairs p JOIN counted c ON c.person = p.person AND c.kind = p.kind
        WHERE henk.names_agree(p.kind, p.name, p.person_name) AND NOT p.is_another
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
            first_value(c.other_email) OVER (PARTITION BY c.id ORDER BY c.is_other_name, c.kind, c.person) AS surest_email FROM chosen c
    ), one_lead AS (
        -- Two persons of the array may turn out to be one lead.
        SELECT s.person, s.id, min(s.person) OVER (PARTITION BY s.id) AS first_person FROM surest s
        WHERE s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)
            AND NOT henk.mailboxes_contradict(s.kind, s.person_name, s.surest_name, ARRAY[s.other_email], ARRAY[s.surest_email])
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
        (p.place, 1, henk.email_key(p.email) || CASE WHEN henk.is_role_mailbox(p.email)
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
    PERFORM henk.part_nameless();
    PERFORM henk.part_exchanged();
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


REVOKE ALL ON FUNCTION henk.find_undoable(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_undoable(p_import_id uuid) TO service_role;


-- Undo, step one: the leads of an import with what it did to each, and why one must stay (null: it need not). Of a lead that has been
-- worked on in a campaign everything stays; of a new one that something else uses the lead stays, not what the import did with it.
-- Migrations: 0011, 0034.
CREATE FUNCTION henk.find_undoable(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_undo;
    CREATE TEMP TABLE henk_undo ON COMMIT DROP AS
    SELECT r.lead_id, min(r.line_number) AS line_number, bool_or(r.action = 'inserted') AS inserted,
        (array_agg(r.replaced ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS replaced,
        (array_agg(r.written ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS written,
        NULL::text AS reason, false AS worked_on, false AS is_asked,
        -- Inserted by an import that is undone already, and which could not take it along.
        NOT bool_or(r.action = 'inserted') AND EXISTS (SELECT FROM public.lead_import_rows o JOIN public.lead_imports i ON i.id = o.import_id
            WHERE o.lead_id = r.lead_id AND o.import_id <> p_import_id AND o.action = 'inserted' AND NOT o.taken_back
                AND i.status = 'undone') AS is_orphan
    FROM public.lead_import_rows r WHERE r.import_id = p_import_id AND r.lead_id IS NOT NULL AND NOT r.taken_back GROUP BY r.lead_id;
    ALTER TABLE pg_temp.henk_undo ADD PRIMARY KEY (lead_id);
    ANALYZE pg_temp.henk_undo;

    UPDATE pg_temp.henk_undo u SET reason = t.reason, worked_on = true FROM (
        SELECT cl.lead_id, format('has been worked on in the campaign "%s" (%s)', min(c.name), min(cl.status)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE (cl.import_id = p_import_id OR u.inserted) AND NOT henk.is_untouched(cl) GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id;
END
$$;


REVOKE ALL ON FUNCTION henk.fingerprint(p_business_id uuid, p_value text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fingerprint(p_business_id uuid, p_value text) TO service_role;
GRANT ALL ON FUNCTION henk.fingerprint(p_business_id uuid, p_value text) TO authenticated;


-- What identifies a contact without saying it: for suppressions of people who are erased. A phone number has few digits; whoever may read
-- this table could find it by trying all of them, so it is a pseudonym, not anonymity.
-- Migrations: 0007.
CREATE FUNCTION henk.fingerprint(p_business_id uuid, p_value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('sha256:'::text || encode(sha256(convert_to((((p_business_id)::text || ' '::text) || p_value), 'UTF8'::name)), 'hex'::text));


REVOKE ALL ON FUNCTION henk.first_name_key(p_first text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.first_name_key(p_first text) TO authenticated;
GRANT ALL ON FUNCTION henk.first_name_key(p_first text) TO service_role;


-- The first word of given names with the digits of the others, as henk_pipeline.leads.identity reads it: "Donor 1" and "Donor 2" are two names.
-- Migrations: 0032.
CREATE FUNCTION henk.first_name_key(p_first text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    folded text := henk.folded(p_first);
    blank integer := strpos(folded, ' ');
BEGIN
    IF blank = 0 THEN
        RETURN folded;
    END IF;
    RETURN left(folded, blank - 1) || regexp_replace(substr(folded, blank), '[^0-9]', '', 'g');
END
$$;


-- Whether two first names may be one: henk_pipeline.leads.match.first_names_agree.
-- Migrations: 0042, 0044, 0047.
CREATE FUNCTION henk.first_names_agree(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (COALESCE((((p_one).first = (p_other).first) OR ((p_other).first = ANY ((p_one).formals)) OR ((p_one).first = ANY ((p_other).formals)) OR (((p_one).formals && (p_other).formals) AND ((p_one).first <> ALL (henk.given_by_themselves())) AND ((p_other).first <> ALL (henk.given_by_themselves()))) OR henk.begins_like((p_one).first, (p_other).first) OR henk.spelled_alike((p_one).first, (p_other).first)), true) AND (NOT henk.numbers_contradict((p_one).first, (p_other).first)) AND COALESCE(((p_one).gender = (p_other).gender), true));


REVOKE ALL ON FUNCTION henk.first_names_agree(p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.first_names_agree(p_one henk.compared_name, p_other henk.compared_name) TO service_role;


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


REVOKE ALL ON FUNCTION henk.folded(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.folded(p_text text) TO authenticated;
GRANT ALL ON FUNCTION henk.folded(p_text text) TO service_role;


-- Small letters without accents, spaces and punctuation.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.folded(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
DECLARE
    letter text;
BEGIN
    IF p_text ~ '^[a-zA-Z0-9]+( [a-zA-Z0-9]+)*$' THEN -- most words; the rest costs ten times as much
        RETURN lower(p_text COLLATE "C");
    END IF;
    IF p_text ~ '[^\u0001-~]' THEN
        p_text := regexp_replace(normalize(replace(p_text, '´', ''), NFKD), '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]', '', 'g');
        LOOP
            letter := substring(p_text FROM henk.letter_folds_class());
            EXIT WHEN letter IS NULL;
            p_text := replace(p_text, letter, henk.letter_folds() ->> letter);
        END LOOP;
    END IF;
    p_text := regexp_replace(lower(p_text COLLATE "C"), '[''`.\u02b9-\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201b\u2032\u2035]', '', 'g');
    RETURN nullif(btrim(regexp_replace(p_text, '[\u0001-/:-@\[-`{-\u00bf\u00d7\u00f7\u02c2-\u02df\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ue000-\uf8ff\ufffc\ufffd]+', ' ', 'g')), '');
END
$_$;


-- What follows from the statuses that a statement wrote. EXECUTE: planned for its rows.
-- Migrations: 0033.
CREATE FUNCTION henk.follow_statuses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    before text := CASE TG_OP WHEN 'UPDATE' THEN 'went' ELSE '(SELECT c.* FROM public.campaign_leads c WHERE false)' END;
    assignments uuid[];
BEGIN
    -- A conversation is activity of the lead.
    IF coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN
        EXECUTE 'WITH spoken AS MATERIALIZED (
            SELECT n.lead_id, max(least(now(), greatest(henk.publishable(n.contacted_at), henk.publishable(n.converted_at)))) AS at
            FROM came n LEFT JOIN ' || before || ' o ON o.id = n.id
            WHERE n.status IN (''contacted'', ''converted'') AND n.status IS DISTINCT FROM o.status AND n.lead_id IS NOT NULL GROUP BY n.lead_id
        ), locked AS MATERIALIZED (
            SELECT l.id, s.at FROM public.leads l JOIN spoken s ON s.lead_id = l.id
            WHERE l.last_activity_at IS NULL OR l.last_activity_at < s.at ORDER BY l.id FOR NO KEY UPDATE OF l
        )
        UPDATE public.leads l SET last_activity_at = k.at FROM locked k WHERE l.id = k.id AND k.at IS NOT NULL';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- Those whose last open lead this may have been, or that have got one.
        EXECUTE 'SELECT array_agg(DISTINCT a.id) FROM came n JOIN went o ON o.id = n.id
            JOIN public.campaign_lead_lists a ON a.campaign_id = n.campaign_id AND a.lead_list_id IN (n.lead_list_id, o.lead_list_id)
            WHERE (n.status IN (''new'', ''queued'', ''calling''), n.lead_list_id)
                IS DISTINCT FROM (o.status IN (''new'', ''queued'', ''calling''), o.lead_list_id)' INTO assignments;
    ELSE
        EXECUTE 'SELECT array_agg(DISTINCT a.id) FROM (SELECT DISTINCT n.campaign_id, n.lead_list_id FROM came n) n
            JOIN public.campaign_lead_lists a ON a.campaign_id = n.campaign_id AND a.lead_list_id = n.lead_list_id
            WHERE a.completed_at IS NOT NULL' INTO assignments;
    END IF;
    IF assignments IS NOT NULL THEN
        PERFORM henk.complete_assignments(assignments);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.follow_statuses() FROM PUBLIC;


-- Tables of the installation's own that refer to leads (call logs, conversations): each foreign key's table and column.
-- Migrations: 0011.
CREATE FUNCTION henk.foreign_references() RETURNS TABLE(on_table regclass, on_column name, is_required boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT c.conrelid::regclass, a.attname, a.attnotnull
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'public.leads'::regclass AND cardinality(c.conkey) = 1
        AND c.conrelid NOT IN (SELECT format('public.%I', r.table_name)::regclass FROM henk.client_rights r)
$$;


REVOKE ALL ON FUNCTION henk.foreign_references() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.foreign_references() TO service_role;


-- A contact is free again when no lead that has it, in any form, has a flag: the address, and the number whose suppression was taken away.
-- Migrations: 0021, 0026, 0030, 0031.
CREATE FUNCTION henk.forget_no() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM henk.no_calls WHERE business_id = OLD.business_id AND address = ANY (henk.address_prints(OLD.business_id, OLD.email))
        AND NOT EXISTS (SELECT FROM henk.leads_with_address(OLD.business_id, OLD.email) a (id) JOIN public.leads l ON l.id = a.id
            WHERE (l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc);
    IF EXISTS (SELECT FROM henk.blocked_numbers r WHERE r.business_id = OLD.business_id AND r.of_value = ANY (henk.keys_of_lead(OLD))) THEN
        DELETE FROM henk.blocked_numbers r WHERE r.business_id = OLD.business_id AND r.of_value = ANY (henk.keys_of_lead(OLD))
            AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = r.business_id AND s.channel = 'phone' AND s.value = r.of_value)
            AND NOT EXISTS (SELECT FROM public.leads l WHERE l.business_id = r.business_id AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc)
                AND r.of_value = ANY (henk.keys_of_lead(l)));
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.forget_no() FROM PUBLIC;


-- Migrations: 0038, 0042, 0047.
CREATE FUNCTION henk.genders() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{"amy": "f", "ann": "f", "bob": "m", "dan": "m", "don": "m", "jim": "m", "ken": "m", "lea": "f", "len": "m", "ray": "m", "rob": "m", "ron": "m", "roy": "m", "tim": "m", "tom": "m", "alan": "m", "anna": "f", "anne": "f", "bill": "m", "carl": "m", "dean": "m", "emil": "m", "emma": "f", "eric": "m", "erik": "m", "fred": "m", "gary": "m", "glen": "m", "greg": "m", "hans": "m", "ivan": "m", "jack": "m", "jane": "f", "joan": "f", "john": "m", "jose": "m", "juan": "m", "judy": "f", "karl": "m", "lena": "f", "leon": "m", "lisa": "f", "lori": "f", "luca": "m", "lucy": "f", "luis": "m", "marc": "m", "mark": "m", "mary": "f", "norm": "m", "olaf": "m", "olga": "f", "paul": "m", "petr": "m", "phil": "m", "raul": "m", "ruth": "f", "ryan": "m", "sara": "f", "stan": "m", "yann": "m", "yvon": "m", "alana": "f", "alice": "f", "amada": "f", "amado": "m", "amber": "f", "andre": "m", "anton": "m", "betty": "f", "brian": "m", "bruce": "m", "bruna": "f", "bruno": "m", "carla": "f", "carlo": "m", "carol": "f", "cesar": "m", "cyril": "m", "daria": "f", "dario": "m", "david": "m", "deana": "f", "debra": "f", "denis": "m", "diana": "f", "diane": "f", "diego": "m", "donna": "f", "doris": "f", "edwin": "m", "emily": "f", "erica": "f", "erika": "f", "ernst": "m", "eugen": "m", "fabia": "f", "fabio": "m", "felix": "m", "frank": "m", "franz": "m", "frida": "f", "fritz": "m", "georg": "m", "glenn": "m", "grace": "f", "hanna": "f", "helen": "f", "henry": "m", "ivana": "f", "jacob": "m", "jakob": "m", "james": "m", "janet": "f", "jason": "m", "jerry": "m", "johan": "m", "jorge": "m", "josef": "m", "joyce": "f", "juana": "f", "jules": "m", "julia": "f", "julie": "f", "julio": "m", "karen": "f", "karla": "f", "kayla": "f", "kenya": "f", "kevin": "m", "larry": "m", "laura": "f", "leona": "f", "linda": "f", "louis": "m", "lucas": "m", "lucia": "f", "lucie": "f", "lucio": "m", "luigi": "m", "luisa": "f", "luise": "f", "lukas": "m", "marco": "m", "maria": "f", "marie": "f", "mario": "m", "maura": "f", "megan": "f", "nancy": "f", "norma": "f", "olive": "f", "oscar": "m", "pablo": "m", "paola": "f", "paolo": "m", "paula": "f", "paulo": "m", "pedro": "m", "peter": "m", "petra": "f", "piera": "f", "piero": "m", "ralph": "m", "ramon": "m", "rayna": "f", "roger": "m", "roman": "m", "romeo": "m", "ronda": "f", "sarah": "f", "scott": "m", "serge": "m", "simon": "m", "steve": "m", "susan": "f", "tomas": "m", "willa": "f", "adrian": "m", "albert": "m", "alfred": "m", "amadea": "f", "amadeo": "m", "amanda": "f", "andree": "f", "andrew": "m", "angela": "f", "angelo": "m", "armand": "m", "arnold": "m", "arthur": "m", "august": "m", "benita": "f", "benito": "m", "bogdan": "m", "brenda": "f", "camila": "f", "camilo": "m", "carlos": "m", "carola": "f", "cheryl": "f", "cosima": "f", "cosimo": "m", "damian": "m", "damien": "m", "daniel": "m", "danilo": "m", "deanna": "f", "deanne": "f", "delfin": "m", "denise": "f", "dennis": "m", "donald": "m", "edmund": "m", "edward": "m", "edwina": "f", "emilia": "f", "emilie": "f", "emilio": "m", "enrica": "f", "enrico": "m", "ernest": "m", "eugene": "m", "evelyn": "f", "evgeny": "m", "fabian": "m", "flavia": "f", "flavio": "m", "franca": "f", "franco": "m", "frieda": "f", "george": "m", "gerald": "m", "gerard": "m", "gianna": "f", "gianni": "m", "giulia": "f", "giulio": "m", "glenda": "f", "glenna": "f", "gloria": "f", "gustav": "m", "hannah": "f", "harold": "m", "henrik": "m", "herman": "m", "howard": "m", "ivanka": "f", "jacoba": "f", "jakoba": "f", "janice": "f", "jimena": "f", "joanna": "f", "joanne": "f", "johann": "m", "josefa": "f", "joseph": "m", "joshua": "m", "judith": "f", "julian": "m", "julien": "m", "juliet": "f", "julius": "m", "justin": "m", "justus": "m", "karola": "f", "kendra": "f", "konrad": "m", "lauren": "f", "lenora": "f", "leonie": "f", "louisa": "f", "louise": "f", "lucian": "m", "lucien": "m", "luigia": "f", "manuel": "m", "marcel": "m", "marcia": "f", "marcos": "m", "marcus": "m", "marina": "f", "marius": "m", "markus": "m", "martha": "f", "martin": "m", "mattea": "f", "matteo": "m", "maxine": "f", "miguel": "m", "natale": "m", "nathan": "m", "nicole": "f", "norman": "m", "oliver": "m", "olivia": "f", "pamela": "f", "philip": "m", "pierre": "m", "pietro": "m", "rachel": "f", "rafael": "m", "ramona": "f", "renata": "f", "renato": "m", "rhonda": "f", "robert": "m", "roland": "m", "romain": "m", "romana": "f", "romano": "m", "romina": "f", "ronald": "m", "rupert": "m", "samuel": "m", "sandra": "f", "sergia": "f", "sergio": "m", "sharon": "f", "silvia": "f", "silvio": "m", "simona": "f", "sophia": "f", "stefan": "m", "steven": "m", "sylvia": "f", "teresa": "f", "thomas": "m", "tomasa": "f", "ulrica": "f", "ulrich": "m", "ulrike": "f", "victor": "m", "viktor": "m", "walter": "m", "xavier": "m", "yvonne": "f", "abigail": "f", "adriana": "f", "adriano": "m", "alberta": "f", "alberto": "m", "alessia": "f", "alessio": "m", "alfonsa": "f", "alfonso": "m", "alfreda": "f", "alfredo": "m", "andreas": "m", "anthony": "m", "antoine": "m", "antonia": "f", "antonio": "m", "arcadio": "m", "armanda": "f", "armando": "m", "arnolda": "f", "augusta": "f", "augusto": "m", "aurelia": "f", "aurelie": "f", "aurelio": "m", "barbara": "f", "bernard": "m", "bogdana": "f", "brandon": "m", "carolyn": "f", "charles": "m", "christa": "f", "claudia": "f", "claudio": "m", "clement": "m", "cynthia": "f", "cyrilla": "f", "damiana": "f", "daniela": "f", "deborah": "f", "delfina": "f", "desmond": "m", "dominga": "f", "domingo": "m", "dominic": "m", "dominik": "m", "donalda": "f", "dorothy": "f", "eduarda": "f", "eduardo": "m", "enrique": "m", "ernesta": "f", "ernesto": "m", "esteban": "m", "etienne": "m", "eugenia": "f", "eugenie": "f", "eugenio": "m", "evgenia": "f", "fabiana": "f", "felicia": "f", "filippa": "f", "filippo": "m", "florian": "m", "frances": "f", "francis": "m", "gabriel": "m", "gaetana": "f", "gaetano": "m", "georges": "m", "georgia": "f", "gerarda": "f", "gerhard": "m", "germain": "m", "germana": "f", "gilbert": "m", "giorgia": "f", "giorgio": "m", "glennis": "f", "gregory": "m", "gustava": "f", "gustavo": "m", "heather": "f", "henrike": "f", "herbert": "m", "hermann": "m", "hermina": "f", "hermine": "f", "hilaria": "f", "hilario": "m", "ignacia": "f", "ignacio": "m", "jacques": "m", "jeffrey": "m", "jessica": "f", "joachim": "m", "joaquin": "m", "johanna": "f", "josepha": "f", "juanita": "f", "juliana": "f", "justina": "f", "justine": "f", "kathryn": "f", "kenneth": "m", "konrada": "f", "laurent": "m", "leonard": "m", "leonora": "f", "leopold": "m", "lorenza": "f", "lorenzo": "m", "luciana": "f", "luciano": "m", "manuela": "f", "marcela": "f", "marcelo": "m", "mariana": "f", "mariano": "m", "marilyn": "f", "martina": "f", "martine": "f", "martino": "m", "matthew": "m", "maurice": "m", "melissa": "f", "michael": "m", "miguela": "f", "mikhail": "m", "natalia": "f", "natalie": "f", "nicolas": "m", "norbert": "m", "octavia": "f", "octavio": "m", "olivier": "m", "orlanda": "f", "orlando": "m", "pascual": "m", "patrick": "m", "paulina": "f", "pauline": "f", "philipp": "m", "phillis": "f", "phyllis": "f", "rafaela": "f", "raphael": "m", "raymond": "m", "rebecca": "f", "ricarda": "f", "ricardo": "m", "richard": "m", "roberta": "f", "roberto": "m", "rodolfa": "f", "rodolfo": "m", "rodrigo": "m", "rolanda": "f", "rolande": "f", "rolando": "m", "romaine": "f", "rosaria": "f", "ruperta": "f", "samuela": "f", "santino": "m", "stefano": "m", "stephan": "m", "stephen": "m", "sylvain": "m", "terence": "m", "theodor": "m", "theresa": "f", "timothy": "m", "valeria": "f", "valerie": "f", "valerio": "m", "vincent": "m", "wilhelm": "m", "william": "m", "xaviera": "f", "yevgeny": "m", "adrienne": "f", "angelina": "f", "antonina": "f", "augustin": "m", "aurelien": "m", "benedict": "m", "benjamin": "m", "bernarda": "f", "bernardo": "m", "bernhard": "m", "brittany": "f", "carlotta": "f", "carolina": "f", "caroline": "f", "charlene": "f", "claudine": "f", "clemence": "f", "cornelia": "f", "cristian": "m", "cristina": "f", "daniella": "f", "danielle": "f", "domenica": "f", "domenico": "m", "dominica": "f", "dominika": "f", "emmanuel": "m", "fabienne": "f", "fabrizia": "f", "fabrizio": "m", "federica": "f", "federico": "m", "felicity": "f", "fernanda": "f", "fernando": "m", "floriana": "f", "francine": "f", "francois": "m", "frederic": "m", "gabriela": "f", "georgina": "f", "gerharda": "f", "gilberta": "f", "giovanna": "f", "giovanni": "m", "giuseppa": "f", "giuseppe": "m", "graziana": "f", "graziano": "m", "heinrich": "m", "isabella": "f", "jennifer": "f", "joachima": "f", "joaquina": "f", "johannes": "m", "jonathan": "m", "josefina": "f", "josefine": "f", "julianna": "f", "julianne": "f", "julienne": "f", "juliette": "f", "karoline": "f", "kathleen": "f", "kimberly": "f", "lawrence": "m", "leonarda": "f", "leonardo": "m", "lucienne": "f", "manuella": "f", "marcella": "f", "marcelle": "f", "marcello": "m", "margaret": "f", "marianna": "f", "marianne": "f", "mathilda": "f", "matthias": "m", "mauricia": "f", "mauricio": "m", "maurizia": "f", "maurizio": "m", "michaela": "f", "michelle": "f", "nathalie": "f", "nicholas": "m", "norberta": "f", "pascuala": "f", "patricia": "f", "patricio": "m", "philippa": "f", "philippe": "m", "rafaella": "f", "rafaello": "m", "raphaela": "f", "riccarda": "f", "riccardo": "m", "samantha": "f", "stefania": "f", "stefanie": "f", "sylvaine": "f", "terrance": "m", "terrence": "m", "theodora": "f", "theodore": "m", "timothea": "f", "valentin": "m", "victoria": "f", "viktoria": "f", "vincenza": "f", "vincenzo": "m", "virgilia": "f", "virgilio": "m", "virginia": "f", "vittoria": "f", "vittorio": "m", "vladimir": "m", "waltraud": "f", "yevgenia": "f", "albertina": "f", "albertine": "f", "alejandra": "f", "alejandro": "m", "aleksandr": "m", "alexander": "m", "alexandra": "f", "alexandre": "m", "augustina": "f", "augustine": "f", "benedicta": "f", "catherine": "f", "celestina": "f", "celestine": "f", "celestino": "m", "charlotte": "f", "christian": "m", "christina": "f", "christine": "f", "christoph": "m", "claudette": "f", "constance": "f", "cornelius": "m", "cristiana": "f", "cristiano": "m", "desdemona": "f", "elizabeth": "f", "enriqueta": "f", "ernestina": "f", "ernestine": "f", "estefania": "f", "ferdinand": "m", "francesca": "f", "francesco": "m", "francisca": "f", "francisco": "m", "francoise": "f", "franziska": "f", "frederica": "f", "frederick": "m", "friedrich": "m", "gabriella": "f", "gabrielle": "f", "georgette": "f", "geraldine": "f", "guillermo": "m", "henrietta": "f", "henriette": "f", "josephine": "f", "katherine": "f", "laurentia": "f", "marceline": "f", "nathaniel": "m", "nicoletta": "f", "nicolette": "f", "oleksandr": "m", "pierrette": "f", "raphaelle": "f", "robertina": "f", "sebastian": "m", "sebastien": "m", "stephania": "f", "stephanie": "f", "thomasina": "f", "valentina": "f", "valentino": "m", "victorine": "f", "vincentia": "f", "vladimira": "f", "aleksander": "m", "aleksandra": "f", "alessandra": "f", "alessandro": "m", "alexandria": "f", "antoinette": "f", "bernadette": "f", "bernardine": "f", "christiana": "f", "christiane": "f", "christophe": "m", "clementina": "f", "clementine": "f", "constantin": "m", "emmanuella": "f", "emmanuelle": "f", "ferdinanda": "f", "frederique": "f", "friederike": "f", "giuseppina": "f", "jacqueline": "f", "leopoldine": "f", "maximilian": "m", "oleksandra": "f", "philippine": "f", "sebastiana": "f", "wilhelmina": "f", "wilhelmine": "f", "christopher": "m", "constantina": "f", "guillermina": "f", "maximiliane": "f", "sebastienne": "f"}'::jsonb;


REVOKE ALL ON FUNCTION henk.genders() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.genders() TO service_role;


-- Migrations: 0038.
CREATE FUNCTION henk.generations() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{"v": "5", "id": "1", "ii": "2", "iv": "4", "jr": "2j", "ml": "2j", "sr": "1", "st": "1", "vi": "6", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "5th": "5", "6th": "6", "d a": "1", "d e": "1", "d j": "2j", "d y": "2j", "ifj": "2j", "iii": "3", "jnr": "2j", "jun": "2j", "pai": "1", "sen": "1", "snr": "1", "fils": "2j", "hijo": "2j", "neto": "3", "pere": "1", "filho": "2j", "idosb": "1", "nieto": "3", "padre": "1", "figlio": "2j", "ifjabb": "2j", "junior": "2j", "mladsi": "2j", "senior": "1", "starsi": "1", "mlodszy": "2j", "sobrino": "n", "starszy": "1", "sobrinho": "n", "den aldre": "1", "den eldre": "1", "den yngre": "2j", "the elder": "1", "the fifth": "5", "the first": "1", "the third": "3", "den aeldre": "1", "der altere": "1", "die altere": "1", "the fourth": "4", "the second": "2", "der jungere": "2j", "die jungere": "2j", "the younger": "2j"}'::jsonb;


REVOKE ALL ON FUNCTION henk.generations() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.generations() TO service_role;


-- Given names that are no short form of a third name: henk_pipeline.leads.nicknames.GIVEN_BY_THEMSELVES.
-- Migrations: 0042, 0044.
CREATE FUNCTION henk.given_by_themselves() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{adele,alexander,andrew,angel,angelica,angelika,angelique,august,austin,bella,briana,brianna,carole,caroline,casey,charlotte,clara,daisy,dora,elaine,eliza,ellen,ernest,evan,flora,gary,gina,irene,jamie,jean,jeffrey,jessie,joan,joe,john,jonathan,jude,judith,julia,june,justina,kelly,lee,lena,leo,leon,linda,lindsey,lindsy,louis,louise,lucius,lucy,madeline,madelyn,marcia,margery,maria,mariah,marianna,marie,marion,mary,maud,maureen,may,mercy,micah,michael,mina,mira,nathan,nicole,nora,rita,rosa,rose,rosemarie,roy,rudy,rupert,sandra,sara,stella,tina,tracy,victor,wendy,wilma}'::text[];


REVOKE ALL ON FUNCTION henk.given_by_themselves() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.given_by_themselves() TO service_role;


REVOKE ALL ON FUNCTION henk.grant_columns(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.grant_columns(p_table text) TO service_role;


-- Migrations: 0009.
CREATE FUNCTION henk.grant_columns(p_table text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    rights henk.client_rights;
    columns text;
BEGIN
    SELECT * INTO STRICT rights FROM henk.client_rights WHERE table_name = p_table;
    IF rights.inserts THEN
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', p_table)::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (rights.withheld);
        EXECUTE format('GRANT INSERT (%s) ON public.%I TO authenticated', columns, p_table);
    END IF;
    IF rights.updates THEN
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', p_table)::regclass AND attnum > 0 AND NOT attisdropped
            AND attname <> ALL (rights.withheld || rights.fixed)
            -- Columns of the installation's own stay writable.
            AND (rights.only_columns IS NULL OR attname = ANY (rights.only_columns) OR (p_table IN ('businesses', 'team_members')
                AND attname NOT IN ('business_id', 'user_id', 'slug', 'status', 'name', 'role', 'default_country', 'timezone', 'settings',
                    'created_at', 'updated_at')));
        EXECUTE format('GRANT UPDATE (%s) ON public.%I TO authenticated', columns, p_table);
    END IF;
END
$$;


REVOKE ALL ON FUNCTION henk.hand_over(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.hand_over(p_import_id uuid) TO service_role;


-- What other imports brought, too, is theirs from now on: members, assignments and the list itself go to the first of them that is not undone.
-- Migrations: 0034.
CREATE FUNCTION henk.hand_over(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE public.lead_list_members m SET import_id = h.import_id
    FROM (
        SELECT DISTINCT ON (m.id) m.id, r.import_id FROM pg_temp.henk_undo u
        JOIN public.lead_list_members m ON m.lead_id = u.lead_id AND m.import_id = p_import_id
        JOIN public.lead_import_rows r ON r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back
        JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone' AND i.lead_list_id = m.lead_list_id
        WHERE NOT u.worked_on ORDER BY m.id, i.finished_at, i.id) h
    WHERE h.id = m.id;
    UPDATE public.campaign_lead_lists a SET import_id = h.import_id
    FROM (
        SELECT DISTINCT ON (a.id) a.id, i.id AS import_id FROM public.campaign_lead_lists a
        JOIN public.lead_imports i ON i.business_id = a.business_id AND i.id <> p_import_id AND i.status IN ('loaded', 'partial')
            AND a.campaign_id = ANY (i.campaign_ids) AND (i.lead_list_id = a.lead_list_id
                OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id = i.id))
        WHERE a.import_id = p_import_id ORDER BY a.id, i.finished_at, i.id) h
    WHERE h.id = a.id;
    UPDATE public.lead_lists ll SET source_id = h.import_id::text
    FROM (
        SELECT DISTINCT ON (ll.id) ll.id, i.id AS import_id
        FROM public.lead_imports undone
        JOIN public.lead_lists ll ON ll.business_id = undone.business_id AND ll.source = 'csv_import' AND ll.source_id = undone.id::text
        JOIN public.lead_imports i ON i.business_id = ll.business_id AND i.id <> undone.id AND i.status IN ('loaded', 'partial')
            AND (i.lead_list_id = ll.id
                OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = ll.id AND m.import_id = i.id))
        WHERE undone.id = p_import_id ORDER BY ll.id, i.finished_at, i.id) h
    WHERE h.id = ll.id;
END
$$;


-- Filters compare texts and tags by Unicode case folding. p_wanted is folded already.
-- Migrations: 0032.
CREATE FUNCTION henk.has_tag(p_tags jsonb, p_wanted text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM jsonb_array_elements_text(p_tags) t WHERE henk.case_folded(t) = ANY (p_wanted))
$$;


REVOKE ALL ON FUNCTION henk.has_tag(p_tags jsonb, p_wanted text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.has_tag(p_tags jsonb, p_wanted text[]) TO service_role;


-- Keys about consent that are no fields of leads go to custom_fields; what they say of calls is heard. Sets do_not_call of pg_temp.henk_people, and
-- leaves what is unclear in pg_temp.henk_unclear (place, consent).
-- Migrations: 0031.
CREATE FUNCTION henk.hear_consent() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE pg_temp.henk_people p SET do_not_call = true WHERE p.tags <> '[]' AND p.tags::text ~* henk.refusing_words();
    DROP TABLE IF EXISTS pg_temp.henk_unclear, pg_temp.henk_consent;
    CREATE TEMP TABLE henk_unclear (place integer NOT NULL, consent text NOT NULL) ON COMMIT DROP;
    CREATE TEMP TABLE henk_consent ON COMMIT DROP AS
    SELECT k.key, henk.consent_direction(k.key) AS direction
    FROM (SELECT DISTINCT k.key FROM pg_temp.henk_people p CROSS JOIN LATERAL jsonb_object_keys(p.custom_fields) k (key)) k
    WHERE henk.consent_direction(k.key) IS NOT NULL;
    IF NOT EXISTS (SELECT FROM pg_temp.henk_consent) THEN
        RETURN;
    END IF;
    INSERT INTO pg_temp.henk_unclear (place, consent)
    SELECT p.place, left(string_agg(c.key || ': ' || (p.custom_fields ->> c.key), '; ' ORDER BY c.key), 1000)
    FROM pg_temp.henk_people p JOIN pg_temp.henk_consent c ON p.custom_fields ? c.key
    WHERE henk.consent_of(c.direction, p.custom_fields ->> c.key) = 'unclear' GROUP BY p.place;
    UPDATE pg_temp.henk_people p SET do_not_call = true
    FROM pg_temp.henk_consent c
    WHERE p.custom_fields ? c.key AND henk.consent_of(c.direction, p.custom_fields ->> c.key) = 'no calls';
END
$$;


COMMENT ON FUNCTION henk.hear_consent() IS 'Hear what keys of sent elements that are no fields of leads say of calls.';


REVOKE ALL ON FUNCTION henk.hear_consent() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.hear_consent() TO service_role;


REVOKE ALL ON FUNCTION henk.heard(p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.heard(p_name text) TO service_role;


-- Folded given names in one spelling of those that are heard alike: henk_pipeline.leads.spellings.heard.
-- Migrations: 0047.
CREATE FUNCTION henk.heard(p_name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN henk.without_umlauts(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(p_name, 'ph'::text, 'f'::text, 'g'::text), 'ck|qu|q'::text, 'k'::text, 'g'::text), 'cc'::text, 'c'::text, 'g'::text), 'c([^eiyh]|$)'::text, 'k\1'::text, 'g'::text), 'x'::text, 'ks'::text, 'g'::text), 'ksh'::text, 'ks'::text, 'g'::text), '([kgtdbr])h'::text, '\1'::text, 'g'::text), 'h([bdfgklmnprstvz])'::text, '\1'::text, 'g'::text), 'ah$'::text, 'a'::text, 'g'::text), '(ey|ie|ee|ei|y)$'::text, 'i'::text, 'g'::text), 'ay'::text, 'ai'::text, 'g'::text), 'ey'::text, 'ei'::text, 'g'::text), 'ee'::text, 'i'::text, 'g'::text), 'oo|ou'::text, 'u'::text, 'g'::text), 'w'::text, 'v'::text, 'g'::text), 'z$'::text, 's'::text, 'g'::text), '([abdfgklmnprstvz])\1+'::text, '\1'::text, 'g'::text));


-- One row, before it is written.
-- Migrations: 0026.
CREATE FUNCTION henk.hold_campaign_lead() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id) AND henk.must_not_call(NEW.lead_id) THEN
        NEW.status := 'dnc';
        NEW.next_attempt_at := NULL;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.hold_campaign_lead() FROM PUBLIC;


-- All rows of an insert at once, by any role; and a row that comes as `dnc` opts its lead out. EXECUTE: planned for as many rows as there are.
-- Migrations: 0026.
CREATE FUNCTION henk.hold_campaign_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    held uuid[];
    opted_out uuid[];
BEGIN
    EXECUTE 'SELECT array_agg(n.id) FROM came n JOIN public.campaigns c ON c.id = n.campaign_id AND c.exclude_dnc '
        'JOIN henk.leads_not_to_call u ON u.id = n.lead_id '
        'WHERE n.status IN (''new'', ''queued'', ''calling'', ''contacted'', ''failed'')' INTO held;
    IF held IS NOT NULL THEN
        UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL WHERE cl.id = ANY (held);
        PERFORM FROM public.campaign_leads cl WHERE cl.id = ANY (held) AND cl.status <> 'dnc';
        IF FOUND THEN
            RAISE EXCEPTION 'A trigger on campaign_leads keeps rows open of people who must not be called.'
                USING ERRCODE = 'check_violation', HINT = 'Change the trigger: it must let the status become "dnc".';
        END IF;
    END IF;
    SELECT array_agg(n.lead_id) INTO opted_out FROM came n
    WHERE n.status = 'dnc' AND n.lead_id IS NOT NULL AND (n.attempts > 0 OR NOT henk.must_not_call(n.lead_id))
        AND NOT EXISTS (SELECT FROM public.lead_merges m WHERE m.business_id = n.business_id AND m.dropped_lead_id = n.lead_id
            AND m.taken_apart_at IS NULL AND m.rows_before -> 'campaign_leads' @> jsonb_build_array(jsonb_build_object('id', n.id)));
    IF opted_out IS NOT NULL THEN
        PERFORM henk.keep_no(opted_out);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.hold_campaign_leads() FROM PUBLIC;


-- The row as all BEFORE triggers have left it. One that keeps opening the row has the statement refused.
-- Migrations: 0029.
CREATE FUNCTION henk.hold_written_campaign_lead() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NOT (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id) OR NOT henk.must_not_call(NEW.lead_id) THEN
        RETURN NULL;
    END IF;
    UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL WHERE cl.id = NEW.id;
    PERFORM FROM public.campaign_leads cl WHERE cl.id = NEW.id AND cl.status <> 'dnc';
    IF FOUND THEN
        RAISE EXCEPTION 'A trigger on campaign_leads sets a status that calls lead %, who must not be called.', NEW.lead_id
            USING ERRCODE = 'check_violation', HINT = 'Change the trigger: it must leave the status "dnc" as it is.';
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.hold_written_campaign_lead() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.is_e164(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_e164(p_phone text) TO service_role;
GRANT ALL ON FUNCTION henk.is_e164(p_phone text) TO authenticated;


-- \d is any digit of Unicode on some servers.
-- Migrations: 0007, 0032.
CREATE FUNCTION henk.is_e164(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((p_phone ~ '^\+[1-9][0-9]{6,14}$'::text), true);


COMMENT ON FUNCTION henk.is_final_phone(p_phone text) IS 'Whether a phone is E.164 without a trunk prefix after the calling code, or null.';


REVOKE ALL ON FUNCTION henk.is_final_phone(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_final_phone(p_phone text) TO service_role;
GRANT ALL ON FUNCTION henk.is_final_phone(p_phone text) TO authenticated;


-- E.164 that needs no reading: no trunk prefix stands after the calling code ("+440…", "+11…", "+78…" with a digit too many).
-- Migrations: 0031.
CREATE FUNCTION henk.is_final_phone(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(((p_phone ~ '^\+[1-9]\d{6,14}$'::text) AND (p_phone !~ '^\+(1[01]|7\d{11}$|3606|521\d{10}$|(7|2[07]|3[0-46]|4[013-689]|5[1-8]|6[013-6]|84|86|9[0-58]|2(1\d|2[0-13-8]|3\d|4[03-689]|5\d|6[0-79]|9\d)|3(5\d|7[0-79]|8\d)|42\d|5[09]\d|6[789]\d|8[05678]\d|9[679]\d)0)'::text)), true);


-- Whether given names are one person's where the e-mail addresses differ: henk_pipeline.leads.spellings.is_one_person_of_two_mailboxes.
-- Migrations: 0047.
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


REVOKE ALL ON FUNCTION henk.is_placeholder(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_placeholder(p_text text) TO service_role;


-- What people write where they have nothing to write (schemas/upload/cells.toml).
-- Migrations: 0032.
CREATE FUNCTION henk.is_placeholder(p_text text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(((henk.lowered(btrim(p_text)) = ANY (ARRAY['-'::text, '--'::text, '—'::text, '.'::text, 'n/a'::text, 'na'::text, 'n.a.'::text, 'none'::text, 'null'::text, 'nil'::text, 'unknown'::text, 'nan'::text, '?'::text, '#n/a'::text, '#ref!'::text, '#div/0!'::text, '#value!'::text, '#name?'::text, '#null!'::text, '#num!'::text, '#spill!'::text, '#calc!'::text, '#formula!'::text, '#field!'::text, '#busy!'::text, '#blocked!'::text, '#connect!'::text, '#unknown!'::text, '#getting_data'::text, '#error!'::text, '#python!'::text, '#external!'::text, '#nv'::text, '#bezug!'::text, '#wert!'::text, '#zahl!'::text, '#überlauf!'::text, '#kalk!'::text, '#valeur!'::text, '#nom?'::text, '#nombre!'::text, '#nul!'::text, '#¡ref!'::text, '#¡valor!'::text, '#¿nombre?'::text, '#¡num!'::text, '#¡div/0!'::text, '#¡nulo!'::text, '#valor!'::text, '#nome?'::text, '#núm!'::text, '#n/d'::text, '#nulo!'::text, '#verw!'::text, '#waarde!'::text, '#naam?'::text, '#getal!'::text, '#n/b'::text, '#leeg!'::text, '#deel/0!'::text])) OR (henk.lowered(btrim(p_text)) ~ '^(err:[0-9]{3}|#{3,})$'::text)), false);


REVOKE ALL ON FUNCTION henk.is_plain_email(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_plain_email(p_email text) TO service_role;
GRANT ALL ON FUNCTION henk.is_plain_email(p_email text) TO authenticated;


-- Whether an e-mail is in its one form already, as far as one expression tells: an address of ASCII with nothing around it, for what is a capital
-- letter beyond ASCII depends on the server's locale.
-- Migrations: 0007, 0031, 0032.
CREATE FUNCTION henk.is_plain_email(p_email text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((p_email ~ '^[!#-&*+./0-9=?^-{}~-][!#-&''*+./0-9=?^-{}~-]*@[a-z0-9._-]*[a-z0-9_-]$'::text), true);


REVOKE ALL ON FUNCTION henk.is_role_mailbox(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_role_mailbox(p_email text) TO service_role;


-- Mailboxes of a function (henk_pipeline.leads.emails.ROLES): several people's.
-- Migrations: 0032.
CREATE FUNCTION henk.is_role_mailbox(p_email text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((split_part(p_email, '@'::text, 1) = ANY (ARRAY['abuse'::text, 'admin'::text, 'administration'::text, 'billing'::text, 'bookkeeping'::text, 'buchhaltung'::text, 'contact'::text, 'contacto'::text, 'contato'::text, 'customerservice'::text, 'donations'::text, 'enquiries'::text, 'events'::text, 'feedback'::text, 'finance'::text, 'hello'::text, 'help'::text, 'hr'::text, 'info'::text, 'inquiries'::text, 'jobs'::text, 'kontakt'::text, 'mail'::text, 'marketing'::text, 'media'::text, 'membership'::text, 'newsletter'::text, 'no-reply'::text, 'noreply'::text, 'office'::text, 'postmaster'::text, 'press'::text, 'presse'::text, 'reception'::text, 'sales'::text, 'secretary'::text, 'sekretariat'::text, 'service'::text, 'spenden'::text, 'support'::text, 'team'::text, 'verwaltung'::text, 'volunteer'::text, 'webmaster'::text, 'welcome'::text])), false);


-- Whether the caller acts for all businesses: no end user, and a role that row policies do not hold (the service role, the tables' owner).
-- The setting `role` is what SET ROLE set; inside a SECURITY DEFINER function current_user is the function's owner.
-- Migrations: 0009.
CREATE FUNCTION henk.is_service() RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    caller name := coalesce(nullif(current_setting('role', true), 'none'), session_user);
BEGIN
    RETURN henk.caller_id() IS NULL AND coalesce(nullif(current_setting('request.jwt.claims', true), ''), '') !~ '"sub"' AND EXISTS (
        SELECT FROM pg_roles r WHERE r.rolname = caller AND (r.rolsuper OR r.rolbypassrls
            OR r.oid = (SELECT relowner FROM pg_class WHERE oid = 'public.leads'::regclass)));
END
$$;


REVOKE ALL ON FUNCTION henk.is_service() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_service() TO service_role;


REVOKE ALL ON FUNCTION henk.is_suppressed(p_business_id uuid, p_phone text, p_mobile_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_suppressed(p_business_id uuid, p_phone text, p_mobile_phone text) TO service_role;
GRANT ALL ON FUNCTION henk.is_suppressed(p_business_id uuid, p_phone text, p_mobile_phone text) TO authenticated;


-- The numbers alone, for callers that have no lead (scores).
-- Migrations: 0007, 0026.
CREATE FUNCTION henk.is_suppressed(p_business_id uuid, p_phone text, p_mobile_phone text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT FROM public.suppressions s
        WHERE s.business_id = p_business_id AND s.channel = 'phone' AND s.value IN (henk.call_key(p_phone), henk.call_key(p_mobile_phone),
            henk.fingerprint(p_business_id, p_phone), henk.fingerprint(p_business_id, p_mobile_phone)))
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;


REVOKE ALL ON FUNCTION henk.is_untouched(p_lead public.campaign_leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_untouched(p_lead public.campaign_leads) TO service_role;


-- Nobody has worked on a campaign lead: no call, no word, no amount. An opt-out alone is no work: the suppression keeps it.
-- Migrations: 0010.
CREATE FUNCTION henk.is_untouched(p_lead public.campaign_leads) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((((p_lead).status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying, 'dnc'::character varying])::text[])) AND ((p_lead).attempts = 0) AND ((p_lead).total_talk_time = 0) AND (COALESCE((p_lead).pledged_amount, (0)::numeric) = (0)::numeric) AND (COALESCE((p_lead).donated_amount, (0)::numeric) = (0)::numeric) AND (num_nonnulls((p_lead).last_attempt_at, (p_lead).outcome, (p_lead).notes, (p_lead).contacted_at, (p_lead).converted_at) = 0));


-- Migrations: 0005.
CREATE FUNCTION henk.keep_assignment_counts() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.total_leads := OLD.total_leads;
    NEW.contacted_leads := OLD.contacted_leads;
    NEW.successful_leads := OLD.successful_leads;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_assignment_counts() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_assignment_counts() TO service_role;


COMMENT ON FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) IS 'Keep contacts as those of an erased person, and take their suppressions away.';


REVOKE ALL ON FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- Keep contacts as those of an erased person, in every written form, and take their suppressions away: nobody is to read who it was.
-- Migrations: 0031.
CREATE FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    keys text[] := ARRAY(SELECT DISTINCT k FROM unnest(p_phones) p (phone) CROSS JOIN LATERAL unnest(
        henk.phone_keys(p.phone, (SELECT b.default_country FROM public.businesses b WHERE b.id = p_business_id)) || henk.call_key(p.phone) || p.phone) k
        WHERE k IS NOT NULL);
BEGIN
    -- All at once: each statement looks through the open campaign leads of the business.
    INSERT INTO henk.erasures (business_id, channel, fingerprint)
    SELECT p_business_id, 'email', f FROM unnest(p_emails) e (email) CROSS JOIN LATERAL unnest(henk.address_prints(p_business_id, e.email)) f
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, k) FROM unnest(keys) k
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, r) FROM unnest(keys) k CROSS JOIN LATERAL unnest(henk.readings(k)) r
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, fingerprint) DO UPDATE SET erased_at = now();
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT p_business_id, 'email', f, 'erased', 'erasure' FROM unnest(p_emails) e (email) CROSS JOIN LATERAL unnest(henk.address_prints(p_business_id, e.email)) f
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, k), 'erased', 'erasure' FROM unnest(keys) k
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    DELETE FROM public.suppressions s WHERE s.business_id = p_business_id
        AND ((s.channel = 'phone' AND s.value = ANY (keys)) OR (s.channel = 'email' AND s.value = ANY (p_emails)));
    DELETE FROM henk.blocked_numbers r WHERE r.business_id = p_business_id AND r.of_value = ANY (keys);
END
$$;


-- An erasure is kept where no member can edit it, whoever writes the suppression.
-- Migrations: 0026.
CREATE FUNCTION henk.keep_erasure() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO henk.erasures (business_id, channel, fingerprint) VALUES (NEW.business_id, NEW.channel, NEW.value)
    ON CONFLICT (business_id, channel, fingerprint) DO UPDATE SET erased_at = now();
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_erasure() FROM PUBLIC;


-- A count that a client sends along is passed over: the database knows better. Depth 0 is a statement of somebody's; the counting above
-- comes from inside a trigger.
-- Migrations: 0005.
CREATE FUNCTION henk.keep_list_count() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.lead_count := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.lead_count END;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_list_count() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_list_count() TO service_role;


-- A merge with a lead that opted out suppresses the numbers of both. Those it caused are kept with the merge: of the lead that had no flag.
-- Migrations: 0027, 0031.
CREATE FUNCTION henk.keep_merged_opt_outs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.moved := NEW.moved || jsonb_build_object('suppressions', (
        SELECT coalesce(jsonb_agg(DISTINCT s.value), '[]')
        FROM jsonb_populate_recordset(NULL::public.leads, NEW.rows_before -> 'leads') l
        CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
        JOIN public.suppressions s ON s.business_id = NEW.business_id AND s.channel = 'phone' AND s.value = k.key
        WHERE s.added_at = now() AND s.source IN ('lead', 'campaign') AND NOT (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))
    ), 'no_calls', (
        SELECT coalesce(jsonb_agg(DISTINCT c.address), '[]')
        FROM jsonb_populate_recordset(NULL::public.leads, NEW.rows_before -> 'leads') l
        JOIN henk.no_calls c ON c.business_id = NEW.business_id AND c.address = ANY (henk.address_prints(NEW.business_id, l.email))
        WHERE c.said_at = now() AND NOT (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))));
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_merged_opt_outs() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.keep_no(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_no(p_lead_ids uuid[]) TO service_role;


-- Said in a call: the suppression says so, before the flag of the lead writes its own reason.
-- Migrations: 0022, 0026, 0030, 0031.
CREATE FUNCTION henk.keep_no(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', k.key, 'said in a call', 'campaign'
    FROM public.leads l CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
    WHERE l.id = ANY (p_lead_ids)
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO UPDATE SET source = 'campaign', reason = 'said in a call'
        WHERE suppressions.source <> 'campaign' AND suppressions.added_at < now();
    INSERT INTO henk.said_no (business_id, fingerprint)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
    WHERE l.id = ANY (p_lead_ids)
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO NOTHING;
    INSERT INTO henk.restated_opt_outs (business_id, fingerprint)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
    WHERE l.id = ANY (p_lead_ids)
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now() WHERE restated_opt_outs.stated_at < now();
    UPDATE public.leads SET dnc = true WHERE id = ANY (p_lead_ids) AND NOT dnc;
END
$$;


-- A row becomes `dnc` because the person said so, or because of the rule. The rule never writes a row that is converted, nor one of a campaign that
-- calls everybody, nor one of a lead that may be called.
-- Migrations: 0022, 0026, 0029, 0030.
CREATE FUNCTION henk.keep_no_of_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF OLD.status IN ('calling', 'converted') OR NEW.attempts > OLD.attempts
        OR NOT (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id) OR NOT henk.must_not_call(NEW.lead_id) THEN
        PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_no_of_call() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.keep_opt_outs(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_opt_outs(p_lead_ids uuid[]) TO service_role;


-- A lead with a flag has its numbers suppressed and its address in henk.no_calls, whoever wrote it and in which order; every other lead with one of
-- them is then not called either.
-- Migrations: 0026, 0031.
CREATE FUNCTION henk.keep_opt_outs(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    opted_out uuid[] := ARRAY(SELECT l.id FROM public.leads l
        WHERE l.id = ANY (p_lead_ids) AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc) ORDER BY l.id);
    sharing uuid[];
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', k.key, 'a lead with this number opted out', 'lead'
    FROM public.leads l CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
    WHERE l.id = ANY (opted_out) AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = l.business_id AND s.channel = 'phone'
        AND s.value IN (k.key, henk.fingerprint(l.business_id, k.key)))
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    INSERT INTO henk.restated_opt_outs (business_id, fingerprint)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
    WHERE l.id = ANY (opted_out)
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now() WHERE restated_opt_outs.stated_at < now();
    INSERT INTO henk.no_calls (business_id, address)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.address_prints(l.business_id, l.email)) p (print)
    WHERE l.id = ANY (opted_out)
    ORDER BY 1, 2 ON CONFLICT (business_id, address) DO NOTHING;
    -- As henk.leads_with_address, in one statement: that function takes milliseconds for each of thousands of leads that a file opts out.
    WITH mine AS MATERIALIZED (
        SELECT DISTINCT l.business_id, l.email FROM public.leads l WHERE l.id = ANY (opted_out) AND l.email IS NOT NULL)
    SELECT array_agg(f.id) INTO sharing FROM (
        SELECT o.id FROM mine m JOIN public.leads o ON o.business_id = m.business_id AND o.email = m.email
        UNION
        SELECT o.id FROM mine m CROSS JOIN LATERAL (
            SELECT o.id FROM public.leads o
            WHERE henk.match_keys(o.business_id, o.first_name, o.last_name, o.email, o.street, o.city, o.postal_code, o.custom_fields ->> 'birth_date')
                    @> henk.match_keys(m.business_id, NULL, NULL, henk.email_key(m.email), NULL, NULL, NULL, NULL)
                AND o.business_id = m.business_id AND o.email <> m.email AND henk.email_key(o.email) = henk.email_key(m.email) OFFSET 0) o
        WHERE m.email ~ '[+].*@|@(g(oogle)?mail|outlook|hotmail|live|msn|icloud|me|mac|fastmail|proton|protonmail|pm|zoho|yandex|hey)[.](com|me)$'
        UNION
        SELECT o.id FROM mine m CROSS JOIN LATERAL henk.leads_with_address(m.business_id, m.email) o (id) WHERE NOT henk.is_plain_email(m.email)
        UNION
        SELECT o.id FROM public.leads o CROSS JOIN LATERAL unnest(henk.addresses_in(o.email)) a (address)
        JOIN mine m ON m.business_id = o.business_id AND m.email = a.address WHERE NOT henk.is_plain_email(o.email)) f;
    IF sharing IS NOT NULL THEN
        PERFORM henk.end_calls(sharing);
    END IF;
END
$_$;


-- A business keeps an active owner: nobody else could make one. An account that is deleted (a cascade) is not held up by it.
-- Migrations: 0033.
CREATE FUNCTION henk.keep_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM auth.users u WHERE u.id = OLD.user_id) THEN
        RETURN NULL;
    END IF;
    -- Two owners who leave at the same moment: the second waits, and then sees that the first has gone.
    PERFORM FROM public.businesses b WHERE b.id = OLD.business_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT FROM public.team_members t
        WHERE t.business_id = OLD.business_id AND t.role::text = 'owner' AND t.status::text = 'active') THEN
        RAISE EXCEPTION 'The business would have no active owner left.' USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            CONSTRAINT = TG_NAME, HINT = 'Make another member an owner first.';
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_owner() FROM PUBLIC;


-- Migrations: 0023.
CREATE FUNCTION henk.keep_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF (CASE TG_TABLE_NAME WHEN 'leads' THEN EXISTS (SELECT FROM public.lead_import_rows r WHERE r.lead_id = OLD.id)
        ELSE EXISTS (SELECT FROM public.lead_import_rows r WHERE r.import_id = OLD.id) END) THEN
        RAISE EXCEPTION 'Lines of files refer to % of %: its id and business stay.', OLD.id, TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_provenance() FROM PUBLIC;


-- Migrations: 0031.
CREATE FUNCTION henk.keep_readings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM henk.blocked_numbers r WHERE r.business_id = OLD.business_id AND r.of_value = OLD.value;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.channel = 'phone' AND NEW.value ~ '^[0-9]+$' THEN
        INSERT INTO henk.blocked_numbers (business_id, number, of_value)
        SELECT NEW.business_id, r, NEW.value FROM unnest(henk.readings(NEW.value)) r ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$_$;


COMMENT ON FUNCTION henk.keep_readings() IS 'Trigger: keep henk.blocked_numbers as suppressions of unread digits come and go.';


REVOKE ALL ON FUNCTION henk.keep_readings() FROM PUBLIC;


-- A client that inserts a row as `dnc` says so of the person, whatever blocked the person before. It names no business (see fill_business_id).
-- Migrations: 0031.
CREATE FUNCTION henk.keep_stated_no() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM public.leads l JOIN public.campaigns c ON c.business_id = l.business_id WHERE l.id = NEW.lead_id AND c.id = NEW.campaign_id
        AND (henk.is_service() OR l.business_id = ANY (henk.my_businesses('{owner,admin,member}')))) THEN
        PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    END IF;
    RETURN NEW;
END
$$;


COMMENT ON FUNCTION henk.keep_stated_no() IS 'Trigger: a campaign lead that a client inserts as dnc opts its lead out, as if it was said in a call.';


REVOKE ALL ON FUNCTION henk.keep_stated_no() FROM PUBLIC;


-- A member takes the suppression of a number away while a lead that has it keeps its flag: the number stays blocked, for every other lead, too, until
-- the flag is taken away (henk.forget_no).
-- Migrations: 0031.
CREATE FUNCTION henk.keep_suppressed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    INSERT INTO henk.blocked_numbers (business_id, number, of_value)
    SELECT DISTINCT w.business_id, n.number, w.value
    FROM went w JOIN public.businesses b ON b.id = w.business_id -- of a business that is deleted nothing stays
    CROSS JOIN LATERAL (
        SELECT l.id FROM public.leads l WHERE l.business_id = w.business_id AND l.phone = w.value
        UNION ALL SELECT l.id FROM public.leads l WHERE l.business_id = w.business_id AND l.mobile_phone = w.value
        UNION ALL SELECT l.id FROM public.leads l WHERE l.business_id = w.business_id AND NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone))
            AND henk.phone_tails(l.phone, l.mobile_phone) @> ARRAY[right(w.value, 7)] AND w.value = ANY (henk.keys_of_lead(l))) o
    JOIN public.leads l ON l.id = o.id AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc)
    CROSS JOIN LATERAL unnest(w.value || henk.readings(w.value)) n (number)
    WHERE w.channel = 'phone' AND w.value NOT LIKE 'sha256:%'
        AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = w.business_id AND s.channel = 'phone' AND s.value = w.value)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.keep_suppressed() IS 'Trigger: a number stays blocked as long as a lead that has it keeps its flag.';


REVOKE ALL ON FUNCTION henk.keep_suppressed() FROM PUBLIC;


-- People whose consent is unclear are not called until a person decides; a refusal that is certain stays one.
-- Migrations: 0031.
CREATE FUNCTION henk.keep_unclear() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE public.leads l SET do_not_call = true, consent_unclear = u.consent
    FROM (
        SELECT f.lead_id, string_agg(DISTINCT u.consent, '; ') AS consent FROM pg_temp.henk_unclear u
        JOIN pg_temp.henk_people p ON p.place = u.place JOIN pg_temp.henk_people f ON f.place = p.person
        GROUP BY f.lead_id) u
    WHERE l.id = u.lead_id AND NOT l.do_not_call;
END
$$;


COMMENT ON FUNCTION henk.keep_unclear() IS 'Set consent_unclear of the leads that a sent list leaves unclear.';


REVOKE ALL ON FUNCTION henk.keep_unclear() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_unclear() TO service_role;


REVOKE ALL ON FUNCTION henk.key_column(p_table regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.key_column(p_table regclass) TO service_role;


-- The single column that names a row of a table of the installation's own; null where there is none.
-- Migrations: 0015.
CREATE FUNCTION henk.key_column(p_table regclass) RETURNS name
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = p_table AND i.indisprimary AND i.indnkeyatts = 1
$$;


COMMENT ON FUNCTION henk.keys_of_lead(p_lead public.leads) IS 'The keys that an opt-out of a lead suppresses.';


REVOKE ALL ON FUNCTION henk.keys_of_lead(p_lead public.leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keys_of_lead(p_lead public.leads) TO service_role;


-- The keys that an opt-out of a lead suppresses.
-- Migrations: 0031.
CREATE FUNCTION henk.keys_of_lead(p_lead public.leads) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE
        WHEN henk.is_final_phone((p_lead).phone) AND henk.is_final_phone((p_lead).mobile_phone)
            THEN array_remove(ARRAY[(p_lead).phone, (p_lead).mobile_phone], NULL)
        ELSE (
            SELECT henk.phone_keys((p_lead).phone, r.region) || henk.phone_keys((p_lead).mobile_phone, r.region)
            FROM henk.region_of((p_lead).country, (SELECT b.default_country FROM public.businesses b WHERE b.id = (p_lead).business_id)) r (region))
    END
$$;


COMMENT ON FUNCTION henk.leads_with_address(p_business_id uuid, p_email text) IS 'The ids of the leads with an address, in any written form of its mailbox.';


REVOKE ALL ON FUNCTION henk.leads_with_address(p_business_id uuid, p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.leads_with_address(p_business_id uuid, p_email text) TO service_role;


-- The leads with an address, in any form of its mailbox, each once. By index; leads with several addresses in one cell are few.
-- Migrations: 0031.
CREATE FUNCTION henk.leads_with_address(p_business_id uuid, p_email text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $_$
DECLARE
    addresses text[] := CASE WHEN henk.is_plain_email(p_email) THEN ARRAY[p_email] ELSE henk.addresses_in(p_email) END;
    address text;
    keys bigint[];
BEGIN
    RETURN QUERY SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id AND l.email = ANY (addresses || p_email);
    FOREACH address IN ARRAY addresses LOOP
        CONTINUE WHEN address !~ '[+].*@|@(g(oogle)?mail|outlook|hotmail|live|msn|icloud|me|mac|fastmail|proton|protonmail|pm|zoho|yandex|hey)[.](com|me)$';
        keys := henk.match_keys(p_business_id, NULL, NULL, henk.email_key(address), NULL, NULL, NULL, NULL);
        RETURN QUERY SELECT l.id FROM public.leads l
            WHERE henk.match_keys(l.business_id, l.first_name, l.last_name, l.email, l.street, l.city, l.postal_code, l.custom_fields ->> 'birth_date')
                @> keys AND l.business_id = p_business_id AND l.email <> address AND henk.email_key(l.email) = henk.email_key(address);
    END LOOP;
    RETURN QUERY SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id AND NOT henk.is_plain_email(l.email)
        AND l.email <> p_email AND henk.addresses_in(l.email) && addresses;
END
$_$;


-- Migrations: 0023.
CREATE FUNCTION henk.leave_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'leads' THEN
        EXECUTE 'UPDATE public.lead_import_rows r SET lead_id = NULL FROM went w WHERE r.lead_id = w.id';
    ELSE
        EXECUTE 'DELETE FROM public.lead_import_rows r USING went w WHERE r.import_id = w.id';
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.leave_provenance() FROM PUBLIC;


-- Migrations: 0032.
CREATE FUNCTION henk.letter_folds() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{"Æ": "ae", "Ð": "d", "Ø": "o", "Þ": "th", "ß": "ss", "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "Đ": "d", "đ": "d", "Ħ": "h", "ħ": "h", "ı": "i", "ĸ": "k", "Ł": "l", "ł": "l", "Ŋ": "n", "ŋ": "n", "Œ": "œ", "Ŧ": "t", "ŧ": "t", "ſ": "s", "ƀ": "b", "Ɓ": "b", "Ƃ": "b", "ƃ": "b", "Ƅ": "ƅ", "Ɔ": "o", "Ƈ": "c", "ƈ": "c", "Ɖ": "d", "Ɗ": "d", "Ƌ": "d", "ƌ": "d", "Ǝ": "e", "Ə": "e", "Ɛ": "e", "Ƒ": "f", "ƒ": "f", "Ɠ": "g", "Ɣ": "ɣ", "Ɩ": "ɩ", "Ɨ": "i", "Ƙ": "k", "ƙ": "k", "ƚ": "l", "Ɯ": "ɯ", "Ɲ": "n", "ƞ": "n", "Ɵ": "ɵ", "Ƣ": "ƣ", "Ƥ": "p", "ƥ": "p", "Ʀ": "ʀ", "Ƨ": "ƨ", "Ʃ": "ʃ", "ƫ": "t", "Ƭ": "t", "ƭ": "t", "Ʈ": "t", "Ʊ": "ʊ", "Ʋ": "v", "Ƴ": "y", "ƴ": "y", "Ƶ": "z", "ƶ": "z", "Ʒ": "ʒ", "Ƹ": "ƹ", "Ƽ": "ƽ", "ƿ": "w", "ǝ": "e", "Ǥ": "g", "ǥ": "g", "Ƕ": "ƕ", "Ƿ": "w", "Ȝ": "y", "ȝ": "y", "Ƞ": "n", "ȡ": "d", "Ȣ": "ȣ", "Ȥ": "z", "ȥ": "z", "ȴ": "l", "ȵ": "n", "ȶ": "t", "ȷ": "j", "Ⱥ": "a", "Ȼ": "c", "ȼ": "c", "Ƚ": "l", "Ⱦ": "t", "ȿ": "s", "ɀ": "z", "Ɂ": "ɂ", "Ƀ": "b", "Ʉ": "ʉ", "Ʌ": "ʌ", "Ɇ": "e", "ɇ": "e", "Ɉ": "j", "ɉ": "j", "Ɋ": "q", "ɋ": "q", "Ɍ": "r", "ɍ": "r", "Ɏ": "y", "ɏ": "y", "ɓ": "b", "ɔ": "o", "ɕ": "c", "ɖ": "d", "ɗ": "d", "ə": "e", "ɛ": "e", "ɠ": "g", "ɦ": "h", "ɨ": "i", "ɫ": "l", "ɬ": "l", "ɭ": "l", "ɱ": "m", "ɲ": "n", "ɳ": "n", "ɼ": "r", "ɽ": "r", "ɾ": "r", "ʂ": "s", "ʈ": "t", "ʋ": "v", "ʐ": "z", "ʑ": "z", "ʝ": "j", "ʠ": "q", "ͅ": "ι", "Ͱ": "ͱ", "Ͳ": "ͳ", "Ͷ": "ͷ", "Ϳ": "ϳ", "Α": "α", "Β": "β", "Γ": "γ", "Δ": "δ", "Ε": "ε", "Ζ": "ζ", "Η": "η", "Θ": "θ", "Ι": "ι", "Κ": "κ", "Λ": "λ", "Μ": "μ", "Ν": "ν", "Ξ": "ξ", "Ο": "ο", "Π": "π", "Ρ": "ρ", "Σ": "σ", "Τ": "τ", "Υ": "υ", "Φ": "φ", "Χ": "χ", "Ψ": "ψ", "Ω": "ω", "ς": "σ", "Ϗ": "ϗ", "Ϙ": "ϙ", "Ϛ": "ϛ", "Ϝ": "ϝ", "Ϟ": "ϟ", "Ϡ": "ϡ", "Ϣ": "ϣ", "Ϥ": "ϥ", "Ϧ": "ϧ", "Ϩ": "ϩ", "Ϫ": "ϫ", "Ϭ": "ϭ", "Ϯ": "ϯ", "Ϸ": "ϸ", "Ϻ": "ϻ", "Ͻ": "ͻ", "Ͼ": "ͼ", "Ͽ": "ͽ", "Ђ": "ђ", "Є": "є", "Ѕ": "ѕ", "І": "і", "Ј": "ј", "Љ": "љ", "Њ": "њ", "Ћ": "ћ", "Џ": "џ", "А": "а", "Б": "б", "В": "в", "Г": "г", "Д": "д", "Е": "е", "Ж": "ж", "З": "з", "И": "и", "К": "к", "Л": "л", "М": "м", "Н": "н", "О": "о", "П": "п", "Р": "р", "С": "с", "Т": "т", "У": "у", "Ф": "ф", "Х": "х", "Ц": "ц", "Ч": "ч", "Ш": "ш", "Щ": "щ", "Ъ": "ъ", "Ы": "ы", "Ь": "ь", "Э": "э", "Ю": "ю", "Я": "я", "Ѡ": "ѡ", "Ѣ": "ѣ", "Ѥ": "ѥ", "Ѧ": "ѧ", "Ѩ": "ѩ", "Ѫ": "ѫ", "Ѭ": "ѭ", "Ѯ": "ѯ", "Ѱ": "ѱ", "Ѳ": "ѳ", "Ѵ": "ѵ", "Ѹ": "ѹ", "Ѻ": "ѻ", "Ѽ": "ѽ", "Ѿ": "ѿ", "Ҁ": "ҁ", "Ҋ": "ҋ", "Ҍ": "ҍ", "Ҏ": "ҏ", "Ґ": "ґ", "Ғ": "ғ", "Ҕ": "ҕ", "Җ": "җ", "Ҙ": "ҙ", "Қ": "қ", "Ҝ": "ҝ", "Ҟ": "ҟ", "Ҡ": "ҡ", "Ң": "ң", "Ҥ": "ҥ", "Ҧ": "ҧ", "Ҩ": "ҩ", "Ҫ": "ҫ", "Ҭ": "ҭ", "Ү": "ү", "Ұ": "ұ", "Ҳ": "ҳ", "Ҵ": "ҵ", "Ҷ": "ҷ", "Ҹ": "ҹ", "Һ": "һ", "Ҽ": "ҽ", "Ҿ": "ҿ", "Ӏ": "ӏ", "Ӄ": "ӄ", "Ӆ": "ӆ", "Ӈ": "ӈ", "Ӊ": "ӊ", "Ӌ": "ӌ", "Ӎ": "ӎ", "Ӕ": "ӕ", "Ә": "ә", "Ӡ": "ӡ", "Ө": "ө", "Ӷ": "ӷ", "Ӻ": "ӻ", "Ӽ": "ӽ", "Ӿ": "ӿ", "Ԁ": "ԁ", "Ԃ": "ԃ", "Ԅ": "ԅ", "Ԇ": "ԇ", "Ԉ": "ԉ", "Ԋ": "ԋ", "Ԍ": "ԍ", "Ԏ": "ԏ", "Ԑ": "ԑ", "Ԓ": "ԓ", "Ԕ": "ԕ", "Ԗ": "ԗ", "Ԙ": "ԙ", "Ԛ": "ԛ", "Ԝ": "ԝ", "Ԟ": "ԟ", "Ԡ": "ԡ", "Ԣ": "ԣ", "Ԥ": "ԥ", "Ԧ": "ԧ", "Ԩ": "ԩ", "Ԫ": "ԫ", "Ԭ": "ԭ", "Ԯ": "ԯ", "Ա": "ա", "Բ": "բ", "Գ": "գ", "Դ": "դ", "Ե": "ե", "Զ": "զ", "Է": "է", "Ը": "ը", "Թ": "թ", "Ժ": "ժ", "Ի": "ի", "Լ": "լ", "Խ": "խ", "Ծ": "ծ", "Կ": "կ", "Հ": "հ", "Ձ": "ձ", "Ղ": "ղ", "Ճ": "ճ", "Մ": "մ", "Յ": "յ", "Ն": "ն", "Շ": "շ", "Ո": "ո", "Չ": "չ", "Պ": "պ", "Ջ": "ջ", "Ռ": "ռ", "Ս": "ս", "Վ": "վ", "Տ": "տ", "Ր": "ր", "Ց": "ց", "Ւ": "ւ", "Փ": "փ", "Ք": "ք", "Օ": "օ", "Ֆ": "ֆ", "Ⴀ": "ⴀ", "Ⴁ": "ⴁ", "Ⴂ": "ⴂ", "Ⴃ": "ⴃ", "Ⴄ": "ⴄ", "Ⴅ": "ⴅ", "Ⴆ": "ⴆ", "Ⴇ": "ⴇ", "Ⴈ": "ⴈ", "Ⴉ": "ⴉ", "Ⴊ": "ⴊ", "Ⴋ": "ⴋ", "Ⴌ": "ⴌ", "Ⴍ": "ⴍ", "Ⴎ": "ⴎ", "Ⴏ": "ⴏ", "Ⴐ": "ⴐ", "Ⴑ": "ⴑ", "Ⴒ": "ⴒ", "Ⴓ": "ⴓ", "Ⴔ": "ⴔ", "Ⴕ": "ⴕ", "Ⴖ": "ⴖ", "Ⴗ": "ⴗ", "Ⴘ": "ⴘ", "Ⴙ": "ⴙ", "Ⴚ": "ⴚ", "Ⴛ": "ⴛ", "Ⴜ": "ⴜ", "Ⴝ": "ⴝ", "Ⴞ": "ⴞ", "Ⴟ": "ⴟ", "Ⴠ": "ⴠ", "Ⴡ": "ⴡ", "Ⴢ": "ⴢ", "Ⴣ": "ⴣ", "Ⴤ": "ⴤ", "Ⴥ": "ⴥ", "Ⴧ": "ⴧ", "Ⴭ": "ⴭ", "ᏸ": "Ᏸ", "ᏹ": "Ᏹ", "ᏺ": "Ᏺ", "ᏻ": "Ᏻ", "ᏼ": "Ᏼ", "ᏽ": "Ᏽ", "ᲀ": "в", "ᲁ": "д", "ᲂ": "о", "ᲃ": "с", "ᲄ": "т", "ᲅ": "т", "ᲆ": "ъ", "ᲇ": "ѣ", "ᲈ": "ꙋ", "Ა": "ა", "Ბ": "ბ", "Გ": "გ", "Დ": "დ", "Ე": "ე", "Ვ": "ვ", "Ზ": "ზ", "Თ": "თ", "Ი": "ი", "Კ": "კ", "Ლ": "ლ", "Მ": "მ", "Ნ": "ნ", "Ო": "ო", "Პ": "პ", "Ჟ": "ჟ", "Რ": "რ", "Ს": "ს", "Ტ": "ტ", "Უ": "უ", "Ფ": "ფ", "Ქ": "ქ", "Ღ": "ღ", "Ყ": "ყ", "Შ": "შ", "Ჩ": "ჩ", "Ც": "ც", "Ძ": "ძ", "Წ": "წ", "Ჭ": "ჭ", "Ხ": "ხ", "Ჯ": "ჯ", "Ჰ": "ჰ", "Ჱ": "ჱ", "Ჲ": "ჲ", "Ჳ": "ჳ", "Ჴ": "ჴ", "Ჵ": "ჵ", "Ჶ": "ჶ", "Ჷ": "ჷ", "Ჸ": "ჸ", "Ჹ": "ჹ", "Ჺ": "ჺ", "Ჽ": "ჽ", "Ჾ": "ჾ", "Ჿ": "ჿ", "ᵬ": "b", "ᵭ": "d", "ᵮ": "f", "ᵯ": "m", "ᵰ": "n", "ᵱ": "p", "ᵲ": "r", "ᵳ": "r", "ᵴ": "s", "ᵵ": "t", "ᵶ": "z", "ᵺ": "th", "ᵽ": "p", "ᶀ": "b", "ᶁ": "d", "ᶂ": "f", "ᶃ": "g", "ᶄ": "k", "ᶅ": "l", "ᶆ": "m", "ᶇ": "n", "ᶈ": "p", "ᶉ": "r", "ᶊ": "s", "ᶌ": "v", "ᶍ": "x", "ᶎ": "z", "ᶏ": "a", "ᶑ": "d", "ᶒ": "e", "ᶖ": "i", "ᶙ": "u", "ẞ": "ss", "Ỻ": "ỻ", "Ỽ": "ỽ", "Ỿ": "y", "ỿ": "y", "Ⅎ": "ⅎ", "Ↄ": "ↄ", "Ⰰ": "ⰰ", "Ⰱ": "ⰱ", "Ⰲ": "ⰲ", "Ⰳ": "ⰳ", "Ⰴ": "ⰴ", "Ⰵ": "ⰵ", "Ⰶ": "ⰶ", "Ⰷ": "ⰷ", "Ⰸ": "ⰸ", "Ⰹ": "ⰹ", "Ⰺ": "ⰺ", "Ⰻ": "ⰻ", "Ⰼ": "ⰼ", "Ⰽ": "ⰽ", "Ⰾ": "ⰾ", "Ⰿ": "ⰿ", "Ⱀ": "ⱀ", "Ⱁ": "ⱁ", "Ⱂ": "ⱂ", "Ⱃ": "ⱃ", "Ⱄ": "ⱄ", "Ⱅ": "ⱅ", "Ⱆ": "ⱆ", "Ⱇ": "ⱇ", "Ⱈ": "ⱈ", "Ⱉ": "ⱉ", "Ⱊ": "ⱊ", "Ⱋ": "ⱋ", "Ⱌ": "ⱌ", "Ⱍ": "ⱍ", "Ⱎ": "ⱎ", "Ⱏ": "ⱏ", "Ⱐ": "ⱐ", "Ⱑ": "ⱑ", "Ⱒ": "ⱒ", "Ⱓ": "ⱓ", "Ⱔ": "ⱔ", "Ⱕ": "ⱕ", "Ⱖ": "ⱖ", "Ⱗ": "ⱗ", "Ⱘ": "ⱘ", "Ⱙ": "ⱙ", "Ⱚ": "ⱚ", "Ⱛ": "ⱛ", "Ⱜ": "ⱜ", "Ⱝ": "ⱝ", "Ⱞ": "ⱞ", "Ⱟ": "ⱟ", "Ⱡ": "l", "ⱡ": "l", "Ɫ": "l", "Ᵽ": "p", "Ɽ": "r", "ⱥ": "a", "ⱦ": "t", "Ⱨ": "h", "ⱨ": "h", "Ⱪ": "k", "ⱪ": "k", "Ⱬ": "z", "ⱬ": "z", "Ɑ": "ɑ", "Ɱ": "m", "Ɐ": "ɐ", "Ɒ": "ɒ", "ⱱ": "v", "Ⱳ": "w", "ⱳ": "w", "ⱴ": "v", "Ⱶ": "ⱶ", "ⱸ": "e", "ⱺ": "o", "Ȿ": "s", "Ɀ": "z", "Ⲁ": "ⲁ", "Ⲃ": "ⲃ", "Ⲅ": "ⲅ", "Ⲇ": "ⲇ", "Ⲉ": "ⲉ", "Ⲋ": "ⲋ", "Ⲍ": "ⲍ", "Ⲏ": "ⲏ", "Ⲑ": "ⲑ", "Ⲓ": "ⲓ", "Ⲕ": "ⲕ", "Ⲗ": "ⲗ", "Ⲙ": "ⲙ", "Ⲛ": "ⲛ", "Ⲝ": "ⲝ", "Ⲟ": "ⲟ", "Ⲡ": "ⲡ", "Ⲣ": "ⲣ", "Ⲥ": "ⲥ", "Ⲧ": "ⲧ", "Ⲩ": "ⲩ", "Ⲫ": "ⲫ", "Ⲭ": "ⲭ", "Ⲯ": "ⲯ", "Ⲱ": "ⲱ", "Ⲳ": "ⲳ", "Ⲵ": "ⲵ", "Ⲷ": "ⲷ", "Ⲹ": "ⲹ", "Ⲻ": "ⲻ", "Ⲽ": "ⲽ", "Ⲿ": "ⲿ", "Ⳁ": "ⳁ", "Ⳃ": "ⳃ", "Ⳅ": "ⳅ", "Ⳇ": "ⳇ", "Ⳉ": "ⳉ", "Ⳋ": "ⳋ", "Ⳍ": "ⳍ", "Ⳏ": "ⳏ", "Ⳑ": "ⳑ", "Ⳓ": "ⳓ", "Ⳕ": "ⳕ", "Ⳗ": "ⳗ", "Ⳙ": "ⳙ", "Ⳛ": "ⳛ", "Ⳝ": "ⳝ", "Ⳟ": "ⳟ", "Ⳡ": "ⳡ", "Ⳣ": "ⳣ", "Ⳬ": "ⳬ", "Ⳮ": "ⳮ", "Ⳳ": "ⳳ", "Ꙁ": "ꙁ", "Ꙃ": "ꙃ", "Ꙅ": "ꙅ", "Ꙇ": "ꙇ", "Ꙉ": "ꙉ", "Ꙋ": "ꙋ", "Ꙍ": "ꙍ", "Ꙏ": "ꙏ", "Ꙑ": "ꙑ", "Ꙓ": "ꙓ", "Ꙕ": "ꙕ", "Ꙗ": "ꙗ", "Ꙙ": "ꙙ", "Ꙛ": "ꙛ", "Ꙝ": "ꙝ", "Ꙟ": "ꙟ", "Ꙡ": "ꙡ", "Ꙣ": "ꙣ", "Ꙥ": "ꙥ", "Ꙧ": "ꙧ", "Ꙩ": "ꙩ", "Ꙫ": "ꙫ", "Ꙭ": "ꙭ", "Ꚁ": "ꚁ", "Ꚃ": "ꚃ", "Ꚅ": "ꚅ", "Ꚇ": "ꚇ", "Ꚉ": "ꚉ", "Ꚋ": "ꚋ", "Ꚍ": "ꚍ", "Ꚏ": "ꚏ", "Ꚑ": "ꚑ", "Ꚓ": "ꚓ", "Ꚕ": "ꚕ", "Ꚗ": "ꚗ", "Ꚙ": "ꚙ", "Ꚛ": "ꚛ", "Ꜣ": "ꜣ", "Ꜥ": "ꜥ", "Ꜧ": "ꜧ", "Ꜩ": "tz", "ꜩ": "tz", "Ꜫ": "ꜫ", "Ꜭ": "ꜭ", "Ꜯ": "ꜯ", "Ꜳ": "aa", "ꜳ": "aa", "Ꜵ": "ao", "ꜵ": "ao", "Ꜷ": "au", "ꜷ": "au", "Ꜹ": "av", "ꜹ": "av", "Ꜻ": "av", "ꜻ": "av", "Ꜽ": "ay", "ꜽ": "ay", "Ꜿ": "ꜿ", "Ꝁ": "k", "ꝁ": "k", "Ꝃ": "k", "ꝃ": "k", "Ꝅ": "k", "ꝅ": "k", "Ꝇ": "ꝇ", "Ꝉ": "l", "ꝉ": "l", "Ꝋ": "o", "ꝋ": "o", "Ꝍ": "o", "ꝍ": "o", "Ꝏ": "oo", "ꝏ": "oo", "Ꝑ": "p", "ꝑ": "p", "Ꝓ": "p", "ꝓ": "p", "Ꝕ": "p", "ꝕ": "p", "Ꝗ": "q", "ꝗ": "q", "Ꝙ": "q", "ꝙ": "q", "Ꝛ": "ꝛ", "Ꝝ": "ꝝ", "Ꝟ": "v", "ꝟ": "v", "Ꝡ": "vy", "ꝡ": "vy", "Ꝣ": "ꝣ", "Ꝥ": "ꝥ", "Ꝧ": "ꝧ", "Ꝩ": "ꝩ", "Ꝫ": "ꝫ", "Ꝭ": "ꝭ", "Ꝯ": "ꝯ", "Ꝺ": "ꝺ", "Ꝼ": "ꝼ", "Ᵹ": "ᵹ", "Ꝿ": "ꝿ", "Ꞁ": "ꞁ", "Ꞃ": "ꞃ", "Ꞅ": "ꞅ", "Ꞇ": "ꞇ", "Ꞌ": "ꞌ", "Ɥ": "ɥ", "ꞎ": "l", "Ꞑ": "n", "ꞑ": "n", "Ꞓ": "c", "ꞓ": "c", "ꞔ": "c", "ꞕ": "h", "Ꞗ": "b", "ꞗ": "b", "Ꞙ": "f", "ꞙ": "f", "Ꞛ": "ꞛ", "Ꞝ": "ꞝ", "Ꞟ": "ꞟ", "Ꞡ": "g", "ꞡ": "g", "Ꞣ": "k", "ꞣ": "k", "Ꞥ": "n", "ꞥ": "n", "Ꞧ": "r", "ꞧ": "r", "Ꞩ": "s", "ꞩ": "s", "Ɦ": "h", "Ɜ": "ɜ", "Ɡ": "ɡ", "Ɬ": "l", "Ɪ": "ɪ", "Ʞ": "ʞ", "Ʇ": "ʇ", "Ʝ": "j", "Ꭓ": "ꭓ", "Ꞵ": "ꞵ", "Ꞷ": "ꞷ", "Ꞹ": "u", "ꞹ": "u", "Ꞻ": "ꞻ", "Ꞽ": "ꞽ", "Ꞿ": "ꞿ", "Ꟁ": "ꟁ", "Ꟃ": "ꟃ", "Ꞔ": "c", "Ʂ": "s", "Ᶎ": "z", "Ꟈ": "d", "ꟈ": "d", "Ꟊ": "s", "ꟊ": "s", "Ꟑ": "ꟑ", "Ꟗ": "ꟗ", "Ꟙ": "ꟙ", "Ꟶ": "ꟶ", "ꬴ": "e", "ꬷ": "l", "ꬸ": "l", "ꬹ": "l", "ꬺ": "m", "ꬻ": "n", "ꭉ": "r", "ꭎ": "u", "ꭒ": "u", "ꭖ": "x", "ꭗ": "x", "ꭘ": "x", "ꭙ": "x", "ꭚ": "y", "ꭰ": "Ꭰ", "ꭱ": "Ꭱ", "ꭲ": "Ꭲ", "ꭳ": "Ꭳ", "ꭴ": "Ꭴ", "ꭵ": "Ꭵ", "ꭶ": "Ꭶ", "ꭷ": "Ꭷ", "ꭸ": "Ꭸ", "ꭹ": "Ꭹ", "ꭺ": "Ꭺ", "ꭻ": "Ꭻ", "ꭼ": "Ꭼ", "ꭽ": "Ꭽ", "ꭾ": "Ꭾ", "ꭿ": "Ꭿ", "ꮀ": "Ꮀ", "ꮁ": "Ꮁ", "ꮂ": "Ꮂ", "ꮃ": "Ꮃ", "ꮄ": "Ꮄ", "ꮅ": "Ꮅ", "ꮆ": "Ꮆ", "ꮇ": "Ꮇ", "ꮈ": "Ꮈ", "ꮉ": "Ꮉ", "ꮊ": "Ꮊ", "ꮋ": "Ꮋ", "ꮌ": "Ꮌ", "ꮍ": "Ꮍ", "ꮎ": "Ꮎ", "ꮏ": "Ꮏ", "ꮐ": "Ꮐ", "ꮑ": "Ꮑ", "ꮒ": "Ꮒ", "ꮓ": "Ꮓ", "ꮔ": "Ꮔ", "ꮕ": "Ꮕ", "ꮖ": "Ꮖ", "ꮗ": "Ꮗ", "ꮘ": "Ꮘ", "ꮙ": "Ꮙ", "ꮚ": "Ꮚ", "ꮛ": "Ꮛ", "ꮜ": "Ꮜ", "ꮝ": "Ꮝ", "ꮞ": "Ꮞ", "ꮟ": "Ꮟ", "ꮠ": "Ꮠ", "ꮡ": "Ꮡ", "ꮢ": "Ꮢ", "ꮣ": "Ꮣ", "ꮤ": "Ꮤ", "ꮥ": "Ꮥ", "ꮦ": "Ꮦ", "ꮧ": "Ꮧ", "ꮨ": "Ꮨ", "ꮩ": "Ꮩ", "ꮪ": "Ꮪ", "ꮫ": "Ꮫ", "ꮬ": "Ꮬ", "ꮭ": "Ꮭ", "ꮮ": "Ꮮ", "ꮯ": "Ꮯ", "ꮰ": "Ꮰ", "ꮱ": "Ꮱ", "ꮲ": "Ꮲ", "ꮳ": "Ꮳ", "ꮴ": "Ꮴ", "ꮵ": "Ꮵ", "ꮶ": "Ꮶ", "ꮷ": "Ꮷ", "ꮸ": "Ꮸ", "ꮹ": "Ꮹ", "ꮺ": "Ꮺ", "ꮻ": "Ꮻ", "ꮼ": "Ꮼ", "ꮽ": "Ꮽ", "ꮾ": "Ꮾ", "ꮿ": "Ꮿ", "𐐀": "𐐨", "𐐁": "𐐩", "𐐂": "𐐪", "𐐃": "𐐫", "𐐄": "𐐬", "𐐅": "𐐭", "𐐆": "𐐮", "𐐇": "𐐯", "𐐈": "𐐰", "𐐉": "𐐱", "𐐊": "𐐲", "𐐋": "𐐳", "𐐌": "𐐴", "𐐍": "𐐵", "𐐎": "𐐶", "𐐏": "𐐷", "𐐐": "𐐸", "𐐑": "𐐹", "𐐒": "𐐺", "𐐓": "𐐻", "𐐔": "𐐼", "𐐕": "𐐽", "𐐖": "𐐾", "𐐗": "𐐿", "𐐘": "𐑀", "𐐙": "𐑁", "𐐚": "𐑂", "𐐛": "𐑃", "𐐜": "𐑄", "𐐝": "𐑅", "𐐞": "𐑆", "𐐟": "𐑇", "𐐠": "𐑈", "𐐡": "𐑉", "𐐢": "𐑊", "𐐣": "𐑋", "𐐤": "𐑌", "𐐥": "𐑍", "𐐦": "𐑎", "𐐧": "𐑏", "𐒰": "𐓘", "𐒱": "𐓙", "𐒲": "𐓚", "𐒳": "𐓛", "𐒴": "𐓜", "𐒵": "𐓝", "𐒶": "𐓞", "𐒷": "𐓟", "𐒸": "𐓠", "𐒹": "𐓡", "𐒺": "𐓢", "𐒻": "𐓣", "𐒼": "𐓤", "𐒽": "𐓥", "𐒾": "𐓦", "𐒿": "𐓧", "𐓀": "𐓨", "𐓁": "𐓩", "𐓂": "𐓪", "𐓃": "𐓫", "𐓄": "𐓬", "𐓅": "𐓭", "𐓆": "𐓮", "𐓇": "𐓯", "𐓈": "𐓰", "𐓉": "𐓱", "𐓊": "𐓲", "𐓋": "𐓳", "𐓌": "𐓴", "𐓍": "𐓵", "𐓎": "𐓶", "𐓏": "𐓷", "𐓐": "𐓸", "𐓑": "𐓹", "𐓒": "𐓺", "𐓓": "𐓻", "𐕰": "𐖗", "𐕱": "𐖘", "𐕲": "𐖙", "𐕳": "𐖚", "𐕴": "𐖛", "𐕵": "𐖜", "𐕶": "𐖝", "𐕷": "𐖞", "𐕸": "𐖟", "𐕹": "𐖠", "𐕺": "𐖡", "𐕼": "𐖣", "𐕽": "𐖤", "𐕾": "𐖥", "𐕿": "𐖦", "𐖀": "𐖧", "𐖁": "𐖨", "𐖂": "𐖩", "𐖃": "𐖪", "𐖄": "𐖫", "𐖅": "𐖬", "𐖆": "𐖭", "𐖇": "𐖮", "𐖈": "𐖯", "𐖉": "𐖰", "𐖊": "𐖱", "𐖌": "𐖳", "𐖍": "𐖴", "𐖎": "𐖵", "𐖏": "𐖶", "𐖐": "𐖷", "𐖑": "𐖸", "𐖒": "𐖹", "𐖔": "𐖻", "𐖕": "𐖼", "𐲀": "𐳀", "𐲁": "𐳁", "𐲂": "𐳂", "𐲃": "𐳃", "𐲄": "𐳄", "𐲅": "𐳅", "𐲆": "𐳆", "𐲇": "𐳇", "𐲈": "𐳈", "𐲉": "𐳉", "𐲊": "𐳊", "𐲋": "𐳋", "𐲌": "𐳌", "𐲍": "𐳍", "𐲎": "𐳎", "𐲏": "𐳏", "𐲐": "𐳐", "𐲑": "𐳑", "𐲒": "𐳒", "𐲓": "𐳓", "𐲔": "𐳔", "𐲕": "𐳕", "𐲖": "𐳖", "𐲗": "𐳗", "𐲘": "𐳘", "𐲙": "𐳙", "𐲚": "𐳚", "𐲛": "𐳛", "𐲜": "𐳜", "𐲝": "𐳝", "𐲞": "𐳞", "𐲟": "𐳟", "𐲠": "𐳠", "𐲡": "𐳡", "𐲢": "𐳢", "𐲣": "𐳣", "𐲤": "𐳤", "𐲥": "𐳥", "𐲦": "𐳦", "𐲧": "𐳧", "𐲨": "𐳨", "𐲩": "𐳩", "𐲪": "𐳪", "𐲫": "𐳫", "𐲬": "𐳬", "𐲭": "𐳭", "𐲮": "𐳮", "𐲯": "𐳯", "𐲰": "𐳰", "𐲱": "𐳱", "𐲲": "𐳲", "𑢠": "𑣀", "𑢡": "𑣁", "𑢢": "𑣂", "𑢣": "𑣃", "𑢤": "𑣄", "𑢥": "𑣅", "𑢦": "𑣆", "𑢧": "𑣇", "𑢨": "𑣈", "𑢩": "𑣉", "𑢪": "𑣊", "𑢫": "𑣋", "𑢬": "𑣌", "𑢭": "𑣍", "𑢮": "𑣎", "𑢯": "𑣏", "𑢰": "𑣐", "𑢱": "𑣑", "𑢲": "𑣒", "𑢳": "𑣓", "𑢴": "𑣔", "𑢵": "𑣕", "𑢶": "𑣖", "𑢷": "𑣗", "𑢸": "𑣘", "𑢹": "𑣙", "𑢺": "𑣚", "𑢻": "𑣛", "𑢼": "𑣜", "𑢽": "𑣝", "𑢾": "𑣞", "𑢿": "𑣟", "𖹀": "𖹠", "𖹁": "𖹡", "𖹂": "𖹢", "𖹃": "𖹣", "𖹄": "𖹤", "𖹅": "𖹥", "𖹆": "𖹦", "𖹇": "𖹧", "𖹈": "𖹨", "𖹉": "𖹩", "𖹊": "𖹪", "𖹋": "𖹫", "𖹌": "𖹬", "𖹍": "𖹭", "𖹎": "𖹮", "𖹏": "𖹯", "𖹐": "𖹰", "𖹑": "𖹱", "𖹒": "𖹲", "𖹓": "𖹳", "𖹔": "𖹴", "𖹕": "𖹵", "𖹖": "𖹶", "𖹗": "𖹷", "𖹘": "𖹸", "𖹙": "𖹹", "𖹚": "𖹺", "𖹛": "𖹻", "𖹜": "𖹼", "𖹝": "𖹽", "𖹞": "𖹾", "𖹟": "𖹿", "𞤀": "𞤢", "𞤁": "𞤣", "𞤂": "𞤤", "𞤃": "𞤥", "𞤄": "𞤦", "𞤅": "𞤧", "𞤆": "𞤨", "𞤇": "𞤩", "𞤈": "𞤪", "𞤉": "𞤫", "𞤊": "𞤬", "𞤋": "𞤭", "𞤌": "𞤮", "𞤍": "𞤯", "𞤎": "𞤰", "𞤏": "𞤱", "𞤐": "𞤲", "𞤑": "𞤳", "𞤒": "𞤴", "𞤓": "𞤵", "𞤔": "𞤶", "𞤕": "𞤷", "𞤖": "𞤸", "𞤗": "𞤹", "𞤘": "𞤺", "𞤙": "𞤻", "𞤚": "𞤼", "𞤛": "𞤽", "𞤜": "𞤾", "𞤝": "𞤿", "𞤞": "𞥀", "𞤟": "𞥁", "𞤠": "𞥂", "𞤡": "𞥃"}'::jsonb;


REVOKE ALL ON FUNCTION henk.letter_folds() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.letter_folds() TO authenticated;
GRANT ALL ON FUNCTION henk.letter_folds() TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.letter_folds_class() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '[\u00c6\u00d0\u00d8\u00de-\u00df\u00e6\u00f0\u00f8\u00fe\u0110-\u0111\u0126-\u0127\u0131\u0138\u0141-\u0142\u014a-\u014b\u0152\u0166-\u0167\u017f-\u0184\u0186-\u018c\u018e-\u0194\u0196-\u019a\u019c-\u019f\u01a2\u01a4-\u01a7\u01a9\u01ab-\u01ae\u01b1-\u01b8\u01bc\u01bf\u01dd\u01e4-\u01e5\u01f6-\u01f7\u021c-\u021d\u0220-\u0222\u0224-\u0225\u0234-\u0237\u023a-\u0241\u0243-\u024f\u0253-\u0257\u0259\u025b\u0260\u0266\u0268\u026b-\u026d\u0271-\u0273\u027c-\u027e\u0282\u0288\u028b\u0290-\u0291\u029d\u02a0\u0345\u0370\u0372\u0376\u037f\u0391-\u03a1\u03a3-\u03a9\u03c2\u03cf\u03d8\u03da\u03dc\u03de\u03e0\u03e2\u03e4\u03e6\u03e8\u03ea\u03ec\u03ee\u03f7\u03fa\u03fd-\u03ff\u0402\u0404-\u0406\u0408-\u040b\u040f-\u0418\u041a-\u042f\u0460\u0462\u0464\u0466\u0468\u046a\u046c\u046e\u0470\u0472\u0474\u0478\u047a\u047c\u047e\u0480\u048a\u048c\u048e\u0490\u0492\u0494\u0496\u0498\u049a\u049c\u049e\u04a0\u04a2\u04a4\u04a6\u04a8\u04aa\u04ac\u04ae\u04b0\u04b2\u04b4\u04b6\u04b8\u04ba\u04bc\u04be\u04c0\u04c3\u04c5\u04c7\u04c9\u04cb\u04cd\u04d4\u04d8\u04e0\u04e8\u04f6\u04fa\u04fc\u04fe\u0500\u0502\u0504\u0506\u0508\u050a\u050c\u050e\u0510\u0512\u0514\u0516\u0518\u051a\u051c\u051e\u0520\u0522\u0524\u0526\u0528\u052a\u052c\u052e\u0531-\u0556\u10a0-\u10c5\u10c7\u10cd\u13f8-\u13fd\u1c80-\u1c88\u1c90-\u1cba\u1cbd-\u1cbf\u1d6c-\u1d76\u1d7a\u1d7d\u1d80-\u1d8a\u1d8c-\u1d8f\u1d91-\u1d92\u1d96\u1d99\u1e9e\u1efa\u1efc\u1efe-\u1eff\u2132\u2183\u2c00-\u2c2f\u2c60-\u2c75\u2c78\u2c7a\u2c7e-\u2c80\u2c82\u2c84\u2c86\u2c88\u2c8a\u2c8c\u2c8e\u2c90\u2c92\u2c94\u2c96\u2c98\u2c9a\u2c9c\u2c9e\u2ca0\u2ca2\u2ca4\u2ca6\u2ca8\u2caa\u2cac\u2cae\u2cb0\u2cb2\u2cb4\u2cb6\u2cb8\u2cba\u2cbc\u2cbe\u2cc0\u2cc2\u2cc4\u2cc6\u2cc8\u2cca\u2ccc\u2cce\u2cd0\u2cd2\u2cd4\u2cd6\u2cd8\u2cda\u2cdc\u2cde\u2ce0\u2ce2\u2ceb\u2ced\u2cf2\ua640\ua642\ua644\ua646\ua648\ua64a\ua64c\ua64e\ua650\ua652\ua654\ua656\ua658\ua65a\ua65c\ua65e\ua660\ua662\ua664\ua666\ua668\ua66a\ua66c\ua680\ua682\ua684\ua686\ua688\ua68a\ua68c\ua68e\ua690\ua692\ua694\ua696\ua698\ua69a\ua722\ua724\ua726\ua728-\ua72a\ua72c\ua72e\ua732-\ua73e\ua740-\ua746\ua748-\ua75a\ua75c\ua75e-\ua762\ua764\ua766\ua768\ua76a\ua76c\ua76e\ua779\ua77b\ua77d-\ua77e\ua780\ua782\ua784\ua786\ua78b\ua78d-\ua78e\ua790-\ua79a\ua79c\ua79e\ua7a0-\ua7ae\ua7b0-\ua7b4\ua7b6\ua7b8-\ua7ba\ua7bc\ua7be\ua7c0\ua7c2\ua7c4-\ua7ca\ua7d0\ua7d6\ua7d8\ua7f5\uab34\uab37-\uab3b\uab49\uab4e\uab52\uab56-\uab5a\uab70-\uabbf\U00010400-\U00010427\U000104b0-\U000104d3\U00010570-\U0001057a\U0001057c-\U0001058a\U0001058c-\U00010592\U00010594-\U00010595\U00010c80-\U00010cb2\U000118a0-\U000118bf\U00016e40-\U00016e5f\U0001e900-\U0001e921]'::text;


REVOKE ALL ON FUNCTION henk.letter_folds_class() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.letter_folds_class() TO authenticated;
GRANT ALL ON FUNCTION henk.letter_folds_class() TO service_role;


REVOKE ALL ON FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) TO service_role;


-- As in 0030, for every written form; after both leads are as they were.
-- Migrations: 0027, 0030, 0031.
CREATE FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    restated text[] := coalesce((SELECT array_agg(r.fingerprint) FROM henk.restated_opt_outs r
        WHERE r.business_id = p_merge.business_id AND r.stated_at > p_merge.merged_at AND r.stated_at < now()), '{}');
BEGIN
    IF EXISTS (SELECT FROM public.leads l WHERE l.id = p_merge.kept_lead_id AND ((l.dnc AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'dnc')::boolean)
        OR (l.do_not_call AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'do_not_call')::boolean))) THEN
        RETURN;
    END IF;
    -- The merge ended calls; nobody said anything in them.
    DELETE FROM henk.said_no n WHERE n.business_id = p_merge.business_id AND n.fingerprint <> ALL (restated)
        AND (p_merge.moved -> 'no_calls' ? n.fingerprint OR n.fingerprint IN (
            SELECT henk.fingerprint(p_merge.business_id, v) FROM jsonb_array_elements_text(p_merge.moved -> 'suppressions') v));
    -- A number of a lead with a flag stays blocked (henk.keep_suppressed).
    DELETE FROM public.suppressions s WHERE s.business_id = p_merge.business_id AND s.channel = 'phone' AND s.source IN ('lead', 'campaign')
        AND p_merge.moved -> 'suppressions' ? s.value AND henk.fingerprint(s.business_id, s.value) <> ALL (restated);
    DELETE FROM henk.no_calls c WHERE c.business_id = p_merge.business_id AND p_merge.moved -> 'no_calls' ? c.address
        AND c.address <> ALL (restated) AND NOT EXISTS (
            SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))
                AND c.address = ANY (henk.address_prints(l.business_id, l.email)));
END
$$;


REVOKE ALL ON FUNCTION henk.lock_business(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lock_business(p_business_id uuid) TO service_role;


-- Migrations: 0010, 0032.
CREATE FUNCTION henk.lock_business(p_business_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- The pipeline takes it, too: an import and a client's call never make the same person twice.
    SELECT pg_advisory_xact_lock(hashtextextended('henk.load.' || p_business_id, 0));
    INSERT INTO henk.load_turns (business_id, turn) SELECT b.id, 1 FROM public.businesses b WHERE b.id = p_business_id
    ON CONFLICT (business_id) DO UPDATE SET turn = load_turns.turn + 1;
$$;


-- Given names, each with the longer ones that begin with it and may be the same person's: henk_pipeline.leads.beginnings.longer_forms.
-- Migrations: 0044, 0047.
CREATE FUNCTION henk.longer_forms() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{"ab": "abbie abe abel abiel abijah abner abraham abram absalom", "ai": "", "al": "alan alanson alastair albert alberto aldo alec alejandro alek aleks aleksandr alessandro alex alexander alexandr alfonse alfonso alfred alfredo alik allan allen ally alonzo alyssa", "an": "", "bo": "boetius", "cy": "cyrenius cyril cyrus", "da": "", "de": "dee", "di": "dian diana diane dianne dicey didi", "do": "", "du": "", "eb": "ebbie eben ebenezer", "ed": "eddie eddy edgar edmond edmund edu eduardo edward edwin", "el": "ella", "em": "emeline emil emily emma emmy", "en": "", "es": "essy", "ev": "evangeline eve evelina evelyn", "ez": "ezekiel ezideen ezra", "fu": "", "ga": "", "ge": "gee", "gi": "", "gu": "", "ha": "", "he": "hee", "ho": "", "hu": "", "hy": "", "ib": "", "il": "", "in": "", "je": "", "ji": "jie", "jo": "joachim joan joann joanna joanne joasia jodi jody joey johanna johannah johannes johnny jolene joo jos josefa josefina josefine joseph josepha josephine josey josie josophine", "jr": "", "ju": "", "ka": "", "ke": "", "ki": "", "ko": "", "ky": "", "li": "lie", "lu": "lucia lucille lucinda luella luisa lula", "ly": "", "ma": "", "mc": "", "mi": "mie", "mo": "", "mu": "", "my": "", "na": "", "ni": "", "ou": "", "pu": "", "qi": "", "qu": "", "ru": "", "ry": "ryan", "si": "silas silvester simeon simon sion", "so": "soo", "su": "", "sy": "syl sylvester", "ti": "tie", "tu": "", "ty": "", "uk": "", "un": "", "vi": "viola violet viv vivi vivian", "vu": "", "vy": "", "wu": "", "xi": "xie", "xu": "", "ya": "", "ye": "yee", "yi": "", "yo": "yoo", "yu": "", "ze": "", "zi": "", "zu": "", "abd": "", "abe": "abel", "ada": "adaline", "ade": "", "adi": "adie", "ado": "adolph adolphus", "aga": "agatha", "ake": "", "aki": "", "ala": "", "alf": "", "ali": "alison", "aly": "", "ama": "", "ami": "amie", "amy": "", "ana": "anastasia anastasiya", "ane": "", "anh": "", "ani": "", "ann": "anna anne annie", "ant": "anthony antonio", "app": "", "ara": "arabella arabelle", "ari": "ariadne ariana arianna arie ariel arielle", "art": "artemus arthur", "asa": "asahel asaph", "ase": "", "ash": "ashley ashly", "ava": "", "aya": "", "ayu": "", "aze": "", "bab": "babs", "bai": "", "ban": "", "bao": "", "bas": "", "bat": "", "bea": "beatrice", "bei": "", "ben": "benedict benjamin benjy bennett bennie benny", "bev": "beverly", "bin": "", "bob": "bobby", "bri": "brianna", "cai": "", "cal": "caleb calvin", "cam": "cameron camila camilla camille cammie campbell", "can": "", "cas": "cass", "ced": "cedric", "che": "", "chi": "chie", "chu": "", "clo": "", "con": "conny conrad", "cuc": "", "cui": "", "dae": "", "dag": "", "dai": "", "dal": "dalton", "dan": "daniel danilo dann danny", "dao": "", "dat": "", "day": "", "dea": "", "deb": "debbie debby debora deborah debra", "dee": "", "del": "delbert delf dell delphi delphine", "dev": "", "dia": "diah", "dob": "", "dom": "domenic domenico domingo dominic dominica dominick dominico dominik dominique", "don": "donald donato donnie donny donovan dony", "dot": "dottie dotty", "dre": "", "duc": "", "dun": "", "duo": "", "duy": "", "eda": "", "edi": "edie", "edu": "eduardo", "ela": "", "eli": "elias elie elijah elisha", "ema": "", "emi": "", "ene": "", "eph": "ephraim", "eri": "", "eun": "", "eva": "evaline", "eve": "evelina evelyn", "evi": "evie", "evy": "", "ewa": "", "fai": "", "fal": "falcon fall fallie fallon fally falon", "fan": "", "fat": "", "fay": "", "fei": "", "fel": "feli felicia", "fen": "", "fer": "fernando", "fie": "", "flo": "florence florentine florian flossy", "gao": "", "gay": "", "gee": "", "gen": "", "gia": "", "gil": "gilbert", "gio": "giorgia giorgio giovanna giovanni", "gui": "", "gul": "", "gum": "", "gun": "gunn", "guo": "", "gus": "gussie gustav gustavo gustavus", "guy": "", "gyu": "", "hae": "", "hai": "", "hal": "", "ham": "hamilton", "han": "", "hao": "", "hap": "haps", "har": "", "hau": "", "hee": "", "hei": "", "hez": "hezekiah", "hoa": "", "hob": "", "hop": "hopkins hopp", "hou": "", "hua": "", "hub": "hubert", "hue": "", "hui": "", "huo": "", "huy": "", "hwa": "", "hye": "", "hyo": "", "ian": "", "ida": "", "ike": "", "ima": "", "ina": "", "ine": "", "ion": "", "ira": "", "irv": "irving", "isa": "", "iva": "", "ivo": "", "ivy": "", "jae": "", "jag": "", "jai": "", "jan": "janek janet janice", "jap": "", "jas": "jasiek", "jay": "jaye jaylin jaylyn jayme", "jeb": "jebadiah", "jed": "jedediah jedidiah", "jem": "", "jen": "jenn jenna jenni jennie jennifer jenny", "jet": "", "jez": "jezza", "jia": "", "jie": "", "jim": "jimmie jimmy", "jin": "", "jiu": "", "job": "", "joe": "joey", "joi": "", "jon": "jonathan jonathon jonnie jonny", "joo": "", "jos": "joseph josh joshua josiah", "joy": "joyce", "jud": "juda judi judie judith judson judy", "jue": "", "jun": "", "kai": "", "kaj": "", "kam": "kameron", "kav": "", "kay": "kaye kayla", "kei": "", "ken": "kendall kendrick kendrik kenji kenneth kenny kent", "kev": "kevin", "kha": "", "kim": "kimberley kimberli kimberly", "kin": "", "kit": "kittie kitty", "kui": "", "kun": "", "kwa": "", "kym": "kymberly", "kyo": "", "kyu": "", "lai": "", "lam": "", "lan": "", "lea": "leah leanne", "lee": "", "lei": "", "lem": "lemuel", "len": "lenn lenny", "leo": "leon leonard leonardo leonidas leopold", "les": "lesley leslie lester", "lev": "", "lex": "", "lia": "", "lib": "libby", "lie": "", "lil": "lillah lillian lilly lily", "lin": "", "lio": "", "liu": "", "liv": "", "liz": "liza lizzie lizzy", "loa": "", "loc": "", "loi": "", "lok": "", "lon": "lonny lonzo", "lou": "louella louie louis louisa louise", "luc": "", "lun": "", "luo": "", "luz": "", "mac": "mack mackenzie", "mae": "", "mai": "", "maj": "", "mal": "malc malcolm", "mam": "", "man": "", "mao": "", "mat": "mateo mathew mathias matt matteo matthew mattie matty maty", "max": "maxi maximilian maximiliane maximiliano maximillian maximo maxine maxwell", "may": "", "meg": "megan meghan", "mei": "", "mel": "melanie melinda melissa mellie melody melvin melvina", "men": "", "mia": "", "mie": "", "mik": "", "min": "", "mio": "", "mir": "", "mur": "muriel", "mya": "", "nae": "", "nam": "", "nan": "nancy nanny", "nao": "", "nap": "napoleon nappy", "nat": "natalia natalie nataliia nataliya natalya natasha nate nathalie nathan nathaniel natty", "nav": "", "naz": "", "ned": "", "nel": "nell", "nga": "", "ngo": "", "nha": "", "nhi": "", "nhu": "", "nia": "", "nib": "", "nic": "nicholas nick nicki nickie nicky nico nicodemus nicola nicolas nicole nicolette", "nik": "niko nikola nikolai nikolas nikolaus nikolay", "nil": "", "niu": "", "noa": "", "noe": "", "nuo": "", "nur": "", "ode": "", "odo": "", "ola": "", "ole": "", "oli": "oliver olivia", "olu": "", "omi": "", "ona": "", "one": "", "ora": "", "osa": "", "ote": "", "oum": "", "pam": "pamela", "pan": "", "pat": "pate patience patrice patricia patricio patrick patrizia patsy patti patty", "pau": "", "peg": "peggy", "pei": "", "per": "", "phi": "", "phu": "", "pia": "", "pin": "", "pio": "", "pip": "", "pol": "", "pri": "", "pui": "", "qin": "", "qiu": "", "que": "", "qun": "", "quy": "", "rae": "", "raf": "rafa rafael", "raj": "", "ram": "", "ran": "", "rav": "", "ray": "raymond", "rea": "", "ree": "", "reg": "reggie reginald", "rei": "", "ren": "", "rex": "", "ria": "", "rie": "", "rik": "", "rim": "", "rin": "", "rio": "", "rit": "", "rob": "robby robert roberto", "rod": "roddy roderick rodger rodney rodolfo rodrigo", "ron": "ronald ronnie ronny", "rou": "", "rox": "roxane roxanna roxanne roxie", "roy": "", "roz": "", "rui": "", "run": "", "ruo": "", "rut": "", "ryo": "", "ryu": "", "sal": "sally salvador salvatore", "sam": "samantha sammy sampson samson samuel samyra", "san": "", "seb": "sebas sebastian sebastien sebby", "see": "", "sei": "", "sek": "", "sen": "", "seo": "", "sha": "shaina sharon shay", "shi": "", "sho": "", "shu": "", "sid": "sidney", "sig": "sigismund", "sik": "", "sin": "", "sis": "", "siu": "", "siv": "", "sly": "", "sol": "solly solomon", "son": "", "soo": "", "stu": "stuart", "sue": "", "sui": "", "suk": "", "sum": "", "sun": "", "suo": "", "sur": "", "syd": "", "syl": "sylvain sylvanus sylvester sylvia", "tad": "", "tae": "", "tai": "", "tak": "", "tal": "", "tam": "", "tan": "", "tao": "", "ted": "teddy", "teo": "teodor teodoro", "the": "", "thi": "", "tho": "", "thu": "", "tia": "", "tie": "", "tim": "timm timmy timothee timothy", "tin": "", "tom": "tomas tomasz tomek tommy tomus", "tor": "", "tri": "", "tsz": "", "tuo": "", "udo": "", "ulf": "", "uma": "", "una": "", "urs": "", "uta": "", "uwe": "", "val": "valentin valentina valentine valentino valeri valeria valerie valerio valery vallie valya", "van": "", "vet": "", "vic": "vicki vickie vicky victor victoria", "vij": "vijai vijay", "vik": "", "vin": "vince vincent vincenzo vinnie vinny vinson", "vit": "", "viv": "vivi vivian viviana viviane vivienne", "von": "", "wah": "", "wai": "", "wan": "", "wei": "", "wen": "wendy", "wes": "wesley west westley", "wil": "wilbur wilfred wilhelm will william willie willy", "wim": "", "win": "winfield winifred winnet winnie winny", "won": "", "woo": "", "xia": "", "xie": "", "xin": "", "xiu": "", "xue": "", "xun": "", "yan": "", "yao": "", "yee": "", "yen": "", "yik": "", "yin": "", "yiu": "", "yoo": "", "you": "", "yua": "", "yue": "", "yui": "", "yuk": "", "yul": "yulan", "yun": "", "zac": "zach zachariah zachary zachery zachy zack", "zah": "", "zak": "zakk", "zay": "", "zeb": "zebedee", "zed": "zedediah", "zhe": "", "zhi": "", "zhu": "", "zoe": "", "zuo": "", "aaro": "", "abbe": "abbey", "abbi": "abbie abbigail abbigale", "abby": "", "abel": "", "adam": "", "adan": "", "addy": "", "adel": "", "aden": "", "adie": "", "adri": "", "aggy": "", "agne": "", "agni": "", "agus": "", "aida": "", "aika": "", "aiko": "", "aime": "aimee", "aina": "", "ajai": "", "ajay": "", "alan": "", "alba": "", "alda": "", "aldo": "", "alec": "", "alek": "aleks aleksandr", "alen": "", "ales": "", "alex": "alexander alexandr alexandra alexandre alexandria alexandros alexis", "alfy": "", "algy": "", "alia": "", "alik": "", "alin": "", "alis": "", "alix": "alixandra", "alla": "", "ally": "allyson allyssa", "alma": "", "alva": "", "amal": "", "amar": "", "amel": "", "amie": "", "amin": "", "amir": "", "amit": "", "amos": "", "anas": "", "ance": "", "andi": "", "andy": "", "ange": "", "ania": "", "anil": "", "anis": "", "anja": "", "anka": "", "anke": "", "anna": "", "anne": "", "anni": "annie", "anny": "", "anse": "ansel anselm", "anto": "", "anya": "", "appy": "", "arda": "", "aria": "", "arie": "arielle", "arif": "", "aris": "", "arlo": "", "arly": "", "arne": "", "arni": "arnie", "arno": "", "aron": "", "arry": "", "arta": "", "arun": "", "asha": "", "asia": "", "aska": "", "athy": "", "atsu": "", "axel": "", "ayla": "", "ayse": "", "babs": "", "bart": "bartel bartholomew barticus", "beat": "", "beau": "", "beck": "becky", "beda": "", "bela": "", "bell": "belle", "bent": "", "bert": "bertha bertie bertram", "bess": "bessie", "beth": "bethena", "beto": "", "bias": "", "bibi": "", "bige": "", "bill": "billy", "bina": "", "bing": "", "binh": "", "bodo": "", "brad": "bradford bradley", "bree": "breeanna", "brit": "britt", "burt": "", "cage": "", "cait": "caitlin caitlyn caity", "cali": "", "cang": "", "carl": "carlton", "carm": "carmen carmon", "cass": "cassidy cassie", "cene": "", "chad": "", "chan": "", "chao": "", "char": "charity charlene charlotte charmaine", "chat": "", "chau": "", "chen": "", "cher": "cheryl", "chet": "", "chie": "", "chio": "", "chul": "", "chun": "", "chuy": "", "clay": "", "clem": "clemens clement clementina clementine", "cloe": "", "clum": "", "coco": "", "cody": "", "cole": "", "cong": "", "cora": "", "cory": "", "cris": "cristina", "crys": "crystal", "curg": "", "curt": "curtis", "dace": "", "dahl": "", "dale": "", "dana": "", "dane": "", "dani": "daniela daniella danielle", "dann": "danny", "dany": "", "daph": "daphie daphne", "dara": "", "dave": "davey", "dawn": "", "dean": "", "deep": "", "delf": "", "dell": "della", "demi": "", "dena": "", "deng": "", "devi": "", "diah": "", "dian": "diane diann dianne", "dick": "dickson", "dicy": "", "didi": "", "diem": "", "diep": "", "dieu": "", "dima": "", "dina": "dinah", "ding": "", "dinh": "", "dino": "", "dion": "", "dirk": "", "dite": "", "doan": "", "doda": "", "dona": "", "dong": "", "dony": "", "dora": "", "dori": "", "doug": "douglas", "drea": "", "drew": "", "duan": "", "dudu": "", "dung": "", "dunk": "", "duty": "", "dyce": "", "dyer": "", "ebba": "", "eben": "ebenezer", "edda": "", "eddy": "", "edel": "", "eden": "", "edie": "", "edit": "", "edna": "", "edny": "", "edye": "", "effy": "", "elba": "", "elda": "", "elea": "", "elia": "", "elie": "", "elif": "", "elin": "", "elio": "", "elis": "", "elka": "", "elke": "", "ella": "", "elle": "", "elli": "ellie", "elly": "", "elma": "", "elmo": "", "elna": "", "eloi": "", "eloy": "", "elsa": "", "else": "", "elsy": "", "elva": "", "elvi": "elvie", "elza": "", "elze": "", "emer": "", "emil": "", "emin": "", "emir": "", "emma": "", "emmy": "", "emre": "", "enda": "", "enea": "", "enne": "", "enya": "", "enzo": "", "eppa": "", "eric": "erick", "erik": "", "erin": "", "erna": "", "esme": "", "essa": "", "essy": "", "etta": "", "etty": "", "eula": "", "evan": "evangeline", "evie": "", "ewka": "", "exie": "", "ezra": "", "fall": "fallie fallon fally", "fang": "", "fate": "", "faye": "", "fede": "federico", "feli": "felicia", "feng": "", "fern": "", "fifi": "", "fina": "", "finn": "", "flor": "", "ford": "", "fran": "frances francesca francesco francie francine francis francisca francisco francois francoise frank frankie franklin franklind frannie franniey franny franziska", "fred": "freddie freddy frederic frederick fredrick", "fumi": "fumie", "gabe": "", "gabi": "", "gael": "", "gail": "", "gang": "", "gare": "gareth", "gary": "", "gema": "", "gena": "", "gene": "", "geng": "", "gera": "gerardo", "gerd": "", "geri": "", "gero": "", "gert": "gertie gertrude", "gian": "", "gigi": "", "gina": "", "gino": "", "gita": "", "glen": "glenn", "gong": "", "gory": "", "goyo": "", "greg": "gregg greggory gregory", "guan": "", "gunn": "", "gust": "", "gwen": "gwendolyn", "hana": "", "hang": "", "hanh": "", "hank": "", "hans": "", "haps": "", "hari": "", "haru": "", "hedy": "", "heng": "", "herb": "herbert", "hide": "", "hiel": "", "hien": "", "hieu": "", "hina": "", "hiro": "", "hoai": "", "hoan": "", "hoda": "", "hody": "", "hong": "", "hoon": "", "hope": "", "hopp": "", "huai": "", "huan": "", "hugh": "", "hugo": "", "hung": "", "hyuk": "", "hyun": "", "ibra": "", "iggy": "", "igor": "", "ilse": "", "imam": "", "imke": "", "indy": "", "ines": "", "inez": "", "inga": "", "inge": "", "ingo": "", "iona": "", "iren": "", "iris": "", "irma": "", "isak": "", "isha": "", "issy": "", "ivan": "", "ivar": "", "izzy": "", "jaap": "", "jack": "jackson", "jade": "", "jael": "", "jair": "", "jake": "", "jana": "", "jane": "", "jani": "", "jann": "", "jans": "", "jaya": "", "jaye": "", "jean": "jeanette jeannie", "jeff": "jefferey jefferson jeffery jeffrey", "jehu": "", "jena": "", "jenn": "jenna jennet jenni jennie jennifer jenny", "jens": "", "jere": "", "jess": "jessica jessie", "jian": "", "jiao": "", "jill": "jillian", "jing": "", "jiri": "", "joan": "joann joanna", "joao": "", "jock": "", "jodi": "jodie", "jody": "", "joel": "", "joey": "", "john": "johnathan johnathon johnny", "joke": "", "jona": "jonah", "jong": "", "joni": "", "joon": "", "jorg": "", "jorn": "", "jose": "", "josh": "joshua", "juan": "", "juda": "judah", "jude": "", "judi": "judie judith", "judy": "", "jule": "jules", "juli": "julie", "june": "", "jung": "", "juni": "junie", "juri": "", "k.c.": "", "kait": "kaitie kaitlin kaitlyn kaitlynn", "kaja": "", "kala": "", "kali": "", "kami": "", "kana": "", "kane": "", "kang": "", "kara": "", "kare": "", "kari": "", "karl": "", "karo": "", "kata": "", "kate": "katelin katelyn", "kati": "", "katy": "", "kavi": "", "kaye": "", "kazu": "", "kenj": "kenji", "kent": "", "keri": "", "khai": "", "khoa": "", "khoi": "", "khue": "", "kiah": "", "kian": "", "kien": "", "kieu": "", "kike": "", "kill": "", "king": "kingsley kingston", "kira": "", "kirk": "", "kiyo": "", "koen": "", "kofi": "", "koji": "", "kong": "", "kori": "", "kota": "", "kris": "kristel kristen kristin kristina kristine kristofer kristoffer kristopher kristy", "kuan": "", "kuba": "", "kumi": "", "kurt": "", "kwan": "", "kwok": "", "kyla": "", "kyle": "", "kyra": "", "l.b.": "", "l.r.": "", "lalo": "", "lana": "", "lang": "", "lanh": "", "lani": "", "lara": "", "lars": "", "leah": "", "lean": "", "leet": "", "left": "", "leia": "", "leif": "", "lela": "", "lena": "", "lene": "", "leni": "", "lenn": "", "leon": "leonard leonidas", "leve": "", "levi": "", "levy": "", "lexi": "", "liam": "", "lian": "", "liao": "", "lias": "", "lida": "", "lien": "", "life": "", "lige": "", "lila": "", "lili": "", "lily": "", "lina": "", "lind": "", "line": "", "ling": "", "linh": "", "link": "", "linn": "", "lino": "", "lisa": "", "lise": "", "lish": "", "liza": "", "lize": "", "loan": "", "lodi": "", "loic": "", "lois": "", "lola": "", "loli": "lolita", "lona": "", "long": "", "loni": "", "lora": "", "lore": "", "lori": "lorie", "luan": "", "luba": "", "luca": "", "luce": "", "lucy": "", "luda": "", "ludo": "", "luis": "", "luka": "", "luke": "", "lula": "", "luna": "", "lupe": "", "lura": "lurana", "lutz": "", "lyle": "", "lynn": "lynne", "mack": "mackenzie", "mads": "", "mael": "", "maia": "", "maik": "", "maja": "", "maki": "", "mala": "", "malc": "malcolm", "mami": "mamie", "mana": "", "mang": "", "manh": "", "mani": "", "manu": "manuel manuela", "mara": "", "marc": "marcus", "mare": "", "mari": "", "mark": "", "mart": "", "marv": "marvin", "mary": "", "masa": "masayuki", "mate": "", "mati": "", "mato": "", "mats": "", "matt": "matteo matthew matthews matthias mattie matty", "maty": "", "maud": "", "mave": "mavery", "maxi": "maximilian maximiliane", "maya": "", "mayu": "", "mees": "", "megu": "", "melo": "", "memo": "", "mena": "", "meng": "", "mert": "", "merv": "mervin mervyn", "meus": "", "mian": "", "miao": "", "mick": "mickey micky", "miha": "", "mika": "", "mike": "mikey", "miki": "", "miky": "", "mila": "", "mile": "", "milo": "", "mima": "", "mimi": "", "mina": "", "ming": "", "minh": "", "mira": "miranda", "miro": "", "misa": "", "miyu": "", "mock": "", "mohd": "", "momo": "", "mona": "", "moon": "", "mora": "", "mort": "mortimer", "mose": "moses", "moss": "", "musa": "", "myra": "", "myrt": "myrti myrtle", "nace": "", "nada": "", "nael": "", "naim": "", "nana": "", "nate": "", "nati": "natividad", "neil": "", "nell": "nelle nellie nelly", "nels": "nelson", "neng": "", "newt": "newton", "ngan": "", "ngoc": "", "nhan": "", "nhat": "", "nian": "", "nick": "nickie nickolas nicky", "nico": "nicodemus nicola nicolas", "niel": "", "nika": "", "niko": "nikolai nikolas nikolaus nikolay", "nils": "", "nina": "", "ning": "", "ninh": "", "nino": "", "nita": "", "noah": "", "noam": "", "nobu": "", "noel": "", "nola": "", "nole": "", "noor": "", "nora": "norah", "nori": "", "norm": "norman", "nour": "", "nuno": "", "nura": "", "nuri": "", "oanh": "", "obed": "obedience", "obie": "", "olaf": "", "olav": "", "oleg": "", "olek": "", "olga": "", "olha": "", "olph": "", "olya": "", "omar": "", "omer": "", "onie": "", "onni": "onnie", "opal": "", "ophi": "", "orla": "", "ossy": "", "otha": "", "otis": "", "otto": "", "owen": "", "ozzy": "", "paca": "", "paco": "", "pate": "", "paul": "", "peng": "", "pepa": "", "pepe": "", "pero": "", "pete": "peter", "petr": "petro", "phat": "", "phil": "philetus philip philipp philippe phillip", "phuc": "", "pier": "", "piet": "", "pili": "", "ping": "", "pink": "", "pino": "", "ples": "", "pres": "prescott", "prue": "", "puja": "", "qian": "", "qiao": "", "qing": "", "quan": "", "quil": "", "quoc": "", "rafa": "rafael rafaela", "raja": "", "raju": "", "rama": "", "rana": "", "rani": "", "raul": "", "ravi": "", "raze": "", "reba": "", "rein": "", "reme": "remedios", "rena": "", "rene": "", "reni": "", "riah": "", "rian": "", "rich": "richard richie", "rick": "ricky", "rika": "", "riko": "", "rina": "", "risa": "", "rita": "", "ritu": "", "roby": "", "roge": "roger", "rolf": "", "rona": "", "rong": "", "rosa": "rosabel rosabella rosalinda rosalyn", "rose": "roseann roseanna roseanne rosemarie rosemary", "rosi": "rosie", "ross": "", "roza": "", "rube": "", "ruby": "", "rudi": "", "rudy": "", "rune": "", "russ": "russell", "ruth": "", "ryan": "", "said": "", "saki": "", "sali": "", "sami": "", "samu": "", "samy": "", "sang": "", "sara": "sarah", "sari": "", "sato": "", "saul": "", "sava": "", "saya": "", "scot": "scott", "sean": "", "sena": "", "sene": "", "seok": "", "seon": "", "seph": "", "seth": "", "shan": "", "shao": "", "shay": "", "shel": "sheldon shelley shelly shelton", "shen": "", "sher": "sheri sheridan sherri sherry sherryl sheryl", "shin": "", "shiv": "", "shou": "", "shui": "", "shuk": "", "shun": "", "shuo": "", "sien": "", "sila": "", "sima": "", "sime": "", "simo": "", "sina": "sinah", "sinh": "", "sion": "", "sita": "", "skye": "", "sofi": "sofia sofie sofiia sofiya", "sola": "", "sona": "", "song": "", "sook": "", "soon": "", "sora": "", "stal": "", "stan": "", "stas": "staszek", "stef": "stefan stefania stefanie stefano stefek", "suet": "", "suki": "", "sula": "", "sumi": "", "sung": "", "susi": "susie", "suze": "", "suzy": "", "sven": "", "swen": "", "taka": "", "taku": "", "tali": "", "tama": "", "tami": "", "tang": "", "tara": "", "tash": "tasha tashie", "tave": "", "tavo": "", "teng": "", "tere": "teresa teresita", "teri": "", "tess": "tessa tessie", "thad": "thaddeus", "thai": "", "tham": "", "than": "", "thao": "", "thea": "", "theo": "theodor theodora theodore theodosia theodosius theophile", "thoa": "", "thom": "thomas", "thor": "", "thuc": "", "thuy": "", "thys": "", "tian": "", "tick": "", "tien": "", "tiff": "tiffany tiffy", "till": "", "tima": "", "timm": "", "timo": "", "tina": "", "tine": "", "ting": "", "tinh": "", "tisa": "", "tish": "tisha", "tito": "", "toai": "", "toan": "", "toby": "", "toma": "", "tomi": "", "tomo": "", "tong": "", "toni": "", "tono": "", "tony": "", "tori": "torie", "tory": "", "toto": "", "tram": "", "tran": "", "trix": "trixie", "troy": "", "truc": "", "tuan": "", "tyra": "", "ulla": "", "umar": "", "umer": "", "usha": "", "uyen": "", "veda": "", "vera": "", "vero": "veronica veronika", "vert": "", "vest": "", "veta": "", "vicy": "", "vida": "", "viet": "", "vika": "", "vina": "", "vinh": "", "vita": "", "vito": "", "vivi": "vivian viviana", "vlad": "vladimir vladislav vladyslav", "vova": "", "wade": "", "walt": "walter", "wang": "", "wash": "washington", "webb": "", "west": "westley", "will": "william willie willy", "wing": "", "wint": "winton", "wolf": "wolfgang", "wood": "woodrow woody", "xavi": "xavier", "xian": "", "xiao": "", "ximo": "", "xing": "", "xuan": "", "yael": "", "yang": "", "yann": "", "yara": "", "yasu": "", "yeon": "", "ying": "", "yoko": "", "yong": "", "yoon": "", "yuan": "", "yuka": "", "yuki": "yukie", "yuko": "", "yuli": "", "yuma": "", "yumi": "", "yuna": "", "yura": "", "yuri": "yurii yuriy", "yury": "", "yuta": "", "yuto": "", "yuya": "", "yvon": "", "zach": "zachariah zachary zachery zachy", "zack": "", "zada": "", "zakk": "", "zara": "", "zeke": "", "zeng": "", "zeno": "", "zeph": "zephaniah", "zhan": "", "zhao": "", "zhen": "", "zhou": "", "zhuo": "", "zina": "", "zita": "", "zoey": "", "zong": "", "zora": "", "aaron": "", "abbey": "", "abbie": "", "abdel": "", "abdul": "", "abiel": "", "abner": "", "abram": "", "abril": "", "addie": "", "adela": "", "adele": "", "adena": "", "adina": "", "adolf": "", "agata": "", "agnes": "", "ahmad": "", "ahmed": "", "aicha": "", "aidan": "", "aiden": "", "aimee": "", "aisha": "", "akemi": "", "akiko": "", "akira": "", "alain": "", "alana": "", "albin": "", "aleks": "aleksandar aleksander aleksandr aleksandra", "alena": "", "aleta": "", "aleva": "", "alexa": "", "alexi": "", "alice": "", "alida": "", "alina": "", "aline": "", "alisa": "", "aliya": "", "allan": "", "allen": "", "allie": "", "alois": "", "alton": "", "alvar": "", "alvin": "", "alwin": "", "amada": "", "amado": "", "amara": "", "amber": "", "amina": "", "amira": "", "amita": "", "anais": "", "anand": "", "andra": "", "andre": "", "aneel": "", "aneta": "", "anett": "", "angel": "angela angelica angelina", "angie": "", "angus": "", "anica": "", "anika": "", "anila": "", "anisa": "", "anita": "", "annie": "", "anouk": "", "ansel": "anselm", "antek": "", "antje": "", "anton": "", "antos": "", "appie": "", "april": "", "arian": "", "ariel": "", "arjun": "", "armin": "", "arnie": "", "artur": "", "aruna": "", "asaph": "", "asher": "", "ashly": "", "asuka": "", "aurel": "", "ayaan": "", "ayaka": "", "ayako": "", "ayame": "", "aylin": "", "aysha": "", "ayumi": "", "barby": "", "barna": "", "basia": "", "basil": "", "baska": "", "beata": "", "becca": "", "becky": "", "beedy": "", "belal": "", "bella": "", "belle": "", "benjy": "", "benny": "", "bente": "", "beppe": "", "berit": "", "bernd": "", "berny": "", "berry": "", "berta": "", "betsy": "", "betty": "", "biddy": "", "bilal": "", "billy": "", "bjorn": "", "blake": "", "bobby": "", "bogus": "boguslaw", "boris": "", "borya": "", "brady": "", "brian": "", "brice": "", "brina": "", "britt": "brittany brittney brittnie", "brody": "", "brose": "", "bruce": "", "bruna": "", "bruno": "", "bryan": "bryant", "bryce": "", "burak": "", "buren": "", "byung": "", "caity": "", "caleb": "", "cally": "", "camil": "", "candy": "", "carin": "", "carla": "", "carlo": "", "carly": "", "carol": "carolann carole caroline", "carri": "carrie", "casey": "", "cathy": "", "cecil": "", "celia": "", "cenia": "", "cesar": "", "chago": "", "chalo": "", "chang": "", "charm": "", "charo": "", "chase": "", "chelo": "", "cheng": "", "chepe": "", "cheri": "cherie", "chick": "", "chidi": "", "chika": "", "chiyo": "", "chloe": "", "chong": "", "chris": "chrissy christa christian christiana christiane christiano christie christina christine christoffer christoph christophe christopher christy", "chuan": "", "chuck": "", "chung": "", "cilla": "", "cille": "", "cindy": "", "cissy": "", "claas": "", "claes": "", "clair": "claire", "clara": "", "clare": "clarence", "claud": "claude claudette claudia claudine", "claus": "", "cleat": "cleatus", "cliff": "clifford", "clint": "", "colie": "", "colin": "", "conny": "", "conor": "", "coral": "", "cordy": "", "corey": "", "corny": "", "court": "courtney", "crate": "", "cuong": "", "curro": "", "cyril": "", "cyrus": "", "dacey": "", "dacia": "", "dafne": "", "dagny": "", "daiki": "", "daisy": "", "dalia": "", "damir": "", "damon": "", "danae": "", "dania": "", "danna": "", "danny": "", "dante": "", "darcy": "", "daren": "", "daria": "", "darin": "", "dario": "", "darko": "", "darla": "", "darry": "", "darya": "", "daryl": "", "dasha": "", "davey": "", "david": "", "davis": "", "dayna": "", "deana": "", "deane": "", "debby": "", "debra": "", "deena": "", "deepa": "", "dejan": "", "delia": "", "della": "", "delly": "", "denis": "", "denny": "", "derek": "", "devin": "", "devon": "", "dewey": "", "diana": "", "diane": "", "diann": "dianne", "dicey": "", "dicie": "", "dicky": "", "diego": "", "dilip": "", "dilly": "", "dinah": "", "diogo": "", "dipak": "", "ditus": "", "dixie": "", "dolly": "", "dolph": "", "donal": "", "donna": "", "donny": "", "dorin": "", "doris": "", "dosia": "", "dosie": "", "dotha": "", "dotty": "", "doyle": "", "drina": "", "duane": "", "dulce": "", "duong": "", "dusan": "", "dutch": "", "duyen": "", "dyche": "", "dylan": "", "ebbie": "", "ebony": "", "eddie": "", "edgar": "", "edita": "", "edith": "", "edwin": "", "edyth": "", "effie": "", "eldon": "", "elena": "", "eleni": "", "elian": "", "elias": "", "elina": "", "eline": "", "elisa": "", "elise": "", "eliza": "elizabeth", "ellen": "ellender", "ellie": "", "ellis": "", "elmar": "", "elmer": "", "elmir": "", "elsey": "", "elsie": "", "elton": "", "elvia": "", "elvie": "", "elvin": "", "elvis": "", "emeka": "", "emely": "", "emiko": "", "emile": "", "emily": "", "emine": "", "emmet": "emmett", "enola": "", "enver": "", "epsey": "", "erica": "", "erich": "", "erick": "", "erika": "", "eriko": "", "ernie": "", "ernst": "", "erwin": "", "essie": "", "ester": "", "ethan": "", "eugen": "", "evert": "", "evita": "", "ewald": "", "fabia": "", "fabio": "", "faith": "", "fally": "", "falon": "", "fanni": "fannie", "fanny": "", "farid": "", "fatma": "", "fatou": "", "felix": "", "felty": "", "fidel": "", "field": "", "filip": "", "fiona": "", "flick": "", "flora": "", "flore": "", "floyd": "", "frank": "frankie franklin franklind", "frans": "", "franz": "", "freda": "", "fredo": "", "fredy": "", "freya": "", "frida": "", "fritz": "", "frona": "", "frony": "", "fumie": "", "gabby": "", "gabor": "", "galya": "", "gamal": "", "garri": "garrick", "garry": "", "gatsy": "", "gavin": "", "gayle": "", "geeta": "", "gemma": "", "geoff": "geoffrey", "georg": "", "gerda": "", "gerri": "gerrie", "gerry": "", "giada": "", "giang": "", "gilda": "", "ginny": "", "githa": "", "gitte": "", "glenn": "", "glory": "", "gonza": "gonzalo", "gopal": "", "gosha": "", "gosia": "", "goska": "", "govie": "", "grace": "", "grant": "", "green": "greenberry", "gregg": "greggory", "greta": "", "grzes": "grzesiek", "guang": "", "guido": "", "gulay": "", "habib": "", "hakan": "", "haley": "", "halim": "", "hamid": "", "hamza": "", "hanna": "hannah", "hanne": "", "hardy": "", "harri": "", "harry": "", "harty": "", "hasan": "", "hazel": "", "hedda": "", "heidi": "", "heidy": "", "heike": "", "heiko": "", "heinz": "", "helen": "helene", "helga": "", "helge": "", "helle": "", "helma": "", "henni": "", "henny": "", "henri": "", "henry": "", "herma": "", "herta": "", "hessy": "", "hetty": "", "hilda": "", "hilde": "", "hiram": "", "hitty": "", "hoang": "", "hodge": "", "hodie": "", "holly": "", "homer": "", "honey": "", "honor": "", "honza": "", "horry": "", "hosea": "", "hosey": "", "hosie": "", "howie": "", "huang": "", "hulda": "", "humey": "", "huong": "", "huyen": "", "hyung": "", "ignac": "", "ilias": "", "ilija": "", "ilona": "", "ilyas": "", "inaya": "", "india": "", "indie": "", "indra": "", "inger": "", "irene": "", "irina": "", "irvin": "irving", "irwin": "", "iryna": "", "isaac": "", "iurii": "", "ivana": "", "ivona": "", "jacky": "", "jacob": "jacobus", "jairo": "", "jakob": "", "jakub": "", "jalen": "", "jamal": "", "james": "", "jamey": "", "jamie": "", "jamil": "", "janek": "", "janet": "janett", "janie": "", "janin": "", "janis": "", "janko": "", "janna": "", "janne": "", "janni": "jannie", "janos": "", "jarda": "", "jared": "", "jason": "", "jayme": "", "jayne": "", "jeana": "", "jemma": "", "jenna": "", "jenni": "jennie jennifer", "jenny": "", "jerry": "", "jerzy": "", "jesse": "", "jessy": "", "jesus": "", "jewel": "jewell", "jezza": "", "jiang": "", "jimmy": "", "jincy": "", "jinsy": "", "jiong": "", "jirka": "", "joana": "", "joann": "joanne", "jodie": "", "johan": "johann", "johny": "", "jolan": "", "jolie": "", "jonah": "", "jonas": "", "jonna": "", "jonny": "", "jordi": "", "jordy": "", "jorge": "", "joris": "", "josee": "", "josef": "", "josep": "", "josey": "", "josie": "", "josip": "", "josue": "", "jothi": "", "jovan": "", "joyce": "", "jozef": "", "jozek": "", "juana": "", "judah": "", "juder": "", "judie": "", "judit": "", "jules": "", "julia": "", "julie": "", "julio": "", "junie": "", "junko": "", "jurek": "", "jurij": "", "justo": "", "jutta": "", "jyoti": "", "kaleb": "", "kalli": "", "kamal": "", "kamil": "", "kanae": "", "kaori": "", "kaoru": "", "karan": "", "karel": "", "karen": "", "karim": "", "karin": "", "karla": "", "karma": "", "karol": "", "karyn": "", "kasey": "", "kasia": "", "kasim": "", "kaska": "", "kathe": "", "kathi": "", "kathy": "", "katia": "", "katie": "", "katja": "", "katri": "", "katya": "", "kayla": "", "kazik": "", "kazim": "", "keely": "", "keiko": "", "keira": "", "keita": "", "keith": "", "kelli": "kellie", "kelly": "", "kemal": "", "kenan": "", "kenji": "", "kenna": "", "kenny": "", "kenta": "", "kenya": "", "kenzy": "", "kerri": "kerrie", "kerry": "", "keung": "", "kevin": "", "kezia": "keziah", "khang": "", "khanh": "", "khiem": "", "kiara": "", "kiera": "", "kiran": "", "kirby": "", "kissy": "", "kitty": "", "kizza": "", "kolya": "", "krish": "", "krzys": "krzysiek krzysztof", "ksana": "", "kwame": "", "kwang": "", "kyara": "", "kylie": "", "kyoko": "", "kyung": "", "laila": "", "lamar": "", "lance": "", "lanna": "", "lanny": "", "larry": "", "latif": "", "laura": "", "laure": "", "lauri": "", "laxmi": "", "layla": "", "lazar": "", "leafa": "", "leana": "", "leena": "", "leigh": "", "leila": "", "lejla": "", "lenny": "", "leona": "", "leone": "", "leroy": "", "lesha": "", "lesia": "", "levin": "", "lewis": "", "leyla": "", "liana": "", "liane": "", "liang": "", "libby": "", "lidia": "", "ligia": "", "liley": "", "lilia": "", "lilla": "lillah", "lilli": "lillie", "lilly": "", "linda": "", "lindy": "", "linus": "", "lissa": "", "livia": "", "livio": "", "lizzy": "", "lloyd": "", "logan": "", "lolly": "", "lonny": "", "lonzo": "", "loren": "lorenzo", "lorie": "", "lorin": "", "loris": "", "lorne": "", "lorry": "", "lotta": "", "lotti": "lottie", "louie": "", "louis": "", "luana": "", "lubov": "", "lucas": "", "lucho": "", "lucia": "", "lucie": "", "lucio": "", "lucky": "", "luigi": "", "luisa": "", "luise": "", "lukas": "", "luong": "", "luxmi": "", "luyen": "", "lyddy": "", "lydia": "", "lydie": "", "lynda": "", "lynne": "", "lyova": "", "lyuba": "", "lyuda": "", "mabel": "", "mable": "", "maddi": "maddie maddison", "maddy": "", "madge": "", "madie": "", "maeve": "", "magda": "magdalena", "maggy": "", "mahdi": "", "maida": "", "maiko": "", "maira": "", "maire": "", "maite": "", "malia": "", "malik": "", "malin": "", "mally": "", "mamie": "", "manda": "", "mandy": "", "manel": "", "manju": "", "manny": "", "manoj": "", "manon": "", "marco": "", "marek": "", "maren": "", "marga": "", "marge": "margery", "margo": "", "margy": "", "maria": "mariah", "marie": "marietta", "marin": "", "mario": "", "maris": "", "marit": "", "marja": "", "marjo": "", "marko": "", "marla": "", "marni": "marnie", "marta": "", "marte": "", "marti": "", "marty": "", "masao": "", "masha": "", "mason": "", "matej": "", "mateo": "", "matti": "", "matty": "", "maude": "", "maura": "", "mauro": "", "maxim": "", "mayra": "", "mayte": "", "meaka": "", "megan": "", "megha": "", "meike": "", "melba": "", "melia": "", "melly": "", "merci": "", "mercy": "", "mervi": "", "metta": "", "micah": "", "micha": "", "micky": "", "middy": "", "midge": "", "mieko": "", "miggy": "", "mikey": "", "mikus": "", "milan": "", "milda": "", "milka": "", "milla": "", "milly": "", "milos": "", "mimmo": "", "mindy": "", "minna": "", "minty": "", "miran": "", "mirco": "", "mirja": "", "mirko": "", "mirna": "", "mirta": "", "misha": "", "missy": "", "misty": "", "mitch": "mitchell", "mitsu": "", "mitty": "", "mitya": "", "mitzi": "mitzie", "moira": "", "molly": "", "monet": "", "monna": "", "monte": "monteleon", "monty": "", "morey": "", "moses": "", "murat": "", "myles": "", "myrna": "", "myron": "", "myrta": "", "myrti": "", "myung": "", "nabby": "", "nabil": "", "nacho": "", "nadia": "", "nadin": "", "nadir": "", "nadja": "", "nadya": "", "naldo": "", "nancy": "", "nando": "", "nanna": "", "nanni": "", "nanny": "", "naoki": "", "naoko": "", "naomi": "", "naoto": "", "nappy": "", "nasir": "", "natan": "", "natsu": "", "natty": "", "nelia": "", "nella": "", "nelle": "", "nelli": "nellie", "nelly": "", "nerva": "", "nessa": "", "netta": "", "nghia": "", "ngozi": "", "nhien": "", "nhung": "", "niamh": "", "nibby": "", "nicey": "", "nicie": "", "nicki": "nickie", "nicky": "", "nicol": "", "nidia": "", "niels": "", "nigel": "", "nikki": "", "nikol": "", "nilda": "", "niraj": "", "nobuo": "", "noemi": "noemie", "nolan": "", "nonie": "", "norah": "", "norbu": "norbusamte", "norby": "", "norma": "", "norry": "", "nuong": "", "odell": "", "olena": "", "olive": "", "ollie": "", "omara": "", "onnie": "", "osama": "", "oscar": "", "osman": "", "oumar": "", "oumou": "", "pablo": "", "paddy": "", "paige": "", "paola": "", "paolo": "", "paqui": "paquita", "pasha": "", "patsy": "", "patti": "", "patty": "", "paula": "", "paule": "", "pauli": "", "paulo": "", "pavel": "", "pavlo": "", "pawel": "pawelek", "pearl": "", "pedro": "", "peggy": "", "penie": "", "penny": "", "peppe": "", "percy": "", "perla": "", "perry": "", "peter": "", "petra": "", "petro": "", "petya": "", "phena": "", "phong": "", "phung": "", "phuoc": "", "piera": "", "piero": "", "pilar": "", "piotr": "piotrek piotrus", "piper": "", "pokey": "", "polly": "", "polya": "", "pooja": "", "priya": "", "provy": "", "prudy": "", "punam": "", "pyotr": "", "qiang": "", "qiong": "", "quang": "", "queen": "", "quinn": "", "quino": "", "quyen": "", "quynh": "", "rafal": "rafalek", "ragna": "", "rajan": "", "rajiv": "", "ralph": "", "raman": "", "ramon": "", "randi": "", "randy": "", "rania": "", "rayan": "", "rayna": "", "reece": "", "regan": "", "regis": "", "reiko": "", "reina": "", "rella": "", "renee": "", "renny": "", "renzo": "", "retta": "", "reyna": "", "rhett": "", "rhoda": "", "rhyna": "", "riane": "", "riche": "", "richi": "richie", "ricka": "", "ricky": "", "rieko": "", "rilla": "", "rilly": "", "rissa": "", "robby": "", "robin": "", "robyn": "", "rocio": "", "roddy": "", "rodie": "", "roger": "", "rohan": "", "rohit": "", "rollo": "", "rolly": "", "roman": "", "romeo": "", "ronan": "", "ronda": "", "ronie": "", "ronja": "", "ronna": "", "ronny": "", "rosey": "", "rosie": "", "roxie": "", "royal": "", "ruben": "", "rufus": "", "rusty": "", "ryoko": "", "ryota": "", "rysio": "", "sabin": "", "sabri": "", "sachi": "sachie", "sadie": "", "saeed": "", "saeid": "", "safie": "safieel", "saida": "", "salam": "", "salim": "", "sally": "", "salma": "", "samir": "", "sammy": "", "sandi": "", "sandy": "", "sanja": "", "sanna": "", "sanne": "", "santa": "", "santi": "santiago", "sarah": "", "sarai": "", "sasha": "", "scott": "scottie scotty", "sebas": "sebastian", "sebby": "", "seema": "", "seeta": "", "seiji": "", "seiko": "", "sekou": "", "selma": "", "senie": "", "seong": "", "sephy": "", "serge": "", "seung": "", "shana": "", "shane": "", "shang": "", "shani": "", "shari": "", "shaun": "", "shawn": "", "shely": "", "sheng": "", "sheri": "", "shiam": "", "shige": "", "shiho": "", "shing": "", "shirl": "shirley", "shiva": "", "shizu": "", "shona": "", "shota": "", "shuai": "", "shura": "", "shyam": "", "signe": "", "silas": "", "silja": "", "silke": "", "silla": "", "silva": "", "simon": "", "sinah": "", "sitha": "", "slava": "", "smith": "", "sofia": "", "sofie": "", "sofya": "", "solly": "", "sonal": "", "sonia": "", "sonja": "", "sonny": "", "sonya": "", "soren": "", "squat": "", "stach": "", "staci": "stacie", "stacy": "", "steph": "stephan stephani stephania stephanie stephany stephen stephie stephine", "steve": "steven", "sudip": "", "sukey": "", "sulie": "", "sully": "", "sunil": "", "suong": "", "suraj": "", "susan": "susann", "susie": "", "suzie": "", "sveta": "", "swati": "", "swene": "", "tabby": "", "tadek": "", "taina": "", "talia": "", "tamar": "", "tammy": "", "tania": "", "tanja": "", "tanny": "", "tanvi": "", "tanya": "", "tarek": "", "tareq": "", "tarik": "", "tariq": "", "tasha": "", "tatsu": "", "tavia": "", "teddy": "", "teeny": "", "telly": "", "tempy": "", "terri": "terrie", "terry": "", "tessa": "", "thach": "", "thang": "", "thanh": "", "theda": "", "thias": "", "thien": "", "thinh": "", "thong": "", "thora": "", "thuan": "", "tiago": "", "tiana": "", "tiara": "", "tibor": "", "tiffy": "", "tilda": "", "tilla": "", "tilly": "", "timea": "", "timmy": "", "timon": "", "tisha": "", "titia": "", "titus": "", "tolya": "", "tomas": "", "tomek": "", "tommy": "", "tomus": "", "tonia": "", "tonya": "", "torie": "", "torri": "torrie", "toshi": "", "traci": "tracie", "tracy": "", "trang": "", "trent": "", "trieu": "", "trina": "", "trine": "", "trinh": "", "trini": "trinidad", "trish": "trisha", "trudy": "", "trung": "", "tuyen": "", "tuyet": "", "tyler": "", "tyson": "", "ulrik": "", "umesh": "", "unice": "", "uriah": "", "usama": "", "usman": "", "valya": "", "vanda": "", "vania": "", "vanna": "", "vanni": "vannie", "vanya": "", "vasya": "", "vasyl": "", "venky": "", "verna": "", "vicki": "vickie", "vicky": "", "vidar": "", "vijai": "", "vijay": "", "vikas": "", "vilma": "", "vinay": "", "vince": "vincent vincenzo", "viney": "", "vinny": "", "vinod": "vinodh", "viola": "", "virgy": "", "vitor": "", "vitya": "", "vivek": "", "vonna": "", "vuong": "", "waldo": "", "walid": "", "wally": "", "wanda": "", "wayne": "", "wendy": "", "wijay": "", "wilda": "", "willa": "", "willy": "", "wilma": "", "winny": "", "woody": "", "xenia": "", "xiang": "", "xiong": "", "yahia": "", "yahya": "", "yanis": "", "yasin": "", "yasuo": "", "yehia": "", "yeona": "", "yeong": "", "yohan": "", "yoshi": "yoshie yoshihiko", "young": "", "yukie": "", "yukio": "", "yulan": "", "yulia": "", "yulya": "", "yurii": "", "yuriy": "", "yusef": "", "yusuf": "", "zachy": "", "zaddi": "", "zadie": "", "zahir": "", "zahra": "", "zeely": "", "zehra": "", "zelda": "", "zelma": "", "zhang": "", "zheng": "", "zhong": "", "zhora": "", "zofia": "", "zolly": "", "zoran": "", "zosia": "", "zoska": "", "zuzia": "", "abijah": "", "achmed": "", "adelia": "", "adeola": "", "adolfo": "", "adolph": "adolphus", "adrian": "", "adrien": "adrienn", "agatha": "", "agathe": "", "agatka": "", "agusia": "", "aileen": "", "aischa": "", "alanna": "", "albert": "", "albina": "", "alexei": "", "alexey": "", "alexia": "", "alexis": "", "alfons": "", "alfred": "", "alicia": "", "alicja": "", "alisha": "", "alison": "", "alissa": "", "almena": "", "almina": "", "almira": "", "alonso": "", "alonzo": "", "alphus": "", "althea": "", "alvaro": "", "alyssa": "", "alzada": "", "amabel": "", "amadea": "", "amadeo": "", "amador": "", "amalia": "", "amanda": "", "amelia": "", "anabel": "", "ananda": "", "ananya": "", "anders": "", "andrea": "", "andree": "", "andrei": "", "andrej": "", "andres": "", "andrew": "", "andrey": "", "andrii": "", "andrij": "", "andriy": "", "anette": "", "angela": "", "angele": "", "angelo": "", "anibal": "", "anissa": "", "anneli": "annelie", "annett": "", "annick": "", "annika": "", "annita": "", "anselm": "", "antoni": "antonie", "antony": "", "archie": "", "ariana": "", "ariane": "", "arilla": "", "arlene": "", "armand": "", "armena": "", "armida": "", "arnold": "", "arthur": "", "arturo": "", "arzada": "", "asahel": "", "ashlee": "", "ashley": "", "ashton": "", "assene": "", "astrid": "", "atsuko": "", "aubrey": "", "audree": "", "audrey": "", "august": "augustus", "aurora": "", "austin": "", "ayesha": "", "babett": "", "bailey": "", "barbie": "", "barney": "", "bartek": "", "bartel": "", "bedney": "", "benita": "", "benito": "", "bennie": "", "benoit": "", "berney": "", "bernie": "", "bertha": "", "berthe": "", "bertie": "", "bessie": "", "bianca": "", "biddie": "", "billal": "", "billie": "", "birdie": "", "birgit": "birgitt", "birtie": "", "bobbie": "", "bogdan": "", "bonita": "", "bonnie": "", "bozena": "", "brahim": "", "brandy": "", "brenda": "", "briana": "", "bridie": "", "brigid": "", "brinda": "", "britta": "", "bryant": "", "callie": "", "callum": "", "calvin": "", "camila": "", "camile": "", "camilo": "", "cammie": "", "carina": "", "carine": "", "carlos": "", "carmel": "", "carmen": "", "carmon": "", "carola": "", "carole": "", "carrie": "", "carter": "", "casper": "", "cassie": "", "cecile": "", "cedric": "", "celine": "", "charly": "", "chelle": "", "chente": "", "cherie": "", "cheryl": "", "chiara": "", "chioma": "", "chucho": "", "cicely": "", "cintha": "", "claire": "", "claude": "", "concha": "", "conchi": "conchita", "connie": "", "connor": "", "conrad": "", "cooper": "", "cornel": "", "cornie": "", "cosima": "", "cosimo": "", "crissy": "", "curtis": "", "dagmar": "", "daisha": "", "dakota": "", "dallas": "", "dalton": "", "damian": "", "damien": "", "damjan": "", "danica": "", "daniel": "", "danilo": "", "daphie": "", "daphne": "", "dariia": "", "darius": "", "darkey": "", "darrel": "darrell", "darren": "", "darrin": "", "darryl": "", "darwin": "", "dayana": "", "daycia": "", "deanna": "", "deanne": "", "debbie": "", "debora": "deborah", "declan": "", "deedee": "", "deepak": "", "deidre": "", "delfin": "", "delius": "", "delpha": "", "delphi": "delphine", "denisa": "", "denise": "", "dennie": "", "dennis": "dennison", "derick": "", "derrek": "", "dexter": "", "dianna": "", "dianne": "", "dickie": "", "dickon": "", "didier": "", "dieter": "", "dilara": "", "dileep": "", "dillon": "", "dionne": "", "dipika": "", "djamal": "", "djamil": "", "dmitri": "dmitrii dmitrij dmitriy", "dmitry": "", "dmytro": "", "dobbin": "", "donald": "", "donato": "", "donnie": "", "dorcas": "", "dorcus": "", "doreen": "", "dorian": "", "dorina": "", "dorine": "", "dorota": "", "dortha": "", "dorthy": "", "dossie": "", "dottie": "", "duncan": "", "dustin": "", "dwight": "", "edgard": "", "edison": "", "edmond": "", "edmund": "", "eduard": "", "edvard": "", "edward": "", "edwina": "", "edythe": "", "egbert": "", "eighta": "", "eileen": "", "elaine": "", "elbert": "elbertson", "eldora": "", "elenor": "", "eliana": "", "eliane": "", "elijah": "", "elinor": "", "eliseo": "", "elisha": "", "elliot": "elliott", "elmira": "", "elnora": "", "elodia": "", "elodie": "", "eloisa": "", "eloise": "", "elvina": "", "elvira": "", "elwood": "", "elysia": "", "emelia": "", "emilia": "", "emilie": "", "emilio": "", "emmett": "", "enrica": "", "enrico": "", "ericka": "", "ernest": "", "esmail": "", "estela": "", "esther": "", "eudicy": "", "eudora": "", "eugene": "", "eunice": "", "evelin": "", "evelyn": "", "evgeni": "evgenii evgenij evgeniy", "evgeny": "", "fabian": "", "fabien": "", "falcon": "", "fallie": "", "fallon": "", "fannie": "", "farida": "", "fatema": "", "fatima": "fatimah", "felice": "", "felipa": "", "felipe": "", "feltie": "", "ferbie": "", "ferdie": "", "fionna": "", "flavia": "", "flavio": "", "florin": "", "flossy": "", "franca": "", "france": "", "franck": "", "franco": "", "franek": "", "franjo": "", "franky": "", "franny": "", "franta": "", "freddy": "", "frieda": "", "fronia": "", "fumiko": "", "gaelle": "", "galina": "", "gareth": "", "garret": "garrett", "gaspar": "", "gaston": "", "geetha": "", "genaro": "", "geneva": "", "george": "", "georgi": "georgie georgii georgiy", "georgy": "", "gerald": "", "gerard": "", "german": "", "gerold": "", "gerrie": "", "gerrit": "", "gertie": "", "gianna": "", "gianni": "", "gideon": "", "gilles": "", "ginger": "", "gisela": "", "gisele": "", "giulia": "", "giulio": "", "glenda": "", "glenna": "", "gloria": "", "gopaal": "", "gordon": "", "grazia": "", "gregor": "", "gretta": "", "grisha": "", "gudrun": "", "guille": "guillermo", "gunnar": "", "gunter": "", "gussie": "", "gustaf": "", "gustav": "", "gwenda": "", "habiba": "", "hailey": "", "halima": "", "halina": "", "halley": "", "hallie": "", "halyna": "", "hamida": "", "hanako": "", "hannah": "", "hannes": "", "harald": "", "harish": "", "harley": "", "harman": "", "harold": "", "haruka": "", "haruki": "", "haruko": "", "haruto": "", "harvey": "", "hassan": "", "hassie": "", "hattie": "", "haydee": "", "hayden": "", "haylee": "", "haylen": "", "hayley": "", "hector": "", "hedwig": "", "helena": "", "helene": "", "hellen": "", "helmut": "", "heniek": "", "henrik": "", "henryk": "", "herman": "hermann", "hermie": "", "hernan": "", "hertha": "", "hester": "", "hideki": "", "hideko": "", "hikari": "", "hikaru": "", "hilary": "", "hinata": "", "hipsie": "", "hiroki": "", "hiroko": "", "hiromi": "", "hiroto": "", "hitomi": "", "hobkin": "", "holger": "", "hollie": "", "honora": "", "horace": "", "howard": "", "hubert": "", "hugues": "", "hunter": "", "husain": "", "husein": "", "ileana": "", "indira": "", "ingmar": "", "ingrid": "", "irving": "", "isabel": "isabell isabelle", "isaiah": "", "isaias": "", "isidor": "", "ismael": "", "ismail": "", "isobel": "", "iuliia": "", "ivanka": "", "ivonne": "", "jackie": "", "jacoba": "", "jacqui": "", "jaelin": "", "jaelyn": "", "jahoda": "", "jailyn": "", "jakoba": "", "jamaal": "", "jameel": "", "jamila": "", "janeth": "", "janett": "", "janice": "", "janina": "", "janine": "", "jannie": "", "jannis": "", "jasiek": "", "jasmin": "", "jasper": "", "javier": "", "jayden": "", "jaylin": "", "jaylyn": "", "jayson": "", "jeanne": "", "jedrek": "", "jehiel": "", "jelena": "", "jemima": "", "jennet": "", "jennie": "", "jereme": "", "jeremy": "", "jerica": "", "jerita": "", "jerome": "", "jesper": "", "jessie": "", "jettie": "", "jewell": "", "jimena": "", "jimmie": "", "joakim": "", "joanna": "", "joanne": "", "joasia": "", "jochen": "", "joelle": "", "johana": "", "johann": "", "johnny": "", "jolene": "", "joline": "", "jonnie": "", "jordan": "", "jordon": "", "jorgen": "", "josefa": "", "joseph": "", "joshua": "", "josiah": "", "jovita": "", "judith": "", "judson": "", "julian": "", "julias": "", "julien": "", "juliet": "", "julija": "", "julius": "", "junior": "", "junius": "", "jurgen": "", "justin": "", "juston": "", "justus": "", "jyothi": "", "kaitie": "", "kamila": "", "kanako": "", "kareem": "", "karima": "", "karina": "", "karine": "", "karola": "", "kaspar": "", "kasper": "", "katrin": "", "kavita": "", "kaylee": "", "kazuki": "", "kazuko": "", "kazuya": "", "keisha": "", "kelley": "", "kellie": "", "kelsey": "", "kelvin": "", "kendra": "", "kennet": "", "kerrie": "", "keziah": "", "khaled": "", "khalid": "", "kieran": "", "kilian": "", "killis": "", "kirsti": "kirstie", "kirsty": "", "kittie": "", "kiyoko": "", "kizzie": "", "konrad": "", "kornel": "", "kostia": "", "kostya": "", "krisna": "", "krista": "", "kristi": "kristie", "kristy": "", "krysia": "", "ksenia": "", "kumiko": "", "kurtis": "", "laffie": "", "lainie": "", "lalita": "", "lamont": "", "lanson": "", "larisa": "", "larysa": "", "latifa": "", "laurel": "", "lauren": "", "laurie": "", "laurin": "", "lauryn": "", "laveda": "", "lavina": "", "lawrie": "", "lazaro": "", "leanne": "", "leland": "", "lemuel": "", "lennie": "", "lenora": "", "leonel": "", "leonid": "", "leonie": "", "leonor": "", "lesley": "", "leslie": "", "lessie": "", "lester": "", "lettie": "", "levicy": "", "levone": "", "lidija": "", "lilian": "", "lillah": "", "lillie": "", "lindsy": "", "lineau": "", "linnea": "", "lionel": "", "lisbet": "", "lissia": "", "little": "littleberry", "liubov": "", "lizeth": "", "lizzie": "", "lolita": "", "lonnie": "", "loomie": "", "lorena": "", "lorene": "", "lorenz": "", "lorine": "", "lorrie": "", "lottie": "", "louisa": "", "louise": "", "lucian": "", "lucias": "", "lucien": "", "lucija": "", "lucila": "", "lucile": "", "lucina": "", "lucius": "", "ludvig": "", "ludvik": "", "ludwig": "", "luella": "", "luigia": "", "lukasz": "lukaszek", "lupita": "", "lurana": "", "luther": "", "lyndon": "", "lynsey": "", "lyosha": "", "lyubov": "", "maciej": "", "maciek": "", "maddie": "", "madzia": "", "maegen": "", "magali": "", "magaly": "", "maggie": "", "magnus": "", "mahala": "", "mahmud": "", "maisie": "", "makiko": "", "makoto": "", "maksim": "", "maksym": "", "malena": "", "malika": "", "manabu": "", "manami": "", "mandie": "", "manish": "", "manoah": "", "manola": "", "manoli": "", "manolo": "", "mantha": "", "manuel": "", "marcel": "marcell", "marcia": "", "marcie": "", "marcin": "", "marcos": "", "marcus": "", "margie": "", "margit": "", "margot": "", "mariah": "", "mariam": "", "marian": "mariann marianna", "marica": "", "mariia": "", "marija": "", "marika": "", "mariko": "", "marina": "", "marine": "", "marino": "", "marion": "", "marisa": "", "marise": "", "marita": "", "marius": "", "mariya": "", "marjan": "", "markus": "", "marlen": "marlene", "marlin": "", "marlis": "", "marlon": "", "marnie": "", "marsha": "", "marten": "", "martha": "", "marthe": "", "martin": "", "marvin": "", "maryam": "", "maryse": "", "masaki": "", "masako": "", "masami": "", "masaru": "", "masato": "", "matheo": "", "mathew": "", "mathis": "", "matias": "", "mattea": "", "matteo": "", "mattia": "", "mattie": "", "mavery": "", "mavine": "", "maxima": "", "maxime": "", "maximo": "", "maxine": "", "mayuko": "", "mayumi": "", "medora": "", "meghan": "", "megumi": "", "mehmet": "", "melany": "", "melina": "", "melisa": "", "melita": "", "mellia": "", "mellie": "", "melody": "", "melvin": "", "merche": "", "mervin": "", "mervyn": "", "micael": "", "michal": "michalek", "michel": "michell", "mickey": "", "middie": "", "mietek": "", "miguel": "miguell", "mihael": "", "mihail": "", "mikael": "", "mikako": "", "mikiko": "", "milena": "", "milica": "", "millie": "", "milton": "", "minako": "", "mindie": "", "minite": "", "minnie": "", "mireya": "", "miriam": "", "mirjam": "", "misael": "", "misaki": "", "misako": "", "mittie": "", "mitzie": "", "miyuki": "", "moises": "", "mollie": "", "momoka": "", "momoko": "", "monica": "", "monika": "", "monnie": "", "montse": "montserrat", "morena": "", "morgan": "", "moritz": "", "morris": "", "muriel": "", "murray": "", "mykola": "", "myriam": "", "myrtle": "", "nabila": "", "nadege": "", "nadiia": "", "nadine": "", "nadiya": "", "nanako": "", "nanami": "", "nasira": "", "nastia": "", "nastya": "", "natale": "", "natali": "natalie", "nataly": "", "natasa": "", "nathan": "nathaniel", "natius": "", "naveen": "", "neeraj": "", "nellie": "", "nelson": "", "nervie": "", "nettie": "", "newton": "", "nguyen": "", "nguyet": "", "nickey": "", "nickie": "", "niclas": "", "nicola": "", "nicole": "", "nieves": "", "nikita": "", "niklas": "", "nikola": "", "nikole": "", "nilesh": "", "nobuko": "", "noelia": "", "noella": "", "noelle": "", "noemie": "", "nollie": "", "nonnie": "", "noriko": "", "norman": "", "nowell": "", "odette": "", "oksana": "", "oliver": "", "olivia": "", "olivie": "", "orilla": "", "oswald": "", "othman": "", "oualid": "", "pamela": "", "pancho": "", "pascal": "", "patric": "patrick", "patrik": "", "peggie": "", "pepita": "", "pepito": "", "perico": "", "phelia": "", "pheney": "", "phenie": "", "philip": "philipp", "philly": "", "phoebe": "", "phuong": "", "pierre": "", "pietro": "", "polina": "", "poncho": "", "poonam": "", "pradip": "", "prissy": "", "quilla": "", "quincy": "", "quique": "", "rachel": "", "rachid": "", "rafael": "", "ragnar": "", "rajeev": "", "rajesh": "", "ramesh": "", "ramona": "", "randal": "randall", "rashid": "", "rasmus": "", "reagan": "", "rebeka": "rebekah", "reggie": "", "regina": "", "regine": "", "relief": "", "renata": "", "renate": "", "renato": "", "renius": "", "reuben": "", "rhonda": "", "rhynie": "", "richie": "", "rickey": "", "rickie": "", "rienne": "", "rikako": "", "risako": "", "ritika": "", "robbie": "", "robert": "", "rodger": "", "rodney": "", "rohini": "", "roland": "", "romain": "", "romana": "", "romano": "", "romina": "", "ronald": "", "ronnie": "", "roscoe": "", "rosina": "", "roxana": "", "roxane": "", "rudolf": "", "rupert": "", "rysiek": "", "sabine": "", "sachie": "", "sakari": "", "sakiko": "", "sakura": "", "saleem": "", "salima": "", "salina": "", "sallie": "", "salman": "", "salmon": "", "salome": "", "sameer": "", "samira": "", "samson": "", "samuel": "", "samyra": "", "sander": "", "sandip": "", "sandra": "", "sandro": "", "sanjai": "", "sanjay": "", "sanjiv": "", "santos": "", "sarina": "", "sarita": "", "sascha": "", "satoko": "", "satomi": "", "satoru": "", "sayaka": "", "sayeed": "", "sayuri": "", "scotty": "", "seetha": "", "serena": "", "serene": "", "sergei": "", "sergej": "", "sergey": "", "sergia": "", "sergio": "", "sergiy": "", "serhii": "", "serhiy": "", "shaina": "", "shania": "", "shanna": "", "sharon": "", "shauna": "", "shawna": "", "shayne": "", "sheila": "sheilah", "shelby": "", "shelia": "", "shelly": "", "sheree": "", "sherri": "sherrie", "sherry": "sherryl", "sheryl": "", "shiela": "", "shinji": "", "shohei": "", "shuang": "", "sibbie": "", "sidney": "", "sienna": "", "sierra": "", "sigrid": "", "sigurd": "", "silvia": "", "silvio": "", "simeon": "", "simona": "", "simone": "", "sinead": "", "sitara": "", "smitty": "", "sofiia": "", "sofiya": "", "sonali": "", "sondra": "", "sonnie": "", "sophia": "", "sophie": "", "soraya": "", "stacey": "", "stacia": "", "stacie": "", "stasya": "", "stefan": "", "stefek": "", "steffi": "steffie", "stella": "", "steven": "", "stevie": "", "stuart": "", "sudeep": "", "sudesh": "", "sumiko": "", "summer": "", "suneel": "", "sunita": "", "suresh": "", "susana": "", "susann": "susanne", "suzana": "", "svenja": "", "swathi": "", "sybill": "", "sydney": "", "sylvia": "", "sylvie": "", "szymek": "", "szymon": "", "takako": "", "takuma": "", "takumi": "", "takuya": "", "tamaki": "", "tamara": "", "tamika": "", "tamiko": "", "tammie": "", "tanner": "", "tashie": "", "tensey": "", "teodor": "", "teresa": "", "terrie": "", "tessie": "", "thaney": "", "thelma": "", "theres": "", "thiago": "", "thirza": "", "thomas": "", "thuong": "", "thursa": "", "thuyet": "", "tibbie": "", "tillie": "", "tobias": "", "tomasa": "", "tomasz": "", "tommie": "", "tomoko": "", "tomomi": "", "tomoya": "", "torrie": "", "tracie": "", "tricia": "", "trisha": "", "trixie": "", "truong": "", "tyrone": "", "ulrica": "", "ulrich": "", "ulrike": "", "ursula": "", "uthman": "", "valeri": "valerie", "valery": "", "vallie": "", "valter": "", "vanesa": "", "vangie": "", "vannie": "", "vasant": "vasanth", "vasili": "vasilii vasiliy", "vasily": "", "venkat": "venkatesh", "vernon": "", "vessie": "", "vester": "", "vickie": "", "victor": "", "vijaya": "", "vikram": "", "viktor": "", "vinnie": "", "vinodh": "", "vinson": "", "violet": "", "virdie": "", "virgil": "", "viveck": "", "vivian": "", "vivien": "", "vonnie": "", "waldek": "", "waleed": "", "walida": "", "walter": "", "warren": "", "wasant": "", "wenzel": "", "werner": "", "wesley": "", "wilber": "", "wilbur": "", "willie": "", "willis": "", "willow": "", "wilmer": "", "wilson": "", "winnet": "", "winnie": "", "winton": "", "wojtek": "", "wyncha": "", "xander": "", "xavier": "", "ximena": "", "yadira": "", "yaseen": "", "yasmin": "", "yassin": "yassine", "yasuko": "", "yelena": "", "yesica": "", "yevhen": "", "yohana": "", "yoshie": "", "yosuke": "", "youcef": "", "younes": "", "yousef": "", "yousuf": "", "yuichi": "", "yukari": "", "yukiko": "", "yuliia": "", "yuliya": "", "yumiko": "", "yuriko": "", "yusuke": "", "yvette": "", "yvonne": "", "zadock": "", "zainab": "", "zaynab": "", "zeinab": "", "zeljko": "", "zeynab": "", "zeynep": "", "zhenya": "", "zhuang": "", "zoltan": "", "zuzana": "", "aaliyah": "", "abdalla": "abdallah", "abdulla": "abdullah", "abigail": "", "abigale": "", "abraham": "", "absalom": "", "adaline": "", "addison": "", "adebayo": "", "adelina": "", "adeline": "", "adewale": "", "adriana": "", "adriane": "", "adriano": "", "adrienn": "adrienne", "agustin": "", "alanson": "", "alazama": "", "alberta": "", "alberto": "", "aldrich": "", "aleksei": "", "aleksey": "", "alessia": "", "alessio": "", "alfonsa": "", "alfonse": "", "alfonso": "", "alfreda": "", "alfredo": "", "allison": "", "allyson": "", "allyssa": "", "alondra": "", "alverta": "", "alyosha": "", "ambrose": "", "anabela": "", "anatoli": "anatolii anatoliy", "anatoly": "", "andreas": "", "andrian": "", "andrzej": "andrzejek", "angeles": "", "annabel": "annabell", "annelie": "", "annetta": "", "annette": "", "anthony": "", "antoine": "", "antonia": "", "antonie": "", "antonin": "", "antonio": "", "aquilla": "", "araceli": "", "aracely": "", "arcadio": "", "ariadna": "", "ariadne": "", "arianna": "", "arielle": "", "arizona": "", "armanda": "", "armando": "", "armilda": "", "arminda": "", "arminta": "", "arnolda": "", "arnoldo": "", "artemus": "", "arthusa": "", "asenath": "", "atsushi": "", "augusta": "", "auguste": "", "augusto": "", "aurelia": "", "aurelie": "", "aurelio": "", "aurilla": "", "azariah": "", "babette": "", "barbara": "", "barbery": "", "barrett": "", "beatrix": "", "beatriz": "", "bedelia": "", "belinda": "", "bennett": "", "beppino": "", "bernard": "", "bertram": "", "bethany": "", "bethena": "", "beverly": "", "bibiana": "", "birgitt": "", "blanche": "", "boetius": "", "bogdana": "", "bradley": "", "brandon": "", "breanna": "", "brendan": "", "brianna": "", "bridget": "", "bridgie": "", "bridgit": "", "brigida": "", "brigita": "", "britney": "", "bryanna": "", "caitlin": "", "caitlyn": "", "calista": "", "cameron": "", "camilla": "", "camille": "", "candace": "", "candela": "", "candice": "", "candida": "", "carlota": "", "carlton": "", "carmela": "", "carmelo": "", "carmina": "", "carmine": "", "carolin": "", "carolyn": "", "cassidy": "", "caswell": "", "cecilia": "", "celeste": "", "celinda": "", "chabela": "", "chandra": "", "chantal": "", "chantel": "", "charity": "", "charles": "", "charlie": "", "chelsea": "", "chelsey": "", "chelsie": "", "chesley": "", "chester": "", "chikako": "", "chinedu": "", "chiyoko": "", "chrissy": "", "christa": "", "christy": "", "claudia": "", "claudie": "", "claudio": "", "clayton": "", "cleatus": "", "clemens": "", "clement": "", "clifton": "", "clinton": "", "coleman": "", "colette": "", "colleen": "", "coralie": "", "corinne": "", "creasey": "", "crystal": "", "cynthia": "", "cyrilla": "", "daisuke": "", "dalibor": "", "damaris": "", "damiana": "", "daniela": "", "daniele": "", "danijel": "", "darlene": "", "darnell": "", "darrell": "", "deborah": "", "deepika": "", "deirdre": "", "delbert": "", "delfina": "", "delilah": "", "delores": "", "deloris": "", "delphia": "", "demaris": "", "demetra": "", "denisse": "", "derrick": "", "desiree": "", "desmond": "", "destiny": "", "diamond": "", "dickson": "", "dimitri": "", "dmitrii": "", "dmitrij": "", "dmitriy": "", "dolores": "", "domenic": "", "dominga": "", "domingo": "", "dominic": "dominick", "dominik": "", "donalda": "", "donovan": "", "dorinda": "", "dorothe": "dorothee", "dorothy": "", "dorotka": "", "douglas": "", "earnest": "", "ebrahim": "", "edgardo": "", "edmundo": "", "edouard": "", "eduarda": "", "eduardo": "", "eleanor": "", "eleazer": "", "elenore": "", "eleonor": "", "elliott": "", "elminie": "", "elouise": "", "elswood": "", "emanuel": "", "emelina": "", "emeline": "", "emerald": "", "emerson": "", "emilian": "", "emilija": "", "encarna": "encarnacion", "encarni": "", "enrique": "", "ephraim": "", "erasmus": "", "ernesta": "", "ernesto": "", "eseneth": "", "esteban": "", "estella": "", "estelle": "", "etienne": "", "eudoris": "", "eugenia": "", "eugenie": "", "eugenio": "", "eulalia": "", "evaline": "", "evelina": "", "eveline": "", "evelyne": "", "everett": "", "evgenia": "", "evgenii": "", "evgenij": "", "evgeniy": "", "ezekiel": "", "ezideen": "", "fabiana": "", "fabiola": "", "farmboy": "", "fatemeh": "", "fatimah": "", "felicia": "", "fernand": "", "fidelia": "", "filippa": "", "filippo": "", "florent": "", "florian": "", "florina": "", "florine": "", "frances": "", "francie": "", "francis": "", "frankie": "", "frannie": "franniey", "freddie": "", "fredric": "fredrick", "gabriel": "", "gaetana": "", "gaetano": "", "garratt": "", "garrett": "", "garrick": "", "gaylene": "", "genesis": "", "gennadi": "gennadii gennadiy", "gennady": "", "georges": "", "georgia": "georgiana", "georgie": "", "georgii": "", "georgiy": "", "geraldo": "", "gerarda": "", "gerardo": "", "gerhard": "gerhardt", "germain": "", "germana": "", "gertrud": "", "giacomo": "", "gilbert": "", "gillian": "", "ginette": "", "giorgia": "", "giorgio": "", "giselle": "", "glennis": "", "gonzalo": "", "gregory": "", "grigori": "grigorii grigoriy", "grigory": "", "grissel": "", "gunhild": "", "gunther": "", "gustava": "", "gustavo": "", "halinka": "", "harmony": "", "harriet": "", "heather": "", "heloise": "", "hendrik": "", "henning": "", "henrike": "", "herbert": "", "hermann": "", "hermina": "", "hermine": "", "hilaria": "", "hilario": "", "hillary": "", "hiroshi": "", "hopkins": "", "horacio": "", "hossein": "", "huseyin": "", "hussain": "", "hussein": "", "hussien": "", "ibrahim": "", "ignacia": "", "ignacio": "", "ingrida": "", "isabela": "", "isabell": "isabelle", "isadora": "", "isadore": "", "isidore": "", "ismaeel": "", "jackson": "", "jacobus": "", "jacques": "", "janelle": "", "janette": "", "jannett": "", "janosch": "", "jasmina": "", "jasmine": "", "jeanine": "", "jeannie": "", "jeffery": "", "jeffrey": "", "jenifer": "", "jeremie": "", "jessica": "", "jessika": "", "jillian": "", "joachim": "", "joaquim": "", "joaquin": "", "jocelyn": "", "johanna": "johannah", "johanne": "", "johnnie": "", "johnson": "", "jolanda": "", "jonatan": "", "josefin": "", "joselyn": "", "josepha": "", "josetta": "", "josette": "", "josiane": "", "juanita": "", "juliana": "", "juliane": "", "julieta": "", "junichi": "", "justina": "", "justine": "", "kaitlin": "", "kaitlyn": "kaitlynn", "kameron": "", "karolin": "", "karsten": "", "katalin": "", "katelin": "", "katelyn": "", "kathrin": "", "kathryn": "", "katrina": "", "kavitha": "", "keisuke": "", "kendall": "", "kendrik": "", "kenichi": "", "kenneth": "", "kerstin": "", "khadija": "khadijah", "khalida": "", "killian": "", "kirsten": "", "kirstie": "", "kirstin": "", "kiyoshi": "", "konrada": "", "krishna": "", "kristel": "", "kristen": "", "kristie": "", "kristin": "kristine", "kristof": "", "krushna": "", "kseniia": "", "kseniya": "", "ksyusha": "", "lakshmi": "", "lakshmy": "", "lalitha": "", "lambert": "", "latisha": "", "laureen": "", "laurent": "", "laurenz": "", "laurine": "", "laverne": "", "lavinia": "", "lavonia": "", "lavonne": "", "leander": "", "leandra": "", "leandro": "", "leilani": "", "leonard": "", "leonora": "", "leonore": "", "leontin": "", "leopold": "", "letitia": "", "lettice": "", "liliana": "", "liliane": "", "lillian": "", "lincoln": "", "lindsay": "", "lindsey": "", "lindsie": "", "lisbeth": "", "lisette": "", "loraine": "", "lorelei": "", "lorenza": "", "lorenzo": "", "loretta": "", "louella": "", "lourdes": "", "lucette": "", "luciana": "", "luciano": "", "lucille": "", "lucinda": "", "ludmila": "", "ludovic": "", "lunetta": "", "lyndsay": "", "lyndsey": "", "lynette": "", "madelyn": "", "madison": "", "mafalda": "", "mahmood": "", "mahmoud": "", "makayla": "", "malachi": "", "malcolm": "", "malinda": "", "mallory": "", "malvina": "", "mamadou": "", "manerva": "", "manfred": "", "manisha": "", "manuela": "", "marcela": "", "marcell": "", "marcelo": "", "margaux": "", "margery": "", "margret": "", "mariama": "", "mariana": "", "mariane": "", "mariann": "marianne", "mariano": "", "maribel": "", "maricel": "", "mariela": "", "marijan": "", "marilyn": "", "marisol": "", "marissa": "", "maritza": "", "mariusz": "", "marleen": "", "marlena": "", "marlene": "", "marlies": "", "martina": "", "martine": "", "martino": "", "maryann": "maryanne", "masashi": "", "massimo": "", "mateusz": "", "mathias": "", "mathieu": "", "matilda": "", "matilde": "", "matthew": "", "mattias": "", "maureen": "", "maurice": "", "maurine": "", "maxwell": "", "mckenna": "", "mehmood": "", "melania": "", "melanie": "", "melinda": "", "melissa": "", "mellony": "", "melodie": "", "melvina": "", "micaela": "", "micajah": "", "michael": "", "micheal": "", "michele": "", "michell": "michelle", "miguael": "miguaell", "miguail": "miguaill", "miguayl": "miguayll", "miguela": "", "miguell": "", "mihaela": "", "mikaela": "", "mikayla": "", "mikhail": "", "mikolaj": "", "mildred": "", "minerva": "", "miranda": "", "mirella": "", "mirjana": "", "mitchel": "mitchell", "mitsuko": "", "mitsuru": "", "modesto": "", "mohamad": "", "mohamed": "", "monique": "", "morgane": "", "mostafa": "", "mustafa": "", "nadezda": "", "narcisa": "", "natacha": "", "natalia": "", "natalie": "", "natalya": "", "natasha": "", "natsuki": "", "natsuko": "", "natsumi": "", "nichole": "nicholette", "nicolai": "", "nicolas": "", "nikolai": "", "nikolaj": "", "nikolas": "", "nikolay": "", "norbert": "", "obadiah": "", "obediah": "", "octavia": "", "octavio": "", "oleksiy": "", "olivier": "", "orlanda": "", "orlando": "", "oswaldo": "", "ousmane": "", "oussama": "", "pandora": "", "paquita": "", "paquito": "", "parsuny": "", "pascale": "", "pascual": "", "patrica": "", "patrice": "", "patrick": "", "paulina": "", "pauline": "", "pawelek": "", "peppino": "", "petrina": "", "pherbia": "", "pheriba": "", "philipp": "", "phillip": "", "phillis": "", "phyllis": "", "piotrek": "", "piotrus": "", "pradeep": "", "preston": "", "quentin": "", "quillie": "", "quinten": "", "rachael": "", "rafaela": "", "rafalek": "", "randall": "", "randolf": "", "raphael": "", "rasheed": "", "rashida": "", "raymond": "", "rebecca": "", "rebekah": "", "reynold": "", "ricarda": "", "ricardo": "", "richard": "", "roberta": "", "roberto": "", "rodolfa": "", "rodolfo": "", "rodrigo": "", "rogelio": "", "rolanda": "", "rolande": "", "rolando": "", "romaine": "", "ronaldo": "", "rosabel": "", "rosaenn": "", "rosalba": "", "rosalia": "", "rosalie": "", "rosalyn": "", "rosanna": "", "rosanne": "", "rosaria": "", "rosario": "", "roseann": "roseanne", "roselyn": "", "rosendo": "", "rosetta": "", "rossana": "", "roxanna": "", "roxanne": "", "rozalia": "", "rudolph": "", "ruminta": "", "ruperta": "", "russell": "", "ryosuke": "", "ryszard": "", "sabrina": "", "sachiko": "", "safieel": "", "salomon": "", "samanta": "", "sampson": "", "samuela": "", "sandeep": "", "sandhya": "", "sanford": "", "sanjeev": "", "santino": "", "sarilla": "", "satoshi": "", "savanna": "savannah", "scarlet": "scarlett", "sceeter": "", "scottie": "", "serezha": "", "serilla": "", "severin": "", "seymour": "", "shakira": "", "shanice": "", "shannan": "", "shannon": "", "sheilah": "", "sheldon": "", "shelley": "", "shellie": "", "shelton": "", "sherman": "", "sherrie": "", "sherryl": "", "shigeko": "", "shirley": "", "shivani": "", "shizuka": "", "shizuko": "", "sibbell": "", "sigfrid": "", "silence": "", "silvana": "", "simonne": "", "siobhan": "", "socorro": "", "solange": "", "soledad": "", "solomon": "", "solveig": "", "stanley": "", "staszek": "", "stefani": "stefanie", "stefano": "", "steffie": "", "stephan": "", "stephen": "", "stephie": "", "suneeta": "", "sunitha": "", "susanna": "susannah", "susanne": "", "suzanna": "", "suzanne": "", "suzette": "", "sylvain": "", "tabitha": "", "tadeusz": "", "takashi": "", "takeshi": "", "tamarra": "", "tamzine": "", "tanafra": "", "tatiana": "", "tatsuya": "", "tatyana": "", "teodora": "", "teodoro": "", "terence": "", "tetiana": "", "tetyana": "", "theodor": "", "theotha": "", "theresa": "", "therese": "", "thibaut": "", "thierry": "", "thomasa": "", "tiffany": "", "tilford": "", "timofei": "", "timofey": "", "timothy": "", "tiziana": "", "tiziano": "", "torsten": "", "toshiko": "", "trannie": "", "trinity": "", "tristan": "", "tsubasa": "", "valeria": "", "valerie": "", "valerio": "", "vanessa": "", "vasanth": "", "vasilii": "", "vasiliy": "", "vicente": "", "vilhelm": "", "vincent": "", "violeta": "", "viviana": "", "viviane": "", "volodya": "", "wallace": "", "webster": "", "wendell": "", "westley": "", "wiesiek": "", "wieslaw": "", "wilbert": "", "wilfred": "", "wilhelm": "", "willard": "", "william": "", "willian": "", "winfred": "", "woodrow": "", "xaviera": "", "xiomara": "", "yannick": "", "yasmina": "", "yasmine": "", "yassine": "", "yesenia": "", "yessica": "", "yevgeni": "yevgeniy", "yevgeny": "", "yolanda": "", "yolande": "", "yoshiko": "", "youssef": "", "yuliana": "", "zachary": "", "zachery": "", "zakaria": "", "zbyszek": "", "zebedee": "", "zenobia": "", "zoraida": "", "zuzanna": "", "abbigail": "", "abbigale": "", "abdallah": "", "abdullah": "", "abednego": "", "abelardo": "", "adelaida": "", "adelaide": "", "adelbert": "", "adelphia": "", "adolphus": "", "adrianna": "", "adrianne": "", "adrienne": "", "agustina": "", "alastair": "", "alexandr": "", "algernon": "", "alistair": "", "alphonse": "", "anatolii": "", "anatoliy": "", "anderson": "", "andriane": "", "angelica": "", "angelika": "", "angelina": "", "angeline": "", "angelita": "", "annabell": "annabelle", "annalisa": "", "annalise": "", "annelies": "", "antonina": "", "antonino": "", "antonius": "", "appoline": "", "arabella": "", "arabelle": "", "araminta": "", "ashleigh": "", "augustin": "", "augustus": "", "aurelien": "", "avarilla": "", "barnabas": "", "barticus": "", "bazaleel": "", "beatrice": "", "benedict": "", "benedikt": "", "benjamin": "", "bernarda": "", "bernardo": "", "bernhard": "", "bertrand": "", "beverley": "", "bezaleel": "", "birgitta": "", "boguslaw": "", "bradford": "", "breeanna": "", "brigitta": "", "brigitte": "", "brittany": "", "brittney": "", "brittnie": "", "caldonia": "", "calogero": "", "campbell": "", "carlotta": "", "carolann": "", "carolina": "", "caroline": "", "carolyne": "", "casandra": "", "cathleen": "", "celestin": "celestine", "charlene": "", "charline": "", "chauncey": "", "cheyenne": "", "christel": "", "christie": "", "christin": "christine", "christof": "", "clarence": "", "clarinda": "", "clarissa": "", "claudine": "", "clemence": "", "clemente": "", "clifford": "", "clotilde": "", "columbus": "", "concetta": "", "conchita": "", "constant": "", "consuela": "", "consuelo": "", "cordelia": "", "cornelia": "", "cornelio": "", "courtney": "", "cristian": "", "cristina": "", "cyphorus": "", "cyrenius": "", "daniella": "", "danielle": "", "danijela": "", "delphine": "", "demerias": "", "dennison": "", "deyanira": "", "domenica": "", "domenico": "", "dominica": "", "dominick": "", "dominico": "", "dominika": "", "dorothea": "", "dorothee": "", "drusilla": "", "ebenezer": "", "edelmira": "", "eleanora": "", "eleonora": "", "eleonore": "", "elfriede": "", "elisabet": "", "ellender": "", "ellswood": "", "elzbieta": "", "emanuela": "", "emiliano": "", "emmanuel": "", "estrella": "", "euphemia": "", "eurydice": "", "eustacia": "", "evgeniya": "", "ezequiel": "", "fabienne": "", "fabrizia": "", "fabrizio": "", "federica": "", "federico": "", "felicity": "", "fernanda": "", "fernande": "", "fernando": "", "florence": "", "floriana": "", "florinda": "", "francine": "", "francois": "", "franklin": "", "franniey": "", "frederic": "frederick", "frederik": "", "fredrick": "", "gabriela": "", "gabriele": "", "gennadii": "", "gennadiy": "", "genoveva": "", "geoffrey": "", "georgian": "", "georgina": "", "georgine": "", "gerharda": "", "gerhardt": "", "germaine": "", "geronimo": "", "gertrude": "", "ghislain": "", "gilberta": "", "gilberte": "", "gilberto": "", "giovanna": "", "giovanni": "", "giovanny": "", "giuliana": "", "giuliano": "", "giuseppa": "", "giuseppe": "", "governor": "", "graziana": "", "graziano": "", "greggory": "", "gregoire": "", "gregorio": "", "gretchen": "", "grigorii": "", "grigoriy": "", "griselda": "", "grzegorz": "", "grzesiek": "", "gustavus": "", "hamilton": "", "harrison": "", "heinrich": "", "henrique": "", "hepsibah": "", "heribert": "", "herminia": "", "hermione": "", "hezekiah": "", "hortense": "", "huguette": "", "humberto": "", "ibrahima": "", "ignatius": "", "ignatzio": "", "immanuel": "", "ingeborg": "", "isabella": "", "isabelle": "", "jaroslav": "", "jeanette": "", "jeannine": "", "jebadiah": "", "jedediah": "", "jedidiah": "", "jefferey": "", "jeniffer": "", "jennifer": "", "jeremiah": "", "jeremias": "", "jermaine": "", "jeronimo": "", "joachima": "", "joaquina": "", "jocelyne": "", "johannah": "", "johannes": "", "jonathan": "", "jonathon": "", "josefina": "", "josefine": "", "julianna": "", "julianne": "", "julienne": "", "juliette": "", "julijana": "", "kaitlynn": "", "karolina": "", "karoline": "", "kasienka": "", "katarina": "", "katerina": "", "katerine": "", "kateryna": "", "katherin": "", "kathleen": "", "kayleigh": "", "kendrick": "", "khadeeja": "", "khadijah": "", "kimberli": "", "kimberly": "", "kingsley": "", "kingston": "", "kornelia": "", "kristian": "", "kristina": "", "kristine": "", "kristjan": "", "krystyna": "", "krzysiek": "", "kymberly": "", "laodicia": "", "laurence": "", "lauretta": "", "laurette": "", "laurinda": "", "lawrence": "", "lecurgus": "", "leonarda": "", "leonardo": "", "leonhard": "", "leonidas": "", "leontina": "", "leontine": "", "leopoldo": "", "lisandro": "", "lissette": "", "liudmila": "", "liudmyla": "", "loredana": "", "lorraine": "", "louvinia": "", "lucienne": "", "lucretia": "", "ludivine": "", "lukaszek": "", "lynnette": "", "lyudmila": "", "lyudmyla": "", "maddison": "", "madelene": "", "madeline": "", "magnolia": "", "malgosia": "", "manolito": "", "manuella": "", "marcella": "", "marcelle": "", "marcello": "", "mareczek": "", "margaret": "margaretta", "marianna": "", "marianne": "", "maricela": "", "mariella": "", "marielle": "", "marietta": "", "mariette": "", "marijana": "", "marisela": "", "marjorie": "", "marshall": "", "martusia": "", "maryanne": "", "maryline": "", "masayuki": "", "mathilda": "", "mathilde": "", "matthews": "", "matthias": "", "matthieu": "", "mauricia": "", "mauricio": "", "maurizia": "", "maurizio": "", "mckenzie": "", "mercedes": "", "michaela": "", "michaele": "", "michalek": "", "michelle": "", "miguaell": "", "miguaill": "", "miguayll": "", "milagros": "", "mireille": "", "miroslav": "", "mitchell": "", "mohammad": "", "mohammed": "", "mohammod": "", "mortimer": "", "moustafa": "", "muhammad": "", "muhammed": "", "murielle": "", "mustapha": "", "mykhailo": "", "mykhaylo": "", "nadezhda": "", "napoleon": "", "nataliia": "", "natalija": "", "nataliya": "", "natanael": "", "natascha": "", "nathalie": "", "nicholas": "", "nickolas": "", "nikolaus": "", "nikolina": "", "norberta": "", "norberto": "", "orphelia": "", "osaforum": "", "osaforus": "", "parmelia": "", "pascuala": "", "pasoonie": "", "patience": "", "patricia": "", "patricio": "", "patrizia": "", "paulette": "", "penelope": "", "percival": "", "permelia": "", "pernetta": "", "philetus": "", "philinda": "", "philippa": "", "philippe": "", "pinckney": "", "pleasant": "", "posthuma": "", "prescott": "", "priyanka": "", "prudence": "", "rachelle": "", "rafaella": "", "rafaello": "", "rajender": "", "rajendra": "", "rajinder": "", "randolph": "", "raphaela": "", "ravindar": "", "ravinder": "", "ravindra": "", "raymonde": "", "reginald": "", "reinaldo": "", "reinhold": "", "remedios": "", "reynaldo": "", "rhodella": "", "riccarda": "", "riccardo": "", "robinson": "", "roderick": "", "rosaenna": "", "rosalind": "", "roseanna": "", "roseanne": "", "roseline": "", "rosemary": "", "salvador": "", "samantha": "", "sandrine": "", "santiago": "", "savannah": "", "scarlett": "", "seryozha": "", "severine": "", "sharlene": "", "sheridan": "", "shinichi": "", "sibbilla": "", "sigfired": "", "socrates": "", "soleiman": "", "srinivas": "srinivasa", "stefania": "", "stefanie": "", "stephane": "", "stephani": "stephanie", "stephany": "", "stephine": "", "sulaiman": "", "sulayman": "", "suleiman": "", "suleyman": "", "sullivan": "", "surender": "", "surendra": "", "surinder": "", "susannah": "", "svetlana": "", "svitlana": "", "sylvaine": "", "sylvanus": "", "sylviane": "", "takahiro": "", "teresita": "", "terrance": "", "terrence": "", "thaddeus": "", "theodora": "", "theodore": "", "theresia": "", "thibault": "", "timothea": "", "timothee": "", "tomislav": "", "trinidad": "", "tryphena": "", "valdemar": "", "valentin": "", "vanburen": "", "vandalia": "", "vernisee": "", "veronica": "", "veronika": "", "victoria": "", "viktoria": "", "vincenza": "", "vincenzo": "", "violetta": "", "violette": "", "virgilia": "", "virgilio": "", "virginia": "", "virginie": "", "vittoria": "", "vittorio": "", "vivienne": "", "vladimir": "", "waldemar": "", "waltraud": "", "wilfredo": "", "wilfried": "", "williams": "", "winfield": "", "winifred": "", "wojciech": "", "wolfgang": "", "yaroslav": "", "yessenia": "", "yevgenia": "", "yevgeniy": "", "youssouf": "", "zacarias": "", "zacharie": "", "zbigniew": "", "zdzisiek": "", "zdzislaw": "", "zedediah": "", "adalberto": "", "agnieszka": "", "albertina": "", "albertine": "", "alejandra": "", "alejandro": "", "aleksandr": "", "alexander": "", "alexandra": "", "alexandre": "", "alixandra": "", "alphinias": "", "anastacia": "", "anastasia": "", "andrzejek": "", "angelique": "", "annabella": "", "annabelle": "", "annamaria": "", "annamarie": "", "anneliese": "", "annemarie": "", "antonella": "", "archibald": "", "archilles": "", "aristotle": "", "artelepsa": "", "augustina": "", "augustine": "", "benedicta": "", "benedicte": "", "bernadett": "", "broderick": "", "calpurnia": "", "carmelita": "", "carmellia": "", "cassandra": "", "catharine": "", "catherine": "", "celestina": "", "celestine": "", "celestino": "", "chantelle": "", "charlotta": "", "charlotte": "", "charmaine": "", "christian": "", "christina": "", "christine": "", "christoph": "christophe christopher", "claudette": "", "constance": "", "constanza": "", "cornelius": "", "cristiana": "", "cristiano": "", "desdemona": "", "dimitrios": "", "dominique": "", "ekaterina": "", "elbertson": "", "eliphalel": "", "eliphalet": "", "elisabeth": "", "elizabeth": "", "elizaveta": "", "enriqueta": "", "ernestina": "", "ernestine": "", "esmeralda": "", "esperanza": "", "estefania": "", "fatoumata": "", "felicitas": "", "ferdinand": "", "florencia": "", "florencio": "", "florentin": "", "francesca": "", "francesco": "", "francisca": "", "francisco": "", "francoise": "", "franklind": "", "frantisek": "", "franziska": "", "frederica": "", "frederick": "", "friedrich": "", "gabriella": "", "gabrielle": "", "genevieve": "", "georgette": "", "georgiana": "", "geraldine": "", "ghislaine": "", "giancarlo": "", "guadalupe": "", "guillaume": "", "guillermo": "", "gwendolyn": "", "hannelore": "", "haseltine": "", "henrietta": "", "henriette": "", "hephsibah": "", "heriberto": "", "hildegard": "", "hipsbibah": "", "hortensia": "", "jackeline": "", "jeannette": "", "jefferson": "", "jenniffer": "", "johnathan": "", "johnathon": "", "josephine": "", "josophine": "", "kassandra": "", "katarzyna": "", "katharina": "", "katharine": "", "katherina": "", "katherine": "", "kazimierz": "", "kimberley": "", "kristijan": "", "kristofer": "", "krzysztof": "", "lafayette": "", "laurentia": "", "liselotte": "", "mackenzie": "", "madeleine": "", "magdalena": "", "magdalene": "", "magdelina": "", "marcelina": "", "marceline": "", "marcelino": "", "margareta": "", "margarete": "", "margarita": "", "marianela": "", "mehitabel": "", "micheline": "", "millicent": "", "miroslava": "", "monteleon": "", "montesque": "", "moustapha": "", "nathanael": "", "nathaniel": "", "natividad": "", "nicodemus": "", "nicoletta": "", "nicolette": "", "obedience": "", "oleksandr": "", "oluwaseun": "", "oluwatobi": "", "parthenia": "", "pelegrine": "", "peregrine": "", "philander": "", "philipina": "", "philomena": "", "pierrette": "", "priscilla": "", "raphaelle": "", "robertina": "", "rosabella": "", "rosalinda": "", "rosemarie": "", "rudolphus": "", "salvatore": "", "sarasvati": "", "saraswati": "", "sebastian": "", "sebastien": "", "shrinivas": "", "siddharth": "", "sigismund": "", "silvester": "", "simonetta": "", "sophronia": "", "sreenivas": "", "srinivasa": "", "stanislav": "", "stanislaw": "", "stephania": "", "stephanie": "", "sylvester": "", "syphorous": "", "theodosia": "", "theophile": "", "thomasina": "", "valentina": "", "valentine": "", "valentino": "", "venkatesh": "", "victorine": "", "viktoriia": "", "viktoriya": "", "vincentia": "", "vladimira": "", "vladislav": "", "vladyslav": "", "volodymyr": "", "winnifred": "", "yevgeniya": "", "yevheniia": "", "yoshihiko": "", "zachariah": "", "zephaniah": "", "aleksandar": "", "aleksander": "", "aleksandra": "", "alessandra": "", "alessandro": "", "alexandria": "", "alexandros": "", "allisandra": "", "anastasiya": "", "antoinette": "", "antonietta": "", "bartlomiej": "", "bernadette": "", "bernardine": "", "california": "", "calliedona": "", "candelaria": "", "carthaette": "", "christelle": "", "christiana": "", "christiane": "", "christiano": "", "christophe": "christopher", "cinderella": "", "clementina": "", "clementine": "", "concepcion": "", "constantin": "", "democrates": "", "emmanuella": "", "emmanuelle": "", "evangelina": "", "evangeline": "", "experience": "", "ferdinanda": "", "ferdinando": "", "florentina": "", "florentine": "", "florentino": "", "franciszek": "", "fredericka": "", "frederique": "", "friederike": "", "gianfranco": "", "giuseppina": "", "greenberry": "", "jacqueline": "", "konstantin": "", "kristoffer": "", "kristopher": "", "leopoldine": "", "malgorzata": "", "margaretha": "", "margaretta": "", "margherita": "", "marguerite": "", "maximilian": "", "menaalmena": "", "mieczyslaw": "", "montgomery": "", "montserrat": "", "nicholette": "", "norbusamte": "", "oleksandra": "", "persephone": "", "petronella": "", "philippine": "", "pocahontas": "", "providence": "", "saraswathi": "", "sebastiana": "", "sebastiano": "", "souleymane": "", "stanislava": "", "temperance": "", "theodosius": "", "theophilus": "", "tranquilla": "", "viacheslav": "", "victoriano": "", "vyacheslav": "", "washington": "", "wilhelmina": "", "wilhelmine": "", "yekaterina": "", "yelizaveta": "", "yelyzaveta": "", "abdelrahman": "", "abdulrahman": "", "abdulrehman": "", "abdurrahman": "", "bartholomew": "", "christoffer": "", "christopher": "", "constantina": "", "deliverance": "", "deuteronomy": "", "encarnacion": "", "guillermina": "", "littleberry": "", "maximiliane": "", "maximiliano": "", "maximillian": "", "melchizedek": "", "sebastienne": "", "abderrahmane": "", "onicyphorous": "", "philadelphia": "", "billiewilhelm": "", "epaphroditius": ""}'::jsonb;


REVOKE ALL ON FUNCTION henk.longer_forms() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.longer_forms() TO service_role;


REVOKE ALL ON FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) TO service_role;


-- All that the dropped lead said and the kept one does not, with the system of a source id; null where that is nothing.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH dropped AS (
        SELECT d.lead, to_jsonb(k) AS kept FROM jsonb_array_elements(p_leads) d (lead) JOIN public.leads k ON k.id = p_keep
        WHERE d.lead ->> 'id' = p_drop::text
    ), fields AS (
        SELECT f AS name, d.lead -> f AS value FROM dropped d
        CROSS JOIN unnest(henk.sent_fields() || '{last_activity_at}'::text[]) f
        WHERE d.lead ->> f IS NOT NULL AND f NOT IN ('source', 'source_id', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
            AND d.lead -> f IS DISTINCT FROM d.kept -> f
        UNION ALL SELECT f, d.lead -> f FROM dropped d CROSS JOIN unnest(ARRAY['source', 'source_id']) f
        WHERE d.lead ->> 'source_id' IS NOT NULL
            AND (d.lead -> 'source', d.lead -> 'source_id') IS DISTINCT FROM (d.kept -> 'source', d.kept -> 'source_id')
        UNION ALL SELECT 'custom_fields', (SELECT jsonb_object_agg(c.key, c.value) FROM jsonb_each(d.lead -> 'custom_fields') c
            WHERE d.kept -> 'custom_fields' -> c.key IS DISTINCT FROM c.value)
        FROM dropped d
    )
    SELECT jsonb_object_agg(f.name, f.value) FROM fields f WHERE f.value IS NOT NULL
$$;


REVOKE ALL ON FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) TO service_role;


-- What was said of a lead in vain finds it, too: an address that lost to another is still the person's.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT henk.match_keys(p_business_id, NULL, NULL, p_lost ->> 'email', NULL, NULL, NULL, NULL) || ARRAY(
        SELECT hashtextextended('p' || p, hashtextextended(p_business_id::text, 0))
        FROM unnest(ARRAY[p_lost ->> 'phone', p_lost ->> 'mobile_phone']) p WHERE p IS NOT NULL)
        || array_remove(ARRAY[henk.source_key(p_business_id, p_lost ->> 'source', p_lost ->> 'source_id')], NULL)
$$;


REVOKE ALL ON FUNCTION henk.lowered(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lowered(p_text text) TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.lowered(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    letter text;
BEGIN
    p_text := lower(p_text COLLATE "C"); -- ASCII only, whatever the locale of the server
    IF p_text !~ '[^\u0001-~]' THEN
        RETURN p_text;
    END IF;
    LOOP
        letter := substring(p_text FROM henk.small_letters_class());
        EXIT WHEN letter IS NULL;
        p_text := replace(p_text, letter, henk.small_letters() ->> letter);
    END LOOP;
    RETURN normalize(p_text, NFC);
END
$$;


-- Whether a telephone (2) is that of a household: no mailbox of either is the other's, and the given names may be two people's. Names that stand in
-- each other's place are henk.part_exchanged's. henk_pipeline.leads.match does the same.
-- Migrations: 0047.
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
-- Migrations: 0008.
CREATE FUNCTION henk.matching_leads(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[] DEFAULT NULL::uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 10000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
    RETURN QUERY EXECUTE 'SELECT l.id FROM public.leads l WHERE l.business_id = $2 AND ($3 IS NULL OR l.id = ANY ($3)) AND ('
        || henk.compile_filter(p_criteria) || ')' USING p_criteria, p_business_id, p_lead_ids;
END
$_$;


REVOKE ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) TO service_role;


REVOKE ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) TO service_role;


-- Migrations: 0011, 0015, 0034.
CREATE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    kept public.leads;
    dropped public.leads;
    reference record;
    columns text;
BEGIN
    IF p_keep = p_drop THEN
        RAISE EXCEPTION 'A lead cannot be merged with itself.' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM henk.lock_business((SELECT l.business_id FROM public.leads l WHERE l.id = p_keep));
    PERFORM FROM public.leads l WHERE l.id IN (p_keep, p_drop) ORDER BY l.id FOR UPDATE;
    SELECT l.* INTO kept FROM public.leads l WHERE l.id = p_keep;
    SELECT l.* INTO dropped FROM public.leads l WHERE l.id = p_drop;
    PERFORM henk.require_record(p_keep, kept.id, 'lead'), henk.require_record(p_drop, dropped.id, 'lead');
    IF kept.business_id <> dropped.business_id THEN
        RAISE EXCEPTION 'The two leads belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- In the same campaign: one row, that of the kept lead. Amounts are of one person, said twice: the larger one, never the sum.
    UPDATE public.campaign_leads k SET
        status = CASE WHEN henk.status_rank(d.status) > henk.status_rank(k.status) THEN d.status ELSE k.status END,
        outcome = CASE WHEN henk.status_rank(d.status) > henk.status_rank(k.status) THEN coalesce(d.outcome, k.outcome)
            ELSE coalesce(k.outcome, d.outcome) END,
        attempts = k.attempts + d.attempts, total_talk_time = k.total_talk_time + d.total_talk_time,
        last_call_duration = CASE WHEN d.last_attempt_at > k.last_attempt_at OR k.last_attempt_at IS NULL
            THEN coalesce(d.last_call_duration, k.last_call_duration) ELSE k.last_call_duration END,
        last_attempt_at = greatest(k.last_attempt_at, d.last_attempt_at), -- A call that is over has no next one.
        next_attempt_at = CASE WHEN greatest(henk.status_rank(k.status), henk.status_rank(d.status)) < henk.status_rank('converted')
            THEN least(k.next_attempt_at, d.next_attempt_at) END,
        pledged_amount = greatest(k.pledged_amount, d.pledged_amount), donated_amount = greatest(k.donated_amount, d.donated_amount),
        notes = CASE WHEN k.notes = d.notes THEN k.notes ELSE nullif(concat_ws(E'\n', k.notes, d.notes), '') END,
        added_at = least(k.added_at, d.added_at), contacted_at = least(k.contacted_at, d.contacted_at),
        converted_at = least(k.converted_at, d.converted_at)
    FROM public.campaign_leads d WHERE k.lead_id = p_keep AND d.lead_id = p_drop AND d.campaign_id = k.campaign_id;
    UPDATE public.campaign_leads d SET lead_id = p_keep
    WHERE d.lead_id = p_drop AND NOT EXISTS (SELECT FROM public.campaign_leads k WHERE k.lead_id = p_keep AND k.campaign_id = d.campaign_id);
    UPDATE public.lead_list_members d SET lead_id = p_keep
    WHERE d.lead_id = p_drop AND NOT EXISTS (
        SELECT FROM public.lead_list_members k WHERE k.lead_id = p_keep AND k.lead_list_id = d.lead_list_id);
    UPDATE public.lead_import_rows SET lead_id = p_keep WHERE lead_id = p_drop;
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        EXECUTE format('UPDATE %s SET %I = $1 WHERE %2$I = $2', reference.on_table, reference.on_column) USING p_keep, p_drop;
    END LOOP;
    DELETE FROM public.leads WHERE id = p_drop; -- first: its source id may go to the kept one

    SELECT string_agg(format(CASE WHEN f IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out') THEN '%1$I = l.%1$I OR ($2).%1$I'
        ELSE '%1$I = coalesce(l.%1$I, ($2).%1$I)' END, f), ', ')
    INTO columns FROM unnest(henk.sent_fields()) f WHERE f NOT IN ('source', 'source_id');
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', '
        'consent_unclear = CASE WHEN NOT ((l.do_not_call AND l.consent_unclear IS NULL) '
        'OR (($2).do_not_call AND ($2).consent_unclear IS NULL)) THEN coalesce(l.consent_unclear, ($2).consent_unclear) END, '
        'source = CASE WHEN l.source_id IS NULL AND ($2).source_id IS NOT NULL THEN ($2).source ELSE l.source END, '
        'source_id = coalesce(l.source_id, ($2).source_id), '
        'last_activity_at = greatest(l.last_activity_at, ($2).last_activity_at), created_at = least(l.created_at, ($2).created_at), '
        'tags = l.tags || coalesce((SELECT jsonb_agg(t) FROM jsonb_array_elements(($2).tags) t WHERE NOT l.tags @> t), ''[]''), '
        'custom_fields = ($2).custom_fields || l.custom_fields, '
        'source_metadata = l.source_metadata || jsonb_build_object(''merged_leads'', '
        'coalesce(l.source_metadata -> ''merged_leads'', ''[]'') || to_jsonb(($2).id)), '
        'updated_at = now(), updated_by = henk.caller_id() WHERE l.id = $1' USING p_keep, dropped;
    RETURN p_keep;
END
$_$;


-- Migrations: 0011, 0015, 0034.
CREATE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
    merge_id uuid := gen_random_uuid();
    before jsonb;
    moved jsonb;
    business uuid;
    existing uuid;
    key name;
    keys jsonb;
    elsewhere jsonb := '{}';
    reference record;
BEGIN
    business := henk.business_of_lead(p_keep);
    PERFORM henk.require_record(p_keep, business, 'lead'), henk.lock_business(business);
    PERFORM FROM public.leads l WHERE l.id IN (p_keep, p_drop) ORDER BY l.id FOR UPDATE;
    -- Another session has just made them one, this way or the other.
    SELECT m.id INTO existing FROM public.lead_merges m WHERE m.taken_apart_at IS NULL
        AND ((m.kept_lead_id = p_keep AND m.dropped_lead_id = p_drop) OR (m.kept_lead_id = p_drop AND m.dropped_lead_id = p_keep));
    IF existing IS NOT NULL THEN
        RETURN existing;
    END IF;
    PERFORM henk.require_record(p_keep, (SELECT l.id FROM public.leads l WHERE l.id = p_keep), 'lead'),
        henk.require_record(p_drop, (SELECT l.id FROM public.leads l WHERE l.id = p_drop), 'lead');
    PERFORM set_config('henk.moving_rows', 'on', true);
    before := jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id IN (p_keep, p_drop)),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id IN (p_keep, p_drop)),
        'lead_list_members', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM public.lead_list_members m WHERE m.lead_id = p_drop),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE d.lead_id IN (p_keep, p_drop) OR d.other_lead_id IN (p_keep, p_drop)));
    moved := jsonb_build_object('lead_import_rows', (
        SELECT coalesce(jsonb_agg(jsonb_build_array(r.import_id, r.line_number)), '[]') FROM public.lead_import_rows r WHERE r.lead_id = p_drop),
        -- Merges into the dropped lead: they lead to the kept one from now on, and back when this one is taken apart.
        'lead_merges', (SELECT coalesce(jsonb_agg(m.id), '[]') FROM public.lead_merges m WHERE m.kept_lead_id = p_drop));
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        key := henk.key_column(reference.on_table);
        IF key IS NOT NULL THEN
            EXECUTE format('SELECT coalesce(jsonb_agg(r.%I::text), ''[]'') FROM %s r WHERE r.%I = $1', key, reference.on_table,
                reference.on_column) INTO keys USING p_drop;
            elsewhere := elsewhere || jsonb_build_object(reference.on_table || ' ' || reference.on_column, keys);
        END IF;
    END LOOP;
    -- What was asked or decided of the dropped lead is of the kept one now.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement, decision, decided_by,
        decided_at)
    SELECT business, least(p_keep, o.other), greatest(p_keep, o.other), o.match_probability, o.agreement, o.decision, o.decided_by, o.decided_at
    FROM (SELECT d.*, CASE d.lead_id WHEN p_drop THEN d.other_lead_id ELSE d.lead_id END AS other FROM public.lead_duplicate_candidates d
        WHERE p_drop IN (d.lead_id, d.other_lead_id)) o
    WHERE o.other <> p_keep ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision,
        decided_by = EXCLUDED.decided_by, decided_at = EXCLUDED.decided_at
        WHERE lead_duplicate_candidates.decision = 'open' AND EXCLUDED.decision <> 'open';
    UPDATE public.lead_merges m SET kept_lead_id = p_keep WHERE m.kept_lead_id = p_drop;
    PERFORM henk.merge_into(p_keep, p_drop);
    INSERT INTO public.lead_merges (id, business_id, kept_lead_id, dropped_lead_id, import_id, match_probability, rows_before, rows_after, moved, lost,
        merged_by)
    VALUES (merge_id, business, p_keep, p_drop, p_import_id, p_probability, before, jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id = p_keep),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id = p_keep),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE p_keep IN (d.lead_id, d.other_lead_id))),
        moved || jsonb_build_object('elsewhere', elsewhere), henk.lost_in_merge(p_keep, p_drop, before -> 'leads'), henk.caller_id());
    PERFORM set_config('henk.moving_rows', '', true);
    RETURN merge_id;
END
$_$;


REVOKE ALL ON FUNCTION henk.middle_name(p_first text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.middle_name(p_first text) TO service_role;


-- The first word behind the first of folded given names that is a name or an initial.
-- Migrations: 0038.
CREATE FUNCTION henk.middle_name(p_first text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (strpos(p_first, ' '::text) > 0) THEN "substring"(p_first, '^[^ ]+ (?:(?:de|del|dela|della|da|do|dos|das|di|du|la|las|le|los|van|von|der|den|y|e|and|und|et) )*([^ 0-9]+)(?: |$)'::text) ELSE NULL::text END;


-- Whether two middle names may be one: one is missing, or begins like the other, or both are born on one day.
-- Migrations: 0042, 0044.
CREATE FUNCTION henk.middle_names_agree(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (COALESCE(henk.begins_like((p_one).middle, (p_other).middle), true) OR COALESCE(((p_one).birth = (p_other).birth), false));


REVOKE ALL ON FUNCTION henk.middle_names_agree(p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.middle_names_agree(p_one henk.compared_name, p_other henk.compared_name) TO service_role;


REVOKE ALL ON FUNCTION henk.must_not_call(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.must_not_call(p_lead_id uuid) TO service_role;


-- Migrations: 0026.
CREATE FUNCTION henk.must_not_call(p_lead_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = p_lead_id);
END
$$;


REVOKE ALL ON FUNCTION henk.my_businesses(p_roles text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.my_businesses(p_roles text[]) TO service_role;
GRANT ALL ON FUNCTION henk.my_businesses(p_roles text[]) TO authenticated;


-- The businesses whose active member the caller is, with one of these roles. Policies call it once a statement: (SELECT …). Parallel
-- restricted: the leader calls it, and a member's scan may be parallel as anybody's; so it may catch nothing (no subtransaction in a parallel
-- operation), and claims that cannot be read end the statement with PostgreSQL's own words for them.
-- Migrations: 0009.
CREATE FUNCTION henk.my_businesses(p_roles text[] DEFAULT '{owner,admin,member,viewer}'::text[]) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT ARRAY(
        SELECT t.business_id FROM public.team_members t
        WHERE t.user_id = (SELECT auth.uid()) AND t.status::text = 'active' AND t.role::text = ANY (p_roles))
$$;


-- Who wrote a row is whom the claims name, not whom the row names. The arguments: the column that an INSERT fills and no UPDATE changes, and the
-- one that every write fills. Rows that a function of the database moves keep theirs.
-- Migrations: 0033.
CREATE FUNCTION henk.name_caller() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    caller uuid := henk.caller_id();
BEGIN
    IF caller IS NULL OR (coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated')) THEN
        RETURN NEW;
    END IF;
    CASE TG_ARGV[0]
        WHEN 'created_by' THEN NEW.created_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.created_by END;
        WHEN 'added_by' THEN NEW.added_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.added_by END;
        WHEN 'assigned_by' THEN NEW.assigned_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.assigned_by END;
    END CASE;
    IF TG_ARGV[1] = 'updated_by' THEN
        NEW.updated_by := CASE TG_OP WHEN 'UPDATE' THEN caller END;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.name_caller() FROM PUBLIC;


-- Whether the names leave a key its proof: henk_pipeline.leads.match.agrees.
-- Migrations: 0032, 0038, 0042, 0047.
CREATE FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT coalesce((p_one).generation = (p_other).generation, true) AND CASE p_kind WHEN 0 THEN n.first_agrees OR n.last_agrees
        WHEN 1 THEN n.first_agrees AND n.rest_agrees ELSE n.first_agrees AND n.last_agrees AND n.rest_agrees END
    FROM (SELECT
        e.exchanged OR henk.first_names_agree(p_one, p_other) AS first_agrees,
        (e.exchanged OR coalesce(henk.without_umlauts((p_one).last) = henk.without_umlauts((p_other).last) OR (p_one).last_words && (p_other).last_words, true))
            AND NOT henk.numbers_contradict((p_one).last, (p_other).last) AS last_agrees,
        coalesce((p_one).birth = (p_other).birth, true)
            AND henk.middle_names_agree(p_one, p_other)
            AND NOT henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) AS rest_agrees
        FROM (SELECT henk.names_are_exchanged(p_one, p_other) AS exchanged) e) n
$$;


REVOKE ALL ON FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) TO service_role;


-- Whether two first names stand in the place of each other's family name, in any spelling, in one word or with the middle name as the second.
-- Migrations: 0047.
CREATE FUNCTION henk.names_are_exchanged(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (COALESCE(((henk.without_umlauts((p_one).first) = henk.without_umlauts((p_other).last)) AND (henk.without_umlauts((p_other).first) = henk.without_umlauts((p_one).last))), false) OR COALESCE(((henk.without_umlauts(((p_one).first || COALESCE((p_one).middle, ''::text))) = henk.without_umlauts((p_other).last)) AND (henk.without_umlauts(((p_other).first || COALESCE((p_other).middle, ''::text))) = henk.without_umlauts((p_one).last))), false));


REVOKE ALL ON FUNCTION henk.names_are_exchanged(p_one henk.compared_name, p_other henk.compared_name) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.names_are_exchanged(p_one henk.compared_name, p_other henk.compared_name) TO service_role;


REVOKE ALL ON FUNCTION henk.national_number(p_digits text, p_region henk.phone_regions) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.national_number(p_digits text, p_region henk.phone_regions) TO service_role;


-- Migrations: 0007.
CREATE FUNCTION henk.national_number(p_digits text, p_region henk.phone_regions) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    national text;
BEGIN
    -- Most numbers are written without a prefix.
    IF p_digits ~ ('^(?:' || p_region.valid || ')$') AND (p_region.national_prefix IS NULL
        OR p_digits !~ ('^(?:' || p_region.national_prefix || ')')) THEN
        RETURN p_digits;
    END IF;
    national := henk.without_national_prefix(p_digits, p_region);
    RETURN CASE WHEN national ~ ('^(?:' || p_region.valid || ')$') THEN national END;
END
$_$;


REVOKE ALL ON FUNCTION henk.normalise_email(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.normalise_email(p_email text) TO service_role;


-- E-mail: lower case, without invisible characters, spaces, `mailto:` and `Name <…>` around it, as henk_pipeline.leads.emails does. The domain in the
-- form of UTS 46 for letters of Latin. Never null for a text that is not null.
-- Migrations: 0007, 0031, 0032.
CREATE FUNCTION henk.normalise_email(p_email text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
DECLARE
    blanks text := U&' \0009\000A\000B\000C\000D\0085\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000';
    email text := henk.lowered(p_email);
    at integer;
BEGIN
    IF p_email ~ '[^ -~]' THEN
        email := regexp_replace(email, '[\u0001-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]', '', 'g');
    END IF;
    email := regexp_replace(regexp_replace(btrim(email, blanks), '^(mailto:)?(.*<)?', ''), '>?[,;.]?$', '');
    email := btrim(email, blanks);
    at := strpos(email, '@');
    IF at > 0 AND substr(email, at) ~ '[^ -~]' THEN
        email := left(email, at) || normalize(henk.lowered(normalize(substr(email, at + 1), NFKC)), NFKC);
    END IF;
    RETURN email;
END
$_$;


-- The written form, for everybody who writes leads. What cannot be read stays as it was written: nothing is lost.
-- Migrations: 0007, 0029.
CREATE FUNCTION henk.normalise_lead() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN henk.normalised(NEW);
END
$$;


REVOKE ALL ON FUNCTION henk.normalise_lead() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.normalise_lead() TO service_role;


REVOKE ALL ON FUNCTION henk.normalise_phone(p_number text, p_region text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.normalise_phone(p_number text, p_region text) TO service_role;


-- A phone number to E.164 by libphonenumber's rules (henk.phone_regions), null where it is no valid number of its region. Takes: the number
-- as written, with or without country code, punctuation, an extension; ISO 3166-1 alpha-2 code of the region it is dialled in.
-- It says null to some forms that the pipeline can read (letters for digits), and never another number than the pipeline.
-- Migrations: 0007.
CREATE FUNCTION henk.normalise_phone(p_number text, p_region text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    written text := translate(p_number, U&'\00A0\2007\202F', '   ');
    digits text;
    national text;
    home henk.phone_regions;
    abroad henk.phone_regions;
    is_international boolean;
BEGIN
    IF p_number IS NULL THEN
        RETURN NULL;
    ELSIF written !~ '^[+0-9 ().-]*$' THEN -- most are plain, and skip this
        written := regexp_replace(written, '(;ext=|[,;.\s]*\m(extension|extn?|e?xt?)[:.\s]*|\s*#\s*)[0-9]{1,7}#?\s*$', '', 'i');
        written := regexp_replace(written, '^\s*tel:', '', 'i');
        IF written ~ '[A-Za-z@]|[^\u0001-~\u00a0\u00ad\u2000-\u200f\u2010-\u2015\u2028-\u202f\u205f-\u2064\u2212\u3000\ufeff\uff08\uff09\uff0b\uff0d]' THEN
            RETURN NULL;
        END IF;
        written := regexp_replace(written, '[^0-9+\uFF0B]', '', 'g');
    END IF;
    digits := translate(written, U&'+ ().-\FF0B', '');
    IF length(digits) NOT BETWEEN 3 AND 20 THEN
        RETURN NULL;
    END IF;
    SELECT * INTO home FROM henk.phone_regions r WHERE r.region = upper(p_region);

    is_international := ltrim(written, ' (') LIKE ANY (ARRAY['+%', U&'\FF0B%']);
    IF NOT is_international AND home.region IS NOT NULL AND digits ~ ('^(?:' || home.international_prefix || ')[1-9]') THEN
        is_international := true;
        digits := regexp_replace(digits, '^(?:' || home.international_prefix || ')', '');
    END IF;
    IF is_international THEN
        FOR abroad IN
            SELECT * FROM henk.phone_regions r WHERE digits LIKE r.calling_code || '%' ORDER BY r.rank, r.region
        LOOP
            national := henk.national_number(substr(digits, length(abroad.calling_code) + 1), abroad);
            IF national IS NOT NULL THEN
                RETURN '+' || abroad.calling_code || national;
            END IF;
        END LOOP;
        RETURN NULL;
    END IF;

    IF home.region IS NULL THEN
        RETURN NULL;
    END IF;
    -- The calling code without a plus: only where what follows it is the better number.
    IF left(digits, length(home.calling_code)) = home.calling_code AND digits !~ ('^(?:' || home.possible || ')$') THEN
        national := substr(digits, length(home.calling_code) + 1);
        national := CASE WHEN henk.without_national_prefix(national, home) ~ ('^(?:' || home.possible || ')$') THEN national END;
    END IF;
    digits := coalesce(national, digits);
    national := henk.national_number(digits, home);
    IF national IS NULL THEN
        -- A number of another region under the same calling code.
        FOR abroad IN
            SELECT * FROM henk.phone_regions r WHERE r.calling_code = home.calling_code AND r.region <> home.region ORDER BY r.rank
        LOOP
            IF henk.without_national_prefix(digits, home) ~ ('^(?:' || abroad.valid || ')$') THEN
                national := henk.without_national_prefix(digits, home);
                EXIT;
            END IF;
        END LOOP;
    END IF;
    RETURN '+' || home.calling_code || national;
END
$_$;


-- Suppressions: a text with several numbers suppresses each; digits that cannot be read, every number they may be.
-- Migrations: 0007, 0026, 0030, 0031.
CREATE FUNCTION henk.normalise_suppression() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    region text;
    keys text[];
BEGIN
    IF NEW.channel <> 'phone' THEN
        NEW.value := henk.normalise_email(NEW.value);
        RETURN NEW;
    END IF;
    SELECT default_country INTO region FROM public.businesses WHERE id = NEW.business_id;
    keys := henk.phone_keys(NEW.value, region);
    NEW.value := coalesce(keys[1], btrim(NEW.value));
    IF cardinality(keys) > 1 AND TG_OP = 'INSERT' THEN
        INSERT INTO public.suppressions (business_id, channel, value, reason, source)
        SELECT NEW.business_id, 'phone', k, NEW.reason, NEW.source FROM unnest(keys[2:]) k
        ON CONFLICT (business_id, channel, value) DO NOTHING;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.normalise_suppression() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.normalise_suppression() TO service_role;


-- Migrations: 0029.
CREATE FUNCTION henk.normalise_written_lead() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    written public.leads := NEW;
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT l.* INTO written FROM public.leads l WHERE l.id = NEW.id;
        written := henk.normalised(written);
        PERFORM FROM public.leads l WHERE l.id = NEW.id
            AND (l.email, l.phone, l.mobile_phone) IS DISTINCT FROM (written.email, written.phone, written.mobile_phone);
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        UPDATE public.leads l SET email = written.email, phone = written.phone, mobile_phone = written.mobile_phone
        WHERE l.id = NEW.id AND attempt = 1;
    END LOOP;
    RAISE EXCEPTION 'A trigger on leads writes a contact of lead % in a form that no opt-out is compared with.', NEW.id
        USING ERRCODE = 'check_violation', HINT = 'Change the trigger: write phone numbers as E.164 and e-mail addresses in lower case.';
END
$$;


REVOKE ALL ON FUNCTION henk.normalise_written_lead() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.normalised(p_lead public.leads) FROM PUBLIC;


-- Contacts get their written form after every trigger of the installation, of an insert as of an update. Words of a refusal beside a number
-- ("DNC 212-555-0101") are an opt-out.
-- Migrations: 0029, 0031.
CREATE FUNCTION henk.normalised(p_lead public.leads) RETURNS public.leads
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    region text := henk.region_of(p_lead.country, (SELECT b.default_country FROM public.businesses b WHERE b.id = p_lead.business_id));
BEGIN
    IF concat_ws(' ', p_lead.phone, p_lead.mobile_phone) ~* henk.refusing_words() THEN
        p_lead.do_not_call := true;
        p_lead.consent_unclear := NULL;
    END IF;
    p_lead.email := nullif(henk.normalise_email(p_lead.email), '');
    p_lead.phone := coalesce(henk.read_phone(p_lead.phone, region), henk.unread_phone(p_lead.phone));
    p_lead.mobile_phone := coalesce(henk.read_phone(p_lead.mobile_phone, region), henk.unread_phone(p_lead.mobile_phone));
    RETURN p_lead;
END
$$;


-- An opt-out that is there already is noted: of a suppression, of a flag.
-- Migrations: 0030.
CREATE FUNCTION henk.note_restated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = NEW.business_id AND s.channel = NEW.channel AND s.value = NEW.value) THEN
        INSERT INTO henk.restated_opt_outs (business_id, fingerprint) VALUES (NEW.business_id, henk.fingerprint(NEW.business_id, NEW.value))
        ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now();
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.note_restated() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.note_uses(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_uses(p_import_id uuid) TO service_role;


-- Why leads of pg_temp.henk_undo that are asked for (is_asked) cannot go with the import: what else uses them.
-- Migrations: 0034, 0039.
CREATE FUNCTION henk.note_uses(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    reference record;
    unwritten text[] := '{updated_at,updated_by,lead_score,score_breakdown,quality_rating}'; -- what says nothing of the person
BEGIN
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT r.lead_id, format('came with the file "%s", too', min(i.file_name)) AS reason
        FROM public.lead_import_rows r JOIN pg_temp.henk_undo u ON u.lead_id = r.lead_id JOIN public.lead_imports i ON i.id = r.import_id
        WHERE r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> 'undone' GROUP BY r.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT m.lead_id, format('is on the list "%s", too', min(ll.name)) AS reason
        FROM public.lead_list_members m JOIN pg_temp.henk_undo u ON u.lead_id = m.lead_id JOIN public.lead_lists ll ON ll.id = m.lead_list_id
        WHERE m.import_id IS DISTINCT FROM p_import_id GROUP BY m.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT cl.lead_id, format('is in the campaign "%s" by another way', min(c.name)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE cl.import_id IS DISTINCT FROM p_import_id GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    -- A merge that was taken apart wrote the lead; where it is as it was before the merge, nobody has changed it.
    UPDATE pg_temp.henk_undo u SET reason = 'has been changed since'
    FROM public.leads l CROSS JOIN LATERAL (SELECT max(i.finished_at) AS at FROM public.lead_import_rows r
        JOIN public.lead_imports i ON i.id = r.import_id WHERE r.lead_id = l.id AND r.action = 'inserted' AND NOT r.taken_back) finished
    WHERE l.id = u.lead_id AND u.is_asked AND u.reason IS NULL AND l.updated_at > finished.at
        AND NOT EXISTS (SELECT FROM public.lead_merges m CROSS JOIN LATERAL jsonb_array_elements(m.rows_before -> 'leads') v
            WHERE l.id IN (m.kept_lead_id, m.dropped_lead_id) AND m.taken_apart_at IS NOT NULL AND v ->> 'id' = l.id::text
                AND (v ->> 'updated_at')::timestamptz <= finished.at AND v - unwritten = to_jsonb(l) - unwritten);
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        EXECUTE format('UPDATE pg_temp.henk_undo u SET reason = %L FROM %s r WHERE r.%I = u.lead_id AND u.is_asked AND u.reason IS NULL',
            format('is referred to by %s', reference.on_table), reference.on_table, reference.on_column);
    END LOOP;
END
$$;


REVOKE ALL ON FUNCTION henk.numbers_contradict(p_one text, p_other text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.numbers_contradict(p_one text, p_other text) TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.numbers_contradict(p_one text, p_other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((NULLIF(regexp_replace(p_one, '[^0-9]'::text, ''::text, 'g'::text), ''::text) <> NULLIF(regexp_replace(p_other, '[^0-9]'::text, ''::text, 'g'::text), ''::text)), false);


COMMENT ON FUNCTION henk.numbers_in(p_phone text) IS 'The pieces of a text that may each be a phone number, as written.';


REVOKE ALL ON FUNCTION henk.numbers_in(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.numbers_in(p_phone text) TO service_role;
GRANT ALL ON FUNCTION henk.numbers_in(p_phone text) TO authenticated;


-- The pieces of a text that may each be a phone number: seven digits or more, with at most three separators between two of them.
-- Migrations: 0031.
CREATE FUNCTION henk.numbers_in(p_phone text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT m.m[1] AS m FROM regexp_matches(henk.plain_text("left"(numbers_in.p_phone, 1000)), '((?:\+[ ]?)?\(?[0-9](?:[ ().-]{0,3}[0-9]){6,})'::text, 'g'::text) m(m));


-- Migrations: 0026.
CREATE FUNCTION henk.opt_out_of_lead() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.keep_opt_outs(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.opt_out_of_lead() FROM PUBLIC;


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
            CASE WHEN NOT henk.is_role_mailbox(p.email) THEN henk.email_key(p.email) END AS email
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
        SELECT s.place, s.node, (s.name).first IS NULL AS is_bare, CASE WHEN NOT henk.is_role_mailbox(p.email) THEN henk.email_key(p.email) END AS email,
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


REVOKE ALL ON FUNCTION henk.pass_on_values(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.pass_on_values(p_import_id uuid) TO service_role;


-- What later imports wrote over the values of an import that is undone stays, and they replaced what was there before it: the chain of values
-- of each field of a lead has one link less. Leaves pg_temp.henk_later: of each lead the fields that a later import wrote.
-- Migrations: 0034.
CREATE FUNCTION henk.pass_on_values(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    finished timestamptz := (SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_import_id);
BEGIN
    CREATE TEMP TABLE henk_writers ON COMMIT DROP AS
    SELECT r.import_id, r.line_number, r.lead_id, i.finished_at, k.field, k.member, k.old, u.replaced, u.written
    FROM pg_temp.henk_undo u JOIN public.lead_import_rows r ON r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back
        AND r.action = 'updated'
    JOIN public.lead_imports i ON i.id = r.import_id AND i.finished_at > finished
    CROSS JOIN LATERAL (
        SELECT f.key AS field, NULL::text AS member, f.value AS old FROM jsonb_each(r.replaced) f
        WHERE f.key NOT IN ('tags', 'custom_fields', 'updated_at') AND r.written ? f.key
        UNION ALL
        SELECT 'custom_fields', m.key, r.replaced -> 'custom_fields' -> m.key
        FROM (SELECT jsonb_object_keys(r.replaced -> 'custom_fields') UNION SELECT jsonb_object_keys(r.written -> 'custom_fields')) m (key)
        WHERE r.replaced ? 'custom_fields' AND r.replaced -> 'custom_fields' -> m.key IS DISTINCT FROM r.written -> 'custom_fields' -> m.key
        UNION ALL
        SELECT 'updated_at', NULL, r.replaced -> 'updated_at' WHERE r.replaced ? 'updated_at') k
    WHERE u.reason IS NULL AND NOT u.inserted AND u.replaced IS NOT NULL AND u.written IS NOT NULL;
    CREATE TEMP TABLE henk_later ON COMMIT DROP AS
    SELECT w.lead_id, coalesce(jsonb_object_agg(w.field, true) FILTER (WHERE w.field NOT IN ('custom_fields', 'updated_at')), '{}') AS fields,
        coalesce(jsonb_object_agg(w.member, true) FILTER (WHERE w.member IS NOT NULL), '{}') AS custom_fields
    FROM pg_temp.henk_writers w GROUP BY w.lead_id;
    -- Of each field the first later writer, if it replaced what this import had written.
    DELETE FROM pg_temp.henk_writers w USING pg_temp.henk_writers e
    WHERE e.lead_id = w.lead_id AND e.field = w.field AND e.member IS NOT DISTINCT FROM w.member
        AND (e.finished_at, e.import_id, e.line_number) < (w.finished_at, w.import_id, w.line_number);
    UPDATE public.lead_import_rows r SET replaced = r.replaced || p.fields || CASE WHEN p.members IS NULL THEN '{}' ELSE jsonb_build_object('custom_fields',
        (SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') FROM jsonb_each(r.replaced -> 'custom_fields' || p.members) c
            WHERE c.value <> 'null')) END
    FROM (
        SELECT w.import_id, w.line_number,
            coalesce(jsonb_object_agg(w.field, w.replaced -> w.field) FILTER (WHERE w.member IS NULL AND w.replaced ? w.field), '{}') AS fields,
            jsonb_object_agg(w.member, w.replaced -> 'custom_fields' -> w.member) FILTER (WHERE w.member IS NOT NULL) AS members
        FROM pg_temp.henk_writers w
        WHERE CASE WHEN w.field = 'updated_at' THEN (w.old #>> '{}')::timestamptz <= finished
            WHEN w.member IS NOT NULL THEN w.written ? 'custom_fields'
                AND w.old IS NOT DISTINCT FROM w.written -> 'custom_fields' -> w.member
            ELSE w.written ? w.field AND w.old IS NOT DISTINCT FROM w.written -> w.field END
        GROUP BY w.import_id, w.line_number) p
    WHERE r.import_id = p.import_id AND r.line_number = p.line_number;
    DROP TABLE pg_temp.henk_writers;
END
$$;


COMMENT ON FUNCTION henk.phone_keys(p_phone text, p_region text) IS 'The keys under which an opt-out of a written number is kept: E.164 where it can be read in the region, else digits; of several numbers several.';


REVOKE ALL ON FUNCTION henk.phone_keys(p_phone text, p_region text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.phone_keys(p_phone text, p_region text) TO service_role;


-- Keys under which an opt-out of a written number is kept: E.164 where the region's rules read it, else its digits. A text with several numbers has
-- several keys; a text that is no number has none.
-- Migrations: 0031.
CREATE FUNCTION henk.phone_keys(p_phone text, p_region text) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    keys text[] := '{}';
    pieces text[];
    parts text[];
    piece text;
    number text;
    is_read boolean;
BEGIN
    IF p_phone IS NULL THEN
        RETURN keys;
    ELSIF henk.is_final_phone(p_phone) THEN
        RETURN ARRAY[p_phone];
    END IF;
    number := henk.read_phone(p_phone, p_region);
    IF number IS NOT NULL THEN
        RETURN ARRAY[number];
    END IF;
    pieces := henk.numbers_in(p_phone);
    FOREACH piece IN ARRAY pieces LOOP
        parts := (string_to_array(btrim(piece), ' '))[1:8];
        number := CASE WHEN piece <> btrim(p_phone) THEN henk.read_phone(piece, p_region) END;
        is_read := number IS NOT NULL;
        IF is_read THEN
            keys := keys || number;
        ELSIF cardinality(parts) > 1 THEN
            -- Several numbers with nothing but blanks between them, or a digit that belongs to a word ("after 5 212-555-0101").
            FOR first_part IN 1..cardinality(parts) LOOP
                FOR last_part IN first_part..cardinality(parts) LOOP
                    CONTINUE WHEN last_part - first_part = cardinality(parts) - 1;
                    number := henk.read_phone(array_to_string(parts[first_part:last_part], ' '), p_region);
                    IF number IS NOT NULL THEN
                        keys := keys || number;
                        is_read := true;
                    END IF;
                END LOOP;
            END LOOP;
        END IF;
        IF NOT is_read AND henk.call_key(piece) IS NOT NULL THEN
            keys := keys || henk.call_key(piece);
        END IF;
    END LOOP;
    IF keys = '{}' AND p_phone ~ '^[ (]*\+?[0-9]' AND p_phone ~* '^[0-9a-z ().+-]*$' AND p_phone ~* '[a-z]{3}' THEN
        -- Letters of a keypad: 1-800-FLOWERS.
        number := henk.read_phone(translate(upper(p_phone), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '22233344455566677778889999'), p_region);
        keys := CASE WHEN number IS NULL THEN keys ELSE ARRAY[number] END;
    END IF;
    IF keys = '{}' AND henk.call_key(p_phone) IS NOT NULL THEN
        keys := ARRAY[henk.call_key(p_phone)];
    END IF;
    RETURN ARRAY(SELECT DISTINCT k FROM unnest(keys) k);
END
$_$;


COMMENT ON FUNCTION henk.phone_tails(p_phone text, p_mobile_phone text) IS 'The last seven digits of each number in two texts.';


REVOKE ALL ON FUNCTION henk.phone_tails(p_phone text, p_mobile_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.phone_tails(p_phone text, p_mobile_phone text) TO service_role;
GRANT ALL ON FUNCTION henk.phone_tails(p_phone text, p_mobile_phone text) TO authenticated;


-- The last seven digits of each number in two texts, by which unread numbers are found from a suppression.
-- Migrations: 0031.
CREATE FUNCTION henk.phone_tails(p_phone text, p_mobile_phone text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(SELECT DISTINCT "right"(regexp_replace(n.number, '[^0-9]'::text, ''::text, 'g'::text), 7) AS "right" FROM unnest(((henk.numbers_in(COALESCE(phone_tails.p_phone, ''::text)) || henk.numbers_in(COALESCE(phone_tails.p_mobile_phone, ''::text))) || ARRAY[COALESCE(henk.call_key(phone_tails.p_phone), ''::text), COALESCE(henk.call_key(phone_tails.p_mobile_phone), ''::text)])) n(number) WHERE (n.number <> ''::text));


COMMENT ON FUNCTION henk.plain_text(p_text text) IS 'A text without invisible characters, full-width forms as ASCII, digits of every script as 0–9.';


REVOKE ALL ON FUNCTION henk.plain_text(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.plain_text(p_text text) TO service_role;
GRANT ALL ON FUNCTION henk.plain_text(p_text text) TO authenticated;


-- Without characters that cannot be seen, with compatibility forms (full-width letters and digits) as ASCII, and the digits of every script as 0–9.
-- Migrations: 0031.
CREATE FUNCTION henk.plain_text(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN (p_text ~ '[^ -~]'::text) THEN translate(regexp_replace(translate(NORMALIZE(p_text, NFKC), '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙០១២៣៤៥៦៧៨៩'::text, '012345678901234567890123456789012345678901234567890123456789'::text), '[­؜᠎​-‏‪-‮⁠-⁤⁦-⁩﻿]'::text, ''::text, 'g'::text), '‐‑‒–—―− ‘’“”'::text, '------- ''''""'::text) ELSE p_text END;


COMMENT ON FUNCTION henk.possible_keys(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) IS 'Every key under which numbers that cannot be read for certain may be suppressed.';


REVOKE ALL ON FUNCTION henk.possible_keys(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.possible_keys(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) TO service_role;


-- The keys under which a lead's numbers may be suppressed: those of its own region, of the business's, and every reading of what stays digits.
-- Migrations: 0031.
CREATE FUNCTION henk.possible_keys(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    home text := (SELECT b.default_country FROM public.businesses b WHERE b.id = p_business_id);
    region text := henk.region_of(p_country, home);
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT k.key FROM unnest(ARRAY[p_phone, p_mobile_phone]) w (written)
        CROSS JOIN LATERAL unnest(
            henk.phone_keys(w.written, region) || CASE WHEN region IS DISTINCT FROM home THEN henk.phone_keys(w.written, home) ELSE '{}' END
            || ARRAY[henk.call_key(w.written)]
            || ARRAY(SELECT r FROM unnest(henk.phone_keys(w.written, NULL) || henk.call_key(w.written)) d CROSS JOIN LATERAL unnest(henk.readings(d)) r)
        ) k (key)
        WHERE w.written IS NOT NULL AND k.key IS NOT NULL);
END
$$;


REVOKE ALL ON FUNCTION henk.postal_key(p_postal text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.postal_key(p_postal text) TO authenticated;
GRANT ALL ON FUNCTION henk.postal_key(p_postal text) TO service_role;


-- A postal code as it is compared: of nine digits the first five.
-- Migrations: 0032.
CREATE FUNCTION henk.postal_key(p_postal text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
DECLARE
    postal text := replace(henk.folded(p_postal), ' ', '');
BEGIN
    RETURN CASE WHEN length(postal) = 9 AND postal ~ '^[0-9]+$' THEN left(postal, 5) ELSE postal END;
END
$_$;


COMMENT ON FUNCTION henk.prints_of_lead(p_lead public.leads) IS 'The fingerprints of every contact of a lead, as henk.said_no and henk.restated_opt_outs keep them.';


REVOKE ALL ON FUNCTION henk.prints_of_lead(p_lead public.leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.prints_of_lead(p_lead public.leads) TO service_role;


-- Fingerprints of every contact of a lead.
-- Migrations: 0031.
CREATE FUNCTION henk.prints_of_lead(p_lead public.leads) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT ARRAY(SELECT henk.fingerprint((p_lead).business_id, k) FROM unnest(henk.keys_of_lead(p_lead)) k)
        || henk.address_prints((p_lead).business_id, (p_lead).email)
$$;


-- The value where the analytics tables, Python and DuckDB can hold it, else null: amounts from 0 to under 10^15 (DECIMAL(18, 2) and every sum
-- of a billion of them), times of the years 1 to 9999 (infinity is 5877612 BC in Arrow, and an error in Python).
-- Migrations: 0033.
CREATE FUNCTION henk.publishable(p_value date) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_value >= '0001-01-01'::date) AND (p_value <= '9999-12-31'::date)) THEN p_value ELSE NULL::date END;


-- The value where the analytics tables, Python and DuckDB can hold it, else null: amounts from 0 to under 10^15 (DECIMAL(18, 2) and every sum
-- of a billion of them), times of the years 1 to 9999 (infinity is 5877612 BC in Arrow, and an error in Python).
-- Migrations: 0033.
CREATE FUNCTION henk.publishable(p_value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_value >= (0)::double precision) AND (p_value < ('1000000000000000'::numeric)::double precision)) THEN p_value ELSE NULL::double precision END;


-- The value where the analytics tables, Python and DuckDB can hold it, else null: amounts from 0 to under 10^15 (DECIMAL(18, 2) and every sum
-- of a billion of them), times of the years 1 to 9999 (infinity is 5877612 BC in Arrow, and an error in Python).
-- Migrations: 0033.
CREATE FUNCTION henk.publishable(p_value numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_value >= (0)::numeric) AND (p_value < '1000000000000000'::numeric)) THEN p_value ELSE NULL::numeric END;


REVOKE ALL ON FUNCTION henk.publishable(p_value date) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.publishable(p_value date) TO authenticated;
GRANT ALL ON FUNCTION henk.publishable(p_value date) TO service_role;


REVOKE ALL ON FUNCTION henk.publishable(p_value double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.publishable(p_value double precision) TO authenticated;
GRANT ALL ON FUNCTION henk.publishable(p_value double precision) TO service_role;


REVOKE ALL ON FUNCTION henk.publishable(p_value numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.publishable(p_value numeric) TO authenticated;
GRANT ALL ON FUNCTION henk.publishable(p_value numeric) TO service_role;


REVOKE ALL ON FUNCTION henk.publishable(p_value timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.publishable(p_value timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION henk.publishable(p_value timestamp with time zone) TO service_role;


-- The value where the analytics tables, Python and DuckDB can hold it, else null: amounts from 0 to under 10^15 (DECIMAL(18, 2) and every sum
-- of a billion of them), times of the years 1 to 9999 (infinity is 5877612 BC in Arrow, and an error in Python).
-- Migrations: 0033.
CREATE FUNCTION henk.publishable(p_value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_value >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (p_value < '10000-01-01 00:00:00+00'::timestamp with time zone)) THEN p_value ELSE NULL::timestamp with time zone END;


REVOKE ALL ON FUNCTION henk.read_flag(p_word text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.read_flag(p_word text) TO service_role;


-- Migrations: 0010, 0032.
CREATE FUNCTION henk.read_flag(p_word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_word IS NULL) THEN false WHEN (lower((btrim(p_word) COLLATE "C")) = ANY (ARRAY['true'::text, 't'::text, 'yes'::text, 'y'::text, '1'::text, 'on'::text, 'x'::text])) THEN true WHEN (lower((btrim(p_word) COLLATE "C")) = ANY (ARRAY[''::text, 'false'::text, 'f'::text, 'no'::text, 'n'::text, '0'::text, 'off'::text])) THEN false ELSE NULL::boolean END;


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
            ELSE coalesce(henk.read_phone(phone, henk.region_of(country, country_of_home)), henk.unread_phone(phone)) END AS phone,
        CASE WHEN mobile_phone IS NULL THEN NULL
            WHEN translate(mobile_phone, ' ().-', '') ~ plainly_valid AND coalesce(country, country_of_home) = country_of_home
                THEN calling_code || translate(mobile_phone, ' ().-', '')
            ELSE coalesce(henk.read_phone(mobile_phone, henk.region_of(country, country_of_home)), henk.unread_phone(mobile_phone))
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
        CASE WHEN jsonb_typeof(custom_fields) = 'object' THEN custom_fields ELSE '{}' END
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


COMMENT ON FUNCTION henk.read_phone(p_phone text, p_region text) IS 'A written number in E.164 by the rules of a region, null where it cannot be read.';


REVOKE ALL ON FUNCTION henk.read_phone(p_phone text, p_region text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.read_phone(p_phone text, p_region text) TO service_role;


-- A number in E.164 as henk.normalise_phone reads it. Digits that are too few or too many for the region are not asked about: normalise_phone tries
-- every region of a calling code, for the United States eight milliseconds (measured with PostgreSQL 18).
-- Migrations: 0031.
CREATE FUNCTION henk.read_phone(p_phone text, p_region text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    written text := henk.plain_text(p_phone);
    amount integer;
BEGIN
    IF written ~ '^[0-9 ().-]*$' THEN
        amount := length(translate(written, ' ().-', ''));
        PERFORM FROM henk.phone_regions r JOIN henk.calling_codes c ON c.calling_code = r.calling_code
        WHERE r.region = upper(p_region) AND (r.national_transform IS NOT NULL OR (written ~ '^[ (]*0' AND amount > 8)
            OR amount = ANY (c.lengths) OR amount - length(c.trunk_prefix) = ANY (c.lengths) OR amount - length(c.calling_code) = ANY (c.lengths)
            OR amount - length(c.calling_code || c.trunk_prefix) = ANY (c.lengths));
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    RETURN henk.normalise_phone(written, p_region);
END
$_$;


COMMENT ON FUNCTION henk.readings(p_digits text) IS 'Every number in E.164 that digits without a country may be.';


REVOKE ALL ON FUNCTION henk.readings(p_digits text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.readings(p_digits text) TO service_role;


-- Every number in E.164 that these digits may be, whatever the country: without and with calling code, trunk and international prefix.
-- Migrations: 0031.
CREATE FUNCTION henk.readings(p_digits text) RETURNS text[]
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    abroad text := regexp_replace(p_digits, '^(00|011|0011|810)', '');
BEGIN
    IF p_digits !~ '^[0-9]{7,17}$' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        -- A national number, with or without its trunk prefix.
        SELECT '+' || c.calling_code || n.national
        FROM (VALUES (p_digits, NULL), (substr(p_digits, 2), left(p_digits, 1)), (substr(p_digits, 3), left(p_digits, 2))) n (national, trunk_prefix)
        JOIN henk.calling_codes c ON length(n.national) = ANY (c.lengths) AND (n.trunk_prefix IS NULL OR c.trunk_prefix = n.trunk_prefix)
        WHERE length(n.national) >= 7 AND (c.may_begin_with_zero OR n.national NOT LIKE '0%')
        UNION
        -- A number with its calling code, after the prefix that is dialled before one or after nothing.
        SELECT '+' || c.calling_code || n.national
        FROM unnest(ARRAY[1, 2, 3]) l (amount) JOIN henk.calling_codes c ON c.calling_code = left(abroad, l.amount)
        CROSS JOIN unnest(ARRAY[substr(abroad, l.amount + 1), regexp_replace(substr(abroad, l.amount + 1), '^' || coalesce(c.trunk_prefix, ''), '')]) n (national)
        WHERE length(n.national) >= 7 AND length(n.national) = ANY (c.lengths) AND (c.may_begin_with_zero OR n.national NOT LIKE '0%'));
END
$_$;


REVOKE ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refresh_list(p_lead_list_id uuid) TO service_role;


-- Migrations: 0010, 0033.
CREATE FUNCTION henk.refresh_list(p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list record;
    uncompared record;
    caller uuid := henk.caller_id();
BEGIN
    SELECT ll.id, ll.business_id, ll.list_type, ll.filter_criteria INTO list FROM public.lead_lists ll
    WHERE ll.id = p_lead_list_id FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    IF list.list_type = 'static' OR list.filter_criteria IS NULL THEN
        RAISE EXCEPTION 'Only a list of type dynamic or smart with filter_criteria has its members found; this one is %.', list.list_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    WITH matching AS MATERIALIZED (
        SELECT id FROM henk.matching_leads(list.business_id, list.filter_criteria) AS id
    ), left_over AS (
        DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id AND NOT EXISTS (SELECT FROM matching t WHERE t.id = m.lead_id)
    )
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT list.business_id, p_lead_list_id, t.id, caller FROM matching t ORDER BY t.id
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    FOR uncompared IN SELECT * FROM henk.uncompared_values(list.business_id, list.filter_criteria) LOOP
        RAISE WARNING '% values of the custom field "%" are no % and could not be compared, such as "%".', uncompared.leads,
            uncompared.custom_field, uncompared.compared_with, left(uncompared.example, 40);
    END LOOP;
    RETURN (SELECT ll.lead_count FROM public.lead_lists ll WHERE ll.id = p_lead_list_id);
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_filter(p_path text, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_filter(p_path text, p_why text) TO service_role;


-- Migrations: 0008.
CREATE FUNCTION henk.refuse_filter(p_path text, p_why text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'filter_criteria at %: %', p_path, p_why USING ERRCODE = 'invalid_parameter_value',
        HINT = 'The grammar: schemas/filter_criteria.schema.json, with examples in docs/data-model.md.';
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_stranger(p_what text, p_id uuid) FROM PUBLIC;


-- Migrations: 0023.
CREATE FUNCTION henk.refuse_stranger(p_what text, p_id uuid) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF p_id IS NOT NULL THEN
        RAISE EXCEPTION 'The business has no % %.', p_what, p_id USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;


-- Migrations: 0040.
CREATE FUNCTION henk.refuse_too_many() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'A campaign lead cannot have % attempts and % seconds of talk.', NEW.attempts, NEW.total_talk_time
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', CONSTRAINT = TG_NAME,
            HINT = 'attempts is at most 1,000,000, total_talk_time at most 1,000,000,000.';
END
$$;


COMMENT ON FUNCTION henk.refuse_too_many() IS 'Trigger: two campaign leads can be merged, whose attempts and seconds are added.';


REVOKE ALL ON FUNCTION henk.refuse_too_many() FROM PUBLIC;


-- TRUNCATE shows no rows to count. The owner alone may do it; what is left is counted by hand.
-- Migrations: 0005.
CREATE FUNCTION henk.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE would leave the counts of % behind. Use DELETE.', TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_truncate() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_truncate() TO service_role;


-- Migrations: 0040.
CREATE FUNCTION henk.refuse_unknown_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.default_country IS DISTINCT FROM OLD.default_country THEN
        IF NOT EXISTS (SELECT FROM henk.phone_regions r WHERE r.region = NEW.default_country)
            -- Countries of ISO 3166-1 that have no telephone numbers of their own.
            AND NEW.default_country NOT IN ('AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM') THEN
            RAISE EXCEPTION 'default_country cannot be "%": there is no such country.', NEW.default_country
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = 'default_country',
                    HINT = 'It is the ISO 3166-1 code of the country of telephone numbers that name none, such as US, GB or DE.';
        END IF;
    END IF;
    -- The list of all time zones takes a fifth of a second to read.
    IF NEW.timezone <> 'UTC' AND (TG_OP = 'INSERT' OR NEW.timezone IS DISTINCT FROM OLD.timezone) THEN
        IF NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone) THEN
            RAISE EXCEPTION 'timezone cannot be "%": there is no such time zone.', NEW.timezone
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = 'timezone',
                    HINT = 'It is a name of the IANA time zone database, such as America/New_York or Europe/Berlin.';
        END IF;
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.refuse_unknown_place() IS 'Trigger: the country and the time zone of a business exist.';


REVOKE ALL ON FUNCTION henk.refuse_unknown_place() FROM PUBLIC;


-- Migrations: 0033.
CREATE FUNCTION henk.refuse_unpublishable() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    name text;
    is_bad boolean;
BEGIN
    -- A merge, its undoing and an undone import move old values.
    IF coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NULL;
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT henk.publishable(($1).%1$I) IS DISTINCT FROM ($1).%1$I', name) INTO is_bad USING NEW;
        EXIT WHEN is_bad;
    END LOOP;
    RAISE EXCEPTION '% of % cannot be %.', name, TG_TABLE_NAME, left(to_jsonb(NEW) ->> name, 40)
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = name, CONSTRAINT = TG_NAME,
            HINT = 'Amounts are numbers from 0 to under 10^15, times lie in the years 1 to 9999. Leave it null where there is none.';
END
$_$;


REVOKE ALL ON FUNCTION henk.refuse_unpublishable() FROM PUBLIC;


-- As all BEFORE triggers have left it: a trigger of the installation whose name sorts last could write another form.
-- Migrations: 0031.
CREATE FUNCTION henk.refuse_unread_suppression() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    keys text[];
BEGIN
    IF NEW.channel = 'phone' THEN
        keys := henk.phone_keys(NEW.value, (SELECT b.default_country FROM public.businesses b WHERE b.id = NEW.business_id));
    ELSE
        keys := ARRAY[henk.normalise_email(NEW.value)];
    END IF;
    IF cardinality(keys) > 0 AND NEW.value <> ALL (keys) THEN
        RAISE EXCEPTION 'A trigger on suppressions writes a value in a form that no lead is compared with.'
            USING ERRCODE = 'check_violation', HINT = 'Change the trigger: write phone numbers as E.164 and e-mail addresses in lower case.';
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.refuse_unread_suppression() IS 'Trigger: refuse a suppression whose value a trigger has written in another form.';


REVOKE ALL ON FUNCTION henk.refuse_unread_suppression() FROM PUBLIC;


-- A lead without a contact: those that the migration of the old shape brought stay (their source_metadata says so), no other comes, whatever its
-- source_metadata says. A merge that is taken apart may bring one of them back; nothing but the functions of the database moves rows.
-- Migrations: 0033.
CREATE FUNCTION henk.refuse_without_contact() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'A lead needs a phone, a mobile phone or an e-mail address.'
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', CONSTRAINT = 'leads_have_a_contact';
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_without_contact() FROM PUBLIC;


-- Migrations: 0031.
CREATE FUNCTION henk.refusing_words() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '(?<!not )(?<!no )\m(dnc|do[ _-]*not[ _-]*(call|contact|phone|ring|solicit)|don.?t[ _-]*(call|contact|phone)|no[ _-]*(more[ _-]*)?(phone[ _-]*)?calls?|never[ _-]*call|opt(ed)?[ _-]*out|deceased|passed away|nicht anrufen|keine anrufe|ne pas appeler|no llamar|niet bellen|n[aã]o ligar)\M'::text;


COMMENT ON FUNCTION henk.refusing_words() IS 'Words, in a cell or beside a number, that refuse calls: a regular expression, compared without case.';


REVOKE ALL ON FUNCTION henk.refusing_words() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refusing_words() TO service_role;


REVOKE ALL ON FUNCTION henk.region_of(p_country text, p_default text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.region_of(p_country text, p_default text) TO service_role;


-- The region a lead's national numbers are dialled in: its country by code or by name, else the business's. Null for a country that nobody
-- knows: its numbers are read only with their calling code, for a German number is no American one.
-- Migrations: 0007, 0032.
CREATE FUNCTION henk.region_of(p_country text, p_default text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    code text := upper(btrim(p_country) COLLATE "C");
    name text := henk.lowered(btrim(p_country));
BEGIN
    IF coalesce(name, '') = '' THEN
        RETURN p_default;
    END IF;
    RETURN (SELECT r.region FROM henk.phone_regions r WHERE r.region = code OR name = ANY (r.country_names) ORDER BY r.region <> code LIMIT 1);
END
$$;


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


COMMENT ON FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) IS 'Remove contacts of an erased person from the texts of other rows; table → rows changed.';


REVOKE ALL ON FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- Remove contacts of an erased person from the texts of other rows: notes, custom fields, filters of lists, reasons, mappings. A lead that shares the
-- contact as its own keeps its texts. Returns: table → rows that were changed.
-- Migrations: 0031.
CREATE FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    pattern text := henk.contact_pattern(p_emails, p_phones);
    -- Asked first: the expression costs a hundred times as much.
    like_emails text[] := ARRAY(SELECT '%' || regexp_replace(lower(e), '([\\%_])', '\\\1', 'g') || '%' FROM unnest(p_emails) e);
    like_phones text[] := ARRAY(SELECT '%' || right(regexp_replace(p, '[^0-9]', '', 'g'), 9) || '%' FROM unnest(p_phones) p);
    target record;
    n integer;
    changed jsonb := '{}';
BEGIN
    IF pattern IS NULL THEN
        RETURN changed;
    END IF;
    FOR target IN
        SELECT t.name, t.mine, t.but,
            string_agg(format(CASE WHEN a.atttypid = 'jsonb'::regtype THEN '%1$I = henk.without_contacts(t.%1$I, $2)'
                ELSE '%1$I = regexp_replace(t.%1$I, $2, ''[erased]'', ''gi'')' END, a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(format('t.%I::text', a.attname), ', ' ORDER BY a.attnum) AS texts
        FROM (VALUES
            ('public.leads', 't.business_id = $1', 't.email = ANY ($3) OR t.phone = ANY ($4) OR t.mobile_phone = ANY ($4)',
                '{notes,description,custom_fields,tags,source_metadata,first_name,last_name,company,title,consent_unclear}'::text[]),
            ('public.campaign_leads', 't.business_id = $1', 'false', '{notes,outcome}'),
            ('public.campaigns', 't.business_id = $1', 'false', '{name,description,script,notes,settings}'),
            ('public.lead_lists', 't.business_id = $1', 'false', '{name,description,tags,filter_criteria,notes}'),
            ('public.campaign_lead_lists', 't.business_id = $1', 'false', '{filter_criteria,notes}'),
            ('public.suppressions', 't.business_id = $1', 'false', '{reason,source}'),
            ('public.lead_imports', 't.business_id = $1', 'false', '{mapping,options,reading,error,undo_report,checks,assigned,report}'),
            ('public.lead_merges', 't.business_id = $1', 'false', '{rows_before,rows_after,lost}'),
            ('henk.lifted_suppressions', 't.business_id = $1', 'false', '{reason}'),
            ('henk.refused_uploads', 't.business = (SELECT b.slug FROM public.businesses b WHERE b.id = $1)', 'false', '{reason}')
        ) t (name, mine, but, columns)
        JOIN pg_attribute a ON a.attrelid = to_regclass(t.name) AND a.attname = ANY (t.columns) AND NOT a.attisdropped
            AND a.atttypid IN ('jsonb'::regtype, 'text'::regtype, 'varchar'::regtype)
        GROUP BY t.name, t.mine, t.but ORDER BY t.name
    LOOP
        EXECUTE format('UPDATE %s t SET %s WHERE %s AND (%s) IS NOT TRUE AND CASE WHEN lower(concat_ws('' '', %5$s)) LIKE ANY ($5) '
            'OR translate(concat_ws('' '', %5$s), '' ()./-'', '''') LIKE ANY ($6) THEN concat_ws('' '', %5$s) ~* $2 END',
            target.name, target.columns, target.mine, target.but, target.texts) USING p_business_id, pattern, p_emails, p_phones, like_emails, like_phones;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n > 0 THEN
            changed := changed || jsonb_build_object(regexp_replace(target.name, '^public\.', ''), n);
        END IF;
    END LOOP;
    RETURN changed;
END
$_$;


REVOKE ALL ON FUNCTION henk.require_ended(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_ended(p_lead_ids uuid[]) TO service_role;


-- Migrations: 0030.
CREATE FUNCTION henk.require_ended(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.campaign_leads cl JOIN public.campaigns c ON c.id = cl.campaign_id AND c.exclude_dnc
    WHERE cl.lead_id = ANY (p_lead_ids) AND cl.status IN ('new', 'queued', 'contacted', 'failed');
    IF FOUND THEN
        RAISE EXCEPTION 'A trigger on campaign_leads keeps rows open of people who must not be called.'
            USING ERRCODE = 'check_violation', HINT = 'Change the trigger: it must let the status become "dnc".';
    END IF;
END
$$;


REVOKE ALL ON FUNCTION henk.require_member(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_member(p_business_id uuid) TO service_role;


-- Raises 42501, in the same words for what is somebody else's and for what does not exist. The service role passes.
-- Migrations: 0009.
CREATE FUNCTION henk.require_member(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NOT henk.is_service() AND (p_business_id IS NULL OR henk.caller_id() IS NULL OR NOT p_business_id = ANY (henk.my_businesses('{owner,admin,member}'))) THEN
        RAISE EXCEPTION 'You are not an active member of that business, or there is no such record.'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Ask an owner of the business for an active membership that may write.';
    END IF;
END
$$;


REVOKE ALL ON FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) TO service_role;


-- P0002 for the service role, which may know that there is no such record; nobody else comes this far.
-- Migrations: 0010.
CREATE FUNCTION henk.require_record(p_id uuid, p_found uuid, p_what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF p_found IS NULL THEN
        RAISE EXCEPTION 'There is no % %.', p_what, coalesce(p_id::text, 'null') USING ERRCODE = 'no_data_found';
    END IF;
END
$$;


COMMENT ON FUNCTION henk.require_undo_record(p_import_id uuid) IS 'Refuses the undoing of an import of a version without undo.';


REVOKE ALL ON FUNCTION henk.require_undo_record(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_undo_record(p_import_id uuid) TO service_role;


-- Raises object_not_in_prerequisite_state for an import that is loaded and whose record does not say what undo would take back: no line of it is
-- kept; a line has what was replaced, not what was written; or members came to its list while it ran, none of which is known as its own.
-- Migrations: 0036.
CREATE FUNCTION henk.require_undo_record(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    import record;
BEGIN
    SELECT i.* INTO import FROM public.lead_imports i
    WHERE i.id = p_import_id AND i.status IN ('loaded', 'partial', 'undone') AND i.leads_inserted + i.leads_updated + i.leads_unchanged > 0;
    IF import.id IS NULL THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM public.lead_import_rows r WHERE r.import_id = p_import_id)
        AND NOT EXISTS (SELECT FROM public.lead_import_rows r
            WHERE r.import_id = p_import_id AND r.action = 'updated' AND r.replaced IS NOT NULL AND r.written IS NULL)
        AND (EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = import.lead_list_id AND m.import_id = p_import_id)
            OR NOT EXISTS (SELECT FROM public.lead_import_rows r
                JOIN public.lead_list_members m ON m.lead_id = r.lead_id AND m.lead_list_id = import.lead_list_id
                WHERE r.import_id = p_import_id AND NOT r.taken_back AND m.import_id IS NULL
                    AND m.added_at BETWEEN import.started_at AND import.finished_at))
    THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'The import % of "%" cannot be undone: the version of henk that loaded it kept no record of what it wrote. Nothing was changed. '
        'Archive its list instead ("henk list set ... --archived"), or remove its leads by hand.', p_import_id, import.file_name
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;


REVOKE ALL ON FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) TO service_role;


-- Undo, step two: old values back, field by field, where the import's value still stands. Opt-outs stay: no undo takes one back.
-- Gives: how many leads and values were put back, and how many values somebody has changed since.
-- Migrations: 0011, 0034.
CREATE FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
    columns text;
BEGIN
    SELECT string_agg(format('%1$I = v.%1$I', f), ', ') INTO columns
    FROM unnest(henk.sent_fields() || '{last_activity_at,lead_score,quality_rating,score_breakdown}') f
    WHERE f NOT IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out');
    PERFORM henk.pass_on_values(p_import_id);
    CREATE TEMP TABLE henk_restored ON COMMIT DROP AS
    SELECT u.lead_id, (u.replaced ->> 'updated_at')::timestamptz AS updated_at,
        (SELECT coalesce(jsonb_object_agg(r.key, r.value), '{}') FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND now_there.lead -> r.key IS NOT DISTINCT FROM u.written -> r.key
             AND NOT coalesce(later.fields ? r.key, false)) AS fields,
        (SELECT count(*) FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND (now_there.lead -> r.key IS DISTINCT FROM u.written -> r.key OR coalesce(later.fields ? r.key, false))
             AND r.key NOT IN ('lead_score', 'quality_rating', 'score_breakdown'))
            + (SELECT count(*) FROM jsonb_each(CASE WHEN jsonb_typeof(u.written -> 'custom_fields') = 'object' THEN u.written -> 'custom_fields' END) w
               WHERE u.replaced -> 'custom_fields' -> w.key IS DISTINCT FROM w.value
                   AND (l.custom_fields -> w.key IS DISTINCT FROM w.value OR coalesce(later.custom_fields ? w.key, false))) AS changed_since,
        -- Written since by a later import, or by somebody: that is when it was last written.
        later.fields IS NOT NULL OR l.updated_at > (SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_import_id) AS is_newer,
        -- Tags that the import added go; those of others stay.
        CASE WHEN u.replaced ? 'tags' THEN (
            SELECT coalesce(jsonb_agg(t.tag ORDER BY t.n), '[]') FROM jsonb_array_elements(l.tags) WITH ORDINALITY t (tag, n)
            WHERE u.replaced -> 'tags' @> t.tag OR NOT u.written -> 'tags' @> t.tag) ELSE l.tags END AS tags,
        CASE WHEN u.replaced ? 'custom_fields' THEN (
            SELECT coalesce(jsonb_object_agg(k.key, coalesce(k.back, k.here)) FILTER (WHERE coalesce(k.back, k.here) IS NOT NULL), '{}')
            FROM (
                SELECT e.key,
                    CASE WHEN l.custom_fields -> e.key IS NOT DISTINCT FROM u.written -> 'custom_fields' -> e.key
                            AND NOT coalesce(later.custom_fields ? e.key, false)
                        THEN u.replaced -> 'custom_fields' -> e.key ELSE l.custom_fields -> e.key END AS back,
                    CASE WHEN u.written -> 'custom_fields' ? e.key THEN NULL ELSE l.custom_fields -> e.key END AS here
                FROM (SELECT jsonb_object_keys(l.custom_fields) UNION SELECT jsonb_object_keys(u.replaced -> 'custom_fields')) e (key)) k
        ) ELSE l.custom_fields END AS custom_fields
    FROM pg_temp.henk_undo u JOIN public.leads l ON l.id = u.lead_id CROSS JOIN LATERAL (SELECT to_jsonb(l) AS lead) now_there
        LEFT JOIN pg_temp.henk_later later ON later.lead_id = u.lead_id
    WHERE u.reason IS NULL AND NOT u.inserted AND u.replaced IS NOT NULL AND u.written IS NOT NULL;
    -- Put back whole, a lead is as old as it was.
    -- henk.scores_only keeps touch_updated_at from writing this moment: put back whole, a lead is as old as it was.
    PERFORM set_config('henk.scores_only', 'on', true), set_config('henk.moving_rows', 'on', true);
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', tags = r.tags, custom_fields = r.custom_fields, '
        'updated_at = CASE WHEN r.is_newer THEN l.updated_at ELSE coalesce(r.updated_at, now()) END '
        'FROM pg_temp.henk_restored r JOIN public.leads o ON o.id = r.lead_id CROSS JOIN LATERAL jsonb_populate_record(o, r.fields) v '
        'WHERE l.id = r.lead_id AND (r.fields <> ''{}'' OR r.tags <> l.tags OR r.custom_fields <> l.custom_fields)';
    GET DIAGNOSTICS leads = ROW_COUNT;
    PERFORM set_config('henk.scores_only', '', true), set_config('henk.moving_rows', '', true);
    SELECT coalesce(sum((SELECT count(*) FROM jsonb_object_keys(r.fields))), 0), coalesce(sum(r.changed_since), 0)
    INTO restored, changed_since FROM pg_temp.henk_restored r;
    DROP TABLE pg_temp.henk_restored, pg_temp.henk_later;
END
$_$;


-- A lead as it was, but for what has been changed since `p_after`: that stays. Opt-outs said since are kept, whoever of the two said them.
-- Migrations: 0015.
CREATE FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT jsonb_object_agg(n.key, CASE
        WHEN n.key IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
            THEN to_jsonb((n.value = 'true' AND p_after -> n.key <> 'true') OR p_before -> n.key = 'true')
        WHEN n.value IS NOT DISTINCT FROM p_after -> n.key AND p_before ? n.key THEN p_before -> n.key
        ELSE n.value END)
    FROM jsonb_each(p_now) n
$$;


REVOKE ALL ON FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) TO service_role;


REVOKE ALL ON FUNCTION henk.return_merges(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.return_merges(p_merge public.lead_merges) TO service_role;


-- Merges into the dropped lead lead to it again. Merges from before migration 0034 do not name them: what had been merged into the dropped lead,
-- what into those, and so on.
-- Migrations: 0034.
CREATE FUNCTION henk.return_merges(p_merge public.lead_merges) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH RECURSIVE earlier AS (
        SELECT m.id, m.dropped_lead_id, (SELECT (l ->> 'id')::uuid FROM jsonb_array_elements(m.rows_before -> 'leads') l
            WHERE l ->> 'id' <> m.dropped_lead_id::text LIMIT 1) AS kept_at_first
        FROM public.lead_merges m WHERE m.kept_lead_id = p_merge.kept_lead_id AND m.id <> p_merge.id AND m.merged_at < p_merge.merged_at
    ), chain AS (
        SELECT e.id, e.dropped_lead_id FROM earlier e WHERE e.kept_at_first = p_merge.dropped_lead_id
        UNION SELECT e.id, e.dropped_lead_id FROM earlier e JOIN chain c ON c.dropped_lead_id = e.kept_at_first
    )
    UPDATE public.lead_merges m SET kept_lead_id = p_merge.dropped_lead_id
    WHERE m.kept_lead_id = p_merge.kept_lead_id AND m.id <> p_merge.id AND CASE WHEN p_merge.moved ? 'lead_merges'
        THEN p_merge.moved -> 'lead_merges' ? m.id::text ELSE m.id IN (SELECT c.id FROM chain c) END
$$;


REVOKE ALL ON FUNCTION henk.return_pairs(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.return_pairs(p_merge public.lead_merges) TO service_role;


-- Pairs to decide on, and what was decided of them: those of the kept lead as they were, but for what has been decided since; those of the
-- dropped one again, with the lead that the other one has become, and with what has been decided since of the two as one.
-- Migrations: 0034.
CREATE FUNCTION henk.return_pairs(p_merge public.lead_merges) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    before jsonb := coalesce(p_merge.rows_before -> 'lead_duplicate_candidates', '[]');
    after jsonb := p_merge.rows_after -> 'lead_duplicate_candidates'; -- null in merges from before migration 0034
    decided jsonb;
BEGIN
    SELECT jsonb_agg(to_jsonb(d)) INTO decided FROM public.lead_duplicate_candidates d
    WHERE after IS NOT NULL AND p_merge.kept_lead_id IN (d.lead_id, d.other_lead_id) AND d.decision = 'different'
        AND NOT EXISTS (SELECT FROM jsonb_array_elements(after) a WHERE a ->> 'id' = d.id::text AND a ->> 'decision' = 'different')
        -- That two were taken apart says nothing of those that one of them had been merged with before.
        AND NOT EXISTS (SELECT FROM public.lead_merges m WHERE m.taken_apart_at IS NOT NULL
            AND (m.kept_lead_id, m.dropped_lead_id) IN ((d.lead_id, d.other_lead_id), (d.other_lead_id, d.lead_id)));
    IF after IS NOT NULL THEN
        DELETE FROM public.lead_duplicate_candidates d USING jsonb_array_elements(after) a
        WHERE d.id = (a ->> 'id')::uuid AND to_jsonb(d) = a AND NOT EXISTS (SELECT FROM jsonb_array_elements(before) b WHERE b ->> 'id' = a ->> 'id');
        UPDATE public.lead_duplicate_candidates d SET match_probability = v.match_probability, agreement = v.agreement, decision = v.decision,
            decided_by = v.decided_by, decided_at = v.decided_at
        FROM jsonb_array_elements(after) a JOIN jsonb_array_elements(before) b ON b ->> 'id' = a ->> 'id'
        CROSS JOIN LATERAL jsonb_populate_record(NULL::public.lead_duplicate_candidates, b) v
        WHERE d.id = (a ->> 'id')::uuid AND to_jsonb(d) = a AND a <> b;
    END IF;
    INSERT INTO public.lead_duplicate_candidates (id, business_id, lead_id, other_lead_id, match_probability, agreement, decision, decided_by,
        decided_at, created_at)
    SELECT p.id, p.business_id, least(p_merge.dropped_lead_id, p.other), greatest(p_merge.dropped_lead_id, p.other), p.match_probability,
        p.agreement, p.decision, p.decided_by, p.decided_at, p.created_at
    FROM (
        SELECT DISTINCT ON (t.other) t.* FROM (
            SELECT v.*, coalesce((SELECT l.id FROM public.leads l WHERE l.id = o.lead), (SELECT m.kept_lead_id FROM public.lead_merges m
                WHERE m.dropped_lead_id = o.lead AND m.taken_apart_at IS NULL LIMIT 1)) AS other
            FROM jsonb_array_elements(before) b CROSS JOIN LATERAL jsonb_populate_record(NULL::public.lead_duplicate_candidates, b) v
            CROSS JOIN LATERAL (SELECT CASE v.lead_id WHEN p_merge.dropped_lead_id THEN v.other_lead_id ELSE v.lead_id END AS lead) o
            WHERE p_merge.dropped_lead_id IN (v.lead_id, v.other_lead_id)) t
        WHERE t.other IS NOT NULL AND t.other NOT IN (p_merge.dropped_lead_id, p_merge.kept_lead_id)
        ORDER BY t.other, t.decision = 'open', t.decided_at DESC) p
    WHERE NOT EXISTS (SELECT FROM public.lead_duplicate_candidates d WHERE d.id = p.id)
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision, decided_by = EXCLUDED.decided_by,
        decided_at = EXCLUDED.decided_at WHERE lead_duplicate_candidates.decision = 'open';
    -- Whoever is another person than the two together is another person than each of them.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement, decision, decided_by, decided_at)
    SELECT v.business_id, least(p_merge.dropped_lead_id, o.lead), greatest(p_merge.dropped_lead_id, o.lead), v.match_probability, v.agreement,
        v.decision, v.decided_by, v.decided_at
    FROM jsonb_array_elements(decided) d CROSS JOIN LATERAL jsonb_populate_record(NULL::public.lead_duplicate_candidates, d) v
    CROSS JOIN LATERAL (SELECT CASE v.lead_id WHEN p_merge.kept_lead_id THEN v.other_lead_id ELSE v.lead_id END AS lead) o
    WHERE o.lead <> p_merge.dropped_lead_id
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision, decided_by = EXCLUDED.decided_by,
        decided_at = EXCLUDED.decided_at WHERE lead_duplicate_candidates.decision = 'open';
END
$$;


-- What a client sends as a lead, element by element: the fields of leads it may fill, as texts. Everything else goes to custom_fields.
-- Migrations: 0010.
CREATE FUNCTION henk.sent_fields() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN string_to_array('first_name last_name email phone mobile_phone company title department street city state postal_code country timezone preferred_language lead_source description notes source source_id do_not_call dnc do_not_email email_opt_out'::text, ' '::text);


REVOKE ALL ON FUNCTION henk.sent_fields() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.sent_fields() TO service_role;


-- Whoever takes the flag away has decided; whoever says that it is unclear has the flag.
-- Migrations: 0028.
CREATE FUNCTION henk.settle_unclear() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.do_not_call AND NOT NEW.do_not_call THEN
        NEW.consent_unclear := NULL;
    ELSE
        NEW.do_not_call := true;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.settle_unclear() FROM PUBLIC;


-- Short forms of names of men and of women: henk_pipeline.leads.spellings.short_forms_of_both.
-- Migrations: 0047.
CREATE FUNCTION henk.short_forms_of_both() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{aleks,alex,chris,clem,corny,dom,em,fran,frankie,freddie,freddy,gabby,gerry,gio,gus,hank,jo,jody,joey,jule,kenny,kit,kris,lou,manu,marty,mat,mattie,max,maxi,mickey,nat,natty,nic,nicky,oli,ollie,pat,patsy,pepa,rafa,sam,sammy,sandy,sascha,sasha,shura,stef,steph,stevie,syl,terry,theo,val,valya,vic,willie,zhenya}'::text[];


REVOKE ALL ON FUNCTION henk.short_forms_of_both() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.short_forms_of_both() TO service_role;


-- Short forms that are the whole name of other people: henk_pipeline.leads.spellings.short_forms_of_their_own.
-- Migrations: 0047.
CREATE FUNCTION henk.short_forms_of_their_own() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{adele,alexander,andrew,angel,angelica,angelika,angelique,ania,ann,anna,anne,asia,august,austin,bella,briana,brianna,carol,carole,caroline,casey,charlotte,clara,conchita,daisy,dora,elaine,eliza,ellen,emily,emma,ernest,evan,flora,gary,gina,gino,ira,irene,jackie,jamie,jean,jessie,joan,joanna,john,jonathan,jude,judith,julia,julie,june,justina,katia,katya,kelly,lara,lee,lena,leon,linda,lindsey,lindsy,liza,lola,lolita,louis,louise,lucius,lucy,madeline,madelyn,marcia,margery,maria,mariah,marianna,marie,marion,mark,mary,maud,maureen,may,mercy,micah,michael,mina,mira,nadia,nancy,natasha,nathan,nicole,nora,ralph,rita,rosa,rose,rosemarie,roy,rupert,sandra,sara,stella,tania,tanya,teresa,terry,tina,tracy,victor,wendy,wilma}'::text[];


REVOKE ALL ON FUNCTION henk.short_forms_of_their_own() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.short_forms_of_their_own() TO service_role;


-- Migrations: 0041.
CREATE FUNCTION henk.skip_when_moving() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN CASE WHEN coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN NEW END;
END
$$;


COMMENT ON FUNCTION henk.skip_when_moving() IS 'Trigger: rows that a merge, its taking apart or an undo moves state nothing.';


REVOKE ALL ON FUNCTION henk.skip_when_moving() FROM PUBLIC;


-- Migrations: 0032.
CREATE FUNCTION henk.small_letters() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '{"À": "à", "Á": "á", "Â": "â", "Ã": "ã", "Ä": "ä", "Å": "å", "Æ": "æ", "Ç": "ç", "È": "è", "É": "é", "Ê": "ê", "Ë": "ë", "Ì": "ì", "Í": "í", "Î": "î", "Ï": "ï", "Ð": "ð", "Ñ": "ñ", "Ò": "ò", "Ó": "ó", "Ô": "ô", "Õ": "õ", "Ö": "ö", "Ø": "ø", "Ù": "ù", "Ú": "ú", "Û": "û", "Ü": "ü", "Ý": "ý", "Þ": "þ", "Ā": "ā", "Ă": "ă", "Ą": "ą", "Ć": "ć", "Ĉ": "ĉ", "Ċ": "ċ", "Č": "č", "Ď": "ď", "Đ": "đ", "Ē": "ē", "Ĕ": "ĕ", "Ė": "ė", "Ę": "ę", "Ě": "ě", "Ĝ": "ĝ", "Ğ": "ğ", "Ġ": "ġ", "Ģ": "ģ", "Ĥ": "ĥ", "Ħ": "ħ", "Ĩ": "ĩ", "Ī": "ī", "Ĭ": "ĭ", "Į": "į", "İ": "i̇", "Ĳ": "ĳ", "Ĵ": "ĵ", "Ķ": "ķ", "Ĺ": "ĺ", "Ļ": "ļ", "Ľ": "ľ", "Ŀ": "ŀ", "Ł": "ł", "Ń": "ń", "Ņ": "ņ", "Ň": "ň", "Ŋ": "ŋ", "Ō": "ō", "Ŏ": "ŏ", "Ő": "ő", "Œ": "œ", "Ŕ": "ŕ", "Ŗ": "ŗ", "Ř": "ř", "Ś": "ś", "Ŝ": "ŝ", "Ş": "ş", "Š": "š", "Ţ": "ţ", "Ť": "ť", "Ŧ": "ŧ", "Ũ": "ũ", "Ū": "ū", "Ŭ": "ŭ", "Ů": "ů", "Ű": "ű", "Ų": "ų", "Ŵ": "ŵ", "Ŷ": "ŷ", "Ÿ": "ÿ", "Ź": "ź", "Ż": "ż", "Ž": "ž", "Ɓ": "ɓ", "Ƃ": "ƃ", "Ƅ": "ƅ", "Ɔ": "ɔ", "Ƈ": "ƈ", "Ɖ": "ɖ", "Ɗ": "ɗ", "Ƌ": "ƌ", "Ǝ": "ǝ", "Ə": "ə", "Ɛ": "ɛ", "Ƒ": "ƒ", "Ɠ": "ɠ", "Ɣ": "ɣ", "Ɩ": "ɩ", "Ɨ": "ɨ", "Ƙ": "ƙ", "Ɯ": "ɯ", "Ɲ": "ɲ", "Ɵ": "ɵ", "Ơ": "ơ", "Ƣ": "ƣ", "Ƥ": "ƥ", "Ʀ": "ʀ", "Ƨ": "ƨ", "Ʃ": "ʃ", "Ƭ": "ƭ", "Ʈ": "ʈ", "Ư": "ư", "Ʊ": "ʊ", "Ʋ": "ʋ", "Ƴ": "ƴ", "Ƶ": "ƶ", "Ʒ": "ʒ", "Ƹ": "ƹ", "Ƽ": "ƽ", "Ǆ": "ǆ", "ǅ": "ǆ", "Ǉ": "ǉ", "ǈ": "ǉ", "Ǌ": "ǌ", "ǋ": "ǌ", "Ǎ": "ǎ", "Ǐ": "ǐ", "Ǒ": "ǒ", "Ǔ": "ǔ", "Ǖ": "ǖ", "Ǘ": "ǘ", "Ǚ": "ǚ", "Ǜ": "ǜ", "Ǟ": "ǟ", "Ǡ": "ǡ", "Ǣ": "ǣ", "Ǥ": "ǥ", "Ǧ": "ǧ", "Ǩ": "ǩ", "Ǫ": "ǫ", "Ǭ": "ǭ", "Ǯ": "ǯ", "Ǳ": "ǳ", "ǲ": "ǳ", "Ǵ": "ǵ", "Ƕ": "ƕ", "Ƿ": "ƿ", "Ǹ": "ǹ", "Ǻ": "ǻ", "Ǽ": "ǽ", "Ǿ": "ǿ", "Ȁ": "ȁ", "Ȃ": "ȃ", "Ȅ": "ȅ", "Ȇ": "ȇ", "Ȉ": "ȉ", "Ȋ": "ȋ", "Ȍ": "ȍ", "Ȏ": "ȏ", "Ȑ": "ȑ", "Ȓ": "ȓ", "Ȕ": "ȕ", "Ȗ": "ȗ", "Ș": "ș", "Ț": "ț", "Ȝ": "ȝ", "Ȟ": "ȟ", "Ƞ": "ƞ", "Ȣ": "ȣ", "Ȥ": "ȥ", "Ȧ": "ȧ", "Ȩ": "ȩ", "Ȫ": "ȫ", "Ȭ": "ȭ", "Ȯ": "ȯ", "Ȱ": "ȱ", "Ȳ": "ȳ", "Ⱥ": "ⱥ", "Ȼ": "ȼ", "Ƚ": "ƚ", "Ⱦ": "ⱦ", "Ɂ": "ɂ", "Ƀ": "ƀ", "Ʉ": "ʉ", "Ʌ": "ʌ", "Ɇ": "ɇ", "Ɉ": "ɉ", "Ɋ": "ɋ", "Ɍ": "ɍ", "Ɏ": "ɏ", "Ͱ": "ͱ", "Ͳ": "ͳ", "Ͷ": "ͷ", "Ϳ": "ϳ", "Ά": "ά", "Έ": "έ", "Ή": "ή", "Ί": "ί", "Ό": "ό", "Ύ": "ύ", "Ώ": "ώ", "Α": "α", "Β": "β", "Γ": "γ", "Δ": "δ", "Ε": "ε", "Ζ": "ζ", "Η": "η", "Θ": "θ", "Ι": "ι", "Κ": "κ", "Λ": "λ", "Μ": "μ", "Ν": "ν", "Ξ": "ξ", "Ο": "ο", "Π": "π", "Ρ": "ρ", "Σ": "σ", "Τ": "τ", "Υ": "υ", "Φ": "φ", "Χ": "χ", "Ψ": "ψ", "Ω": "ω", "Ϊ": "ϊ", "Ϋ": "ϋ", "Ϗ": "ϗ", "Ϙ": "ϙ", "Ϛ": "ϛ", "Ϝ": "ϝ", "Ϟ": "ϟ", "Ϡ": "ϡ", "Ϣ": "ϣ", "Ϥ": "ϥ", "Ϧ": "ϧ", "Ϩ": "ϩ", "Ϫ": "ϫ", "Ϭ": "ϭ", "Ϯ": "ϯ", "ϴ": "θ", "Ϸ": "ϸ", "Ϲ": "ϲ", "Ϻ": "ϻ", "Ͻ": "ͻ", "Ͼ": "ͼ", "Ͽ": "ͽ", "Ѐ": "ѐ", "Ё": "ё", "Ђ": "ђ", "Ѓ": "ѓ", "Є": "є", "Ѕ": "ѕ", "І": "і", "Ї": "ї", "Ј": "ј", "Љ": "љ", "Њ": "њ", "Ћ": "ћ", "Ќ": "ќ", "Ѝ": "ѝ", "Ў": "ў", "Џ": "џ", "А": "а", "Б": "б", "В": "в", "Г": "г", "Д": "д", "Е": "е", "Ж": "ж", "З": "з", "И": "и", "Й": "й", "К": "к", "Л": "л", "М": "м", "Н": "н", "О": "о", "П": "п", "Р": "р", "С": "с", "Т": "т", "У": "у", "Ф": "ф", "Х": "х", "Ц": "ц", "Ч": "ч", "Ш": "ш", "Щ": "щ", "Ъ": "ъ", "Ы": "ы", "Ь": "ь", "Э": "э", "Ю": "ю", "Я": "я", "Ѡ": "ѡ", "Ѣ": "ѣ", "Ѥ": "ѥ", "Ѧ": "ѧ", "Ѩ": "ѩ", "Ѫ": "ѫ", "Ѭ": "ѭ", "Ѯ": "ѯ", "Ѱ": "ѱ", "Ѳ": "ѳ", "Ѵ": "ѵ", "Ѷ": "ѷ", "Ѹ": "ѹ", "Ѻ": "ѻ", "Ѽ": "ѽ", "Ѿ": "ѿ", "Ҁ": "ҁ", "Ҋ": "ҋ", "Ҍ": "ҍ", "Ҏ": "ҏ", "Ґ": "ґ", "Ғ": "ғ", "Ҕ": "ҕ", "Җ": "җ", "Ҙ": "ҙ", "Қ": "қ", "Ҝ": "ҝ", "Ҟ": "ҟ", "Ҡ": "ҡ", "Ң": "ң", "Ҥ": "ҥ", "Ҧ": "ҧ", "Ҩ": "ҩ", "Ҫ": "ҫ", "Ҭ": "ҭ", "Ү": "ү", "Ұ": "ұ", "Ҳ": "ҳ", "Ҵ": "ҵ", "Ҷ": "ҷ", "Ҹ": "ҹ", "Һ": "һ", "Ҽ": "ҽ", "Ҿ": "ҿ", "Ӏ": "ӏ", "Ӂ": "ӂ", "Ӄ": "ӄ", "Ӆ": "ӆ", "Ӈ": "ӈ", "Ӊ": "ӊ", "Ӌ": "ӌ", "Ӎ": "ӎ", "Ӑ": "ӑ", "Ӓ": "ӓ", "Ӕ": "ӕ", "Ӗ": "ӗ", "Ә": "ә", "Ӛ": "ӛ", "Ӝ": "ӝ", "Ӟ": "ӟ", "Ӡ": "ӡ", "Ӣ": "ӣ", "Ӥ": "ӥ", "Ӧ": "ӧ", "Ө": "ө", "Ӫ": "ӫ", "Ӭ": "ӭ", "Ӯ": "ӯ", "Ӱ": "ӱ", "Ӳ": "ӳ", "Ӵ": "ӵ", "Ӷ": "ӷ", "Ӹ": "ӹ", "Ӻ": "ӻ", "Ӽ": "ӽ", "Ӿ": "ӿ", "Ԁ": "ԁ", "Ԃ": "ԃ", "Ԅ": "ԅ", "Ԇ": "ԇ", "Ԉ": "ԉ", "Ԋ": "ԋ", "Ԍ": "ԍ", "Ԏ": "ԏ", "Ԑ": "ԑ", "Ԓ": "ԓ", "Ԕ": "ԕ", "Ԗ": "ԗ", "Ԙ": "ԙ", "Ԛ": "ԛ", "Ԝ": "ԝ", "Ԟ": "ԟ", "Ԡ": "ԡ", "Ԣ": "ԣ", "Ԥ": "ԥ", "Ԧ": "ԧ", "Ԩ": "ԩ", "Ԫ": "ԫ", "Ԭ": "ԭ", "Ԯ": "ԯ", "Ա": "ա", "Բ": "բ", "Գ": "գ", "Դ": "դ", "Ե": "ե", "Զ": "զ", "Է": "է", "Ը": "ը", "Թ": "թ", "Ժ": "ժ", "Ի": "ի", "Լ": "լ", "Խ": "խ", "Ծ": "ծ", "Կ": "կ", "Հ": "հ", "Ձ": "ձ", "Ղ": "ղ", "Ճ": "ճ", "Մ": "մ", "Յ": "յ", "Ն": "ն", "Շ": "շ", "Ո": "ո", "Չ": "չ", "Պ": "պ", "Ջ": "ջ", "Ռ": "ռ", "Ս": "ս", "Վ": "վ", "Տ": "տ", "Ր": "ր", "Ց": "ց", "Ւ": "ւ", "Փ": "փ", "Ք": "ք", "Օ": "օ", "Ֆ": "ֆ", "Ⴀ": "ⴀ", "Ⴁ": "ⴁ", "Ⴂ": "ⴂ", "Ⴃ": "ⴃ", "Ⴄ": "ⴄ", "Ⴅ": "ⴅ", "Ⴆ": "ⴆ", "Ⴇ": "ⴇ", "Ⴈ": "ⴈ", "Ⴉ": "ⴉ", "Ⴊ": "ⴊ", "Ⴋ": "ⴋ", "Ⴌ": "ⴌ", "Ⴍ": "ⴍ", "Ⴎ": "ⴎ", "Ⴏ": "ⴏ", "Ⴐ": "ⴐ", "Ⴑ": "ⴑ", "Ⴒ": "ⴒ", "Ⴓ": "ⴓ", "Ⴔ": "ⴔ", "Ⴕ": "ⴕ", "Ⴖ": "ⴖ", "Ⴗ": "ⴗ", "Ⴘ": "ⴘ", "Ⴙ": "ⴙ", "Ⴚ": "ⴚ", "Ⴛ": "ⴛ", "Ⴜ": "ⴜ", "Ⴝ": "ⴝ", "Ⴞ": "ⴞ", "Ⴟ": "ⴟ", "Ⴠ": "ⴠ", "Ⴡ": "ⴡ", "Ⴢ": "ⴢ", "Ⴣ": "ⴣ", "Ⴤ": "ⴤ", "Ⴥ": "ⴥ", "Ⴧ": "ⴧ", "Ⴭ": "ⴭ", "Ꭰ": "ꭰ", "Ꭱ": "ꭱ", "Ꭲ": "ꭲ", "Ꭳ": "ꭳ", "Ꭴ": "ꭴ", "Ꭵ": "ꭵ", "Ꭶ": "ꭶ", "Ꭷ": "ꭷ", "Ꭸ": "ꭸ", "Ꭹ": "ꭹ", "Ꭺ": "ꭺ", "Ꭻ": "ꭻ", "Ꭼ": "ꭼ", "Ꭽ": "ꭽ", "Ꭾ": "ꭾ", "Ꭿ": "ꭿ", "Ꮀ": "ꮀ", "Ꮁ": "ꮁ", "Ꮂ": "ꮂ", "Ꮃ": "ꮃ", "Ꮄ": "ꮄ", "Ꮅ": "ꮅ", "Ꮆ": "ꮆ", "Ꮇ": "ꮇ", "Ꮈ": "ꮈ", "Ꮉ": "ꮉ", "Ꮊ": "ꮊ", "Ꮋ": "ꮋ", "Ꮌ": "ꮌ", "Ꮍ": "ꮍ", "Ꮎ": "ꮎ", "Ꮏ": "ꮏ", "Ꮐ": "ꮐ", "Ꮑ": "ꮑ", "Ꮒ": "ꮒ", "Ꮓ": "ꮓ", "Ꮔ": "ꮔ", "Ꮕ": "ꮕ", "Ꮖ": "ꮖ", "Ꮗ": "ꮗ", "Ꮘ": "ꮘ", "Ꮙ": "ꮙ", "Ꮚ": "ꮚ", "Ꮛ": "ꮛ", "Ꮜ": "ꮜ", "Ꮝ": "ꮝ", "Ꮞ": "ꮞ", "Ꮟ": "ꮟ", "Ꮠ": "ꮠ", "Ꮡ": "ꮡ", "Ꮢ": "ꮢ", "Ꮣ": "ꮣ", "Ꮤ": "ꮤ", "Ꮥ": "ꮥ", "Ꮦ": "ꮦ", "Ꮧ": "ꮧ", "Ꮨ": "ꮨ", "Ꮩ": "ꮩ", "Ꮪ": "ꮪ", "Ꮫ": "ꮫ", "Ꮬ": "ꮬ", "Ꮭ": "ꮭ", "Ꮮ": "ꮮ", "Ꮯ": "ꮯ", "Ꮰ": "ꮰ", "Ꮱ": "ꮱ", "Ꮲ": "ꮲ", "Ꮳ": "ꮳ", "Ꮴ": "ꮴ", "Ꮵ": "ꮵ", "Ꮶ": "ꮶ", "Ꮷ": "ꮷ", "Ꮸ": "ꮸ", "Ꮹ": "ꮹ", "Ꮺ": "ꮺ", "Ꮻ": "ꮻ", "Ꮼ": "ꮼ", "Ꮽ": "ꮽ", "Ꮾ": "ꮾ", "Ꮿ": "ꮿ", "Ᏸ": "ᏸ", "Ᏹ": "ᏹ", "Ᏺ": "ᏺ", "Ᏻ": "ᏻ", "Ᏼ": "ᏼ", "Ᏽ": "ᏽ", "Ა": "ა", "Ბ": "ბ", "Გ": "გ", "Დ": "დ", "Ე": "ე", "Ვ": "ვ", "Ზ": "ზ", "Თ": "თ", "Ი": "ი", "Კ": "კ", "Ლ": "ლ", "Მ": "მ", "Ნ": "ნ", "Ო": "ო", "Პ": "პ", "Ჟ": "ჟ", "Რ": "რ", "Ს": "ს", "Ტ": "ტ", "Უ": "უ", "Ფ": "ფ", "Ქ": "ქ", "Ღ": "ღ", "Ყ": "ყ", "Შ": "შ", "Ჩ": "ჩ", "Ც": "ც", "Ძ": "ძ", "Წ": "წ", "Ჭ": "ჭ", "Ხ": "ხ", "Ჯ": "ჯ", "Ჰ": "ჰ", "Ჱ": "ჱ", "Ჲ": "ჲ", "Ჳ": "ჳ", "Ჴ": "ჴ", "Ჵ": "ჵ", "Ჶ": "ჶ", "Ჷ": "ჷ", "Ჸ": "ჸ", "Ჹ": "ჹ", "Ჺ": "ჺ", "Ჽ": "ჽ", "Ჾ": "ჾ", "Ჿ": "ჿ", "Ḁ": "ḁ", "Ḃ": "ḃ", "Ḅ": "ḅ", "Ḇ": "ḇ", "Ḉ": "ḉ", "Ḋ": "ḋ", "Ḍ": "ḍ", "Ḏ": "ḏ", "Ḑ": "ḑ", "Ḓ": "ḓ", "Ḕ": "ḕ", "Ḗ": "ḗ", "Ḙ": "ḙ", "Ḛ": "ḛ", "Ḝ": "ḝ", "Ḟ": "ḟ", "Ḡ": "ḡ", "Ḣ": "ḣ", "Ḥ": "ḥ", "Ḧ": "ḧ", "Ḩ": "ḩ", "Ḫ": "ḫ", "Ḭ": "ḭ", "Ḯ": "ḯ", "Ḱ": "ḱ", "Ḳ": "ḳ", "Ḵ": "ḵ", "Ḷ": "ḷ", "Ḹ": "ḹ", "Ḻ": "ḻ", "Ḽ": "ḽ", "Ḿ": "ḿ", "Ṁ": "ṁ", "Ṃ": "ṃ", "Ṅ": "ṅ", "Ṇ": "ṇ", "Ṉ": "ṉ", "Ṋ": "ṋ", "Ṍ": "ṍ", "Ṏ": "ṏ", "Ṑ": "ṑ", "Ṓ": "ṓ", "Ṕ": "ṕ", "Ṗ": "ṗ", "Ṙ": "ṙ", "Ṛ": "ṛ", "Ṝ": "ṝ", "Ṟ": "ṟ", "Ṡ": "ṡ", "Ṣ": "ṣ", "Ṥ": "ṥ", "Ṧ": "ṧ", "Ṩ": "ṩ", "Ṫ": "ṫ", "Ṭ": "ṭ", "Ṯ": "ṯ", "Ṱ": "ṱ", "Ṳ": "ṳ", "Ṵ": "ṵ", "Ṷ": "ṷ", "Ṹ": "ṹ", "Ṻ": "ṻ", "Ṽ": "ṽ", "Ṿ": "ṿ", "Ẁ": "ẁ", "Ẃ": "ẃ", "Ẅ": "ẅ", "Ẇ": "ẇ", "Ẉ": "ẉ", "Ẋ": "ẋ", "Ẍ": "ẍ", "Ẏ": "ẏ", "Ẑ": "ẑ", "Ẓ": "ẓ", "Ẕ": "ẕ", "ẞ": "ß", "Ạ": "ạ", "Ả": "ả", "Ấ": "ấ", "Ầ": "ầ", "Ẩ": "ẩ", "Ẫ": "ẫ", "Ậ": "ậ", "Ắ": "ắ", "Ằ": "ằ", "Ẳ": "ẳ", "Ẵ": "ẵ", "Ặ": "ặ", "Ẹ": "ẹ", "Ẻ": "ẻ", "Ẽ": "ẽ", "Ế": "ế", "Ề": "ề", "Ể": "ể", "Ễ": "ễ", "Ệ": "ệ", "Ỉ": "ỉ", "Ị": "ị", "Ọ": "ọ", "Ỏ": "ỏ", "Ố": "ố", "Ồ": "ồ", "Ổ": "ổ", "Ỗ": "ỗ", "Ộ": "ộ", "Ớ": "ớ", "Ờ": "ờ", "Ở": "ở", "Ỡ": "ỡ", "Ợ": "ợ", "Ụ": "ụ", "Ủ": "ủ", "Ứ": "ứ", "Ừ": "ừ", "Ử": "ử", "Ữ": "ữ", "Ự": "ự", "Ỳ": "ỳ", "Ỵ": "ỵ", "Ỷ": "ỷ", "Ỹ": "ỹ", "Ỻ": "ỻ", "Ỽ": "ỽ", "Ỿ": "ỿ", "Ἀ": "ἀ", "Ἁ": "ἁ", "Ἂ": "ἂ", "Ἃ": "ἃ", "Ἄ": "ἄ", "Ἅ": "ἅ", "Ἆ": "ἆ", "Ἇ": "ἇ", "Ἐ": "ἐ", "Ἑ": "ἑ", "Ἒ": "ἒ", "Ἓ": "ἓ", "Ἔ": "ἔ", "Ἕ": "ἕ", "Ἠ": "ἠ", "Ἡ": "ἡ", "Ἢ": "ἢ", "Ἣ": "ἣ", "Ἤ": "ἤ", "Ἥ": "ἥ", "Ἦ": "ἦ", "Ἧ": "ἧ", "Ἰ": "ἰ", "Ἱ": "ἱ", "Ἲ": "ἲ", "Ἳ": "ἳ", "Ἴ": "ἴ", "Ἵ": "ἵ", "Ἶ": "ἶ", "Ἷ": "ἷ", "Ὀ": "ὀ", "Ὁ": "ὁ", "Ὂ": "ὂ", "Ὃ": "ὃ", "Ὄ": "ὄ", "Ὅ": "ὅ", "Ὑ": "ὑ", "Ὓ": "ὓ", "Ὕ": "ὕ", "Ὗ": "ὗ", "Ὠ": "ὠ", "Ὡ": "ὡ", "Ὢ": "ὢ", "Ὣ": "ὣ", "Ὤ": "ὤ", "Ὥ": "ὥ", "Ὦ": "ὦ", "Ὧ": "ὧ", "ᾈ": "ᾀ", "ᾉ": "ᾁ", "ᾊ": "ᾂ", "ᾋ": "ᾃ", "ᾌ": "ᾄ", "ᾍ": "ᾅ", "ᾎ": "ᾆ", "ᾏ": "ᾇ", "ᾘ": "ᾐ", "ᾙ": "ᾑ", "ᾚ": "ᾒ", "ᾛ": "ᾓ", "ᾜ": "ᾔ", "ᾝ": "ᾕ", "ᾞ": "ᾖ", "ᾟ": "ᾗ", "ᾨ": "ᾠ", "ᾩ": "ᾡ", "ᾪ": "ᾢ", "ᾫ": "ᾣ", "ᾬ": "ᾤ", "ᾭ": "ᾥ", "ᾮ": "ᾦ", "ᾯ": "ᾧ", "Ᾰ": "ᾰ", "Ᾱ": "ᾱ", "Ὰ": "ὰ", "Ά": "ά", "ᾼ": "ᾳ", "Ὲ": "ὲ", "Έ": "έ", "Ὴ": "ὴ", "Ή": "ή", "ῌ": "ῃ", "Ῐ": "ῐ", "Ῑ": "ῑ", "Ὶ": "ὶ", "Ί": "ί", "Ῠ": "ῠ", "Ῡ": "ῡ", "Ὺ": "ὺ", "Ύ": "ύ", "Ῥ": "ῥ", "Ὸ": "ὸ", "Ό": "ό", "Ὼ": "ὼ", "Ώ": "ώ", "ῼ": "ῳ", "Ω": "ω", "K": "k", "Å": "å", "Ⅎ": "ⅎ", "Ⅰ": "ⅰ", "Ⅱ": "ⅱ", "Ⅲ": "ⅲ", "Ⅳ": "ⅳ", "Ⅴ": "ⅴ", "Ⅵ": "ⅵ", "Ⅶ": "ⅶ", "Ⅷ": "ⅷ", "Ⅸ": "ⅸ", "Ⅹ": "ⅹ", "Ⅺ": "ⅺ", "Ⅻ": "ⅻ", "Ⅼ": "ⅼ", "Ⅽ": "ⅽ", "Ⅾ": "ⅾ", "Ⅿ": "ⅿ", "Ↄ": "ↄ", "Ⓐ": "ⓐ", "Ⓑ": "ⓑ", "Ⓒ": "ⓒ", "Ⓓ": "ⓓ", "Ⓔ": "ⓔ", "Ⓕ": "ⓕ", "Ⓖ": "ⓖ", "Ⓗ": "ⓗ", "Ⓘ": "ⓘ", "Ⓙ": "ⓙ", "Ⓚ": "ⓚ", "Ⓛ": "ⓛ", "Ⓜ": "ⓜ", "Ⓝ": "ⓝ", "Ⓞ": "ⓞ", "Ⓟ": "ⓟ", "Ⓠ": "ⓠ", "Ⓡ": "ⓡ", "Ⓢ": "ⓢ", "Ⓣ": "ⓣ", "Ⓤ": "ⓤ", "Ⓥ": "ⓥ", "Ⓦ": "ⓦ", "Ⓧ": "ⓧ", "Ⓨ": "ⓨ", "Ⓩ": "ⓩ", "Ⰰ": "ⰰ", "Ⰱ": "ⰱ", "Ⰲ": "ⰲ", "Ⰳ": "ⰳ", "Ⰴ": "ⰴ", "Ⰵ": "ⰵ", "Ⰶ": "ⰶ", "Ⰷ": "ⰷ", "Ⰸ": "ⰸ", "Ⰹ": "ⰹ", "Ⰺ": "ⰺ", "Ⰻ": "ⰻ", "Ⰼ": "ⰼ", "Ⰽ": "ⰽ", "Ⰾ": "ⰾ", "Ⰿ": "ⰿ", "Ⱀ": "ⱀ", "Ⱁ": "ⱁ", "Ⱂ": "ⱂ", "Ⱃ": "ⱃ", "Ⱄ": "ⱄ", "Ⱅ": "ⱅ", "Ⱆ": "ⱆ", "Ⱇ": "ⱇ", "Ⱈ": "ⱈ", "Ⱉ": "ⱉ", "Ⱊ": "ⱊ", "Ⱋ": "ⱋ", "Ⱌ": "ⱌ", "Ⱍ": "ⱍ", "Ⱎ": "ⱎ", "Ⱏ": "ⱏ", "Ⱐ": "ⱐ", "Ⱑ": "ⱑ", "Ⱒ": "ⱒ", "Ⱓ": "ⱓ", "Ⱔ": "ⱔ", "Ⱕ": "ⱕ", "Ⱖ": "ⱖ", "Ⱗ": "ⱗ", "Ⱘ": "ⱘ", "Ⱙ": "ⱙ", "Ⱚ": "ⱚ", "Ⱛ": "ⱛ", "Ⱜ": "ⱜ", "Ⱝ": "ⱝ", "Ⱞ": "ⱞ", "Ⱟ": "ⱟ", "Ⱡ": "ⱡ", "Ɫ": "ɫ", "Ᵽ": "ᵽ", "Ɽ": "ɽ", "Ⱨ": "ⱨ", "Ⱪ": "ⱪ", "Ⱬ": "ⱬ", "Ɑ": "ɑ", "Ɱ": "ɱ", "Ɐ": "ɐ", "Ɒ": "ɒ", "Ⱳ": "ⱳ", "Ⱶ": "ⱶ", "Ȿ": "ȿ", "Ɀ": "ɀ", "Ⲁ": "ⲁ", "Ⲃ": "ⲃ", "Ⲅ": "ⲅ", "Ⲇ": "ⲇ", "Ⲉ": "ⲉ", "Ⲋ": "ⲋ", "Ⲍ": "ⲍ", "Ⲏ": "ⲏ", "Ⲑ": "ⲑ", "Ⲓ": "ⲓ", "Ⲕ": "ⲕ", "Ⲗ": "ⲗ", "Ⲙ": "ⲙ", "Ⲛ": "ⲛ", "Ⲝ": "ⲝ", "Ⲟ": "ⲟ", "Ⲡ": "ⲡ", "Ⲣ": "ⲣ", "Ⲥ": "ⲥ", "Ⲧ": "ⲧ", "Ⲩ": "ⲩ", "Ⲫ": "ⲫ", "Ⲭ": "ⲭ", "Ⲯ": "ⲯ", "Ⲱ": "ⲱ", "Ⲳ": "ⲳ", "Ⲵ": "ⲵ", "Ⲷ": "ⲷ", "Ⲹ": "ⲹ", "Ⲻ": "ⲻ", "Ⲽ": "ⲽ", "Ⲿ": "ⲿ", "Ⳁ": "ⳁ", "Ⳃ": "ⳃ", "Ⳅ": "ⳅ", "Ⳇ": "ⳇ", "Ⳉ": "ⳉ", "Ⳋ": "ⳋ", "Ⳍ": "ⳍ", "Ⳏ": "ⳏ", "Ⳑ": "ⳑ", "Ⳓ": "ⳓ", "Ⳕ": "ⳕ", "Ⳗ": "ⳗ", "Ⳙ": "ⳙ", "Ⳛ": "ⳛ", "Ⳝ": "ⳝ", "Ⳟ": "ⳟ", "Ⳡ": "ⳡ", "Ⳣ": "ⳣ", "Ⳬ": "ⳬ", "Ⳮ": "ⳮ", "Ⳳ": "ⳳ", "Ꙁ": "ꙁ", "Ꙃ": "ꙃ", "Ꙅ": "ꙅ", "Ꙇ": "ꙇ", "Ꙉ": "ꙉ", "Ꙋ": "ꙋ", "Ꙍ": "ꙍ", "Ꙏ": "ꙏ", "Ꙑ": "ꙑ", "Ꙓ": "ꙓ", "Ꙕ": "ꙕ", "Ꙗ": "ꙗ", "Ꙙ": "ꙙ", "Ꙛ": "ꙛ", "Ꙝ": "ꙝ", "Ꙟ": "ꙟ", "Ꙡ": "ꙡ", "Ꙣ": "ꙣ", "Ꙥ": "ꙥ", "Ꙧ": "ꙧ", "Ꙩ": "ꙩ", "Ꙫ": "ꙫ", "Ꙭ": "ꙭ", "Ꚁ": "ꚁ", "Ꚃ": "ꚃ", "Ꚅ": "ꚅ", "Ꚇ": "ꚇ", "Ꚉ": "ꚉ", "Ꚋ": "ꚋ", "Ꚍ": "ꚍ", "Ꚏ": "ꚏ", "Ꚑ": "ꚑ", "Ꚓ": "ꚓ", "Ꚕ": "ꚕ", "Ꚗ": "ꚗ", "Ꚙ": "ꚙ", "Ꚛ": "ꚛ", "Ꜣ": "ꜣ", "Ꜥ": "ꜥ", "Ꜧ": "ꜧ", "Ꜩ": "ꜩ", "Ꜫ": "ꜫ", "Ꜭ": "ꜭ", "Ꜯ": "ꜯ", "Ꜳ": "ꜳ", "Ꜵ": "ꜵ", "Ꜷ": "ꜷ", "Ꜹ": "ꜹ", "Ꜻ": "ꜻ", "Ꜽ": "ꜽ", "Ꜿ": "ꜿ", "Ꝁ": "ꝁ", "Ꝃ": "ꝃ", "Ꝅ": "ꝅ", "Ꝇ": "ꝇ", "Ꝉ": "ꝉ", "Ꝋ": "ꝋ", "Ꝍ": "ꝍ", "Ꝏ": "ꝏ", "Ꝑ": "ꝑ", "Ꝓ": "ꝓ", "Ꝕ": "ꝕ", "Ꝗ": "ꝗ", "Ꝙ": "ꝙ", "Ꝛ": "ꝛ", "Ꝝ": "ꝝ", "Ꝟ": "ꝟ", "Ꝡ": "ꝡ", "Ꝣ": "ꝣ", "Ꝥ": "ꝥ", "Ꝧ": "ꝧ", "Ꝩ": "ꝩ", "Ꝫ": "ꝫ", "Ꝭ": "ꝭ", "Ꝯ": "ꝯ", "Ꝺ": "ꝺ", "Ꝼ": "ꝼ", "Ᵹ": "ᵹ", "Ꝿ": "ꝿ", "Ꞁ": "ꞁ", "Ꞃ": "ꞃ", "Ꞅ": "ꞅ", "Ꞇ": "ꞇ", "Ꞌ": "ꞌ", "Ɥ": "ɥ", "Ꞑ": "ꞑ", "Ꞓ": "ꞓ", "Ꞗ": "ꞗ", "Ꞙ": "ꞙ", "Ꞛ": "ꞛ", "Ꞝ": "ꞝ", "Ꞟ": "ꞟ", "Ꞡ": "ꞡ", "Ꞣ": "ꞣ", "Ꞥ": "ꞥ", "Ꞧ": "ꞧ", "Ꞩ": "ꞩ", "Ɦ": "ɦ", "Ɜ": "ɜ", "Ɡ": "ɡ", "Ɬ": "ɬ", "Ɪ": "ɪ", "Ʞ": "ʞ", "Ʇ": "ʇ", "Ʝ": "ʝ", "Ꭓ": "ꭓ", "Ꞵ": "ꞵ", "Ꞷ": "ꞷ", "Ꞹ": "ꞹ", "Ꞻ": "ꞻ", "Ꞽ": "ꞽ", "Ꞿ": "ꞿ", "Ꟁ": "ꟁ", "Ꟃ": "ꟃ", "Ꞔ": "ꞔ", "Ʂ": "ʂ", "Ᶎ": "ᶎ", "Ꟈ": "ꟈ", "Ꟊ": "ꟊ", "Ꟑ": "ꟑ", "Ꟗ": "ꟗ", "Ꟙ": "ꟙ", "Ꟶ": "ꟶ", "Ａ": "ａ", "Ｂ": "ｂ", "Ｃ": "ｃ", "Ｄ": "ｄ", "Ｅ": "ｅ", "Ｆ": "ｆ", "Ｇ": "ｇ", "Ｈ": "ｈ", "Ｉ": "ｉ", "Ｊ": "ｊ", "Ｋ": "ｋ", "Ｌ": "ｌ", "Ｍ": "ｍ", "Ｎ": "ｎ", "Ｏ": "ｏ", "Ｐ": "ｐ", "Ｑ": "ｑ", "Ｒ": "ｒ", "Ｓ": "ｓ", "Ｔ": "ｔ", "Ｕ": "ｕ", "Ｖ": "ｖ", "Ｗ": "ｗ", "Ｘ": "ｘ", "Ｙ": "ｙ", "Ｚ": "ｚ", "𐐀": "𐐨", "𐐁": "𐐩", "𐐂": "𐐪", "𐐃": "𐐫", "𐐄": "𐐬", "𐐅": "𐐭", "𐐆": "𐐮", "𐐇": "𐐯", "𐐈": "𐐰", "𐐉": "𐐱", "𐐊": "𐐲", "𐐋": "𐐳", "𐐌": "𐐴", "𐐍": "𐐵", "𐐎": "𐐶", "𐐏": "𐐷", "𐐐": "𐐸", "𐐑": "𐐹", "𐐒": "𐐺", "𐐓": "𐐻", "𐐔": "𐐼", "𐐕": "𐐽", "𐐖": "𐐾", "𐐗": "𐐿", "𐐘": "𐑀", "𐐙": "𐑁", "𐐚": "𐑂", "𐐛": "𐑃", "𐐜": "𐑄", "𐐝": "𐑅", "𐐞": "𐑆", "𐐟": "𐑇", "𐐠": "𐑈", "𐐡": "𐑉", "𐐢": "𐑊", "𐐣": "𐑋", "𐐤": "𐑌", "𐐥": "𐑍", "𐐦": "𐑎", "𐐧": "𐑏", "𐒰": "𐓘", "𐒱": "𐓙", "𐒲": "𐓚", "𐒳": "𐓛", "𐒴": "𐓜", "𐒵": "𐓝", "𐒶": "𐓞", "𐒷": "𐓟", "𐒸": "𐓠", "𐒹": "𐓡", "𐒺": "𐓢", "𐒻": "𐓣", "𐒼": "𐓤", "𐒽": "𐓥", "𐒾": "𐓦", "𐒿": "𐓧", "𐓀": "𐓨", "𐓁": "𐓩", "𐓂": "𐓪", "𐓃": "𐓫", "𐓄": "𐓬", "𐓅": "𐓭", "𐓆": "𐓮", "𐓇": "𐓯", "𐓈": "𐓰", "𐓉": "𐓱", "𐓊": "𐓲", "𐓋": "𐓳", "𐓌": "𐓴", "𐓍": "𐓵", "𐓎": "𐓶", "𐓏": "𐓷", "𐓐": "𐓸", "𐓑": "𐓹", "𐓒": "𐓺", "𐓓": "𐓻", "𐕰": "𐖗", "𐕱": "𐖘", "𐕲": "𐖙", "𐕳": "𐖚", "𐕴": "𐖛", "𐕵": "𐖜", "𐕶": "𐖝", "𐕷": "𐖞", "𐕸": "𐖟", "𐕹": "𐖠", "𐕺": "𐖡", "𐕼": "𐖣", "𐕽": "𐖤", "𐕾": "𐖥", "𐕿": "𐖦", "𐖀": "𐖧", "𐖁": "𐖨", "𐖂": "𐖩", "𐖃": "𐖪", "𐖄": "𐖫", "𐖅": "𐖬", "𐖆": "𐖭", "𐖇": "𐖮", "𐖈": "𐖯", "𐖉": "𐖰", "𐖊": "𐖱", "𐖌": "𐖳", "𐖍": "𐖴", "𐖎": "𐖵", "𐖏": "𐖶", "𐖐": "𐖷", "𐖑": "𐖸", "𐖒": "𐖹", "𐖔": "𐖻", "𐖕": "𐖼", "𐲀": "𐳀", "𐲁": "𐳁", "𐲂": "𐳂", "𐲃": "𐳃", "𐲄": "𐳄", "𐲅": "𐳅", "𐲆": "𐳆", "𐲇": "𐳇", "𐲈": "𐳈", "𐲉": "𐳉", "𐲊": "𐳊", "𐲋": "𐳋", "𐲌": "𐳌", "𐲍": "𐳍", "𐲎": "𐳎", "𐲏": "𐳏", "𐲐": "𐳐", "𐲑": "𐳑", "𐲒": "𐳒", "𐲓": "𐳓", "𐲔": "𐳔", "𐲕": "𐳕", "𐲖": "𐳖", "𐲗": "𐳗", "𐲘": "𐳘", "𐲙": "𐳙", "𐲚": "𐳚", "𐲛": "𐳛", "𐲜": "𐳜", "𐲝": "𐳝", "𐲞": "𐳞", "𐲟": "𐳟", "𐲠": "𐳠", "𐲡": "𐳡", "𐲢": "𐳢", "𐲣": "𐳣", "𐲤": "𐳤", "𐲥": "𐳥", "𐲦": "𐳦", "𐲧": "𐳧", "𐲨": "𐳨", "𐲩": "𐳩", "𐲪": "𐳪", "𐲫": "𐳫", "𐲬": "𐳬", "𐲭": "𐳭", "𐲮": "𐳮", "𐲯": "𐳯", "𐲰": "𐳰", "𐲱": "𐳱", "𐲲": "𐳲", "𑢠": "𑣀", "𑢡": "𑣁", "𑢢": "𑣂", "𑢣": "𑣃", "𑢤": "𑣄", "𑢥": "𑣅", "𑢦": "𑣆", "𑢧": "𑣇", "𑢨": "𑣈", "𑢩": "𑣉", "𑢪": "𑣊", "𑢫": "𑣋", "𑢬": "𑣌", "𑢭": "𑣍", "𑢮": "𑣎", "𑢯": "𑣏", "𑢰": "𑣐", "𑢱": "𑣑", "𑢲": "𑣒", "𑢳": "𑣓", "𑢴": "𑣔", "𑢵": "𑣕", "𑢶": "𑣖", "𑢷": "𑣗", "𑢸": "𑣘", "𑢹": "𑣙", "𑢺": "𑣚", "𑢻": "𑣛", "𑢼": "𑣜", "𑢽": "𑣝", "𑢾": "𑣞", "𑢿": "𑣟", "𖹀": "𖹠", "𖹁": "𖹡", "𖹂": "𖹢", "𖹃": "𖹣", "𖹄": "𖹤", "𖹅": "𖹥", "𖹆": "𖹦", "𖹇": "𖹧", "𖹈": "𖹨", "𖹉": "𖹩", "𖹊": "𖹪", "𖹋": "𖹫", "𖹌": "𖹬", "𖹍": "𖹭", "𖹎": "𖹮", "𖹏": "𖹯", "𖹐": "𖹰", "𖹑": "𖹱", "𖹒": "𖹲", "𖹓": "𖹳", "𖹔": "𖹴", "𖹕": "𖹵", "𖹖": "𖹶", "𖹗": "𖹷", "𖹘": "𖹸", "𖹙": "𖹹", "𖹚": "𖹺", "𖹛": "𖹻", "𖹜": "𖹼", "𖹝": "𖹽", "𖹞": "𖹾", "𖹟": "𖹿", "𞤀": "𞤢", "𞤁": "𞤣", "𞤂": "𞤤", "𞤃": "𞤥", "𞤄": "𞤦", "𞤅": "𞤧", "𞤆": "𞤨", "𞤇": "𞤩", "𞤈": "𞤪", "𞤉": "𞤫", "𞤊": "𞤬", "𞤋": "𞤭", "𞤌": "𞤮", "𞤍": "𞤯", "𞤎": "𞤰", "𞤏": "𞤱", "𞤐": "𞤲", "𞤑": "𞤳", "𞤒": "𞤴", "𞤓": "𞤵", "𞤔": "𞤶", "𞤕": "𞤷", "𞤖": "𞤸", "𞤗": "𞤹", "𞤘": "𞤺", "𞤙": "𞤻", "𞤚": "𞤼", "𞤛": "𞤽", "𞤜": "𞤾", "𞤝": "𞤿", "𞤞": "𞥀", "𞤟": "𞥁", "𞤠": "𞥂", "𞤡": "𞥃"}'::jsonb;


REVOKE ALL ON FUNCTION henk.small_letters() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.small_letters() TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.small_letters_class() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '[\u00c0-\u00d6\u00d8-\u00de\u0100\u0102\u0104\u0106\u0108\u010a\u010c\u010e\u0110\u0112\u0114\u0116\u0118\u011a\u011c\u011e\u0120\u0122\u0124\u0126\u0128\u012a\u012c\u012e\u0130\u0132\u0134\u0136\u0139\u013b\u013d\u013f\u0141\u0143\u0145\u0147\u014a\u014c\u014e\u0150\u0152\u0154\u0156\u0158\u015a\u015c\u015e\u0160\u0162\u0164\u0166\u0168\u016a\u016c\u016e\u0170\u0172\u0174\u0176\u0178-\u0179\u017b\u017d\u0181-\u0182\u0184\u0186-\u0187\u0189-\u018b\u018e-\u0191\u0193-\u0194\u0196-\u0198\u019c-\u019d\u019f-\u01a0\u01a2\u01a4\u01a6-\u01a7\u01a9\u01ac\u01ae-\u01af\u01b1-\u01b3\u01b5\u01b7-\u01b8\u01bc\u01c4-\u01c5\u01c7-\u01c8\u01ca-\u01cb\u01cd\u01cf\u01d1\u01d3\u01d5\u01d7\u01d9\u01db\u01de\u01e0\u01e2\u01e4\u01e6\u01e8\u01ea\u01ec\u01ee\u01f1-\u01f2\u01f4\u01f6-\u01f8\u01fa\u01fc\u01fe\u0200\u0202\u0204\u0206\u0208\u020a\u020c\u020e\u0210\u0212\u0214\u0216\u0218\u021a\u021c\u021e\u0220\u0222\u0224\u0226\u0228\u022a\u022c\u022e\u0230\u0232\u023a-\u023b\u023d-\u023e\u0241\u0243-\u0246\u0248\u024a\u024c\u024e\u0370\u0372\u0376\u037f\u0386\u0388-\u038a\u038c\u038e-\u038f\u0391-\u03a1\u03a3-\u03ab\u03cf\u03d8\u03da\u03dc\u03de\u03e0\u03e2\u03e4\u03e6\u03e8\u03ea\u03ec\u03ee\u03f4\u03f7\u03f9-\u03fa\u03fd-\u042f\u0460\u0462\u0464\u0466\u0468\u046a\u046c\u046e\u0470\u0472\u0474\u0476\u0478\u047a\u047c\u047e\u0480\u048a\u048c\u048e\u0490\u0492\u0494\u0496\u0498\u049a\u049c\u049e\u04a0\u04a2\u04a4\u04a6\u04a8\u04aa\u04ac\u04ae\u04b0\u04b2\u04b4\u04b6\u04b8\u04ba\u04bc\u04be\u04c0-\u04c1\u04c3\u04c5\u04c7\u04c9\u04cb\u04cd\u04d0\u04d2\u04d4\u04d6\u04d8\u04da\u04dc\u04de\u04e0\u04e2\u04e4\u04e6\u04e8\u04ea\u04ec\u04ee\u04f0\u04f2\u04f4\u04f6\u04f8\u04fa\u04fc\u04fe\u0500\u0502\u0504\u0506\u0508\u050a\u050c\u050e\u0510\u0512\u0514\u0516\u0518\u051a\u051c\u051e\u0520\u0522\u0524\u0526\u0528\u052a\u052c\u052e\u0531-\u0556\u10a0-\u10c5\u10c7\u10cd\u13a0-\u13f5\u1c90-\u1cba\u1cbd-\u1cbf\u1e00\u1e02\u1e04\u1e06\u1e08\u1e0a\u1e0c\u1e0e\u1e10\u1e12\u1e14\u1e16\u1e18\u1e1a\u1e1c\u1e1e\u1e20\u1e22\u1e24\u1e26\u1e28\u1e2a\u1e2c\u1e2e\u1e30\u1e32\u1e34\u1e36\u1e38\u1e3a\u1e3c\u1e3e\u1e40\u1e42\u1e44\u1e46\u1e48\u1e4a\u1e4c\u1e4e\u1e50\u1e52\u1e54\u1e56\u1e58\u1e5a\u1e5c\u1e5e\u1e60\u1e62\u1e64\u1e66\u1e68\u1e6a\u1e6c\u1e6e\u1e70\u1e72\u1e74\u1e76\u1e78\u1e7a\u1e7c\u1e7e\u1e80\u1e82\u1e84\u1e86\u1e88\u1e8a\u1e8c\u1e8e\u1e90\u1e92\u1e94\u1e9e\u1ea0\u1ea2\u1ea4\u1ea6\u1ea8\u1eaa\u1eac\u1eae\u1eb0\u1eb2\u1eb4\u1eb6\u1eb8\u1eba\u1ebc\u1ebe\u1ec0\u1ec2\u1ec4\u1ec6\u1ec8\u1eca\u1ecc\u1ece\u1ed0\u1ed2\u1ed4\u1ed6\u1ed8\u1eda\u1edc\u1ede\u1ee0\u1ee2\u1ee4\u1ee6\u1ee8\u1eea\u1eec\u1eee\u1ef0\u1ef2\u1ef4\u1ef6\u1ef8\u1efa\u1efc\u1efe\u1f08-\u1f0f\u1f18-\u1f1d\u1f28-\u1f2f\u1f38-\u1f3f\u1f48-\u1f4d\u1f59\u1f5b\u1f5d\u1f5f\u1f68-\u1f6f\u1f88-\u1f8f\u1f98-\u1f9f\u1fa8-\u1faf\u1fb8-\u1fbc\u1fc8-\u1fcc\u1fd8-\u1fdb\u1fe8-\u1fec\u1ff8-\u1ffc\u2126\u212a-\u212b\u2132\u2160-\u216f\u2183\u24b6-\u24cf\u2c00-\u2c2f\u2c60\u2c62-\u2c64\u2c67\u2c69\u2c6b\u2c6d-\u2c70\u2c72\u2c75\u2c7e-\u2c80\u2c82\u2c84\u2c86\u2c88\u2c8a\u2c8c\u2c8e\u2c90\u2c92\u2c94\u2c96\u2c98\u2c9a\u2c9c\u2c9e\u2ca0\u2ca2\u2ca4\u2ca6\u2ca8\u2caa\u2cac\u2cae\u2cb0\u2cb2\u2cb4\u2cb6\u2cb8\u2cba\u2cbc\u2cbe\u2cc0\u2cc2\u2cc4\u2cc6\u2cc8\u2cca\u2ccc\u2cce\u2cd0\u2cd2\u2cd4\u2cd6\u2cd8\u2cda\u2cdc\u2cde\u2ce0\u2ce2\u2ceb\u2ced\u2cf2\ua640\ua642\ua644\ua646\ua648\ua64a\ua64c\ua64e\ua650\ua652\ua654\ua656\ua658\ua65a\ua65c\ua65e\ua660\ua662\ua664\ua666\ua668\ua66a\ua66c\ua680\ua682\ua684\ua686\ua688\ua68a\ua68c\ua68e\ua690\ua692\ua694\ua696\ua698\ua69a\ua722\ua724\ua726\ua728\ua72a\ua72c\ua72e\ua732\ua734\ua736\ua738\ua73a\ua73c\ua73e\ua740\ua742\ua744\ua746\ua748\ua74a\ua74c\ua74e\ua750\ua752\ua754\ua756\ua758\ua75a\ua75c\ua75e\ua760\ua762\ua764\ua766\ua768\ua76a\ua76c\ua76e\ua779\ua77b\ua77d-\ua77e\ua780\ua782\ua784\ua786\ua78b\ua78d\ua790\ua792\ua796\ua798\ua79a\ua79c\ua79e\ua7a0\ua7a2\ua7a4\ua7a6\ua7a8\ua7aa-\ua7ae\ua7b0-\ua7b4\ua7b6\ua7b8\ua7ba\ua7bc\ua7be\ua7c0\ua7c2\ua7c4-\ua7c7\ua7c9\ua7d0\ua7d6\ua7d8\ua7f5\uff21-\uff3a\U00010400-\U00010427\U000104b0-\U000104d3\U00010570-\U0001057a\U0001057c-\U0001058a\U0001058c-\U00010592\U00010594-\U00010595\U00010c80-\U00010cb2\U000118a0-\U000118bf\U00016e40-\U00016e5f\U0001e900-\U0001e921]'::text;


REVOKE ALL ON FUNCTION henk.small_letters_class() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.small_letters_class() TO service_role;


REVOKE ALL ON FUNCTION henk.source_key(p_business_id uuid, p_source text, p_source_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.source_key(p_business_id uuid, p_source text, p_source_id text) TO service_role;


-- What a lead was known by finds it after a merge, too: also the source id of the lead that is gone.
-- Migrations: 0032.
CREATE FUNCTION henk.source_key(p_business_id uuid, p_source text, p_source_id text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN hashtextextended(((((('s'::text || length(p_source)) || ':'::text) || p_source) || ':'::text) || p_source_id), hashtextextended((p_business_id)::text, (0)::bigint));


-- Whether a cell of a rejected row says one of these contacts. Phones are compared by their last nine digits: the cell is as somebody typed.
-- Migrations: 0011, 0032.
CREATE FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT EXISTS (
        SELECT FROM jsonb_path_query(p_row, '$.** ? (@.type() == "string")') cell
        WHERE strpos(henk.lowered(cell #>> '{}'), p_email) > 0
            OR right(regexp_replace(cell #>> '{}', '[^0-9]', '', 'g'), 9) = ANY (
                SELECT right(p, 9) FROM unnest(p_phones) p WHERE length(p) >= 9))
$_$;


REVOKE ALL ON FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) TO service_role;


REVOKE ALL ON FUNCTION henk.spelled_alike(p_one text, p_other text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.spelled_alike(p_one text, p_other text) TO service_role;


-- Whether two folded names are spellings of one; null where one is missing: henk_pipeline.leads.spellings.spelled_alike.
-- Migrations: 0047.
CREATE FUNCTION henk.spelled_alike(p_one text, p_other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((LEAST(length(p_one), length(p_other)) >= 4) AND (NOT starts_with(p_one, p_other)) AND (NOT starts_with(p_other, p_one)) AND (henk.heard(p_one) = henk.heard(p_other)));


REVOKE ALL ON FUNCTION henk.status_rank(p_status text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.status_rank(p_status text) TO service_role;


-- How far a call has come; an opt-out outweighs everything.
-- Migrations: 0011.
CREATE FUNCTION henk.status_rank(p_status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_position(ARRAY['new'::text, 'queued'::text, 'calling'::text, 'failed'::text, 'contacted'::text, 'converted'::text, 'dnc'::text], p_status);


-- Who writes a row need not think of updated_at; who sets it, as an import does, is left alone.
-- Migrations: 0005.
CREATE FUNCTION henk.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.touch_updated_at() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.touch_updated_at() TO service_role;


REVOKE ALL ON FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    removed integer;
BEGIN
    PERFORM henk.require_record(p_campaign_id, (SELECT c.id FROM public.campaigns c WHERE c.id = p_campaign_id FOR NO KEY UPDATE), 'campaign'),
        henk.require_record(p_lead_list_id, (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id), 'lead list');
    UPDATE public.campaign_lead_lists SET is_active = false, completed_at = now()
    WHERE campaign_id = p_campaign_id AND lead_list_id = p_lead_list_id AND (is_active OR completed_at IS NULL);
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = p_campaign_id AND cl.lead_list_id = p_lead_list_id AND henk.is_untouched(cl);
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id AND a.total_leads = 0;
    RETURN removed;
END
$$;


REVOKE ALL ON FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[]) TO service_role;


-- The comparisons of criteria with a number or a time that cannot compare a custom field of some leads, for their text is neither ("$1,500",
-- "soon"): such a lead is not found by them. Gives: the custom field, what it is compared with (number or date), how many leads, and a text.
-- Migrations: 0033.
CREATE FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[] DEFAULT NULL::uuid[]) RETURNS TABLE(custom_field text, compared_with text, leads bigint, example text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    compared record;
BEGIN
    PERFORM henk.compile_filter(p_criteria);
    FOR compared IN
        SELECT DISTINCT c.criterion ->> 'custom_field' AS name, CASE WHEN jsonb_typeof(c.criterion -> 'value') = 'number'
            OR c.criterion ->> 'op' = 'in' THEN 'number' ELSE 'date' END AS kind
        FROM jsonb_path_query(p_criteria, 'strict $.** ? (@.type() == "object" && exists (@.custom_field) && exists (@.op))') AS c (criterion)
        WHERE jsonb_typeof(c.criterion -> 'value') = 'number' OR c.criterion ->> 'op' IN ('<', '<=', '>', '>=')
            OR (c.criterion ->> 'op' = 'in' AND NOT c.criterion @? '$.value[*] ? (@.type() == "string")')
    LOOP
        RETURN QUERY SELECT compared.name, compared.kind, count(*), min(l.custom_fields ->> compared.name) FROM public.leads l
        WHERE l.business_id = p_business_id AND (p_lead_ids IS NULL OR l.id = ANY (p_lead_ids))
            AND l.custom_fields ->> compared.name !~ CASE compared.kind WHEN 'number' THEN '^-?[0-9]{1,30}([.][0-9]{1,30})?$'
                ELSE '^[0-9]{4}-[0-9]{2}-[0-9]{2}' END
        HAVING count(*) > 0;
    END LOOP;
END
$_$;


REVOKE ALL ON FUNCTION henk.undo_import(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.undo_import(p_import_id uuid) TO service_role;


-- Migrations: 0011, 0034.
CREATE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET client_min_messages TO 'warning'
    AS $$
DECLARE
    import record;
    report jsonb;
    members integer;
    campaign_leads integer;
    assignments integer;
    deleted integer;
    back record;
    lists integer;
BEGIN
    SELECT i.id, i.business_id INTO import FROM public.lead_imports i WHERE i.id = p_import_id;
    PERFORM henk.require_record(p_import_id, import.id, 'import');
    PERFORM henk.lock_business(import.business_id);
    SELECT i.* INTO import FROM public.lead_imports i WHERE i.id = p_import_id FOR UPDATE;
    IF import.status = 'running' THEN
        RAISE EXCEPTION 'The import % of "%" has not finished. Undo it when it has; one whose process died has loaded nothing.',
            p_import_id, import.file_name USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    PERFORM henk.find_undoable(p_import_id);
    PERFORM henk.hand_over(p_import_id);

    DELETE FROM public.lead_list_members m USING pg_temp.henk_undo u
    WHERE m.lead_id = u.lead_id AND m.import_id = p_import_id AND NOT u.worked_on;
    GET DIAGNOSTICS members = ROW_COUNT;
    -- A lead that another list of the campaign holds stays in it by that list, which other imports or people assigned; others leave it, but for
    -- those that have been worked on.
    UPDATE public.campaign_leads cl SET lead_list_id = other.lead_list_id, import_id = other.import_id
    FROM (
        SELECT DISTINCT ON (c.id) c.id, a.lead_list_id, a.import_id FROM public.campaign_leads c
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.is_active
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN pg_temp.henk_undo u ON u.lead_id = c.lead_id
        WHERE c.campaign_id = ANY (import.campaign_ids) AND c.import_id = p_import_id AND NOT coalesce(u.worked_on, NOT henk.is_untouched(c))
            AND a.import_id IS DISTINCT FROM p_import_id ORDER BY c.id, a.priority, a.assigned_at, a.id) other
    WHERE other.id = cl.id;
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND NOT u.worked_on AND (cl.import_id = p_import_id
        OR (cl.import_id IS NOT NULL AND henk.is_untouched(cl) AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a
            JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id WHERE a.campaign_id = cl.campaign_id AND m.lead_id = cl.lead_id)));
    GET DIAGNOSTICS campaign_leads = ROW_COUNT;
    -- Leads of the list that were there before the import, but came into the campaign by its assignment.
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = ANY (import.campaign_ids) AND cl.import_id = p_import_id AND henk.is_untouched(cl)
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = cl.lead_id);
    GET DIAGNOSTICS assignments = ROW_COUNT;
    campaign_leads := campaign_leads + assignments;
    PERFORM henk.attribute_anew(p_import_id);
    DELETE FROM public.campaign_lead_lists a
    WHERE a.campaign_id = ANY (import.campaign_ids) AND a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));
    GET DIAGNOSTICS assignments = ROW_COUNT;
    -- Now that nothing of the import is left with them: which of its leads something else uses.
    UPDATE pg_temp.henk_undo SET is_asked = inserted AND reason IS NULL;
    PERFORM henk.note_uses(p_import_id);
    SELECT * INTO back FROM henk.restore_values(p_import_id);
    DELETE FROM public.leads l USING pg_temp.henk_undo u WHERE l.id = u.lead_id AND u.inserted AND u.reason IS NULL;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    deleted := deleted + henk.delete_orphans(p_import_id)
        + (SELECT count(DISTINCT r.line_number) FROM public.lead_import_rows r
            WHERE r.import_id = p_import_id AND r.deleted_with IS NOT NULL AND NOT r.taken_back);
    DELETE FROM public.lead_lists ll
    WHERE ll.business_id = import.business_id AND ll.source = 'csv_import' AND ll.source_id = p_import_id::text AND ll.lead_count = 0
        AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a WHERE a.lead_list_id = ll.id)
        AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.lead_list_id = ll.id AND i.id <> p_import_id AND i.status <> 'undone');
    GET DIAGNOSTICS lists = ROW_COUNT;

    UPDATE public.lead_import_rows r SET taken_back = true
    WHERE r.import_id = p_import_id AND NOT r.taken_back
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = r.lead_id AND u.reason IS NOT NULL);
    SELECT jsonb_build_object(
        'import_id', p_import_id, 'file_name', import.file_name, 'leads_deleted', deleted, 'leads_restored', back.leads,
        'values_restored', back.restored, 'values_changed_since', back.changed_since, 'members_removed', members,
        'campaign_leads_removed', campaign_leads, 'assignments_removed', assignments, 'lists_deleted', lists,
        'leads_kept', count(*) FILTER (WHERE u.reason IS NOT NULL),
        'kept', coalesce((SELECT jsonb_agg(jsonb_build_object('line', k.line_number, 'lead_id', k.lead_id, 'reason', k.reason,
            'stays', CASE WHEN k.worked_on THEN 'everything' ELSE 'the lead' END)
            ORDER BY k.line_number) FROM (SELECT * FROM pg_temp.henk_undo k WHERE k.reason IS NOT NULL ORDER BY k.line_number LIMIT 1000) k), '[]'))
    INTO report FROM pg_temp.henk_undo u;
    UPDATE public.lead_imports SET status = 'undone', undo_report = report WHERE id = p_import_id;
    DROP TABLE pg_temp.henk_undo;
    RETURN report;
END
$$;


REVOKE ALL ON FUNCTION henk.unmerge(p_merge_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unmerge(p_merge_id uuid) TO service_role;


-- Migrations: 0015, 0034.
CREATE FUNCTION henk.unmerge(p_merge_id uuid) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
    merge public.lead_merges;
    addresses text[];
    kept jsonb;
    dropped jsonb;
    was jsonb;
    after jsonb;
    columns text;
    reference record;
    key name;
BEGIN
    PERFORM henk.lock_business((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    SELECT * INTO merge FROM public.lead_merges m WHERE m.id = p_merge_id FOR UPDATE;
    PERFORM henk.require_record(p_merge_id, merge.id, 'merge');
    IF merge.taken_apart_at IS NOT NULL THEN
        RETURN merge.dropped_lead_id;
    END IF;
    IF EXISTS (SELECT FROM public.lead_merges m WHERE m.kept_lead_id = merge.kept_lead_id AND m.taken_apart_at IS NULL
        AND m.merged_at > merge.merged_at) THEN
        RAISE EXCEPTION 'The lead % has been merged with another since: take that merge apart first (%).', merge.kept_lead_id,
            (SELECT m.id FROM public.lead_merges m WHERE m.kept_lead_id = merge.kept_lead_id AND m.taken_apart_at IS NULL
             ORDER BY m.merged_at DESC LIMIT 1) USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    addresses := ARRAY(SELECT c.address FROM public.leads l JOIN henk.no_calls c ON c.business_id = l.business_id
        AND c.address = ANY (henk.address_prints(l.business_id, l.email)) WHERE l.id = merge.kept_lead_id);
    PERFORM set_config('henk.moving_rows', 'on', true);
    SELECT to_jsonb(l) INTO kept FROM public.leads l WHERE l.id = merge.kept_lead_id FOR UPDATE;
    SELECT l INTO dropped FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' = merge.dropped_lead_id::text;
    SELECT l INTO was FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' <> merge.dropped_lead_id::text;
    was := henk.without_taken_id(was, merge.kept_lead_id);
    after := merge.rows_after -> 'leads' -> 0;
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'updated_at', 'updated_by');
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', updated_at = now(), updated_by = henk.caller_id() '
        'FROM jsonb_populate_record(NULL::public.leads, $1) v WHERE l.id = $2' USING henk.restored(kept, was, after), merge.kept_lead_id;
    dropped := henk.without_taken_id(dropped, NULL); -- now that the kept lead has given back what it had of it
    -- An opt-out that came after the merge may be of either: both keep it.
    INSERT INTO public.leads
    SELECT * FROM jsonb_populate_record(NULL::public.leads, dropped || (
        SELECT jsonb_object_agg(f, (kept -> f = 'true' AND after -> f <> 'true') OR dropped -> f = 'true')
        FROM unnest(ARRAY['do_not_call', 'dnc', 'do_not_email', 'email_opt_out']) f) || jsonb_build_object('updated_at', now()));

    INSERT INTO henk.no_calls (business_id, address) SELECT merge.business_id, a FROM unnest(addresses) a ON CONFLICT DO NOTHING;
    PERFORM henk.lift_merged_opt_outs(merge);
    -- Campaign leads: what went over goes back; of two that became one the dropped one's is there again, and the kept one's as it was, unless
    -- somebody has worked on it since.
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.campaign_leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'campaign_id', 'lead_list_id', 'import_id');
    EXECUTE 'UPDATE public.campaign_leads c SET ' || columns || ' FROM jsonb_array_elements($1) b, jsonb_array_elements($2) a, '
        'LATERAL jsonb_populate_record(NULL::public.campaign_leads, b) v '
        'WHERE c.id = (b ->> ''id'')::uuid AND a ->> ''id'' = b ->> ''id'' AND to_jsonb(c) = a'
    USING merge.rows_before -> 'campaign_leads', merge.rows_after -> 'campaign_leads';
    UPDATE public.campaign_leads c SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b
    WHERE b ->> 'lead_id' = merge.dropped_lead_id::text AND c.id = (b ->> 'id')::uuid AND c.lead_id = merge.kept_lead_id;
    INSERT INTO public.campaign_leads
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b,
        LATERAL jsonb_populate_record(NULL::public.campaign_leads, b) v
    WHERE v.lead_id = merge.dropped_lead_id AND EXISTS (SELECT FROM public.campaigns c WHERE c.id = v.campaign_id)
    ON CONFLICT DO NOTHING;
    UPDATE public.lead_list_members m SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.rows_before -> 'lead_list_members') b WHERE m.id = (b ->> 'id')::uuid AND m.lead_id = merge.kept_lead_id;
    INSERT INTO public.lead_list_members
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'lead_list_members') b,
        LATERAL jsonb_populate_record(NULL::public.lead_list_members, b) v
    WHERE EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = v.lead_list_id)
    ON CONFLICT DO NOTHING;
    UPDATE public.lead_import_rows r SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.moved -> 'lead_import_rows') b
    WHERE r.import_id = (b ->> 0)::uuid AND r.line_number = (b ->> 1)::integer AND r.lead_id = merge.kept_lead_id;
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        key := henk.key_column(reference.on_table);
        IF key IS NOT NULL THEN
            EXECUTE format('UPDATE %s r SET %I = $1 WHERE r.%2$I = $2 AND r.%I::text = ANY (ARRAY(SELECT jsonb_array_elements_text($3)))',
                reference.on_table, reference.on_column, key)
            USING merge.dropped_lead_id, merge.kept_lead_id,
                coalesce(merge.moved -> 'elsewhere' -> (reference.on_table || ' ' || reference.on_column), '[]');
        END IF;
    END LOOP;

    PERFORM henk.return_merges(merge), henk.return_pairs(merge);
    -- Somebody says by this that they are two: that is remembered.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, decision, decided_by, decided_at)
    VALUES (merge.business_id, least(merge.kept_lead_id, merge.dropped_lead_id), greatest(merge.kept_lead_id, merge.dropped_lead_id),
        coalesce(merge.match_probability, 0), 'different', henk.caller_id(), now())
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = 'different', decided_by = EXCLUDED.decided_by, decided_at = now();
    PERFORM set_config('henk.moving_rows', '', true);
    UPDATE public.lead_merges SET taken_apart_at = clock_timestamp() WHERE id = p_merge_id;
    RETURN merge.dropped_lead_id;
END
$_$;


COMMENT ON FUNCTION henk.unread_is_blocked(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) IS 'Whether one of two numbers that cannot be read for certain may be one not to call.';


REVOKE ALL ON FUNCTION henk.unread_is_blocked(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unread_is_blocked(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) TO service_role;


-- Whether numbers that cannot be read for certain may be ones that must not be called.
-- Migrations: 0031.
CREATE FUNCTION henk.unread_is_blocked(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    keys text[] := henk.possible_keys(p_business_id, p_country, p_phone, p_mobile_phone);
BEGIN
    RETURN EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = p_business_id AND s.channel = 'phone' AND s.value = ANY (keys))
        OR EXISTS (SELECT FROM henk.blocked_numbers r WHERE r.business_id = p_business_id AND r.number = ANY (keys))
        OR (EXISTS (SELECT FROM henk.erasures e WHERE e.business_id = p_business_id AND e.channel = 'phone') AND EXISTS (
            SELECT FROM henk.erasures e WHERE e.business_id = p_business_id AND e.channel = 'phone'
                AND e.fingerprint = ANY (ARRAY(SELECT henk.fingerprint(p_business_id, k) FROM unnest(keys) k))));
END
$$;


COMMENT ON FUNCTION henk.unread_phone(p_phone text) IS 'A phone that cannot be read, as it was written; of one that shows nothing, nothing.';


REVOKE ALL ON FUNCTION henk.unread_phone(p_phone text) FROM PUBLIC;


-- Migrations: 0043.
CREATE FUNCTION henk.unread_phone(p_phone text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    blanks text := U&' \0009\000A\000B\000C\000D\0085\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000';
    phone text := btrim(p_phone, blanks);
BEGIN
    RETURN CASE WHEN btrim(henk.plain_text(phone), blanks) <> '' THEN phone END;
END
$$;


COMMENT ON FUNCTION henk.upload_identity(p_upload text) IS 'The hash of business, bytes and list in the key of an upload, of today''s form or the older one.';


REVOKE ALL ON FUNCTION henk.upload_identity(p_upload text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.upload_identity(p_upload text) TO service_role;


-- Migrations: 0024.
CREATE FUNCTION henk.upload_identity(p_upload text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE("substring"(p_upload, '_([0-9a-f]{8})_[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}$'::text), "right"(p_upload, 8));


REVOKE ALL ON FUNCTION henk.with_generation(p_last text, p_custom jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.with_generation(p_last text, p_custom jsonb) TO service_role;


-- A family name with the generation that a custom field of suffixes names behind it, unless it has one.
-- Migrations: 0038.
CREATE FUNCTION henk.with_generation(p_last text, p_custom jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    found text;
BEGIN
    IF p_last IS NULL OR p_custom IS NULL OR p_custom::text !~ '[Ss][Uu][Ff]|[Gg][Ee][Nn][Ee][Rr]|[Zz][Uu][Ss][Aa]|[Aa][Cc][Hh][Tt][Ee][Rr]' THEN
        RETURN p_last;
    END IF;
    IF (henk.divide_name(NULL, henk.folded(p_last))).generation IS NOT NULL THEN
        RETURN p_last;
    END IF;
    SELECT henk.folded(w.word) INTO found FROM jsonb_each_text(p_custom) f
    CROSS JOIN LATERAL (SELECT f.value AS word, 0 AS place UNION ALL
        SELECT s.word, s.place FROM regexp_split_to_table(f.value, '[,;/]|\s') WITH ORDINALITY s (word, place)) w
    WHERE regexp_replace(henk.folded(f.key), '[^a-z0-9]', '', 'g') = ANY ('{achtervoegsel,cnbiosuffix1,constituentsuffix,contactsuffix,donorsuffix,generation,generationalsuffix,generationqualifier,generationsuffix,generationszusatz,namenszusatz,namesuffix,personalsuffix,primarysuffix,suffix,suffix1,suffixe,suffixname,sufijo,sufixo}') AND henk.generations() ? henk.folded(w.word)
    ORDER BY f.key COLLATE "C", w.place LIMIT 1;
    RETURN p_last || coalesce(' ' || found, '');
END
$$;


REVOKE ALL ON FUNCTION henk.with_middle_name(p_first text, p_custom jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.with_middle_name(p_first text, p_custom jsonb) TO service_role;


-- Given names with the middle name of a custom field behind them: henk_pipeline.leads.given_names.compared_columns.
-- Migrations: 0042.
CREATE FUNCTION henk.with_middle_name(p_first text, p_custom jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_custom = '{}'::jsonb) THEN p_first ELSE (p_first || COALESCE((' '::text || "substring"((p_custom)::text, '(?i)"(?:Middle[ _./-]{0,3}Name|Middle[ _./-]{0,3}Names|Middle|Middle[ _./-]{0,3}Initial|Middle[ _./-]{0,3}Initials|Middle[ _./-]{0,3}Init|Mid[ _./-]{0,3}Name|M[ _./-]{0,3}I|MI|MName|Second[ _./-]{0,3}Given[ _./-]{0,3}Name|Additional[ _./-]{0,3}Name|Additional[ _./-]{0,3}Names|Contact[ _./-]{0,3}Middle[ _./-]{0,3}Name|Donor[ _./-]{0,3}Middle[ _./-]{0,3}Name|Primary[ _./-]{0,3}Middle[ _./-]{0,3}Name|Constituent[ _./-]{0,3}Middle[ _./-]{0,3}Name|CnBio[ _./-]{0,3}Middle[ _./-]{0,3}Name|Member[ _./-]{0,3}Middle[ _./-]{0,3}Name|Name[ _./-]{0,3}Middle[ _./-]{0,3}Name|Zweiter[ _./-]{0,3}Vorname|Weitere[ _./-]{0,3}Vornamen|Deuxième[ _./-]{0,3}prénom|Autres[ _./-]{0,3}prénoms|Segundo[ _./-]{0,3}nombre|Tweede[ _./-]{0,3}voornaam|Segundo[ _./-]{0,3}nome|Nome[ _./-]{0,3}do[ _./-]{0,3}meio)[.]?" ?: ?" *([^"\\\s0-9][^"\\\s]*)'::text)), ''::text)) END;


-- JSON without what a pattern finds, in names as in values.
-- Migrations: 0031.
CREATE FUNCTION henk.without_contacts(p_json jsonb, p_pattern text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN CASE jsonb_typeof(p_json)
        WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(regexp_replace(key, p_pattern, '[erased]', 'gi'), henk.without_contacts(value, p_pattern)), '{}')
            FROM jsonb_each(p_json))
        WHEN 'array' THEN (SELECT coalesce(jsonb_agg(henk.without_contacts(e, p_pattern) ORDER BY n), '[]')
            FROM jsonb_array_elements(p_json) WITH ORDINALITY a (e, n))
        WHEN 'string' THEN to_jsonb(regexp_replace(p_json #>> '{}', p_pattern, '[erased]', 'gi'))
        WHEN 'number' THEN CASE WHEN p_json #>> '{}' ~* p_pattern THEN '0'::jsonb ELSE p_json END
        ELSE p_json END;
END
$$;


COMMENT ON FUNCTION henk.without_contacts(p_json jsonb, p_pattern text) IS 'JSON without what a pattern finds in its names and values.';


REVOKE ALL ON FUNCTION henk.without_contacts(p_json jsonb, p_pattern text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.without_contacts(p_json jsonb, p_pattern text) TO service_role;


REVOKE ALL ON FUNCTION henk.without_national_prefix(p_digits text, p_region henk.phone_regions) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.without_national_prefix(p_digits text, p_region henk.phone_regions) TO service_role;


-- Migrations: 0007.
CREATE FUNCTION henk.without_national_prefix(p_digits text, p_region henk.phone_regions) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    possible text := '^(?:' || p_region.possible || ')$';
    shorter text;
BEGIN
    IF p_region.national_prefix IS NULL THEN
        RETURN p_digits;
    END IF;
    shorter := CASE WHEN p_region.national_transform IS NOT NULL
            AND (regexp_match(p_digits, '^(?:' || p_region.national_prefix || ')'))[1] IS NOT NULL
        THEN regexp_replace(p_digits, '^(?:' || p_region.national_prefix || ')', p_region.national_transform)
        ELSE regexp_replace(p_digits, '^(?:' || p_region.national_prefix || ')', '') END;
    RETURN CASE WHEN p_digits ~ possible AND shorter !~ possible THEN p_digits ELSE shorter END;
END
$_$;


-- A merge is taken apart also where another lead has got the source id since: the lead that comes back leaves it to that one, and keeps it as a
-- custom field.
-- Migrations: 0032.
CREATE FUNCTION henk.without_taken_id(p_lead jsonb, p_kept uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM public.leads l WHERE l.business_id = (p_lead ->> 'business_id')::uuid AND l.source = p_lead ->> 'source'
            AND l.source_id = p_lead ->> 'source_id' AND l.id <> (p_lead ->> 'id')::uuid AND l.id IS DISTINCT FROM p_kept)
        THEN p_lead || jsonb_build_object('source_id', NULL, 'custom_fields', jsonb_build_object((p_lead ->> 'source') || '_id',
            p_lead -> 'source_id') || coalesce(p_lead -> 'custom_fields', '{}'))
        ELSE p_lead END
$$;


REVOKE ALL ON FUNCTION henk.without_taken_id(p_lead jsonb, p_kept uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.without_taken_id(p_lead jsonb, p_kept uuid) TO service_role;


REVOKE ALL ON FUNCTION henk.without_umlauts(p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.without_umlauts(p_name text) TO service_role;


-- Folded names with the letters that henk.folded makes of umlauts: henk_pipeline.leads.spellings.without_umlauts.
-- Migrations: 0047.
CREATE FUNCTION henk.without_umlauts(p_name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (length(p_name) >= 5) THEN regexp_replace(p_name, '(^|[^xyq])([aou])e'::text, '\1\2'::text, 'g'::text) ELSE p_name END;


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


COMMENT ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) IS 'Assigns a list to a campaign and gives the campaign its members. Gives the assignment''s id, the same on every call.

Left out: members that the assignment''s filter_criteria does not name; where the campaign says exclude_dnc, leads with do_not_call or dnc or a suppressed number; where it says dedupe_by_phone, leads whose number (phone, else mobile_phone) somebody of the campaign has, of several new ones all but the best scored. A lead on several active lists belongs to the smallest priority, then the earliest assigned. A second call updates the priority, adds who joined since, and resets nobody''s status, attempts or amounts. A paused list stays paused; one that was completed or taken away is taken up again.

Errors: 42501 for an end user who is no writing member of both, or where there is no such record; P0002 for the service role and an unknown id; 23503 where the two belong to different businesses; 23514 for a priority below 1.';


REVOKE ALL ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) TO authenticated;
GRANT ALL ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer DEFAULT 1) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
        henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN (SELECT a.assignment_id FROM henk.assign_list(p_campaign_id, p_lead_list_id, coalesce(p_priority, 1)) a);
END
$$;


COMMENT ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) IS 'Makes a list from an array of objects. Known names become a lead''s fields, other names custom fields, tags are a list or a text with commas. E-mails and phones are brought to their one form. Elements that share a source id, e-mail or phone are one lead, also by way of a third; on a shared phone each first name is a person. A lead that the business has (by source id with source, then e-mail, then phone) is filled in where it is empty. Opt-outs are taken over, also as suppressions, and never taken back. Gives the list''s id; the same rows under the same name are the same list.

Errors: 22023 where an element is no object, has no phone, mobile_phone or email, or holds what no field can, with the positions of all such elements counted from 1, and nothing done; 22023 for a name that is empty or longer than 255 characters; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION public.create_lead_list_from_csv(p_business_id uuid, p_list_name character varying, p_leads jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
BEGIN
    PERFORM henk.require_member(p_business_id);
    RETURN henk.create_list(p_business_id, p_list_name, p_leads);
END
$$;


COMMENT ON FUNCTION public.erase_lead(p_lead_id uuid) IS 'A privacy request. The lead, its members, its provenance and its rejected rows are gone; campaign leads that were worked on stay counted, without a lead, notes or further calls; its numbers and address stay suppressed, as fingerprints. Gives a report: campaign_leads_kept_without_name, rejections_blanked, uploads (whose files still hold the person), rows_of_other_tables (that no longer refer to it, but may speak of it).

Errors: 23503 where another table must refer to the lead; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.erase_lead(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_lead(p_lead_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.erase_lead(p_lead_id uuid) TO service_role;


-- What the rows of a person said in vain goes with the person.
-- Migrations: 0011, 0015, 0019.
CREATE FUNCTION public.erase_lead(p_lead_id uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    RETURN henk.erase(p_lead_id);
END
$$;


-- Migrations: 0002.
CREATE FUNCTION public.fill_business_id_from_campaign() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.campaigns WHERE id = NEW.campaign_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION public.fill_business_id_from_campaign() FROM PUBLIC;


-- The design's own inserts name a list and a lead, or a campaign and a list, and no business. It follows from the first of them;
-- the composite foreign keys then hold the second one to it. The pipeline gives business_id and never pays for this.
-- Migrations: 0002.
CREATE FUNCTION public.fill_business_id_from_list() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.lead_lists WHERE id = NEW.lead_list_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION public.fill_business_id_from_list() FROM PUBLIC;


COMMENT ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) IS 'Two leads of one business are one person: p_keep is filled in from p_drop where it is empty, any opt-out holds, tags and custom fields join. Members, campaign leads, provenance and what other tables say of p_drop go over. In a campaign that has both, the further status wins (dnc over all), attempts and talk time add up, amounts are the larger of the two. Gives p_keep.

Errors: 23503 for leads of different businesses; 22023 for a lead and itself; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) TO authenticated;
GRANT ALL ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) TO service_role;


-- Two leads that have become one already stay one, whichever of them was to stay. Gives: the lead that is there.
-- Migrations: 0011, 0015, 0034.
CREATE FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
DECLARE
    merge_id uuid;
BEGIN
    PERFORM henk.require_member(henk.business_of_lead(p_keep)), henk.require_member(henk.business_of_lead(p_drop));
    merge_id := henk.merge_into(p_keep, p_drop, NULL, NULL);
    RETURN (SELECT m.kept_lead_id FROM public.lead_merges m WHERE m.id = merge_id);
END
$$;


COMMENT ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) IS 'Makes the members of a dynamic or smart list those leads of its business that meet its filter_criteria now. Gives how many there are.

Errors: 22023 for a static list or one without criteria; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.refresh_lead_list(p_lead_list_id uuid) TO service_role;


-- The members of a dynamic list become those leads of its business that meet its filter_criteria. Gives: how many there are.
-- Migrations: 0010.
CREATE FUNCTION public.refresh_lead_list(p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN henk.refresh_list(p_lead_list_id);
END
$$;


COMMENT ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) IS 'Takes a list off a campaign. Campaign leads that nobody has worked on go, or go over to another list of the campaign that the lead is on; the others stay with what was said, and the assignment with them, inactive. Gives how many campaign leads were removed; a second call gives 0.

Errors: 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Take a list off a campaign: its leads that nobody has worked on go, or go over to another list of the campaign they are on, too. Whoever
-- was called stays with what was said; the assignment then stays as well, inactive. Gives: how many campaign leads were removed.
-- Migrations: 0010.
CREATE FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
        henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN henk.unassign_list(p_campaign_id, p_lead_list_id);
END
$$;


COMMENT ON FUNCTION public.undo_lead_import(p_import_id uuid) IS 'Takes back what an import did: leads that nothing else uses, replaced values that still stand, members, campaign leads nobody has worked on, its assignments, lists it made that are empty now. What has been worked on since stays, named with its reason: campaign leads with a call, a word or an amount; new leads that are on other lists, in campaigns by another way, in other imports, changed, or referred to by other tables. Opt-outs stay. Gives a report: leads_deleted, leads_restored, values_restored, values_changed_since, members_removed, campaign_leads_removed, assignments_removed, lists_deleted, leads_kept, and kept, a list of line, lead_id, reason and stays (everything, or the lead; the first 1000). Run again, it takes back what has become free since.

Errors: 55000 for an import that has not finished, or that a version without undo has loaded; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) TO service_role;


-- Undoing an import takes apart what it merged, the latest first, before anything else.
-- Migrations: 0011, 0015, 0036.
CREATE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
DECLARE
    merge record;
BEGIN
    PERFORM henk.require_member((SELECT i.business_id FROM public.lead_imports i WHERE i.id = p_import_id));
    PERFORM henk.require_undo_record(p_import_id);
    FOR merge IN SELECT m.id FROM public.lead_merges m WHERE m.import_id = p_import_id AND m.taken_apart_at IS NULL ORDER BY m.merged_at DESC
    LOOP
        BEGIN
            PERFORM henk.unmerge(merge.id);
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            RAISE NOTICE 'left merged: %', SQLERRM; -- somebody has merged the lead with another since
        END;
    END LOOP;
    RETURN henk.undo_import(p_import_id);
END
$$;


COMMENT ON FUNCTION public.unmerge_leads(p_merge_id uuid) IS 'Take a merge apart: the dropped lead is there again with what it had, and the two are decided to be different. Gives its id.';


REVOKE ALL ON FUNCTION public.unmerge_leads(p_merge_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unmerge_leads(p_merge_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.unmerge_leads(p_merge_id uuid) TO service_role;


-- Take a merge apart: the dropped lead is there again with what it had; the kept one is as it was, but for what has changed since. The two are
-- decided to be different. Gives: the id of the lead that is there again.
-- Migrations: 0015.
CREATE FUNCTION public.unmerge_leads(p_merge_id uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    RETURN henk.unmerge(p_merge_id);
END
$$;
