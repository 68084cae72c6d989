"""Short names that two people of one telephone may bear: reviewed, or left apart, never merged automatically."""

from typing import Any

import pytest

from henk_pipeline.steps.match import Matched, Matching, match_people
from tests.unit.leads.people import people

PHONE = {"phone": "+12075550101"}
MAIL = {"email": "smith@example.org"}
HOME = {"street": "12 Maple Street", "city": "Portland", "state": "ME", "postal_code": "04101"}


def match(*rows: dict[str, Any], leads: int = 0) -> Matched:
    frame = people(*({"last_name": "Smith"} | row for row in rows)).rename({"line": "row"})
    known = {"leads": frame["row"][:leads], "new": frame["row"][leads:]} if leads else {}
    return match_people(frame, Matching(), **known)


def clusters(*rows: dict[str, Any], leads: int = 0) -> list[int]:
    return match(*rows, leads=leads).clusters.sort("row")["person"].to_list()


def named(*names: str, **key: str) -> list[dict[str, Any]]:
    return [{"first_name": name} | key for name in names]


FAMILIES = (
    "Abbott",
    "Burgess",
    "Conway",
    "Dalton",
    "Eastman",
    "Fielding",
    "Goddard",
    "Hodges",
    "Ingram",
    "Jarvis",
    "Kirkland",
    "Lambert",
    "Maynard",
    "Norris",
    "Osborne",
)


def families(names: list[str], *keys: str, leads: int = 0) -> list[int]:
    """Return how many people each family is: the first names of each have one family name and one telephone, mailbox or house of their own."""
    rows = [
        {"first_name": name, "last_name": FAMILIES[number]}
        | ({"phone": f"+1207555{1000 + 97 * number}"} if "phone" in keys else {})
        | ({"email": f"{FAMILIES[number].lower()}@example.org"} if "email" in keys else {})
        | (
            {"street": f"{11 + 7 * number} {FAMILIES[-1 - number]} Street", "city": "Portland", "postal_code": "04101"}
            if "home" in keys
            else {}
        )
        for place in range(len(names[0].split()))
        for number, name in enumerate(some.split()[place] for some in names)
    ]
    clusters_of = match(*rows, leads=leads * len(names)).clusters.sort("row")["person"].to_list()
    return [len(set(clusters_of[number :: len(names)])) for number in range(len(names))]


NAMES_OF_TWO = [
    "Jack Jackson", "Max Maxine", "Jan Janet", "Andrew Andrea", "Liz Lisa", "Beth Betty", "Hans Hannes", "Jess Jesse", "Dan Dana", "Joe Joan", "Emma Emily",
    "Molly Polly", "Ned Ted", "Micah Michael", "Mary Marilyn",
]  # fmt: skip
# A short form that one sex bears and a long form of the other, two short forms of two sexes, and a diminutive that somebody bears by itself.
NAMES_OF_TWO_SEXES = [
    "Hank Henrietta", "Fran Frank", "Gabe Gabby", "Mickey Michelle", "Andrea Andreina", "Rafa Rafaela", "Kenny Kendra", "Reggie Regina",
    "Clare Clarence", "Lawrence Laurinda", "Andy Andrea", "Sally Salvador", "Gus Augusta", "Joey Josephine", "Patty Patrick",
]  # fmt: skip
NAMES_OF_ONE = [
    "Bob Rob", "Bob Robert", "Liz Elizabeth", "Beth Elizabeth", "Betty Elizabeth", "Jack John", "Max Maximilian", "Ted Teddy", "Ted Edward", "Will Bill",
    "Kate Katie", "Hans Johannes", "Nell Nelly", "Peg Peggy", "Max Maxi",
]  # fmt: skip
READ_AS_TWO = [
    "Anthony Antonia Toni", "Christopher Christina Kris", "Jessica Jesse Jess", "Frederick Frederica Fred", "Terence Theresa Terry", "Albert Roberta Bert",
    "Charles Charlotte Charlie", "Samuel Samantha Sam", "Alexander Alexandra Alex", "Andrew Andrea Andy", "Elizabeth Bethany Beth", "Maximilian Maxine Max",
]  # fmt: skip

# The short form is listed as that of one of the two only.
READ_AS_ANOTHERS = [
    "Daniel Daniela Dani", "Philip Philippa Pip", "Ashley Asher Ash", "Benedict Benedicta Ben", "Eduardo Eduarda Edu", "Federico Federica Fede",
    "Fernando Fernanda Fer", "Rafael Rafaela Rafa", "Henry Henrietta Hank", "Gabriel Gabriella Gabby", "Kenneth Kendra Kenny", "Samuel Samuela Sam",
    "Leonard Leonie Leo", "Brianna Brian Bri", "Andrew Andrea Andy",
]  # fmt: skip


@pytest.mark.parametrize("keys", [("phone",), ("phone", "email", "home")], ids=["telephone", "all"])
@pytest.mark.parametrize("table", [NAMES_OF_TWO, NAMES_OF_TWO_SEXES], ids=["two", "two sexes"])
def test_names_that_two_of_a_family_bear_are_no_short_forms_of_each_other(table: list[str], keys: tuple[str, ...]) -> None:
    assert [names for names, count in zip(table, families(table, *keys), strict=True) if count != 2] == []


def test_short_forms_with_one_reading_at_the_telephone_stay_one_person() -> None:
    assert [names for names, count in zip(NAMES_OF_ONE, families(NAMES_OF_ONE, "phone"), strict=True) if count != 1] == []


@pytest.mark.parametrize("leads", [0, 2])
@pytest.mark.parametrize("keys", [("phone",), ("email",), ("phone", "home")], ids=["telephone", "e-mail", "home"])
@pytest.mark.parametrize("table", [READ_AS_TWO, READ_AS_ANOTHERS], ids=["two", "anothers"])
def test_a_short_form_that_fits_two_of_a_telephone_is_nobodys(table: list[str], keys: tuple[str, ...], leads: int) -> None:
    for order in ((0, 1, 2), (0, 2, 1)):
        names = [" ".join(some.split()[place] for place in order) for some in table]
        assert [some for some, count in zip(names, families(names, *keys, leads=leads), strict=True) if count != 3] == [], order


def test_initials_of_one_house_are_reviewed() -> None:
    rows = named("J.", "J.", **HOME)
    result = match(rows[0] | PHONE, rows[1])
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)
    assert len(set(clusters(rows[0] | PHONE, rows[1] | PHONE))) == 1


def test_a_short_form_without_a_telephone_is_nobodys_of_two_of_its_house() -> None:
    both = [row | HOME | PHONE for row in named("Frederick", "Frederica")]
    assert len(set(clusters(*both, *named("Fred", **HOME)))) == 3


def test_a_short_form_goes_with_the_one_of_its_mailbox_or_birth_date() -> None:
    mine = {"email": "smith.k4@aol.com"}
    born = {"birth_date": "1971-03-09"}
    for proof in (mine, born):
        one, other, short = clusters(*named("Frederick", **PHONE, **proof), *named("Frederica", **PHONE), *named("Fred", **PHONE, **proof))
        assert short == one != other


def test_a_short_form_of_a_family_of_one_reading_is_one_person() -> None:
    one, wife, short = clusters(*named("Frederick", "Helen", "Fred", **PHONE))
    assert short == one != wife


@pytest.mark.parametrize("key", [PHONE, MAIL, HOME], ids=["telephone", "e-mail", "home"])
def test_a_name_without_the_initial_is_nobodys_of_two_known_leads(key: dict[str, str]) -> None:
    assert len(set(clusters(*named("Mary E.", "Mary", "Mary A.", **key), leads=2))) == 3
    result = match(*named("Mary E.", "Mary A.", "Mary", **key), leads=2)
    assert len(set(result.clusters["person"])) == 3
    assert {(2, 4), (3, 4)} <= set(result.review_pairs.select("left", "right").iter_rows())


def test_a_row_without_a_first_name_is_nobodys_of_two_of_its_telephone() -> None:
    for leads in (0, 2):
        assert len(set(clusters(*named("Jane", "John", **PHONE), PHONE, leads=leads))) == 3


EXCHANGED = [("Ali", "Hassan"), ("Kim", "Lee"), ("James", "Taylor"), ("Min", "Kim")]


@pytest.mark.parametrize("name", EXCHANGED)
def test_names_in_each_others_place_are_one_person_by_an_equal_mailbox_only(name: tuple[str, str]) -> None:
    one, other = ({"first_name": name[0], "last_name": name[1]}, {"first_name": name[1], "last_name": name[0]})
    assert len(set(clusters(one | PHONE | MAIL, other | PHONE | MAIL))) == 1
    for key in (PHONE, PHONE | {"email": "info@example.org"}, PHONE | HOME):
        result = match(one | key, other | key)
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1), key


ALIKE_FAMILIES = [("Petersen", "Peterson"), ("Hansen", "Hanson"), ("Johnson", "Johnston"), ("Thompson", "Thomson")]


@pytest.mark.parametrize("families", ALIKE_FAMILIES)
def test_family_names_one_letter_apart_of_one_telephone_are_reviewed(families: tuple[str, str]) -> None:
    rows = [{"first_name": "Anna", "last_name": last} for last in families]
    result = match(*(row | PHONE for row in rows))
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)
    for proof in (MAIL, PHONE | HOME, PHONE | {"birth_date": "1971-03-09"}, PHONE | {"mobile_phone": "+12075550177"}):
        assert len(set(clusters(*(row | proof for row in rows)))) == 1, proof
