-- migrate:up
-- One condition decides who comes into a campaign: when a list is assigned, when a list is asked whether it offers more, and in a preview, which
-- counted people for campaigns that are over and each twin of one telephone. A lead that is pinned no longer refreshes the whole list. A list
-- that is refreshed no more waits for nobody. An explanation has a value and a reason for each kind of clause.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Why no lead joins a campaign; null where leads may.
CREATE FUNCTION henk.why_closed(p_campaign_id uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('The campaign "%s" is %s: no lead joins it.', c.name, c.status) FROM public.campaigns c
    WHERE c.id = p_campaign_id AND c.status::text IN ('completed', 'cancelled')
$$;
COMMENT ON FUNCTION henk.why_closed(uuid) IS 'Why no lead joins a campaign; null where leads may.';

-- What a person should know who would give a campaign leads: that none joins it, or that its last day is over.
CREATE FUNCTION henk.campaign_note(p_campaign_id uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(henk.why_closed(c.id), CASE WHEN c.end_date < (now() AT TIME ZONE henk.zone_of(c.business_id))::date
        THEN format('The last day of the campaign "%s" was %s: who joins it is not called.', c.name, c.end_date) END)
    FROM public.campaigns c WHERE c.id = p_campaign_id
$$;
COMMENT ON FUNCTION henk.campaign_note(uuid) IS 'That no lead joins a campaign, or that its last day is over; null otherwise.';

CREATE OR REPLACE FUNCTION henk.refuse_closed(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    closed text;
BEGIN
    SELECT format('The list "%s" is archived: it is assigned to no campaign. Take it out of the archive first.', ll.name) INTO closed
    FROM public.lead_lists ll WHERE ll.id = p_lead_list_id AND ll.is_archived;
    closed := coalesce(closed, henk.why_closed(p_campaign_id));
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION '%', closed USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

-- Which leads `l` of p_source that meet p_condition would come into a campaign ($3), as SQL that gives their ids. Not: who is in it; where it says
-- so, who must not be called, and who would be called on a number that somebody of the campaign has; and of several new ones with a number all but
-- the best scored. A campaign that is over takes none.
-- p_way: 'write': statistics may know nothing yet, so that each lead is looked up in the campaign (0037); 'count': the planner joins; 'any': whether
-- there are any, with those whose number somebody has, for to know that takes as long as to write them.
CREATE FUNCTION henk.compile_entry(p_campaign_id uuid, p_source text, p_condition text, p_way text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign record;
    eligible text;
BEGIN
    SELECT c.exclude_dnc, c.dedupe_by_phone INTO campaign FROM public.campaigns c WHERE c.id = p_campaign_id;
    IF henk.why_closed(p_campaign_id) IS NOT NULL THEN
        p_condition := 'false';
    END IF;
    eligible := format('SELECT l.id, coalesce(l.phone, l.mobile_phone) AS number, l.lead_score FROM %s WHERE (%s)'
        ' AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id %s $3 AND cl.lead_id = l.id)', p_source, p_condition,
        CASE p_way WHEN 'write' THEN 'IS NOT DISTINCT FROM' ELSE '=' END);
    IF campaign.exclude_dnc THEN
        eligible := eligible || ' AND NOT EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id)';
    END IF;
    IF campaign.dedupe_by_phone AND p_way <> 'any' THEN
        eligible := 'SELECT d.id FROM (SELECT DISTINCT ON (coalesce(e.number, e.id::text)) e.id, e.is_taken FROM ('
            'SELECT n.id, n.number, n.lead_score, false AS is_taken FROM (' || eligible || ') n UNION ALL '
            'SELECT other.id, coalesce(other.phone, other.mobile_phone), NULL, true FROM public.campaign_leads cl '
            'JOIN public.leads other ON other.id = cl.lead_id WHERE cl.campaign_id = $3 AND coalesce(other.phone, other.mobile_phone) IS NOT NULL) e '
            'ORDER BY coalesce(e.number, e.id::text), e.is_taken DESC, e.lead_score DESC NULLS LAST, e.id) d WHERE NOT d.is_taken';
    END IF;
    RETURN eligible;
END
$$;
COMMENT ON FUNCTION henk.compile_entry(uuid, text, text, text) IS 'Which leads would come into a campaign, as SQL that gives their ids.';

-- As in 0061; who comes into the campaign says henk.compile_entry.
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
    PERFORM henk.refresh_for_assignment(p_lead_list_id);
    -- One assignment to a campaign at a time.
    SELECT c.id, c.business_id INTO campaign FROM public.campaigns c
    WHERE c.id = p_campaign_id FOR NO KEY UPDATE;
    SELECT ll.business_id INTO list_business FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_campaign_id, campaign.id, 'campaign'), henk.require_record(p_lead_list_id, list_business, 'lead list');
    IF list_business <> campaign.business_id THEN
        RAISE EXCEPTION 'The lead list and the campaign belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    PERFORM henk.refuse_closed(p_campaign_id, p_lead_list_id);
    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    VALUES (campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE
    -- A list that was taken away, or done with, is taken up again; one that is paused stays paused.
    SET priority = EXCLUDED.priority, is_active = a.is_active OR a.completed_at IS NOT NULL, completed_at = NULL
    WHERE a.priority <> EXCLUDED.priority OR a.completed_at IS NOT NULL;
    SELECT a.id, a.filter_criteria INTO assignment_id, criteria FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;

    eligible := henk.compile_entry(p_campaign_id, 'public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id',
        'm.lead_list_id = $4 AND (' || henk.compile_filter(criteria, p_business_id => campaign.business_id) || ')', 'write');
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

CREATE OR REPLACE FUNCTION henk.is_offered_more(p_campaign_id uuid, p_lead_list_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assignment public.campaign_lead_lists;
    is_more boolean;
BEGIN
    SELECT a.* INTO assignment FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    EXECUTE 'SELECT EXISTS (' || henk.compile_entry(p_campaign_id, 'public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id',
        'm.lead_list_id = $2 AND ('
        || henk.compile_filter(assignment.filter_criteria, p_depth => 2, p_business_id => assignment.business_id) || ')', 'any') || ')'
    INTO is_more USING assignment.filter_criteria, p_lead_list_id, p_campaign_id;
    RETURN is_more;
END
$$;

-- A condition for the leads `l` of a preview, as SQL: those that are found (f); with a list ($4) its pins and what it was given, too, and nobody whom
-- it excludes.
CREATE FUNCTION henk.compile_members(p_lead_list_id uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN p_lead_list_id IS NULL THEN 'l.id IN (SELECT f.id FROM f)' ELSE
        'l.id IN (SELECT f.id FROM f UNION ALL '
        'SELECT m.lead_id FROM public.lead_list_members m WHERE m.lead_list_id = $4 AND m.origin <> ''criteria'') '
        'AND NOT EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = $4 AND x.lead_id = l.id)' END
$$;
COMMENT ON FUNCTION henk.compile_members(uuid) IS 'Which leads a list would have by the criteria of a preview, as an SQL condition.';

CREATE OR REPLACE FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '128MB'
AS $$
DECLARE
    word text := CASE WHEN p_criteria ? 'all' THEN 'all' WHEN p_criteria ? 'any' THEN 'any' END;
    list public.lead_lists;
    criteria jsonb; -- those that are asked, and those of the list's assignment to the campaign
    terms text;
    difference record;
    counts jsonb;
    clauses jsonb;
    flags text;
    paths text[];
    n integer;
BEGIN
    criteria := jsonb_build_array(p_criteria, (SELECT a.filter_criteria FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id));
    terms := henk.compile_filter(nullif(criteria -> 1, 'null'), '{1}', p_depth => 2, p_business_id => p_business_id);
    EXECUTE 'WITH f AS MATERIALIZED (SELECT l.id, l.business_id, coalesce(l.quality_rating, ''unrated'') AS rating, l.phone, l.mobile_phone, '
        '(l.do_not_call OR l.dnc) AS opted_out FROM public.leads l WHERE l.business_id = $2 AND ('
        || henk.compile_filter(p_criteria, '{0}', p_depth => 2, p_business_id => p_business_id) || ')), '
        -- Who is left out, and why: the first reason of each.
        'r AS (SELECT f.id, f.rating, CASE WHEN f.phone IS NULL AND f.mobile_phone IS NULL THEN ''no_phone'' WHEN f.opted_out THEN ''opted_out'' '
        'WHEN u.id IS NULL THEN ''callable'' WHEN EXISTS (SELECT FROM henk.erasures e JOIN public.leads l ON l.id = f.id '
        'WHERE e.business_id = $2 AND e.fingerprint = ANY (ARRAY[henk.fingerprint($2, l.phone), henk.fingerprint($2, l.mobile_phone), '
        'henk.fingerprint($2, l.email)])) THEN ''erased'' ELSE ''suppressed'' END AS reason '
        'FROM f LEFT JOIN henk.leads_not_to_call u ON u.id = f.id AND u.business_id = $2) '
        'SELECT jsonb_build_object(''of'', (SELECT count(*) FROM public.leads l WHERE l.business_id = $2), ''matched'', count(*), '
        '''callable'', count(*) FILTER (WHERE r.reason = ''callable''), ''left_out'', jsonb_build_object('
        '''no_phone'', count(*) FILTER (WHERE r.reason = ''no_phone''), ''opted_out'', count(*) FILTER (WHERE r.reason = ''opted_out''), '
        '''suppressed'', count(*) FILTER (WHERE r.reason = ''suppressed''), ''erased'', count(*) FILTER (WHERE r.reason = ''erased'')), '
        '''by_rating'', coalesce((SELECT jsonb_object_agg(g.rating, g.n) FROM (SELECT f.rating, count(*) AS n FROM f GROUP BY 1) g), ''{}''), '
        '''sample'', coalesce((SELECT jsonb_agg(s.id) FROM (SELECT f.id FROM f ORDER BY f.id LIMIT 10) s), ''[]''), '
        '''would_enter_campaign'', ' || CASE WHEN p_campaign_id IS NULL THEN 'NULL' ELSE '(SELECT count(*) FROM ('
            || henk.compile_entry(p_campaign_id, 'public.leads l', 'l.business_id = $2 AND (' || terms || ') AND '
                || henk.compile_members(p_lead_list_id), 'count') || ') e)' END || ') FROM r'
    INTO counts USING criteria, p_business_id, p_campaign_id, p_lead_list_id;

    SELECT string_agg(format('(coalesce((%s), false))::integer AS c%s', henk.compile_filter(e.clause, e.place, e.path, 3, p_business_id), e.n), ', ' ORDER BY e.n),
        array_agg(e.path ORDER BY e.n), count(*)
    INTO flags, paths, n FROM (
        SELECT i.item AS clause, format('{%s,%s}', word, i.n - 1) AS place, format('$.%s[%s]', word, i.n - 1) AS path, i.n
        FROM jsonb_array_elements(p_criteria -> word) WITH ORDINALITY AS i (item, n) WHERE word IS NOT NULL AND i.n <= 20
        UNION ALL SELECT p_criteria, '{}', '$', 1 WHERE word IS NULL) e;
    EXECUTE 'SELECT jsonb_build_array(' || (SELECT string_agg(format('jsonb_build_object(''path'', %L::text, ''alone'', count(*) FILTER (WHERE t.c%s = 1), '
        '''without'', count(*) FILTER (WHERE %s))', paths[i], i, CASE WHEN word = 'any' THEN format('t.n - t.c%s > 0', i)
            ELSE format('t.n - t.c%s = %s', i, n - 1) END), ', ' ORDER BY i) FROM generate_series(1, n) i)
        -- OFFSET 0: each clause is evaluated once a lead, however often it is counted.
        || ') FROM (SELECT s.*, ' || (SELECT string_agg(format('s.c%s', i), ' + ') FROM generate_series(1, n) i) || ' AS n FROM (SELECT ' || flags
        || ' FROM public.leads l WHERE l.business_id = $2 OFFSET 0) s) t' INTO clauses USING p_criteria, p_business_id;
    counts := counts || jsonb_build_object('clauses', clauses, 'campaign_note', henk.campaign_note(p_campaign_id));

    IF p_lead_list_id IS NOT NULL THEN
        SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
        list.filter_criteria := p_criteria;
        SELECT * INTO difference FROM henk.compare_list(list);
        counts := counts || jsonb_build_object('entered', cardinality(difference.entered), 'left', cardinality(difference.gone), 'held',
            henk.reason_to_hold(list.max_leave, difference.members, cardinality(difference.entered), cardinality(difference.gone)));
    END IF;
    RETURN counts;
EXCEPTION WHEN query_canceled THEN
    IF SQLERRM NOT LIKE '%statement timeout%' THEN
        RAISE;
    END IF;
    RETURN '{"slow": true}';
END
$$;
COMMENT ON FUNCTION public.preview_lead_filter(uuid, jsonb, uuid, uuid) IS 'Counts what criteria would find, before they are saved: of (leads of the '
'business), matched, callable, left_out by reason (no_phone, opted_out, suppressed, erased), by_rating, up to ten ids as a sample, and of the '
'outermost clauses (the first twenty) how many leads each finds alone and how many all others find without it. With a list: who would enter and '
'leave, and why that would be held; with a campaign: who would come into it, by its rules and those of its assignment, and campaign_note: why '
'nobody, or that its last day is over. {"slow": true} where the statement timeout ends it.

Errors: 22023 for criteria that are not valid, with their place; 42501, P0002 as above.';

-- Who is pinned or excluded by hand comes into the campaigns or leaves them; the rest of the list is not refreshed for that.
DO $change$
DECLARE
    source text := pg_get_functiondef('henk.follow_members()'::regprocedure);
    before text := '            PERFORM henk.follow_list(list, CASE TG_OP WHEN ''INSERT'' THEN leads ELSE ''{}'' END, '
        'CASE TG_OP WHEN ''DELETE'' THEN leads ELSE ''{}'' END);' || chr(10);
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'henk.follow_members is not what this migration was written for';
    END IF;
    EXECUTE replace(source, before, $s$            PERFORM set_config('henk.list_refresh', 'hand', true);
$s$ || before || $s$            PERFORM set_config('henk.list_refresh', '', true);
$s$);
END
$change$;

-- A refresh that is held waits for a person as long as the list is refreshed at all.
CREATE FUNCTION henk.release_held() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.held := NULL;
    NEW.refresh_error := NULL;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION henk.release_held() IS 'Trigger: a list that is static, frozen or archived is not held, and no refresh of it has failed.';
CREATE TRIGGER release_held BEFORE UPDATE OF list_type, filter_criteria, refresh, is_archived ON lead_lists FOR EACH ROW
WHEN (
    (NEW.held IS NOT NULL OR NEW.refresh_error IS NOT NULL)
    AND (NEW.list_type = 'static' OR NEW.filter_criteria IS NULL OR NEW.refresh = 'frozen' OR NEW.is_archived)
) EXECUTE FUNCTION henk.release_held();
UPDATE lead_lists SET held = NULL, refresh_error = NULL
WHERE (held IS NOT NULL OR refresh_error IS NOT NULL) AND (list_type = 'static' OR filter_criteria IS NULL OR refresh = 'frozen' OR is_archived);

-- The value that a clause finds in a lead, and in words why it is so where the value alone says little.
CREATE FUNCTION henk.explain_clause(p_lead public.leads, p_clause jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    value jsonb;
    reason text;
    measure record;
    name text;
BEGIN
    IF p_clause ?| '{callable,suppressed}' THEN
        reason := CASE WHEN p_lead.do_not_call OR p_lead.dnc THEN 'opted out of calls'
            WHEN EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = p_lead.id) THEN 'a number or address of the lead is suppressed' END;
        IF p_clause ? 'suppressed' THEN
            value := to_jsonb(reason IS NOT NULL);
            reason := coalesce(reason, 'not opted out, and nothing of the lead is suppressed');
        ELSE
            reason := coalesce(reason, CASE WHEN coalesce(p_lead.phone, p_lead.mobile_phone) IS NULL THEN 'no telephone' END);
            value := to_jsonb(reason IS NULL);
            reason := coalesce(reason, 'has a telephone, and has not opted out');
        END IF;
    ELSIF p_clause ? 'list' THEN
        SELECT ll.name INTO name FROM public.lead_lists ll WHERE ll.id = (p_clause ->> 'list')::uuid;
        value := to_jsonb(EXISTS (SELECT FROM public.lead_list_members m
            WHERE m.lead_list_id = (p_clause ->> 'list')::uuid AND m.lead_id = p_lead.id));
        reason := format('%s the list "%s"', CASE value WHEN 'true' THEN 'on' ELSE 'not on' END, coalesce(name, 'that is deleted'));
    ELSIF p_clause ? 'import' THEN
        SELECT i.file_name INTO name FROM public.lead_imports i WHERE i.id = (p_clause ->> 'import')::uuid;
        value := to_jsonb(EXISTS (SELECT FROM public.lead_import_rows r
            WHERE r.import_id = (p_clause ->> 'import')::uuid AND r.lead_id = p_lead.id AND NOT r.taken_back));
        reason := format('%s the file "%s"', CASE value WHEN 'true' THEN 'in' ELSE 'not in' END, coalesce(name, 'that is removed'));
    ELSIF p_clause ? 'campaign' THEN
        SELECT m.* INTO measure FROM henk.filter_measures m WHERE m.measure = p_clause ->> 'measure';
        EXECUTE format('SELECT %s FROM public.campaign_leads c JOIN public.campaigns k ON k.id = c.campaign_id '
            'WHERE c.lead_id = $1 AND k.business_id = $2 '
            'AND CASE $3 WHEN ''any'' THEN true WHEN ''active'' THEN k.status::text = ''active'' ELSE k.id::text = $3 END',
            CASE measure.kind WHEN 'text' THEN format('jsonb_agg(%s ORDER BY c.added_at, c.id)', measure.expression)
                ELSE format('to_jsonb(%s)', measure.expression) END)
        INTO value USING p_lead.id, p_lead.business_id, p_clause ->> 'campaign';
        reason := CASE WHEN value IS NULL THEN 'in none of the campaigns that are asked, or without a value there' END;
    ELSE
        value := CASE WHEN p_clause ? 'custom_field' THEN p_lead.custom_fields -> (p_clause ->> 'custom_field')
            ELSE coalesce(to_jsonb(p_lead) -> (p_clause ->> 'field'), p_lead.custom_fields -> (p_clause ->> 'field')) END;
    END IF;
    RETURN jsonb_build_object('value', value, 'reason', reason);
END
$$;
COMMENT ON FUNCTION henk.explain_clause(public.leads, jsonb) IS 'The value that a clause of criteria finds in a lead, and why.';

CREATE OR REPLACE FUNCTION henk.explain_member(p_list uuid, p_lead uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list public.lead_lists;
    lead public.leads;
    part record;
    is_met boolean;
    clauses jsonb := '[]';
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_list;
    SELECT l.* INTO lead FROM public.leads l WHERE l.id = p_lead AND l.business_id = list.business_id;
    PERFORM henk.require_record(p_list, list.id, 'lead list'), henk.require_record(p_lead, lead.id, 'lead');
    FOR part IN SELECT * FROM henk.filter_clauses(list.filter_criteria) WHERE list.filter_criteria IS NOT NULL LOOP
        EXECUTE 'SELECT ' || henk.compile_filter(part.clause, p_path => part.path, p_business_id => list.business_id)
            || ' FROM public.leads l WHERE l.id = $2' INTO is_met USING part.clause, p_lead;
        clauses := clauses || (jsonb_build_object('path', part.path, 'clause', part.clause, 'met', is_met) || henk.explain_clause(lead, part.clause));
    END LOOP;
    EXECUTE 'SELECT ' || henk.compile_filter(list.filter_criteria, p_business_id => list.business_id) || ' FROM public.leads l WHERE l.id = $2'
    INTO is_met USING list.filter_criteria, p_lead;
    RETURN jsonb_build_object('list', list.name, 'lead_id', p_lead, 'criteria', henk.is_smart(list), 'meets_criteria',
        CASE WHEN list.filter_criteria IS NOT NULL THEN is_met END, 'clauses', clauses, 'refreshed_at', list.refreshed_at,
        'stale', coalesce(list.criteria_changed_at > list.refreshed_at, henk.is_smart(list) AND list.refreshed_at IS NULL), 'held', list.held,
        'member', (SELECT jsonb_build_object('origin', m.origin, 'added_at', m.added_at, 'import_id', m.import_id)
            FROM public.lead_list_members m WHERE m.lead_list_id = p_list AND m.lead_id = p_lead),
        'exclusion', (SELECT jsonb_build_object('reason', x.reason, 'added_at', x.added_at) FROM public.lead_list_exclusions x
            WHERE x.lead_list_id = p_list AND x.lead_id = p_lead),
        'last_event', (SELECT jsonb_build_object('event', e.event, 'cause', e.cause, 'at', e.at) FROM public.lead_list_events e
            WHERE e.lead_list_id = p_list AND e.lead_id = p_lead ORDER BY e.id DESC LIMIT 1));
END
$$;
COMMENT ON FUNCTION public.explain_membership(uuid, uuid) IS 'Tells why a lead is on a list, or is not: each clause of the criteria with the value '
'found, for clauses such as callable and list the reason in words, and whether it is met, membership with its origin, exclusion, and the last event.

Errors: 42501, P0002 as above.';

REVOKE EXECUTE ON FUNCTION henk.why_closed(uuid), henk.campaign_note(uuid), henk.compile_entry(uuid, text, text, text), henk.compile_members(uuid),
    henk.release_held(), henk.explain_clause(public.leads, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.why_closed(uuid), henk.campaign_note(uuid), henk.compile_entry(uuid, text, text, text), henk.compile_members(uuid),
    henk.release_held(), henk.explain_clause(public.leads, jsonb) TO service_role;

-- migrate:down
-- Forward only.
