"""Namesakes of one town are not merged, whichever came first; one person whose contact, home or birth date is the same is found."""

import itertools
from typing import Any

import polars as pl
import pytest

from henk_pipeline.steps.match import Matched, Matching, match_people
from tests.unit.leads.people import people
from tests.unit.linkage.namesakes import town_of_namesakes

TOWN = {"city": "Albany", "state": "NY"}
ONE = TOWN | {"email": "maria.g@gmail.com", "phone": "+15182620001", "street": "12 Oak St", "postal_code": "12203"}
OTHER = TOWN | {"email": "mgarcia77@yahoo.com", "phone": "+15187419942", "street": "305 Elm St", "postal_code": "12208"}
COMMON = {"first_name": "Maria", "last_name": "Garcia"}
RARE = {"first_name": "Ottoline", "last_name": "Quackenbush"}


def match(*rows: dict[str, Any], lead_count: int = 0) -> Matched:
    """Match rows, of which the first `lead_count` are leads."""
    frame = people(*rows).rename({"line": "row"})
    new = frame["row"][lead_count:] if lead_count else None
    return match_people(frame, Matching(), new=new, population=frame.height, leads=frame["row"][:lead_count])


def persons_of(*rows: dict[str, Any], lead_count: int = 0) -> list[int]:
    return match(*rows, lead_count=lead_count).clusters["person"].to_list()


@pytest.mark.parametrize("lead_count", [0, 300])
@pytest.mark.parametrize(("seed", "missing"), [(1, 0.0), (2, 0.0), (3, 0.3), (4, 0.6)])
def test_no_two_of_a_town_of_namesakes_are_merged(seed: int, missing: float, lead_count: int) -> None:
    rows = town_of_namesakes(425, seed, missing)
    names = [(row["first_name"], row["last_name"]) for row in rows]
    assert len(set(names)) < 350
    merged = match(*rows, lead_count=lead_count).clusters.filter(pl.col("person").is_duplicated()).sort("person")
    assert [rows[row - 2] for row in merged["row"]] == []


def test_people_of_a_town_whose_files_come_again_are_found() -> None:
    rows = town_of_namesakes(200, 5)
    changes = [
        {"email": None, "street": "7 New Way"}, {"phone": None, "street": None}, {"phone": None, "email": None},
        {"email": None, "street": None, "postal_code": None},
    ]  # fmt: skip
    again = [row | changes[number % 4] for number, row in enumerate(rows)]
    persons = persons_of(*rows, *again, lead_count=200)
    assert [number for number in range(200) if persons[number] != persons[number + 200]] == []
    assert len(set(persons)) == 200


@pytest.mark.parametrize(("name", "asked"), [(COMMON, 0), (RARE, 1)])
@pytest.mark.parametrize("lead_count", [0, 1])
def test_namesakes_with_other_contacts_and_homes_are_reviewed_at_most(name: dict[str, Any], asked: int, lead_count: int) -> None:
    for one, other in ((ONE, OTHER), (OTHER, ONE)):
        result = match(one | name, other | name, lead_count=lead_count)
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, asked)


@pytest.mark.parametrize(
    "missing",
    [{"street": None}, {"email": None}, {"phone": None}, {"email": None, "street": None}, {"phone": None, "street": None}, {"street": None, "postal_code": "12203"}],
)  # fmt: skip
@pytest.mark.parametrize("name", [COMMON, RARE])
def test_what_one_side_lacks_proves_nothing(name: dict[str, Any], missing: dict[str, Any]) -> None:
    for one, other in ((ONE | missing, OTHER), (ONE, OTHER | missing), (ONE | missing, OTHER | missing)):
        assert len(set(persons_of(one | name, other | name))) == 2


@pytest.mark.parametrize(
    "same",
    [
        {"birth_date": "1961-03-04", "phone": None}, {"birth_date": "1961-03-04", "email": None}, {"street": "12 Oak St", "postal_code": "12203", "email": None},
        {"street": "12 Oak Street", "postal_code": "12203", "phone": None}, {"email": "maria.g@gmial.com", "street": None, "phone": None},
        {"phone": "+15182620001"}, {"email": "maria.g@gmail.com"}, {"email": "maria.g@gmail.com", "first_name": "Mraia"},
    ],
)  # fmt: skip
def test_one_person_is_found_by_what_namesakes_do_not_share(same: dict[str, Any]) -> None:
    lead = ONE | COMMON | {"birth_date": "1961-03-04"}
    for rows in ((lead, OTHER | COMMON | same), (OTHER | COMMON | same, lead)):
        assert len(set(persons_of(*rows))) == 1
        assert len(set(persons_of(*rows, lead_count=1))) == 1


def test_another_family_name_that_people_bear_is_reviewed_where_only_the_telephone_is_equal() -> None:
    result = match(ONE | COMMON, OTHER | COMMON | {"phone": "+15182620001", "last_name": "Gracia"})
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    "email", ["mary_smith1467@aol.com", "mary.smith1488@gmail.com", "mary.smith1489@aol.com", "mary-smith1488@aol.com"]
)
def test_mailboxes_that_namesakes_have_are_no_slips(email: str) -> None:
    name = TOWN | {"first_name": "Mary", "last_name": "Smith"}
    rows = [name | {"email": "mary.smith1488@aol.com", "postal_code": "12208"}, name | {"email": email, "street": "194 Lake Dr"}]
    assert len(set(persons_of(*rows))) == len(set(persons_of(*rows[::-1], lead_count=1))) == 2


def test_two_of_one_house_with_other_contacts_are_reviewed() -> None:
    """A father and his son, or one person of whom everything is new."""
    home = {"street": "12 Oak St", "postal_code": "12203"}
    result = match(ONE | COMMON, OTHER | COMMON | home)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


BIRTH = {"birth_date": "1961-03-04"}
HOUSE = {"street": "12 Oak St", "postal_code": "12203"}
MARY = TOWN | HOUSE | {"first_name": "Mary", "last_name": "Johnson"}
FIRST = MARY | {"email": "mary.j@gmail.com", "phone": "+15182620001"}
SECOND = MARY | {"email": "mjohnson77@yahoo.com", "phone": "+15187419942"}


def test_a_row_that_two_leads_may_be_joins_neither() -> None:
    for first, second in ((FIRST, SECOND), (SECOND, FIRST)):
        result = match(first, second, MARY, lead_count=2)
        assert result.clusters["person"].n_unique() == 3
        asked = {(left, right) for left, right in result.review_pairs.select("left", "right").rows()}
        assert {(2, 4), (3, 4)} <= asked


def test_of_two_leads_a_row_joins_the_one_that_is_clearly_more_probable() -> None:
    row = MARY | BIRTH
    for order in itertools.permutations((FIRST | BIRTH, SECOND)):
        persons = persons_of(*order, row, lead_count=2)
        lead = order.index(FIRST | BIRTH)
        assert persons[2] == persons[lead] != persons[1 - lead]


@pytest.mark.parametrize("key", [{"email": "mary.j@gmail.com"}, {"phone": "+15182620001"}])
def test_a_row_that_is_surely_one_lead_does_not_bring_another_with_it(key: dict[str, Any]) -> None:
    bare = MARY | BIRTH
    result = match(FIRST, bare, bare | key, lead_count=2)
    persons = result.clusters["person"].to_list()
    assert persons[2] == persons[0] != persons[1]
    assert result.review_pairs.height == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_chain_of_two_who_contradict_each_other_is_no_person_in_any_order(order: tuple[int, ...]) -> None:
    rows = [FIRST, SECOND, MARY]
    persons = persons_of(*(rows[number] for number in order))
    assert len(set(persons)) == 3
    born = [MARY | BIRTH, MARY | {"birth_date": "1984-11-23"}, MARY]
    persons = persons_of(*(born[number] for number in order))
    assert len(set(persons)) == 3


def test_one_key_of_each_of_two_leads_makes_them_one() -> None:
    """As the design has it: a deterministic match is a proof."""
    first, second = (COMMON | {"email": "maria.g@gmail.com"}), (COMMON | {"phone": "+15187419942"})
    assert len(set(persons_of(first, second, first | second, lead_count=2))) == 1


PORTLAND = {"street": "12 Maple Street", "city": "Portland", "state": "ME", "postal_code": "04101"}
TUCSON = {"street": "4 Elm Rd", "city": "Tucson", "state": "AZ", "postal_code": "85701"}
ROBERT = {"first_name": "Robert", "last_name": "King", "birth_date": "1950-03-04"}


@pytest.mark.parametrize(
    "contacts", [({}, {}), ({"phone": "+12075550101"}, {"phone": "+15205551234"}), ({"email": "bk@x.org"}, {"email": "rob@y.net"})]
)
def test_a_common_name_and_birth_date_in_two_regions_are_asked_about(contacts: tuple[dict[str, Any], dict[str, Any]]) -> None:
    result = match(ROBERT | PORTLAND | contacts[0], ROBERT | TUCSON | contacts[1])
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    "more", [{"phone": "+12075550101"}, {"email": "bk@x.org"}, {"last_name": "Quackenbush", "first_name": "Zebulon"}, PORTLAND]
)
def test_one_contact_or_a_rare_name_shows_who_has_moved(more: dict[str, Any]) -> None:
    assert len(set(persons_of(ROBERT | PORTLAND | more, ROBERT | TUCSON | more))) == 1
