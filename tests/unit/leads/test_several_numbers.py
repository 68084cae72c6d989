"""Kinds of numbers and several values of a cell: a fax is not called, a mobile phone is one, the first value counts and the others stay."""

import json

import polars as pl
import pytest
from pydantic import ValidationError

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.emails import addresses_in
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.leads.phone_kinds import Kinds
from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.steps.suppress import _judged
from henk_pipeline.uploads.headers import map_columns

ONE, TWO, THREE = "(212) 555-0101", "(646) 555-0102", "(718) 555-0103"
ONE_E164, TWO_E164, THREE_E164 = "+12125550101", "+16465550102", "+17185550103"


def row_of(cells: dict[str, str]) -> dict[str, object]:
    table = pl.DataFrame({name: [cell] for name, cell in cells.items()})
    uses = map_columns(table, {}).uses
    columns = [ColumnMeaning(u.column, u.field, u.meaning, u.consent, u.kind_column, u.code_columns, rank=u.rank) for u in uses]
    return normalise(table, pl.Series([2]), columns, "US").row(0, named=True)


@pytest.mark.parametrize(
    ("number", "kind"), [("Phone 1 - Value", "Phone 1 - Label"), ("Phone", "Phone Type"), ("Phone Number", "Phone Number Type"), ("Telefon", "Telefon Typ"), ("phone1", "phone1_type"), ("Home Phone", "Home Phone Kind"), ("Phone Number 1", "Phone Type 1"),
     ("Telefon 1", "Art 1"), ("Telefonnummer", "Telefontyp"), ("Telefon", "Telefonart")],
)  # fmt: skip
@pytest.mark.parametrize(
    ("label", "phone", "mobile"),
    [("Home Fax", None, None), ("* Mobile", None, ONE_E164), ("Work", ONE_E164, None), ("CELL", None, ONE_E164), ("Télécopie", None, None),
     ("Pager", None, None), ("Handy", None, ONE_E164), ("", ONE_E164, None), ("Mobile Fax", None, None), ("Excellent", ONE_E164, None)],
)  # fmt: skip
def test_the_kind_of_a_number_decides_what_it_is(number, kind, label, phone, mobile):
    row = row_of({"Name": "Ana Silva", kind: label, number: ONE})
    assert (row["phone"], row["mobile_phone"]) == (phone, mobile)


@pytest.mark.parametrize(
    "label", ["Assistant", "Spouse's cell", "Wife", "Emergency Contact", "* Mother", "Ehefrau mobil", "Conjointe", "Neighbor"]
)
def test_the_number_of_another_person_is_none_of_the_persons(label):
    row = row_of({"Name": "Ana Silva", "Email": "a@example.org", "Phone": ONE, "Phone Type": label, "Phone 2": TWO, "Phone 2 Type": "Home"})
    custom = json.loads(row["custom_fields"])
    assert (row["phone"], row["mobile_phone"], custom["Phone (not used)"]) == (TWO_E164, None, ONE)


@pytest.mark.parametrize("cell", ["{} / {} (wife)", "{}; {} son", "{}, daughter {}", "wife {1} / {0}", "{} or {} (husband's cell)"])
def test_of_several_numbers_of_a_cell_those_of_another_person_are_not_called(cell):
    row = row_of({"Phone": cell.format(ONE, TWO)})
    assert (row["phone"], row["mobile_phone"]) == (ONE_E164, None)
    assert TWO[-4:] in row["custom_fields"]


def test_an_email_address_in_a_column_of_numbers_costs_nobody():
    cells = {"Phone Type 1": "Email", "Phone Number 1": "ana@example.org", "Phone Type 2": "Cell", "Phone Number 2": ONE}
    row = row_of({"Name": "Ana Silva"} | cells)
    assert (row["email"], row["phone"], row["mobile_phone"], row["unread_phone"]) == ("ana@example.org", None, ONE_E164, False)
    row = row_of({"Name": "Ana Silva", "Email": "own@example.org"} | cells)
    assert (row["email"], "ana@example.org" in json.loads(row["custom_fields"]).values()) == ("own@example.org", True)


def test_no_number_is_lost_to_its_kind():
    row = row_of({"Phone": ONE, "Phone Type": "Mobile", "Phone 2": TWO, "Phone 2 Type": "Home", "Mobile": THREE})
    assert (row["phone"], row["mobile_phone"], json.loads(row["custom_fields"])["Phone 2"]) == (ONE_E164, THREE_E164, TWO)
    row = row_of({"Phone": ONE, "Phone Type": "Mobile", "Phone 2": TWO, "Phone 2 Type": "Mobile"})
    assert (row["phone"], row["mobile_phone"]) == (TWO_E164, ONE_E164)


@pytest.mark.parametrize(
    ("cells", "phone"),
    [
        ({"Default Address Phone": ONE, "Phone": TWO}, TWO_E164),
        ({"Business Phone": ONE, "Other Phone": TWO, "Home Phone": THREE, "Primary Phone": ""}, THREE_E164),
        ({"Telefon geschäftlich": ONE, "Telefon privat": TWO}, TWO_E164),
    ],
)
def test_the_column_that_counts_counts_wherever_it_stands(cells, phone):
    row = row_of({"Name": "Ana Silva"} | cells)
    assert row["phone"] == phone
    mapping = map_columns(pl.DataFrame({name: [cell] for name, cell in cells.items()}), {})
    first = next(use.column for use in mapping.uses if use.field == "phone" and use.meaning == "value")
    assert first in mapping.notes[0].split("counts")[0]


def test_the_email_that_counts_counts_wherever_it_stands():
    row = row_of({"Work Email": "work@example.org", "Email": "own@example.org"})
    assert (row["email"], json.loads(row["custom_fields"])["Work Email"]) == ("own@example.org", "work@example.org")


@pytest.mark.parametrize("column", ["Phone 3", "Phone4", "Phone 5 - Value", "phone_6", "Phone #7", "Home Phone 3", "Telefon 2"])
def test_further_numbered_phones_are_mapped(column):
    assert row_of({"Phone": "", column: ONE})["phone"] == ONE_E164


@pytest.mark.parametrize(
    "cell",
    ["{} ::: {}", "{}; {}", "{};{}", "{} / {}", "{}/{}", "{}|{}", "{}\n{}", "{}, {}", "{} or {}", "H: {} W: {}", "{} / cell {}"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("first", "second"),
    [(ONE, TWO), ("212-555-0101", "646-555-0102"), ("2125550101", "6465550102"), ("+1 212 555 0101", "+1 646 555 0102")],
)
def test_of_several_numbers_of_a_cell_the_first_counts_and_the_second_stays(cell, first, second):
    row = row_of({"Phone": cell.format(first, second)})
    assert (row["phone"], row["mobile_phone"]) == (ONE_E164, TWO_E164)


@pytest.mark.parametrize("cell", ["212-555-0101 / 12", "212-555-0101; nobody", "212-555-0101 / 646-555-010", "212555010164655501021"])
def test_a_cell_of_which_one_part_is_no_number_is_reported(cell):
    assert row_of({"Phone": cell})["unread_phone"]


@pytest.mark.parametrize(("cell", "country", "number"), [("030/123456", "DE", "+4930123456"), ("0171/1234567", "DE", "+491711234567")])
def test_a_slash_after_an_area_code_divides_nothing(cell, country, number):
    assert normalise_phones(pl.DataFrame({"phone": [cell]}), "phone", country)["phone"].item() == number


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("a@example.org; b@example.net", ("a@example.org", "b@example.net")), ("a@example.org,b@example.net", ("a@example.org", "b@example.net")),
        ("a@example.org / b@example.net", ("a@example.org", "b@example.net")), ("a@example.org|b@example.net", ("a@example.org", "b@example.net")),
        ("a@example.org ::: b@example.net", ("a@example.org", "b@example.net")), ("a@example.org b@example.net", ("a@example.org", "b@example.net")),
        ("a@example.org and b@example.net", ("a@example.org", "b@example.net")), ("Ana <a@example.org>, Bo <b@example.net>", ("a@example.org", "b@example.net")),
        ("a@example.org; a@example.org", ("a@example.org",)), ("a@example.org (work)", ("a@example.org",)), ("work: a@example.org", ("a@example.org",)),
        ("a@example.org; b@", ("a@example.org; b@",)), ("ana silva@example.org", ("ana silva@example.org",)),
        ("ana silva@example.org; b@example.net", ("ana silva@example.org; b@example.net",)), ("declined", ("declined",)),
        ("mailto:a@example.org", ("mailto:a@example.org",)),
    ],
)  # fmt: skip
def test_addresses_of_a_cell(cell, addresses):
    assert addresses_in(cell) == addresses


def test_further_addresses_stay_as_a_custom_field():
    row = row_of({"Email": "a@example.org; b@example.net; c@example.net"})
    assert (row["email"], json.loads(row["custom_fields"])["email_2"]) == ("a@example.org", "b@example.net, c@example.net")


def test_a_list_of_opt_outs_loses_no_value_of_a_cell():
    cells = pl.DataFrame({"line": [2, 3], "cell": ["a@example.org; b@example.net", f"{ONE} / {TWO}"]})
    assert set(_judged(cells, "US")["value"]) == {"a@example.org", "b@example.net", ONE_E164, TWO_E164}


def test_a_word_is_of_one_kind_only():
    with pytest.raises(ValidationError, match="words of two kinds: fax"):
        Kinds(mobile=["Fax"], not_called=["fax"])
