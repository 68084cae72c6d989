-- migrate:up
-- The events of a list give its members: who was on a list before it had criteria has entered it, a list that has had criteria keeps events also when
-- it has none any more, and what a merge or its end makes of a membership is an event.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Whether who comes and goes is kept: of a list whose members are found by criteria, or were.
CREATE FUNCTION henk.keeps_events(p_list public.lead_lists) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT henk.is_smart(p_list) OR EXISTS (SELECT FROM public.lead_list_events e WHERE e.lead_list_id = (p_list).id)
$$;
COMMENT ON FUNCTION henk.keeps_events(public.lead_lists) IS 'Whether a list keeps events: it has criteria, or has had them.';

-- Make events say what memberships are, of a list or of leads. A member that has not entered by them entered when it was added, or when the other lead
-- of a merge left: one of the two has been a member ever since. Who is no member leaves now. Gives: the ids of the events.
CREATE FUNCTION henk.complete_events(p_lead_list_id uuid, p_lead_ids uuid[] DEFAULT NULL) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    chosen text := CASE WHEN p_lead_list_id IS NULL THEN 'lead_id = ANY ($2)' ELSE 'lead_list_id = $1' END;
    made bigint[];
BEGIN
    -- EXECUTE: planned for a list or for leads, not for both.
    EXECUTE 'WITH e AS (SELECT DISTINCT ON (v.lead_list_id, v.lead_id) v.business_id, v.lead_list_id, v.lead_id, v.event, v.at '
        'FROM public.lead_list_events v WHERE v.lead_id IS NOT NULL AND v.' || chosen || ' ORDER BY v.lead_list_id, v.lead_id, v.id DESC), '
        'm AS (SELECT k.* FROM public.lead_list_members k JOIN public.lead_lists ll ON ll.id = k.lead_list_id '
        'WHERE k.' || chosen || ' AND henk.keeps_events(ll)), '
        'written AS (INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause, at) '
        'SELECT coalesce(m.business_id, e.business_id), lead_list_id, lead_id, '
        'CASE WHEN m.origin = ''pinned'' THEN ''pinned'' WHEN m.origin IS NOT NULL THEN ''entered'' WHEN x.lead_id IS NULL THEN ''left'' ELSE ''excluded'' END, '
        'CASE WHEN e.event IS NOT NULL THEN ''merge'' WHEN m.origin = ''criteria'' THEN ''refresh'' WHEN m.import_id IS NULL THEN ''hand'' ELSE ''import'' END, '
        'CASE WHEN m.origin IS NULL THEN now() ELSE greatest(m.added_at, e.at) END '
        'FROM m FULL JOIN e USING (lead_list_id, lead_id) LEFT JOIN public.lead_list_exclusions x USING (lead_list_id, lead_id) '
        'WHERE (m.origin IS NOT NULL) <> coalesce(e.event IN (''entered'', ''pinned''), false) '
        'ORDER BY 6, lead_list_id, lead_id RETURNING id) '
        'SELECT coalesce(array_agg(w.id ORDER BY w.id), ''{}'') FROM written w' INTO made USING p_lead_list_id, p_lead_ids;
    RETURN made;
END
$$;
COMMENT ON FUNCTION henk.complete_events(uuid, uuid[]) IS 'Make the events of a list, or of leads, say what their memberships are.';

CREATE FUNCTION henk.keep_first_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM henk.complete_events(NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.keep_first_members() IS 'Trigger: who is on a list when it gets criteria has entered it.';
CREATE TRIGGER keep_first_members AFTER UPDATE OF filter_criteria, list_type ON public.lead_lists FOR EACH ROW
WHEN (new.filter_criteria IS NOT NULL AND new.list_type::text <> 'static' AND (old.filter_criteria IS NULL OR old.list_type::text = 'static'))
EXECUTE FUNCTION henk.keep_first_members();

REVOKE EXECUTE ON FUNCTION henk.keeps_events(public.lead_lists), henk.complete_events(uuid, uuid[]), henk.keep_first_members() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.keeps_events(public.lead_lists), henk.complete_events(uuid, uuid[]), henk.keep_first_members() TO service_role;

DO $change$
DECLARE
    changes text[][] := ARRAY[
        ARRAY['henk.follow_members()', $b$    smart uuid[];$b$, $a$    smart uuid[];
    kept uuid[]; -- lists that keep events$a$],
        ARRAY['henk.follow_members()', $b$array_agg(ll.id) FILTER (WHERE henk.is_smart(ll)) FROM$b$,
            $a$array_agg(ll.id) FILTER (WHERE henk.is_smart(ll)), '
        'array_agg(ll.id) FILTER (WHERE henk.keeps_events(ll)) FROM$a$],
        ARRAY['henk.follow_members()', 'INTO lists, smart;', 'INTO lists, smart, kept;'],
        ARRAY['henk.follow_members()', $b$            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
        EXECUTE 'INSERT INTO public.lead_list_events$b$, $a$            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
    END IF;
    IF kept IS NOT NULL AND TG_OP = 'INSERT' AND cause <> 'merge' THEN
        EXECUTE 'INSERT INTO public.lead_list_events$a$],
        ARRAY['henk.follow_members()', $b$WHERE c.lead_list_id = ANY ($1) AND $2 <> ''merge'' ORDER BY m.id' USING smart, cause;
    ELSIF smart IS NOT NULL AND TG_OP$b$, $a$WHERE c.lead_list_id = ANY ($1) ORDER BY m.id' USING kept, cause;
    ELSIF kept IS NOT NULL AND TG_OP$a$],
        ARRAY['henk.follow_members()', $b$    ELSIF kept IS NOT NULL AND TG_OP = 'DELETE' AND cause <> 'merge' THEN
        IF cause = 'hand' THEN$b$, $a$    ELSIF kept IS NOT NULL AND TG_OP = 'DELETE' AND cause <> 'merge' THEN
        IF cause = 'hand' AND smart IS NOT NULL THEN$a$],
        ARRAY['henk.follow_members()', $b$CASE WHEN $2 = ''hand'' AND l.id IS NOT NULL THEN ''excluded'' ELSE ''left'' END$b$,
            $a$CASE WHEN $2 = ''hand'' AND l.id IS NOT NULL AND EXISTS (SELECT FROM '
            'public.lead_list_exclusions x WHERE x.lead_list_id = w.lead_list_id AND x.lead_id = l.id) THEN ''excluded'' ELSE ''left'' END$a$],
        ARRAY['henk.follow_members()', $b$WHERE w.lead_list_id = ANY ($1) ORDER BY w.id' USING smart, cause;$b$,
            $a$WHERE w.lead_list_id = ANY ($1) ORDER BY w.id' USING kept, cause;$a$],
        -- A static list has no events: its first one would be all that is known of it.
        ARRAY['henk.remove_excluded()', $b$AND pg_trigger_depth() = 1 THEN$b$, $a$AND pg_trigger_depth() = 1
        AND EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id AND henk.keeps_events(ll)) THEN$a$],
        -- What a merge makes of memberships goes with it when it is taken apart.
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', $b$WHERE NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.id = (b ->> 'id')::uuid)));$b$,
            $a$WHERE NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.id = (b ->> 'id')::uuid)),
        'list_events', to_jsonb(henk.complete_events(NULL, ARRAY[p_keep])));$a$],
        ARRAY['henk.take_apart(uuid)', 'PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);',
            $a$DELETE FROM public.lead_list_events e WHERE e.lead_id = merge.kept_lead_id AND e.cause = 'merge'
        AND e.id IN (SELECT i::bigint FROM jsonb_array_elements_text(coalesce(merge.moved -> 'list_events', '[]')) i);
    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);$a$],
        ARRAY['henk.take_apart(uuid)', $b$    PERFORM henk.reattribute_leads(ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);$b$,
            $a$    PERFORM henk.complete_events(NULL, ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);
    PERFORM henk.reattribute_leads(ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);$a$]
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

-- Lists that were static before, and merges, have left events that do not say who is a member.
SELECT henk.complete_events(ll.id) FROM public.lead_lists AS ll
WHERE henk.keeps_events(ll);

-- migrate:down
-- Forward only.
