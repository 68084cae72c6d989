-- migrate:up
-- An e-mail address that stands for none ("na@na.com", "no@email.com") proves nothing about who is one person; before, all who wrote it and had one
-- name were one. More mailboxes are a function's ("giving@", "members@"), also with a tag ("info+list@gmail.com"), so that several people may share
-- them. henk_pipeline.leads.match does both.
-- noqa: disable=LT01,LT02,LT05

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Mailboxes of a function (henk_pipeline.leads.emails.ROLES): several people's.
CREATE OR REPLACE FUNCTION henk.is_role_mailbox(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(split_part(CASE WHEN p_email ~ '[+].*@|@g(oogle)?mail[.]com$' THEN henk.email_key(p_email) ELSE p_email END, '@', 1) = any(ARRAY[
    'abuse', 'admin', 'administration', 'billing', 'bookkeeping', 'buchhaltung', 'contact', 'contacto', 'contato', 'customerservice', 'donate',
    'donation', 'donations', 'donor', 'donors', 'enquiries', 'events', 'feedback', 'finance', 'fundraising', 'gifts', 'giving', 'hello', 'help',
    'hr', 'info', 'inquiries', 'jobs', 'kontakt', 'mail', 'marketing', 'media', 'members', 'membership', 'memberships', 'newsletter', 'no-reply',
    'noreply', 'office', 'postmaster', 'press', 'presse', 'reception', 'sales', 'secretary', 'sekretariat', 'service', 'spenden', 'support',
    'team', 'verwaltung', 'volunteer', 'webmaster', 'welcome']), false);

-- Words that people write where they have no address (schemas/upload/cells.toml, mailboxes).
CREATE FUNCTION henk.mailboxes_of_nobody() RETURNS text []
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['na', 'n-a', 'none', 'no', 'not', 'nil', 'null', 'noemail', 'no-email', 'no.email', 'no_email', 'nomail', 'no-mail', 'email', 'mail',
    'unknown', 'nobody', 'noone', 'nothing', 'nowhere', 'noaddress', 'notgiven', 'notprovided', 'notavailable', 'unavailable', 'declined',
    'refused', 'test', 'tests', 'testing', 'fake', 'xxx', 'xx', 'xxxx', 'x', 'asdf', 'abc', 'keine', 'unbekannt', 'aucun', 'inconnu', 'ninguno',
    'geen', 'onbekend'];

-- Whether an address is nobody's: its mailbox and its domain are both such words. henk_pipeline.leads.cell_words has the same pattern.
CREATE FUNCTION henk.is_nobodys_mailbox(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(split_part(p_email, '@', 1) = any(henk.mailboxes_of_nobody())
    AND substring(p_email FROM '^[^@]*@(.*?)[.][a-z]{2,}(?:[.][a-z]{2})?$') = any(henk.mailboxes_of_nobody()), false);

-- The one form of a mailbox that is a person's own; null of a function's and of nobody's.
CREATE FUNCTION henk.own_mailbox(p_email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN NOT henk.is_role_mailbox(p_email) AND NOT henk.is_nobodys_mailbox(p_email) THEN henk.email_key(p_email) END;

DO $$
DECLARE
    changes CONSTANT text[] := ARRAY[
        ['henk.find_persons()', '(p.place, 1, henk.email_key(p.email) ||', '(p.place, 1, CASE WHEN NOT henk.is_nobodys_mailbox(p.email) THEN henk.email_key(p.email) END ||'],
        ['henk.divide_keys()', 'array_agg(DISTINCT henk.email_key(p.email)) AS emails', 'array_agg(DISTINCT henk.own_mailbox(p.email)) AS emails'],
        ['henk.divide_keys()', 'p.email IS NOT NULL AND NOT henk.is_role_mailbox(p.email)', 'henk.own_mailbox(p.email) IS NOT NULL'],
        ['henk.part_nameless()', 'CASE WHEN NOT henk.is_role_mailbox(p.email) THEN henk.email_key(p.email) END', 'henk.own_mailbox(p.email)'],
        ['henk.part_exchanged()', 'CASE WHEN NOT henk.is_role_mailbox(p.email) THEN henk.email_key(p.email) END', 'henk.own_mailbox(p.email)'],
        ['henk.find_known(uuid)', 'l.business_id = p_business_id AND l.email = p.email
', 'l.business_id = p_business_id AND l.email = p.email
            WHERE NOT henk.is_nobodys_mailbox(p.email)
'],
        ['henk.find_known(uuid)', 'CASE WHEN NOT henk.is_role_mailbox(o.email) THEN henk.email_key(o.email) END', 'henk.own_mailbox(o.email)'],
        ['henk.find_known(uuid)', 'CASE WHEN NOT henk.is_role_mailbox(f.email) THEN henk.email_key(f.email) END', 'henk.own_mailbox(f.email)'],
        ['henk.find_by_lost_contacts(uuid)', 'FROM pg_temp.henk_people p WHERE p.email IS NOT NULL', 'FROM pg_temp.henk_people p WHERE p.email IS NOT NULL AND NOT henk.is_nobodys_mailbox(p.email)']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as migration 0046 made it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION henk.mailboxes_of_nobody(), henk.is_nobodys_mailbox(text), henk.own_mailbox(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.mailboxes_of_nobody(), henk.is_nobodys_mailbox(text), henk.own_mailbox(text) TO service_role;

-- migrate:down
-- Forward only.
