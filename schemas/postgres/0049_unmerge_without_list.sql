-- migrate:up
-- A merge could not be taken apart once a list of the dropped lead was gone (23503): its campaign lead named the list.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.unmerge(p_merge_id uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    merge public.lead_merges;
    addresses text[];
    kept jsonb;
    dropped jsonb;
    was jsonb;
    after jsonb;
    columns text;
    reference record;
    key name;
BEGIN
    PERFORM henk.lock_business((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    SELECT * INTO merge FROM public.lead_merges m WHERE m.id = p_merge_id FOR UPDATE;
    PERFORM henk.require_record(p_merge_id, merge.id, 'merge');
    IF merge.taken_apart_at IS NOT NULL THEN
        RETURN merge.dropped_lead_id;
    END IF;
    IF EXISTS (SELECT FROM public.lead_merges m WHERE m.kept_lead_id = merge.kept_lead_id AND m.taken_apart_at IS NULL
        AND m.merged_at > merge.merged_at) THEN
        RAISE EXCEPTION 'The lead % has been merged with another since: take that merge apart first (%).', merge.kept_lead_id,
            (SELECT m.id FROM public.lead_merges m WHERE m.kept_lead_id = merge.kept_lead_id AND m.taken_apart_at IS NULL
             ORDER BY m.merged_at DESC LIMIT 1) USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    addresses := ARRAY(SELECT c.address FROM public.leads l JOIN henk.no_calls c ON c.business_id = l.business_id
        AND c.address = ANY (henk.address_prints(l.business_id, l.email)) WHERE l.id = merge.kept_lead_id);
    PERFORM set_config('henk.moving_rows', 'on', true);
    SELECT to_jsonb(l) INTO kept FROM public.leads l WHERE l.id = merge.kept_lead_id FOR UPDATE;
    SELECT l INTO dropped FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' = merge.dropped_lead_id::text;
    SELECT l INTO was FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' <> merge.dropped_lead_id::text;
    was := henk.without_taken_id(was, merge.kept_lead_id);
    after := merge.rows_after -> 'leads' -> 0;
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'updated_at', 'updated_by');
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', updated_at = now(), updated_by = henk.caller_id() '
        'FROM jsonb_populate_record(NULL::public.leads, $1) v WHERE l.id = $2' USING henk.restored(kept, was, after), merge.kept_lead_id;
    dropped := henk.without_taken_id(dropped, NULL); -- now that the kept lead has given back what it had of it
    -- An opt-out that came after the merge may be of either: both keep it.
    INSERT INTO public.leads
    SELECT * FROM jsonb_populate_record(NULL::public.leads, dropped || (
        SELECT jsonb_object_agg(f, (kept -> f = 'true' AND after -> f <> 'true') OR dropped -> f = 'true')
        FROM unnest(ARRAY['do_not_call', 'dnc', 'do_not_email', 'email_opt_out']) f) || jsonb_build_object('updated_at', now()));

    INSERT INTO henk.no_calls (business_id, address) SELECT merge.business_id, a FROM unnest(addresses) a ON CONFLICT DO NOTHING;
    PERFORM henk.lift_merged_opt_outs(merge);
    -- Campaign leads: what went over goes back; of two that became one the dropped one's is there again, and the kept one's as it was, unless
    -- somebody has worked on it since.
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.campaign_leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'campaign_id', 'lead_list_id', 'import_id');
    EXECUTE 'UPDATE public.campaign_leads c SET ' || columns || ' FROM jsonb_array_elements($1) b, jsonb_array_elements($2) a, '
        'LATERAL jsonb_populate_record(NULL::public.campaign_leads, b) v '
        'WHERE c.id = (b ->> ''id'')::uuid AND a ->> ''id'' = b ->> ''id'' AND to_jsonb(c) = a'
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
    -- Somebody says by this that they are two: that is remembered.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, decision, decided_by, decided_at)
    VALUES (merge.business_id, least(merge.kept_lead_id, merge.dropped_lead_id), greatest(merge.kept_lead_id, merge.dropped_lead_id),
        coalesce(merge.match_probability, 0), 'different', henk.caller_id(), now())
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = 'different', decided_by = EXCLUDED.decided_by, decided_at = now();
    PERFORM set_config('henk.moving_rows', '', true);
    UPDATE public.lead_merges SET taken_apart_at = clock_timestamp() WHERE id = p_merge_id;
    RETURN merge.dropped_lead_id;
END
$$;

-- migrate:down
-- Forward only.
