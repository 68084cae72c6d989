"""A family name that is alike another one is a slip only where a contact or a birth date shows it."""

from typing import Any

import pytest

from tests.unit.linkage.families import OF_ONE_FAMILY, OF_TWO_FAMILIES
from tests.unit.linkage.test_kin import Contact, divided, household

Contacts = tuple[Contact, Contact]
OWN = [
    (("home", "phone"), ("home", "own phone")),
    (("home", "one"), ("home", "other")),
    (("home", "phone", "one"), ("home", "phone", "other")),
]


def families(table: list[tuple[str, str]], contacts: Contacts) -> list[list[dict[str, Any]]]:
    """Return the rows of two of one given name with each pair of family names."""
    rows = [household(number, ("Ruth", "Ruth"), contacts) for number in range(len(table))]
    return [[row | {"last_name": last} for row, last in zip(some, lasts, strict=True)] for some, lasts in zip(rows, table, strict=True)]


@pytest.mark.parametrize("contacts", OWN)
def test_alike_family_names_with_own_contacts_are_two_people(contacts: Contacts) -> None:
    for order in (1, -1):
        people, _ = divided([rows[::order] for rows in families(OF_TWO_FAMILIES, contacts)])
        assert [lasts for lasts, count in zip(OF_TWO_FAMILIES, people, strict=True) if count != 2] == []
        people, _ = divided([rows[::order] for rows in families(OF_ONE_FAMILY, contacts)])
        assert [lasts for lasts, count in zip(OF_ONE_FAMILY, people, strict=True) if count != 1] == []


def test_alike_family_names_of_one_office_with_own_mailboxes_are_two_people() -> None:
    rows = families(OF_TWO_FAMILIES, (("phone",), ("phone",)))
    for own in (("x{}340", "x{}341"), ("r.{}", "r.{}")):
        table = [
            [
                row | {"email": f"{mailbox.format(row['last_name'].lower() if mailbox[0] == 'r' else number)}@office{number}.org"}
                for row, mailbox in zip(some, own, strict=True)
            ]
            for number, some in enumerate(rows)
        ]
        assert divided(table)[0] == [2] * len(rows)


@pytest.mark.parametrize(
    "contacts",
    [(("home", "phone"), ("home", "phone")), (("home", "one"), ("home", "one")), (("home", "phone", "one"), ("home", "phone"))],
)
def test_a_misspelt_family_name_is_one_person_by_a_contact(contacts: Contacts) -> None:
    assert divided(families(OF_TWO_FAMILIES[:4], contacts))[0] == [1] * 4
