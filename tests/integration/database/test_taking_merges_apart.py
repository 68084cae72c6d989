"""A merge and its taking apart leave everything as it was: of chains of any length, with pairs, calls and what was decided."""

import threading
import uuid

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.conftest import new_database
from tests.integration.database.acting import acting_as, add_business, add_campaign, add_lead, add_list, assign, column, value

TABLES = (
    "leads",
    "campaign_leads",
    "lead_list_members",
    "lead_lists",
    "campaign_lead_lists",
    "lead_import_rows",
    "lead_duplicate_candidates",
)


def everything(connection, business):
    """Every row of a business that a merge touches, but for when it was last written and what an unmerge decides."""
    state = {}
    for table in TABLES:
        rows = column(
            connection,
            f"SELECT (to_jsonb(t) - '{{updated_at,updated_by,completed_at}}'::text[])::text FROM {table} t WHERE business_id = %s", [business.id],
        )  # fmt: skip
        state[table] = sorted(rows)
    state["lead_merges"] = sorted(
        map(str, connection.execute("SELECT id, kept_lead_id, dropped_lead_id FROM lead_merges WHERE business_id = %s AND taken_apart_at IS NULL", [business.id]))
    )  # fmt: skip
    return state


@pytest.mark.parametrize("status", ["active", "completed"])
def test_who_left_the_list_that_brought_them_is_of_it_again_and_no_refresh_takes_them_out(connection, acme, status):
    kim, dan = add_lead(connection, acme, first_name="Kim"), add_lead(connection, acme, first_name="Dan", city="Bath")
    campaign, board = add_campaign(connection, acme, status="active"), add_list(connection, acme, "Board", leads=[kim])
    bath = value(
        connection,
        "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, 'Bath', 'dynamic', %s) RETURNING id",
        [acme.id, Jsonb({"field": "city", "op": "=", "value": "Bath"})],
    )
    assign(connection, campaign, board, 2)
    assign(connection, campaign, bath, 1)
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror' WHERE lead_list_id = %s", [bath])
    connection.execute("DELETE FROM lead_list_members WHERE lead_list_id = %s", [board])
    connection.execute("UPDATE campaigns SET status = %s", [status])
    before = everything(connection, acme)
    connection.execute("SELECT merge_leads(%s, %s)", [kim, dan])
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    after = everything(connection, acme)
    assert {table for table in before if table != "lead_duplicate_candidates" and after[table] != before[table]} == set()
    connection.execute("SELECT refresh_lead_list_now(%s)", [bath])
    of_lists = connection.execute("SELECT lead_id::text, lead_list_id::text FROM campaign_leads").fetchall()
    assert dict(of_lists) == {str(kim): str(board), str(dan): str(bath)}


def decide(connection, business, one, two, decision):
    connection.execute(
        "INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, decision) "
        "VALUES (%(b)s, least(%(one)s::uuid, %(two)s), greatest(%(one)s::uuid, %(two)s), 0.9, %(d)s) "
        "ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET decision = EXCLUDED.decision",
        {"b": business.id, "one": one, "two": two, "d": decision},
    )


def merge(connection, keep, drop):
    """Merge two leads; the merge's id."""
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    return value(connection, "SELECT id FROM lead_merges WHERE dropped_lead_id = %s AND taken_apart_at IS NULL", [drop])


def pairs(connection):
    return {
        (frozenset(map(str, (one, two))), decision)
        for one, two, decision in connection.execute("SELECT lead_id, other_lead_id, decision FROM lead_duplicate_candidates")
    }


def test_a_chain_of_three_goes_back_lead_by_lead(connection, acme):
    a, b, c, d = (add_lead(connection, acme, first_name=name) for name in "ABCD")
    merges = [merge(connection, a, b), merge(connection, c, a), merge(connection, d, c)]
    for merged in reversed(merges):
        connection.execute("SELECT unmerge_leads(%s)", [merged])
    assert column(connection, "SELECT first_name FROM leads ORDER BY 1") == list("ABCD")
    assert pairs(connection) == {(frozenset(pair), "different") for pair in ((d, c), (c, a), (a, b))}


def test_chains_from_before_the_merges_were_named_go_back_too(connection, acme):
    a, b, c, d = (add_lead(connection, acme, first_name=name) for name in "ABCD")
    merges = [merge(connection, a, b), merge(connection, c, a), merge(connection, d, c)]
    connection.execute("UPDATE lead_merges SET moved = moved - 'lead_merges', rows_after = rows_after - 'lead_duplicate_candidates'")
    for merged in reversed(merges):
        connection.execute("SELECT unmerge_leads(%s)", [merged])
    assert pairs(connection) == {(frozenset(pair), "different") for pair in ((d, c), (c, a), (a, b))}


def test_what_was_decided_of_the_dropped_lead_is_there_again(connection, acme):
    keep, drop, stranger, open_one = (add_lead(connection, acme) for _ in range(4))
    decide(connection, acme, drop, stranger, "different")
    decide(connection, acme, drop, open_one, "open")
    merged = merge(connection, keep, drop)
    assert pairs(connection) == {(frozenset((keep, stranger)), "different"), (frozenset((keep, open_one)), "open")}
    decide(connection, acme, keep, open_one, "different")  # of the two as one
    connection.execute("SELECT unmerge_leads(%s)", [merged])
    assert pairs(connection) == {
        (frozenset((keep, drop)), "different"), (frozenset((drop, stranger)), "different"),
        (frozenset((drop, open_one)), "different"), (frozenset((keep, open_one)), "different"),
    }  # fmt: skip


def test_a_decision_about_a_lead_that_has_become_another_is_of_that_one(connection, acme):
    keep, drop, stranger, third = (add_lead(connection, acme) for _ in range(4))
    decide(connection, acme, drop, stranger, "different")
    merged = merge(connection, keep, drop)
    merge(connection, third, stranger)
    connection.execute("SELECT unmerge_leads(%s)", [merged])
    assert (frozenset((drop, third)), "different") in pairs(connection)


@pytest.mark.parametrize("who", ["kept", "third"])
def test_a_source_id_that_another_lead_has_got_since(connection, acme, who):
    keep = add_lead(connection, acme, source="crm", source_id="1")
    drop = add_lead(connection, acme, source="crm", source_id="2")
    third = add_lead(connection, acme)
    merged = merge(connection, keep, drop)
    connection.execute("UPDATE leads SET source = 'crm', source_id = '2' WHERE id = %s", [keep if who == "kept" else third])
    connection.execute("SELECT unmerge_leads(%s)", [merged])
    assert connection.execute("SELECT source_id, custom_fields FROM leads WHERE id = %s", [drop]).fetchone() == (None, {"crm_id": "2"})


def test_the_same_two_merged_both_ways_at_once_are_one(connection, acme, member, database_url):
    a, b = add_lead(connection, acme), add_lead(connection, acme)
    results, started = [], threading.Event()

    def second() -> None:
        with psycopg.connect(database_url, autocommit=True) as other, acting_as(other, member):
            started.set()
            results.append(str(value(other, "SELECT merge_leads(%s, %s)", [b, a])))

    thread = threading.Thread(target=second)
    with psycopg.connect(database_url) as first:
        first.execute("SELECT merge_leads(%s, %s)", [a, b])
        thread.start()
        assert started.wait(20)
        thread.join(1)
        first.commit()
    thread.join(60)
    assert results == [a]
    assert column(connection, "SELECT id::text FROM leads") == [a]
    assert value(connection, "SELECT count(*) FROM lead_merges") == 1
    with acting_as(connection, member):  # again, in both ways
        assert [str(value(connection, "SELECT merge_leads(%s, %s)", pair)) for pair in ((a, b), (b, a))] == [a, a]


@pytest.mark.parametrize("works", [False, True])
def test_a_lead_comes_back_without_its_list_where_that_is_gone(connection, acme, works):
    keep, drop = (add_lead(connection, acme, phone=f"+1212555010{n}") for n in (1, 2))
    campaign = add_campaign(connection, acme)
    lists = [add_list(connection, acme, name) for name in ("one", "two")]
    for lead, lead_list in zip((keep, drop), lists, strict=True):
        connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, lead])
        assign(connection, campaign, lead_list)
    if works:
        connection.execute("UPDATE campaign_leads SET attempts = 1, status = 'contacted' WHERE lead_id = %s", [drop])
    merged = merge(connection, keep, drop)
    connection.execute("DELETE FROM campaign_lead_lists WHERE lead_list_id = %s", [lists[1]])  # a list that is assigned cannot be deleted
    connection.execute("DELETE FROM lead_lists WHERE id = %s", [lists[1]])
    connection.execute("SELECT unmerge_leads(%s)", [merged])
    rows = connection.execute("SELECT lead_id, lead_list_id FROM campaign_leads").fetchall()
    assert {(str(lead), lead_list and str(lead_list)) for lead, lead_list in rows} == {(str(keep), str(lists[0])), (str(drop), None)}


def test_a_lead_that_never_was_cannot_be_merged(connection, acme):
    lead = add_lead(connection, acme)
    for pair in ((lead, uuid.uuid4()), (uuid.uuid4(), lead)):
        with pytest.raises(psycopg.errors.NoDataFound, match="There is no lead"):
            connection.execute("SELECT merge_leads(%s, %s)", pair)


@pytest.mark.parametrize(("kept", "dropped"), [("converted", "queued"), ("queued", "converted"), ("dnc", "queued")])
def test_a_merged_row_that_is_done_with_has_no_next_call(connection, acme, kept, dropped):
    keep, drop = add_lead(connection, acme), add_lead(connection, acme)
    assign(connection, add_campaign(connection, acme, exclude_dnc=False), add_list(connection, acme, leads=[keep, drop]))
    for lead, status in ((keep, kept), (drop, dropped)):
        connection.execute("UPDATE campaign_leads SET status = %s WHERE lead_id = %s", [status, lead])
        connection.execute("UPDATE campaign_leads SET next_attempt_at = now() WHERE lead_id = %s", [lead])
    merge(connection, keep, drop)
    assert column(connection, "SELECT next_attempt_at FROM campaign_leads") == [None]


@pytest.mark.parametrize("merges", [[(2, 3), (1, 2)], [(0, 3), (2, 0), (1, 2)]])
def test_a_lead_whose_opt_out_was_a_merge_s_is_called_again_when_all_are_apart(connection, acme, merges):
    leads = [add_lead(connection, acme, email=f"{n}@example.org", dnc=n == 3) for n in range(4)]
    assign(connection, add_campaign(connection, acme), add_list(connection, acme, leads=[leads[2]]))
    before = everything(connection, acme)
    made = [merge(connection, leads[keep], leads[drop]) for keep, drop in merges]
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]
    for merged in reversed(made):
        connection.execute("SELECT unmerge_leads(%s)", [merged])
    connection.execute("DELETE FROM lead_duplicate_candidates")
    assert everything(connection, acme) == before


def test_an_opt_out_that_somebody_states_after_the_merge_stays(connection, acme):
    leads = [add_lead(connection, acme, email=f"{n}@example.org", dnc=n == 3) for n in range(4)]
    assign(connection, add_campaign(connection, acme), add_list(connection, acme, leads=[leads[2]]))
    made = [merge(connection, leads[2], leads[3])]
    connection.execute("UPDATE leads SET do_not_call = true WHERE id = %s", [leads[2]])  # in other words than the merged flag
    made.append(merge(connection, leads[1], leads[2]))
    for merged in reversed(made):
        connection.execute("SELECT unmerge_leads(%s)", [merged])
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]


STATUSES = ("new", "queued", "calling", "contacted", "converted", "failed", "dnc")
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "columns": st.fixed_dictionaries(
                {},
                optional={
                    "first_name": st.sampled_from(["Ana", "Bo"]), "city": st.sampled_from(["Bath", "Ely"]),
                    "phone": st.sampled_from(["+12125550101", "+12125550102"]), "tags": st.sampled_from([["a"], ["a", "b"]]),
                    "custom_fields": st.sampled_from([{"k": 1}, {"k": 2, "j": 3}]), "dnc": st.booleans(),
                    "last_activity_at": st.sampled_from(["2026-01-01", "2026-02-01"]),
                },
            ),
            "source_id": st.booleans(),
            "lists": st.sets(st.integers(0, 2)),
            "calls": st.dictionaries(st.integers(0, 2), st.tuples(st.sampled_from(STATUSES), st.integers(0, 3), st.sampled_from([None, 5, 50]))),
        }
    ),
    min_size=3,
    max_size=5,
)  # fmt: skip
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["open", "different"])), max_size=4)
MERGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def playground(server):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.long
@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(people=PEOPLE, decided=PAIRS, merges=MERGES)
def test_merged_in_any_order_and_taken_apart_from_the_last(playground, people, decided, merges):
    connection = playground
    business = add_business(connection, f"b{uuid.uuid4().hex}")
    leads = [
        add_lead(connection, business, email=f"{n}@example.org", **one["columns"], **({"source": "crm", "source_id": str(n)} if one["source_id"] else {}))
        for n, one in enumerate(people)
    ]  # fmt: skip
    lists = [
        add_list(connection, business, str(n), [lead for lead, one in zip(leads, people, strict=True) if n in one["lists"]])
        for n in range(3)
    ]
    campaigns = [add_campaign(connection, business, str(n), exclude_dnc=n > 0) for n in range(3)]
    for campaign, lead_list in zip(campaigns, lists, strict=True):
        assign(connection, campaign, lead_list)
    for lead, one in zip(leads, people, strict=True):
        for n, (status, attempts, amount) in one["calls"].items():
            connection.execute(
                "UPDATE campaign_leads SET status = %s, attempts = %s, donated_amount = %s WHERE lead_id = %s AND campaign_id = %s",
                [status, attempts, amount, lead, campaigns[n]],
            )
    for one, two, decision in decided:
        if max(one, two) < len(leads) and one != two:
            decide(connection, business, leads[one], leads[two], decision)
    states, made = [], []
    for keep, drop in merges:
        alive = set(column(connection, "SELECT id::text FROM leads WHERE business_id = %s", [business.id]))
        if max(keep, drop) < len(leads) and keep != drop and {leads[keep], leads[drop]} <= alive:
            states.append(everything(connection, business))
            # A call that was under way when its number was blocked is over once its row has been moved.
            assume(
                not column(
                    connection,
                    """SELECT c.id FROM campaign_leads c JOIN henk.leads_not_to_call n ON n.id = c.lead_id
                WHERE c.business_id = %s AND c.status = 'calling'""",
                    [business.id],
                )
            )
            made.append((merge(connection, leads[keep], leads[drop]), leads[keep], leads[drop]))
    parted: list[set[str]] = []  # pairs that an unmerge decides
    for (merged, keep, drop), before in zip(reversed(made), reversed(states), strict=True):
        connection.execute("SELECT unmerge_leads(%s)", [merged])
        connection.execute("DELETE FROM lead_duplicate_candidates WHERE lead_id = least(%(a)s::uuid, %(b)s) AND other_lead_id = greatest(%(a)s::uuid, %(b)s)", {"a": keep, "b": drop})  # fmt: skip
        parted.append({keep, drop})
        before["lead_duplicate_candidates"] = [
            pair for pair in before["lead_duplicate_candidates"] if not any(all(lead in pair for lead in two) for two in parted)
        ]
        after = everything(connection, business)
        for table, rows in before.items():
            assert after[table] == rows, table
