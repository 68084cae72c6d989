"""Values that PostgreSQL can hold and nothing else can: refused from now on, published as null where they stand from before."""

import psycopg
import pytest

from henk_pipeline.postgres import invariants, scores
from tests.integration.database.acting import acting_as, add_campaign, add_lead, add_list, assign, value

AMOUNTS = ["NaN", "Infinity", "1e60", "1e15", "-1", "-Infinity"]
MOMENTS = ["infinity", "-infinity", "294000-01-01", "10000-01-01", "4000-01-01 BC"]
HOSTILE = [
    *((table, column, bad) for table, column in (("campaign_leads", "donated_amount"), ("campaign_leads", "pledged_amount"), ("campaigns", "budget"))
      for bad in AMOUNTS),
    *(("campaign_leads", column, bad) for column in ("last_attempt_at", "next_attempt_at", "added_at", "contacted_at", "converted_at")
      for bad in MOMENTS),
    *(("campaigns", column, bad) for column in ("start_date", "end_date", "created_at") for bad in ("infinity", "-infinity", "10000-01-02")),
    *(("leads", column, "infinity") for column in ("last_activity_at", "created_at")),
    ("lead_lists", "created_at", "-infinity"), ("lead_list_members", "added_at", "infinity"),
    ("campaign_lead_lists", "assigned_at", "infinity"), ("campaign_lead_lists", "completed_at", "infinity"),
]  # fmt: skip


@pytest.fixture
def called(connection, acme):
    """A lead on a list in a campaign; the lead's id."""
    lead = add_lead(connection, acme)
    assign(connection, add_campaign(connection, acme), add_list(connection, acme, leads=[lead]))
    return lead


@pytest.mark.parametrize(("table", "column", "bad"), HOSTILE)
def test_what_cannot_be_published_is_refused(connection, called, member, table, column, bad):
    with pytest.raises(psycopg.errors.CheckViolation, match=column), acting_as(connection, member):
        connection.execute(f"UPDATE {table} SET {column} = %s", [bad])


@pytest.mark.parametrize(("column", "bad"), [("attempts", 2**31 - 1), ("attempts", 1_000_001), ("total_talk_time", 2**31 - 1)])
def test_numbers_that_a_merge_could_not_add_are_refused(connection, called, member, column, bad):
    with pytest.raises(psycopg.errors.CheckViolation, match="cannot have"), acting_as(connection, member):
        connection.execute(f"UPDATE campaign_leads SET {column} = %s", [bad])
    connection.execute("UPDATE campaign_leads SET attempts = 1000000, total_talk_time = 1000000000")


def test_the_most_that_two_campaign_leads_may_have_can_be_merged(connection, acme):
    leads = [add_lead(connection, acme), add_lead(connection, acme)]
    assign(connection, add_campaign(connection, acme), add_list(connection, acme, leads=leads))
    connection.execute("UPDATE campaign_leads SET attempts = 1000000, total_talk_time = 1000000000")
    with pytest.raises(psycopg.errors.CheckViolation, match="cannot have 2000000 attempts"):
        connection.execute("SELECT merge_leads(%s, %s)", leads)
    connection.execute("UPDATE campaign_leads SET attempts = 500000, total_talk_time = 500000000")
    connection.execute("SELECT merge_leads(%s, %s)", leads)
    assert value(connection, "SELECT attempts FROM campaign_leads") == 1_000_000


@pytest.mark.parametrize(
    ("column", "bad"),
    [("default_country", "ZZ"), ("default_country", "XX"), ("timezone", "Mars/X"), ("timezone", ""), ("timezone", "EST5")],
)
def test_a_country_or_time_zone_that_does_not_exist_is_refused(connection, acme, column, bad):
    with pytest.raises(psycopg.errors.CheckViolation, match=column), acting_as(connection, acme.owner):
        connection.execute(f"UPDATE businesses SET {column} = %s WHERE id = %s", [bad, acme.id])
    with pytest.raises(psycopg.errors.CheckViolation, match=column):
        connection.execute(f"INSERT INTO businesses (slug, name, {column}) VALUES ('x', 'x', %s)", [bad])
    connection.execute("UPDATE businesses SET default_country = 'DE', timezone = 'Europe/Berlin'")


def test_what_cannot_be_published_cannot_be_inserted(connection, acme, member):
    with pytest.raises(psycopg.errors.CheckViolation, match="budget"), acting_as(connection, member):
        connection.execute("INSERT INTO campaigns (business_id, name, status, budget) VALUES (%s, 'x', 'draft', 'NaN')", [acme.id])
    with pytest.raises(psycopg.errors.CheckViolation, match="created_at"), acting_as(connection, member):
        connection.execute("INSERT INTO leads (business_id, email, created_at) VALUES (%s, 'a@example.org', 'infinity')", [acme.id])


@pytest.mark.parametrize(
    ("column", "good"),
    [
        ("donated_amount", "999999999999999.99"),
        ("donated_amount", "0"),
        ("next_attempt_at", "9999-12-31 23:59:59+00"),
        ("contacted_at", None),
    ],
)
def test_what_can_be_published_is_written(connection, called, column, good):
    connection.execute(f"UPDATE campaign_leads SET {column} = %s", [good])


def make_bad(connection, statement):
    """Write what an older version let in."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(statement)


def test_a_row_with_an_old_value_can_be_worked_on_and_is_named(connection, called):
    make_bad(connection, "UPDATE campaign_leads SET pledged_amount = 'NaN', last_attempt_at = 'infinity'")
    make_bad(connection, "UPDATE campaigns SET budget = 1e60, end_date = 'infinity'")
    found = invariants.unpublishable_values(connection)
    assert {(row["business"], row["table"], row["column"], row["value"]) for row in found} == {
        ("acme", "campaign_leads", "pledged_amount", "NaN"),
        ("acme", "campaign_leads", "last_attempt_at", "infinity"),
        ("acme", "campaigns", "budget", "1" + 60 * "0"),
        ("acme", "campaigns", "end_date", "infinity"),
    }
    connection.execute("UPDATE campaign_leads SET status = 'contacted'")
    connection.execute("UPDATE leads SET dnc = true")  # an opt-out is never held up by it
    connection.execute("SELECT erase_lead(%s)", [called])
    connection.execute("UPDATE campaign_leads SET pledged_amount = NULL, last_attempt_at = NULL")
    assert {row["table"] for row in invariants.unpublishable_values(connection)} == {"campaigns"}


@pytest.mark.parametrize("moment", ["infinity", "9998-01-01"])
def test_no_moment_of_one_member_hides_the_calls_of_others_from_the_rescore_sensor(connection, called, other, moment):
    make_bad(connection, f"UPDATE campaign_leads SET last_attempt_at = '{moment}'")
    before = scores.newest_outcome(connection)
    lead = add_lead(connection, other)
    assign(connection, add_campaign(connection, other), add_list(connection, other, leads=[lead]))
    connection.execute("UPDATE campaign_leads SET status = 'contacted', contacted_at = now() WHERE lead_id = %s", [lead])
    assert scores.newest_outcome(connection) != before
    assert value(connection, "SELECT count(*) FROM campaign_leads") == 2
