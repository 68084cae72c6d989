"""A contact that is none next to one that is: the row stays, and the cell is kept and reported."""

import json

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.steps.validated_upload import ValidatedUpload
from henk_pipeline.uploads.manifest import Manifest

GOOD = "Bo Ark,b@example.org,212-555-0109,917-555-0109,646-555-0109"


def read(tmp_path, *rows: str, header: str = "Name,Email,Home Phone,Cell Phone,Work Phone") -> tuple[ValidatedUpload, list[dict]]:
    file = tmp_path / "people.csv"
    file.write_text("\n".join((header, *rows)) + "\n")
    validated = validate_file(file, Manifest(), "US")
    return validated, validated.leads.collect().to_dicts()


@pytest.mark.parametrize(
    ("row", "contacts", "kept"),
    [
        ("a@example.org,12345,,", ("a@example.org", None, None), {"phone (not read)": "12345"}),
        ("a@example.org,212-555-01,,", ("a@example.org", None, None), {"phone (not read)": "212-555-01"}),
        (",12345,917-555-0102,", (None, None, "+19175550102"), {"phone (not read)": "12345"}),
        (",12345,,646-555-0103", (None, "+16465550103", None), {"phone (not read)": "12345"}),
        ("ada@@x,212-555-0101,,", (None, "+12125550101", None), {"email (not read)": "ada@@x"}),
        ("ada@@x,,12,646-555-0103", (None, "+16465550103", None), {"email (not read)": "ada@@x", "mobile_phone (not read)": "12"}),
    ],
)
def test_a_row_with_another_contact_stays(tmp_path, row, contacts, kept):
    validated, leads = read(tmp_path, f"Ada Quillon,{row}", GOOD, GOOD.replace("09", "08"), GOOD.replace("09", "07"))
    lead = leads[0]
    assert (lead["first_name"], validated.rows_rejected) == ("Ada", 0)
    assert (lead["email"], lead["phone"], lead["mobile_phone"]) == contacts
    assert kept.items() <= json.loads(lead["custom_fields"]).items()
    notes = describe_reading(validated)["notes"]
    for cell in kept.values():  # which stays out of the record of the import: an erasure does not reach it there
        assert any("in line 2" in note and "kept as text" in note and f"“{cell}”" not in note for note in notes)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (",12345,,", ["phone_invalid"]), ("ada@@x,12345,,", ["email_invalid", "phone_invalid"]), ("ada@@x,,,", ["email_invalid"]),
        (",12345,12,13", ["phone_invalid", "phone_invalid"]), (",900-555-0123,,12", ["no_contact"]),
    ],
)  # fmt: skip
def test_a_row_without_any_contact_is_rejected(tmp_path, row, rules):
    validated, leads = read(tmp_path, f"Ada Quillon,{row}", GOOD, GOOD.replace("09", "08"), GOOD.replace("09", "07"))
    assert sorted(validated.rejections.collect()["rule"].to_list()) == sorted(rules)
    assert len(leads) == 3


@pytest.mark.parametrize(("cell", "is_kept"), [("a@example.org", True), ("", False)])
@pytest.mark.parametrize("columns", ["Fax", "Phone,Phone Type"])
def test_a_fax_is_no_contact(tmp_path, columns, cell, is_kept):
    number = "212-555-0101" if columns == "Fax" else "212-555-0101,Fax"
    validated, leads = read(tmp_path, f"Ada Quillon,{cell},{number}", header=f"Name,Email,{columns}")
    assert [(lead["phone"], lead["mobile_phone"]) for lead in leads] == [(None, None)] * is_kept
    assert (validated.error is None) == is_kept


@pytest.mark.parametrize("rows", [3, 60])
def test_a_file_of_numbers_of_another_country_is_asked_about(tmp_path, rows):
    numbers = [f"Ada Q{n},a{n}@example.org,020 7946 0{n:03}" for n in range(rows)]
    validated, _ = read(tmp_path, *numbers, header="Name,Email,Phone")
    assert validated.error is not None
    assert 'default_country = "GB"' in validated.error


def test_a_file_of_shortened_numbers_is_asked_about(tmp_path):
    numbers = [f"Ada Q{n},a{n}@example.org,1.21256E+10" for n in range(60)]
    validated, _ = read(tmp_path, *numbers, header="Name,Email,Phone")
    assert validated.error is not None
    assert "Excel has shortened 60 phone numbers" in validated.error


def test_a_refusal_next_to_a_number_that_is_none_counts(tmp_path):
    _, leads = read(tmp_path, "Ada Quillon,a@example.org,12345 do not call,,", GOOD, GOOD.replace("09", "08"))
    assert leads[0]["do_not_call"]
