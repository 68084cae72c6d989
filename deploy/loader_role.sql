-- The role that imports run as, where they need not be the owner of the database. It owns nothing, makes nothing but temporary tables, and is no superuser.
-- Row policies are for people, so it passes by them (BYPASSRLS); what it may touch is written here. Run it once, as an administrator, after `henk migrate`
-- and after each upgrade, in the database of Henk:
--
--     psql "$ADMIN_URL" -v ON_ERROR_STOP=1 -f deploy/loader_role.sql
--     ALTER ROLE henk_loader PASSWORD '…';            -- by hand, so that no file holds it
--     export HENK_DATABASE_URL=postgresql://henk_loader@host/database PGPASSFILE=…
--
-- Migrations, erasing, undoing and unmerging stay the owner's.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'henk_loader') THEN
        CREATE ROLE henk_loader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
    END IF;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO henk_loader', current_database());
END
$$;

GRANT USAGE ON SCHEMA public, henk, auth TO henk_loader;

-- What it looks things up in.
GRANT SELECT ON businesses, campaigns, lead_duplicate_candidates, lead_merges, suppressions TO henk_loader;
GRANT SELECT ON ALL TABLES IN SCHEMA henk TO henk_loader;
GRANT SELECT ON schema_migrations TO henk_loader;
-- To lock a campaign while a list comes into it: PostgreSQL asks for the right to change one column for that.
GRANT UPDATE (updated_at) ON campaigns TO henk_loader;

-- What it fills.
GRANT SELECT, INSERT, UPDATE ON leads, lead_lists, lead_list_members, campaign_lead_lists, campaign_leads TO henk_loader;
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_imports, lead_import_rows, lead_import_rejections TO henk_loader;
GRANT INSERT, UPDATE ON lead_duplicate_candidates, lead_merges, suppressions TO henk_loader;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.landed_files, henk.upload_attempts, henk.planned_runs, henk.refused_uploads TO henk_loader;
GRANT SELECT, INSERT ON henk.no_calls, henk.erasures TO henk_loader;
-- Rows that clients sent, which it reads, and which a merge moves.
GRANT SELECT, UPDATE, DELETE ON henk.sent_rows TO henk_loader;
GRANT SELECT, INSERT, UPDATE ON henk.load_turns TO henk_loader;
-- Lists with criteria: what a refresh writes, and a merge moves.
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_list_exclusions, lead_list_events, list_refreshes TO henk_loader;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.list_changes TO henk_loader;
-- When somebody assigned a list by hand (`henk campaign assign`).
GRANT SELECT, INSERT ON henk.assigned_by_hand TO henk_loader;

-- Two leads that turn out to be one: the other goes.
GRANT DELETE ON leads, lead_list_members, campaign_leads, lead_duplicate_candidates TO henk_loader;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, henk TO henk_loader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA henk, auth TO henk_loader;
GRANT EXECUTE ON FUNCTION add_lead_list_to_campaign(uuid, uuid, integer) TO henk_loader;
