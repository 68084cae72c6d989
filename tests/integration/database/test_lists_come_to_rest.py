"""Lists, exclusions, assignments and merges reach in one step what they come to; nothing that a person decided or planned is lost on the way."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.integration.database.acting import acting_as, add_campaign, add_lead, add_list, assign, column, create_list, value
from tests.integration.database.test_smart_lists import HOT, events, in_campaign, members, people, refresh, score, smart


def mirror(connection, campaign, lead_list, priority=1):
    assign(connection, campaign, lead_list, priority)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror' WHERE lead_list_id = %s", [lead_list])


# Exclusions of lists of every type.


@pytest.mark.parametrize("kind", ["static", "dynamic"])
def test_the_last_word_of_pin_and_exclude_counts(connection, acme, kind):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list = smart(connection, acme) if kind == "dynamic" else add_list(connection, acme, leads=[leads["Ana"]])
    exclude, pin = "SELECT henk.exclude_lead(%s, %s)", "SELECT henk.pin_lead(%s, %s)"
    for _ in range(2):
        assert value(connection, exclude, [lead_list, leads["Ana"]]) is True
        assert (members(connection, lead_list), value(connection, "SELECT count(*) FROM lead_list_exclusions")) == ("", 1)
        assert value(connection, exclude, [lead_list, leads["Ana"]]) is False
        assert value(connection, pin, [lead_list, leads["Ana"]]) is True
        assert (members(connection, lead_list), value(connection, "SELECT count(*) FROM lead_list_exclusions")) == ("Ana", 0)
        assert value(connection, pin, [lead_list, leads["Ana"]]) is False
    if kind == "dynamic":
        assert [event.split()[1] for event in events(connection, lead_list)] == ["entered", *["excluded", "pinned"] * 2]


def test_a_member_and_an_exclusion_from_before_are_settled_by_excluding_again(connection, acme):
    lead = add_lead(connection, acme, first_name="Ana")
    lead_list = add_list(connection, acme)
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, lead])
    connection.execute("ALTER TABLE lead_list_members DISABLE TRIGGER follow_members_inserted")
    connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, lead])
    connection.execute("ALTER TABLE lead_list_members ENABLE TRIGGER follow_members_inserted")
    assert value(connection, "SELECT henk.exclude_lead(%s, %s)", [lead_list, lead]) is True
    assert members(connection, lead_list) == ""


@pytest.mark.parametrize("by", ["an import", "a sent list", "a merge"])
def test_who_is_excluded_from_a_static_list_does_not_come_back(connection, acme, by):
    if by == "a sent list":
        rows = [{"first_name": "Ana", "email": "ana@example.org"}, {"first_name": "Bo", "email": "bo@example.org"}]
        lead_list = create_list(connection, acme, rows)
    else:
        lead_list = add_list(connection, acme, leads=people(connection, acme, {"Ana": 90, "Bo": 10}).values())
    lead = value(connection, "SELECT id FROM leads WHERE first_name = 'Ana'")
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, lead])
    if by == "a sent list":
        assert create_list(connection, acme, rows) == lead_list
    elif by == "an import":
        with connection.transaction():
            connection.execute("SET LOCAL henk.importing = 'on'")
            connection.execute(
                "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, %s, id FROM leads ON CONFLICT DO NOTHING",
                [lead_list],
            )
    else:
        connection.execute("SELECT merge_leads(%s, %s)", [lead, add_lead(connection, acme, first_name="Anna")])
    assert members(connection, lead_list) == "Bo"
    assert value(connection, "SELECT lead_count FROM lead_lists") == 1
    assert value(connection, "SELECT count(*) FROM lead_list_exclusions") == 1


# Assignments that clients write.


@pytest.mark.parametrize("closed", ["archived", "completed", "cancelled"])
@pytest.mark.parametrize("way", ["insert", "insert inactive", "activate"])
def test_a_client_assigns_no_archived_list_and_to_no_campaign_that_is_over(connection, acme, member, closed, way):
    campaign, lead_list = add_campaign(connection, acme, status="active"), add_list(connection, acme)
    if way == "activate":
        assign(connection, campaign, lead_list)
        connection.execute("UPDATE campaign_lead_lists SET is_active = false")
    if closed == "archived":
        connection.execute("UPDATE lead_lists SET is_archived = true")
    else:
        connection.execute("UPDATE campaigns SET status = %s", [closed])
    insert = (
        f"INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, is_active) VALUES ('{campaign}', '{lead_list}', {way == 'insert'})"
    )
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=closed), acting_as(connection, member):
        connection.execute("UPDATE campaign_lead_lists SET is_active = true" if way == "activate" else insert)
    assert value(connection, "SELECT count(*) FROM campaign_lead_lists WHERE is_active") == 0
    with acting_as(connection, member):  # to take it away, or change its priority, stays possible
        connection.execute("UPDATE campaign_lead_lists SET is_active = false, priority = 3")
        connection.execute("DELETE FROM campaign_lead_lists")


def test_a_client_learns_nothing_of_the_lists_of_others(connection, acme, other, member):
    campaign, theirs = add_campaign(connection, acme), add_list(connection, other, "Secret", is_archived=True)
    with pytest.raises(psycopg.Error) as refused, acting_as(connection, member):
        connection.execute("INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%s, %s)", [campaign, theirs])
    assert "Secret" not in str(refused.value)
    over = add_campaign(connection, other, "Hidden", status="completed")
    with pytest.raises(psycopg.Error) as refused, acting_as(connection, member):
        connection.execute(
            "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%s, %s)", [over, add_list(connection, acme)]
        )
    assert "Hidden" not in str(refused.value)


# Planned calls.


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("status", ["new", "queued"])
def test_a_planned_call_survives_that_a_mirrored_list_loses_the_lead_and_gets_it_back(connection, acme, planned, status):
    leads = people(connection, acme, {"Ana": 90, "Bo": 80})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    mirror(connection, campaign, lead_list)
    when = "2027-01-05 10:00+00" if planned else None
    connection.execute("UPDATE campaign_leads SET status = %s, next_attempt_at = %s WHERE lead_id = %s", [status, when, leads["Ana"]])
    row = "SELECT id, status, next_attempt_at FROM campaign_leads WHERE lead_id = %s"
    before = connection.execute(row, [leads["Ana"]]).fetchone()
    score(connection, leads["Ana"], 10)
    refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == ("Ana Bo" if planned else "Bo")
    assert refresh(connection, lead_list)["status"] == "unchanged"
    score(connection, leads["Ana"], 90)
    refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == "Ana Bo"
    assert (connection.execute(row, [leads["Ana"]]).fetchone() == before) is planned


# One step is enough.


@pytest.mark.parametrize("way", ["a refresh", "an exclusion", "a static list"])
def test_a_twin_takes_the_place_in_the_same_step(connection, acme, way):
    leads = people(connection, acme, {"Ana": 90, "Bo": 80})
    connection.execute("UPDATE leads SET phone = '+12125550101'")
    campaign = add_campaign(connection, acme, status="active", dedupe_by_phone=True)
    lead_list = add_list(connection, acme, leads=leads.values()) if way == "a static list" else smart(connection, acme)
    mirror(connection, campaign, lead_list)
    assert in_campaign(connection, campaign) == "Ana"
    if way == "a refresh":
        score(connection, leads["Ana"], 10)
        report = refresh(connection, lead_list)["campaigns"]
        assert [(one["added"], one["withdrawn"]) for one in report] == [(1, 1)]
    elif way == "an exclusion":
        connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Ana"]])
    else:
        connection.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [leads["Ana"]])
        connection.execute("SELECT henk.follow_static_lists(%s)", [acme.id])
    assert in_campaign(connection, campaign) == "Bo"


@pytest.mark.parametrize("follow", ["enter", "mirror", "frozen"])
def test_a_twin_on_another_list_of_the_campaign_takes_the_place_in_the_same_refresh(connection, acme, follow):
    leads = people(connection, acme, {"Ana": 90, "Bo": 20, "Cy": 90})
    connection.execute("UPDATE leads SET phone = '+12125550101' WHERE first_name <> 'Cy'")
    campaign = add_campaign(connection, acme, status="active", dedupe_by_phone=True)
    hot = smart(connection, acme)
    cold = smart(connection, acme, {"field": "lead_score", "op": "between", "value": [15, 30]}, "A cold one")
    mirror(connection, campaign, hot)
    assign(connection, campaign, cold, 2)
    connection.execute("UPDATE campaign_lead_lists SET follow = %s WHERE lead_list_id = %s", [follow, cold])
    assert in_campaign(connection, campaign) == "Ana Cy"
    score(connection, leads["Ana"], 10)
    refresh(connection, cold)
    refresh(connection, hot)
    assert in_campaign(connection, campaign) == ("Cy" if follow == "frozen" else "Bo Cy")
    assert [value(connection, "SELECT refresh_lead_list_now(%s)", [one])["campaigns"] for one in (cold, hot)] == [[], []]


@pytest.mark.parametrize("kept", ["pinned", "excluded"])
@pytest.mark.parametrize("kind", ["dynamic", "static"])
def test_a_merge_of_one_who_is_pinned_and_one_who_is_excluded_ends_at_once_and_parts_again(connection, acme, kept, kind):
    leads = people(connection, acme, {"Ana": 10, "Bo": 10, "Cy": 90})
    lead_list = smart(connection, acme) if kind == "dynamic" else add_list(connection, acme, leads=[leads["Cy"]])
    campaign = add_campaign(connection, acme, status="active")
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    mirror(connection, campaign, lead_list)
    rows = (
        "SELECT to_jsonb(m) FROM lead_list_members m ORDER BY id", "SELECT to_jsonb(c) FROM campaign_leads c ORDER BY id",
        "SELECT lead_list_id, lead_id, merged_from FROM lead_list_exclusions ORDER BY 2", "SELECT lead_count FROM lead_lists",
        "SELECT total_leads FROM campaign_lead_lists",
    )  # fmt: skip
    before = [connection.execute(query).fetchall() for query in rows]
    keep, drop = (leads["Ana"], leads["Bo"]) if kept == "pinned" else (leads["Bo"], leads["Ana"])
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    assert (members(connection, lead_list), in_campaign(connection, campaign)) == ("Cy", "Cy")
    if kind == "dynamic":
        assert refresh(connection, lead_list)["status"] == "unchanged"
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert [connection.execute(query).fetchall() for query in rows] == before
    if kind == "dynamic":
        assert refresh(connection, lead_list)["status"] == "unchanged"


def test_a_merge_takes_no_call_away_that_was_made_or_is_planned(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 10})
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    mirror(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_leads SET next_attempt_at = '2027-01-05'")
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Bo"]])
    assert (members(connection, lead_list), in_campaign(connection, campaign)) == ("", "Ana")


def test_who_is_excluded_since_the_merge_is_no_member_again_at_its_end(connection, acme):
    leads = people(connection, acme, {"Ana": 10, "Bo": 10})
    lead_list = smart(connection, acme)
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Bo"]])
    connection.execute("DELETE FROM lead_list_exclusions WHERE lead_id = %s", [leads["Ana"]])
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Ana"]])
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert members(connection, lead_list) == ""


# Criteria.


IMPOSSIBLE = [
    ({"campaign": "any", "measure": "status", "op": "=", "value": "bogus"}, "status is one of new"),
    ({"campaign": "any", "measure": "status", "op": "in", "value": ["new", "bogus"]}, '"bogus"'),
    ({"field": "quality_rating", "op": "!=", "value": "hott"}, "quality_rating is one of hot"),
    ({"field": "lead_score", "op": "between", "value": [9, 1]}, "9 comes after 1"),
    ({"field": "created_at", "op": "between", "value": ["2026-02-01", "2026-01-01"]}, "comes after"),
    ({"field": "created_at", "op": "between", "value": [{"days_ago": 1}, {"days_ago": 9}]}, "comes after"),
]


@pytest.mark.parametrize(("clause", "why"), IMPOSSIBLE)
def test_criteria_that_no_lead_can_meet_are_refused_with_their_place(connection, acme, clause, why):
    criteria = {"all": [HOT, {"not": {"any": [clause]}}]}
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme)
    assign(connection, campaign, lead_list)
    for statement, values in (
        ("UPDATE lead_lists SET filter_criteria = %s", [Jsonb(criteria)]),
        ("UPDATE campaign_lead_lists SET filter_criteria = %s", [Jsonb(criteria)]),
        ("SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb(criteria)]),
    ):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="any") as refused:
            connection.execute(statement, values)
        assert "$.all[1].not.any[0]" in str(refused.value)
        assert why in str(refused.value)


@pytest.mark.parametrize(
    "clause",
    [
        {"campaign": "any", "measure": "status", "op": "=", "value": "Converted"},
        {"field": "quality_rating", "op": "in", "value": ["hot", "Warm"]},
        {"field": "status", "op": "=", "value": "bogus"},  # a lead's own status is any text
        {"custom_field": "status", "op": "=", "value": "bogus"},
        {"field": "lead_score", "op": "between", "value": [9, 9]},
        {"field": "created_at", "op": "between", "value": ["2026-01-31", "2026-01-31T18:00:00Z"]},
        {"field": "created_at", "op": "between", "value": [{"days_ago": 9}, {"days_ago": 1}]},
        {"field": "created_at", "op": "between", "value": [{"days_ago": 30}, {"months_ago": 1}]},
        {"field": "created_at", "op": "between", "value": ["2099-01-01", {"days_ago": 1}]},
        {"custom_field": "size", "op": "between", "value": [1, 9]},
    ],
)
def test_criteria_that_some_lead_may_meet_are_taken(connection, acme, clause):
    assert smart(connection, acme, clause)
    assert "matched" in value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb(clause)])


def test_a_list_with_such_criteria_from_before_goes_on(connection, acme):
    lead_list = smart(connection, acme)
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = 'replica'")
        connection.execute("UPDATE lead_lists SET filter_criteria = %s", [Jsonb(IMPOSSIBLE[3][0])])
    assert refresh(connection, lead_list)["status"] == "unchanged"
    connection.execute("UPDATE lead_lists SET filter_criteria = filter_criteria, name = 'Other'")


@pytest.mark.parametrize("length", [1, 3])
def test_a_preview_of_a_circle_of_lists_is_refused_with_its_place(connection, acme, length):
    first = last = smart(connection, acme)
    for number in range(length - 1):
        last = smart(connection, acme, {"all": [HOT, {"list": last, "op": "in"}]}, f"After {number}")
    criteria = Jsonb({"any": [HOT, {"list": last, "op": "not_in"}]})
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=r"\$\.any\[1\].*circle"):
        connection.execute("SELECT preview_lead_filter(%s, %s, %s)", [acme.id, criteria, first])
    assert "matched" in value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, criteria])


def test_a_preview_is_for_sessions_that_only_read_too(connection, acme, member):
    lead_list = smart(connection, acme)
    with acting_as(connection, member):
        connection.execute("SET TRANSACTION READ ONLY")
        found = value(connection, "SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb({"list": lead_list, "op": "in"})])
    assert found["matched"] == 0


def test_a_preview_of_lists_too_far_behind_one_another_is_refused(connection, acme):
    last = smart(connection, acme)
    for number in range(4):
        last = smart(connection, acme, {"list": last, "op": "in"}, f"After {number}")
    deeper = smart(connection, acme, {"list": last, "op": "in"}, "The fifth")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="depth of five"):
        connection.execute("SELECT preview_lead_filter(%s, %s)", [acme.id, Jsonb({"list": deeper, "op": "in"})])


def test_a_frozen_copy_takes_no_name_that_is_taken(connection, acme, other):
    lead_list = smart(connection, acme)
    add_list(connection, other, "March")
    add_list(connection, acme, "March", is_archived=True)
    connection.execute("SELECT freeze_lead_list(%s, 'March')", [lead_list])
    for name in ("March", " March ", "Hot"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="already"):
            connection.execute("SELECT freeze_lead_list(%s, %s)", [lead_list, name])
    assert value(connection, "SELECT count(*) FROM lead_lists WHERE business_id = %s", [acme.id]) == 3


def test_what_is_written_as_it_was_starts_no_refresh(connection, acme):
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    mirror(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET filter_criteria = %s", [Jsonb(HOT)])
    connection.execute("DELETE FROM henk.list_changes")
    state = "SELECT refreshed_at, criteria_changed_at, xmin FROM lead_lists"
    before = connection.execute(state).fetchone()
    connection.execute("UPDATE campaign_lead_lists SET filter_criteria = filter_criteria, follow = follow, is_active = is_active")
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 0
    connection.execute(
        "UPDATE lead_lists SET filter_criteria = filter_criteria, list_type = 'smart', refresh = refresh, is_archived = false"
    )
    assert connection.execute(state).fetchone()[:2] == before[:2]
    connection.execute("UPDATE campaign_lead_lists SET filter_criteria = NULL")
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 1
    assert column(connection, "SELECT list_type FROM lead_lists") == ["smart"]
