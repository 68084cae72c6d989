"""Lists and assignments keep nobody from being erased, keep whose a campaign lead is, and refuse what evades them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.integration.database.acting import acting_as, add_campaign, add_lead, add_list, column, value
from tests.integration.database.test_smart_lists import in_campaign, members, people, refresh, smart
from tests.integration.database.test_whose_list import BATH, give, whose

NAMES = ("Ana", "Bo", "Cy", "Di")
ACTS = {
    "erase": "SELECT erase_lead(%(lead)s)",
    "delete": "DELETE FROM leads WHERE id = %(lead)s",
    "remove": "DELETE FROM lead_list_members WHERE lead_id = %(lead)s",
    "exclude": "INSERT INTO lead_list_exclusions (lead_list_id, lead_id) VALUES (%(list)s, %(lead)s)",
    "merge": "SELECT merge_leads(%(other)s, %(lead)s)",
}


@pytest.fixture
def leads(connection, acme):
    return people(connection, acme, dict.fromkeys(NAMES, 90))


def act(connection, acme, statement, **ids):
    with acting_as(connection, acme.owner):
        connection.execute(statement, ids)


def totals(connection, campaign):
    """The counts of a campaign's assignments, as kept and as they are."""
    return connection.execute(
        """SELECT a.total_leads, (SELECT count(*) FROM campaign_leads c WHERE c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id)
        FROM campaign_lead_lists a WHERE a.campaign_id = %s""",
        [campaign],
    ).fetchall()


def refresh_static(connection, business):
    return value(connection, "SELECT henk.follow_static_lists(%s)", [business.id])


@pytest.mark.parametrize("follow", ["enter", "mirror"])
@pytest.mark.parametrize("name", ACTS)
def test_an_archived_list_keeps_nobody_from_going(connection, acme, leads, name, follow):
    hot = smart(connection, acme)
    connection.execute("UPDATE leads SET do_not_call = true WHERE first_name = 'Ana'")
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, hot, 1, follow=follow)
    connection.execute("UPDATE lead_lists SET is_archived = true")
    connection.execute("UPDATE leads SET do_not_call = false")  # a member who is not in the campaign: one more to follow
    act(connection, acme, ACTS[name], lead=leads["Bo"], other=leads["Cy"], list=hot)
    assert "Bo" not in members(connection, hot)
    assert "Ana" not in in_campaign(connection, campaign)


def break_filter(connection, acme, campaign, broken):
    """Give a campaign's assignments a filter that cannot be read, as older data may have it."""
    connection.execute("ALTER TABLE campaign_lead_lists DISABLE TRIGGER USER")
    connection.execute("UPDATE campaign_lead_lists SET filter_criteria = %s WHERE campaign_id = %s", [Jsonb(broken), campaign])
    connection.execute("ALTER TABLE campaign_lead_lists ENABLE TRIGGER USER")


BROKEN = [
    {"not": {"list": "00000000-0000-4000-8000-000000000000", "op": "in"}},
    {"field": "no_such_field", "op": "=", "value": 1},
    ["nothing"],
]


@pytest.mark.parametrize("follow", ["enter", "mirror"])
@pytest.mark.parametrize("broken", BROKEN, ids=["list", "field", "array"])
@pytest.mark.parametrize("name", ACTS)
def test_a_broken_filter_keeps_nobody_from_going(connection, acme, leads, name, broken, follow):
    hot = smart(connection, acme)
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, hot, 1, follow=follow)
    give(connection, campaign, add_list(connection, acme, "All", leads=list(leads.values())), 2)
    connection.execute("DELETE FROM campaign_leads WHERE lead_id = %s", [leads["Di"]])
    break_filter(connection, acme, campaign, broken)
    act(connection, acme, ACTS[name], lead=leads["Bo"], other=leads["Cy"], list=hot)
    assert "Bo" not in members(connection, hot)
    kept = " ".join(set(in_campaign(connection, campaign).split()) - {"Bo"})
    assert sorted(kept.split()) == ["Ana", "Cy"]  # nobody new, and who is there stays
    assert whose(connection, leads["Ana"]) == "Hot"


@pytest.mark.parametrize("broken", BROKEN, ids=["list", "field", "array"])
def test_an_assignment_with_a_broken_filter_takes_nobody_and_says_so(connection, acme, leads, broken):
    hot = smart(connection, acme)
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, hot, 1, follow="mirror")
    break_filter(connection, acme, campaign, broken)
    new = add_lead(connection, acme, first_name="New", lead_score=99)
    report = refresh(connection, hot)
    assert "New" in members(connection, hot)
    assert in_campaign(connection, campaign) == "Ana Bo Cy Di"
    assert "filter" in report["campaigns"][0]["reason"]
    connection.execute("SELECT henk.pin_lead(%s, %s)", [hot, new])
    for setting in ("priority = 3", "is_active = false", "is_active = true", "follow = 'enter'", "follow = 'mirror'"):
        act(connection, acme, f"UPDATE campaign_lead_lists SET {setting}")
    act(connection, acme, "SELECT add_lead_list_to_campaign(%(campaign)s, %(list)s, 1)", campaign=campaign, list=hot)
    assert in_campaign(connection, campaign) == "Ana Bo Cy Di"
    act(connection, acme, "SELECT remove_lead_list_from_campaign(%(campaign)s, %(list)s)", campaign=campaign, list=hot)
    assert in_campaign(connection, campaign) == ""


@pytest.mark.parametrize("status", ["active", "completed"])
def test_a_list_that_a_filter_names_is_not_deleted(connection, acme, leads, status):
    named = add_list(connection, acme, "Named")
    campaign = add_campaign(connection, acme, "Spring", status="active")
    criteria = Jsonb({"not": {"list": named, "op": "in"}})
    give(connection, campaign, add_list(connection, acme, "All", leads=list(leads.values())), 1, filter_criteria=criteria)
    connection.execute("UPDATE campaigns SET status = %s", [status])
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match='"All".*"Spring"'):
        act(connection, acme, "DELETE FROM lead_lists WHERE id = %(list)s", list=named)
    act(connection, acme, "UPDATE campaign_lead_lists SET filter_criteria = NULL")
    act(connection, acme, "DELETE FROM lead_lists WHERE id = %(list)s", list=named)


def test_a_list_whose_own_filter_names_it_goes_with_its_assignment(connection, acme, leads):
    own = add_list(connection, acme, "Own", leads=list(leads.values()))
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, own, 1, filter_criteria=Jsonb({"list": own, "op": "in"}), is_active=False)
    act(connection, acme, "DELETE FROM lead_lists WHERE id = %(list)s", list=own)


# --- Whose a campaign lead is


@pytest.fixture
def two(connection, acme, leads):
    """A campaign that calls the list All at priority 5, and a list Few of Ana and Bo that is not assigned."""
    campaign = add_campaign(connection, acme, status="active")
    everybody, few = (
        add_list(connection, acme, "All", leads=list(leads.values())),
        add_list(connection, acme, "Few", leads=[leads["Ana"], leads["Bo"]]),
    )
    give(connection, campaign, everybody, 5)
    return campaign, everybody, few


def test_an_assignment_that_a_client_inserts_has_its_leads(connection, acme, leads, two):
    campaign, _, few = two
    act(
        connection, acme, "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, priority) VALUES (%(campaign)s, %(list)s, 1)",
        campaign=campaign, list=few,
    )  # fmt: skip
    assert [whose(connection, leads[name]) for name in NAMES] == ["Few", "Few", "All", "All"]
    assert sorted(totals(connection, campaign)) == [(2, 2), (2, 2)]


@pytest.mark.parametrize("status", ["active", "completed"])
def test_an_assignment_that_a_client_deletes_gives_its_leads_to_the_others(connection, acme, leads, two, status):
    campaign, _, few = two
    give(connection, campaign, few, 1)
    connection.execute("UPDATE campaign_leads SET status = 'contacted', attempts = 1 WHERE lead_id = %s", [leads["Ana"]])
    connection.execute("UPDATE campaigns SET status = %s", [status])
    act(connection, acme, "DELETE FROM campaign_lead_lists WHERE lead_list_id = %(list)s", list=few)
    assert [whose(connection, leads[name]) for name in NAMES] == ["All"] * 4
    assert totals(connection, campaign) == [(4, 4)]


def test_leads_that_left_a_list_while_the_campaign_was_over_are_of_another_when_it_is_open(connection, acme, leads, two):
    campaign, *_ = two
    bath = smart(connection, acme, criteria=BATH, name="Bath")
    give(connection, campaign, bath, 1)
    connection.execute("UPDATE leads SET city = 'Bath'")
    refresh(connection, bath)
    assert whose(connection, leads["Ana"]) == "Bath"
    connection.execute("UPDATE campaigns SET status = 'completed'")
    connection.execute("UPDATE leads SET city = 'York' WHERE first_name IN ('Ana', 'Bo')")
    refresh(connection, bath)
    act(connection, acme, "UPDATE campaigns SET status = 'active'")
    assert [whose(connection, leads[name]) for name in NAMES] == ["All", "All", "Bath", "Bath"]
    assert sorted(totals(connection, campaign)) == [(2, 2), (2, 2)]


@pytest.mark.parametrize("follow", ["frozen", "enter", "mirror"])
def test_who_meets_the_filter_of_a_static_list_is_of_it_after_the_next_refresh(connection, acme, leads, two, follow):
    campaign, _, few = two
    give(connection, campaign, few, 1, filter_criteria=Jsonb(BATH), follow=follow)
    connection.execute("DELETE FROM henk.list_changes")
    assert whose(connection, leads["Ana"]) == "All"
    connection.execute("UPDATE leads SET city = 'Bath' WHERE first_name = 'Ana'")
    assert value(connection, "SELECT count(*) FROM henk.list_changes") == 1
    refresh_static(connection, acme)
    assert [whose(connection, leads[name]) for name in NAMES] == ["Few", "All", "All", "All"]
    connection.execute("UPDATE leads SET city = 'York'")
    refresh_static(connection, acme)
    assert [whose(connection, leads[name]) for name in NAMES] == ["All"] * 4
    assert sorted(totals(connection, campaign)) == [(0, 0), (4, 4)]


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_lead_without_list_is_of_the_list_that_is_assigned(connection, acme, leads, order):
    campaign, hot = add_campaign(connection, acme, status="active"), smart(connection, acme)
    add = "INSERT INTO campaign_leads (campaign_id, lead_id) VALUES (%(campaign)s, %(lead)s)"
    if order == "before":
        act(connection, acme, add, campaign=campaign, lead=leads["Ana"])
    give(connection, campaign, hot, 1, follow="mirror")
    if order == "after":
        connection.execute("DELETE FROM campaign_leads WHERE lead_id = %s", [leads["Ana"]])
        act(connection, acme, add, campaign=campaign, lead=leads["Ana"])
    assert whose(connection, leads["Ana"]) == "Hot"
    assert totals(connection, campaign) == [(4, 4)]


@pytest.mark.parametrize("target", ["Few", None])
def test_a_client_changes_no_attribution(connection, acme, leads, two, target):
    campaign, _, few = two
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="priority"):
        act(connection, acme, "UPDATE campaign_leads SET lead_list_id = %(list)s", list=few if target else None)
    act(connection, acme, "UPDATE campaign_leads SET lead_list_id = lead_list_id, notes = 'as before'")  # a form that sends every column
    assert totals(connection, campaign) == [(4, 4)]


# --- Moves of members


@pytest.mark.parametrize("member", ["owner", "service"])
def test_a_member_is_not_moved_to_another_list(connection, acme, leads, two, member):
    _, everybody, few = two
    move = "UPDATE lead_list_members SET lead_list_id = %s WHERE lead_list_id = %s AND lead_id = %s"
    role = ("authenticated", acme.owner) if member == "owner" else ("service_role", None)
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refusal, acting_as(connection, role[1], role[0]):
        connection.execute(move, [few, everybody, leads["Cy"]])
    assert "delete" in f"{refusal.value.diag.message_hint}".lower()
    if member == "service":
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(connection, None, "service_role"):
            connection.execute(
                "UPDATE lead_list_members SET lead_id = %s WHERE lead_list_id = %s AND lead_id = %s", [leads["Di"], few, leads["Ana"]]
            )
    act(connection, acme, "UPDATE lead_list_members SET lead_list_id = lead_list_id, notes = 'as before'")


# --- Circles of lists


@pytest.mark.parametrize("how", ["criteria", "type"])
def test_a_static_list_forms_no_circle_when_it_becomes_dynamic(connection, acme, how):
    first = add_list(connection, acme, "First", list_type="static")
    second = smart(connection, acme, criteria={"list": first, "op": "in"}, name="Second")
    circle = "UPDATE lead_lists SET filter_criteria = %s WHERE id = %s"
    if how == "type":  # of older data, whose check passed over static lists
        connection.execute("ALTER TABLE lead_lists DISABLE TRIGGER check_filter")
        connection.execute(circle, [Jsonb({"list": second, "op": "in"}), first])
        connection.execute("ALTER TABLE lead_lists ENABLE TRIGGER check_filter")
        circle = "UPDATE lead_lists SET list_type = 'dynamic' WHERE id = %s"
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="circle"):
        connection.execute(circle, [Jsonb({"list": second, "op": "in"}), first][-circle.count("%s") :])


@pytest.mark.parametrize("how", ["criteria", "type"])
def test_static_lists_count_in_the_depth_of_lists(connection, acme, how):
    chain = [add_list(connection, acme, "0")]
    connection.execute("ALTER TABLE lead_lists DISABLE TRIGGER check_filter") if how == "type" else None
    for n in range(1, 7):
        if how == "criteria" and n == 6:
            with pytest.raises(psycopg.errors.InvalidParameterValue, match="depth"):
                add_list(connection, acme, "6", list_type="dynamic", filter_criteria={"list": chain[-1], "op": "in"})
            return
        chain.append(add_list(connection, acme, str(n), list_type="static", filter_criteria={"list": chain[-1], "op": "in"}))
    connection.execute("ALTER TABLE lead_lists ENABLE TRIGGER check_filter")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="depth"):
        connection.execute("UPDATE lead_lists SET list_type = 'dynamic' WHERE id = %s", [chain[3]])
    connection.execute(
        "UPDATE lead_lists SET list_type = 'smart' WHERE id = %s", [add_list(connection, acme, "free", filter_criteria=BATH)]
    )


def test_a_list_with_broken_criteria_can_be_made_static(connection, acme):
    hot = smart(connection, acme)
    connection.execute("ALTER TABLE lead_lists DISABLE TRIGGER USER")
    connection.execute("UPDATE lead_lists SET filter_criteria = %s", [Jsonb(BROKEN[1])])
    connection.execute("ALTER TABLE lead_lists ENABLE TRIGGER USER")
    act(connection, acme, "UPDATE lead_lists SET list_type = 'static' WHERE id = %(list)s", list=hot)
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        act(connection, acme, "UPDATE lead_lists SET list_type = 'dynamic' WHERE id = %(list)s", list=hot)


# --- The first moment of a day

ZONES = (
    "UTC", "Atlantic/Azores", "America/Havana", "America/Santiago", "America/Asuncion", "America/Sao_Paulo", "America/St_Johns",
    "America/New_York", "Africa/Cairo", "Africa/Casablanca", "Asia/Amman", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Europe/Amsterdam", "Europe/Moscow", "Pacific/Apia", "Pacific/Auckland", "Pacific/Kiritimati",
)  # fmt: skip


def first_moment(zone, day):
    """The first second at which the calendar of a zone shows this day, or a later one."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    for step in (60, 1):  # where the clock goes back over midnight a day may begin with a minute
        while moment.astimezone(zone).date() < day:
            moment += timedelta(seconds=step)
        moment -= timedelta(seconds=step)
    return moment + timedelta(seconds=1)


def start_of_day(connection, zone, day):
    at = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=400)
    return value(connection, "SELECT henk.start_of_day(%s, %s, make_interval(days => 400))", [zone, at])


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Atlantic/Azores", date(2026, 10, 25)),
        ("America/Havana", date(2026, 11, 1)),
        ("America/Havana", date(2026, 3, 8)),
        ("America/Santiago", date(2026, 9, 6)),
        ("Asia/Beirut", date(2026, 3, 29)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("America/St_Johns", date(2010, 11, 7)),  # from 00:01 back to 23:01: two midnights
        ("America/Scoresbysund", date(2024, 3, 31)),  # a gap from 23:00 over midnight
        ("America/Toronto", date(1919, 3, 31)),  # a gap from 23:30 over midnight
    ],
)
def test_a_day_begins_with_its_first_moment(connection, zone, day):
    assert start_of_day(connection, zone, day) == first_moment(ZoneInfo(zone), day)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ZONES), st.dates(date(1975, 1, 1), date(2026, 12, 31)))
def test_days_of_many_zones_begin_with_their_first_moment(connection, zone, day):
    assert start_of_day(connection, zone, day) == first_moment(ZoneInfo(zone), day)


def test_days_on_which_clocks_change_begin_with_their_first_moment(connection):
    wrong = []
    for zone in ZONES:
        clock = ZoneInfo(zone)
        days = [date(2005, 1, 1) + timedelta(days=n) for n in range(366 * 22)]
        offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC).astimezone(clock).utcoffset() for day in days]
        changes = [n for n in range(1, len(days)) if offsets[n] != offsets[n - 1]]
        wrong += [
            (zone, days[n + d]) for n in changes for d in (-1, 0, 1)
            if n + d < len(days) and start_of_day(connection, zone, days[n + d]) != first_moment(clock, days[n + d])
        ]  # fmt: skip
    assert not wrong


# --- A list made static


def test_a_list_made_static_is_not_stale(connection, acme, leads):
    hot = smart(connection, acme)
    connection.execute("UPDATE lead_lists SET list_type = 'static', filter_criteria = %s WHERE id = %s", [Jsonb(BATH), hot])
    assert value(connection, "SELECT explain_membership(%s, %s) -> 'stale'", [hot, leads["Ana"]]) is False
    assert column(connection, "SELECT henk.is_smart(ll) FROM lead_lists ll") == [False]
