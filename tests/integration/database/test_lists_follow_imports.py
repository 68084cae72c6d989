"""create_lead_list_from_csv takes for one person what an import takes for one person, and for a contact what is one."""

import itertools
import threading

import polars as pl
import psycopg
import pytest

from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.emails import ROLES
from henk_pipeline.leads.identity import names
from henk_pipeline.leads.match import agrees
from henk_pipeline.leads.nicknames import formal_names_by_nickname
from tests.integration.database.acting import add_lead, column, create_list, value
from tests.unit.linkage.alike import NAMES_OF_A_COUPLE, NAMES_OF_ONE, NAMES_OF_TWO
from tests.unit.linkage.kin import (
    COUPLES,
    EXCHANGED_SPELLINGS,
    NO_SPELLINGS,
    OF_A_HOUSEHOLD,
    OF_TWO_MAILBOXES,
    SHORT_FORMS_AND_SPELLINGS,
)

EMPTY = load_cell_words().empty
PLACEHOLDERS = [*EMPTY.placeholders, *EMPTY.spreadsheet_errors, "err:502", "#####"]

ANA = {"first_name": "Ana", "last_name": "Lima"}


def people(connection: psycopg.Connection) -> list[str]:
    return column(connection, "SELECT concat_ws(' ', first_name, last_name) FROM leads ORDER BY 1")


@pytest.mark.parametrize("junk", [*PLACEHOLDERS, "N/A", " None ", "nobody", "no email", "ana@", "@example.org", "ana at example.org"])
def test_junk_is_no_key_and_no_contact(connection, acme, junk):
    rows = [
        {"first_name": name, "email": junk, "mobile_phone": "n/a", "source_id": "unknown", "phone": f"(212) 555-010{number}"}
        for number, name in enumerate(["Ana", "Bo", None, None])
    ]
    create_list(connection, acme, rows)
    assert connection.execute("SELECT count(*), count(email), count(mobile_phone), count(source_id) FROM leads").fetchone() == (4, 0, 0, 0)
    kept = value(connection, "SELECT DISTINCT custom_fields FROM leads")
    assert kept == ({} if junk.strip().lower() in PLACEHOLDERS else {"email_as_sent": junk.strip().lower()})


@pytest.mark.parametrize("email", ["na@na.com", "no@email.com", "none@none.co.uk"])
def test_an_address_of_nobody_proves_nothing(connection, acme, email):
    rows = [ANA | {"email": email, "phone": f"(212) 555-010{number}"} for number in range(4)]
    create_list(connection, acme, rows[:2], "one")
    create_list(connection, acme, rows[2:], "another")
    assert people(connection) == ["Ana Lima"] * 4
    assert column(connection, "SELECT DISTINCT email FROM leads") == [email]
    create_list(connection, acme, rows, "all")
    assert len(people(connection)) == 4
    # A telephone of two addresses of nobody is no household's.
    create_list(connection, acme, [rows[0] | {"first_name": "Ana M.", "email": "x@x.com"}], "other")
    assert len(people(connection)) == 4


@pytest.mark.parametrize("email", ["giving@parish.org", "members@parish.org", "info+list@gmail.com"])
def test_a_mailbox_of_a_function_holds_equal_names_only(connection, acme, email):
    rows = [
        {"first_name": first, "last_name": "Lima", "email": email, "phone": f"(212) 555-010{number}"}
        for number, first in enumerate(["Ana", "Anna", "A.", "Bo"])
    ]
    create_list(connection, acme, rows[:2], "one")
    create_list(connection, acme, rows[2:], "another")
    assert people(connection) == ["A. Lima", "Ana Lima", "Anna Lima", "Bo Lima"]
    create_list(connection, acme, [ANA | {"email": email}], "again")
    assert len(people(connection)) == 4


def test_two_second_family_names_are_two_people(connection, acme):
    rows = [{"first_name": "Carlos", "last_name": last, "phone": "(212) 555-0101"} for last in ("Rivero Salas", "Rivero Tovar", "Rivero")]
    create_list(connection, acme, rows, "one")
    assert people(connection) == ["Carlos Rivero", "Carlos Rivero Salas", "Carlos Rivero Tovar"]
    create_list(connection, acme, rows[:2], "again")
    assert len(people(connection)) == 3
    create_list(connection, acme, [rows[0] | {"last_name": "Rivero y Salas"}, rows[1] | {"last_name": "Tovar Rivero"}], "otherwise")
    assert len(people(connection)) == 3


def test_elements_with_junk_for_their_only_contact_fail_with_their_positions(connection, acme):
    rows = [{"email": "ana@example.org"}, {"email": "none"}, {"phone": "ask his wife"}, {"email": "ana@", "mobile_phone": "-"}]
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="neither phone, mobile_phone nor email: 2, 3, 4"):
        create_list(connection, acme, rows)


def test_a_number_that_cannot_be_read_stays_and_is_a_key_only_if_it_could_be_one(connection, acme):
    create_list(connection, acme, [{"phone": "ext. 12", "email": "a@example.org"}, {"phone": "ext. 12", "email": "b@example.org"}])
    assert column(connection, "SELECT phone FROM leads") == ["ext. 12", "ext. 12"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Bo", "last_name": "Lima"}], ["Ana Lima", "Bo Lima"]),
        ([{"first_name": "Bob", "last_name": "Hale"}, {"first_name": "Robert", "last_name": "Hale"}], ["Bob Hale"]),
        ([{"first_name": "J. R.", "last_name": "Hale"}, {"first_name": "Jane Rose", "last_name": "Hale"}], ["J. R. Hale"]),
        ([{"first_name": "Lima", "last_name": "Ana"}, ANA], ["Lima Ana"]),
        ([{"first_name": "Błażej", "last_name": "Groß"}, {"first_name": "BLAZEJ", "last_name": "GROSS"}], ["Błażej Groß"]),
        ([ANA, {"first_name": "Bo", "last_name": "Lima"}, {"last_name": "Lima"}], ["Ana Lima", "Bo Lima", "Lima"]),
        ([{"first_name": "Donor 1"}, {"first_name": "Donor 2"}], ["Donor 1", "Donor 2"]),
        ([ANA | {"birth_date": "1970-01-01"}, ANA | {"birth_date": "2001-01-01"}], ["Ana Lima", "Ana Lima"]),
    ],
)
@pytest.mark.parametrize("contact", [{"email": "home@example.org"}, {"phone": "(212) 555-0101"}])
def test_people_with_one_contact_are_divided_as_by_an_import(connection, acme, rows, expected, contact):
    create_list(connection, acme, [row | contact for row in rows])
    assert people(connection) == expected
    create_list(connection, acme, [row | contact for row in reversed(rows)], "again")
    assert people(connection) == expected


CONTACTS = pytest.mark.parametrize("contact", [{"email": "home@example.org"}, {"phone": "(212) 555-0101"}], ids=["e-mail", "telephone"])


@pytest.mark.long
@CONTACTS
@pytest.mark.parametrize(
    ("names_of", "number"), [(NAMES_OF_TWO + NAMES_OF_A_COUPLE, 2), (NAMES_OF_ONE, 1)], ids=["two people", "one person"]
)
def test_names_that_begin_alike_are_divided_as_by_an_import(connection, acme, contact, names_of, number):
    pairs = [[{"first_name": name, "last_name": f"Pike{chr(97 + n)}xy"} | contact for name in pair] for n, pair in enumerate(names_of)]
    found = []
    for pair in pairs:
        create_list(connection, acme, pair)  # in one list,
        for row in pair[::-1]:  # and in one after another
            create_list(connection, acme, [row])
        found.append(value(connection, "SELECT count(*) FROM leads"))
        connection.execute("DELETE FROM lead_list_members")
        connection.execute("DELETE FROM leads")
    assert [pair for pair, count in zip(names_of, found, strict=True) if count != number] == []


ONE, OTHER = ({"phone": "+12075550101", "email": email} for email in ("violet77@example.org", "gardener@example.net"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("contacts", "names_of", "number"),
    [
        ((ONE, OTHER), OF_A_HOUSEHOLD + COUPLES, 2), ((ONE, OTHER), OF_TWO_MAILBOXES, 1), ((ONE, ONE), SHORT_FORMS_AND_SPELLINGS, 1),
        ((ONE, ONE), NO_SPELLINGS, 2), (({"phone": "+12075550101"}, ONE), [("Jun", "Jun"), ("Bob", "Robert"), ("J. R.", "John Ronald")], 1),
        (({"phone": "+12075550101"}, ONE), [("J.", "John")], 2),
    ],
    ids=["a household", "two mailboxes", "one contact", "other names", "one mailbox", "an initial"],
)  # fmt: skip
def test_households_and_spellings_are_divided_as_by_an_import(connection, acme, contacts, names_of, number):
    found = []
    for pair in names_of:
        rows = [{"first_name": name, "last_name": "Pikexy"} | contact for name, contact in zip(pair, contacts, strict=True)]
        for orders in ([rows], [rows[::-1]], [[rows[1]], [rows[0]]], [[rows[0]], [rows[1]], rows]):  # in one list, and in one after another
            for part in orders:
                create_list(connection, acme, part)
            found.append((pair, value(connection, "SELECT count(*) FROM leads")))
            connection.execute("DELETE FROM lead_list_members")
            connection.execute("DELETE FROM leads")
    assert [(pair, count) for pair, count in found if count != number] == []


@pytest.mark.parametrize(("one", "other"), EXCHANGED_SPELLINGS)
def test_names_exchanged_in_another_spelling_are_one_person_of_a_mailbox(connection, acme, one, other):
    for contact, number in ((ONE, 1), (OTHER, 2)):
        rows = [{"first_name": first, "last_name": last} | mail for (first, last), mail in ((one, ONE), (other, contact))]
        create_list(connection, acme, rows[:1])
        create_list(connection, acme, rows[1:])
        create_list(connection, acme, rows)
        assert value(connection, "SELECT count(*) FROM leads") == number
        connection.execute("DELETE FROM lead_list_members")
        connection.execute("DELETE FROM leads")


KIM, MIN = (
    {"first_name": "Kim", "last_name": "Min", "phone": "+12075550101"},
    {"first_name": "Min", "last_name": "Kim", "phone": "+12075550101"},
)


@pytest.mark.parametrize("several", [True, False], ids=["one list", "two lists"])
@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ({}, {}, 2), ({"email": "a@example.org"}, {}, 2), ({"email": "a@example.org"}, {"email": "A@example.org"}, 1),
        ({"birth_date": "1950-03-04"}, {"birth_date": "1950-03-04"}, 1),
        ({"email": "a@example.org"}, {"email": "info@example.org"}, 2), ({"email": "a@example.org"}, {"email": "b@example.org"}, 2),
        ({"mobile_phone": "+12075550181"}, {"mobile_phone": "+12075550182"}, 2), ({"birth_date": "1950-03-04"}, {"birth_date": "1981-11-23"}, 2),
    ],
)  # fmt: skip
def test_names_in_each_others_place_are_two_people_where_other_contacts_or_birth_dates_contradict(
    connection, acme, several, one, other, number
):
    rows = [KIM | one, MIN | other]
    for order in (rows, rows[::-1]):
        for part in [order] if several else [[row] for row in order]:
            create_list(connection, acme, part)
        assert value(connection, "SELECT count(*) FROM leads") == number


def test_a_mailbox_of_a_function_and_one_of_many_people_prove_equal_names_only(connection, acme):
    rows = [
        {"first_name": f"P{chr(97 + n)}xy", "last_name": "Ng", "email": email}
        for email in ("info@example.org", "many@example.org")
        for n in range(6)
    ]
    create_list(connection, acme, rows + rows)
    assert value(connection, "SELECT count(*) FROM leads") == 12
    create_list(connection, acme, rows, "again")
    assert value(connection, "SELECT count(*) FROM leads") == 12


def test_a_mailbox_is_found_in_all_its_forms(connection, acme):
    lead = add_lead(connection, acme, email="ana.lima@gmail.com", first_name="Ana")
    create_list(connection, acme, [{"email": "AnaLima+news@googlemail.com", "first_name": "Ana", "city": "Bath"}])
    assert connection.execute("SELECT id::text, city FROM leads").fetchall() == [(lead, "Bath")]


def test_a_source_may_hold_a_colon(connection, acme):
    lead = add_lead(connection, acme, email="a@example.org", source="crm:eu", source_id="7")
    other = add_lead(connection, acme, email="b@example.org", source="crm", source_id="eu:7")
    create_list(
        connection,
        acme,
        [
            {"source": "crm:eu", "source_id": "7", "phone": "(212) 555-0101"},
            {"source": "crm", "source_id": "eu:7", "phone": "(212) 555-0102"},
        ],
    )
    assert dict(connection.execute("SELECT id::text, phone FROM leads").fetchall()) == {lead: "+12125550101", other: "+12125550102"}


def test_an_empty_source_id_of_a_known_lead_is_filled_and_a_taken_one_stays(connection, acme):
    lead = add_lead(connection, acme, email="a@example.org")
    add_lead(connection, acme, email="b@example.org", source="crm", source_id="8", first_name="Bo", last_name="Ng")
    create_list(connection, acme, [{"email": "a@example.org", "source": "crm", "source_id": "7"}])
    assert connection.execute("SELECT source, source_id FROM leads WHERE id = %s", [lead]).fetchone() == ("crm", "7")
    other = add_lead(connection, acme, email="c@example.org", first_name="Cy", last_name="Oe")
    create_list(
        connection, acme, [{"email": "c@example.org", "source": "crm", "source_id": "8", "first_name": "Cy", "last_name": "Oe"}], "b"
    )
    assert value(connection, "SELECT source_id FROM leads WHERE id = %s", [other]) is None


def test_the_source_id_of_a_merged_lead_finds_its_person(connection, acme):
    keep = add_lead(connection, acme, email="a@example.org", source="crm", source_id="1", first_name="Ana", last_name="Lima")
    drop = add_lead(connection, acme, email="b@example.org", source="crm", source_id="2", first_name="Ana", last_name="Lima")
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    create_list(connection, acme, [{"source": "crm", "source_id": "2", "phone": "(212) 555-0101"}])
    assert connection.execute("SELECT id::text, phone FROM leads").fetchall() == [(keep, "+12125550101")]
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert column(connection, "SELECT source_id FROM leads ORDER BY 1") == ["1", "2"]


LOST = [{"phone": "+12075550102"}, {"mobile_phone": "+12075550102"}, {"email": "b.lima+x@gmail.com"}]


@pytest.mark.parametrize("lost", LOST, ids=["telephone", "mobile phone", "e-mail"])
def test_a_contact_of_a_merged_lead_finds_its_person(connection, acme, lost):
    keep = add_lead(connection, acme, email="a@example.org", phone="+12075550101", first_name="Ana", last_name="Lima")
    contacts = {name: "blima@gmail.com" if name == "email" else cell for name, cell in lost.items()}
    drop = add_lead(connection, acme, **{"email": "c@example.org", **contacts}, first_name="Ana", last_name="Lima")
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    create_list(connection, acme, [{**ANA, **lost, "city": "Bath"}])
    create_list(connection, acme, [{**lost, "state": "ME"}])
    assert connection.execute("SELECT id::text, city, state FROM leads").fetchall() == [(keep, "Bath", "ME")]
    # Somebody else with the contact is somebody else.
    create_list(connection, acme, [{"first_name": "Ben", "last_name": "Ng", **lost}])
    assert value(connection, "SELECT count(*) FROM leads") == 2


def test_two_people_whom_somebody_merged_are_the_one_lead_by_either_name_and_its_contact(connection, acme):
    ana = {**ANA, "phone": "+12075550101"}
    ben = {"first_name": "Ben", "last_name": "Ng", "phone": "+12075550102"}
    keep, drop = (add_lead(connection, acme, **one) for one in (ana, ben))
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    create_list(connection, acme, [ana, ben])
    for one in (ana, ben):
        create_list(connection, acme, [one])
    assert column(connection, "SELECT id::text FROM leads") == [keep]
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    create_list(connection, acme, [ben])
    assert people(connection) == ["Ana Lima", "Ben Ng"]


def test_a_contact_of_an_undone_or_other_businesses_merge_finds_nobody(connection, acme, other):
    for business in (acme, other):
        keep = add_lead(connection, business, email="a@example.org", **ANA)
        drop = add_lead(connection, business, phone="+12075550102", email="b@example.org", **ANA)
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges WHERE business_id = %s", [acme.id])
    create_list(connection, acme, [{**ANA, "phone": "+12075550102", "city": "Bath"}])
    found = connection.execute("SELECT business_id::text, email, city FROM leads WHERE city IS NOT NULL").fetchall()
    assert found == [(acme.id, "b@example.org", "Bath")]


@pytest.mark.parametrize("bare_first", [True, False])
@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ({"email": "jane@example.org"}, {"email": "tom@example.org"}, 2),
        ({"mobile_phone": "+12075550190"}, {"mobile_phone": "+12075550191"}, 2),
        ({"email": "jane@example.org"}, {"email": "info@example.org"}, 1),
        ({"email": "jane@example.org"}, {}, 1),
        ({"email": "jane@example.org"}, {"email": "Jane@example.org"}, 1),
    ],
)
def test_a_row_without_a_first_name_goes_by_its_own_contacts(connection, acme, bare_first, one, other, number):
    sent = [
        {"first_name": "Jane", "last_name": "Smith", "phone": "+12075550101", **one},
        {"last_name": "Smith", "phone": "+12075550101", **other},
    ]
    for row in sent[::-1] if bare_first else sent:
        create_list(connection, acme, [row])
    assert value(connection, "SELECT count(*) FROM leads") == number


def test_a_concurrent_call_with_an_older_snapshot_fails_and_makes_nobody_twice(connection, acme, database_url):
    rows = [{"email": "ana@example.org", "first_name": "Ana"}]
    errors: list[type] = []
    waiting = threading.Event()

    def call() -> None:
        with psycopg.connect(database_url) as other:
            other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            other.execute("SELECT count(*) FROM leads")  # the snapshot
            waiting.set()
            try:
                create_list(other, acme, rows, "two")
            except psycopg.errors.SerializationFailure as error:
                errors.append(type(error))

    thread = threading.Thread(target=call)
    with psycopg.connect(database_url) as first:
        first.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        create_list(first, acme, rows, "one")
        thread.start()
        assert waiting.wait(20)
        first.commit()
    thread.join(60)
    assert errors == [psycopg.errors.SerializationFailure]
    assert value(connection, "SELECT count(*) FROM leads") == 1
    # Tried again it is the same person.
    create_list(connection, acme, rows, "two")
    assert value(connection, "SELECT count(*) FROM leads") == 1


def test_tables_of_words_are_those_of_the_pipeline(connection):
    assert dict(connection.execute("SELECT nickname, formal_names FROM henk.given_names").fetchall()) == formal_names_by_nickname()
    words = [*PLACEHOLDERS, *map(str.upper, PLACEHOLDERS), *ROLES, "ana", "No", ""]
    assert column(connection, "SELECT henk.is_placeholder(w) FROM unnest(%s::text[]) w", [words]) == [
        word.lower() in PLACEHOLDERS for word in words
    ]
    assert column(connection, "SELECT henk.is_role_mailbox(w || '@x.org') FROM unnest(%s::text[]) w", [words]) == [
        word in ROLES for word in words
    ]


def test_names_agree_as_in_the_pipeline(connection):
    firsts = [
        "Ana",
        "Ana Maria",
        "A.",
        "Anna",
        "Bob",
        "Robert",
        "Lima",
        None,
        "Donor 1",
        "Donor 2",
        "Jean-Paul",
        "Łukasz",
        "Anas",
        "Ana Maria Jo",
        "Ana Mariana",
        "Rob",
    ]
    variants = [
        (first, last, birth)
        for first, (last, birth) in itertools.product(
            firsts, [("Lima", None), ("Lima Ng", "1970-01-01"), ("Ana", None), (None, "1971-01-01"), ("Ng 2", None)]
        )
    ]
    frame = pl.DataFrame(variants, schema={"first_name": pl.String, "last_name": pl.String, "birth_date": pl.String}, orient="row")
    named = names(frame.with_row_index("row"), "row")
    for number, kind in enumerate(("source_id", "email", "phone")):
        pairs = named.join(named, how="cross", suffix="_other").with_columns(
            pl.lit(kind).alias("kind"), pl.lit(kind == "email").alias("own_mailbox")
        )
        expected = pairs.select("row", "row_other", agrees().alias("agree")).rows()
        query = (
            "WITH n AS (SELECT n, henk.compared_name(f, l, b) AS name FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY u (f, l, b, n)) "
            "SELECT a.n::int - 1, b.n::int - 1, henk.names_agree(%s, a.name, b.name) FROM n a, n b ORDER BY 1, 2"
        )
        columns = [list(part) for part in zip(*variants, strict=True)]
        in_sql = connection.execute(query, [*columns, number]).fetchall()
        wrong = [(variants[a], variants[b], x, y) for (a, b, x), (_, _, y) in zip(expected, in_sql, strict=True) if x != y]
        assert wrong == [], kind
