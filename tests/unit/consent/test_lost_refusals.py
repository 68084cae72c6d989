"""Refusals in words that were read as nothing, and their neighbours that are none."""

from dataclasses import replace

import polars as pl
import pytest

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import EMBEDDED, read_column

NAMES = replace(EMBEDDED, people=True)


def verdict(cell, column):
    return judge_cells(pl.Series([cell, None, "x y"]), column)["phone"][0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Leo Kern (dead)", "refused"),
        ("Leo Kern [Dead]", "refused"),
        ("Ida Jung DO NOT USE", "refused"),
        ("Grateful Dead Fans", None),
        ("Dead Sea Tours", None),
        ("Leo Kern (Deadwood)", None),
        ("Ida Use", None),
        ("Leo Kern (Rip)", None),
    ],
)
def test_a_remark_in_a_name(cell, expected):
    assert verdict(cell, NAMES) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('said "quit calling me"', "refused"),
        ("do nto call", "refused"),
        ("ceased", "unclear"),
        ("Ceased to be", "unclear"),
        ("expired 2023", "unclear"),
        ("Expired March 2023", "unclear"),
        ("In memoriam", "unclear"),
        ("expired card 2023", None),
        ("card expired 2023", None),
        ("membership expired 2023", None),
        ("ceased to be a member", None),
        ("gift in memoriam of her son", None),
        ("increased", None),
    ],
)
@pytest.mark.parametrize("name", ["Notes", "Comments"])
def test_a_note(name, cell, expected):
    assert verdict(cell, read_column(name)) == expected


@pytest.mark.parametrize("name", ["Card Status", "Membership Status", "Gift Type", "Subscription"])
@pytest.mark.parametrize("cell", ["expired", "expired 2023", "ceased"])
def test_a_membership_that_expires_is_nobody_who_died(name, cell):
    assert verdict(cell, read_column(name)) is None


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("Call?", "Don't", "unclear"),
        ("Call?", "Do", None),
        ("Call", "No", None),
        ("Reachable", "No - refused", "unclear"),
        ("Reachable", "No", None),
        ("Reachable", "Yes", None),
        ("Interested in calls", "Not at all", "refused"),
        ("Interested in calls", "Yes", "permitted"),
        ("Interested in events", "Not at all", None),
        ("Mail/Phone", "M", "unclear"),
        ("Mail/Phone", "MP", None),
        ("Phone or Mail", "Mail", "unclear"),
        ("Quit list", "Yes", "refused"),
        ("Quit list", "No", "permitted"),
        ("Hívható", "nem", "refused"),
        ("Hívható", "igen", "permitted"),
        ("Nem hívható", "igen", "refused"),
    ],
)
def test_a_column(name, cell, expected):
    column = read_column(name)
    assert (None if column is None else verdict(cell, column)) == expected


def test_a_call_permission_of_hungarian_is_none_of_e_mails():
    assert judge_cells(pl.Series(["nem"]), read_column("Hívható"))["email"][0] is None
