-- migrate:up
-- A refresh that changes no member compares campaigns with the list all the same: an assignment that was paused or whose filter was other, a
-- campaign that was over, an opt-out that was taken back, a twin of one telephone, a merge into somebody who is excluded left people out of a
-- campaign, or in it, until somebody else came to the list or left it. And a list that refreshes when somebody asks is filled when it is made and
-- before it is assigned.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Whether a list has members that its campaign may call and has not: assign_list writes more than its rows.
CREATE FUNCTION henk.is_offered_more(p_campaign_id uuid, p_lead_list_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assignment record;
    is_more boolean;
BEGIN
    SELECT a.filter_criteria, a.business_id, c.exclude_dnc INTO assignment
    FROM public.campaign_lead_lists a JOIN public.campaigns c ON c.id = a.campaign_id
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    EXECUTE 'SELECT EXISTS (SELECT FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id WHERE m.lead_list_id = $3 AND ('
        || henk.compile_filter(assignment.filter_criteria, p_depth => 2, p_business_id => assignment.business_id) || ')'
        ' AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id = $2 AND cl.lead_id = l.id)'
        || CASE WHEN assignment.exclude_dnc THEN ' AND NOT EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id)' ELSE '' END || ')'
    INTO is_more USING assignment.filter_criteria, p_campaign_id, p_lead_list_id;
    RETURN is_more;
END
$$;
COMMENT ON FUNCTION henk.is_offered_more(uuid, uuid) IS 'Whether a list has members that its campaign may call and has not.';
REVOKE EXECUTE ON FUNCTION henk.is_offered_more(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.is_offered_more(uuid, uuid) TO service_role;

-- Campaigns follow a list, whose members may have changed. Gives: of each assignment that is concerned what was done, or why nothing.
CREATE OR REPLACE FUNCTION henk.follow_list(p_lead_list_id uuid, p_entered uuid[], p_gone uuid[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target record;
    report jsonb := '[]';
    added integer;
    withdrawn integer;
    is_asked boolean;
BEGIN
    FOR target IN
        SELECT a.id, a.campaign_id, a.priority, a.follow, a.filter_criteria, c.name, c.status::text AS status
        FROM public.campaign_lead_lists a JOIN public.campaigns c ON c.id = a.campaign_id JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.lead_list_id = p_lead_list_id AND a.is_active AND (henk.is_smart(ll) OR a.follow = 'mirror')
        ORDER BY a.campaign_id
    LOOP
        is_asked := target.filter_criteria IS NOT NULL OR cardinality(p_entered || p_gone) > 0;
        added := 0;
        withdrawn := 0;
        IF target.status NOT IN ('draft', 'active', 'paused') THEN
            IF is_asked THEN
                report := report || jsonb_build_object('campaign', target.name, 'campaign_id', target.campaign_id, 'follow', target.follow,
                    'reason', format('the campaign is %s: no lead joins or leaves it', target.status));
            END IF;
            CONTINUE;
        ELSIF target.follow <> 'frozen' THEN
            IF henk.is_offered_more(target.campaign_id, p_lead_list_id) THEN
                SELECT a.added INTO added FROM henk.assign_list(target.campaign_id, p_lead_list_id, target.priority) a;
            END IF;
            IF target.follow = 'mirror' THEN
                withdrawn := henk.withdraw_leads(target.campaign_id, p_lead_list_id);
            END IF;
        END IF;
        -- Who left belongs to another list of the campaign that has the lead, whoever followed.
        IF cardinality(p_gone) > 0 THEN
            PERFORM henk.reattribute(target.campaign_id, p_gone);
        END IF;
        IF is_asked OR added + withdrawn > 0 THEN
            report := report || jsonb_build_object('campaign', target.name, 'campaign_id', target.campaign_id, 'follow', target.follow,
                'added', added, 'withdrawn', withdrawn);
        END IF;
    END LOOP;
    RETURN report;
END
$$;

CREATE OR REPLACE FUNCTION henk.fill_smart_list() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT henk.is_smart(NEW) OR NEW.refresh = 'frozen' OR (TG_OP = 'UPDATE' AND NEW.refresh <> 'auto') OR NEW.is_archived OR coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    -- Where an import of the business runs, the list is filled after it.
    IF henk.refresh_list(NEW.id, false, 'rule', p_wait => false) IS NULL THEN
        PERFORM henk.note_change_of(NEW.business_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION henk.refresh_for_assignment(p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(current_setting('henk.list_refresh', true), '') = '' AND EXISTS (SELECT FROM public.lead_lists ll
        WHERE ll.id = p_lead_list_id AND henk.is_smart(ll) AND ll.refresh <> 'frozen' AND NOT ll.is_archived) THEN
        PERFORM henk.refresh_list(p_lead_list_id, false, 'rule', p_wait => false);
    END IF;
END
$$;

DROP TRIGGER note_list_change ON campaigns;
CREATE TRIGGER note_list_change AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (NEW.status IS DISTINCT FROM OLD.status OR NEW.exclude_dnc <> OLD.exclude_dnc OR NEW.dedupe_by_phone <> OLD.dedupe_by_phone)
EXECUTE FUNCTION henk.note_list_change();
DROP TRIGGER note_list_change ON campaign_lead_lists;
CREATE TRIGGER note_list_change AFTER INSERT OR UPDATE OF filter_criteria, follow, is_active ON campaign_lead_lists FOR EACH ROW
WHEN (NEW.follow <> 'frozen') EXECUTE FUNCTION henk.note_list_change();

-- migrate:down
-- Forward only.
