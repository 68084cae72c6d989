"""A cell becomes the value a person means, by rules that look at the whole column."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from henk_pipeline.leads import text
from henk_pipeline.leads.column_meaning import ColumnMeaning, Habits


def cleaned(*cells: str | None) -> list[str | None]:
    return pl.DataFrame({"cell": cells}, schema={"cell": pl.String}).select(text.clean(pl.col("cell"))).to_series().to_list()


def test_blanks_invisible_characters_and_placeholders_go():
    assert cleaned("  Ana\u00a0 María ", "Bo\u200bb", "N/A", "-", " ", "", None, "e\u0301") == [
        "Ana María",
        "Bob",
        None,
        None,
        None,
        None,
        None,
        "é",
    ]


def test_line_breaks_stay_in_notes():
    noted = pl.DataFrame({"cell": ["a\r\nb ", "n/a"]}).select(text.clean_lines(pl.col("cell"))).to_series()
    assert noted.to_list() == ["a\nb", "n/a"]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["$1,234.50", "12", "1.5 EUR", "US$ 7", "-3", "1'000.00"], [1234.5, 12, 1.5, 7, -3, 1000]),
        (["1.234,50", "12,00", "7", "1.000"], [1234.5, 12, 7, 1000]),
        (["about 5", "1,23,4", "", "--"], [None, None, None, None]),
    ],
)
def test_the_decimal_sign_is_the_columns(cells, amounts):
    assert text.amount(pl.Series(cells)).to_list() == amounts


@pytest.mark.parametrize(
    ("cells", "locale", "dates"),
    [
        (["3/4/2025", "13/4/2025"], "en-US", [date(2025, 4, 3), date(2025, 4, 13)]),
        (["3/4/2025", "4/13/2025"], "de", [date(2025, 3, 4), date(2025, 4, 13)]),
        (["3/4/2025"], "en", [date(2025, 3, 4)]),
        (["3/4/2025"], "en-GB", [date(2025, 4, 3)]),
        (["3/4/2025", "3/3/2025"], None, [None, date(2025, 3, 3)]),
        (["3.4.2025"], None, [date(2025, 4, 3)]),
        (["3/4/2025", "13/45/2025", "4/14/2025"], "de", [date(2025, 3, 4), None, date(2025, 4, 14)]),
        (["2025-03-04", "2025/3/4", "2025-03-04T10:11:12Z", "4 Mar 2025", "March 4, 2025", "4. März 2025", "4 déc. 2025"], None,
         [date(2025, 3, 4)] * 6 + [date(2025, 12, 4)]),
        (["1/2/68", "1/2/69"], "en-US", [date(2068, 1, 2), date(1969, 1, 2)]),
        (["31/2/2025", "soon", "2025-13-01", ""], None, [None, None, None, None]),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_is_the_columns_and_never_guessed(cells, locale, dates):
    habits = Habits(locale=locale)
    habits.look_at(pl.DataFrame({"on": cells}), [ColumnMeaning("on", "last_gift_date")])
    assert text.date(pl.Series(cells), day_first=habits.day_first("on")).to_list() == dates


def test_another_column_of_the_file_tells_the_order_of_day_and_month():
    habits = Habits()
    columns = [ColumnMeaning("first", "first_gift_date"), ColumnMeaning("last", "last_gift_date")]
    habits.look_at(pl.DataFrame({"first": ["13/4/2025"], "last": ["3/4/2025"]}), columns)
    assert habits.day_first("last") is True


def test_an_order_is_found_from_pieces_of_a_column_as_from_the_whole():
    habits = Habits()
    for cells in (["3/4/2025"], ["4/13/2025"], ["5/6/2025"]):
        habits.look_at(pl.DataFrame({"on": cells}), [ColumnMeaning("on", "last_gift_date")])
    assert habits.day_first("on") is False


def test_moments():
    cells = ["2025-03-04 14:05", "3/4/2025 2:05 PM", "2025-03-04T14:05:00.250Z", "3/14/2025", "12:30", "2025-03-04 25:00"]
    read = text.moment(pl.Series(cells), day_first=False).to_list()
    assert read == [datetime(2025, 3, 4, 14, 5, tzinfo=UTC)] * 3 + [datetime(2025, 3, 14, tzinfo=UTC), None, None]
