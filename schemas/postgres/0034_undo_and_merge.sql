-- migrate:up
-- A merge that is taken apart leaves what was there before it, in chains of any length; an import that is undone leaves what the imports that
-- remain say.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

-- The business of a lead, also of one that has become another.
CREATE FUNCTION henk.business_of_lead(p_lead_id uuid) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id), (SELECT m.business_id FROM public.lead_merges m
        WHERE m.dropped_lead_id = p_lead_id AND m.taken_apart_at IS NULL LIMIT 1))
$$;
-- Merges are few: a row each.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS lead_merges_dropped_lead_id ON lead_merges (dropped_lead_id);

-- Merges into the dropped lead lead to it again. Merges from before migration 0034 do not name them: what had been merged into the dropped lead,
-- what into those, and so on.
CREATE FUNCTION henk.return_merges(p_merge lead_merges) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE earlier AS (
        SELECT m.id, m.dropped_lead_id, (SELECT (l ->> 'id')::uuid FROM jsonb_array_elements(m.rows_before -> 'leads') l
            WHERE l ->> 'id' <> m.dropped_lead_id::text LIMIT 1) AS kept_at_first
        FROM public.lead_merges m WHERE m.kept_lead_id = p_merge.kept_lead_id AND m.id <> p_merge.id AND m.merged_at < p_merge.merged_at
    ), chain AS (
        SELECT e.id, e.dropped_lead_id FROM earlier e WHERE e.kept_at_first = p_merge.dropped_lead_id
        UNION SELECT e.id, e.dropped_lead_id FROM earlier e JOIN chain c ON c.dropped_lead_id = e.kept_at_first
    )
    UPDATE public.lead_merges m SET kept_lead_id = p_merge.dropped_lead_id
    WHERE m.kept_lead_id = p_merge.kept_lead_id AND m.id <> p_merge.id AND CASE WHEN p_merge.moved ? 'lead_merges'
        THEN p_merge.moved -> 'lead_merges' ? m.id::text ELSE m.id IN (SELECT c.id FROM chain c) END
$$;

-- Pairs to decide on, and what was decided of them: those of the kept lead as they were, but for what has been decided since; those of the
-- dropped one again, with the lead that the other one has become, and with what has been decided since of the two as one.
CREATE FUNCTION henk.return_pairs(p_merge lead_merges) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    before jsonb := coalesce(p_merge.rows_before -> 'lead_duplicate_candidates', '[]');
    after jsonb := p_merge.rows_after -> 'lead_duplicate_candidates'; -- null in merges from before migration 0034
    decided jsonb;
BEGIN
    SELECT jsonb_agg(to_jsonb(d)) INTO decided FROM public.lead_duplicate_candidates d
    WHERE after IS NOT NULL AND p_merge.kept_lead_id IN (d.lead_id, d.other_lead_id) AND d.decision = 'different'
        AND NOT EXISTS (SELECT FROM jsonb_array_elements(after) a WHERE a ->> 'id' = d.id::text AND a ->> 'decision' = 'different')
        -- That two were taken apart says nothing of those that one of them had been merged with before.
        AND NOT EXISTS (SELECT FROM public.lead_merges m WHERE m.taken_apart_at IS NOT NULL
            AND (m.kept_lead_id, m.dropped_lead_id) IN ((d.lead_id, d.other_lead_id), (d.other_lead_id, d.lead_id)));
    IF after IS NOT NULL THEN
        DELETE FROM public.lead_duplicate_candidates d USING jsonb_array_elements(after) a
        WHERE d.id = (a ->> 'id')::uuid AND to_jsonb(d) = a AND NOT EXISTS (SELECT FROM jsonb_array_elements(before) b WHERE b ->> 'id' = a ->> 'id');
        UPDATE public.lead_duplicate_candidates d SET match_probability = v.match_probability, agreement = v.agreement, decision = v.decision,
            decided_by = v.decided_by, decided_at = v.decided_at
        FROM jsonb_array_elements(after) a JOIN jsonb_array_elements(before) b ON b ->> 'id' = a ->> 'id'
        CROSS JOIN LATERAL jsonb_populate_record(NULL::public.lead_duplicate_candidates, b) v
        WHERE d.id = (a ->> 'id')::uuid AND to_jsonb(d) = a AND a <> b;
    END IF;
    INSERT INTO public.lead_duplicate_candidates (id, business_id, lead_id, other_lead_id, match_probability, agreement, decision, decided_by,
        decided_at, created_at)
    SELECT p.id, p.business_id, least(p_merge.dropped_lead_id, p.other), greatest(p_merge.dropped_lead_id, p.other), p.match_probability,
        p.agreement, p.decision, p.decided_by, p.decided_at, p.created_at
    FROM (
        SELECT DISTINCT ON (t.other) t.* FROM (
            SELECT v.*, coalesce((SELECT l.id FROM public.leads l WHERE l.id = o.lead), (SELECT m.kept_lead_id FROM public.lead_merges m
                WHERE m.dropped_lead_id = o.lead AND m.taken_apart_at IS NULL LIMIT 1)) AS other
            FROM jsonb_array_elements(before) b CROSS JOIN LATERAL jsonb_populate_record(NULL::public.lead_duplicate_candidates, b) v
            CROSS JOIN LATERAL (SELECT CASE v.lead_id WHEN p_merge.dropped_lead_id THEN v.other_lead_id ELSE v.lead_id END AS lead) o
            WHERE p_merge.dropped_lead_id IN (v.lead_id, v.other_lead_id)) t
        WHERE t.other IS NOT NULL AND t.other NOT IN (p_merge.dropped_lead_id, p_merge.kept_lead_id)
        ORDER BY t.other, t.decision = 'open', t.decided_at DESC) p
    WHERE NOT EXISTS (SELECT FROM public.lead_duplicate_candidates d WHERE d.id = p.id)
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision, decided_by = EXCLUDED.decided_by,
        decided_at = EXCLUDED.decided_at WHERE lead_duplicate_candidates.decision = 'open';
    -- Whoever is another person than the two together is another person than each of them.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement, decision, decided_by, decided_at)
    SELECT v.business_id, least(p_merge.dropped_lead_id, o.lead), greatest(p_merge.dropped_lead_id, o.lead), v.match_probability, v.agreement,
        v.decision, v.decided_by, v.decided_at
    FROM jsonb_array_elements(decided) d CROSS JOIN LATERAL jsonb_populate_record(NULL::public.lead_duplicate_candidates, d) v
    CROSS JOIN LATERAL (SELECT CASE v.lead_id WHEN p_merge.kept_lead_id THEN v.other_lead_id ELSE v.lead_id END AS lead) o
    WHERE o.lead <> p_merge.dropped_lead_id
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision, decided_by = EXCLUDED.decided_by,
        decided_at = EXCLUDED.decided_at WHERE lead_duplicate_candidates.decision = 'open';
END
$$;

CREATE OR REPLACE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) RETURNS uuid
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
        last_attempt_at = greatest(k.last_attempt_at, d.last_attempt_at), -- A call that is over has no next one.
        next_attempt_at = CASE WHEN greatest(henk.status_rank(k.status), henk.status_rank(d.status)) < henk.status_rank('converted')
            THEN least(k.next_attempt_at, d.next_attempt_at) END,
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
        'consent_unclear = CASE WHEN NOT ((l.do_not_call AND l.consent_unclear IS NULL) '
        'OR (($2).do_not_call AND ($2).consent_unclear IS NULL)) THEN coalesce(l.consent_unclear, ($2).consent_unclear) END, '
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

CREATE OR REPLACE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    merge_id uuid := gen_random_uuid();
    before jsonb;
    moved jsonb;
    business uuid;
    existing uuid;
    key name;
    keys jsonb;
    elsewhere jsonb := '{}';
    reference record;
BEGIN
    business := henk.business_of_lead(p_keep);
    PERFORM henk.require_record(p_keep, business, 'lead'), henk.lock_business(business);
    PERFORM FROM public.leads l WHERE l.id IN (p_keep, p_drop) ORDER BY l.id FOR UPDATE;
    -- Another session has just made them one, this way or the other.
    SELECT m.id INTO existing FROM public.lead_merges m WHERE m.taken_apart_at IS NULL
        AND ((m.kept_lead_id = p_keep AND m.dropped_lead_id = p_drop) OR (m.kept_lead_id = p_drop AND m.dropped_lead_id = p_keep));
    IF existing IS NOT NULL THEN
        RETURN existing;
    END IF;
    PERFORM henk.require_record(p_keep, (SELECT l.id FROM public.leads l WHERE l.id = p_keep), 'lead'),
        henk.require_record(p_drop, (SELECT l.id FROM public.leads l WHERE l.id = p_drop), 'lead');
    PERFORM set_config('henk.moving_rows', 'on', true);
    before := jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id IN (p_keep, p_drop)),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id IN (p_keep, p_drop)),
        'lead_list_members', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM public.lead_list_members m WHERE m.lead_id = p_drop),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE d.lead_id IN (p_keep, p_drop) OR d.other_lead_id IN (p_keep, p_drop)));
    moved := jsonb_build_object('lead_import_rows', (
        SELECT coalesce(jsonb_agg(jsonb_build_array(r.import_id, r.line_number)), '[]') FROM public.lead_import_rows r WHERE r.lead_id = p_drop),
        -- Merges into the dropped lead: they lead to the kept one from now on, and back when this one is taken apart.
        'lead_merges', (SELECT coalesce(jsonb_agg(m.id), '[]') FROM public.lead_merges m WHERE m.kept_lead_id = p_drop));
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        key := henk.key_column(reference.on_table);
        IF key IS NOT NULL THEN
            EXECUTE format('SELECT coalesce(jsonb_agg(r.%I::text), ''[]'') FROM %s r WHERE r.%I = $1', key, reference.on_table,
                reference.on_column) INTO keys USING p_drop;
            elsewhere := elsewhere || jsonb_build_object(reference.on_table || ' ' || reference.on_column, keys);
        END IF;
    END LOOP;
    -- What was asked or decided of the dropped lead is of the kept one now.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement, decision, decided_by,
        decided_at)
    SELECT business, least(p_keep, o.other), greatest(p_keep, o.other), o.match_probability, o.agreement, o.decision, o.decided_by, o.decided_at
    FROM (SELECT d.*, CASE d.lead_id WHEN p_drop THEN d.other_lead_id ELSE d.lead_id END AS other FROM public.lead_duplicate_candidates d
        WHERE p_drop IN (d.lead_id, d.other_lead_id)) o
    WHERE o.other <> p_keep ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision,
        decided_by = EXCLUDED.decided_by, decided_at = EXCLUDED.decided_at
        WHERE lead_duplicate_candidates.decision = 'open' AND EXCLUDED.decision <> 'open';
    UPDATE public.lead_merges m SET kept_lead_id = p_keep WHERE m.kept_lead_id = p_drop;
    PERFORM henk.merge_into(p_keep, p_drop);
    INSERT INTO public.lead_merges (id, business_id, kept_lead_id, dropped_lead_id, import_id, match_probability, rows_before, rows_after, moved, lost,
        merged_by)
    VALUES (merge_id, business, p_keep, p_drop, p_import_id, p_probability, before, jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id = p_keep),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id = p_keep),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE p_keep IN (d.lead_id, d.other_lead_id))),
        moved || jsonb_build_object('elsewhere', elsewhere), henk.lost_in_merge(p_keep, p_drop, before -> 'leads'), henk.caller_id());
    PERFORM set_config('henk.moving_rows', '', true);
    RETURN merge_id;
END
$$;

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
    INSERT INTO public.campaign_leads
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b,
        LATERAL jsonb_populate_record(NULL::public.campaign_leads, b) v
    WHERE v.lead_id = merge.dropped_lead_id AND EXISTS (SELECT FROM public.campaigns c WHERE c.id = v.campaign_id)
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

-- Two leads that have become one already stay one, whichever of them was to stay. Gives: the lead that is there.
CREATE OR REPLACE FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    merge_id uuid;
BEGIN
    PERFORM henk.require_member(henk.business_of_lead(p_keep)), henk.require_member(henk.business_of_lead(p_drop));
    merge_id := henk.merge_into(p_keep, p_drop, NULL, NULL);
    RETURN (SELECT m.kept_lead_id FROM public.lead_merges m WHERE m.id = merge_id);
END
$$;

REVOKE EXECUTE ON FUNCTION henk.business_of_lead(uuid), henk.return_merges(lead_merges), henk.return_pairs(lead_merges) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.business_of_lead(uuid), henk.return_merges(lead_merges), henk.return_pairs(lead_merges) TO service_role;


-- Undo.

-- Why leads of pg_temp.henk_undo that are asked for (is_asked) cannot go with the import: what else uses them.
CREATE FUNCTION henk.note_uses(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reference record;
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
    UPDATE pg_temp.henk_undo u SET reason = 'has been changed since'
    FROM public.leads l
    WHERE l.id = u.lead_id AND u.is_asked AND u.reason IS NULL AND l.updated_at > (SELECT max(i.finished_at) FROM public.lead_import_rows r
        JOIN public.lead_imports i ON i.id = r.import_id WHERE r.lead_id = u.lead_id AND r.action = 'inserted' AND NOT r.taken_back);
    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        EXECUTE format('UPDATE pg_temp.henk_undo u SET reason = %L FROM %s r WHERE r.%I = u.lead_id AND u.is_asked AND u.reason IS NULL',
            format('is referred to by %s', reference.on_table), reference.on_table, reference.on_column);
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION henk.find_undoable(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_undo;
    CREATE TEMP TABLE henk_undo ON COMMIT DROP AS
    SELECT r.lead_id, min(r.line_number) AS line_number, bool_or(r.action = 'inserted') AS inserted,
        (array_agg(r.replaced ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS replaced,
        (array_agg(r.written ORDER BY r.line_number) FILTER (WHERE r.action = 'updated'))[1] AS written,
        NULL::text AS reason, false AS worked_on, false AS is_asked,
        -- Inserted by an import that is undone already, and which could not take it along.
        NOT bool_or(r.action = 'inserted') AND EXISTS (SELECT FROM public.lead_import_rows o JOIN public.lead_imports i ON i.id = o.import_id
            WHERE o.lead_id = r.lead_id AND o.import_id <> p_import_id AND o.action = 'inserted' AND NOT o.taken_back
                AND i.status = 'undone') AS is_orphan
    FROM public.lead_import_rows r WHERE r.import_id = p_import_id AND r.lead_id IS NOT NULL AND NOT r.taken_back GROUP BY r.lead_id;
    ALTER TABLE pg_temp.henk_undo ADD PRIMARY KEY (lead_id);
    ANALYZE pg_temp.henk_undo;

    UPDATE pg_temp.henk_undo u SET reason = t.reason, worked_on = true FROM (
        SELECT cl.lead_id, format('has been worked on in the campaign "%s" (%s)', min(c.name), min(cl.status)) AS reason
        FROM public.campaign_leads cl JOIN pg_temp.henk_undo u ON u.lead_id = cl.lead_id JOIN public.campaigns c ON c.id = cl.campaign_id
        WHERE (cl.import_id = p_import_id OR u.inserted) AND NOT henk.is_untouched(cl) GROUP BY cl.lead_id) t
    WHERE t.lead_id = u.lead_id;
END
$$;

-- What later imports wrote over the values of an import that is undone stays, and they replaced what was there before it: the chain of values
-- of each field of a lead has one link less. Leaves pg_temp.henk_later: of each lead the fields that a later import wrote.
CREATE FUNCTION henk.pass_on_values(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    finished timestamptz := (SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_import_id);
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

-- No client calls it: it works on a table that henk.undo_import makes.
-- squawk-ignore ban-drop-function
DROP FUNCTION henk.restore_values();
CREATE FUNCTION henk.restore_values(p_import_id uuid, OUT leads integer, OUT restored integer, OUT changed_since integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    columns text;
BEGIN
    SELECT string_agg(format('%1$I = v.%1$I', f), ', ') INTO columns
    FROM unnest(henk.sent_fields() || '{last_activity_at,lead_score,quality_rating,score_breakdown}') f
    WHERE f NOT IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out');
    PERFORM henk.pass_on_values(p_import_id);
    CREATE TEMP TABLE henk_restored ON COMMIT DROP AS
    SELECT u.lead_id, (u.replaced ->> 'updated_at')::timestamptz AS updated_at,
        (SELECT coalesce(jsonb_object_agg(r.key, r.value), '{}') FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND now_there.lead -> r.key IS NOT DISTINCT FROM u.written -> r.key
             AND NOT coalesce(later.fields ? r.key, false)) AS fields,
        (SELECT count(*) FROM jsonb_each(u.replaced) r
         WHERE r.key NOT IN ('tags', 'custom_fields', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
             AND u.written ? r.key AND (now_there.lead -> r.key IS DISTINCT FROM u.written -> r.key OR coalesce(later.fields ? r.key, false))) AS changed_since,
        -- Written since by a later import, or by somebody: that is when it was last written.
        later.fields IS NOT NULL OR l.updated_at > (SELECT i.finished_at FROM public.lead_imports i WHERE i.id = p_import_id) AS is_newer,
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
    -- Put back whole, a lead is as old as it was.
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
    DROP TABLE pg_temp.henk_restored, pg_temp.henk_later;
END
$$;

-- What other imports brought, too, is theirs from now on: members, assignments and the list itself go to the first of them that is not undone.
CREATE FUNCTION henk.hand_over(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.lead_list_members m SET import_id = h.import_id
    FROM (
        SELECT DISTINCT ON (m.id) m.id, r.import_id FROM pg_temp.henk_undo u
        JOIN public.lead_list_members m ON m.lead_id = u.lead_id AND m.import_id = p_import_id
        JOIN public.lead_import_rows r ON r.lead_id = u.lead_id AND r.import_id <> p_import_id AND NOT r.taken_back
        JOIN public.lead_imports i ON i.id = r.import_id AND i.status <> 'undone' AND i.lead_list_id = m.lead_list_id
        WHERE NOT u.worked_on ORDER BY m.id, i.finished_at, i.id) h
    WHERE h.id = m.id;
    UPDATE public.campaign_lead_lists a SET import_id = h.import_id
    FROM (
        SELECT DISTINCT ON (a.id) a.id, i.id AS import_id FROM public.campaign_lead_lists a
        JOIN public.lead_imports i ON i.business_id = a.business_id AND i.id <> p_import_id AND i.status IN ('loaded', 'partial')
            AND a.campaign_id = ANY (i.campaign_ids) AND (i.lead_list_id = a.lead_list_id
                OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = a.lead_list_id AND m.import_id = i.id))
        WHERE a.import_id = p_import_id ORDER BY a.id, i.finished_at, i.id) h
    WHERE h.id = a.id;
    UPDATE public.lead_lists ll SET source_id = h.import_id::text
    FROM (
        SELECT DISTINCT ON (ll.id) ll.id, i.id AS import_id
        FROM public.lead_imports undone
        JOIN public.lead_lists ll ON ll.business_id = undone.business_id AND ll.source = 'csv_import' AND ll.source_id = undone.id::text
        JOIN public.lead_imports i ON i.business_id = ll.business_id AND i.id <> undone.id AND i.status IN ('loaded', 'partial')
            AND (i.lead_list_id = ll.id
                OR EXISTS (SELECT FROM public.lead_list_members m WHERE m.lead_list_id = ll.id AND m.import_id = i.id))
        WHERE undone.id = p_import_id ORDER BY ll.id, i.finished_at, i.id) h
    WHERE h.id = ll.id;
END
$$;

-- Leads of a campaign that had come to a better list by the import are of the best list again that they are on.
CREATE FUNCTION henk.attribute_anew(p_import_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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
END
$$;

-- A lead that an undone import had inserted, and that stayed because of this one, goes with this one. The row of the import that inserted it
-- says so (lead_import_rows.deleted_with). Gives: how many.
ALTER TABLE lead_import_rows ADD COLUMN IF NOT EXISTS deleted_with uuid;
COMMENT ON COLUMN lead_import_rows.deleted_with IS
'The import whose undoing deleted the lead, where that is not this one: this one had inserted the lead and was undone before.';
CREATE FUNCTION henk.delete_orphans(p_import_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    gone uuid[];
BEGIN
    UPDATE pg_temp.henk_undo SET is_asked = is_orphan AND reason IS NULL;
    PERFORM henk.note_uses(p_import_id);
    SELECT array_agg(u.lead_id) INTO gone FROM pg_temp.henk_undo u WHERE u.is_asked AND u.reason IS NULL;
    -- It stays as a lead of nobody's import, as it is: nothing of this import is left with it.
    UPDATE pg_temp.henk_undo SET reason = NULL WHERE is_asked;
    IF gone IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE public.lead_import_rows r SET deleted_with = p_import_id
    WHERE r.lead_id = ANY (gone) AND r.import_id <> p_import_id AND r.action = 'inserted' AND NOT r.taken_back;
    DELETE FROM public.leads l WHERE l.id = ANY (gone);
    RETURN cardinality(gone);
END
$$;

CREATE OR REPLACE FUNCTION henk.undo_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages TO 'warning'
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
    PERFORM henk.hand_over(p_import_id);

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
            AND a.import_id IS DISTINCT FROM p_import_id ORDER BY c.id, a.priority, a.assigned_at, a.id) other
    WHERE other.id = cl.id;
    DELETE FROM public.campaign_leads cl USING pg_temp.henk_undo u
    WHERE cl.lead_id = u.lead_id AND NOT u.worked_on AND (cl.import_id = p_import_id
        OR (cl.import_id IS NOT NULL AND henk.is_untouched(cl) AND NOT EXISTS (SELECT FROM public.campaign_lead_lists a
            JOIN public.lead_list_members m ON m.lead_list_id = a.lead_list_id WHERE a.campaign_id = cl.campaign_id AND m.lead_id = cl.lead_id)));
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

REVOKE EXECUTE ON FUNCTION henk.note_uses(uuid), henk.pass_on_values(uuid), henk.restore_values(uuid), henk.hand_over(uuid),
henk.attribute_anew(uuid), henk.delete_orphans(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.note_uses(uuid), henk.pass_on_values(uuid), henk.restore_values(uuid), henk.hand_over(uuid),
henk.attribute_anew(uuid), henk.delete_orphans(uuid) TO service_role;

-- migrate:down
-- Forward only.
