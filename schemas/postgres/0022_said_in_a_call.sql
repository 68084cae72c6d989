-- migrate:up
-- Who says in a call of one campaign not to be called any more (the status that whoever calls gives it, `dnc`) is not called by any other of the
-- business either: the lead's own flag and its numbers' suppression say so, as they do for a word in a file. Until now it ended that one call.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.keep_no(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.leads SET dnc = true WHERE id = ANY (p_lead_ids) AND NOT dnc;
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', n.number, 'said in a call', 'campaign'
    FROM public.leads l CROSS JOIN unnest(ARRAY[l.phone, l.mobile_phone]) n (number)
    WHERE l.id = ANY (p_lead_ids) AND n.number IS NOT NULL
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
END
$$;

CREATE FUNCTION henk.keep_no_of_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    RETURN NULL;
END
$$;
-- Not where a call ends because of a flag or a suppression, which is within their triggers: that has been said already.
CREATE TRIGGER keep_no AFTER UPDATE OF status ON campaign_leads FOR EACH ROW
WHEN (NEW.status = 'dnc' AND OLD.status <> 'dnc' AND NEW.lead_id IS NOT NULL AND pg_trigger_depth() = 0)
EXECUTE FUNCTION henk.keep_no_of_call();

-- A call under way is not ended by an opt-out; where it would be made again, or one that was ended, it is.
CREATE TRIGGER end_call_under_way BEFORE UPDATE OF status ON campaign_leads FOR EACH ROW
WHEN (OLD.status IN ('calling', 'dnc') AND NEW.status IN ('new', 'queued', 'contacted', 'failed') AND NEW.lead_id IS NOT NULL)
EXECUTE FUNCTION henk.end_moved_call();
REVOKE EXECUTE ON FUNCTION henk.keep_no(uuid[]), henk.keep_no_of_call() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.keep_no(uuid[]) TO service_role;

-- What was said before. Statistics first, as in 0017.
ANALYZE leads, campaign_leads, suppressions;
SELECT henk.keep_no(array_agg(l.id))
FROM campaign_leads AS cl
INNER JOIN leads AS l ON cl.lead_id = l.id
WHERE cl.status = 'dnc' AND NOT (l.do_not_call OR l.dnc) AND NOT henk.is_suppressed(l.business_id, l.phone, l.mobile_phone);

-- migrate:down
-- Forward only.
