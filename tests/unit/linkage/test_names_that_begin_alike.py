"""Two given names of which one begins like the other are two people's, also at one telephone; so are names in each other's place with other contacts."""

from itertools import permutations
from typing import Any

import pytest

from tests.unit.linkage.alike import INITIALS, NAMES_OF_A_COUPLE, NAMES_OF_ONE, NAMES_OF_TWO
from tests.unit.linkage.test_people_of_one_name import HOME, ID, MAIL, PHONE, known_as_one, match

KEYS = pytest.mark.parametrize("key", [PHONE, MAIL, PHONE | MAIL], ids=["telephone", "e-mail", "both"])


def rows_of(key: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [key | {"first_name": name, "last_name": "Pike"} for name in names]


@KEYS
@pytest.mark.parametrize(("one", "other"), [*NAMES_OF_TWO, *NAMES_OF_A_COUPLE])
def test_two_names_are_two_people(key: dict[str, Any], one: str, other: str) -> None:
    for rows in (rows_of(key, one, other), rows_of(key, other, one), rows_of(key, one, other, one, other)):
        assert match(*rows, likely=False).clusters["person"].n_unique() == 2
    assert key != PHONE or match(*rows_of(HOME | key, one, other, other)).clusters["person"].n_unique() == 2


@pytest.mark.parametrize(("one", "other"), NAMES_OF_TWO)
def test_two_names_of_one_home_and_telephone_are_reviewed(one: str, other: str) -> None:
    assert match(*rows_of(HOME | PHONE | MAIL, one, other)).review_pairs.height == 1


@KEYS
@pytest.mark.parametrize(("one", "other"), NAMES_OF_ONE)
def test_initials_short_forms_parts_and_spellings_are_one_person(key: dict[str, Any], one: str, other: str) -> None:
    for rows in (rows_of(key, one, other), rows_of(key, other, one)):
        assert match(*rows, likely=False).clusters["person"].n_unique() == 1
    assert key != PHONE or match(*rows_of(key, one, other)).clusters["person"].n_unique() == 1


@pytest.mark.parametrize("home", [{}, HOME], ids=["telephone", "home"])
@pytest.mark.parametrize(("one", "other"), INITIALS)
def test_an_initial_of_a_telephone_is_reviewed(home: dict[str, Any], one: str, other: str) -> None:
    for rows in (rows_of(home | PHONE, one, other), rows_of(home | PHONE, other, one)):
        assert match(*rows, likely=False).clusters["person"].n_unique() == 2
        result = match(*rows)
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    "proof",
    [MAIL, PHONE | MAIL, PHONE | {"birth_date": "1950-03-04"}, PHONE | ID],
    ids=["e-mail", "e-mail and telephone", "birth date", "source id"],
)
@pytest.mark.parametrize(("one", "other"), INITIALS)
def test_an_initial_is_one_person_where_more_than_a_telephone_is_equal(proof: dict[str, Any], one: str, other: str) -> None:
    for likely in (True, False):
        assert match(*rows_of(proof, one, other), likely=likely).clusters["person"].n_unique() == 1


def test_a_mailbox_called_by_the_name_shows_whose_an_initial_is() -> None:
    for email, number in (("rosalind77@example.org", 1), ("violet77@example.org", 2)):
        rows = [PHONE | {"first_name": first, "last_name": "Pike"} for first in ("R.", "Rosalind")]
        assert match(rows[0] | {"email": email}, rows[1]).clusters["person"].n_unique() == number


@pytest.mark.parametrize("home", [{}, HOME], ids=["telephone", "home"])
@pytest.mark.parametrize("names", [("John", "Jane", "J."), ("Mary E.", "Mary", "Mary A.")], ids=["initial", "middle name"])
def test_who_may_be_two_is_neither_in_any_order(home: dict[str, Any], names: tuple[str, ...]) -> None:
    rows = rows_of(home | PHONE, *names)
    for order in permutations(rows):
        assert match(*order, likely=False).clusters["person"].n_unique() == 3
        result = match(*order)
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (3, 2 if "J." in names else 3)


@pytest.mark.parametrize(("one", "other"), NAMES_OF_TWO)
def test_a_record_keeps_its_id_whatever_the_given_name(one: str, other: str) -> None:
    assert match(*rows_of(ID, one, other)).clusters["person"].n_unique() == 1


@pytest.mark.parametrize("bridge", [{}, {"first_name": "S."}])
def test_two_names_do_not_meet_through_a_row_without_one(bridge: dict[str, Any]) -> None:
    rows = [*rows_of(PHONE, "Simon"), {"last_name": "Pike"} | PHONE | MAIL | bridge, *rows_of(MAIL, "Simone")]
    for likely in (True, False):
        person = match(*rows, likely=likely).clusters["person"].to_list()
        assert person[0] != person[2]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_other_names_do_not_meet_through_a_third(order: tuple[int, ...]) -> None:
    jan, janet = {"first_name": "Jane", "last_name": "Miller"}, {"first_name": "Janet", "last_name": "Smith"}
    rows = [jan | MAIL, {"first_name": "Jane", "last_name": "Smith"} | MAIL | ID, janet | ID]
    persons = match(*(rows[number] for number in order)).clusters["person"].to_list()
    assert persons[0] != persons[2]


KIM, MIN = {"first_name": "Kim", "last_name": "Min"}, {"first_name": "Min", "last_name": "Kim"}
EXCHANGED = [(KIM, MIN), ({"first_name": "Hao", "last_name": "Chen"}, {"first_name": "Chen", "last_name": "Hao"}),
    ({"first_name": "Thomas", "last_name": "James"}, {"first_name": "James", "last_name": "Thomas"})]  # fmt: skip
CONTRADICTIONS = [
    ({"birth_date": "1950-03-04"}, {"birth_date": "1981-11-23"}),
    ({"email": "a@example.org"}, {"email": "b@example.org"}),
    ({"mobile_phone": "+12075550181"}, {"mobile_phone": "+12075550182"}),
    ({"email": "a@example.org", "mobile_phone": "+12075550181"}, {"mobile_phone": "+12075550182"}),
]


@pytest.mark.parametrize("home", [{}, HOME], ids=["telephone", "home"])
@pytest.mark.parametrize(("one", "other"), CONTRADICTIONS)
@pytest.mark.parametrize(("name", "exchanged"), EXCHANGED)
def test_names_in_each_others_place_and_a_contradiction_are_reviewed(
    home: dict[str, Any], one: dict[str, Any], other: dict[str, Any], name: dict[str, Any], exchanged: dict[str, Any]
) -> None:
    rows = [home | PHONE | name | one, home | PHONE | exchanged | other]
    for order in (rows, rows[::-1], [*rows, *rows]):
        assert match(*order, likely=False).clusters["person"].n_unique() == 2
    result = match(*rows)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


def both_ways(first: str, last: str) -> tuple[dict[str, str], dict[str, str]]:
    return {"first_name": first, "last_name": last}, {"first_name": last, "last_name": first}


EITHER = [both_ways(*names) for names in [("Kim", "Lee"), ("James", "Taylor"), ("Martin", "Thomas"), ("Wei", "Zhang"), ("Robert", "Paul")]]
ONE_ORDER = [
    both_ways(*names) for names in [("Hao", "Chen"), ("Anna", "Kowalski"), ("John", "Smith"), ("Maria", "Garcia"), ("Jürgen", "Müller")]
]
NO_CONTRADICTIONS = [({}, {}), (MAIL, {}), (MAIL, {"email": "info@example.org"})]
EQUAL = [(MAIL, MAIL), ({"mobile_phone": "+12075550181"} | MAIL, MAIL), ({"birth_date": "1950-03-04"}, {"birth_date": "1950-03-04"})]


@pytest.mark.parametrize("home", [{}, HOME], ids=["telephone", "home"])
@pytest.mark.parametrize(("one", "other"), NO_CONTRADICTIONS)
@pytest.mark.parametrize(("name", "exchanged"), EITHER)
def test_names_in_each_others_place_of_which_either_word_may_be_the_given_name_are_reviewed(
    home: dict[str, Any], one: dict[str, Any], other: dict[str, Any], name: dict[str, Any], exchanged: dict[str, Any]
) -> None:
    rows = [home | PHONE | name | one, home | PHONE | exchanged | other]
    for order in (rows, rows[::-1], [*rows, *rows]):
        assert match(*order, likely=False).clusters["person"].n_unique() == 2
    result = match(*rows)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(("one", "other"), EQUAL)
@pytest.mark.parametrize(("name", "exchanged"), EITHER)
def test_an_equal_address_or_birth_date_makes_names_of_either_order_one_persons(
    one: dict[str, Any], other: dict[str, Any], name: dict[str, Any], exchanged: dict[str, Any]
) -> None:
    for likely in (True, False):
        assert match(PHONE | name | one, PHONE | exchanged | other, likely=likely).clusters["person"].n_unique() == 1


@pytest.mark.parametrize(("one", "other"), [*NO_CONTRADICTIONS, *EQUAL])
@pytest.mark.parametrize(("name", "exchanged"), ONE_ORDER)
def test_names_in_each_others_place_that_nothing_contradicts_are_one_person(
    one: dict[str, Any], other: dict[str, Any], name: dict[str, Any], exchanged: dict[str, Any]
) -> None:
    for likely in (True, False):
        assert match(PHONE | name | one, PHONE | exchanged | other, likely=likely).clusters["person"].n_unique() == 1


def test_of_names_in_each_others_place_a_row_without_a_first_name_is_neither() -> None:
    rows = [KIM | PHONE | {"email": "a@example.org"}, MIN | PHONE | {"email": "b@example.org"}, PHONE]
    assert match(*rows, likely=False).clusters["person"].n_unique() == 3


def test_names_in_each_others_place_of_which_one_order_is_plausible_are_one_person_of_a_home() -> None:
    john, smith = {"first_name": "John", "last_name": "Smith"}, {"first_name": "Smith", "last_name": "John"}
    rows = [HOME | PHONE | john | {"email": "john@example.org"}, HOME | PHONE | smith | {"email": "smith@example.net"}]
    assert match(*rows).clusters["person"].n_unique() == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("short", "one", "other"),
    [
        ("Sam", "Samantha", "Samuel"),
        ("Chris", "Christine", "Christopher"),
        ("Fran", "Francisco", "Francisca"),
        ("Pat", "Patrick", "Patricia"),
    ],
)
def test_two_names_do_not_meet_through_one_that_is_short_for_both(short: str, one: str, other: str) -> None:
    home = HOME | PHONE
    for names in ((short, one, other), (one, short, other), (other, one, short), (other, one, short, short)):
        result = match(*rows_of(home, *names))
        assert result.clusters["person"].n_unique() == 3
        assert result.review_pairs.height > 1
    # An e-mail address says which of the two it is.
    persons = match(*rows_of(home, one), *rows_of(home | MAIL, short), *rows_of(home | MAIL, other)).clusters["person"].to_list()
    assert persons[0] != persons[1] == persons[2]


def test_a_name_that_was_decided_to_be_one_of_the_two_that_it_is_short_for_stays_that_one() -> None:
    sam, samuel, samantha = ({"first_name": name, "last_name": "Pike"} for name in ("Sam", "Samuel", "Samantha"))
    persons = known_as_one(sam | PHONE, samuel | MAIL, samantha | PHONE, samuel | MAIL)
    assert persons[0] == persons[1] == persons[3] != persons[2]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Robert", "Roberts"), ("Roberts", "Robertson"), ("William", "Williamson"), ("Hans", "Hansen"), ("Fernand", "Fernandez")],
)
def test_family_names_of_which_one_is_made_of_the_other_are_asked_about(one: str, other: str) -> None:
    mark = {"first_name": "Mark"} | HOME | PHONE
    rows = [mark | {"last_name": one, "email": "mark@example.org"}, mark | {"last_name": other, "email": "m.r@example.net"}]
    result = match(*rows)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)
    # One mailbox, or none, contradicts nothing.
    assert match(rows[0], rows[1] | {"email": "mark@example.org"}).clusters["person"].n_unique() == 1
    assert match(rows[0], mark | {"last_name": other}).clusters["person"].n_unique() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Amina", "Amira"), ("Emin", "Emir"), ("Karina", "Marina"), ("Jana", "Janina"), ("Ananda", "Ananya"), ("Malik", "Malin")],
)
@pytest.mark.parametrize("key", [HOME, HOME | PHONE])
def test_two_names_that_are_alike_and_no_spellings_of_one_are_asked_about(key: dict[str, Any], one: str, other: str) -> None:
    result = match(*rows_of(key | {"birth_date": "1984-03-07"}, one, other))
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    ("one", "other"), [("Zara", "Zarah"), ("Aisha", "Aysha"), ("Nikolas", "Nikolaas"), ("Jannik", "Yannik"), ("Christie", "Christine")]
)
def test_two_spellings_are_one_person(one: str, other: str) -> None:
    assert match(*rows_of(HOME | PHONE | {"birth_date": "1984-03-07"}, one, other)).clusters["person"].n_unique() == 1
