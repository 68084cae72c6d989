-- Made by `make schema` from a database with every migration applied; nothing runs this file.

-- Step of undo: a lead whose address or telephone is given back, which another lead has taken since, may be that one. Somebody decides.
-- Migrations: 0074.
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


COMMENT ON FUNCTION henk.ask_about_contacts_given_back() IS 'Step of undo: pairs of leads of which one has back what the other one has, for somebody to decide.';


REVOKE ALL ON FUNCTION henk.ask_about_contacts_given_back() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.ask_about_contacts_given_back() TO service_role;


-- Few change what they refer to, and all others are not to be kept for the statement's end.
-- Migrations: 0023.
CREATE FUNCTION henk.check_moved_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.lead_imports i WHERE i.id = NEW.import_id AND i.business_id = NEW.business_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM henk.refuse_stranger('import', NEW.import_id);
    END IF;
    PERFORM FROM public.leads l WHERE l.id = NEW.lead_id AND l.business_id = NEW.business_id;
    IF NOT FOUND THEN
        PERFORM henk.refuse_stranger('lead', NEW.lead_id);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.check_moved_provenance() FROM PUBLIC;


-- Migrations: 0023.
CREATE FUNCTION henk.check_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    strange uuid;
BEGIN
    -- EXECUTE: planned for as many lines as there are, not as a statement before had.
    EXECUTE 'SELECT c.import_id FROM (SELECT DISTINCT import_id, business_id FROM came) c WHERE NOT EXISTS ('
        'SELECT FROM public.lead_imports i WHERE i.id = c.import_id AND i.business_id = c.business_id FOR KEY SHARE) LIMIT 1' INTO strange;
    PERFORM henk.refuse_stranger('import', strange);
    EXECUTE 'SELECT c.lead_id FROM came c WHERE c.lead_id IS NOT NULL AND NOT EXISTS ('
        'SELECT FROM public.leads l WHERE l.id = c.lead_id AND l.business_id = c.business_id) LIMIT 1' INTO strange;
    PERFORM henk.refuse_stranger('lead', strange);
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.check_provenance() FROM PUBLIC;


COMMENT ON FUNCTION henk.date_unmerged(p_import_id uuid) IS 'Step of undo: leads that nobody has written since a merge of theirs was taken apart are as old as they were.';


REVOKE ALL ON FUNCTION henk.date_unmerged(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.date_unmerged(p_import_id uuid) TO service_role;


-- A merge writes its kept lead, and so does taking it apart: both are as old again as before the merge, also where one merge was made in another.
-- Migrations: 0051, 0055, 0074.
CREATE FUNCTION henk.date_unmerged(p_import_id uuid) RETURNS void
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


REVOKE ALL ON FUNCTION henk.delete_orphans(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.delete_orphans(p_import_id uuid) TO service_role;


-- Migrations: 0034.
CREATE FUNCTION henk.delete_orphans(p_import_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    gone uuid[];
BEGIN
    UPDATE pg_temp.henk_undo SET is_asked = is_orphan AND reason IS NULL;
    PERFORM henk.note_uses(p_import_id);
    SELECT array_agg(u.lead_id) INTO gone FROM pg_temp.henk_undo u WHERE u.is_asked AND u.reason IS NULL;
    -- It stays as a lead of nobody's import, as it is: nothing of this import is left with it.
    UPDATE pg_temp.henk_undo SET reason = NULL WHERE is_asked;
    IF gone IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE public.lead_import_rows r SET deleted_with = p_import_id
    WHERE r.lead_id = ANY (gone) AND r.import_id <> p_import_id AND r.action = 'inserted' AND NOT r.taken_back;
    DELETE FROM public.leads l WHERE l.id = ANY (gone);
    RETURN cardinality(gone);
END
$$;


REVOKE ALL ON FUNCTION henk.find_undoable(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_undoable(p_import_id uuid) TO service_role;


-- Undo, step one: the leads of an import with what it did to each, and why one must stay (null: it need not). Of a lead that has been
-- worked on in a campaign everything stays; of a new one that something else uses the lead stays, not what the import did with it.
-- Migrations: 0011, 0034.
CREATE FUNCTION henk.find_undoable(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_undo;
    CREATE TEMP TABLE henk_undo ON COMMIT DROP AS
    SELECT r.lead_id, min(r.line_number) AS line_number, bool_or(r.action = 'inserted') AS inserted,
        (array_agg(r.replaced ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS replaced,
        (array_agg(r.written ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS written,
        NULL::text AS reason, false AS worked_on, false AS is_asked,
        -- Inserted by an import that is undone already, and which could not take it along.
        NOT bool_or(r.action = 'inserted') AND EXISTS (SELECT FROM public.lead_import_rows o JOIN public.lead_imports i ON i.id = o.import_id
            WHERE o.lead_id = r.lead_id AND o.import_id <> p_import_id AND o.action = 'inserted' AND NOT o.taken_back
                AND i.status = 'undone') AS is_orphan
    FROM public.lead_import_rows r WHERE r.import_id = p_import_id AND r.lead_id IS NOT NULL AND NOT r.taken_back GROUP BY r.lead_id;
    ALTER TABLE pg_temp.henk_undo ADD PRIMARY KEY (lead_id);
    ANALYZE pg_temp.henk_undo;

    UPDATE pg_temp.henk_undo u SET reason = t.reason, worked_on = true FROM (
        SELECT cl.lead_id, format('has been worked on in the campaign "%s" (%s)', min(c.name), min(cl.status)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE (cl.import_id = p_import_id OR (u.inserted AND NOT EXISTS (
                SELECT FROM public.lead_import_rows r JOIN public.lead_imports i ON i.id = r.import_id
                WHERE r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> 'undone'))) AND NOT henk.may_leave(cl) GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id;
END
$$;


COMMENT ON FUNCTION henk.gather_events(p_import_id uuid) IS 'Step of undo: what other imports wrote and had.';


REVOKE ALL ON FUNCTION henk.gather_events(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.gather_events(p_import_id uuid) TO service_role;


-- What the live imports of the leads of pg_temp.henk_stays wrote, and what they had without writing it. Leaves pg_temp.henk_events: `value` is what
-- the import had (null where it agreed), `old` what it replaced, `line_number` the line of the person that a value is written by.
-- Migrations: 0051, 0073.
CREATE FUNCTION henk.gather_events(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    fields text[] := henk.value_fields();
BEGIN
    CREATE TEMP TABLE henk_events ON COMMIT DROP AS
    SELECT r.lead_id, r.import_id, i.finished_at, coalesce(i.options ->> 'update', 'fill') AS mode, r.line_number AS said_in,
        r.first_line AS line_number,
        e.field, e.member, e.is_write, e.is_agreed,
        CASE e.field WHEN 'last_activity_at' THEN to_jsonb((e.value #>> '{}')::timestamptz) ELSE nullif(e.value, 'null') END AS value,
        nullif(e.old, 'null') AS old
    FROM pg_temp.henk_stays s
    -- OFFSET: lead by lead, by the index of leads; of a ledger that was just filled the planner knows nothing (16,000 leads: 135 s instead of 1 s).
    CROSS JOIN LATERAL (
        SELECT o.*, coalesce(min(o.line_number) FILTER (WHERE o.action <> 'merged') OVER (PARTITION BY o.import_id), o.line_number) AS first_line
        FROM public.lead_import_rows o WHERE o.lead_id = s.lead_id AND o.import_id <> p_import_id AND NOT o.taken_back OFFSET 0) r
    JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone'
    CROSS JOIN LATERAL (
        SELECT f.key AS field, '' AS member, true AS is_write, false AS is_agreed, r.written -> f.key AS value, f.value AS old
        FROM jsonb_each(r.replaced) f WHERE r.action = 'updated' AND f.key = ANY (fields) AND r.written ? f.key
        UNION ALL
        SELECT 'custom_fields', m.key, true, false, r.written -> 'custom_fields' -> m.key, r.replaced -> 'custom_fields' -> m.key
        FROM (SELECT jsonb_object_keys(r.replaced -> 'custom_fields') UNION SELECT jsonb_object_keys(r.written -> 'custom_fields')) m (key)
        WHERE r.action = 'updated' AND r.replaced ? 'custom_fields'
            AND r.replaced -> 'custom_fields' -> m.key IS DISTINCT FROM r.written -> 'custom_fields' -> m.key
        UNION ALL -- a gift field is a member of the lead's custom fields
        SELECT CASE WHEN f.key = ANY (fields) THEN f.key ELSE 'custom_fields' END, CASE WHEN f.key = ANY (fields) THEN '' ELSE f.key END,
            false, false, f.value, NULL
        FROM jsonb_each(r.lost - '{custom_fields,source,source_id,tags}'::text[]) f WHERE r.action <> 'inserted'
        UNION ALL
        SELECT 'custom_fields', m.key, false, false, m.value, NULL FROM jsonb_each(r.lost -> 'custom_fields') m WHERE r.action <> 'inserted'
        UNION ALL
        SELECT CASE WHEN n.name = ANY (fields) THEN n.name ELSE 'custom_fields' END, CASE WHEN n.name = ANY (fields) THEN '' ELSE n.name END,
            false, true, NULL, NULL
        FROM jsonb_array_elements_text(r.agreed -> 'fields') n (name) WHERE r.action <> 'inserted'
        UNION ALL
        SELECT 'custom_fields', n.name, false, true, NULL, NULL FROM jsonb_array_elements_text(r.agreed -> 'custom_fields') n (name)
        WHERE r.action <> 'inserted') e;
    CREATE INDEX ON pg_temp.henk_events (lead_id, field, member);
    ANALYZE pg_temp.henk_events;
    -- An import that was loaded again agrees with what it had written itself.
    DELETE FROM pg_temp.henk_events e USING pg_temp.henk_events w
    WHERE w.lead_id = e.lead_id AND w.field = e.field AND w.member = e.member AND w.import_id = e.import_id AND w.is_write AND NOT e.is_write;
END
$$;


REVOKE ALL ON FUNCTION henk.hand_over(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.hand_over(p_import_id uuid) TO service_role;


-- What other imports brought, too, is theirs from now on: members, assignments and the list itself go to the first of them that is not undone.
-- Migrations: 0034, 0074.
CREATE FUNCTION henk.hand_over(p_import_id uuid) RETURNS void
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
            WHERE a.import_id = p_import_id AND NOT henk.is_taken_off(a.campaign_id, a.lead_list_id, i.finished_at) ORDER BY a.id, i.finished_at, i.id) h
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


COMMENT ON FUNCTION henk.is_taken_off(p_campaign_id uuid, p_lead_list_id uuid, p_at timestamp with time zone) IS 'Whether a list has been taken off a campaign since a moment.';


REVOKE ALL ON FUNCTION henk.is_taken_off(p_campaign_id uuid, p_lead_list_id uuid, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.is_taken_off(p_campaign_id uuid, p_lead_list_id uuid, p_at timestamp with time zone) TO service_role;


-- Whether what was assigned at a moment has been taken off the campaign since.
-- Migrations: 0089.
CREATE FUNCTION henk.is_taken_off(p_campaign_id uuid, p_lead_list_id uuid, p_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM henk.lists_taken_off t WHERE t.campaign_id = p_campaign_id AND t.lead_list_id = p_lead_list_id AND t.at > p_at)
$$;


-- A lead needs a contact: where none would be left, those of the import stay.
-- Migrations: 0051.
CREATE FUNCTION henk.keep_a_contact() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE pg_temp.henk_held h SET result = h.standing
    FROM (
        SELECT l.id FROM public.leads l JOIN pg_temp.henk_held h ON h.lead_id = l.id AND h.writer IS NULL
            AND h.field IN ('email', 'phone', 'mobile_phone')
        GROUP BY l.id HAVING num_nonnulls(l.email, l.phone, l.mobile_phone) = count(*) FILTER (WHERE h.standing IS NOT NULL)
            AND count(h.result) = 0) bare
    WHERE h.lead_id = bare.id AND h.field IN ('email', 'phone', 'mobile_phone') AND h.writer IS NULL;
END
$$;


COMMENT ON FUNCTION henk.keep_a_contact() IS 'Step of undo: a lead that would be without a contact keeps those it has.';


REVOKE ALL ON FUNCTION henk.keep_a_contact() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_a_contact() TO service_role;


COMMENT ON FUNCTION henk.keep_in_campaigns(p_import_id uuid) IS 'Step of undo: leads stay in campaigns into which another import or a person has brought them.';


REVOKE ALL ON FUNCTION henk.keep_in_campaigns(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_in_campaigns(p_import_id uuid) TO service_role;


-- Step of undo: leads stay in the campaigns into which another import or a person has brought them, too: an assignment of a list brings those who are
-- on it by then, under `mirror` and of lists by criteria also who comes later. Others leave, but for those that have been worked on: who came by the
-- import, and who came by another way, but was on the list by then because of this one only. Gives: how many of the latter left.
-- Migrations: 0074, 0080.
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
    -- Who is on a list by another import now, or was on it because of this one only, and may have come by it: with another import, by the hand of who
    -- assigned it, or by following it. Who was in the campaign before they were on the list did not.
    SELECT c.id, c.campaign_id, c.lead_id, c.import_id
    FROM (SELECT h.lead_id, h.lead_list_id, NULL::timestamptz AS added_at FROM pg_temp.henk_handed h UNION ALL SELECT * FROM pg_temp.henk_left) g
    JOIN public.campaign_lead_lists a ON a.lead_list_id = g.lead_list_id
    JOIN public.campaign_leads c ON c.campaign_id = a.campaign_id AND c.lead_id = g.lead_id AND c.import_id IS DISTINCT FROM p_import_id
    WHERE henk.may_leave(c) AND (EXISTS (SELECT FROM pg_temp.henk_by_criteria k WHERE k.id = c.id AND k.lead_list_id = g.lead_list_id)
        OR (coalesce(g.added_at <= c.added_at, true) AND (c.import_id IS NOT NULL OR c.added_at = a.assigned_at OR a.follow <> 'frozen'
            OR EXISTS (SELECT FROM henk.assigned_by_hand b WHERE b.assignment_id = a.id AND b.at = c.added_at))));
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
    WHERE a.import_id IS NULL AND a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q)
    UNION ALL
    SELECT b.assignment_id, b.at, NULL FROM public.campaign_lead_lists a JOIN henk.assigned_by_hand b ON b.assignment_id = a.id
    WHERE a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q);
    DELETE FROM pg_temp.henk_giving g USING public.campaign_lead_lists a
    WHERE a.id = g.assignment AND henk.is_taken_off(a.campaign_id, a.lead_list_id, g.at);
    CREATE INDEX ON pg_temp.henk_giving (assignment, at);
    ANALYZE pg_temp.henk_giving;
    CREATE TEMP TABLE henk_kept ON COMMIT DROP AS
    WITH meeting AS MATERIALIZED (
        SELECT a.id AS assignment, l AS lead_id FROM public.campaign_lead_lists a CROSS JOIN LATERAL
            henk.leads_of_terms(a, leads) l
        WHERE a.filter_criteria IS NOT NULL AND a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q))
    SELECT DISTINCT ON (e.id) e.id, e.lead_list_id, e.import_id, e.at FROM (
        SELECT c.id, a.lead_list_id, a.priority, a.is_active, a.assigned_at, a.id AS assignment,
            first_value(g.import_id) OVER (PARTITION BY c.id ORDER BY g.at, g.import_id) AS import_id,
            min(g.at) OVER (PARTITION BY c.id) AS at
        FROM pg_temp.henk_asked c
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.import_id IS DISTINCT FROM p_import_id
            -- An assignment of an import that is undone stays only because of who was called.
            AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = a.import_id AND i.status = 'undone')
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN meeting f ON f.assignment = a.id AND f.lead_id = c.lead_id
        LEFT JOIN LATERAL (
            SELECT b.import_id, b.at FROM (
                SELECT h.import_id, h.at FROM pg_temp.henk_giving h WHERE h.assignment = a.id
                    AND h.at >= coalesce((SELECT i.finished_at FROM public.lead_imports i WHERE i.id = m.import_id), m.added_at)
                UNION ALL SELECT a.import_id, now() WHERE a.follow = 'mirror' OR (a.follow <> 'frozen'
                    AND EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = a.lead_list_id AND henk.is_smart(ll)))) b
            ORDER BY b.at, b.import_id LIMIT 1) g ON true
        WHERE a.filter_criteria IS NULL OR f.lead_id IS NOT NULL
    ) e WHERE e.at IS NOT NULL ORDER BY e.id, e.is_active DESC, e.priority, e.assigned_at, e.assignment;
    UPDATE public.campaign_leads cl SET lead_list_id = k.lead_list_id, import_id = k.import_id, added_at = greatest(cl.added_at, k.at) FROM pg_temp.henk_kept k WHERE k.id = cl.id;
    -- Those of the import itself leave with its other ones.
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_asked q
    WHERE q.id = cl.id AND q.import_id IS DISTINCT FROM p_import_id AND NOT EXISTS (SELECT FROM pg_temp.henk_kept k WHERE k.id = q.id);
    GET DIAGNOSTICS removed = ROW_COUNT;
    INSERT INTO pg_temp.henk_by_criteria SELECT k.id, k.lead_list_id FROM pg_temp.henk_kept k
    JOIN public.campaign_leads c ON c.id = k.id JOIN public.lead_list_members m ON m.lead_list_id = k.lead_list_id AND m.lead_id = c.lead_id
    WHERE m.origin = 'criteria';
    DELETE FROM pg_temp.henk_handed;
    DROP TABLE pg_temp.henk_asked, pg_temp.henk_giving, pg_temp.henk_kept;
    RETURN removed;
END
$$;


-- Migrations: 0023.
CREATE FUNCTION henk.keep_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF (CASE TG_TABLE_NAME WHEN 'leads' THEN EXISTS (SELECT FROM public.lead_import_rows r WHERE r.lead_id = OLD.id)
        ELSE EXISTS (SELECT FROM public.lead_import_rows r WHERE r.import_id = OLD.id) END) THEN
        RAISE EXCEPTION 'Lines of files refer to % of %: its id and business stay.', OLD.id, TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_provenance() FROM PUBLIC;


COMMENT ON FUNCTION henk.last_written(p_lead_id uuid, p_updated_at timestamp with time zone) IS 'When a lead was last written: the end of a merge writes nothing.';


REVOKE ALL ON FUNCTION henk.last_written(p_lead_id uuid, p_updated_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.last_written(p_lead_id uuid, p_updated_at timestamp with time zone) TO service_role;


-- When a lead was last written, where the moment that stands with it is only that of a merge's end.
-- Migrations: 0055.
CREATE FUNCTION henk.last_written(p_lead_id uuid, p_updated_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
    SELECT coalesce(min((m.moved -> 'dates' ->> p_lead_id::text)::timestamptz), p_updated_at)
    FROM public.lead_merges m WHERE p_lead_id IN (m.kept_lead_id, m.dropped_lead_id) AND m.taken_apart_at IS NOT NULL
        AND (m.moved -> 'dates' ->> 'at')::timestamptz = p_updated_at
$$;


COMMENT ON FUNCTION henk.leave_criteria(p_import_id uuid) IS 'Step of undo: who met criteria only by the import leaves their lists.';


REVOKE ALL ON FUNCTION henk.leave_criteria(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.leave_criteria(p_import_id uuid) TO service_role;


-- Step of undo, when the values are as if the import had not been: leads that came on a list with criteria since the import, and no longer meet
-- them, leave it. They are in pg_temp.henk_left then. The two of a merge are passed over: what they have together, the next refresh is asked about.
-- Gives: whether anybody has left.
-- Migrations: 0081.
CREATE FUNCTION henk.leave_criteria(p_import_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


-- A lead that a merge drops may return, with its edits.
-- Migrations: 0023, 0051.
CREATE FUNCTION henk.leave_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'leads' THEN
        EXECUTE 'UPDATE public.lead_import_rows r SET lead_id = NULL FROM went w WHERE r.lead_id = w.id';
        IF coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN
            EXECUTE 'DELETE FROM henk.lead_edits e USING went w WHERE e.lead_id = w.id';
        END IF;
    ELSE
        EXECUTE 'DELETE FROM public.lead_import_rows r USING went w WHERE r.import_id = w.id';
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.leave_provenance() FROM PUBLIC;


COMMENT ON FUNCTION henk.make_way(p_import_id uuid) IS 'Step of undo: what filled a field that the first file of a lead has a value for gives way to it.';


REVOKE ALL ON FUNCTION henk.make_way(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.make_way(p_import_id uuid) TO service_role;


-- Step of undo: what a later file in the mode `fill` wrote where nothing stood, although the skipped file that is the first of its lead from now on
-- had a value, is no longer written by it: the ledger names it as discarded. Changes pg_temp.henk_events and the ledger. Leaves
-- pg_temp.henk_made_way: the fields (`lead_id`, `field`, `member`) in which nothing stands until henk.replay_values fills them.
-- Migrations: 0073.
CREATE FUNCTION henk.make_way(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    ranked text[] := '{last_activity_at,first_gift_date,last_gift_date,last_gift_amount,total_gifts,gift_count}';
BEGIN
    CREATE TEMP TABLE henk_made_way ON COMMIT DROP AS
    SELECT DISTINCT w.lead_id, w.field, w.member, w.import_id, w.said_in, w.value
    FROM pg_temp.henk_stays s JOIN public.leads l ON l.id = s.lead_id
    JOIN pg_temp.henk_events f ON f.lead_id = s.lead_id AND f.import_id = s.next_import AND f.mode = 'skip' AND NOT f.is_write AND f.value IS NOT NULL
    JOIN pg_temp.henk_events w ON w.lead_id = f.lead_id AND w.field = f.field AND w.member = f.member AND w.is_write AND w.mode = 'fill'
        AND w.old IS NULL AND w.finished_at > f.finished_at
    WHERE s.is_base AND f.field <> ALL (ranked) AND f.member <> ALL (ranked)
        AND NOT EXISTS (SELECT FROM henk.lead_edits e WHERE e.lead_id = s.lead_id AND e.field = f.field AND e.member = f.member
            AND e.edited_at > henk.moment_of(p_import_id))
        -- What it wrote stands, or is what the next one replaced.
        AND w.value = coalesce((SELECT n.old FROM pg_temp.henk_events n WHERE n.lead_id = w.lead_id AND n.field = w.field AND n.member = w.member
            AND n.is_write AND n.finished_at > w.finished_at ORDER BY n.finished_at, n.import_id LIMIT 1),
            CASE w.member WHEN '' THEN to_jsonb(l) -> w.field ELSE l.custom_fields -> w.member END);
    CREATE INDEX ON pg_temp.henk_made_way (lead_id, field, member);
    UPDATE pg_temp.henk_events e SET is_write = false, old = NULL FROM pg_temp.henk_made_way w
    WHERE w.lead_id = e.lead_id AND w.field = e.field AND w.member = e.member AND w.import_id = e.import_id AND w.said_in = e.said_in AND e.is_write;
    UPDATE public.lead_import_rows r SET
        replaced = r.replaced - c.fields || CASE WHEN c.members = '{}' THEN '{}'
            ELSE jsonb_build_object('custom_fields', (r.replaced -> 'custom_fields') - c.members) END,
        written = r.written - c.fields || CASE WHEN c.members = '{}' THEN '{}'
            ELSE jsonb_build_object('custom_fields', (r.written -> 'custom_fields') - c.members) END,
        lost = coalesce(r.lost, '{}') || c.lost || CASE WHEN c.members = '{}' THEN '{}'
            ELSE jsonb_build_object('custom_fields', coalesce(r.lost -> 'custom_fields', '{}') || c.lost_members) END
    FROM (
        SELECT w.import_id, w.said_in,
            coalesce(array_agg(w.field) FILTER (WHERE w.member = ''), '{}') AS fields,
            coalesce(array_agg(w.member) FILTER (WHERE w.member <> ''), '{}') AS members,
            coalesce(jsonb_object_agg(w.field, w.value) FILTER (WHERE w.member = ''), '{}') AS lost,
            coalesce(jsonb_object_agg(w.member, w.value) FILTER (WHERE w.member <> ''), '{}') AS lost_members
        FROM pg_temp.henk_made_way w GROUP BY w.import_id, w.said_in) c
    WHERE r.import_id = c.import_id AND r.line_number = c.said_in;
    PERFORM henk.take_over_tags(p_import_id);
END
$$;


COMMENT ON FUNCTION henk.moment_of(p_id uuid) IS 'The moment of an import or a merge, in the order of what was written to leads.';


REVOKE ALL ON FUNCTION henk.moment_of(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.moment_of(p_id uuid) TO service_role;


-- When something was written that undo, or the end of a merge, takes back: an import by its end, a merge by its moment.
-- Migrations: 0055.
CREATE FUNCTION henk.moment_of(p_id uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce((SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_id),
        (SELECT m.merged_at FROM public.lead_merges m WHERE m.id = p_id))
$$;


-- Migrations: 0051.
CREATE FUNCTION henk.note_edits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
BEGIN
    -- EXECUTE: planned for as many rows as there are.
    EXECUTE $statement$
        INSERT INTO henk.lead_edits (lead_id, field, member, edited_at)
        SELECT c.id, k.field, k.member, clock_timestamp()
        FROM came c JOIN went w ON w.id = c.id CROSS JOIN LATERAL (SELECT to_jsonb(c) AS new, to_jsonb(w) AS old OFFSET 0) r CROSS JOIN LATERAL (
            SELECT f AS field, '' AS member FROM unnest($1) f WHERE r.new -> f IS DISTINCT FROM r.old -> f
            UNION ALL
            SELECT 'custom_fields', m.key FROM (SELECT jsonb_object_keys(c.custom_fields) UNION SELECT jsonb_object_keys(w.custom_fields)) m (key)
            WHERE c.custom_fields <> w.custom_fields AND c.custom_fields -> m.key IS DISTINCT FROM w.custom_fields -> m.key) k
        ON CONFLICT (lead_id, field, member) DO UPDATE SET edited_at = EXCLUDED.edited_at
    $statement$ USING henk.value_fields() || 'tags'::text;
    RETURN NULL;
END
$_$;


COMMENT ON FUNCTION henk.note_edits() IS 'Trigger: keep which fields of leads are edited. Imports, merges, undo and scores are no edits.';


REVOKE ALL ON FUNCTION henk.note_edits() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.note_uses(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.note_uses(p_import_id uuid) TO service_role;


-- Why leads of pg_temp.henk_undo that are asked for (is_asked) cannot go with the import: what else uses them.
-- Migrations: 0034, 0039.
CREATE FUNCTION henk.note_uses(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    reference record;
    unwritten text[] := '{updated_at,updated_by,lead_score,score_breakdown,quality_rating}'; -- what says nothing of the person
BEGIN
    ANALYZE pg_temp.henk_undo;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT r.lead_id, format('came with the file "%s", too', min(i.file_name)) AS reason
        FROM public.lead_import_rows r JOIN pg_temp.henk_undo u ON u.lead_id = r.lead_id JOIN public.lead_imports i ON i.id = r.import_id
        WHERE r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> 'undone' GROUP BY r.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT m.lead_id, format('is on the list "%s", too', min(ll.name)) AS reason
        FROM public.lead_list_members m JOIN pg_temp.henk_undo u ON u.lead_id = m.lead_id JOIN public.lead_lists ll ON ll.id = m.lead_list_id
        WHERE m.import_id IS DISTINCT FROM p_import_id AND m.origin <> 'criteria' GROUP BY m.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT cl.lead_id, format('is in the campaign "%s" by another way', min(c.name)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE cl.import_id IS DISTINCT FROM p_import_id AND NOT (henk.may_leave(cl) AND EXISTS (SELECT FROM public.lead_list_members cm WHERE cm.lead_list_id = cl.lead_list_id AND cm.lead_id = cl.lead_id AND cm.origin = 'criteria')) GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    -- A merge that was taken apart wrote the lead; where it is as it was before the merge, nobody has changed it.
    UPDATE pg_temp.henk_undo u SET reason = 'has been changed since'
    FROM public.leads l CROSS JOIN LATERAL (SELECT max(i.finished_at) AS at FROM public.lead_import_rows r
        JOIN public.lead_imports i ON i.id = r.import_id WHERE r.lead_id = l.id AND r.action = 'inserted' AND NOT r.taken_back) finished
    WHERE l.id = u.lead_id AND u.is_asked AND u.reason IS NULL AND l.updated_at > finished.at
        AND NOT EXISTS (SELECT FROM public.lead_merges m CROSS JOIN LATERAL jsonb_array_elements(m.rows_before -> 'leads') v
            WHERE l.id IN (m.kept_lead_id, m.dropped_lead_id) AND m.taken_apart_at IS NOT NULL AND v ->> 'id' = l.id::text
                AND (v ->> 'updated_at')::timestamptz <= finished.at AND v - unwritten = to_jsonb(l) - unwritten);
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        EXECUTE format('UPDATE pg_temp.henk_undo u SET reason = %L FROM %s r WHERE r.%I = u.lead_id AND u.is_asked AND u.reason IS NULL',
            format('is referred to by %s', reference.on_table), reference.on_table, reference.on_column);
    END LOOP;
END
$$;


REVOKE ALL ON FUNCTION henk.pass_on_values(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.pass_on_values(p_import_id uuid) TO service_role;


-- What later imports wrote over the values of an import that is undone stays, and they replaced what was there before it: the chain of values
-- of each field of a lead has one link less. Leaves pg_temp.henk_later: of each lead the fields that a later import wrote.
-- Migrations: 0034, 0055.
CREATE FUNCTION henk.pass_on_values(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    finished timestamptz := henk.moment_of(p_import_id);
BEGIN
    CREATE TEMP TABLE henk_writers ON COMMIT DROP AS
    SELECT r.import_id, r.line_number, r.lead_id, i.finished_at, k.field, k.member, k.old, u.replaced, u.written
    FROM pg_temp.henk_undo u JOIN public.lead_import_rows r ON r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back
        AND r.action = 'updated'
    JOIN public.lead_imports i ON i.id = r.import_id AND i.finished_at > finished
    CROSS JOIN LATERAL (
        SELECT f.key AS field, NULL::text AS member, f.value AS old FROM jsonb_each(r.replaced) f
        WHERE f.key NOT IN ('tags', 'custom_fields', 'updated_at') AND r.written ? f.key
        UNION ALL
        SELECT 'custom_fields', m.key, r.replaced -> 'custom_fields' -> m.key
        FROM (SELECT jsonb_object_keys(r.replaced -> 'custom_fields') UNION SELECT jsonb_object_keys(r.written -> 'custom_fields')) m (key)
        WHERE r.replaced ? 'custom_fields' AND r.replaced -> 'custom_fields' -> m.key IS DISTINCT FROM r.written -> 'custom_fields' -> m.key
        UNION ALL
        SELECT 'updated_at', NULL, r.replaced -> 'updated_at' WHERE r.replaced ? 'updated_at') k
    WHERE u.reason IS NULL AND NOT u.inserted AND u.replaced IS NOT NULL AND u.written IS NOT NULL;
    CREATE TEMP TABLE henk_later ON COMMIT DROP AS
    SELECT w.lead_id, coalesce(jsonb_object_agg(w.field, true) FILTER (WHERE w.field NOT IN ('custom_fields', 'updated_at')), '{}') AS fields,
        coalesce(jsonb_object_agg(w.member, true) FILTER (WHERE w.member IS NOT NULL), '{}') AS custom_fields
    FROM pg_temp.henk_writers w GROUP BY w.lead_id;
    -- Of each field the first later writer, if it replaced what this import had written.
    DELETE FROM pg_temp.henk_writers w USING pg_temp.henk_writers e
    WHERE e.lead_id = w.lead_id AND e.field = w.field AND e.member IS NOT DISTINCT FROM w.member
        AND (e.finished_at, e.import_id, e.line_number) < (w.finished_at, w.import_id, w.line_number);
    UPDATE public.lead_import_rows r SET replaced = r.replaced || p.fields || CASE WHEN p.members IS NULL THEN '{}' ELSE jsonb_build_object('custom_fields',
        (SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') FROM jsonb_each(r.replaced -> 'custom_fields' || p.members) c
            WHERE c.value <> 'null')) END
    FROM (
        SELECT w.import_id, w.line_number,
            coalesce(jsonb_object_agg(w.field, w.replaced -> w.field) FILTER (WHERE w.member IS NULL AND w.replaced ? w.field), '{}') AS fields,
            jsonb_object_agg(w.member, w.replaced -> 'custom_fields' -> w.member) FILTER (WHERE w.member IS NOT NULL) AS members
        FROM pg_temp.henk_writers w
        WHERE CASE WHEN w.field = 'updated_at' THEN (w.old #>> '{}')::timestamptz <= finished
            WHEN w.member IS NOT NULL THEN w.written ? 'custom_fields'
                AND w.old IS NOT DISTINCT FROM w.written -> 'custom_fields' -> w.member
            ELSE w.written ? w.field AND w.old IS NOT DISTINCT FROM w.written -> w.field END
        GROUP BY w.import_id, w.line_number) p
    WHERE r.import_id = p.import_id AND r.line_number = p.line_number;
    DROP TABLE pg_temp.henk_writers;
END
$$;


-- The ledger as if the import had not been there: what took its value's place is written by its import from now on, and what its import's value
-- won over, or was equal to, is compared with what stands now.
-- Migrations: 0051.
CREATE FUNCTION henk.record_replay() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    fields text[] := henk.value_fields();
BEGIN
    UPDATE public.lead_import_rows r SET
        lost = nullif((coalesce(r.lost, '{}') - c.names - 'custom_fields'::text) || c.lost
            || CASE WHEN m.lost = '{}' THEN '{}' ELSE jsonb_build_object('custom_fields', m.lost) END, '{}'),
        agreed = nullif(jsonb_strip_nulls(jsonb_build_object('fields', nullif((coalesce(r.agreed -> 'fields', '[]') - c.names) || c.agreed, '[]'),
            'custom_fields', nullif((coalesce(r.agreed -> 'custom_fields', '[]') - c.members) || c.agreed_members, '[]'),
            'tags', r.agreed -> 'tags')), '{}')
    FROM (
        SELECT y.import_id, y.said_in,
            coalesce(array_agg(coalesce(nullif(y.member, ''), y.field)) FILTER (WHERE y.member <> ALL (fields)), '{}') AS names,
            coalesce(array_agg(y.member) FILTER (WHERE y.member <> ''), '{}') AS members,
            coalesce(jsonb_object_agg(y.field, y.value) FILTER (WHERE y.member = '' AND NOT y.agrees AND NOT y.is_promoted), '{}') AS lost,
            coalesce(jsonb_object_agg(y.member, y.value) FILTER (WHERE y.member <> '' AND NOT y.agrees AND NOT y.is_promoted), '{}') AS lost_members,
            coalesce(jsonb_agg(y.field) FILTER (WHERE y.member = '' AND y.agrees), '[]') AS agreed,
            coalesce(jsonb_agg(y.member) FILTER (WHERE y.member <> '' AND y.agrees), '[]') AS agreed_members
        FROM pg_temp.henk_says y WHERE y.is_promoted OR y.agrees <> y.is_agreed GROUP BY y.import_id, y.said_in) c
    CROSS JOIN LATERAL (SELECT (coalesce(x.lost -> 'custom_fields', '{}') - c.members) || c.lost_members AS lost
        FROM public.lead_import_rows x WHERE x.import_id = c.import_id AND x.line_number = c.said_in) m
    WHERE r.import_id = c.import_id AND r.line_number = c.said_in;
    UPDATE public.lead_import_rows r SET action = CASE r.action WHEN 'unchanged' THEN 'updated' ELSE r.action END,
        replaced = jsonb_build_object('updated_at', c.updated_at) || coalesce(r.replaced, '{}') || c.below
            || CASE WHEN c.members = '{}' THEN '{}' ELSE jsonb_build_object('custom_fields',
                (coalesce(r.replaced -> 'custom_fields', '{}') - ARRAY(SELECT jsonb_object_keys(c.members))) || jsonb_strip_nulls(c.members_below)) END,
        written = coalesce(r.written, '{}') || c.fields
            || CASE WHEN c.members = '{}' THEN '{}' ELSE jsonb_build_object('custom_fields', coalesce(r.written -> 'custom_fields', '{}') || c.members) END
    FROM (
        SELECT y.import_id, y.line_number, max(henk.written_before(y.lead_id, y.finished_at)) AS updated_at,
            coalesce(jsonb_object_agg(y.field, y.value) FILTER (WHERE y.member = ''), '{}') AS fields,
            coalesce(jsonb_object_agg(y.field, y.below) FILTER (WHERE y.member = ''), '{}') AS below,
            coalesce(jsonb_object_agg(y.member, y.value) FILTER (WHERE y.member <> ''), '{}') AS members,
            coalesce(jsonb_object_agg(y.member, y.below) FILTER (WHERE y.member <> ''), '{}') AS members_below
        FROM pg_temp.henk_says y WHERE y.is_promoted GROUP BY y.import_id, y.line_number) c
    WHERE r.import_id = c.import_id AND r.line_number = c.line_number;
    -- The next import that wrote the field replaced what stands there now.
    UPDATE public.lead_import_rows r SET replaced = r.replaced || c.fields || CASE WHEN c.members = '{}' THEN '{}'
        ELSE jsonb_build_object('custom_fields', (coalesce(r.replaced -> 'custom_fields', '{}') - ARRAY(SELECT jsonb_object_keys(c.members)))
            || jsonb_strip_nulls(c.members)) END
    FROM (
        SELECT h.writer, h.writer_line, coalesce(jsonb_object_agg(h.field, h.result) FILTER (WHERE h.member = ''), '{}') AS fields,
            coalesce(jsonb_object_agg(h.member, h.result) FILTER (WHERE h.member <> ''), '{}') AS members
        FROM pg_temp.henk_held h WHERE h.writer IS NOT NULL AND h.result IS DISTINCT FROM h.standing GROUP BY h.writer, h.writer_line) c
    WHERE r.import_id = c.writer AND r.line_number = c.writer_line;
END
$$;


COMMENT ON FUNCTION henk.record_replay() IS 'Step of undo: the ledger as if the import had not been there.';


REVOKE ALL ON FUNCTION henk.record_replay() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.record_replay() TO service_role;


COMMENT ON FUNCTION henk.replay_tags(p_import_id uuid) IS 'Step of undo: tags that other imports had, too, are theirs.';


REVOKE ALL ON FUNCTION henk.replay_tags(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.replay_tags(p_import_id uuid) TO service_role;


-- What follows differs from 0034, 0051 and 0053 only in that a merge can be taken back, too (henk.moment_of), and that no lead is merged any more
-- when its import is undone.
-- Migrations: 0051, 0055.
CREATE FUNCTION henk.replay_tags(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    finished timestamptz := henk.moment_of(p_import_id);
BEGIN
    CREATE TEMP TABLE henk_tags ON COMMIT DROP AS
    SELECT s.lead_id, s.inserted, t.tag, a.import_id, a.line_number, a.finished_at
    FROM pg_temp.henk_stays s JOIN public.leads l ON l.id = s.lead_id
    CROSS JOIN LATERAL jsonb_array_elements(l.tags) t (tag)
    LEFT JOIN LATERAL (
        SELECT r.import_id, r.line_number, i.finished_at
        FROM (SELECT o.* FROM public.lead_import_rows o WHERE o.lead_id = s.lead_id OFFSET 0) r
        JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone'
        WHERE r.import_id <> p_import_id AND NOT r.taken_back AND r.agreed -> 'tags' @> t.tag
            AND i.finished_at > finished
            AND (coalesce(i.options ->> 'update', 'fill') <> 'skip' OR (s.is_base AND r.import_id = s.next_import))
        ORDER BY i.finished_at, i.id, r.line_number LIMIT 1) a ON true
    WHERE CASE WHEN s.inserted THEN NOT EXISTS (SELECT FROM (SELECT o.* FROM public.lead_import_rows o WHERE o.lead_id = s.lead_id OFFSET 0) r
                JOIN public.lead_imports i ON i.id = r.import_id
                WHERE r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> 'undone'
                    AND r.written -> 'tags' @> t.tag AND NOT coalesce(r.replaced -> 'tags' @> t.tag, false))
            ELSE s.written -> 'tags' @> t.tag AND NOT coalesce(s.replaced -> 'tags' @> t.tag, false) AND a.import_id IS NOT NULL END
        AND NOT EXISTS (SELECT FROM henk.lead_edits e WHERE e.lead_id = s.lead_id AND e.field = 'tags' AND e.edited_at > finished);
    -- To henk.restore_values a tag that an import wrote and did not replace is the import's.
    UPDATE public.lead_import_rows r SET action = CASE r.action WHEN 'unchanged' THEN 'updated' ELSE r.action END,
        replaced = jsonb_build_object('updated_at', henk.written_before(t.lead_id, t.finished_at)) || coalesce(r.replaced, '{}')
            || jsonb_build_object('tags', coalesce(r.replaced -> 'tags', '[]') - t.texts),
        written = coalesce(r.written, '{}') || jsonb_build_object('tags', (coalesce(r.written -> 'tags', '[]') - t.texts) || t.tags),
        agreed = r.agreed || jsonb_build_object('tags', (r.agreed -> 'tags') - t.texts)
    FROM (SELECT g.lead_id, g.import_id, g.line_number, g.finished_at, jsonb_agg(g.tag) AS tags, array_agg(g.tag #>> '{}') AS texts
        FROM pg_temp.henk_tags g WHERE g.import_id IS NOT NULL GROUP BY g.lead_id, g.import_id, g.line_number, g.finished_at) t
    WHERE r.import_id = t.import_id AND r.line_number = t.line_number;
    UPDATE public.leads l SET tags = l.tags - t.texts
    FROM (SELECT g.lead_id, array_agg(g.tag #>> '{}') AS texts FROM pg_temp.henk_tags g WHERE g.import_id IS NULL AND g.inserted GROUP BY g.lead_id) t
    WHERE l.id = t.lead_id;
    UPDATE pg_temp.henk_undo u SET written = u.written || jsonb_build_object('tags', (u.written -> 'tags') - t.texts)
    FROM (SELECT g.lead_id, array_agg(g.tag #>> '{}') AS texts FROM pg_temp.henk_tags g WHERE NOT g.inserted GROUP BY g.lead_id) t
    WHERE u.lead_id = t.lead_id;
    DROP TABLE pg_temp.henk_tags;
END
$$;


COMMENT ON FUNCTION henk.replay_values(p_import_id uuid) IS 'Step of undo: what other imports had takes the place of what this one wrote.';


REVOKE ALL ON FUNCTION henk.replay_values(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.replay_values(p_import_id uuid) TO service_role;


-- Undo, step two, first half: what the import wrote gives way to what the imports after it had, up to the next one that wrote the field. They are
-- taken in their order, as if the import had not been there: the first value fills what is empty, `overwrite` replaces, `skip` fills only where its
-- import is the first one that is left of the lead's. Dates and sums of gifts, and the last activity, are the latest and largest (the first gift the
-- earliest) of them. Of an import that inserted the lead that holds for each field, of another one for those that others had, too; the rest is
-- henk.pass_on_values'. Leaves pg_temp.henk_held, of each field what stands now (`value`) and what takes its place (`result`).
-- Migrations: 0051, 0055, 0073.
CREATE FUNCTION henk.replay_values(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    undone record;
    fields text[] := henk.value_fields();
    largest text[] := '{last_activity_at,last_gift_date,last_gift_amount,total_gifts,gift_count}';
BEGIN
    SELECT henk.moment_of(p_import_id) AS finished_at, coalesce((SELECT i.records_agreement FROM public.lead_imports i WHERE i.id = p_import_id), true)
        AS records_agreement INTO undone;
    CREATE TEMP TABLE henk_stays ON COMMIT DROP AS
    SELECT u.lead_id, u.inserted, u.replaced, u.written, next.import_id AS next_import,
        u.inserted OR (u.is_orphan AND NOT coalesce(next.is_earlier, false)) AS is_base
    FROM pg_temp.henk_undo u LEFT JOIN LATERAL (
        SELECT r.import_id, i.finished_at < undone.finished_at AS is_earlier
        FROM (SELECT o.* FROM public.lead_import_rows o WHERE o.lead_id = u.lead_id OFFSET 0) r
        JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone'
        WHERE r.import_id <> p_import_id AND NOT r.taken_back ORDER BY i.finished_at, i.id LIMIT 1) next ON true
    WHERE NOT u.worked_on AND undone.records_agreement AND (u.reason IS NOT NULL OR NOT u.inserted);
    ANALYZE pg_temp.henk_stays;
    PERFORM henk.gather_events(p_import_id), henk.make_way(p_import_id);

    CREATE TEMP TABLE henk_held ON COMMIT DROP AS
    SELECT s.lead_id, s.is_base, s.inserted, s.next_import, k.field, k.member, k.is_written,
        CASE WHEN s.inserted THEN standing.value ELSE k.value END AS value, CASE WHEN k.is_written THEN k.below ELSE standing.value END AS below,
        n.import_id AS writer, n.line_number AS writer_line, n.finished_at AS written_at, standing.value AS standing,
        k.field = ANY (largest) OR k.member = ANY (largest || 'first_gift_date'::text) AS is_ranked, NULL::jsonb AS result
    FROM pg_temp.henk_stays s JOIN public.leads l ON l.id = s.lead_id CROSS JOIN LATERAL (SELECT to_jsonb(l) AS lead OFFSET 0) now_there
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (a.field, a.member) a.* FROM (
            SELECT f.key AS field, '' AS member, true AS is_written, nullif(s.written -> f.key, 'null') AS value, nullif(f.value, 'null') AS below
            FROM jsonb_each(s.replaced) f WHERE NOT s.inserted AND f.key = ANY (fields) AND s.written ? f.key
            UNION ALL
            SELECT 'custom_fields', m.key, true, s.written -> 'custom_fields' -> m.key, s.replaced -> 'custom_fields' -> m.key
            FROM (SELECT jsonb_object_keys(s.replaced -> 'custom_fields') UNION SELECT jsonb_object_keys(s.written -> 'custom_fields')) m (key)
            WHERE NOT s.inserted AND s.replaced ? 'custom_fields'
                AND s.replaced -> 'custom_fields' -> m.key IS DISTINCT FROM s.written -> 'custom_fields' -> m.key
            UNION ALL
            SELECT f, '', s.inserted, NULL, NULL FROM unnest(fields) f WHERE s.is_base
            UNION ALL
            SELECT 'custom_fields', m.key, s.inserted, NULL, NULL
            FROM (SELECT jsonb_object_keys(l.custom_fields) UNION SELECT e.member FROM pg_temp.henk_events e
                WHERE e.lead_id = s.lead_id AND e.field = 'custom_fields') m (key) WHERE s.is_base) a
        ORDER BY a.field, a.member, a.is_written DESC) k
    LEFT JOIN LATERAL (
        SELECT e.* FROM pg_temp.henk_events e WHERE e.lead_id = s.lead_id AND e.field = k.field AND e.member = k.member AND e.is_write
            AND e.finished_at > undone.finished_at ORDER BY e.finished_at, e.import_id LIMIT 1) n ON true
    LEFT JOIN pg_temp.henk_made_way w ON w.lead_id = s.lead_id AND w.field = k.field AND w.member = k.member
    CROSS JOIN LATERAL (SELECT CASE WHEN w.lead_id IS NOT NULL THEN NULL WHEN n.import_id IS NOT NULL THEN n.old
        WHEN k.member <> '' THEN l.custom_fields -> k.member ELSE nullif(now_there.lead -> k.field, 'null') END AS value) standing
    WHERE NOT EXISTS (SELECT FROM henk.lead_edits e WHERE e.lead_id = s.lead_id AND e.field = k.field AND e.member = k.member
        AND e.edited_at > undone.finished_at);
    -- Something that keeps no record has written it since.
    DELETE FROM pg_temp.henk_held h WHERE h.is_written AND h.standing IS DISTINCT FROM h.value;
    CREATE INDEX ON pg_temp.henk_held (lead_id, field, member);
    ANALYZE pg_temp.henk_held;

    CREATE TEMP TABLE henk_says ON COMMIT DROP AS
    SELECT h.lead_id, h.field, h.member, e.import_id, e.said_in, e.line_number, e.finished_at, e.is_agreed, coalesce(e.value, CASE WHEN e.finished_at > undone.finished_at THEN h.value ELSE h.below END) AS value,
        e.mode = 'overwrite' AND NOT h.is_ranked AS overwrites,
        e.mode <> 'skip' OR (h.is_base AND e.import_id = h.next_import) AS may_fill, false AS is_promoted, NULL::jsonb AS below,
        false AS agrees
    FROM pg_temp.henk_held h JOIN pg_temp.henk_events e ON e.lead_id = h.lead_id AND e.field = h.field AND e.member = h.member AND NOT e.is_write
    WHERE CASE WHEN h.is_ranked THEN true ELSE e.finished_at > undone.finished_at END AND (h.written_at IS NULL OR e.finished_at < h.written_at)
        AND coalesce(e.value, CASE WHEN e.finished_at > undone.finished_at THEN h.value ELSE h.below END) IS NOT NULL;
    CREATE INDEX ON pg_temp.henk_says (lead_id, field, member);
    ANALYZE pg_temp.henk_says;
    DELETE FROM pg_temp.henk_held h WHERE NOT h.inserted AND NOT EXISTS (SELECT FROM pg_temp.henk_says y
        WHERE y.lead_id = h.lead_id AND y.field = h.field AND y.member = h.member);

    -- What fills, and what then overwrites.
    UPDATE pg_temp.henk_says y SET is_promoted = true, below = p.below
    FROM (
        SELECT DISTINCT ON (h.lead_id, h.field, h.member) h.below, h.is_ranked, y.ctid AS said
        FROM pg_temp.henk_held h JOIN pg_temp.henk_says y ON y.lead_id = h.lead_id AND y.field = h.field AND y.member = h.member
        -- The amount of the latest gift goes with its date.
        CROSS JOIN LATERAL (SELECT CASE WHEN h.member = 'last_gift_amount' THEN (SELECT d.value FROM pg_temp.henk_says d
            WHERE d.lead_id = y.lead_id AND d.member = 'last_gift_date' AND d.import_id = y.import_id LIMIT 1) ELSE y.value END AS value) rank
        WHERE y.may_fill AND CASE WHEN h.below IS NULL THEN true WHEN NOT h.is_ranked THEN false
            WHEN h.member = 'first_gift_date' THEN y.value < h.below WHEN h.member = 'last_gift_amount' THEN false ELSE y.value > h.below END
        ORDER BY h.lead_id, h.field, h.member, CASE WHEN h.is_ranked AND h.member <> 'first_gift_date' THEN rank.value END DESC NULLS LAST,
            CASE WHEN h.member = 'first_gift_date' THEN rank.value END, y.finished_at, y.import_id, y.said_in) p
    WHERE y.ctid = p.said;
    UPDATE pg_temp.henk_says y SET is_promoted = true, below = p.below
    FROM (
        SELECT DISTINCT ON (h.lead_id, h.field, h.member) coalesce(f.value, h.below) AS below, h.value, y.ctid AS said
        FROM pg_temp.henk_held h JOIN pg_temp.henk_says y ON y.lead_id = h.lead_id AND y.field = h.field AND y.member = h.member
        LEFT JOIN pg_temp.henk_says f ON f.lead_id = y.lead_id AND f.field = y.field AND f.member = y.member AND f.is_promoted
            AND f.finished_at <= y.finished_at
        WHERE y.overwrites AND y.is_agreed ORDER BY h.lead_id, h.field, h.member, y.finished_at, y.import_id) p
    WHERE y.ctid = p.said AND NOT y.is_promoted AND p.below IS DISTINCT FROM p.value;
    UPDATE pg_temp.henk_held h SET result = CASE
        WHEN NOT h.is_ranked AND EXISTS (SELECT FROM pg_temp.henk_says y WHERE y.lead_id = h.lead_id AND y.field = h.field AND y.member = h.member
            AND y.overwrites AND y.is_agreed) THEN h.value
        ELSE coalesce((SELECT y.value FROM pg_temp.henk_says y WHERE y.lead_id = h.lead_id AND y.field = h.field AND y.member = h.member
            AND y.is_promoted ORDER BY y.finished_at DESC LIMIT 1), h.below) END;
    UPDATE pg_temp.henk_says y SET agrees = NOT y.is_promoted AND y.value IS NOT DISTINCT FROM coalesce((SELECT p.value FROM pg_temp.henk_says p
            WHERE p.lead_id = y.lead_id AND p.field = y.field AND p.member = y.member AND p.is_promoted AND p.finished_at <= y.finished_at
            ORDER BY p.finished_at DESC LIMIT 1), h.below)
    FROM pg_temp.henk_held h WHERE h.lead_id = y.lead_id AND h.field = y.field AND h.member = y.member;
    PERFORM henk.keep_a_contact(), henk.record_replay(), henk.write_replay(p_import_id);
    DROP TABLE pg_temp.henk_says, pg_temp.henk_events, pg_temp.henk_stays, pg_temp.henk_made_way;
END
$$;


COMMENT ON FUNCTION henk.require_undo_record(p_import_id uuid) IS 'Refuses the undoing of an import of a version without undo.';


REVOKE ALL ON FUNCTION henk.require_undo_record(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_undo_record(p_import_id uuid) TO service_role;


-- Raises object_not_in_prerequisite_state for an import that is loaded and whose record does not say what undo would take back: no line of it is
-- kept; a line has what was replaced, not what was written; or members came to its list while it ran, none of which is known as its own.
-- Migrations: 0036.
CREATE FUNCTION henk.require_undo_record(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    import record;
BEGIN
    SELECT i.* INTO import FROM public.lead_imports i
    WHERE i.id = p_import_id AND i.status IN ('loaded', 'partial', 'undone') AND i.leads_inserted + i.leads_updated + i.leads_unchanged > 0;
    IF import.id IS NULL THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM public.lead_import_rows r WHERE r.import_id = p_import_id)
        AND NOT EXISTS (SELECT FROM public.lead_import_rows r
            WHERE r.import_id = p_import_id AND r.action = 'updated' AND r.replaced IS NOT NULL AND r.written IS NULL)
        AND (EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = import.lead_list_id AND m.import_id = p_import_id)
            OR NOT EXISTS (SELECT FROM public.lead_import_rows r
                JOIN public.lead_list_members m ON m.lead_id = r.lead_id AND m.lead_list_id = import.lead_list_id
                WHERE r.import_id = p_import_id AND NOT r.taken_back AND m.import_id IS NULL
                    AND m.added_at BETWEEN import.started_at AND import.finished_at))
    THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'The import % of "%" cannot be undone: the version of henk that loaded it kept no record of what it wrote. Nothing was changed. '
        'Archive its list instead ("henk list set ... --archived"), or remove its leads by hand.', p_import_id, import.file_name
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;


COMMENT ON FUNCTION henk.restore_terms(p_import_id uuid) IS 'Step of undo: settings of assignments are those of the imports that remain.';


REVOKE ALL ON FUNCTION henk.restore_terms(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.restore_terms(p_import_id uuid) TO service_role;


-- Settings of assignments, as those of values in leads: where the import was the last to give one, and nobody has changed it since, what stood
-- before it is there again; of others the next import replaced what this one had replaced.
-- Migrations: 0055, 0063.
CREATE FUNCTION henk.restore_terms(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    changed record;
BEGIN
    CREATE TEMP TABLE henk_terms ON COMMIT DROP AS
    SELECT a.key AS assignment, t.key AS term, nullif(t.value, 'null') AS says, nullif(a.value -> 'replaced' -> t.key, 'null') AS replaced,
        n.import_id AS next_import, n.replaced AS next_replaced
    FROM public.lead_imports i CROSS JOIN LATERAL jsonb_each(i.assignment_terms) a CROSS JOIN LATERAL jsonb_each(a.value -> 'says') t
    LEFT JOIN LATERAL (
        SELECT o.id AS import_id, nullif(o.assignment_terms -> a.key -> 'replaced' -> t.key, 'null') AS replaced FROM public.lead_imports o
        WHERE o.business_id = i.business_id AND o.id <> i.id AND o.status <> 'undone' AND o.finished_at > i.finished_at
            AND o.assignment_terms -> a.key -> 'says' ? t.key
        ORDER BY o.finished_at, o.id LIMIT 1) n ON true
    WHERE i.id = p_import_id;
    UPDATE public.lead_imports o SET assignment_terms = (
        SELECT jsonb_object_agg(e.key, CASE WHEN c.terms IS NULL THEN e.value
            ELSE e.value || jsonb_build_object('replaced', e.value -> 'replaced' || c.terms) END)
        FROM jsonb_each(o.assignment_terms) e LEFT JOIN (
            SELECT t.assignment, jsonb_object_agg(t.term, t.replaced) AS terms FROM pg_temp.henk_terms t
            WHERE t.next_import = o.id AND t.next_replaced IS NOT DISTINCT FROM t.says GROUP BY t.assignment) c ON c.assignment = e.key)
    WHERE o.id IN (SELECT t.next_import FROM pg_temp.henk_terms t);
    FOR changed IN
        UPDATE public.campaign_lead_lists a SET priority = v.priority, max_attempts_override = v.max_attempts_override,
            filter_criteria = v.filter_criteria, follow = v.follow, is_active = v.is_active,
            completed_at = CASE WHEN a.is_active AND NOT v.is_active THEN now() ELSE a.completed_at END
        FROM (
            SELECT o.id, jsonb_object_agg(t.term, t.replaced) AS terms FROM pg_temp.henk_terms t
            JOIN public.campaign_lead_lists o ON o.id = t.assignment::uuid
            WHERE t.next_import IS NULL AND t.says IS DISTINCT FROM t.replaced AND nullif(to_jsonb(o) -> t.term, 'null') IS NOT DISTINCT FROM t.says
                AND NOT (t.term IN ('is_active', 'priority') AND EXISTS (SELECT FROM henk.assigned_by_hand b WHERE b.assignment_id = o.id AND b.at > henk.moment_of(p_import_id)))
            GROUP BY o.id) c
        JOIN public.campaign_lead_lists o ON o.id = c.id CROSS JOIN LATERAL jsonb_populate_record(o, c.terms) v
        WHERE a.id = c.id RETURNING a.campaign_id, a.lead_list_id
    LOOP
        PERFORM henk.attribute_leads(changed.campaign_id, changed.lead_list_id);
    END LOOP;
    UPDATE public.lead_imports i SET assignment_terms = NULL WHERE i.id = p_import_id AND i.assignment_terms IS NOT NULL;
    DROP TABLE pg_temp.henk_terms;
END
$$;


REVOKE ALL ON FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) TO service_role;


-- Undo, step two: what other imports had takes the place of the import's values; then old values back, field by field, where the import's value
-- still stands. Opt-outs stay: no undo takes one back.
-- Gives: how many leads and values were put back, and how many values somebody has changed since.
-- Migrations: 0011, 0034, 0051, 0055.
CREATE FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
    columns text;
BEGIN
    SELECT string_agg(format('%1$I = v.%1$I', f), ', ') INTO columns
    FROM unnest(henk.sent_fields() || '{last_activity_at,lead_score,quality_rating,score_breakdown}') f
    WHERE f NOT IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out');
    -- When this import wrote each lead, where nobody has written it before another import did.
    CREATE TEMP TABLE henk_moments ON COMMIT DROP AS
    SELECT u.lead_id, (u.replaced ->> 'updated_at')::timestamptz AS updated_at, m.written_at
    FROM pg_temp.henk_undo u CROSS JOIN LATERAL (SELECT henk.written_before(u.lead_id, e.at) AS written_at, e.at AS finished_at
        FROM (SELECT henk.moment_of(p_import_id) AS at) e) m
    WHERE u.replaced ? 'updated_at' AND NOT u.worked_on AND m.written_at <= m.finished_at;
    ALTER TABLE pg_temp.henk_moments ADD PRIMARY KEY (lead_id); -- 16,000 leads: 12 s instead of 48 s
    ANALYZE pg_temp.henk_moments;
    PERFORM henk.replay_values(p_import_id), henk.pass_on_values(p_import_id);
    UPDATE public.lead_import_rows r SET replaced = r.replaced || jsonb_build_object('updated_at', m.updated_at)
    FROM pg_temp.henk_moments m WHERE r.lead_id = m.lead_id AND r.import_id <> p_import_id
        AND (r.replaced ->> 'updated_at')::timestamptz = m.written_at AND r.action = 'updated';
    -- What somebody has typed stays, also where it is what the import had written.
    CREATE TEMP TABLE henk_edited ON COMMIT DROP AS
    SELECT e.lead_id, coalesce(jsonb_object_agg(e.field, true) FILTER (WHERE e.member = ''), '{}') AS fields,
        coalesce(jsonb_object_agg(e.member, true) FILTER (WHERE e.member <> ''), '{}') AS custom_fields
    FROM pg_temp.henk_undo u JOIN henk.lead_edits e ON e.lead_id = u.lead_id
    WHERE e.edited_at > henk.moment_of(p_import_id) GROUP BY e.lead_id;
    UPDATE pg_temp.henk_later l SET fields = l.fields || e.fields, custom_fields = l.custom_fields || e.custom_fields
    FROM pg_temp.henk_edited e WHERE e.lead_id = l.lead_id;
    INSERT INTO pg_temp.henk_later SELECT e.* FROM pg_temp.henk_edited e WHERE NOT EXISTS (SELECT FROM pg_temp.henk_later l WHERE l.lead_id = e.lead_id);
    CREATE TEMP TABLE henk_restored ON COMMIT DROP AS
    SELECT u.lead_id, (u.replaced ->> 'updated_at')::timestamptz AS updated_at,
        (SELECT coalesce(jsonb_object_agg(r.key, r.value), '{}') FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND now_there.lead -> r.key IS NOT DISTINCT FROM u.written -> r.key
             AND NOT coalesce(later.fields ? r.key, false)) AS fields,
        (SELECT count(*) FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND (now_there.lead -> r.key IS DISTINCT FROM u.written -> r.key OR coalesce(later.fields ? r.key, false))
             AND r.key NOT IN ('lead_score', 'quality_rating', 'score_breakdown'))
            + (SELECT count(*) FROM jsonb_each(CASE WHEN jsonb_typeof(u.written -> 'custom_fields') = 'object' THEN u.written -> 'custom_fields' END) w
               WHERE u.replaced -> 'custom_fields' -> w.key IS DISTINCT FROM w.value
                   AND (l.custom_fields -> w.key IS DISTINCT FROM w.value OR coalesce(later.custom_fields ? w.key, false))) AS changed_since,
        -- Written since by a later import, or by somebody: that is when it was last written.
        l.updated_at IS DISTINCT FROM (SELECT m.written_at FROM pg_temp.henk_moments m WHERE m.lead_id = l.id) AS is_newer,
        -- Tags that the import added go; those of others stay.
        CASE WHEN u.replaced ? 'tags' THEN (
            SELECT coalesce(jsonb_agg(t.tag ORDER BY t.n), '[]') FROM jsonb_array_elements(l.tags) WITH ORDINALITY t (tag, n)
            WHERE u.replaced -> 'tags' @> t.tag OR NOT u.written -> 'tags' @> t.tag) ELSE l.tags END AS tags,
        CASE WHEN u.replaced ? 'custom_fields' THEN (
            SELECT coalesce(jsonb_object_agg(k.key, coalesce(k.back, k.here)) FILTER (WHERE coalesce(k.back, k.here) IS NOT NULL), '{}')
            FROM (
                SELECT e.key,
                    CASE WHEN l.custom_fields -> e.key IS NOT DISTINCT FROM u.written -> 'custom_fields' -> e.key
                            AND NOT coalesce(later.custom_fields ? e.key, false)
                        THEN u.replaced -> 'custom_fields' -> e.key ELSE l.custom_fields -> e.key END AS back,
                    CASE WHEN u.written -> 'custom_fields' ? e.key THEN NULL ELSE l.custom_fields -> e.key END AS here
                FROM (SELECT jsonb_object_keys(l.custom_fields) UNION SELECT jsonb_object_keys(u.replaced -> 'custom_fields')) e (key)) k
        ) ELSE l.custom_fields END AS custom_fields
    FROM pg_temp.henk_undo u JOIN public.leads l ON l.id = u.lead_id CROSS JOIN LATERAL (SELECT to_jsonb(l) AS lead) now_there
        LEFT JOIN pg_temp.henk_later later ON later.lead_id = u.lead_id
    WHERE u.reason IS NULL AND NOT u.inserted AND u.replaced IS NOT NULL AND u.written IS NOT NULL;
    -- A lead needs a contact: where none would be left, those that it has stay.
    UPDATE pg_temp.henk_restored r SET fields = r.fields - '{email,phone,mobile_phone}'::text[]
    FROM public.leads l WHERE l.id = r.lead_id AND r.fields ?| '{email,phone,mobile_phone}'
        AND NOT EXISTS (SELECT FROM jsonb_each(to_jsonb(l) || r.fields) f WHERE f.key IN ('email', 'phone', 'mobile_phone') AND f.value <> 'null');
    -- henk.scores_only keeps touch_updated_at from writing this moment: put back whole, a lead is as old as it was.
    PERFORM set_config('henk.scores_only', 'on', true), set_config('henk.moving_rows', 'on', true);
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', tags = r.tags, custom_fields = r.custom_fields, '
        'updated_at = CASE WHEN r.is_newer THEN l.updated_at ELSE coalesce(r.updated_at, now()) END '
        'FROM pg_temp.henk_restored r JOIN public.leads o ON o.id = r.lead_id CROSS JOIN LATERAL jsonb_populate_record(o, r.fields) v '
        'WHERE l.id = r.lead_id AND (r.fields <> ''{}'' OR r.tags <> l.tags OR r.custom_fields <> l.custom_fields)';
    GET DIAGNOSTICS leads = ROW_COUNT;
    PERFORM set_config('henk.scores_only', '', true), set_config('henk.moving_rows', '', true);
    SELECT coalesce(sum((SELECT count(*) FROM jsonb_object_keys(r.fields))), 0), coalesce(sum(r.changed_since), 0)
    INTO restored, changed_since FROM pg_temp.henk_restored r;
    SELECT leads + count(DISTINCT h.lead_id) FILTER (WHERE NOT EXISTS (SELECT FROM pg_temp.henk_restored r
            WHERE r.lead_id = h.lead_id AND r.fields <> '{}')), restored + count(*)
    INTO leads, restored FROM pg_temp.henk_held h
    WHERE h.writer IS NULL AND h.result IS DISTINCT FROM h.standing;
    DROP TABLE pg_temp.henk_restored, pg_temp.henk_later, pg_temp.henk_edited, pg_temp.henk_held, pg_temp.henk_moments;
END
$_$;


-- Migrations: 0041.
CREATE FUNCTION henk.skip_when_moving() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN CASE WHEN coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN NEW END;
END
$$;


COMMENT ON FUNCTION henk.skip_when_moving() IS 'Trigger: rows that a merge, its taking apart or an undo moves state nothing.';


REVOKE ALL ON FUNCTION henk.skip_when_moving() FROM PUBLIC;


COMMENT ON FUNCTION henk.take_over_tags(p_import_id uuid) IS 'Step of undo: tags that the first file of a lead had in vain are its lead''s.';


REVOKE ALL ON FUNCTION henk.take_over_tags(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.take_over_tags(p_import_id uuid) TO service_role;


-- Step of undo: tags that the skipped file which is the first of its lead from now on had in vain, or shared with a file that is undone by now, are its
-- lead's. Of a tag that another file added later the lead had it already.
-- Migrations: 0073.
CREATE FUNCTION henk.take_over_tags(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    CREATE TEMP TABLE henk_taken_over ON COMMIT DROP AS
    SELECT r.lead_id, r.import_id, r.line_number, i.finished_at, coalesce(r.lost -> 'tags', '[]') || coalesce((SELECT jsonb_agg(a.tag)
        FROM jsonb_array_elements(r.agreed -> 'tags') a (tag) WHERE NOT l.tags @> a.tag), '[]') AS tags
    FROM pg_temp.henk_stays s JOIN public.leads l ON l.id = s.lead_id
    JOIN public.lead_import_rows r ON r.lead_id = s.lead_id AND r.import_id = s.next_import AND NOT r.taken_back
    JOIN public.lead_imports i ON i.id = r.import_id AND i.options ->> 'update' = 'skip'
    WHERE s.is_base AND (r.lost ? 'tags' OR r.agreed ? 'tags') AND NOT EXISTS (SELECT FROM henk.lead_edits e WHERE e.lead_id = s.lead_id AND e.field = 'tags'
        AND e.edited_at > henk.moment_of(p_import_id));
    UPDATE public.lead_import_rows o SET
        replaced = o.replaced || jsonb_build_object('tags', coalesce(o.replaced -> 'tags', '[]') || c.tags),
        agreed = coalesce(o.agreed, '{}') || jsonb_build_object('tags', coalesce(o.agreed -> 'tags', '[]') || c.tags)
    FROM (
        SELECT r.import_id, r.line_number, jsonb_agg(DISTINCT w.tag) AS tags
        FROM pg_temp.henk_taken_over t CROSS JOIN LATERAL jsonb_array_elements(t.tags) w (tag)
        JOIN public.lead_import_rows r ON r.lead_id = t.lead_id AND r.import_id NOT IN (t.import_id, p_import_id) AND NOT r.taken_back
        WHERE r.written -> 'tags' @> w.tag AND NOT coalesce(r.replaced -> 'tags' @> w.tag, false) GROUP BY r.import_id, r.line_number) c
    WHERE o.import_id = c.import_id AND o.line_number = c.line_number;
    UPDATE public.lead_import_rows r SET action = CASE r.action WHEN 'unchanged' THEN 'updated' ELSE r.action END,
        replaced = jsonb_build_object('updated_at', henk.written_before(t.lead_id, t.finished_at), 'tags', '[]'::jsonb) || coalesce(r.replaced, '{}'),
        written = coalesce(r.written, '{}') || jsonb_build_object('tags', coalesce(r.written -> 'tags', '[]') || t.tags),
        lost = nullif(r.lost - 'tags', '{}'), agreed = CASE WHEN r.agreed ? 'tags' THEN r.agreed || jsonb_build_object('tags',
            (r.agreed -> 'tags') - ARRAY(SELECT jsonb_array_elements_text(t.tags))) ELSE r.agreed END
    FROM pg_temp.henk_taken_over t WHERE t.tags <> '[]' AND r.import_id = t.import_id AND r.line_number = t.line_number;
    PERFORM set_config('henk.scores_only', 'on', true), set_config('henk.moving_rows', 'on', true);
    UPDATE public.leads l SET tags = l.tags || c.tags
    FROM (
        SELECT t.lead_id, jsonb_agg(DISTINCT w.tag) AS tags FROM pg_temp.henk_taken_over t CROSS JOIN LATERAL jsonb_array_elements(t.tags) w (tag)
        JOIN public.leads o ON o.id = t.lead_id WHERE NOT o.tags @> w.tag GROUP BY t.lead_id) c
    WHERE l.id = c.lead_id;
    PERFORM set_config('henk.scores_only', '', true), set_config('henk.moving_rows', '', true);
    DROP TABLE pg_temp.henk_taken_over;
END
$$;


REVOKE ALL ON FUNCTION henk.undo_import(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.undo_import(p_import_id uuid) TO service_role;


-- Migrations: 0011, 0034, 0053, 0055, 0074.
CREATE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
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
    CREATE TEMP TABLE henk_by_criteria (id uuid, lead_list_id uuid) ON COMMIT DROP;
    PERFORM henk.restore_terms(p_import_id);
    removed := henk.keep_in_campaigns(p_import_id);
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND NOT u.worked_on AND cl.import_id = p_import_id;
    GET DIAGNOSTICS campaign_leads = ROW_COUNT;
    -- Leads of the list that were there before the import, but came into the campaign by its assignment.
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = ANY (import.campaign_ids) AND cl.import_id = p_import_id AND henk.may_leave(cl)
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = cl.lead_id);
    GET DIAGNOSTICS assignments = ROW_COUNT;
    campaign_leads := campaign_leads + assignments + removed;
    PERFORM henk.attribute_anew(p_import_id);
    -- Now that nothing of the import is left with them: which of its leads something else uses.
    UPDATE pg_temp.henk_undo SET is_asked = inserted AND reason IS NULL;
    PERFORM henk.note_uses(p_import_id);
    SELECT * INTO back FROM henk.restore_values(p_import_id);
    DELETE FROM public.leads l USING pg_temp.henk_undo u WHERE l.id = u.lead_id AND u.inserted AND u.reason IS NULL;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    deleted := deleted + henk.delete_orphans(p_import_id)
        + (SELECT count(DISTINCT r.line_number) FROM public.lead_import_rows r
            WHERE r.import_id = p_import_id AND r.deleted_with IS NOT NULL AND NOT r.taken_back);
    IF henk.leave_criteria(p_import_id) THEN
        campaign_leads := campaign_leads + henk.keep_in_campaigns(p_import_id);
        PERFORM henk.attribute_anew(p_import_id);
    END IF;
    DELETE FROM public.campaign_lead_lists a
    WHERE a.campaign_id = ANY (import.campaign_ids) AND a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)
                AND NOT henk.is_taken_off(a.campaign_id, a.lead_list_id, i.finished_at)));
    GET DIAGNOSTICS assignments = ROW_COUNT;
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
    DROP TABLE pg_temp.henk_undo, pg_temp.henk_left, pg_temp.henk_handed, pg_temp.henk_by_criteria;
    RETURN report;
END
$$;


COMMENT ON FUNCTION henk.upload_identity(p_upload text) IS 'The hash of business, bytes and list in the key of an upload, of today''s form or the older one.';


REVOKE ALL ON FUNCTION henk.upload_identity(p_upload text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.upload_identity(p_upload text) TO service_role;


-- Migrations: 0024.
CREATE FUNCTION henk.upload_identity(p_upload text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE("substring"(p_upload, '_([0-9a-f]{8})_[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}$'::text), "right"(p_upload, 8));


-- Migrations: 0051.
CREATE FUNCTION henk.value_fields() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT '{first_name,last_name,email,phone,mobile_phone,company,title,department,street,city,state,postal_code,country,timezone,preferred_language,
        lead_source,description,notes,last_activity_at}'::text[]
$$;


COMMENT ON FUNCTION henk.value_fields() IS 'The columns of leads that undo gives back: not opt-outs, and not the id of a record in its system.';


REVOKE ALL ON FUNCTION henk.value_fields() FROM PUBLIC;
GRANT ALL ON FUNCTION henk.value_fields() TO service_role;


COMMENT ON FUNCTION henk.write_replay(p_import_id uuid) IS 'Step of undo: the leads as if the import had not been there.';


REVOKE ALL ON FUNCTION henk.write_replay(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.write_replay(p_import_id uuid) TO service_role;


-- The leads as if the import had not been there, in the fields of pg_temp.henk_held; what is done here is not done again by henk.restore_values.
-- Migrations: 0051.
CREATE FUNCTION henk.write_replay(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
    columns text;
BEGIN
    SELECT string_agg(format('%1$I = v.%1$I', f), ', ') INTO columns FROM unnest(henk.value_fields()) f;
    CREATE TEMP TABLE henk_results ON COMMIT DROP AS
    SELECT h.lead_id, coalesce(jsonb_object_agg(h.field, h.result) FILTER (WHERE h.member = ''), '{}') AS fields,
        coalesce(jsonb_object_agg(h.member, h.result) FILTER (WHERE h.member <> ''), '{}') AS members
    FROM pg_temp.henk_held h WHERE h.writer IS NULL AND h.result IS DISTINCT FROM h.standing GROUP BY h.lead_id;
    -- henk.scores_only keeps touch_updated_at from writing this moment: what undo writes is no change of somebody's.
    PERFORM set_config('henk.scores_only', 'on', true), set_config('henk.moving_rows', 'on', true);
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', custom_fields = (l.custom_fields - ARRAY(SELECT jsonb_object_keys(c.members))) '
        '|| jsonb_strip_nulls(c.members) FROM pg_temp.henk_results c JOIN public.leads o ON o.id = c.lead_id '
        'CROSS JOIN LATERAL jsonb_populate_record(o, c.fields) v WHERE l.id = c.lead_id';
    PERFORM henk.replay_tags(p_import_id);
    PERFORM set_config('henk.scores_only', '', true), set_config('henk.moving_rows', '', true);
    UPDATE pg_temp.henk_undo u SET
        replaced = u.replaced - c.fields || CASE WHEN u.replaced ? 'custom_fields'
            THEN jsonb_build_object('custom_fields', (u.replaced -> 'custom_fields') - c.members) ELSE '{}' END,
        written = u.written - c.fields || CASE WHEN u.written ? 'custom_fields'
            THEN jsonb_build_object('custom_fields', (u.written -> 'custom_fields') - c.members) ELSE '{}' END
    FROM (
        SELECT h.lead_id, coalesce(array_agg(h.field) FILTER (WHERE h.member = ''), '{}') AS fields,
            coalesce(array_agg(h.member) FILTER (WHERE h.member <> ''), '{}') AS members
        FROM pg_temp.henk_held h WHERE NOT h.inserted GROUP BY h.lead_id) c
    WHERE c.lead_id = u.lead_id AND u.replaced IS NOT NULL AND u.written IS NOT NULL;
    DROP TABLE pg_temp.henk_results;
END
$_$;


COMMENT ON FUNCTION henk.written_before(p_lead_id uuid, p_finished_at timestamp with time zone) IS 'Step of undo: when a lead had been written before an import.';


REVOKE ALL ON FUNCTION henk.written_before(p_lead_id uuid, p_finished_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.written_before(p_lead_id uuid, p_finished_at timestamp with time zone) TO service_role;


-- When a lead had been written before an import that ended at a moment: that is what its line replaced.
-- Migrations: 0051.
CREATE FUNCTION henk.written_before(p_lead_id uuid, p_finished_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
    SELECT coalesce((SELECT (r.replaced ->> 'updated_at')::timestamptz
        FROM (SELECT o.* FROM public.lead_import_rows o WHERE o.lead_id = p_lead_id OFFSET 0) r JOIN public.lead_imports i ON i.id = r.import_id
        WHERE r.action = 'updated' AND NOT r.taken_back AND i.finished_at > p_finished_at AND r.replaced ? 'updated_at'
        ORDER BY i.finished_at LIMIT 1), (SELECT l.updated_at FROM public.leads l WHERE l.id = p_lead_id))
$$;


COMMENT ON FUNCTION public.undo_lead_import(p_import_id uuid) IS 'Takes back what an import did: leads that nothing else uses, its values that still stand (the values of the imports that remain take their place, as if this one had not been; a field that none of them and no person has filled is empty), members, campaign leads nobody has worked on, its assignments and the settings it gave to others, lists it made that are empty now. Leads that are merged are undone each by itself and merged again where more than one of them stays. What has been worked on since stays, named with its reason: campaign leads with a call, a word or an amount; new leads that are on other lists, in campaigns by another way, in other imports, changed, or referred to by other tables. Opt-outs, edits, the id in a source system and the last contact of a lead stay. Gives a report: leads_deleted, leads_restored, values_restored, values_changed_since, members_removed, campaign_leads_removed, assignments_removed, lists_deleted, leads_kept, and kept, a list of line, lead_id, reason and stays (everything, or the lead; the first 1000). Run again, it takes back what has become free since.

Errors: 55000 for an import that has not finished, or that a version without undo has loaded; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) TO service_role;


-- Undoing an import takes apart what it merged, the latest first, before anything else.
-- Migrations: 0011, 0015, 0036, 0055.
CREATE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
DECLARE
    business uuid := (SELECT i.business_id FROM public.lead_imports i WHERE i.id = p_import_id);
    flags jsonb;
    report jsonb;
BEGIN
    PERFORM henk.require_member(business), henk.require_undo_record(p_import_id), henk.lock_business(business);
    flags := henk.part_for_undo(p_import_id);
    report := henk.undo_import(p_import_id);
    PERFORM henk.merge_after_undo(flags);
    RETURN report;
END
$$;
