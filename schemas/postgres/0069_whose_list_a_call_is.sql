-- migrate:up
-- A lead of a campaign belongs to the list with the smallest priority that has it, also after a refresh that lets it enter a better list, a filter
-- that it meets now, a merge and its end, and where the list by which it came follows no more. A merge is taken apart whatever
-- has been archived, and leaves nobody pinned.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.reattribute_leads(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign uuid;
BEGIN
    FOR campaign IN SELECT DISTINCT cl.campaign_id FROM public.campaign_leads cl WHERE cl.lead_id = ANY (p_lead_ids) ORDER BY 1 LOOP
        PERFORM henk.reattribute(campaign, p_lead_ids);
    END LOOP;
END
$$;
COMMENT ON FUNCTION henk.reattribute_leads(uuid[]) IS 'Give leads the list that they belong to now, in each of their campaigns.';
REVOKE EXECUTE ON FUNCTION henk.reattribute_leads(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.reattribute_leads(uuid[]) TO service_role;

DO $change$
DECLARE
    changes text[] := ARRAY[
        ARRAY['henk.follow_list(uuid, uuid[], uuid[])', $b$        -- Who left belongs to another list of the campaign that has the lead, whoever followed.
        IF cardinality(p_gone) > 0 THEN
            PERFORM henk.reattribute(target.campaign_id, p_gone);
        END IF;
$b$, $a$        -- Who entered or left may belong to another list of the campaign now, whoever followed; anybody may whom a filter is asked about.
        IF is_asked AND EXISTS (SELECT FROM public.campaign_lead_lists o
            WHERE o.campaign_id = target.campaign_id AND o.lead_list_id <> p_lead_list_id) THEN
            PERFORM henk.reattribute(target.campaign_id, CASE WHEN target.filter_criteria IS NULL THEN p_entered || p_gone END);
        END IF;
$a$],
        ARRAY['henk.attribute_leads(uuid, uuid)', ' AND a.lead_list_id <> p_lead_list_id AND a.is_active) THEN',
            ' AND a.lead_list_id <> p_lead_list_id) THEN'],
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', $b$    PERFORM henk.merge_into(p_keep, p_drop);
$b$, $a$    PERFORM henk.merge_into(p_keep, p_drop);
    PERFORM henk.reattribute_leads(ARRAY[p_keep]);
$a$],
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', $b$        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE d.lead_id IN (p_keep, p_drop)$b$, $a$        'kept_members', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'origin', m.origin, 'import_id', m.import_id)), '[]')
            FROM public.lead_list_members m WHERE m.lead_id = p_keep),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE d.lead_id IN (p_keep, p_drop)$a$],
        ARRAY['henk.take_apart(uuid)', $b$    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);
$b$, $a$    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);
    -- What the kept lead was on a list by is what it is on it by again, unless somebody has decided otherwise since.
    UPDATE public.lead_list_members m SET origin = b.origin, import_id = b.import_id
    FROM jsonb_to_recordset(merge.rows_before -> 'kept_members') b (id uuid, origin text, import_id uuid),
        jsonb_to_recordset(merge.rows_before -> 'lead_list_members') d (lead_list_id uuid, origin text)
    WHERE m.id = b.id AND m.lead_id = merge.kept_lead_id AND m.lead_list_id = d.lead_list_id AND m.origin = d.origin AND m.origin <> b.origin;
    PERFORM henk.reattribute_leads(ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);
$a$],
        ARRAY['henk.lock_list_first()', $b$    IF (SELECT ll.business_id FROM$b$, $a$    IF henk.list_cause() = 'hand' AND (SELECT ll.business_id FROM$a$]
    ];
    source text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        source := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(source, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not what this migration was written for', changes[n][1];
        END IF;
        EXECUTE replace(source, changes[n][2], changes[n][3]);
    END LOOP;
END
$change$;

-- migrate:down
-- Forward only.
