-- Made by `make schema` from a database with every migration applied; nothing runs this file.

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
        WHERE (cl.import_id = p_import_id OR u.inserted) AND NOT henk.is_untouched(cl) GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id;
END
$$;


REVOKE ALL ON FUNCTION henk.hand_over(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.hand_over(p_import_id uuid) TO service_role;


-- What other imports brought, too, is theirs from now on: members, assignments and the list itself go to the first of them that is not undone.
-- Migrations: 0034.
CREATE FUNCTION henk.hand_over(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE public.lead_list_members m SET import_id = h.import_id
    FROM (
        SELECT DISTINCT ON (m.id) m.id, r.import_id FROM pg_temp.henk_undo u
        JOIN public.lead_list_members m ON m.lead_id = u.lead_id AND m.import_id = p_import_id
        JOIN public.lead_import_rows r ON r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back
        JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone' AND i.lead_list_id = m.lead_list_id
        WHERE NOT u.worked_on ORDER BY m.id, i.finished_at, i.id) h
    WHERE h.id = m.id;
    UPDATE public.campaign_lead_lists a SET import_id = h.import_id
    FROM (
        SELECT DISTINCT ON (a.id) a.id, i.id AS import_id FROM public.campaign_lead_lists a
        JOIN public.lead_imports i ON i.business_id = a.business_id AND i.id <> p_import_id AND i.status IN ('loaded', 'partial')
            AND a.campaign_id = ANY (i.campaign_ids) AND (i.lead_list_id = a.lead_list_id
                OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id = i.id))
        WHERE a.import_id = p_import_id ORDER BY a.id, i.finished_at, i.id) h
    WHERE h.id = a.id;
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


-- Migrations: 0023.
CREATE FUNCTION henk.leave_provenance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'leads' THEN
        EXECUTE 'UPDATE public.lead_import_rows r SET lead_id = NULL FROM went w WHERE r.lead_id = w.id';
    ELSE
        EXECUTE 'DELETE FROM public.lead_import_rows r USING went w WHERE r.import_id = w.id';
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.leave_provenance() FROM PUBLIC;


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
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT r.lead_id, format('came with the file "%s", too', min(i.file_name)) AS reason
        FROM public.lead_import_rows r JOIN pg_temp.henk_undo u ON u.lead_id = r.lead_id JOIN public.lead_imports i ON i.id = r.import_id
        WHERE r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> 'undone' GROUP BY r.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT m.lead_id, format('is on the list "%s", too', min(ll.name)) AS reason
        FROM public.lead_list_members m JOIN pg_temp.henk_undo u ON u.lead_id = m.lead_id JOIN public.lead_lists ll ON ll.id = m.lead_list_id
        WHERE m.import_id IS DISTINCT FROM p_import_id GROUP BY m.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.is_asked AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT cl.lead_id, format('is in the campaign "%s" by another way', min(c.name)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE cl.import_id IS DISTINCT FROM p_import_id GROUP BY cl.lead_id) t
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
-- Migrations: 0034.
CREATE FUNCTION henk.pass_on_values(p_import_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    finished timestamptz := (SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_import_id);
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


REVOKE ALL ON FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer) TO service_role;


-- Undo, step two: old values back, field by field, where the import's value still stands. Opt-outs stay: no undo takes one back.
-- Gives: how many leads and values were put back, and how many values somebody has changed since.
-- Migrations: 0011, 0034.
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
    PERFORM henk.pass_on_values(p_import_id);
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
        later.fields IS NOT NULL OR l.updated_at > (SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_import_id) AS is_newer,
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
    -- Put back whole, a lead is as old as it was.
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
    DROP TABLE pg_temp.henk_restored, pg_temp.henk_later;
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


REVOKE ALL ON FUNCTION henk.undo_import(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.undo_import(p_import_id uuid) TO service_role;


-- Migrations: 0011, 0034.
CREATE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET client_min_messages TO 'warning'
    AS $$
DECLARE
    import record;
    report jsonb;
    members integer;
    campaign_leads integer;
    assignments integer;
    deleted integer;
    back record;
    lists integer;
BEGIN
    SELECT i.id, i.business_id INTO import FROM public.lead_imports i WHERE i.id = p_import_id;
    PERFORM henk.require_record(p_import_id, import.id, 'import');
    PERFORM henk.lock_business(import.business_id);
    SELECT i.* INTO import FROM public.lead_imports i WHERE i.id = p_import_id FOR UPDATE;
    IF import.status = 'running' THEN
        RAISE EXCEPTION 'The import % of "%" has not finished. Undo it when it has; one whose process died has loaded nothing.',
            p_import_id, import.file_name USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    PERFORM henk.find_undoable(p_import_id);
    PERFORM henk.hand_over(p_import_id);

    DELETE FROM public.lead_list_members m USING pg_temp.henk_undo u
    WHERE m.lead_id = u.lead_id AND m.import_id = p_import_id AND NOT u.worked_on;
    GET DIAGNOSTICS members = ROW_COUNT;
    -- A lead that another list of the campaign holds stays in it by that list, which other imports or people assigned; others leave it, but for
    -- those that have been worked on.
    UPDATE public.campaign_leads cl SET lead_list_id = other.lead_list_id, import_id = other.import_id
    FROM (
        SELECT DISTINCT ON (c.id) c.id, a.lead_list_id, a.import_id FROM public.campaign_leads c
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.is_active
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        LEFT JOIN pg_temp.henk_undo u ON u.lead_id = c.lead_id
        WHERE c.campaign_id = ANY (import.campaign_ids) AND c.import_id = p_import_id AND NOT coalesce(u.worked_on, NOT henk.is_untouched(c))
            AND a.import_id IS DISTINCT FROM p_import_id ORDER BY c.id, a.priority, a.assigned_at, a.id) other
    WHERE other.id = cl.id;
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND NOT u.worked_on AND (cl.import_id = p_import_id
        OR (cl.import_id IS NOT NULL AND henk.is_untouched(cl) AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a
            JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id WHERE a.campaign_id = cl.campaign_id AND m.lead_id = cl.lead_id)));
    GET DIAGNOSTICS campaign_leads = ROW_COUNT;
    -- Leads of the list that were there before the import, but came into the campaign by its assignment.
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = ANY (import.campaign_ids) AND cl.import_id = p_import_id AND henk.is_untouched(cl)
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = cl.lead_id);
    GET DIAGNOSTICS assignments = ROW_COUNT;
    campaign_leads := campaign_leads + assignments;
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
        'campaign_leads_removed', campaign_leads, 'assignments_removed', assignments, 'lists_deleted', lists,
        'leads_kept', count(*) FILTER (WHERE u.reason IS NOT NULL),
        'kept', coalesce((SELECT jsonb_agg(jsonb_build_object('line', k.line_number, 'lead_id', k.lead_id, 'reason', k.reason,
            'stays', CASE WHEN k.worked_on THEN 'everything' ELSE 'the lead' END)
            ORDER BY k.line_number) FROM (SELECT * FROM pg_temp.henk_undo k WHERE k.reason IS NOT NULL ORDER BY k.line_number LIMIT 1000) k), '[]'))
    INTO report FROM pg_temp.henk_undo u;
    UPDATE public.lead_imports SET status = 'undone', undo_report = report WHERE id = p_import_id;
    DROP TABLE pg_temp.henk_undo;
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


COMMENT ON FUNCTION public.undo_lead_import(p_import_id uuid) IS 'Takes back what an import did: leads that nothing else uses, replaced values that still stand, members, campaign leads nobody has worked on, its assignments, lists it made that are empty now. What has been worked on since stays, named with its reason: campaign leads with a call, a word or an amount; new leads that are on other lists, in campaigns by another way, in other imports, changed, or referred to by other tables. Opt-outs stay. Gives a report: leads_deleted, leads_restored, values_restored, values_changed_since, members_removed, campaign_leads_removed, assignments_removed, lists_deleted, leads_kept, and kept, a list of line, lead_id, reason and stays (everything, or the lead; the first 1000). Run again, it takes back what has become free since.

Errors: 55000 for an import that has not finished, or that a version without undo has loaded; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.undo_lead_import(p_import_id uuid) TO service_role;


-- Undoing an import takes apart what it merged, the latest first, before anything else.
-- Migrations: 0011, 0015, 0036.
CREATE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
DECLARE
    merge record;
BEGIN
    PERFORM henk.require_member((SELECT i.business_id FROM public.lead_imports i WHERE i.id = p_import_id));
    PERFORM henk.require_undo_record(p_import_id);
    FOR merge IN SELECT m.id FROM public.lead_merges m WHERE m.import_id = p_import_id AND m.taken_apart_at IS NULL ORDER BY m.merged_at DESC
    LOOP
        BEGIN
            PERFORM henk.unmerge(merge.id);
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            RAISE NOTICE 'left merged: %', SQLERRM; -- somebody has merged the lead with another since
        END;
    END LOOP;
    RETURN henk.undo_import(p_import_id);
END
$$;
