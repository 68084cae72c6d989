-- Made by `make schema` from a database with every migration applied; nothing runs this file.

-- Words of notes that may refuse calls, or mean that the person has died: a person decides.
-- Migrations: 0048.
CREATE FUNCTION henk.asking_words() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((((((((('\m(died|dead|deceaced|decd|obituary|do(es)?( no|n.)t (want|wish|like) .*(call|contact|phone)\w*|wants? no|not to be (called|phoned|contacted|rung)'::text || '|(wants?|asked|requests?|requested) (not )?to (be )?(not )?(call\w*|phon\w*|contact\w*|remov\w*|taken)|(never|stop) (call|contact|phone|ring)\w*'::text) || '|(take|get|remove|delete|forget|erase|strike) (me|my|him|her|his|their|them|us|our) ?(\w+ )?(off|from|name|number|details|data)|removed? from|cease'::text) || '|no (more |further |telephone |phone |cold )*(calling|contact|phone|telephone|solicit\w*|telefund|telemarketing|communication)|revok\w*|revocat[oa]'::text) || '|wrong (number|person)|number (is|belongs) |not (his|her|their) number|(mail|email|e-mail|post|letters?) (contact )?only|only (by |via )(mail|e-?mail|post|letter)'::text) || '|nicht (mehr )?(kontakt\w*|telefon\w*|angerufen)|w[uü]nscht keine?|keine? (weiteren |telefonischen )?(anruf\w*|kontakt\w*|telefon\w*)|widerr\w*|widerspr\w*|gestorben'::text) || '|ne (veut|souhaite|d[eé]sire) (plus|pas)|n.appel\w*|(pas|plus) d.appels?|d[eé]c[eè]s|d[eé]sinscri\w*|s.oppose'::text) || '|no (quiere|desea|vuelva|volver a) .*llam\w*|no (llam\w+|contact\w+|m[aá]s llamadas)|falleci[oó]|muri[oó]'::text) || '|(wil|wenst) (niet|geen)|niet (meer )?(gebeld|benader\w*|opbellen)|geen (telefo\w*|contact|gesprek\w*)|uitgeschreven'::text) || '|n[aã]o (quer|deseja|contat\w*|contact\w*|liguem?|telefon\w*)|morreu|faleceu|non (vuole|desidera|chiam\w+|contatt\w+)|[oø]nsker ikke|vill inte)\M'::text);


COMMENT ON FUNCTION henk.asking_words() IS 'Words of notes that may refuse calls: a regular expression for text in lower case.';


REVOKE ALL ON FUNCTION henk.asking_words() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.asking_words() TO service_role;


REVOKE ALL ON FUNCTION henk.call_key(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.call_key(p_phone text) TO authenticated;
GRANT ALL ON FUNCTION henk.call_key(p_phone text) TO service_role;


-- A cell that is no number ("n/a", "212-555-HELP", zeros) identifies nobody: it has no key, and an opt-out of one lead blocks no other that has the
-- same words. The lead itself has its flag.
-- Migrations: 0026, 0030.
CREATE FUNCTION henk.call_key(p_phone text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (henk.is_e164(p_phone) OR (p_phone ~~ 'sha256:%'::text)) THEN p_phone ELSE "substring"(regexp_replace(p_phone, '[^0-9]'::text, ''::text, 'g'::text), '^0*[1-9][0-9]{6,}$'::text) END;


COMMENT ON FUNCTION henk.consent_direction(p_key text) IS 'What a key that a client sends says of calls: refusal, permission, unclear, words; null where it is not about calls.';


REVOKE ALL ON FUNCTION henk.consent_direction(p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.consent_direction(p_key text) TO service_role;


-- As in 0048; but certain of nothing that is about e-mails, other people or other matters.
-- Migrations: 0031, 0048, 0050.
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
        WHEN words ~ henk.words_of_others() OR (words ~ henk.words_but_calls() AND words !~ '\m(calls?|calling|phone|telephone|tel|voice|(not|no|never|all) contact)\M')
            THEN NULL
        WHEN words ~ '\m(until|expired|checked|wording|erloschen|revoc\w*|revok\w*)\M' AND words ~ '\m(call|dnc|tps|opt|consent\w*|permission|einwilligung)\M' THEN 'unclear'
        WHEN words ~ ('\m(preferred|best|last|next|first|number of|total|count) (\w+ )?(calls?|contact|phone)\M'
            '|\mcalls? (time|date|count|notes?|back|result|id)\M') THEN NULL
        WHEN words ~ ('\m(dnc|fdnc|ndnc|do not (call|contact|phone|ring|solicit|disturb)|donot(call|contact)|don ?t (call|contact|phone)|no (phone )?calls?'
            '|never call|no contact|no (phone )?solicit\w*|opt(ed)? ?out|unsubscribed?|suppress\w*|blocklist\w*|blacklist\w*|deceased|tps|ctps|bloctel|robinson'
            '|telefonsperre|anrufsperre|werbesperre|kontaktsperre|verstorben|nicht (anrufen|kontaktieren)|ne (plus|pas) (appeler|contacter)|d[eé]c[eé]d[eé]e?'
            '|no (llamar|contactar)|fallecid[oa]|niet (bellen|benaderen)|bel me niet|overleden|n[aã]o ligar|falecid[oa]|revoked|withdrawn'
            '|non (chiamare|contattare)|decedut[oa]|ikke (ringes?|kontaktes?)|ring ikke|(inte|ej) (ringa|ringas|kontakta|kontaktas)|ring (inte|ej)'
            '|nix telefon|nix|reservert|[aä]l[aä] soita|soittokielto)\M') THEN 'refusal'
        WHEN words ~ ('\m(opt(ed)? ?in|accepts? (phone )?calls?|accepts? contact|(may|can|ok|okay|allowed|happy) (we |to |be )*(call|contact|phone|called|contacted)'
            '|callable|contactable|allow (phone )?calls?|call ok|phone ok|darf angerufen werden|telefonerlaubnis|consent\w*|permissions?|einwilligung'
            '|consentement|consentimiento|consentimento|toestemming|consenso|samtykke|samtycke|kan ringes|f[aå]r ringas|suostumus)\M') THEN 'permission'
        WHEN words ~ '\m(opt|gdpr|dsgvo|rgpd|tcpa|do not|donot|sperre|privacy preferences?)\M' THEN 'unclear'
        WHEN words ~ '\m(restrictions?|preferences?|solicit|status|dispositions?|segments?|codes?|types?|category|tags?|labels?)\M' THEN 'words'
        WHEN words ~ ('\m(notes?|comments?|remarks?|memo|reasons?|bemerkung(en)?|notiz(en)?|kommentare?|commentaires?|remarques?|notas?|observaci[oó]n(es)?'
            '|comentarios?|coment[aá]rios?|observa[cç][aoõã]\w*|opmerking(en)?|osservazioni|noter?|anteckning(ar)?)\M') THEN 'notes' END;
END
$_$;


COMMENT ON FUNCTION henk.consent_of(p_direction text, p_cell text) IS 'What a cell under a key of consent means: no calls, calls, unclear; null where it is empty.';


REVOKE ALL ON FUNCTION henk.consent_of(p_direction text, p_cell text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.consent_of(p_direction text, p_cell text) TO service_role;


-- What a cell under such a key means: 'no calls', 'calls', 'unclear'; null where it is empty. Words that name a state hold whatever the key.
-- Migrations: 0031, 0048, 0050.
CREATE FUNCTION henk.consent_of(p_direction text, p_cell text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    cell text := coalesce(lower(btrim(henk.plain_text(p_cell))), '');
BEGIN
    RETURN CASE
        WHEN cell IN ('', '-', 'n/a', 'null', '[]', '{}', 'not specified') THEN NULL
        WHEN cell ~ '^(0000-00-00|1900-01-0[01]|0?1/0?1/1900)' THEN NULL
        WHEN cell ~ '^(stopp?|unsub|remove|removed)[ .!]*$' THEN CASE WHEN p_direction = 'permission' THEN 'no calls' ELSE 'unclear' END
        WHEN p_direction = 'notes' THEN CASE WHEN cell ~ henk.refusing_words() OR cell ~ henk.asking_words() THEN 'unclear' END
        WHEN p_direction = 'words' AND (cell ~ henk.words_of_others() OR cell ~ henk.words_but_calls()) AND cell !~ '\m(calls?|phone|telephone|tel|voice)\M' THEN NULL
        WHEN cell ~ henk.words_but_calls() AND cell ~ '\m(calls?|phone|telephone|tel|voice)\M' THEN 'unclear'
        WHEN cell ~ '\m(calls?|llamar|ligar|anrufen|bellen|appeler) (on|until|before|after|los|las|el|aos|a[os]?|am|bis|vor|nach|op|tot|le|les|jusqu\w*)\M' THEN 'unclear'
        WHEN cell ~ henk.refusing_words() THEN 'no calls'
        WHEN p_direction = 'words' THEN NULL
        WHEN cell ~ '(?<!not )\m(unsubscribed?|withdrawn|revoked|revocat[oa]|declined|refused|denied|died)\M' THEN 'no calls'
        WHEN cell ~ '\m(opt(ed)?[ _-]*in|subscribed|granted|allowed?|permitted|consented|agreed|ok|okay|callable)\M' AND cell !~ '\m(not|no|never)\M' THEN 'calls'
        WHEN p_direction = 'unclear' THEN CASE WHEN cell NOT IN ('none', 'unknown', 'no restriction', 'no restrictions') THEN 'unclear' END
        WHEN cell ~ ('^(true|t|yes|y|1|on|x|ja|j|oui|o|si|sí|sì|sim|s|joo|kyll[aä]|checked|✓|✔|1\.0|\d{4}-\d{2}-\d{2}([t ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})$')
            THEN CASE p_direction WHEN 'refusal' THEN 'no calls' ELSE 'calls' END
        WHEN cell ~ '^(false|f|no|n|0|off|nein|non|nee|nei|nej|ei|não|nao|unchecked|none|never|0\.0)$' THEN CASE p_direction WHEN 'refusal' THEN 'calls' ELSE 'no calls' END
        ELSE 'unclear' END;
END
$_$;


REVOKE ALL ON FUNCTION henk.end_calls(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.end_calls(p_lead_ids uuid[]) TO service_role;


-- Calls that are to be ended are ended, or the statement is refused: a trigger of the installation may write back what it likes.
-- Migrations: 0007, 0026, 0030.
CREATE FUNCTION henk.end_calls(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(current_setting('henk.ended_calls', true), '') <> '' THEN -- inside a merge
        PERFORM set_config('henk.ended_calls', (current_setting('henk.ended_calls')::jsonb || (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', cl.id, 'lead_id', cl.lead_id, 'status', cl.status,
                'next_attempt_at', cl.next_attempt_at, 'work', henk.work_on(cl))), '[]')
            FROM public.campaign_leads cl JOIN public.campaigns c ON c.id = cl.campaign_id AND c.exclude_dnc
            WHERE cl.lead_id = ANY (p_lead_ids) AND cl.status IN ('new', 'queued', 'contacted', 'failed')))::text, true);
    END IF;
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


-- As in 0030; and a lead that said no in a call said so under the contacts that it gets later.
-- Migrations: 0007, 0026, 0031, 0051.
CREATE FUNCTION henk.end_calls_of_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    changed uuid[];
    flagged uuid[];
BEGIN
    -- EXECUTE: planned for as many rows as there are. A plan of a session's first, small statement joins 16,000 rows in 33 s instead of 2 s.
    EXECUTE 'SELECT array_agg(n.id), array_agg(n.id) FILTER (WHERE n.do_not_call OR n.dnc)
        FROM went o JOIN came n ON n.id = o.id
        WHERE ((n.do_not_call OR n.dnc) AND NOT (o.do_not_call OR o.dnc)) OR n.phone IS DISTINCT FROM o.phone
            OR n.mobile_phone IS DISTINCT FROM o.mobile_phone OR n.email IS DISTINCT FROM o.email
            OR (n.country IS DISTINCT FROM o.country AND NOT (henk.is_e164(n.phone) AND henk.is_e164(n.mobile_phone)))' INTO changed, flagged;
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


-- A person who is erased takes the sent row along: henk.erase sets lead_id null.
-- Migrations: 0050.
CREATE FUNCTION henk.forget_sent_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM henk.sent_rows WHERE id = NEW.id;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.forget_sent_row() IS 'Trigger: delete a sent row that is no lead''s any more.';


REVOKE ALL ON FUNCTION henk.forget_sent_row() FROM PUBLIC;


-- As in 0031, tag by tag.
-- Migrations: 0031, 0050.
CREATE FUNCTION henk.hear_consent() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE pg_temp.henk_people p SET do_not_call = true
    WHERE p.tags <> '[]' AND p.tags::text ~* henk.refusing_words()
        AND EXISTS (SELECT FROM jsonb_array_elements_text(p.tags) t (tag) WHERE henk.consent_of('words', translate(t.tag, '_', ' ')) = 'no calls');
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


-- Migrations: 0031, 0048.
CREATE FUNCTION henk.refusing_words() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((('(?<!not )(?<!no )\m(dnc|do[ _-]*not[ _-]*(call|contact|phone|ring|solicit)|don.?t[ _-]*(call|contact|phone)|no[ _-]*(more[ _-]*)?(phone[ _-]*)?calls?'::text || '|never[ _-]*call|opt(ed)?[ _-]*out|unsub(scribe[ds]?)?|deceased|passed away'::text) || '|(nicht|keine)[ _-]*(mehr[ _-]*)?(anrufen?|telefonisch)|verstorben|ne[ _-]*(plus|pas)[ _-]*(appeler|contacter)|d[eé]c[eé]d[eé]e?'::text) || '|no[ _-]*(llamar|contactar)|fallecid[oa]|niet[ _-]*(meer[ _-]*)?bellen|overleden|n[aã]o[ _-]*ligar|falecid[oa]'::text) || '|non[ _-]*(chiamare|contattare)|decedut[oa]|(ikke|inte|ej)[ _-]*(ring(e|as|es|a)?|kontakt(e|as|es|a)?)|ring[ _-]*(ikke|inte|ej)|ei saa soittaa|avliden|afd[oø]d)\M'::text);


COMMENT ON FUNCTION henk.refusing_words() IS 'Words, in a cell or beside a number, that refuse calls: a regular expression, compared without case.';


REVOKE ALL ON FUNCTION henk.refusing_words() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refusing_words() TO service_role;


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


-- Words of keys and cells that are about other channels than calls.
-- Migrations: 0050.
CREATE FUNCTION henk.words_but_calls() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '\m(e[ -]?mails?|newsletters?|nyhedsbrev|nyhetsbrev|sms|texts?|texting|whats ?app|mail|mailing|post|postal|letter|brief|fax)\M'::text;


COMMENT ON FUNCTION henk.words_but_calls() IS 'Words about other channels than calls: a regular expression for text in lower case.';


REVOKE ALL ON FUNCTION henk.words_but_calls() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.words_but_calls() TO service_role;


-- … and about other people, or other matters of which one can opt out. The reader of files hears what they refuse.
-- Migrations: 0050.
CREATE FUNCTION henk.words_of_others() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '\m(spouse|partner|husband|wife|secondary|contact 2|member 2|events?|invitations?|bidding|bidders?|tracking|bord|clean|clear|scrubbed)\M'::text;


COMMENT ON FUNCTION henk.words_of_others() IS 'Words about other people and matters: a regular expression for text in lower case.';


REVOKE ALL ON FUNCTION henk.words_of_others() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.words_of_others() TO service_role;
