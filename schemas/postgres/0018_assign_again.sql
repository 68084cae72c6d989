-- migrate:up
-- henk.assign_list passes over members that the campaign has already, before anything else is asked of them: a large list of which little is
-- new is assigned again every night. And it makes ids that ascend, of one random end (UUIDs of version 7, RFC 9562): a random one for each of
-- 900,000 rows took 3 s by itself, and put each row into another page of the index.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- Assign a list to a campaign and give the campaign its members. Gives: the assignment, and how many campaign leads are new.
-- Left out, where the campaign says so: who must not be called, by a flag or by a suppressed number; and whoever would be called on a
-- number that somebody of the campaign has. Nobody's status, attempts or amounts change.
CREATE OR REPLACE FUNCTION henk.assign_list(
    p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid DEFAULT NULL, OUT assignment_id uuid, OUT added integer
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign record;
    list_business uuid;
    criteria jsonb;
    eligible text;
    insertion text;
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    random_end text := substr(gen_random_uuid()::text, 20);
BEGIN
    -- One assignment to a campaign at a time.
    SELECT c.id, c.business_id, c.exclude_dnc, c.dedupe_by_phone INTO campaign FROM public.campaigns c
    WHERE c.id = p_campaign_id FOR NO KEY UPDATE;
    SELECT ll.business_id INTO list_business FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_campaign_id, campaign.id, 'campaign'), henk.require_record(p_lead_list_id, list_business, 'lead list');
    IF list_business <> campaign.business_id THEN
        RAISE EXCEPTION 'The lead list and the campaign belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    VALUES (campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE
    -- A list that was taken away, or done with, is taken up again; one that is paused stays paused.
    SET priority = EXCLUDED.priority, is_active = a.is_active OR a.completed_at IS NOT NULL, completed_at = NULL
    WHERE a.priority <> EXCLUDED.priority OR a.completed_at IS NOT NULL;
    SELECT a.id, a.filter_criteria INTO assignment_id, criteria FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;

    eligible := 'SELECT l.id, coalesce(l.phone, l.mobile_phone) AS number, l.lead_score '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id '
        'WHERE m.lead_list_id = $4 AND (' || henk.compile_filter(criteria) || ')'
        ' AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id = $3 AND cl.lead_id = l.id)';
    IF campaign.exclude_dnc THEN
        eligible := eligible || ' AND NOT (l.do_not_call OR l.dnc)'
            ' AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = $2 AND s.channel = ''phone'' AND s.value = l.phone)'
            ' AND NOT EXISTS (SELECT FROM public.suppressions s'
            ' WHERE s.business_id = $2 AND s.channel = ''phone'' AND s.value = l.mobile_phone)';
        IF EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = list_business AND s.channel = 'phone' AND s.value LIKE 'sha256:%')
        THEN
            eligible := eligible || ' AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = $2'
                ' AND s.channel = ''phone'' AND s.value = henk.fingerprint($2, l.phone))'
                ' AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = $2'
                ' AND s.channel = ''phone'' AND s.value = henk.fingerprint($2, l.mobile_phone))';
        END IF;
    END IF;
    IF campaign.dedupe_by_phone THEN
        eligible := 'SELECT DISTINCT ON (coalesce(e.number, e.id::text)) e.id FROM (' || eligible || ') e WHERE NOT EXISTS ('
            'SELECT FROM public.campaign_leads cl JOIN public.leads other ON other.id = cl.lead_id '
            'WHERE cl.campaign_id = $3 AND other.id <> e.id AND coalesce(other.phone, other.mobile_phone) = e.number) '
            'ORDER BY coalesce(e.number, e.id::text), e.lead_score DESC NULLS LAST, e.id';
    END IF;
    insertion := 'INSERT INTO public.campaign_leads (id, business_id, campaign_id, lead_id, lead_list_id, import_id) '
        'SELECT (lpad(to_hex($6 + (e.n >> 12)), 12, ''0'') || ''7'' || lpad(to_hex(e.n & 4095), 3, ''0'') || $7)::uuid, $2, $3, e.id, $4, $5 '
        'FROM (SELECT e.id, row_number() OVER (ORDER BY e.id) AS n FROM (' || eligible || ') e) e ORDER BY e.n';
    BEGIN
        EXECUTE insertion USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id, milliseconds, random_end;
        GET DIAGNOSTICS added = ROW_COUNT;
    EXCEPTION WHEN unique_violation THEN
        -- Somebody has given the campaign one of them at this moment. To expect it of each row takes 2 s of 900,000.
        EXECUTE insertion || ' ON CONFLICT (campaign_id, lead_id) DO NOTHING'
        USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id, milliseconds, random_end;
        GET DIAGNOSTICS added = ROW_COUNT;
    END;
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
END
$$;

-- migrate:down
-- Forward only.
