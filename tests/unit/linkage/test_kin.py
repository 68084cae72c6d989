"""Who is one person where two rows share a telephone, a street or an e-mail address."""

import hashlib
from itertools import permutations
from typing import Any

import polars as pl
import pytest

from tests.unit.linkage.kin import (
    COUPLES,
    EXCHANGED_SPELLINGS,
    NO_SPELLINGS,
    OF_A_HOUSEHOLD,
    OF_TWO_MAILBOXES,
    SHORT_FORMS_AND_SPELLINGS,
)
from tests.unit.linkage.test_people_of_one_name import match

Names = tuple[str, ...]
Contact = tuple[str, ...]  # "home", "phone", "born", and words of e-mail addresses


def household(number: int, names: Names, contacts: tuple[Contact, ...]) -> list[dict[str, Any]]:
    """Return the rows of a family that is alike to no other one."""
    letters = "".join(chr(97 + int(digit, 16)) for digit in hashlib.sha256(str(number).encode()).hexdigest())
    parts = {
        "home": {
            "street": f"{number * 37 + 5} {letters[:6].title()} Street",
            "city": letters[20:28].title(),
            "postal_code": f"{4000 + number * 13:05}",
        },
        "phone": {"phone": f"+1207{211 + number * 13}{1000 + number * 7919 % 9000}"},
        "own phone": {"phone": f"+1415{211 + number * 11}{1000 + number * 6547 % 9000}"},
        "born": {"birth_date": f"{1940 + number}-{number % 12 + 1:02}-{number % 28 + 1:02}"},
        "one": {"email": f"{letters[30:38]}@example.org"},
        "other": {"email": f"{letters[40:49]}@example.net"},
        "office": {"email": "info@example.net"},
        "domain": {"email": f"{letters[30:38]}@exampel.org"},
        "mailbox": {"email": f"{letters[31]}{letters[30]}{letters[32:38]}@example.org"},
    }
    rows = []
    for name, contact in zip(names, contacts, strict=True):
        row: dict[str, Any] = {"first_name": name, "last_name": letters[:12].title()}
        for part in contact:
            row |= parts.get(part) or {"email": f"{name.lower().replace(' ', '').rstrip('.')}.{part}@{letters[:9]}.example"}
        rows.append(row)
    return rows


def divided(households: list[list[dict[str, Any]]], *, likely: bool = True) -> tuple[list[int], list[int]]:
    """Return of each household how many people its rows are, and how many pairs of them are reviewed."""
    rows = [row for some in households for row in some]
    house = pl.DataFrame({"row": range(2, len(rows) + 2), "house": [n for n, some in enumerate(households) for _ in some]})
    result = match(*rows, likely=likely)
    house = house.with_columns(pl.col("row").cast(pl.Int64))
    assert result.clusters["row"].to_list() == house["row"].to_list()
    people = result.clusters.join(house, on="row").group_by("house").agg(pl.col("person").n_unique()).sort("house")["person"].to_list()
    pairs = result.review_pairs.join(house, left_on="left", right_on="row")["house"].to_list()
    return people, [pairs.count(n) for n in range(len(households))]


def wrong(table: list[Names], contacts: tuple[Contact, ...], number: int, *, likely: bool = True, reviewed: bool = False) -> list[Names]:
    """Return the names of a table that are not so many people, in either order of their rows, or not reviewed where they must be."""
    mistakes = []
    for turn in (1, -1):
        # Fewer than a hundred households: in a file of more, of which none has two given names, they are one damaged person's (HOUSE_PAIRS).
        people, reviews = divided([household(n, names[::turn], contacts[::turn]) for n, names in enumerate(table)], likely=likely)
        mistakes += [
            names for names, count, review in zip(table, people, reviews, strict=True) if count != number or (reviewed and not review)
        ]
    return mistakes


OF_ONE_HOME = (("home", "phone", "one"), ("home", "phone", "other"))


def test_two_of_a_household_with_mailboxes_of_their_own_are_reviewed() -> None:
    assert wrong(OF_A_HOUSEHOLD, OF_ONE_HOME, 2, likely=False) == []
    assert wrong(OF_A_HOUSEHOLD, OF_ONE_HOME, 2, reviewed=True) == []
    # Alike addresses are no slips of the keys where the names are in them.
    assert wrong(OF_A_HOUSEHOLD, (("home", "phone", "hale"), ("home", "phone", "hale")), 2, reviewed=True) == []


@pytest.mark.parametrize("contacts", [(("phone",), ("phone",)), (("one",), ("one",)), OF_ONE_HOME], ids=["telephone", "e-mail", "home"])
def test_a_couple_is_two_people(contacts: tuple[Contact, ...]) -> None:
    assert wrong(COUPLES, contacts, 2) == wrong(COUPLES, contacts, 2, likely=False) == []


@pytest.mark.parametrize("contact", ["phone", "one"])
def test_short_forms_of_two_names_are_no_slips_of_each_other(contact: str) -> None:
    names = [
        ("Anne", "Hanne"),
        ("Resi", "Rosi"),
        ("Lena", "Lene"),
        ("Hans", "Heinz"),
        ("Kees", "Klaas"),
        ("István", "Istvánné"),
        ("Béla", "Béláné"),
    ]
    assert wrong(names, ((contact,), (contact,)), 2) == []


def test_one_person_has_two_mailboxes() -> None:
    assert wrong(OF_TWO_MAILBOXES, OF_ONE_HOME, 1) == wrong(OF_TWO_MAILBOXES, OF_ONE_HOME, 1, likely=False) == []


ALIKE = [("Ana", "Ana María"), ("J. R.", "John Ronald"), ("Joan", "Joanna"), ("Katja", "Katia")]
# People bear both.
OF_TWO = [("Jun", "Juan"), ("Asha", "Usha"), ("Jayden", "Jaden"), ("Ji-woo", "Ji-won"), ("Amr", "Amir"), ("Rakesh", "Rajesh")]


@pytest.mark.parametrize(
    ("one", "other"),
    [(("one",), ("one",)), (("one",), ()), ((), ()), (("one",), ("office",)), (("one",), ("domain",)), (("one",), ("mailbox",))],
    ids=["one mailbox", "one has none", "none", "of a function", "domain misspelt", "misspelt"],
)
def test_alike_names_of_one_telephone_and_street_that_nothing_contradicts_are_one(one: Contact, other: Contact) -> None:
    contacts = (("home", "phone", *one), ("home", "phone", *other))
    assert wrong(ALIKE, contacts, 1) == []
    assert wrong(OF_TWO, contacts, 2, reviewed=True) == []


def test_twins_with_telephones_of_their_own_are_reviewed() -> None:
    twins = [
        ("Anna", "Anne"),
        ("Emma", "Emily"),
        ("Ella", "Elle"),
        ("Marie", "Maria"),
        ("Joan", "Joanna"),
        ("Asha", "Usha"),
        ("Jamal", "Jamil"),
    ]
    assert wrong(twins, (("home", "born", "phone"), ("home", "born", "own phone")), 2, reviewed=True) == []
    ones = [("Anna", "Anna"), ("Bob", "Robert"), ("Katherine", "Catherine"), ("Jürgen", "Juergen"), ("Chris", "Christopher")]
    assert wrong(ones, (("home", "born", "phone"), ("home", "born", "own phone")), 1) == []


@pytest.mark.long
@pytest.mark.parametrize("bridge", [0, 1])
def test_two_of_a_household_do_not_meet_through_a_row_without_a_mailbox(bridge: int) -> None:
    table = [
        ("Jack", "Jackie"),
        ("Yuki", "Yuko"),
        ("Asha", "Usha"),
        ("Ana", "Ana María"),
        ("Ji-woo", "Ji-won"),
        ("Jayden", "Jaden"),
        ("Jun", "Juan"),
    ]
    rows = [household(n, (*names, names[bridge]), (*OF_ONE_HOME, ("home", "phone"))) for n, names in enumerate(table)]
    for order in permutations(range(3)):
        shuffled = [some[place] for place in order for some in rows]
        persons = match(*shuffled).clusters["person"].to_list()
        persons = [persons[order.index(n) * len(table) : (order.index(n) + 1) * len(table)] for n in (0, 1)]
        assert [names for names, one, other in zip(table, *persons, strict=True) if one == other] == []


CONTACTS = pytest.mark.parametrize("contact", [("one",), ("phone",), ("phone", "one"), ("home", "one")], ids=" and ".join)


@CONTACTS
def test_short_forms_and_spellings_of_one_contact_are_one_person(contact: Contact) -> None:
    assert wrong(SHORT_FORMS_AND_SPELLINGS, (contact, contact), 1, likely=False) == []
    assert wrong(SHORT_FORMS_AND_SPELLINGS, (contact, contact), 1) == []


@CONTACTS
def test_other_names_of_one_contact_are_two_people(contact: Contact) -> None:
    assert wrong(NO_SPELLINGS, (contact, contact), 2, likely=False) == []


@pytest.mark.parametrize(("one", "other"), EXCHANGED_SPELLINGS)
def test_names_exchanged_in_another_spelling_are_one_person_of_a_mailbox(one: Names, other: Names) -> None:
    contacts = ({"email": "violet77@example.org"}, {"email": "gardener@example.net"})
    rows = [{"first_name": first, "last_name": last} | contacts[0] for first, last in (one, other)]
    for some in (rows, rows[::-1]):
        assert divided([some], likely=False)[0] == [1]
    assert divided([[rows[0], rows[1] | {"last_name": "Okafor"}]], likely=False)[0] == [2]
    # Not of a telephone with two mailboxes, unless these are names as they stand: Kim Min and Min Kim are divided by another rule.
    two = [
        {"first_name": first, "last_name": last, "phone": "+12075550101"} | mail
        for (first, last), mail in zip((one, other), contacts, strict=True)
    ]
    assert divided([two], likely=False)[0] == [2]
