-- migrate:up
-- When in doubt, two rows that clients send are two people: more mailboxes are a function's.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Mailboxes of a function (henk_pipeline.leads.emails.ROLES): several people's.
CREATE OR REPLACE FUNCTION henk.is_role_mailbox(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(split_part(CASE WHEN p_email ~ '[+].*@|@g(oogle)?mail[.]com$' THEN henk.email_key(p_email) ELSE p_email END, '@', 1) = any(ARRAY[
    'abuse', 'accoglienza', 'accounting', 'accounts', 'accueil', 'adhesions', 'admin', 'administracao', 'administracion', 'administracja',
    'administratie', 'administration', 'administrator', 'admissions', 'advertising', 'advies', 'algemeen', 'all', 'all-staff', 'all.staff',
    'alle', 'allgemein', 'allstaff', 'amministrazione', 'anfrage', 'anfragen', 'association', 'atencion', 'atendimento', 'ayuda', 'balie',
    'bestellung', 'bestuur', 'billing', 'biuro', 'board', 'bonjour', 'booking', 'bookings', 'bookkeeping', 'buchhaltung', 'buero', 'bureau',
    'buro', 'buzon', 'campaign', 'careers', 'central', 'centrala', 'centralino', 'centralita', 'chancery', 'chorale', 'church', 'clergy',
    'comite', 'committee', 'comms', 'communication', 'communications', 'community', 'compta', 'comptabilite', 'consultas', 'contabilidad',
    'contabilita', 'contact', 'contact-us', 'contact.us', 'contacto', 'contactus', 'contato', 'contatti', 'corporate', 'corporateoffice',
    'correio', 'correo', 'council', 'courrier', 'customer-care', 'customer-service', 'customer.care', 'customer.service', 'customercare',
    'customerservice', 'dekanat', 'desk', 'diakonie', 'direccion', 'direction', 'direktion', 'direzione', 'doacoes', 'donaciones', 'donate',
    'donation', 'donations', 'donativos', 'donazioni', 'donor', 'donors', 'dons', 'eglise', 'ekonomi', 'empfang', 'enquiries', 'enquiry',
    'escritorio', 'events', 'everybody', 'everyone', 'faleconosco', 'feedback', 'finance', 'finanzen', 'firma', 'foreningen', 'frivillig',
    'front-desk', 'front-office', 'front.desk', 'front.office', 'front_desk', 'frontdesk', 'frontoffice', 'fundacja', 'fundraising',
    'gabinet', 'gemeinde', 'gemeindeamt', 'gemeindebuero', 'gemeindeverwaltung', 'general', 'general-inbox', 'general.enquiries',
    'general.inbox', 'general.office', 'generale', 'generalenquiries', 'generalinbox', 'generalinfo', 'generalinquiries', 'generaloffice',
    'geral', 'geschaeftsstelle', 'geschaftsstelle', 'gifts', 'giving', 'gurdwara', 'hauptbuero', 'hauptverwaltung', 'head-office',
    'head.office', 'headoffice', 'headquarters', 'hello', 'help', 'help-desk', 'helpdesk', 'hola', 'hoofdkantoor', 'hovedkontor',
    'hovedkontoret', 'hq', 'hr', 'huvudkontor', 'iedereen', 'iglesia', 'igreja', 'imprensa', 'inbox', 'info', 'info-desk', 'infodesk',
    'informacion', 'informacje', 'informatie', 'information', 'informazioni', 'inquiries', 'inquiry', 'invoice', 'invoices', 'iroda',
    'jobs', 'kaikki', 'kancelar', 'kancelaria', 'kansli', 'kanslia', 'kantoor', 'kasse', 'kassenwart', 'kassier', 'kassierer', 'kerk',
    'keskus', 'kirche', 'kirchenbuero', 'kirjaamo', 'kirkekontor', 'kirkko', 'kontakt', 'kontor', 'kozpont', 'kundenservice', 'ledelse',
    'leitung', 'mail', 'mailbox', 'mailroom', 'main', 'main-office', 'main.office', 'main_office', 'mainoffice', 'mairie', 'management',
    'marketing', 'masjid', 'media', 'members', 'membership', 'memberships', 'mindenki', 'ministry', 'mitarbeiter', 'moskee', 'mosque',
    'municipio', 'neuvonta', 'newsletter', 'ngo', 'no-reply', 'no_reply', 'noreply', 'office', 'oficina', 'ogolne', 'ogolny', 'operations',
    'operator', 'ordering', 'orders', 'organisation', 'paakonttori', 'palvelu', 'parafia', 'parish', 'parochie', 'paroisse', 'paroquia',
    'parrocchia', 'parroquia', 'pastoral', 'payments', 'payroll', 'personeel', 'pfarramt', 'pfarrbuero', 'pfarrei', 'poczta', 'podatelna',
    'post', 'posta', 'posteingang', 'postmaster', 'postmottak', 'poststelle', 'prensa', 'presbytere', 'presidencia', 'presidente', 'press',
    'presse', 'programme', 'programs', 'projekt', 'protocollo', 'publicrelations', 'rathaus', 'recepcao', 'recepce', 'recepcio',
    'recepcion', 'recepcja', 'receptie', 'reception', 'receptionen', 'rectory', 'redaction', 'redaktion', 'registrar', 'registration',
    'registrator', 'renseignements', 'resepsjon', 'reservations', 'rezeption', 'rh', 'sales', 'school', 'schule', 'schulleitung',
    'secretaire', 'secretaria', 'secretariaat', 'secretariat', 'secretary', 'sede', 'segreteria', 'sekretaer', 'sekretaerin', 'sekretariat',
    'sekretarz', 'sentralbord', 'service', 'seurakunta', 'shop', 'siedziba', 'siege', 'siegesocial', 'sihteeri', 'spende', 'spenden',
    'stadt', 'stadtverwaltung', 'staff', 'standard', 'stiftung', 'support', 'switchboard', 'synagogue', 'synod', 'team', 'temple',
    'tesoreria', 'tesorero', 'tickets', 'titkarsag', 'todos', 'toimisto', 'tous', 'treasurer', 'tresorerie', 'tresorier', 'trustees',
    'tutti', 'ufficio', 'ugyfelszolgalat', 'urzad', 'ustredi', 'vastaanotto', 'vaxel', 'verein', 'vereniging', 'verwaltung', 'vicar',
    'volunteer', 'volunteers', 'vorsitz', 'vorstand', 'vsichni', 'web', 'webmaster', 'webteam', 'welcome', 'wszyscy', 'zarzad',
    'zentralbuero', 'zentrale']), false);

-- migrate:down
-- Forward only.
