-- migrate:up
-- noqa: disable=LT05
-- An import of a version without undo has no record of what it wrote. undo_lead_import changed nothing of it and marked it undone: it is refused.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Raises object_not_in_prerequisite_state for an import that is loaded and whose record does not say what undo would take back: no line of it is
-- kept; a line has what was replaced, not what was written; or members came to its list while it ran, none of which is known as its own.
CREATE FUNCTION henk.require_undo_record(p_import_id uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
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
COMMENT ON FUNCTION henk.require_undo_record(uuid) IS 'Refuses the undoing of an import of a version without undo.';

-- Undoing an import takes apart what it merged, the latest first, before anything else.
CREATE OR REPLACE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
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

COMMENT ON FUNCTION undo_lead_import(uuid) IS
'Takes back what an import did: leads that nothing else uses, replaced values that still stand, members, campaign leads nobody has worked on, its assignments, lists it made that are empty now. What has been worked on since stays, named with its reason: campaign leads with a call, a word or an amount; new leads that are on other lists, in campaigns by another way, in other imports, changed, or referred to by other tables. Opt-outs stay. Gives a report: leads_deleted, leads_restored, values_restored, values_changed_since, members_removed, campaign_leads_removed, assignments_removed, lists_deleted, leads_kept, and kept, a list of line, lead_id, reason and stays (everything, or the lead; the first 1000). Run again, it takes back what has become free since.

Errors: 55000 for an import that has not finished, or that a version without undo has loaded; 42501, P0002 as above.';

REVOKE EXECUTE ON FUNCTION henk.require_undo_record(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.require_undo_record(uuid) TO service_role;

-- migrate:down
-- Forward only.
