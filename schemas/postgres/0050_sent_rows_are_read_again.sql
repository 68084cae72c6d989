-- migrate:up
-- Rows that clients send to create_lead_list_from_csv are kept until the reader of files has read them, too (the job read_sent_lists). SQL hears
-- the plain forms of a refusal at once; henk_pipeline.consent hears all. docs/decisions/0027-sent-rows-are-read-again.md
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE TABLE henk.sent_rows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id uuid NOT NULL REFERENCES public.businesses (id) ON DELETE CASCADE,
    lead_list_id uuid NOT NULL REFERENCES public.lead_lists (id) ON DELETE CASCADE,
    lead_id uuid REFERENCES public.leads (id) ON DELETE CASCADE, -- merging moves it (henk.foreign_references)
    cells jsonb NOT NULL,
    was_unclear boolean NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sent_rows_lead_list_id_idx ON henk.sent_rows (lead_list_id, id);
CREATE INDEX sent_rows_lead_id_idx ON henk.sent_rows (lead_id);
CREATE INDEX sent_rows_business_id_idx ON henk.sent_rows (business_id);
COMMENT ON TABLE henk.sent_rows IS 'Rows that clients sent, until the reader of files has read what they refuse.';
COMMENT ON COLUMN henk.sent_rows.cells IS 'The element of p_leads as it was sent.';
COMMENT ON COLUMN henk.sent_rows.was_unclear IS 'Whether SQL asked: a person may have decided since.';
REVOKE ALL ON henk.sent_rows FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.sent_rows TO service_role;

-- A person who is erased takes the sent row along: henk.erase sets lead_id null.
CREATE FUNCTION henk.forget_sent_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM henk.sent_rows WHERE id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.forget_sent_row() IS 'Trigger: delete a sent row that is no lead''s any more.';
REVOKE ALL ON FUNCTION henk.forget_sent_row() FROM PUBLIC;
CREATE TRIGGER forget_sent_row AFTER UPDATE ON henk.sent_rows FOR EACH ROW WHEN (NEW.lead_id IS NULL) EXECUTE FUNCTION henk.forget_sent_row();

-- Words of keys and cells that are about other channels than calls.
CREATE FUNCTION henk.words_but_calls() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '\m(e[ -]?mails?|newsletters?|nyhedsbrev|nyhetsbrev|sms|texts?|texting|whats ?app|mail|mailing|post|postal|letter|brief|fax)\M';

-- … and about other people, or other matters of which one can opt out. The reader of files hears what they refuse.
CREATE FUNCTION henk.words_of_others() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '\m(spouse|partner|husband|wife|secondary|contact 2|member 2|events?|invitations?|bidding|bidders?|tracking|bord|clean|clear|scrubbed)\M';

-- As in 0048; but certain of nothing that is about e-mails, other people or other matters.
CREATE OR REPLACE FUNCTION henk.consent_direction(p_key text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
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
$$;

CREATE OR REPLACE FUNCTION henk.consent_of(p_direction text, p_cell text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
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
$$;


-- As in 0031, tag by tag.
CREATE OR REPLACE FUNCTION henk.hear_consent() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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

COMMENT ON FUNCTION henk.words_but_calls() IS 'Words about other channels than calls: a regular expression for text in lower case.';
COMMENT ON FUNCTION henk.words_of_others() IS 'Words about other people and matters: a regular expression for text in lower case.';
REVOKE ALL ON FUNCTION henk.words_but_calls(), henk.words_of_others() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.words_but_calls(), henk.words_of_others() TO service_role;

-- As in 0010; and the rows wait for the reader of files.
CREATE OR REPLACE FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
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
    INSERT INTO henk.sent_rows (business_id, lead_list_id, lead_id, cells, was_unclear)
    SELECT p_business_id, list_id, f.lead_id, e.item, EXISTS (SELECT FROM pg_temp.henk_unclear u WHERE u.place = p.place)
    FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n)
    JOIN pg_temp.henk_people p ON p.place = e.n JOIN pg_temp.henk_people f ON f.place = p.person
    -- A plain name with contacts refuses nothing.
    WHERE p.custom_fields <> '{}' OR p.tags <> '[]' OR concat(p.notes, p.description, p.title, p.department, p.company, p.lead_source) <> ''
        OR concat(e.item ->> 'phone', e.item ->> 'mobile_phone') ~ '[[:alpha:]]'
        OR concat(p.first_name, p.last_name) ~ '[^A-Za-z .''\u0080-\U0010ffff-]';
    DROP TABLE pg_temp.henk_people, pg_temp.henk_keys;
    RETURN list_id;
END
$_$;

-- migrate:down
-- Forward only.
