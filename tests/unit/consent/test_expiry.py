"""Dates in cells, and permissions that end on one."""

from datetime import UTC, datetime, timedelta

import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.expiry import end_of, expired, is_date

TODAY = datetime.now(tz=UTC).date()


@pytest.mark.parametrize("cell", ["2024", "2024-03-01", "1/5/24", "3 May 2021", "12. März 2020", "May 3, 2021", "20240105", "março 2021"])
def test_a_date_is_one_in_any_form(cell):
    assert is_date(cell)


@pytest.mark.parametrize("cell", ["Expired 2024", "yes 2024-03-01", "12", "May", "212-555-0101"])
def test_anything_else_is_no_date(cell):
    assert not is_date(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("valid through 2098", (2098, "valid")),
        ("until 12/31/2001", (2001, "")),
        ("no, until 2030", (2030, "no")),
        ("until May", None),
        ("since 2020", None),
    ],
)
def test_the_end_of_a_permission_is_read_with_what_stands_before_it(cell, expected):
    assert end_of(cell) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(TODAY - timedelta(days=400), "unclear"), (TODAY - timedelta(days=1), "unclear"), (TODAY + timedelta(days=400), None)],
)
def test_a_permission_that_ended_is_a_question(day, expected):
    assert expired(day.isoformat(), read_column("Consent expires")).phone == expected
