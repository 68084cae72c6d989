"""add_lead_list_to_campaign, remove_lead_list_from_campaign and refresh_lead_list: who is on which list of which campaign."""

import json
import threading

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.integration.database.acting import add_campaign, add_lead, add_list, assign, column, value


def campaign_leads(connection, campaign):
    """Each campaign lead by its lead's e-mail or phone: the name of its list, and its status."""
    rows = connection.execute(
        """SELECT coalesce(l.email, l.phone), ll.name, cl.status FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id
        LEFT JOIN lead_lists ll ON ll.id = cl.lead_list_id WHERE cl.campaign_id = %s ORDER BY 1""",
        [campaign],
    ).fetchall()
    return {who: (lead_list, status) for who, lead_list, status in rows}


def test_assigning_twice_updates_the_priority_adds_who_joined_and_resets_nothing(connection, acme):
    lead = add_lead(connection, acme, email="a@example.org")
    lead_list, campaign = add_list(connection, acme, leads=[lead]), add_campaign(connection, acme)
    first = assign(connection, campaign, lead_list, 3)
    connection.execute("UPDATE campaign_leads SET status = 'contacted', attempts = 2, donated_amount = 50, notes = 'nice'")
    joined = add_lead(connection, acme, email="b@example.org")
    connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, joined])
    assert assign(connection, campaign, lead_list, 1) == first
    assert connection.execute("SELECT priority, total_leads, contacted_leads FROM campaign_lead_lists").fetchall() == [(1, 2, 1)]
    rows = "SELECT status, attempts, donated_amount, notes FROM campaign_leads ORDER BY attempts DESC"
    assert connection.execute(rows).fetchall() == [("contacted", 2, 50, "nice"), ("new", 0, None, None)]
    before = connection.execute("SELECT xmin, ctid, * FROM campaign_leads UNION ALL SELECT xmin, ctid, * FROM campaign_leads").fetchall()
    assign(connection, campaign, lead_list, 1)
    assert (
        connection.execute("SELECT xmin, ctid, * FROM campaign_leads UNION ALL SELECT xmin, ctid, * FROM campaign_leads").fetchall()
        == before
    )


def test_a_lead_of_several_lists_belongs_to_the_smallest_priority_then_the_earliest_assigned(connection, acme):
    lead = add_lead(connection, acme, email="a@example.org")
    a, b, c = (add_list(connection, acme, name, [lead]) for name in "ABC")
    campaign = add_campaign(connection, acme)
    assign(connection, campaign, a, 2)
    assign(connection, campaign, b, 2)
    assert campaign_leads(connection, campaign) == {"a@example.org": ("A", "new")}
    assign(connection, campaign, c, 1)
    assert campaign_leads(connection, campaign) == {"a@example.org": ("C", "new")}
    assign(connection, campaign, c, 9)
    assert campaign_leads(connection, campaign) == {"a@example.org": ("A", "new")}
    assert connection.execute("SELECT sum(total_leads) FROM campaign_lead_lists").fetchone() == (1,)


def test_a_filter_leaves_out_whom_it_does_not_name_and_lets_another_list_have_them(connection, acme):
    leads = [add_lead(connection, acme, email=f"{score}@example.org", lead_score=score) for score in (10, 60, 90)]
    a, b = add_list(connection, acme, "A", leads), add_list(connection, acme, "B", leads[:2])
    campaign = add_campaign(connection, acme)
    connection.execute(
        "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, filter_criteria) VALUES (%s, %s, %s)",
        [campaign, a, Jsonb({"all": [{"field": "lead_score", "op": ">=", "value": 50}]})],
    )
    assign(connection, campaign, a, 1)
    assert campaign_leads(connection, campaign) == {"60@example.org": ("A", "new"), "90@example.org": ("A", "new")}
    assign(connection, campaign, b, 2)
    assert campaign_leads(connection, campaign) == {
        "10@example.org": ("B", "new"), "60@example.org": ("A", "new"), "90@example.org": ("A", "new"),
    }  # fmt: skip
    assert connection.execute("SELECT total_leads FROM campaign_lead_lists ORDER BY priority").fetchall() == [(2,), (1,)]


@pytest.mark.parametrize(("exclude", "left"), [(True, 1), (False, 5)])
def test_opt_outs_are_left_out_where_the_campaign_says_so(connection, acme, exclude, left):
    leads = [
        add_lead(connection, acme, phone="+12125550101"),
        add_lead(connection, acme, phone="+12125550102", do_not_call=True),
        add_lead(connection, acme, phone="+12125550103", dnc=True),
        add_lead(connection, acme, phone="+12125550104"),
        add_lead(connection, acme, email="e@example.org", mobile_phone="+12125550105"),
    ]
    connection.execute(
        "INSERT INTO suppressions (business_id, channel, value) VALUES (%(b)s, 'phone', '+12125550104'), (%(b)s, 'phone', '+12125550105')",
        {"b": acme.id},
    )
    campaign = add_campaign(connection, acme, exclude_dnc=exclude)
    assign(connection, campaign, add_list(connection, acme, leads=leads))
    assert value(connection, "SELECT count(*) FROM campaign_leads") == left
    assert value(connection, "SELECT total_leads FROM campaign_lead_lists") == left


def test_one_number_is_called_once_where_the_campaign_says_so(connection, acme):
    couple = [
        add_lead(connection, acme, phone="+12125550101", first_name="Ana", lead_score=10),
        add_lead(connection, acme, mobile_phone="+12125550101", first_name="Bo", lead_score=90),
    ]
    nobodys = [add_lead(connection, acme, email="x@example.org"), add_lead(connection, acme, email="y@example.org")]
    later = add_lead(connection, acme, phone="+12125550101", first_name="Cy", lead_score=100)
    campaign = add_campaign(connection, acme, dedupe_by_phone=True)
    first = add_list(connection, acme, "First", [*couple, *nobodys])
    assign(connection, campaign, first)
    names = "SELECT l.first_name FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id ORDER BY 1"
    assert column(connection, names) == ["Bo", None, None]
    assign(connection, campaign, add_list(connection, acme, "Second", [later]))
    assign(connection, campaign, first)
    assert column(connection, names) == ["Bo", None, None]


def test_a_paused_list_stays_paused_and_one_taken_away_comes_back(connection, acme):
    lead_list, campaign = add_list(connection, acme, leads=[add_lead(connection, acme)]), add_campaign(connection, acme)
    assign(connection, campaign, lead_list)
    connection.execute("UPDATE campaign_lead_lists SET is_active = false")
    assign(connection, campaign, lead_list)
    assert value(connection, "SELECT is_active FROM campaign_lead_lists") is False
    connection.execute("UPDATE campaign_lead_lists SET completed_at = now()")
    assign(connection, campaign, lead_list)
    assert connection.execute("SELECT is_active, completed_at FROM campaign_lead_lists").fetchall() == [(True, None)]


def test_lists_of_another_business_cannot_be_assigned_by_anybody(connection, acme, other):
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="different businesses"):
        assign(connection, add_campaign(connection, acme), add_list(connection, other))


def test_a_priority_below_one_is_refused(connection, acme):
    with pytest.raises(psycopg.errors.CheckViolation):
        assign(connection, add_campaign(connection, acme), add_list(connection, acme), 0)


def test_two_sessions_that_assign_lists_at_once_give_each_lead_one_place(connection, database_url, acme):
    leads = [add_lead(connection, acme) for _ in range(50)]
    lists = [add_list(connection, acme, name, leads) for name in "AB"]
    campaign, errors = add_campaign(connection, acme), []

    def work(lead_list, priority):
        try:
            with psycopg.connect(database_url, autocommit=True) as own:
                for _ in range(5):
                    assign(own, campaign, lead_list, priority)
        except psycopg.Error as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=[lead_list, n + 1]) for n, lead_list in enumerate(lists)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert connection.execute("SELECT total_leads FROM campaign_lead_lists ORDER BY priority").fetchall() == [(50,), (0,)]


def test_a_lead_that_somebody_gives_the_campaign_at_that_moment_hinders_no_assignment(connection, database_url, acme):
    leads = [add_lead(connection, acme) for _ in range(5)]
    campaign, lead_list = add_campaign(connection, acme), add_list(connection, acme, leads=leads)
    with psycopg.connect(database_url) as other, psycopg.connect(database_url, autocommit=True) as own:
        other.execute("INSERT INTO campaign_leads (campaign_id, lead_id) VALUES (%s, %s)", [campaign, leads[2]])
        thread = threading.Thread(target=assign, args=[own, campaign, lead_list])
        thread.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
        while not value(connection, waiting, [own.info.backend_pid]):
            assert thread.is_alive()
        other.commit()
        thread.join()
    assert column(connection, "SELECT lead_id::text FROM campaign_leads ORDER BY lead_id") == sorted(leads)
    # The list has the lead that was given by hand, too: it belongs to it like the others.
    assert connection.execute("SELECT total_leads FROM campaign_lead_lists").fetchall() == [(5,)]


def test_taking_a_list_away_removes_who_was_not_called_and_keeps_what_was_said(connection, acme):
    called, waiting, shared = (add_lead(connection, acme, email=f"{name}@example.org") for name in ("called", "waiting", "shared"))
    a, b = add_list(connection, acme, "A", [called, waiting, shared]), add_list(connection, acme, "B", [shared])
    campaign = add_campaign(connection, acme)
    assign(connection, campaign, a, 1)
    assign(connection, campaign, b, 2)
    connection.execute("UPDATE campaign_leads SET attempts = 1, status = 'contacted' WHERE lead_id = %s", [called])
    remove = "SELECT remove_lead_list_from_campaign(%s, %s)"
    assert value(connection, remove, [campaign, a]) == 1
    assert campaign_leads(connection, campaign) == {"called@example.org": ("A", "contacted"), "shared@example.org": ("B", "new")}
    rows = "SELECT ll.name, a.is_active, a.total_leads FROM campaign_lead_lists a JOIN lead_lists ll ON ll.id = a.lead_list_id ORDER BY 1"
    assert connection.execute(rows).fetchall() == [("A", False, 1), ("B", True, 1)]
    assert value(connection, remove, [campaign, a]) == 0
    assert value(connection, remove, [campaign, b]) == 1
    assert connection.execute(rows).fetchall() == [("A", False, 1)]
    assign(connection, campaign, a, 1)
    assert campaign_leads(connection, campaign) == {
        "called@example.org": ("A", "contacted"), "shared@example.org": ("A", "new"), "waiting@example.org": ("A", "new"),
    }  # fmt: skip


def test_a_dynamic_list_has_those_members_that_meet_its_filter_now(connection, acme, other):
    leads = [add_lead(connection, acme, email=f"{score}@example.org", lead_score=score) for score in (40, 60)]
    add_lead(connection, other, lead_score=99)
    lead_list = add_list(connection, acme, list_type="dynamic", filter_criteria={"field": "lead_score", "op": ">", "value": 50})
    refresh = "SELECT refresh_lead_list(%s)"
    assert value(connection, refresh, [lead_list]) == 1
    connection.execute("UPDATE leads SET lead_score = 100 - lead_score WHERE business_id = %s", [acme.id])
    assert value(connection, refresh, [lead_list]) == 1
    assert column(connection, "SELECT lead_id::text FROM lead_list_members") == [leads[0]]
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="type dynamic or smart"):
        value(connection, refresh, [add_list(connection, acme)])


def test_the_views_show_what_clients_select(connection, acme):
    lead_list, campaign = (
        add_list(connection, acme, "People", [add_lead(connection, acme)], description="d"),
        add_campaign(connection, acme),
    )
    unused = add_list(connection, acme, "Unused")
    assign(connection, campaign, lead_list, 2)
    newer = add_campaign(connection, acme, "Newer")
    assign(connection, newer, lead_list)
    connection.execute("UPDATE campaign_leads SET status = 'converted' WHERE campaign_id = %s", [campaign])
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        stats = cursor.execute("SELECT * FROM campaign_lead_lists_with_stats WHERE campaign_id = %s", [campaign]).fetchone()
        lists = cursor.execute("SELECT * FROM lead_lists_with_campaigns ORDER BY name").fetchall()
    told = {"list_name": "People", "list_description": "d", "total_leads_in_list": 1, "campaign_name": "Year End", "campaign_status": "draft",
            "actual_leads_count": 1, "contacted_count": 1, "converted_count": 1, "conversion_rate": 100, "priority": 2, "total_leads": 1}  # fmt: skip
    assert {name: stats[name] for name in told} == told
    assert {str(one["id"]): [c["campaign_name"] for c in one["campaigns"]] for one in lists} == {
        lead_list: ["Newer", "Year End"],
        unused: [],
    }
    assert set(lists[0]["campaigns"][0]) == {"campaign_id", "campaign_name", "campaign_status", "assigned_at", "priority", "is_active"}
    assert json.dumps(lists[0]["campaigns"])


@pytest.mark.parametrize("dedupe", [False, True], ids=["", "one call a number"])
def test_a_list_that_the_statistics_know_nothing_of_is_assigned_by_looking_up_its_members(connection, acme, other, dedupe):
    """In the first night of a business the planner expects one row of each list and compares each member with each lead of the business."""
    connection.execute("ALTER TABLE leads SET (autovacuum_enabled = off)")
    connection.execute("ALTER TABLE lead_list_members SET (autovacuum_enabled = off)")
    lists = {}
    for business in (other, acme):
        lists[business] = [add_list(connection, business, name) for name in "ABC"]
        for number, lead_list in enumerate(lists[business]):
            connection.execute(
                """WITH made AS (INSERT INTO leads (business_id, email, phone, source, source_id)
                    SELECT %(business)s, i || %(name)s, '+1212555' || lpad(i::text, 4, '0'), 'crm', i FROM generate_series(%(first)s, %(first)s + 499) i
                    RETURNING id)
                INSERT INTO lead_list_members (lead_list_id, lead_id) SELECT %(list)s, id FROM made""",
                {"business": business.id, "name": "@example.org", "first": number * 500, "list": lead_list},
            )
        if business is other:
            connection.execute("ANALYZE")
    connection.execute("UPDATE leads SET do_not_call = true WHERE business_id = %s AND source_id = '1'", [acme.id])
    campaign = add_campaign(connection, acme, dedupe_by_phone=dedupe)
    connection.execute("SET track_functions = 'all'")
    with connection.transaction():
        assert sum(assign_and_count(connection, campaign, lead_list) for lead_list in lists[acme]) == 1499
        calls = dict(connection.execute("SELECT funcname, calls FROM pg_stat_xact_user_functions").fetchall())
    assert 0 < calls["fingerprint"] < 20_000  # a few for each of 1,500 members, not for each pair of a member and a lead


def assign_and_count(connection, campaign, lead_list):
    return connection.execute("SELECT added FROM henk.assign_list(%s, %s, 1)", [campaign, lead_list]).fetchone()[0]
