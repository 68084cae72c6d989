-- migrate:up
-- Undo: an assignment is as absent, or as ended, as it was before the import that took it up.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Step of undo: what lead_imports.assignment_terms -> assignment -> 'was' keeps of an assignment, its state before the import ("none", or "ended" with
-- completed_at), is so again, unless a later import calls by it: that one keeps the state from now on. Before others take over what is the import's, so
-- that its leads do not stay by an assignment that nobody wanted any more. Gives the assignments that were none.
CREATE FUNCTION henk.restore_activity(p_import_id uuid) RETURNS uuid []
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed record;
    absent uuid[] := '{}';
BEGIN
    FOR changed IN
        SELECT a.id, t.value -> 'was' AS was, n.id AS next_import, EXISTS (SELECT FROM public.lead_imports o
            WHERE o.business_id = a.business_id AND o.id <> i.id AND o.status IN ('loaded', 'partial') AND a.campaign_id = ANY (o.campaign_ids)
                AND (o.lead_list_id = a.lead_list_id
                    OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id = o.id))) AS is_shared
        FROM public.lead_imports i CROSS JOIN LATERAL jsonb_each(i.assignment_terms) t JOIN public.campaign_lead_lists a ON a.id = t.key::uuid
        LEFT JOIN LATERAL (
            SELECT o.id FROM public.lead_imports o
            WHERE o.business_id = i.business_id AND o.id <> i.id AND o.status <> 'undone' AND o.finished_at > i.finished_at
                AND o.assignment_terms -> t.key ? 'was'
            ORDER BY o.finished_at, o.id LIMIT 1) n ON true
        WHERE i.id = p_import_id AND t.value -> 'was' ->> 'state' IN ('none', 'ended') ORDER BY a.id
    LOOP
        IF changed.next_import IS NOT NULL THEN
            UPDATE public.lead_imports o SET assignment_terms = jsonb_set(o.assignment_terms, ARRAY[changed.id::text, 'was'], changed.was)
            WHERE o.id = changed.next_import;
            UPDATE public.campaign_lead_lists a SET import_id = changed.next_import WHERE a.id = changed.id AND a.import_id = p_import_id;
            -- Members from before the import came into the campaign by its assignment, and leave it with the import that holds the assignment now.
            UPDATE public.campaign_leads cl SET import_id = changed.next_import
            FROM public.campaign_lead_lists a JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            WHERE a.id = changed.id AND cl.campaign_id = a.campaign_id AND cl.lead_list_id = a.lead_list_id AND cl.lead_id = m.lead_id
                AND cl.import_id = p_import_id;
            CONTINUE;
        ELSIF changed.was ->> 'state' = 'none' THEN
            absent := absent || changed.id;
            -- An import that is the first of its assignment leaves it as it is where somebody was called.
            CONTINUE WHEN NOT changed.is_shared;
        END IF;
        UPDATE public.campaign_lead_lists a SET is_active = false, completed_at = coalesce((changed.was ->> 'completed_at')::timestamptz, now())
        WHERE a.id = changed.id AND a.is_active;
    END LOOP;
    RETURN absent;
END
$$;
COMMENT ON FUNCTION henk.restore_activity(uuid) IS 'Step of undo: assignments that the import took up are as absent or ended as before it.';
REVOKE EXECUTE ON FUNCTION henk.restore_activity(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.restore_activity(uuid) TO service_role;

DO $change$
DECLARE
    changes text[] := ARRAY[
        ARRAY['henk.undo_import(uuid)', $b$
DECLARE
$b$, $a$
DECLARE
    absent uuid[];
$a$],
        ARRAY['henk.undo_import(uuid)',
            $b$    PERFORM henk.date_unmerged(p_import_id), henk.find_undoable(p_import_id), henk.hand_over(p_import_id);
$b$, $a$    PERFORM henk.date_unmerged(p_import_id), henk.find_undoable(p_import_id);
    absent := henk.restore_activity(p_import_id);
    PERFORM henk.hand_over(p_import_id);
$a$],
        ARRAY['henk.undo_import(uuid)', $b$a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));$b$,
            $a$a.total_leads = 0 AND (a.id = ANY (absent) OR a.import_id = p_import_id
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids))));$a$]
    ];
    source text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        source := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(source, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not what this migration was written for: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(source, changes[n][2], changes[n][3]);
    END LOOP;
END
$change$;

-- migrate:down
-- Forward only.
