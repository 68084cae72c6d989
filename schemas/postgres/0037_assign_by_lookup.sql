-- migrate:up
-- noqa: disable=LT02,LT05
-- The planner joins by what its statistics know of a list, a business or a campaign. In the first night of a business that is nothing: it expected
-- one row, and compared each of 2,500 members of a list with all 8,500 leads of the business (henk.leads_not_to_call worked out 21 million times,
-- five minutes a list). Where a row has an id, the conditions here leave nothing but the look-up by that id: a campaign is compared in a way that no
-- index serves (IS NOT DISTINCT FROM). The rules are those of 0010 and 0033, unchanged.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';

CREATE OR REPLACE FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    attribution record;
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id <> p_lead_list_id AND a.is_active) THEN
        RETURN;
    END IF;
    SELECT * INTO attribution FROM henk.compile_attribution(p_campaign_id);
    EXECUTE 'UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id FROM (' || attribution.query || ') best '
        'WHERE cl.campaign_id IS NOT DISTINCT FROM $2 AND cl.lead_id = best.lead_id '
        'AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id'
        USING attribution.filters, p_campaign_id, p_lead_list_id;
END
$$;

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
        ' AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id IS NOT DISTINCT FROM $3 AND cl.lead_id = l.id)';
    IF campaign.exclude_dnc THEN
        eligible := eligible || ' AND NOT EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id)';
    END IF;
    IF campaign.dedupe_by_phone THEN
        eligible := 'SELECT d.id FROM (SELECT DISTINCT ON (coalesce(e.number, e.id::text)) e.id, e.is_taken FROM ('
            'SELECT n.id, n.number, n.lead_score, false AS is_taken FROM (' || eligible || ') n UNION ALL '
            'SELECT other.id, coalesce(other.phone, other.mobile_phone), NULL, true FROM public.campaign_leads cl '
            'JOIN public.leads other ON other.id = cl.lead_id WHERE cl.campaign_id = $3 AND coalesce(other.phone, other.mobile_phone) IS NOT NULL) e '
            'ORDER BY coalesce(e.number, e.id::text), e.is_taken DESC, e.lead_score DESC NULLS LAST, e.id) d WHERE NOT d.is_taken';
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
    PERFORM henk.complete_assignments(ARRAY[assignment_id]); -- with nobody left to call it is as done as it was
END
$$;

-- migrate:down
-- Forward only.
