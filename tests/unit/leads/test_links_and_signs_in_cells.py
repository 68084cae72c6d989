"""Links as formulas of spreadsheets, and remarks between signs in names."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def leads_of(tmp_path, *lines: str) -> list[dict]:
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return validate_file(file, Manifest(), "US").leads.collect().to_dicts()


def link(target: str, shown: str, between: str = ",") -> str:
    return f'"=HYPERLINK(""{target}""{between}""{shown}"")"'


@pytest.mark.parametrize(
    "remark", ["**DO NOT CALL**", "*DNC*", "** do not call **", "!!DO NOT CALL!!", "***Do not contact***", "~~deceased~~"]
)
def test_a_remark_between_signs_is_no_part_of_the_name(tmp_path, remark):
    header, *rows = "First Name,Last Name,Phone", f"Bea {remark},Roca,212-555-0101", f"{remark} Cy,Cor,212-555-0102", "Ana,Ash,212-555-0103"
    leads = leads_of(tmp_path, header, *rows)
    assert [(lead["first_name"], lead["last_name"], lead["do_not_call"]) for lead in leads] == [
        ("Bea", "Roca", True),
        ("Cy", "Cor", True),
        ("Ana", "Ash", False),
    ]


def test_a_remark_between_signs_within_a_full_name(tmp_path):
    leads = leads_of(tmp_path, "Name,Phone", "Bea **DO NOT CALL** Roca,212-555-0101", "Cy Cor **do not call**,212-555-0102")
    assert [(lead["first_name"], lead["last_name"], lead["do_not_call"]) for lead in leads] == [("Bea", "Roca", True), ("Cy", "Cor", True)]


@pytest.mark.parametrize("between", [",", ";", " , "])
def test_a_link_in_a_name_is_what_it_shows(tmp_path, between):
    (lead,) = leads_of(tmp_path, "First Name,Last Name,Phone", f"{link('mailto:a@example.org', 'Ali', between)},Ash,212-555-0101")
    assert (lead["first_name"], lead["last_name"], lead["email"]) == ("Ali", "Ash", None)


@pytest.mark.parametrize("shown", ["Ali", "a@example.org", ""])
def test_a_link_in_a_column_of_emails_is_the_address(tmp_path, shown):
    (lead,) = leads_of(tmp_path, "Name,Email", f"Ali Ash,{link('mailto:a@example.org', shown)}")
    assert lead["email"] == "a@example.org"


def test_a_link_in_a_column_of_numbers_is_the_number(tmp_path):
    (lead,) = leads_of(tmp_path, "Name,Phone", f"Ali Ash,{link('tel:+12125550101', 'Call')}")
    assert lead["phone"] == "+12125550101"
