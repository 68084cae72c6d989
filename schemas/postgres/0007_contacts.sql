-- migrate:up
-- One written form for e-mails and phones, whoever writes them, and opt-outs that hold wherever they are said.
--
-- Imports recognise people, and suppressions find them, by equal text: `(212) 555-0101` and `+12125550101` must not be two numbers.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL client_min_messages = 'warning';
SET LOCAL search_path = 'public';

-- E-mail: lower case, without spaces, `mailto:` and `Name <…>` around it, as henk_pipeline.leads.emails does. Never null for a filled text.
CREATE FUNCTION henk.normalise_email(p_email text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(lower(btrim(p_email, E' \t\r\n\u00a0')), '^(mailto:)?(.*<)?', ''), '>?[,;.]?$', ''));

-- A phone number to E.164 by libphonenumber's rules (henk.phone_regions), null where it is no valid number of its region. Takes: the number
-- as written, with or without country code, punctuation, an extension; ISO 3166-1 alpha-2 code of the region it is dialled in.
-- It says null to some forms that the pipeline can read (letters for digits), and never another number than the pipeline.
CREATE FUNCTION henk.normalise_phone(p_number text, p_region text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    written text := p_number;
    digits text;
    national text;
    home henk.phone_regions;
    abroad henk.phone_regions;
    is_international boolean;
BEGIN
    IF p_number IS NULL THEN
        RETURN NULL;
    ELSIF written !~ '^[+0-9 ().-]*$' THEN -- most are plain, and skip this
        written := regexp_replace(written, '(;ext=|[,;.\s]*\m(extension|extn?|e?xt?)[:.\s]*|\s*#\s*)\d{1,7}#?\s*$', '', 'i');
        written := regexp_replace(written, '^\s*tel:', '', 'i');
        IF written ~ '[[:alpha:]@]' THEN
            RETURN NULL;
        END IF;
        written := regexp_replace(written, '[^0-9+\uFF0B]', '', 'g');
    END IF;
    digits := translate(written, U&'+ ().-\FF0B', '');
    IF length(digits) NOT BETWEEN 3 AND 20 THEN
        RETURN NULL;
    END IF;
    SELECT * INTO home FROM henk.phone_regions r WHERE r.region = upper(p_region);

    is_international := ltrim(written, ' (') LIKE ANY (ARRAY['+%', U&'\FF0B%']);
    IF NOT is_international AND home.region IS NOT NULL AND digits ~ ('^(?:' || home.international_prefix || ')[1-9]') THEN
        is_international := true;
        digits := regexp_replace(digits, '^(?:' || home.international_prefix || ')', '');
    END IF;
    IF is_international THEN
        FOR abroad IN
            SELECT * FROM henk.phone_regions r WHERE digits LIKE r.calling_code || '%' ORDER BY r.rank, r.region
        LOOP
            national := henk.national_number(substr(digits, length(abroad.calling_code) + 1), abroad);
            IF national IS NOT NULL THEN
                RETURN '+' || abroad.calling_code || national;
            END IF;
        END LOOP;
        RETURN NULL;
    END IF;

    IF home.region IS NULL THEN
        RETURN NULL;
    END IF;
    -- The calling code without a plus: only where what follows it is the better number.
    IF left(digits, length(home.calling_code)) = home.calling_code AND digits !~ ('^(?:' || home.possible || ')$') THEN
        national := substr(digits, length(home.calling_code) + 1);
        national := CASE WHEN henk.without_national_prefix(national, home) ~ ('^(?:' || home.possible || ')$') THEN national END;
    END IF;
    digits := coalesce(national, digits);
    national := henk.national_number(digits, home);
    IF national IS NULL THEN
        -- A number of another region under the same calling code.
        FOR abroad IN
            SELECT * FROM henk.phone_regions r WHERE r.calling_code = home.calling_code AND r.region <> home.region ORDER BY r.rank
        LOOP
            IF henk.without_national_prefix(digits, home) ~ ('^(?:' || abroad.valid || ')$') THEN
                national := henk.without_national_prefix(digits, home);
                EXIT;
            END IF;
        END LOOP;
    END IF;
    RETURN '+' || home.calling_code || national;
END
$$;

CREATE FUNCTION henk.without_national_prefix(p_digits text, p_region henk.phone_regions) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    possible text := '^(?:' || p_region.possible || ')$';
    shorter text;
BEGIN
    IF p_region.national_prefix IS NULL THEN
        RETURN p_digits;
    END IF;
    shorter := CASE WHEN p_region.national_transform IS NOT NULL
            AND (regexp_match(p_digits, '^(?:' || p_region.national_prefix || ')'))[1] IS NOT NULL
        THEN regexp_replace(p_digits, '^(?:' || p_region.national_prefix || ')', p_region.national_transform)
        ELSE regexp_replace(p_digits, '^(?:' || p_region.national_prefix || ')', '') END;
    RETURN CASE WHEN p_digits ~ possible AND shorter !~ possible THEN p_digits ELSE shorter END;
END
$$;

CREATE FUNCTION henk.national_number(p_digits text, p_region henk.phone_regions) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    national text;
BEGIN
    -- Most numbers are written without a prefix.
    IF p_digits ~ ('^(?:' || p_region.valid || ')$') AND (p_region.national_prefix IS NULL
        OR p_digits !~ ('^(?:' || p_region.national_prefix || ')')) THEN
        RETURN p_digits;
    END IF;
    national := henk.without_national_prefix(p_digits, p_region);
    RETURN CASE WHEN national ~ ('^(?:' || p_region.valid || ')$') THEN national END;
END
$$;

-- The region a lead's national numbers are dialled in: its country by code or by name, else the business's. Null for a country that nobody
-- knows: its numbers are read only with their calling code, for a German number is no American one.
CREATE FUNCTION henk.region_of(p_country text, p_default text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(btrim(p_country), '') = '' THEN
        RETURN p_default;
    END IF;
    RETURN (SELECT r.region FROM henk.phone_regions r WHERE r.region = upper(btrim(p_country)) OR lower(btrim(p_country)) = ANY (r.country_names)
        ORDER BY r.region <> upper(btrim(p_country)) LIMIT 1);
END
$$;

-- What identifies a contact without saying it: for suppressions of people who are erased. A phone number has few digits; whoever may read
-- this table could find it by trying all of them, so it is a pseudonym, not anonymity.
CREATE FUNCTION henk.fingerprint(p_business_id uuid, p_value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 'sha256:' || encode(sha256(convert_to(p_business_id::text || ' ' || p_value, 'UTF8')), 'hex');

-- Whether a number must not be called, by either of a lead's numbers. For single leads; add_lead_list_to_campaign asks for whole lists.
CREATE FUNCTION henk.is_suppressed(p_business_id uuid, p_phone text, p_mobile_phone text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM public.suppressions s
        WHERE s.business_id = p_business_id AND s.channel = 'phone' AND s.value IN (p_phone, p_mobile_phone,
            henk.fingerprint(p_business_id, p_phone), henk.fingerprint(p_business_id, p_mobile_phone)))
$$;

-- The written form, for everybody who writes leads. What cannot be read stays as it was written: nothing is lost.
CREATE FUNCTION henk.normalise_lead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text := henk.region_of(NEW.country, (SELECT b.default_country FROM public.businesses b WHERE b.id = NEW.business_id));
BEGIN
    NEW.email := nullif(henk.normalise_email(NEW.email), '');
    NEW.phone := coalesce(henk.normalise_phone(NEW.phone, region), nullif(btrim(NEW.phone), ''));
    NEW.mobile_phone := coalesce(henk.normalise_phone(NEW.mobile_phone, region), nullif(btrim(NEW.mobile_phone), ''));
    RETURN NEW;
END
$$;
-- Two cheap questions, asked of every row without a call: is it a plain e-mail, is it E.164 already?
CREATE FUNCTION henk.is_plain_email(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_email ~ '^[^[:upper:]\s<>,;]*[^[:upper:]\s<>,;.]$', true);
CREATE FUNCTION henk.is_e164(p_phone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_phone ~ '^\+[1-9]\d{6,14}$', true);

CREATE TRIGGER normalise_inserted BEFORE INSERT ON leads FOR EACH ROW
WHEN (NOT (henk.is_plain_email(NEW.email) AND henk.is_e164(NEW.phone) AND henk.is_e164(NEW.mobile_phone)))
EXECUTE FUNCTION henk.normalise_lead();
CREATE TRIGGER normalise_updated BEFORE UPDATE OF email, phone, mobile_phone ON leads FOR EACH ROW
WHEN (
    (NEW.email IS DISTINCT FROM OLD.email OR NEW.phone IS DISTINCT FROM OLD.phone OR NEW.mobile_phone IS DISTINCT FROM OLD.mobile_phone)
    AND NOT (henk.is_plain_email(NEW.email) AND henk.is_e164(NEW.phone) AND henk.is_e164(NEW.mobile_phone))
)
EXECUTE FUNCTION henk.normalise_lead();

CREATE FUNCTION henk.normalise_suppression() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text;
BEGIN
    SELECT default_country INTO region FROM public.businesses WHERE id = NEW.business_id;
    NEW.value := CASE NEW.channel WHEN 'phone' THEN coalesce(henk.normalise_phone(NEW.value, region), btrim(NEW.value))
        ELSE henk.normalise_email(NEW.value) END;
    RETURN NEW;
END
$$;
CREATE TRIGGER normalise_value BEFORE INSERT OR UPDATE OF value, channel ON suppressions FOR EACH ROW
WHEN (NEW.value !~ '^sha256:' AND (NEW.channel <> 'phone' OR NOT henk.is_e164(NEW.value)))
EXECUTE FUNCTION henk.normalise_suppression();

-- An opt-out ends calls that are still to come, in every campaign that leaves such people out, the moment it is said: by a flag of a lead,
-- by a number that a lead gets, by a suppression.
CREATE FUNCTION henk.end_calls(p_lead_ids uuid[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
    FROM public.campaigns c
    WHERE cl.lead_id = ANY (p_lead_ids) AND c.id = cl.campaign_id AND c.exclude_dnc
        AND cl.status IN ('new', 'queued', 'contacted', 'failed')
$$;

CREATE FUNCTION henk.end_calls_of_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    SELECT array_agg(n.id) INTO lead_ids FROM went o JOIN came n ON n.id = o.id
    WHERE ((n.do_not_call OR n.dnc) AND NOT (o.do_not_call OR o.dnc))
        OR ((n.phone IS DISTINCT FROM o.phone OR n.mobile_phone IS DISTINCT FROM o.mobile_phone)
            AND henk.is_suppressed(n.business_id, n.phone, n.mobile_phone));
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_calls AFTER UPDATE ON leads
REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_leads();

CREATE FUNCTION henk.end_calls_of_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    SELECT array_agg(t.id) INTO lead_ids FROM (
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.mobile_phone = s.value WHERE s.channel = 'phone') t;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_calls_inserted AFTER INSERT ON suppressions
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_numbers();
CREATE TRIGGER end_calls_updated AFTER UPDATE ON suppressions
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_numbers();

-- A client that puts a lead into a campaign by hand names no business (it cannot: only the pipeline and our functions may), and comes by
-- here. Our functions leave such people out before they insert.
CREATE FUNCTION henk.fill_campaign_lead() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    leaves_out boolean;
BEGIN
    SELECT business_id, exclude_dnc INTO NEW.business_id, leaves_out FROM public.campaigns WHERE id = NEW.campaign_id;
    IF leaves_out AND NEW.status IN ('new', 'queued') AND EXISTS (
        SELECT FROM public.leads l WHERE l.id = NEW.lead_id
            AND (l.do_not_call OR l.dnc OR henk.is_suppressed(l.business_id, l.phone, l.mobile_phone))) THEN
        NEW.status := 'dnc';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER fill_business_id BEFORE INSERT ON campaign_leads
FOR EACH ROW WHEN (NEW.business_id IS NULL) EXECUTE FUNCTION henk.fill_campaign_lead();

-- Old rows get the written form, too. What stood there is kept in source_metadata.as_typed. Nobody is merged: that is for review.
DO $old$
DECLARE
    n bigint;
BEGIN
    ALTER TABLE leads DISABLE TRIGGER touch_updated_at;
    WITH formed AS (
        SELECT l.id, nullif(henk.normalise_email(l.email), '') AS email,
            coalesce(henk.normalise_phone(l.phone, r.region), l.phone) AS phone,
            coalesce(henk.normalise_phone(l.mobile_phone, r.region), l.mobile_phone) AS mobile_phone
        FROM leads l JOIN businesses b ON b.id = l.business_id
        CROSS JOIN LATERAL (SELECT henk.region_of(l.country, b.default_country) AS region) r
        WHERE NOT (henk.is_plain_email(l.email) AND henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone)))
    UPDATE leads l SET email = f.email, phone = f.phone, mobile_phone = f.mobile_phone,
        source_metadata = l.source_metadata || jsonb_build_object('as_typed', jsonb_strip_nulls(jsonb_build_object(
            'email', CASE WHEN l.email <> f.email THEN l.email END, 'phone', CASE WHEN l.phone <> f.phone THEN l.phone END,
            'mobile_phone', CASE WHEN l.mobile_phone <> f.mobile_phone THEN l.mobile_phone END)))
    FROM formed f
    WHERE f.id = l.id AND (l.email, l.phone, l.mobile_phone) IS DISTINCT FROM (f.email, f.phone, f.mobile_phone)
        AND (f.email IS NOT NULL OR f.phone IS NOT NULL OR f.mobile_phone IS NOT NULL);
    GET DIAGNOSTICS n = ROW_COUNT;
    ALTER TABLE leads ENABLE TRIGGER touch_updated_at;
    IF n > 0 THEN
        INSERT INTO henk.migration_report (migration, said) VALUES ('0007_contacts',
            format('wrote e-mails and phones of %s leads in their one form; as they were typed they stand in source_metadata', n));
        RAISE INFO 'wrote e-mails and phones of % leads in their one form; as they were typed they stand in source_metadata', n;
    END IF;

    -- An opt-out is the number's, not only the row's: the same number may stand in other rows, and in tomorrow's file.
    INSERT INTO suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT t.business_id, t.channel, t.value, 'the lead had opted out', 'migration' FROM (
        SELECT business_id, 'phone' AS channel, phone AS value FROM leads WHERE do_not_call OR dnc
        UNION ALL SELECT business_id, 'phone', mobile_phone FROM leads WHERE do_not_call OR dnc
        UNION ALL SELECT business_id, 'email', email FROM leads WHERE do_not_email OR email_opt_out) t
    WHERE t.value IS NOT NULL
    ON CONFLICT (business_id, channel, value) DO NOTHING;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n > 0 THEN
        INSERT INTO henk.migration_report (migration, said) VALUES ('0007_contacts', format('kept %s opt-outs as suppressions', n));
        RAISE INFO 'kept % opt-outs as suppressions', n;
    END IF;
END
$old$;

-- migrate:down
-- Forward only.
