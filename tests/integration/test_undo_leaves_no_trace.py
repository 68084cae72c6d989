"""After an undo lists and campaigns are as if the import had never been: the same steps are played with it and without it."""

import uuid
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from henk_pipeline.postgres import imports
from tests.conftest import new_database
from tests.integration.uploading import add_business, upload

PEOPLE = ("ana", "bo", "cy", "dee")


@dataclass(frozen=True)
class File:
    """A file of people for a list, which its manifest assigns to campaigns: name, priority, what a change of the list does."""

    people: tuple[str, ...]
    list_name: str
    campaigns: tuple[tuple[str, int | None, str | None], ...] = ()


@pytest.fixture(scope="module")
def playground(server, tmp_path_factory):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection, tmp_path_factory.mktemp("uploads")


def one(people, list_name, *campaigns, priority=None, follow=None):
    return File(tuple(people.split()), list_name, tuple((campaign, priority, follow) for campaign in campaigns))


def play(playground, steps, without_undone=False):
    """Import the files, and undo those at the numbers between them; or leave out what is undone. Gives: lists, assignments, campaign leads."""
    connection, folder = playground
    slug = f"u{uuid.uuid4().hex}"
    business = add_business(connection, slug, "C1", "C2")
    loaded = {}
    for number, step in enumerate(steps):
        if isinstance(step, int):
            if not without_undone:
                imports.undo_import(connection, loaded[step])
        elif not (without_undone and number in steps):
            campaigns = [
                {"campaign": campaign}
                | ({} if priority is None else {"priority": priority})
                | ({} if follow is None else {"follow": follow})
                for campaign, priority, follow in step.campaigns
            ]
            text = "First Name,Email\n" + "".join(f"{name.title()},{name}@example.org\n" for name in step.people) + "\n" * (number + 1)
            outcome = upload(
                connection, folder, text, slug, list=step.list_name, update="fill", **({"campaigns": campaigns} if campaigns else {})
            )
            assert outcome.status == "loaded", outcome
            loaded[number] = outcome.import_id
    return state(connection, business)


def state(connection, business):
    def rows(statement):
        return set(connection.execute(statement, {"b": business}).fetchall())

    who = "split_part(l.email, '@', 1)"
    return {
        "leads": rows(f"SELECT {who} FROM leads l WHERE business_id = %(b)s"),
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
    ],
)
def test_nobody_stays_in_a_campaign_by_an_import_that_is_undone(playground, steps):
    assert play(playground, steps) == play(playground, steps, without_undone=True)


FILES = st.builds(
    File,
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
    st.sampled_from(["one", "two", "three"]),
    st.lists(
        st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from([None, 1, 2, 3]), st.none()),
        max_size=2,
        unique_by=lambda campaign: campaign[0],
    ).map(tuple),
)


@st.composite
def histories(draw):
    """Files, with undos between them, each of a file before it."""
    steps = draw(st.lists(FILES, min_size=2, max_size=5))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(1, len(steps)))
        # Undos keep the numbers of the files before them: they go behind, never in front of, a file they name.
        named = [number for number, step in enumerate(steps[:at]) if isinstance(step, File)]
        undo = draw(st.sampled_from(named))
        steps = [*steps[:at], undo, *(step + 1 if isinstance(step, int) and step >= at else step for step in steps[at:])]
    return steps


@pytest.mark.long
@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(steps=histories())
def test_lists_and_campaigns_are_as_if_an_undone_import_had_never_been(playground, steps):
    assert play(playground, steps) == play(playground, steps, without_undone=True)
