"""Numbers that nobody should call are left out and kept with what they are; a number of no known country costs nobody a good e-mail address."""

import json

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.contract import validate
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.leads.phones import kinds_not_called

COLUMNS = [
    ColumnMeaning("Phone", "phone"),
    ColumnMeaning("Cell", "mobile_phone"),
    ColumnMeaning("Mail", "email"),
    ColumnMeaning("Country", "country"),
]


def frame_of(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema=dict.fromkeys((use.column for use in COLUMNS), pl.String), orient="row")
    return normalise(table, pl.int_range(2, 2 + len(rows), eager=True), COLUMNS, "US")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+19005550123", "premium rate"), ("+447012345678", "personal"), ("+447640123456", "pager"), ("+4990012345678", None),
        ("+448451234567", "premium rate"), ("+18005550123", None), ("+12125550123", None), ("+447400123456", None), ("+33891123456", "premium rate"),
        ("+15005550123", "personal"),
    ],
)  # fmt: skip
def test_kinds_of_numbers_are_those_of_libphonenumber(number, kind):
    assert kinds_not_called(pl.Series([number, None])).to_list() == [kind, None]


def test_a_premium_number_is_flagged_and_the_other_number_called():
    frame = frame_of(("900-555-0123", "212-555-0101", "a@example.org", None), (None, "+44 7640 123456", "b@example.org", None))
    assert frame.select("phone", "mobile_phone").rows() == [(None, "+12125550101"), (None, None)]
    assert [json.loads(text) for text in frame["custom_fields"]] == [
        {"phone (not called)": "+19005550123", "phone_flag": "premium rate"},
        {"mobile_phone (not called)": "+447640123456", "mobile_phone_flag": "pager"},
    ]


def test_a_number_of_no_known_country_is_left_out_where_the_person_can_be_reached():
    frame = frame_of(
        ("612345678", None, "a@example.org", "NA"), ("612345678", None, None, "NA"), ("+264 61 221 234", None, "c@example.org", "NA")
    )
    good, failures = validate(frame)
    assert good.select("line", "phone", "email").rows() == [(2, None, "a@example.org"), (4, "+26461221234", "c@example.org")]
    assert failures.rows() == [(3, "phone", "phone_invalid")]
    assert json.loads(good["custom_fields"][0]) == {"phone (country not known)": "612345678"}
