"""The events of a list, replayed, give its members, whatever lists and people become: criteria, static, merged, two again, erased."""

import random
from pathlib import Path

import duckdb
import pytest
from psycopg.types.json import Jsonb

from tests.integration.database.acting import acting_as, add_lead, add_list, column, value
from tests.integration.database.test_smart_lists import HOT, events, import_of, imported, members, merge, people, refresh, score, smart

MIGRATION = Path(__file__).parents[3] / "schemas/postgres/0077_lists_know_who_left.sql"
MOVEMENT = Path(__file__).parents[3] / "schemas/duckdb/list_movement.sql"
REPLAY = """
    SELECT coalesce(m.lead_list_id, e.lead_list_id)::text, coalesce(m.lead_id, e.lead_id)::text, m.id IS NOT NULL, e.event FROM lead_list_members m
    FULL JOIN (SELECT DISTINCT ON (lead_list_id, lead_id) * FROM lead_list_events WHERE lead_id IS NOT NULL ORDER BY lead_list_id, lead_id, id DESC) e
        USING (lead_list_id, lead_id)
    WHERE (m.id IS NOT NULL) <> coalesce(e.event IN ('entered', 'pinned'), false)
        AND (SELECT henk.is_smart(l) OR EXISTS (SELECT FROM lead_list_events o WHERE o.lead_list_id = l.id) FROM lead_lists l WHERE l.id = lead_list_id)
"""


def contradicted(connection):
    """Memberships that the last event contradicts."""
    return connection.execute(REPLAY).fetchall()


def movement(connection):
    """How many more entered each list than left it, as list_movement has it."""
    events = connection.execute("SELECT id, lead_list_id::text, lead_id::text, event, cause, at FROM lead_list_events").fetchall()
    with duckdb.connect() as file:
        file.execute(
            """CREATE TABLE fct_list_event (event_id BIGINT, lead_list_id VARCHAR, lead_id VARCHAR, event VARCHAR, cause VARCHAR, happened_at TIMESTAMPTZ);
            CREATE TABLE list_refreshes (lead_list_id VARCHAR, finished_at TIMESTAMPTZ, status VARCHAR);
            CREATE TABLE dim_lead_list (lead_list_id VARCHAR, list_name VARCHAR, business_id VARCHAR);
            CREATE TABLE dim_business (business_id VARCHAR, business VARCHAR);
            INSERT INTO dim_business VALUES ('b', 'b')"""
        )
        file.executemany("INSERT INTO fct_list_event VALUES (?, ?, ?, ?, ?, ?)", events)
        file.execute("INSERT INTO dim_lead_list SELECT DISTINCT lead_list_id, 'l', 'b' FROM fct_list_event")
        moved = f"SELECT lead_list_id, sum(entered) - sum(left_out) FROM ({MOVEMENT.read_text()}) GROUP BY ALL"
        return {lead_list: int(difference) for lead_list, difference in file.execute(moved).fetchall()}


def make_smart(connection, lead_list, criteria=HOT):
    connection.execute("UPDATE lead_lists SET list_type = 'dynamic', filter_criteria = %s WHERE id = %s", [Jsonb(criteria), lead_list])


@pytest.fixture
def old(connection, acme):
    """A static list with two who meet the criteria and two who do not, added by an import and by hand long ago."""
    leads = people(connection, acme, {"Ana": 90, "Bo": 90, "Cy": 10, "Di": 10})
    lead_list = add_list(connection, acme, "Old")
    import_id = import_of(connection, acme)
    for name, lead in leads.items():
        connection.execute(
            "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, import_id, added_at) VALUES (%s, %s, %s, %s, '2026-01-02 10:00Z')",
            [acme.id, lead_list, lead, import_id if name in ("Ana", "Cy") else None],
        )
    return lead_list, leads


def test_who_was_on_a_list_before_it_had_criteria_has_entered_it_when_added(connection, acme, member, old):
    lead_list, _ = old
    with acting_as(connection, member):
        make_smart(connection, lead_list)
    assert sorted(events(connection, lead_list)) == ["Ana entered import", "Bo entered hand", "Cy entered import", "Di entered hand"]
    assert column(connection, "SELECT DISTINCT at::date::text FROM lead_list_events") == ["2026-01-02"]
    make_smart(connection, lead_list, HOT | {"value": 60})  # other criteria are no other beginning
    assert len(events(connection, lead_list)) == 4


WAYS = {
    "exclude": ("SELECT henk.exclude_lead(%(list)s, %(lead)s)", "Di excluded hand"),
    "remove": ("DELETE FROM lead_list_members WHERE lead_list_id = %(list)s AND lead_id = %(lead)s", "Di excluded hand"),
    "client": ("INSERT INTO lead_list_exclusions (lead_list_id, lead_id) VALUES (%(list)s, %(lead)s)", "Di excluded hand"),
    "erase": ("SELECT erase_lead(%(lead)s)", "None left erase"),
    "delete": ("DELETE FROM leads WHERE id = %(lead)s", "None left erase"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("again", [False, True], ids=["with criteria", "static again"])
def test_every_way_out_of_a_list_that_was_static_has_both_events(connection, acme, old, way, again):
    lead_list, leads = old
    make_smart(connection, lead_list)
    if again:
        connection.execute("UPDATE lead_lists SET list_type = 'static', filter_criteria = NULL WHERE id = %s", [lead_list])
    statement, event = WAYS[way]
    connection.execute(statement, {"list": lead_list, "lead": leads["Di"]})
    assert events(connection, lead_list)[-1] == (event.replace("excluded", "left") if (way, again) == ("remove", True) else event)
    assert max(events(connection, lead_list)[:-1]) == ("None entered hand" if event.startswith("None") else "Di entered hand")
    assert (members(connection, lead_list), contradicted(connection)) == ("Ana Bo Cy", [])


def test_a_list_whose_members_criteria_found_loses_them_by_a_refresh_with_both_events(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 90})
    lead_list = smart(connection, acme)
    connection.execute("UPDATE lead_lists SET list_type = 'static', filter_criteria = NULL WHERE id = %s", [lead_list])
    connection.execute(
        "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, add_lead(connection, acme, first_name="Cy")]
    )
    connection.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [leads["Bo"]])
    score(connection, leads["Ana"], 10)
    score(connection, leads["Bo"], 10)
    connection.execute("UPDATE lead_lists SET max_leave = 1")
    make_smart(connection, lead_list)
    assert events(connection, lead_list)[2:] == ["Cy entered hand", "Bo left hand", "Ana left rule"]
    assert (members(connection, lead_list), contradicted(connection)) == ("Cy", [])


def test_undo_of_the_import_that_filled_a_list_before_it_had_criteria(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Cy": 10})
    lead_list, import_id = add_list(connection, acme, "Old"), import_of(connection, acme)
    imported(connection, acme, import_id, leads["Cy"], lead_list)
    make_smart(connection, lead_list)
    assert members(connection, lead_list) == "Ana Cy"
    value(connection, "SELECT undo_lead_import(%s)", [import_id])
    assert (members(connection, lead_list), contradicted(connection)) == ("Ana", [])
    assert sorted(events(connection, lead_list))[-2:] in (["Cy entered import", "Cy left undo"], ["None entered import", "None left undo"])


def test_an_exclusion_from_a_static_list_is_no_event_of_it(connection, acme, old):
    lead_list, _ = old
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, add_lead(connection, acme, first_name="Ed")])
    assert events(connection, lead_list) == []
    make_smart(connection, lead_list)
    assert (len(events(connection, lead_list)), contradicted(connection)) == (4, [])


def test_a_merge_of_a_member_with_one_who_left_says_that_the_lead_is_a_member(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Anna": 90, "Bo": 90})
    lead_list = smart(connection, acme)
    score(connection, leads["Anna"], 10)
    refresh(connection, lead_list)
    before = [connection.execute("SELECT id, lead_id, event, cause, at FROM lead_list_events ORDER BY id").fetchall()]
    merge_id = merge(connection, leads["Ana"], leads["Anna"])
    explained = value(connection, "SELECT explain_membership(%s, %s)", [lead_list, leads["Ana"]])
    assert (explained["member"]["origin"], explained["last_event"]["event"], explained["last_event"]["cause"]) == (
        "criteria",
        "entered",
        "merge",
    )
    assert contradicted(connection) == []
    connection.execute("SELECT unmerge_leads(%s)", [merge_id])
    assert [connection.execute("SELECT id, lead_id, event, cause, at FROM lead_list_events ORDER BY id").fetchall()] == before
    assert contradicted(connection) == []


@pytest.mark.parametrize("kept", ["Ana", "Anna"])
def test_a_merge_of_a_member_with_one_who_is_excluded_says_that_the_lead_is_none(connection, acme, kept):
    leads = people(connection, acme, {"Ana": 90, "Anna": 90})
    lead_list = smart(connection, acme)
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [lead_list, leads["Anna"]])
    connection.execute("SELECT henk.pin_lead(%s, %s)", [lead_list, leads["Ana"]])  # its last event is an entry
    merge_id = merge(connection, leads.pop(kept), leads.popitem()[1])
    assert (members(connection, lead_list), contradicted(connection)) == ("", [])
    assert events(connection, lead_list)[-1] == f"{kept} excluded merge"
    connection.execute("SELECT unmerge_leads(%s)", [merge_id])
    assert (members(connection, lead_list), contradicted(connection)) == ("Ana", [])


def test_a_merge_of_members_of_static_lists_has_no_events(connection, acme, old):
    _, leads = old
    connection.execute("SELECT unmerge_leads(%s)", [merge(connection, leads["Ana"], leads["Bo"])])
    assert value(connection, "SELECT count(*) FROM lead_list_events") == 0


def test_lists_and_merges_from_before_are_completed_by_the_migration(connection, acme):
    leads = people(connection, acme, {"Ana": 90, "Bo": 90, "Cy": 90, "Di": 90})
    lead_list, static = smart(connection, acme), add_list(connection, acme, "Static")
    connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [static, leads["Di"]])
    connection.execute("DELETE FROM lead_list_events WHERE lead_id = %s", [leads["Ana"]])
    connection.execute("UPDATE lead_list_events SET event = 'left' WHERE lead_id = %s", [leads["Bo"]])
    connection.execute("SET henk.moving_rows = 'on'")  # no events of a merge
    connection.execute("DELETE FROM lead_list_members WHERE lead_id = %s", [leads["Cy"]])
    connection.execute("RESET henk.moving_rows")
    backfill = MIGRATION.read_text().partition("-- Lists that were static before")[2].partition("\n")[2].partition(";")[0]
    for _ in range(2):  # again: nothing
        connection.execute(backfill)
        assert sorted(events(connection, lead_list)[-3:]) == ["Ana entered refresh", "Bo entered merge", "Cy left merge"]
        assert (len(events(connection, lead_list)), events(connection, static), contradicted(connection)) == (6, [], [])


@pytest.mark.parametrize("seed", range(12))
def test_events_replayed_give_the_members_after_any_acts(connection, acme, seed):  # noqa: C901, PLR0912 - an act a branch
    draw = random.Random(seed)
    leads = list(people(connection, acme, {f"P{n}": n * 12 for n in range(8)}).values())
    lists = [smart(connection, acme, max_leave=1), add_list(connection, acme, "Old", max_leave=1)]
    import_id = import_of(connection, acme)
    line, merges = 1, []
    for step in range(60):
        lead, other, lead_list = draw.choice(leads), draw.choice(leads), draw.choice(lists)
        act = draw.choice(
            ["score", "refresh", "pin", "exclude", "insert", "remove", "give", "merge", "merge", "unmerge", "convert", "erase"]
        )
        alive = set(column(connection, "SELECT id::text FROM leads"))
        if lead not in alive or (act == "merge" and other not in alive - {lead}):
            continue
        if act == "score":
            score(connection, lead, draw.randrange(100))
        elif act == "refresh":
            if value(connection, "SELECT henk.is_smart(l) FROM lead_lists l WHERE id = %s", [lead_list]):
                refresh(connection, lead_list, force=True)
        elif act in ("pin", "exclude"):
            value(connection, f"SELECT henk.{act}_lead(%s, %s)", [lead_list, lead])
        elif act == "insert":
            connection.execute(
                "INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", [lead_list, lead]
            )
        elif act == "remove":
            connection.execute("DELETE FROM lead_list_members WHERE lead_list_id = %s AND lead_id = %s", [lead_list, lead])
        elif act == "give":
            line += 1
            with connection.transaction():
                connection.execute("SET LOCAL henk.importing = 'on'")
                connection.execute(
                    "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, import_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    [acme.id, lead_list, lead, import_id],
                )
        elif act == "merge":
            merges.append(merge(connection, lead, other))
        elif act == "unmerge" and merges:
            last = merges.pop()
            if value(connection, "SELECT count(*) FROM lead_merges WHERE id = %s", [last]):  # not of one who was erased
                connection.execute("SELECT unmerge_leads(%s)", [last])
        elif act == "convert":
            if value(connection, "SELECT henk.is_smart(l) FROM lead_lists l WHERE id = %s", [lead_list]):
                connection.execute("UPDATE lead_lists SET list_type = 'static', filter_criteria = NULL WHERE id = %s", [lead_list])
            else:
                make_smart(connection, lead_list)
        elif act == "erase" and step % 3 == 0:
            connection.execute("SELECT erase_lead(%s)", [lead])
        assert contradicted(connection) == [], (step, act)
    assert movement(connection) == dict(
        connection.execute(
            """SELECT l.id::text, (SELECT count(*) FROM lead_list_members m WHERE m.lead_list_id = l.id) FROM lead_lists l
            WHERE EXISTS (SELECT FROM lead_list_events e WHERE e.lead_list_id = l.id)"""
        ).fetchall()
    )
