-- migrate:up
-- The rule "may this lead be called" stands in one view, henk.leads_not_to_call, and is enforced over the new state of a row: after any write, by any
-- role or trigger, no campaign lead that is open belongs to a lead of the view, where the campaign excludes opt-outs (campaigns.exclude_dnc).
-- Decision record: docs/decisions/0019-opt-outs-are-state.md.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- Contacts of erased people, as fingerprints. Members may edit suppressions (their reason, the row), never these.
CREATE TABLE henk.erasures (
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    channel text NOT NULL CHECK (channel IN ('phone', 'email')),
    fingerprint text NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, channel, fingerprint)
);
COMMENT ON TABLE henk.erasures IS 'Contacts of erased people, as henk.fingerprint has them: they are not called, and no file brings them back.';
REVOKE ALL ON henk.erasures FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.erasures TO service_role;
INSERT INTO henk.erasures (business_id, channel, fingerprint, erased_at)
SELECT
    s.business_id,
    s.channel,
    s.value,
    s.added_at
FROM suppressions AS s
WHERE s.value LIKE 'sha256:%';

-- What a phone number is compared by: E.164 as it is; of a number that cannot be read its digits ("555-0142" is "5550142").
CREATE FUNCTION henk.call_key(p_phone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN henk.is_e164(p_phone) OR p_phone LIKE 'sha256:%' THEN p_phone
    ELSE coalesce(nullif(regexp_replace(p_phone, '[^0-9]', '', 'g'), ''), p_phone)
END;

CREATE OR REPLACE FUNCTION henk.normalise_suppression() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text;
BEGIN
    SELECT default_country INTO region FROM public.businesses WHERE id = NEW.business_id;
    NEW.value := CASE NEW.channel WHEN 'phone' THEN henk.call_key(coalesce(henk.normalise_phone(NEW.value, region), btrim(NEW.value)))
        ELSE henk.normalise_email(NEW.value) END;
    RETURN NEW;
END
$$;
-- Suppressions that cannot be read get their digits; one that is there already stays the only one.
INSERT INTO suppressions (business_id, channel, value, reason, source, added_at)
SELECT
    s.business_id,
    s.channel,
    henk.call_key(s.value) AS value,
    s.reason,
    s.source,
    s.added_at
FROM suppressions AS s
WHERE s.channel = 'phone' AND s.value <> henk.call_key(s.value)
ON CONFLICT (business_id, channel, value) DO NOTHING;
DELETE FROM suppressions
WHERE channel = 'phone' AND value <> henk.call_key(value);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_unreadable_phone ON leads (business_id, henk.call_key(phone)) WHERE NOT henk.is_e164(phone);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_unreadable_mobile_phone ON leads (business_id, henk.call_key(mobile_phone))
WHERE NOT henk.is_e164(mobile_phone);
-- An index calls it as the role that writes.
REVOKE EXECUTE ON FUNCTION henk.call_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.call_key(text) TO authenticated, service_role;

-- THE rule. Everything that decides about a call asks this view: a new reason not to call is one more line here (and, if it is a column of leads, one
-- more in henk.opt_outs_of_leads). Whether fingerprints have to be computed at all is asked once a statement.
CREATE VIEW henk.leads_not_to_call AS
SELECT
    l.id,
    l.business_id
FROM leads AS l
WHERE
    l.do_not_call OR l.dnc
    OR EXISTS (
        SELECT FROM suppressions AS s
        WHERE s.business_id = l.business_id AND s.channel = 'phone' AND s.value = henk.call_key(l.phone)
    )
    OR EXISTS (
        SELECT FROM suppressions AS s
        WHERE s.business_id = l.business_id AND s.channel = 'phone' AND s.value = henk.call_key(l.mobile_phone)
    )
    OR CASE WHEN (SELECT exists(SELECT FROM henk.no_calls)) AND l.email IS NOT NULL THEN EXISTS (
        SELECT FROM henk.no_calls AS n
        WHERE n.business_id = l.business_id AND n.address = henk.fingerprint(l.business_id, l.email)
    ) END
    OR CASE WHEN (SELECT exists(SELECT FROM henk.erasures)) THEN EXISTS (
        SELECT FROM henk.erasures AS e
        WHERE e.business_id = l.business_id AND e.channel = 'email' AND e.fingerprint = henk.fingerprint(l.business_id, l.email)
    ) OR EXISTS (
        SELECT FROM henk.erasures AS e
        WHERE
            e.business_id = l.business_id AND e.channel = 'phone'
            AND e.fingerprint IN (henk.fingerprint(l.business_id, l.phone), henk.fingerprint(l.business_id, henk.call_key(l.phone)))
    ) OR EXISTS (
        SELECT FROM henk.erasures AS e
        WHERE
            e.business_id = l.business_id AND e.channel = 'phone'
            AND e.fingerprint IN (
                henk.fingerprint(l.business_id, l.mobile_phone), henk.fingerprint(l.business_id, henk.call_key(l.mobile_phone))
            )
    ) END;
REVOKE ALL ON henk.leads_not_to_call FROM PUBLIC;
GRANT SELECT ON henk.leads_not_to_call TO service_role;

CREATE FUNCTION henk.must_not_call(p_lead_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = p_lead_id);
END
$$;

-- The numbers alone, for callers that have no lead (scores).
CREATE OR REPLACE FUNCTION henk.is_suppressed(p_business_id uuid, p_phone text, p_mobile_phone text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM public.suppressions s
        WHERE s.business_id = p_business_id AND s.channel = 'phone' AND s.value IN (henk.call_key(p_phone), henk.call_key(p_mobile_phone),
            henk.fingerprint(p_business_id, p_phone), henk.fingerprint(p_business_id, p_mobile_phone)))
$$;

-- Campaign leads -----------------------------------------------------------------------------------------------------------------

-- One row, before it is written.
CREATE FUNCTION henk.hold_campaign_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id) AND henk.must_not_call(NEW.lead_id) THEN
        NEW.status := 'dnc';
        NEW.next_attempt_at := NULL;
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER end_moved_call ON campaign_leads;
DROP TRIGGER end_call_under_way ON campaign_leads;
-- squawk-ignore ban-drop-function
DROP FUNCTION henk.end_moved_call();
CREATE TRIGGER hold_updated BEFORE UPDATE OF status, lead_id, campaign_id ON campaign_leads FOR EACH ROW
WHEN (
    NEW.status IN ('new', 'queued', 'calling', 'contacted', 'failed') AND NEW.lead_id IS NOT NULL
    AND (NEW.status <> OLD.status OR NEW.lead_id IS DISTINCT FROM OLD.lead_id OR NEW.campaign_id <> OLD.campaign_id)
)
EXECUTE FUNCTION henk.hold_campaign_lead();
-- A client gets the row back as it stands. It names no business, before fill_business_id ("fi") does.
CREATE TRIGGER enforce_inserted BEFORE INSERT ON campaign_leads FOR EACH ROW
WHEN (NEW.business_id IS NULL AND NEW.status IN ('new', 'queued', 'calling', 'contacted', 'failed') AND NEW.lead_id IS NOT NULL)
EXECUTE FUNCTION henk.hold_campaign_lead();
CREATE OR REPLACE FUNCTION henk.fill_campaign_lead() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.campaigns WHERE id = NEW.campaign_id;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION henk.end_calls(p_lead_ids uuid[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
    FROM public.campaigns c
    WHERE cl.lead_id = ANY (p_lead_ids) AND c.id = cl.campaign_id AND c.exclude_dnc
        AND cl.status IN ('new', 'queued', 'contacted', 'failed')
$$;

-- All rows of an insert at once, by any role; and a row that comes as `dnc` opts its lead out. EXECUTE: planned for as many rows as there are.
CREATE FUNCTION henk.hold_campaign_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
    END IF;
    SELECT array_agg(n.lead_id) INTO opted_out FROM came n
    WHERE n.status = 'dnc' AND n.lead_id IS NOT NULL AND NOT henk.must_not_call(n.lead_id);
    IF opted_out IS NOT NULL THEN
        PERFORM henk.keep_no(opted_out);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER hold_inserted AFTER INSERT ON campaign_leads
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.hold_campaign_leads();

-- A row that becomes `dnc`: the person has opted out, also where a trigger of the installation writes it. Where the lead must not be called already,
-- the row only follows from that, unless it ends a call.
CREATE OR REPLACE FUNCTION henk.keep_no_of_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (pg_trigger_depth() = 1 AND (OLD.status = 'calling' OR NEW.attempts > OLD.attempts)) OR NOT henk.must_not_call(NEW.lead_id) THEN
        PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER keep_no ON campaign_leads;
CREATE TRIGGER keep_no AFTER UPDATE OF status ON campaign_leads FOR EACH ROW
WHEN (NEW.status = 'dnc' AND OLD.status <> 'dnc' AND NEW.lead_id IS NOT NULL)
EXECUTE FUNCTION henk.keep_no_of_call();

-- Leads --------------------------------------------------------------------------------------------------------------------------

-- A lead with a flag has its numbers suppressed and its address in henk.no_calls, whoever wrote it and in which order; every other lead with one of
-- them is then not called either.
CREATE FUNCTION henk.keep_opt_outs(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sharing uuid[];
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', henk.call_key(n.number), 'a lead with this number opted out', 'lead'
    FROM public.leads l CROSS JOIN unnest(ARRAY[l.phone, l.mobile_phone]) n (number)
    WHERE l.id = ANY (p_lead_ids) AND (l.do_not_call OR l.dnc) AND n.number IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = l.business_id AND s.channel = 'phone'
            AND s.value IN (henk.call_key(n.number), henk.fingerprint(l.business_id, n.number)))
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    INSERT INTO henk.no_calls (business_id, address)
    SELECT DISTINCT l.business_id, henk.fingerprint(l.business_id, l.email)
    FROM public.leads l WHERE l.id = ANY (p_lead_ids) AND (l.do_not_call OR l.dnc) AND l.email IS NOT NULL
    ORDER BY 1, 2 ON CONFLICT (business_id, address) DO NOTHING;
    SELECT array_agg(o.id) INTO sharing FROM public.leads l
    JOIN public.leads o ON o.business_id = l.business_id AND o.email = l.email
    WHERE l.id = ANY (p_lead_ids) AND (l.do_not_call OR l.dnc);
    IF sharing IS NOT NULL THEN
        PERFORM henk.end_calls(sharing);
    END IF;
END
$$;

CREATE FUNCTION henk.opt_out_of_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM henk.keep_opt_outs(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
-- By row, for few of an import have a flag, and the transition table of a million wide rows would cost more.
CREATE TRIGGER opt_out_inserted AFTER INSERT ON leads FOR EACH ROW
WHEN (NEW.do_not_call OR NEW.dnc) EXECUTE FUNCTION henk.opt_out_of_lead();

DROP TRIGGER keep_address ON leads;
-- squawk-ignore ban-drop-function
DROP FUNCTION henk.keep_address();
CREATE OR REPLACE FUNCTION henk.end_calls_of_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed uuid[];
    flagged uuid[];
BEGIN
    SELECT array_agg(n.id), array_agg(n.id) FILTER (WHERE n.do_not_call OR n.dnc) INTO changed, flagged
    FROM went o JOIN came n ON n.id = o.id
    WHERE ((n.do_not_call OR n.dnc) AND NOT (o.do_not_call OR o.dnc)) OR n.phone IS DISTINCT FROM o.phone
        OR n.mobile_phone IS DISTINCT FROM o.mobile_phone OR n.email IS DISTINCT FROM o.email;
    IF flagged IS NOT NULL THEN
        PERFORM henk.keep_opt_outs(flagged);
    END IF;
    IF changed IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(u.id) FROM henk.leads_not_to_call u WHERE u.id = ANY ($1)' INTO changed USING changed;
    END IF;
    IF changed IS NOT NULL THEN
        PERFORM henk.end_calls(changed);
    END IF;
    RETURN NULL;
END
$$;

-- An address is free again when no lead that has it has a flag.
CREATE OR REPLACE FUNCTION henk.forget_no() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM henk.no_calls WHERE business_id = NEW.business_id AND address = henk.fingerprint(NEW.business_id, NEW.email)
        AND NOT EXISTS (SELECT FROM public.leads l WHERE l.business_id = NEW.business_id AND l.email = NEW.email AND (l.do_not_call OR l.dnc));
    RETURN NULL;
END
$$;

-- Said in a call: the suppression says so, before the flag of the lead writes its own reason.
CREATE OR REPLACE FUNCTION henk.keep_no(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', henk.call_key(n.number), 'said in a call', 'campaign'
    FROM public.leads l CROSS JOIN unnest(ARRAY[l.phone, l.mobile_phone]) n (number)
    WHERE l.id = ANY (p_lead_ids) AND n.number IS NOT NULL
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO UPDATE SET source = 'campaign', reason = 'said in a call'
        WHERE suppressions.source <> 'campaign' AND suppressions.added_at < now();
    UPDATE public.leads SET dnc = true WHERE id = ANY (p_lead_ids) AND NOT dnc;
END
$$;

-- Suppressions -------------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION henk.end_calls_of_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    SELECT array_agg(t.id) INTO lead_ids FROM (
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.mobile_phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND henk.call_key(l.phone) = s.value
            AND NOT henk.is_e164(l.phone) WHERE s.channel = 'phone' AND s.value NOT LIKE '+%'
        UNION
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND henk.call_key(l.mobile_phone) = s.value
            AND NOT henk.is_e164(l.mobile_phone) WHERE s.channel = 'phone' AND s.value NOT LIKE '+%') t;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;

-- An erased contact ends the calls of every lead that has it. No index finds a fingerprint: it is looked for among the open campaign leads.
CREATE FUNCTION henk.end_calls_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    EXECUTE 'SELECT array_agg(DISTINCT u.id) FROM (SELECT DISTINCT s.business_id FROM came s) b '
        'JOIN public.campaign_leads cl ON cl.business_id = b.business_id AND cl.status IN (''new'', ''queued'', ''contacted'', ''failed'') '
        'JOIN henk.leads_not_to_call u ON u.id = cl.lead_id' INTO lead_ids;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_calls_erased AFTER INSERT ON henk.erasures
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_erased();

-- An erasure is kept where no member can edit it, whoever writes the suppression.
CREATE FUNCTION henk.keep_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO henk.erasures (business_id, channel, fingerprint) VALUES (NEW.business_id, NEW.channel, NEW.value)
    ON CONFLICT (business_id, channel, fingerprint) DO UPDATE SET erased_at = now();
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_erasure AFTER INSERT OR UPDATE OF value, channel ON suppressions FOR EACH ROW
WHEN (NEW.value LIKE 'sha256:%') EXECUTE FUNCTION henk.keep_erasure();
DROP TRIGGER end_calls_fingerprint_inserted ON suppressions;
DROP TRIGGER end_calls_fingerprint_updated ON suppressions;
-- squawk-ignore ban-drop-function
DROP FUNCTION henk.end_calls_of_fingerprints();

-- Campaigns ----------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION henk.end_calls_of_campaign() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
    FROM henk.leads_not_to_call u
    WHERE cl.campaign_id = NEW.id AND u.id = cl.lead_id AND cl.status IN ('new', 'queued', 'contacted', 'failed');
    RETURN NULL;
END
$$;
CREATE TRIGGER end_calls AFTER UPDATE OF exclude_dnc ON campaigns FOR EACH ROW
WHEN (NEW.exclude_dnc AND NOT OLD.exclude_dnc) EXECUTE FUNCTION henk.end_calls_of_campaign();

-- Assigning a list: as in 0018, with the one rule.
DO $$
DECLARE
    body text := pg_get_functiondef('henk.assign_list(uuid, uuid, integer, uuid)'::regprocedure);
    first_line integer := strpos(body, '        eligible := eligible || '' AND NOT (l.do_not_call OR l.dnc)''');
    rest text;
BEGIN
    rest := substr(body, first_line);
    rest := substr(rest, strpos(rest, '    IF campaign.dedupe_by_phone'));
    IF first_line = 0 OR rest = '' THEN
        RAISE EXCEPTION 'henk.assign_list is not as migration 0018 made it.';
    END IF;
    EXECUTE left(body, first_line - 1)
        || '        eligible := eligible || '' AND NOT EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id AND u.business_id = $2)'';'
        || E'\n    END IF;\n' || rest;
END
$$;

REVOKE EXECUTE ON FUNCTION henk.must_not_call(uuid), henk.hold_campaign_lead(), henk.hold_campaign_leads(), henk.keep_opt_outs(uuid[]),
henk.opt_out_of_lead(), henk.end_calls_of_erased(), henk.keep_erasure(), henk.end_calls_of_campaign() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.must_not_call(uuid), henk.keep_opt_outs(uuid[]) TO service_role;

-- What was said before, and those who wait for a call already and must not. Statistics first, as in 0017.
ANALYZE leads, campaign_leads, campaigns, suppressions;
SELECT henk.keep_opt_outs(array_agg(l.id))
FROM leads AS l
WHERE l.do_not_call OR l.dnc;
UPDATE campaign_leads AS cl SET status = 'dnc', next_attempt_at = NULL
FROM campaigns AS c, henk.leads_not_to_call AS u
WHERE c.id = cl.campaign_id AND c.exclude_dnc AND u.id = cl.lead_id AND cl.status IN ('new', 'queued', 'contacted', 'failed');

-- migrate:down
-- Forward only.
