"""Commented-out people, instructions below a table, second lines of a header, and names that are numbers of orders."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads import reading as reading_module
from henk_pipeline.uploads.manifest import Manifest
from tests.unit.uploads.test_workbooks import write


def read_rows(tmp_path, text: str):
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    validated = validate_file(path, Manifest(), "US")
    return validated, validated.leads.collect()


def why_left_out(validated) -> list[str]:
    return [part.why for part in validated.reading.left_out]


@pytest.mark.parametrize("sign", ["# ", "#", "//", "// ", "-- ", "--"])
def test_a_person_behind_a_comment_sign_is_left_out(tmp_path, sign):
    validated, leads = read_rows(tmp_path, f"Name,Phone\nAna Ash,212-555-0101\n{sign}Old One,212-555-0199\nBo Bri,212-555-0102\n")
    assert leads["first_name"].to_list() == ["Ana", "Bo"]
    assert (why_left_out(validated), validated.rows_read) == (["comment"], 2)


def test_a_comment_in_a_column_of_ids_is_one(tmp_path):
    _, leads = read_rows(tmp_path, "Donor Number,Name,Phone\n# 55,Old One,212-555-0199\n56,Bo Bri,212-555-0102\n57,Cy Cor,212-555-0103\n")
    assert leads["first_name"].to_list() == ["Bo", "Cy"]


def test_a_header_that_is_commented_out_above_the_header_is_none(tmp_path):
    validated, leads = read_rows(tmp_path, "# exported by x\n# Name,Phone\nName,Phone\nAna Ash,212-555-0101\n#Old One,212-555-0199\n")
    assert leads["first_name"].to_list() == ["Ana"]
    assert validated.reading.header_line == 3
    assert why_left_out(validated) == ["comment", "comment"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Name,Phone\n#1 Fan Club,212-555-0101\nBo Bri,212-555-0102\nCy Cor,212-555-0103\n", 3),
        ("Notes,Name,Phone\n#vip,Ana Ash,212-555-0101\nok,Bo Bri,212-555-0102\n,Cy Cor,212-555-0103\n", 3),
        ("Label,Name,Phone\n#vip,Ana Ash,212-555-0101\nok,Bo Bri,212-555-0102\n,Cy Cor,212-555-0103\n", 3),
        ("# Name,Phone\nAna Ash,212-555-0101\nBo Bri,212-555-0102\n", 2),
        ("Name,Phone\n# Ana Ash,212-555-0101\n# Bo Bri,212-555-0102\n", 2),
        ("Name,Phone\nAna Ash,212-555-0101\n#1001,212-555-0102\nCy Cor,212-555-0103\n", 3),
    ],
)
def test_a_sign_that_is_no_comment_is_data(tmp_path, text, rows):
    assert read_rows(tmp_path, text)[1].height == rows


def test_a_big_file_is_read_by_the_same_rule(tmp_path, monkeypatch):
    for name, value in {"SMALL": 1000, "HEAD": 1000, "TAIL": 1000, "BLOCK": 4000}.items():
        monkeypatch.setattr(reading_module, name, value)
    rows = [f"Ana{chr(97 + n % 26)} Ash,212-555-{n:04}" for n in range(100, 900)]
    rows[400] = "# Old One,212-555-0199"
    validated, leads = read_rows(tmp_path, "\n".join(["Name,Phone", *rows]) + "\n")
    assert (leads.height, why_left_out(validated)) == (799, ["comment"])


@pytest.mark.parametrize(
    "footer", ["Questions? Call Rita at", "Prepared by:", "Please return this list to", "Bei Fragen bitte Rita anrufen:"]
)
def test_an_instruction_below_a_blank_line_is_no_lead(tmp_path, footer):
    text = "Name,Phone,Email\nAna Ash,212-555-0101,a@example.org\nBo Bri,212-555-0102,b@example.org\n\n"
    validated, leads = read_rows(tmp_path, f"{text}{footer},212-555-0199,rita@example.org\n")
    assert (leads.height, why_left_out(validated)) == (2, ["footer"])


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize("name", ["Call Smith", "Carl Contact", "Please Ann"])
def test_a_person_below_a_blank_line_is_one(tmp_path, gap, name):
    text = f"Name,Phone,Email\nAna Ash,212-555-0101,a@example.org\n{gap}{name},212-555-0102,c@example.org\n"
    assert read_rows(tmp_path, text)[1].height == 2


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("First Name,Last Name,What is your phone number?\nOpen-Ended Response,Open-Ended Response,Open-Ended Response", 2),
        ("First,Last,Home,Do Not\nName,Name,Phone,Call", 2),
        ("Contact:,Rita Rep,rita@example.org\nPhone:,212-555-0199,\nFirst Name,Last Name,Phone", 2),
        ("First Name,Last Name,Phone", 2),
    ],
)  # fmt: skip
def test_a_header_of_several_lines_is_one(tmp_path, header, rows):
    end = "," * (header.splitlines()[-1].count(",") - 2)
    _, leads = read_rows(tmp_path, f"{header}\nAna,Ash,212-555-0101{end}\nBo,Bri,212-555-0102{end}\n")
    assert leads.select("first_name", "last_name", "phone", "do_not_call").rows() == [
        ("Ana", "Ash", "+12125550101", False), ("Bo", "Bri", "+12125550102", False),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["#1001", "INV-1001", "1001", "Order 1001"])
@pytest.mark.parametrize(("column", "name"), [("Customer Name", ("Ana", "Ash")), ("Billing Name", ("Ana", "Ash")), (None, (None, None))])
def test_numbers_of_orders_are_no_names(tmp_path, number, column, name):
    header, cells = (f",{column}", ",Ana Ash") if column else ("", "")
    validated, leads = read_rows(tmp_path, f"Name,Email{header}\n{number},a@example.org{cells}\n{number}7,b@example.org{cells}\n")
    assert leads.select("first_name", "last_name").row(0) == name
    assert any("holds numbers such as" in note for note in validated.mapping.notes)


@pytest.mark.parametrize("name", ["#1 Fan Club", "Ann 2", "Studio 54", "Ana Ash"])
def test_names_with_a_number_are_names(tmp_path, name):
    _, leads = read_rows(tmp_path, f"Name,Email\n{name},a@example.org\n")
    assert leads["last_name"].is_not_null().all()


@pytest.mark.parametrize(
    "first", [[["Column", "Meaning"], ["First Name", "given name"], ["Phone", "number to call"], ["Email", "address"]], [["State", "Name"], ["NY", "New York"], ["MA", "Massachusetts"]]]
)  # fmt: skip
def test_a_sheet_that_explains_columns_is_not_the_table(tmp_path, first):
    write(tmp_path / "people.xlsx", {"First": first, "Data": [["First Name", "Phone"], ["Ana", 2125550101], ["Bo", 2125550102]]})
    assert validate_file(tmp_path / "people.xlsx", Manifest(), "US").leads.collect()["first_name"].to_list() == ["Ana", "Bo"]


@pytest.mark.parametrize(
    ("bad", "is_loaded"), [(["Fi,123,", "Gi,,", "Hi,,x@"], True), (["Anonymous,,"] * 38, True), (["Anonymous,,"] * 39, False)]
)
def test_the_good_rows_of_a_small_file_are_loaded(tmp_path, bad, is_loaded):
    validated, _ = read_rows(tmp_path, "\n".join(["Name,Phone,Email", "Ana Ash,212-555-0101,", *bad]) + "\n")
    assert (validated.error is None) == is_loaded


def test_a_small_file_without_a_good_row_is_refused(tmp_path):
    validated, _ = read_rows(tmp_path, "Name,Phone,Email\nFi,123,\nGi,,x@\n")
    assert validated.error.startswith("2 of 2 rows were rejected, so nothing was loaded.")


@pytest.mark.parametrize(("country", "phone", "lines"), [("Ruritania", None, [2]), ("Kosovo", "+38344123456", [])])
def test_a_number_of_an_unknown_country_keeps_the_row_with_an_address(tmp_path, country, phone, lines):
    row = f"Ana Ash,044 123 456,{country},a@example.org"
    validated, leads = read_rows(tmp_path, f"Name,Phone,Country,Email\n{row}\nBo Bri,2125550101,USA,b@example.org\n")
    assert leads["phone"].to_list() == [phone, "+12125550101"]
    assert validated.lines_of_no_country == lines


@pytest.mark.parametrize("row", ["Ana Ash,044 123,Germany,", "Ana Ash,044 123 456,Ruritania,"])
def test_a_wrong_number_that_is_the_only_contact_still_rejects_the_row(tmp_path, row):
    validated, _ = read_rows(tmp_path, f"Name,Phone,Country,Email\n{row}\nBo Bri,2125550101,USA,b@example.org\n")
    assert validated.rejections.collect()["rule"].to_list() == ["phone_invalid"]


def test_addresses_of_copies_are_no_countries(tmp_path):
    _, leads = read_rows(
        tmp_path, "Name,Email,CC,Phone\nAna Ash,a@example.org,x@example.org,212-555-0101\nBo Bri,b@example.org,,212-555-0102\n"
    )
    assert leads.select("phone", "country").rows() == [("+12125550101", None), ("+12125550102", None)]


def test_a_list_of_addresses_in_json_is_read(tmp_path):
    _, leads = read_rows(tmp_path, 'Name,Email\nAna Ash,"[""a@example.org"",""b@example.org""]"\nBo Bri,"[""c@example.org""]"\n')
    assert leads["email"].to_list() == ["a@example.org", "c@example.org"]
