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


@pytest.mark.parametrize("likely", [True, False])
def test_mailboxes_of_nobody_prove_nothing(*, likely: bool) -> None:
    for email in NOBODYS:
        rows = [MARY | own | {"email": email} for own in OWN]
        assert match(*rows, likely=likely).clusters["person"].n_unique() == 2, email
        assert match(rows[0], rows[0] | {"first_name": "Mary"}, likely=likely).clusters["person"].n_unique() == 1, email
    for email in SOMEBODYS:
        assert match(*(MARY | own | {"email": email} for own in OWN), likely=likely).clusters["person"].n_unique() == 1, email
