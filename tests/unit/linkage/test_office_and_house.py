"""Two of one name in an office, and two given names that are nearly one in a house: one telephone does not make them one person; they are reviewed."""

from typing import Any

import pytest

from henk_pipeline.steps.match import Matched, Matching, match_people
from tests.unit.leads.people import people

PHONE = {"phone": "+12075550101"}
TWO_PHONES = PHONE | {"mobile_phone": "+12075550777"}
JOHN = {"first_name": "John", "last_name": "Smith"} | PHONE
HOME = {"street": "12 Maple Street", "city": "Portland", "state": "ME", "postal_code": "04101"}
OTHER_HOME = {"street": "99 Birch Road", "city": "Bangor", "state": "ME", "postal_code": "04401"}


def match(*rows: dict[str, Any], leads: int = 0) -> Matched:
    frame = people(*rows).rename({"line": "row"})
    known = {"leads": frame["row"][:leads], "new": frame["row"][leads:]} if leads else {}
    return match_people(frame, Matching(), **known)


def result_of(*rows: dict[str, Any], leads: int = 0) -> tuple[int, int]:
    """Return how many people rows are, and how many pairs are reviewed."""
    matched = match(*rows, leads=leads)
    return matched.clusters["person"].n_unique(), matched.review_pairs.height


def numbered(*mailboxes: str, domain: str = "acme.example", **key: str) -> list[dict[str, Any]]:
    return [JOHN | key | {"email": f"{mailbox}@{domain}"} for mailbox in mailboxes]


@pytest.mark.parametrize("leads", [0, 1])
@pytest.mark.parametrize(
    "mailboxes", [("jsmith1", "jsmith2"), ("jsmith", "jsmith2"), ("john.smith1", "john.smith22"), ("1smith", "2smith")]
)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"mobile_phone": "+12075550701"}, {"mobile_phone": "+12075550942"}),
        (HOME, OTHER_HOME),
        (HOME | {"mobile_phone": "+12075550701"}, OTHER_HOME | {"mobile_phone": "+12075550942"}),
    ],
    ids=["telephone", "mobiles", "homes", "both"],
)
def test_numbered_mailboxes_at_the_telephone_of_an_office_are_reviewed(mailboxes, one, other, leads):
    left, right = numbered(*mailboxes)
    assert result_of(left | one, right | other, leads=leads) == (2, 1)


@pytest.mark.parametrize(
    "rows",
    [
        numbered("jsmith1", "jsmith2", domain="gmail.com"),
        numbered("jsmith1", "jsmith2", birth_date="1970-05-17"),
        numbered("jsmith1", "jsmith2", mobile_phone="+12075550777"),
        numbered("jsmith1", "jsmith2", **HOME),
        numbered("jsmith1", "jsmith1"),
        numbered("jsmith1", "j.smith"),
        [*numbered("jsmith1"), JOHN],
        [*numbered("jsmith1"), *numbered("jsmith", domain="example.org")],
    ],
    ids=["provider", "birth date", "two telephones", "home", "one mailbox", "another mailbox", "no mailbox", "another domain"],
)
def test_one_person_of_a_telephone_stays_one(rows):
    assert result_of(*rows) == (1, 0)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_two_of_an_office_do_not_meet_through_a_row_without_a_mailbox(order):
    rows = [*numbered("jsmith1", "jsmith2"), JOHN]
    clusters = match(*(rows[number] for number in order)).clusters.sort("row")["person"].to_list()
    one, other = (clusters[order.index(number)] for number in (0, 1))
    assert one != other


def named(*names: str, **key: str) -> list[dict[str, Any]]:
    return [{"first_name": name, "last_name": "Ferguson"} | key for name in names]


@pytest.mark.parametrize("leads", [0, 1])
@pytest.mark.parametrize(
    "names",
    [("Toni", "Tony"), ("Tony", "Toni"), ("Mary", "Marie"), ("Terry", "Terri"), ("Randy", "Randi"), ("Billy", "Billie")],
    ids=" ".join,
)
@pytest.mark.parametrize("key", [PHONE, PHONE | HOME], ids=["telephone", "telephone and home"])
def test_two_names_that_are_heard_alike_are_reviewed(names, key, leads):
    assert result_of(*named(*names, **key), leads=leads) == (2, 1)


@pytest.mark.parametrize("names", [("Michael", "Micheal"), ("Jeffrey", "Jeffery")], ids=" ".join)
@pytest.mark.parametrize("key", [PHONE, TWO_PHONES, {"email": "ferguson@example.org"}], ids=["telephone", "two telephones", "e-mail"])
def test_letters_exchanged_are_reviewed(names, key):
    assert result_of(*named(*names, **key)) == (2, 1)


@pytest.mark.parametrize("names", [("Lodi", "Lori"), ("Maria", "Marie"), ("Tina", "Gina")], ids=" ".join)
def test_a_slip_is_reviewed_with_two_equal_telephones(names):
    assert result_of(*named(*names, **TWO_PHONES)) == (2, 1)


@pytest.mark.parametrize("names", [("Mark", "Mary"), ("Tina", "Gina"), ("Lodi", "Lori")], ids=" ".join)
def test_relatives_of_one_telephone_are_not_asked_about(names):
    assert result_of(*named(*names, **PHONE)) == (2, 0)


@pytest.mark.parametrize(
    "names",
    [("Steven", "Stephen"), ("Sara", "Sarah"), ("Jon", "John"), ("Tracy", "Tracey"), ("Jenny", "Jennie"), ("Eric", "Erik")],
    ids=" ".join,
)
def test_spellings_stay_one_person(names):
    assert result_of(*named(*names, **PHONE)) == (1, 0)


@pytest.mark.parametrize("key", [{"email": "ferguson@example.org"}, PHONE | {"birth_date": "1970-05-17"}], ids=["e-mail", "birth date"])
def test_names_that_are_heard_alike_are_one_person_by_a_surer_key(key):
    assert result_of(*named("Toni", "Tony", **key)) == (1, 0)


def test_a_switchboard_is_not_compared_in_pairs():
    rows = [JOHN | {"email": f"john.smith{number}@acme.example", "street": f"{number} Maple Street"} for number in range(6000)]
    assert result_of(*rows, *rows[:10]) == (6000, 0)  # 18 million pairs would take gigabytes
