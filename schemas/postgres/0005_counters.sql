-- migrate:up
-- Counters that are right after any statement, what an import brought, and updated_at.
--
-- Counting is done by statement triggers over transition tables: it costs what the statement's rows cost, whatever the table holds.
-- They run as the owner, for who adds a member needs no right to write a count.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL client_min_messages = 'warning';
SET LOCAL search_path = 'public';

CREATE SCHEMA IF NOT EXISTS henk;
CREATE TABLE IF NOT EXISTS henk.migration_report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration text NOT NULL,
    said text NOT NULL,
    said_at timestamptz NOT NULL DEFAULT now()
);

-- Which import brought a member, an assignment, a campaign lead: what undo takes back. No foreign key, and so no index that every import
-- would pay for: imports are never deleted, and undo comes by way of the import's leads.
ALTER TABLE lead_list_members ADD COLUMN IF NOT EXISTS import_id uuid;
ALTER TABLE campaign_lead_lists ADD COLUMN IF NOT EXISTS import_id uuid;
ALTER TABLE campaign_leads ADD COLUMN IF NOT EXISTS import_id uuid;
-- For `updated`: what the import wrote, by field. Undo puts an old value back only where this still stands.
ALTER TABLE lead_import_rows ADD COLUMN IF NOT EXISTS written jsonb;
ALTER TABLE lead_import_rows ADD COLUMN IF NOT EXISTS taken_back boolean NOT NULL DEFAULT false;

-- A campaign lead outlives an erased person, without the person: what was pledged stays true. Nobody without a name is called.
-- squawk-ignore ban-drop-not-null
ALTER TABLE campaign_leads ALTER COLUMN lead_id DROP NOT NULL;
-- Every row has had a lead until now.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE campaign_leads ADD CONSTRAINT campaign_leads_open_have_a_lead
CHECK (lead_id IS NOT NULL OR status NOT IN ('new', 'queued', 'calling'));

-- Made anew in the next statement, for databases of before the first release.
-- squawk-ignore ban-drop-constraint
ALTER TABLE leads DROP CONSTRAINT IF EXISTS leads_have_a_contact;
-- It says the same and a little less.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE leads ADD CONSTRAINT leads_have_a_contact CHECK (
    phone IS NOT NULL OR mobile_phone IS NOT NULL OR email IS NOT NULL OR source_metadata @> '{"migrated_without_contact": true}'
);

-- Only databases of before the first release have it.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX IF EXISTS campaign_leads_lead_list_id;
-- Likewise, 0002 makes it everywhere else.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS campaign_leads_list_campaign ON campaign_leads (lead_list_id, campaign_id);

CREATE FUNCTION henk.count_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM henk.add_to_lists(ARRAY(SELECT (lead_list_id, count(*))::henk.list_change FROM came GROUP BY lead_list_id));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM henk.add_to_lists(ARRAY(SELECT (lead_list_id, -count(*))::henk.list_change FROM went GROUP BY lead_list_id));
    ELSE
        PERFORM henk.add_to_lists(ARRAY(
            SELECT (t.lead_list_id, sum(t.n))::henk.list_change
            FROM (SELECT lead_list_id, 1 AS n FROM came UNION ALL SELECT lead_list_id, -1 FROM went) t
            GROUP BY t.lead_list_id HAVING sum(t.n) <> 0));
    END IF;
    RETURN NULL;
END
$$;

CREATE TYPE henk.list_change AS (lead_list_id uuid, leads bigint);
CREATE FUNCTION henk.add_to_lists(p_changes henk.list_change[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    -- Locked in the order of their ids: two statements that touch the same lists wait for each other, never both at once.
    WITH locked AS MATERIALIZED (
        SELECT ll.id, c.leads FROM public.lead_lists ll JOIN unnest(p_changes) c ON c.lead_list_id = ll.id
        ORDER BY ll.id FOR NO KEY UPDATE OF ll)
    UPDATE public.lead_lists ll SET lead_count = ll.lead_count + l.leads FROM locked l WHERE l.id = ll.id
$$;

CREATE TYPE henk.assignment_change AS (campaign_id uuid, lead_list_id uuid, total bigint, contacted bigint, successful bigint);
CREATE FUNCTION henk.add_to_assignments(p_changes henk.assignment_change[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    WITH locked AS MATERIALIZED (
        SELECT a.id, c.total, c.contacted, c.successful
        FROM public.campaign_lead_lists a
        JOIN unnest(p_changes) c ON c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id
        ORDER BY a.id FOR NO KEY UPDATE OF a)
    UPDATE public.campaign_lead_lists a SET total_leads = a.total_leads + l.total, contacted_leads = a.contacted_leads + l.contacted,
        successful_leads = a.successful_leads + l.successful
    FROM locked l WHERE l.id = a.id
$$;

-- Contacted: the person was reached, and may have given. Successful: the person gave.
CREATE FUNCTION henk.count_campaign_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (campaign_id, lead_list_id, count(*), count(*) FILTER (WHERE status IN ('contacted', 'converted')),
                count(*) FILTER (WHERE status = 'converted'))::henk.assignment_change
            FROM came WHERE lead_list_id IS NOT NULL GROUP BY campaign_id, lead_list_id));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (campaign_id, lead_list_id, -count(*), -count(*) FILTER (WHERE status IN ('contacted', 'converted')),
                -count(*) FILTER (WHERE status = 'converted'))::henk.assignment_change
            FROM went WHERE lead_list_id IS NOT NULL GROUP BY campaign_id, lead_list_id));
    ELSE
        PERFORM henk.add_to_assignments(ARRAY(
            SELECT (t.campaign_id, t.lead_list_id, sum(t.n), coalesce(sum(t.n) FILTER (WHERE t.status IN ('contacted', 'converted')), 0),
                coalesce(sum(t.n) FILTER (WHERE t.status = 'converted'), 0))::henk.assignment_change
            FROM (
                SELECT campaign_id, lead_list_id, status, 1 AS n FROM came
                UNION ALL SELECT campaign_id, lead_list_id, status, -1 FROM went) t
            WHERE t.lead_list_id IS NOT NULL
            GROUP BY t.campaign_id, t.lead_list_id
            HAVING sum(t.n) <> 0 OR sum(t.n) FILTER (WHERE t.status IN ('contacted', 'converted')) <> 0
                OR sum(t.n) FILTER (WHERE t.status = 'converted') <> 0));
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_inserted AFTER INSERT ON lead_list_members
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();
CREATE TRIGGER count_updated AFTER UPDATE ON lead_list_members
REFERENCING NEW TABLE AS came OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();
CREATE TRIGGER count_deleted AFTER DELETE ON lead_list_members
REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_members();
CREATE TRIGGER count_inserted AFTER INSERT ON campaign_leads
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.count_campaign_leads();
CREATE TRIGGER count_updated AFTER UPDATE ON campaign_leads
REFERENCING NEW TABLE AS came OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_campaign_leads();
CREATE TRIGGER count_deleted AFTER DELETE ON campaign_leads
REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.count_campaign_leads();

-- TRUNCATE shows no rows to count. The owner alone may do it; what is left is counted by hand.
CREATE FUNCTION henk.refuse_truncate() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE would leave the counts of % behind. Use DELETE.', TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
END
$$;
CREATE TRIGGER counts_need_rows BEFORE TRUNCATE ON lead_list_members FOR EACH STATEMENT EXECUTE FUNCTION henk.refuse_truncate();
CREATE TRIGGER counts_need_rows BEFORE TRUNCATE ON campaign_leads FOR EACH STATEMENT EXECUTE FUNCTION henk.refuse_truncate();

-- A count that a client sends along is passed over: the database knows better. Depth 0 is a statement of somebody's; the counting above
-- comes from inside a trigger.
CREATE FUNCTION henk.keep_list_count() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.lead_count := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.lead_count END;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_count_inserted BEFORE INSERT ON lead_lists
FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND NEW.lead_count <> 0) EXECUTE FUNCTION henk.keep_list_count();
CREATE TRIGGER keep_count_updated BEFORE UPDATE OF lead_count ON lead_lists
FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND NEW.lead_count IS DISTINCT FROM OLD.lead_count) EXECUTE FUNCTION henk.keep_list_count();

-- An assignment may come after its campaign leads, or change its list: then it is counted once. The campaign is locked against leads that
-- are being added meanwhile, which neither they nor this would count.
CREATE FUNCTION henk.count_assignment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.campaigns WHERE id = NEW.campaign_id FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE status IN ('contacted', 'converted')), count(*) FILTER (WHERE status = 'converted')
    INTO NEW.total_leads, NEW.contacted_leads, NEW.successful_leads
    FROM public.campaign_leads WHERE campaign_id = NEW.campaign_id AND lead_list_id = NEW.lead_list_id;
    RETURN NEW;
END
$$;
CREATE FUNCTION henk.keep_assignment_counts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.total_leads := OLD.total_leads;
    NEW.contacted_leads := OLD.contacted_leads;
    NEW.successful_leads := OLD.successful_leads;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_counts BEFORE UPDATE OF total_leads, contacted_leads, successful_leads ON campaign_lead_lists
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION henk.keep_assignment_counts();
-- Named to run after fill_business_id and keep_counts: triggers of one kind fire by name.
CREATE TRIGGER now_count_inserted BEFORE INSERT ON campaign_lead_lists FOR EACH ROW EXECUTE FUNCTION henk.count_assignment();
CREATE TRIGGER now_count_moved BEFORE UPDATE OF campaign_id, lead_list_id ON campaign_lead_lists
FOR EACH ROW WHEN (NEW.campaign_id <> OLD.campaign_id OR NEW.lead_list_id <> OLD.lead_list_id) EXECUTE FUNCTION henk.count_assignment();

-- Who writes a row need not think of updated_at; who sets it, as an import does, is left alone.
CREATE FUNCTION henk.touch_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
DO $touch$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['businesses', 'team_members', 'campaigns', 'leads', 'lead_lists'] LOOP
        EXECUTE format('CREATE TRIGGER touch_updated_at BEFORE UPDATE ON %I FOR EACH ROW '
            'WHEN (pg_trigger_depth() = 0 AND NEW.updated_at = OLD.updated_at AND NEW IS DISTINCT FROM OLD) '
            'EXECUTE FUNCTION henk.touch_updated_at()', name);
    END LOOP;
END
$touch$;

-- Counts as they are now, once: an older version counted at the end of a load only.
DO $recount$
BEGIN
    UPDATE lead_lists ll SET lead_count = m.n
    FROM (SELECT l.id, count(m.id) AS n FROM lead_lists l LEFT JOIN lead_list_members m ON m.lead_list_id = l.id GROUP BY l.id) m
    WHERE m.id = ll.id AND ll.lead_count <> m.n;
END
$recount$;

-- migrate:down
-- Forward only.
