-- Made by `make schema` from a database with every migration applied; nothing runs this file.

-- Two leads become one by merge_leads; the word alone merges nobody. Who decided, and when, is the caller, now.
-- Migrations: 0033.
CREATE FUNCTION henk.decide_pair() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NEW; -- a function of the database, or the service
    ELSIF NEW.decision = 'same' THEN
        RAISE EXCEPTION 'Two leads become one by merge_leads(p_keep, p_drop), not by the word "same": SELECT merge_leads(''%'', ''%'').',
            NEW.lead_id, NEW.other_lead_id USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    NEW.decided_by := CASE WHEN NEW.decision <> 'open' THEN henk.caller_id() END;
    NEW.decided_at := CASE WHEN NEW.decision <> 'open' THEN now() END;
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.decide_pair() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.find_by_lost_contacts(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_by_lost_contacts(p_business_id uuid) TO service_role;


-- Leads that files or merges have known by a telephone or e-mail address of a row, with the name and contacts they had then: `place`, `kind`, `id`, `name`,
-- `email`, `mobile`.
-- Migrations: 0042.
CREATE FUNCTION henk.find_by_lost_contacts(p_business_id uuid) RETURNS TABLE(place integer, kind integer, id uuid, name henk.compared_name, email text, mobile text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH sought AS MATERIALIZED (
        SELECT p.place, 1 AS kind, henk.email_key(p.email) AS key, 'e' || henk.email_key(p.email) AS hashed FROM pg_temp.henk_people p WHERE p.email IS NOT NULL AND NOT henk.is_nobodys_mailbox(p.email)
        UNION ALL SELECT k.place, 2, k.key, 'p' || k.key FROM pg_temp.henk_keys k WHERE k.kind = 2
    ), found AS MATERIALIZED (
        SELECT s.place, s.kind, s.key, f.id, f.lost FROM (SELECT t.*, ARRAY[hashtextextended(t.hashed, hashtextextended(p_business_id::text, 0))] AS keys FROM sought t) s
        CROSS JOIN LATERAL (
            SELECT m.kept_lead_id AS id, m.lost FROM public.lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> s.keys AND m.lost IS NOT NULL
                AND m.business_id = p_business_id AND m.taken_apart_at IS NULL
            UNION ALL SELECT r.lead_id, r.lost FROM public.lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> s.keys AND r.lost IS NOT NULL
                AND r.business_id = p_business_id AND NOT r.taken_back OFFSET 0) f
        WHERE CASE s.kind WHEN 1 THEN henk.email_key(f.lost ->> 'email') = s.key ELSE s.key IN (f.lost ->> 'phone', f.lost ->> 'mobile_phone') END
    )
    SELECT f.place, f.kind, f.id, henk.compared_person(coalesce(f.lost ->> 'first_name', l.first_name), coalesce(f.lost ->> 'last_name', l.last_name),
            l.custom_fields || jsonb_strip_nulls(jsonb_build_object('birth_date', f.lost -> 'birth_date'))
            || CASE jsonb_typeof(f.lost -> 'custom_fields') WHEN 'object' THEN f.lost -> 'custom_fields' ELSE '{}' END),
        coalesce(f.lost ->> 'email', l.email), coalesce(f.lost ->> 'mobile_phone', l.mobile_phone)
    FROM found f CROSS JOIN LATERAL (SELECT o.* FROM public.leads o WHERE o.id = f.id AND o.business_id = p_business_id OFFSET 0) l;
END
$$;


REVOKE ALL ON FUNCTION henk.find_by_lost_ids(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_by_lost_ids(p_business_id uuid) TO service_role;


-- Leads that had one of the source ids of the rows before a merge, or that a file knows by a second one: `place`, `id`.
-- Migrations: 0032.
CREATE FUNCTION henk.find_by_lost_ids(p_business_id uuid) RETURNS TABLE(place integer, id uuid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT k.place, found.id
    FROM (SELECT p.place, ARRAY[henk.source_key(p_business_id, p.source, p.source_id)] AS keys, p.source, p.source_id
        FROM pg_temp.henk_people p WHERE p.source_id IS NOT NULL) k
    CROSS JOIN LATERAL (
        SELECT m.kept_lead_id AS id FROM public.lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> k.keys AND m.lost IS NOT NULL
            AND m.taken_apart_at IS NULL AND m.lost ->> 'source' = k.source AND m.lost ->> 'source_id' = k.source_id
        UNION ALL SELECT r.lead_id FROM public.lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> k.keys AND r.lost IS NOT NULL
            AND NOT r.taken_back AND r.lost ->> 'source' = k.source AND r.lost ->> 'source_id' = k.source_id OFFSET 0) found;
END
$$;


REVOKE ALL ON FUNCTION henk.find_by_mailbox(p_business_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.find_by_mailbox(p_business_id uuid) TO service_role;


-- Leads with the mailbox of a row in another form, at providers that pass over dots and tags: `place`, `id`.
-- Migrations: 0032.
CREATE FUNCTION henk.find_by_mailbox(p_business_id uuid) RETURNS TABLE(place integer, id uuid)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT k.place, found.id
    FROM (SELECT p.place, henk.email_key(p.email) AS email,
            ARRAY[hashtextextended('e' || henk.email_key(p.email), hashtextextended(p_business_id::text, 0))] AS keys
        FROM pg_temp.henk_people p WHERE henk.email_key('a+b@' || split_part(p.email, '@', 2)) <> 'a+b@' || split_part(p.email, '@', 2)) k
    CROSS JOIN LATERAL (
        SELECT l.id FROM public.leads l WHERE henk.match_keys(l.business_id, l.first_name, l.last_name, l.email, l.street, l.city, l.postal_code,
            l.custom_fields ->> 'birth_date') @> k.keys AND l.business_id = p_business_id AND henk.email_key(l.email) = k.email OFFSET 0) found;
END
$$;


COMMENT ON FUNCTION henk.follow_merge(p_lead_id uuid) IS 'Step of a merge: campaigns that mirror a list let a lead go that it excludes now.';


REVOKE ALL ON FUNCTION henk.follow_merge(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.follow_merge(p_lead_id uuid) TO service_role;


-- Campaigns that mirror a list from which a lead is excluded let it go when the exclusion comes by a merge.
-- Migrations: 0070.
CREATE FUNCTION henk.follow_merge(p_lead_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    list uuid;
    refreshing text := coalesce(current_setting('henk.list_refresh', true), '');
BEGIN
    FOR list IN
        SELECT DISTINCT x.lead_list_id FROM public.lead_list_exclusions x
        JOIN public.campaign_leads cl ON cl.lead_id = x.lead_id AND cl.lead_list_id = x.lead_list_id
        JOIN public.campaign_lead_lists a ON a.campaign_id = cl.campaign_id AND a.lead_list_id = cl.lead_list_id AND a.is_active
            AND a.follow = 'mirror'
        WHERE x.lead_id = p_lead_id ORDER BY 1
    LOOP
        PERFORM set_config('henk.list_refresh', 'merge', true);
        PERFORM henk.follow_list(list, '{}', ARRAY[p_lead_id]);
        PERFORM set_config('henk.list_refresh', refreshing, true);
    END LOOP;
END
$$;


-- A merge with a lead that opted out suppresses the numbers of both. Those it caused are kept with the merge: of the lead that had no flag.
-- Migrations: 0027, 0031.
CREATE FUNCTION henk.keep_merged_opt_outs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.moved := NEW.moved || jsonb_build_object('suppressions', (
        SELECT coalesce(jsonb_agg(DISTINCT s.value), '[]')
        FROM jsonb_populate_recordset(NULL::public.leads, NEW.rows_before -> 'leads') l
        CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
        JOIN public.suppressions s ON s.business_id = NEW.business_id AND s.channel = 'phone' AND s.value = k.key
        WHERE s.added_at = now() AND s.source IN ('lead', 'campaign') AND NOT (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))
    ), 'no_calls', (
        SELECT coalesce(jsonb_agg(DISTINCT c.address), '[]')
        FROM jsonb_populate_recordset(NULL::public.leads, NEW.rows_before -> 'leads') l
        JOIN henk.no_calls c ON c.business_id = NEW.business_id AND c.address = ANY (henk.address_prints(NEW.business_id, l.email))
        WHERE c.said_at = now() AND NOT (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))));
    -- Calls of other people, who share a contact with one of the two: henk.return_calls opens them again.
    NEW.moved := NEW.moved || coalesce((SELECT jsonb_build_object('ended', jsonb_agg(e - 'lead_id'))
        FROM jsonb_array_elements(nullif(current_setting('henk.ended_calls', true), '')::jsonb) e
        WHERE e ->> 'lead_id' NOT IN (NEW.kept_lead_id::text, NEW.dropped_lead_id::text) HAVING count(*) > 0), '{}');
    RETURN NEW;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_merged_opt_outs() FROM PUBLIC;


COMMENT ON FUNCTION henk.keys_of_lead(p_lead public.leads) IS 'The keys that an opt-out of a lead suppresses.';


REVOKE ALL ON FUNCTION henk.keys_of_lead(p_lead public.leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keys_of_lead(p_lead public.leads) TO service_role;


-- The keys that an opt-out of a lead suppresses.
-- Migrations: 0031.
CREATE FUNCTION henk.keys_of_lead(p_lead public.leads) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE
        WHEN henk.is_final_phone((p_lead).phone) AND henk.is_final_phone((p_lead).mobile_phone)
            THEN array_remove(ARRAY[(p_lead).phone, (p_lead).mobile_phone], NULL)
        ELSE (
            SELECT henk.phone_keys((p_lead).phone, r.region) || henk.phone_keys((p_lead).mobile_phone, r.region)
            FROM henk.region_of((p_lead).country, (SELECT b.default_country FROM public.businesses b WHERE b.id = (p_lead).business_id)) r (region))
    END
$$;


REVOKE ALL ON FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) TO service_role;


-- As in 0030, for every written form; after both leads are as they were.
-- Migrations: 0027, 0030, 0031.
CREATE FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    restated text[] := coalesce((SELECT array_agg(r.fingerprint) FROM henk.restated_opt_outs r
        WHERE r.business_id = p_merge.business_id AND r.stated_at > p_merge.merged_at AND r.stated_at < now()), '{}');
BEGIN
    IF EXISTS (SELECT FROM public.leads l WHERE l.id = p_merge.kept_lead_id AND ((l.dnc AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'dnc')::boolean)
        OR (l.do_not_call AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'do_not_call')::boolean))) THEN
        RETURN;
    END IF;
    -- The merge ended calls; nobody said anything in them.
    DELETE FROM henk.said_no n WHERE n.business_id = p_merge.business_id AND n.fingerprint <> ALL (restated)
        AND (p_merge.moved -> 'no_calls' ? n.fingerprint OR n.fingerprint IN (
            SELECT henk.fingerprint(p_merge.business_id, v) FROM jsonb_array_elements_text(p_merge.moved -> 'suppressions') v));
    -- A number of a lead with a flag stays blocked (henk.keep_suppressed).
    DELETE FROM public.suppressions s WHERE s.business_id = p_merge.business_id AND s.channel = 'phone' AND s.source IN ('lead', 'campaign')
        AND p_merge.moved -> 'suppressions' ? s.value AND henk.fingerprint(s.business_id, s.value) <> ALL (restated);
    DELETE FROM henk.no_calls c WHERE c.business_id = p_merge.business_id AND p_merge.moved -> 'no_calls' ? c.address
        AND c.address <> ALL (restated) AND NOT EXISTS (
            SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))
                AND c.address = ANY (henk.address_prints(l.business_id, l.email)));
END
$$;


REVOKE ALL ON FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) TO service_role;


-- All that the dropped lead said and the kept one does not, with the system of a source id; null where that is nothing.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH dropped AS (
        SELECT d.lead, to_jsonb(k) AS kept FROM jsonb_array_elements(p_leads) d (lead) JOIN public.leads k ON k.id = p_keep
        WHERE d.lead ->> 'id' = p_drop::text
    ), fields AS (
        SELECT f AS name, d.lead -> f AS value FROM dropped d
        CROSS JOIN unnest(henk.sent_fields() || '{last_activity_at}'::text[]) f
        WHERE d.lead ->> f IS NOT NULL AND f NOT IN ('source', 'source_id', 'do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
            AND d.lead -> f IS DISTINCT FROM d.kept -> f
        UNION ALL SELECT f, d.lead -> f FROM dropped d CROSS JOIN unnest(ARRAY['source', 'source_id']) f
        WHERE d.lead ->> 'source_id' IS NOT NULL
            AND (d.lead -> 'source', d.lead -> 'source_id') IS DISTINCT FROM (d.kept -> 'source', d.kept -> 'source_id')
        UNION ALL SELECT 'custom_fields', (SELECT jsonb_object_agg(c.key, c.value) FROM jsonb_each(d.lead -> 'custom_fields') c
            WHERE d.kept -> 'custom_fields' -> c.key IS DISTINCT FROM c.value)
        FROM dropped d
    )
    SELECT jsonb_object_agg(f.name, f.value) FROM fields f WHERE f.value IS NOT NULL
$$;


REVOKE ALL ON FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) TO service_role;


-- What was said of a lead in vain finds it, too: an address that lost to another is still the person's.
-- Migrations: 0015, 0032.
CREATE FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT henk.match_keys(p_business_id, NULL, NULL, p_lost ->> 'email', NULL, NULL, NULL, NULL) || ARRAY(
        SELECT hashtextextended('p' || p, hashtextextended(p_business_id::text, 0))
        FROM unnest(ARRAY[p_lost ->> 'phone', p_lost ->> 'mobile_phone']) p WHERE p IS NOT NULL)
        || array_remove(ARRAY[henk.source_key(p_business_id, p_lost ->> 'source', p_lost ->> 'source_id')], NULL)
$$;


-- Undo, after all else: the merges of pg_temp.henk_apart again, the earliest first, with their ids. In place of a lead that is gone stands the one it
-- was merged with, which keeps its opt-outs (`p_flags`): whoever asked not to be called is not called because a file is undone.
-- Migrations: 0055.
CREATE FUNCTION henk.merge_after_undo(p_flags jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
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
$_$;


COMMENT ON FUNCTION henk.merge_after_undo(p_flags jsonb) IS 'Step of undo: leads that were taken apart for it are merged again.';


REVOKE ALL ON FUNCTION henk.merge_after_undo(p_flags jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.merge_after_undo(p_flags jsonb) TO service_role;


REVOKE ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) TO service_role;


REVOKE ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) TO service_role;


-- Migrations: 0011, 0015, 0034.
CREATE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
    PERFORM henk.merge_memberships(p_keep, p_drop);
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
$_$;


-- Migrations: 0011, 0015, 0034.
CREATE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
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
    PERFORM henk.require_record(p_keep, business, 'lead'), henk.lock_business(business), henk.lock_lists(business);
    PERFORM FROM public.leads l WHERE l.id IN (p_keep, p_drop) ORDER BY l.id FOR UPDATE;
    -- Another session has just made them one, this way or the other.
    SELECT m.id INTO existing FROM public.lead_merges m WHERE m.taken_apart_at IS NULL
        AND ((m.kept_lead_id = p_keep AND m.dropped_lead_id = p_drop) OR (m.kept_lead_id = p_drop AND m.dropped_lead_id = p_keep));
    IF existing IS NOT NULL THEN
        RETURN existing;
    END IF;
    PERFORM henk.require_record(p_keep, (SELECT l.id FROM public.leads l WHERE l.id = p_keep), 'lead'),
        henk.require_record(p_drop, (SELECT l.id FROM public.leads l WHERE l.id = p_drop), 'lead');
    PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.ended_calls', '[]', true);
    before := jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id IN (p_keep, p_drop)),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id IN (p_keep, p_drop)),
        'lead_list_members', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM public.lead_list_members m WHERE m.lead_id = p_drop),
        'kept_members', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM public.lead_list_members m WHERE m.lead_id = p_keep),
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
    PERFORM henk.follow_merge(p_keep), henk.reattribute_leads(ARRAY[p_keep]);
    moved := moved || jsonb_build_object('excluded', (
        SELECT coalesce(jsonb_agg(b ->> 'id'), '[]') FROM jsonb_array_elements(before -> 'kept_members') b
        WHERE NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.id = (b ->> 'id')::uuid)),
        'list_events', to_jsonb(henk.complete_events(NULL, ARRAY[p_keep])));
    INSERT INTO public.lead_merges (id, business_id, kept_lead_id, dropped_lead_id, import_id, match_probability, rows_before, rows_after, moved, lost,
        merged_by)
    VALUES (merge_id, business, p_keep, p_drop, p_import_id, p_probability, before, jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id = p_keep),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id = p_keep),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE p_keep IN (d.lead_id, d.other_lead_id))),
        moved || jsonb_build_object('elsewhere', elsewhere), henk.lost_in_merge(p_keep, p_drop, before -> 'leads'), henk.caller_id());
    PERFORM set_config('henk.moving_rows', '', true), set_config('henk.ended_calls', '', true);
    RETURN merge_id;
END
$_$;


COMMENT ON FUNCTION henk.merge_memberships(p_keep uuid, p_drop uuid) IS 'Step of a merge: pins, exclusions and events of the dropped lead are the kept one''s.';


REVOKE ALL ON FUNCTION henk.merge_memberships(p_keep uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.merge_memberships(p_keep uuid, p_drop uuid) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.merge_memberships(p_keep uuid, p_drop uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- Of two memberships that become one the stronger stays.
    UPDATE public.lead_list_members k SET origin = d.origin, import_id = CASE WHEN k.origin = 'criteria' THEN d.import_id ELSE k.import_id END
    FROM public.lead_list_members d WHERE k.lead_id = p_keep AND d.lead_id = p_drop AND d.lead_list_id = k.lead_list_id
        AND (d.origin = 'pinned' AND k.origin <> 'pinned' OR d.origin = 'given' AND k.origin = 'criteria');
    INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason, added_at, added_by, merged_from)
    SELECT x.business_id, x.lead_list_id, p_keep, x.reason, x.added_at, x.added_by, p_drop FROM public.lead_list_exclusions x WHERE x.lead_id = p_drop
    ON CONFLICT DO NOTHING;
    DELETE FROM public.lead_list_members m USING public.lead_list_exclusions x
    WHERE m.lead_id = p_keep AND x.lead_id = p_keep AND x.lead_list_id = m.lead_list_id;
    UPDATE public.lead_list_events e SET lead_id = p_keep, merged_from = p_drop || coalesce(e.merged_from, '{}') WHERE e.lead_id = p_drop;
END
$$;


REVOKE ALL ON FUNCTION henk.numbers_contradict(p_one text, p_other text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.numbers_contradict(p_one text, p_other text) TO service_role;


-- Migrations: 0032.
CREATE FUNCTION henk.numbers_contradict(p_one text, p_other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((NULLIF(regexp_replace(p_one, '[^0-9]'::text, ''::text, 'g'::text), ''::text) <> NULLIF(regexp_replace(p_other, '[^0-9]'::text, ''::text, 'g'::text), ''::text)), false);


COMMENT ON FUNCTION henk.part_for_undo(p_import_id uuid) IS 'Step of undo: the merged leads of an import are taken apart.';


REVOKE ALL ON FUNCTION henk.part_for_undo(p_import_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.part_for_undo(p_import_id uuid) TO service_role;


-- Undo, before all else: the leads of an import that are merged are two again, the latest merge first. Merges that the import made itself are over.
-- Leaves pg_temp.henk_apart, those to make again. Gives: the opt-outs of these leads, by id.
-- Migrations: 0055.
CREATE FUNCTION henk.part_for_undo(p_import_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


-- Migrations: 0040.
CREATE FUNCTION henk.refuse_too_many() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'A campaign lead cannot have % attempts and % seconds of talk.', NEW.attempts, NEW.total_talk_time
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', CONSTRAINT = TG_NAME,
            HINT = 'attempts is at most 1,000,000, total_talk_time at most 1,000,000,000.';
END
$$;


COMMENT ON FUNCTION henk.refuse_too_many() IS 'Trigger: two campaign leads can be merged, whose attempts and seconds are added.';


REVOKE ALL ON FUNCTION henk.refuse_too_many() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.require_ended(p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.require_ended(p_lead_ids uuid[]) TO service_role;


-- Migrations: 0030.
CREATE FUNCTION henk.require_ended(p_lead_ids uuid[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM public.campaign_leads cl JOIN public.campaigns c ON c.id = cl.campaign_id AND c.exclude_dnc
    WHERE cl.lead_id = ANY (p_lead_ids) AND cl.status IN ('new', 'queued', 'contacted', 'failed');
    IF FOUND THEN
        RAISE EXCEPTION 'A trigger on campaign_leads keeps rows open of people who must not be called.'
            USING ERRCODE = 'check_violation', HINT = 'Change the trigger: it must let the status become "dnc".';
    END IF;
END
$$;


-- A lead as it was, but for what has been changed since `p_after`: that stays. Opt-outs said since are kept, whoever of the two said them.
-- Migrations: 0015.
CREATE FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT jsonb_object_agg(n.key, CASE
        WHEN n.key IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
            THEN to_jsonb((n.value = 'true' AND p_after -> n.key <> 'true') OR p_before -> n.key = 'true')
        WHEN n.value IS NOT DISTINCT FROM p_after -> n.key AND p_before ? n.key THEN p_before -> n.key
        ELSE n.value END)
    FROM jsonb_each(p_now) n
$$;


REVOKE ALL ON FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) TO service_role;


COMMENT ON FUNCTION henk.return_calls(p_merge public.lead_merges) IS 'Step of taking a merge apart: calls of other people that it ended are open again.';


REVOKE ALL ON FUNCTION henk.return_calls(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.return_calls(p_merge public.lead_merges) TO service_role;


-- The calls that a merge ended of people beyond its two leads are open again as they were: of people who may be called now, and on whose calls nobody
-- has worked since. Where another merge of somebody who refuses, with the same contact, keeps them ended, that one gives them back at its end.
-- Migrations: 0070.
CREATE FUNCTION henk.return_calls(p_merge public.lead_merges) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    remaining record;
BEGIN
    IF NOT p_merge.moved ? 'ended' THEN
        RETURN;
    END IF;
    FOR remaining IN
        WITH ended AS MATERIALIZED (
            SELECT cl.id, cl.lead_id, e.value AS call,
                bool_and(cl.status = 'dnc' AND henk.work_on(cl) = e.value ->> 'work') OVER (PARTITION BY cl.lead_id) AS is_as_left,
                EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = cl.lead_id) AS is_blocked
            FROM jsonb_array_elements(p_merge.moved -> 'ended') e JOIN public.campaign_leads cl ON cl.id = (e.value ->> 'id')::uuid
            WHERE cl.lead_id IS NOT NULL
        ), returned AS (
            UPDATE public.campaign_leads cl SET status = e.call ->> 'status',
                next_attempt_at = coalesce(cl.next_attempt_at, (e.call ->> 'next_attempt_at')::timestamptz)
            FROM ended e WHERE cl.id = e.id AND e.is_as_left AND NOT e.is_blocked
        )
        SELECT e.lead_id, jsonb_agg(e.call) AS calls FROM ended e WHERE e.is_as_left AND e.is_blocked GROUP BY e.lead_id
    LOOP
        UPDATE public.lead_merges m SET moved = m.moved || jsonb_build_object('ended', coalesce(m.moved -> 'ended', '[]') || remaining.calls)
        WHERE m.id = (
            SELECT o.id FROM public.leads c JOIN public.leads k ON k.business_id = c.business_id AND k.id <> c.id AND (k.do_not_call OR k.dnc)
                AND (k.phone IN (c.phone, c.mobile_phone) OR k.mobile_phone IN (c.phone, c.mobile_phone) OR k.email = c.email)
            JOIN public.lead_merges o ON o.kept_lead_id = k.id AND o.taken_apart_at IS NULL AND o.id <> p_merge.id
            WHERE c.id = remaining.lead_id ORDER BY o.merged_at DESC, o.id LIMIT 1);
    END LOOP;
END
$$;


REVOKE ALL ON FUNCTION henk.return_merges(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.return_merges(p_merge public.lead_merges) TO service_role;


-- Merges into the dropped lead lead to it again. Merges from before migration 0034 do not name them: what had been merged into the dropped lead,
-- what into those, and so on.
-- Migrations: 0034.
CREATE FUNCTION henk.return_merges(p_merge public.lead_merges) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
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


REVOKE ALL ON FUNCTION henk.return_pairs(p_merge public.lead_merges) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.return_pairs(p_merge public.lead_merges) TO service_role;


-- Pairs to decide on, and what was decided of them: those of the kept lead as they were, but for what has been decided since; those of the
-- dropped one again, with the lead that the other one has become, and with what has been decided since of the two as one.
-- Migrations: 0034.
CREATE FUNCTION henk.return_pairs(p_merge public.lead_merges) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
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


COMMENT ON FUNCTION henk.take_apart(p_merge_id uuid) IS 'Take a merge apart, for henk.unmerge and for an undo that merges again.';


REVOKE ALL ON FUNCTION henk.take_apart(p_merge_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.take_apart(p_merge_id uuid) TO service_role;


-- A merge taken apart, as henk.unmerge did it until migration 0055, without the decision that the two are different and without a date: undo
-- merges them again. What files wrote and had since the merge, and what people typed, stays with the kept lead as if the merge had not been.
-- Migrations: 0055.
CREATE FUNCTION henk.take_apart(p_merge_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
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
    WHERE (v.lead_id = merge.dropped_lead_id OR (v.lead_id = merge.kept_lead_id AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(merge.rows_after -> 'campaign_leads') a WHERE a -> 'id' = b -> 'id')))
        AND EXISTS (SELECT FROM public.campaigns c WHERE c.id = v.campaign_id)
        AND NOT (henk.is_untouched(v) AND EXISTS (SELECT FROM public.lead_imports i WHERE i.id = v.import_id AND i.status = 'undone'))
    ON CONFLICT DO NOTHING;
    UPDATE public.lead_list_members m SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.rows_before -> 'lead_list_members') b WHERE m.id = (b ->> 'id')::uuid AND m.lead_id = merge.kept_lead_id;
    INSERT INTO public.lead_list_members
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'lead_list_members') b,
        LATERAL jsonb_populate_record(NULL::public.lead_list_members, b) v
    WHERE EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = v.lead_list_id)
    ON CONFLICT DO NOTHING;
    DELETE FROM public.lead_list_events e WHERE e.lead_id = merge.kept_lead_id AND e.cause = 'merge'
        AND e.id IN (SELECT i::bigint FROM jsonb_array_elements_text(coalesce(merge.moved -> 'list_events', '[]')) i);
    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);
    INSERT INTO public.lead_list_members
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'kept_members') b,
        LATERAL jsonb_populate_record(NULL::public.lead_list_members, b) v
    WHERE merge.moved -> 'excluded' ? (b ->> 'id') AND EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = v.lead_list_id)
        AND NOT EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = v.lead_list_id AND x.lead_id = v.lead_id)
    ON CONFLICT DO NOTHING;
    -- What the kept lead was on a list by is what it is on it by again, unless somebody has decided otherwise since.
    UPDATE public.lead_list_members m SET origin = b.origin, import_id = b.import_id
    FROM jsonb_to_recordset(merge.rows_before -> 'kept_members') b (id uuid, origin text, import_id uuid),
        jsonb_to_recordset(merge.rows_before -> 'lead_list_members') d (lead_list_id uuid, origin text)
    WHERE m.id = b.id AND m.lead_id = merge.kept_lead_id AND m.lead_list_id = d.lead_list_id AND m.origin = d.origin AND m.origin <> b.origin;
    UPDATE public.campaign_leads c SET lead_list_id = ll.id
    FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b JOIN jsonb_array_elements(merge.rows_after -> 'campaign_leads') a
        ON a -> 'id' = b -> 'id' AND a -> 'lead_list_id' <> b -> 'lead_list_id' LEFT JOIN public.lead_lists ll ON ll.id = (b ->> 'lead_list_id')::uuid
    WHERE c.id = (b ->> 'id')::uuid AND c.lead_list_id = (a ->> 'lead_list_id')::uuid;
    PERFORM henk.complete_events(NULL, ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);
    PERFORM henk.drop_empty_events(ARRAY[merge.kept_lead_id, merge.dropped_lead_id], '{left}');
    PERFORM henk.reattribute_leads(ARRAY[merge.kept_lead_id, merge.dropped_lead_id]);
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
    PERFORM henk.return_calls(merge), henk.return_merges(merge), henk.return_pairs(merge);
    UPDATE public.lead_merges SET taken_apart_at = clock_timestamp() WHERE id = p_merge_id;
    IF has_later THEN
        PERFORM henk.take_back_merge(p_merge_id, merge.kept_lead_id, was, after);
    END IF;
    PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.scores_only', 'on', true);
    UPDATE public.leads l SET updated_at = CASE WHEN is_written THEN written ELSE (was ->> 'updated_at')::timestamptz END
    WHERE l.id = merge.kept_lead_id;
    PERFORM set_config('henk.moving_rows', '', true), set_config('henk.scores_only', '', true);
END
$_$;


COMMENT ON FUNCTION henk.take_back_merge(p_merge_id uuid, p_lead_id uuid, p_before jsonb, p_after jsonb) IS 'Step of taking a merge apart: the dropped lead''s values leave the kept one.';


REVOKE ALL ON FUNCTION henk.take_back_merge(p_merge_id uuid, p_lead_id uuid, p_before jsonb, p_after jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.take_back_merge(p_merge_id uuid, p_lead_id uuid, p_before jsonb, p_after jsonb) TO service_role;


-- The values of a merge leave the kept lead as those of an import do: what files had since, and what people typed, takes their place. Of value fields,
-- tags and custom fields; the lead's other columns are as they were.
-- Migrations: 0055.
CREATE FUNCTION henk.take_back_merge(p_merge_id uuid, p_lead_id uuid, p_before jsonb, p_after jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
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


REVOKE ALL ON FUNCTION henk.unmerge(p_merge_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unmerge(p_merge_id uuid) TO service_role;


-- Migrations: 0015, 0034, 0049, 0055.
CREATE FUNCTION henk.unmerge(p_merge_id uuid) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    merge public.lead_merges;
BEGIN
    PERFORM henk.lock_business((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    PERFORM henk.lock_lists((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
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


COMMENT ON FUNCTION henk.unmerge_memberships(p_keep uuid, p_drop uuid) IS 'Step of taking a merge apart: exclusions and events go back.';


REVOKE ALL ON FUNCTION henk.unmerge_memberships(p_keep uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.unmerge_memberships(p_keep uuid, p_drop uuid) TO service_role;


-- Migrations: 0061.
CREATE FUNCTION henk.unmerge_memberships(p_keep uuid, p_drop uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM public.lead_list_exclusions x WHERE x.lead_id = p_keep AND x.merged_from = p_drop;
    UPDATE public.lead_list_events e SET lead_id = p_drop, merged_from = nullif(e.merged_from[array_position(e.merged_from, p_drop) + 1:], '{}')
    WHERE e.lead_id = p_keep AND p_drop = ANY (e.merged_from);
END
$$;


-- A merge is taken apart also where another lead has got the source id since: the lead that comes back leaves it to that one, and keeps it as a
-- custom field.
-- Migrations: 0032.
CREATE FUNCTION henk.without_taken_id(p_lead jsonb, p_kept uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM public.leads l WHERE l.business_id = (p_lead ->> 'business_id')::uuid AND l.source = p_lead ->> 'source'
            AND l.source_id = p_lead ->> 'source_id' AND l.id <> (p_lead ->> 'id')::uuid AND l.id IS DISTINCT FROM p_kept)
        THEN p_lead || jsonb_build_object('source_id', NULL, 'custom_fields', jsonb_build_object((p_lead ->> 'source') || '_id',
            p_lead -> 'source_id') || coalesce(p_lead -> 'custom_fields', '{}'))
        ELSE p_lead END
$$;


REVOKE ALL ON FUNCTION henk.without_taken_id(p_lead jsonb, p_kept uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.without_taken_id(p_lead jsonb, p_kept uuid) TO service_role;


COMMENT ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) IS 'Two leads of one business are one person: p_keep is filled in from p_drop where it is empty, any opt-out holds, tags and custom fields join. Members, campaign leads, provenance and what other tables say of p_drop go over. In a campaign that has both, the further status wins (dnc over all), attempts and talk time add up, amounts are the larger of the two. Gives p_keep.

Errors: 23503 for leads of different businesses; 22023 for a lead and itself; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) TO authenticated;
GRANT ALL ON FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) TO service_role;


-- Two leads that have become one already stay one, whichever of them was to stay. Gives: the lead that is there.
-- Migrations: 0011, 0015, 0034.
CREATE FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
DECLARE
    merge_id uuid;
BEGIN
    PERFORM henk.require_member(henk.business_of_lead(p_keep)), henk.require_member(henk.business_of_lead(p_drop));
    merge_id := henk.merge_into(p_keep, p_drop, NULL, NULL);
    RETURN (SELECT m.kept_lead_id FROM public.lead_merges m WHERE m.id = merge_id);
END
$$;


COMMENT ON FUNCTION public.unmerge_leads(p_merge_id uuid) IS 'Take a merge apart: the dropped lead is there again with what it had, and the two are decided to be different. What files and people have written to the kept lead since stays with it, as if the merge had not been. Gives the dropped lead''s id.';


REVOKE ALL ON FUNCTION public.unmerge_leads(p_merge_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unmerge_leads(p_merge_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.unmerge_leads(p_merge_id uuid) TO service_role;


-- Take a merge apart: the dropped lead is there again with what it had; the kept one is as it was, but for what has changed since. The two are
-- decided to be different. Gives: the id of the lead that is there again.
-- Migrations: 0015.
CREATE FUNCTION public.unmerge_leads(p_merge_id uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    RETURN henk.unmerge(p_merge_id);
END
$$;
