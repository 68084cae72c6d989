"""Who comes into a campaign: an assignment, a refresh and a preview decide by one condition; a pin, a held list, an archived list, a refusal."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from henk_pipeline.postgres import invariants
from tests.integration.database.acting import acting_as, add_campaign, add_list, assign, value
from tests.integration.database.test_smart_lists import HOT, events, in_campaign, members, people, refresh, score, smart

PHONES = {"Ana": "+12125550101", "Bo": "+12125550101", "Cy": "+12125550103", "Di": "+12125550104", "Ed": None}


@pytest.fixture
def leads(connection, acme):
    """Five leads that are found; Ana and Bo have one telephone, Di has opted out, Ed has no telephone."""
    leads = people(connection, acme, {"Ana": 90, "Bo": 80, "Cy": 70, "Di": 60, "Ed": 55})
    for name, phone in PHONES.items():
        connection.execute("UPDATE leads SET phone = %s WHERE id = %s", [phone, leads[name]])
    connection.execute("UPDATE leads SET dnc = true WHERE id = %s", [leads["Di"]])
    return leads


def preview(connection, acme, campaign, lead_list=None, criteria=HOT):
    return value(connection, "SELECT preview_lead_filter(%s, %s, %s, %s)", [acme.id, Jsonb(criteria), lead_list, campaign])


@pytest.mark.parametrize("dedupe", [True, False])
@pytest.mark.parametrize("exclude", [True, False])
@pytest.mark.parametrize("status", ["draft", "active", "paused"])
def test_a_preview_counts_whom_an_assignment_adds(connection, acme, leads, dedupe, exclude, status):
    campaign = add_campaign(connection, acme, status=status, dedupe_by_phone=dedupe, exclude_dnc=exclude)
    assign(connection, campaign, add_list(connection, acme, "Before", leads=[leads["Cy"]]))
    seen = preview(connection, acme, campaign)
    assert (seen["would_enter_campaign"], seen["campaign_note"]) == (4 - dedupe - exclude, None)
    assign(connection, campaign, smart(connection, acme))
    assert len(in_campaign(connection, campaign).split()) == seen["would_enter_campaign"] + 1
    assert preview(connection, acme, campaign)["would_enter_campaign"] == 0


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_preview_counts_nobody_for_a_campaign_that_is_over_and_says_why(connection, acme, leads, status):
    campaign = add_campaign(connection, acme, "Gala", status=status)
    seen = preview(connection, acme, campaign)
    assert (seen["matched"], seen["would_enter_campaign"]) == (5, 0)
    assert seen["campaign_note"] == f'The campaign "Gala" is {status}: no lead joins it.'


def test_a_preview_says_that_the_last_day_of_a_campaign_is_over(connection, acme, leads):
    campaign = add_campaign(connection, acme, "Gala", status="active", dedupe_by_phone=True)
    connection.execute("UPDATE campaigns SET end_date = (now() AT TIME ZONE 'UTC')::date")
    assert preview(connection, acme, campaign)["campaign_note"] is None
    connection.execute("UPDATE campaigns SET end_date = '2020-01-31'")
    seen = preview(connection, acme, campaign)
    assert seen["campaign_note"] == 'The last day of the campaign "Gala" was 2020-01-31: who joins it is not called.'
    assign(connection, campaign, smart(connection, acme))
    assert len(in_campaign(connection, campaign).split()) == seen["would_enter_campaign"] == 3


def test_a_preview_of_a_list_counts_by_its_assignment_pins_and_exclusions(connection, acme, leads):
    campaign = add_campaign(connection, acme, status="active", dedupe_by_phone=True)
    lead_list = smart(connection, acme, {"field": "first_name", "op": "=", "value": "nobody"})
    connection.execute("SELECT henk.pin_lead(%s, %s), henk.exclude_lead(%s, %s)", [lead_list, leads["Ed"], lead_list, leads["Cy"]])
    assert preview(connection, acme, campaign, lead_list)["would_enter_campaign"] == 2  # Ana or Bo, and Ed
    connection.execute(
        "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, filter_criteria) VALUES (%s, %s, %s)",
        [campaign, lead_list, Jsonb({"field": "lead_score", "op": ">=", "value": 60})],
    )
    assert preview(connection, acme, campaign, lead_list)["would_enter_campaign"] == 1
    assert preview(connection, acme, campaign)["would_enter_campaign"] == 3  # of no list: its pins and terms do not count


def test_a_list_whose_members_are_all_taken_offers_no_more(connection, acme, leads):
    campaign, lead_list = add_campaign(connection, acme, status="active"), smart(connection, acme)
    assign(connection, campaign, lead_list)
    asked = "SELECT henk.is_offered_more(%s, %s)"
    assert value(connection, asked, [campaign, lead_list]) is False
    connection.execute("DELETE FROM campaign_leads WHERE lead_id = %s", [leads["Cy"]])
    assert value(connection, asked, [campaign, lead_list]) is True
    connection.execute("UPDATE campaigns SET status = 'completed'")
    assert value(connection, asked, [campaign, lead_list]) is False


@pytest.mark.parametrize("follow", ["enter", "mirror"])
def test_a_pin_and_an_exclusion_touch_nobody_else_of_the_list(connection, acme, leads, follow):
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = %s", [follow])
    fay = people(connection, acme, {"Fay": 1})["Fay"]
    score(connection, leads["Ana"], 1)  # would leave at the next refresh
    people(connection, acme, {"Gus": 99})  # would enter
    before = len(events(connection, lead_list))
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, fay])
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Bo"]])
    assert members(connection, lead_list) == "Ana Cy Di Ed Fay"
    assert events(connection, lead_list)[before:] == ["Fay pinned hand", "Bo excluded hand"]
    assert in_campaign(connection, campaign) == ("Ana Cy Ed Fay" if follow == "mirror" else "Ana Bo Cy Ed Fay")
    refresh(connection, lead_list)  # as before
    assert members(connection, lead_list) == "Cy Di Ed Fay Gus"


@pytest.mark.parametrize(
    ("change", "is_held"),
    [
        ("list_type = 'static', filter_criteria = NULL", False),
        ("list_type = 'static'", False),
        ("refresh = 'frozen'", False),
        ("is_archived = true", False),
        ("refresh = 'manual'", True),
        ("description = 'x'", True),
    ],
)
def test_a_list_that_is_not_refreshed_any_more_is_not_held(connection, acme, leads, change, is_held):
    lead_list = smart(connection, acme)
    connection.execute("UPDATE lead_lists SET filter_criteria = %s", [Jsonb({**HOT, "value": 1000})])
    assert value(connection, "SELECT held ->> 'reason' FROM lead_lists") == "all 5 members would leave"
    connection.execute(f"UPDATE lead_lists SET {change}")
    assert value(connection, "SELECT held IS NOT NULL FROM lead_lists") is is_held
    assert members(connection, lead_list) == "Ana Bo Cy Di Ed"


def test_an_explanation_has_a_value_and_a_reason_for_each_clause(connection, acme, leads):
    board = add_list(connection, acme, "Board", leads=[leads["Ana"]])
    campaign = add_campaign(connection, acme, "Gala", status="active")
    assign(connection, campaign, board)
    connection.execute("UPDATE campaign_leads SET attempts = 2")
    criteria = {
        "any": [
            {"callable": True},
            {"suppressed": False},
            {"list": board, "op": "in"},
            {"campaign": "any", "measure": "attempts", "op": ">=", "value": 2},
            {"campaign": campaign, "measure": "status", "op": "=", "value": "new"},
            {"field": "city", "op": "is_null"},
        ]
    }
    lead_list = smart(connection, acme, criteria)

    def explained(name):
        told = value(connection, "SELECT explain_membership(%s, %s)", [lead_list, leads[name]])
        return [(clause["value"], clause["reason"], clause["met"]) for clause in told["clauses"]]

    nowhere = "in none of the campaigns that are asked, or without a value there"
    clear = "not opted out, and nothing of the lead is suppressed"
    assert explained("Ana") == [
        (True, "has a telephone, and has not opted out", True),
        (False, clear, True),
        (True, 'on the list "Board"', True),
        (2, None, True),
        (["new"], None, True),
        (None, None, True),
    ]
    assert explained("Di")[:3] == [
        (False, "opted out of calls", False),
        (True, "opted out of calls", False),
        (False, 'not on the list "Board"', False),
    ]
    assert explained("Ed")[:4] == [
        (False, "no telephone", False),
        (False, clear, True),
        (False, 'not on the list "Board"', False),
        (None, nowhere, False),
    ]
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550103')", [acme.id])
    assert explained("Cy")[0] == (False, "a number or address of the lead is suppressed", False)


def test_an_archived_list_takes_no_member_by_hand_and_says_why(connection, acme, other, leads, member):
    lead_list, theirs = add_list(connection, acme, "Old", leads=[leads["Cy"]]), add_list(connection, other, "Theirs")
    connection.execute("UPDATE lead_lists SET is_archived = true")
    insert = "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)"
    why = 'The list "Old" is archived: it takes no leads'
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=why), acting_as(connection, member) as client:
        client.execute(insert, [lead_list, leads["Ana"]])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=why):
        connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused, acting_as(connection, member) as client:
        client.execute(insert, [theirs, leads["Ana"]])
    assert "archived" not in str(refused.value)
    with acting_as(connection, member) as client:  # who is on it may be taken off
        client.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [leads["Cy"]])
    connection.execute("UPDATE lead_lists SET is_archived = false")
    with acting_as(connection, member) as client:
        client.execute(insert, [lead_list, leads["Ana"]])
    assert members(connection, lead_list) == "Ana"


def test_a_row_of_a_client_names_no_archived_list(connection, acme, leads, member):
    campaign, old = add_campaign(connection, acme), add_list(connection, acme, "Old", leads=[leads["Ana"]])
    connection.execute("UPDATE lead_lists SET is_archived = true WHERE id = %s", [old])
    row = "INSERT INTO campaign_leads (campaign_id, lead_id, lead_list_id) VALUES (%s, %s, %s)"
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='The list "Old" is archived'), acting_as(connection, member):
        connection.execute(row, [campaign, leads["Ana"], old])
    assert in_campaign(connection, campaign) == ""
    with acting_as(connection, member):
        connection.execute(row, [campaign, leads["Ana"], None])
    assert in_campaign(connection, campaign) == "Ana"


def test_a_campaign_that_calls_everybody_it_is_given_is_no_lost_refusal(connection, acme, leads):
    loose, strict = add_campaign(connection, acme, exclude_dnc=False), add_campaign(connection, acme)
    for campaign in (loose, strict):
        assign(connection, campaign, add_list(connection, acme, leads=[leads["Ana"], leads["Di"]]))
    assert (in_campaign(connection, loose), in_campaign(connection, strict)) == ("Ana Di", "Ana")
    assert invariants.ask(connection, invariants.CALLS_NOT_TO_BE_MADE) == []


def test_a_refusal_on_the_telephone_stays_in_the_campaign_when_the_list_goes(connection, acme, member, leads):
    lead_list, campaign = smart(connection, acme), add_campaign(connection, acme, status="active")
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    with acting_as(connection, member) as client:
        client.execute("UPDATE campaign_leads SET status = 'dnc' WHERE lead_id = %s", [leads["Cy"]])
    connection.execute("UPDATE leads SET do_not_call = true WHERE id = %s", [leads["Ed"]])  # the rule ends it
    for name in ("Cy", "Ed", "Ana"):
        score(connection, leads[name], 1)
    refresh(connection, lead_list)
    assert in_campaign(connection, campaign) == "Bo Cy"
    connection.execute("SELECT remove_lead_list_from_campaign(%s, %s)", [campaign, lead_list])
    assert in_campaign(connection, campaign) == "Cy"


@pytest.mark.parametrize(
    "zone", ["UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Japan", "US/Eastern", "GB", "NZ-CHAT"]
)
def test_a_time_zone_of_a_place_is_taken(connection, acme, zone):
    connection.execute("UPDATE businesses SET timezone = %s", [zone])


@pytest.mark.parametrize(
    "zone", ["Factory", "localtime", "posixrules", "posix/Europe/Berlin", "EST5EDT", "Etc/GMT+5", "CET", "Mars/Base", ""]
)
def test_a_time_zone_of_no_place_is_refused(connection, acme, zone):
    with pytest.raises(psycopg.errors.CheckViolation, match="it is no time zone of a place"):
        connection.execute("UPDATE businesses SET timezone = %s", [zone])
