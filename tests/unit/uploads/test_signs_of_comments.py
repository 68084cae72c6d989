"""Rows that begin with an error of a spreadsheet or with a sign as a value, and refusals of people who are taken out by a sign."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads import reading as reading_module
from henk_pipeline.uploads.manifest import Manifest


def validated(tmp_path, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return validate_file(file, Manifest(), "US")


def lead_of(upload, number: str) -> dict:
    return next(lead for lead in upload.leads.collect().to_dicts() if lead["phone"] == number)


@pytest.mark.parametrize(
    "error",
    [
        "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#NV", "#BEZUG!", "#WERT!", "#REF !", "#¡REF!",
        "#¿NOMBRE?", "#NOM?", "#VALEUR!", "#NAAM?", "#WAARDE!", "#DEEL/0!", "#VALOR!", "#RIF!", "#N/D", "#ADR!", "#ERROR!",
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", ["Name", "First Name", "ID", "Company"])
def test_a_row_that_begins_with_an_error_is_a_row(tmp_path, error, first):
    header, name = (f"{first},Phone,Do Not Call", "") if first == "Name" else (f"{first},Last Name,Phone,Do Not Call", "Roca,")
    rows = (f"A1,{name}212-555-0101,No", f"{error},{name}212-555-0107,Yes", f"A3,{name}212-555-0103,No")
    upload = validated(tmp_path, header, *rows)
    assert (upload.rows_read, upload.reading.left_out) == (3, [])
    assert ("phone", "+12125550107") in upload.opt_outs.select("channel", "value").rows() or lead_of(upload, "+12125550107")["do_not_call"]


@pytest.mark.parametrize("value", ["#A1", "//Agency", "#Hashtag", "--Acme"])
@pytest.mark.parametrize("first", ["ID", "Company", "Agency", "Seat"])
def test_a_sign_before_a_value_is_none_of_a_comment(tmp_path, value, first):
    upload = validated(
        tmp_path,
        f"{first},Name,Phone,Do Not Call",
        "A2,Ana Ash,212-555-0101,No",
        f"{value},Bo Bri,212-555-0102,Yes",
        "A3,Cy Cor,212-555-0103,No",
    )
    assert (upload.rows_read, upload.reading.left_out) == (3, [])
    assert lead_of(upload, "+12125550102")["do_not_call"]


@pytest.mark.parametrize("sign", ["# ", "#", "// ", "-- "])
def test_a_refusal_of_a_person_who_is_taken_out_counts(tmp_path, sign):
    upload = validated(
        tmp_path, "Name,Phone,Do Not Call", "Ana Ash,212-555-0102,No", f"{sign}Bea Roca,212-555-0101,Yes", f"{sign}Di Dorn,212-555-0104,No",
        "Cy Cor,212-555-0103,No", "Ed Elm,212-555-0105,No",
    )  # fmt: skip
    assert upload.opt_outs["value"].to_list() == ["+12125550101"]
    assert [lead["first_name"] for lead in upload.leads.collect().to_dicts()] == ["Ana", "Cy", "Ed"]


def test_a_refusal_of_a_short_line_that_is_taken_out_counts(tmp_path):
    upload = validated(
        tmp_path, "Name,Phone,Do Not Call,City", "Ana Ash,212-555-0102,No,Troy", "# Bea Roca,212-555-0101,Yes", "Cy Cor,212-555-0103,No,Ely"
    )
    assert upload.opt_outs["value"].to_list() == ["+12125550101"]


def test_a_refusal_of_a_person_who_is_taken_out_counts_in_a_big_file(tmp_path, monkeypatch):
    for name, value in {"SMALL": 1000, "HEAD": 1000, "TAIL": 1000, "BLOCK": 4000}.items():
        monkeypatch.setattr(reading_module, name, value)
    rows = [f"Ana{chr(97 + n % 26)} Ash,212-555-{n:04},No" for n in range(100, 900)]
    rows[400] = "# Old One,212-555-0050,Yes"
    rows[401] = "#N/A,212-555-0051,Yes"
    upload = validated(tmp_path, "Name,Phone,Do Not Call", *rows)
    assert upload.rows_read == 799
    assert {"+12125550050"} <= {*upload.opt_outs["value"]}
    assert lead_of(upload, "+12125550051")["do_not_call"]
