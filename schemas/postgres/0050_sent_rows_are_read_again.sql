-- migrate:up
-- Rows that clients send to create_lead_list_from_csv are kept until the reader of files has read them, too (the job read_sent_lists). SQL hears
-- the plain forms of a refusal at once; henk_pipeline.consent hears all. docs/decisions/0027-sent-rows-are-read-again.md
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE TABLE henk.sent_rows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id uuid NOT NULL REFERENCES public.businesses (id) ON DELETE CASCADE,
    lead_list_id uuid NOT NULL REFERENCES public.lead_lists (id) ON DELETE CASCADE,
    lead_id uuid REFERENCES public.leads (id) ON DELETE CASCADE, -- merging moves it (henk.foreign_references)
    cells jsonb NOT NULL,
    was_unclear boolean NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sent_rows_lead_list_id_idx ON henk.sent_rows (lead_list_id, id);
CREATE INDEX sent_rows_lead_id_idx ON henk.sent_rows (lead_id);
CREATE INDEX sent_rows_business_id_idx ON henk.sent_rows (business_id);
COMMENT ON TABLE henk.sent_rows IS 'Rows that clients sent, until the reader of files has read what they refuse.';
COMMENT ON COLUMN henk.sent_rows.cells IS 'The element of p_leads as it was sent.';
COMMENT ON COLUMN henk.sent_rows.was_unclear IS 'Whether SQL asked: a person may have decided since.';
REVOKE ALL ON henk.sent_rows FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.sent_rows TO service_role;

-- A person who is erased takes the sent row along: henk.erase sets lead_id null.
CREATE FUNCTION henk.forget_sent_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM henk.sent_rows WHERE id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.forget_sent_row() IS 'Trigger: delete a sent row that is no lead''s any more.';
REVOKE ALL ON FUNCTION henk.forget_sent_row() FROM PUBLIC;
CREATE TRIGGER forget_sent_row AFTER UPDATE ON henk.sent_rows FOR EACH ROW WHEN (NEW.lead_id IS NULL) EXECUTE FUNCTION henk.forget_sent_row();

-- As in 0010; and the rows wait for the reader of files.
CREATE OR REPLACE FUNCTION henk.create_list(p_business_id uuid, p_list_name text, p_leads jsonb) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $_$
DECLARE
    strangers text;
    list_id uuid;
    content text;
    caller uuid := henk.caller_id();
BEGIN
    PERFORM henk.require_record(p_business_id, (SELECT b.id FROM public.businesses b WHERE b.id = p_business_id), 'business');
    IF coalesce(btrim(p_list_name), '') = '' OR length(p_list_name) > 255 THEN
        RAISE EXCEPTION 'p_list_name: a list has a name of 1 to 255 characters.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF jsonb_typeof(p_leads) IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'p_leads: an array of objects, one a lead.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF jsonb_path_exists(p_leads, '$[*] ? (@.type() != "object")') THEN
        SELECT array_to_string((array_agg(e.n ORDER BY e.n))[1:50], ', ') || CASE WHEN count(*) > 50 THEN format(' … (%s in all)', count(*))
            ELSE '' END
        INTO strangers FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n) WHERE jsonb_typeof(e.item) <> 'object';
        RAISE EXCEPTION 'Nothing was imported. Elements of p_leads, counted from 1, that are no objects: %.', strangers
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM henk.lock_business(p_business_id);
    PERFORM henk.read_people(p_business_id, p_leads);
    PERFORM henk.discard_junk();
    PERFORM henk.hear_consent();
    PERFORM henk.find_persons();
    PERFORM henk.fold_persons();
    PERFORM henk.find_known(p_business_id);
    PERFORM henk.fold_persons(); -- two persons may have turned out to be one lead
    PERFORM henk.release_taken_ids(p_business_id);
    PERFORM henk.write_people(p_business_id);
    PERFORM henk.fill_source_ids(p_business_id);
    PERFORM henk.keep_unclear();

    -- The same rows under the same name are the same list: a client that lost the answer may call again.
    content := encode(sha256(convert_to(p_leads::text, 'UTF8')), 'hex');
    SELECT ll.id INTO list_id FROM public.lead_lists ll
    WHERE ll.business_id = p_business_id AND ll.name = btrim(p_list_name) AND ll.source = 'csv_import' AND ll.source_id = content
        AND NOT ll.is_archived ORDER BY ll.created_at, ll.id LIMIT 1;
    IF list_id IS NULL THEN
        INSERT INTO public.lead_lists (business_id, name, list_type, source, source_id, created_by)
        VALUES (p_business_id, btrim(p_list_name), 'static', 'csv_import', content, caller) RETURNING id INTO list_id;
    END IF;
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT p_business_id, list_id, p.lead_id, caller FROM pg_temp.henk_people p WHERE p.place = p.person
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    INSERT INTO henk.sent_rows (business_id, lead_list_id, lead_id, cells, was_unclear)
    SELECT p_business_id, list_id, f.lead_id, e.item, EXISTS (SELECT FROM pg_temp.henk_unclear u WHERE u.place = p.place)
    FROM jsonb_array_elements(p_leads) WITH ORDINALITY AS e (item, n)
    JOIN pg_temp.henk_people p ON p.place = e.n JOIN pg_temp.henk_people f ON f.place = p.person
    -- A plain name with contacts refuses nothing.
    WHERE p.custom_fields <> '{}' OR p.tags <> '[]' OR concat(p.notes, p.description, p.title, p.department, p.company, p.lead_source) <> ''
        OR concat(e.item ->> 'phone', e.item ->> 'mobile_phone') ~ '[[:alpha:]]'
        OR concat(p.first_name, p.last_name) ~ '[^A-Za-z .''\u0080-\U0010ffff-]';
    DROP TABLE pg_temp.henk_people, pg_temp.henk_keys;
    RETURN list_id;
END
$_$;

-- migrate:down
-- Forward only.
