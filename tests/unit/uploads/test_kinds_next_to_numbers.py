"""Columns next to numbers that name their kinds or their owners, under names without the word telephone, too."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NUMBER = "212-555-0101"
MORE = ["Bea Lee,bea@q.example,212-555-0102,{other}", "Cy Poe,cy@q.example,212-555-0103,{other}", "Di Oz,di@q.example,212-555-0104,{other}"]


def lead_of(tmp_path, column, cell, other, phone="Phone", also=""):
    path = tmp_path / "a.csv"
    rows = [f"Ana Ash,ana@q.example,{NUMBER},{cell}", *(row.format(other=other) for row in MORE)]
    path.write_text(
        f"Name,Email,{phone},{column}{also and ',' + also}\n" + "".join(f"{row}{',x' if also else ''}\n" for row in rows), "utf-8"
    )
    validated = validate_file(path, Manifest(), "US", scratch=tmp_path, names=("a.csv", "a"))
    assert validated.error is None
    return validated.leads.collect().rows(named=True)[0]


@pytest.mark.parametrize(
    "column", ["Type", "Label", "Kind", "Category", "Kind of number", "Phone Type", "Phone Description", "Type of phone"]
)
@pytest.mark.parametrize("cell", ["Fax", "Work Fax", "facsimile", "pager"])
def test_a_fax_is_not_called(tmp_path, column, cell):
    lead = lead_of(tmp_path, column, cell, "Home")
    assert (lead["phone"], lead["mobile_phone"]) == (None, None)
    assert NUMBER in lead["custom_fields"]


@pytest.mark.parametrize("column", ["Type", "Label", "Kind of number", "Phone Description"])
@pytest.mark.parametrize("cell", ["Mobile", "handy", "Cell"])
def test_a_mobile_is_one(tmp_path, column, cell):
    lead = lead_of(tmp_path, column, cell, "Home")
    assert (lead["phone"], lead["mobile_phone"]) == (None, "+12125550101")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Phone Notes", "daughter's number"),
        ("Phone Notes", "her husband's cell"),
        ("Phone Description", "Husband's cell"),
        ("Whose phone", "neighbor"),
        ("Whose number", "son"),
        ("Phone Remarks", "Mum's phone"),
        ("Type", "Wife's cell"),
    ],
)
def test_the_number_of_somebody_else_is_not_called(tmp_path, column, cell):
    lead = lead_of(tmp_path, column, cell, "Home")
    assert (lead["phone"], lead["mobile_phone"]) == (None, None)
    assert NUMBER in lead["custom_fields"]


@pytest.mark.parametrize(
    ("column", "cell", "other"),
    [
        ("Phone Notes", "spoke to her daughter in May", ""),
        ("Phone Notes", "fax sent in May", ""),
        ("Phone Notes", "best after 5", ""),
        ("Donor Notes", "daughter's number", ""),
        ("Whose phone", "self", "self"),
        ("Type", "Fax", "Individual"),
        ("Type", "Fax", "Donation"),
        ("Type", "F", "M"),
        ("Label", "Friend", "VIP"),
        ("Category", "Parent", "Donor"),
        ("Kind of gift", "Mobile", "Home"),
        ("Event Description", "Fax", "Home"),
        ("Type", "Home", "Work"),
    ],
)
def test_other_columns_leave_the_number(tmp_path, column, cell, other):
    lead = lead_of(tmp_path, column, cell, other)
    assert (lead["phone"], lead["mobile_phone"]) == ("+12125550101", None)


def test_next_to_two_columns_of_numbers_a_type_is_of_neither(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Name,Phone,Mobile,Type\nAna Ash,212-555-0101,917-555-0102,Fax\nBea Lee,212-555-0103,917-555-0104,Home\n", "utf-8")
    validated = validate_file(path, Manifest(), "US", scratch=tmp_path, names=("a.csv", "a"))
    assert [lead["phone"] for lead in validated.leads.collect().rows(named=True)] == ["+12125550101", "+12125550103"]


@pytest.mark.parametrize("header", ["Name,Phone,Type,Phone2,Type2", "Name,Phone,Type,Phone,Type", "Name,Phone,Kind,Phone 2,Kind 2"])
@pytest.mark.parametrize("kind", ["Fax", "Spouse"])
def test_a_type_behind_each_of_several_numbers_is_that_number_s(tmp_path, header, kind):
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\nAna Ash,212-555-0101,{kind},917-555-0102,Mobile\nBea Lee,212-555-0103,Home,917-555-0104,Mobile\n", "utf-8")
    leads = validate_file(path, Manifest(), "US", scratch=tmp_path, names=("a.csv", "a")).leads.collect()
    assert leads["phone"].to_list() == [None, "+12125550103"]
    assert leads["mobile_phone"].to_list() == ["+19175550102", "+19175550104"]


def test_a_type_before_each_of_several_numbers_is_that_number_s(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Name,Type,Phone,Type,Phone\nAna Ash,Fax,212-555-0101,Mobile,917-555-0102\nBea Lee,Home,212-555-0103,Mobile,917-555-0104\n", "utf-8"
    )
    leads = validate_file(path, Manifest(), "US", scratch=tmp_path, names=("a.csv", "a")).leads.collect()
    assert leads["phone"].to_list() == [None, "+12125550103"]
