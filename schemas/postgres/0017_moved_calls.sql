-- migrate:up
-- Two ways by which a call could still come to somebody who must not be called, both met in thirty simulated nights (tests/faults/test_soak.py).

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- A merge, or one taken apart, gives a lead the campaign leads of another: of a lead that says no more they say no more, too.
CREATE FUNCTION henk.end_moved_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.status IN ('new', 'queued', 'contacted', 'failed')
        AND (SELECT c.exclude_dnc FROM public.campaigns c WHERE c.id = NEW.campaign_id)
        AND (SELECT l.do_not_call OR l.dnc OR henk.is_suppressed(l.business_id, l.phone, l.mobile_phone)
            FROM public.leads l WHERE l.id = NEW.lead_id)
    THEN
        NEW.status := 'dnc';
        NEW.next_attempt_at := NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER end_moved_call BEFORE UPDATE OF lead_id ON campaign_leads FOR EACH ROW
WHEN (NEW.lead_id IS DISTINCT FROM OLD.lead_id AND NEW.lead_id IS NOT NULL) EXECUTE FUNCTION henk.end_moved_call();

-- Of an erased person a fingerprint stays, which no index finds (henk.end_calls_of_numbers looks for numbers): whoever shares the number is looked
-- for among those who wait for a call.
CREATE FUNCTION henk.end_calls_of_fingerprints() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM came s WHERE s.channel = 'phone' AND s.value LIKE 'sha256:%') THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(l.id) INTO lead_ids
    FROM (SELECT DISTINCT s.business_id FROM came s WHERE s.channel = 'phone' AND s.value LIKE 'sha256:%') b
    JOIN public.campaign_leads cl ON cl.business_id = b.business_id AND cl.status IN ('new', 'queued', 'contacted', 'failed')
    JOIN public.leads l ON l.id = cl.lead_id
    WHERE EXISTS (SELECT FROM came s WHERE s.business_id = b.business_id AND s.channel = 'phone'
        AND s.value IN (henk.fingerprint(b.business_id, l.phone), henk.fingerprint(b.business_id, l.mobile_phone)));
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_calls_fingerprint_inserted AFTER INSERT ON suppressions
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_fingerprints();
CREATE TRIGGER end_calls_fingerprint_updated AFTER UPDATE ON suppressions
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.end_calls_of_fingerprints();
REVOKE EXECUTE ON FUNCTION henk.end_moved_call(), henk.end_calls_of_fingerprints() FROM PUBLIC;

-- Those who wait for a call already and must not. Statistics first: after a move of 100,000 leads there are none, and PostgreSQL 15 guessed its way
-- into 95 seconds.
ANALYZE leads, campaign_leads, campaigns, suppressions;
UPDATE campaign_leads AS cl SET status = 'dnc', next_attempt_at = NULL
FROM campaigns AS c, leads AS l
WHERE
    c.id = cl.campaign_id AND c.exclude_dnc AND l.id = cl.lead_id AND cl.status IN ('new', 'queued', 'contacted', 'failed')
    AND (l.do_not_call OR l.dnc OR henk.is_suppressed(l.business_id, l.phone, l.mobile_phone));

-- migrate:down
-- Forward only.
