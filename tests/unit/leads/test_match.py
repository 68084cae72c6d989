"""Rows that are one person are found, by way of others too; people who only share a telephone are told apart."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from henk_pipeline.leads.match import match_existing, match_rows
from tests.unit.leads.people import people


def persons(*rows: dict[str, object]) -> list[int]:
    return match_rows(people(*rows))["person"].to_list()


def test_same_email_or_phone_or_source_id_is_one_person():
    assert persons({"email": "a@x.org"}, {"email": "a@x.org"}) == [2, 2]
    assert persons({"phone": "+12125550101"}, {"mobile_phone": "+12125550101"}) == [2, 2]
    assert persons({"source": "hubspot", "source_id": "7"}, {"source": "hubspot", "source_id": "7"}) == [2, 2]
    assert persons({"source": "hubspot", "source_id": "7"}, {"source": "salesforce", "source_id": "7"}) == [2, 3]


def test_a_chain_of_matches_is_one_person():
    assert persons({"email": "a@x.org"}, {"email": "a@x.org", "phone": "+12125550101"}, {"phone": "+12125550101"}) == [2, 2, 2]


def test_two_first_names_on_one_telephone_are_two_people():
    phone = {"phone": "+12125550101"}
    assert persons({"first_name": "Ana", **phone}, {"first_name": "Ben", **phone}, {"first_name": "ANA", **phone}, phone) == [2, 3, 2, 2]


def test_a_known_lead_is_found_by_id_before_email_before_phone():
    existing = people(
        {"email": "a@x.org"}, {"phone": "+12125550101", "first_name": "Ana"}, {"source": "hubspot", "source_id": "7"}
    ).with_columns(pl.Series("id", ["by email", "by phone", "by id"]))
    found = match_existing(
        people(
            {"email": "a@x.org", "phone": "+12125550101", "source": "hubspot", "source_id": "7"},
            {"email": "a@x.org", "phone": "+12125550101"},
            {"phone": "+12125550101", "first_name": "ana"},
            {"phone": "+12125550101", "first_name": "Ben"},
            {"email": "new@x.org"},
        ),
        existing,
    )
    assert found["lead_id"].to_list() == ["by id", "by email", "by phone", None, None]


def test_a_nameless_lead_on_a_shared_telephone_is_the_first_of_them_only():
    existing = people({"phone": "+12125550101"}).with_columns(pl.Series("id", ["known"]))
    found = match_existing(people({"phone": "+12125550101", "first_name": "Ana"}, {"phone": "+12125550101", "first_name": "Ben"}), existing)
    assert found["lead_id"].to_list() == ["known", None]


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c", "d", "e"]), st.sampled_from(["", "1", "2", "3", "4", "5"])), max_size=25))
def test_who_is_one_person_is_what_plain_union_find_says(rows):
    frame = people(
        *({"email": (email and f"{email}@x.org") or None, "phone": (phone and f"+1212555010{phone}") or None} for email, phone in rows)
    )
    parent = list(range(len(rows)))

    def root(n: int) -> int:
        return n if parent[n] == n else root(parent[n])

    for n, (email, phone) in enumerate(rows):
        for m in range(n):
            if (email and email == rows[m][0]) or (phone and phone == rows[m][1]):
                parent[max(root(n), root(m))] = min(root(n), root(m))
    assert match_rows(frame)["person"].to_list() == [root(n) + 2 for n in range(len(rows))]
