-- Made by `make schema` from a database with every migration applied; nothing runs this file.

COMMENT ON FUNCTION henk.address_prints(p_business_id uuid, p_email text) IS 'The fingerprints of an address, of its mailbox, and of every address in the text.';


REVOKE ALL ON FUNCTION henk.address_prints(p_business_id uuid, p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.address_prints(p_business_id uuid, p_email text) TO service_role;


-- Fingerprints under which an address is kept: of the address and of its mailbox (henk.email_key); of a text with several addresses of each.
-- Migrations: 0031.
CREATE FUNCTION henk.address_prints(p_business_id uuid, p_email text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_email IS NULL) THEN '{}'::text[] WHEN (henk.is_plain_email(p_email) AND (p_email !~ '[+].*@|@g(oogle)?mail[.]com$'::text)) THEN ARRAY[henk.fingerprint(p_business_id, p_email)] ELSE ARRAY(SELECT henk.fingerprint(address_prints.p_business_id, address_prints.p_email) AS fingerprint UNION SELECT henk.fingerprint(address_prints.p_business_id, a.address) AS fingerprint FROM unnest(henk.addresses_in(address_prints.p_email)) a(address) UNION SELECT henk.fingerprint(address_prints.p_business_id, henk.email_key(a.address)) AS fingerprint FROM unnest(henk.addresses_in(address_prints.p_email)) a(address)) END;


REVOKE ALL ON FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- Blank what rejected rows, lines of files, merges and quarantined rows of the business hold of these contacts. Returns the imports they belong to.
-- Migrations: 0027.
CREATE FUNCTION henk.blank_traces(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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


SET default_tablespace = '';

SET default_table_access_method = heap;


-- An erased contact ends the calls of every lead that has it. No index finds a fingerprint: it is looked for among the open campaign leads.
-- Migrations: 0026.
CREATE FUNCTION henk.end_calls_of_erased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    lead_ids uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM came) THEN
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT array_agg(DISTINCT u.id) FROM (SELECT DISTINCT s.business_id FROM came s) b '
        'JOIN public.campaign_leads cl ON cl.business_id = b.business_id AND cl.status IN (''new'', ''queued'', ''contacted'', ''failed'') '
        'JOIN henk.leads_not_to_call u ON u.id = cl.lead_id' INTO lead_ids;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.end_calls_of_erased() FROM PUBLIC;


REVOKE ALL ON FUNCTION henk.erase(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.erase(p_lead_id uuid) TO service_role;


-- Migrations: 0011, 0019, 0027.
CREATE FUNCTION henk.erase(p_lead_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
    PERFORM henk.lock_lists((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    SELECT l.* INTO person FROM public.leads l WHERE l.id = p_lead_id FOR UPDATE;
    PERFORM henk.require_record(p_lead_id, person.id, 'lead');

    SELECT coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'email'), '{}'), coalesce(array_agg(c.value) FILTER (WHERE c.channel = 'phone'), '{}')
    INTO emails, phones FROM henk.contacts_of(p_lead_id) c;
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
    -- When the lead is gone: a number of a lead with a flag would stay blocked as it is written.
    PERFORM henk.keep_erased(person.business_id, emails, phones);
    elsewhere := elsewhere || henk.remove_contacts(person.business_id, emails, phones);
    RETURN jsonb_build_object('lead_id', p_lead_id, 'campaign_leads_kept_without_name', kept, 'rejections_blanked', cardinality(spoken_in),
        'uploads', uploads, 'rows_of_other_tables', elsewhere);
END
$_$;


REVOKE ALL ON FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- A person without a lead, as in 0027.
-- Migrations: 0027, 0031.
CREATE FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    traces uuid[];
    elsewhere jsonb;
BEGIN
    PERFORM henk.lock_business(p_business_id);
    PERFORM henk.keep_erased(p_business_id, p_emails, p_phones);
    traces := henk.blank_traces(p_business_id, p_emails, p_phones);
    elsewhere := henk.remove_contacts(p_business_id, p_emails, p_phones);
    RETURN jsonb_build_object('lead_id', NULL, 'campaign_leads_kept_without_name', 0, 'rejections_blanked', cardinality(traces), 'uploads',
        (SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') FROM public.lead_imports i WHERE i.id = ANY (traces)), 'rows_of_other_tables', elsewhere);
END
$$;


REVOKE ALL ON FUNCTION henk.fingerprint(p_business_id uuid, p_value text) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.fingerprint(p_business_id uuid, p_value text) TO service_role;
GRANT ALL ON FUNCTION henk.fingerprint(p_business_id uuid, p_value text) TO authenticated;


-- What identifies a contact without saying it: for suppressions of people who are erased. A phone number has few digits; whoever may read
-- this table could find it by trying all of them, so it is a pseudonym, not anonymity.
-- Migrations: 0007.
CREATE FUNCTION henk.fingerprint(p_business_id uuid, p_value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('sha256:'::text || encode(sha256(convert_to((((p_business_id)::text || ' '::text) || p_value), 'UTF8'::name)), 'hex'::text));


COMMENT ON FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) IS 'Keep contacts as those of an erased person, and take their suppressions away.';


REVOKE ALL ON FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- Keep contacts as those of an erased person, in every written form, and take their suppressions away: nobody is to read who it was.
-- Migrations: 0031.
CREATE FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    keys text[] := ARRAY(SELECT DISTINCT k FROM unnest(p_phones) p (phone) CROSS JOIN LATERAL unnest(
        henk.phone_keys(p.phone, (SELECT b.default_country FROM public.businesses b WHERE b.id = p_business_id)) || henk.call_key(p.phone) || p.phone) k
        WHERE k IS NOT NULL);
BEGIN
    -- All at once: each statement looks through the open campaign leads of the business.
    INSERT INTO henk.erasures (business_id, channel, fingerprint)
    SELECT p_business_id, 'email', f FROM unnest(p_emails) e (email) CROSS JOIN LATERAL unnest(henk.address_prints(p_business_id, e.email)) f
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, k) FROM unnest(keys) k
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, r) FROM unnest(keys) k CROSS JOIN LATERAL unnest(henk.readings(k)) r
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, fingerprint) DO UPDATE SET erased_at = now();
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT p_business_id, 'email', f, 'erased', 'erasure' FROM unnest(p_emails) e (email) CROSS JOIN LATERAL unnest(henk.address_prints(p_business_id, e.email)) f
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, k), 'erased', 'erasure' FROM unnest(keys) k
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    DELETE FROM public.suppressions s WHERE s.business_id = p_business_id
        AND ((s.channel = 'phone' AND s.value = ANY (keys)) OR (s.channel = 'email' AND s.value = ANY (p_emails)));
    DELETE FROM henk.blocked_numbers r WHERE r.business_id = p_business_id AND r.of_value = ANY (keys);
END
$$;


-- An erasure is kept where no member can edit it, whoever writes the suppression.
-- Migrations: 0026.
CREATE FUNCTION henk.keep_erasure() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO henk.erasures (business_id, channel, fingerprint) VALUES (NEW.business_id, NEW.channel, NEW.value)
    ON CONFLICT (business_id, channel, fingerprint) DO UPDATE SET erased_at = now();
    RETURN NULL;
END
$$;


REVOKE ALL ON FUNCTION henk.keep_erasure() FROM PUBLIC;


COMMENT ON FUNCTION henk.prints_of_lead(p_lead public.leads) IS 'The fingerprints of every contact of a lead, as henk.said_no and henk.restated_opt_outs keep them.';


REVOKE ALL ON FUNCTION henk.prints_of_lead(p_lead public.leads) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.prints_of_lead(p_lead public.leads) TO service_role;


-- Fingerprints of every contact of a lead.
-- Migrations: 0031.
CREATE FUNCTION henk.prints_of_lead(p_lead public.leads) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT ARRAY(SELECT henk.fingerprint((p_lead).business_id, k) FROM unnest(henk.keys_of_lead(p_lead)) k)
        || henk.address_prints((p_lead).business_id, (p_lead).email)
$$;


COMMENT ON FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) IS 'Remove contacts of an erased person from the texts of other rows; table → rows changed.';


REVOKE ALL ON FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) TO service_role;


-- Remove contacts of an erased person from the texts of other rows: notes, custom fields, filters of lists, reasons, mappings. A lead that shares the
-- contact as its own keeps its texts. Returns: table → rows that were changed.
-- Migrations: 0031, 0054.
CREATE FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    pattern text := henk.contact_pattern(p_emails, p_phones);
    -- Asked first: the expression costs a hundred times as much.
    like_emails text[] := ARRAY(SELECT '%' || regexp_replace(lower(e), '([\\%_])', '\\\1', 'g') || '%' FROM unnest(p_emails) e);
    like_phones text[] := ARRAY(SELECT '%' || right(regexp_replace(p, '[^0-9]', '', 'g'), 9) || '%' FROM unnest(p_phones) p);
    target record;
    n integer;
    changed jsonb := '{}';
BEGIN
    IF pattern IS NULL THEN
        RETURN changed;
    END IF;
    FOR target IN
        SELECT t.name, t.mine, t.but,
            string_agg(format(CASE WHEN a.atttypid = 'jsonb'::regtype THEN '%1$I = henk.without_contacts(t.%1$I, $2)'
                ELSE '%1$I = regexp_replace(t.%1$I, $2, ''[erased]'', ''gi'')' END, a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(format('t.%I::text', a.attname), ', ' ORDER BY a.attnum) AS texts
        FROM (VALUES
            ('public.leads', 't.business_id = $1', 't.email = ANY ($3) OR t.phone = ANY ($4) OR t.mobile_phone = ANY ($4)',
                '{notes,description,custom_fields,tags,source_metadata,first_name,last_name,company,title,consent_unclear}'::text[]),
            ('public.campaign_leads', 't.business_id = $1', 'false', '{notes,outcome}'),
            ('public.campaigns', 't.business_id = $1', 'false', '{name,description,script,notes,settings}'),
            ('public.lead_lists', 't.business_id = $1', 'false', '{name,description,tags,filter_criteria,notes}'),
            ('public.campaign_lead_lists', 't.business_id = $1', 'false', '{filter_criteria,notes}'),
            ('public.suppressions', 't.business_id = $1', 'false', '{reason,source}'),
            ('public.lead_imports', 't.business_id = $1', 'false', '{mapping,options,reading,error,undo_report,checks,assigned,report}'),
            ('public.lead_merges', 't.business_id = $1', 'false', '{rows_before,rows_after,lost}'),
            ('public.list_refreshes', 't.business_id = $1', 'false', '{criteria,error}'), ('public.lead_list_exclusions', 't.business_id = $1', 'false', '{reason}'), ('henk.lifted_suppressions', 't.business_id = $1', 'false', '{reason}'),
            ('henk.refused_uploads', 't.business = (SELECT b.slug FROM public.businesses b WHERE b.id = $1)', 'false', '{reason}')
        ) t (name, mine, but, columns)
        JOIN pg_attribute a ON a.attrelid = to_regclass(t.name) AND a.attname = ANY (t.columns) AND NOT a.attisdropped
            AND a.atttypid IN ('jsonb'::regtype, 'text'::regtype, 'varchar'::regtype)
        GROUP BY t.name, t.mine, t.but ORDER BY t.name
    LOOP
        EXECUTE format('UPDATE %s t SET %s WHERE %s AND (%s) IS NOT TRUE AND CASE WHEN lower(concat_ws('' '', %5$s)) LIKE ANY ($5) '
            'OR translate(concat_ws('' '', %5$s), '' ()./-'', '''') LIKE ANY ($6) THEN concat_ws('' '', %5$s) ~* $2 END',
            target.name, target.columns, target.mine, target.but, target.texts) USING p_business_id, pattern, p_emails, p_phones, like_emails, like_phones;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n > 0 THEN
            changed := changed || jsonb_build_object(regexp_replace(target.name, '^public\.', ''), n);
        END IF;
    END LOOP;
    -- A custom field may be called by a contact.
    DELETE FROM henk.lead_edits e
    USING (SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id
        UNION SELECT m.dropped_lead_id FROM public.lead_merges m WHERE m.business_id = p_business_id) l
    WHERE e.lead_id = l.id AND e.member <> '' AND CASE WHEN lower(e.member) LIKE ANY (like_emails)
        OR translate(e.member, ' ()./-', '') LIKE ANY (like_phones) THEN e.member ~* pattern END;
    RETURN changed;
END
$_$;


-- Whether a cell of a rejected row says one of these contacts. Phones are compared by their last nine digits: the cell is as somebody typed.
-- Migrations: 0011, 0032.
CREATE FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT EXISTS (
        SELECT FROM jsonb_path_query(p_row, '$.** ? (@.type() == "string")') cell
        WHERE strpos(henk.lowered(cell #>> '{}'), p_email) > 0
            OR right(regexp_replace(cell #>> '{}', '[^0-9]', '', 'g'), 9) = ANY (
                SELECT right(p, 9) FROM unnest(p_phones) p WHERE length(p) >= 9))
$_$;


REVOKE ALL ON FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION henk.speaks_of(p_row jsonb, p_email text, p_phones text[]) TO service_role;


COMMENT ON FUNCTION public.erase_lead(p_lead_id uuid) IS 'A privacy request. The lead, its members, its provenance and its rejected rows are gone; campaign leads that were worked on stay counted, without a lead, notes or further calls; its numbers and address stay suppressed, as fingerprints. Gives a report: campaign_leads_kept_without_name, rejections_blanked, uploads (whose files still hold the person), rows_of_other_tables (that no longer refer to it, but may speak of it).

Errors: 23503 where another table must refer to the lead; 42501, P0002 as above.';


REVOKE ALL ON FUNCTION public.erase_lead(p_lead_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_lead(p_lead_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.erase_lead(p_lead_id uuid) TO service_role;


-- What the rows of a person said in vain goes with the person.
-- Migrations: 0011, 0015, 0019.
CREATE FUNCTION public.erase_lead(p_lead_id uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    PERFORM henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead_id));
    RETURN henk.erase(p_lead_id);
END
$$;
