"""Labels and notes about a number: a wrong one is left out alone, and people who may be called keep theirs."""

import csv

import polars as pl
import pytest

from henk_pipeline.steps.unmapped_numbers import without_willing_people
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NUMBERED = ["Phone 1 Type", "Phone 1", "Phone 2 Type", "Phone 2"]
OF_RAISERS_EDGE = ["CnPh_1_01_Phone_type", "CnPh_1_01_Phone_number", "CnPh_1_02_Phone_type", "CnPh_1_02_Phone_number"]


def validated(folder, header, *rows):
    path = folder / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return validate_file(path, Manifest(max_rejected=1), "US")


LABELS = ["Bad Number", "Wrong number", "Disconnected", "Invalid", "Falsche Nummer", "Faux numéro", "Número equivocado"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("bad", [0, 1])
def test_a_label_of_a_wrong_number_leaves_out_that_number_only(tmp_path, label, bad):
    labels = ["Home", "Home"]
    labels[bad] = label
    row = ["Ada", "Quillon", "a@example.org", labels[0], "212-555-0101", labels[1], "917-555-0199"]
    read = validated(tmp_path, ["First Name", "Last Name", "Email", *NUMBERED], row)
    lead = read.leads.select("phone", "do_not_call", "consent_unclear").collect().row(0, named=True)
    assert lead == {"phone": ["+19175550199", "+12125550101"][bad], "do_not_call": False, "consent_unclear": None}
    assert read.opt_outs.is_empty()


def test_the_second_number_of_raisers_edge_may_be_bad(tmp_path):
    row = ["Ada", "Quillon", "a@example.org", "Home", "212-555-0101", "Bad Number", "917-555-0199"]
    read = validated(tmp_path, ["CnBio_First_Name", "CnBio_Last_Name", "Email", *OF_RAISERS_EDGE], row)
    assert read.leads.select("phone", "do_not_call").collect().row(0) == ("+12125550101", False)


@pytest.mark.parametrize("label", ["Deceased", "Do not call", "Home - DNC"])
def test_a_label_that_refuses_is_about_the_person(tmp_path, label):
    row = ["Ada", "Quillon", "a@example.org", label, "212-555-0101", "Home", "917-555-0199"]
    read = validated(tmp_path, ["First Name", "Last Name", "Email", *NUMBERED], row)
    assert read.leads.select("do_not_call").collect().item()


def test_a_bad_number_that_another_column_repeats_is_not_called(tmp_path):
    row = ["Ada", "Quillon", "a@example.org", "(212) 555-0101", "Bad Number", "212-555-0101"]
    read = validated(tmp_path, ["First Name", "Last Name", "Email", "Mobile", "Phone 1 Type", "Phone 1"], row)
    assert read.leads.select("phone", "mobile_phone").collect().row(0) == (None, None)


def test_the_number_of_a_sister_who_may_be_called_is_not_suppressed(tmp_path):
    header = ["First Name", "Last Name", "Email", "Phone", "Do not call", "Notes"]
    rows = [
        ["John", "Quillon", "a@example.org", "212-555-0101", "Y", "sister Jane (212-555-0199) is happy to be called"],
        ["Bea", "Rostand", "b@example.org", "212-555-0102", "Y", "cell is 212-555-0198, her husband does not want calls either"],
    ]
    opt_outs = validated(tmp_path, header, *rows).opt_outs.filter(pl.col("channel") == "phone")
    assert set(opt_outs["value"]) == {"+12125550101", "+12125550102", "+12125550198"}


@pytest.mark.parametrize(
    ("note", "rest"),
    [
        ("do not call John, sister Jane 212-555-0188 happy to be called", "do not call John"),
        ("nicht anrufen; Tochter Anna (030 1234567) darf angerufen werden", "nicht anrufen"),
        ("do not call 212-555-0101 or 917-555-0102", "do not call 212-555-0101 or 917-555-0102"),
        ("wife's cell 212-555-0103, do not call", "wife's cell 212-555-0103, do not call"),
    ],
)
def test_only_what_a_note_says_of_willing_people_is_left_out(note, rest):
    assert without_willing_people(note) == rest


def test_columns_of_numbers_that_refuse_are_named_in_the_order_of_the_file(tmp_path):
    names = [f"Remark {number}" for number in range(8)]
    rows = [f"Ann,617555{row:04},Y," + ",".join(f"212-555-{row:02}{number:02}" for number in range(8)) for row in range(60)]
    path = tmp_path / "list.csv"
    path.write_text("\n".join([f"First Name,Phone,Do Not Call,{','.join(names)}", *rows]))
    named = list(validate_file(path, Manifest(), "US").further_numbers)
    assert len(named) > 1
    assert named == [name for name in names if name in named]
