-- migrate:up
-- What list_movement counts as entered and left gives the members. The end of a merge left behind that the kept lead had left a list which it had
-- come on by the merge only, and the events of a deleted person, which nobody can tell apart any more, counted twice where a pin or an exclusion had
-- changed nothing.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Deletes events that changed nothing: who was no member and left, who was a member and came.
CREATE FUNCTION henk.drop_empty_events(p_lead_ids uuid[], p_events text[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    DELETE FROM public.lead_list_events e USING (
        SELECT v.id, v.event IN ('entered', 'pinned') AS is_entry,
            lag(v.event IN ('entered', 'pinned')) OVER (PARTITION BY v.lead_list_id, v.lead_id ORDER BY v.id) AS was_member
        FROM public.lead_list_events v WHERE v.lead_id = ANY (p_lead_ids)) h
    WHERE h.id = e.id AND e.event = ANY (p_events) AND h.is_entry = coalesce(h.was_member, false)
$$;
COMMENT ON FUNCTION henk.drop_empty_events(uuid[], text[]) IS 'Delete events of lists, of these kinds, that changed no membership of these leads.';
REVOKE ALL ON FUNCTION henk.drop_empty_events(uuid[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.drop_empty_events(uuid[], text[]) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['henk.forget_memberships()', '        EXECUTE ''UPDATE public.lead_list_events e SET lead_id = NULL', '        EXECUTE ''SELECT henk.drop_empty_events(array_agg(w.id), ''''{entered,left,pinned,excluded}'''') FROM went w '
            'WHERE w.id IN (SELECT v.lead_id FROM public.lead_list_events v)'';
        EXECUTE ''UPDATE public.lead_list_events e SET lead_id = NULL'],
        ['henk.take_apart(uuid)', 'PERFORM henk.complete_events(NULL, ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);', 'PERFORM henk.complete_events(NULL, ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);
    PERFORM henk.drop_empty_events(ARRAY[merge.kept_lead_id, merge.dropped_lead_id], ''{left}'');']
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
