"""A lead of a campaign belongs to the list with the smallest priority that has it, whatever happens to lead, list, assignment and merge."""

import pytest
from psycopg.types.json import Jsonb

from tests.integration.database.acting import acting_as, add_campaign, add_list, value
from tests.integration.database.test_smart_lists import people, refresh, smart

BATH = {"field": "city", "op": "=", "value": "Bath"}


@pytest.fixture
def leads(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 80})
    connection.execute("UPDATE leads SET city = 'York'")
    return leads


def give(connection, campaign, lead_list, priority, **values):
    connection.execute("SELECT add_lead_list_to_campaign(%s, %s, %s)", [campaign, lead_list, priority])
    for column, setting in values.items():
        connection.execute(
            f"UPDATE campaign_lead_lists SET {column} = %s WHERE campaign_id = %s AND lead_list_id = %s", [setting, campaign, lead_list]
        )


def whose(connection, lead):
    return value(
        connection, "SELECT ll.name FROM campaign_leads c JOIN lead_lists ll ON ll.id = c.lead_list_id WHERE c.lead_id = %s", [lead]
    )


@pytest.mark.parametrize("follow", ["frozen", "enter", "mirror"])
def test_who_enters_a_better_list_by_a_refresh_is_of_it(connection, acme, leads, follow):
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, add_list(connection, acme, "Import", leads=list(leads.values())), 2)
    bath = smart(connection, acme, criteria=BATH, name="Bath")
    give(connection, campaign, bath, 1, follow=follow)
    assert whose(connection, leads["Ana"]) == "Import"
    connection.execute("UPDATE leads SET city = 'Bath' WHERE id = %s", [leads["Ana"]])
    refresh(connection, bath)
    assert (whose(connection, leads["Ana"]), whose(connection, leads["Bo"])) == ("Bath", "Import")
    counts = connection.execute("SELECT priority, total_leads FROM campaign_lead_lists ORDER BY 1").fetchall()
    assert counts == [(1, 1), (2, 1)]


@pytest.mark.parametrize("with_row", [True, False])
def test_a_merge_and_its_end_give_the_lead_its_list(connection, acme, leads, with_row):
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, add_list(connection, acme, "Second", leads=[leads["Ana"]]), 2)
    first = add_list(connection, acme, "First", leads=[leads["Bo"]])
    give(connection, campaign, first, 1)
    if not with_row:
        connection.execute("DELETE FROM campaign_leads WHERE lead_id = %s", [leads["Bo"]])
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Bo"]])
    assert whose(connection, leads["Ana"]) == "First"
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert whose(connection, leads["Ana"]) == "Second"
    if with_row:
        assert whose(connection, leads["Bo"]) == "First"


def test_a_priority_that_changes_while_two_are_one_counts_when_they_are_apart(connection, acme, leads):
    campaign = add_campaign(connection, acme, status="active")
    own = add_list(connection, acme, "Own", leads=[leads["Ana"]])
    give(connection, campaign, own, 2)
    give(connection, campaign, add_list(connection, acme, "Other", leads=[leads["Bo"]]), 1)
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Bo"]])
    connection.execute("UPDATE campaign_lead_lists SET priority = 3 WHERE lead_list_id <> %s", [own])
    assert whose(connection, leads["Ana"]) == "Own"
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert (whose(connection, leads["Ana"]), whose(connection, leads["Bo"])) == ("Own", "Other")


def test_a_list_that_follows_no_more_keeps_nobody_whom_another_has(connection, acme, leads):
    campaign = add_campaign(connection, acme, status="active")
    give(connection, campaign, add_list(connection, acme, "Old", leads=[leads["Ana"], leads["Bo"]]), 1, is_active=False)
    assert whose(connection, leads["Ana"]) == "Old"  # nobody else has her
    give(connection, campaign, add_list(connection, acme, "New", leads=[leads["Ana"]]), 2)
    assert (whose(connection, leads["Ana"]), whose(connection, leads["Bo"])) == ("New", "Old")


def test_who_meets_the_filter_of_a_better_assignment_now_is_of_it(connection, acme, leads):
    campaign = add_campaign(connection, acme, status="active")
    everybody = list(leads.values())
    give(connection, campaign, add_list(connection, acme, "All", leads=everybody), 2)
    give(connection, campaign, add_list(connection, acme, "Locals", leads=everybody), 1, follow="mirror", filter_criteria=Jsonb(BATH))
    assert whose(connection, leads["Ana"]) == "All"
    connection.execute("UPDATE leads SET city = 'Bath' WHERE id = %s", [leads["Ana"]])
    connection.execute("SELECT henk.follow_static_lists(%s)", [acme.id])
    assert (whose(connection, leads["Ana"]), whose(connection, leads["Bo"])) == ("Locals", "All")


def test_a_member_takes_a_merge_apart_whose_list_has_been_archived(connection, acme, leads):
    add_list(connection, acme, "Old", leads=[leads["Bo"]])
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Bo"]])
    connection.execute("UPDATE lead_lists SET is_archived = true")
    with acting_as(connection, acme.owner):
        connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert value(connection, "SELECT count(*) FROM lead_list_members WHERE lead_id = %s", [leads["Bo"]]) == 1


@pytest.mark.parametrize("origin", ["pinned", "given"])
def test_who_was_on_a_list_by_criteria_is_so_again_when_a_merge_is_taken_apart(connection, acme, leads, origin):
    campaign = add_campaign(connection, acme, status="active")
    bath = smart(connection, acme, criteria=BATH, name="Bath")
    give(connection, campaign, bath, 1, follow="mirror")
    connection.execute("UPDATE leads SET city = 'Bath'")
    refresh(connection, bath)
    connection.execute("UPDATE lead_list_members SET origin = %s WHERE lead_id = %s", [origin, leads["Bo"]])
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Bo"]])
    assert value(connection, "SELECT origin FROM lead_list_members") == origin
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    origins = connection.execute("SELECT origin FROM lead_list_members ORDER BY lead_id = %s DESC", [leads["Ana"]]).fetchall()
    assert origins == [("criteria",), (origin,)]
