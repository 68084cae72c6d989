-- migrate:up
-- Undo between merged leads (decision 28). A lead that others were merged into was undone as one: values of the undone import stayed although the
-- ledger counted them as taken back, members and campaigns went that another part of the lead had, and leads stayed that no import brings. Undo now
-- takes the leads of the import apart, undoes it, and merges again those that are left. For that a merge is to the ledger what an import is: what
-- other files wrote and had since is measured by the lead alone when the merge is taken apart. Settings of assignments go with their import, too.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

ALTER TABLE lead_imports ADD COLUMN assignment_terms jsonb;
COMMENT ON COLUMN lead_imports.assignment_terms IS 'The settings of assignments that the import gave, and what stood before, for undo: by the id of '
'the assignment `says` and `replaced`.';

-- When something was written that undo, or the end of a merge, takes back: an import by its end, a merge by its moment.
CREATE FUNCTION henk.moment_of(p_id uuid) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce((SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_id),
        (SELECT m.merged_at FROM public.lead_merges m WHERE m.id = p_id))
$$;
COMMENT ON FUNCTION henk.moment_of(uuid) IS 'The moment of an import or a merge, in the order of what was written to leads.';
-- When a lead was last written, where the moment that stands with it is only that of a merge's end.
CREATE FUNCTION henk.last_written(p_lead_id uuid, p_updated_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
    SELECT coalesce(min((m.moved -> 'dates' ->> p_lead_id::text)::timestamptz), p_updated_at)
    FROM public.lead_merges m WHERE p_lead_id IN (m.kept_lead_id, m.dropped_lead_id) AND m.taken_apart_at IS NOT NULL
        AND (m.moved -> 'dates' ->> 'at')::timestamptz = p_updated_at
$$;
COMMENT ON FUNCTION henk.last_written(uuid, timestamptz) IS 'When a lead was last written: the end of a merge writes nothing.';
-- squawk-ignore ban-drop-function
DROP FUNCTION henk.date_unmerged();
CREATE FUNCTION henk.date_unmerged(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    unwritten text[] := '{updated_at,updated_by,lead_score,score_breakdown,quality_rating}'; -- what says nothing of the person
BEGIN
    -- Of the other lead of each merge, too: what is known of a merge goes with its kept lead.
    CREATE TEMP TABLE henk_dates ON COMMIT DROP AS
    SELECT l.id AS lead_id, d.at, min(d.updated_at) AS updated_at
    FROM (SELECT DISTINCT r.lead_id FROM public.lead_import_rows r WHERE r.import_id = p_import_id AND NOT r.taken_back) u
    JOIN public.lead_merges m ON u.lead_id IN (m.kept_lead_id, m.dropped_lead_id) AND m.taken_apart_at IS NOT NULL
    JOIN public.leads l ON l.id IN (m.kept_lead_id, m.dropped_lead_id)
    CROSS JOIN LATERAL (
        SELECT (m.moved -> 'dates' ->> 'at')::timestamptz AS at, (m.moved -> 'dates' ->> l.id::text)::timestamptz AS updated_at
        WHERE m.moved ? 'dates'
        UNION ALL -- of merges that were taken apart before migration 0055
        SELECT l.updated_at, (v.lead ->> 'updated_at')::timestamptz FROM jsonb_array_elements(m.rows_before -> 'leads') v (lead)
        WHERE NOT m.moved ? 'dates' AND v.lead ->> 'id' = l.id::text AND v.lead - unwritten = to_jsonb(l) - unwritten
            AND (v.lead ->> 'updated_at')::timestamptz < l.updated_at) d
    GROUP BY l.id, d.at;
    PERFORM set_config('henk.scores_only', 'on', true), set_config('henk.moving_rows', 'on', true);
    UPDATE public.leads l SET updated_at = d.updated_at FROM pg_temp.henk_dates d WHERE l.id = d.lead_id AND l.updated_at = d.at;
    UPDATE public.lead_import_rows r SET replaced = r.replaced || jsonb_build_object('updated_at', d.updated_at)
    FROM pg_temp.henk_dates d WHERE r.lead_id = d.lead_id AND (r.replaced ->> 'updated_at')::timestamptz = d.at;
    PERFORM set_config('henk.scores_only', '', true), set_config('henk.moving_rows', '', true);
    DROP TABLE pg_temp.henk_dates;
END
$$;
COMMENT ON FUNCTION henk.date_unmerged(uuid) IS 'Step of undo: leads that nobody has written since a merge of theirs was taken apart are as old as they were.';

-- What follows differs from 0034, 0051 and 0053 only in that a merge can be taken back, too (henk.moment_of), and that no lead is merged any more
-- when its import is undone.
CREATE OR REPLACE FUNCTION henk.replay_tags(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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
CREATE OR REPLACE FUNCTION henk.pass_on_values(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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
CREATE OR REPLACE FUNCTION henk.replay_values(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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
    PERFORM henk.gather_events(p_import_id);

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
    CROSS JOIN LATERAL (SELECT CASE WHEN n.import_id IS NOT NULL THEN n.old WHEN k.member <> '' THEN l.custom_fields -> k.member
        ELSE nullif(now_there.lead -> k.field, 'null') END AS value) standing
    WHERE NOT EXISTS (SELECT FROM henk.lead_edits e WHERE e.lead_id = s.lead_id AND e.field = k.field AND e.member = k.member
        AND e.edited_at > undone.finished_at);
    -- Something that keeps no record has written it since.
    DELETE FROM pg_temp.henk_held h WHERE h.is_written AND h.standing IS DISTINCT FROM h.value;
    CREATE INDEX ON pg_temp.henk_held (lead_id, field, member);
    ANALYZE pg_temp.henk_held;

    CREATE TEMP TABLE henk_says ON COMMIT DROP AS
    SELECT h.lead_id, h.field, h.member, e.import_id, e.said_in, e.line_number, e.finished_at, e.is_agreed, coalesce(e.value, h.value) AS value,
        e.mode = 'overwrite' AND NOT h.is_ranked AS overwrites,
        e.mode <> 'skip' OR (h.is_base AND e.import_id = h.next_import) AS may_fill, false AS is_promoted, NULL::jsonb AS below,
        false AS agrees
    FROM pg_temp.henk_held h JOIN pg_temp.henk_events e ON e.lead_id = h.lead_id AND e.field = h.field AND e.member = h.member AND NOT e.is_write
    WHERE CASE WHEN h.is_ranked THEN true ELSE e.finished_at > undone.finished_at END AND (h.written_at IS NULL OR e.finished_at < h.written_at)
        AND coalesce(e.value, h.value) IS NOT NULL;
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
    DROP TABLE pg_temp.henk_says, pg_temp.henk_events, pg_temp.henk_stays;
END
$$;
CREATE OR REPLACE FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
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
$$;
-- Settings of assignments, as those of values in leads: where the import was the last to give one, and nobody has changed it since, what stood
-- before it is there again; of others the next import replaced what this one had replaced.
CREATE FUNCTION henk.restore_terms(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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
            filter_criteria = v.filter_criteria
        FROM (
            SELECT o.id, jsonb_object_agg(t.term, t.replaced) AS terms FROM pg_temp.henk_terms t
            JOIN public.campaign_lead_lists o ON o.id = t.assignment::uuid
            WHERE t.next_import IS NULL AND t.says IS DISTINCT FROM t.replaced AND nullif(to_jsonb(o) -> t.term, 'null') IS NOT DISTINCT FROM t.says
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
COMMENT ON FUNCTION henk.restore_terms(uuid) IS 'Step of undo: settings of assignments are those of the imports that remain.';
CREATE OR REPLACE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
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
    PERFORM henk.date_unmerged(p_import_id), henk.find_undoable(p_import_id), henk.hand_over(p_import_id);

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
            AND a.import_id IS DISTINCT FROM p_import_id
            -- An assignment of an import that is undone stays only because of who was called.
            AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = a.import_id AND i.status = 'undone')
        ORDER BY c.id, a.priority, a.assigned_at, a.id) other
    WHERE other.id = cl.id;
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND NOT u.worked_on AND (cl.import_id = p_import_id
        OR (cl.import_id IS NOT NULL AND henk.is_untouched(cl) AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a
            JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id WHERE a.campaign_id = cl.campaign_id AND m.lead_id = cl.lead_id
                AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = a.import_id AND i.status = 'undone'))));
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
    PERFORM henk.restore_terms(p_import_id);
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
-- The values of a merge leave the kept lead as those of an import do: what files had since, and what people typed, takes their place. Of value fields,
-- tags and custom fields; the lead's other columns are as they were.
CREATE FUNCTION henk.take_back_merge(p_merge_id uuid, p_lead_id uuid, p_before jsonb, p_after jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    CREATE TEMP TABLE henk_undo ON COMMIT DROP AS
    SELECT p_lead_id AS lead_id, 0 AS line_number, false AS inserted, jsonb_build_object('updated_at', p_before -> 'updated_at') || f.replaced AS replaced,
        f.written, NULL::text AS reason, false AS worked_on, false AS is_asked, false AS is_orphan
    FROM (
        SELECT coalesce(jsonb_object_agg(k, p_before -> k), '{}') AS replaced, coalesce(jsonb_object_agg(k, p_after -> k), '{}') AS written
        FROM unnest(henk.value_fields() || '{tags,custom_fields}'::text[]) k WHERE p_before -> k IS DISTINCT FROM p_after -> k) f;
    PERFORM henk.restore_values(p_merge_id);
    DROP TABLE pg_temp.henk_undo;
END
$$;
COMMENT ON FUNCTION henk.take_back_merge(uuid, uuid, jsonb, jsonb) IS 'Step of taking a merge apart: the dropped lead''s values leave the kept one.';

-- A merge taken apart, as henk.unmerge did it until migration 0055, without the decision that the two are different and without a date: undo
-- merges them again. What files wrote and had since the merge, and what people typed, stays with the kept lead as if the merge had not been.
CREATE FUNCTION henk.take_apart(p_merge_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    merge public.lead_merges;
    addresses text[];
    kept jsonb;
    dropped jsonb;
    was jsonb;
    after jsonb;
    result jsonb;
    columns text;
    written timestamptz;
    is_written boolean;
    has_later boolean;
    reference record;
    key name;
BEGIN
    SELECT * INTO merge FROM public.lead_merges m WHERE m.id = p_merge_id FOR UPDATE;
    IF EXISTS (SELECT FROM public.lead_merges m WHERE m.kept_lead_id = merge.kept_lead_id AND m.taken_apart_at IS NULL
        AND m.merged_at > merge.merged_at) THEN
        RAISE EXCEPTION 'The lead % has been merged with another since: take that merge apart first (%).', merge.kept_lead_id,
            (SELECT m.id FROM public.lead_merges m WHERE m.kept_lead_id = merge.kept_lead_id AND m.taken_apart_at IS NULL
             ORDER BY m.merged_at DESC LIMIT 1) USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    addresses := ARRAY(SELECT c.address FROM public.leads l JOIN henk.no_calls c ON c.business_id = l.business_id
        AND c.address = ANY (henk.address_prints(l.business_id, l.email)) WHERE l.id = merge.kept_lead_id);
    PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.scores_only', 'on', true);
    SELECT to_jsonb(l) INTO kept FROM public.leads l WHERE l.id = merge.kept_lead_id FOR UPDATE;
    SELECT l INTO dropped FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' = merge.dropped_lead_id::text;
    SELECT l INTO was FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' <> merge.dropped_lead_id::text;
    was := henk.without_taken_id(was, merge.kept_lead_id);
    was := was || jsonb_build_object('updated_at', henk.last_written(merge.kept_lead_id, (was ->> 'updated_at')::timestamptz));
    after := merge.rows_after -> 'leads' -> 0;
    written := henk.last_written(merge.kept_lead_id, (kept ->> 'updated_at')::timestamptz);
    is_written := written <> (after ->> 'updated_at')::timestamptz;
    has_later := EXISTS (SELECT FROM henk.lead_edits e WHERE e.lead_id = merge.kept_lead_id AND e.edited_at > merge.merged_at)
        OR EXISTS (SELECT FROM public.lead_import_rows r JOIN public.lead_imports i ON i.id = r.import_id
            WHERE r.lead_id = merge.kept_lead_id AND NOT r.taken_back AND i.finished_at > merge.merged_at
                AND NOT merge.moved -> 'lead_import_rows' @> jsonb_build_array(jsonb_build_array(r.import_id, r.line_number)));
    result := henk.restored(kept, was, after);
    IF has_later THEN
        result := result || (SELECT jsonb_object_agg(k, kept -> k) FROM unnest(henk.value_fields() || '{tags,custom_fields}'::text[]) k);
    END IF;
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'updated_at');
    EXECUTE 'UPDATE public.leads l SET ' || columns || ' FROM jsonb_populate_record(NULL::public.leads, $1) v WHERE l.id = $2'
    USING result || jsonb_build_object('updated_by', CASE WHEN is_written THEN kept ELSE was END -> 'updated_by'), merge.kept_lead_id;
    dropped := henk.without_taken_id(dropped, NULL); -- now that the kept lead has given back what it had of it
    -- An opt-out that came after the merge may be of either: both keep it.
    INSERT INTO public.leads
    SELECT * FROM jsonb_populate_record(NULL::public.leads, dropped || (
        SELECT jsonb_object_agg(f, (kept -> f = 'true' AND after -> f <> 'true') OR dropped -> f = 'true')
        FROM unnest(ARRAY['do_not_call', 'dnc', 'do_not_email', 'email_opt_out']) f)
        || jsonb_build_object('updated_at', henk.last_written(merge.dropped_lead_id, (dropped ->> 'updated_at')::timestamptz)));

    INSERT INTO henk.no_calls (business_id, address) SELECT merge.business_id, a FROM unnest(addresses) a ON CONFLICT DO NOTHING;
    PERFORM henk.lift_merged_opt_outs(merge);
    -- Campaign leads: what went over goes back; of two that became one the dropped one's is there again, and the kept one's as it was, but for what
    -- has changed since. A call made since stays with the kept one: the attempts and the time of the dropped one's are that one's again.
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.campaign_leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'campaign_id', 'lead_list_id', 'import_id');
    EXECUTE 'UPDATE public.campaign_leads c SET ' || columns || ' FROM jsonb_array_elements($1) b, jsonb_array_elements($2) a, '
        'public.campaign_leads o, LATERAL (SELECT to_jsonb(o) AS now, henk.restored(to_jsonb(o), b, a) AS before) s, '
        'LATERAL jsonb_populate_record(NULL::public.campaign_leads, CASE '
        'WHEN s.now -> ''status'' = a -> ''status'' AND s.now -> ''attempts'' = a -> ''attempts'' THEN s.before '
        'ELSE s.now || jsonb_build_object(''notes'', s.before -> ''notes'', ''pledged_amount'', s.before -> ''pledged_amount'', '
        '''donated_amount'', s.before -> ''donated_amount'', '
        '''attempts'', greatest((b ->> ''attempts'')::integer + o.attempts - (a ->> ''attempts'')::integer, 0), '
        '''total_talk_time'', greatest((b ->> ''total_talk_time'')::integer + o.total_talk_time - (a ->> ''total_talk_time'')::integer, 0)) END) v '
        'WHERE c.id = (b ->> ''id'')::uuid AND a ->> ''id'' = b ->> ''id'' AND o.id = c.id'
    USING merge.rows_before -> 'campaign_leads', merge.rows_after -> 'campaign_leads';
    UPDATE public.campaign_leads c SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b
    WHERE b ->> 'lead_id' = merge.dropped_lead_id::text AND c.id = (b ->> 'id')::uuid AND c.lead_id = merge.kept_lead_id;
    -- A list that has been deleted since is no reason to keep the lead away: it is in the campaign without a list, as others of that list are. What
    -- an import has brought that was undone since does not come back, unless somebody has worked on it.
    INSERT INTO public.campaign_leads
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b,
        LATERAL jsonb_populate_record(NULL::public.campaign_leads, b || CASE
            WHEN EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = (b ->> 'lead_list_id')::uuid) THEN '{}'::jsonb
            ELSE '{"lead_list_id": null}'::jsonb END) v
    WHERE v.lead_id = merge.dropped_lead_id AND EXISTS (SELECT FROM public.campaigns c WHERE c.id = v.campaign_id)
        AND NOT (henk.is_untouched(v) AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = v.import_id AND i.status = 'undone'))
    ON CONFLICT DO NOTHING;
    UPDATE public.lead_list_members m SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.rows_before -> 'lead_list_members') b WHERE m.id = (b ->> 'id')::uuid AND m.lead_id = merge.kept_lead_id;
    INSERT INTO public.lead_list_members
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'lead_list_members') b,
        LATERAL jsonb_populate_record(NULL::public.lead_list_members, b) v
    WHERE EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = v.lead_list_id)
    ON CONFLICT DO NOTHING;
    UPDATE public.lead_import_rows r SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.moved -> 'lead_import_rows') b
    WHERE r.import_id = (b ->> 0)::uuid AND r.line_number = (b ->> 1)::integer AND r.lead_id = merge.kept_lead_id;
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        key := henk.key_column(reference.on_table);
        IF key IS NOT NULL THEN
            EXECUTE format('UPDATE %s r SET %I = $1 WHERE r.%2$I = $2 AND r.%I::text = ANY (ARRAY(SELECT jsonb_array_elements_text($3)))',
                reference.on_table, reference.on_column, key)
            USING merge.dropped_lead_id, merge.kept_lead_id,
                coalesce(merge.moved -> 'elsewhere' -> (reference.on_table || ' ' || reference.on_column), '[]');
        END IF;
    END LOOP;
    PERFORM henk.return_merges(merge), henk.return_pairs(merge);
    UPDATE public.lead_merges SET taken_apart_at = clock_timestamp() WHERE id = p_merge_id;
    IF has_later THEN
        PERFORM henk.take_back_merge(p_merge_id, merge.kept_lead_id, was, after);
    END IF;
    PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.scores_only', 'on', true);
    UPDATE public.leads l SET updated_at = CASE WHEN is_written THEN written ELSE (was ->> 'updated_at')::timestamptz END
    WHERE l.id = merge.kept_lead_id;
    PERFORM set_config('henk.moving_rows', '', true), set_config('henk.scores_only', '', true);
END
$$;
COMMENT ON FUNCTION henk.take_apart(uuid) IS 'Take a merge apart, for henk.unmerge and for an undo that merges again.';

CREATE OR REPLACE FUNCTION henk.unmerge(p_merge_id uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    merge public.lead_merges;
BEGIN
    PERFORM henk.lock_business((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    SELECT * INTO merge FROM public.lead_merges m WHERE m.id = p_merge_id FOR UPDATE;
    PERFORM henk.require_record(p_merge_id, merge.id, 'merge');
    IF merge.taken_apart_at IS NOT NULL THEN
        RETURN merge.dropped_lead_id;
    END IF;
    PERFORM henk.take_apart(p_merge_id);
    -- Somebody says by this that they are two: that is remembered.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, decision, decided_by, decided_at)
    VALUES (merge.business_id, least(merge.kept_lead_id, merge.dropped_lead_id), greatest(merge.kept_lead_id, merge.dropped_lead_id),
        coalesce(merge.match_probability, 0), 'different', henk.caller_id(), now())
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = 'different', decided_by = EXCLUDED.decided_by, decided_at = now();
    -- Those who read what has changed since a moment read both again; undo knows how old they are.
    UPDATE public.lead_merges m SET moved = m.moved || jsonb_build_object('dates', (
        SELECT jsonb_object_agg(l.id, l.updated_at) || jsonb_build_object('at', now()) FROM public.leads l
        WHERE l.id IN (merge.kept_lead_id, merge.dropped_lead_id))) WHERE m.id = p_merge_id;
    PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.scores_only', 'on', true);
    UPDATE public.leads l SET updated_at = now(), updated_by = CASE l.id WHEN merge.kept_lead_id THEN henk.caller_id() ELSE l.updated_by END
    WHERE l.id IN (merge.kept_lead_id, merge.dropped_lead_id);
    PERFORM set_config('henk.moving_rows', '', true), set_config('henk.scores_only', '', true);
    RETURN merge.dropped_lead_id;
END
$$;

-- Undo, before all else: the leads of an import that are merged are two again, the latest merge first. Merges that the import made itself are over.
-- Leaves pg_temp.henk_apart, those to make again. Gives: the opt-outs of these leads, by id.
CREATE FUNCTION henk.part_for_undo(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    import record;
    merge record;
BEGIN
    SELECT i.business_id, i.campaign_ids <> '{}' AS has_campaigns INTO import FROM public.lead_imports i WHERE i.id = p_import_id;
    -- EXECUTE: planned for as many merges as there are.
    CREATE TEMP TABLE henk_apart (id uuid, import_id uuid, merged_at timestamptz, merged_by uuid, match_probability double precision, kept uuid,
        dropped uuid) ON COMMIT DROP;
    EXECUTE 'INSERT INTO pg_temp.henk_apart SELECT m.id, m.import_id, m.merged_at, m.merged_by, m.match_probability,
        (SELECT (v ->> ''id'')::uuid FROM jsonb_array_elements(m.rows_before -> ''leads'') v WHERE v ->> ''id'' <> m.dropped_lead_id::text LIMIT 1),
        m.dropped_lead_id
    FROM public.lead_merges m WHERE m.business_id = $2 AND m.taken_apart_at IS NULL AND m.kept_lead_id IN (
        SELECT o.kept_lead_id FROM public.lead_merges o WHERE o.business_id = $2 AND o.taken_apart_at IS NULL AND (o.import_id = $1
            OR EXISTS (SELECT FROM public.lead_import_rows r WHERE r.lead_id = o.kept_lead_id AND r.import_id = $1 AND NOT r.taken_back)
            OR ($3 AND (EXISTS (SELECT FROM public.campaign_leads c WHERE c.lead_id = o.kept_lead_id AND c.import_id = $1)
                OR EXISTS (SELECT FROM jsonb_array_elements(o.rows_before -> ''campaign_leads'') b WHERE b ->> ''import_id'' = $1::text)))))'
    USING p_import_id, import.business_id, import.has_campaigns;
    FOR merge IN SELECT a.id, a.import_id FROM pg_temp.henk_apart a ORDER BY a.merged_at DESC LOOP
        IF merge.import_id = p_import_id THEN
            PERFORM henk.unmerge(merge.id);
        ELSE
            PERFORM henk.take_apart(merge.id);
        END IF;
    END LOOP;
    DELETE FROM pg_temp.henk_apart WHERE import_id = p_import_id;
    RETURN (SELECT coalesce(jsonb_object_agg(l.id, to_jsonb(l)), '{}') FROM public.leads l
        WHERE l.id IN (SELECT a.kept FROM pg_temp.henk_apart a UNION SELECT a.dropped FROM pg_temp.henk_apart a)
            AND (l.do_not_call OR l.dnc OR l.do_not_email OR l.email_opt_out));
END
$$;
COMMENT ON FUNCTION henk.part_for_undo(uuid) IS 'Step of undo: the merged leads of an import are taken apart.';

-- Undo, after all else: the merges of pg_temp.henk_apart again, the earliest first, with their ids. In place of a lead that is gone stands the one it
-- was merged with, which keeps its opt-outs (`p_flags`): whoever asked not to be called is not called because a file is undone.
CREATE FUNCTION henk.merge_after_undo(p_flags jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    merge record;
    heirs jsonb := '{}';
    flags jsonb := p_flags;
    keep uuid;
    drop uuid;
    gone uuid;
    heir uuid;
    kept jsonb;
    cleared jsonb;
    members text[];
    made uuid;
BEGIN
    FOR merge IN SELECT a.* FROM pg_temp.henk_apart a ORDER BY a.merged_at LOOP
        keep := merge.kept;
        drop := merge.dropped;
        WHILE heirs ? keep::text LOOP
            keep := (heirs ->> keep::text)::uuid;
        END LOOP;
        WHILE heirs ? drop::text LOOP
            drop := (heirs ->> drop::text)::uuid;
        END LOOP;
        SELECT to_jsonb(l) INTO kept FROM public.leads l WHERE l.id = keep;
        IF kept IS NULL OR NOT EXISTS (SELECT FROM public.leads l WHERE l.id = drop) THEN
            gone := CASE WHEN kept IS NULL THEN keep ELSE drop END;
            heir := CASE WHEN kept IS NULL THEN drop ELSE keep END;
            heirs := heirs || jsonb_build_object(gone, heir);
            IF flags ? gone::text THEN
                -- What undo writes is no change of somebody's.
                PERFORM set_config('henk.scores_only', 'on', true);
                UPDATE public.leads l SET do_not_call = l.do_not_call OR f.do_not_call, dnc = l.dnc OR f.dnc,
                    do_not_email = l.do_not_email OR f.do_not_email, email_opt_out = l.email_opt_out OR f.email_opt_out,
                    consent_unclear = CASE WHEN NOT ((l.do_not_call AND l.consent_unclear IS NULL)
                        OR (f.do_not_call AND f.consent_unclear IS NULL)) THEN coalesce(l.consent_unclear, f.consent_unclear) END
                FROM jsonb_populate_record(NULL::public.leads, flags -> gone::text) f WHERE l.id = heir;
                PERFORM set_config('henk.scores_only', '', true);
                flags := flags || jsonb_build_object(heir, coalesce(flags -> heir::text, flags -> gone::text));
            END IF;
            CONTINUE;
        END IF;
        -- What somebody has emptied since the merge stays empty.
        SELECT coalesce(jsonb_object_agg(e.field, CASE e.field WHEN 'tags' THEN kept -> 'tags' END) FILTER (WHERE e.member = ''), '{}'),
            coalesce(array_agg(e.member) FILTER (WHERE e.member <> ''), '{}') INTO cleared, members
        FROM henk.lead_edits e WHERE e.lead_id = keep AND e.edited_at > merge.merged_at
            AND CASE WHEN e.member <> '' THEN NOT kept -> 'custom_fields' ? e.member ELSE e.field = 'tags' OR kept ->> e.field IS NULL END;
        DELETE FROM public.lead_merges m WHERE m.id = merge.id;
        made := henk.merge_into(keep, drop, merge.import_id, merge.match_probability);
        PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.scores_only', 'on', true);
        EXECUTE 'UPDATE public.leads l SET ' || (SELECT string_agg(format('%1$I = v.%1$I', f), ', ') FROM unnest(henk.value_fields()) f)
            || ', tags = v.tags, custom_fields = l.custom_fields - $2, updated_at = greatest($3, $4, $5),
            updated_by = CASE WHEN $3 > $5 THEN $6 ELSE $7 END
            FROM public.leads o, LATERAL jsonb_populate_record(o, $1) v WHERE l.id = $8 AND o.id = l.id'
        USING cleared, members, (kept ->> 'updated_at')::timestamptz, (SELECT (v ->> 'updated_at')::timestamptz FROM public.lead_merges m
            CROSS JOIN LATERAL jsonb_array_elements(m.rows_before -> 'leads') v WHERE m.id = made AND v ->> 'id' = drop::text), merge.merged_at,
            (kept ->> 'updated_by')::uuid, merge.merged_by, keep;
        PERFORM set_config('henk.moving_rows', '', true), set_config('henk.scores_only', '', true);
        UPDATE public.lead_merges m SET id = merge.id, merged_at = merge.merged_at, merged_by = merge.merged_by,
            rows_after = m.rows_after || jsonb_build_object('leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id = keep))
        WHERE m.id = made;
    END LOOP;
    DROP TABLE pg_temp.henk_apart;
END
$$;
COMMENT ON FUNCTION henk.merge_after_undo(jsonb) IS 'Step of undo: leads that were taken apart for it are merged again.';

CREATE OR REPLACE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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
COMMENT ON FUNCTION undo_lead_import(uuid) IS
'Takes back what an import did: leads that nothing else uses, its values that still stand (the values of the imports that remain take their '
'place, as if this one had not been; a field that none of them and no person has filled is empty), members, campaign leads nobody has worked '
'on, its assignments and the settings it gave to others, lists it made that are empty now. Leads that are merged are undone each by itself and '
'merged again where more than one of them stays. What has been worked on since stays, named with its reason: campaign leads with a '
'call, a word or an amount; new leads that are on other lists, in campaigns by another way, in other imports, changed, or referred to by '
'other tables. Opt-outs, edits, the id in a source system and the last contact of a lead stay. Gives a report: leads_deleted, leads_restored,'
' values_restored, values_changed_since, members_removed, campaign_leads_removed, assignments_removed, lists_deleted, leads_kept, and kept, a'
' list of line, lead_id, reason and stays (everything, or the lead; the first 1000). Run again, it takes back what has become free since.

Errors: 55000 for an import that has not finished, or that a version without undo has loaded; 42501, P0002 as above.';
COMMENT ON FUNCTION unmerge_leads(uuid) IS 'Take a merge apart: the dropped lead is there again with what it had, and the two are decided to be '
'different. What files and people have written to the kept lead since stays with it, as if the merge had not been. Gives the dropped lead''s id.';
REVOKE EXECUTE ON FUNCTION henk.moment_of(uuid), henk.last_written(uuid, timestamptz), henk.date_unmerged(uuid), henk.restore_terms(uuid),
henk.take_back_merge(uuid, uuid, jsonb, jsonb), henk.take_apart(uuid), henk.part_for_undo(uuid), henk.merge_after_undo(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.moment_of(uuid), henk.last_written(uuid, timestamptz), henk.date_unmerged(uuid), henk.restore_terms(uuid),
henk.take_back_merge(uuid, uuid, jsonb, jsonb), henk.take_apart(uuid), henk.part_for_undo(uuid), henk.merge_after_undo(jsonb) TO service_role;

-- migrate:down
-- Forward only.
