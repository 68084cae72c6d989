-- migrate:up
-- Undo takes back leads that were merged and taken apart again: a merge taken apart writes the moment of its change, and undo kept such leads
-- as "changed since" although they were as the import had left them.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Why leads of pg_temp.henk_undo that are asked for (is_asked) cannot go with the import: what else uses them.
CREATE OR REPLACE FUNCTION henk.note_uses(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
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

-- migrate:down
-- Forward only.
