-- migrate:up
-- Undo: an assignment that only the undone import made holds nobody whom another list of the campaign has, nobody stays in a campaign by a list that
-- was assigned before they came to it, and leads of merges in merges are as old again as they were.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.attribute_anew(p_import_id uuid) RETURNS void
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
        LEFT JOIN LATERAL (SELECT array_agg(l) AS leads FROM henk.matching_leads(a.business_id, a.filter_criteria, leads) l) f
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
        LEFT JOIN LATERAL (SELECT array_agg(l) AS leads FROM henk.matching_leads(o.business_id, o.filter_criteria, ARRAY[c.lead_id]) l) f
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
        FROM public.campaign_lead_lists a
        JOIN public.campaign_leads c ON c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id AND c.import_id IS DISTINCT FROM p_import_id
        WHERE a.import_id = p_import_id
            AND NOT EXISTS (SELECT FROM public.lead_list_members k WHERE k.lead_list_id = a.lead_list_id AND k.lead_id = c.lead_id)) came
    WHERE came.id = cl.id;
END
$$;

-- A merge writes its kept lead, and so does taking it apart: both are as old again as before the merge, also where one merge was made in another.
CREATE OR REPLACE FUNCTION henk.date_unmerged(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    unwritten text[] := '{updated_at,updated_by,lead_score,score_breakdown,quality_rating}'; -- what says nothing of the person
BEGIN
    -- Of the other lead of each merge, too: what is known of a merge goes with its kept lead.
    CREATE TEMP TABLE henk_dates ON COMMIT DROP AS
    WITH RECURSIVE steps AS MATERIALIZED (
        SELECT l.id AS lead_id, d.at, min(d.updated_at) AS updated_at
        FROM (SELECT DISTINCT r.lead_id FROM public.lead_import_rows r WHERE r.import_id = p_import_id AND NOT r.taken_back) u
        JOIN public.lead_merges m ON u.lead_id IN (m.kept_lead_id, m.dropped_lead_id) AND m.taken_apart_at IS NOT NULL
        JOIN public.leads l ON l.id IN (m.kept_lead_id, m.dropped_lead_id)
        CROSS JOIN LATERAL (
            SELECT (m.moved -> 'dates' ->> 'at')::timestamptz AS at, (m.moved -> 'dates' ->> l.id::text)::timestamptz AS updated_at
            WHERE m.moved ? 'dates'
            UNION ALL
            SELECT (m.rows_after -> 'leads' -> 0 ->> 'updated_at')::timestamptz, (v.lead ->> 'updated_at')::timestamptz
            FROM jsonb_array_elements(m.rows_before -> 'leads') v (lead)
            WHERE l.id = m.kept_lead_id AND v.lead ->> 'id' = l.id::text
                AND (v.lead ->> 'updated_at')::timestamptz < (m.rows_after -> 'leads' -> 0 ->> 'updated_at')::timestamptz
            UNION ALL -- of merges that were taken apart before migration 0055
            SELECT l.updated_at, (v.lead ->> 'updated_at')::timestamptz FROM jsonb_array_elements(m.rows_before -> 'leads') v (lead)
            WHERE NOT m.moved ? 'dates' AND v.lead ->> 'id' = l.id::text AND v.lead - unwritten = to_jsonb(l) - unwritten
                AND (v.lead ->> 'updated_at')::timestamptz < l.updated_at) d
        GROUP BY l.id, d.at
    ), ends AS (
        SELECT s.* FROM steps s
        UNION
        SELECT e.lead_id, e.at, s.updated_at FROM ends e JOIN steps s ON s.lead_id = e.lead_id AND s.at = e.updated_at AND s.updated_at < s.at
    )
    SELECT e.lead_id, e.at, min(e.updated_at) AS updated_at FROM ends e GROUP BY e.lead_id, e.at;
    PERFORM set_config('henk.scores_only', 'on', true), set_config('henk.moving_rows', 'on', true);
    UPDATE public.leads l SET updated_at = d.updated_at FROM pg_temp.henk_dates d WHERE l.id = d.lead_id AND l.updated_at = d.at;
    UPDATE public.lead_import_rows r SET replaced = r.replaced || jsonb_build_object('updated_at', d.updated_at)
    FROM pg_temp.henk_dates d WHERE r.lead_id = d.lead_id AND (r.replaced ->> 'updated_at')::timestamptz = d.at;
    PERFORM set_config('henk.scores_only', '', true), set_config('henk.moving_rows', '', true);
    DROP TABLE pg_temp.henk_dates;
END
$$;

-- Step of undo: leads stay in the campaigns into which another import or a person has brought them, too: an assignment of a list brings those who are
-- on it by then, under `mirror` and of lists by criteria also who comes later. Others leave, but for those that have been worked on: who came by the
-- import, and who came by another one, but was on the list by then because of this one only. Gives: how many of the latter left.
CREATE FUNCTION henk.keep_in_campaigns(p_import_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    leads uuid[];
    removed integer;
BEGIN
    CREATE TEMP TABLE henk_asked ON COMMIT DROP AS
    SELECT c.id, c.campaign_id, c.lead_id, c.import_id FROM public.lead_imports undone
    JOIN public.campaign_leads c ON c.campaign_id = ANY (undone.campaign_ids) AND c.import_id = undone.id
    LEFT JOIN pg_temp.henk_undo u ON u.lead_id = c.lead_id
    WHERE undone.id = p_import_id AND NOT coalesce(u.worked_on, NOT henk.may_leave(c))
    UNION
    SELECT c.id, c.campaign_id, c.lead_id, c.import_id FROM pg_temp.henk_handed h
    JOIN public.campaign_leads c ON c.lead_id = h.lead_id AND c.import_id <> p_import_id
    JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.lead_list_id = h.lead_list_id
    WHERE henk.may_leave(c);
    ANALYZE pg_temp.henk_asked;
    leads := ARRAY(SELECT DISTINCT q.lead_id FROM pg_temp.henk_asked q);
    CREATE TEMP TABLE henk_giving ON COMMIT DROP AS
    SELECT a.id AS assignment, i.finished_at AS at, i.id AS import_id FROM public.campaign_lead_lists a
    JOIN public.lead_imports i ON i.business_id = a.business_id AND i.id <> p_import_id AND i.status IN ('loaded', 'partial')
        AND a.campaign_id = ANY (i.campaign_ids) AND (i.lead_list_id = a.lead_list_id
            OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id = i.id))
    WHERE a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q)
    UNION ALL
    SELECT a.id, a.assigned_at, NULL FROM public.campaign_lead_lists a
    WHERE a.import_id IS NULL AND a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q);
    CREATE INDEX ON pg_temp.henk_giving (assignment, at);
    ANALYZE pg_temp.henk_giving;
    CREATE TEMP TABLE henk_kept ON COMMIT DROP AS
    WITH meeting AS MATERIALIZED (
        SELECT a.id AS assignment, l AS lead_id FROM public.campaign_lead_lists a CROSS JOIN LATERAL
            henk.matching_leads(a.business_id, a.filter_criteria, leads) l
        WHERE a.filter_criteria IS NOT NULL AND a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q))
    SELECT DISTINCT ON (e.id) e.id, e.lead_list_id, e.import_id FROM (
        SELECT c.id, a.lead_list_id, a.priority, a.assigned_at, a.id AS assignment,
            first_value(g.import_id) OVER (PARTITION BY c.id ORDER BY g.at, g.import_id) AS import_id,
            min(g.at) OVER (PARTITION BY c.id) AS at
        FROM pg_temp.henk_asked c
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.is_active AND a.import_id IS DISTINCT FROM p_import_id
            -- An assignment of an import that is undone stays only because of who was called.
            AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = a.import_id AND i.status = 'undone')
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN meeting f ON f.assignment = a.id AND f.lead_id = c.lead_id
        LEFT JOIN LATERAL (
            SELECT b.import_id, b.at FROM (
                SELECT h.import_id, h.at FROM pg_temp.henk_giving h WHERE h.assignment = a.id
                    AND h.at >= coalesce((SELECT i.finished_at FROM public.lead_imports i WHERE i.id = m.import_id), m.added_at)
                UNION ALL SELECT a.import_id, now() WHERE a.follow = 'mirror' OR m.origin <> 'given') b
            ORDER BY b.at, b.import_id LIMIT 1) g ON true
        WHERE a.filter_criteria IS NULL OR f.lead_id IS NOT NULL
    ) e WHERE e.at IS NOT NULL ORDER BY e.id, e.priority, e.assigned_at, e.assignment;
    UPDATE public.campaign_leads cl SET lead_list_id = k.lead_list_id, import_id = k.import_id FROM pg_temp.henk_kept k WHERE k.id = cl.id;
    -- Those of the import itself leave with its other ones.
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_asked q
    WHERE q.id = cl.id AND q.import_id <> p_import_id AND NOT EXISTS (SELECT FROM pg_temp.henk_kept k WHERE k.id = q.id);
    GET DIAGNOSTICS removed = ROW_COUNT;
    DROP TABLE pg_temp.henk_asked, pg_temp.henk_giving, pg_temp.henk_kept, pg_temp.henk_handed;
    RETURN removed;
END
$$;
COMMENT ON FUNCTION henk.keep_in_campaigns(uuid) IS 'Step of undo: leads stay in campaigns into which another import or a person has brought them.';
REVOKE EXECUTE ON FUNCTION henk.keep_in_campaigns(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.keep_in_campaigns(uuid) TO service_role;

CREATE OR REPLACE FUNCTION henk.hand_over(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    changed record;
BEGIN
    CREATE TEMP TABLE henk_handed (lead_id uuid, lead_list_id uuid) ON COMMIT DROP;
    WITH handed AS (
        UPDATE public.lead_list_members m SET import_id = h.import_id
        FROM (
            SELECT DISTINCT ON (m.id) m.id, r.import_id FROM pg_temp.henk_undo u
            JOIN public.lead_list_members m ON m.lead_id = u.lead_id AND m.import_id = p_import_id
            JOIN public.lead_import_rows r ON r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back
            -- Whom somebody has taken off the list since an earlier import is not on it by that one.
            JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone' AND i.lead_list_id = m.lead_list_id
                AND i.finished_at >= m.added_at
            WHERE NOT u.worked_on ORDER BY m.id, i.finished_at, i.id) h
        WHERE h.id = m.id RETURNING m.lead_id, m.lead_list_id)
    INSERT INTO pg_temp.henk_handed SELECT * FROM handed;
    ANALYZE pg_temp.henk_handed;
    FOR changed IN
        UPDATE public.campaign_lead_lists a SET import_id = h.import_id, assigned_at = greatest(a.assigned_at, h.finished_at)
        FROM (
            SELECT DISTINCT ON (a.id) a.id, i.id AS import_id, i.finished_at FROM public.campaign_lead_lists a
            JOIN public.lead_imports i ON i.business_id = a.business_id AND i.id <> p_import_id AND i.status IN ('loaded', 'partial')
                AND a.campaign_id = ANY (i.campaign_ids) AND (i.lead_list_id = a.lead_list_id
                    OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id = i.id))
            WHERE a.import_id = p_import_id ORDER BY a.id, i.finished_at, i.id) h
        WHERE h.id = a.id RETURNING a.campaign_id, a.lead_list_id
    LOOP
        PERFORM henk.attribute_leads(changed.campaign_id, changed.lead_list_id); -- of two of one priority the earlier one has a lead
    END LOOP;
    UPDATE public.lead_lists ll SET source_id = h.import_id::text
    FROM (
        SELECT DISTINCT ON (ll.id) ll.id, i.id AS import_id
        FROM public.lead_imports undone
        JOIN public.lead_lists ll ON ll.business_id = undone.business_id AND ll.source = 'csv_import' AND ll.source_id = undone.id::text
        JOIN public.lead_imports i ON i.business_id = ll.business_id AND i.id <> undone.id AND i.status IN ('loaded', 'partial')
            AND (i.lead_list_id = ll.id
                OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = ll.id AND m.import_id = i.id))
        WHERE undone.id = p_import_id ORDER BY ll.id, i.finished_at, i.id) h
    WHERE h.id = ll.id;
END
$$;

-- Step of undo: a lead whose address or telephone is given back, which another lead has taken since, may be that one. Somebody decides.
CREATE FUNCTION henk.ask_about_contacts_given_back() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    asked integer;
BEGIN
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability)
    SELECT DISTINCT l.business_id, least(l.id, o.id), greatest(l.id, o.id), 0.5 FROM pg_temp.henk_undo u
    JOIN public.leads l ON l.id = u.lead_id
    JOIN public.leads o ON o.business_id = l.business_id AND o.id <> l.id AND (
        (l.email = o.email AND u.written ? 'email' AND u.replaced ->> 'email' = l.email)
        OR (l.phone = o.phone AND u.written ? 'phone' AND u.replaced ->> 'phone' = l.phone)
        OR (l.mobile_phone = o.mobile_phone AND u.written ? 'mobile_phone' AND u.replaced ->> 'mobile_phone' = l.mobile_phone))
    WHERE u.written ?| '{email,phone,mobile_phone}' ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS asked = ROW_COUNT;
    RETURN asked;
END
$$;
COMMENT ON FUNCTION henk.ask_about_contacts_given_back()
IS 'Step of undo: pairs of leads of which one has back what the other one has, for somebody to decide.';
REVOKE EXECUTE ON FUNCTION henk.ask_about_contacts_given_back() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.ask_about_contacts_given_back() TO service_role;

CREATE OR REPLACE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET client_min_messages TO 'warning'
    AS $$
DECLARE
    import record;
    report jsonb;
    members integer;
    removed integer;
    campaign_leads integer;
    assignments integer;
    deleted integer;
    back record;
    lists integer;
    pairs integer;
BEGIN
    SELECT i.id, i.business_id INTO import FROM public.lead_imports i WHERE i.id = p_import_id;
    PERFORM henk.require_record(p_import_id, import.id, 'import');
    PERFORM henk.lock_business(import.business_id), henk.lock_lists(import.business_id);
    SELECT i.* INTO import FROM public.lead_imports i WHERE i.id = p_import_id FOR UPDATE;
    IF import.status = 'running' THEN
        RAISE EXCEPTION 'The import % of "%" has not finished. Undo it when it has; one whose process died has loaded nothing.',
            p_import_id, import.file_name USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    PERFORM henk.date_unmerged(p_import_id), henk.find_undoable(p_import_id), henk.hand_over(p_import_id);

    CREATE TEMP TABLE henk_left (lead_id uuid, lead_list_id uuid, added_at timestamptz) ON COMMIT DROP;
    WITH taken_off AS (
        DELETE FROM public.lead_list_members m USING pg_temp.henk_undo u
        WHERE m.lead_id = u.lead_id AND m.import_id = p_import_id AND NOT u.worked_on RETURNING m.lead_id, m.lead_list_id, m.added_at)
    INSERT INTO pg_temp.henk_left SELECT * FROM taken_off;
    GET DIAGNOSTICS members = ROW_COUNT;
    CREATE INDEX ON pg_temp.henk_left (lead_id);
    ANALYZE pg_temp.henk_left;
    PERFORM henk.restore_terms(p_import_id);
    removed := henk.keep_in_campaigns(p_import_id);
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND NOT u.worked_on AND (cl.import_id = p_import_id
        -- Who was in the campaign before they were on the list did not come by it.
        OR (cl.import_id IS NOT NULL AND henk.may_leave(cl)
            AND EXISTS (SELECT FROM pg_temp.henk_left g JOIN public.campaign_lead_lists a ON a.lead_list_id = g.lead_list_id
                WHERE g.lead_id = cl.lead_id AND a.campaign_id = cl.campaign_id AND g.added_at <= cl.added_at)
            AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a
            JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id WHERE a.campaign_id = cl.campaign_id AND m.lead_id = cl.lead_id
                AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = a.import_id AND i.status = 'undone'))));
    GET DIAGNOSTICS campaign_leads = ROW_COUNT;
    -- Leads of the list that were there before the import, but came into the campaign by its assignment.
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = ANY (import.campaign_ids) AND cl.import_id = p_import_id AND henk.may_leave(cl)
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = cl.lead_id);
    GET DIAGNOSTICS assignments = ROW_COUNT;
    campaign_leads := campaign_leads + assignments + removed;
    PERFORM henk.attribute_anew(p_import_id);
    DELETE FROM public.campaign_lead_lists a
    WHERE a.campaign_id = ANY (import.campaign_ids) AND a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));
    GET DIAGNOSTICS assignments = ROW_COUNT;
    -- Now that nothing of the import is left with them: which of its leads something else uses.
    UPDATE pg_temp.henk_undo SET is_asked = inserted AND reason IS NULL;
    PERFORM henk.note_uses(p_import_id);
    SELECT * INTO back FROM henk.restore_values(p_import_id);
    DELETE FROM public.leads l USING pg_temp.henk_undo u WHERE l.id = u.lead_id AND u.inserted AND u.reason IS NULL;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    deleted := deleted + henk.delete_orphans(p_import_id)
        + (SELECT count(DISTINCT r.line_number) FROM public.lead_import_rows r
            WHERE r.import_id = p_import_id AND r.deleted_with IS NOT NULL AND NOT r.taken_back);
    pairs := henk.ask_about_contacts_given_back();
    DELETE FROM public.lead_lists ll
    WHERE ll.business_id = import.business_id AND ll.source = 'csv_import' AND ll.source_id = p_import_id::text AND ll.lead_count = 0
        AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a WHERE a.lead_list_id = ll.id)
        AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.lead_list_id = ll.id AND i.id <> p_import_id AND i.status <> 'undone');
    GET DIAGNOSTICS lists = ROW_COUNT;

    UPDATE public.lead_import_rows r SET taken_back = true
    WHERE r.import_id = p_import_id AND NOT r.taken_back
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = r.lead_id AND u.reason IS NOT NULL);
    SELECT jsonb_build_object(
        'import_id', p_import_id, 'file_name', import.file_name, 'leads_deleted', deleted, 'leads_restored', back.leads,
        'values_restored', back.restored, 'values_changed_since', back.changed_since, 'members_removed', members,
        'campaign_leads_removed', campaign_leads, 'assignments_removed', assignments, 'lists_deleted', lists, 'pairs_to_review', pairs,
        'leads_kept', count(*) FILTER (WHERE u.reason IS NOT NULL),
        'kept', coalesce((SELECT jsonb_agg(jsonb_build_object('line', k.line_number, 'lead_id', k.lead_id, 'reason', k.reason,
            'stays', CASE WHEN k.worked_on THEN 'everything' ELSE 'the lead' END)
            ORDER BY k.line_number) FROM (SELECT * FROM pg_temp.henk_undo k WHERE k.reason IS NOT NULL ORDER BY k.line_number LIMIT 1000) k), '[]'))
    INTO report FROM pg_temp.henk_undo u;
    UPDATE public.lead_imports SET status = 'undone', undo_report = report WHERE id = p_import_id;
    DROP TABLE pg_temp.henk_undo, pg_temp.henk_left;
    RETURN report;
END
$$;

-- migrate:down
-- Forward only.
