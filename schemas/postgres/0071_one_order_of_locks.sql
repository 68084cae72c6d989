-- migrate:up
-- Whatever writes members of lists or assignments takes one lock of the business first, then rows: list, campaign, assignment, call. Imports,
-- refreshes and merges take henk.lock_business before it. Eight threads that refresh, edit, merge and import at once gave 9 to 13 deadlocks in 12 s
-- before, and one or none since (tests/faults/test_lists_at_once.py): a call that is written while a client changes the priority of its list.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- One transaction a business at a time writes members and assignments. Imports take henk.lock_business first, and this where they begin to fill
-- lists, so that a client waits for the end of an import, not for all of it.
CREATE FUNCTION henk.lock_lists(p_business_id uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('henk.lists.' || p_business_id, 0));
$$;
COMMENT ON FUNCTION henk.lock_lists(uuid) IS 'Take the lock under which members of lists and assignments of a business are written.';
REVOKE EXECUTE ON FUNCTION henk.lock_lists(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.lock_lists(uuid) TO service_role;

-- Of a client's statement, before it locks a row: which business it writes is not known yet. Almost everybody writes in one; somebody who writes in
-- several waits for none of the others, and may have to repeat a statement that ends in a deadlock.
CREATE FUNCTION henk.lock_lists_first() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    businesses uuid[] := henk.my_businesses('{owner,admin,member}');
BEGIN
    IF cardinality(businesses) = 1 THEN
        PERFORM henk.lock_lists(businesses[1]);
    ELSE
        PERFORM pg_try_advisory_xact_lock(hashtextextended('henk.lists.' || b, 0)) FROM unnest(businesses) b;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.lock_lists_first() IS 'Trigger: a client''s statement on members or assignments takes henk.lock_lists first.';
REVOKE EXECUTE ON FUNCTION henk.lock_lists_first() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.lock_lists_first() TO service_role;

-- The activity of leads that somebody else wrote while a call of theirs was written: scoring calls it first. Calls of two days are enough.
CREATE FUNCTION henk.note_calls(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('henk.scores_only', 'on', true); -- the lead's own data has not changed
    WITH spoken AS MATERIALIZED (
        SELECT cl.lead_id, max(least(now(), greatest(henk.publishable(cl.contacted_at), henk.publishable(cl.converted_at)))) AS at
        FROM public.campaign_leads cl
        WHERE cl.business_id = p_business_id AND cl.lead_id IS NOT NULL
            AND greatest(henk.publishable(cl.contacted_at), henk.publishable(cl.converted_at)) > now() - interval '2 days' GROUP BY cl.lead_id
    ), locked AS MATERIALIZED (
        SELECT l.id, s.at FROM public.leads l JOIN spoken s ON s.lead_id = l.id
        WHERE l.last_activity_at IS NULL OR l.last_activity_at < s.at ORDER BY l.id FOR NO KEY UPDATE OF l
    )
    UPDATE public.leads l SET last_activity_at = k.at FROM locked k WHERE l.id = k.id AND k.at IS NOT NULL;
    PERFORM set_config('henk.scores_only', '', true);
END
$$;
COMMENT ON FUNCTION henk.note_calls(uuid) IS 'Write the last activity of leads whose calls of the last two days are later.';
REVOKE EXECUTE ON FUNCTION henk.note_calls(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.note_calls(uuid) TO service_role;

DO $change$
DECLARE
    written record;
    changes text[] := ARRAY[
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', 'henk.lock_business(business);',
            'henk.lock_business(business), henk.lock_lists(business);'],
        ARRAY['henk.unmerge(uuid)', $b$    SELECT * INTO merge FROM$b$,
            $a$    PERFORM henk.lock_lists((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    SELECT * INTO merge FROM$a$],
        ARRAY['henk.undo_import(uuid)', 'PERFORM henk.lock_business(import.business_id)',
            'PERFORM henk.lock_business(import.business_id), henk.lock_lists(import.business_id)'],
        ARRAY['henk.refresh_list(uuid, boolean, text, text, boolean)', $b$        RETURN NULL;
    END IF;
$b$, $a$        RETURN NULL;
    END IF;
    IF p_wait THEN
        PERFORM henk.lock_lists(list.business_id);
    ELSIF NOT pg_try_advisory_xact_lock(hashtextextended('henk.lists.' || list.business_id, 0)) THEN
        RETURN NULL; -- the caller holds a row of the list
    END IF;
$a$],
        -- Nobody waits for the row of a list that is new.
        ARRAY['henk.fill_smart_list()', $b$    -- Where an import$b$, $a$    IF TG_OP = 'INSERT'
        AND pg_try_advisory_xact_lock(hashtextextended('henk.load.' || NEW.business_id, 0)) THEN
        PERFORM henk.lock_lists(NEW.business_id);
    END IF;
    -- Where an import$a$],
        ARRAY['henk.erase(uuid)', $b$    SELECT l.* INTO person$b$,
            $a$    PERFORM henk.lock_lists((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    SELECT l.* INTO person$a$],
        ARRAY['henk.assign_list(uuid, uuid, integer, uuid)', $b$BEGIN
    PERFORM henk.refresh_for_assignment(p_lead_list_id);
$b$, $a$BEGIN
    PERFORM henk.lock_lists(c.business_id) FROM public.campaigns c WHERE c.id = p_campaign_id;
    PERFORM henk.refresh_for_assignment(p_lead_list_id);
$a$],
        ARRAY['henk.create_list(uuid, text, jsonb)', $b$    -- The same rows under the same name are the same list$b$,
            $a$    PERFORM henk.lock_lists(p_business_id);
    -- The same rows under the same name are the same list$a$],
        ARRAY['henk.unassign_list(uuid, uuid)', $b$BEGIN
$b$, $a$BEGIN
    PERFORM henk.lock_lists(c.business_id) FROM public.campaigns c WHERE c.id = p_campaign_id;
$a$],
        ARRAY['henk.exclude_lead(uuid, uuid, text)', $b$BEGIN
$b$, $a$BEGIN
    PERFORM henk.lock_lists(ll.business_id) FROM public.lead_lists ll WHERE ll.id = p_list;
$a$],
        ARRAY['henk.pin_lead(uuid, uuid)', $b$BEGIN
$b$, $a$BEGIN
    PERFORM henk.lock_lists(ll.business_id) FROM public.lead_lists ll WHERE ll.id = p_list;
$a$],
        ARRAY['henk.mirror_list(uuid)', $b$BEGIN
$b$, $a$BEGIN
    PERFORM henk.lock_lists(ll.business_id) FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
$a$],
        -- An assignment that is there is changed, not inserted: that would lock its campaign for update (henk.count_assignment).
        ARRAY['henk.assign_list(uuid, uuid, integer, uuid)',
            $b$    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    VALUES (campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id)
    ON CONFLICT$b$, $a$    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    SELECT campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id
    WHERE NOT EXISTS (SELECT FROM public.campaign_lead_lists o WHERE o.campaign_id = p_campaign_id AND o.lead_list_id = p_lead_list_id
        AND o.priority = p_priority AND o.completed_at IS NULL)
    ON CONFLICT$a$],
        -- Who writes a lead waits for its calls, and so no call waits for its lead: henk.note_calls does what is left out here.
        ARRAY['henk.follow_statuses()', 'ORDER BY l.id FOR NO KEY UPDATE OF l', 'ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED']
    ];
    source text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        source := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(source, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not what this migration was written for: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE regexp_replace(source, '(' || regexp_replace(changes[n][2], '([.\\+*?\[\](){}^$|])', '\\\1', 'g') || ')',
            replace(changes[n][3], '\', '\\'));
    END LOOP;
    FOR written IN SELECT * FROM (VALUES ('lead_lists', 'DELETE'), ('lead_list_members', 'INSERT OR UPDATE OR DELETE'),
        ('lead_list_exclusions', 'INSERT OR DELETE'), ('campaign_lead_lists', 'INSERT OR UPDATE OR DELETE'),
        ('leads', 'DELETE'), ('campaigns', 'DELETE')) t (name, events)
    LOOP
        EXECUTE format($t$CREATE TRIGGER aa_lock_lists_first BEFORE %s ON public.%I FOR EACH STATEMENT
            WHEN (pg_trigger_depth() = 0 AND (coalesce(current_setting('request.jwt.claims', true), '') <> ''
                OR coalesce(current_setting('request.jwt.claim.sub', true), '') <> '')) EXECUTE FUNCTION henk.lock_lists_first()$t$,
            written.events, written.name);
    END LOOP;
END
$change$;

-- migrate:down
-- Forward only.
