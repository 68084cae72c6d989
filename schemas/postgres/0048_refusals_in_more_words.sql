-- migrate:up
-- create_lead_list_from_csv hears more of what clients send of consent: Italian and Nordic words, bare orders ("stop", "unsub"), and notes. A note
-- with words that refuse is unclear and asks: it may be about somebody else ("father deceased"). henk_pipeline.consent reads files more finely.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.refusing_words() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '(?<!not )(?<!no )\m(dnc|do[ _-]*not[ _-]*(call|contact|phone|ring|solicit)|don.?t[ _-]*(call|contact|phone)|no[ _-]*(more[ _-]*)?(phone[ _-]*)?calls?'
    || '|never[ _-]*call|opt(ed)?[ _-]*out|unsub(scribe[ds]?)?|deceased|passed away'
    || '|(nicht|keine)[ _-]*(mehr[ _-]*)?(anrufen?|telefonisch)|verstorben|ne[ _-]*(plus|pas)[ _-]*(appeler|contacter)|d[eé]c[eé]d[eé]e?'
    || '|no[ _-]*(llamar|contactar)|fallecid[oa]|niet[ _-]*(meer[ _-]*)?bellen|overleden|n[aã]o[ _-]*ligar|falecid[oa]'
    || '|non[ _-]*(chiamare|contattare)|decedut[oa]|(ikke|inte|ej)[ _-]*(ring(e|as|es|a)?|kontakt(e|as|es|a)?)|ring[ _-]*(ikke|inte|ej)|ei saa soittaa|avliden|afd[oø]d)\M';

-- Words of notes that may refuse calls, or mean that the person has died: a person decides.
CREATE FUNCTION henk.asking_words() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '\m(died|dead|deceaced|decd|obituary|do(es)?( no|n.)t (want|wish|like) .*(call|contact|phone)\w*|wants? no|not to be (called|phoned|contacted|rung)'
    || '|(wants?|asked|requests?|requested) (not )?to (be )?(not )?(call\w*|phon\w*|contact\w*|remov\w*|taken)|(never|stop) (call|contact|phone|ring)\w*'
    || '|(take|get|remove|delete|forget|erase|strike) (me|my|him|her|his|their|them|us|our) ?(\w+ )?(off|from|name|number|details|data)|removed? from|cease'
    || '|no (more |further |telephone |phone |cold )*(calling|contact|phone|telephone|solicit\w*|telefund|telemarketing|communication)|revok\w*|revocat[oa]'
    || '|wrong (number|person)|number (is|belongs) |not (his|her|their) number|(mail|email|e-mail|post|letters?) (contact )?only|only (by |via )(mail|e-?mail|post|letter)'
    || '|nicht (mehr )?(kontakt\w*|telefon\w*|angerufen)|w[uü]nscht keine?|keine? (weiteren |telefonischen )?(anruf\w*|kontakt\w*|telefon\w*)|widerr\w*|widerspr\w*|gestorben'
    || '|ne (veut|souhaite|d[eé]sire) (plus|pas)|n.appel\w*|(pas|plus) d.appels?|d[eé]c[eè]s|d[eé]sinscri\w*|s.oppose'
    || '|no (quiere|desea|vuelva|volver a) .*llam\w*|no (llam\w+|contact\w+|m[aá]s llamadas)|falleci[oó]|muri[oó]'
    || '|(wil|wenst) (niet|geen)|niet (meer )?(gebeld|benader\w*|opbellen)|geen (telefo\w*|contact|gesprek\w*)|uitgeschreven'
    || '|n[aã]o (quer|deseja|contat\w*|contact\w*|liguem?|telefon\w*)|morreu|faleceu|non (vuole|desidera|chiam\w+|contatt\w+)|[oø]nsker ikke|vill inte)\M';

CREATE OR REPLACE FUNCTION henk.consent_direction(p_key text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
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
        WHEN cell ~ '^(stopp?|unsub|remove|removed)[ .!]*$' THEN CASE WHEN p_direction = 'permission' THEN 'no calls' ELSE 'unclear' END
        WHEN p_direction = 'notes' THEN CASE WHEN cell ~ henk.refusing_words() OR cell ~ henk.asking_words() THEN 'unclear' END
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

COMMENT ON FUNCTION henk.asking_words() IS 'Words of notes that may refuse calls: a regular expression for text in lower case.';

REVOKE ALL ON FUNCTION henk.asking_words() FROM public;
GRANT EXECUTE ON FUNCTION henk.asking_words() TO service_role;

-- migrate:down
-- Forward only.
