"""After an undo lists and campaigns are as if the import had never been: the same steps are played with it and without it."""

import uuid
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from henk_pipeline.postgres import imports
from henk_pipeline.steps.smart_lists import refresh_business
from tests.conftest import new_database
from tests.integration.uploading import add_business, upload

PEOPLE = ("ana", "bo", "cy", "dee")
VALUES = {
    "Total Gifts": ("100", "100", "250"),
    "Last Gift Date": ("2024-01-05", "2025-03-04", "2025-03-04"),
    "Pet": ("cat", "dog", "dog"),
    "City": ("Leeds", "Bath", "Leeds"),
}


@dataclass(frozen=True)
class File:
    """A file of people for a list, which its manifest assigns to campaigns: name, priority, what a change of the list does; values of all."""

    people: tuple[str, ...]
    list_name: str
    campaigns: tuple[tuple[str, int | None, str | None], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    update: str = "fill"


@dataclass(frozen=True)
class Assign:
    """A person assigns a list to a campaign."""

    list_name: str
    campaign: str
    follow: str = "frozen"
    priority: int = 1


@dataclass(frozen=True)
class Criteria:
    """A person makes a list of those who live in a city, or are on another list."""

    list_name: str
    city: str = ""
    on: str = ""


@dataclass(frozen=True)
class Remove:
    """A person takes a list off a campaign, in which somebody has been called."""

    list_name: str
    campaign: str
    called: str = ""


@dataclass(frozen=True)
class Put:
    """A person puts somebody into a campaign."""

    person: str
    campaign: str


@dataclass(frozen=True)
class Follow:
    """Lists with criteria are refreshed, and campaigns follow the lists that they mirror."""


@pytest.fixture(scope="module")
def playground(server, tmp_path_factory):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection, tmp_path_factory.mktemp("uploads")


def one(people, list_name, *campaigns, priority=None, follow=None, update="fill", **values):
    given = tuple((name.replace("_", " "), value) for name, value in values.items())
    return File(tuple(people.split()), list_name, tuple((campaign, priority, follow) for campaign in campaigns), given, update)


def follow_lists(connection, slug):
    for _ in refresh_business(connection, slug, force=True):
        pass


def play(playground, steps, without_undone=False):
    """Import the files, and undo those at the numbers between them; or leave out what is undone. Gives: lists, assignments, campaign leads."""
    connection, folder = playground
    slug = f"u{uuid.uuid4().hex}"
    business = add_business(connection, slug, "C1", "C2")
    loaded = {}
    named = {step.list_name for step in steps if isinstance(step, Assign | Remove)} | {
        step.on for step in steps if isinstance(step, Criteria) and step.on
    }
    named -= {step.list_name for step in steps if isinstance(step, Criteria)}
    connection.execute(  # lists of their own, which no undo deletes
        "INSERT INTO lead_lists (business_id, name) SELECT %s, unnest(%s::text[])", [business, sorted(named)]
    )
    for number, step in enumerate(steps):
        if isinstance(step, int):
            if not without_undone:
                imports.undo_import(connection, loaded[step])
        elif isinstance(step, Assign):
            connection.execute(
                """SELECT add_lead_list_to_campaign(c.id, ll.id, %s) FROM campaigns c JOIN lead_lists ll ON ll.business_id = c.business_id
                WHERE c.business_id = %s AND c.name = %s AND ll.name = %s""",
                [step.priority, business, step.campaign, step.list_name],
            )
            connection.execute(
                """UPDATE campaign_lead_lists a SET follow = %s FROM campaigns c, lead_lists ll WHERE c.id = a.campaign_id
                    AND ll.id = a.lead_list_id AND c.business_id = %s AND c.name = %s AND ll.name = %s AND a.follow <> %s""",
                [step.follow, business, step.campaign, step.list_name, step.follow],
            )
        elif isinstance(step, Criteria):
            connection.execute(
                """INSERT INTO lead_lists (business_id, name, list_type, filter_criteria)
                SELECT %(b)s, %(name)s, 'dynamic', CASE WHEN %(on)s = '' THEN jsonb_build_object('field', 'city', 'op', '=', 'value', %(city)s::text)
                    ELSE jsonb_build_object('list', (SELECT id FROM lead_lists WHERE business_id = %(b)s AND name = %(on)s), 'op', 'in') END
                ON CONFLICT DO NOTHING""",
                {"b": business, "name": step.list_name, "on": step.on, "city": step.city},
            )
        elif isinstance(step, Remove):
            connection.execute(
                """UPDATE campaign_leads cl SET status = 'contacted', attempts = 1, last_attempt_at = '2026-06-01', contacted_at = '2026-06-01'
                FROM leads l
                WHERE l.id = cl.lead_id AND l.business_id = %s AND l.email LIKE %s""",
                [business, f"{step.called}@%"],
            )
            connection.execute(
                """SELECT remove_lead_list_from_campaign(c.id, ll.id) FROM campaigns c JOIN lead_lists ll ON ll.business_id = c.business_id
                WHERE c.business_id = %s AND c.name = %s AND ll.name = %s""",
                [business, step.campaign, step.list_name],
            )
        elif isinstance(step, Put):
            connection.execute(
                """INSERT INTO campaign_leads (business_id, campaign_id, lead_id) SELECT c.business_id, c.id, l.id FROM campaigns c
                JOIN leads l ON l.business_id = c.business_id AND l.email LIKE %s WHERE c.business_id = %s AND c.name = %s""",
                [f"{step.person}@%", business, step.campaign],
            )
        elif isinstance(step, Follow):
            follow_lists(connection, slug)
        elif not (without_undone and number in steps):
            campaigns = [
                {"campaign": campaign}
                | ({} if priority is None else {"priority": priority})
                | ({} if follow is None else {"follow": follow})
                for campaign, priority, follow in step.campaigns
            ]
            header, cells = (",".join(["", *part]) for part in zip(*step.values, strict=True)) if step.values else ("", "")
            rows = "".join(f"{name.title()},{name}@example.org{cells}\n" for name in step.people)
            text = f"First Name,Email{header}\n{rows}" + "\n" * (number + 1)
            outcome = upload(
                connection, folder, text, slug, list=step.list_name, update=step.update, **({"campaigns": campaigns} if campaigns else {})
            )
            assert outcome.status == "loaded", outcome
            loaded[number] = outcome.import_id
    follow_lists(connection, slug)  # whom criteria find, or a mirrored list has, comes sooner or later
    return state(connection, business)


def state(connection, business):
    def rows(statement):
        return set(connection.execute(statement, {"b": business}).fetchall())

    who = "split_part(l.email, '@', 1)"
    return {
        "leads": rows(f"SELECT {who}, custom_fields::text, last_activity_at FROM leads l WHERE business_id = %(b)s"),
        "members": rows(
            f"""SELECT ll.name, {who} FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists ll ON ll.id = m.lead_list_id
            WHERE m.business_id = %(b)s"""
        ),
        "lists": rows("SELECT name, lead_count FROM lead_lists WHERE business_id = %(b)s"),
        "assignments": rows(
            """SELECT c.name, ll.name, a.priority, a.follow, a.is_active, a.total_leads FROM campaign_lead_lists a
            JOIN lead_lists ll ON ll.id = a.lead_list_id JOIN campaigns c ON c.id = a.campaign_id WHERE a.business_id = %(b)s"""
        ),
        "campaign leads": rows(
            f"""SELECT c.name, {who}, ll.name, cl.status FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id
            JOIN campaigns c ON c.id = cl.campaign_id LEFT JOIN lead_lists ll ON ll.id = cl.lead_list_id WHERE cl.business_id = %(b)s"""
        ),
    }


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [one("dee", "three", "C2", priority=3), one("bo", "two", "C2", priority=2), one("bo", "three"), 1], id="by another list"
        ),
        pytest.param([one("dee", "three", "C2"), one("bo", "three", "C2"), one("bo", "three"), 1], id="by the same list"),
        pytest.param([one("bo", "two", "C2"), one("dee", "three", "C2"), one("bo", "three"), 0], id="the first one"),
        pytest.param([one("bo", "three"), one("bo", "two", "C2"), one("dee", "three", "C2"), 1], id="assigned since"),
        pytest.param(
            [one("dee", "three", "C2"), one("bo", "two", "C2"), one("bo", "three"), one("cy", "three", "C2"), 1], id="assigned once more"
        ),
        pytest.param(
            [one("dee", "three", "C2"), one("bo", "three"), one("bo", "two", "C2"), one("cy", "three", "C2"), 2, 3], id="both undone"
        ),
        pytest.param(
            [one("dee", "three", "C2", follow="mirror"), one("bo", "two", "C2"), one("dee bo", "three", "C2"), 1],
            id="a list that is mirrored",
        ),
        pytest.param([one("dee", "two", "C1"), one("ana", "three", "C1"), one("ana", "two", "C1"), 0], id="assigned earlier"),
        pytest.param(
            [one("dee", "two", "C1", priority=2), one("ana", "three", "C1"), one("ana", "two", "C1"), 0],
            id="assigned earlier, other priority",
        ),
        pytest.param([one("ana", "two", "C1"), one("ana", "three", "C1"), one("ana", "two", "C1"), 0], id="came by both"),
        pytest.param([one("bo", "two"), one("dee", "two", "C1"), one("bo", "two"), 0], id="on the list by then because of it"),
        pytest.param([one("bo", "two", "C2"), one("dee", "two", "C1"), one("bo", "two", "C2"), 0], id="in another campaign"),
        pytest.param([one("bo", "one", "C2"), one("dee", "one", "C2", follow="mirror"), one("dee", "one"), 1], id="mirrored by it"),
        pytest.param(
            [one("ana", "three"), one("bo", "three", "C1"), one("ana", "one", "C1"), 0, 2], id="both of two lists, the first one first"
        ),
        pytest.param(
            [one("ana", "three"), one("bo", "three", "C1"), one("ana", "one", "C1"), 0], id="the list by which another brought them"
        ),
        pytest.param([one("ana bo", "two"), Assign("two", "C1"), 0], id="assigned by hand"),
        pytest.param([one("ana", "two"), one("bo", "two"), Assign("two", "C1"), 1], id="one of two files, assigned by hand"),
        pytest.param([one("ana", "two"), one("ana", "one"), Assign("two", "C1"), 0], id="assigned by hand, and there by another file"),
        pytest.param([one("ana", "two"), one("ana", "two"), Assign("two", "C1"), 0], id="assigned by hand, and on it by another file"),
        pytest.param([one("ana", "two"), Assign("two", "C1"), one("bo", "two"), Assign("two", "C1"), 2], id="assigned by hand once more"),
        pytest.param([one("ana", "three", "C1"), Assign("three", "C1"), 0], id="assigned by hand after the file"),
        pytest.param([one("bo", "three"), one("ana", "three", "C1"), Assign("three", "C1"), 1], id="assigned by hand after another file"),
        pytest.param([one("ana", "two"), Assign("two", "C1"), one("ana", "one", "C1"), 2], id="by hand before the file"),
        pytest.param([one("ana", "two"), Assign("two", "C1"), one("ana", "one", "C1"), 0], id="by hand before the file that stays"),
        pytest.param([one("bo", "two", "C1", follow="mirror"), one("dee", "two"), Follow(), 1], id="came by following"),
        pytest.param([one("bo", "two"), Assign("two", "C1", "mirror"), one("dee", "two"), Follow(), 2], id="came by following a hand"),
        pytest.param([one("bo", "one"), Assign("two", "C1"), Put("bo", "C1"), one("bo", "two"), 3], id="put there, and on a list since"),
        pytest.param(
            [one("bo", "one"), Assign("two", "C1"), Put("bo", "C1"), one("bo", "two"), Follow(), 3], id="put there, on a list, refreshed"
        ),
        pytest.param([one("bo", "two", "C1"), Remove("two", "C1", "bo"), one("dee", "two", "C1"), 2], id="a list that was taken off"),
        pytest.param(
            [one("bo", "two", "C1"), Remove("two", "C1", "bo"), one("dee", "two", "C1"), one("cy", "two", "C1"), 2],
            id="taken off, two files since",
        ),
        pytest.param(
            [one("bo", "two", "C1"), Remove("two", "C1", "bo"), one("dee", "two", "C1"), one("cy", "two", "C1"), 3, 2],
            id="taken off, both undone",
        ),
        pytest.param(
            [one("bo", "two", "C1"), Remove("two", "C1", "bo"), one("dee", "two", "C1"), one("cy", "two", "C1"), 2, 3],
            id="taken off, both undone, the first one first",
        ),
        pytest.param(
            [one("bo", "two", "C1"), Remove("two", "C1", "bo"), one("dee", "two", "C1"), Assign("two", "C1"), 2],
            id="taken off, and by hand since",
        ),
        pytest.param(
            [Assign("two", "C2", "mirror"), one("cy", "one", "C2"), one("cy", "two"), 1, 2], id="came over to a list that is mirrored"
        ),
        pytest.param(
            [one("bo", "two", "C2", follow="mirror"), one("cy", "one", "C2"), one("cy", "two"), 1, 2], id="over to one that a file mirrors"
        ),
        pytest.param(
            [Assign("two", "C2"), one("cy", "one", "C2"), one("cy", "two"), Remove("one", "C2"), 2], id="over to a list by a removal"
        ),
        pytest.param([one("ana", "two", "C2"), Remove("two", "C2"), one("cy", "two", "C2"), 2], id="taken off with nobody called"),
        pytest.param(
            [one("ana bo", "two", "C2"), Remove("two", "C2", "ana"), one("cy", "two", "C2"), 2], id="taken off with somebody called"
        ),
        pytest.param(
            [one("ana bo", "two"), Assign("two", "C2"), Remove("two", "C2", "ana"), one("cy", "two", "C2"), 3], id="by hand, and taken off"
        ),
        pytest.param(
            [one("ana", "two", "C2"), Remove("two", "C2"), one("bo", "two", "C2"), one("cy", "two", "C2"), 3],
            id="taken off, and by a file since",
        ),
        pytest.param(
            [one("ana", "three", "C2", priority=3), Assign("three", "C2", "enter", 3), 0], id="a person's priority, which the file had"
        ),
        pytest.param([one("bo", "one"), Put("bo", "C1"), one("bo", "two", "C1"), 2], id="put there, and assigned since"),
        pytest.param(
            [one("bo", "one"), Put("bo", "C1"), one("dee", "two", "C1"), one("bo", "two"), 3], id="put there, assigned by another"
        ),
    ],
)
def test_nobody_stays_in_a_campaign_by_an_import_that_is_undone(playground, steps):
    assert play(playground, steps) == play(playground, steps, without_undone=True)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [
                one("bo", "one"), Criteria("who", "Leeds"), Assign("who", "C2", "enter", 2),
                one("bo", "one", "C2", update="overwrite", City="Leeds"), Follow(), 3,
            ],
            id="a value, and a list of the same file",
        ),
        pytest.param(
            [one("bo", "one"), Criteria("who", "Leeds"), Assign("who", "C2", "enter"), one("bo", "two", City="Leeds"), Follow(), 3],
            id="entered by a value",
        ),
        pytest.param(
            [one("bo", "one"), Criteria("who", "Leeds"), one("bo", "two", City="Leeds"), Follow(), Assign("who", "C2"), 2],
            id="assigned after a value",
        ),
        pytest.param(
            [one("bo", "one"), Criteria("who", on="two"), Assign("who", "C2", "enter"), one("bo", "two"), Follow(), 3],
            id="entered by another list",
        ),
        pytest.param(
            [one("bo", "one"), Criteria("who", "Leeds"), Assign("who", "C2", "mirror"), one("bo", "one", City="Leeds"), Follow(), 3],
            id="mirrored by a value",
        ),
        pytest.param(
            [
                one("bo", "one"), Criteria("who", "Leeds"), Assign("who", "C2", "enter"), one("bo", "two", City="Leeds"), Follow(),
                one("bo", "one", City="Leeds"), 3,
            ],
            id="a value that another file has, too",
        ),
    ],
)  # fmt: skip
def test_nobody_stays_whom_criteria_found_by_a_value_that_is_undone(playground, steps):
    assert play(playground, steps) == play(playground, steps, without_undone=True)


@pytest.mark.parametrize(
    ("field", "value", "later"),
    [
        ("Total_Gifts", "100", "250"),
        ("Number_of_Gifts", "3", "5"),
        ("Last_Gift_Date", "2024-01-05", "2025-03-04"),
        ("First_Gift_Date", "2015-02-02", "2010-01-01"),
        ("Last_Activity_Date", "2026-01-01", "2026-05-05"),
        ("Pet", "cat", "dog"),
    ],
)
@pytest.mark.parametrize("undone", [(2,), (1,), (2, 1), (0, 2), (1, 2), (2, 0)])
def test_a_value_that_two_files_state_outlives_a_better_one(playground, field, value, later, undone):
    steps = [one("bo", "two", **{field: some}) for some in (value, value, later)]
    assert play(playground, [*steps, *undone]) == play(playground, [*steps, *undone], without_undone=True)


def test_the_latest_gift_keeps_its_amount(playground):
    gifts = [("2024-01-05", "10"), ("2024-01-05", "10"), ("2025-03-04", "25")]
    steps = [*(one("bo", "two", Last_Gift_Date=day, Last_Gift_Amount=amount) for day, amount in gifts), 2]
    assert play(playground, steps) == play(playground, steps, without_undone=True)


def test_whom_a_hand_took_off_a_list_is_off_it_after_the_undo_of_a_file_that_brought_them_again(playground, tmp_path):
    connection, _ = playground
    slug = f"h{uuid.uuid4().hex}"
    business = add_business(connection, slug, "C1")
    upload(
        connection,
        tmp_path,
        "First Name,Email\nAda,ada@example.org\nBea,bea@example.org\n",
        slug,
        list="LA",
        campaigns=[{"campaign": "C1"}],
    )
    connection.execute(
        "DELETE FROM lead_list_members WHERE lead_id = (SELECT id FROM leads WHERE business_id = %s AND first_name = 'Ada')", [business]
    )
    before = state(connection, business)
    again = upload(connection, tmp_path, "First Name,Email,City\nAda,ada@example.org,Bath\n", slug, list="LA")
    other = upload(
        connection,
        tmp_path,
        "First Name,Email,City\nAda,ada@example.org,Ely\n",
        slug,
        list="F",
        campaigns=[{"campaign": "C1", "priority": 3}],
    )
    assert ("C1", "ada", "F", "new") not in before["campaign leads"]
    for outcome in (other, again):
        imports.undo_import(connection, outcome.import_id)
    assert state(connection, business) == before


def test_the_report_counts_who_leaves_a_campaign_of_another_file(playground, tmp_path):
    connection, _ = playground
    slug = f"r{uuid.uuid4().hex}"
    add_business(connection, slug, "C1")
    first = upload(connection, tmp_path, "First Name,Email\nBo,bo@example.org\n", slug, list="L")
    upload(connection, tmp_path, "First Name,Email\nDee,dee@example.org\n", slug, list="L", campaigns=[{"campaign": "C1"}])
    upload(connection, tmp_path, "First Name,Email\nBo,bo@example.org\n\n", slug, list="L")
    assert imports.undo_import(connection, first.import_id)["campaign_leads_removed"] == 1


def test_a_contact_that_is_given_back_and_that_another_lead_has_since_is_asked_about(playground, tmp_path):
    connection, _ = playground
    slug = f"c{uuid.uuid4().hex}"
    business = add_business(connection, slug)
    upload(connection, tmp_path, "First Name,Email,Phone\nCy,cy@example.org,212-555-0121\n", slug)
    second = upload(connection, tmp_path, "First Name,Email,Phone\nCy,cynew@example.org,212-555-0121\n", slug, update="overwrite")
    upload(connection, tmp_path, "First Name,Email\nCy,cy@example.org\n", slug)
    report = imports.undo_import(connection, second.import_id)
    emails = connection.execute("SELECT email FROM leads WHERE business_id = %s", [business]).fetchall()
    pairs = connection.execute("SELECT decision FROM lead_duplicate_candidates WHERE business_id = %s", [business]).fetchall()
    assert (emails, pairs, report["pairs_to_review"]) == ([("cy@example.org",)] * 2, [("open",)], 1)


FILES = st.builds(
    File,
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
    st.sampled_from(["one", "two", "three"]),
    st.lists(
        st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, None, "mirror"])),
        max_size=2,
        unique_by=lambda campaign: campaign[0],
    ).map(tuple),
    st.lists(
        st.tuples(st.sampled_from(["Total Gifts", "Last Gift Date", "Pet"]), st.integers(0, 2)),
        max_size=2,
        unique_by=lambda value: value[0],
    ).map(lambda values: tuple((name, VALUES[name][place]) for name, place in values)),
)


HANDS = (
    st.just(Follow())
    | st.builds(Remove, st.sampled_from(["one", "two", "three"]), st.sampled_from(["C1", "C2"]))
    | st.builds(
        Assign, st.sampled_from(["one", "two", "three"]), st.sampled_from(["C1", "C2"]), st.sampled_from(["frozen", "frozen", "mirror"])
    )
)


CITIZENS = st.builds(
    File,
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
    st.sampled_from(["one", "two"]),
    st.lists(
        st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, None, "mirror"])),
        max_size=2,
        unique_by=lambda campaign: campaign[0],
    ).map(tuple),
    st.sampled_from([(), (("City", "Leeds"),), (("City", "Bath"),)]),
)
LISTS_BY_CRITERIA = [Criteria("leeds", "Leeds"), Criteria("of one", on="one"), Criteria("of leeds", on="leeds")]


def finders(lists):
    """Steps of people who assign these lists, and refreshes."""
    names = st.sampled_from([made.list_name for made in lists])
    return st.just(Follow()) | st.builds(
        Assign, names, st.sampled_from(["C1", "C2"]), st.sampled_from(["enter", "enter", "mirror"]), st.integers(1, 3)
    )


@st.composite
def histories(draw, parts=FILES | HANDS, first=()):
    """Files, with undos between them, each of a file before it."""
    steps = draw(st.lists(parts, min_size=2, max_size=5).filter(lambda steps: any(isinstance(step, File) for step in steps)))
    steps = [*first, *steps]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(1, len(steps)))
        # Undos keep the numbers of the files before them: they go behind, never in front of, a file they name.
        named = [number for number, step in enumerate(steps[:at]) if isinstance(step, File)]
        if not named:
            continue
        undo = draw(st.sampled_from(named))
        steps = [*steps[:at], undo, *(step + 1 if isinstance(step, int) and step >= at else step for step in steps[at:])]
    return steps


@pytest.mark.long
@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(steps=histories())
@example(
    steps=[
        one("bo", "one", "C2"), File(("bo",), "three", (("C2", None, "mirror"), ("C1", None, None))), one("ana", "three"), one("ana", "one", "C2"), 3,
    ]
)  # fmt: skip
def test_lists_and_campaigns_are_as_if_an_undone_import_had_never_been(playground, steps):
    assert play(playground, steps) == play(playground, steps, without_undone=True)


# Files fill what is empty, and campaigns take in who comes: what a list has had between them, and no longer has, nobody can know.
@pytest.mark.long
@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(steps=st.sampled_from([LISTS_BY_CRITERIA, LISTS_BY_CRITERIA[:1]]).flatmap(lambda lists: histories(CITIZENS | finders(lists), lists)))
def test_lists_by_criteria_and_their_campaigns_are_as_if_an_undone_import_had_never_been(playground, steps):
    assert play(playground, steps) == play(playground, steps, without_undone=True)
