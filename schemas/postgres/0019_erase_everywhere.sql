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

CREATE OR REPLACE FUNCTION public.erase_lead(p_lead_id uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    business uuid := (SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id);
    emails text[];
    phones text[];
    blanked jsonb;
    report jsonb;
BEGIN
    PERFORM henk.require_member(business);
    PERFORM henk.lock_business(business);
    SELECT coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'email'), '{}'), coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'phone'), '{}')
    INTO emails, phones FROM henk.contacts_of(p_lead_id) c;

    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT business, c.channel, henk.fingerprint(business, c.value), 'erased', 'erasure' FROM henk.contacts_of(p_lead_id) c
    ORDER BY c.channel, c.value ON CONFLICT (business_id, channel, value) DO NOTHING;
    DELETE FROM public.suppressions s WHERE s.business_id = business
        AND ((s.channel = 'phone' AND s.value = ANY (phones)) OR (s.channel = 'email' AND s.value = ANY (emails)));

    WITH spoken AS (
        UPDATE public.lead_import_rejections r SET value = NULL, row = '{}', message = 'erased on request'
        WHERE r.business_id = business AND EXISTS (SELECT FROM unnest(array_append(emails, NULL)) e (email)
            WHERE henk.speaks_of(r.row || jsonb_build_object('value', r.value), e.email, phones))
        RETURNING r.import_id
    )
    SELECT jsonb_build_object('rejections_blanked', count(*), 'uploads', coalesce(jsonb_agg(DISTINCT i.upload), '[]'))
    INTO blanked FROM spoken s JOIN public.lead_imports i ON i.id = s.import_id;
    UPDATE public.lead_import_rows SET lost = NULL WHERE lead_id = p_lead_id;
    report := henk.erase(p_lead_id);
    RETURN report || jsonb_build_object('rejections_blanked', blanked -> 'rejections_blanked', 'uploads', (
        SELECT coalesce(jsonb_agg(DISTINCT u ORDER BY u), '[]') FROM jsonb_array_elements((report -> 'uploads') || (blanked -> 'uploads')) u));
END
$$;

REVOKE EXECUTE ON FUNCTION henk.contacts_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.contacts_of(uuid) TO service_role;

-- migrate:down
-- Forward only.
