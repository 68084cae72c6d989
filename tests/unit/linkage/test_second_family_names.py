"""Two family names of which one word is shared and one is each one's own are two people's, whatever contact they share."""

from itertools import permutations
from typing import Any

import pytest

from tests.unit.linkage.test_people_of_one_name import match

PHONE, MAIL = {"phone": "+12075550101"}, {"email": "rivero@example.org"}
HOME = {"street": "12 Maple Street", "city": "Portland", "postal_code": "04101"}
KEYS = pytest.mark.parametrize("key", [PHONE, MAIL, PHONE | HOME, PHONE | MAIL], ids=["telephone", "e-mail", "home", "both"])
OF_TWO = [
    ("Rivero Salas", "Rivero Tovar"), ("Rivero-Salas", "Rivero-Tovar"), ("Rivero y Salas", "Rivero y Tovar"), ("García López", "García Pérez"),
    ("de la Cruz Soto", "de la Cruz Mora"), ("de la Cruz", "de la Rosa"), ("Silva Santos", "Costa Santos"), ("San Martín", "San Juan"),
    ("van den Berg", "van den Heuvel"),
]  # fmt: skip
OF_ONE = [
    ("Rivero Salas", "Rivero"), ("Rivero Salas", "Salas"), ("Rivero Salas", "Salas Rivero"), ("Rivero Salas", "Rivero S."), ("Rivero Salas", "RiveroSalas"),
    ("Rivero y Salas", "Rivero Salas"), ("García de la Torre", "García Torre"), ("Rivero Salas", "Rivero Sallas"), ("Rivero Salas", "Rivero Slaas"),
    ("Smith-Jones", "Smith"), ("Smith Jones", "Smith-Jones"),
]  # fmt: skip


def carlos(*lasts: str, **more: str) -> list[dict[str, Any]]:
    return [{"first_name": "Carlos", "last_name": last} | more for last in lasts]


@KEYS
@pytest.mark.parametrize(("one", "other"), OF_TWO)
def test_two_second_family_names_are_asked_about(key: dict[str, str], one: str, other: str) -> None:
    result = match(*carlos(one, other, **key))
    assert result.clusters["person"].n_unique() == 2
    assert result.review_pairs.height == 1
    assert match(*carlos(one, other, **key), likely=False).clusters["person"].n_unique() == 2


@KEYS
@pytest.mark.parametrize(("one", "other"), OF_ONE)
def test_a_family_name_that_lacks_a_word_or_is_misspelt_is_one_persons(key: dict[str, str], one: str, other: str) -> None:
    assert match(*carlos(one, other, **key)).clusters["person"].n_unique() == 1


@pytest.mark.long
@pytest.mark.parametrize("likely", [True, False])
def test_two_second_family_names_do_not_meet_through_a_row_without_one(*, likely: bool) -> None:
    for order in permutations(["Rivero Salas", "Rivero Tovar", "Rivero"]):
        persons = match(*carlos(*order, **PHONE), likely=likely).clusters["person"].to_list()
        assert persons[order.index("Rivero Salas")] != persons[order.index("Rivero Tovar")]


def test_one_birth_date_is_no_proof_of_two_second_family_names() -> None:
    result = match(*carlos("Rivero Salas", "Rivero Tovar", **PHONE, birth_date="1950-03-04"))
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)
