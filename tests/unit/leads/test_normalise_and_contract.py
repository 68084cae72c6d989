"""A row of text becomes a lead's fields; a row that breaks rules is told all of them, and good rows beside it go on."""

import json
from datetime import date

import polars as pl

from henk_pipeline.leads.contract import RULES, explain, validate
from henk_pipeline.leads.normalise import ColumnMeaning, normalise


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
        [ColumnMeaning("Mail", "email"), ColumnMeaning("Tel", "phone"), ColumnMeaning("Gift", "total_gifts"), ColumnMeaning("Gifts", "gift_count")],
        Mail=["bad", "b@example.org", None, "d@example.org"], Tel=["5", None, None, None], Gift=["x", None, None, "-5"], Gifts=["2.5", None, None, None],
    )  # fmt: skip
    good, failures = validate(frame)
    assert good["line"].to_list() == [3]
    assert failures.rows() == [
        (2, "email", "email_invalid"), (2, "gift_count", "count_invalid"), (2, "phone", "phone_invalid"), (2, "total_gifts", "amount_invalid"),
        (4, None, "no_contact"), (5, "total_gifts", "amount_negative"),
    ]  # fmt: skip
    assert not [name for name in good.columns if name.startswith("unread_")]


def test_every_rule_has_words_and_a_remedy():
    assert all(rule.message and rule.remedy.endswith(".") for rule in RULES.values())


def test_a_failure_in_words_shows_the_cell_and_what_to_do():
    failures = pl.DataFrame({"line": [2, 3], "field": ["phone", None], "rule": ["phone_invalid", "no_contact"]})
    cells = pl.DataFrame({"line": [2], "field": ["phone"], "column": ["Tel."], "value": ["1.20756E+10"]})
    first, second = explain(failures, cells).rows(named=True)
    assert (first["rule"], first["column"], first["value"]) == ("phone_scientific", "Tel.", "1.20756E+10")
    assert first["message"].startswith("“1.20756E+10” is a number that Excel has shortened")
    assert second["message"] == "The row has neither a phone number nor an e-mail address. Fill in at least one of them."
