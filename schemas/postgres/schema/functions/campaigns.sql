-- Made by `make schema` from a database with every migration applied; nothing runs this file.

-- Migrations: 0005.
CREATE FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH locked AS MATERIALIZED (
        SELECT a.id, c.total, c.contacted, c.successful
        FROM public.campaign_lead_lists a
        JOIN unnest(p_changes) c ON c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id
        ORDER BY a.id FOR NO KEY UPDATE OF a)
    UPDATE public.campaign_lead_lists a SET total_leads = a.total_leads + l.total, contacted_leads = a.contacted_leads + l.contacted,
        successful_leads = a.successful_leads + l.successful
    FROM locked l WHERE l.id = a.id
$$;


REVOKE ALL ON FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) TO service_role;


REVOKE ALL ON FUNCTION henk.assign_list(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid, OUT assignment_id uuid, OUT added integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.assign_list(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid, OUT assignment_id uuid, OUT added integer) TO service_role;


-- As in 0061; who comes into the campaign says henk.compile_entry.
-- Migrations: 0010, 0018, 0033, 0037, 0067.
CREATE FUNCTION henk.assign_list(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid DEFAULT NULL::uuid, OUT assignment_id uuid, OUT added integer) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    campaign record;
    list_business uuid;
    criteria jsonb;
    eligible text;
    insertion text;
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    random_end text := substr(gen_random_uuid()::text, 20);
BEGIN
    PERFORM henk.lock_lists(c.business_id) FROM public.campaigns c WHERE c.id = p_campaign_id;
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
    PERFORM set_config('henk.assigning', 'on', true); -- henk.attribute_leads, below, is enough
    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    SELECT campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id
    WHERE NOT EXISTS (SELECT FROM public.campaign_lead_lists o WHERE o.campaign_id = p_campaign_id AND o.lead_list_id = p_lead_list_id
        AND o.priority = p_priority AND o.completed_at IS NULL)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE
    -- A list that was taken away, or done with, is taken up again; one that is paused stays paused.
    SET priority = EXCLUDED.priority, is_active = a.is_active OR a.completed_at IS NOT NULL, completed_at = NULL
    WHERE a.priority <> EXCLUDED.priority OR a.completed_at IS NOT NULL;
    SELECT a.id, a.filter_criteria INTO assignment_id, criteria FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    IF p_import_id IS NULL THEN
        UPDATE public.campaign_lead_lists a SET import_id = NULL WHERE a.id = assignment_id AND a.import_id IS NOT NULL;
        INSERT INTO henk.assigned_by_hand (assignment_id) VALUES (assignment_id) ON CONFLICT DO NOTHING;
    END IF;

    eligible := henk.compile_entry(p_campaign_id, 'public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id',
        'm.lead_list_id = $4 AND (' || (SELECT henk.compile_terms(a, p_depth => 1) FROM public.campaign_lead_lists a WHERE a.id = assignment_id) || ')', 'write');
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
    PERFORM set_config('henk.assigning', '', true);
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    PERFORM henk.complete_assignments(ARRAY[assignment_id]); -- with nobody left to call it is as done as it was
END
$_$;


REVOKE ALL ON FUNCTION henk.attribute_anew(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_anew(p_import_id uuid) TO service_role;


-- Leads of a campaign that had come to a better list by the import are of the best list again that they are on.
-- Migrations: 0034, 0074.
CREATE FUNCTION henk.attribute_anew(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    leads uuid[] := ARRAY(SELECT u.lead_id FROM pg_temp.henk_undo u WHERE NOT u.worked_on);
BEGIN
    UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id
    FROM (
        SELECT DISTINCT ON (c.id) c.id, a.lead_list_id
        FROM pg_temp.henk_undo u
        JOIN public.campaign_leads c ON c.lead_id = u.lead_id
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.is_active
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN LATERAL (SELECT array_agg(l) AS leads FROM henk.leads_of_terms(a, leads) l) f
            ON a.filter_criteria IS NOT NULL
        WHERE NOT u.worked_on AND (a.filter_criteria IS NULL OR c.lead_id = ANY (f.leads))
            AND NOT EXISTS (SELECT FROM public.lead_list_members k WHERE k.lead_list_id = c.lead_list_id AND k.lead_id = c.lead_id)
        ORDER BY c.id, a.priority, a.assigned_at, a.id) best
    WHERE best.id = cl.id AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id;
    -- An assignment that nothing but the import gives is none: whom it had taken from another list is of the best other one.
    UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id
    FROM (
        SELECT DISTINCT ON (c.id) c.id, o.lead_list_id
        FROM public.campaign_lead_lists a
        JOIN public.campaign_leads c ON c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id AND c.import_id IS DISTINCT FROM p_import_id
        JOIN public.campaign_lead_lists o ON o.campaign_id = a.campaign_id AND o.id <> a.id AND o.is_active
            AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = o.import_id AND i.status = 'undone')
        JOIN public.lead_list_members m ON m.lead_list_id = o.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN LATERAL (SELECT array_agg(l) AS leads FROM henk.leads_of_terms(o, ARRAY[c.lead_id]) l) f
            ON o.filter_criteria IS NOT NULL
        WHERE a.import_id = p_import_id AND (o.filter_criteria IS NULL OR c.lead_id = ANY (f.leads))
            AND NOT EXISTS (SELECT FROM public.lead_list_members k JOIN public.lead_imports i ON i.id = k.import_id
                WHERE k.lead_list_id = a.lead_list_id AND i.id <> p_import_id AND a.campaign_id = ANY (i.campaign_ids))
        ORDER BY c.id, o.priority, o.assigned_at, o.id) best
    WHERE best.id = cl.id;
    -- Who had left the list that brought them, and stayed in the campaign, is of that list again; of none where a person had assigned it.
    UPDATE public.campaign_leads cl SET lead_list_id = came.lead_list_id
    FROM (
        SELECT c.id, (SELECT o.lead_list_id FROM public.lead_imports i JOIN public.campaign_lead_lists o
            ON o.campaign_id = c.campaign_id AND o.lead_list_id = i.lead_list_id WHERE i.id = c.import_id) AS lead_list_id
        FROM (
            SELECT o.* FROM public.campaign_lead_lists a
            JOIN public.campaign_leads o ON o.campaign_id = a.campaign_id AND o.lead_list_id = a.lead_list_id WHERE a.import_id = p_import_id
            UNION ALL
            SELECT o.* FROM pg_temp.henk_left g JOIN public.campaign_leads o ON o.lead_id = g.lead_id AND o.lead_list_id = g.lead_list_id) c
        WHERE c.import_id IS DISTINCT FROM p_import_id
            AND NOT EXISTS (SELECT FROM public.lead_list_members k WHERE k.lead_list_id = c.lead_list_id AND k.lead_id = c.lead_id)) came
    WHERE came.id = cl.id;
END
$$;


-- Assignments that are written or deleted as rows: the members of a new one, and the leads of one that is gone, are of the best list that has them.
-- henk.assign_list, imports and undo attribute by themselves.
-- Migrations: 0075.
CREATE FUNCTION henk.attribute_assignments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    changed record;
    leads uuid[];
BEGIN
    IF henk.list_cause() <> 'hand' THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        FOR changed IN SELECT c.campaign_id, c.lead_list_id FROM came c WHERE c.is_active ORDER BY c.campaign_id, c.lead_list_id LOOP
            PERFORM henk.attribute_leads(changed.campaign_id, changed.lead_list_id);
        END LOOP;
        RETURN NULL;
    END IF;
    FOR changed IN SELECT w.campaign_id, w.lead_list_id FROM went w JOIN public.campaigns c ON c.id = w.campaign_id ORDER BY 1, 2 LOOP
        leads := ARRAY(SELECT cl.lead_id FROM public.campaign_leads cl
            WHERE cl.campaign_id = changed.campaign_id AND cl.lead_list_id = changed.lead_list_id AND cl.lead_id IS NOT NULL);
        IF cardinality(leads) > 0 THEN
            PERFORM henk.reattribute(changed.campaign_id, leads);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.attribute_assignments() IS 'Trigger: leads follow assignments that are written or deleted as rows.';


REVOKE ALL ON FUNCTION henk.attribute_assignments() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_assignments() TO service_role;


-- Leads that are put into a campaign by hand are of the best of its lists that has them.
-- Migrations: 0075.
CREATE FUNCTION henk.attribute_inserted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    inserted record;
BEGIN
    IF henk.list_cause() = 'hand' THEN
        FOR inserted IN
            SELECT c.campaign_id, array_agg(c.lead_id) AS leads FROM came c
            WHERE c.lead_id IS NOT NULL AND EXISTS (SELECT FROM public.campaign_lead_lists a WHERE a.campaign_id = c.campaign_id AND a.is_active)
            GROUP BY c.campaign_id ORDER BY 1
        LOOP
            PERFORM henk.reattribute(inserted.campaign_id, inserted.leads);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.attribute_inserted() IS 'Trigger: leads that are put into a campaign by hand are of the list that has them.';


REVOKE ALL ON FUNCTION henk.attribute_inserted() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_inserted() TO service_role;


REVOKE ALL ON FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Give the members of a list the list of the campaign that they belong to. Where all leads of the campaign are of the list there is nothing to do: that is
-- looked up by index, a list of the business at a time.
-- Migrations: 0010, 0037, 0075.
CREATE FUNCTION henk.attribute_leads(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    attribution record;
BEGIN
    IF NOT EXISTS (SELECT FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id <> p_lead_list_id)
        AND NOT henk.has_leads_of_others(p_campaign_id, p_lead_list_id) THEN
        RETURN;
    END IF;
    SELECT * INTO attribution FROM henk.compile_attribution(p_campaign_id);
    EXECUTE 'UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id FROM (' || attribution.query || ') best '
        'WHERE cl.campaign_id IS NOT DISTINCT FROM $2 AND cl.lead_id = best.lead_id '
        'AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id'
        USING attribution.filters, p_campaign_id, p_lead_list_id;
END
$_$;


-- While a campaign is over, refreshes pass it over; when it is open again, its leads are of the lists that have them by now.
-- Migrations: 0075.
CREATE FUNCTION henk.attribute_reopened() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.reattribute(NEW.id);
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.attribute_reopened() IS 'Trigger: leads of a campaign that is open again are of the lists that have them.';


REVOKE ALL ON FUNCTION henk.attribute_reopened() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.attribute_reopened() TO service_role;


COMMENT ON FUNCTION henk.broken_terms(p_assignment public.campaign_lead_lists, p_why text) IS 'What a person should know of an assignment whose filter cannot be read.';


REVOKE ALL ON FUNCTION henk.broken_terms(p_assignment public.campaign_lead_lists, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.broken_terms(p_assignment public.campaign_lead_lists, p_why text) TO service_role;


-- Migrations: 0075.
CREATE FUNCTION henk.broken_terms(p_assignment public.campaign_lead_lists, p_why text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT format('the filter of the list "%s" in the campaign "%s" cannot be read, so the campaign takes nobody new by it: %s', ll.name, c.name, p_why)
    FROM public.lead_lists ll, public.campaigns c WHERE ll.id = p_assignment.lead_list_id AND c.id = p_assignment.campaign_id
$$;


COMMENT ON FUNCTION henk.campaign_note(p_campaign_id uuid) IS 'That no lead joins a campaign, or that its last day is over; null otherwise.';


REVOKE ALL ON FUNCTION henk.campaign_note(p_campaign_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.campaign_note(p_campaign_id uuid) TO service_role;


-- What a person should know who would give a campaign leads: that none joins it, or that its last day is over.
-- Migrations: 0067.
CREATE FUNCTION henk.campaign_note(p_campaign_id uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(henk.why_closed(c.id), CASE WHEN c.end_date < (now() AT TIME ZONE henk.zone_of(c.business_id))::date
        THEN format('The last day of the campaign "%s" was %s: who joins it is not called.', c.name, c.end_date) END)
    FROM public.campaigns c WHERE c.id = p_campaign_id
$$;


REVOKE ALL ON FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb) TO service_role;


-- Which of a campaign's lists each member of one of them belongs to: the smallest priority, then the earliest assigned, of the active
-- assignments whose filter the lead meets. As SQL that gives lead_id and lead_list_id; $1 the filters, $2 the campaign, $3 the list.
-- Migrations: 0010.
CREATE FUNCTION henk.compile_attribution(p_campaign_id uuid, OUT query text, OUT filters jsonb) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    filtered text;
BEGIN
    SELECT jsonb_agg(a.filter_criteria ORDER BY a.id) INTO filters FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.is_active AND a.filter_criteria IS NOT NULL;
    SELECT string_agg(format(' UNION ALL SELECT m.lead_id, m.lead_list_id, %L::integer, %L::timestamptz, %L::uuid '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id WHERE m.lead_list_id = %L AND (%s)',
        t.priority, t.assigned_at, t.id, t.lead_list_id, henk.compile_terms(t.assignment, format('{%s}', t.n - 1), 1, 'EXISTS (SELECT FROM public.campaign_leads k '
            'WHERE k.campaign_id = $2 AND k.lead_id = m.lead_id AND k.lead_list_id = m.lead_list_id)')), '')
    INTO filtered
    FROM (
        SELECT a.*, a AS assignment, row_number() OVER (ORDER BY a.id) AS n FROM public.campaign_lead_lists a
        WHERE a.campaign_id = p_campaign_id AND a.is_active AND a.filter_criteria IS NOT NULL) t;
    query := 'SELECT DISTINCT ON (o.lead_id) o.lead_id, o.lead_list_id FROM ('
        'SELECT m.lead_id, m.lead_list_id, a.priority, a.assigned_at, a.id '
        'FROM public.campaign_lead_lists a JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id '
        'WHERE a.campaign_id = $2 AND a.is_active AND a.filter_criteria IS NULL' || coalesce(filtered, '') || ') o '
        'JOIN public.lead_list_members mine ON mine.lead_id = o.lead_id AND mine.lead_list_id = $3 '
        'ORDER BY o.lead_id, o.priority, o.assigned_at, o.id';
END
$_$;


COMMENT ON FUNCTION henk.compile_entry(p_campaign_id uuid, p_source text, p_condition text, p_way text) IS 'Which leads would come into a campaign, as SQL that gives their ids.';


REVOKE ALL ON FUNCTION henk.compile_entry(p_campaign_id uuid, p_source text, p_condition text, p_way text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_entry(p_campaign_id uuid, p_source text, p_condition text, p_way text) TO service_role;


-- Which leads `l` of p_source that meet p_condition would come into a campaign ($3), as SQL that gives their ids. Not: who is in it; where it says
-- so, who must not be called, and who would be called on a number that somebody of the campaign has; and of several new ones with a number all but
-- the best scored. A campaign that is over takes none.
-- p_way: 'write': statistics may know nothing yet, so that each lead is looked up in the campaign (0037); 'count': the planner joins; 'any': whether
-- there are any, with those whose number somebody has, for to know that takes as long as to write them.
-- Migrations: 0067.
CREATE FUNCTION henk.compile_entry(p_campaign_id uuid, p_source text, p_condition text, p_way text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


COMMENT ON FUNCTION henk.compile_offers(p_campaign_id uuid, OUT query text, OUT filters jsonb) IS 'Which list of a campaign each of the leads $3 belongs to, as SQL; all leads where $3 is null.';


REVOKE ALL ON FUNCTION henk.compile_offers(p_campaign_id uuid, OUT query text, OUT filters jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_offers(p_campaign_id uuid, OUT query text, OUT filters jsonb) TO service_role;


-- What the active assignments of a campaign offer: lead, list, and the order of choice; $1 their filters, $2 the campaign. As SQL.
-- Migrations: 0061.
CREATE FUNCTION henk.compile_offers(p_campaign_id uuid, OUT query text, OUT filters jsonb) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
    SELECT a.query, a.filters INTO query, filters FROM henk.compile_attribution(p_campaign_id) a;
    -- The same choice, but not only among the members of one list.
    query := replace(query, 'JOIN public.lead_list_members mine ON mine.lead_id = o.lead_id AND mine.lead_list_id = $3 ',
        'WHERE ($3::uuid[] IS NULL OR o.lead_id = ANY ($3)) ');
END
$_$;


COMMENT ON FUNCTION henk.compile_terms(p_assignment public.campaign_lead_lists, p_place text, p_depth integer, p_otherwise text) IS 'The filter of an assignment as an SQL condition; p_otherwise where it cannot be read.';


REVOKE ALL ON FUNCTION henk.compile_terms(p_assignment public.campaign_lead_lists, p_place text, p_depth integer, p_otherwise text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.compile_terms(p_assignment public.campaign_lead_lists, p_place text, p_depth integer, p_otherwise text) TO service_role;


-- The filter of an assignment as an SQL condition, as henk.compile_filter gives it. One that cannot be read, for example because it names a list that is
-- deleted, is p_otherwise: by default nobody meets it. It is no error, for a lead must be erased, deleted or merged all the same; a warning says it.
-- Migrations: 0075.
CREATE FUNCTION henk.compile_terms(p_assignment public.campaign_lead_lists, p_place text DEFAULT '{}'::text, p_depth integer DEFAULT 2, p_otherwise text DEFAULT 'false'::text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    warned text := p_assignment.id || ' ' || txid_current_if_assigned();
BEGIN
    RETURN henk.compile_filter(p_assignment.filter_criteria, p_place, p_depth => p_depth, p_business_id => p_assignment.business_id);
EXCEPTION WHEN data_exception THEN
    IF p_otherwise IS NOT NULL AND coalesce(current_setting('henk.warned_terms', true), '') IS DISTINCT FROM warned THEN
        PERFORM set_config('henk.warned_terms', warned, true);
        RAISE WARNING '%', henk.broken_terms(p_assignment, SQLERRM);
    END IF;
    RETURN p_otherwise;
END
$$;


REVOKE ALL ON FUNCTION henk.complete_assignments(p_assignments uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.complete_assignments(p_assignments uuid[]) TO service_role;


-- An assignment is done when none of its leads is to be called any more, and open again when one is. A list that is paused stays as it is.
-- By index: where statistics say that most rows are open, the planner reads the table until it meets one, past every row that is not.
-- Migrations: 0033.
CREATE FUNCTION henk.complete_assignments(p_assignments uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
    UPDATE public.campaign_lead_lists a SET completed_at = CASE WHEN o.is_open THEN NULL ELSE now() END
    FROM (SELECT t.id, t.total_leads = 0 OR EXISTS (SELECT FROM public.campaign_leads c
            WHERE c.campaign_id = t.campaign_id AND c.status IN ('new', 'queued', 'calling') AND c.lead_list_id = t.lead_list_id) AS is_open
        FROM public.campaign_lead_lists t WHERE t.id = ANY (p_assignments)) o
    WHERE a.id = o.id AND a.is_active AND o.is_open = (a.completed_at IS NOT NULL)
$$;


-- An assignment may come after its campaign leads, or change its list: then it is counted once. The campaign is locked against leads that
-- are being added meanwhile, which neither they nor this would count.
-- Migrations: 0005.
CREATE FUNCTION henk.count_assignment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.campaigns WHERE id = NEW.campaign_id FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE status IN ('contacted', 'converted')), count(*) FILTER (WHERE status = 'converted')
    INTO NEW.total_leads, NEW.contacted_leads, NEW.successful_leads
    FROM public.campaign_leads WHERE campaign_id = NEW.campaign_id AND lead_list_id = NEW.lead_list_id;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.count_assignment() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.count_assignment() TO service_role;


-- Contacted: the person was reached, and may have given. Successful: the person gave.
-- Migrations: 0005.
CREATE FUNCTION henk.count_campaign_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (campaign_id, lead_list_id, count(*), count(*) FILTER (WHERE status IN ('contacted', 'converted')),
                count(*) FILTER (WHERE status = 'converted'))::henk.assignment_change
            FROM came WHERE lead_list_id IS NOT NULL GROUP BY campaign_id, lead_list_id));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (campaign_id, lead_list_id, -count(*), -count(*) FILTER (WHERE status IN ('contacted', 'converted')),
                -count(*) FILTER (WHERE status = 'converted'))::henk.assignment_change
            FROM went WHERE lead_list_id IS NOT NULL GROUP BY campaign_id, lead_list_id));
    ELSE
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (t.campaign_id, t.lead_list_id, sum(t.n), coalesce(sum(t.n) FILTER (WHERE t.status IN ('contacted', 'converted')), 0),
                coalesce(sum(t.n) FILTER (WHERE t.status = 'converted'), 0))::henk.assignment_change
            FROM (
                SELECT campaign_id, lead_list_id, status, 1 AS n FROM came
                UNION ALL SELECT campaign_id, lead_list_id, status, -1 FROM went) t
            WHERE t.lead_list_id IS NOT NULL
            GROUP BY t.campaign_id, t.lead_list_id
            HAVING sum(t.n) <> 0 OR sum(t.n) FILTER (WHERE t.status IN ('contacted', 'converted')) <> 0
                OR sum(t.n) FILTER (WHERE t.status = 'converted') <> 0));
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.count_campaign_leads() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.count_campaign_leads() TO service_role;


-- What a status implies is written where the client leaves it out: a dialler that sets nothing but the status is seen by scores and reports.
-- `henk.moving_rows`: rows that a merge, its undoing or an undone import moves keep what they have.
-- Migrations: 0033.
CREATE FUNCTION henk.fill_call_times() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    before public.campaign_leads;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD;
    END IF;
    IF NEW.status IN ('contacted', 'converted') THEN
        NEW.contacted_at := coalesce(NEW.contacted_at, henk.publishable(NEW.last_attempt_at), now());
        IF NEW.status = 'converted' THEN
            NEW.converted_at := coalesce(NEW.converted_at, now());
        END IF;
    END IF;
    -- A call that was noted when it began is not noted again when it ends.
    IF NEW.last_attempt_at IS NOT DISTINCT FROM before.last_attempt_at AND (NEW.attempts > coalesce(before.attempts, 0)
        OR NEW.status = 'calling'
        OR (NEW.status IN ('contacted', 'failed') AND before.status IS DISTINCT FROM 'calling')
        OR (NEW.status IN ('contacted', 'failed', 'converted') AND NEW.last_attempt_at IS NULL)) THEN
        NEW.last_attempt_at := CASE WHEN TG_OP = 'INSERT' THEN coalesce(NEW.last_attempt_at, NEW.contacted_at, now()) ELSE now() END;
    END IF;
    IF NEW.status IN ('converted', 'dnc') AND NEW.next_attempt_at IS NOT DISTINCT FROM before.next_attempt_at THEN
        NEW.next_attempt_at := NULL;
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.fill_call_times() FROM PUBLIC;


-- As in 0026; a campaign that is over takes no lead from a client either.
-- Migrations: 0007, 0026, 0061.
CREATE FUNCTION henk.fill_campaign_lead() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    campaign record;
BEGIN
    SELECT c.business_id, c.name, c.status::text AS status INTO campaign FROM public.campaigns c WHERE c.id = NEW.campaign_id;
    NEW.business_id := campaign.business_id;
    IF campaign.status IN ('completed', 'cancelled') THEN
        RAISE EXCEPTION 'The campaign "%" is %: no lead joins it.', campaign.name, campaign.status USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id AND ll.is_archived) THEN
        RAISE EXCEPTION 'The list "%" is archived: no lead joins a campaign by it. Take it out of the archive first.',
            (SELECT ll.name FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.fill_campaign_lead() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fill_campaign_lead() TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.follow_assignment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.reattribute(NEW.campaign_id);
    IF NEW.follow = 'mirror' AND NEW.is_active AND EXISTS (SELECT FROM public.campaigns c
        WHERE c.id = NEW.campaign_id AND c.status::text IN ('draft', 'active', 'paused')) THEN
        PERFORM henk.withdraw_leads(NEW.campaign_id, NEW.lead_list_id);
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.follow_assignment() IS 'Trigger: leads of a campaign belong to its lists as the assignments say now.';


REVOKE ALL ON FUNCTION henk.follow_assignment() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.follow_assignment() TO service_role;


COMMENT ON FUNCTION henk.follow_list(p_lead_list_id uuid, p_entered uuid[], p_gone uuid[]) IS 'Let campaigns follow a list from which leads left, and which leads entered.';


REVOKE ALL ON FUNCTION henk.follow_list(p_lead_list_id uuid, p_entered uuid[], p_gone uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.follow_list(p_lead_list_id uuid, p_entered uuid[], p_gone uuid[]) TO service_role;


-- Campaigns follow a list, whose members may have changed. Gives: of each assignment that is concerned what was done, or why nothing.
-- Migrations: 0061, 0064.
CREATE FUNCTION henk.follow_list(p_lead_list_id uuid, p_entered uuid[], p_gone uuid[]) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    target record;
    report jsonb := '[]';
    added integer;
    withdrawn integer;
    is_asked boolean;
BEGIN
    FOR target IN
        SELECT a.id, a.campaign_id, a.priority, a.follow, a.filter_criteria, henk.compile_terms(a, p_otherwise => NULL) IS NULL AS is_broken, c.name, c.status::text AS status
        FROM public.campaign_lead_lists a JOIN public.campaigns c ON c.id = a.campaign_id JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.lead_list_id = p_lead_list_id AND a.is_active AND NOT ll.is_archived AND (henk.is_smart(ll) OR a.follow = 'mirror')
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
            -- First who goes, then who comes: a twin of the number takes the place, whichever list of the campaign has it.
            IF target.follow = 'mirror' THEN
                withdrawn := henk.withdraw_leads(target.campaign_id, p_lead_list_id);
            END IF;
            IF henk.is_offered_more(target.campaign_id, p_lead_list_id) THEN
                SELECT a.added INTO added FROM henk.assign_list(target.campaign_id, p_lead_list_id, target.priority) a;
            END IF;
            IF withdrawn > 0 THEN
                PERFORM henk.offer_others(target.campaign_id, p_lead_list_id);
            END IF;
        END IF;
        -- Who entered or left may belong to another list of the campaign now, whoever followed; anybody may whom a filter is asked about.
        IF is_asked AND (EXISTS (SELECT FROM public.campaign_lead_lists o
            WHERE o.campaign_id = target.campaign_id AND o.lead_list_id <> p_lead_list_id)
            OR henk.has_leads_of_others(target.campaign_id, p_lead_list_id)) THEN
            PERFORM henk.reattribute(target.campaign_id, CASE WHEN target.filter_criteria IS NULL THEN p_entered || p_gone END);
        END IF;
        IF is_asked OR added + withdrawn > 0 THEN
            report := report || (jsonb_build_object('campaign', target.name, 'campaign_id', target.campaign_id, 'follow', target.follow,
                'added', added, 'withdrawn', withdrawn) || CASE WHEN target.is_broken THEN (SELECT jsonb_build_object('reason',
                    henk.broken_terms(a, 'change or remove it')) FROM public.campaign_lead_lists a WHERE a.id = target.id) ELSE '{}' END);
        END IF;
    END LOOP;
    RETURN report;
END
$$;


COMMENT ON FUNCTION henk.follow_static_lists(p_business_id uuid) IS 'Let campaigns that mirror static lists of a business have their members.';


REVOKE ALL ON FUNCTION henk.follow_static_lists(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.follow_static_lists(p_business_id uuid) TO service_role;


-- Static lists whose campaigns mirror them: their members and their filters' leads may have changed. Gives what follow_list gives. Filters of lists that no
-- refresh looks at may be met by others now, who are of another list then.
-- Migrations: 0061, 0075.
CREATE FUNCTION henk.follow_static_lists(p_business_id uuid) RETURNS jsonb
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT henk.reattribute(c.id) FROM public.campaigns c
    WHERE c.business_id = p_business_id AND c.status::text IN ('draft', 'active', 'paused') AND EXISTS (
        SELECT FROM public.campaign_lead_lists a JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.campaign_id = c.id AND a.is_active AND a.filter_criteria IS NOT NULL
            AND (ll.is_archived OR NOT CASE WHEN henk.is_smart(ll) THEN ll.refresh = 'auto' ELSE a.follow = 'mirror' END)
            AND henk.has_leads_of_others(c.id, a.lead_list_id));
    SELECT coalesce(jsonb_agg(f), '[]') FROM (
        SELECT DISTINCT a.lead_list_id FROM public.campaign_lead_lists a JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.business_id = p_business_id AND a.is_active AND a.follow = 'mirror' AND NOT henk.is_smart(ll) AND NOT ll.is_archived) s
    CROSS JOIN LATERAL henk.mirror_list(s.lead_list_id) m CROSS JOIN LATERAL jsonb_array_elements(m) f
$$;


-- What follows from the statuses that a statement wrote. EXECUTE: planned for its rows.
-- Migrations: 0033.
CREATE FUNCTION henk.follow_statuses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    before text := CASE TG_OP WHEN 'UPDATE' THEN 'went' ELSE '(SELECT c.* FROM public.campaign_leads c WHERE false)' END;
    assignments uuid[];
BEGIN
    -- A conversation is activity of the lead.
    IF coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN
        EXECUTE 'WITH spoken AS MATERIALIZED (
            SELECT n.lead_id, max(least(now(), greatest(henk.publishable(n.contacted_at), henk.publishable(n.converted_at)))) AS at
            FROM came n LEFT JOIN ' || before || ' o ON o.id = n.id
            WHERE n.status IN (''contacted'', ''converted'') AND n.status IS DISTINCT FROM o.status AND n.lead_id IS NOT NULL GROUP BY n.lead_id
        ), locked AS MATERIALIZED (
            SELECT l.id, s.at FROM public.leads l JOIN spoken s ON s.lead_id = l.id
            WHERE l.last_activity_at IS NULL OR l.last_activity_at < s.at ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED
        )
        UPDATE public.leads l SET last_activity_at = k.at FROM locked k WHERE l.id = k.id AND k.at IS NOT NULL';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- Those whose last open lead this may have been, or that have got one.
        EXECUTE 'SELECT array_agg(DISTINCT a.id) FROM came n JOIN went o ON o.id = n.id
            JOIN public.campaign_lead_lists a ON a.campaign_id = n.campaign_id AND a.lead_list_id IN (n.lead_list_id, o.lead_list_id)
            WHERE (n.status IN (''new'', ''queued'', ''calling''), n.lead_list_id)
                IS DISTINCT FROM (o.status IN (''new'', ''queued'', ''calling''), o.lead_list_id)' INTO assignments;
    ELSE
        EXECUTE 'SELECT array_agg(DISTINCT a.id) FROM (SELECT DISTINCT n.campaign_id, n.lead_list_id FROM came n) n
            JOIN public.campaign_lead_lists a ON a.campaign_id = n.campaign_id AND a.lead_list_id = n.lead_list_id
            WHERE a.completed_at IS NOT NULL' INTO assignments;
    END IF;
    IF assignments IS NOT NULL THEN
        PERFORM henk.complete_assignments(assignments);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.follow_statuses() FROM PUBLIC;


COMMENT ON FUNCTION henk.has_leads_of_others(p_campaign_id uuid, p_lead_list_id uuid) IS 'Whether a campaign has leads of no list, or of another than this one.';


REVOKE ALL ON FUNCTION henk.has_leads_of_others(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.has_leads_of_others(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Migrations: 0075.
CREATE FUNCTION henk.has_leads_of_others(p_campaign_id uuid, p_lead_list_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
    SELECT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id = p_campaign_id AND cl.lead_list_id IS NULL)
        OR EXISTS (SELECT FROM public.campaigns c JOIN public.lead_lists ll ON ll.business_id = c.business_id AND ll.id <> p_lead_list_id
            CROSS JOIN LATERAL (SELECT FROM public.campaign_leads cl WHERE cl.lead_list_id = ll.id AND cl.campaign_id = c.id LIMIT 1) o
            WHERE c.id = p_campaign_id)
$$;


COMMENT ON FUNCTION henk.is_offered_more(p_campaign_id uuid, p_lead_list_id uuid) IS 'Whether a list has members that its campaign may call and has not.';


REVOKE ALL ON FUNCTION henk.is_offered_more(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_offered_more(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Whether a list has members that its campaign may call and has not: assign_list writes more than its rows.
-- Migrations: 0064, 0067.
CREATE FUNCTION henk.is_offered_more(p_campaign_id uuid, p_lead_list_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    assignment public.campaign_lead_lists;
    is_more boolean;
BEGIN
    SELECT a.* INTO assignment FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    EXECUTE 'SELECT EXISTS (' || henk.compile_entry(p_campaign_id, 'public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id',
        'm.lead_list_id = $2 AND ('
        || henk.compile_terms(assignment) || ')', 'any') || ')'
    INTO is_more USING assignment.filter_criteria, p_lead_list_id, p_campaign_id;
    RETURN is_more;
END
$_$;


REVOKE ALL ON FUNCTION henk.is_untouched(p_lead public.campaign_leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_untouched(p_lead public.campaign_leads) TO service_role;


-- Nobody has worked on a campaign lead: no call, no word, no amount. An opt-out alone is no work: the suppression keeps it.
-- Migrations: 0010.
CREATE FUNCTION henk.is_untouched(p_lead public.campaign_leads) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((((p_lead).status)::text = ANY ((ARRAY['new'::character varying, 'queued'::character varying, 'dnc'::character varying])::text[])) AND ((p_lead).attempts = 0) AND ((p_lead).total_talk_time = 0) AND (COALESCE((p_lead).pledged_amount, (0)::numeric) = (0)::numeric) AND (COALESCE((p_lead).donated_amount, (0)::numeric) = (0)::numeric) AND (num_nonnulls((p_lead).last_attempt_at, (p_lead).outcome, (p_lead).notes, (p_lead).contacted_at, (p_lead).converted_at) = 0));


-- Migrations: 0005.
CREATE FUNCTION henk.keep_assignment_counts() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.total_leads := OLD.total_leads;
    NEW.contacted_leads := OLD.contacted_leads;
    NEW.successful_leads := OLD.successful_leads;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_assignment_counts() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_assignment_counts() TO service_role;


COMMENT ON FUNCTION henk.leads_of_terms(p_assignment public.campaign_lead_lists, p_lead_ids uuid[]) IS 'Of these leads those that meet the filter of an assignment.';


REVOKE ALL ON FUNCTION henk.leads_of_terms(p_assignment public.campaign_lead_lists, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.leads_of_terms(p_assignment public.campaign_lead_lists, p_lead_ids uuid[]) TO service_role;


-- Of these leads those that meet the filter of an assignment; nobody where it cannot be read.
-- Migrations: 0075.
CREATE FUNCTION henk.leads_of_terms(p_assignment public.campaign_lead_lists, p_lead_ids uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
    RETURN QUERY EXECUTE 'SELECT l.id FROM public.leads l WHERE l.business_id = $2 AND l.id = ANY ($3) AND (' || henk.compile_terms(p_assignment) || ')'
    USING p_assignment.filter_criteria, p_assignment.business_id, p_lead_ids;
END
$_$;


COMMENT ON FUNCTION henk.may_leave(p_lead public.campaign_leads) IS 'Whether nobody has worked on a campaign lead, whose lead has not said no in a call.';


REVOKE ALL ON FUNCTION henk.may_leave(p_lead public.campaign_leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.may_leave(p_lead public.campaign_leads) TO service_role;


-- Nobody has worked on a campaign lead, and its lead has not said no in a call: it may leave the campaign. `dnc` by the rule alone, for an opt-out
-- in a file, is no work (henk.is_untouched); what was said in a call is kept in henk.said_no.
-- Migrations: 0068.
CREATE FUNCTION henk.may_leave(p_lead public.campaign_leads) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NOT henk.is_untouched(p_lead) THEN
        RETURN false;
    ELSIF p_lead.status <> 'dnc' THEN
        RETURN true;
    END IF;
    RETURN NOT EXISTS (SELECT FROM public.leads l
        JOIN henk.said_no n ON n.business_id = l.business_id AND n.fingerprint = ANY (henk.prints_of_lead(l))
        WHERE l.id = p_lead.lead_id);
END
$$;


COMMENT ON FUNCTION henk.mirror_list(p_lead_list_id uuid) IS 'Let the campaigns that mirror a list have its members.';


REVOKE ALL ON FUNCTION henk.mirror_list(p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.mirror_list(p_lead_list_id uuid) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.mirror_list(p_lead_list_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM henk.lock_lists(ll.business_id) FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    -- Some lead of the list: every assignment that mirrors it is looked at.
    RETURN henk.follow_list(p_lead_list_id, ARRAY(SELECT m.lead_id FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id LIMIT 1),
        ARRAY['00000000-0000-0000-0000-000000000000'::uuid]);
END
$$;


COMMENT ON FUNCTION henk.note_calls(p_business_id uuid) IS 'Write the last activity of leads whose calls of the last two days are later.';


REVOKE ALL ON FUNCTION henk.note_calls(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_calls(p_business_id uuid) TO service_role;


-- The activity of leads that somebody else wrote while a call of theirs was written: scoring calls it first. Calls of two days are enough.
-- Migrations: 0071.
CREATE FUNCTION henk.note_calls(p_business_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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


-- Migrations: 0089.
CREATE FUNCTION henk.note_taken_off() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF to_regclass('pg_temp.henk_undo') IS NULL THEN
        INSERT INTO henk.lists_taken_off (campaign_id, lead_list_id)
        SELECT w.campaign_id, w.lead_list_id FROM went w JOIN public.campaigns c ON c.id = w.campaign_id JOIN public.lead_lists ll ON ll.id = w.lead_list_id
        ON CONFLICT (campaign_id, lead_list_id) DO UPDATE SET at = excluded.at;
    END IF;
    RETURN NULL;
END
$$;


COMMENT ON FUNCTION henk.note_taken_off() IS 'Trigger: note when a list was taken off a campaign.';


REVOKE ALL ON FUNCTION henk.note_taken_off() FROM PUBLIC;


COMMENT ON FUNCTION henk.offer_others(p_campaign_id uuid, p_lead_list_id uuid) IS 'Let leads of a campaign''s other lists take the places of those who left, by telephone.';


REVOKE ALL ON FUNCTION henk.offer_others(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.offer_others(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Where somebody has left a campaign, another with the number may come into it by any of its lists.
-- Migrations: 0070.
CREATE FUNCTION henk.offer_others(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    other record;
    added integer;
    joined integer := 0;
    refreshing text := coalesce(current_setting('henk.list_refresh', true), '');
BEGIN
    IF NOT (SELECT c.dedupe_by_phone FROM public.campaigns c WHERE c.id = p_campaign_id) THEN
        RETURN 0;
    END IF;
    PERFORM set_config('henk.list_refresh', CASE refreshing WHEN '' THEN 'offer' ELSE refreshing END, true);
    FOR other IN
        SELECT a.lead_list_id, a.priority FROM public.campaign_lead_lists a JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id <> p_lead_list_id AND a.is_active AND a.follow <> 'frozen' AND NOT ll.is_archived
            AND (henk.is_smart(ll) OR a.follow = 'mirror')
        ORDER BY a.priority, a.assigned_at, a.id
    LOOP
        IF henk.is_offered_more(p_campaign_id, other.lead_list_id) THEN
            SELECT a.added INTO added FROM henk.assign_list(p_campaign_id, other.lead_list_id, other.priority) a;
            joined := joined + added;
        END IF;
    END LOOP;
    PERFORM set_config('henk.list_refresh', refreshing, true);
    RETURN joined;
END
$$;


COMMENT ON FUNCTION henk.reattribute(p_campaign_id uuid, p_lead_ids uuid[]) IS 'Give leads of a campaign the list that they belong to now.';


REVOKE ALL ON FUNCTION henk.reattribute(p_campaign_id uuid, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.reattribute(p_campaign_id uuid, p_lead_ids uuid[]) TO service_role;


-- Give leads of a campaign (all, where none are named) the list of the campaign that they belong to: the smallest priority that has them.
-- Migrations: 0061.
CREATE FUNCTION henk.reattribute(p_campaign_id uuid, p_lead_ids uuid[] DEFAULT NULL::uuid[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    offers record;
    moved integer;
BEGIN
    SELECT * INTO offers FROM henk.compile_offers(p_campaign_id);
    EXECUTE 'UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id FROM (' || offers.query || ') best '
        'WHERE cl.campaign_id IS NOT DISTINCT FROM $2 AND cl.lead_id = best.lead_id AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id'
        USING offers.filters, p_campaign_id, p_lead_ids;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$_$;


COMMENT ON FUNCTION henk.reattribute_leads(p_lead_ids uuid[]) IS 'Give leads the list that they belong to now, in each of their campaigns.';


REVOKE ALL ON FUNCTION henk.reattribute_leads(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.reattribute_leads(p_lead_ids uuid[]) TO service_role;


-- Migrations: 0069.
CREATE FUNCTION henk.reattribute_leads(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    campaign uuid;
BEGIN
    FOR campaign IN SELECT DISTINCT cl.campaign_id FROM public.campaign_leads cl WHERE cl.lead_id = ANY (p_lead_ids) ORDER BY 1 LOOP
        PERFORM henk.reattribute(campaign, p_lead_ids);
    END LOOP;
END
$$;


COMMENT ON FUNCTION henk.refuse_closed(p_campaign_id uuid, p_lead_list_id uuid) IS 'Raise 22023 for an archived list, or a campaign that is over.';


REVOKE ALL ON FUNCTION henk.refuse_closed(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_closed(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Migrations: 0061, 0067.
CREATE FUNCTION henk.refuse_closed(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
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


-- Assignments that are written, not made by add_lead_list_to_campaign, are refused where that function refuses them. Of another business's list or
-- campaign nothing is shown: the policy refuses the row.
-- Migrations: 0070.
CREATE FUNCTION henk.refuse_closed_assignment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF henk.list_cause() = 'hand' AND (henk.is_service() OR NEW.business_id = ANY (henk.my_businesses())) THEN
        PERFORM henk.refuse_closed((SELECT c.id FROM public.campaigns c WHERE c.id = NEW.campaign_id AND c.business_id = NEW.business_id),
            (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id AND ll.business_id = NEW.business_id));
    END IF;
    RETURN NEW;
END
$$;


COMMENT ON FUNCTION henk.refuse_closed_assignment() IS 'Trigger: no assignment of an archived list, or to a campaign that is over.';


REVOKE ALL ON FUNCTION henk.refuse_closed_assignment() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_closed_assignment() TO service_role;


-- What a client changes by other ways: whose a campaign lead is, and who is on which list.
-- Migrations: 0075.
CREATE FUNCTION henk.refuse_move() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'campaign_leads' THEN
        RAISE EXCEPTION 'lead_list_id of a campaign lead is the list with the smallest priority that has the lead: it is not written.'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Change the priority of an assignment, or the members of a list, instead.';
    END IF;
    RAISE EXCEPTION 'A member of a list is not moved: its pins, exclusions and events are of that list and lead.'
        USING ERRCODE = 'insufficient_privilege', HINT = 'Delete the member, and insert another one, instead.';
END
$$;


COMMENT ON FUNCTION henk.refuse_move() IS 'Trigger: a client changes neither the list of a campaign lead nor list or lead of a member.';


REVOKE ALL ON FUNCTION henk.refuse_move() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.refuse_move() TO service_role;


REVOKE ALL ON FUNCTION henk.status_rank(p_status text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.status_rank(p_status text) TO service_role;


-- How far a call has come; an opt-out outweighs everything.
-- Migrations: 0011.
CREATE FUNCTION henk.status_rank(p_status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_position(ARRAY['new'::text, 'queued'::text, 'calling'::text, 'failed'::text, 'contacted'::text, 'converted'::text, 'dnc'::text], p_status);


REVOKE ALL ON FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION henk.unassign_list(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    removed integer;
BEGIN
    PERFORM henk.lock_lists(c.business_id) FROM public.campaigns c WHERE c.id = p_campaign_id;
    PERFORM henk.require_record(p_campaign_id, (SELECT c.id FROM public.campaigns c WHERE c.id = p_campaign_id FOR NO KEY UPDATE), 'campaign'),
        henk.require_record(p_lead_list_id, (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id), 'lead list');
    UPDATE public.campaign_lead_lists SET is_active = false, completed_at = now()
    WHERE campaign_id = p_campaign_id AND lead_list_id = p_lead_list_id AND (is_active OR completed_at IS NULL);
    INSERT INTO henk.lists_taken_off (campaign_id, lead_list_id) VALUES (p_campaign_id, p_lead_list_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE SET at = excluded.at;
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    -- Whom an import had brought by this list, and who is on another one of the campaign, is in it by that one from when both were so.
    UPDATE public.campaign_leads cl SET added_at = o.added_at
    FROM public.lead_list_members m JOIN public.lead_list_members o ON o.lead_id = m.lead_id AND o.lead_list_id <> m.lead_list_id
    WHERE m.lead_list_id = p_lead_list_id AND cl.campaign_id = p_campaign_id AND cl.lead_id = m.lead_id AND cl.lead_list_id = o.lead_list_id
        AND cl.added_at < o.added_at AND cl.import_id IS NOT NULL AND henk.may_leave(cl);
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = p_campaign_id AND cl.lead_list_id = p_lead_list_id AND henk.may_leave(cl);
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id AND a.total_leads = 0;
    RETURN removed;
END
$$;


COMMENT ON FUNCTION henk.why_closed(p_campaign_id uuid) IS 'Why no lead joins a campaign; null where leads may.';


REVOKE ALL ON FUNCTION henk.why_closed(p_campaign_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.why_closed(p_campaign_id uuid) TO service_role;


-- Why no lead joins a campaign; null where leads may.
-- Migrations: 0067.
CREATE FUNCTION henk.why_closed(p_campaign_id uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT format('The campaign "%s" is %s: no lead joins it.', c.name, c.status) FROM public.campaigns c
    WHERE c.id = p_campaign_id AND c.status::text IN ('completed', 'cancelled')
$$;


COMMENT ON FUNCTION henk.withdraw_leads(p_campaign_id uuid, p_lead_list_id uuid) IS 'Take leads out of a campaign that are no members of the list by which they came.';


REVOKE ALL ON FUNCTION henk.withdraw_leads(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.withdraw_leads(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Leads that are in a campaign by a list, and not (any more) members of it that meet the assignment's filter: they go to another list of the campaign,
-- or leave it where nobody has worked on them. Gives: how many left.
-- Migrations: 0061.
CREATE FUNCTION henk.withdraw_leads(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    assignment public.campaign_lead_lists;
    leads uuid[];
    withdrawn integer := 0;
BEGIN
    SELECT a.* INTO assignment FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    EXECUTE 'SELECT array_agg(cl.lead_id) FROM public.campaign_leads cl WHERE cl.campaign_id = $2 AND cl.lead_list_id = $3 AND cl.lead_id IS NOT NULL '
        'AND NOT EXISTS (SELECT FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id '
        'WHERE m.lead_list_id = $3 AND m.lead_id = cl.lead_id AND ('
        || henk.compile_terms(assignment, p_otherwise => 'true') || '))'
    INTO leads USING assignment.filter_criteria, p_campaign_id, p_lead_list_id;
    IF leads IS NOT NULL THEN
        PERFORM henk.reattribute(p_campaign_id, leads);
        DELETE FROM public.campaign_leads cl WHERE cl.campaign_id = p_campaign_id AND cl.lead_list_id = p_lead_list_id
            AND cl.lead_id = ANY (leads) AND cl.next_attempt_at IS NULL AND henk.may_leave(cl);
        GET DIAGNOSTICS withdrawn = ROW_COUNT;
        PERFORM henk.complete_assignments(ARRAY[assignment.id]);
    END IF;
    RETURN withdrawn;
END
$_$;


COMMENT ON FUNCTION henk.work_on(p_lead public.campaign_leads) IS 'A digest of what was done on a campaign lead, without its status and its next call.';


REVOKE ALL ON FUNCTION henk.work_on(p_lead public.campaign_leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.work_on(p_lead public.campaign_leads) TO service_role;


-- What somebody has done on a campaign lead, as a digest: its status and its next call alone may have been changed by a rule.
-- Migrations: 0070.
CREATE FUNCTION henk.work_on(p_lead public.campaign_leads) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
    SELECT md5(jsonb_build_array((p_lead).attempts, (p_lead).last_attempt_at, (p_lead).outcome, (p_lead).pledged_amount, (p_lead).donated_amount,
        (p_lead).total_talk_time, (p_lead).last_call_duration, (p_lead).notes, (p_lead).contacted_at, (p_lead).converted_at)::text)
$$;


COMMENT ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) IS 'Assigns a list to a campaign and gives the campaign its members. Gives the assignment''s id, the same on every call.

Left out: members that the assignment''s filter_criteria does not name; where the campaign says exclude_dnc, leads with do_not_call or dnc or a suppressed number; where it says dedupe_by_phone, leads whose number (phone, else mobile_phone) somebody of the campaign has, of several new ones all but the best scored. A lead on several active lists belongs to the smallest priority, then the earliest assigned. A second call updates the priority, adds who joined since, and resets nobody''s status, attempts or amounts. A paused list stays paused; one that was completed or taken away is taken up again.

Errors: 42501 for an end user who is no writing member of both, or where there is no such record; P0002 for the service role and an unknown id; 23503 where the two belong to different businesses; 23514 for a priority below 1.';


REVOKE ALL ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) TO authenticated;
GRANT ALL ON FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer) TO service_role;


-- Migrations: 0010.
CREATE FUNCTION public.add_lead_list_to_campaign(p_campaign_id uuid, p_lead_list_id uuid, p_priority integer DEFAULT 1) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
        henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN (SELECT a.assignment_id FROM henk.assign_list(p_campaign_id, p_lead_list_id, coalesce(p_priority, 1)) a);
END
$$;


COMMENT ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) IS 'Takes a list off a campaign. Campaign leads that nobody has worked on go, or go over to another list of the campaign that the lead is on; the others stay with what was said, and the assignment with them, inactive. Gives how many campaign leads were removed; a second call gives 0.

Errors: 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) TO service_role;


-- Take a list off a campaign: its leads that nobody has worked on go, or go over to another list of the campaign they are on, too. Whoever
-- was called stays with what was said; the assignment then stays as well, inactive. Gives: how many campaign leads were removed.
-- Migrations: 0010.
CREATE FUNCTION public.remove_lead_list_from_campaign(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
        henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id));
    RETURN henk.unassign_list(p_campaign_id, p_lead_list_id);
END
$$;
