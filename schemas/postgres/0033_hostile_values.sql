-- migrate:up
-- What one member writes stays that member's problem: values that cannot be published are refused; what a status implies is written here;
-- a business keeps an owner; rows name the user who wrote them; nothing joins a campaign that has ended or a list that is archived.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

-- The value where the analytics tables, Python and DuckDB can hold it, else null: amounts from 0 to under 10^15 (DECIMAL(18, 2) and every sum
-- of a billion of them), times of the years 1 to 9999 (infinity is 5877612 BC in Arrow, and an error in Python).
CREATE FUNCTION henk.publishable(p_value numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_value >= 0 AND p_value < 1e15 THEN p_value END;
CREATE FUNCTION henk.publishable(p_value double precision) RETURNS double precision -- as old installations have it
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_value >= 0 AND p_value < 1e15 THEN p_value END;
CREATE FUNCTION henk.publishable(p_value timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_value >= '0001-01-01 00:00:00+00' AND p_value < '10000-01-01 00:00:00+00' THEN p_value END;
CREATE FUNCTION henk.publishable(p_value date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_value >= '0001-01-01' AND p_value <= '9999-12-31' THEN p_value END;

-- Columns that hold such values. Their triggers refuse new values; rows from before keep theirs, are published as null, and are named by the
-- check `values_can_be_published`. No CHECK constraint: it would also refuse the opt-out or the erasure of such a row.
CREATE TABLE henk.published_values (
    table_name text NOT NULL,
    column_name text NOT NULL,
    PRIMARY KEY (table_name, column_name)
);
INSERT INTO henk.published_values (table_name, column_name)
VALUES
('businesses', 'created_at'),
('campaigns', 'budget'), ('campaigns', 'start_date'), ('campaigns', 'end_date'), ('campaigns', 'created_at'),
('leads', 'last_activity_at'), ('leads', 'created_at'), ('leads', 'updated_at'),
('lead_lists', 'created_at'),
('lead_list_members', 'added_at'),
('campaign_lead_lists', 'assigned_at'), ('campaign_lead_lists', 'completed_at'),
('campaign_leads', 'pledged_amount'), ('campaign_leads', 'donated_amount'), ('campaign_leads', 'last_attempt_at'),
('campaign_leads', 'next_attempt_at'), ('campaign_leads', 'added_at'), ('campaign_leads', 'contacted_at'), ('campaign_leads', 'converted_at'),
('suppressions', 'added_at');
GRANT SELECT ON henk.published_values TO service_role;

CREATE FUNCTION henk.refuse_unpublishable() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text;
    is_bad boolean;
BEGIN
    -- A merge, its undoing and an undone import move old values.
    IF coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NULL;
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT henk.publishable(($1).%1$I) IS DISTINCT FROM ($1).%1$I', name) INTO is_bad USING NEW;
        EXIT WHEN is_bad;
    END LOOP;
    RAISE EXCEPTION '% of % cannot be %.', name, TG_TABLE_NAME, left(to_jsonb(NEW) ->> name, 40)
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', COLUMN = name, CONSTRAINT = TG_NAME,
            HINT = 'Amounts are numbers from 0 to under 10^15, times lie in the years 1 to 9999. Leave it null where there is none.';
END
$$;
DO $$
DECLARE
    published record;
BEGIN
    FOR published IN
        SELECT v.table_name, string_agg(quote_literal(v.column_name), ', ' ORDER BY v.column_name) AS names,
            string_agg(format('henk.publishable(NEW.%1$I) IS DISTINCT FROM NEW.%1$I', v.column_name), ' OR ') AS is_bad,
            string_agg(format('NEW.%1$I IS DISTINCT FROM OLD.%1$I AND henk.publishable(NEW.%1$I) IS DISTINCT FROM NEW.%1$I', v.column_name), ' OR ')
                AS became_bad
        FROM henk.published_values v GROUP BY v.table_name
    LOOP
        -- AFTER: the row as every BEFORE trigger left it. Without a list of columns: it would miss what those write (migration 0029).
        EXECUTE format('CREATE TRIGGER publishable_inserted AFTER INSERT ON public.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION '
            'henk.refuse_unpublishable(%s)', published.table_name, published.is_bad, published.names);
        EXECUTE format('CREATE TRIGGER publishable_updated AFTER UPDATE ON public.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION '
            'henk.refuse_unpublishable(%s)', published.table_name, published.became_bad, published.names);
    END LOOP;
END
$$;

-- What a status implies is written where the client leaves it out: a dialler that sets nothing but the status is seen by scores and reports.
-- `henk.moving_rows`: rows that a merge, its undoing or an undone import moves keep what they have.
CREATE FUNCTION henk.fill_call_times() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before public.campaign_leads;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD;
    END IF;
    IF NEW.status IN ('contacted', 'converted') THEN
        NEW.contacted_at := coalesce(NEW.contacted_at, henk.publishable(NEW.last_attempt_at), now());
        IF NEW.status = 'converted' THEN
            NEW.converted_at := coalesce(NEW.converted_at, now());
        END IF;
    END IF;
    -- A call that was noted when it began is not noted again when it ends.
    IF NEW.last_attempt_at IS NOT DISTINCT FROM before.last_attempt_at AND (NEW.attempts > coalesce(before.attempts, 0)
        OR NEW.status = 'calling'
        OR (NEW.status IN ('contacted', 'failed') AND before.status IS DISTINCT FROM 'calling')
        OR (NEW.status IN ('contacted', 'failed', 'converted') AND NEW.last_attempt_at IS NULL)) THEN
        NEW.last_attempt_at := CASE WHEN TG_OP = 'INSERT' THEN coalesce(NEW.last_attempt_at, NEW.contacted_at, now()) ELSE now() END;
    END IF;
    IF NEW.status IN ('converted', 'dnc') AND NEW.next_attempt_at IS NOT DISTINCT FROM before.next_attempt_at THEN
        NEW.next_attempt_at := NULL;
    END IF;
    RETURN NEW;
END
$$;
-- After hold_updated, which may make the status dnc: such a call is not made.
CREATE TRIGGER times_follow_inserted BEFORE INSERT ON campaign_leads FOR EACH ROW
WHEN (
    (NEW.status NOT IN ('new', 'queued', 'dnc') OR NEW.attempts > 0) AND coalesce(current_setting('henk.moving_rows', true), '') <> 'on'
)
EXECUTE FUNCTION henk.fill_call_times();
CREATE TRIGGER times_follow_updated BEFORE UPDATE ON campaign_leads FOR EACH ROW
WHEN (
    (NEW.status <> OLD.status OR NEW.attempts > OLD.attempts) AND coalesce(current_setting('henk.moving_rows', true), '') <> 'on'
)
EXECUTE FUNCTION henk.fill_call_times();

-- An assignment is done when none of its leads is to be called any more, and open again when one is. A list that is paused stays as it is.
-- By index: where statistics say that most rows are open, the planner reads the table until it meets one, past every row that is not.
CREATE FUNCTION henk.complete_assignments(p_assignments uuid[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
    UPDATE public.campaign_lead_lists a SET completed_at = CASE WHEN o.is_open THEN NULL ELSE now() END
    FROM (SELECT t.id, t.total_leads = 0 OR EXISTS (SELECT FROM public.campaign_leads c
            WHERE c.campaign_id = t.campaign_id AND c.status IN ('new', 'queued', 'calling') AND c.lead_list_id = t.lead_list_id) AS is_open
        FROM public.campaign_lead_lists t WHERE t.id = ANY (p_assignments)) o
    WHERE a.id = o.id AND a.is_active AND o.is_open = (a.completed_at IS NOT NULL)
$$;

-- What follows from the statuses that a statement wrote. EXECUTE: planned for its rows.
CREATE FUNCTION henk.follow_statuses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before text := CASE TG_OP WHEN 'UPDATE' THEN 'went' ELSE '(SELECT c.* FROM public.campaign_leads c WHERE false)' END;
    assignments uuid[];
BEGIN
    -- A conversation is activity of the lead.
    IF coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN
        EXECUTE 'WITH spoken AS MATERIALIZED (
            SELECT n.lead_id, max(least(now(), greatest(henk.publishable(n.contacted_at), henk.publishable(n.converted_at)))) AS at
            FROM came n LEFT JOIN ' || before || ' o ON o.id = n.id
            WHERE n.status IN (''contacted'', ''converted'') AND n.status IS DISTINCT FROM o.status AND n.lead_id IS NOT NULL GROUP BY n.lead_id
        ), locked AS MATERIALIZED (
            SELECT l.id, s.at FROM public.leads l JOIN spoken s ON s.lead_id = l.id
            WHERE l.last_activity_at IS NULL OR l.last_activity_at < s.at ORDER BY l.id FOR NO KEY UPDATE OF l
        )
        UPDATE public.leads l SET last_activity_at = k.at FROM locked k WHERE l.id = k.id AND k.at IS NOT NULL';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- Those whose last open lead this may have been, or that have got one.
        EXECUTE 'SELECT array_agg(DISTINCT a.id) FROM came n JOIN went o ON o.id = n.id
            JOIN public.campaign_lead_lists a ON a.campaign_id = n.campaign_id AND a.lead_list_id IN (n.lead_list_id, o.lead_list_id)
            WHERE (n.status IN (''new'', ''queued'', ''calling''), n.lead_list_id)
                IS DISTINCT FROM (o.status IN (''new'', ''queued'', ''calling''), o.lead_list_id)' INTO assignments;
    ELSE
        EXECUTE 'SELECT array_agg(DISTINCT a.id) FROM (SELECT DISTINCT n.campaign_id, n.lead_list_id FROM came n) n
            JOIN public.campaign_lead_lists a ON a.campaign_id = n.campaign_id AND a.lead_list_id = n.lead_list_id
            WHERE a.completed_at IS NOT NULL' INTO assignments;
    END IF;
    IF assignments IS NOT NULL THEN
        PERFORM henk.complete_assignments(assignments);
    END IF;
    RETURN NULL;
END
$$;
-- After the counts: triggers of a table fire in the order of their names.
CREATE TRIGGER follow_statuses_inserted AFTER INSERT ON campaign_leads REFERENCING NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_statuses();
CREATE TRIGGER follow_statuses_updated AFTER UPDATE ON campaign_leads REFERENCING OLD TABLE AS went NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_statuses();

CREATE OR REPLACE FUNCTION henk.assign_list(
    p_campaign_id uuid, p_lead_list_id uuid, p_priority integer, p_import_id uuid DEFAULT NULL, OUT assignment_id uuid, OUT added integer
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign record;
    list_business uuid;
    criteria jsonb;
    eligible text;
    insertion text;
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    random_end text := substr(gen_random_uuid()::text, 20);
BEGIN
    -- One assignment to a campaign at a time.
    SELECT c.id, c.business_id, c.exclude_dnc, c.dedupe_by_phone INTO campaign FROM public.campaigns c
    WHERE c.id = p_campaign_id FOR NO KEY UPDATE;
    SELECT ll.business_id INTO list_business FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_campaign_id, campaign.id, 'campaign'), henk.require_record(p_lead_list_id, list_business, 'lead list');
    IF list_business <> campaign.business_id THEN
        RAISE EXCEPTION 'The lead list and the campaign belong to different businesses.' USING ERRCODE = 'foreign_key_violation';
    END IF;

    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id, lead_list_id, priority, assigned_by, import_id)
    VALUES (campaign.business_id, p_campaign_id, p_lead_list_id, p_priority, henk.caller_id(), p_import_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE
    -- A list that was taken away, or done with, is taken up again; one that is paused stays paused.
    SET priority = EXCLUDED.priority, is_active = a.is_active OR a.completed_at IS NOT NULL, completed_at = NULL
    WHERE a.priority <> EXCLUDED.priority OR a.completed_at IS NOT NULL;
    SELECT a.id, a.filter_criteria INTO assignment_id, criteria FROM public.campaign_lead_lists a
    WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;

    eligible := 'SELECT l.id, coalesce(l.phone, l.mobile_phone) AS number, l.lead_score '
        'FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id '
        'WHERE m.lead_list_id = $4 AND (' || henk.compile_filter(criteria) || ')'
        ' AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id = $3 AND cl.lead_id = l.id)';
    IF campaign.exclude_dnc THEN
        eligible := eligible || ' AND NOT EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id AND u.business_id = $2)';
    END IF;
    IF campaign.dedupe_by_phone THEN
        eligible := 'SELECT DISTINCT ON (coalesce(e.number, e.id::text)) e.id FROM (' || eligible || ') e WHERE NOT EXISTS ('
            'SELECT FROM public.campaign_leads cl JOIN public.leads other ON other.id = cl.lead_id '
            'WHERE cl.campaign_id = $3 AND other.id <> e.id AND coalesce(other.phone, other.mobile_phone) = e.number) '
            'ORDER BY coalesce(e.number, e.id::text), e.lead_score DESC NULLS LAST, e.id';
    END IF;
    insertion := 'INSERT INTO public.campaign_leads (id, business_id, campaign_id, lead_id, lead_list_id, import_id) '
        'SELECT (lpad(to_hex($6 + (e.n >> 12)), 12, ''0'') || ''7'' || lpad(to_hex(e.n & 4095), 3, ''0'') || $7)::uuid, $2, $3, e.id, $4, $5 '
        'FROM (SELECT e.id, row_number() OVER (ORDER BY e.id) AS n FROM (' || eligible || ') e) e ORDER BY e.n';
    BEGIN
        EXECUTE insertion USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id, milliseconds, random_end;
        GET DIAGNOSTICS added = ROW_COUNT;
    EXCEPTION WHEN unique_violation THEN
        -- Somebody has given the campaign one of them at this moment. To expect it of each row takes 2 s of 900,000.
        EXECUTE insertion || ' ON CONFLICT (campaign_id, lead_id) DO NOTHING'
        USING criteria, list_business, p_campaign_id, p_lead_list_id, p_import_id, milliseconds, random_end;
        GET DIAGNOSTICS added = ROW_COUNT;
    END;
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    PERFORM henk.complete_assignments(ARRAY[assignment_id]); -- with nobody left to call it is as done as it was
END
$$;


-- A lead without a contact: those that the migration of the old shape brought stay (their source_metadata says so), no other comes, whatever its
-- source_metadata says. A merge that is taken apart may bring one of them back; nothing but the functions of the database moves rows.
CREATE FUNCTION henk.refuse_without_contact() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'A lead needs a phone, a mobile phone or an e-mail address.'
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public', CONSTRAINT = 'leads_have_a_contact';
END
$$;
CREATE TRIGGER contact_inserted AFTER INSERT ON leads FOR EACH ROW
WHEN (NEW.phone IS NULL AND NEW.mobile_phone IS NULL AND NEW.email IS NULL)
EXECUTE FUNCTION henk.refuse_without_contact();
CREATE TRIGGER contact_updated AFTER UPDATE ON leads FOR EACH ROW
WHEN (
    NEW.phone IS NULL AND NEW.mobile_phone IS NULL AND NEW.email IS NULL
    AND (OLD.phone IS NOT NULL OR OLD.mobile_phone IS NOT NULL OR OLD.email IS NOT NULL)
)
EXECUTE FUNCTION henk.refuse_without_contact();

-- Who wrote a row is whom the claims name, not whom the row names. The arguments: the column that an INSERT fills and no UPDATE changes, and the
-- one that every write fills. Rows that a function of the database moves keep theirs.
CREATE FUNCTION henk.name_caller() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    caller uuid := henk.caller_id();
BEGIN
    IF caller IS NULL OR (coalesce(current_setting('henk.moving_rows', true), '') = 'on' AND current_user NOT IN ('anon', 'authenticated')) THEN
        RETURN NEW;
    END IF;
    CASE TG_ARGV[0]
        WHEN 'created_by' THEN NEW.created_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.created_by END;
        WHEN 'added_by' THEN NEW.added_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.added_by END;
        WHEN 'assigned_by' THEN NEW.assigned_by := CASE TG_OP WHEN 'INSERT' THEN caller ELSE OLD.assigned_by END;
    END CASE;
    IF TG_ARGV[1] = 'updated_by' THEN
        NEW.updated_by := CASE TG_OP WHEN 'UPDATE' THEN caller END;
    END IF;
    RETURN NEW;
END
$$;
GRANT EXECUTE ON FUNCTION henk.caller_id() TO authenticated;
DO $$
DECLARE
    written record;
    has_claims text := 'pg_trigger_depth() = 0 AND (coalesce(current_setting(''request.jwt.claims'', true), '''') <> '''' '
        'OR coalesce(current_setting(''request.jwt.claim.sub'', true), '''') <> '''')';
BEGIN
    FOR written IN SELECT * FROM (VALUES
        ('leads', '''created_by'', ''updated_by'''), ('lead_lists', '''created_by'', ''updated_by'''), ('lead_list_members', '''added_by'''),
        ('campaign_lead_lists', '''assigned_by''')) t (name, columns)
    LOOP
        EXECUTE format('CREATE TRIGGER name_caller_inserted BEFORE INSERT ON public.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION henk.name_caller(%s)',
            written.name, has_claims, written.columns);
        EXECUTE format('CREATE TRIGGER name_caller_updated BEFORE UPDATE ON public.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION henk.name_caller(%s)',
            written.name, has_claims, written.columns);
    END LOOP;
END
$$;

-- Two leads become one by merge_leads; the word alone merges nobody. Who decided, and when, is the caller, now.
CREATE FUNCTION henk.decide_pair() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
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
CREATE TRIGGER decide_pair BEFORE UPDATE ON lead_duplicate_candidates FOR EACH ROW
WHEN (
    NEW.decision <> OLD.decision OR NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.decided_at IS DISTINCT FROM OLD.decided_at
)
EXECUTE FUNCTION henk.decide_pair();

-- A business keeps an active owner: nobody else could make one. An account that is deleted (a cascade) is not held up by it.
CREATE FUNCTION henk.keep_owner() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM auth.users u WHERE u.id = OLD.user_id) THEN
        RETURN NULL;
    END IF;
    -- Two owners who leave at the same moment: the second waits, and then sees that the first has gone.
    PERFORM FROM public.businesses b WHERE b.id = OLD.business_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT FROM public.team_members t
        WHERE t.business_id = OLD.business_id AND t.role::text = 'owner' AND t.status::text = 'active') THEN
        RAISE EXCEPTION 'The business would have no active owner left.' USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = 'public',
            CONSTRAINT = TG_NAME, HINT = 'Make another member an owner first.';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_owner_updated AFTER UPDATE ON team_members FOR EACH ROW
WHEN (
    OLD.role::text = 'owner' AND OLD.status::text = 'active'
    AND (NEW.role::text <> 'owner' OR NEW.status::text <> 'active' OR NEW.business_id <> OLD.business_id)
)
EXECUTE FUNCTION henk.keep_owner();
CREATE TRIGGER keep_owner_deleted AFTER DELETE ON team_members FOR EACH ROW
WHEN (OLD.role::text = 'owner' AND OLD.status::text = 'active')
EXECUTE FUNCTION henk.keep_owner();

-- Filters. Numbers of custom fields are compared by their value in every comparison.
CREATE OR REPLACE FUNCTION henk.compile_comparison(p_criteria jsonb, p_place text, p_path text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked text := p_criteria ->> 'field'; -- the field, where it is no custom field
    op text := p_criteria ->> 'op';
    value jsonb := p_criteria -> 'value';
    value_type text := jsonb_typeof(p_criteria -> 'value');
    kind text;
    cell text; -- the lead's value, as SQL
    given text; -- the filter's value, as SQL
    number text; -- the lead's value of a custom field as a number, as SQL
    unknown text;
BEGIN
    SELECT string_agg(k, ', ') INTO unknown FROM jsonb_object_keys(p_criteria) AS k WHERE k NOT IN ('field', 'custom_field', 'op', 'value');
    IF unknown IS NOT NULL THEN
        PERFORM henk.refuse_filter(p_path, format('unknown key %s; a criterion has all, any or not, or field (or custom_field), op and value',
            left(unknown, 100)));
    ELSIF (p_criteria ? 'field') = (p_criteria ? 'custom_field') THEN
        PERFORM henk.refuse_filter(p_path, 'a comparison names one of field and custom_field');
    ELSIF jsonb_typeof(p_criteria -> 'op') IS DISTINCT FROM 'string'
        OR op NOT IN ('=', '!=', '<', '<=', '>', '>=', 'in', 'contains', 'is_null') THEN
        PERFORM henk.refuse_filter(p_path, 'op is one of =, !=, <, <=, >, >=, in, contains, is_null');
    END IF;

    IF p_criteria ? 'custom_field' THEN
        IF jsonb_typeof(p_criteria -> 'custom_field') <> 'string' OR p_criteria ->> 'custom_field' = '' THEN
            PERFORM henk.refuse_filter(p_path, 'custom_field is the name of a custom field');
        END IF;
        kind := 'custom';
        cell := format('(l.custom_fields ->> ($1 #>> %L))', henk.filter_path(p_place, 'custom_field'));
        -- Custom fields are texts of all kinds: one that is no number is neither more nor less than one (henk.uncompared_values counts them).
        number := format('(CASE WHEN %1$s ~ ''^-?[0-9]{1,30}([.][0-9]{1,30})?$'' THEN %1$s::numeric END)', cell);
    ELSE
        SELECT f.kind, format('l.%I', f.field) INTO kind, cell FROM henk.filter_fields f
        WHERE f.field = asked AND jsonb_typeof(p_criteria -> 'field') = 'string';
        IF kind IS NULL THEN
            PERFORM henk.refuse_filter(p_path, format('there is no field %s', left(coalesce(p_criteria -> 'field', 'null')::text, 100)));
        END IF;
    END IF;
    given := format('($1 #>> %L)', henk.filter_path(p_place, 'value'));

    IF op = 'is_null' THEN
        IF value IS NOT NULL AND value_type <> 'boolean' THEN
            PERFORM henk.refuse_filter(p_path, 'the value of is_null is true or false');
        END IF;
        cell := CASE WHEN kind = 'tags' THEN format('(%s = ''[]'')', cell) ELSE format('(%s IS NULL)', cell) END;
        RETURN CASE WHEN value = 'false' THEN 'NOT ' ELSE '' END || cell;
    END IF;

    IF op = 'in' THEN
        IF value_type IS DISTINCT FROM 'array' OR jsonb_array_length(value) NOT BETWEEN 1 AND 1000
            OR EXISTS (SELECT FROM jsonb_array_elements(value) e WHERE jsonb_typeof(e) NOT IN ('string', 'number')) THEN
            PERFORM henk.refuse_filter(p_path, 'the value of in is a list of 1 to 1000 texts or numbers');
        ELSIF kind IN ('boolean', 'time') THEN
            PERFORM henk.refuse_filter(p_path, format('in does not go with %s', asked));
        ELSIF kind = 'number' AND EXISTS (SELECT FROM jsonb_array_elements(value) e WHERE jsonb_typeof(e) <> 'number') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with numbers', asked));
        END IF;
        given := format('ARRAY(SELECT %s FROM jsonb_array_elements_text($1 #> %L) AS e)',
            CASE kind WHEN 'number' THEN 'e::numeric' ELSE 'henk.case_folded(e)' END, henk.filter_path(p_place, 'value'));
        RETURN CASE kind WHEN 'tags' THEN format('henk.has_tag(%s, %s)', cell, given)
            WHEN 'number' THEN format('coalesce(%s = ANY (%s), false)', cell, given)
            -- Numbers by their value (100 is 100.0), texts as they are written.
            WHEN 'custom' THEN format('(coalesce(henk.case_folded(%s) = ANY (%s), false) OR coalesce(%s = ANY (ARRAY(SELECT (e #>> ''{}'')::numeric '
                'FROM jsonb_array_elements($1 #> %L) AS e WHERE jsonb_typeof(e) = ''number'')), false))', cell, given, number,
                henk.filter_path(p_place, 'value'))
            ELSE format('coalesce(henk.case_folded(%s) = ANY (%s), false)', cell, given) END;
    END IF;

    IF op = 'contains' THEN
        IF value_type IS DISTINCT FROM 'string' OR value = '""' OR kind NOT IN ('text', 'custom', 'tags') THEN
            PERFORM henk.refuse_filter(p_path, 'contains asks for a text in a text, or for a tag');
        END IF;
        RETURN CASE kind WHEN 'tags' THEN format('henk.has_tag(%s, ARRAY[henk.case_folded(%s)])', cell, given)
            ELSE format('coalesce(strpos(henk.case_folded(%s), henk.case_folded(%s)) > 0, false)', cell, given) END;
    END IF;

    -- What is left compares: =, !=, <, <=, >, >=.
    IF kind = 'tags' THEN
        PERFORM henk.refuse_filter(p_path, 'tags are asked with contains, in or is_null');
    ELSIF kind = 'boolean' THEN
        IF value_type IS DISTINCT FROM 'boolean' OR op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared by = or != with true or false', asked));
        END IF;
        given := given || '::boolean';
    ELSIF kind = 'number' THEN
        IF value_type IS DISTINCT FROM 'number' THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a number', asked));
        END IF;
        given := given || '::numeric';
    ELSIF kind = 'time' THEN
        IF op IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared by <, <=, > or >=', asked));
        END IF;
        given := henk.filter_moment(value, henk.filter_path(p_place, 'value'), p_path);
    ELSIF kind = 'custom' AND value_type = 'number' THEN
        cell := number;
        given := given || '::numeric';
    ELSIF kind = 'custom' AND op IN ('<', '<=', '>', '>=') THEN
        -- Dates as they are kept in custom fields, 2026-01-31 …, are in order as texts.
        given := format('to_char(%s AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')', henk.filter_moment(value, henk.filter_path(p_place, 'value'), p_path));
        cell := format('(CASE WHEN %1$s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}'' THEN left(%1$s, 10) END COLLATE "C")', cell);
    ELSE
        IF op NOT IN ('=', '!=') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is a text: it is compared by =, !=, in, contains or is_null', asked));
        ELSIF value_type IS NULL OR value_type NOT IN ('string', 'boolean') OR (value_type = 'boolean' AND kind = 'text') THEN
            PERFORM henk.refuse_filter(p_path, format('%s is compared with a text', coalesce(asked, 'a custom field')));
        END IF;
        cell := format('henk.case_folded(%s)', cell);
        given := format('henk.case_folded(%s)', given);
    END IF;
    RETURN CASE op WHEN '!=' THEN format('(%s IS DISTINCT FROM %s)', cell, given)
        ELSE format('coalesce(%s %s %s, false)', cell, op, given) END;
END
$$;

-- The comparisons of criteria with a number or a time that cannot compare a custom field of some leads, for their text is neither ("$1,500",
-- "soon"): such a lead is not found by them. Gives: the custom field, what it is compared with (number or date), how many leads, and a text.
CREATE FUNCTION henk.uncompared_values(p_business_id uuid, p_criteria jsonb, p_lead_ids uuid[] DEFAULT NULL)
RETURNS TABLE (custom_field text, compared_with text, leads bigint, example text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    compared record;
BEGIN
    PERFORM henk.compile_filter(p_criteria);
    FOR compared IN
        SELECT DISTINCT c.criterion ->> 'custom_field' AS name, CASE WHEN jsonb_typeof(c.criterion -> 'value') = 'number'
            OR c.criterion ->> 'op' = 'in' THEN 'number' ELSE 'date' END AS kind
        FROM jsonb_path_query(p_criteria, 'strict $.** ? (@.type() == "object" && exists (@.custom_field) && exists (@.op))') AS c (criterion)
        WHERE jsonb_typeof(c.criterion -> 'value') = 'number' OR c.criterion ->> 'op' IN ('<', '<=', '>', '>=')
            OR (c.criterion ->> 'op' = 'in' AND NOT c.criterion @? '$.value[*] ? (@.type() == "string")')
    LOOP
        RETURN QUERY SELECT compared.name, compared.kind, count(*), min(l.custom_fields ->> compared.name) FROM public.leads l
        WHERE l.business_id = p_business_id AND (p_lead_ids IS NULL OR l.id = ANY (p_lead_ids))
            AND l.custom_fields ->> compared.name !~ CASE compared.kind WHEN 'number' THEN '^-?[0-9]{1,30}([.][0-9]{1,30})?$'
                ELSE '^[0-9]{4}-[0-9]{2}-[0-9]{2}' END
        HAVING count(*) > 0;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION henk.refresh_list(p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list record;
    uncompared record;
    caller uuid := henk.caller_id();
BEGIN
    SELECT ll.id, ll.business_id, ll.list_type, ll.filter_criteria INTO list FROM public.lead_lists ll
    WHERE ll.id = p_lead_list_id FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    IF list.list_type = 'static' OR list.filter_criteria IS NULL THEN
        RAISE EXCEPTION 'Only a list of type dynamic or smart with filter_criteria has its members found; this one is %.', list.list_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    WITH matching AS MATERIALIZED (
        SELECT id FROM henk.matching_leads(list.business_id, list.filter_criteria) AS id
    ), left_over AS (
        DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id AND NOT EXISTS (SELECT FROM matching t WHERE t.id = m.lead_id)
    )
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT list.business_id, p_lead_list_id, t.id, caller FROM matching t ORDER BY t.id
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
    FOR uncompared IN SELECT * FROM henk.uncompared_values(list.business_id, list.filter_criteria) LOOP
        RAISE WARNING '% values of the custom field "%" are no % and could not be compared, such as "%".', uncompared.leads,
            uncompared.custom_field, uncompared.compared_with, left(uncompared.example, 40);
    END LOOP;
    RETURN (SELECT ll.lead_count FROM public.lead_lists ll WHERE ll.id = p_lead_list_id);
END
$$;

REVOKE EXECUTE ON FUNCTION henk.refuse_unpublishable(), henk.fill_call_times(), henk.complete_assignments(uuid[]), henk.follow_statuses(),
henk.refuse_without_contact(), henk.name_caller(), henk.decide_pair(), henk.keep_owner(),
henk.uncompared_values(uuid, jsonb, uuid[]), henk.publishable(numeric), henk.publishable(double precision), henk.publishable(timestamptz),
henk.publishable(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.complete_assignments(uuid[]), henk.uncompared_values(uuid, jsonb, uuid[]) TO service_role;
-- A trigger's condition is evaluated as the writer.
GRANT EXECUTE ON FUNCTION henk.publishable(numeric), henk.publishable(double precision), henk.publishable(timestamptz), henk.publishable(date)
TO authenticated, service_role;

-- migrate:down
-- Forward only.
