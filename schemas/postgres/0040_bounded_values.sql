-- migrate:up
-- Values that no later step can use are refused when they are written: a country or a time zone that does not exist, and numbers of attempts and
-- seconds whose sum a merge could not hold. Rows from before keep what they have (as in 0033).

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.refuse_unknown_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.default_country IS DISTINCT FROM OLD.default_country THEN
        IF NOT EXISTS (SELECT FROM henk.phone_regions r WHERE r.region = NEW.default_country)
            -- Countries of ISO 3166-1 that have no telephone numbers of their own.
            AND NEW.default_country NOT IN ('AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM') THEN
            RAISE EXCEPTION 'default_country cannot be "%": there is no such country.', NEW.default_country
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = 'default_country',
                    HINT = 'It is the ISO 3166-1 code of the country of telephone numbers that name none, such as US, GB or DE.';
        END IF;
    END IF;
    -- The list of all time zones takes a fifth of a second to read.
    IF NEW.timezone <> 'UTC' AND (TG_OP = 'INSERT' OR NEW.timezone IS DISTINCT FROM OLD.timezone) THEN
        IF NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.timezone) THEN
            RAISE EXCEPTION 'timezone cannot be "%": there is no such time zone.', NEW.timezone
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = 'timezone',
                    HINT = 'It is a name of the IANA time zone database, such as America/New_York or Europe/Berlin.';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.refuse_unknown_place() IS 'Trigger: the country and the time zone of a business exist.';
CREATE TRIGGER refuse_unknown_place_inserted AFTER INSERT ON businesses FOR EACH ROW EXECUTE FUNCTION henk.refuse_unknown_place();
CREATE TRIGGER refuse_unknown_place_updated AFTER UPDATE ON businesses FOR EACH ROW
WHEN (NEW.default_country IS DISTINCT FROM OLD.default_country OR NEW.timezone IS DISTINCT FROM OLD.timezone)
EXECUTE FUNCTION henk.refuse_unknown_place();

CREATE FUNCTION henk.refuse_too_many() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'A campaign lead cannot have % attempts and % seconds of talk.', NEW.attempts, NEW.total_talk_time
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', CONSTRAINT = TG_NAME,
            HINT = 'attempts is at most 1,000,000, total_talk_time at most 1,000,000,000.';
END
$$;
COMMENT ON FUNCTION henk.refuse_too_many() IS 'Trigger: two campaign leads can be merged, whose attempts and seconds are added.';
CREATE TRIGGER refuse_too_many_inserted AFTER INSERT ON campaign_leads FOR EACH ROW
WHEN (NEW.attempts > 1000000 OR NEW.total_talk_time > 1000000000) EXECUTE FUNCTION henk.refuse_too_many();
CREATE TRIGGER refuse_too_many_updated AFTER UPDATE ON campaign_leads FOR EACH ROW
WHEN (NEW.attempts > greatest(OLD.attempts, 1000000) OR NEW.total_talk_time > greatest(OLD.total_talk_time, 1000000000))
EXECUTE FUNCTION henk.refuse_too_many();
REVOKE EXECUTE ON FUNCTION henk.refuse_unknown_place(), henk.refuse_too_many() FROM PUBLIC;

-- migrate:down
-- Forward only.
