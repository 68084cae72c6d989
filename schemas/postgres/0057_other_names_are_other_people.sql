-- migrate:up
-- Lists that clients send keep people apart as imports do: an equal birth date does not make two middle names or second family names one person's
-- (Mary Ann and Mary Jane are twins), particles of Arabic, Malay and Dutch names are no words that two families share, more mailboxes are a
-- function's, "Jerry" is short for Gerald, and an id or a telephone that stands for none is no proof. henk_pipeline.leads.match does the same.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Mailboxes of a function (henk_pipeline.leads.emails.ROLES): several people's.
CREATE OR REPLACE FUNCTION henk.is_role_mailbox(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(split_part(CASE WHEN p_email ~ '[+].*@|@g(oogle)?mail[.]com$' THEN henk.email_key(p_email) ELSE p_email END, '@', 1) = any(ARRAY[
    'abuse', 'accounting', 'accounts', 'accueil', 'adhesions', 'admin', 'administracao', 'administracion', 'administration', 'admissions',
    'advertising', 'advies', 'association', 'atencion', 'ayuda', 'bestellung', 'bestuur', 'billing', 'biuro', 'booking', 'bookings',
    'bookkeeping', 'buchhaltung', 'buero', 'buro', 'bureau', 'campaign', 'careers', 'chancery', 'chorale', 'church', 'clergy', 'comite',
    'comms', 'communication', 'communications', 'community', 'compta', 'comptabilite', 'contabilidad', 'contabilita', 'contact', 'contacto',
    'contactus', 'contato', 'contatti', 'council', 'customerservice', 'dekanat', 'diakonie', 'direccion', 'direction', 'direktion',
    'doacoes', 'donaciones', 'donate', 'donation', 'donations', 'donativos', 'donazioni', 'donor', 'donors', 'dons', 'eglise', 'ekonomi',
    'empfang', 'enquiries', 'enquiry', 'events', 'feedback', 'finance', 'finanzen', 'foreningen', 'frivillig', 'fundacja', 'fundraising',
    'gabinet', 'gemeinde', 'gemeindeamt', 'gemeindebuero', 'geschaeftsstelle', 'geschaftsstelle', 'gifts', 'giving', 'gurdwara', 'hello',
    'help', 'help-desk', 'helpdesk', 'hr', 'iglesia', 'igreja', 'imprensa', 'info', 'informacion', 'informacje', 'informatie',
    'information', 'informazioni', 'inquiries', 'invoice', 'invoices', 'iroda', 'jobs', 'kancelar', 'kancelaria', 'kansli', 'kanslia',
    'kantoor', 'kasse', 'kassenwart', 'kassier', 'kassierer', 'kerk', 'kirche', 'kirchenbuero', 'kirkekontor', 'kirkko', 'kontakt',
    'kontor', 'kundenservice', 'ledelse', 'leitung', 'mail', 'mairie', 'management', 'marketing', 'masjid', 'media', 'members',
    'membership', 'memberships', 'ministry', 'moskee', 'mosque', 'municipio', 'newsletter', 'ngo', 'no-reply', 'no_reply', 'noreply',
    'office', 'ordering', 'orders', 'organisation', 'palvelu', 'parafia', 'parish', 'parochie', 'paroisse', 'paroquia', 'parrocchia',
    'parroquia', 'pastoral', 'pfarramt', 'pfarrbuero', 'pfarrei', 'poczta', 'post', 'posta', 'postmaster', 'prensa', 'presbytere',
    'presidencia', 'presidente', 'press', 'presse', 'programme', 'programs', 'projekt', 'publicrelations', 'reception', 'rectory',
    'redaction', 'redaktion', 'registrar', 'registration', 'reservations', 'rezeption', 'rh', 'sales', 'school', 'schule', 'schulleitung',
    'secretaire', 'secretaria', 'secretariaat', 'secretariat', 'secretary', 'segreteria', 'sekretaer', 'sekretaerin', 'sekretariat',
    'sekretarz', 'service', 'seurakunta', 'shop', 'sihteeri', 'spende', 'spenden', 'stadt', 'stiftung', 'support', 'synagogue', 'synod',
    'team', 'temple', 'tesoreria', 'tesorero', 'tickets', 'toimisto', 'treasurer', 'tresorerie', 'tresorier', 'trustees', 'urzad', 'verein',
    'vereniging', 'verwaltung', 'vicar', 'volunteer', 'volunteers', 'vorsitz', 'vorstand', 'web', 'webmaster', 'webteam', 'welcome',
    'zarzad', 'zentrale']), false);

-- The words of family names that the others lack, sorted and as one word: henk_pipeline.leads.spellings.own_words. A particle that stands alone is a
-- name ("Do", "Le").
CREATE OR REPLACE FUNCTION henk.own_words(p_words text[], p_others text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(string_agg(w.word, '' ORDER BY w.word COLLATE "C"), '')
    FROM (SELECT DISTINCT unnest(p_words) AS word) AS w
    WHERE w.word <> all(p_others) AND (cardinality(p_words) = 1
        OR w.word <> all('{de,del,dela,della,da,do,dos,das,di,du,la,las,le,los,van,von,der,den,y,e,and,und,et,al,el,abu,ibn,bin,binti,binte,bint,ben,bat,ter,ten,zu,zum,zur}'::text []))
);

-- Whether of two family names of several words each has one of its own ("Rivero Salas", "Rivero Tovar").
CREATE OR REPLACE FUNCTION henk.second_families_differ(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    own text;
    other text;
BEGIN
    IF NOT coalesce((p_one).last_words && (p_other).last_words AND (p_one).last <> (p_other).last, false) THEN
        RETURN false;
    END IF;
    own := henk.own_words((p_one).last_words, (p_other).last_words);
    other := henk.own_words((p_other).last_words, (p_one).last_words);
    RETURN own <> '' AND other <> '' AND NOT starts_with(own, other) AND NOT starts_with(other, own) AND henk.heard(own) <> henk.heard(other);
END
$$;

-- Whether two middle names may be one: one is missing, or begins like the other.
CREATE OR REPLACE FUNCTION henk.middle_names_agree(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(henk.begins_like((p_one).middle, (p_other).middle), true);

INSERT INTO henk.given_names (nickname, formal_names) VALUES
('ana', '{anastasia,anna}'),
('jerry', '{gerald,jeremiah}')
ON CONFLICT (nickname) DO UPDATE SET formal_names = excluded.formal_names;

-- What people write where somebody has no id (schemas/upload/cells.toml): henk_pipeline.leads.cell_words has the same pattern.
CREATE FUNCTION henk.is_no_id(p_id text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(henk.is_placeholder(p_id) OR btrim(henk.lowered(p_id), E' \t()<>[]') = any(ARRAY[
    '-', '--', '.', '?', 'ask', 'aucun', 'aucune', 'blank', 'brak', 'declined', 'declined to give', 'declined to state', 'declines',
    'desconhecido', 'desconocida', 'desconocido', 'does not have one', 'empty', 'entfällt', 'geen', 'inconnu', 'inconnue', 'info requested',
    'information requested', 'k. a.', 'k.a.', 'ka', 'kein', 'kein telefon', 'keine', 'keine angabe', 'keine e-mail', 'keiner', 'missing',
    'n.a.', 'n.v.t.', 'n/a', 'na', 'nan', 'nenhum', 'nessuno', 'neu', 'new', 'nicht angegeben', 'niet bekend', 'nieznany', 'nil', 'ninguna',
    'ninguno', 'no computer', 'no e-mail', 'no email', 'no email address', 'no id', 'no number', 'no phone', 'no phone number', 'no tiene',
    'non communiqué', 'non renseigné', 'none', 'none given', 'none on file', 'none provided', 'none yet', 'not applicable', 'not available',
    'not given', 'not known', 'not on file', 'not provided', 'null', 'nvt', 'não tem', 'onbekend', 'pending', 'private', 'refused',
    'sconosciuto', 'tba', 'tbd', 'test', 'to follow', 'unavailable', 'unbekannt', 'undefined', 'unknown', 'unlisted', 'withheld', 'x', 'xx',
    'xxx', '—'])
    OR btrim(p_id) ~ '^(-1|0+|9{6,})$', false);

-- One digit again and again, or all in their order: what forms accept for a telephone.
CREATE FUNCTION henk.is_nobodys_phone(p_phone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(regexp_replace(p_phone, '[^0-9]', '', 'g') ~ '^1?([0-9])\1{6,}$|^1?0?123456789[0]?$', false);

REVOKE EXECUTE ON FUNCTION henk.is_no_id(text), henk.is_nobodys_phone(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.is_no_id(text), henk.is_nobodys_phone(text) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['p.phone IS NOT NULL AND p.phone !~ ''[0-9]'' AS no_phone',
            'p.phone IS NOT NULL AND (p.phone !~ ''[0-9]'' OR henk.is_nobodys_phone(p.phone)) AS no_phone'],
        ['p.mobile_phone IS NOT NULL AND p.mobile_phone !~ ''[0-9]'' AS no_mobile',
            'p.mobile_phone IS NOT NULL AND (p.mobile_phone !~ ''[0-9]'' OR henk.is_nobodys_phone(p.mobile_phone)) AS no_mobile'],
        ['henk.is_placeholder(p.source_id) AS no_id', 'henk.is_no_id(p.source_id) AS no_id']
    ];
    body text := pg_get_functiondef('henk.discard_junk()'::regprocedure);
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        IF strpos(body, changes[n][1]) = 0 THEN
            RAISE EXCEPTION 'henk.discard_junk is not as migration 0032 made it: %', changes[n][1];
        END IF;
        body := replace(body, changes[n][1], changes[n][2]);
    END LOOP;
    EXECUTE body;
END
$$;

-- migrate:down
-- Forward only.
