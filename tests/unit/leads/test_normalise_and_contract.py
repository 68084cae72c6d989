"""A row of text becomes a lead's fields; a row that breaks rules is told all of them, and good rows beside it go on."""

import json
from datetime import date

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.contract import RULES, explain, validate
from henk_pipeline.leads.normalise import normalise


def rows(columns: list[ColumnMeaning], **cells: list[str | None]) -> pl.DataFrame:
    table = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    return normalise(table, pl.int_range(2, 2 + table.height, eager=True), columns, "US")


def test_a_row_becomes_typed_fields():
    frame = rows(
        [ColumnMeaning("Name", "full_name"), ColumnMeaning("Mail", "email"), ColumnMeaning("Tel", "phone"), ColumnMeaning("Gift", "last_gift_amount"),
         ColumnMeaning("On", "last_gift_date"), ColumnMeaning("Gifts", "gift_count"), ColumnMeaning("Tags", "tags"), ColumnMeaning("Shoe", None)],
        Name=["Lima, Ana"], Mail=["Ana@Example.org"], Tel=["212-555-0123 x9"], Gift=["$1,200.50"], On=["2025-03-04"], Gifts=["3"],
        Tags=["a; b,a"], Shoe=['38 "wide"'],
    )  # fmt: skip
    row = frame.row(0, named=True)
    assert (row["line"], row["first_name"], row["last_name"], row["email"], row["phone"]) == (
        2,
        "Ana",
        "Lima",
        "ana@example.org",
        "+12125550123",
    )
    assert (row["last_gift_amount"], row["last_gift_date"], row["gift_count"], row["tags"]) == (1200.5, date(2025, 3, 4), 3, ["a", "b"])
    assert json.loads(row["custom_fields"]) == {"Shoe": '38 "wide"', "phone_extension": "9"}
    assert not any(value for name, value in row.items() if name.startswith("unread_"))


def test_an_opt_out_in_any_of_several_columns_counts_and_the_opposite_is_turned_round():
    columns = [
        ColumnMeaning("A", "email_opt_out"),
        ColumnMeaning("B", "email_opt_out", "opposite"),
        ColumnMeaning("C", "email_opt_out", "present"),
    ]
    frame = rows(columns, A=["no", "yes", None, None], B=["yes", "yes", "no", None], C=[None, None, None, "2025-01-01"])
    assert frame["email_opt_out"].to_list() == [False, True, True, True]


def test_a_cell_that_is_neither_yes_nor_no_is_unclear_and_opts_nobody_out_for_good():
    columns = [ColumnMeaning("Mail", "email"), ColumnMeaning("DNC", "dnc"), ColumnMeaning("Call", "do_not_call")]
    frame = rows(columns, Mail=["a@example.org", "b@example.org"], DNC=["ask Dana", "?"], Call=["no", "yes"])
    good, failures = validate(frame)
    assert failures.height == 0
    assert good.select("do_not_call", "dnc", "consent_unclear").rows() == [(False, False, "DNC: ask Dana"), (True, False, None)]


def test_a_row_is_told_all_it_broke_and_its_neighbours_pass():
    frame = rows(
        [ColumnMeaning("Mail", "email"), ColumnMeaning("Tel", "phone"), ColumnMeaning("On", "last_gift_date")],
        Mail=["bad", "b@example.org", None, "d@example.org"], Tel=["5", None, None, None], On=["3/4/2025", "2025-03-04", None, "soon"],
    )  # fmt: skip
    good, failures = validate(frame)
    assert good["line"].to_list() == [3, 5]
    assert failures.rows() == [
        (2, "email", "email_invalid"), (2, "phone", "phone_invalid"), (4, None, "no_contact"),
    ]  # fmt: skip
    assert not [name for name in good.columns if name.startswith("unread_")]


def test_an_optional_value_that_is_none_is_kept_as_text_and_rejects_nobody():
    frame = rows(
        [ColumnMeaning("Mail", "email"), ColumnMeaning("Gift", "last_gift_amount"), ColumnMeaning("Gifts", "gift_count"),
         ColumnMeaning("On", "last_gift_date"), ColumnMeaning("Seen", "last_activity_at")],
        Mail=["a@example.org", "b@example.org", "c@example.org"], Gift=["-25.00", "a lot", "$25"], Gifts=["2.5", "two", "2"],
        On=["spring", "0000-00-00", "2025-03-04"], Seen=["0000-00-00 00:00:00", "long ago", None],
    )  # fmt: skip
    good, failures = validate(frame)
    assert failures.height == 0
    assert good.select("last_gift_amount", "gift_count").rows() == [(None, None), (None, None), (25.0, 2)]
    assert [json.loads(text) for text in good["custom_fields"]] == [
        {"Gift": "-25.00", "Gifts": "2.5", "On": "spring"}, {"Gift": "a lot", "Gifts": "two", "Seen": "long ago"}, {},
    ]  # fmt: skip


def test_residue_of_spreadsheets_is_no_part_of_the_value():
    frame = rows(
        [ColumnMeaning("Id", "source_id"), ColumnMeaning("Zip", "postal_code"), ColumnMeaning("Tel", "phone"), ColumnMeaning("City", "city"),
         ColumnMeaning("Name", "last_name"), ColumnMeaning("Size", None)],
        Id=['="00123"', "'00124", '=T("00125")', "00126"], Zip=['="02134"', "'02134", "02134", "2134"],
        Tel=['="2125550101"', "'+12125550102", "212-555-0103", "'(212) 555-0104"], City=["#N/A", "#REF!", "Err:502", "####"],
        Name=["'t Hooft", "O'Brien", "#NAME?", "d'Arc"], Size=['="007"', "#DIV/0!", '="a ""b"""', "=1+1"],
    )  # fmt: skip
    assert frame["source_id"].to_list() == ["00123", "00124", "00125", "00126"]
    assert frame["postal_code"].to_list() == ["02134"] * 4
    assert frame["phone"].to_list() == ["+12125550101", "+12125550102", "+12125550103", "+12125550104"]
    assert frame["city"].null_count() == 4
    assert frame["last_name"].to_list() == ["'t Hooft", "O'Brien", None, "d'Arc"]
    assert [json.loads(text) for text in frame["custom_fields"]] == [{"Size": "007"}, {}, {"Size": 'a "b"'}, {"Size": "=1+1"}]


def amounts(cells: list[str], country: str, column: str = "Total") -> list[float | str | None]:
    table = pl.DataFrame({column: cells, "Mail": [f"a{n}@example.org" for n in range(len(cells))]})
    frame = normalise(
        table, pl.int_range(len(cells), eager=True), [ColumnMeaning(column, "total_gifts"), ColumnMeaning("Mail", "email")], country
    )
    texts = [json.loads(custom).get(column) for custom in frame["custom_fields"]]
    return ["asked" if amount is None and text else amount for amount, text in zip(frame["total_gifts"], texts, strict=True)]


@pytest.mark.parametrize(
    ("cells", "country", "expected"),
    [
        (["1.500", "250", "12.000"], "DE", [1500, 250, 12000]), (["1,500", "250"], "US", [1500, 250]), (["1.500", "250"], "US", ["asked", 250]),
        (["1,500", "250"], "DE", ["asked", 250]), (["1.500", "12,50"], "US", [1500, 12.5]), (["1,500", "12.50"], "DE", [1500, 12.5]),
        (["1.500", "1.500.000"], "US", [1500, 1_500_000]), (["1.500", "1,500"], "CH", ["asked", "asked"]), (["0.500", "25"], "US", [0.5, 25]),
        (["1.500 €", "€ 2.500"], "FR", [1500, 2500]), (["1'500", "25"], "CH", [1500, 25]), (["1500.00", "25"], "DE", [1500, 25]),
    ],
)  # fmt: skip
def test_one_group_of_three_digits_is_read_by_the_column_else_by_the_country_else_asked(cells, country, expected):
    assert amounts(cells, country) == expected


def test_the_language_of_the_column_names_comes_before_the_country():
    table = pl.DataFrame(
        {"Vorname": ["Jutta"], "Nachname": ["Eichendorff"], "E-Mail": ["j@example.org"], "Spendensumme": ["1.500"], "Anzahl": ["1.200"]}
    )
    uses = [ColumnMeaning("Spendensumme", "total_gifts"), ColumnMeaning("Anzahl", "gift_count"), ColumnMeaning("E-Mail", "email")]
    frame = normalise(table, pl.Series([2]), uses, "US")
    assert frame.select("total_gifts", "gift_count").row(0) == (1500, 1200)


def test_a_birth_date_is_never_in_the_future():
    frame = rows([ColumnMeaning("Born", "birth_date")], Born=["3/14/45", "12/25/68", "3/14/05", "2091-01-01", "0000-00-00", "05-Mar-31"])
    assert frame["birth_date"].to_list() == ["1945-03-14", "1968-12-25", "2005-03-14", "2091-01-01", None, "1931-03-05"]


def test_a_row_a_gift_fills_the_fields_of_all_gifts_and_a_refund_is_none():
    uses = [ColumnMeaning("Amount", "gift_amount"), ColumnMeaning("Date", "gift_date"), ColumnMeaning("Refund", "gift_refunded")]
    frame = rows(
        uses, Amount=["€25.00", "-25.00", "40"], Date=["2026-01-15", "2026-01-16", "2026-01-17"], Refund=[None, None, "2026-01-18"]
    )
    fields = ("gift_amount", "gift_currency", "gift_count", "total_gifts", "last_gift_amount", "last_gift_date")
    assert frame.select(fields).rows() == [
        (25.0, "EUR", 1, 25.0, 25.0, date(2026, 1, 15)), (-25.0, None, 0, None, None, None), (0.0, None, 0, None, None, None),
    ]  # fmt: skip


def test_an_amount_without_a_date_is_the_total_and_a_date_without_an_amount_the_latest():
    assert rows([ColumnMeaning("Amount", "gift_amount")], Amount=["25"]).select("total_gifts", "gift_amount", "gift_count").row(0) == (
        25.0,
        None,
        None,
    )
    assert rows([ColumnMeaning("Date", "gift_date")], Date=["2026-01-15"])["last_gift_date"].item() == date(2026, 1, 15)


def test_every_rule_has_words_and_a_remedy():
    assert all(rule.message and rule.remedy.endswith(".") for rule in RULES.values())


def test_a_failure_in_words_shows_the_cell_and_what_to_do():
    failures = pl.DataFrame({"line": [2, 3], "field": ["phone", None], "rule": ["phone_invalid", "no_contact"]})
    cells = pl.DataFrame({"line": [2], "field": ["phone"], "column": ["Tel."], "value": ["1.20756E+10"]})
    first, second = explain(failures, cells).rows(named=True)
    assert (first["rule"], first["column"], first["value"]) == ("phone_scientific", "Tel.", "1.20756E+10")
    assert first["message"].startswith("“1.20756E+10” is a number that Excel has shortened")
    assert second["message"] == "The row has neither a phone number nor an e-mail address. Fill in at least one of them."


def test_a_column_named_as_what_is_kept_breaks_nothing():
    columns = [
        ColumnMeaning("Email", "email"),
        ColumnMeaning("Email (as written)", None),
        ColumnMeaning("phone_flag", None),
        ColumnMeaning("P", "phone"),
    ]
    frame = rows(
        columns,
        **{"Email": ["declined", "a@example.org"], "Email (as written)": [None, "x"], "phone_flag": ["1", None], "P": ["9005550123", None]},
    )
    assert json.loads(frame["custom_fields"][0])["Email (as written)"] == "declined"
