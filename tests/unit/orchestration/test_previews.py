"""What is shown of frames: persons masked, markup escaped."""

import polars as pl
import pytest

from henk_pipeline.orchestration.previews import (
    chart_of_reasons,
    escape_markdown,
    mask,
    masked_cell,
    masked_preview,
    preview,
    readable_bytes,
    rejections_preview,
    without_contacts,
)


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [
        ("email", "ana.lima@example.org", "…@example.org"),
        ("email", "ana lima", "a…"),
        ("phone", "+12125550142", "+1…42"),
        ("mobile_phone", "555", "…"),
        ("first_name", "Ana", "A…"),
        ("notes", "calls back on Monday", "c…"),
        ("custom_fields", '{"Spouse": "Bo"}', "{…"),
        ("a column of tomorrow", "Ana", "A…"),
        ("a number of tomorrow", 1950, "…"),
        ("tags", ["vip", "Ana"], "…"),
        ("city", None, None),
        ("city", "", "…"),
    ],
)
def test_a_cell_shows_its_kind_and_not_its_person(column, cell, shown):
    assert masked_cell(column, cell) == shown


def test_only_columns_that_tell_nothing_of_a_person_stay():
    frame = pl.DataFrame({"line": [2], "first_name": ["Ana"], "lead_score": [71], "do_not_call": [True], "birth_date": ["1950-01-02"]})
    assert mask(frame).row(0) == (2, "A…", 71, True, "1…")


def test_a_preview_of_rows_leaves_out_empty_columns_and_of_nothing_there_is_none():
    rows = pl.LazyFrame({"line": [2, 3], "email": ["ana@example.org", None], "city": [None, None]}, schema_overrides={"city": pl.String})
    assert masked_preview(rows)["Preview"].value.splitlines() == ["| line | email |", "| --- | --- |", "| 2 | …@example.org |", "| 3 |  |"]
    assert masked_preview(rows.head(0)) == {}


def test_rejected_rows_are_shown_by_line_column_and_rule():
    rejections = pl.LazyFrame(
        {
            "line": [2, 3, 4],
            "column": ["Email", "Ana Lima", None],
            "rule": ["email_invalid", "phone_invalid", "no_contact"],
            "message": ["“ana lima” is not an e-mail address", "", ""],
        }
    )
    page = rejections_preview(rejections, {"Email": "email", "Ana Lima": None})["Preview"].value
    assert "| 2 | Email | A cell is not an e-mail address." in page
    assert "| 3 | A… |" in page
    assert "lima" not in page.lower()


def test_every_rule_has_words_without_a_cell():
    page = chart_of_reasons({"email_invalid": 3, "cell_count": 1, "date_invalid": 1, "no_such_rule": 1})
    records = page["Reasons"].records
    assert [record.data["rows"] for record in records] == [3, 1, 1, 1]
    assert all("{" not in record.data["reason"] for record in records)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“ana@example.org” is not read", "“…@example.org” is not read"),
        ("call +1 (212) 555-0142 or 2125550143", "call …42 or …43"),
        ("on 2026-11-22 at 02:04, 31 of 120 rows, harbor-light_contacts_12345678_2026-11-22T0204", None),
        ("There is no business 'x'. There are: acme.", None),
    ],
)
def test_contacts_are_masked_in_a_text_and_nothing_else(text, shown):
    assert without_contacts(text) == (shown or text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("a\\|b", "a\\\\\\|b"),
        ("<img src=x>", "&lt;img src=x>"),
        ("[x](javascript:1)", "\\[x](javascript:1)"),
        ("a\r\nb", "a  b"),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_nothing_in_a_cell_is_markup(text, shown):
    assert escape_markdown(text) == shown


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 bytes"), (999, "999 bytes"), (12_345, "12.3 KB"), (5_000_000, "5.0 MB"), (7 * 10**15, "7000.0 TB")]
)
def test_sizes_have_a_unit(size, shown):
    assert readable_bytes(size) == shown


@pytest.mark.parametrize(
    ("rows", "shown", "last"),
    [(6, 6, "| list 5 | unchanged |"), (200, 200, "| list 199 | unchanged |"), (1201, 200, "1,001 more rows are left out.")],
)
def test_a_table_of_lists_has_a_row_each_and_says_how_many_are_left_out(rows, shown, last):
    seen = preview(pl.DataFrame({"list": [f"list {n}" for n in range(rows)], "status": ["unchanged"] * rows, "reason": [None] * rows}))
    lines = seen["preview"].value.splitlines()
    assert (sum(line.startswith("| list ") for line in lines) - 1, seen["dagster/row_count"], lines[-1]) == (shown, rows, last)
