"""The tables hold what the contract says, and refuse what must be impossible."""

import psycopg
import pytest

from henk_pipeline.postgres import migrate

COLUMNS = {
    "businesses": "id name slug default_country timezone status settings created_at updated_at",
    "team_members": "id business_id user_id role status",
    "campaigns": "id business_id name description status max_attempts daily_call_cap budget goal_metric dedupe_by_phone exclude_dnc call_window_start "
    "call_window_end start_date end_date created_at updated_at",
    "leads": "id business_id first_name last_name email phone company lead_score quality_rating source source_id last_activity_at mobile_phone street "
    "city state postal_code country title department timezone preferred_language lead_source description owner_id status notes do_not_call dnc "
    "do_not_email email_opt_out tags custom_fields source_metadata last_synced_at sync_status sync_error created_at created_by updated_at updated_by "
    "score_breakdown",
    "lead_lists": "id business_id name description list_type lead_count is_archived tags metadata source source_id filter_criteria color created_at "
    "created_by updated_at updated_by",
    "lead_list_members": "id lead_list_id lead_id added_at added_by notes",
    "campaign_lead_lists": "id campaign_id lead_list_id priority max_attempts_override filter_criteria total_leads contacted_leads successful_leads "
    "is_active assigned_at completed_at assigned_by",
    "campaign_leads": "id campaign_id lead_id lead_list_id status attempts last_attempt_at next_attempt_at outcome pledged_amount donated_amount "
    "total_talk_time last_call_duration notes added_at contacted_at converted_at",
    "lead_imports": "id business_id upload file_name file_size content_hash mapping status rows_read rows_accepted rows_rejected rows_duplicate "
    "leads_inserted leads_updated leads_unchanged lead_list_id campaign_ids error started_at finished_at run_id",
    "lead_import_rows": "import_id line_number lead_id action replaced",
    "lead_import_rejections": "import_id line_number column_name value rule message row",
    "lead_duplicate_candidates": "id lead_id other_lead_id match_probability agreement decision decided_by decided_at",
    "suppressions": "business_id channel value reason source added_at",
}


@pytest.fixture
def two_businesses(connection):
    """Two businesses, each with a lead, a list and a campaign. Ids by name: business, lead, list, campaign; the other's with `other_`."""
    ids = {}
    for prefix, slug in (("", "acme"), ("other_", "other")):
        business = connection.execute("INSERT INTO businesses (name, slug) VALUES (%s, %s) RETURNING id", [slug, slug]).fetchone()[0]
        ids[f"{prefix}business"] = business
        for name, statement in (
            ("lead", "INSERT INTO leads (business_id, email) VALUES (%s, 'a@example.org') RETURNING id"),
            ("list", "INSERT INTO lead_lists (business_id, name) VALUES (%s, 'people') RETURNING id"),
            ("campaign", "INSERT INTO campaigns (business_id, name, status) VALUES (%s, 'Year End', 'draft') RETURNING id"),
        ):
            ids[prefix + name] = connection.execute(statement, [business]).fetchone()[0]
    return ids


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_of_the_contract_is_there(connection, table):
    found = {row[0] for row in connection.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])}
    assert set(COLUMNS[table].split()) <= found


def test_migrating_again_changes_nothing(connection, database_url):
    assert migrate.pending(connection) == []
    assert migrate.migrate(database_url) == ([], [])


def test_every_foreign_key_has_an_index(connection):
    lacking = connection.execute("""
        SELECT c.conrelid::regclass, c.conname FROM pg_constraint c
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL AND i.indkey[0] = ANY (c.conkey))""").fetchall()
    assert lacking == []


def test_no_index_is_served_by_another_ones_prefix(connection):
    doubled = connection.execute("""
        SELECT a.indexrelid::regclass, b.indexrelid::regclass FROM pg_index a JOIN pg_index b ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid
        WHERE NOT a.indisunique AND a.indpred IS NULL AND b.indpred IS NULL
            AND (b.indkey::text || ' ') LIKE (a.indkey::text || ' %') AND a.indrelid::regclass::text NOT LIKE 'pg_%'""").fetchall()
    assert doubled == []


def test_the_designs_plain_inserts_work(connection, two_businesses):
    ids = two_businesses
    connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%(list)s, %(lead)s)", ids)
    connection.execute("INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%(campaign)s, %(list)s)", ids)
    connection.execute("INSERT INTO campaign_leads (campaign_id, lead_id, lead_list_id) VALUES (%(campaign)s, %(lead)s, %(list)s)", ids)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%(list)s, %(other_lead)s)",
        "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) VALUES (%(other_business)s, %(list)s, %(other_lead)s)",
        "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%(campaign)s, %(other_list)s)",
        "INSERT INTO campaign_leads (campaign_id, lead_id) VALUES (%(campaign)s, %(other_lead)s)",
        "INSERT INTO campaign_leads (campaign_id, lead_id, lead_list_id) VALUES (%(campaign)s, %(lead)s, %(other_list)s)",
        "INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability) "
        "VALUES (%(business)s, least(%(lead)s, %(other_lead)s), greatest(%(lead)s, %(other_lead)s), 0.9)",
    ],
)
def test_two_businesses_cannot_be_mixed(connection, two_businesses, statement):
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(statement, two_businesses)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO leads (business_id) VALUES (%(business)s)",
        "UPDATE leads SET lead_score = 101",
        "UPDATE leads SET lead_score = -1",
        "UPDATE leads SET quality_rating = 'lukewarm'",
        "UPDATE campaigns SET status = 'running'",
        "UPDATE lead_lists SET list_type = 'clever'",
        "INSERT INTO campaign_leads (campaign_id, lead_id, status) VALUES (%(campaign)s, %(lead)s, 'done')",
        "INSERT INTO campaign_leads (campaign_id, lead_id, pledged_amount) VALUES (%(campaign)s, %(lead)s, -1)",
        "INSERT INTO campaign_leads (campaign_id, lead_id, attempts) VALUES (%(campaign)s, %(lead)s, -1)",
        "INSERT INTO businesses (name, slug) VALUES ('x', 'Not A Slug')",
        "INSERT INTO suppressions (business_id, channel, value) VALUES (%(business)s, 'fax', '1')",
        "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, rows_read) "
        "VALUES (%(business)s, 'k', 'f', 0, repeat('0', 64), 'l', '', 'loaded', 1)",
    ],
)
def test_what_no_column_may_hold(connection, two_businesses, statement):
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(statement, two_businesses)


def test_one_source_id_is_one_lead(connection, two_businesses):
    insert = "INSERT INTO leads (business_id, email, source, source_id) VALUES (%(business)s, 'b@example.org', 'hubspot', '7')"
    connection.execute(insert, two_businesses)
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(insert, two_businesses)


def test_auth_reads_the_claims_postgrest_sets(connection):
    with connection.transaction():
        connection.execute("""SET LOCAL request.jwt.claims = '{"sub": "11111111-1111-1111-1111-111111111111", "role": "authenticated"}'""")
        assert connection.execute("SELECT auth.uid()::text, auth.role()").fetchone() == (
            "11111111-1111-1111-1111-111111111111",
            "authenticated",
        )
    assert connection.execute("SELECT auth.uid(), auth.role()").fetchone() == (None, None)
