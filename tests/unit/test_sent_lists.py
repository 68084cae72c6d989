"""Sent rows as the table of a file."""

import polars as pl
from polars.testing import assert_frame_equal

from henk_pipeline.postgres.sent_rows import SentRow
from henk_pipeline.steps.sent_lists import as_table, read_rows


def test_each_key_is_a_column_and_each_value_text():
    rows = [
        {
            "phone": "212",
            "DNC": True,
            "Gift": 2.5,
            "tags": ["VIP", None, 7],
            "Empty": "",
            "custom_fields": {"phone": "x", "Note": {"a": "ü"}},
        },
        {"Gift": None, "custom_fields": "not an object"},
    ]
    assert_frame_equal(
        as_table(rows),
        pl.DataFrame(
            {
                "phone": ["212", None],
                "DNC": ["true", None],
                "Gift": ["2.5", None],
                "tags": ["VIP, 7", None],
                "Empty": [None, None],
                "custom_fields phone": ["x", None],
                "Note": ['{"a": "ü"}', None],
                "custom_fields": [None, "not an object"],
            },
            schema_overrides={"Empty": pl.String},
        ),
    )


def test_a_row_without_keys_is_a_row():
    assert as_table([{}, {}]).height == 2


def test_refusals_are_those_of_a_file():
    rows = [
        SentRow(7, {"phone": "212 555 0101", "Ne pas appeler": "oui"}),
        SentRow(9, {"phone": "212 555 0102 (dnc)"}),
        SentRow(11, {"phone": "1"}),
    ]
    read = read_rows(rows, "US")
    assert read.select("id", "do_not_call").rows() == [("7", True), ("9", True), ("11", False)]
