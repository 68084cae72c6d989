"""Statements of a refusal in columns that are not of consent."""

import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.refusals import is_understood, read_refusal


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("do not call", "refused"),
        ("everything but calls", "refused"),
        ("e-mail only", "refused"),
        ("do not call without permission of Dana", "unclear"),
        ("DNC email only", "unclear"),
        ("DNC scrubbed", None),
        ("do not call on Sundays", None),
        ("email DNC only", None),
    ],
)
def test_a_refusal_is_all_that_a_note_says(cell, expected):
    found = read_refusal(cell, read_column("Notes"))
    assert (found and found.phone) == expected


@pytest.mark.parametrize(
    ("part", "expected"), [("Do not mail", True), ("no preference", True), ("Do not walk", True), ("Dana knows", False)]
)
def test_a_restriction_that_is_not_about_calls_is_understood(part, expected):
    assert is_understood(part) is expected
