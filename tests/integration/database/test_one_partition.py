"""A list that a client sends is divided into people as the deterministic tier of an import divides the same rows."""

import json
from itertools import permutations

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from henk_pipeline.leads.details import compared_columns
from henk_pipeline.steps.match import Matching, match_people
from tests.integration.database.acting import Business, create_list, value
from tests.unit.leads.people import people

PHONE = {"phone": "+12075550101"}
MAIL = {"email": "smith@example.org"}
BOTH = PHONE | MAIL
Row = dict[str, str]


def row(first: str | None = None, last: str | None = "Smith", **more: str) -> Row:
    return {name: cell for name, cell in {"first_name": first, "last_name": last, **more}.items() if cell is not None}


def by_import(rows: list[Row]) -> set[frozenset[int]]:
    """Groups of rows (their places) that the deterministic tier takes for one person."""
    prepared = []
    for one in rows:
        known = {name: cell for name, cell in one.items() if name != "Middle Name"}
        custom = {"Middle Name": one["Middle Name"]} if "Middle Name" in one else {}
        prepared.append(known | {"custom_fields": json.dumps(custom)})
    frame = people(*prepared).rename({"line": "row"})
    frame = frame.with_columns(compared_columns(["first_name"]))
    persons = match_people(frame, Matching(likely=False)).clusters
    groups = persons.group_by("person").agg(pl.col("row") - 2)["row"]
    return {frozenset(group) for group in groups.to_list()}


def by_list(connection: psycopg.Connection, business: Business, rows: list[Row]) -> set[frozenset[int]]:
    """Groups of rows that `create_lead_list_from_csv` takes for one person, in one call."""
    connection.execute("DELETE FROM leads")
    create_list(connection, business, [one | {"tags": [str(place)]} for place, one in enumerate(rows)])
    return {frozenset(map(int, tags)) for (tags,) in connection.execute("SELECT tags FROM leads").fetchall()}


CASES: list[tuple[list[Row], int]] = [
    # Middle names with a column of their own.
    ([row("John", **{"Middle Name": "A."}), row("John", **{"Middle Name": "B."})], 2),
    ([row("John", **{"Middle Name": "Albert"}), row("John B.")], 2),
    ([row("John", **{"Middle Name": "A."}), row("John Albert")], 1),
    ([row("John", **{"Middle Name": "A."}), row("John")], 1),
    # Initials.
    ([row("J.R."), row("Jane T.")], 2),
    ([row("J.R."), row("John R.")], 1),
    ([row("J.R."), row("John T.")], 2),
    ([row("J.R."), row("J.T.")], 2),
    # Titles.
    ([row("Mr. John"), row("Mrs. John")], 2),
    ([row("John"), row("Mrs. John")], 2),
    ([row("John"), row("Mr. John")], 1),
    ([row("Mrs. Julia"), row("Julia")], 1),
    ([row("Dr. Amos"), row("Amos")], 1),
    ([row("Dr. Amos"), row("Dr. Ruth")], 2),
    ([row("Mr. Francis"), row("Ms. Frances")], 2),
    ([row("Mr. and Mrs. John"), row("John")], 2),
    # Nicknames, and names that are short for a third only.
    ([row("Nathan"), row("Nate")], 1),
    ([row("John"), row("Jon")], 1),
    ([row("Bob"), row("Rob")], 1),
    ([row("Nathan"), row("John")], 2),
    ([row("Roy"), row("Lee")], 2),
    ([row("Don"), row("Donna")], 2),
    ([row("Francis"), row("Frances")], 2),
    # Generations that one lacks; words of a man and of a woman; organisations; ligatures.
    ([row("Tom", "Reed"), row("Tom", "Reed Jr.")], 2),
    ([row("Tom", "Reed II"), row("Tom", "Reed II")], 1),
    ([row("Nguyen", "Van An"), row("Nguyen Thi", "An")], 2),
    ([row("Nur", "bin Ali"), row("Nur", "binti Ali")], 2),
    ([row("Amin", "bin Ali"), row("Amin", "Ali")], 1),
    ([row("Jan", "van Dijk"), row("Jan", "Dijk")], 1),
    ([row("Harpreet", "Singh"), row("Harpreet", "Kaur")], 2),
    ([row(None, "Acme LLC"), row(None, "Beta Foundation")], 2),
    ([row(None, "Acme LLC"), row(None, "Acme L.L.C.")], 1),
    ([row(None, "Acme Limited"), row(None, "ACME Ltd.")], 1),
    ([row(None, "St. Mary's Parish"), row(None, "St. Mary's School")], 2),
    ([row(None, "St. Mary's Parish"), row(None, "Saint Mary's Parish")], 1),
    ([row("Lœtitia", "Lecœur"), row("Loetitia", "LECOEUR")], 1),
    ([row("Œnone", "Smith"), row("OENONE", "Smith")], 1),
    # Names in each other's place; a telephone is no proof where either word may be the given name.
    ([row("Anna", "Kowalski"), row("Kowalski", "Anna")], 1),
    ([row("John", "Smith"), row("Smith", "John")], 1),
    # Names of which one begins like another.
    ([row("Simon"), row("Simone")], 2),
    ([row("Simon"), row("Simone"), row("Simon"), row("Simone")], 2),
    ([row("Van An"), row("Van Anh")], 2),
    ([row("Christ"), row("Christopher")], 1),
    ([row("John", **{"Middle Name": "An"}), row("John", **{"Middle Name": "Anh"})], 2),
]


@pytest.mark.parametrize("key", [PHONE, MAIL, BOTH], ids=["telephone", "e-mail", "both"])
@pytest.mark.parametrize(("rows", "number"), CASES)
def test_rows_of_one_contact(connection: psycopg.Connection, acme: Business, key: Row, rows: list[Row], number: int) -> None:
    rows = [one | key for one in rows]
    assert (len(by_import(rows)), len(by_list(connection, acme, rows))) == (number, number)
    # A call for each, in both orders.
    for order in (rows, rows[::-1]):
        connection.execute("DELETE FROM leads")
        for one in order:
            create_list(connection, acme, [one])
        assert value(connection, "SELECT count(*) FROM leads") == number


@pytest.mark.parametrize(("key", "number"), [(PHONE, 2), (MAIL, 1), (BOTH, 1), (PHONE | {"birth_date": "1950-03-04"}, 1)])
def test_an_initial_of_a_telephone_is_nobodys(connection: psycopg.Connection, acme: Business, key: Row, number: int) -> None:
    for one, other in (("J.", "Jane"), ("J.R.", "Jane"), ("J", "John")):
        rows = [row(one, **key), row(other, **key)]
        assert len(by_import(rows)) == number
        for order in ([rows], [rows[::-1]], [rows[:1], rows[1:], rows], [rows[1:], rows[:1], rows]):
            connection.execute("DELETE FROM leads")
            for part in order:
                create_list(connection, acme, part)
            assert value(connection, "SELECT count(*) FROM leads") == number, (one, other)


@pytest.mark.parametrize("order", list(permutations(["John", "Jane", "J."])), ids=" ".join)
def test_an_initial_brings_nobody_together_in_any_order(connection: psycopg.Connection, acme: Business, order: tuple[str, ...]) -> None:
    rows = [row(first, **PHONE) for first in order]
    assert len(by_import(rows)) == len(by_list(connection, acme, rows)) == 3
    connection.execute("DELETE FROM leads")
    for one in [*rows, *rows]:
        create_list(connection, acme, [one])
    assert connection.execute("SELECT first_name FROM leads ORDER BY 1").fetchall() == [("J.",), ("Jane",), ("John",)]


EITHER = [("Kim", "Lee"), ("James", "Taylor"), ("Martin", "Thomas"), ("Scott", "Michael")]


@pytest.mark.parametrize("several", [True, False], ids=["one list", "two lists"])
@pytest.mark.parametrize(
    ("key", "number"), [(PHONE, 2), (BOTH, 1), (PHONE | {"birth_date": "1950-03-04"}, 1)], ids=["telephone", "e-mail", "birth date"]
)
def test_names_of_which_either_word_may_be_the_given_name(
    connection: psycopg.Connection, acme: Business, *, several: bool, key: Row, number: int
) -> None:
    for one, other in EITHER:
        rows = [row(one, other, **key), row(other, one, **key)]
        assert len(by_import(rows)) == number
        connection.execute("DELETE FROM leads")
        for part in [rows] if several else [rows[:1], rows[1:], rows]:
            create_list(connection, acme, part)
        assert value(connection, "SELECT count(*) FROM leads") == number, (one, other)


CHAINS: list[tuple[list[Row], int]] = [
    # Two first names by way of a row without one, or with an initial.
    ([row("Ann", **PHONE), row(None, **BOTH), row("Bob", **MAIL)], 2),
    ([row("Ann", **PHONE), row("A.", **BOTH), row("Amos", **MAIL)], 2),
    # Two first names by way of one that is short for both: the e-mail address is surer than the telephone, two telephones are as sure.
    ([row("Samantha", **PHONE), row("Sam", **BOTH), row("Samuel", **MAIL)], 2),
    ([row("Frederick", **PHONE), row("Fred", **PHONE), row("Frederica", **PHONE)], 3),
    ([row("Fred", **PHONE), row("Frederica", **PHONE), row("Frederick", **PHONE)], 3),
    ([row("Frederick", **PHONE), row("Fred", **PHONE), row("Helen", **PHONE)], 2),
    ([row("Jack", **PHONE), row("Jackson", **PHONE)], 2),
    ([row("Beth", **PHONE), row("Betty", **PHONE)], 2),
    ([row("Andrew", **PHONE), row("Andrea", **PHONE)], 2),
    *(
        ([row(one, **PHONE), row(other, **PHONE)], 2)
        for one, other in (("Hank", "Henrietta"), ("Fran", "Frank"), ("Gabe", "Gabby"), ("Andy", "Andrea"))
    ),
    *(([row(one, **PHONE), row(other, **PHONE)], 1) for one, other in (("Hank", "Henry"), ("Frank", "Franklin"), ("Gabby", "Gabriella"))),
    *(([row(name, **PHONE) for name in names], 3) for names in (("Dani", "Daniel", "Daniela"), ("Philip", "Pip", "Philippa"))),
    *(
        ([row(one, **key), row(other, **key)], 1)
        for one, other in (("Maryann", "Mary Ann"), ("Hanspeter", "Hans-Peter"))
        for key in (PHONE, MAIL)
    ),
    ([row("Maryann", **PHONE), row("Mary Beth", **PHONE)], 2),
    ([row("Ada", "St. Clair", **PHONE), row("Ada", "Saint Clair", **PHONE)], 1),
    # A Hungarian wife's name is made of her husband's.
    ([row("József", "Kovács", **MAIL), row("Józsefné", "Kovács", **MAIL)], 2),
    ([row("Kovács", "József", **MAIL), row("Kovács", "Józsefné", **MAIL)], 2),
    ([row("Samantha", **PHONE), row("Sam", mobile_phone="+12075550190", **PHONE), row("Samuel", phone="+12075550190")], 3),
    ([row("Samantha", **PHONE), row("Sam", mobile_phone="+12075550190", **PHONE), row("Samantha", phone="+12075550190")], 1),
    # A telephone does not hold a row without a first name that is reached otherwise.
    ([row("Jane", email="jane@example.org", **PHONE), row(None, email="tom@example.org", **PHONE)], 2),
    ([row("Jane", mobile_phone="+12075550190", **PHONE), row(None, mobile_phone="+12075550191", **PHONE)], 2),
    ([row("Jane", email="jane@example.org", **PHONE), row(None, email="info@example.org", **PHONE)], 1),
    ([row("Jane", email="jane@example.org", **PHONE), row(None, **PHONE)], 1),
    # A senior and a junior by way of a row without a generation, who may be a third.
    ([row("John", "Smith Sr.", **PHONE), row("John", **BOTH), row("John", "Smith Jr.", **MAIL)], 3),
    ([row("John", "Smith Sr.", **PHONE), row("John", "Smith", **PHONE), row("John", "Smith Jr.", **PHONE)], 3),
    # Names in each other's place.
    ([row("Kim", "Min", email="a@example.org", **PHONE), row("Min", "Kim", email="b@example.org", **PHONE)], 2),
    ([row("Kim", "Min", email="a@example.org", **PHONE), row("Min", "Kim", email="b@example.org", **PHONE), row("Kim", "Min", **PHONE)], 2),
    ([row("Kim", "Min", email="a@example.org", **PHONE), row("Min", "Kim", email="b@example.org", **PHONE), row(None, None, **PHONE)], 3),
    ([row("Kim", "Min", email="a@example.org", **PHONE), row("Min", "Kim", **PHONE)], 2),
    ([row("Kim", "Min", email="a@example.org", **PHONE), row("Min", "Kim", email="a@example.org", **PHONE)], 1),
    ([row("Hao", "Chen", email="a@example.org", **PHONE), row("Chen", "Hao", email="b@example.org", **PHONE)], 2),
    ([row("Hao", "Chen", email="a@example.org", **PHONE), row("Chen", "Hao", **PHONE)], 1),
    # Two of one name read the mailbox of a function; one who has moved keeps the telephone.
    ([row("John", email="office@x.org", phone=f"+120755501{n}", postal_code=f"0410{n}") for n in (10, 20)], 2),
    ([row("John", email="office@x.org", phone="+12075550110", postal_code=f"0410{n}") for n in (1, 2)], 1),
    ([row("John", email="office@x.org", phone=f"+120755501{n}", postal_code="04101") for n in (10, 20)], 1),
    ([row("John", email="john@x.org", phone=f"+120755501{n}", postal_code=f"0410{n}") for n in (10, 20)], 1),
    # Middle names by way of a row without one.
    ([row("John A.", **PHONE), row("John", **BOTH), row("John B.", **MAIL)], 2),
    # Other first and last names by way of a source id's new name.
    (
        [row("Ann", "Lee", source="crm", source_id="7"), row("Ann", "Roe", source="crm", source_id="7", **MAIL), row("Ann", "Roe", **MAIL)],
        1,
    ),
]


def test_two_of_one_name_who_read_one_mailbox_of_a_function_are_two_leads(connection: psycopg.Connection, acme: Business) -> None:
    for number in (1, 2, 1):
        create_list(connection, acme, [row("John", email="office@x.org", phone=f"+120755501{number}0", postal_code=f"0410{number}")])
    assert value(connection, "SELECT count(*) FROM leads") == 2
    create_list(connection, acme, [row("John", email="office@x.org", phone="+12075550130")])  # no postal code: one of the two
    assert value(connection, "SELECT count(*) FROM leads") == 2


HOME = {"street": "12 Maple Street", "postal_code": "04101"}


def office(*mailboxes: str, domain: str = "acme.example", **more: str) -> list[Row]:
    return [row("John", email=f"{mailbox}@{domain}", **PHONE, **more) for mailbox in mailboxes]


def house(*names: str, **more: str) -> list[Row]:
    return [row(name, "Ferguson", **PHONE, **more) for name in names]


# Two of an office have numbered mailboxes, two of a house given names that are heard alike.
OFFICES_AND_HOUSES = [
    (office("jsmith1", "jsmith2"), 2),
    (office("jsmith", "jsmith2"), 2),
    ([*office("jsmith1", **HOME), *office("jsmith2", street="99 Birch Road", postal_code="04401")], 2),
    (office("jsmith1", "jsmith2", **HOME), 1),
    (office("jsmith1", "jsmith2", birth_date="1970-05-17"), 1),
    (office("jsmith1", "jsmith2", mobile_phone="+12075550777"), 1),
    (office("jsmith1", "jsmith2", domain="gmail.com"), 1),
    (office("jsmith1", "j.smith"), 1),
    (house("Toni", "Tony"), 2),
    (house("Marie", "Mary"), 2),
    (house("Toni", "Tony", birth_date="1970-05-17"), 1),
    (house("Toni", "Tony", mobile_phone="+12075550777"), 1),
    (house("Toni", "Tony", email="ferguson@example.org"), 1),
    (house("Steven", "Stephen"), 1),
]


@pytest.mark.parametrize(("rows", "number"), OFFICES_AND_HOUSES)
def test_two_of_an_office_and_of_a_house(connection: psycopg.Connection, acme: Business, rows: list[Row], number: int) -> None:
    for order in (rows, rows[::-1]):
        assert (len(by_import(order)), len(by_list(connection, acme, order))) == (number, number)
        connection.execute("DELETE FROM leads")
        for one in [*order, *order]:
            create_list(connection, acme, [one])
        assert value(connection, "SELECT count(*) FROM leads") == number


def test_of_an_office_a_row_without_a_mailbox_is_nobodys(connection: psycopg.Connection, acme: Business) -> None:
    rows = [*office("jsmith1", "jsmith2"), row("John", **PHONE)]
    for order in permutations(rows):
        assert len(by_list(connection, acme, list(order))) == len(by_import(list(order))) == 3
    # The lead is there first: of the two none is it.
    connection.execute("DELETE FROM leads")
    create_list(connection, acme, rows[2:])
    create_list(connection, acme, rows[:2])
    assert connection.execute("SELECT email FROM leads ORDER BY 1").fetchall() == [
        ("jsmith1@acme.example",), ("jsmith2@acme.example",), (None,)
    ]  # fmt: skip


def test_a_switchboard_is_not_compared_in_pairs(connection: psycopg.Connection, acme: Business) -> None:
    rows = [one for number in range(3000) for one in office(f"john.smith{number}")]
    for _ in range(2):
        create_list(connection, acme, rows)
        assert value(connection, "SELECT count(*) FROM leads") == 3000


@pytest.mark.parametrize(("rows", "number"), CHAINS)
def test_rows_that_meet_by_way_of_a_third(connection: psycopg.Connection, acme: Business, rows: list[Row], number: int) -> None:
    rows = [one | ({} if {"email", "phone"} & one.keys() else {"phone": "+12075550177"}) for one in rows]
    for order in (rows, rows[::-1]):
        groups = by_import(order)
        assert (len(groups), by_list(connection, acme, order)) == (number, groups)


ROWS = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(
            [
                "John",
                "Nathan",
                "J.",
                "J.R.",
                "Jane",
                "Mrs. John",
                "Bob",
                "Rob",
                "John A.",
                "Don",
                "Donna",
                "Simon",
                "Simone",
                "Kim",
                "Min",
                "Sam",
                "Samuel",
                "Samantha",
                "Toni",
                "Tony",
            ]
        ),
        "last_name": st.sampled_from(["Smith", "Smith Sr.", "Smith Jr.", "Jones", "Kim", "Min"]),
        "Middle Name": st.sampled_from(["A.", "Brian"]),
        "email": st.sampled_from(["a@example.org", "b@example.org", "b2@example.org", "info@example.org"]),
        "phone": st.sampled_from(["+12075550101", "+12075550102"]),
        "mobile_phone": st.sampled_from(["+12075550101", "+12075550190"]),
        "source_id": st.sampled_from(["1", "2"]),
    },
).filter(lambda one: bool({"email", "phone", "mobile_phone"} & one.keys()))


@pytest.mark.long
@given(st.lists(ROWS, min_size=2, max_size=4))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_merges_nobody_whom_an_import_keeps_apart(connection: psycopg.Connection, acme: Business, rows: list[Row]) -> None:
    imported = by_import(rows)
    listed = by_list(connection, acme, rows)
    assert [group for group in listed if not any(group <= other for other in imported)] == []


def test_an_id_that_another_person_has_is_kept_as_a_custom_field(connection: psycopg.Connection, acme: Business) -> None:
    rows = [row("Ana", "Lima", source_id="7", email="a@example.org"), row("Ben", "Ng", source_id="7", email="b@example.org")]
    for sent in (rows, [row("Cy", "Oe", source_id="7", email="c@example.org")]):
        create_list(connection, acme, sent)
    found = connection.execute("SELECT first_name, source_id, custom_fields FROM leads ORDER BY 1").fetchall()
    assert found == [("Ana", "7", {}), ("Ben", None, {"source_id_as_sent": "7"}), ("Cy", None, {"source_id_as_sent": "7"})]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([{"name": "Ada Quill"}, {"full_name": "Bo Rand"}], {("Ada", "Quill"), ("Bo", "Rand")}),
        ([{"name": "Ada Quill"}, {"first_name": "Ada", "last_name": "Quill"}], {("Ada", "Quill")}),
        ([{"name": "Troy Plumbing LLC"}, {"fullname": "Bo van der Rand"}], {(None, "Troy Plumbing LLC"), (None, "Bo van der Rand")}),
        ([{"name": "Quill, Ada"}, {"name": "  "}], {(None, "Quill, Ada")}),
        ([{"name": "Plumbing Roe"}], {(None, "Plumbing Roe")}),
        ([{"name": "the record", "first_name": "Ada"}], {("Ada", None)}),
    ],
)  # fmt: skip
def test_a_name_in_one_key_is_somebodys(
    connection: psycopg.Connection, acme: Business, rows: list[Row], names: set[tuple[str, str]]
) -> None:
    create_list(connection, acme, [one | PHONE for one in rows])
    assert set(connection.execute("SELECT first_name, last_name FROM leads").fetchall()) == names
