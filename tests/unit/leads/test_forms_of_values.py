"""Amounts and dates in the forms that people and spreadsheets write; one of two readings stays text."""

import datetime as dt
import json

import polars as pl
import pytest

from henk_pipeline.leads import text
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read_rows(tmp_path, content: str, country: str = "US"):
    path = tmp_path / "people.csv"
    path.write_text(content, encoding="utf-8")
    return validate_file(path, Manifest(), country).leads.collect().rows(named=True)


def read_amount(cell: str, decimal: text.DecimalSign | None, *, certain: bool = True) -> float | None:
    return text.amount(pl.Series([cell]), text.AmountForm(decimal, certain=certain))[0]


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("₹1,25,000", 125000, "INR"), ("1,25,000.50", 125000.5, None), ("₹1,00,00,000", 10000000, "INR"), ("Rs.500/-", 500, "INR"), ("1'250.00", 1250, None), ("CHF 1’250.50", 1250.5, "CHF"),
        ("1 250,00 €", 1250, "EUR"), ("€ 1.250,-", 1250, "EUR"), ("250:-", 250, None), ("US $ 25", 25, "USD"), ("$ (25.00)", -25, None), ("$1.2k", 1200, "$"), ("$5K", 5000, "$"),
        ("¥2,500", 2500, "¥"), ("￥2500", 2500, "¥"), ("2.500 Ft", 2500, "HUF"), ("Ft 2 500", 2500, "HUF"), ("Rp 25.000", 25000, "IDR"), ("₩1,250,000", 1250000, "KRW"), ("1.250,00", 1250, None),
        ("1,250.00", 1250, None), ("CA$25", 25, "CAD"), ("R$ 25", 25, "BRL"), ("zł 25", 25, "PLN"), ("25 Kč", 25, "CZK"), ("25 USD", 25, "USD"), ("USD25", 25, "USD"), ("25.00-", -25, None),
        ("(25.00)", -25, None), ("250 kr", 250, "kr"), ("250 kr.", 250, "kr"),
    ],
)  # fmt: skip
def test_amounts_of_one_reading(cell, amount, currency):
    assert read_amount(cell, ".") == amount
    assert text.currency(pl.Series([cell]))[0] == currency


@pytest.mark.parametrize(
    "cell", ["₹1,25,000", "1,25,000.50", "1'250.00", "1 250,00 €", "€ 1.250,-", "¥2,500", "2.500 Ft", "1.250,00", "1,250.00"]
)
def test_an_amount_of_one_reading_has_it_whatever_the_rest_of_the_column_is(cell):
    amounts = {read_amount(cell, decimal, certain=certain) for decimal in (",", ".") for certain in (True, False)} | {
        read_amount(cell, None, certain=False)
    }
    assert len(amounts) == 1
    assert amounts != {None}


@pytest.mark.parametrize(
    "cell", ["1,25,00", "1,2,3", "$1.25k0", "25k USD ok", "$1,234k", "$25-50", "1.2.3", "12,34", "five", "¥2,50", "25 (pledge)"]
)
def test_amounts_that_are_none_stay_text(cell):
    assert read_amount(cell, ".") is None


@pytest.mark.parametrize(
    ("cell", "decimal", "amount"),
    [("1.250", ".", 1.25), ("1.250", ",", 1250), ("1,250", ".", 1250), ("€1.250", ",", 1250), ("$1,250", ".", 1250), ("25.5", ".", 25.5)],
)
def test_amounts_that_the_column_decides_about_stay_as_they_are(cell, decimal, amount):
    assert read_amount(cell, decimal) == amount


@pytest.mark.parametrize(
    ("country", "own", "currency"),
    [("DK", "", "DKK"), ("SE", "", "SEK"), ("NO", "", "NOK"), ("US", "", "kr"), ("DE", "Denmark", "DKK"), ("DK", "Sweden", "SEK"), ("DK", "Germany", "kr"), ("CZ", "", "kr")],
)  # fmt: skip
def test_a_sign_of_several_countries_is_the_currency_of_the_row_s(tmp_path, country, own, currency):
    (lead,) = read_rows(tmp_path, f"Name,Email,Country,Gift Amount,Gift Date\nAda Quill,a@example.org,{own},250 kr,2025-03-05\n", country)
    assert (lead["gift_amount"], lead["gift_currency"]) == (250, currency)


DAY = dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "20260305", "5-Mar-26", "Mar 5, 2026 2:22 PM", "2026-03-05T14:22:00Z", "5. März 2026", "5 mars 2026", "5 de marzo de 2026", "5 de março de 2026", "5 marzo 2026", "5 maart 2026",
        "2026/3/5", "Thu 05 Mar 2026", "5 MARS 2026", "5 marca 2026",
    ],
)  # fmt: skip
def test_dates_in_words(cell):
    assert text.date(pl.Series([cell]), day_first=None)[0] == DAY


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("5 juin 2026", 6), ("5 juillet 2026", 7), ("5 juil. 2026", 7), ("5 août 2026", 8), ("5 aout 2026", 8), ("5 février 2026", 2), ("5 fevrier 2026", 2), ("5 gennaio 2026", 1), ("5 maggio 2026", 5),
        ("5 giugno 2026", 6), ("5 luglio 2026", 7), ("5 ottobre 2026", 10), ("5. Jänner 2026", 1), ("5 maj 2026", 5), ("5 junio 2026", 6), ("5 julio 2026", 7), ("5. Juni 2026", 6), ("5. Juli 2026", 7),
    ],
)  # fmt: skip
def test_months_of_other_languages(cell, month):
    assert text.date(pl.Series([cell]), day_first=None)[0] == dt.date(2026, month, 5)


@pytest.mark.parametrize("cell", ["Q1 2026", "March 2026", "Mar-26", "2026", "Spring 2026", "13/45/2026", "2026-02-30", "5 Foo 2026"])
def test_what_is_no_day_stays_text(tmp_path, cell):
    (lead,) = read_rows(tmp_path, f"Name,Email,Last Gift Date\nAda Quill,a@example.org,{cell}\n")
    assert lead["last_gift_date"] is None
    assert json.loads(lead["custom_fields"]) == {"Last Gift Date": cell}


@pytest.mark.parametrize(
    "cell",
    ["0000-00-00", "0/0/00", "1/1/1900", "01.01.1900", "1900-01-01", "1900-01-01 00:00:00", "1-Jan-1900", "Jan 1, 1900", "12/30/1899", "1899-12-30", "1/0/1900", "1/1/0001", "19000101"],
)  # fmt: skip
def test_forms_of_no_date_are_empty(tmp_path, cell):
    (lead,) = read_rows(tmp_path, f'Name,Email,Birth Date,Last Gift Date\nAda Quill,a@example.org,"{cell}","{cell}"\n')
    assert (lead["birth_date"], lead["last_gift_date"], lead["custom_fields"]) == (None, None, "{}")


def test_the_days_next_to_no_date_are_days():
    days = text.date(pl.Series(["1/2/1900", "1901-01-01", "11/1/1900", "31.12.1900"]), day_first=False)
    assert days.to_list() == [dt.date(1900, 1, 2), dt.date(1901, 1, 1), dt.date(1900, 11, 1), None]


def serial(days_ago: int) -> int:
    return (dt.datetime.now(dt.UTC).date() - dt.date(1899, 12, 30)).days - days_ago


def test_numbers_of_days_are_read_where_they_cannot_count_from_1904(tmp_path):
    recent, old = serial(30), serial(3000)
    first, second, third = read_rows(
        tmp_path,
        f"Name,Email,Birth Date,Last Gift Date\nAda Quill,a@example.org,25569,{recent}\nBo Fox,b@example.org,1970-01-02,{old}.75\nCy Ash,c@example.org,,2025-03-05\n",
    )  # fmt: skip
    assert [row["last_gift_date"] for row in (first, second, third)] == [
        dt.date(1899, 12, 30) + dt.timedelta(days=recent),
        dt.date(1899, 12, 30) + dt.timedelta(days=old),
        dt.date(2025, 3, 5),
    ]
    assert (first["birth_date"], second["birth_date"]) == ("1970-01-01", "1970-01-02")
    assert first["custom_fields"] == "{}"


@pytest.mark.parametrize("days", [[3000, 2500], [30, -400]])
def test_numbers_of_days_that_may_count_from_1904_or_are_none_stay_text(tmp_path, days):
    cells = [str(serial(ago)) for ago in days]
    rows = read_rows(tmp_path, "Name,Email,Last Gift Date\n" + "".join(f"Ada Quill,a{cell}@example.org,{cell}\n" for cell in cells))
    assert [row["last_gift_date"] for row in rows] == [None, None]
    assert [json.loads(row["custom_fields"]) for row in rows] == [{"Last Gift Date": cell} for cell in cells]


def test_numbers_of_days_in_other_columns_stay_as_they_are(tmp_path):
    (lead,) = read_rows(tmp_path, f"Name,Email,Badge,Postal Code,Last Gift Date\nAda Quill,a@example.org,{serial(3)},46032,{serial(3)}\n")
    assert json.loads(lead["custom_fields"]) == {"Badge": str(serial(3))}
    assert lead["postal_code"] == "46032"


@pytest.mark.parametrize(
    "cell",
    [
        "3. 4. 2025", "03. 04. 2025", "3. 4. 25", "3. 4. 2025 14:05", "2025. 04. 03.", "2025.04.03.", "2025. 4. 3", "3. dubna 2025", "2025. április 3.", "3. apríla 2025",
        "3. April 2025",
    ],
)  # fmt: skip
def test_dates_with_blanks_behind_their_points(cell):
    assert text.date(pl.Series([cell]), day_first=True).to_list() == [dt.date(2025, 4, 3)]


def test_points_with_blanks_say_that_the_day_is_first(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name,Phone,Last Gift Date\nAna Ash,2125550101,3. 4. 2025\n")
    assert validate_file(file, Manifest(), "US").leads.collect()["last_gift_date"].to_list() == [dt.date(2025, 4, 3)]


@pytest.mark.parametrize(
    ("cell", "month"),
    [("5. června 2025", 6), ("5. července 2025", 7), ("5. prosince 2025", 12), ("5. mája 2025", 5), ("2025. szeptember 5.", 9)],
)
def test_months_in_czech_slovak_and_hungarian(cell, month):
    assert text.date(pl.Series([cell]), day_first=True).to_list() == [dt.date(2025, month, 5)]
