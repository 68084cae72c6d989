-- Made by `make schema` from a database with every migration applied; nothing runs this file.

COMMENT ON FUNCTION henk.addresses_in(p_text text) IS 'Every e-mail address in a text, in lower case, without what is written around it.';


REVOKE ALL ON FUNCTION henk.addresses_in(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.addresses_in(p_text text) TO service_role;


-- Every address in a text, in lower case, each once.
-- Migrations: 0031.
CREATE FUNCTION henk.addresses_in(p_text text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT DISTINCT ((btrim(m.m[1], '.''/?=&+-*'::text) || '@'::text) || btrim(m.m[2], '.-'::text)) FROM regexp_matches(lower(henk.plain_text(addresses_in.p_text)), '([^\s<>()\[\],;:"@]+)@([^\s<>()\[\],;:"''@/?&=|]+)'::text, 'g'::text) m(m));


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


REVOKE ALL ON FUNCTION henk.is_no_id(p_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_no_id(p_id text) TO service_role;


-- What people write where somebody has no id (schemas/upload/cells.toml): henk_pipeline.leads.cell_words has the same pattern.
-- Migrations: 0057.
CREATE FUNCTION henk.is_no_id(p_id text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((henk.is_placeholder(p_id) OR (btrim(henk.lowered(p_id), ' 	()<>[]'::text) = ANY (ARRAY['-'::text, '--'::text, '.'::text, '?'::text, 'ask'::text, 'aucun'::text, 'aucune'::text, 'blank'::text, 'brak'::text, 'declined'::text, 'declined to give'::text, 'declined to state'::text, 'declines'::text, 'desconhecido'::text, 'desconocida'::text, 'desconocido'::text, 'does not have one'::text, 'empty'::text, 'entfällt'::text, 'geen'::text, 'inconnu'::text, 'inconnue'::text, 'info requested'::text, 'information requested'::text, 'k. a.'::text, 'k.a.'::text, 'ka'::text, 'kein'::text, 'kein telefon'::text, 'keine'::text, 'keine angabe'::text, 'keine e-mail'::text, 'keiner'::text, 'missing'::text, 'n.a.'::text, 'n.v.t.'::text, 'n/a'::text, 'na'::text, 'nan'::text, 'nenhum'::text, 'nessuno'::text, 'neu'::text, 'new'::text, 'nicht angegeben'::text, 'niet bekend'::text, 'nieznany'::text, 'nil'::text, 'ninguna'::text, 'ninguno'::text, 'no computer'::text, 'no e-mail'::text, 'no email'::text, 'no email address'::text, 'no id'::text, 'no number'::text, 'no phone'::text, 'no phone number'::text, 'no tiene'::text, 'non communiqué'::text, 'non renseigné'::text, 'none'::text, 'none given'::text, 'none on file'::text, 'none provided'::text, 'none yet'::text, 'not applicable'::text, 'not available'::text, 'not given'::text, 'not known'::text, 'not on file'::text, 'not provided'::text, 'null'::text, 'nvt'::text, 'não tem'::text, 'onbekend'::text, 'pending'::text, 'private'::text, 'refused'::text, 'sconosciuto'::text, 'tba'::text, 'tbd'::text, 'test'::text, 'to follow'::text, 'unavailable'::text, 'unbekannt'::text, 'undefined'::text, 'unknown'::text, 'unlisted'::text, 'withheld'::text, 'x'::text, 'xx'::text, 'xxx'::text, '—'::text])) OR (btrim(p_id) ~ '^(-1|0+|9{6,})$'::text)), false);


REVOKE ALL ON FUNCTION henk.is_nobodys_mailbox(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_nobodys_mailbox(p_email text) TO service_role;


-- Whether an address is nobody's: its mailbox and its domain are both such words. henk_pipeline.leads.cell_words has the same pattern.
-- Migrations: 0047.
CREATE FUNCTION henk.is_nobodys_mailbox(p_email text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(((split_part(p_email, '@'::text, 1) = ANY (henk.mailboxes_of_nobody())) AND ("substring"(p_email, '^[^@]*@(.*?)[.][a-z]{2,}(?:[.][a-z]{2})?$'::text) = ANY (henk.mailboxes_of_nobody()))), false);


REVOKE ALL ON FUNCTION henk.is_nobodys_phone(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_nobodys_phone(p_phone text) TO service_role;


-- One digit again and again, or all in their order: what forms accept for a telephone.
-- Migrations: 0057.
CREATE FUNCTION henk.is_nobodys_phone(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((regexp_replace(p_phone, '[^0-9]'::text, ''::text, 'g'::text) ~ '^1?([0-9])\1{6,}$|^1?0?123456789[0]?$'::text), false);


REVOKE ALL ON FUNCTION henk.is_plain_email(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_plain_email(p_email text) TO service_role;
GRANT ALL ON FUNCTION henk.is_plain_email(p_email text) TO authenticated;


-- Whether an e-mail is in its one form already, as far as one expression tells: an address of ASCII with nothing around it, for what is a capital
-- letter beyond ASCII depends on the server's locale.
-- Migrations: 0007, 0031, 0032.
CREATE FUNCTION henk.is_plain_email(p_email text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((p_email ~ '^[!#-&*+./0-9=?^-{}~-][!#-&''*+./0-9=?^-{}~-]*@[a-z0-9._-]*[a-z0-9_-]$'::text), true);


REVOKE ALL ON FUNCTION henk.is_premium_phone(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_premium_phone(p_phone text) TO service_role;


-- Numbers that cost the caller, of the countries of our businesses (libphonenumber's "premium rate" and "personal"); imports know those of all.
-- Migrations: 0065.
CREATE FUNCTION henk.is_premium_phone(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((p_phone ~ '^[+](1900[2-9][0-9]{6}|449[018][0-9]{8}|4470[0-9]{8}|49900[1-9][0-9]{5,6}|3389[1-37-9][0-9]{6})$'::text), false);


REVOKE ALL ON FUNCTION henk.is_role_mailbox(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_role_mailbox(p_email text) TO service_role;


-- Mailboxes of a function (henk_pipeline.leads.emails.ROLES): several people's.
-- Migrations: 0032, 0047, 0057, 0065.
CREATE FUNCTION henk.is_role_mailbox(p_email text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((split_part(CASE WHEN (p_email ~ '[+].*@|@g(oogle)?mail[.]com$'::text) THEN henk.email_key(p_email) ELSE p_email END, '@'::text, 1) = ANY (ARRAY['abuse'::text, 'accoglienza'::text, 'accounting'::text, 'accounts'::text, 'accueil'::text, 'adhesions'::text, 'admin'::text, 'administracao'::text, 'administracion'::text, 'administracja'::text, 'administratie'::text, 'administration'::text, 'administrator'::text, 'admissions'::text, 'advertising'::text, 'advies'::text, 'algemeen'::text, 'all'::text, 'all-staff'::text, 'all.staff'::text, 'alle'::text, 'allgemein'::text, 'allstaff'::text, 'amministrazione'::text, 'anfrage'::text, 'anfragen'::text, 'association'::text, 'atencion'::text, 'atendimento'::text, 'ayuda'::text, 'balie'::text, 'bestellung'::text, 'bestuur'::text, 'billing'::text, 'biuro'::text, 'board'::text, 'bonjour'::text, 'booking'::text, 'bookings'::text, 'bookkeeping'::text, 'buchhaltung'::text, 'buero'::text, 'bureau'::text, 'buro'::text, 'buzon'::text, 'campaign'::text, 'careers'::text, 'central'::text, 'centrala'::text, 'centralino'::text, 'centralita'::text, 'chancery'::text, 'chorale'::text, 'church'::text, 'clergy'::text, 'comite'::text, 'committee'::text, 'comms'::text, 'communication'::text, 'communications'::text, 'community'::text, 'compta'::text, 'comptabilite'::text, 'consultas'::text, 'contabilidad'::text, 'contabilita'::text, 'contact'::text, 'contact-us'::text, 'contact.us'::text, 'contacto'::text, 'contactus'::text, 'contato'::text, 'contatti'::text, 'corporate'::text, 'corporateoffice'::text, 'correio'::text, 'correo'::text, 'council'::text, 'courrier'::text, 'customer-care'::text, 'customer-service'::text, 'customer.care'::text, 'customer.service'::text, 'customercare'::text, 'customerservice'::text, 'dekanat'::text, 'desk'::text, 'diakonie'::text, 'direccion'::text, 'direction'::text, 'direktion'::text, 'direzione'::text, 'doacoes'::text, 'donaciones'::text, 'donate'::text, 'donation'::text, 'donations'::text, 'donativos'::text, 'donazioni'::text, 'donor'::text, 'donors'::text, 'dons'::text, 'eglise'::text, 'ekonomi'::text, 'empfang'::text, 'enquiries'::text, 'enquiry'::text, 'escritorio'::text, 'events'::text, 'everybody'::text, 'everyone'::text, 'faleconosco'::text, 'feedback'::text, 'finance'::text, 'finanzen'::text, 'firma'::text, 'foreningen'::text, 'frivillig'::text, 'front-desk'::text, 'front-office'::text, 'front.desk'::text, 'front.office'::text, 'front_desk'::text, 'frontdesk'::text, 'frontoffice'::text, 'fundacja'::text, 'fundraising'::text, 'gabinet'::text, 'gemeinde'::text, 'gemeindeamt'::text, 'gemeindebuero'::text, 'gemeindeverwaltung'::text, 'general'::text, 'general-inbox'::text, 'general.enquiries'::text, 'general.inbox'::text, 'general.office'::text, 'generale'::text, 'generalenquiries'::text, 'generalinbox'::text, 'generalinfo'::text, 'generalinquiries'::text, 'generaloffice'::text, 'geral'::text, 'geschaeftsstelle'::text, 'geschaftsstelle'::text, 'gifts'::text, 'giving'::text, 'gurdwara'::text, 'hauptbuero'::text, 'hauptverwaltung'::text, 'head-office'::text, 'head.office'::text, 'headoffice'::text, 'headquarters'::text, 'hello'::text, 'help'::text, 'help-desk'::text, 'helpdesk'::text, 'hola'::text, 'hoofdkantoor'::text, 'hovedkontor'::text, 'hovedkontoret'::text, 'hq'::text, 'hr'::text, 'huvudkontor'::text, 'iedereen'::text, 'iglesia'::text, 'igreja'::text, 'imprensa'::text, 'inbox'::text, 'info'::text, 'info-desk'::text, 'infodesk'::text, 'informacion'::text, 'informacje'::text, 'informatie'::text, 'information'::text, 'informazioni'::text, 'inquiries'::text, 'inquiry'::text, 'invoice'::text, 'invoices'::text, 'iroda'::text, 'jobs'::text, 'kaikki'::text, 'kancelar'::text, 'kancelaria'::text, 'kansli'::text, 'kanslia'::text, 'kantoor'::text, 'kasse'::text, 'kassenwart'::text, 'kassier'::text, 'kassierer'::text, 'kerk'::text, 'keskus'::text, 'kirche'::text, 'kirchenbuero'::text, 'kirjaamo'::text, 'kirkekontor'::text, 'kirkko'::text, 'kontakt'::text, 'kontor'::text, 'kozpont'::text, 'kundenservice'::text, 'ledelse'::text, 'leitung'::text, 'mail'::text, 'mailbox'::text, 'mailroom'::text, 'main'::text, 'main-office'::text, 'main.office'::text, 'main_office'::text, 'mainoffice'::text, 'mairie'::text, 'management'::text, 'marketing'::text, 'masjid'::text, 'media'::text, 'members'::text, 'membership'::text, 'memberships'::text, 'mindenki'::text, 'ministry'::text, 'mitarbeiter'::text, 'moskee'::text, 'mosque'::text, 'municipio'::text, 'neuvonta'::text, 'newsletter'::text, 'ngo'::text, 'no-reply'::text, 'no_reply'::text, 'noreply'::text, 'office'::text, 'oficina'::text, 'ogolne'::text, 'ogolny'::text, 'operations'::text, 'operator'::text, 'ordering'::text, 'orders'::text, 'organisation'::text, 'paakonttori'::text, 'palvelu'::text, 'parafia'::text, 'parish'::text, 'parochie'::text, 'paroisse'::text, 'paroquia'::text, 'parrocchia'::text, 'parroquia'::text, 'pastoral'::text, 'payments'::text, 'payroll'::text, 'personeel'::text, 'pfarramt'::text, 'pfarrbuero'::text, 'pfarrei'::text, 'poczta'::text, 'podatelna'::text, 'post'::text, 'posta'::text, 'posteingang'::text, 'postmaster'::text, 'postmottak'::text, 'poststelle'::text, 'prensa'::text, 'presbytere'::text, 'presidencia'::text, 'presidente'::text, 'press'::text, 'presse'::text, 'programme'::text, 'programs'::text, 'projekt'::text, 'protocollo'::text, 'publicrelations'::text, 'rathaus'::text, 'recepcao'::text, 'recepce'::text, 'recepcio'::text, 'recepcion'::text, 'recepcja'::text, 'receptie'::text, 'reception'::text, 'receptionen'::text, 'rectory'::text, 'redaction'::text, 'redaktion'::text, 'registrar'::text, 'registration'::text, 'registrator'::text, 'renseignements'::text, 'resepsjon'::text, 'reservations'::text, 'rezeption'::text, 'rh'::text, 'sales'::text, 'school'::text, 'schule'::text, 'schulleitung'::text, 'secretaire'::text, 'secretaria'::text, 'secretariaat'::text, 'secretariat'::text, 'secretary'::text, 'sede'::text, 'segreteria'::text, 'sekretaer'::text, 'sekretaerin'::text, 'sekretariat'::text, 'sekretarz'::text, 'sentralbord'::text, 'service'::text, 'seurakunta'::text, 'shop'::text, 'siedziba'::text, 'siege'::text, 'siegesocial'::text, 'sihteeri'::text, 'spende'::text, 'spenden'::text, 'stadt'::text, 'stadtverwaltung'::text, 'staff'::text, 'standard'::text, 'stiftung'::text, 'support'::text, 'switchboard'::text, 'synagogue'::text, 'synod'::text, 'team'::text, 'temple'::text, 'tesoreria'::text, 'tesorero'::text, 'tickets'::text, 'titkarsag'::text, 'todos'::text, 'toimisto'::text, 'tous'::text, 'treasurer'::text, 'tresorerie'::text, 'tresorier'::text, 'trustees'::text, 'tutti'::text, 'ufficio'::text, 'ugyfelszolgalat'::text, 'urzad'::text, 'ustredi'::text, 'vastaanotto'::text, 'vaxel'::text, 'verein'::text, 'vereniging'::text, 'verwaltung'::text, 'vicar'::text, 'volunteer'::text, 'volunteers'::text, 'vorsitz'::text, 'vorstand'::text, 'vsichni'::text, 'web'::text, 'webmaster'::text, 'webteam'::text, 'welcome'::text, 'wszyscy'::text, 'zarzad'::text, 'zentralbuero'::text, 'zentrale'::text])), false);


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


-- Words that people write where they have no address (schemas/upload/cells.toml, mailboxes).
-- Migrations: 0047.
CREATE FUNCTION henk.mailboxes_of_nobody() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['na'::text, 'n-a'::text, 'none'::text, 'no'::text, 'not'::text, 'nil'::text, 'null'::text, 'noemail'::text, 'no-email'::text, 'no.email'::text, 'no_email'::text, 'nomail'::text, 'no-mail'::text, 'email'::text, 'mail'::text, 'unknown'::text, 'nobody'::text, 'noone'::text, 'nothing'::text, 'nowhere'::text, 'noaddress'::text, 'notgiven'::text, 'notprovided'::text, 'notavailable'::text, 'unavailable'::text, 'declined'::text, 'refused'::text, 'test'::text, 'tests'::text, 'testing'::text, 'fake'::text, 'xxx'::text, 'xx'::text, 'xxxx'::text, 'x'::text, 'asdf'::text, 'abc'::text, 'keine'::text, 'unbekannt'::text, 'aucun'::text, 'inconnu'::text, 'ninguno'::text, 'geen'::text, 'onbekend'::text];


REVOKE ALL ON FUNCTION henk.mailboxes_of_nobody() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.mailboxes_of_nobody() TO service_role;


COMMENT ON FUNCTION henk.may_reach(p_phone text) IS 'Whether a text has enough digits to be a telephone number; null has none.';


REVOKE ALL ON FUNCTION henk.may_reach(p_phone text) FROM PUBLIC;


-- Migrations: 0056.
CREATE FUNCTION henk.may_reach(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    -- Three digits, and seven with the letters that stand for digits (1-800-FLOWERS).
    SELECT coalesce(p_phone LIKE '+%' OR length(regexp_replace(p, '[^0-9A-Za-z]', '', 'g')) >= 7 AND length(regexp_replace(p, '[^0-9]', '', 'g')) >= 3, false)
    FROM henk.plain_text(p_phone) AS p
$$;


COMMENT ON FUNCTION henk.names_no_telephone(p_phone text) IS 'Whether a cell calls its number a fax''s, a pager''s, or a wrong one.';


REVOKE ALL ON FUNCTION henk.names_no_telephone(p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.names_no_telephone(p_phone text) TO service_role;


-- Whether the words of a cell say that its number is nobody's telephone (`not_called` of schemas/upload/phones.toml, and words for wrong numbers).
-- Migrations: 0084.
CREATE FUNCTION henk.names_no_telephone(p_phone text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(p_phone ~ '[A-Za-z]' AND (p_phone ~* '^\s*f *:|\m(tele?)?fax|\m(facsimile|t[ée]l[ée]copie|pager|beeper|modem|tty|tdd|telex|disconnected)\M'
        OR p_phone ~* '\m(wrong|bad|invalid|old|former) *(phone|number|no\M|nr\M|num\M|#)|\m(not|out|no longer) (in|of) (service|use)\M'
        OR p_phone ~* '\mfalsche (telefon|ruf)?nummer|\mverkeerd nummer|\mmauvais num[ée]ro|\mn[úu]mero (equivocado|err[óo]neo|errado)'), false)
$$;


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


COMMENT ON FUNCTION henk.number_cells_as_sent(p_phone text, p_mobile_phone text) IS 'Cells of several numbers, as custom fields.';


REVOKE ALL ON FUNCTION henk.number_cells_as_sent(p_phone text, p_mobile_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.number_cells_as_sent(p_phone text, p_mobile_phone text) TO service_role;


-- Cells of which a number was read that is not all they say: custom fields phone_as_sent and mobile_phone_as_sent.
-- Migrations: 0084.
CREATE FUNCTION henk.number_cells_as_sent(p_phone text, p_mobile_phone text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(jsonb_object_agg(s.field, s.cell), '{}') FROM (VALUES ('phone_as_sent', p_phone), ('mobile_phone_as_sent', p_mobile_phone)) s (field, cell)
    WHERE s.cell ~ '\d{4}.*[;|/,\n\r].*\d{4}|\d{4}.*\m(or|und|oder|ou|of|o)\M.*\d{4}'
$$;


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


REVOKE ALL ON FUNCTION henk.own_mailbox(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.own_mailbox(p_email text) TO service_role;


-- The one form of a mailbox that is a person's own; null of a function's and of nobody's.
-- Migrations: 0047.
CREATE FUNCTION henk.own_mailbox(p_email text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((NOT henk.is_role_mailbox(p_email)) AND (NOT henk.is_nobodys_mailbox(p_email))) THEN henk.email_key(p_email) ELSE NULL::text END;


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


COMMENT ON FUNCTION henk.read_number_cell(p_phone text, p_region text) IS 'The number of a cell with labels or several numbers; the cell where none can be read.';


REVOKE ALL ON FUNCTION henk.read_number_cell(p_phone text, p_region text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.read_number_cell(p_phone text, p_region text) TO service_role;


-- The number of a cell in E.164: of one that has labels, without them; of several, the first that can be read. What cannot be read stays as it is.
-- Migrations: 0084.
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


-- Migrations: 0056.
CREATE FUNCTION henk.refuse_unreachable() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF current_setting('henk.moving_rows', true) = 'on' AND current_user NOT IN ('anon', 'authenticated')
        OR henk.may_reach(NEW.phone) OR henk.may_reach(NEW.mobile_phone) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'A lead needs a phone, a mobile phone or an e-mail address: neither "%" nor "%" is one.',
        left(coalesce(NEW.phone, NEW.mobile_phone), 30), left(coalesce(NEW.email, ''), 30)
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', CONSTRAINT = 'leads_have_a_contact',
            HINT = 'A telephone has seven digits at least, an e-mail address has an @.';
END
$$;


REVOKE ALL ON FUNCTION henk.refuse_unreachable() FROM PUBLIC;


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


REVOKE ALL ON FUNCTION henk.unnumbered_mailbox(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unnumbered_mailbox(p_email text) TO service_role;


-- A mailbox of one's own (henk.own_mailbox) without its digits; null at a provider, where one person has several: henk_pipeline.leads.identity.PROVIDERS.
-- Migrations: 0076.
CREATE FUNCTION henk.unnumbered_mailbox(p_email text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (split_part(p_email, '@'::text, 2) <> ALL ('{gmail.com,outlook.com,hotmail.com,live.com,msn.com,icloud.com,me.com,mac.com,fastmail.com,proton.me,protonmail.com,pm.me,zoho.com,yandex.com,hey.com,yahoo.com,aol.com,gmx.de,web.de,comcast.net}'::text[])) THEN ((regexp_replace(split_part(p_email, '@'::text, 1), '[0-9]'::text, ''::text, 'g'::text) || '@'::text) || split_part(p_email, '@'::text, 2)) ELSE NULL::text END;


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
