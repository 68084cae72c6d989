"""Columns of a row an answer whose questions or channels stand in the column before, and counts of calls."""

import polars as pl
import pytest

from henk_pipeline.consent.tables import judge_table
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.contact_cells import consent_columns
from henk_pipeline.uploads.headers import map_columns


def not_called(columns):
    """Which rows of a file with these columns may not be called."""
    height = len(next(iter(columns.values())))
    people = {
        "Last Name": ["Quillon"] * height,
        "Email": [f"ada{n}@example.org" for n in range(height)],
        "Phone": ["212-555-0101"] * height,
    }
    table = pl.DataFrame({**people, **columns})
    uses = map_columns(table, {}, None, has_header=True, manifest_consent={}).uses
    judged = judge_table(table, consent_columns([ColumnMeaning(use.column, use.field, use.meaning, use.consent) for use in uses])).frame
    return judged.select(pl.col("do_not_call") | pl.col("dnc") | pl.col("consent_unclear").is_not_null()).to_series().to_list()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Consent Type": ["Phone", "Phone", "Email"], "Consent Status": ["Opted Out", "Opted In", "Opted Out"]}, [True, False, False]),
        ({"Opt Out": ["Yes", "Yes", "No"], "Opt Out Channel": ["Phone", "Email", None]}, [True, False, False]),
        ({"Preference Type": ["Phone", "Email", "Phone"], "Preference Value": ["No", "No", "Yes"]}, [True, False, False]),
        ({"Attribute Category": ["Do Not Call", "Do Not Call", "Newsletter"], "Attribute Description": ["Yes", "No", "No"]}, [True, False, False]),
        ({"Consent channel": ["Phone", "Phone"], "Consent category": ["General", "Events"], "Consent response": ["Opt-In", "Opt-Out"]}, [False, True]),
        # Without answers the channels are those of the consent, or of the refusal.
        ({"Consent Type": ["Phone", "Email"]}, [False, True]),
        ({"Opt-out type": ["Phone", "Email"]}, [True, False]),
        ({"Opt Out Channel": ["Phone", "Email"]}, [True, False]),
        # What stands beside a refusal by chance takes nothing back.
        ({"Category": ["Do Not Call", "Donor"], "Volunteer": ["No", "Yes"]}, [True, False]),
        ({"Category": ["Do Not Call", "Donor"], "Newsletter opt-in": ["Yes", "No"]}, [True, False]),
        ({"Category": ["Do Not Call", "Donor"], "Gift description": ["No", "Gala"]}, [True, False]),
        ({"Phone calls": ["0", "2", "1"]}, [False, False, False]),
        ({"Phone calls": ["0", "1", "1"]}, [True, False, False]),
        ({"Phone calls": ["No", "2", "Yes"]}, [True, True, False]),
    ],
    ids=str,
)  # fmt: skip
def test_which_rows_may_not_be_called(columns, expected):
    assert not_called(columns) == expected
