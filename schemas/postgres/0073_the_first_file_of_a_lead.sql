-- migrate:up
-- A skipped file that becomes the first of its lead fills what nothing had filled when it came; a file that filled it later gives way. Its tags are
-- the lead's.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Step of undo: tags that the skipped file which is the first of its lead from now on had in vain, or shared with a file that is undone by now, are its
-- lead's. Of a tag that another file added later the lead had it already.
CREATE FUNCTION henk.take_over_tags(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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
COMMENT ON FUNCTION henk.take_over_tags(uuid) IS 'Step of undo: tags that the first file of a lead had in vain are its lead''s.';
REVOKE ALL ON FUNCTION henk.take_over_tags(uuid) FROM public;
GRANT EXECUTE ON FUNCTION henk.take_over_tags(uuid) TO service_role;

CREATE OR REPLACE FUNCTION henk.gather_events(p_import_id uuid) RETURNS void
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

-- Step of undo: what a later file in the mode `fill` wrote where nothing stood, although the skipped file that is the first of its lead from now on
-- had a value, is no longer written by it: the ledger names it as discarded. Changes pg_temp.henk_events and the ledger. Leaves
-- pg_temp.henk_made_way: the fields (`lead_id`, `field`, `member`) in which nothing stands until henk.replay_values fills them.
CREATE FUNCTION henk.make_way(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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
COMMENT ON FUNCTION henk.make_way(uuid) IS 'Step of undo: what filled a field that the first file of a lead has a value for gives way to it.';
REVOKE ALL ON FUNCTION henk.make_way(uuid) FROM public;
GRANT EXECUTE ON FUNCTION henk.make_way(uuid) TO service_role;

CREATE OR REPLACE FUNCTION henk.replay_values(p_import_id uuid) RETURNS void
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
    DROP TABLE pg_temp.henk_says, pg_temp.henk_events, pg_temp.henk_stays, pg_temp.henk_made_way;
END
$$;

-- migrate:down
-- Forward only.
