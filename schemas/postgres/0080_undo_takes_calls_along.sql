-- migrate:up
-- An undone import takes along the untouched calls of those who were on a list because of it only, also where another import, a person or a mirrored
-- list had brought them into the campaign by that list: they stayed there without a name, and were called.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- A list may be assigned once more, to bring in who has come since: undo asks whether a lead came by it.
CREATE TABLE henk.assigned_by_hand (
    assignment_id uuid NOT NULL REFERENCES public.campaign_lead_lists ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (assignment_id, at)
);
COMMENT ON TABLE henk.assigned_by_hand IS 'When a person, no import, assigned a list to a campaign, each time. Undo takes along who came by it.';
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.assigned_by_hand TO service_role;

-- Step of undo: leads stay in the campaigns into which another import or a person has brought them, too: an assignment of a list brings those who are
-- on it by then, under `mirror` and of lists by criteria also who comes later. Others leave, but for those that have been worked on: who came by the
-- import, and who came by another way, but was on the list by then because of this one only. Gives: how many of the latter left.
CREATE OR REPLACE FUNCTION henk.keep_in_campaigns(p_import_id uuid) RETURNS integer
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
    WHERE coalesce(g.added_at <= c.added_at, true) AND henk.may_leave(c)
        AND (c.import_id IS NOT NULL OR c.added_at = a.assigned_at OR a.follow <> 'frozen'
            OR EXISTS (SELECT FROM henk.assigned_by_hand b WHERE b.assignment_id = a.id AND b.at = c.added_at));
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
    CREATE INDEX ON pg_temp.henk_giving (assignment, at);
    ANALYZE pg_temp.henk_giving;
    CREATE TEMP TABLE henk_kept ON COMMIT DROP AS
    WITH meeting AS MATERIALIZED (
        SELECT a.id AS assignment, l AS lead_id FROM public.campaign_lead_lists a CROSS JOIN LATERAL
            henk.leads_of_terms(a, leads) l
        WHERE a.filter_criteria IS NOT NULL AND a.campaign_id IN (SELECT q.campaign_id FROM pg_temp.henk_asked q))
    SELECT DISTINCT ON (e.id) e.id, e.lead_list_id, e.import_id FROM (
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
    UPDATE public.campaign_leads cl SET lead_list_id = k.lead_list_id, import_id = k.import_id FROM pg_temp.henk_kept k WHERE k.id = cl.id;
    -- Those of the import itself leave with its other ones.
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_asked q
    WHERE q.id = cl.id AND q.import_id IS DISTINCT FROM p_import_id AND NOT EXISTS (SELECT FROM pg_temp.henk_kept k WHERE k.id = q.id);
    GET DIAGNOSTICS removed = ROW_COUNT;
    DROP TABLE pg_temp.henk_asked, pg_temp.henk_giving, pg_temp.henk_kept, pg_temp.henk_handed;
    RETURN removed;
END
$$;

DO $$
DECLARE
    changes text[][] := ARRAY[
        -- What a person has assigned, too, is no longer an import's to take back.
        ['henk.assign_list(uuid, uuid, integer, uuid)', 'WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;

', 'WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    IF p_import_id IS NULL THEN
        UPDATE public.campaign_lead_lists a SET import_id = NULL WHERE a.id = assignment_id AND a.import_id IS NOT NULL;
        INSERT INTO henk.assigned_by_hand (assignment_id) VALUES (assignment_id) ON CONFLICT DO NOTHING;
    END IF;

'],
        -- Who is in a campaign untouched, by a list on which its criteria had found them, goes as they do: their values go with the import.
        ['henk.note_uses(uuid)', 'AND NOT (cl.import_id IS NULL AND henk.may_leave(cl) AND', 'AND NOT (henk.may_leave(cl) AND'],
        -- What has been done for another import, from which the lead comes, too, keeps nothing of this one.
        ['henk.find_undoable(uuid)', 'WHERE (cl.import_id = p_import_id OR u.inserted) AND NOT', 'WHERE (cl.import_id = p_import_id OR (u.inserted AND NOT EXISTS (
                SELECT FROM public.lead_import_rows r JOIN public.lead_imports i ON i.id = r.import_id
                WHERE r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back AND i.status <> ''undone''))) AND NOT'],
        -- henk.keep_in_campaigns decides on who came by another way.
        ['henk.undo_import(uuid)', 'AND NOT u.worked_on AND (cl.import_id = p_import_id
        -- Who was in the campaign before they were on the list did not come by it.
        OR (cl.import_id IS NOT NULL AND henk.may_leave(cl)
            AND EXISTS (SELECT FROM pg_temp.henk_left g JOIN public.campaign_lead_lists a ON a.lead_list_id = g.lead_list_id
                WHERE g.lead_id = cl.lead_id AND a.campaign_id = cl.campaign_id AND g.added_at <= cl.added_at)
            AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a
            JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id WHERE a.campaign_id = cl.campaign_id AND m.lead_id = cl.lead_id
                AND NOT EXISTS (SELECT FROM public.lead_imports i WHERE i.id = a.import_id AND i.status = ''undone''))));', 'AND NOT u.worked_on AND cl.import_id = p_import_id;']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as migration 0074 left it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

-- migrate:down
-- Forward only.
