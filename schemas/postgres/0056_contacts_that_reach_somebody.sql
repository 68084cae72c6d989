-- migrate:up
-- A lead that a client adds, or changes, has a contact that may reach somebody: "abc" or "12" in place of a telephone did. Leads that are there
-- stay, and what cannot be read still stays as it was written beside another contact.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.may_reach(p_phone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    -- Three digits, and seven with the letters that stand for digits (1-800-FLOWERS).
    SELECT coalesce(p_phone LIKE '+%' OR length(regexp_replace(p, '[^0-9A-Za-z]', '', 'g')) >= 7 AND length(regexp_replace(p, '[^0-9]', '', 'g')) >= 3, false)
    FROM henk.plain_text(p_phone) AS p
$$;
COMMENT ON FUNCTION henk.may_reach(text) IS 'Whether a text has enough digits to be a telephone number; null has none.';
REVOKE EXECUTE ON FUNCTION henk.may_reach(text) FROM PUBLIC;

CREATE FUNCTION henk.refuse_unreachable() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
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
REVOKE EXECUTE ON FUNCTION henk.refuse_unreachable() FROM PUBLIC;

-- The conditions are plain comparisons: a COPY of a million leads evaluates them for each. None at all is contact_inserted's and contact_updated's.
CREATE TRIGGER contact_reaches_inserted AFTER INSERT ON leads FOR EACH ROW
WHEN (
    coalesce(NEW.email, '') NOT LIKE '%@%' AND coalesce(NEW.phone, '') NOT LIKE '+%' AND coalesce(NEW.mobile_phone, '') NOT LIKE '+%'
    AND coalesce(NEW.email, NEW.phone, NEW.mobile_phone) IS NOT NULL
)
EXECUTE FUNCTION henk.refuse_unreachable();
CREATE TRIGGER contact_reaches_updated AFTER UPDATE OF email, phone, mobile_phone ON leads FOR EACH ROW
WHEN (
    coalesce(NEW.email, '') NOT LIKE '%@%' AND coalesce(NEW.phone, '') NOT LIKE '+%' AND coalesce(NEW.mobile_phone, '') NOT LIKE '+%'
    AND coalesce(NEW.email, NEW.phone, NEW.mobile_phone) IS NOT NULL
    AND (NEW.email, NEW.phone, NEW.mobile_phone) IS DISTINCT FROM (OLD.email, OLD.phone, OLD.mobile_phone)
)
EXECUTE FUNCTION henk.refuse_unreachable();

-- Settings are an object: '[1]' was accepted, and nothing could be read from it.
ALTER TABLE businesses ADD CONSTRAINT businesses_settings_check CHECK (jsonb_typeof(settings) = 'object') NOT VALID;

-- migrate:down
-- Forward only.
