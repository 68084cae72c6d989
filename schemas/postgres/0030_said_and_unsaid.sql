-- migrate:up
-- A no that was said in a call is kept whatever blocks the lead already, and a merge that is taken apart does not lift it. The address of a flag that
-- is taken away is the one the lead had with the flag.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.keep_no_of_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF OLD.status IN ('calling', 'converted') OR NEW.attempts > OLD.attempts
        OR NOT (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id) OR NOT henk.must_not_call(NEW.lead_id) THEN
        PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    END IF;
    RETURN NULL;
END
$$;

-- A row that comes as `dnc` after an attempt was said in a call; one without follows from the rule where the lead must not be called.
DO $$
DECLARE
    body text := pg_get_functiondef('henk.hold_campaign_leads()'::regprocedure);
    place text := 'AND NOT henk.must_not_call(n.lead_id);';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.hold_campaign_leads is not as migration 0026 made it.';
    END IF;
    EXECUTE replace(body, place, 'AND (n.attempts > 0 OR NOT henk.must_not_call(n.lead_id));');
END
$$;

CREATE OR REPLACE FUNCTION henk.forget_no() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM henk.no_calls WHERE business_id = OLD.business_id AND address = henk.fingerprint(OLD.business_id, OLD.email)
        AND NOT EXISTS (SELECT FROM public.leads l WHERE l.business_id = OLD.business_id AND l.email = OLD.email AND (l.do_not_call OR l.dnc));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_no AFTER UPDATE ON leads FOR EACH ROW
WHEN ((OLD.do_not_call OR OLD.dnc) AND NOT (NEW.do_not_call OR NEW.dnc) AND OLD.email IS NOT NULL)
EXECUTE FUNCTION henk.forget_no();

-- A cell that is no number ("n/a", "212-555-HELP", zeros) identifies nobody: it has no key, and an opt-out of one lead blocks no other that has the
-- same words. The lead itself has its flag.
CREATE OR REPLACE FUNCTION henk.call_key(p_phone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN henk.is_e164(p_phone) OR p_phone LIKE 'sha256:%' THEN p_phone
    ELSE substring(regexp_replace(p_phone, '[^0-9]', '', 'g') FROM '^0*[1-9][0-9]{6,}$')
END;
-- squawk-ignore require-concurrent-reindex
REINDEX INDEX leads_unreadable_phone;
-- squawk-ignore require-concurrent-reindex
REINDEX INDEX leads_unreadable_mobile_phone;
CREATE OR REPLACE FUNCTION henk.normalise_suppression() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text;
BEGIN
    SELECT default_country INTO region FROM public.businesses WHERE id = NEW.business_id;
    NEW.value := CASE NEW.channel WHEN 'phone' THEN coalesce(henk.normalise_phone(NEW.value, region), henk.call_key(NEW.value), btrim(NEW.value))
        ELSE henk.normalise_email(NEW.value) END;
    RETURN NEW;
END
$$;

-- What a person said in a call, as fingerprints of the contacts: `henk suppress lift` refuses it also where the number was replaced or the lead
-- deleted.
CREATE TABLE henk.said_no (
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    fingerprint text NOT NULL,
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, fingerprint)
);
COMMENT ON TABLE henk.said_no IS 'Contacts of people who said no in a call, as henk.fingerprint has them: nobody lifts it.';
-- Contacts whose opt-out was stated once more, and when: taking a merge apart lifts none that was stated after it.
CREATE TABLE henk.restated_opt_outs (
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    fingerprint text NOT NULL,
    stated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, fingerprint)
);
COMMENT ON TABLE henk.restated_opt_outs IS 'Contacts whose opt-out was stated again, as henk.fingerprint has them, and when last.';
REVOKE ALL ON henk.said_no, henk.restated_opt_outs FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.said_no, henk.restated_opt_outs TO service_role;

CREATE OR REPLACE FUNCTION henk.keep_no(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', henk.call_key(n.number), 'said in a call', 'campaign'
    FROM public.leads l CROSS JOIN unnest(ARRAY[l.phone, l.mobile_phone]) n (number)
    WHERE l.id = ANY (p_lead_ids) AND henk.call_key(n.number) IS NOT NULL
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO UPDATE SET source = 'campaign', reason = 'said in a call'
        WHERE suppressions.source <> 'campaign' AND suppressions.added_at < now();
    INSERT INTO henk.said_no (business_id, fingerprint)
    SELECT DISTINCT l.business_id, henk.fingerprint(l.business_id, n.contact)
    FROM public.leads l CROSS JOIN unnest(ARRAY[henk.call_key(l.phone), henk.call_key(l.mobile_phone), l.email]) n (contact)
    WHERE l.id = ANY (p_lead_ids) AND n.contact IS NOT NULL
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO NOTHING;
    INSERT INTO henk.restated_opt_outs (business_id, fingerprint)
    SELECT DISTINCT l.business_id, henk.fingerprint(l.business_id, n.contact)
    FROM public.leads l CROSS JOIN unnest(ARRAY[henk.call_key(l.phone), henk.call_key(l.mobile_phone), l.email]) n (contact)
    WHERE l.id = ANY (p_lead_ids) AND n.contact IS NOT NULL
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now() WHERE restated_opt_outs.stated_at < now();
    UPDATE public.leads SET dnc = true WHERE id = ANY (p_lead_ids) AND NOT dnc;
END
$$;

-- An opt-out that is there already is noted: of a suppression, of a flag.
CREATE FUNCTION henk.note_restated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = NEW.business_id AND s.channel = NEW.channel AND s.value = NEW.value) THEN
        INSERT INTO henk.restated_opt_outs (business_id, fingerprint) VALUES (NEW.business_id, henk.fingerprint(NEW.business_id, NEW.value))
        ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now();
    END IF;
    RETURN NEW;
END
$$;
DO $$
DECLARE
    body text := pg_get_functiondef('henk.keep_opt_outs(uuid[])'::regprocedure);
    place text := 'n.number IS NOT NULL';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.keep_opt_outs is not as migration 0028 made it.';
    END IF;
    body := replace(body, place, 'henk.call_key(n.number) IS NOT NULL');
    place := '    INSERT INTO henk.no_calls';
    EXECUTE replace(body, place, '    INSERT INTO henk.restated_opt_outs (business_id, fingerprint)
    SELECT DISTINCT l.business_id, henk.fingerprint(l.business_id, n.contact)
    FROM public.leads l CROSS JOIN unnest(ARRAY[henk.call_key(l.phone), henk.call_key(l.mobile_phone), l.email]) n (contact)
    WHERE l.id = ANY (p_lead_ids) AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc) AND n.contact IS NOT NULL
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now() WHERE restated_opt_outs.stated_at < now();
' || place);
END
$$;

-- Take back what a merge suppressed, as in 0027, but for what was stated again while it held.
CREATE OR REPLACE FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    restated text[] := coalesce((SELECT array_agg(r.fingerprint) FROM henk.restated_opt_outs r
        WHERE r.business_id = p_merge.business_id AND r.stated_at > p_merge.merged_at), '{}');
BEGIN
    IF EXISTS (SELECT FROM public.leads l WHERE l.id = p_merge.kept_lead_id AND ((l.dnc AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'dnc')::boolean)
        OR (l.do_not_call AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'do_not_call')::boolean))) THEN
        RETURN;
    END IF;
    -- The merge ended calls; nobody said anything in them.
    DELETE FROM henk.said_no n WHERE n.business_id = p_merge.business_id AND n.fingerprint <> ALL (restated)
        AND (p_merge.moved -> 'no_calls' ? n.fingerprint OR n.fingerprint IN (
            SELECT henk.fingerprint(p_merge.business_id, v) FROM jsonb_array_elements_text(p_merge.moved -> 'suppressions') v));
    DELETE FROM public.suppressions s WHERE s.business_id = p_merge.business_id AND s.channel = 'phone' AND s.source IN ('lead', 'campaign')
        AND p_merge.moved -> 'suppressions' ? s.value AND henk.fingerprint(s.business_id, s.value) <> ALL (restated) AND NOT EXISTS (
            SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND l.id <> p_merge.kept_lead_id AND (l.dnc OR l.do_not_call)
                AND s.value IN (henk.call_key(l.phone), henk.call_key(l.mobile_phone)));
    DELETE FROM henk.no_calls c WHERE c.business_id = p_merge.business_id AND p_merge.moved -> 'no_calls' ? c.address
        AND c.address <> ALL (restated) AND NOT EXISTS (
            SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND l.id <> p_merge.kept_lead_id AND (l.dnc OR l.do_not_call)
                AND henk.fingerprint(l.business_id, l.email) = c.address);
END
$$;

-- Calls that are to be ended are ended, or the statement is refused: a trigger of the installation may write back what it likes.
CREATE OR REPLACE FUNCTION henk.end_calls(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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
CREATE FUNCTION henk.require_ended(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
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
DO $$
DECLARE
    body text := pg_get_functiondef('henk.hold_campaign_leads()'::regprocedure);
    place text := 'WHERE cl.id = ANY (held);';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.hold_campaign_leads is not as migration 0026 made it.';
    END IF;
    EXECUTE replace(body, place, place || '
        PERFORM FROM public.campaign_leads cl WHERE cl.id = ANY (held) AND cl.status <> ''dnc'';
        IF FOUND THEN
            RAISE EXCEPTION ''A trigger on campaign_leads keeps rows open of people who must not be called.''
                USING ERRCODE = ''check_violation'', HINT = ''Change the trigger: it must let the status become "dnc".'';
        END IF;');
    -- A number that comes into a call under way is no longer the one that is called.
    body := pg_get_functiondef('henk.end_calls_of_leads()'::regprocedure);
    place := 'PERFORM henk.end_calls(changed);';
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.end_calls_of_leads is not as migration 0026 made it.';
    END IF;
    EXECUTE replace(body, place, place || '
        UPDATE public.campaign_leads cl SET status = ''dnc'', next_attempt_at = NULL
        FROM went o JOIN came n ON n.id = o.id JOIN public.campaigns c ON c.business_id = n.business_id AND c.exclude_dnc
        WHERE cl.lead_id = n.id AND cl.campaign_id = c.id AND cl.status = ''calling'' AND n.id = ANY (changed)
            AND (n.phone IS DISTINCT FROM o.phone OR n.mobile_phone IS DISTINCT FROM o.mobile_phone);');
END
$$;
CREATE TRIGGER zzzz_note_restated BEFORE INSERT ON suppressions FOR EACH ROW WHEN (NEW.source <> 'lead') EXECUTE FUNCTION henk.note_restated();

REVOKE EXECUTE ON FUNCTION henk.note_restated(), henk.require_ended(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.require_ended(uuid[]) TO service_role;

-- migrate:down
-- Forward only.
