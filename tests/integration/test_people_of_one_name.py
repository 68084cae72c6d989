"""People of one name stay apart across files and in lists that clients send, as within a file."""

import hashlib
from itertools import permutations
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.integration.database.acting import acting_as, add_user
from tests.integration.uploading import add_business, upload
from tests.unit.linkage.alike import NAMES_OF_A_COUPLE, NAMES_OF_ONE, NAMES_OF_TWO
from tests.unit.linkage.kin import OF_A_HOUSEHOLD, OF_TWO_MAILBOXES, SHORT_FORMS_AND_SPELLINGS

HEADER = "First Name,Last Name,Suffix,Email,Phone,Street,City,State,ZIP,Birthdate\n"
HOME = "12 Maple Street,Portland,ME,04101"


def line(first: str, last: str, suffix: str = "", birth: str = "", phone: str = "207-555-0142") -> str:
    return f"{first},{last},{suffix},smith@example.org,{phone},{HOME},{birth}\n"


DIFFERENT = [
    (line("John", "Smith Sr."), line("John", "Smith Jr.")),
    (line("John", "Smith", "Sr."), line("John", "Smith", "Jr.")),
    (line("John", "Smith", "III"), line("John", "Smith IV")),
    (line("Jean", "Dupont père"), line("Jean", "Dupont", "fils")),
    (line("Daniel", "Smith"), line("Danielle", "Smith")),
    (line("John A.", "Smith"), line("John B.", "Smith")),
    (line("James", "Smith", birth="1951-02-11"), line("Jamie", "Smith", birth="1982-09-30")),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_people_of_one_home_stay_two_leads(connection: psycopg.Connection, tmp_path: Any, one: str, other: str) -> None:
    business = add_business(connection)
    upload(connection, tmp_path, HEADER + one)
    upload(connection, tmp_path, HEADER + other)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    # Nor does either come again as a third.
    outcome = upload(connection, tmp_path, HEADER + other + one)
    assert (outcome.leads_inserted, connection.execute("SELECT count(*) FROM leads").fetchone()) == (0, (2,))
    reviewed = connection.execute("SELECT count(*) FROM lead_duplicate_candidates WHERE business_id = %s", [business]).fetchone()
    # A couple is two people, which nobody need be asked.
    assert reviewed == (0 if "Danielle" in other else 1,)


MIDDLE = "First Name,Middle Name,Last Name,Email,Phone,Street,City,State,ZIP\n"


def of_middle(middle: str) -> str:
    return f"John,{middle},Smith,smith@example.org,207-555-0142,{HOME}\n"


@pytest.mark.long
def test_middle_names_in_their_own_column_stay_two_leads(connection: psycopg.Connection, tmp_path: Any) -> None:
    add_business(connection)
    upload(connection, tmp_path, MIDDLE + of_middle("A."))
    upload(connection, tmp_path, MIDDLE + of_middle("Brian"))
    upload(connection, tmp_path, HEADER + line("John B.", "Smith"))
    assert connection.execute("SELECT first_name, custom_fields FROM leads ORDER BY created_at").fetchall() == [
        ("John", {"Middle Name": "A."}), ("John", {"Middle Name": "Brian"}),
    ]  # fmt: skip
    outcome = upload(connection, tmp_path, MIDDLE + of_middle("Brian") + of_middle("A."))
    assert (outcome.leads_inserted, connection.execute("SELECT count(*) FROM leads").fetchone()) == (0, (2,))


def test_initials_and_titles_find_their_lead(connection: psycopg.Connection, tmp_path: Any) -> None:
    add_business(connection)
    upload(connection, tmp_path, HEADER + line("John R.", "Smith") + line("Amos", "Lind", phone="207-555-0143"))
    upload(connection, tmp_path, HEADER + line("J.R.", "Smith") + line("Dr. Amos", "Lind", phone="207-555-0143"))
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)


@pytest.mark.parametrize(("birth", "number"), [("", 2), ("1950-03-04", 1)])
def test_a_generation_that_one_file_lacks_is_reviewed_without_a_birth_date(
    connection: psycopg.Connection, tmp_path: Any, birth: str, number: int
) -> None:
    add_business(connection)
    upload(connection, tmp_path, HEADER + line("John", "Smith", birth=birth))
    upload(connection, tmp_path, HEADER + line("John", "Smith", "Jr.", birth=birth))
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (number,)
    assert connection.execute("SELECT count(*) FROM lead_duplicate_candidates").fetchone() == (number - 1,)


def send(connection: psycopg.Connection, business: Any, *people: dict[str, str]) -> list[Any]:
    connection.execute("SELECT create_lead_list_from_csv(%s, 'sent', %s)", [business, Jsonb(list(people))])
    return connection.execute("SELECT id FROM leads ORDER BY 1").fetchall()


@pytest.mark.parametrize("together", [True, False], ids=["one file", "two files"])
@pytest.mark.parametrize("has_home", [True, False], ids=["home", "telephone only"])
@pytest.mark.parametrize(("names", "number"), [(NAMES_OF_TWO + NAMES_OF_A_COUPLE, 2), (NAMES_OF_ONE, 1)], ids=["two people", "one person"])
def test_names_that_begin_alike_at_one_telephone(
    connection: psycopg.Connection, tmp_path: Any, *, together: bool, has_home: bool, names: list[tuple[str, str]], number: int
) -> None:
    add_business(connection)
    # Families that are alike in nothing.
    families = ["".join(chr(97 + int(digit, 16)) for digit in hashlib.sha256(str(n).encode()).hexdigest()[:12]) for n in range(len(names))]
    files: list[list[str]] = [[], []]
    for n, (pair, last) in enumerate(zip(names, families, strict=True)):
        home = f"{n * 37 + 5} {last[:6].title()} Street,Portland,ME,{4000 + n * 13:05}" if has_home else ",,,"
        for lines, first in zip(files, pair, strict=True):
            lines.append(f"{first},{last},,,207-{211 + n * 13}-{1000 + n * 7919 % 9000},{home},\n")
    for lines in [[*files[0], *files[1]]] if together else files:
        upload(connection, tmp_path, HEADER + "".join(lines))
    found = dict(connection.execute("SELECT lower(last_name), count(*) FROM leads GROUP BY 1").fetchall())
    assert [pair for pair, last in zip(names, families, strict=True) if found.get(last) != number] == []
    # Nor does anybody come again as another.
    upload(connection, tmp_path, HEADER + "".join(files[1] + files[0]))
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (number * len(names),)


@pytest.mark.parametrize("together", [True, False], ids=["one file", "two files"])
@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "in the other order"])
@pytest.mark.parametrize(
    ("names", "mailboxes", "number"),
    [
        (OF_A_HOUSEHOLD, ("violet", "gardener"), 2), (OF_TWO_MAILBOXES, ("violet", "gardener"), 1),
        (SHORT_FORMS_AND_SPELLINGS, ("violet", "violet"), 1),
    ],
    ids=["a household", "two mailboxes", "one mailbox"],
)  # fmt: skip
def test_households_and_spellings_of_one_telephone_and_street(
    connection: psycopg.Connection,
    tmp_path: Any,
    *,
    together: bool,
    turn: int,
    names: list[tuple[str, str]],
    mailboxes: tuple[str, str],
    number: int,
) -> None:
    business = add_business(connection)
    families = ["".join(chr(97 + int(digit, 16)) for digit in hashlib.sha256(str(n).encode()).hexdigest()[:12]) for n in range(len(names))]
    files: list[list[str]] = [[], []]
    for n, (pair, last) in enumerate(zip(names, families, strict=True)):
        home = f"{n * 37 + 5} {last[:6].title()} Street,Portland,ME,{4000 + n * 13:05}"
        for lines, first, mailbox in zip(files, pair, mailboxes, strict=True):
            lines.append(f"{first},{last},,{mailbox}.{last[3:9]}@example.org,207-{211 + n * 11 % 700}-{1000 + n * 7919 % 9000},{home},\n")
    for lines in [[*files[0], *files[1]][::turn]] if together else files[::turn]:
        upload(connection, tmp_path, HEADER + "".join(lines))
    found = dict(connection.execute("SELECT lower(last_name), count(*) FROM leads GROUP BY 1").fetchall())
    assert [pair for pair, last in zip(names, families, strict=True) if found.get(last) != number] == []
    if names == OF_A_HOUSEHOLD:
        asked = connection.execute("SELECT count(*) FROM lead_duplicate_candidates WHERE business_id = %s", [business]).fetchone()
        assert asked == (len(names),)


@pytest.mark.parametrize("together", [True, False], ids=["one file", "two files"])
@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("a@example.org,", "b@example.org,", 2), (",1950-03-04", ",1981-11-23", 2), (",", ",", 2), ("a@example.org,", "a@example.org,", 1),
        (",1950-03-04", ",1950-03-04", 1),
    ],
)  # fmt: skip
def test_names_in_each_others_place_at_one_telephone(
    connection: psycopg.Connection, tmp_path: Any, *, together: bool, one: str, other: str, number: int
) -> None:
    add_business(connection)
    header, lines = "First Name,Last Name,Phone,Email,Birthdate\n", [f"Kim,Min,207-555-0142,{one}\n", f"Min,Kim,207-555-0142,{other}\n"]
    for part in ["".join(lines)] if together else lines:
        upload(connection, tmp_path, header + part)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (number,)
    assert connection.execute("SELECT count(*) FROM lead_duplicate_candidates").fetchone() == (number - 1,)


@pytest.mark.parametrize("order", list(permutations(["John", "Jane", "J."])), ids=" ".join)
def test_an_initial_brings_nobody_together_in_any_order_of_files(
    connection: psycopg.Connection, tmp_path: Any, order: tuple[str, ...]
) -> None:
    add_business(connection)
    for first in [*order, *order]:
        upload(connection, tmp_path, f"First Name,Last Name,Phone\n{first},Smith,207-555-0142\n")
    assert connection.execute("SELECT first_name FROM leads ORDER BY 1").fetchall() == [("J.",), ("Jane",), ("John",)]
    assert connection.execute("SELECT count(*) FROM lead_duplicate_candidates").fetchone() == (2,)


@pytest.mark.parametrize("together", [True, False], ids=["one call", "two calls"])
def test_generations_stay_two_leads_in_lists_that_clients_send(connection: psycopg.Connection, together: bool) -> None:  # noqa: FBT001
    business = add_business(connection)
    john = {"first_name": "John", "last_name": "Smith", "phone": "+12075550142", "email": "smith@example.org"}
    senior, junior = john | {"last_name": "Smith Sr."}, john | {"Suffix": "Jr."}
    found = (
        send(connection, business, senior, junior)
        if together
        else (send(connection, business, senior), send(connection, business, junior))[1]
    )
    assert len(found) == 2
    # A row without a generation is nobody's of the two.
    assert len(send(connection, business, john)) == 3
    assert len(send(connection, business, senior, junior)) == 3


@pytest.mark.long
@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("email_of_ann", ["ann@example.org", ""])
@pytest.mark.parametrize(
    "names", [("Ann", "Lee", "Bob", "Roe"), ("Ann 66", "Lee 66", "Bob 56", "Roe 56"), ("Fay66", "Lee66", "Fay56", "Lee56")]
)
def test_two_people_whom_somebody_merged_stay_one_lead_when_a_file_names_both(
    connection: psycopg.Connection, tmp_path: Any, kept: int, email_of_ann: str, names: tuple[str, ...]
) -> None:
    business = add_business(connection)
    ann = f"{names[0]},{names[1]},,{email_of_ann},207-555-0166,,,,,\n"
    bob = f"{names[2]},{names[3]},,bob@example.org,207-555-0156,,,,,\n"
    upload(connection, tmp_path, HEADER + ann + bob)
    leads = [row[0] for row in connection.execute("SELECT id FROM leads ORDER BY phone").fetchall()]
    with acting_as(connection, add_user(connection, business, "owner")) as owner:
        owner.execute("SELECT merge_leads(%s, %s)", [leads[kept], leads[1 - kept]])
    third = "Cleo,Day,,cleo@example.org,207-555-0199,,,,,\n"
    for text in (bob, ann, ann + bob, bob + third + ann):
        upload(connection, tmp_path, HEADER + text)
        seen = connection.execute("SELECT count(*) FROM leads WHERE first_name IS DISTINCT FROM 'Cleo'").fetchone()
        assert seen == (1,), text


def test_two_people_whom_somebody_merged_are_two_again_when_taken_apart(connection: psycopg.Connection, tmp_path: Any) -> None:
    business = add_business(connection)
    both = "Ann,Lee,,ann@example.org,207-555-0166,,,,,\nBob,Roe,,bob@example.org,207-555-0156,,,,,\n"
    upload(connection, tmp_path, HEADER + both)
    leads = [row[0] for row in connection.execute("SELECT id FROM leads ORDER BY phone").fetchall()]
    with acting_as(connection, add_user(connection, business, "owner")) as owner:
        owner.execute("SELECT merge_leads(%s, %s)", leads)
        owner.execute("SELECT unmerge_leads(id) FROM lead_merges")
    upload(connection, tmp_path, HEADER + both + "Cleo,Day,,cleo@example.org,207-555-0199,,,,,\n")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (3,)


@pytest.mark.parametrize("together", [True, False], ids=["one file", "two files"])
@pytest.mark.parametrize(
    ("column", "one", "other", "number"),
    [
        ("Title", "Mr.", "Mrs.", 2),
        ("Gender", "F", "M", 2),
        ("Relation", "father", "son", 2),
        ("Title", "Mr.", "Mr.", 1),
        ("Gender", "F", "", 1),
    ],
)
def test_columns_that_say_more_of_two_people_of_one_name(
    connection: psycopg.Connection, tmp_path: Any, *, together: bool, column: str, one: str, other: str, number: int
) -> None:
    add_business(connection)
    header = f"{column},First Name,Last Name,Phone,Email\n"
    lines = [f"{cell},Robin,Smith,207-555-0142,smith@example.org\n" for cell in (one, other)]
    for part in ["".join(lines)] if together else lines:
        upload(connection, tmp_path, header + part)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (number,)
    assert connection.execute("SELECT count(*) FROM lead_duplicate_candidates").fetchone() == (number - 1,)
    # Nobody comes again as another.
    upload(connection, tmp_path, header + "".join(lines))
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (number,)


def test_two_companies_without_names_are_two_leads(connection: psycopg.Connection, tmp_path: Any) -> None:
    add_business(connection)
    for company in ("Acme LLC", "Beta Foundation", "ACME L.L.C."):
        upload(connection, tmp_path, f"Company,Phone,Email\n{company},207-555-0142,main@example.org\n")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
