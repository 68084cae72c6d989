"""create_lead_list_from_csv: what a client sends becomes leads, each person once."""

import re
import time

import psycopg
import pytest

from tests.integration.database.acting import add_lead, column, create_list, value


def test_duplicates_inside_the_array_become_one_lead_with_the_values_of_all(connection, acme):
    lead_list = create_list(
        connection,
        acme,
        [
            {"email": "ANA@example.org", "tags": ["a"], "Shoe size": 38},
            {"email": "bo@example.org", "first_name": "Bo"},
            {
                "email": "ana@example.org",
                "phone": "(212) 555-0101",
                "first_name": "Ana",
                "tags": ["a", "b"],
                "custom_fields": {"Pet": "cat"},
            },
            {"phone": "212.555.0101", "last_name": "Lima", "city": "Bath", "Shoe size": 40},
        ],
    )
    assert connection.execute(
        "SELECT first_name, last_name, email, phone, city, tags, custom_fields FROM leads ORDER BY email"
    ).fetchall() == [
        ("Ana", "Lima", "ana@example.org", "+12125550101", "Bath", ["a", "b"], {"Shoe size": 38, "Pet": "cat"}),
        ("Bo", None, "bo@example.org", None, None, [], {}),
    ]
    assert value(connection, "SELECT lead_count FROM lead_lists WHERE id = %s", [lead_list]) == 2


def test_on_a_shared_phone_each_first_name_is_a_person(connection, acme):
    create_list(
        connection,
        acme,
        [
            {"first_name": "Ana", "phone": "2125550101"},
            {"first_name": "Bo", "phone": "2125550101"},
            {"first_name": "ana maria", "phone": "2125550101"},
        ],
    )
    assert column(connection, "SELECT first_name FROM leads ORDER BY 1") == ["Ana", "Bo"]


def test_many_people_who_share_one_phone_take_no_time_of_their_square(connection, acme):
    people = [{"first_name": f"First{n % 97}", "last_name": f"Last{n}", "phone": "2125550101"} for n in range(8000)]
    connection.execute("SET statement_timeout = '15s'")  # by 0032 4,000 people took 8 s, and twice as many four times as long
    create_list(connection, acme, [*people, {"first_name": "FIRST5", "last_name": "last5", "phone": "(212) 555-0101"}])
    assert value(connection, "SELECT count(*) FROM leads") == 8000


def test_a_chain_of_rows_that_share_one_key_each_is_one_person(connection, acme):
    chain = []
    for n in range(300):
        chain.append({"email": f"p{n}@example.org", "source_id": str(n)})
        chain.append({"email": f"p{n}@example.org", "source_id": str(n + 1)})
    create_list(connection, acme, chain[::2] + chain[1::2])
    assert value(connection, "SELECT count(*) FROM leads") == 1


def test_known_leads_are_found_by_email_then_phone_and_filled_in_where_they_are_empty(connection, acme, other):
    by_email = add_lead(connection, acme, email="ana@example.org", city="Bath", tags=["old"], custom_fields={"k": 1})
    by_phone = add_lead(connection, acme, mobile_phone="+12125550101", first_name="Bo")
    add_lead(connection, acme, phone="+12125550102", first_name="Di")
    add_lead(connection, other, email="ana@example.org")
    lead_list = create_list(
        connection,
        acme,
        [
            {"email": "Ana@example.org", "city": "Paris", "state": "NY", "tags": "new, old", "k": 2, "j": 3},
            {"phone": "(212) 555-0101", "last_name": "Ng"},
            {"phone": "(212) 555-0102", "first_name": "Cy"},
        ],
    )
    found = connection.execute("SELECT id::text, city, state, tags, custom_fields, last_name FROM leads WHERE business_id = %s", [acme.id])
    rows = {row[0]: row[1:] for row in found}
    assert rows[by_email] == ("Bath", "NY", ["old", "new"], {"k": 1, "j": 3}, None)
    assert rows[by_phone] == (None, None, [], {}, "Ng")
    assert len(rows) == 4
    assert value(connection, "SELECT lead_count FROM lead_lists WHERE id = %s", [lead_list]) == 3


def test_a_known_lead_without_a_name_is_the_first_of_those_who_share_its_phone(connection, acme):
    nameless = add_lead(connection, acme, phone="+12125550101")
    create_list(connection, acme, [{"first_name": "Ana", "phone": "2125550101"}, {"first_name": "Bo", "phone": "2125550101"}])
    assert connection.execute("SELECT id::text = %s, first_name FROM leads ORDER BY 2", [nameless]).fetchall() == [
        (True, "Ana"),
        (False, "Bo"),
    ]


def test_two_persons_of_the_array_that_are_one_lead_become_one_member(connection, acme):
    add_lead(connection, acme, email="ana@example.org", phone="+12125550101")
    create_list(connection, acme, [{"email": "ana@example.org", "city": "Bath"}, {"phone": "2125550101", "state": "NY"}])
    assert connection.execute("SELECT count(*), min(city), min(state) FROM leads").fetchone() == (1, "Bath", "NY")
    assert value(connection, "SELECT lead_count FROM lead_lists") == 1


def test_an_opt_out_is_taken_over_and_never_taken_back(connection, acme):
    add_lead(connection, acme, email="ana@example.org", dnc=True)
    create_list(
        connection,
        acme,
        [
            {"email": "ana@example.org", "dnc": False},
            {"phone": "2125550101", "do_not_call": "Yes", "email": "b@example.org", "email_opt_out": 1},
        ],
    )
    assert connection.execute("SELECT email, dnc, do_not_call, email_opt_out FROM leads ORDER BY 1").fetchall() == [
        ("ana@example.org", True, False, False),
        ("b@example.org", False, True, True),
    ]
    assert connection.execute("SELECT channel, value FROM suppressions ORDER BY 1").fetchall() == [
        ("email", "b@example.org"),
        ("phone", "+12125550101"),
    ]
    create_list(connection, acme, [{"email": "b@example.org", "do_not_call": "no"}], "Again")
    assert value(connection, "SELECT count(*) FROM leads WHERE do_not_call") == 1


def test_the_same_rows_under_the_same_name_are_the_same_list(connection, acme):
    rows = [{"email": "ana@example.org"}]
    first = create_list(connection, acme, rows)
    before = connection.execute("SELECT xmin, * FROM leads").fetchall()
    assert create_list(connection, acme, rows) == first
    assert create_list(connection, acme, [*rows, {"email": "bo@example.org"}]) != first
    assert create_list(connection, acme, rows, "Other name") != first
    assert value(connection, "SELECT count(*) FROM leads") == 2
    assert connection.execute("SELECT xmin, * FROM leads WHERE email = 'ana@example.org'").fetchall() == before


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        ([{"email": "a@example.org"}, 3, "x", None, []], "no objects: 2, 3, 4, 5"),
        ([{"email": "a@example.org"}, {"first_name": "Bo"}, {"email": " ", "phone": ""}], "neither phone, mobile_phone nor email: 2, 3"),
        ([{"email": {"a": 1}}, {"email": "a@example.org"}], "an object or a list where a text belongs: 1"),
        ([{"email": "a@example.org", "dnc": "perhaps"}], "a consent flag that says neither yes nor no: 1"),
        ([{"phone": "1" * 101}], "a phone of more than 100"),
        ([{"email": "a@example.org", "source_id": "x" * 256}], "source_id more than 255"),
        ({"email": "a@example.org"}, "an array of objects"),
        ("[]", "an array of objects"),
        (None, "an array of objects"),
    ],
)
def test_elements_that_cannot_be_leads_fail_the_whole_call_with_their_positions(connection, acme, leads, said):
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=said):
        create_list(connection, acme, leads)
    assert value(connection, "SELECT (SELECT count(*) FROM leads) + (SELECT count(*) FROM lead_lists)") == 0


@pytest.mark.parametrize(
    ("cell", "country", "number"),
    [
        ("tel. 212-555-0115", "US", "+12125550115"),
        ("(212) 555-0114 cell", "US", "+12125550114"),
        ("h: 212-555-0136, w: 212-555-0137", "US", "+12125550136"),
        ("212-555-0102 / 212-555-0103", "US", "+12125550102"),
        ("2125550130/2125550131", "US", "+12125550130"),
        ("212 555 0112 or 212 555 0113", "US", "+12125550112"),
        ("212-555-0117\n212-555-0118", "US", "+12125550117"),
        ("030/1234567", "DE", "+49301234567"),
        ("030/1234567, 0171/2345678", "DE", "+49301234567"),
        ("fax 212-555-0135; cell: 212-555-0134", "US", "+12125550134"),
        ("212-555-0132 / fax 212-555-0133", "US", "+12125550132"),
        ("fax 212-555-0101", "US", None),
        ("212-555-0106 (fax)", "US", None),
        ("F: 212-555-0107", "US", None),
        ("Telefax: 030 1234567", "DE", None),
        ("pager 212-555-0110", "US", None),
        ("212 555 0111 wrong number", "US", None),
        ("call after 5: 212-555-0139", "US", "call after 5: 212-555-0139"),
        ("555-0138", "US", "555-0138"),
    ],
)
def test_a_cell_of_numbers_gives_the_first_that_is_somebodys_telephone(connection, acme, cell, country, number):
    create_list(connection, acme, [{"first_name": "Ana", "email": "ana@example.org", "phone": cell, "country": country}])
    phone, fields = connection.execute("SELECT phone, custom_fields FROM leads").fetchone()
    assert phone == number
    assert fields in ({}, {"phone_as_sent": cell})
    assert fields or len(re.findall(r"\d", cell)) <= 11


@pytest.mark.parametrize("name", ["", "   ", None])
def test_a_list_has_a_name(connection, acme, name):
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="1 to 255"):
        create_list(connection, acme, [], name)


def test_hostile_values_are_only_values(connection, acme):
    nasty = ["'); DROP TABLE leads; --", "$$; SELECT 1; $$", "\\", "{}", "NULL", "%s", "\u202etxet", "1e400", "null"]
    rows = [{"email": f"n{n}@example.org", "first_name": cell, "city": cell, cell: cell} for n, cell in enumerate(nasty)]
    create_list(
        connection,
        acme,
        [*rows, {"phone": 2125550101, "Score": 10**300, "lead_score": 1000, "id": "x", "business_id": "y", "deep": {"a": [1]}}],
    )
    assert column(connection, "SELECT city FROM leads WHERE email IS NOT NULL ORDER BY email") == nasty
    phone, score, custom = connection.execute("SELECT phone, lead_score, custom_fields FROM leads WHERE email IS NULL").fetchone()
    assert (phone, score) == ("+12125550101", 0)
    assert custom == {"Score": 10**300, "lead_score": 1000, "id": "x", "business_id": "y", "deep": {"a": [1]}}


def test_nul_escapes_fail_cleanly(connection, acme):
    with pytest.raises(psycopg.errors.UntranslatableCharacter):
        value(connection, "SELECT create_lead_list_from_csv(%s, 'x', %s::jsonb)", [acme.id, '[{"email": "a\\u0000@example.org"}]'])
    assert value(connection, "SELECT count(*) FROM lead_lists") == 0


@pytest.mark.long
def test_a_hundred_thousand_elements_are_one_call(connection, acme):
    rows = [{"email": f"p{n % 90_000}@example.org", "first_name": f"First{n % 90_000}"} for n in range(100_000)]
    started = time.monotonic()
    lead_list = create_list(connection, acme, rows)
    assert value(connection, "SELECT lead_count FROM lead_lists WHERE id = %s", [lead_list]) == 90_000
    assert time.monotonic() - started < 60  # minutes, where each row would recount the list
