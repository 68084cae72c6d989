-- migrate:up
-- Addresses of people who must not be called: a row may say so of whom it says no number, and a lead with its flag may go (an undo). Whoever comes
-- with the address later is marked (do_not_call), whatever the number. A suppression of an address is another thing: no e-mail.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

CREATE TABLE henk.no_calls (
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    address text NOT NULL,
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, address)
);
COMMENT ON TABLE henk.no_calls IS 'E-mail addresses whose people must not be called, as henk.fingerprint has them.';
REVOKE ALL ON henk.no_calls FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.no_calls TO service_role;

-- Who has a flag, by whomever: also when the lead is deleted, and the person comes again.
CREATE FUNCTION henk.keep_address() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO henk.no_calls (business_id, address) VALUES (NEW.business_id, henk.fingerprint(NEW.business_id, NEW.email))
    ON CONFLICT (business_id, address) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_address AFTER UPDATE OF do_not_call, dnc ON leads FOR EACH ROW
WHEN ((NEW.do_not_call OR NEW.dnc) AND NOT (OLD.do_not_call OR OLD.dnc) AND NEW.email IS NOT NULL)
EXECUTE FUNCTION henk.keep_address();
INSERT INTO henk.no_calls (business_id, address)
SELECT DISTINCT
    l.business_id,
    henk.fingerprint(l.business_id, l.email) AS address
FROM leads AS l
WHERE (l.do_not_call OR l.dnc) AND l.email IS NOT NULL
ON CONFLICT (business_id, address) DO NOTHING;

-- Who says yes again, by somebody who takes the flags from the lead (no import does), may be called again.
CREATE FUNCTION henk.forget_no() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM henk.no_calls WHERE business_id = NEW.business_id AND address = henk.fingerprint(NEW.business_id, NEW.email);
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_no AFTER UPDATE OF do_not_call, dnc ON leads FOR EACH ROW
WHEN ((OLD.do_not_call OR OLD.dnc) AND NOT (NEW.do_not_call OR NEW.dnc) AND NEW.email IS NOT NULL)
EXECUTE FUNCTION henk.forget_no();
REVOKE EXECUTE ON FUNCTION henk.keep_address(), henk.forget_no() FROM PUBLIC;

-- migrate:down
-- Forward only.
