-- migrate:up
-- Erasing a person is also about what they were known by before: a number that a later file replaced, an address that lost to another. None of
-- them is called or written, and no file that was received before brings the person back by one. And the report names the uploads of which
-- rejected rows alone speak of the person.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '30min';
SET LOCAL search_path = 'public';

-- Every e-mail address and telephone that a lead has or had, as files and merges told of it.
CREATE FUNCTION henk.contacts_of(p_lead_id uuid) RETURNS TABLE (channel text, value text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT c.channel, c.value
    FROM (
        SELECT to_jsonb(l) AS told FROM public.leads l WHERE l.id = p_lead_id
        UNION ALL SELECT t.told FROM public.lead_import_rows r CROSS JOIN unnest(ARRAY[r.lost, r.replaced, r.written]) t (told)
        WHERE r.lead_id = p_lead_id
        UNION ALL SELECT d.lead FROM public.lead_merges m CROSS JOIN jsonb_array_elements(m.rows_before -> 'leads') d (lead)
        WHERE m.kept_lead_id = p_lead_id AND m.taken_apart_at IS NULL
    ) said
    CROSS JOIN LATERAL (VALUES ('email', said.told ->> 'email'), ('phone', said.told ->> 'phone'), ('phone', said.told ->> 'mobile_phone')) c (channel, value)
    WHERE c.value IS NOT NULL
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
    DELETE FROM public.suppressions s WHERE s.business_id = person.business_id
        AND ((s.channel = 'phone' AND s.value = ANY (phones)) OR (s.channel = 'email' AND s.value = ANY (emails)));

    -- What was said and given stays counted, with nobody's name to it.
    DELETE FROM public.campaign_leads cl WHERE cl.lead_id = p_lead_id AND henk.is_untouched(cl);
    UPDATE public.campaign_leads cl SET lead_id = NULL, notes = NULL, next_attempt_at = NULL,
        status = CASE WHEN cl.status IN ('new', 'queued', 'calling') THEN 'dnc' ELSE cl.status END
    WHERE cl.lead_id = p_lead_id;
    GET DIAGNOSTICS kept = ROW_COUNT;

    WITH spoken AS (
        UPDATE public.lead_import_rejections r SET value = NULL, row = '{}', message = 'erased on request'
        WHERE r.business_id = person.business_id AND EXISTS (SELECT FROM unnest(array_append(emails, NULL)) e (email)
            WHERE henk.speaks_of(r.row || jsonb_build_object('value', r.value), e.email, phones))
        RETURNING r.import_id
    )
    SELECT coalesce(array_agg(s.import_id), '{}') INTO spoken_in FROM spoken s;
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

CREATE OR REPLACE FUNCTION public.erase_lead(p_lead_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    RETURN henk.erase(p_lead_id);
END
$$;

REVOKE EXECUTE ON FUNCTION henk.contacts_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.contacts_of(uuid) TO service_role;

-- migrate:down
-- Forward only.
