-- migrate:up
-- A trigger with a list of columns fires for the columns that a statement names, not for those that another BEFORE trigger changes: a trigger of the
-- installation could write a status, a flag or a number past the rules of migration 0026. From here on they look at what a row has become.
-- Decision record: docs/decisions/0019-opt-outs-are-state.md.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- Campaign leads -----------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE TRIGGER hold_updated BEFORE UPDATE ON campaign_leads FOR EACH ROW
WHEN (
    NEW.status IN ('new', 'queued', 'calling', 'contacted', 'failed') AND NEW.lead_id IS NOT NULL
    AND (NEW.status <> OLD.status OR NEW.lead_id IS DISTINCT FROM OLD.lead_id OR NEW.campaign_id <> OLD.campaign_id)
)
EXECUTE FUNCTION henk.hold_campaign_lead();

-- The row as all BEFORE triggers have left it. One that keeps opening the row has the statement refused.
CREATE FUNCTION henk.hold_written_campaign_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
CREATE TRIGGER hold_written AFTER UPDATE ON campaign_leads FOR EACH ROW
WHEN (
    NEW.status IN ('new', 'queued', 'calling', 'contacted', 'failed') AND NEW.lead_id IS NOT NULL
    AND (NEW.status <> OLD.status OR NEW.lead_id IS DISTINCT FROM OLD.lead_id OR NEW.campaign_id <> OLD.campaign_id)
)
EXECUTE FUNCTION henk.hold_written_campaign_lead();

-- A row becomes `dnc` because the person said so, or because of the rule. The rule never writes a row that is converted, nor one of a campaign that
-- calls everybody, nor one of a lead that may be called.
CREATE OR REPLACE FUNCTION henk.keep_no_of_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (pg_trigger_depth() = 1 AND (OLD.status = 'calling' OR NEW.attempts > OLD.attempts)) OR OLD.status = 'converted'
        OR NOT (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id) OR NOT henk.must_not_call(NEW.lead_id) THEN
        PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER keep_no AFTER UPDATE ON campaign_leads FOR EACH ROW
WHEN (NEW.status = 'dnc' AND OLD.status <> 'dnc' AND NEW.lead_id IS NOT NULL)
EXECUTE FUNCTION henk.keep_no_of_call();

-- Leads --------------------------------------------------------------------------------------------------------------------------

ALTER TABLE leads ADD CONSTRAINT unclear_is_not_called CHECK (consent_unclear IS NULL OR do_not_call) NOT VALID;
CREATE OR REPLACE TRIGGER settle_unclear BEFORE INSERT OR UPDATE ON leads FOR EACH ROW
WHEN (NEW.consent_unclear IS NOT NULL AND NOT NEW.do_not_call) EXECUTE FUNCTION henk.settle_unclear();
CREATE OR REPLACE TRIGGER opt_out_settled AFTER UPDATE ON leads FOR EACH ROW
WHEN (OLD.consent_unclear IS NOT NULL AND (NEW.dnc OR (NEW.do_not_call AND NEW.consent_unclear IS NULL)))
EXECUTE FUNCTION henk.opt_out_of_lead();
CREATE OR REPLACE TRIGGER forget_no AFTER UPDATE ON leads FOR EACH ROW
WHEN ((OLD.do_not_call OR OLD.dnc) AND NOT (NEW.do_not_call OR NEW.dnc) AND NEW.email IS NOT NULL)
EXECUTE FUNCTION henk.forget_no();

-- Contacts in the written form, which the rule compares: after every other BEFORE trigger of an insert (in the order of their names), and of
-- an update once more after the row is written.
-- squawk-ignore renaming-object
ALTER TRIGGER normalise_inserted ON leads RENAME TO zzz_normalise_inserted;
CREATE OR REPLACE TRIGGER normalise_updated BEFORE UPDATE ON leads FOR EACH ROW
WHEN (
    (NEW.email IS DISTINCT FROM OLD.email OR NEW.phone IS DISTINCT FROM OLD.phone OR NEW.mobile_phone IS DISTINCT FROM OLD.mobile_phone)
    AND NOT (henk.is_plain_email(NEW.email) AND henk.is_e164(NEW.phone) AND henk.is_e164(NEW.mobile_phone))
)
EXECUTE FUNCTION henk.normalise_lead();
CREATE FUNCTION henk.normalised(p_lead public.leads) RETURNS public.leads
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text := henk.region_of(p_lead.country, (SELECT b.default_country FROM public.businesses b WHERE b.id = p_lead.business_id));
BEGIN
    p_lead.email := nullif(henk.normalise_email(p_lead.email), '');
    p_lead.phone := coalesce(henk.normalise_phone(p_lead.phone, region), nullif(btrim(p_lead.phone), ''));
    p_lead.mobile_phone := coalesce(henk.normalise_phone(p_lead.mobile_phone, region), nullif(btrim(p_lead.mobile_phone), ''));
    RETURN p_lead;
END
$$;
CREATE OR REPLACE FUNCTION henk.normalise_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN henk.normalised(NEW);
END
$$;
CREATE FUNCTION henk.normalise_written_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
CREATE TRIGGER normalise_written AFTER UPDATE ON leads FOR EACH ROW
WHEN (
    (NEW.email IS DISTINCT FROM OLD.email OR NEW.phone IS DISTINCT FROM OLD.phone OR NEW.mobile_phone IS DISTINCT FROM OLD.mobile_phone)
    AND NOT (henk.is_plain_email(NEW.email) AND henk.is_e164(NEW.phone) AND henk.is_e164(NEW.mobile_phone))
)
EXECUTE FUNCTION henk.normalise_written_lead();

-- Suppressions and campaigns -----------------------------------------------------------------------------------------------------

-- squawk-ignore renaming-object
ALTER TRIGGER normalise_value ON suppressions RENAME TO zzz_normalise_value;
CREATE OR REPLACE TRIGGER zzz_normalise_value BEFORE INSERT OR UPDATE ON suppressions FOR EACH ROW
WHEN (NEW.value !~ '^sha256:' AND (NEW.channel <> 'phone' OR NOT henk.is_e164(NEW.value)))
EXECUTE FUNCTION henk.normalise_suppression();
CREATE OR REPLACE TRIGGER keep_erasure AFTER INSERT OR UPDATE ON suppressions FOR EACH ROW
WHEN (NEW.value LIKE 'sha256:%') EXECUTE FUNCTION henk.keep_erasure();
CREATE OR REPLACE TRIGGER end_calls AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (NEW.exclude_dnc AND NOT OLD.exclude_dnc) EXECUTE FUNCTION henk.end_calls_of_campaign();

REVOKE EXECUTE ON FUNCTION henk.hold_written_campaign_lead(), henk.normalise_written_lead(), henk.normalised(public.leads) FROM PUBLIC;

-- migrate:down
-- Forward only.
