-- migrate:up
-- Finding people who may be one: keys by which a lead is looked up, what a merge changed so that it can be taken apart, and decisions on pairs.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- Small letters without accents, spaces and punctuation.
CREATE FUNCTION henk.folded(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    -- translate deletes what has no counterpart: far cheaper than a regular expression, and this runs for every lead that is written.
    IF p_text ~ '[^ -~]' THEN
        p_text := regexp_replace(normalize(p_text, NFKD), '[\u0300-\u036f]', '', 'g');
    END IF;
    RETURN nullif(translate(lower(p_text), ' .,-''’`/()"', ''), '');
END
$$;

-- One form of each mailbox, by the rules of henk_pipeline/leads/identity.py.
CREATE FUNCTION henk.email_key(p_email text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    name text := split_part(p_email, '@', 1);
    domain text := split_part(p_email, '@', 2);
BEGIN
    IF domain IN ('gmail.com', 'googlemail.com') THEN
        domain := 'gmail.com';
        name := replace(name, '.', '');
    END IF;
    IF strpos(name, '+') > 1 AND domain IN ('gmail.com', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'icloud.com', 'me.com',
        'mac.com', 'fastmail.com', 'proton.me', 'protonmail.com', 'pm.me', 'zoho.com', 'yandex.com', 'hey.com') THEN
        name := split_part(name, '+', 1);
    END IF;
    RETURN name || '@' || domain;
END
$$;

-- Hashed keys of a person, each with the business in it: people who share one are worth comparing. Telephones and source ids have indexes of
-- their own.
CREATE FUNCTION henk.match_keys(
    p_business_id uuid, p_first text, p_last text, p_email text, p_street text, p_city text, p_postal text, p_birth text
) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 -- the index is to be used, not the function row by row
AS $$
DECLARE
    seed bigint := hashtextextended(p_business_id::text, 0);
    first text := henk.folded(split_part(p_first, ' ', 1));
    last text := henk.folded(p_last);
    place text := coalesce(henk.folded(p_postal), henk.folded(p_city));
    -- The first letter and the next three consonants: what typing and hearing change least.
    first_sound text := left(first, 1) || left(translate(substr(first, 2), 'aeiouyhw', ''), 3);
    last_sound text := left(last, 1) || left(translate(substr(last, 2), 'aeiouyhw', ''), 3);
    house text := substring(p_street FROM '\d+') || left(translate(lower(p_street), '0123456789 .,-', ''), 4);
    email text := henk.email_key(p_email);
    mailbox text := split_part(email, '@', 1);
    birth text := translate(p_birth, '-', '');
    keys bigint [] := '{}'; -- of what is null there is no key
BEGIN
    IF email IS NOT NULL THEN keys := keys || hashtextextended('e' || email, seed); END IF;
    IF length(mailbox) >= 6 THEN keys := keys || hashtextextended('m' || mailbox, seed); END IF;
    IF first IS NOT NULL AND last IS NOT NULL THEN
        keys := keys || hashtextextended('n' || least(first, last) || ' ' || greatest(first, last), seed);
    END IF;
    IF place IS NOT NULL THEN
        IF last IS NOT NULL THEN keys := keys || hashtextextended('l' || last_sound || place, seed); END IF;
        IF first IS NOT NULL THEN keys := keys || hashtextextended('l' || first_sound || place, seed); END IF;
        IF house IS NOT NULL THEN keys := keys || hashtextextended('h' || house || place, seed); END IF;
    END IF;
    IF birth IS NOT NULL THEN
        IF last IS NOT NULL THEN keys := keys || hashtextextended('b' || birth || left(last, 1), seed); END IF;
        IF first IS NOT NULL THEN keys := keys || hashtextextended('b' || birth || left(first, 1), seed); END IF;
    END IF;
    RETURN keys;
END
$$;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_match_keys ON leads USING gin (
    henk.match_keys(business_id, first_name, last_name, email, street, city, postal_code, custom_fields ->> 'birth_date')
);

-- What was said of a lead in vain finds it, too: an address that lost to another is still the person's.
CREATE FUNCTION henk.lost_keys(p_business_id uuid, p_lost jsonb) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT henk.match_keys(p_business_id, NULL, NULL, p_lost ->> 'email', NULL, NULL, NULL, NULL) || ARRAY(
        SELECT hashtextextended('p' || p, hashtextextended(p_business_id::text, 0))
        FROM unnest(ARRAY[p_lost ->> 'phone', p_lost ->> 'mobile_phone']) p WHERE p IS NOT NULL)
$$;

-- How a row came to its lead: {"by": "email", "line": 7} or {"by": "likely", "lead_id": …, "probability": 0.993}.
ALTER TABLE lead_import_rows ADD COLUMN IF NOT EXISTS matched_by jsonb;
-- What the row said in vain, because another value of the person won: field → value.
ALTER TABLE lead_import_rows ADD COLUMN IF NOT EXISTS lost jsonb;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS lead_import_rows_lost_keys ON lead_import_rows USING gin (henk.lost_keys(business_id, lost)) WHERE lost IS NOT NULL;

-- A score is no word of anybody's on a lead: who writes scores alone says so, and updated_at stays.
CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON leads FOR EACH ROW
WHEN (
    pg_trigger_depth() = 0 AND NEW.updated_at = OLD.updated_at AND NEW IS DISTINCT FROM OLD
    AND coalesce(current_setting('henk.scores_only', true), '') <> 'on'
)
EXECUTE FUNCTION henk.touch_updated_at();

-- What a merge did, so that it can be taken apart.
CREATE TABLE IF NOT EXISTS lead_merges (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    kept_lead_id uuid NOT NULL,
    dropped_lead_id uuid NOT NULL, -- no lead any more, until the merge is taken apart
    import_id uuid, -- that found the two to be one
    match_probability double precision CHECK (match_probability BETWEEN 0 AND 1),
    rows_before jsonb NOT NULL, -- table → its rows as they were
    rows_after jsonb NOT NULL, -- what the kept lead and its campaign leads became
    moved jsonb NOT NULL, -- table → keys of the rows that went over
    lost jsonb, -- what the dropped lead said that the kept one does not
    merged_by uuid,
    merged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_apart_at timestamptz,
    FOREIGN KEY (business_id, kept_lead_id) REFERENCES leads (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, import_id) REFERENCES lead_imports (business_id, id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS lead_merges_lost_keys ON lead_merges USING gin (henk.lost_keys(business_id, lost)) WHERE lost IS NOT NULL;
CREATE INDEX IF NOT EXISTS lead_merges_kept_lead_id ON lead_merges (kept_lead_id, merged_at);
CREATE INDEX IF NOT EXISTS lead_merges_import_id ON lead_merges (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS lead_merges_business_id ON lead_merges (business_id, merged_at);
ALTER TABLE lead_merges ENABLE ROW LEVEL SECURITY;
INSERT INTO henk.client_rights (table_name, inserts, updates, deletes, team_roles, withheld, fixed, only_columns)
VALUES ('lead_merges', false, false, false, '{owner,admin,member}', '{}', '{}', NULL) ON CONFLICT DO NOTHING;
REVOKE ALL ON lead_merges FROM PUBLIC, anon, authenticated;
GRANT SELECT ON lead_merges TO authenticated;
GRANT ALL ON lead_merges TO service_role;
CREATE POLICY members_read ON lead_merges FOR SELECT TO authenticated
USING (business_id = any((SELECT henk.my_businesses())::uuid[]));

COMMENT ON TABLE lead_merges IS 'Leads that became one: what was there before, so that a merge can be taken apart.';
COMMENT ON COLUMN lead_import_rows.lost IS 'What the row said in vain, because another value of the person won: field → value.';
COMMENT ON COLUMN lead_import_rows.matched_by IS 'How the row came to its lead: by which key or probability, and by which row or lead.';

-- The single column that names a row of a table of the installation's own; null where there is none.
CREATE FUNCTION henk.key_column(p_table regclass) RETURNS name
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = p_table AND i.indisprimary AND i.indnkeyatts = 1
$$;

CREATE FUNCTION henk.lost_in_merge(p_keep uuid, p_drop uuid, p_leads jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(f, d.lead -> f)
    FROM jsonb_array_elements(p_leads) d (lead)
    CROSS JOIN unnest(ARRAY['first_name', 'last_name', 'email', 'phone', 'mobile_phone', 'street', 'city', 'postal_code', 'source_id']) f
    JOIN public.leads k ON k.id = p_keep
    WHERE d.lead ->> 'id' = p_drop::text AND d.lead ->> f IS NOT NULL AND d.lead -> f IS DISTINCT FROM to_jsonb(k) -> f
$$;

CREATE FUNCTION henk.merge_into(p_keep uuid, p_drop uuid, p_import_id uuid, p_probability double precision) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' -- to_jsonb writes moments in it
AS $$
DECLARE
    merge_id uuid := gen_random_uuid();
    before jsonb;
    moved jsonb;
    business uuid;
    key name;
    keys jsonb;
    elsewhere jsonb := '{}';
    reference record;
BEGIN
    SELECT l.business_id INTO business FROM public.leads l WHERE l.id = p_keep;
    PERFORM henk.lock_business(business);
    PERFORM FROM public.leads l WHERE l.id IN (p_keep, p_drop) ORDER BY l.id FOR UPDATE;
    before := jsonb_build_object(
        'leads', (SELECT jsonb_agg(to_jsonb(l)) FROM public.leads l WHERE l.id IN (p_keep, p_drop)),
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id IN (p_keep, p_drop)),
        'lead_list_members', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM public.lead_list_members m WHERE m.lead_id = p_drop),
        'lead_duplicate_candidates', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM public.lead_duplicate_candidates d
            WHERE p_drop IN (d.lead_id, d.other_lead_id)));
    moved := jsonb_build_object('lead_import_rows', (
        SELECT coalesce(jsonb_agg(jsonb_build_array(r.import_id, r.line_number)), '[]') FROM public.lead_import_rows r WHERE r.lead_id = p_drop));
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
        'campaign_leads', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public.campaign_leads c WHERE c.lead_id = p_keep)),
        moved || jsonb_build_object('elsewhere', elsewhere), henk.lost_in_merge(p_keep, p_drop, before -> 'leads'), henk.caller_id());
    RETURN merge_id;
END
$$;

CREATE OR REPLACE FUNCTION public.merge_leads(p_keep uuid, p_drop uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_keep)),
        henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_drop));
    PERFORM henk.merge_into(p_keep, p_drop, NULL, NULL);
    RETURN p_keep;
END
$$;

-- A lead as it was, but for what has been changed since `p_after`: that stays. Opt-outs said since are kept, whoever of the two said them.
CREATE FUNCTION henk.restored(p_now jsonb, p_before jsonb, p_after jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(n.key, CASE
        WHEN n.key IN ('do_not_call', 'dnc', 'do_not_email', 'email_opt_out')
            THEN to_jsonb((n.value = 'true' AND p_after -> n.key <> 'true') OR p_before -> n.key = 'true')
        WHEN n.value IS NOT DISTINCT FROM p_after -> n.key AND p_before ? n.key THEN p_before -> n.key
        ELSE n.value END)
    FROM jsonb_each(p_now) n
$$;

CREATE FUNCTION henk.unmerge(p_merge_id uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    merge public.lead_merges;
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
    SELECT to_jsonb(l) INTO kept FROM public.leads l WHERE l.id = merge.kept_lead_id FOR UPDATE;
    SELECT l INTO dropped FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' = merge.dropped_lead_id::text;
    SELECT l INTO was FROM jsonb_array_elements(merge.rows_before -> 'leads') l WHERE l ->> 'id' <> merge.dropped_lead_id::text;
    after := merge.rows_after -> 'leads' -> 0;
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'updated_at', 'updated_by');
    EXECUTE 'UPDATE public.leads l SET ' || columns || ', updated_at = now(), updated_by = henk.caller_id() '
        'FROM jsonb_populate_record(NULL::public.leads, $1) v WHERE l.id = $2' USING henk.restored(kept, was, after), merge.kept_lead_id;
    -- An opt-out that came after the merge may be of either: both keep it.
    INSERT INTO public.leads
    SELECT * FROM jsonb_populate_record(NULL::public.leads, dropped || (
        SELECT jsonb_object_agg(f, (kept -> f = 'true' AND after -> f <> 'true') OR dropped -> f = 'true')
        FROM unnest(ARRAY['do_not_call', 'dnc', 'do_not_email', 'email_opt_out']) f) || jsonb_build_object('updated_at', now()));

    -- Campaign leads: what went over goes back; of two that became one the dropped one's is there again, and the kept one's as it was, unless
    -- somebody has worked on it since.
    UPDATE public.campaign_leads c SET lead_id = merge.dropped_lead_id
    FROM jsonb_array_elements(merge.rows_before -> 'campaign_leads') b
    WHERE b ->> 'lead_id' = merge.dropped_lead_id::text AND c.id = (b ->> 'id')::uuid AND c.lead_id = merge.kept_lead_id;
    SELECT string_agg(format('%1$I = v.%1$I', a.attname), ', ') INTO columns FROM pg_attribute a
    WHERE a.attrelid = 'public.campaign_leads'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('id', 'business_id', 'campaign_id', 'lead_id', 'lead_list_id', 'import_id');
    EXECUTE 'UPDATE public.campaign_leads c SET ' || columns || ' FROM jsonb_array_elements($1) b, jsonb_array_elements($2) a, '
        'LATERAL jsonb_populate_record(NULL::public.campaign_leads, b) v '
        'WHERE c.id = (b ->> ''id'')::uuid AND a ->> ''id'' = b ->> ''id'' AND to_jsonb(c) = a AND b ->> ''lead_id'' = $3'
    USING merge.rows_before -> 'campaign_leads', merge.rows_after -> 'campaign_leads', merge.kept_lead_id::text;
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

    -- What had been merged into the dropped one before goes back with it.
    UPDATE public.lead_merges m SET kept_lead_id = merge.dropped_lead_id
    WHERE m.kept_lead_id = merge.kept_lead_id AND m.id <> merge.id
        AND EXISTS (SELECT FROM jsonb_array_elements(m.rows_before -> 'leads') l WHERE l ->> 'id' = merge.dropped_lead_id::text);
    -- Somebody says by this that they are two: that is remembered.
    INSERT INTO public.lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, decision, decided_by, decided_at)
    VALUES (merge.business_id, least(merge.kept_lead_id, merge.dropped_lead_id), greatest(merge.kept_lead_id, merge.dropped_lead_id),
        coalesce(merge.match_probability, 0), 'different', henk.caller_id(), now())
    ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = 'different', decided_by = EXCLUDED.decided_by, decided_at = now();
    UPDATE public.lead_merges SET taken_apart_at = clock_timestamp() WHERE id = p_merge_id;
    RETURN merge.dropped_lead_id;
END
$$;

-- Take a merge apart: the dropped lead is there again with what it had; the kept one is as it was, but for what has changed since. The two are
-- decided to be different. Gives: the id of the lead that is there again.
CREATE FUNCTION public.unmerge_leads(p_merge_id uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT m.business_id FROM public.lead_merges m WHERE m.id = p_merge_id));
    RETURN henk.unmerge(p_merge_id);
END
$$;
COMMENT ON FUNCTION unmerge_leads(uuid) IS
'Take a merge apart: the dropped lead is there again with what it had, and the two are decided to be different. Gives its id.';

-- Undoing an import takes apart what it merged, the latest first, before anything else.
CREATE OR REPLACE FUNCTION public.undo_lead_import(p_import_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    merge record;
BEGIN
    PERFORM henk.require_member((SELECT i.business_id FROM public.lead_imports i WHERE i.id = p_import_id));
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

-- What the rows of a person said in vain goes with the person.
CREATE OR REPLACE FUNCTION public.erase_lead(p_lead_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    UPDATE public.lead_import_rows SET lost = NULL WHERE lead_id = p_lead_id;
    RETURN henk.erase(p_lead_id);
END
$$;

REVOKE EXECUTE ON FUNCTION public.unmerge_leads(uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.unmerge_leads(uuid) TO authenticated, service_role;
REVOKE EXECUTE ON FUNCTION henk.merge_into(uuid, uuid, uuid, double precision), henk.unmerge(uuid), henk.restored(jsonb, jsonb, jsonb),
henk.key_column(regclass), henk.lost_in_merge(uuid, uuid, jsonb), henk.lost_keys(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.merge_into(uuid, uuid, uuid, double precision), henk.unmerge(uuid), henk.restored(jsonb, jsonb, jsonb),
henk.key_column(regclass), henk.lost_in_merge(uuid, uuid, jsonb), henk.lost_keys(uuid, jsonb) TO service_role;
-- An index calls them as whoever writes.
REVOKE EXECUTE ON FUNCTION henk.match_keys(uuid, text, text, text, text, text, text, text), henk.folded(text), henk.email_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.match_keys(uuid, text, text, text, text, text, text, text), henk.folded(text),
henk.email_key(text) TO authenticated, service_role;

-- migrate:down
-- Forward only.
