"""Cells that are codes or tags."""

import pytest

from henk_pipeline.consent.codes import holds_refusing_tag, holds_tag_of_wrong_number, is_asked_about, is_blocked, read_code
from henk_pipeline.consent.columns import read_column


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("Solicit Code", "NP", "refused"),
        ("Call Result", "WN", "refused"),
        ("Status", "dead", "unclear"),
        ("Tags", "STOP", "refused"),
        ("Tags", "gala", None),
        ("Disposition", "TOL", "refused"),
    ],
)
def test_a_code_says_something_by_itself(name, cell, expected):
    found = read_code(cell, cell.lower(), read_column(name))
    assert (found and found.phone) == expected


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("Status", "D", True),
        ("Comm Code", "NM, NP", True),
        ("Comm Code", "north NP", False),
        ("Stop date", "2024-01-05", True),
        ("TCPA", "N/A", False),
        ("Call Outcome", "Refused", True),
    ],
)
def test_a_code_leaves_a_question_in_its_column(name, cell, expected):
    assert is_asked_about(cell, cell.lower(), read_column(name)) is expected


def test_one_of_several_tags_refuses():
    assert holds_refusing_tag("VIP NoCalls")
    assert not holds_refusing_tag("VIP gala")
    assert holds_tag_of_wrong_number("wrong-number gala")
    assert not holds_tag_of_wrong_number("gala 2024")


def test_a_blocked_account_is_one_only_where_nothing_else_stands_there():
    assert is_blocked("Blocked")
    assert not is_blocked("Blocked street")
