"""The direct line of a person next to the line of the company, and columns that say whose a number is."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read(tmp_path, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n")
    return validate_file(file, Manifest(), "US").leads.collect().to_dicts()


@pytest.mark.parametrize("main", ["Main Phone", "Company Phone", "Main Line", "Office Phone"])
@pytest.mark.parametrize("direct", ["Direct Line", "Direct Phone", "Direct Dial", "Direct", "Direct Number"])
@pytest.mark.parametrize("turned", [False, True], ids=["main first", "direct first"])
def test_the_direct_line_is_called(tmp_path, main, direct, turned):
    numbers = [(main, "212-555-0100"), (direct, "212-555-0101")]
    header, cells = (",".join(column) for column in zip(*(reversed(numbers) if turned else numbers), strict=True))
    leads = read(tmp_path, f"Company,Contact,{header}", f"Acme Inc,Ada Quill,{cells}")
    assert [lead["phone"] for lead in leads] == ["+12125550101"]


def test_the_main_phone_alone_is_called(tmp_path):
    assert [lead["phone"] for lead in read(tmp_path, "Name,Main Phone", "Ada Quill,212-555-0100")] == ["+12125550100"]


@pytest.mark.parametrize("owner", ["Phone 2 Owner", "Phone 2 Belongs To", "Phone 2 Titular", "Phone 2 Inhaber"])
def test_a_number_of_somebody_else_by_name_is_asked_about(tmp_path, owner):
    leads = read(
        tmp_path, f"Name,Spouse Name,Phone,Phone 2,{owner}", "Ada Quill,Tom Quill,,212-555-0190,Tom", "Bo Rand,Zoe Rand,212-555-0102,212-555-0191,Zoe",
        "Cy Dow,Eve Dow,,212-555-0103,Cy", "Di Dow,Max Dow,,212-555-0104,",
    )  # fmt: skip
    assert [lead["consent_unclear"] is not None for lead in leads] == [True, False, False, False]
    assert [lead["phone"] for lead in leads[1:]] == ["+12125550102", "+12125550103", "+12125550104"]


def test_the_owner_of_an_account_owns_no_number(tmp_path):
    leads = read(tmp_path, "Name,Phone,Account Owner", "Ada Quill,212-555-0101,Tom Rep")
    assert [lead["consent_unclear"] for lead in leads] == [None]
