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

-- migrate:down
-- Forward only.
