"""One house shows that two of one name are one person only if it is one door: the same street, number and flat."""

from itertools import permutations
from typing import Any

import pytest

from tests.unit.linkage.doors import OF_ONE_DOOR, OF_TWO_DOORS
from tests.unit.linkage.test_kin import Contact, divided, household
from tests.unit.linkage.test_people_of_one_name import match

OWN_CONTACTS = pytest.mark.parametrize(
    "contacts", [(("phone",), ("own phone",)), (("one",), ("other",)), (("phone", "one"), ("own phone", "other"))]
)


def neighbours(table: list[tuple[str, str]], contacts: tuple[Contact, ...]) -> list[list[dict[str, Any]]]:
    """Return the rows of two of one name at each pair of addresses."""
    names = ("Mary", "Mary")
    homes = [household(number, names, tuple(("home", *contact) for contact in contacts)) for number in range(len(table))]
    return [
        [row | {"street": street} for row, street in zip(rows, streets, strict=True)] for rows, streets in zip(homes, table, strict=True)
    ]


@OWN_CONTACTS
def test_two_of_one_name_at_two_doors_with_own_contacts_are_reviewed(contacts: tuple[Contact, ...]) -> None:
    for order in (1, -1):
        people, reviews = divided([rows[::order] for rows in neighbours(OF_TWO_DOORS, contacts)])
        assert [streets for streets, count in zip(OF_TWO_DOORS, people, strict=True) if count != 2] == []
        if len(contacts[0]) == 1:
            assert sum(reviews) >= len(OF_TWO_DOORS) - 3  # "Front" and "Rear" of streets that are hardly alike weigh too little


@pytest.mark.parametrize("contacts", [(("phone",), ("own phone",)), (("one",), ("other",))])
def test_two_of_one_name_at_one_door_are_one_person(contacts: tuple[Contact, ...]) -> None:
    for order in (1, -1):
        people, _ = divided([rows[::order] for rows in neighbours(OF_ONE_DOOR, contacts)])
        assert [streets for streets, count in zip(OF_ONE_DOOR, people, strict=True) if count != 1] == []


@pytest.mark.parametrize("contacts", [(("phone",), ("phone",)), (("one",), ("one",)), (("born", "one"), ("born", "other"))])
def test_who_has_moved_to_another_door_is_one_person_by_a_contact(contacts: tuple[Contact, ...]) -> None:
    people, _ = divided(neighbours(OF_TWO_DOORS, contacts))
    assert [streets for streets, count in zip(OF_TWO_DOORS, people, strict=True) if count != 1] == []


@pytest.mark.long
def test_two_doors_do_not_meet_through_a_row_without_a_flat() -> None:
    home = {"first_name": "Mary", "last_name": "Smith", "city": "Albany", "state": "NY", "postal_code": "12203"}
    rows = [
        home | {"street": "500 Tower Dr Apt 3", "phone": "+15182620001"}, home | {"street": "500 Tower Dr Apt 12", "phone": "+15187419942"},
        home | {"street": "500 Tower Dr"},
    ]  # fmt: skip
    for order in permutations(range(3)):
        persons = match(*(rows[place] for place in order)).clusters["person"].to_list()
        assert persons[order.index(0)] != persons[order.index(1)]
