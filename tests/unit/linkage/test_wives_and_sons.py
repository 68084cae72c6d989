"""A name that is made of the husband's, and a generation in a mailbox, show two people of one home or contact."""

from typing import Any

import pytest

from henk_pipeline.steps.match import Matching, match_people
from tests.unit.leads.people import people

HOME = {"street": "12 Maple Street", "city": "Portland", "state": "ME", "postal_code": "04101"}
SON = {"first_name": "Robert", "last_name": "Quigley"} | HOME


def result_of(*rows: dict[str, Any]) -> tuple[int, int]:
    """Return how many people rows are, and how many pairs are reviewed."""
    matched = match_people(people(*rows).rename({"line": "row"}), Matching())
    return matched.clusters["person"].n_unique(), matched.review_pairs.height


@pytest.mark.parametrize("key", [{"phone": "+12075550101"}, {"email": "kovacs77@example.org"}], ids=["telephone", "e-mail"])
@pytest.mark.parametrize(
    ("his", "hers"),
    [
        (("József", "Kovács"), ("Józsefné", "Kovács")),
        (("Kovács", "József"), ("Kovács", "Józsefné")),
        (("József", "Kovács"), (None, "Kovács Józsefné")),
        (("Tóth", "István"), ("Tóth", "Istvánné")),
    ],
)
def test_a_hungarian_wife_is_not_her_husband(his, hers, key):
    rows = [{"first_name": first, "last_name": last} | key | HOME for first, last in (his, hers)]
    assert result_of(*rows)[0] == 2


def test_a_name_that_ends_like_a_wifes_is_one_persons():
    rows = [{"first_name": first, "last_name": "Martin", "phone": "+12075550101"} | HOME for first in ("Suzanne", "Suzanne", "Susanne")]
    assert result_of(*rows)[0] == 1


@pytest.mark.parametrize("mailboxes", [("rquigley", "rquigleyjr"), ("robert.quigley", "robert.quigley.sr"), ("rquigley-ii", "rquigley")])
def test_a_generation_in_a_mailbox_of_one_home_is_reviewed(mailboxes):
    rows = [SON | {"email": f"{mailbox}@example.org"} for mailbox in mailboxes]
    assert result_of(*rows) == (2, 1)
    assert result_of(*(row | {"birth_date": "1971-03-09"} for row in rows)) == (1, 0)


def test_a_mailbox_without_a_generation_of_one_home_is_one_persons():
    assert result_of(SON | {"email": "rquigley@example.org"}, SON | {"email": "robert.quigley@example.com"}) == (1, 0)
