-- migrate:up
-- Undo asks lists with criteria, too: whom they had found only by values of the undone import leaves them, and the campaigns into which that brought
-- them.
-- Under `frozen` and `enter` they stayed there, and kept assignments and lists of the undone import.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Step of undo, when the values are as if the import had not been: leads that came on a list with criteria since the import, and no longer meet
-- them, leave it. They are in pg_temp.henk_left then. The two of a merge are passed over: what they have together, the next refresh is asked about.
-- Gives: whether anybody has left.
CREATE FUNCTION henk.leave_criteria(p_import_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list record;
BEGIN
    DELETE FROM pg_temp.henk_left;
    FOR list IN
        SELECT o.id, i.business_id, i.started_at, (SELECT ll.filter_criteria FROM public.lead_lists ll WHERE ll.id = o.id) AS criteria
        FROM public.lead_imports i CROSS JOIN LATERAL henk.lists_to_refresh(i.business_id) WITH ORDINALITY o (id, name, place)
        WHERE i.id = p_import_id ORDER BY o.place
    LOOP
        BEGIN
            EXECUTE 'WITH gone AS (DELETE FROM public.lead_list_members m USING pg_temp.henk_undo u WHERE m.lead_list_id = $3 AND m.lead_id = u.lead_id '
                'AND NOT u.worked_on AND m.origin = ''criteria'' AND m.added_at >= $4 '
                'AND NOT EXISTS (SELECT FROM pg_temp.henk_apart a WHERE u.lead_id IN (a.kept, a.dropped)) '
                'AND NOT EXISTS (SELECT FROM public.leads l WHERE l.id = m.lead_id AND ('
                || henk.compile_filter(list.criteria, p_depth => 2, p_business_id => list.business_id)
                || ')) RETURNING m.lead_id, m.lead_list_id, m.added_at) INSERT INTO pg_temp.henk_left SELECT * FROM gone'
            USING list.criteria, list.business_id, list.id, list.started_at;
        EXCEPTION
            WHEN invalid_parameter_value OR data_exception THEN
                NULL; -- criteria that cannot be read any more: the list's next refresh says so
        END;
    END LOOP;
    RETURN EXISTS (SELECT FROM pg_temp.henk_left);
END
$$;
COMMENT ON FUNCTION henk.leave_criteria(uuid) IS 'Step of undo: who met criteria only by the import leaves their lists.';
REVOKE ALL ON FUNCTION henk.leave_criteria(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.leave_criteria(uuid) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        -- Asked once more, when lists with criteria have been asked: also about those who stayed by such a list only.
        ['henk.keep_in_campaigns(uuid)', 'WHERE coalesce(g.added_at <= c.added_at, true) AND henk.may_leave(c)
        AND (c.import_id IS NOT NULL OR c.added_at = a.assigned_at OR a.follow <> ''frozen''
            OR EXISTS (SELECT FROM henk.assigned_by_hand b WHERE b.assignment_id = a.id AND b.at = c.added_at));',
            'WHERE henk.may_leave(c) AND (EXISTS (SELECT FROM pg_temp.henk_by_criteria k WHERE k.id = c.id AND k.lead_list_id = g.lead_list_id)
        OR (coalesce(g.added_at <= c.added_at, true) AND (c.import_id IS NOT NULL OR c.added_at = a.assigned_at OR a.follow <> ''frozen''
            OR EXISTS (SELECT FROM henk.assigned_by_hand b WHERE b.assignment_id = a.id AND b.at = c.added_at))));'],
        ['henk.keep_in_campaigns(uuid)', 'DROP TABLE pg_temp.henk_asked, pg_temp.henk_giving, pg_temp.henk_kept, pg_temp.henk_handed;',
            'INSERT INTO pg_temp.henk_by_criteria SELECT k.id, k.lead_list_id FROM pg_temp.henk_kept k
    JOIN public.campaign_leads c ON c.id = k.id JOIN public.lead_list_members m ON m.lead_list_id = k.lead_list_id AND m.lead_id = c.lead_id
    WHERE m.origin = ''criteria'';
    DELETE FROM pg_temp.henk_handed;
    DROP TABLE pg_temp.henk_asked, pg_temp.henk_giving, pg_temp.henk_kept;'],
        -- Also where the import did not assign the list.
        ['henk.attribute_anew(uuid)', 'FROM public.campaign_lead_lists a
        JOIN public.campaign_leads c ON c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id AND c.import_id IS DISTINCT FROM p_import_id
        WHERE a.import_id = p_import_id
            AND NOT EXISTS (SELECT FROM public.lead_list_members k WHERE k.lead_list_id = a.lead_list_id AND k.lead_id = c.lead_id)) came',
            'FROM (
            SELECT o.* FROM public.campaign_lead_lists a
            JOIN public.campaign_leads o ON o.campaign_id = a.campaign_id AND o.lead_list_id = a.lead_list_id WHERE a.import_id = p_import_id
            UNION ALL
            SELECT o.* FROM pg_temp.henk_left g JOIN public.campaign_leads o ON o.lead_id = g.lead_id AND o.lead_list_id = g.lead_list_id) c
        WHERE c.import_id IS DISTINCT FROM p_import_id
            AND NOT EXISTS (SELECT FROM public.lead_list_members k WHERE k.lead_list_id = c.lead_list_id AND k.lead_id = c.lead_id)) came'],
        -- A list that had been taken off a campaign, and that only the import has put on it again, is off it again.
        ['henk.restore_terms(uuid)', 'filter_criteria = v.filter_criteria, follow = v.follow
', 'filter_criteria = v.filter_criteria, follow = v.follow, is_active = v.is_active,
            completed_at = CASE WHEN a.is_active AND NOT v.is_active THEN now() ELSE a.completed_at END
'],
        ['henk.restore_terms(uuid)', 'IS NOT DISTINCT FROM t.says
            GROUP BY o.id', 'IS NOT DISTINCT FROM t.says
                AND NOT (t.term = ''is_active'' AND EXISTS (SELECT FROM henk.assigned_by_hand b WHERE b.assignment_id = o.id AND b.at > henk.moment_of(p_import_id)))
            GROUP BY o.id'],
        ['henk.undo_import(uuid)', 'PERFORM henk.restore_terms(p_import_id);',
            'CREATE TEMP TABLE henk_by_criteria (id uuid, lead_list_id uuid) ON COMMIT DROP;
    PERFORM henk.restore_terms(p_import_id);'],
        ['henk.undo_import(uuid)', '    DELETE FROM public.campaign_lead_lists a
    WHERE a.campaign_id = ANY (import.campaign_ids) AND a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));
    GET DIAGNOSTICS assignments = ROW_COUNT;
', ''],
        ['henk.undo_import(uuid)', '    pairs := henk.ask_about_contacts_given_back();', '    IF henk.leave_criteria(p_import_id) THEN
        campaign_leads := campaign_leads + henk.keep_in_campaigns(p_import_id);
        PERFORM henk.attribute_anew(p_import_id);
    END IF;
    DELETE FROM public.campaign_lead_lists a
    WHERE a.campaign_id = ANY (import.campaign_ids) AND a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));
    GET DIAGNOSTICS assignments = ROW_COUNT;
    pairs := henk.ask_about_contacts_given_back();'],
        ['henk.undo_import(uuid)', 'DROP TABLE pg_temp.henk_undo, pg_temp.henk_left;',
            'DROP TABLE pg_temp.henk_undo, pg_temp.henk_left, pg_temp.henk_handed, pg_temp.henk_by_criteria;']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as an earlier migration left it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

-- migrate:down
-- Forward only.
