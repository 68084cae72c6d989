-- migrate:up
-- The events of a list give its members: who was on a list before it had criteria has entered it, a list that has had criteria keeps events also when
-- it has none any more, and what a merge or its end makes of a membership is an event. A preview reads each lead once.
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

-- What criteria would find. The clauses are those of the outermost all or any: how many leads each finds alone, and all others without it. All of it
-- comes of one scan, in which each clause is compared once a lead: a bit of `mask` a clause, the twenty-first for those after the twentieth.
CREATE OR REPLACE FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '128MB'
AS $$
DECLARE
    word text := CASE WHEN p_criteria ? 'all' THEN 'all' WHEN p_criteria ? 'any' THEN 'any' END;
    list public.lead_lists;
    criteria jsonb; -- those that are asked, and those of the list's assignment to the campaign
    terms text;
    counts jsonb;
    difference jsonb;
    mask text;
    every_bit integer;
    paths text[];
    clauses text;
    source text := 'public.leads l';
    entry text;
    kept record;
    blocked text;
    asks_all boolean;
BEGIN
    -- What could not be saved is not counted.
    PERFORM henk.compile_filter(p_criteria, p_business_id => p_business_id), henk.check_clauses(p_criteria),
        henk.check_named_lists(p_business_id, coalesce(p_lead_list_id, gen_random_uuid()), p_criteria);
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    criteria := jsonb_build_array(p_criteria, (SELECT a.filter_criteria FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id));
    terms := coalesce((SELECT henk.compile_terms(a, '{1}') FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id), 'true');

    SELECT string_agg(format('CASE WHEN %s THEN %s ELSE 0 END', c.condition, 1 << c.bit), ' + ' ORDER BY c.bit), (1 << count(*)::integer) - 1,
        array_agg(c.path ORDER BY c.bit) FILTER (WHERE c.path IS NOT NULL)
    INTO mask, every_bit, paths FROM (
        SELECT string_agg('(' || henk.compile_filter(e.clause, e.place, e.path, 3, p_business_id) || ')',
            CASE word WHEN 'any' THEN ' OR ' ELSE ' AND ' END ORDER BY e.n) AS condition, least(e.n, 21) - 1 AS bit,
            CASE WHEN least(e.n, 21) <= 20 THEN min(e.path) END AS path
        FROM (
            SELECT i.item AS clause, format('{0,%s,%s}', word, i.n - 1) AS place, format('$.%s[%s]', word, i.n - 1) AS path, i.n::integer AS n
            FROM jsonb_array_elements(p_criteria -> word) WITH ORDINALITY AS i (item, n) WHERE word IS NOT NULL
            UNION ALL SELECT p_criteria, '{0}', '$', 1 WHERE word IS NULL) e
        GROUP BY least(e.n, 21)) c;
    -- A custom field that clauses read as a number or a day is read once a lead, not once a clause (20 clauses: 3.4 s for 0.4 s).
    FOR kept IN
        SELECT k.expression, 'kept_' || row_number() OVER (ORDER BY length(k.expression) DESC, k.expression) AS name FROM henk.filter_fields f
        CROSS JOIN LATERAL (SELECT format('(l.custom_fields ->> %L)', f.field) AS cell) e
        CROSS JOIN LATERAL (VALUES (format('(CASE WHEN %1$s ~ ''^-?[0-9]{1,30}([.][0-9]{1,30})?$'' THEN %1$s::numeric END)', e.cell)),
            (format('(CASE WHEN %1$s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}'' THEN left(%1$s, 10) END COLLATE "C")', e.cell)), (e.cell)) k (expression)
        WHERE f.is_custom AND strpos(mask, k.expression) > 0 ORDER BY length(k.expression) DESC, k.expression
    LOOP
        CONTINUE WHEN strpos(mask, kept.expression) = 0;
        mask := replace(mask, kept.expression, 'l.' || kept.name);
        source := CASE source WHEN 'public.leads l' THEN '(SELECT l.* FROM public.leads l WHERE l.business_id = $2 OFFSET 0) l' ELSE source END;
        source := replace(source, 'SELECT l.*', format('SELECT l.*, %s AS %s', kept.expression, kept.name));
    END LOOP;
    SELECT string_agg(format('jsonb_build_object(''path'', %L::text, ''alone'', coalesce(sum(k.leads) FILTER (WHERE k.mask & %s <> 0), 0), '
        '''without'', coalesce(sum(k.leads) FILTER (WHERE %s), 0))', p.path, 1 << (p.n - 1)::integer,
        CASE word WHEN 'any' THEN format('k.mask & ~%s <> 0', 1 << (p.n - 1)::integer)
            ELSE format('k.mask | %s = %s', 1 << (p.n - 1)::integer, every_bit) END), ', ' ORDER BY p.n)
    INTO clauses FROM unnest(paths) WITH ORDINALITY AS p (path, n);
    entry := henk.compile_entry(p_campaign_id, 'public.leads l', 'l.business_id = $2 AND (' || terms || ') AND '
        || henk.compile_members(p_lead_list_id), 'count');

    -- Who must not be called is asked once: of all leads where a clause asks it, else of those that are found (5 microseconds a lead).
    asks_all := strpos(mask, 'henk.leads_not_to_call') > 0;
    blocked := CASE WHEN asks_all THEN 'SELECT u.id FROM henk.leads_not_to_call u WHERE u.business_id = $2'
        ELSE 'SELECT u.id FROM (SELECT f.id FROM f' || CASE WHEN p_lead_list_id IS NOT NULL AND p_campaign_id IS NOT NULL THEN
            ' UNION SELECT m.lead_id FROM public.lead_list_members m WHERE m.lead_list_id = $4' ELSE '' END || ') i '
            'CROSS JOIN LATERAL (SELECT u.id FROM henk.leads_not_to_call u WHERE u.id = i.id AND u.business_id = $2 OFFSET 0) u' END;

    EXECUTE 'WITH ' || CASE WHEN asks_all THEN 'blocked AS MATERIALIZED (' || blocked || '), ' ELSE '' END
        -- Of leads that are not found only the mask is kept. OFFSET 0: each clause is evaluated once a lead.
        || 's AS MATERIALIZED (SELECT t.mask, CASE WHEN t.is_found THEN t.id END AS id, CASE WHEN t.is_found THEN t.rating END AS rating, '
        't.is_found AND t.has_phone AS has_phone, t.is_found AND t.opted_out AS opted_out FROM (SELECT l.*, l.mask '
        || CASE word WHEN 'any' THEN '<> 0' ELSE format('= %s', every_bit) END || ' AS is_found FROM (SELECT l.id, '
        'coalesce(l.quality_rating, ''unrated'') AS rating, coalesce(l.phone, l.mobile_phone) IS NOT NULL AS has_phone, '
        'l.do_not_call OR l.dnc AS opted_out, ' || replace(mask, 'henk.leads_not_to_call u WHERE u.id = l.id AND u.business_id = l.business_id',
            'blocked u WHERE u.id = l.id') || ' AS mask FROM ' || source || ' WHERE l.business_id = $2 OFFSET 0) l OFFSET 0) t), '
        'f AS NOT MATERIALIZED (SELECT s.* FROM s WHERE s.id IS NOT NULL), '
        || CASE WHEN asks_all THEN '' ELSE 'blocked AS MATERIALIZED (' || blocked || '), ' END
        -- Who is left out, and why: the first reason of each.
        || 'r AS (SELECT CASE WHEN NOT f.has_phone THEN ''no_phone'' WHEN f.opted_out THEN ''opted_out'' '
        'WHEN u.id IS NULL THEN ''callable'' WHEN EXISTS (SELECT FROM henk.erasures e JOIN public.leads l ON l.id = f.id '
        'WHERE e.business_id = $2 AND e.fingerprint = ANY (ARRAY[henk.fingerprint($2, l.phone), henk.fingerprint($2, l.mobile_phone), '
        'henk.fingerprint($2, l.email)])) THEN ''erased'' ELSE ''suppressed'' END AS reason '
        'FROM f LEFT JOIN blocked u ON u.id = f.id) '
        'SELECT jsonb_build_object(''of'', (SELECT count(*) FROM s), ''matched'', count(*), '
        '''callable'', count(*) FILTER (WHERE r.reason = ''callable''), ''left_out'', jsonb_build_object('
        '''no_phone'', count(*) FILTER (WHERE r.reason = ''no_phone''), ''opted_out'', count(*) FILTER (WHERE r.reason = ''opted_out''), '
        '''suppressed'', count(*) FILTER (WHERE r.reason = ''suppressed''), ''erased'', count(*) FILTER (WHERE r.reason = ''erased'')), '
        '''by_rating'', coalesce((SELECT jsonb_object_agg(g.rating, g.n) FROM (SELECT f.rating, count(*) AS n FROM f GROUP BY 1) g), ''{}''), '
        '''sample'', coalesce((SELECT jsonb_agg(s.id) FROM (SELECT f.id FROM f ORDER BY f.id LIMIT 10) s), ''[]''), '
        '''clauses'', (SELECT jsonb_build_array(' || clauses || ') FROM (SELECT s.mask, count(*) AS leads FROM s GROUP BY 1) k), '
        '''would_enter_campaign'', ' || CASE WHEN p_campaign_id IS NULL THEN 'NULL' ELSE '(SELECT count(*) FROM ('
            || replace(entry, 'henk.leads_not_to_call u WHERE u.id = l.id', 'blocked u WHERE u.id = l.id') || ') e)' END || '), '
        -- As henk.compare_list compares.
        || CASE WHEN list.id IS NULL THEN 'NULL::jsonb' ELSE '(SELECT jsonb_build_object('
            '''entered'', count(*) FILTER (WHERE m.lead_id IS NULL AND x.lead_id IS NULL), ''left'', count(*) FILTER (WHERE m.lead_id IS NOT NULL '
            'AND (x.lead_id IS NOT NULL OR (f.id IS NULL AND m.origin = ''criteria''))), ''members'', count(m.lead_id)) '
            'FROM f FULL JOIN (SELECT k.lead_id, k.origin FROM public.lead_list_members k WHERE k.lead_list_id = $4) m ON m.lead_id = f.id '
            'LEFT JOIN public.lead_list_exclusions x ON x.lead_list_id = $4 AND x.lead_id = coalesce(f.id, m.lead_id))' END || ' FROM r'
    INTO counts, difference USING criteria, p_business_id, p_campaign_id, p_lead_list_id;
    counts := counts || jsonb_build_object('campaign_note', henk.campaign_note(p_campaign_id));
    IF list.id IS NOT NULL THEN
        counts := counts || difference - 'members' || jsonb_build_object('held', henk.reason_to_hold(list.max_leave, (difference ->> 'members')::integer,
            (difference ->> 'entered')::integer, (difference ->> 'left')::integer));
    END IF;
    RETURN counts;
EXCEPTION WHEN query_canceled THEN
    IF SQLERRM NOT LIKE '%statement timeout%' THEN
        RAISE;
    END IF;
    RETURN '{"slow": true}';
END
$$;

-- Lists that were static before, and merges, have left events that do not say who is a member.
SELECT henk.complete_events(ll.id) FROM public.lead_lists AS ll
WHERE henk.keeps_events(ll);

-- migrate:down
-- Forward only.
