"""Which people need not be looked for: those who are a known lead's to the letter."""

import polars as pl
import pytest

from henk_pipeline.steps.people import match_exactly

COMPARED = ("source", "source_id", "first_name", "email", "phone")
SCHEMA = dict.fromkeys(COMPARED, pl.String)
ANA = {"source": "crm", "source_id": "7", "first_name": "Ana", "email": "ana@example.org", "phone": None}


def found(people: list[dict], leads: list[dict]) -> list[tuple[int, str]]:
    """Lines and leads, which are numbered in their order."""
    told = pl.DataFrame(people, schema=SCHEMA).with_row_index("line").with_columns(pl.col("line").cast(pl.Int64))
    known = pl.DataFrame(leads, schema=SCHEMA).with_columns(
        pl.Series("id", [f"lead {number}" for number in range(len(leads))], dtype=pl.String)
    )
    return match_exactly(told, known, COMPARED).sort("line").rows()


@pytest.mark.parametrize(
    ("said", "is_same"),
    [
        ({}, True),
        ({"source": "file", "source_id": None}, True),  # a file without ids says nothing of them
        ({"source_id": "8"}, False),
        ({"source": "other"}, False),
        ({"first_name": "Anna"}, False),
        ({"first_name": None}, False),
        ({"phone": "+12125550101"}, False),
        ({"email": None}, False),
    ],
)
def test_all_that_is_compared_is_equal_and_empty_is_equal_to_empty(said, is_same):
    assert found([ANA | said], [ANA]) == ([(0, "lead 0")] if is_same else [])


def test_a_lead_without_an_id_is_not_that_of_a_row_with_one():
    assert found([ANA], [ANA | {"source_id": None}]) == []


def test_of_an_address_that_two_people_or_two_leads_have_nobody_is_settled():
    bo, cy = (ANA | {"source_id": None, "first_name": name, "email": f"{name}@example.org"} for name in ("Bo", "Cy"))
    assert found([ANA, ANA, bo], [ANA, bo]) == [(2, "lead 1")]
    assert found([cy, bo], [bo, bo | {"first_name": "Bob"}, cy]) == [(0, "lead 2")]
    assert found([], [ANA]) == found([ANA], []) == []
