-- migrate:up
-- Erasing reaches what names the person without being the person's lead: merges, also those taken apart; outcomes; lines of files whose lead is gone;
-- rejected rows of people who never became a lead. And a merge that is taken apart takes back the suppressions it caused.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- A merge with a lead that opted out suppresses the numbers of both. Those it caused are kept with the merge: of the lead that had no flag.
CREATE FUNCTION henk.keep_merged_opt_outs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.moved := NEW.moved || jsonb_build_object('suppressions', (
        SELECT coalesce(jsonb_agg(DISTINCT s.value), '[]')
        FROM jsonb_array_elements(NEW.rows_before -> 'leads') l
        CROSS JOIN unnest(ARRAY[l ->> 'phone', l ->> 'mobile_phone']) n (number)
        JOIN public.suppressions s ON s.business_id = NEW.business_id AND s.channel = 'phone' AND s.value = henk.call_key(n.number)
        WHERE s.added_at = now() AND s.source IN ('lead', 'campaign') AND NOT ((l ->> 'dnc')::boolean OR (l ->> 'do_not_call')::boolean)
    ), 'no_calls', (
        SELECT coalesce(jsonb_agg(DISTINCT c.address), '[]')
        FROM jsonb_array_elements(NEW.rows_before -> 'leads') l
        JOIN henk.no_calls c ON c.business_id = NEW.business_id AND c.address = henk.fingerprint(NEW.business_id, l ->> 'email')
        WHERE c.said_at = now() AND NOT ((l ->> 'dnc')::boolean OR (l ->> 'do_not_call')::boolean)));
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_merged_opt_outs BEFORE INSERT ON lead_merges FOR EACH ROW EXECUTE FUNCTION henk.keep_merged_opt_outs();

-- Take back what a merge suppressed. A flag that the kept lead got after the merge may be either person's: then everything stays.
CREATE FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM public.leads l WHERE l.id = p_merge.kept_lead_id AND ((l.dnc AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'dnc')::boolean)
        OR (l.do_not_call AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'do_not_call')::boolean))) THEN
        RETURN;
    END IF;
    DELETE FROM public.suppressions s WHERE s.business_id = p_merge.business_id AND s.channel = 'phone' AND s.source IN ('lead', 'campaign')
        AND p_merge.moved -> 'suppressions' ? s.value AND NOT EXISTS (
            SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND l.id <> p_merge.kept_lead_id AND (l.dnc OR l.do_not_call)
                AND s.value IN (henk.call_key(l.phone), henk.call_key(l.mobile_phone)));
    DELETE FROM henk.no_calls c WHERE c.business_id = p_merge.business_id AND p_merge.moved -> 'no_calls' ? c.address AND NOT EXISTS (
        SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND l.id <> p_merge.kept_lead_id AND (l.dnc OR l.do_not_call)
            AND henk.fingerprint(l.business_id, l.email) = c.address);
END
$$;
DO $$
DECLARE
    body text := pg_get_functiondef('henk.unmerge(uuid)'::regprocedure);
    place text := '    SELECT to_jsonb(l) INTO kept FROM public.leads l WHERE l.id = merge.kept_lead_id FOR UPDATE;';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.unmerge is not as migration 0015 made it.';
    END IF;
    EXECUTE replace(body, place, '    PERFORM henk.lift_merged_opt_outs(merge);' || chr(10) || place);
END
$$;

-- Blank what rejected rows, lines of files, merges and quarantined rows of the business hold of these contacts. Returns the imports they belong to.
CREATE FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS uuid[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rejected uuid[];
    lines uuid[];
BEGIN
    WITH spoken AS (
        UPDATE public.lead_import_rejections r SET value = NULL, row = '{}', message = 'erased on request'
        WHERE r.business_id = p_business_id AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email)
            WHERE henk.speaks_of(r.row || jsonb_build_object('value', r.value), e.email, p_phones))
        RETURNING r.import_id
    )
    SELECT coalesce(array_agg(s.import_id), '{}') INTO rejected FROM spoken s;
    WITH spoken AS (
        UPDATE public.lead_import_rows r SET replaced = NULL, written = NULL, lost = NULL
        WHERE r.business_id = p_business_id AND num_nonnulls(r.replaced, r.written, r.lost) > 0
            AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email)
                WHERE henk.speaks_of(jsonb_build_array(r.replaced, r.written, r.lost), e.email, p_phones))
        RETURNING r.import_id
    )
    SELECT coalesce(array_agg(s.import_id), '{}') INTO lines FROM spoken s;
    DELETE FROM public.lead_merges m WHERE m.business_id = p_business_id AND m.taken_apart_at IS NOT NULL
        AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email)
            WHERE henk.speaks_of(jsonb_build_array(m.rows_before, m.rows_after, m.lost), e.email, p_phones));
    IF to_regclass('henk.quarantine') IS NOT NULL THEN
        UPDATE henk.quarantine q SET row = '{}' WHERE q.row ->> 'business_id' = p_business_id::text
            AND EXISTS (SELECT FROM unnest(array_append(p_emails, NULL)) e (email) WHERE henk.speaks_of(q.row, e.email, p_phones));
    END IF;
    RETURN rejected || lines;
END
$$;

-- A person without a lead: of a rejected row, of an import that was undone, of a lead that was deleted.
CREATE FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    traces uuid[];
BEGIN
    PERFORM henk.lock_business(p_business_id);
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT p_business_id, c.channel, henk.fingerprint(p_business_id, c.value), 'erased', 'erasure'
    FROM (SELECT 'email' AS channel, e AS value FROM unnest(p_emails) e
        UNION SELECT 'phone', p FROM unnest(p_phones) p UNION SELECT 'phone', henk.call_key(p) FROM unnest(p_phones) p) c
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    DELETE FROM public.suppressions s WHERE s.business_id = p_business_id
        AND ((s.channel = 'phone' AND s.value IN (SELECT henk.call_key(p) FROM unnest(p_phones) p)) OR (s.channel = 'email' AND s.value = ANY (p_emails)));
    traces := henk.blank_traces(p_business_id, p_emails, p_phones);
    RETURN jsonb_build_object('lead_id', NULL, 'campaign_leads_kept_without_name', 0, 'rejections_blanked', cardinality(traces), 'uploads',
        (SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') FROM public.lead_imports i WHERE i.id = ANY (traces)), 'rows_of_other_tables', '{}'::jsonb);
END
$$;

CREATE OR REPLACE FUNCTION henk.erase(p_lead_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    person public.leads;
    reference record;
    uploads jsonb;
    elsewhere jsonb := '{}';
    kept integer;
    emails text[];
    phones text[];
    spoken_in uuid[]; -- the imports of rejected rows that speak of the person
    n integer;
BEGIN
    PERFORM henk.lock_business((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    SELECT l.* INTO person FROM public.leads l WHERE l.id = p_lead_id FOR UPDATE;
    PERFORM henk.require_record(p_lead_id, person.id, 'lead');

    SELECT coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'email'), '{}'), coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'phone'), '{}')
    INTO emails, phones FROM henk.contacts_of(p_lead_id) c;
    -- Nobody is to call or write this person again, and nobody is to read here who it was.
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT person.business_id, c.channel, henk.fingerprint(person.business_id, c.value), 'erased', 'erasure' FROM henk.contacts_of(p_lead_id) c
    ORDER BY c.channel, c.value ON CONFLICT (business_id, channel, value) DO NOTHING;
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT person.business_id, 'phone', henk.fingerprint(person.business_id, henk.call_key(p.phone)), 'erased', 'erasure'
    FROM unnest(phones) p (phone) ORDER BY 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    -- The contact in no_calls is a fingerprint of the same address: henk.erasures holds it from now on.
    DELETE FROM public.suppressions s WHERE s.business_id = person.business_id
        AND ((s.channel = 'phone' AND s.value IN (SELECT henk.call_key(p) FROM unnest(phones) p)) OR (s.channel = 'email' AND s.value = ANY (emails)));

    -- What was said and given stays counted, with nobody's name to it.
    DELETE FROM public.campaign_leads cl WHERE cl.lead_id = p_lead_id AND henk.is_untouched(cl);
    UPDATE public.campaign_leads cl SET lead_id = NULL, notes = NULL, outcome = NULL, next_attempt_at = NULL,
        status = CASE WHEN cl.status IN ('new', 'queued', 'calling') THEN 'dnc' ELSE cl.status END
    WHERE cl.lead_id = p_lead_id;
    GET DIAGNOSTICS kept = ROW_COUNT;

    -- Merges that hold the person, also those that were taken apart.
    DELETE FROM public.lead_merges m WHERE m.business_id = person.business_id AND (p_lead_id IN (m.kept_lead_id, m.dropped_lead_id)
        OR m.rows_before -> 'leads' @> jsonb_build_array(jsonb_build_object('id', p_lead_id)));
    spoken_in := henk.blank_traces(person.business_id, emails, phones);
    SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') INTO uploads FROM public.lead_imports i
    WHERE i.id = ANY (spoken_in) OR i.id IN (SELECT r.import_id FROM public.lead_import_rows r WHERE r.lead_id = p_lead_id);
    UPDATE public.lead_import_rows SET replaced = NULL, written = NULL, lost = NULL WHERE lead_id = p_lead_id;
    IF to_regclass('henk.quarantine') IS NOT NULL THEN
        UPDATE henk.quarantine q SET row = '{}' WHERE q.row_id = p_lead_id OR q.row ->> 'lead_id' = p_lead_id::text;
    END IF;

    FOR reference IN SELECT * FROM henk.foreign_references() LOOP
        IF reference.is_required THEN
            EXECUTE format('SELECT count(*) FROM %s WHERE %I = $1', reference.on_table, reference.on_column) INTO n USING p_lead_id;
            IF n > 0 THEN
                RAISE EXCEPTION 'The table % refers to this person in % rows and must: erase them there first.', reference.on_table, n
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
        ELSE
            EXECUTE format('UPDATE %s SET %I = NULL WHERE %2$I = $1', reference.on_table, reference.on_column) USING p_lead_id;
            GET DIAGNOSTICS n = ROW_COUNT;
            IF n > 0 THEN
                elsewhere := elsewhere || jsonb_build_object(regexp_replace(reference.on_table::text, '^public\.', ''), n);
            END IF;
        END IF;
    END LOOP;
    DELETE FROM public.leads WHERE id = p_lead_id;
    RETURN jsonb_build_object('lead_id', p_lead_id, 'campaign_leads_kept_without_name', kept, 'rejections_blanked', cardinality(spoken_in),
        'uploads', uploads, 'rows_of_other_tables', elsewhere);
END
$$;

REVOKE EXECUTE ON FUNCTION henk.keep_merged_opt_outs(), henk.lift_merged_opt_outs(public.lead_merges), henk.blank_traces(uuid, text[], text[]),
henk.erase_contacts(uuid, text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.lift_merged_opt_outs(public.lead_merges), henk.blank_traces(uuid, text[], text[]),
henk.erase_contacts(uuid, text[], text[]) TO service_role;

-- Opt-outs that were taken back by `henk suppress lift`.
CREATE TABLE henk.lifted_suppressions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    channel text NOT NULL,
    fingerprint text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    lifted_by text NOT NULL,
    lifted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX lifted_suppressions_business_id ON henk.lifted_suppressions (business_id);
COMMENT ON TABLE henk.lifted_suppressions IS 'Suppressions that were lifted by mistake''s correction: of what (fingerprint), why, by whom, when.';
REVOKE ALL ON henk.lifted_suppressions FROM PUBLIC;
GRANT SELECT, INSERT ON henk.lifted_suppressions TO service_role;

-- migrate:down
-- Forward only.
