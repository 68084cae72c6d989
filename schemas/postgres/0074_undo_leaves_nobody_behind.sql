-- migrate:up
-- Undo: an assignment that only the undone import made holds nobody whom another list of the campaign has.
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
END
$$;

-- migrate:down
-- Forward only.
