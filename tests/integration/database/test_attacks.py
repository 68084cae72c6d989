"""The ways around that must lead nowhere."""

import re
from contextlib import suppress

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.integration.database.acting import acting_as, acting_with, column, value


def refusal(connection, user, statement, ids):
    """The refusal's code and words, without the ids that the caller gave."""
    with pytest.raises(psycopg.Error) as caught, acting_as(connection, user):
        connection.execute(statement, ids)
    told = " ".join(filter(None, (caught.value.diag.message_primary, caught.value.diag.message_detail, caught.value.diag.message_hint)))
    return caught.value.sqlstate, re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", told)


PROBES = {
    "their list into our campaign, by table": "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%(campaign)s, %(list_)s)",
    "their list into our campaign, by function": "SELECT add_lead_list_to_campaign(%(campaign)s, %(list_)s)",
    "our list into their campaign, by table": "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%(campaign_)s, %(list)s)",
    "our list into their campaign, by function": "SELECT add_lead_list_to_campaign(%(campaign_)s, %(list)s)",
    "their list into their campaign": "SELECT add_lead_list_to_campaign(%(campaign_)s, %(list_)s)",
    "their list out of their campaign": "SELECT remove_lead_list_from_campaign(%(campaign_)s, %(list_)s)",
    "a member they have already": "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%(list_)s, %(lead_)s)",
    "their lead on our list": "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%(list)s, %(lead_)s)",
    "our lead on their list": "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%(list_)s, %(lead)s)",
    "our member to their list": "UPDATE lead_list_members SET lead_list_id = %(list_)s",
    "a campaign lead they have already": "INSERT INTO campaign_leads (campaign_id, lead_id) VALUES (%(campaign_)s, %(lead_)s)",
    "their lead in our campaign": "INSERT INTO campaign_leads (campaign_id, lead_id) VALUES (%(campaign)s, %(lead_)s)",
    "their list as source of our lead": "UPDATE campaign_leads SET lead_list_id = %(list_)s",
    "a lead of a known id": "INSERT INTO leads (id, business_id, email) VALUES (%(lead_)s, %(business)s, 'x@example.org')",
    "a list of a known id": "INSERT INTO lead_lists (id, business_id, name) VALUES (%(list_)s, %(business)s, 'x')",
    "a lead takes a known id": "UPDATE leads SET id = %(lead_)s",
    "a business beside their list": "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) VALUES (%(business)s, %(list_)s, %(lead_)s)",
    "a lead in their business": "INSERT INTO leads (business_id, email) VALUES (%(business_)s, 'x@example.org')",
    "our lead to their business": "UPDATE leads SET business_id = %(business_)s",
    "a list in their business": "SELECT create_lead_list_from_csv(%(business_)s, 'x', '[]')",
    "their import undone": "SELECT undo_lead_import(%(import_)s)",
    "their lead erased": "SELECT erase_lead(%(lead_)s)",
    "their lead into ours": "SELECT merge_leads(%(lead)s, %(lead_)s)",
    "ours into theirs": "SELECT merge_leads(%(lead_)s, %(lead)s)",
    "their list refreshed": "SELECT refresh_lead_list(%(list_)s)",
    "their suppression": "INSERT INTO suppressions (business_id, channel, value) VALUES (%(business_)s, 'email', 'x@example.org')",
    "a known slug": "UPDATE businesses SET slug = 'other'",
}


@pytest.mark.parametrize("probe", PROBES)
def test_what_exists_elsewhere_and_what_does_not_exist_is_refused_in_the_same_words(world, probe):
    connection, acme, other, people = world
    theirs = {f"{name}_": identifier for name, identifier in other.items()}
    nobodys = dict.fromkeys(theirs, "00000000-0000-4000-8000-000000000000")
    for who in ("member", "owner"):
        told = [refusal(connection, people[who][1], PROBES[probe], acme | ids) for ids in (theirs, nobodys)]
        assert told[0] == told[1]
        if "SELECT" in PROBES[probe]:
            assert told[0][0] == "42501"


def test_reading_and_changing_what_is_not_ours_finds_nothing(world):
    connection, _, other, people = world
    with acting_as(connection, people["owner"][1]):
        assert connection.execute("SELECT FROM leads WHERE id = %(lead)s", other).rowcount == 0
        assert connection.execute("UPDATE leads SET first_name = 'x' WHERE id = %(lead)s", other).rowcount == 0
        assert connection.execute("DELETE FROM lead_lists WHERE id = %(list)s", other).rowcount == 0
        assert connection.execute("SELECT FROM campaign_lead_lists_with_stats WHERE lead_list_id = %(list)s", other).rowcount == 0
        assert connection.execute("SELECT FROM lead_lists_with_campaigns WHERE id = %(list)s", other).rowcount == 0


def test_somebody_of_both_businesses_cannot_mix_them(world):
    connection, acme, other, people = world
    ids = acme | {f"{name}_": identifier for name, identifier in other.items()}
    connection.execute("UPDATE team_members SET role = 'owner' WHERE user_id = %s", [people["of two"][1]])
    for statement in (
        "SELECT add_lead_list_to_campaign(%(campaign)s, %(list_)s)",
        "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%(campaign)s, %(list_)s)",
        "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%(list)s, %(lead_)s)",
        "SELECT merge_leads(%(lead)s, %(lead_)s)",
    ):
        assert refusal(connection, people["of two"][1], statement, ids)[0] == "23503"
    connection.execute(
        "UPDATE team_members SET role = 'member' WHERE user_id = %s AND business_id = %s", [people["of two"][1], acme["business"]]
    )
    connection.execute(
        "UPDATE team_members SET role = 'viewer' WHERE user_id = %s AND business_id = %s", [people["of two"][1], other["business"]]
    )


@pytest.mark.parametrize(
    "claims",
    [
        "",
        "{}",
        "null",
        "[]",
        "not json",
        '{"sub": "not a uuid"}',
        '{"sub": null}',
        '{"sub": {"$ne": ""}}',
        '{"role": "service_role"}',
        '{"role": "service_role", "sub": ""}',
        '{"sub": "\\u0000"}',
        '{"user_metadata": {"sub": "%(owner)s", "business_id": "%(business)s"}, "role": "owner"}',
        "%(owner)s",
    ],
)
def test_claims_that_name_nobody_open_nothing(world, claims):
    connection, acme, _, _ = world
    if "%(" in claims:
        claims = claims % acme
    for table in ("leads", "businesses", "lead_lists_with_campaigns"):
        # Claims that nobody can read end the statement.
        with suppress(psycopg.DataError), acting_with(connection, claims):
            assert connection.execute(f"SELECT FROM {table}").rowcount == 0
    for call in ("add_lead_list_to_campaign(%(campaign)s, %(list)s)", "create_lead_list_from_csv(%(business)s, 'x', '[]')"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_with(connection, claims):
            connection.execute(f"SELECT {call}", acme)


def test_settings_that_a_client_could_think_of_open_nothing(world):
    connection, acme, _, people = world
    with acting_as(connection, people["stranger"][1]):
        for name in ("request.jwt.claim.sub", "request.jwt.sub", "app.user_id", "henk.user", "request.headers"):
            connection.execute("SELECT set_config(%s, %s, true)", [name, acme["owner"]])
        assert connection.execute("SELECT FROM leads").rowcount == 0


def test_a_service_token_that_names_a_user_is_that_user(world):
    connection, _, other, people = world
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(connection, people["member"][1], "service_role"):
        connection.execute("SELECT create_lead_list_from_csv(%(business)s, 'x', '[]')", other)


def test_what_a_caller_makes_is_not_taken_for_ours(world):
    connection, acme, other, people = world
    connection.execute("CREATE SCHEMA IF NOT EXISTS evil")
    connection.execute("GRANT ALL ON SCHEMA evil TO authenticated")
    user = people["stranger"][1]
    with acting_as(connection, user, take_back=True):
        for table in (
            "leads",
            "lead_lists",
            "campaigns",
            "businesses",
            "campaign_leads",
            "campaign_lead_lists",
            "lead_list_members",
            "suppressions",
        ):
            connection.execute(sql.SQL("CREATE TEMP TABLE {} (id uuid, business_id uuid)").format(sql.Identifier(table)))
        connection.execute(
            "CREATE TEMP TABLE team_members AS SELECT %s::uuid AS business_id, %s::uuid AS user_id, 'owner' AS role, 'active' AS status",
            [acme["business"], user],
        )
        connection.execute("CREATE FUNCTION evil.yes(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'")
        connection.execute("CREATE OPERATOR evil.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = evil.yes)")
        connection.execute("SET LOCAL search_path = pg_temp, evil, public, pg_catalog")
        assert connection.execute("SELECT FROM public.leads").rowcount == 0
        for call in (
            "public.add_lead_list_to_campaign(%(campaign)s, %(list)s)",
            "public.create_lead_list_from_csv(%(business)s, 'x', '[{\"email\": \"x@example.org\"}]')",
            "public.erase_lead(%(lead)s)",
            "public.undo_lead_import(%(import)s)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"SELECT {call}", acme)

    # A member's own call works on the real tables, whatever stands in the way.
    member = people["member"][1]
    with acting_as(connection, member, take_back=True):
        for table in ("leads", "lead_lists", "campaigns", "text", "uuid", "jsonb", "henk_people", "henk_keys", "name", "timestamptz"):
            connection.execute(sql.SQL("CREATE TEMP TABLE {} (id integer)").format(sql.Identifier(table)))
        arguments = "pg_catalog.uuid, pg_catalog.uuid"
        connection.execute(f"CREATE FUNCTION evil.yes({arguments}) RETURNS boolean LANGUAGE sql AS 'SELECT true'")
        connection.execute("CREATE OPERATOR evil.= (LEFTARG = pg_catalog.uuid, RIGHTARG = pg_catalog.uuid, FUNCTION = evil.yes)")
        connection.execute("SET LOCAL search_path = pg_temp, evil, public, pg_catalog")
        made = connection.execute(
            'SELECT public.create_lead_list_from_csv(%(business)s, \'x\', \'[{"email": "x@example.org", "phone": "2125550101"}]\')::pg_catalog.text',
            acme,
        ).fetchone()[0]
        connection.execute("SELECT public.add_lead_list_to_campaign(%s, %s, 9)", [acme["campaign"], made])
        connection.execute("SET LOCAL search_path = public")  # the questions below are the test's own
        assert connection.execute("SELECT total_leads FROM public.campaign_lead_lists WHERE lead_list_id = %s", [made]).fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM public.leads WHERE business_id <> %(business)s", acme).fetchall() == [(0,)]
    assert value(connection, "SELECT count(*) FROM leads WHERE business_id = %(business)s", other) == 3


def test_a_members_select_may_be_parallel(world):
    connection, _, _, people = world
    with acting_as(connection, people["member"][1], take_back=True):
        setting = "debug_parallel_query" if connection.info.server_version >= 160000 else "force_parallel_mode"
        connection.execute(f"SET LOCAL {setting} = on")
        connection.execute(
            "SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0"
        )
        plan = column(connection, "EXPLAIN (ANALYZE) SELECT count(*) FROM leads")
        assert any("Workers Launched" in line for line in plan)
        assert value(connection, "SELECT count(*) FROM leads") == 3


def test_a_function_of_the_callers_in_the_condition_sees_no_foreign_row(world):
    connection, _, _, people = world
    seen = []
    connection.add_notice_handler(lambda notice: seen.append(notice.message_primary))
    with acting_as(connection, people["member"][1]):
        connection.execute(
            """CREATE FUNCTION pg_temp.leak(p_id uuid) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
            AS $$ BEGIN RAISE NOTICE 'saw %', p_id; RETURN true; END $$"""
        )
        mine = column(connection, "SELECT id::text FROM leads WHERE pg_temp.leak(id)")
    assert {text.removeprefix("saw ") for text in seen if text.startswith("saw ")} == set(mine)
    assert mine


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE leads CASCADE",
        "SELECT FROM henk.phone_regions",
        "SELECT FROM henk.quarantine",
        "SELECT FROM henk.migration_report",
        "SELECT henk.assign_list(%(campaign)s, %(list)s, 1)",
        "SELECT henk.erase(%(lead)s)",
        "SELECT henk.create_list(%(business)s, 'x', '[]')",
        "SELECT henk.matching_leads(%(business)s, NULL)",
        "SELECT FROM auth.users",
        "ALTER TABLE leads DISABLE ROW LEVEL SECURITY",
        "SET LOCAL session_replication_role = replica",
        "UPDATE campaign_lead_lists_with_stats SET priority = 1",
        "INSERT INTO lead_lists_with_campaigns (business_id, name) VALUES (%(business)s, 'x')",
        "UPDATE team_members SET role = 'owner'",
        "UPDATE team_members SET user_id = %(new_user)s",
        "INSERT INTO lead_import_rows (import_id, business_id, line_number, action) VALUES (%(import)s, %(business)s, 7, 'inserted')",
    ],
)
def test_what_no_member_may_do(world, statement):
    connection, acme, _, people = world
    try:
        with acting_as(connection, people["member"][1], take_back=True):
            assert connection.execute(statement, acme).rowcount == 0
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState):
        pass


def test_an_admin_manages_members_but_makes_and_unmakes_no_owner(world):
    connection, acme, _, people = world
    admin = people["admin"][1]
    with acting_as(connection, admin, take_back=True):
        assert connection.execute("UPDATE team_members SET role = 'viewer' WHERE user_id = %(colleague)s", acme).rowcount == 1
        assert connection.execute("UPDATE team_members SET status = 'left' WHERE user_id = %(owner)s", acme).rowcount == 0
        assert connection.execute("DELETE FROM team_members WHERE role = 'owner'").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute("UPDATE team_members SET role = 'owner' WHERE user_id = %s", [admin])


def test_leads_of_a_client_cannot_carry_another_ones_filter_in(world):
    connection, acme, _, people = world
    with pytest.raises(psycopg.errors.InvalidParameterValue), acting_as(connection, people["member"][1]):
        connection.execute(
            "UPDATE lead_lists SET filter_criteria = %s WHERE id = %s", [Jsonb({"field": "business_id", "op": "is_null"}), acme["list"]]
        )
