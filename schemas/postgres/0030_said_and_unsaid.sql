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
    body := pg_get_functiondef('henk.lift_merged_opt_outs(lead_merges)'::regprocedure);
    place := 's.source IN (''lead'', ''campaign'')';
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.lift_merged_opt_outs is not as migration 0027 made it.';
    END IF;
    EXECUTE replace(body, place, 's.source = ''lead''');
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

-- migrate:down
-- Forward only.
