"""Counters are what a recount finds, after any statements in any order."""

import random
from contextlib import suppress

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import new_database
from tests.integration.database.acting import add_business, add_campaign, add_lead, add_list, value

RECOUNT = """
SELECT 'lists', ll.id, ll.lead_count::text, count(m.id)::text
FROM lead_lists ll LEFT JOIN lead_list_members m ON m.lead_list_id = ll.id GROUP BY ll.id HAVING ll.lead_count <> count(m.id)
UNION ALL
SELECT 'assignments', a.id, (a.total_leads, a.contacted_leads, a.successful_leads)::text,
    (count(cl.id), count(cl.id) FILTER (WHERE cl.status IN ('contacted', 'converted')), count(cl.id) FILTER (WHERE cl.status = 'converted'))::text
FROM campaign_lead_lists a LEFT JOIN campaign_leads cl ON cl.campaign_id = a.campaign_id AND cl.lead_list_id = a.lead_list_id
GROUP BY a.id HAVING (a.total_leads, a.contacted_leads, a.successful_leads) IS DISTINCT FROM (count(cl.id)::int,
    (count(cl.id) FILTER (WHERE cl.status IN ('contacted', 'converted')))::int, (count(cl.id) FILTER (WHERE cl.status = 'converted'))::int)
UNION ALL
SELECT 'view', v.id, v.total_leads::text, v.actual_leads_count::text FROM campaign_lead_lists_with_stats v
WHERE (v.total_leads, v.contacted_leads, v.successful_leads, v.total_leads_in_list) IS DISTINCT FROM
    (v.actual_leads_count::int, v.contacted_count::int, v.converted_count::int, (SELECT lead_count FROM lead_lists WHERE id = v.lead_list_id))
"""

# Each takes random rows of its own choice (%(seed)s) and does something to them that a client may do.
OPERATIONS = {
    "join lists": """INSERT INTO lead_list_members (lead_list_id, lead_id)
        SELECT ll.id, l.id FROM lead_lists ll, leads l WHERE random() < 0.3 ON CONFLICT DO NOTHING""",
    "leave lists": "DELETE FROM lead_list_members WHERE random() < 0.3",
    "move to another list": """UPDATE lead_list_members m SET lead_list_id = t.id
        FROM (SELECT id FROM lead_lists ORDER BY random() LIMIT 1) t WHERE random() < 0.3 AND NOT EXISTS (
            SELECT FROM lead_list_members o WHERE o.lead_list_id = t.id AND o.lead_id = m.lead_id)""",
    "assign": """SELECT add_lead_list_to_campaign(c.id, ll.id, 1 + floor(random() * 3)::int)
        FROM campaigns c, lead_lists ll WHERE random() < 0.3""",
    "unassign": """SELECT remove_lead_list_from_campaign(a.campaign_id, a.lead_list_id) FROM campaign_lead_lists a WHERE random() < 0.3""",
    "assign by hand": """INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, total_leads)
        SELECT c.id, ll.id, 7 FROM campaigns c, lead_lists ll WHERE random() < 0.2 ON CONFLICT DO NOTHING""",
    "campaign leads by hand": """INSERT INTO campaign_leads (campaign_id, lead_id, lead_list_id, status)
        SELECT c.id, l.id, (SELECT id FROM lead_lists ORDER BY random() LIMIT 1), 'contacted' FROM campaigns c, leads l
        WHERE random() < 0.2 ON CONFLICT DO NOTHING""",
    "call": """UPDATE campaign_leads SET status = (ARRAY['new','queued','calling','contacted','converted','failed','dnc'])[1 + floor(random() * 7)::int]
        WHERE random() < 0.5""",
    "change the source list": """UPDATE campaign_leads SET lead_list_id = (SELECT id FROM lead_lists ORDER BY random() LIMIT 1) WHERE random() < 0.3""",
    "no source list": "UPDATE campaign_leads SET lead_list_id = NULL WHERE random() < 0.1",
    "upsert": """INSERT INTO campaign_leads (campaign_id, lead_id, status) SELECT c.id, l.id, 'converted' FROM campaigns c, leads l
        WHERE random() < 0.2 ON CONFLICT (campaign_id, lead_id) DO UPDATE SET status = 'converted'""",
    "delete campaign leads": "DELETE FROM campaign_leads WHERE random() < 0.2",
    "delete a lead": "DELETE FROM leads WHERE id = (SELECT id FROM leads ORDER BY random() LIMIT 1)",
    "delete a list": "DELETE FROM lead_lists WHERE id = (SELECT id FROM lead_lists ORDER BY random() LIMIT 1)",
    "delete a campaign": "DELETE FROM campaigns WHERE id = (SELECT id FROM campaigns ORDER BY random() LIMIT 1)",
    "write counts": "UPDATE lead_lists SET lead_count = 99",
    "write stats": "UPDATE campaign_lead_lists SET total_leads = 99, contacted_leads = 98, successful_leads = 97",
    "move an assignment": """UPDATE campaign_lead_lists a SET lead_list_id = t.id FROM (SELECT id FROM lead_lists ORDER BY random() LIMIT 1) t
        WHERE NOT EXISTS (SELECT FROM campaign_lead_lists o WHERE o.campaign_id = a.campaign_id AND o.lead_list_id = t.id) AND random() < 0.3""",
    "opt out": "UPDATE leads SET dnc = true WHERE random() < 0.1",
    "suppress": """INSERT INTO suppressions (business_id, channel, value) SELECT business_id, 'phone', phone FROM leads
        WHERE phone IS NOT NULL AND random() < 0.1 ON CONFLICT DO NOTHING""",
    "merge": """SELECT merge_leads(k.id, d.id) FROM (SELECT id FROM leads ORDER BY random() LIMIT 1) k,
        LATERAL (SELECT id FROM leads WHERE id <> k.id ORDER BY random() LIMIT 1) d""",
    "erase": "SELECT erase_lead(id) FROM leads ORDER BY random() LIMIT 1",
    "import": """SELECT create_lead_list_from_csv(id, 'Import', '[{"email": "a@example.org"}, {"phone": "2125550101"}]') FROM businesses""",
}


@pytest.fixture(scope="module")
def world(server):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.long
@settings(max_examples=150)
@given(steps=st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=3, max_size=14), seed=st.floats(-1, 1))
def test_counters_and_views_equal_a_recount_after_any_operations(world, steps, seed):
    with world.transaction(force_rollback=True):
        business = add_business(world, f"b{random.getrandbits(64):x}")
        for n in range(6):
            add_lead(world, business, email=f"p{n}@example.org", phone=f"+1212555010{n}")
        for name in ("A", "B", "C"):
            add_list(world, business, name)
        for name in ("X", "Y"):
            add_campaign(world, business, name)
        world.execute("SELECT setseed(%s)", [seed])
        for step in steps:
            # A statement that a constraint refuses takes back with it what was counted by then.
            with suppress(psycopg.errors.IntegrityError), world.transaction():
                world.execute(OPERATIONS[step])
            assert world.execute(RECOUNT).fetchall() == [], step


def test_a_statement_over_many_lists_counts_each(connection, acme):
    leads = [add_lead(connection, acme) for _ in range(3)]
    lists = [add_list(connection, acme, name, leads[: n + 1]) for n, name in enumerate("ABC")]
    assert [value(connection, "SELECT lead_count FROM lead_lists WHERE id = %s", [one]) for one in lists] == [1, 2, 3]
    connection.execute(
        "UPDATE lead_list_members SET lead_list_id = %s WHERE lead_list_id = %s", [add_list(connection, acme, "D"), lists[2]]
    )
    assert connection.execute("SELECT name, lead_count FROM lead_lists ORDER BY name").fetchall() == [
        ("A", 1),
        ("B", 2),
        ("C", 0),
        ("D", 3),
    ]


def test_a_count_that_a_client_sends_along_is_passed_over(connection, acme):
    one = add_list(connection, acme, lead_count=5)
    assert value(connection, "SELECT lead_count FROM lead_lists") == 0
    connection.execute("UPDATE lead_lists SET lead_count = 7, name = 'Renamed' WHERE id = %s", [one])
    assert connection.execute("SELECT lead_count, name FROM lead_lists").fetchall() == [(0, "Renamed")]


def test_an_assignment_that_comes_after_its_leads_counts_them(connection, acme):
    lead_list, campaign = add_list(connection, acme, leads=[lead := add_lead(connection, acme)]), add_campaign(connection, acme)
    connection.execute(
        "INSERT INTO campaign_leads (campaign_id, lead_id, lead_list_id, status) VALUES (%s, %s, %s, 'converted')",
        [campaign, lead, lead_list],
    )
    connection.execute("INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) VALUES (%s, %s)", [campaign, lead_list])
    assert connection.execute("SELECT total_leads, contacted_leads, successful_leads FROM campaign_lead_lists").fetchall() == [(1, 1, 1)]


@pytest.mark.parametrize("table", ["lead_list_members", "campaign_leads"])
def test_truncate_is_refused_because_it_shows_no_rows_to_count(connection, table):
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="Use DELETE"):
        connection.execute(f"TRUNCATE {table}")


def test_two_sessions_that_fill_one_list_at_once_are_both_counted(connection, database_url, acme):
    lead_list = add_list(connection, acme)
    first, second = add_lead(connection, acme), add_lead(connection, acme)
    with psycopg.connect(database_url) as one, psycopg.connect(database_url) as two:
        one.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, first])
        two.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, second])
        two.rollback()
        one.commit()
        two.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, second])
    assert value(connection, "SELECT lead_count FROM lead_lists") == 2


def test_updated_at_moves_with_a_change_and_only_then(connection, acme):
    lead = add_lead(connection, acme, updated_at="2020-01-01T00:00:00Z")
    connection.execute("UPDATE leads SET first_name = first_name WHERE id = %s", [lead])
    assert value(connection, "SELECT extract(year FROM updated_at)::int FROM leads") == 2020
    connection.execute("UPDATE leads SET first_name = 'Ana' WHERE id = %s", [lead])
    assert value(connection, "SELECT updated_at > now() - interval '1 minute' FROM leads")
