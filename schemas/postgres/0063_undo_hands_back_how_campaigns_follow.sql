-- migrate:up
-- Undo hands back how a campaign follows a list (frozen, enter, mirror), as it does priority, filter and limit of attempts.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.restore_terms(p_import_id uuid) RETURNS void
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
            filter_criteria = v.filter_criteria, follow = v.follow
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

-- migrate:down
-- Forward only.
