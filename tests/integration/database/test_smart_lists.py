"""Smart lists: a refresh is a difference, pins and exclusions win, the guard holds, campaigns follow as their assignment says."""

import json
import random
import threading
import time
import uuid

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.conftest import new_database
from tests.integration.database.acting import acting_as, add_business, add_campaign, add_lead, add_list, add_user, assign, column, value

HOT = {"field": "lead_score", "op": ">=", "value": 50}


def smart(connection, business, criteria=HOT, name="Hot", **columns):
    return add_list(connection, business, name, list_type="dynamic", filter_criteria=criteria, **columns)


def people(connection, business, scores):
    """Leads by first name, with these scores."""
    return {name: add_lead(connection, business, first_name=name, lead_score=score) for name, score in scores.items()}


def members(connection, lead_list):
    return " ".join(
        column(
            connection,
            "SELECT coalesce(l.first_name, '?') FROM lead_list_members m JOIN leads l ON l.id = m.lead_id WHERE m.lead_list_id = %s ORDER BY 1",
            [lead_list],
        )
    )


def in_campaign(connection, campaign):
    return " ".join(
        column(
            connection,
            "SELECT coalesce(l.first_name, '?') FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE c.campaign_id = %s ORDER BY 1",
            [campaign],
        )
    )


def refresh(connection, lead_list, *, force=False):
    return value(connection, "SELECT refresh_lead_list_now(%s, %s)", [lead_list, force])


def score(connection, lead, points):
    connection.execute("UPDATE leads SET lead_score = %s WHERE id = %s", [points, lead])


def events(connection, lead_list):
    rows = connection.execute(
        "SELECT l.first_name, e.event, e.cause FROM lead_list_events e LEFT JOIN leads l ON l.id = e.lead_id WHERE e.lead_list_id = %s ORDER BY e.id",
        [lead_list],
    )
    return [" ".join(map(str, row)) for row in rows.fetchall()]


# What was wrong before.


def test_a_list_with_criteria_is_filled_when_it_is_made_and_when_they_change(connection, acme):
    people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list = smart(connection, acme)
    assert members(connection, lead_list) == "Ana"
    connection.execute(
        "UPDATE lead_lists SET filter_criteria = %s WHERE id = %s", [Jsonb({"field": "lead_score", "op": ">=", "value": 5}), lead_list]
    )
    assert members(connection, lead_list) == "Ana Bo"
    row = connection.execute("SELECT refreshed_at >= criteria_changed_at, lead_count, held FROM lead_lists").fetchone()
    assert row == (True, 2, None)


def test_a_list_that_refreshes_when_asked_is_stale_until_somebody_asks(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list = smart(connection, acme, refresh="manual")
    assert members(connection, lead_list) == "Ana"
    score(connection, leads["Bo"], 90)
    connection.execute("UPDATE lead_lists SET filter_criteria = %s", [Jsonb({**HOT, "value": 60})])
    assert members(connection, lead_list) == "Ana"
    assert refresh(connection, lead_list)["entered"] == 1


def test_a_frozen_list_is_never_filled(connection, acme):
    people(connection, acme, {"Ana": 90})
    lead_list = smart(connection, acme, refresh="frozen")
    assert members(connection, lead_list) == ""
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="frozen"):
        refresh(connection, lead_list)


def test_a_list_is_refreshed_before_it_is_assigned(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme)
    score(connection, leads["Bo"], 60)
    assign(connection, campaign, lead_list)
    assert in_campaign(connection, campaign) == "Ana Bo"


def test_a_member_added_by_hand_is_pinned_and_one_removed_by_hand_is_excluded(connection, acme, member):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10, "Cy": 80})
    lead_list = smart(connection, acme)
    with acting_as(connection, member) as client:
        client.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, leads["Bo"]])
        client.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [leads["Ana"]])
    report = refresh(connection, lead_list)
    assert members(connection, lead_list) == "Bo Cy"
    assert (report["pinned"], report["excluded"], report["status"]) == (1, 1, "unchanged")
    assert events(connection, lead_list)[-2:] == ["Bo pinned hand", "Ana excluded hand"]
    # The last word counts.
    with acting_as(connection, member) as client:
        client.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, leads["Ana"]])
        client.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [leads["Bo"]])
    refresh(connection, lead_list)
    assert members(connection, lead_list) == "Ana Cy"


def test_an_exclusion_by_a_client_removes_the_member_and_lifted_brings_it_back(connection, acme, member):
    leads = people(connection, acme, {"Ana": 90, "Bo": 90})
    lead_list = smart(connection, acme)
    with acting_as(connection, member) as client:
        client.execute(
            "INSERT INTO lead_list_exclusions (lead_list_id, lead_id, reason) VALUES (%s, %s, 'board')", [lead_list, leads["Ana"]]
        )
    assert members(connection, lead_list) == "Bo"
    assert value(connection, "SELECT added_by::text FROM lead_list_exclusions") == member
    with acting_as(connection, member) as client:
        client.execute("DELETE FROM lead_list_exclusions")
    refresh(connection, lead_list)
    assert members(connection, lead_list) == "Ana Bo"


def test_excluding_and_pinning_by_the_command_line(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list = smart(connection, acme)
    assert value(connection, "SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    assert not value(connection, "SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    score(connection, leads["Ana"], 1)
    refresh(connection, lead_list)
    assert members(connection, lead_list) == "Ana"
    assert value(connection, "SELECT henk.exclude_lead(%s, %s, 'asked')", [lead_list, leads["Ana"]])
    assert value(connection, "SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    score(connection, leads["Bo"], 99)
    refresh(connection, lead_list)
    assert members(connection, lead_list) == ""
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="no lead"):
        connection.execute("SELECT henk.exclude_lead(%s, gen_random_uuid())", [lead_list])


def test_criteria_that_match_nobody_are_held_and_empty_nothing(connection, acme):
    people(connection, acme, {"Ana": 90})
    lead_list = smart(connection, acme)
    connection.execute("UPDATE lead_lists SET filter_criteria = %s", [Jsonb({"field": "city", "op": "=", "value": "nowhere"})])
    assert members(connection, lead_list) == "Ana"
    held = value(connection, "SELECT held FROM lead_lists")
    assert (held["entered"], held["left"], held["reason"]) == (0, 1, "all 1 members would leave")
    assert refresh(connection, lead_list)["status"] == "held"
    assert value(connection, "SELECT refresh_lead_list(%s)", [lead_list]) == 1  # the old count
    assert value(connection, "SELECT count(*) FROM list_refreshes WHERE status = 'held'") == 1  # once, as long as it stays so
    assert refresh(connection, lead_list, force=True)["left"] == 1
    assert members(connection, lead_list) == ""
    assert value(connection, "SELECT held FROM lead_lists") is None


def test_campaigns_follow_a_list_that_is_held_as_it_is(connection, acme):
    leads = people(connection, acme, {f"P{n:02}": 90 for n in range(30)})
    lead_list = smart(connection, acme)
    campaign = add_campaign(connection, acme, status="active")
    connection.execute("SELECT add_lead_list_to_campaign(%s, %s)", [campaign, lead_list])
    connection.execute(
        "UPDATE campaign_lead_lists SET follow = 'mirror', filter_criteria = %s",
        [Jsonb({"field": "first_name", "op": "in", "value": ["P00", "P01", "P02"]})],
    )
    connection.execute("UPDATE leads SET lead_score = 5")
    assert (refresh(connection, lead_list)["status"], in_campaign(connection, campaign)) == ("held", "P00 P01 P02")
    connection.execute("UPDATE leads SET first_name = 'Q' WHERE id = %s", [leads["P00"]])
    connection.execute("UPDATE leads SET first_name = 'P02' WHERE id = %s", [leads["P29"]])
    report = refresh(connection, lead_list)
    assert (report["status"], in_campaign(connection, campaign), len(members(connection, lead_list).split())) == ("held", "P01 P02 P02", 30)
    assert [(one["added"], one["withdrawn"]) for one in report["campaigns"]] == [(1, 1)]


def test_a_list_that_may_lose_all_empties_itself(connection, acme):
    leads = people(connection, acme, {"Ana": 90})
    lead_list = smart(connection, acme, max_leave=1)
    score(connection, leads["Ana"], 1)
    assert refresh(connection, lead_list)["status"] == "done"
    assert members(connection, lead_list) == ""


@pytest.mark.parametrize(
    ("before", "leave", "enter", "reason"),
    [
        (100, 31, 0, "31 of 100 members would leave"),
        (100, 30, 0, None),
        (80, 25, 0, None),  # more than 30 %, but not more than 25
        (80, 26, 0, "26 of 80 members would leave"),
        (2, 2, 1, None),
        (2, 2, 0, "all 2 members would leave"),
        (111, 0, 1000, None),
        (111, 0, 1001, "it would grow from 111 members to 1112"),
        (200, 0, 1500, None),
        (0, 0, 5000, None),
    ],
)
def test_the_guard(connection, before, leave, enter, reason):
    assert value(connection, "SELECT henk.reason_to_hold(0.3, %s, %s, %s)", [before, enter, leave]) == reason


def test_archived_lists_and_campaigns_that_are_over_take_no_leads_and_say_why(connection, acme, member):
    people(connection, acme, {"Ana": 90})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, "Gala", status="completed")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='The campaign "Gala" is completed: no lead joins it'):
        assign(connection, campaign, lead_list)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="no lead joins it"), acting_as(connection, member) as client:
        assign(client, campaign, lead_list)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="no lead joins it"), acting_as(connection, member) as client:
        client.execute("INSERT INTO campaign_leads (campaign_id, lead_id) SELECT %s, id FROM leads", [campaign])
    connection.execute("UPDATE campaigns SET status = 'active'")
    connection.execute("UPDATE lead_lists SET is_archived = true")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='The list "Hot" is archived'):
        assign(connection, campaign, lead_list)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="archived"):
        refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == ""


# A refresh is a difference.


def written(connection):
    return dict(
        connection.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        ).fetchall()
    )


def test_a_refresh_that_changes_nothing_writes_nothing(connection, acme):
    people(connection, acme, {f"P{n}": n for n in range(100)})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme)
    assign(connection, campaign, lead_list)
    with connection.transaction():
        before = written(connection)
        assert refresh(connection, lead_list)["status"] == "unchanged"
        after = written(connection)
    # When the list was looked at is kept with it.
    assert {name: count - before.get(name, 0) for name, count in after.items() if count != before.get(name, 0)} == {"lead_lists": 1}


def test_who_stays_is_not_touched_and_only_the_difference_is_written(connection, acme):
    leads = people(connection, acme, {f"P{n}": n for n in range(100)})
    lead_list = smart(connection, acme)
    rows = "SELECT lead_id, id, xmin::text FROM lead_list_members WHERE lead_list_id = %s"
    before = {row[0]: row for row in connection.execute(rows, [lead_list]).fetchall()}
    score(connection, leads["P99"], 0)
    score(connection, leads["P0"], 99)
    updated = value(connection, "SELECT updated_at FROM lead_lists")
    with connection.transaction():
        counted = written(connection)["lead_list_members"]
        report = refresh(connection, lead_list)
        assert written(connection)["lead_list_members"] == counted + 2
    assert (report["entered"], report["left"], report["members"], report["matched"]) == (1, 1, 50, 50)
    after = {row[0]: row for row in connection.execute(rows, [lead_list]).fetchall()}
    assert {lead: row for lead, row in after.items() if str(lead) != leads["P0"]} == {
        lead: row for lead, row in before.items() if str(lead) != leads["P99"]
    }
    assert value(connection, "SELECT updated_at FROM lead_lists") == updated  # a refresh is no edit
    assert events(connection, lead_list)[-2:] == ["P99 left refresh", "P0 entered refresh"]


def test_a_list_of_lists_follows_in_one_run(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    first = smart(connection, acme, name="z first")
    second = smart(connection, acme, {"list": first, "op": "in"}, name="m second")
    third = smart(connection, acme, {"list": second, "op": "not_in"}, name="a third", max_leave=1)
    score(connection, leads["Bo"], 90)
    order = connection.execute("SELECT id::text FROM henk.lists_to_refresh(%s)", [acme.id]).fetchall()
    assert [row[0] for row in order] == [first, second, third]
    for (lead_list,) in order:
        refresh(connection, lead_list)
    assert [members(connection, lead_list) for lead_list in (first, second, third)] == ["Ana Bo", "Ana Bo", ""]


def test_changes_are_noted_once_a_transaction_and_only_where_a_list_follows(connection, acme, other):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    people(connection, other, {"Stranger": 90})
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 0
    smart(connection, acme)
    connection.execute("DELETE FROM henk.list_changes")
    with connection.transaction():
        score(connection, leads["Bo"], 20)
        score(connection, leads["Bo"], 30)
        add_lead(connection, acme)
        add_lead(connection, other)
    assert column(connection, "SELECT business_id::text FROM henk.list_changes") == [acme.id]
    connection.execute("DELETE FROM henk.list_changes")
    for change in (
        "UPDATE leads SET city = 'Bath' WHERE first_name = 'Ana'",
        "DELETE FROM leads WHERE first_name = 'Bo'",
        "INSERT INTO suppressions (business_id, channel, value) SELECT id, 'phone', '+12125550100' FROM businesses WHERE slug = 'acme'",
        "DELETE FROM suppressions",
    ):
        connection.execute(change)
        noted = value(connection, "SELECT count(*) FROM henk.list_changes")
        assert noted or change.startswith("DELETE FROM leads"), change  # the member who went is noted, where there was one
        connection.execute("DELETE FROM henk.list_changes")


def test_a_change_is_noted_once_and_no_refresh_misses_one_that_is_under_way(database_url, connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    smart(connection, acme)
    connection.execute("DELETE FROM henk.list_changes")
    for points in range(5):
        score(connection, leads["Bo"], points)
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 1
    with psycopg.connect(database_url) as refreshing:
        with connection.transaction():  # an edit that found the note waits for nobody …
            score(connection, leads["Bo"], 60)
            with pytest.raises(psycopg.errors.LockNotAvailable):  # … and the refresh that would forget it waits for the edit
                refreshing.execute("SET lock_timeout = '100ms'; DELETE FROM henk.list_changes")
            refreshing.rollback()
        refreshing.execute("DELETE FROM henk.list_changes")
        score(connection, leads["Bo"], 70)  # while the note is being deleted
        refreshing.commit()
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 1
    connection.execute("DELETE FROM henk.list_changes")
    connection.execute("SET default_transaction_isolation = 'repeatable read'")
    for points in range(2):
        score(connection, leads["Bo"], points)
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 2


# Campaigns follow.


@pytest.mark.parametrize(
    ("follow", "after"), [("frozen", "Ana Bo"), ("enter", "Ana Bo Cy"), ("mirror", "Ana Cy")]
)  # Bo leaves the list, Cy joins it
def test_policies(connection, acme, follow, after):
    leads = people(connection, acme, {"Ana": 90, "Bo": 80, "Cy": 10})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = %s", [follow])
    score(connection, leads["Bo"], 1)
    score(connection, leads["Cy"], 99)
    report = refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == after
    assert report["campaigns"][0]["added"] == int("Cy" in after)
    assert report["campaigns"][0]["withdrawn"] == int("Bo" not in after)
    assert value(connection, "SELECT total_leads FROM campaign_lead_lists") == len(after.split())


def test_a_lead_that_was_called_stays_and_returns_as_the_same_row(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 90})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    connection.execute("UPDATE campaign_leads SET attempts = 2, outcome = 'busy', status = 'failed' WHERE lead_id = %s", [leads["Ana"]])
    row = "SELECT id, attempts, outcome, status, added_at FROM campaign_leads WHERE lead_id = %s"
    before = connection.execute(row, [leads["Ana"]]).fetchone()
    score(connection, leads["Ana"], 1)
    refresh(connection, lead_list)
    assert members(connection, lead_list) == "Bo"
    assert connection.execute(row, [leads["Ana"]]).fetchone() == before
    score(connection, leads["Ana"], 90)
    refresh(connection, lead_list)
    assert connection.execute(row, [leads["Ana"]]).fetchone() == before


def test_no_campaign_that_is_over_follows_and_the_report_says_why(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaigns SET status = 'cancelled'")
    score(connection, leads["Bo"], 90)
    report = refresh(connection, lead_list)
    assert report["campaigns"][0]["reason"] == "the campaign is cancelled: no lead joins or leaves it"
    assert in_campaign(connection, campaign) == "Ana"


RETURNS = {
    "the assignment is active again": "UPDATE campaign_lead_lists SET is_active = {}",
    "the campaign is active again": "UPDATE campaigns SET status = CASE WHEN {} THEN 'active' ELSE 'completed' END",
    "opted-out people are called again": "UPDATE campaigns SET exclude_dnc = NOT {}",
    "the opt-out is taken back": "UPDATE leads SET dnc = NOT {}, do_not_call = NOT {} WHERE first_name = 'Bo'",
    "the filter is another one": "UPDATE campaign_lead_lists SET filter_criteria = CASE WHEN NOT {} THEN "
    """'{{"field": "first_name", "op": "=", "value": "Ana"}}'::jsonb END""",
}


@pytest.mark.parametrize("statement", RETURNS.values(), ids=RETURNS)
@pytest.mark.parametrize("follow", ["enter", "mirror"])
def test_who_came_in_between_comes_into_the_campaign_with_the_next_refresh(connection, acme, statement, follow):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = %s", [follow])
    if "exclude_dnc" in statement:
        connection.execute("UPDATE leads SET dnc = true, do_not_call = true WHERE first_name = 'Bo'")
    connection.execute(statement.replace("{}", "false").replace("{{", "{").replace("}}", "}"))
    score(connection, leads["Bo"], 90)
    refresh(connection, lead_list)
    assert (members(connection, lead_list), in_campaign(connection, campaign)) == ("Ana Bo", "Ana")
    connection.execute("DELETE FROM henk.list_changes")
    connection.execute(statement.replace("{}", "true").replace("{{", "{").replace("}}", "}"))
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 1  # within a minute
    report = refresh(connection, lead_list)
    assert (report["status"], report["campaigns"][0]["added"]) == ("unchanged", 1)
    assert in_campaign(connection, campaign) == "Ana Bo"
    written = "SELECT xmin, ctid, * FROM campaign_lead_lists"
    before = connection.execute(written).fetchall()
    report = refresh(connection, lead_list)
    assert [campaign["added"] for campaign in report["campaigns"]] == [0] * len(report["campaigns"])
    assert connection.execute(written).fetchall() == before


def test_a_twin_of_one_telephone_takes_the_place_of_one_who_leaves(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 80})
    connection.execute("UPDATE leads SET phone = '+12125550101'")
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active", dedupe_by_phone=True)
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    assert in_campaign(connection, campaign) == "Ana"
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Ana"]])
    refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == "Bo"


def test_nobody_who_is_excluded_stays_in_a_campaign_by_a_merge(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Bo"], leads["Ana"]])
    refresh(connection, lead_list, force=True)
    assert (members(connection, lead_list), in_campaign(connection, campaign)) == ("", "")


def test_a_list_that_refreshes_when_asked_is_filled_before_it_is_assigned(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list, campaign = smart(connection, acme, refresh="manual"), add_campaign(connection, acme, status="active")
    assert members(connection, lead_list) == "Ana"
    score(connection, leads["Bo"], 90)
    assign(connection, campaign, lead_list)
    assert (members(connection, lead_list), in_campaign(connection, campaign)) == ("Ana Bo", "Ana Bo")


def test_narrower_criteria_of_a_mirror_reach_the_campaign_of_a_static_list_too(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 20})
    lead_list, campaign = add_list(connection, acme, leads=leads.values()), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    assert in_campaign(connection, campaign) == "Ana Bo"
    connection.execute("UPDATE campaign_lead_lists SET filter_criteria = %s", [Jsonb(HOT)])
    assert in_campaign(connection, campaign) == "Ana Bo"  # add-only, as long as it does not mirror
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    assert in_campaign(connection, campaign) == "Ana"
    score(connection, leads["Bo"], 70)
    score(connection, leads["Ana"], 7)
    connection.execute("SELECT henk.follow_static_lists(%s)", [acme.id])
    assert in_campaign(connection, campaign) == "Bo"


def lists_of(connection, campaign):
    rows = connection.execute(
        "SELECT l.first_name, ll.name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id JOIN lead_lists ll ON ll.id = c.lead_list_id "
        "WHERE c.campaign_id = %s ORDER BY 1",
        [campaign],
    )
    return " ".join(f"{lead}:{name}" for lead, name in rows.fetchall())


def test_attribution_holds_after_every_change(connection, acme, member):
    leads = people(connection, acme, {"Ana": 90, "Bo": 20})
    first, second = add_list(connection, acme, "A", leads=leads.values()), add_list(connection, acme, "B", leads=[leads["Ana"]])
    campaign = add_campaign(connection, acme, status="active")
    assign(connection, campaign, first, 1)
    assign(connection, campaign, second, 2)
    assert lists_of(connection, campaign) == "Ana:A Bo:A"
    connection.execute("UPDATE campaign_lead_lists SET priority = 3 WHERE lead_list_id = %s", [first])
    assert lists_of(connection, campaign) == "Ana:B Bo:A"
    with acting_as(connection, member) as client:
        client.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [second, leads["Bo"]])
    assert lists_of(connection, campaign) == "Ana:B Bo:B"
    with acting_as(connection, member) as client:
        client.execute("DELETE FROM lead_list_members WHERE lead_list_id = %s AND lead_id = %s", [second, leads["Ana"]])
    assert lists_of(connection, campaign) == "Ana:A Bo:B"
    connection.execute("UPDATE campaign_lead_lists SET is_active = false WHERE lead_list_id = %s", [second])
    assert lists_of(connection, campaign) == "Ana:A Bo:A"
    connection.execute("UPDATE campaign_lead_lists SET is_active = true WHERE lead_list_id = %s", [second])
    assert lists_of(connection, campaign) == "Ana:A Bo:B"
    connection.execute("UPDATE campaign_lead_lists SET filter_criteria = %s WHERE lead_list_id = %s", [Jsonb(HOT), second])
    assert lists_of(connection, campaign) == "Ana:A Bo:A"
    assert value(connection, "SELECT array_agg(total_leads ORDER BY lead_list_id = %s) FROM campaign_lead_lists", [first]) == [0, 2]


def test_who_leaves_a_mirrored_list_goes_to_another_list_of_the_campaign(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 90})
    lead_list, other_list = smart(connection, acme), add_list(connection, acme, "Base", leads=[leads["Ana"]])
    campaign = add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list, 1)
    assign(connection, campaign, other_list, 2)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror' WHERE lead_list_id = %s", [lead_list])
    for lead in leads.values():
        score(connection, lead, 1)
    refresh(connection, lead_list, force=True)
    assert lists_of(connection, campaign) == "Ana:Base"


def test_opt_outs_are_never_called_by_any_list(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 90, "Cy": 90})
    connection.execute("UPDATE leads SET phone = '+1212555010' || CASE first_name WHEN 'Ana' THEN '1' WHEN 'Bo' THEN '2' ELSE '3' END")
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    connection.execute("UPDATE leads SET dnc = true WHERE id = %s", [leads["Ana"]])
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550102')", [acme.id])
    for points in (1, 90):
        for lead in leads.values():
            score(connection, lead, points)
        refresh(connection, lead_list, force=True)
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    statuses = dict(connection.execute("SELECT l.first_name, c.status FROM campaign_leads c JOIN leads l ON l.id = c.lead_id").fetchall())
    assert {name for name, status in statuses.items() if status != "dnc"} == {"Cy"}
    assert members(connection, lead_list) == "Ana Bo Cy"  # membership is not callability


# Bad input, rights.


def test_a_list_that_others_name_or_a_campaign_calls_cannot_be_deleted(connection, acme):
    first = smart(connection, acme)
    second = smart(connection, acme, {"list": first, "op": "in"}, name="Second")
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match='The list "Hot" cannot be deleted: criteria of "Second" name it'):
        connection.execute("DELETE FROM lead_lists WHERE id = %s", [first])
    assign(connection, add_campaign(connection, acme, "Gala"), second)
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match='it is assigned to "Gala"'):
        connection.execute("DELETE FROM lead_lists WHERE id = %s", [second])
    connection.execute("UPDATE campaigns SET status = 'completed'")
    connection.execute("DELETE FROM lead_lists WHERE id = %s", [second])
    connection.execute("DELETE FROM lead_lists WHERE id = %s", [first])


def test_who_may_do_what(connection, acme, other):
    leads = people(connection, acme, {"Ana": 90})
    lead_list = smart(connection, acme)
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Ana"]])
    viewer, stranger = add_user(connection, acme.id, "viewer"), add_user(connection, other.id)
    calls = {
        "SELECT refresh_lead_list_now(%s)": [lead_list],
        "SELECT freeze_lead_list(%s, 'Copy')": [lead_list],
        "SELECT explain_membership(%s, %s)": [lead_list, leads["Ana"]],
        "SELECT preview_lead_filter(%s, %s)": [acme.id, Jsonb(HOT)],
        "SELECT preview_lead_filter(%s, %s, %s)": [other.id, Jsonb(HOT), lead_list],
    }
    for statement, values in calls.items():
        for user in (viewer, stranger, None):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(connection, user) as client:
                client.execute(statement, values)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(connection, None, "anon") as client:
            client.execute(statement, values)
    for table in ("lead_list_exclusions", "lead_list_events", "list_refreshes"):
        with acting_as(connection, viewer) as client:
            assert value(client, f"SELECT count(*) > 0 FROM {table}")
        with acting_as(connection, stranger) as client:
            assert value(client, f"SELECT count(*) FROM {table}") == 0
    owner = acme.owner
    for statement in (
        "INSERT INTO lead_list_events (business_id, lead_list_id, event, cause) SELECT business_id, id, 'left', 'hand' FROM lead_lists",
        "UPDATE lead_lists SET refreshed_at = now()",
        "UPDATE lead_lists SET held = '{}'",
        "UPDATE lead_list_members SET origin = 'pinned'",
        "SELECT * FROM henk.list_changes",
        "SELECT henk.refresh_list(id) FROM lead_lists",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(connection, owner) as client:
            client.execute(statement)
    with acting_as(connection, owner) as client:
        client.execute("UPDATE lead_lists SET refresh = 'manual', max_leave = 0.5")
        client.execute("SELECT freeze_lead_list(%s, 'Copy')", [lead_list])


def test_a_refresh_that_is_refused_changes_nothing(connection, acme):
    people(connection, acme, {"Ana": 90})
    lead_list = smart(connection, acme)
    before = connection.execute("SELECT * FROM lead_lists").fetchall()
    for criteria in ({"field": "nothing", "op": "=", "value": 1}, {"list": lead_list, "op": "in"}, {"all": [HOT] * 201}):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match=r"filter_criteria at \$"):
            connection.execute("UPDATE lead_lists SET filter_criteria = %s", [Jsonb(criteria)])
    assert connection.execute("SELECT * FROM lead_lists").fetchall() == before


# Preview, explain, freeze.


def test_a_preview_counts_what_criteria_would_find_and_why_not(connection, acme, other):
    leads = people(connection, acme, {"Ana": 90, "Bo": 80, "Cy": 70, "Di": 60, "Ed": 5})
    for n, name in enumerate(("Ana", "Bo", "Cy", "Ed")):
        connection.execute("UPDATE leads SET phone = %s WHERE id = %s", [f"+1212555010{n}", leads[name]])
    connection.execute("UPDATE leads SET dnc = true WHERE id = %s", [leads["Bo"]])
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550102')", [acme.id])
    connection.execute("UPDATE leads SET city = 'Bath' WHERE first_name IN ('Ana', 'Ed')")
    people(connection, other, {"Stranger": 99})
    lead_list, campaign = smart(connection, acme, {"field": "city", "op": "=", "value": "bath"}), add_campaign(connection, acme)
    criteria = {"all": [HOT, {"field": "city", "op": "is_null", "value": True}]}
    seen = value(connection, "SELECT preview_lead_filter(%s, %s, %s, %s)", [acme.id, Jsonb({"all": [HOT]}), lead_list, campaign])
    assert {name: seen[name] for name in ("of", "matched", "callable", "left_out", "entered", "left", "would_enter_campaign")} == {
        "of": 5,
        "matched": 4,
        "callable": 1,
        "left_out": {"no_phone": 1, "opted_out": 1, "suppressed": 1, "erased": 0},
        "entered": 3,
        "left": 1,
        "would_enter_campaign": 2,
    }
    assert sorted(seen["sample"]) == sorted(leads[name] for name in ("Ana", "Bo", "Cy", "Di"))
    seen = value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb(criteria)])
    assert seen["matched"] == 3
    assert seen["clauses"] == [{"path": "$.all[0]", "alone": 4, "without": 3}, {"path": "$.all[1]", "alone": 3, "without": 4}]
    seen = value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb({"any": criteria["all"]})])
    assert seen["clauses"] == [{"path": "$.any[0]", "alone": 4, "without": 3}, {"path": "$.any[1]", "alone": 3, "without": 4}]
    seen = value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb({"not": HOT})])
    assert seen["clauses"] == [{"path": "$", "alone": 1, "without": 5}]


def found(connection, business, criteria):
    return value(connection, "SELECT count(*) FROM henk.matching_leads(%s, %s)", [business.id, Jsonb(criteria)])


@pytest.mark.parametrize("seed", range(6))
def test_a_preview_counts_as_each_of_its_parts_finds(connection, acme, seed):
    draw = random.Random(seed)
    connection.execute(
        """INSERT INTO leads (business_id, first_name, email, phone, city, lead_score, dnc, custom_fields)
        SELECT %s, 'P' || n, 'p' || n || '@example.org', CASE WHEN n %% 3 > 0 THEN '+1212555' || 1000 + n / 2 END, (ARRAY['Bath', 'Rome'])[n %% 4], n %% 100,
            n %% 11 = 0, CASE WHEN n %% 2 = 0 THEN jsonb_build_object('total_gifts', CASE WHEN n %% 20 = 0 THEN 'soon' ELSE n::text END,
            'last_gift_date', '2026-01-' || lpad((1 + n %% 28)::text, 2, '0')) ELSE '{}' END FROM generate_series(1, 200) n""",
        [acme.id],
    )
    connection.execute(
        "INSERT INTO suppressions (business_id, channel, value) SELECT business_id, 'phone', phone FROM leads WHERE lead_score = 7"
    )
    lead_list, campaign = (
        smart(connection, acme, {"field": "city", "op": "=", "value": "Bath"}, max_leave=1),
        add_campaign(connection, acme, status="active"),
    )
    connection.execute("UPDATE campaigns SET exclude_dnc = true, dedupe_by_phone = true")
    leads = column(connection, "SELECT id FROM leads ORDER BY first_name LIMIT 8")
    for n, lead in enumerate(leads):
        connection.execute(f"SELECT henk.{'pin' if n < 4 else 'exclude'}_lead(%s, %s)", [lead_list, lead])
    clauses = [
        HOT, {"callable": True}, {"suppressed": True}, {"callable": False}, {"list": lead_list, "op": "in"}, {"not": {"field": "city", "op": "=", "value": "Rome"}},
        {"field": "total_gifts", "op": "between", "value": [20, 90]}, {"field": "total_gifts", "op": "!=", "value": 8}, {"field": "total_gifts", "op": "is_null"},
        {"field": "last_gift_date", "op": ">=", "value": "2026-01-15"}, {"custom_field": "total_gifts", "op": ">", "value": 50}, {"field": "city", "op": "is_null"},
        {"any": [{"callable": True}, {"all": [HOT, {"field": "total_gifts", "op": "<", "value": 99}]}]}, {"campaign": "any", "measure": "attempts", "op": "=", "value": 0},
    ]  # fmt: skip
    for n in (1, 2, 4, 23):
        parts = [draw.choice(clauses[:-1]) for _ in range(n - 1)] + [draw.choice(clauses)]
        for word in ("all", "any"):
            criteria = {word: parts}
            list_too = draw.random() < 0.7 and {"list": lead_list, "op": "in"} not in parts
            seen = value(
                connection,
                "SELECT preview_lead_filter(%s, %s, %s, %s)",
                [acme.id, Jsonb(criteria), lead_list if list_too else None, campaign],
            )
            callable_too = {"all": [criteria, {"callable": True}]}
            assert (seen["of"], seen["matched"], seen["callable"]) == (
                200,
                found(connection, acme, criteria),
                found(connection, acme, callable_too),
            ), criteria
            assert sum(seen["left_out"].values()) == seen["matched"] - seen["callable"]
            for place, clause in enumerate(seen["clauses"]):
                others = {word: parts[:place] + parts[place + 1 :]}
                without = found(connection, acme, others) if n > 1 else 200 if word == "all" else 0
                assert clause == {"path": f"$.{word}[{place}]", "alone": found(connection, acme, parts[place]), "without": without}, (
                    criteria
                )
            assert len(seen["clauses"]) == min(n, 20)
            if list_too:  # as the refresh does it
                with connection.transaction(force_rollback=True):
                    connection.execute("SET LOCAL henk.list_refresh = 'a test'")
                    connection.execute("UPDATE lead_lists SET filter_criteria = %s WHERE id = %s", [Jsonb(criteria), lead_list])
                    connection.execute("SET LOCAL henk.list_refresh = ''")
                    done = refresh(connection, lead_list, force=True)
                    assert (seen["entered"], seen["left"]) == (done["entered"], done["left"]), criteria
                    connection.execute("SELECT add_lead_list_to_campaign(%s, %s)", [campaign, lead_list])
                    assert seen["would_enter_campaign"] == value(connection, "SELECT count(*) FROM campaign_leads"), criteria


def test_a_preview_reads_each_lead_a_few_times_whatever_it_counts(connection, acme):
    connection.execute(
        "INSERT INTO leads (business_id, email, phone, lead_score) SELECT %s, n || '@example.org', '+1212' || 5550000 + n, n %% 100 FROM generate_series(1, 1000) n",
        [acme.id],
    )
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    connection.execute("ANALYZE leads")
    reads = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'public.leads'::regclass"
    with connection.transaction():
        before = value(connection, reads)
        criteria = {"all": [HOT, {"callable": True}] * 5}
        value(connection, "SELECT preview_lead_filter(%s, %s, %s, %s)", [acme.id, Jsonb(criteria), lead_list, campaign])
        assert value(connection, reads) - before <= 3100  # the clauses, who must not be called, and the campaign


def test_a_preview_that_takes_too_long_says_so(connection, acme):
    people(connection, acme, {f"P{n}": n for n in range(100)})
    connection.execute("CREATE FUNCTION pg_temp.slow() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(1) IS NOT NULL'")
    connection.execute("INSERT INTO henk.filter_fields (field, kind) VALUES ('slow', 'boolean')")
    connection.execute("ALTER TABLE leads ADD slow boolean GENERATED ALWAYS AS (false) STORED")
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute("SET LOCAL statement_timeout = '1ms'")
        try:
            seen = value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb({"any": [HOT] * 200})])
        except psycopg.errors.QueryCanceled:
            return  # ended before the function began
    assert seen == {"slow": True}


def test_an_explanation_names_each_clause_with_its_value(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    connection.execute('UPDATE leads SET custom_fields = \'{"total_gifts": 30, "Shoe": "42"}\' WHERE first_name = \'Ana\'')
    criteria = {"all": [HOT, {"not": {"field": "total_gifts", "op": ">", "value": 20}}, {"custom_field": "Shoe", "op": "=", "value": "42"}]}
    lead_list = smart(connection, acme, criteria)
    told = value(connection, "SELECT explain_membership(%s, %s)", [lead_list, leads["Ana"]])
    assert [(clause["path"], clause["value"], clause["met"]) for clause in told["clauses"]] == [
        ("$.all[0]", 90, True),
        ("$.all[1].not", 30, True),
        ("$.all[2]", "42", True),
    ]
    assert (told["meets_criteria"], told["member"], told["last_event"]) == (False, None, None)
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    told = value(connection, "SELECT explain_membership(%s, %s)", [lead_list, leads["Ana"]])
    assert (told["member"]["origin"], told["last_event"]["event"]) == ("pinned", "pinned")
    connection.execute("SELECT henk.exclude_lead(%s, %s, 'asked')", [lead_list, leads["Ana"]])
    told = value(connection, "SELECT explain_membership(%s, %s)", [lead_list, leads["Ana"]])
    assert (told["member"], told["exclusion"]["reason"]) == (None, "asked")


def test_a_frozen_copy_stays(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list = smart(connection, acme)
    copy = value(connection, "SELECT freeze_lead_list(%s, 'March')", [lead_list])
    score(connection, leads["Bo"], 90)
    refresh(connection, lead_list)
    assert (members(connection, lead_list), members(connection, copy)) == ("Ana Bo", "Ana")
    metadata = value(connection, "SELECT metadata FROM lead_lists WHERE id = %s", [copy])
    assert (metadata["frozen_of"], metadata["criteria"]) == (lead_list, HOT)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="1 to 255"):
        connection.execute("SELECT freeze_lead_list(%s, ' ')", [lead_list])


# Merges, erasure, imports.


def merge(connection, keep, drop):
    return value(connection, "SELECT henk.merge_into(%s, %s, NULL, NULL)", [keep, drop])


def test_a_merged_lead_has_one_membership_with_the_stronger_right_and_parts_again(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Anna": 90, "Bo": 90})
    lead_list = smart(connection, acme)
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Anna"]])
    merge_id = merge(connection, leads["Ana"], leads["Anna"])
    assert members(connection, lead_list) == "Ana Bo"
    assert column(connection, "SELECT origin FROM lead_list_members WHERE lead_id = %s", [leads["Ana"]]) == ["pinned"]
    assert value(connection, "SELECT count(*) FROM lead_list_events WHERE lead_id = %s", [leads["Anna"]]) == 0
    connection.execute("SELECT unmerge_leads(%s)", [merge_id])
    assert members(connection, lead_list) == "Ana Anna Bo"
    assert value(connection, "SELECT count(*) FROM lead_list_events WHERE lead_id = %s", [leads["Anna"]]) == 2
    assert value(connection, "SELECT count(*) FROM lead_list_exclusions") == 0


def test_an_exclusion_outlives_a_merge_and_goes_back_when_it_is_taken_apart(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Anna": 90})
    lead_list = smart(connection, acme)
    connection.execute("SELECT henk.exclude_lead(%s, %s, 'asked')", [lead_list, leads["Anna"]])
    merge_id = merge(connection, leads["Ana"], leads["Anna"])
    refresh(connection, lead_list)
    assert members(connection, lead_list) == ""
    connection.execute("SELECT unmerge_leads(%s)", [merge_id])
    refresh(connection, lead_list)
    assert members(connection, lead_list) == "Ana"


def test_an_erased_lead_leaves_no_id_and_no_contact(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Anna": 90})
    connection.execute("UPDATE leads SET email = first_name || '@example.org'")
    lead_list = smart(connection, acme)
    other_list = smart(connection, acme, {"any": [{"field": "email", "op": "=", "value": "anna@example.org"}, HOT]}, name="Other")
    connection.execute("SELECT henk.exclude_lead(%s, %s, 'mail to anna@example.org bounced')", [lead_list, leads["Anna"]])
    merge(connection, leads["Ana"], leads["Anna"])
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [other_list, leads["Ana"]])
    connection.execute("SELECT erase_lead(%s)", [leads["Ana"]])
    for table in ("lead_list_events", "lead_list_exclusions", "list_refreshes", "lead_list_members", "lead_lists"):
        rows = json.dumps([row[0] for row in connection.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall()])
        assert not any(trace in rows.lower() for trace in (leads["Ana"], leads["Anna"], "anna@", "ana@")), table


def import_of(connection, business, upload="u"):
    return value(
        connection,
        "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, finished_at, rows_read, rows_accepted, leads_inserted) "
        "VALUES (%s, %s, 'f', 1, md5(%s) || md5(%s), 'l', '', 'loaded', clock_timestamp(), 1, 1, 1) RETURNING id",
        [business.id, upload, upload, upload],
    )


def imported(connection, business, import_id, lead, lead_list, line=2):
    connection.execute(
        "INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action, written) VALUES (%s, %s, %s, %s, 'inserted', '{}')",
        [import_id, business.id, line, lead],
    )
    connection.execute(
        "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, import_id) VALUES (%s, %s, %s, %s)",
        [business.id, lead_list, lead, import_id],
    )


def test_undoing_an_import_takes_its_leads_although_criteria_found_them(connection, acme):
    base, campaign = add_list(connection, acme, "Base"), add_campaign(connection, acme, status="active")
    lead_list = smart(connection, acme)
    assign(connection, campaign, lead_list)
    import_id = import_of(connection, acme)
    leads = people(connection, acme, {"Ana": 90, "Bo": 90, "Cy": 90})
    for line, name in enumerate(("Ana", "Bo"), 2):
        imported(connection, acme, import_id, leads[name], base, line)
    connection.execute("UPDATE leads SET updated_at = now() - interval '1 day'")
    refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == "Ana Bo Cy"
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Bo"]])
    report = value(connection, "SELECT undo_lead_import(%s)", [import_id])
    assert report["leads_deleted"] == 1
    assert [kept["reason"] for kept in report["kept"]] == ['is on the list "Hot", too']  # somebody has pinned Bo
    # What the import wrote of Bo is taken back.
    assert members(connection, lead_list) == in_campaign(connection, campaign) == "? Cy"


def test_what_an_import_gives_a_list_with_criteria_stays_until_it_is_undone(connection, acme):
    lead_list = smart(connection, acme)
    import_id = import_of(connection, acme)
    leads = people(connection, acme, {"Ana": 10, "Bo": 10, "Cy": 90})
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    with connection.transaction():
        connection.execute("SET LOCAL henk.importing = 'on'")
        for line, name in enumerate(("Ana", "Bo"), 2):
            imported(connection, acme, import_id, leads[name], lead_list, line)
    refresh(connection, lead_list)
    assert members(connection, lead_list) == "Ana Cy"  # Bo is excluded
    assert events(connection, lead_list)[-2:] == ["Ana entered import", "Cy entered refresh"]
    connection.execute("UPDATE leads SET updated_at = now() - interval '1 day'")
    connection.execute("SELECT undo_lead_import(%s)", [import_id])
    assert members(connection, lead_list) == "Cy"


# The model: set algebra.


@pytest.fixture(scope="module")
def bench(server):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["score", "score", "refresh", "refresh", "pin", "exclude", "insert", "remove", "give", "merge", "undo", "criteria"]
        ),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    min_size=1,
    max_size=50,
)


@pytest.mark.long
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_the_model(bench, steps):  # noqa: C901, PLR0912, PLR0915 - the model
    """Members are (criteria at the last refresh, or pinned, or given) without exclusions."""
    business = add_business(bench, f"b{uuid.uuid4().hex[:12]}")
    leads = list(people(bench, business, {f"P{n}": n * 10 for n in range(8)}).values())
    lead_list = smart(bench, business, max_leave=1)
    scores, level = {lead: n * 10 for n, lead in enumerate(leads)}, 50
    found = {lead for lead in leads if scores[lead] >= level}
    pinned, excluded, given_by_import, alive = set(), set(), set(), set(leads)
    import_id = import_of(bench, business)
    line = 1
    for step, n, other in steps:
        lead = leads[n]
        if lead not in alive:
            continue
        if step == "score":
            score(bench, lead, other * 14)
            scores[lead] = other * 14
        elif step == "criteria" and n * 12 != level:  # the same again are no others
            level = n * 12
            bench.execute(
                "UPDATE lead_lists SET filter_criteria = %s WHERE id = %s",
                [Jsonb({"field": "lead_score", "op": ">=", "value": level}), lead_list],
            )
            found = {lead for lead in alive if scores[lead] >= level} - excluded
        elif step == "refresh":
            value(bench, "SELECT refresh_lead_list_now(%s, true)", [lead_list])
            found = {lead for lead in alive if scores[lead] >= level} - excluded
        elif step == "pin":
            value(bench, "SELECT henk.pin_lead(%s, %s)", [lead_list, lead])
            pinned.add(lead)
            excluded.discard(lead)
        elif step == "exclude":
            value(bench, "SELECT henk.exclude_lead(%s, %s)", [lead_list, lead])
            excluded.add(lead)
        elif step == "insert":
            bench.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", [lead_list, lead])
            if lead not in (found | pinned | given_by_import) - excluded:
                pinned.add(lead)
                excluded.discard(lead)
        elif step == "remove":
            bench.execute("DELETE FROM lead_list_members WHERE lead_list_id = %s AND lead_id = %s", [lead_list, lead])
            if lead in (found | pinned | given_by_import) - excluded:
                excluded.add(lead)
        elif step == "give":
            line += 1
            with bench.transaction():
                bench.execute("SET LOCAL henk.importing = 'on'")
                bench.execute(
                    "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, import_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    [business.id, lead_list, lead, import_id],
                )
            if lead not in (found | pinned | given_by_import) - excluded and lead not in excluded:
                given_by_import.add(lead)
        elif step == "merge":
            drop = leads[other]
            if drop == lead or drop not in alive:
                continue
            had = {one for one in (lead, drop) if one in (found | pinned | given_by_import) - excluded}
            merge(bench, lead, drop)
            alive.discard(drop)
            for group in (found, pinned, given_by_import, excluded):
                if drop in group:
                    group.discard(drop)
                    group.add(lead)
            scores[lead] = value(bench, "SELECT coalesce(lead_score, -1) FROM leads WHERE id = %s", [lead])
            assert len(had) <= 2
        for group in (found, pinned, given_by_import):
            group.difference_update(excluded)
        now = set(column(bench, "SELECT lead_id::text FROM lead_list_members WHERE lead_list_id = %s", [lead_list]))
        assert now == found | pinned | given_by_import, step
        assert value(bench, "SELECT lead_count FROM lead_lists WHERE id = %s", [lead_list]) == len(now)
    value(bench, "SELECT refresh_lead_list_now(%s, true)", [lead_list])
    now = set(column(bench, "SELECT lead_id::text FROM lead_list_members WHERE lead_list_id = %s", [lead_list]))
    assert now == ({lead for lead in alive if scores[lead] >= level} | pinned | given_by_import) - excluded
    assert value(bench, "SELECT refresh_lead_list_now(%s)", [lead_list])["status"] == "unchanged"


# All at once.


@pytest.mark.long
def test_refreshes_imports_and_edits_at_once_end_the_same_and_in_no_deadlock(database_url, connection, acme, member):
    leads = list(people(connection, acme, {f"P{n}": n for n in range(100)}).values())
    lead_list, campaign = smart(connection, acme, max_leave=1), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    ends, errors = time.monotonic() + 4, []

    def work(number):
        chance = random.Random(number)
        with psycopg.connect(database_url, autocommit=True) as own:
            while time.monotonic() < ends:
                lead = chance.choice(leads)
                try:
                    if number < 2:
                        value(own, "SELECT refresh_lead_list_now(%s)", [lead_list])
                    elif number == 2:
                        with own.transaction():
                            own.execute("SELECT henk.lock_business(%s)", [acme.id])
                            own.execute("SET LOCAL henk.importing = 'on'")
                            own.execute("UPDATE leads SET lead_score = (random() * 100)::integer WHERE id = ANY (%s)", [sorted(leads)[:30]])
                            own.execute("SELECT henk.assign_list(%s, %s, 1)", [campaign, lead_list])
                    elif number == 3:
                        score(own, lead, chance.randrange(100))
                    else:
                        with acting_as(own, member) as client:
                            client.execute(
                                "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                                [lead_list, lead],
                            )
                            client.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [chance.choice(leads)])
                except psycopg.Error as error:
                    errors.append(f"{number}: {error}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors[:3]
    refresh(connection, lead_list, force=True)
    assert refresh(connection, lead_list)["status"] == "unchanged"
    expected = set(
        column(
            connection,
            "SELECT l.id::text FROM leads l WHERE (l.lead_score >= 50 OR EXISTS (SELECT FROM lead_list_members m WHERE m.lead_id = l.id "
            "AND m.origin = 'pinned')) AND NOT EXISTS (SELECT FROM lead_list_exclusions x WHERE x.lead_id = l.id)",
        )
    )
    assert set(column(connection, "SELECT lead_id::text FROM lead_list_members")) == expected
    assert set(column(connection, "SELECT lead_id::text FROM campaign_leads WHERE lead_list_id IS NOT NULL")) == expected
