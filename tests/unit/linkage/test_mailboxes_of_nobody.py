"""An e-mail address that stands for none, or is a function's, proves nothing; one that only begins so is somebody's."""

import pytest

from tests.unit.linkage.test_people_of_one_name import match

MARY = {"first_name": "Mary", "last_name": "Smith"}
NOBODYS = [
    "na@na.com",
    "unknown@unknown.com",
    "no@email.com",
    "noemail@noemail.com",
    "test@test.com",
    "none@none.org",
    "nomail@nomail.co.uk",
]
SOMEBODYS = ["na@harbor.org", "test@gmail.com", "mary@email.com", "none.smith@none.com", "noemaily@noemail.com", "mary.giving@na.org"]
OWN = ({"phone": "+15182620001"}, {"phone": "+15187419942"})


@pytest.mark.long
@pytest.mark.parametrize("likely", [True, False])
def test_mailboxes_of_nobody_prove_nothing(*, likely: bool) -> None:
    for email in NOBODYS:
        rows = [MARY | own | {"email": email} for own in OWN]
        assert match(*rows, likely=likely).clusters["person"].n_unique() == 2, email
        assert match(rows[0], rows[0] | {"first_name": "Mary"}, likely=likely).clusters["person"].n_unique() == 1, email
    for email in SOMEBODYS:
        assert match(*(MARY | own | {"email": email} for own in OWN), likely=likely).clusters["person"].n_unique() == 1, email


PARISH = MARY | {"email": "donations@parish.org"}


@pytest.mark.parametrize("likely", [True, False])
@pytest.mark.parametrize("email", ["donations@parish.org", "giving@parish.org", "office@parish.org", "info+list@gmail.com"])
def test_a_mailbox_of_a_function_holds_one_name_that_nothing_contradicts(email: str, *, likely: bool) -> None:
    mary = MARY | {"email": email}
    for more in ({}, OWN[0], {"first_name": "MARY"}):
        assert match(mary, mary | more, likely=likely).clusters["person"].n_unique() == 1


@pytest.mark.parametrize("likely", [True, False])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"first_name": "Maria"}), ({}, {"first_name": "John"}), ({}, {"last_name": "Smyth"}), ({}, {"first_name": "M."}), ({}, {"first_name": None}),
        ({"first_name": "Bob"}, {"first_name": "Robert"}), ({"birth_date": "1950-01-02"}, {"birth_date": "1981-05-06"}),
        ({"last_name": "Smith Sr."}, {"last_name": "Smith Jr."}), ({"first_name": "Mary A."}, {"first_name": "Mary B."}),
    ],
)  # fmt: skip
def test_two_names_of_a_mailbox_of_a_function_are_two_people(one: dict[str, str], other: dict[str, str], *, likely: bool) -> None:
    assert match(PARISH | one, PARISH | other, likely=likely).clusters["person"].n_unique() == 2


def test_two_of_one_name_at_a_mailbox_of_a_function_are_asked_about_where_telephone_and_home_differ() -> None:
    homes = ({"street": "12 Maple Street", "postal_code": "04101"}, {"street": "99 Oak Avenue", "postal_code": "04401"})
    rows = [PARISH | own | home for own, home in zip(OWN, homes, strict=True)]
    apart = match(*rows)
    assert apart.clusters["person"].n_unique() == 2
    assert apart.review_pairs.height == 1
    for one in ("phone", "postal_code"):
        alike = [row if place == 0 else row | {one: rows[0][one]} for place, row in enumerate(rows)]
        assert match(*alike).clusters["person"].n_unique() == 1
