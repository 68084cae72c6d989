-- migrate:up
-- Taking back: an import (undo_lead_import), a second row of one person (merge_leads), a person (erase_lead).

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

ALTER TABLE lead_imports ADD COLUMN IF NOT EXISTS undo_report jsonb; -- what the last undo took back, and what it left and why
-- An undone file does not come back by itself, by the night or a backfill; somebody who imports it again says so here.
ALTER TABLE lead_imports ADD COLUMN IF NOT EXISTS may_come_again boolean NOT NULL DEFAULT false;

-- Tables of the installation's own that refer to leads (call logs, conversations): each foreign key's table and column.
CREATE FUNCTION henk.foreign_references() RETURNS TABLE (on_table regclass, on_column name, is_required boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.conrelid::regclass, a.attname, a.attnotnull
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'public.leads'::regclass AND cardinality(c.conkey) = 1
        AND c.conrelid NOT IN (SELECT format('public.%I', r.table_name)::regclass FROM henk.client_rights r)
$$;

-- Undo, step one: the leads of an import with what it did to each, and why one must stay (null: it need not). Of a lead that has been
-- worked on in a campaign everything stays; of a new one that something else uses the lead stays, not what the import did with it.
CREATE FUNCTION henk.find_undoable(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reference record;
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_undo;
    CREATE TEMP TABLE henk_undo ON COMMIT DROP AS
    SELECT r.lead_id, min(r.line_number) AS line_number, bool_or(r.action = 'inserted') AS inserted,
        (array_agg(r.replaced ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS replaced,
        (array_agg(r.written ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS written,
        NULL::text AS reason, false AS worked_on
    FROM public.lead_import_rows r WHERE r.import_id = p_import_id AND r.lead_id IS NOT NULL AND NOT r.taken_back GROUP BY r.lead_id;
    ALTER TABLE pg_temp.henk_undo ADD PRIMARY KEY (lead_id);
    ANALYZE pg_temp.henk_undo;

    UPDATE pg_temp.henk_undo u SET reason = t.reason, worked_on = true FROM (
        SELECT cl.lead_id, format('has been worked on in the campaign "%s" (%s)', min(c.name), min(cl.status)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE (cl.import_id = p_import_id OR u.inserted) AND NOT henk.is_untouched(cl) GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT r.lead_id, format('came with the file "%s", too', min(i.file_name)) AS reason
        FROM public.lead_import_rows r JOIN pg_temp.henk_undo u ON u.lead_id = r.lead_id JOIN public.lead_imports i ON i.id = r.import_id
        WHERE r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> 'undone' GROUP BY r.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.inserted AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT m.lead_id, format('is on the list "%s", too', min(ll.name)) AS reason
        FROM public.lead_list_members m JOIN pg_temp.henk_undo u ON u.lead_id = m.lead_id JOIN public.lead_lists ll ON ll.id = m.lead_list_id
        WHERE m.import_id IS DISTINCT FROM p_import_id GROUP BY m.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.inserted AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = t.reason FROM (
        SELECT cl.lead_id, format('is in the campaign "%s" by another way', min(c.name)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE cl.import_id IS DISTINCT FROM p_import_id GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id AND u.inserted AND u.reason IS NULL;
    UPDATE pg_temp.henk_undo u SET reason = 'has been changed since'
    FROM public.leads l, public.lead_imports i
    WHERE l.id = u.lead_id AND i.id = p_import_id AND l.updated_at > i.finished_at AND u.inserted AND u.reason IS NULL;
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        EXECUTE format('UPDATE pg_temp.henk_undo u SET reason = %L FROM %s r WHERE r.%I = u.lead_id AND u.inserted AND u.reason IS NULL',
            format('is referred to by %s', reference.on_table), reference.on_table, reference.on_column);
    END LOOP;
END
$$;

-- Undo, step two: old values back, field by field, where the import's value still stands. Opt-outs stay: no undo takes one back.
-- Gives: how many leads and values were put back, and how many values somebody has changed since.
CREATE FUNCTION henk.restore_values(OUT leads integer, OUT restored integer, OUT changed_since integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' -- to_jsonb writes moments in it
AS $$
DECLARE
    columns text;
BEGIN
    SELECT string_agg(format('%1$I = v.%1$I', f), ', ') INTO columns
    FROM unnest(henk.sent_fields() || '{last_activity_at,lead_score,quality_rating,score_breakdown}') f
    WHERE f NOT IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out');
    CREATE TEMP TABLE henk_restored ON COMMIT DROP AS
    SELECT u.lead_id, (u.replaced ->> 'updated_at')::timestamptz AS updated_at,
        (SELECT coalesce(jsonb_object_agg(r.key, r.value), '{}') FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND now_there.lead -> r.key IS NOT DISTINCT FROM u.written -> r.key) AS fields,
        (SELECT count(*) FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND now_there.lead -> r.key IS DISTINCT FROM u.written -> r.key) AS changed_since,
        -- Tags that the import added go; those of others stay.
        CASE WHEN u.replaced ? 'tags' THEN (
            SELECT coalesce(jsonb_agg(t.tag ORDER BY t.n), '[]') FROM jsonb_array_elements(l.tags) WITH ORDINALITY t (tag, n)
            WHERE u.replaced -> 'tags' @> t.tag OR NOT u.written -> 'tags' @> t.tag) ELSE l.tags END AS tags,
        CASE WHEN u.replaced ? 'custom_fields' THEN (
            SELECT coalesce(jsonb_object_agg(k.key, coalesce(k.back, k.here)) FILTER (WHERE coalesce(k.back, k.here) IS NOT NULL), '{}')
            FROM (
                SELECT e.key,
                    CASE WHEN l.custom_fields -> e.key IS NOT DISTINCT FROM u.written -> 'custom_fields' -> e.key
                        THEN u.replaced -> 'custom_fields' -> e.key ELSE l.custom_fields -> e.key END AS back,
                    CASE WHEN u.written -> 'custom_fields' ? e.key THEN NULL ELSE l.custom_fields -> e.key END AS here
                FROM (SELECT jsonb_object_keys(l.custom_fields) UNION SELECT jsonb_object_keys(u.replaced -> 'custom_fields')) e (key)) k
        ) ELSE l.custom_fields END AS custom_fields
    FROM pg_temp.henk_undo u JOIN public.leads l ON l.id = u.lead_id CROSS JOIN LATERAL (SELECT to_jsonb(l) AS lead) now_there
    WHERE u.reason IS NULL AND NOT u.inserted AND u.replaced IS NOT NULL AND u.written IS NOT NULL;
    -- Put back whole, a lead is as old as it was.
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', tags = r.tags, custom_fields = r.custom_fields, '
        'updated_at = CASE WHEN r.changed_since = 0 THEN coalesce(r.updated_at, now()) ELSE now() END '
        'FROM pg_temp.henk_restored r JOIN public.leads o ON o.id = r.lead_id CROSS JOIN LATERAL jsonb_populate_record(o, r.fields) v '
        'WHERE l.id = r.lead_id AND (r.fields <> ''{}'' OR r.tags <> l.tags OR r.custom_fields <> l.custom_fields)';
    GET DIAGNOSTICS leads = ROW_COUNT;
    SELECT coalesce(sum((SELECT count(*) FROM jsonb_object_keys(r.fields))), 0), coalesce(sum(r.changed_since), 0)
    INTO restored, changed_since FROM pg_temp.henk_restored r;
    DROP TABLE pg_temp.henk_restored;
END
$$;

CREATE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = 'warning'
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

    DELETE FROM public.lead_list_members m USING pg_temp.henk_undo u
    WHERE m.lead_id = u.lead_id AND m.import_id = p_import_id AND NOT u.worked_on;
    GET DIAGNOSTICS members = ROW_COUNT;
    -- Who is on another list of the campaign stays in it, by that list.
    UPDATE public.campaign_leads cl SET lead_list_id = other.lead_list_id, import_id = NULL
    FROM (
        SELECT DISTINCT ON (c.id) c.id, a.lead_list_id FROM pg_temp.henk_undo u
        JOIN public.campaign_leads c ON c.lead_id = u.lead_id AND c.import_id = p_import_id
        JOIN public.campaign_lead_lists a ON a.campaign_id = c.campaign_id AND a.is_active
        JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id AND m.lead_id = c.lead_id
        WHERE NOT u.worked_on AND a.import_id IS DISTINCT FROM p_import_id ORDER BY c.id, a.priority, a.assigned_at, a.id) other
    WHERE other.id = cl.id;
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND cl.import_id = p_import_id AND NOT u.worked_on;
    GET DIAGNOSTICS campaign_leads = ROW_COUNT;
    -- Leads of the list that were there before the import, but came into the campaign by its assignment.
    DELETE FROM public.campaign_leads cl
    WHERE cl.campaign_id = ANY (import.campaign_ids) AND cl.import_id = p_import_id AND henk.is_untouched(cl)
        AND NOT EXISTS (SELECT FROM pg_temp.henk_undo u WHERE u.lead_id = cl.lead_id);
    GET DIAGNOSTICS assignments = ROW_COUNT;
    campaign_leads := campaign_leads + assignments;
    DELETE FROM public.campaign_lead_lists a
    WHERE a.campaign_id = ANY (import.campaign_ids) AND a.import_id = p_import_id AND a.total_leads = 0
        AND NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id IS DISTINCT FROM p_import_id
            AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));
    GET DIAGNOSTICS assignments = ROW_COUNT;
    SELECT * INTO back FROM henk.restore_values();
    DELETE FROM public.leads l USING pg_temp.henk_undo u WHERE l.id = u.lead_id AND u.inserted AND u.reason IS NULL;
    GET DIAGNOSTICS deleted = ROW_COUNT;
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

-- Take back what an import did: leads that nothing else uses, replaced values, members, campaign leads nobody has worked on. What has been
-- worked on stays, with its reason. Run again, it takes back what has become free since. Gives: a report (jsonb), also kept with the import.
CREATE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT i.business_id FROM public.lead_imports i WHERE i.id = p_import_id));
    RETURN henk.undo_import(p_import_id);
END
$$;

-- How far a call has come; an opt-out outweighs everything.
CREATE FUNCTION henk.status_rank(p_status text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(ARRAY['new', 'queued', 'calling', 'failed', 'contacted', 'converted', 'dnc'], p_status);

CREATE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept public.leads;
    dropped public.leads;
    reference record;
    columns text;
BEGIN
    IF p_keep = p_drop THEN
        RAISE EXCEPTION 'A lead cannot be merged with itself.' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM henk.lock_business((SELECT l.business_id FROM public.leads l WHERE l.id = p_keep));
    PERFORM FROM public.leads l WHERE l.id IN (p_keep, p_drop) ORDER BY l.id FOR UPDATE;
    SELECT l.* INTO kept FROM public.leads l WHERE l.id = p_keep;
    SELECT l.* INTO dropped FROM public.leads l WHERE l.id = p_drop;
    PERFORM henk.require_record(p_keep, kept.id, 'lead'), henk.require_record(p_drop, dropped.id, 'lead');
    IF kept.business_id <> dropped.business_id THEN
        RAISE EXCEPTION 'The two leads belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- In the same campaign: one row, that of the kept lead. Amounts are of one person, said twice: the larger one, never the sum.
    UPDATE public.campaign_leads k SET
        status = CASE WHEN henk.status_rank(d.status) > henk.status_rank(k.status) THEN d.status ELSE k.status END,
        outcome = CASE WHEN henk.status_rank(d.status) > henk.status_rank(k.status) THEN coalesce(d.outcome, k.outcome)
            ELSE coalesce(k.outcome, d.outcome) END,
        attempts = k.attempts + d.attempts, total_talk_time = k.total_talk_time + d.total_talk_time,
        last_call_duration = CASE WHEN d.last_attempt_at > k.last_attempt_at OR k.last_attempt_at IS NULL
            THEN coalesce(d.last_call_duration, k.last_call_duration) ELSE k.last_call_duration END,
        last_attempt_at = greatest(k.last_attempt_at, d.last_attempt_at), next_attempt_at = least(k.next_attempt_at, d.next_attempt_at),
        pledged_amount = greatest(k.pledged_amount, d.pledged_amount), donated_amount = greatest(k.donated_amount, d.donated_amount),
        notes = CASE WHEN k.notes = d.notes THEN k.notes ELSE nullif(concat_ws(E'\n', k.notes, d.notes), '') END,
        added_at = least(k.added_at, d.added_at), contacted_at = least(k.contacted_at, d.contacted_at),
        converted_at = least(k.converted_at, d.converted_at)
    FROM public.campaign_leads d WHERE k.lead_id = p_keep AND d.lead_id = p_drop AND d.campaign_id = k.campaign_id;
    UPDATE public.campaign_leads d SET lead_id = p_keep
    WHERE d.lead_id = p_drop AND NOT EXISTS (SELECT FROM public.campaign_leads k WHERE k.lead_id = p_keep AND k.campaign_id = d.campaign_id);
    UPDATE public.lead_list_members d SET lead_id = p_keep
    WHERE d.lead_id = p_drop AND NOT EXISTS (
        SELECT FROM public.lead_list_members k WHERE k.lead_id = p_keep AND k.lead_list_id = d.lead_list_id);
    UPDATE public.lead_import_rows SET lead_id = p_keep WHERE lead_id = p_drop;
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        EXECUTE format('UPDATE %s SET %I = $1 WHERE %2$I = $2', reference.on_table, reference.on_column) USING p_keep, p_drop;
    END LOOP;
    DELETE FROM public.leads WHERE id = p_drop; -- first: its source id may go to the kept one

    SELECT string_agg(format(CASE WHEN f IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out') THEN '%1$I = l.%1$I OR ($2).%1$I'
        ELSE '%1$I = coalesce(l.%1$I, ($2).%1$I)' END, f), ', ')
    INTO columns FROM unnest(henk.sent_fields()) f WHERE f NOT IN ('source', 'source_id');
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', '
        'source = CASE WHEN l.source_id IS NULL AND ($2).source_id IS NOT NULL THEN ($2).source ELSE l.source END, '
        'source_id = coalesce(l.source_id, ($2).source_id), '
        'last_activity_at = greatest(l.last_activity_at, ($2).last_activity_at), created_at = least(l.created_at, ($2).created_at), '
        'tags = l.tags || coalesce((SELECT jsonb_agg(t) FROM jsonb_array_elements(($2).tags) t WHERE NOT l.tags @> t), ''[]''), '
        'custom_fields = ($2).custom_fields || l.custom_fields, '
        'source_metadata = l.source_metadata || jsonb_build_object(''merged_leads'', '
        'coalesce(l.source_metadata -> ''merged_leads'', ''[]'') || to_jsonb(($2).id)), '
        'updated_at = now(), updated_by = henk.caller_id() WHERE l.id = $1' USING p_keep, dropped;
    RETURN p_keep;
END
$$;

-- Two leads of one business are one person: p_keep stays, filled in from p_drop where it is empty; members, campaign progress, provenance
-- and what other tables say of p_drop go over. Any opt-out holds. Gives: p_keep.
CREATE FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_keep)),
        henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_drop));
    RETURN henk.merge_into(p_keep, p_drop);
END
$$;

-- Whether a cell of a rejected row says one of these contacts. Phones are compared by their last nine digits: the cell is as somebody typed.
CREATE FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM jsonb_path_query(p_row, '$.** ? (@.type() == "string")') cell
        WHERE strpos(lower(cell #>> '{}'), p_email) > 0
            OR right(regexp_replace(cell #>> '{}', '\D', '', 'g'), 9) = ANY (
                SELECT right(p, 9) FROM unnest(p_phones) p WHERE length(p) >= 9))
$$;

CREATE FUNCTION henk.erase(p_lead_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    person public.leads;
    reference record;
    uploads jsonb;
    elsewhere jsonb := '{}';
    kept integer;
    blanked integer;
    n integer;
BEGIN
    PERFORM henk.lock_business((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    SELECT l.* INTO person FROM public.leads l WHERE l.id = p_lead_id FOR UPDATE;
    PERFORM henk.require_record(p_lead_id, person.id, 'lead');

    -- Nobody is to call or write this person again, and nobody is to read here who it was.
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT person.business_id, t.channel, henk.fingerprint(person.business_id, t.value), 'erased', 'erasure' FROM (VALUES
        ('phone', person.phone), ('phone', person.mobile_phone), ('email', person.email)) AS t (channel, value)
    WHERE t.value IS NOT NULL ON CONFLICT (business_id, channel, value) DO NOTHING;
    DELETE FROM public.suppressions s WHERE s.business_id = person.business_id
        AND ((s.channel = 'phone' AND s.value IN (person.phone, person.mobile_phone)) OR (s.channel = 'email' AND s.value = person.email));

    -- What was said and given stays counted, with nobody's name to it.
    DELETE FROM public.campaign_leads cl WHERE cl.lead_id = p_lead_id AND henk.is_untouched(cl);
    UPDATE public.campaign_leads cl SET lead_id = NULL, notes = NULL, next_attempt_at = NULL,
        status = CASE WHEN cl.status IN ('new', 'queued', 'calling') THEN 'dnc' ELSE cl.status END
    WHERE cl.lead_id = p_lead_id;
    GET DIAGNOSTICS kept = ROW_COUNT;

    SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') INTO uploads
    FROM public.lead_import_rows r JOIN public.lead_imports i ON i.id = r.import_id WHERE r.lead_id = p_lead_id;
    UPDATE public.lead_import_rows SET replaced = NULL, written = NULL WHERE lead_id = p_lead_id;
    UPDATE public.lead_import_rejections r SET value = NULL, row = '{}', message = 'erased on request'
    WHERE r.business_id = person.business_id AND henk.speaks_of(r.row || jsonb_build_object('value', r.value), person.email, ARRAY[person.phone,
        person.mobile_phone]);
    GET DIAGNOSTICS blanked = ROW_COUNT;
    IF to_regclass('henk.quarantine') IS NOT NULL THEN
        UPDATE henk.quarantine q SET row = '{}' WHERE q.row_id = p_lead_id OR q.row ->> 'lead_id' = p_lead_id::text;
    END IF;

    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        IF reference.is_required THEN
            EXECUTE format('SELECT count(*) FROM %s WHERE %I = $1', reference.on_table, reference.on_column) INTO n USING p_lead_id;
            IF n > 0 THEN
                RAISE EXCEPTION 'The table % refers to this person in % rows and must: erase them there first.', reference.on_table, n
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
        ELSE
            EXECUTE format('UPDATE %s SET %I = NULL WHERE %2$I = $1', reference.on_table, reference.on_column) USING p_lead_id;
            GET DIAGNOSTICS n = ROW_COUNT;
            IF n > 0 THEN
                elsewhere := elsewhere || jsonb_build_object(regexp_replace(reference.on_table::text, '^public\.', ''), n);
            END IF;
        END IF;
    END LOOP;
    DELETE FROM public.leads WHERE id = p_lead_id;
    RETURN jsonb_build_object('lead_id', p_lead_id, 'campaign_leads_kept_without_name', kept, 'rejections_blanked', blanked,
        'uploads', uploads, 'rows_of_other_tables', elsewhere);
END
$$;

-- A privacy request: the person is gone from leads, lists and provenance; what they gave stays counted without them; their numbers and
-- address stay suppressed as fingerprints. Gives: a report (jsonb) that names the uploads whose files still hold the person, and the rows of
-- other tables that no longer refer to them but may speak of them.
CREATE FUNCTION public.erase_lead(p_lead_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    RETURN henk.erase(p_lead_id);
END
$$;

REVOKE EXECUTE ON FUNCTION public.undo_lead_import(uuid), public.merge_leads(uuid, uuid), public.erase_lead(uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.undo_lead_import(uuid), public.merge_leads(uuid, uuid), public.erase_lead(uuid)
TO authenticated, service_role;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA henk FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA henk TO service_role;

-- migrate:down
-- Forward only.
