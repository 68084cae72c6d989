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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text;
    is_bad boolean;
BEGIN
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

-- migrate:down
-- Forward only.
