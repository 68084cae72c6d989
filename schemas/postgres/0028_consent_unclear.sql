-- migrate:up
-- A cell of a column of consent that is neither yes nor no ("ask Dana", #REF!) leaves open whether the person may be called. The lead has
-- do_not_call, so that every rule about that holds for it, and consent_unclear says why: as long as it is there, a person may decide
-- (docs/decisions/0018-consent-columns.md). It is null where do_not_call was refused for certain.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

ALTER TABLE leads ADD COLUMN IF NOT EXISTS consent_unclear text;
COMMENT ON COLUMN leads.consent_unclear IS
'The cell of a file that leaves open whether the person may be called, as "column: cell". While it is there do_not_call is not final.';

-- Whoever takes the flag away has decided; whoever says that it is unclear has the flag.
CREATE FUNCTION henk.settle_unclear() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.do_not_call AND NOT NEW.do_not_call THEN
        NEW.consent_unclear := NULL;
    ELSE
        NEW.do_not_call := true;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER settle_unclear BEFORE INSERT OR UPDATE OF do_not_call, consent_unclear ON leads FOR EACH ROW
WHEN (NEW.consent_unclear IS NOT NULL AND NOT NEW.do_not_call) EXECUTE FUNCTION henk.settle_unclear();
REVOKE EXECUTE ON FUNCTION henk.settle_unclear() FROM PUBLIC;

-- Migration 0026 suppresses the numbers and keeps the address of every lead with a flag. An unclear one opts nobody out for good; once it is refused
-- for certain, it does.
DO $$
DECLARE
    body text;
BEGIN
    IF to_regprocedure('henk.keep_opt_outs(uuid[])') IS NULL THEN
        RETURN;
    END IF;
    body := pg_get_functiondef('henk.keep_opt_outs(uuid[])'::regprocedure);
    IF strpos(body, '(l.do_not_call OR l.dnc)') = 0 THEN
        RAISE EXCEPTION 'henk.keep_opt_outs is not as migration 0026 made it.';
    END IF;
    EXECUTE replace(body, '(l.do_not_call OR l.dnc)', '((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc)');
    EXECUTE 'CREATE TRIGGER opt_out_settled AFTER UPDATE OF do_not_call, dnc, consent_unclear ON leads FOR EACH ROW '
        'WHEN (OLD.consent_unclear IS NOT NULL AND (NEW.dnc OR (NEW.do_not_call AND NEW.consent_unclear IS NULL))) '
        'EXECUTE FUNCTION henk.opt_out_of_lead()';
END
$$;

-- migrate:down
-- Forward only.
